#!/bin/sh
# A ledger from its first key to a revoked release, by the commands that people type.
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/cli/ledger-lib.sh"

now='--now 2026-11-26T10:00:00Z'
vendor
is 0 ledger fsck L
has out '1 entries'
is 2 ledger init L roles.txt --origin ledger.vendor.example
has err 'there is a ledger already'

# What was approved by too few waits, and says why.
echo 'the agent' >agent.bin
# shellcheck disable=SC2086
is 0 ledger request L --product agent --release 1.0 --rebuilds 2/3 $now agent.bin
request=$(cat out)
is 0 ledger approve "$request" -k approver1.key
has out 'product agent'
is 2 ledger approve "$request" -k approver1.key
has err 'has signed already'
is 1 ledger publish L
has err 'signed by 1 approvers where 2 are needed'
is 0 ledger approve "$request" -k approver2.key
is 0 ledger publish L
proof=L/proofs/agent-stable-1.0.assay-proof
has out "$proof"
ok 'the request is gone' [ ! -e "$request" ]

# Stolen keys: another role, a key of nobody, one key twice.
echo 'evil' >evil.bin
is 0 ledger request L --product agent --release 1.1 evil.bin
cp "$(cat out)" plain
for keys in 'builder1 builder2' 'root1 root2' 'approver1 builder1' 'approver1 pulse1'; do
	cp plain "$(ls L/requests/agent*)"
	for key in $keys; do
		is 0 ledger approve L/requests/agent-stable-1.1.entry -k "$key.key"
	done
	is 1 ledger publish L
	has err 'waits: '
done
is 0 ledger keys new vendor.example/approver1 stranger.key
cp plain L/requests/agent-stable-1.1.entry
is 0 ledger approve L/requests/agent-stable-1.1.entry -k approver1.key
is 0 ledger approve L/requests/agent-stable-1.1.entry -k approver2.key
is 0 ledger approve L/requests/agent-stable-1.1.entry -k stranger.key
is 1 ledger publish L
has err "a signature that is not one approver's"
rm L/requests/*.entry

# Two requests for one place: the first wins, the other waits.
ship agent 1.1 agent.bin
ship tool 0.1 agent.bin
is 0 ledger request L --product agent --release 1.2 agent.bin
is 0 ledger approve "$(cat out)" -k approver1.key -k approver3.key
is 1 ledger publish L
has err 'the next release here is number 3'
rm L/requests/*.entry

# Builders.
is 0 ledger rebuild L --product agent --release 1.0 agent.bin -k builder1.key
has out 'agent.bin  same'
mkdir other
echo 'swapped' >other/agent.bin
is 1 ledger rebuild L --product agent --release 1.0 other/agent.bin -k builder2.key
has out 'agent.bin  differs'
is 0 ledger publish L
is 23 verify agent.bin --trust trust --proof "$proof"
has err 'rebuilds differ'
is 0 ledger rebuild L --product agent --release 1.0 agent.bin -k builder3.key
is 0 ledger publish L
is 0 verify agent.bin --trust trust --proof "$proof"
has out '2 builders, 2 wanted, 1 got other bytes'

# With a gate a release waits for its builders; one that differs stops it.
ship gated 1.0 agent.bin --rebuilds 1/3
is 1 ledger publish L --gate
has err 'rebuilt by 0 where 1 are needed'
is 1 ledger rebuild L --product gated --release 1.0 other/agent.bin -k builder1.key
is 1 ledger publish L --gate
has err '1 builder got other bytes from this source'
rm L/requests/*.entry

# The next key set: both thresholds.
keys spare 2
sed '/approver1/d' roles.txt >next.txt
sed 's/^/approver /' spare1.key.pub >>next.txt
{ grep -v '^builder\|^pulse' next.txt; grep '^builder\|^pulse' next.txt; } >ordered.txt
is 0 ledger keys next L ordered.txt
is 0 ledger approve L/requests/keys-2.entry -k root1.key
is 1 ledger publish L
has err 'not enough roots'
is 0 ledger approve L/requests/keys-2.entry -k root3.key
is 0 ledger publish L
is 0 ledger keys show L
has out 'keyset 2'
ship agent 1.3 agent.bin
is 1 ledger publish L
has err 'waits: '
rm L/requests/*.entry
is 0 ledger request L --product agent --release 1.3 agent.bin
is 0 ledger approve "$(cat out)" -k spare1.key -k approver2.key
is 0 ledger publish L
is 0 verify agent.bin --trust trust --proof L/proofs/agent-stable-1.3.assay-proof

# One approver takes a release back; a pulse.
is 0 ledger revoke L --product agent --release 1.0 --reason 'a stolen machine' -k approver3.key
is 0 ledger pulse L -k pulse1.key
is 0 ledger publish L
is 21 verify agent.bin --trust trust --proof "$proof"
has out 'a stolen machine'
is 0 ledger fsck L
has out 'all agree'

# A clock that is a year behind, then a year ahead: what cannot be judged waits, and nothing is lost.
is 0 ledger request L --product agent --release 1.4 agent.bin
is 0 ledger approve "$(cat out)" -k spare1.key -k approver2.key
cp L/private/head head.before
is 1 ledger publish L --now 2025-01-01
has err 'its time is in the future'
ok 'nothing was added' cmp -s L/private/head head.before
is 0 ledger publish L --now 2040-01-01
is 0 verify agent.bin --trust trust --proof L/proofs/agent-stable-1.4.assay-proof
is 0 ledger pulse L -k pulse1.key
is 0 ledger publish L
is 0 ledger fsck L

# Two writers, damage, a head from a backup.
flock L/private/lock "$ASSAY" ledger publish L >out 2>err
ok 'a second writer is refused' [ $? -eq 2 ]
has err 'somebody else is writing'
cp L/private/head head.new
cp L/public/checkpoint checkpoint.new
for file in L/public/tile/entries/000.p/* L/public/tile/0/000.p/*; do
	case $file in */"$(sed -n 2p L/public/checkpoint)") ;; *) continue ;; esac
	cp "$file" saved
	printf 'X' | dd of="$file" bs=1 seek=40 conv=notrunc 2>/dev/null
	is 1 ledger fsck L
	has out "${file#L/}"
	is 2 ledger publish L
	cp saved "$file"
done
is 0 ledger fsck L
cp L/private/head head.old
is 0 ledger pulse L -k pulse1.key
is 0 ledger publish L
cp head.old L/private/head
is 2 ledger publish L
has err 'backup'
is 1 ledger fsck L
has out 'restored from a backup'

done_
