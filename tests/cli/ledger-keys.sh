#!/bin/sh
# Keys with a passphrase, with an ssh-agent, on a PKCS#11 token: each signs what a file's key signs.
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/cli/ledger-lib.sh"

# A passphrase: right, wrong, missing; the file holds no key in the clear.
echo 'correct horse' >pass
echo 'battery staple' >wrong
is 0 ledger keys new vendor.example/sealed sealed.key --passphrase-file pass
ok 'only its owner reads it' [ "$(stat -c %a sealed.key)" = 600 ]
has sealed.key 'kdf argon2id'
is 2 ledger keys new vendor.example/sealed sealed.key
has err 'File exists'
vendor
is 0 ledger request L --product agent --release 1.0 roles.txt
request=$(cat out)
cp "$request" plain
is 2 ledger approve "$request" -k sealed.key --passphrase-file wrong
has err 'not the passphrase'
is 2 ledger approve "$request" -k sealed.key
has err 'has a passphrase and none was given'
is 0 ledger approve "$request" -k sealed.key --passphrase-file pass
sed 's/^secret ..../secret AAAA/' sealed.key >bent.key
cp plain "$request"
is 2 ledger approve "$request" -k bent.key --passphrase-file pass
same plain "$request"
sed "s,^key .*,key $(cat root1.key.pub)," approver1.key >liar.key
is 2 ledger approve "$request" -k liar.key
has err 'not of the key that the file names'

# vkey NAME: "NAME+id+base64" of the 32 bytes on stdin
vkey() {
	python3 -c '
import base64, hashlib, sys
key = b"\x01" + sys.stdin.buffer.read()[-32:]
name = sys.argv[1]
print(f"{name}+{hashlib.sha256(name.encode() + bytes([10]) + key).hexdigest()[:8]}+{base64.b64encode(key).decode()}")' "$1"
}

# An ssh-agent.
eval "$(ssh-agent -s)" >/dev/null
trap 'kill "$SSH_AGENT_PID" 2>/dev/null; rm -rf "$HERE"' EXIT
ssh-keygen -q -t ed25519 -N '' -f id
ssh-add -q id 2>/dev/null
cut -d ' ' -f 2 id.pub | base64 -d | vkey vendor.example/agent >agent.pub
cp plain "$request"
is 0 ledger approve "$request" -k agent:agent.pub
has "$request" 'vendor.example/agent '
mv id id.gone
ssh-add -q -D 2>/dev/null
cp plain "$request"
is 2 ledger approve "$request" -k agent:agent.pub
has err 'does not sign'
(
	unset SSH_AUTH_SOCK
	is 2 ledger approve "$request" -k agent:agent.pub
	has err 'no ssh-agent'
	exit "$failed"
) || failed=$((failed + 1))

# A token.
module=$(ls /usr/lib/softhsm/libsofthsm2.so /usr/lib/*/softhsm/libsofthsm2.so 2>/dev/null | head -1)
mkdir tokens
printf 'directories.tokendir = %s/tokens\nobjectstore.backend = file\nlog.level = ERROR\n' "$HERE" >softhsm.conf
export SOFTHSM2_CONF="$HERE/softhsm.conf"
softhsm2-util --init-token --free --label ledger --pin 1234 --so-pin 5678 >/dev/null || fail softhsm2-util
openssl genpkey -algorithm ed25519 -out t.pem
openssl pkey -in t.pem -pubout -outform DER | vkey vendor.example/token >token.pub
softhsm2-util --import t.pem --token ledger --label approver --id 01 --pin 1234 >/dev/null ||
	fail 'importing into the token'
rm t.pem
echo 1234 >pin
echo 9999 >badpin
cp plain "$request"
is 0 ledger approve "$request" -k "token:$module:ledger:approver:token.pub" --passphrase-file pin
has "$request" 'vendor.example/token '
cp plain "$request"
is 2 ledger approve "$request" -k "token:$module:ledger:approver:token.pub" --passphrase-file badpin
has err 'does not take the PIN'
is 2 ledger approve "$request" -k "token:$module:nowhere:approver:token.pub" --passphrase-file pin
has err 'no token of that label'
is 2 ledger approve "$request" -k "token:$module:ledger:other:token.pub" --passphrase-file pin
has err 'no private key of that label'

# What they sign is good: a ledger whose approvers are these three.
cp sealed.key.pub approver1.key.pub
cp agent.pub approver2.key.pub
cp token.pub approver3.key.pub
roles >roles2.txt
mv L old
is 0 ledger init L roles2.txt --origin ledger.vendor.example
is 0 ledger approve L/requests/keys-1.entry -k root1.key -k root2.key
is 0 ledger publish L
is 0 ledger keys trust L
cp out trust
ssh-add -q id.gone 2>/dev/null
echo 'the agent' >agent.bin
for pair in "sealed.key pass token:$module:ledger:approver:token.pub pin" \
	"agent:agent.pub pass sealed.key pass" "agent:agent.pub pin token:$module:ledger:approver:token.pub pin"; do
	# shellcheck disable=SC2086
	set -- $pair
	version=$(basename "$1" | tr -c 'a-z0-9\n' '-')-$(basename "$3" | tr -c 'a-z0-9\n' '-')
	is 0 ledger request L --product agent --release "$version" agent.bin
	cp out path
	is 0 ledger approve "$(cat path)" -k "$1" --passphrase-file "$2"
	is 0 ledger approve "$(cat path)" -k "$3" --passphrase-file "$4"
	is 0 ledger publish L
	is 0 verify agent.bin --trust trust --proof "$(cat out)"
done

done_
