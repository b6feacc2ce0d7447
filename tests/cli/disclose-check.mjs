// node disclose-check.mjs ROOT KIND FILE [KIND FILE]...: is it what other people's tools take? KIND: csaf (the 43 mandatory tests and
// the strict schema of the CSAF library), vex (CycloneDX's own schema), stix (the schemas of OASIS, and what they leave to
// words), osv, sigma (schemas of ours: no package brings theirs), timesketch. What passes is then broken in the ways of
// disclose-broken.mjs, and each must be refused.
import fs from 'fs';
import path from 'path';
import { createRequire } from 'module';
import { pathToFileURL } from 'url';
import { breaks } from './disclose-broken.mjs';
import { reasons, schema } from '../schema/schema.mjs';

const [given, ...asked] = process.argv.slice(2);
const root = path.resolve(given);
const require = createRequire(path.join(root, 'package.json'));
const yaml = require('js-yaml');
const at = (p) => import(pathToFileURL(path.join(root, 'node_modules', p)));
let text, problems;
const must = (good, what) => good || problems.push(what);

// STIX 2.1 as OASIS wrote it down: one schema a type of object, and one of the bundle.
function oasis() {
  const Ajv = require('ajv');
  const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false, validateFormats: false });
  const top = path.join(root, 'node_modules/stixview/src/stix2-schemas');
  const types = new Map();
  for (const dir of fs.readdirSync(top))
    for (const f of fs.readdirSync(path.join(top, dir))) {
      const s = JSON.parse(fs.readFileSync(path.join(top, dir, f)));
      ajv.addSchema(s);
      types.set(path.basename(f, '.json'), s.$id);
    }
  return (type) => types.has(type) && ajv.getSchema(types.get(type));
}

const stix = oasis();
const osv = schema(root, 'osv');
const sigma = schema(root, 'sigma');

const uuid5 = '[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}';
const kinds = {
  async csaf() {
    const doc = JSON.parse(text);
    const lib = '@secvisogram/csaf-validator-lib/';
    const mandatory = await at(lib + 'mandatoryTests.js');
    const schema = await at(lib + 'schemaTests.js');
    must(Object.keys(mandatory).length >= 43, 'the library has ' + Object.keys(mandatory).length + ' mandatory tests');
    for (const [name, test] of [...Object.entries(mandatory), ...Object.entries(schema)]) {
      if (name === 'csaf_2_0') continue; // the strict one says the same and more
      const r = await test(doc);
      must(r.isValid ?? r.errors.length === 0, name + ' ' + JSON.stringify(r.errors.slice(0, 2)));
    }
  },
  async vex() {
    const Ajv = require('ajv');
    const dir = path.join(root, 'node_modules/@cyclonedx/cyclonedx-library/res/schema/');
    const read = (n) => JSON.parse(fs.readFileSync(dir + n));
    const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
    ajv.addSchema(read('spdx.SNAPSHOT.schema.json'), 'http://cyclonedx.org/schema/spdx.SNAPSHOT.schema.json');
    ajv.addSchema(read('jsf-0.82.SNAPSHOT.schema.json'), 'http://cyclonedx.org/schema/jsf-0.82.SNAPSHOT.schema.json');
    const check = ajv.compile(read('bom-1.5.SNAPSHOT.schema.json'));
    must(check(JSON.parse(text)), JSON.stringify(check.errors?.slice(0, 3)));
  },
  async stix() {
    const b = JSON.parse(text);
    for (const o of [b, ...b.objects]) {
      const check = stix(o.type);
      must(check, 'OASIS has no ' + o.type);
      must(!check || check(o), o.id + ' ' + reasons(check || {}));
    }
    const ids = new Set(b.objects.map((o) => o.id));
    const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;
    const millisecond = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
    must(b.type === 'bundle' && new RegExp('^bundle--' + uuid5 + '$').test(b.id), 'bundle');
    must(ids.size === b.objects.length, 'an id stands twice');
    for (const o of b.objects) {
      must(o.spec_version === '2.1', o.id + ' spec_version');
      must(o.id.startsWith(o.type + '--'), o.id + ' is a ' + o.type);
      if (o.type !== 'marking-definition') must(new RegExp('--' + uuid5 + '$').test(o.id), o.id + ' no v5');
      for (const k of Object.keys(o)) {
        must(/^[a-z0-9_]{3,250}$/.test(k) || k === 'id', k);
        const refs = /_refs$/.test(k) ? o[k] : /_ref$/.test(k) ? [o[k]] : [];
        must(!Array.isArray(o[k]) || o[k].length > 0, o.id + ' ' + k + ' is empty');
        for (const r of refs) must(ids.has(r), o.id + ' ' + k + ' points at ' + r);
      }
      if (o.type !== 'file' && o.type !== 'marking-definition')
        must(millisecond.test(o.created) && millisecond.test(o.modified) && o.created <= o.modified, o.id + ' times');
      if (o.type === 'indicator') must(/^\[[a-z0-9-]+:[^\n]+ = '(?:[^'\\]|\\['\\])*'\]$/.test(o.pattern) && o.pattern_type === 'stix' && time.test(o.valid_from), 'pattern ' + o.pattern);
      if (o.type === 'relationship') must(/^[a-z0-9-]+$/.test(o.relationship_type), o.relationship_type);
      if (o.type === 'malware') must(typeof o.is_family === 'boolean', 'is_family');
      if (o.type === 'sighting') must(o.count >= 0 && o.count <= 999999999 && !o.where_sighted_refs, 'sighting');
    }
    const report = b.objects.filter((o) => o.type === 'report');
    must(report.length === 1 && report[0].object_refs.length > 0 && time.test(report[0].published), 'report');
  },
  async osv() {
    const o = JSON.parse(text);
    must(osv(o), reasons(osv));
    for (const a of o.affected || []) {
      const purl = 'pkg:npm/' + a.package?.name.replace(/^@/, '%40');
      must(a.package?.purl === purl, 'the package URL is not of ' + a.package?.name);
    }
  },
  async sigma() {
    const rules = yaml.loadAll(text, null, { schema: yaml.CORE_SCHEMA });
    must(rules.length > 0, 'no rule');
    must(new Set(rules.map((r) => r.id)).size === rules.length, 'ids');
    for (const r of rules) {
      must(sigma(r), r.title + ' ' + reasons(sigma));
      must(new RegExp('^' + uuid5 + '$').test(r.id), 'id ' + r.id);
      must(r.detection?.condition in (r.detection || {}), 'the condition names nothing that is there');
    }
  },
  async timesketch() {
    const lines = text.split('\n').filter(Boolean).map((l) => JSON.parse(l));
    must(lines.length > 0, 'no event');
    for (const e of lines) must(e.message && e.timestamp_desc && /^\d{4}-\d\d-\d\dT[\d:.]+\+00:00$/.test(e.datetime), JSON.stringify(e));
  },
};
// The problems that a document of a kind has.
async function problemsOf(kind, doc) {
  text = doc;
  problems = [];
  await kinds[kind]();
  return problems;
}

let bad = 0;
const say = (what) => {
  console.log('not ok: ' + what);
  bad++;
};
for (let i = 0; i < asked.length; i += 2) {
  const [kind, file] = [asked[i], asked[i + 1]];
  const doc = fs.readFileSync(file, 'utf8');
  for (const p of await problemsOf(kind, doc)) say(file + ': ' + p);
  for (const [how, broken] of breaks(kind, doc, yaml))
    if (broken === doc || (await problemsOf(kind, broken)).length === 0) say(file + ': taken though ' + how);
}
process.exit(bad ? 1 : 0);
