'use strict';

const fs = require('fs');
const path = require('path');
const { score, words } = require('./match');

const THRESHOLD = 0.45;

/* Suggests a reply to a visitor's message; it never sends anything itself. */
class ReplyBot {
  constructor({ skills, locale }) {
    this.locale = locale;
    this.skills = fs
      .readdirSync(skills)
      .filter((name) => name.endsWith('.js'))
      .sort()
      .map((name) => require(path.join(skills, name)));
    this.seen = new Map();
  }

  suggest(message) {
    if (!message || message.own || typeof message.text !== 'string') return null;
    const spoken = words(message.text);
    let best = null;
    for (const skill of this.skills) {
      const value = score(spoken, skill.triggers);
      if (value >= THRESHOLD && (!best || value > best.value)) best = { skill, value };
    }
    if (!best || this.repeated(message.chat, best.skill.name)) return null;
    return best.skill.reply({ text: message.text, locale: this.locale });
  }

  repeated(chat, skill) {
    const last = this.seen.get(chat);
    this.seen.set(chat, skill);
    return last === skill;
  }
}

module.exports = { ReplyBot };
