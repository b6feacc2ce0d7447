#!/bin/sh
# --rules: sources, sinks and sanitizers of the user's own, and what is said about files that are none.
. "$(dirname "$0")/lib.sh"

# The example of the documentation is what is tested.
sed -n '/^```scheme/,/^```$/p' "$ROOT/docs/rules.md" | grep -v '^```' >own.javascript.scm
mkdir old new clean
cat >old/index.js <<'X'
const bus = require('house-bus');
const payroll = require('house-payroll');
function redact(rows) {
  return rows.length;
}
exports.start = () => bus.publish('state', 'started');
X
for side in old new clean; do
	[ "$side" = old ] && version=1.0.0 || version=1.0.1
	printf '{"name": "a", "version": "%s"}\n' "$version" >"$side/package.json"
done
{
	cat old/index.js
	echo "exports.sum = () => { const all = payroll.readSalaries(2024); bus.publish('sum', all); };"
} >new/index.js
sed 's/, all)/, redact(all))/' new/index.js >clean/index.js

is 0 diff old new
is 1 diff old new --rules own.javascript.scm --format json
has out '"behaviour": "exfil/payroll"'
has out '"id": "AS-0061"'
has out '"verdict": "review"'
valid assay.diff.v1 out
is 0 diff old clean --rules own.javascript.scm
is 0 diff new new --rules own.javascript.scm

# Rules count in the digest of what decides; they reach every worker.
"$ASSAY" diff old clean --format json | grep -o '"rules": "[^"]*"' >without
"$ASSAY" diff old clean --rules own.javascript.scm --format json | grep -o '"rules": "[^"]*"' >with
checks=$((checks + 1))
cmp -s without with && fail "the digest of the rules is the same"
printf 'old\tnew\nold\tclean\n' >pairs
is 1 diff --pairs pairs --rules own.javascript.scm
has out '"behaviour": "exfil/payroll"'

# Without a name the finding is that of its kinds.
grep -v behaviour own.javascript.scm | sed 's/(#set! source file)/(#set! source cred))/' >plain.javascript.scm
is 1 diff old new --rules plain.javascript.scm --format json
has out '"id": "AS-0004"'

# wrong NAME TEXT ERROR
wrong() {
	printf '%b' "$2" >"$1"
	is 2 diff old new --rules "$1"
	has err "$3"
	checks=$((checks + 1))
	[ -s out ] && fail "$1 leaves a result"
}
wrong a.javascript.scm '(call_expression\n  function: (nothing) @source)\n' 'a.javascript.scm:2:14: the language has no such node'
wrong b.javascript.scm '; one\n((identifier) @source (#set! source secrets))\n' 'b.javascript.scm:2:1: no kind of source: secrets'
wrong c.python.scm '((identifier) @sink\n' 'c.python.scm:2:1: this is no query'
wrong d.txt '((identifier) @sink (#set! sink net))\n' 'd.txt:1:1: the name says no language'
is 2 diff old new --rules nowhere.javascript.scm
has err 'nowhere.javascript.scm: No such file'
is 2 inspect new --rules a.javascript.scm
has err 'a.javascript.scm:2:14'

done_
