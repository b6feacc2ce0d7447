#!/bin/sh
# Witnesses, a server and a monitor as processes on loopback; and those who abuse them.
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/cli/ledger-lib.sh"

pids=
stop_all() {
	for pid in $pids; do
		kill "$pid" 2>/dev/null
	done
	wait 2>/dev/null
	rm -rf "$HERE"
}
trap stop_all EXIT

# start NAME COMMAND...: in the background; its address goes to NAME.url
start() {
	name=$1
	shift
	rm -f "$name.out"
	"$@" >"$name.out" 2>"$name.err" &
	pids="$pids $!"
	echo $! >"$name.pid"
	tries=0
	while [ ! -s "$name.out" ] && [ "$tries" -lt 100 ]; do
		sleep 0.05
		tries=$((tries + 1))
	done
	sed 's,/$,,' "$name.out" >"$name.url"
	[ -s "$name.url" ] || fail "$name does not start: $(cat "$name.err")"
}

# stop NAME [SIGNAME]: and waits until it is gone, with its lock
stop() {
	kill "-${2:-TERM}" "$(cat "$1.pid")" 2>/dev/null
	wait "$(cat "$1.pid")" 2>/dev/null
}

witness() {
	start "w$1" "$ASSAY" ledger witness --state "ws$1" --policy logs.txt --key "w$1.key" \
		--listen "${2:-127.0.0.1:0}"
}

# The witnesses must know the log, the ledger its witnesses: the log's key is made first.
for i in 1 2 3; do
	"$ASSAY" ledger keys new "witness.example/w$i" "w$i.key" --cosigner >/dev/null
	mkdir "ws$i"
done
vendor
head -1 L/private/policy >logs.txt
echo 'quorum none' >>logs.txt
for i in 1 2 3; do
	witness "$i"
done
{
	head -1 L/private/policy
	for i in 1 2 3; do
		echo "witness w$i $(cat "w$i.key.pub") $(cat "w$i.url")"
	done
	echo 'group w 2 w1 w2 w3'
	echo 'quorum w'
} >policy.txt
cp policy.txt L/private/policy
"$ASSAY" ledger keys trust L >trust

# Published with three, with two; with one not at all, and then after all.
echo 'the agent' >agent.bin
ship agent 1.0 agent.bin
is 0 ledger publish L
ok 'three cosignatures' [ "$(grep -c '^— witness' L/public/checkpoint)" -eq 3 ]
is 0 verify agent.bin --trust trust --proof L/proofs/agent-stable-1.0.assay-proof
has out 'witnessed        yes      3 witnesses'
has out 'fresh            yes'
is 16 verify agent.bin --trust trust --proof L/proofs/agent-stable-1.0.assay-proof \
	--now 2060-01-01
is 15 verify agent.bin --trust trust --proof L/proofs/agent-stable-1.0.assay-proof \
	--now 2001-01-01
ok 'a proof is below 8 kB' [ "$(stat -c %s L/proofs/agent-stable-1.0.assay-proof)" -lt 8000 ]
stop w3
ship agent 1.1 agent.bin
is 0 ledger publish L
stop w2
ship agent 1.2 agent.bin
is 2 ledger publish L
has err 'too few witnesses'
lacks L/public/checkpoint '^5$'
witness 2 "$(sed 's,http://,,' w2.url)"
is 0 ledger publish L
is 0 ledger fsck L
witness 3 "$(sed 's,http://,,' w3.url)"

# Served, read hard, watched.
start log "$ASSAY" ledger serve L --listen 127.0.0.1:0
is 0 ledger hammer "$(cat log.url)" -n 50
has out '0 failed'
sed "1s,\$, $(cat log.url)," policy.txt >pinned.txt
mkdir m m2 asked
is 0 ledger monitor --policy pinned.txt --state m --once
ship agent 1.3 agent.bin
cp L/requests/agent-stable-1.3.entry asked/
is 0 ledger publish L
cp L/private/head head.before
cp -r L L.before
is 1 ledger monitor --policy pinned.txt --state m2 --once --requests asked
has err 'ALERT unrequested: entry 1:'
lacks err '1.3'
is 1 ledger monitor --policy pinned.txt --state m --once --alerts alerts.log \
	"$(cat log.url)/checkpoint"
