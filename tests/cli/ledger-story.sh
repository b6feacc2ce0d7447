#!/bin/sh
# A build host that swaps a source file while it compiles, and builders who start from the commit.
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/cli/ledger-lib.sh"

# A small program that builds to the same bytes everywhere, and the recipe that says how.
mkdir repo
cat >repo/agent.c <<'C'
#include <stdio.h>
int main(void) { puts("agent 1.0"); return 0; }
C
cat >recipe <<'R'
cc -O1 -s -Wl,--build-id=none -ffile-prefix-map="$PWD"=. -o agent agent.c
R
(cd repo && git init -q && git add . && git -c user.name=v -c user.email=v@vendor.example commit -qm 1.0)
commit=$(git -C repo rev-parse HEAD)
tree=$(git -C repo archive HEAD | sha256sum | cut -d ' ' -f 1)
source="git sha1:$commit sha256:$tree https://git.vendor.example/agent"

# build FOLDER [IMPLANT]: exports the commit and follows the recipe there
build() {
	mkdir -p "$1"
	git -C repo archive HEAD | tar -C "$1" -xf -
	(cd "$1" && PATH=${2:+$2:}$PATH sh "$HERE/recipe") || fail "building in $1"
}

# The implant: whenever the compiler is called, the source is another one for a moment.
mkdir implant
cat >implant/cc <<'I'
#!/bin/sh
mv agent.c agent.c.kept
sed 's/agent 1.0/agent 1.0 and more/' agent.c.kept >agent.c
touch -r agent.c.kept agent.c
PATH=${PATH#*:} cc "$@"
status=$?
mv agent.c.kept agent.c
exit $status
I
chmod +x implant/cc
build poisoned "$HERE/implant"
ok 'the implant leaves no trace in the source' cmp -s poisoned/agent.c repo/agent.c
ok 'but in the program' sh -c 'poisoned/agent | grep -q "and more"'

vendor
gate='--rebuilds 2/3'
# shellcheck disable=SC2086
is 0 ledger request L --product agent --release 1.0 --source "$source" --recipe recipe $gate poisoned/agent
# The approvers look at version, commit and digest: all of that is in order.
is 0 ledger approve L/requests/agent-stable-1.0.entry -k approver1.key -k approver2.key
is 1 ledger publish L --gate
has err 'rebuilt by 0 where 2 are needed'

# Two builders, elsewhere, at other times, as others would: other folders, locales, zones, masks.
(umask 077 && LC_ALL=C TZ=Asia/Tokyo && export LC_ALL TZ && build elsewhere/one)
(umask 002 && LC_ALL=C.UTF-8 TZ=America/Lima && export LC_ALL TZ && build /"$HERE"/two/of/them)
ok 'builders agree with each other' cmp -s elsewhere/one/agent two/of/them/agent
is 1 ledger rebuild L --product agent --release 1.0 -k builder1.key elsewhere/one/agent
has out 'agent  differs'
is 1 ledger rebuild L --product agent --release 1.0 -k builder2.key two/of/them/agent
# The alarm comes before the release: it never gets into the log, and what the builders said does.
is 1 ledger publish L --gate
has err '2 builders got other bytes from this source'
ok 'nothing to download' [ ! -e L/proofs/agent-stable-1.0.assay-proof ]

# Without waiting, the customer's own verifier refuses.
cp -r L watch
is 0 ledger publish watch
is 23 verify poisoned/agent --trust trust --proof watch/proofs/agent-stable-1.0.assay-proof
has err 'rebuilds differ'

# The honest build of the same commit is released as soon as the builders have it too.
rm L/requests/agent-stable-1.0.entry
build honest
# shellcheck disable=SC2086
is 0 ledger request L --product agent --release 1.0.1 --source "$source" --recipe recipe $gate honest/agent
is 0 ledger approve L/requests/agent-stable-1.0.1.entry -k approver1.key -k approver3.key
is 0 ledger rebuild L --product agent --release 1.0.1 -k builder1.key elsewhere/one/agent
is 0 ledger rebuild L --product agent --release 1.0.1 -k builder2.key two/of/them/agent
is 0 ledger publish L --gate
is 0 ledger publish L
sed -i 's/^rebuild watch 0/rebuild gate 2/' trust
is 0 verify honest/agent --trust trust --proof L/proofs/agent-stable-1.0.1.assay-proof
has out 'rebuilt          yes'

# A tarball that holds what the repository does not (xz): the tree's digest is another one.
cp -r repo tar
echo 'int hidden(void) { return 1; }' >>tar/agent.c
ok 'the exported tree is not the tarball' [ "$(tar -C tar --exclude .git -cf - . | sha256sum | cut -d ' ' -f 1)" != "$tree" ]

# assay-verify itself: two folders, locales, zones, masks and times, one result.
SMALL=$(dirname "$ASSAY")/assay-verify
for n in 1 2; do
	mkdir -p "copy/$n/x"
	cp -r "$ROOT/src" "$ROOT/include" "$ROOT/scripts" "copy/$n/x/"
	(
		cd "copy/$n/x" || exit 1
		if [ "$n" -eq 1 ]; then
			umask 077
			export LC_ALL=C TZ=Asia/Tokyo
		else
			umask 002
			export LC_ALL=C.UTF-8 TZ=America/Lima
			find . -exec touch -d '2001-01-01' {} +
		fi
		sources='src/verify/main.c src/verify/ask.c src/util/str.c src/util/cursor.c src/util/utf8.c'
		for name in b64 merkle note checkpoint policy entry keyset rebuild proof trust unsigned verify; do
			sources="$sources src/ledger/$name.c"
		done
		# shellcheck disable=SC2086
		scripts/static-verify musl-gcc "$(pkg-config --variable=libdir libsodium)/libsodium.a" "$PWD" \
			"$PWD/out" "$PWD/out.d" $sources
	) || fail "building assay-verify, copy $n"
done
ok 'assay-verify builds to the same bytes' cmp -s copy/1/x/out copy/2/x/out
ok 'and they are those of the build' cmp -s copy/1/x/out "$SMALL"

done_
