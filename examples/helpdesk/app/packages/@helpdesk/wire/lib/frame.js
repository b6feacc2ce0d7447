'use strict';

const { crc32 } = require('./crc32');

/*
 * Frame, little-endian:  0 u16 magic 0x4844   2 u8 type   3 u8 flags   4 u32 length   8 u32 crc
 *                       12 body, UTF-8 JSON
 */
const MAGIC = 0x4844;
const HEAD = 12;
const MAX_BODY = 1024 * 1024;
const TYPES = ['ping', 'pong', 'message', 'visitor', 'transfer', 'presence', 'expired', 'typing'];

function encode({ type, body }) {
  const index = TYPES.indexOf(type);
  if (index < 0) throw new Error('frame type: ' + type);
  const data = Buffer.from(JSON.stringify(body));
  const out = Buffer.alloc(HEAD + data.length);
  out.writeUInt16LE(MAGIC, 0);
  out.writeUInt8(index, 2);
  out.writeUInt8(0, 3);
  out.writeUInt32LE(data.length, 4);
  out.writeUInt32LE(crc32(data), 8);
  data.copy(out, HEAD);
  return out;
}

function decode(buffer) {
  if (buffer.length < HEAD || buffer.readUInt16LE(0) !== MAGIC) throw new Error('frame head');
  const type = TYPES[buffer.readUInt8(2)];
  const length = buffer.readUInt32LE(4);
  if (!type || length > MAX_BODY || HEAD + length !== buffer.length) throw new Error('frame length');
  const data = buffer.subarray(HEAD);
  if (crc32(data) !== buffer.readUInt32LE(8)) throw new Error('frame checksum');
  return { type, body: JSON.parse(data.toString('utf8')) };
}

module.exports = { encode, decode, TYPES };
