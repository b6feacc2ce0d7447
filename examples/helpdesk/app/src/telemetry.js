'use strict';

const fs = require('fs');
const https = require('https');
const os = require('os');
const zlib = require('zlib');

const FLUSH_MS = 60000;
const MAX_QUEUE = 500;

/* Counters without names or texts; switched off by the setting "telemetry". */
class Telemetry {
  constructor({ base, version, enabled, log }) {
    this.base = base;
    this.version = version;
    this.enabled = enabled;
    this.log = log;
    this.queue = [];
    this.timer = setInterval(() => this.flush(), FLUSH_MS);
    this.timer.unref();
  }

  count(name, labels) {
    if (!this.enabled || this.queue.length >= MAX_QUEUE) return;
    this.queue.push({ name, labels: labels || {}, at: Date.now() });
  }

  flush() {
    if (!this.queue.length) return;
    const events = this.queue.splice(0, MAX_QUEUE);
    this.post('/events', { version: this.version, platform: os.platform(), events }).catch((error) => {
      this.log.debug('telemetry', { message: error.message });
    });
  }

  async uploadLog(file) {
    const text = await fs.promises.readFile(file);
    const answer = await this.post('/logs', {
      version: this.version,
      log: zlib.gzipSync(text).toString('base64'),
    });
    return answer.ticket;
  }

  post(where, body) {
    return new Promise((resolve, reject) => {
      const payload = JSON.stringify(body);
      const req = https.request(
        this.base + where,
        {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) },
          timeout: 10000,
        },
        (res) => {
          let text = '';
          res.on('data', (chunk) => (text += chunk));
          res.on('end', () => {
            if (res.statusCode >= 300) return reject(new Error('telemetry: ' + res.statusCode));
            try {
              resolve(text ? JSON.parse(text) : {});
            } catch (error) {
              reject(error);
            }
          });
        }
      );
      req.on('error', reject);
      req.end(payload);
    });
  }
}

module.exports = { Telemetry };
