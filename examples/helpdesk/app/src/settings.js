'use strict';

const fs = require('fs');
const path = require('path');
const { safeStorage } = require('electron');
const { isEqual } = require('underscore');

const DEFAULTS = Object.freeze({
  theme: 'system',
  language: '',
  presence: 'online',
  startAtLogin: false,
  closeToTray: true,
  telemetry: true,
  sound: 'chime',
  'sound.volume': 70,
  'bot.enabled': false,
  'chat.enterSends': true,
  'chat.spellcheck': true,
  bounds: null,
});

class Settings {
  static async open(file, log) {
    const settings = new Settings(file, log);
    await settings.load();
    return settings;
  }

  constructor(file, log) {
    this.file = file;
    this.log = log;
    this.values = {};
    this.secrets = {};
    this.saving = null;
  }

  async load() {
    try {
      const data = JSON.parse(await fs.promises.readFile(this.file, 'utf8'));
      for (const key of Object.keys(DEFAULTS)) {
        if (Object.prototype.hasOwnProperty.call(data.values || {}, key)) this.values[key] = data.values[key];
      }
      this.secrets = data.secrets || {};
    } catch (error) {
      if (error.code !== 'ENOENT') this.log.warn('settings unreadable', { message: error.message });
    }
  }

  get(key) {
    return key in this.values ? this.values[key] : DEFAULTS[key];
  }

  set(key, value) {
    if (!(key in DEFAULTS)) throw new Error('unknown setting: ' + key);
    if (isEqual(this.get(key), value)) return;
    this.values[key] = value;
    this.save();
  }

  all() {
    return Object.assign({}, DEFAULTS, this.values);
  }

  /* Secrets are sealed by the platform's key store; without one they live in memory only. */
  secret(name) {
    const sealed = this.secrets[name];
    if (!sealed) return null;
    if (sealed.plain) return sealed.plain;
    try {
      return safeStorage.decryptString(Buffer.from(sealed.sealed, 'base64'));
    } catch (error) {
      this.log.warn('secret unreadable', { name });
      return null;
    }
  }

  setSecret(name, value) {
    if (value === null) delete this.secrets[name];
    else if (safeStorage.isEncryptionAvailable()) {
      this.secrets[name] = { sealed: safeStorage.encryptString(value).toString('base64') };
    } else {
      this.secrets[name] = { plain: value };
    }
    this.save();
  }

  save() {
    clearTimeout(this.saving);
    this.saving = setTimeout(() => this.writeNow(), 250);
  }

  writeNow() {
    const secrets = {};
    for (const [name, entry] of Object.entries(this.secrets)) if (entry.sealed) secrets[name] = entry;
    const text = JSON.stringify({ values: this.values, secrets }, null, 2);
    fs.mkdirSync(path.dirname(this.file), { recursive: true });
    fs.writeFileSync(this.file + '.new', text, { mode: 0o600 });
    fs.renameSync(this.file + '.new', this.file);
  }
}

module.exports = { Settings, DEFAULTS };
