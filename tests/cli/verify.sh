#!/bin/sh
# assay verify and assay-verify say the same, and the small program is what it claims to be.
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/cli/ledger-lib.sh"
SMALL=$(dirname "$ASSAY")/assay-verify

# both STATUS ARGUMENT...
both() {
	is "$@"
	sed '/^assay: /d' err >/dev/null
	cp out big
	want=$1
	shift 2
	checks=$((checks + 1))
	"$SMALL" "$@" >out 2>err
	status=$?
	[ "$status" -eq "$want" ] || fail "exit $status, not $want: assay-verify $*"
	same big out
}

ok 'it is below 250 kB' [ "$(stat -c %s "$SMALL")" -lt 250000 ]
ok 'it is static' sh -c "! readelf -d '$SMALL' 2>/dev/null | grep -q NEEDED"
ok 'its stack is not executable' sh -c "readelf -lW '$SMALL' | grep GNU_STACK | grep -qv E"
for word in getaddrinfo keypair argon2 json ASN; do
	ok "no $word in it" sh -c "! strings '$SMALL' | grep -qw '$word'"
done

vendor
echo 'the agent' >agent.bin
ship agent 1.0 agent.bin
publish
cp L/proofs/agent-stable-1.0.assay-proof agent.bin.assay-proof
both 0 verify agent.bin --trust trust
has out 'VERIFIED  agent 1.0 (stable), release 1 of vendor.example'
both 0 verify --product agent --channel stable --release 1.0 --trust trust agent.bin
both 19 verify --product other --trust trust agent.bin
both 19 verify --channel beta --trust trust agent.bin
both 19 verify --release 1.1 --trust trust agent.bin

# It asks the system for no memory and no network.
ok 'strace' strace -o trace -e trace=%network,brk,mmap,mremap "$SMALL" agent.bin --trust trust >/dev/null
ok 'no heap, no network' sh -c "! grep -q '(' trace"
# The file.
echo 'another agent' >other.bin
both 10 verify other.bin --trust trust
both 11 verify other.bin --name agent.bin --proof agent.bin.assay-proof --trust trust
both 11 verify other.bin --proof agent.bin.assay-proof --trust trust
both 2 verify nowhere.bin --trust trust
both 2 verify agent.bin --trust nowhere
mkdir folder
both 2 verify folder --name agent.bin --proof agent.bin.assay-proof --trust trust
ln -s agent.bin link.bin
both 2 verify link.bin --name agent.bin --proof agent.bin.assay-proof --trust trust
mkfifo pipe.bin
both 2 verify pipe.bin --name agent.bin --proof agent.bin.assay-proof --trust trust

# The proof, cut everywhere and with every line changed: never accepted, never a crash.
size=$(stat -c %s agent.bin.assay-proof)
n=0
while [ "$n" -lt "$size" ]; do
	head -c "$n" agent.bin.assay-proof >cut
	"$SMALL" agent.bin --proof cut --trust trust --quiet 2>/dev/null
	status=$?
	[ "$status" -ge 10 ] && [ "$status" -le 23 ] || fail "cut at $n: exit $status"
	n=$((n + 37))
done
lines=$(wc -l <agent.bin.assay-proof)
n=1
while [ "$n" -le "$lines" ]; do
	sed "${n}s/[A-Za-z]/_/3" agent.bin.assay-proof >bent
	"$SMALL" agent.bin --proof bent --trust trust --quiet 2>/dev/null
	status=$?
	cmp -s bent agent.bin.assay-proof || { [ "$status" -ge 10 ] && [ "$status" -le 23 ]; } ||
		fail "line $n bent: exit $status"
	n=$((n + 1))
done
checks=$((checks + 2))

# Rollback and freezing.
both 0 verify agent.bin --trust trust --seen seen
ship agent 1.1 agent.bin
publish
both 0 verify agent.bin --trust trust --seen seen --proof L/proofs/agent-stable-1.1.assay-proof
both 20 verify agent.bin --trust trust --seen seen
both 0 verify agent.bin --trust trust --seen seen --proof L/proofs/agent-stable-1.1.assay-proof
echo damaged >seen
both 2 verify agent.bin --trust trust --seen seen

# Another vendor's trust file: the log is not that one.
mkdir elsewhere
(cd elsewhere && vendor)
both 14 verify agent.bin --trust elsewhere/trust

# Bytes in a PE image that no signature covers.
if command -v x86_64-w64-mingw32-gcc >/dev/null && command -v osslsigncode >/dev/null; then
	echo 'int main(void) { return 0; }' >app.c
	x86_64-w64-mingw32-gcc app.c -o plain.exe || fail 'mingw'
	openssl req -x509 -newkey rsa:2048 -nodes -keyout k.pem -out c.pem -days 9 -subj /CN=x \
		-addext extendedKeyUsage=codeSigning 2>/dev/null
	osslsigncode sign -certs c.pem -key k.pem -in plain.exe -out app.exe >/dev/null || fail 'sign'
	ship app 1 app.exe
	publish
	both 0 verify app.exe --trust trust --proof L/proofs/app-stable-1.assay-proof
	# A builder has the image without the signature.
	mkdir built
	cp plain.exe built/app.exe
	is 0 ledger rebuild L --product app --release 1 built/app.exe -k builder1.key
	has out 'app.exe  same'
	cp app.exe grown.exe
	printf 'more' >>grown.exe
	both 12 verify grown.exe --name app.exe --trust trust --proof L/proofs/app-stable-1.assay-proof
	is 2 ledger request L --product app --release 2 grown.exe
	has err 'holds bytes beside'
else
	fail 'mingw and osslsigncode are needed'
fi

done_