has err 'ALERT unknown-bytes'
has alerts.log 'ALERT unknown-bytes'

# A new run says nothing twice; a tag that stands elsewhere than the release's commit is said.
is 0 ledger monitor --policy pinned.txt --state m2 --once --requests asked
commit=1111111111111111111111111111111111111111
ship tagged 1.0 agent.bin --source "git sha1:$commit sha256:$(sha256sum <agent.bin | cut -d ' ' -f 1) https://git.vendor.example/x"
is 0 ledger publish L
printf '%s\trefs/tags/v1.0\n' "$commit" >tags
is 0 ledger monitor --policy pinned.txt --state m --once --tags tags
printf '%s\trefs/tags/v1.0\n' 2222222222222222222222222222222222222222 >tags
is 1 ledger monitor --policy pinned.txt --state m --once --tags tags
has err 'ALERT tag: tagged 1.0 was released from 1111'
cp L/private/head head.before
rm -rf L.before
cp -r L L.before

# A copy of the ledger from before: the witnesses know better.
ship agent 1.4 agent.bin
is 0 ledger publish L
mv L L.new
mv L.before L
ship tool 0.1 agent.bin
is 2 ledger publish L
has err 'restored from a backup'
rm -rf L
mv L.new L

ok 'the witnesses have kept the fork' sh -c 'ls ws?/*/conflict-* >/dev/null'
rm ws?/*/conflict-*

# Two witnesses at one state folder would be none.
is 2 ledger witness --state ws1 --policy logs.txt --key w1.key --listen 127.0.0.1:0
has err 'another witness works here'

# kill -9 while publishing and while witnessing: nothing is lost, nobody is fooled. The points lie over the
# whole of a publication as long as one takes here and now. KILLS=1000 tries as many.
RUNS=${KILLS:-40}
"$ASSAY" ledger pulse L -k pulse1.key >/dev/null
begin=$(date +%s%N)
publish
span=$((($(date +%s%N) - begin) / 1000000 * 12 / 10 + 2))
[ "$span" -lt 999 ] || span=999
n=0
hit=0
while [ "$n" -lt "$RUNS" ]; do
	n=$((n + 1))
	"$ASSAY" ledger pulse L -k pulse1.key >/dev/null 2>&1
	"$ASSAY" ledger publish L --quiet >/dev/null 2>&1 &
	victim=$!
	sleep "$(printf '0.%03d' $((n * 37 % span)))"
	if [ $((n % 4)) -eq 0 ]; then
		kill -9 "$(cat w1.pid)" 2>/dev/null
	fi
	kill -9 $victim 2>/dev/null && hit=$((hit + 1))
	wait $victim 2>/dev/null
	if [ $((n % 4)) -eq 0 ]; then
		stop w1 KILL
		witness 1 "$(sed 's,http://,,' w1.url)"
	fi
done
echo "kill -9: $RUNS publications, $hit while they ran, a witness $((RUNS / 4)) times"
ok 'most were killed while they ran' [ $((hit * 4)) -gt "$RUNS" ]
is 0 ledger publish L
is 0 ledger fsck L
is 0 verify agent.bin --trust trust --proof L/proofs/agent-stable-1.0.assay-proof
is 0 verify agent.bin --trust trust --proof L/proofs/agent-stable-1.4.assay-proof
is 0 ledger monitor --policy pinned.txt --state m --once
ok 'no witness has seen a contradiction' sh -c '! ls ws?/*/conflict-* 2>/dev/null | grep -q .'

# Abuse: see the script for what is tried and what must hold.
for target in log w1; do
	checks=$((checks + 1))
	python3 "$ROOT/tests/cli/abuse.py" "$(cat $target.url)" "$(cat $target.pid)" $target >abuse.out 2>&1 ||
		fail "abuse of $target: $(tail -5 abuse.out)"
	tail -4 abuse.out
done
# Nothing outside the folder was opened for any of it.
ok 'still served' "$ASSAY" ledger hammer "$(cat log.url)" -n 5

done_
