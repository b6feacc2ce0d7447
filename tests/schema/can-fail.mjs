// node can-fail.mjs ROOT: does every rule of our schemas refuse something? The example of a schema is taken whole, then broken
// in every place in every way that is known here; each rule that no broken document runs into is one that cannot fail.
import { read, reasons, schema } from './schema.mjs';

const root = process.argv[2];
let bad = 0;
const must = (good, what) => {
  if (good) return;
  console.log('not ok: ' + what);
  bad++;
};

// Rules: [the object they stand in, the word, the name of a member that has to be there, where that is]. Those inside of a
// condition choose a branch and refuse nothing; of "not", "contains" and "anyOf" the word itself is the rule.
function* rules(node, at) {
  for (const [word, value] of Object.entries(node)) {
    const here = at + '/' + word;
    if (['$schema', '$comment', '$ref', 'if'].includes(word)) continue;
    if (['definitions', 'properties'].includes(word))
      for (const [n, s] of Object.entries(value)) yield* rules(s, here + '/' + n);
    else if (word === 'required') for (const n of value) yield [node, word, n, here + '/' + n];
    else if (['items', 'then', 'else', 'propertyNames'].includes(word)) yield* rules(value, here);
    else if (word === 'additionalProperties' && value !== false) yield* rules(value, here);
    else yield [node, word, undefined, here];
  }
}

function* places(value, way = []) {
  yield way;
  if (value && typeof value === 'object') for (const k of Object.keys(value)) yield* places(value[k], [...way, k]);
}

const at = (doc, way) => way.reduce((v, k) => v[k], doc);

// Every way to break the value at one place: what it becomes; undefined takes it away.
function* breaks(v) {
  yield undefined;
  yield 1.5;
  yield [];
  yield {};
  yield '';
  yield '\u0000 no?';
  yield 'x'.repeat(70000);
  if (typeof v === 'string') yield* [v.replace(/-\d\d/, '-99'), '2022-13-45', '2022-13-45T25:61:00Z'];
  if (Array.isArray(v)) {
    yield [...v, v[0]];
    yield v.map((i) => ({ ...i, introduced: undefined, fixed: '1', last_affected: undefined }));
    yield [...v, { fixed: '1' }, { last_affected: '1' }];
  } else if (v && typeof v === 'object') {
    yield { ...v, 'un known': 'thing' };
    yield { ...v, type: 'GIT', repo: undefined };
    if (v.condition) yield { condition: v.condition };
  }
}

for (const which of ['osv', 'sigma']) {
  const check = schema(root, which);
  const whole = read(which + '.example.json');
  must(check(whole), which + ': the example itself: ' + reasons(check));
  const hit = [];
  for (const way of places(whole))
    for (const v of breaks(at(whole, way))) {
      let doc = structuredClone(whole);
      if (way.length === 0) doc = v;
      else if (v === undefined) delete at(doc, way.slice(0, -1))[way.at(-1)];
      else at(doc, way.slice(0, -1))[way.at(-1)] = v;
      doc = doc === undefined ? null : JSON.parse(JSON.stringify(doc));
      if (!check(doc)) hit.push(...check.errors);
    }
  const all = [...rules(check.schema, '#')];
  const seen = new Map();
  for (const e of hit) seen.set(e.parentSchema, (seen.get(e.parentSchema) || new Set()).add(e.keyword + ' ' + e.params.missingProperty));
  for (const [node, word, member, where] of all)
    must(seen.get(node)?.has(word + ' ' + member), which + ': nothing breaks ' + where);
  console.log(which + ': ' + all.length + ' rules, ' + hit.length + ' refusals');
}
process.exit(bad ? 1 : 0);
