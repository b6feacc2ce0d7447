// What a document must not be taken with: [how it is broken, what to do to it]. A break that finds nothing to break in a
// document is left out of it (a bundle without a sighting has none to break).
const first = (o, type) => o.objects.find((x) => x.type === type);
const of = (type, act) => (doc) => {
  const o = first(doc, type);
  if (!o) return false;
  act(o);
};

const stix = [
  ['the bundle has no id', (d) => delete d.id],
  ['an id is of another type', of('indicator', (o) => (o.id = o.id.replace('indicator', 'malware')))],
  ['an id has no number', of('indicator', (o) => (o.id = 'indicator--1'))],
  ['an id is no name but a random number', of('indicator', (o) => (o.id = o.id.replace(/-5(...-)/, '-4$1')))],
  ['an id stands twice', (d) => d.objects.push(d.objects[0])],
  ['a type is unknown', of('malware', (o) => ((o.type = 'maleware'), (o.id = o.id.replace('malware', 'maleware'))))],
  ['the version is missing', of('identity', (o) => delete o.spec_version)],
  ['the version is 2.2', of('identity', (o) => (o.spec_version = '2.2'))],
  ['the time of making is missing', of('report', (o) => delete o.created)],
  ['a time has no milliseconds', of('report', (o) => (o.created = o.modified = '2022-09-30T08:00:00Z'))],
  ['a time is of another zone', of('report', (o) => (o.modified = '2022-09-30T08:00:00.000+02:00'))],
  ['the 32nd is a day', of('report', (o) => (o.published = '2022-09-32T08:00:00.000Z'))],
  ['it was changed before it was made', of('report', (o) => (o.modified = '1999-09-30T08:00:00.000Z'))],
  ['a report is of nothing', of('report', (o) => (o.object_refs = []))],
  ['a report points into the void', of('report', (o) => o.object_refs.push('file--00000000-0000-5000-8000-000000000000'))],
  ['a report has no name', of('report', (o) => delete o.name)],
  ['an indicator has no pattern', of('indicator', (o) => delete o.pattern)],
  ['a pattern is no pattern', of('indicator', (o) => (o.pattern = 'evil.example'))],
  ["a pattern's text ends early", of('indicator', (o) => (o.pattern = "[url:value = 'a'b']"))],
  ['a pattern has no kind', of('indicator', (o) => delete o.pattern_type)],
  ['an indicator holds from nowhen', of('indicator', (o) => delete o.valid_from)],
  ['a malware is perhaps a family', of('malware', (o) => (o.is_family = 'no'))],
  ['an identity has no name', of('identity', (o) => delete o.name)],
  ['a link has no end', of('relationship', (o) => delete o.target_ref)],
  ['a link has two words', of('relationship', (o) => (o.relationship_type = 'indicates Perhaps'))],
  ['something was seen less than never', of('sighting', (o) => (o.count = -1))],
  ['a sighting names a victim', of('sighting', (o) => (o.where_sighted_refs = [o.sighting_of_ref]))],
  ['a file has no hash and no name', of('file', (o) => (delete o.hashes, delete o.name))],
  ['a hash is too short', of('file', (o) => (o.hashes = { 'SHA-256': 'abcd' }))],
  ['a member is in capitals', of('identity', (o) => (o.NAME = 'x'))],
  ['confidence is above all', of('indicator', (o) => (o.confidence = 101))],
];

const osv = [
  ['the id is of a prefix that others give out', (d) => (d.id = 'GHSA-1')],
  ['the time of change is missing', (d) => delete d.modified],
  ['a time has no zone', (d) => (d.published = '2022-09-30T08:00:00')],
  ['nothing is affected', (d) => (d.affected = [])],
  ['no version is affected', (d) => (d.affected[0].versions = [])],
  ['the ecosystem is unknown', (d) => (d.affected[0].package.ecosystem = 'NPM')],
  ['the package URL is of another package', (d) => (d.affected[0].package.purl = 'pkg:npm/other')],
  ['a reference is of no kind', (d) => (d.references[0].type = 'PAGE')],
  ['a reference is no address', (d) => (d.references[0].url = 'here')],
  ['a member is unknown', (d) => (d.victims = [])],
];

const sigma = [
  ['a rule has no title', (d) => delete d[0].title],
  ['a title is a book', (d) => (d[0].title = 'x'.repeat(257))],
  ['an id stands twice', (d) => d.length > 1 && (d[1].id = d[0].id)],
  ['an id is no UUID', (d) => (d[0].id = '1')],
  ['a date has slashes', (d) => (d[0].date = '2022/09/30')],
  ['there is a 31st of February', (d) => (d[0].date = '2022-02-31')],
  ['a status is made up', (d) => (d[0].status = 'good')],
  ['a level is made up', (d) => (d[0].level = 'severe')],
  ['it has no log source', (d) => (d[0].logsource = {})],
  ['a log source has a colour', (d) => (d[0].logsource.colour = 'red')],
  ['the condition is missing', (d) => delete d[0].detection.condition],
  ['the condition names nothing', (d) => (d[0].detection.condition = 'selections')],
  ['nothing is looked for', (d) => (d[0].detection = { condition: d[0].detection.condition })],
  ['a field looks for no value', (d) => (d[0].detection.selection = { query: [] })],
  ['a modifier is unknown', (d) => (d[0].detection.selection = { 'query|like': 'x' })],
  ['a tag has no space of names', (d) => (d[0].tags = ['supplychain'])],
  ['false alarms are not spoken of', (d) => delete d[0].falsepositives],
  ['a member is unknown', (d) => (d[0].severity = 'high')],
];

const json = (list) => (doc) =>
  list.flatMap(([how, act]) => {
    const d = JSON.parse(doc);
    return act(d) === false ? [] : [[how, JSON.stringify(d)]];
  });

const kinds = {
  stix: json(stix),
  osv: json(osv),
  sigma: (doc, yaml) =>
    sigma.flatMap(([how, act]) => {
      const d = yaml.loadAll(doc, null, { schema: yaml.CORE_SCHEMA });
      return act(d) === false ? [] : [[how, d.map((r) => yaml.dump(r)).join('---\n')]];
    }),
};

export const breaks = (kind, doc, yaml) => (kinds[kind] ? kinds[kind](doc, yaml) : []);
