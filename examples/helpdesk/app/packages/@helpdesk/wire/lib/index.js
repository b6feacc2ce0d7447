'use strict';

const { encode, decode, TYPES } = require('./frame');
const { Backoff } = require('./backoff');
const { crc32 } = require('./crc32');

module.exports = { encode, decode, TYPES, Backoff, crc32 };
