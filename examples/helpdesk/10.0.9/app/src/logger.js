'use strict';

const fs = require('fs');
const path = require('path');

const LEVELS = { debug: 10, info: 20, warn: 30, error: 40 };
const MAX_VALUE = 400;

/* One text file a day, the last `keep` days stay. */
class Logger {
  constructor({ folder, level, keep }) {
    this.folder = folder;
    this.threshold = LEVELS[level] || LEVELS.info;
    this.keep = keep;
    this.day = null;
    this.stream = null;
  }

  debug(text, fields) { this.write('debug', text, fields); }
  info(text, fields) { this.write('info', text, fields); }
  warn(text, fields) { this.write('warn', text, fields); }
  error(text, fields) { this.write('error', text, fields); }

  write(level, text, fields) {
    if (LEVELS[level] < this.threshold) return;
    const now = new Date();
    this.roll(now);
    const parts = Object.entries(fields || {}).map(([k, v]) => `${k}=${this.clip(v)}`);
    this.stream.write(`${now.toISOString()} ${level.padEnd(5)} ${text} ${parts.join(' ')}\n`);
  }

  clip(value) {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    if (text === undefined) return '-';
    return text.length > MAX_VALUE ? text.slice(0, MAX_VALUE) + '...' : text;
  }

  roll(now) {
    const day = now.toISOString().slice(0, 10);
    if (day === this.day) return;
    if (this.stream) this.stream.end();
    fs.mkdirSync(this.folder, { recursive: true });
    this.day = day;
    this.stream = fs.createWriteStream(this.current(), { flags: 'a' });
    this.prune();
  }

  current() {
    return path.join(this.folder, `agent-${this.day}.log`);
  }

  previous() {
    const day = new Date(Date.parse(this.day) - 24 * 60 * 60 * 1000).toISOString().slice(0, 10);
    return path.join(this.folder, `agent-${day}.log`);
  }

  prune() {
    const old = fs
      .readdirSync(this.folder)
      .filter((name) => /^agent-\d{4}-\d\d-\d\d\.log$/.test(name))
      .sort()
      .slice(0, -this.keep);
    for (const name of old) fs.unlink(path.join(this.folder, name), () => {});
  }
}

module.exports = { Logger, LEVELS };
