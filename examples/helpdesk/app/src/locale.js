'use strict';

const fs = require('fs');
const path = require('path');

const FALLBACK = 'en';

class Locale {
  constructor(name, texts, fallback) {
    this.name = name;
    this.texts = texts;
    this.fallback = fallback;
  }

  text(key, values) {
    const raw = this.texts[key] || this.fallback[key] || key;
    return raw.replace(/\{(\w+)\}/g, (all, name) => (values && name in values ? String(values[name]) : all));
  }

  all() {
    return Object.assign({}, this.fallback, this.texts);
  }
}

function read(folder, name) {
  return JSON.parse(fs.readFileSync(path.join(folder, name + '.json'), 'utf8'));
}

function loadLocale(folder, wanted) {
  const known = fs.readdirSync(folder).map((f) => f.replace(/\.json$/, ''));
  const name =
    known.find((k) => k.toLowerCase() === String(wanted).toLowerCase()) ||
    known.find((k) => k.split('-')[0] === String(wanted).split('-')[0]) ||
    FALLBACK;
  return new Locale(name, read(folder, name), read(folder, FALLBACK));
}

module.exports = { loadLocale, Locale };
