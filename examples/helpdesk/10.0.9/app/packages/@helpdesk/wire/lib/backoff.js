'use strict';

class Backoff {
  constructor({ firstMs, maxMs }) {
    this.firstMs = firstMs;
    this.maxMs = maxMs;
    this.step = 0;
  }

  next() {
    const base = Math.min(this.maxMs, this.firstMs * Math.pow(2, this.step));
    if (base < this.maxMs) this.step += 1;
    return Math.round(base / 2 + (Math.random() * base) / 2);
  }

  reset() {
    this.step = 0;
  }
}

module.exports = { Backoff };
