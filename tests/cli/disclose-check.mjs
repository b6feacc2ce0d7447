// node disclose-check.mjs ROOT KIND FILE [KIND FILE]...: is it what other people's tools take? KIND: csaf (the 43 mandatory tests and
// the strict schema of the CSAF library), vex (CycloneDX's own schema), stix, osv, sigma, timesketch (rules of the
// standards, in our words: the schema files are not in any package).
import fs from 'fs';
import path from 'path';
import { createRequire } from 'module';
import { pathToFileURL } from 'url';

const [given, ...asked] = process.argv.slice(2);
const root = path.resolve(given);
const require = createRequire(path.join(root, 'package.json'));
const at = (p) => import(pathToFileURL(path.join(root, 'node_modules', p)));
let file, text;
let bad = 0;
const must = (good, what) => {
  if (good) return;
  console.log('not ok: ' + file + ': ' + what);
  bad++;
};

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
    must(/^x_[A-Za-z0-9._-]+$/.test(o.id), 'id ' + o.id);
    must(/^\d+\.\d+\.\d+$/.test(o.schema_version), 'schema_version');
    for (const k of ['modified', 'published']) must(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(o[k]), k);
    must(o.affected.length > 0, 'affected');
    for (const a of o.affected) {
      must(a.package.ecosystem === 'npm' && a.package.name && a.package.purl.startsWith('pkg:npm/'), 'package');
      must(a.versions.length > 0, 'versions');
    }
    const known = 'schema_version id modified published withdrawn aliases related upstream summary details severity affected references credits database_specific'.split(' ');
    for (const k of Object.keys(o)) must(known.includes(k), 'key ' + k);
  },
  async sigma() {
    const yaml = require('js-yaml');
    const rules = yaml.loadAll(text);
    must(rules.length > 0, 'no rule');
    must(new Set(rules.map((r) => r.id)).size === rules.length, 'ids');
    for (const r of rules) {
      for (const k of ['title', 'id', 'status', 'description', 'author', 'date', 'logsource', 'detection', 'falsepositives', 'level']) must(r[k], k);
      must(new RegExp('^' + uuid5 + '$').test(r.id), 'id ' + r.id);
      must(r.title.length <= 256 && /^\d{4}-\d\d-\d\d$/.test(r.date), 'title, date');
      must(r.logsource.category || r.logsource.service, 'logsource');
      must(['informational', 'low', 'medium', 'high', 'critical'].includes(r.level), 'level');
      must(r.detection.condition === 'selection' && Object.values(r.detection.selection)[0].length > 0, 'detection');
      for (const t of r.tags || []) must(/^[a-z0-9_-]+\.[a-z0-9._-]+$/.test(t), 'tag ' + t);
    }
  },
  async timesketch() {
    const lines = text.split('\n').filter(Boolean).map((l) => JSON.parse(l));
    must(lines.length > 0, 'no event');
    for (const e of lines) must(e.message && e.timestamp_desc && /^\d{4}-\d\d-\d\dT[\d:.]+\+00:00$/.test(e.datetime), JSON.stringify(e));
  },
};
for (let i = 0; i < asked.length; i += 2) {
  file = asked[i + 1];
  text = fs.readFileSync(file, 'utf8');
  await kinds[asked[i]]();
}
process.exit(bad ? 1 : 0);
