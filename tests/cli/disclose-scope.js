// node disclose-scope.js CASE REVISION: an assay.scope.v1 and an assay.attribution.v1 as a vendor with few
// records would have them, into scope.json and attribution.json. One customer's id is a formula.
const fs = require('fs');
const [id, revision, evil] = process.argv.slice(2);
const countries = 'US CA GB DE FR IN BR AU JP NL SE PL ZA MX SG'.split(' ');
const industries = ['software', 'retail', 'finance', 'health', 'travel'];
const stage = (stage, lower, estimate, lo, hi, upper, method, reason) => ({
  stage, lower, estimate, interval: lo === null ? null : { lo, hi }, upper, method, reason, query: 'q-' + stage });
const funnel = [
  stage('delivered', 61, 340, 230, 610, 15000, 'Chapman', 'two lists, 14 on both'),
  stage('installed', 44, 190, 120, 340, 15000, 'Chapman', 'two lists, 9 on both'),
  stage('executed', 38, null, null, null, 15000, '', 'fewer than 7 on both lists'),
  stage('beaconed', 9, null, null, null, 15000, '', 'one list alone'),
  stage('second_stage', 2, null, null, null, null, '', 'one list alone'),
];
const group = (key, i) => ({ key, customers: 100 + i, stages: [{ stage: 'delivered', lower: 12 - (i % 12), upper: 900 }] });
const t = (h) => new Date(Date.UTC(2022, 8, 27, h)).toISOString().replace('.000', '');
const customer = [...Array(20).keys()].map((i) => ({
  id: i === 3 ? '=HYPERLINK("http://x.example")' : 'c' + i, stage: i < 2 ? 'second_stage' : i < 9 ? 'beaconed' : 'delivered',
  certainty: ['certain', 'possible', 'not_received', 'unknown'][i % 4], time: { lo: t(i), hi: t(i + 2) }, exposed: { lo: t(i), hi: t(i + 30) },
  evidence: [{ source: 'web', file: 'access.log', line: i + 1 }] }));
fs.writeFileSync('scope.json', JSON.stringify({
  schema: 'assay.scope.v1', assay: '0.1.0', case: { id, revision: +revision }, as_of: t(80), windows: [], funnel,
  by: { country: countries.map(group), industry: industries.map((k, i) => group(evil && i === 0 ? evil : k, i)), customer },
  coverage: [{ source: 'web', percent_of_window: 84.2, gaps: [{ lo: t(2), hi: t(5) }] }, { source: 'dns', percent_of_window: 100, gaps: [] }],
  sensitivity: [], models: [], refusals: [{ what: 'second_stage', why: 'no source sees it' }],
  unknown: ['What customers behind the proxy of the reseller received.'] }));
fs.writeFileSync('attribution.json', JSON.stringify({
  schema: 'assay.attribution.v1', assay: '0.1.0', case: { id, revision: +revision }, calibrated: false,
  hypotheses: [{ id: 'none', name: 'none of the known', is_none: true, log10_odds: 0.4, posterior: 0.71 },
    { id: 'intrusion-set--a', name: 'Example Heron', is_none: false, log10_odds: -0.4, posterior: 0.29 }],
  staging: [], wording: { strength: 'weak', sentence: 'Consistent with Example Heron; not attributed.', named: process.env.NAMED || null },
  refusals: [{ what: 'A name', why: 'fewer than two independent families speak for it' }] }));
