'use strict';

const STOP = new Set(['a', 'an', 'and', 'are', 'can', 'do', 'for', 'i', 'in', 'is', 'it', 'my', 'of', 'on', 'the', 'to', 'we', 'you', 'your']);

function words(text) {
  return text
    .toLowerCase()
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .split(/[^a-z0-9]+/)
    .filter((w) => w.length > 1 && !STOP.has(w))
    .map((w) => (w.length > 4 ? w.replace(/(ing|ed|es|s)$/, '') : w));
}

/* Share of the best trigger's words that were said. */
function score(spoken, triggers) {
  const said = new Set(spoken);
  let best = 0;
  for (const trigger of triggers) {
    const wanted = words(trigger);
    if (!wanted.length) continue;
    const hits = wanted.filter((w) => said.has(w)).length;
    best = Math.max(best, hits / wanted.length);
  }
  return best;
}

module.exports = { words, score };
