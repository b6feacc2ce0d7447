'use strict';

const https = require('https');
const { EventEmitter } = require('events');
const { decode, encode, Backoff } = require('@helpdesk/wire');

const REQUEST_TIMEOUT_MS = 20000;
const SLOW_MS = 5000;
const PING_MS = 25000;

/* The agent's connection: REST for commands, a WebSocket for what the server pushes. */
class ChatTransport extends EventEmitter {
  constructor({ apiBase, socketUrl, token, version, log }) {
    super();
    this.apiBase = apiBase;
    this.socketUrl = socketUrl;
    this.token = token;
    this.version = version;
    this.log = log;
    this.socket = null;
    this.presence = 'online';
    this.backoff = new Backoff({ firstMs: 500, maxMs: 60000 });
    this.pingTimer = null;
    this.closed = false;
  }

  async signIn(email, password) {
    const answer = await this.request('POST', '/session', { email, password, client: 'agent/' + this.version });
    return answer.token;
  }

  async connect() {
    this.closed = false;
    this.emit('status', 'connecting');
    const ticket = await this.request('POST', '/session/socket', {});
    const WebSocketClass = globalThis.WebSocket;
    this.socket = new WebSocketClass(`${this.socketUrl}?ticket=${encodeURIComponent(ticket.ticket)}`);
    this.socket.binaryType = 'arraybuffer';
    this.socket.onopen = () => this.opened();
    this.socket.onmessage = (event) => this.received(event.data);
    this.socket.onclose = (event) => {
      if (event.target === this.socket) this.lost(event.code);
    };
    this.socket.onerror = () => this.emit('error', new Error('socket'));
  }

  opened() {
    this.backoff.reset();
    this.emit('status', 'online');
    this.sendFrame('presence', { presence: this.presence });
    clearInterval(this.pingTimer);
    this.pingTimer = setInterval(() => this.sendFrame('ping', { at: Date.now() }), PING_MS);
  }

  received(data) {
    let frame;
    try {
      frame = decode(Buffer.from(data));
    } catch (error) {
      this.emit('error', error);
      return;
    }
    switch (frame.type) {
      case 'message':
      case 'visitor':
      case 'transfer':
        this.emit(frame.type, frame.body);
        break;
      case 'expired':
        this.emit('expired');
        break;
      case 'pong':
        break;
      default:
        this.log.debug('frame ignored', { type: frame.type });
    }
  }

  lost(code) {
    clearInterval(this.pingTimer);
    this.socket = null;
    if (this.closed) {
      this.emit('status', 'offline');
      return;
    }
    const waitMs = this.backoff.next();
    this.log.info('connection lost', { code, waitMs });
    this.emit('status', 'reconnecting');
    setTimeout(() => {
      if (!this.closed) this.connect().catch((error) => this.emit('error', error));
    }, waitMs).unref();
  }

  sendFrame(type, body) {
    if (this.socket && this.socket.readyState === 1) this.socket.send(encode({ type, body }));
  }

  setPresence(presence) {
    if (presence === this.presence) return;
    this.presence = presence;
    this.sendFrame('presence', { presence });
  }

  async close(reason) {
    this.closed = true;
    clearInterval(this.pingTimer);
    if (this.socket) this.socket.close(1000, reason);
  }

  chats() {
    return this.request('GET', '/chats?state=open');
  }

  history(chat, before) {
    return this.request('GET', `/chats/${encodeURIComponent(chat)}/messages?before=${before || ''}&limit=50`);
  }

  say(chat, text) {
    return this.request('POST', `/chats/${encodeURIComponent(chat)}/messages`, { text });
  }

  finish(chat, tags) {
    return this.request('POST', `/chats/${encodeURIComponent(chat)}/close`, { tags });
  }

  request(method, where, body) {
    return new Promise((resolve, reject) => {
      const payload = body === undefined ? null : Buffer.from(JSON.stringify(body));
      const headers = { accept: 'application/json', 'user-agent': 'helpdesk-agent/' + this.version };
      const token = this.token();
      const started = Date.now();
      if (token) headers.authorization = 'Bearer ' + token;
      if (payload) {
        headers['content-type'] = 'application/json';
        headers['content-length'] = payload.length;
      }
      const req = https.request(this.apiBase + where, { method, headers, timeout: REQUEST_TIMEOUT_MS }, (res) => {
        const chunks = [];
        if (Date.now() - started > SLOW_MS) this.emit('slow', Date.now() - started);
        res.on('data', (chunk) => chunks.push(chunk));
        res.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          if (res.statusCode === 401) this.emit('expired');
          if (res.statusCode >= 400) {
            const error = new Error(`${method} ${where}: ${res.statusCode}`);
            error.code = 'HTTP_' + res.statusCode;
            reject(error);
            return;
          }
          try {
            resolve(text ? JSON.parse(text) : null);
          } catch (error) {
            reject(error);
          }
        });
      });
      req.on('timeout', () => req.destroy(Object.assign(new Error('timeout'), { code: 'ETIMEDOUT' })));
      req.on('error', reject);
      req.end(payload);
    });
  }
}

module.exports = { ChatTransport };
