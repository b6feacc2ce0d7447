#!/bin/bash
# The release of assay itself: parts of it built twice, linked twice, then signed for and verified.
# usage: release.sh ASSAY ROOT
. "$(dirname "$0")/lib.sh"

BUILD=$(dirname "$ASSAY")

# A sample of the sources, the generated ones and the small program; everything at
# once is `make release`.
mapfile -t objects < <(ninja -C "$BUILD" -t targets all | sed -n 's/^\(src\/libassay\.a\.p\/[a-z_0-9]*\.c\.o\):.*/\1/p')
ok 'there are objects' [ "${#objects[@]}" -gt 200 ]
sample=(src/when_table.inc src/page_css.inc src/finding_pages.inc assay-verify)
for i in 0 1 2 3 4 5; do
	sample+=("${objects[(i * 61) % ${#objects[@]}]}")
done
ok 'parts are built to the same bytes' "$ROOT/scripts/reproduce" "$HERE/parts" "${sample[@]}"

# A canary: what carries its folder, the time or the user in it is found.
git init -q canary
cp -r "$ROOT/scripts" canary/
cat >canary/meson.build <<'M'
project('canary', 'c')
option = get_option('tests')
executable('assay', 'a.c')
M
echo "option('tests', type: 'boolean', value: true)" >canary/meson_options.txt
mkdir canary/node_modules
for line in 'const char *at = __DATE__ __TIME__;' 'const char *at = HERE;'; do
	printf '%s\nint main(void) { return !at[0]; }\n' "$line" >canary/a.c
	echo "add_project_arguments('-DHERE=\"' + meson.current_source_dir() + '\"', language: 'c')" >canary/here
	sed -i '/HERE/d' canary/meson.build
	sed -i "1r canary/here" canary/meson.build
	git -C canary add -A
	checks=$((checks + 1))
	canary/scripts/reproduce "$HERE/c" assay >canary.out 2>&1
	[ $? -eq 1 ] || fail "not found: $line: $(cat canary.out)"
done

# Linking, from two folders by other names.
link=$(ninja -C "$BUILD" -t commands assay | tail -1)
for at in one much/longer/two; do
	mkdir -p "$at"
	ln -s "$BUILD"/* "$at"/ 2>/dev/null
	rm -f "$at/assay"
	(cd "$at" && TZ=Asia/Tokyo LC_ALL=C sh -c "$link") || fail "linking in $at"
done
ok 'assay links to the same bytes' cmp -s one/assay much/longer/two/assay

# The way of a release, and what a customer sees of it.
mkdir first second
cp one/assay "$BUILD/assay-verify" first/
cp much/longer/two/assay "$BUILD/assay-verify" second/
ok 'scripts/release' sh -c "'$ROOT/scripts/release' out first second >release.log 2>&1 || { cat release.log; false; }"
has release.log 'assay  same'
has release.log 'assay-verify  same'
has release.log 'rebuilt          yes      1 builder, 1 wanted'
has release.log 'VERIFIED  assay'
printf 'X' >>out/assay
ok 'a changed program is refused' [ "$(out/assay-verify out/assay --trust out/assay.assay-trust >/dev/null 2>&1; echo $?)" = 11 ]
# Another build than the vendor's: the gate holds it back, nothing to download.
printf 'X' >>second/assay
ok 'a build that differs stops the release' sh -c "! '$ROOT/scripts/release' out first second >release.log 2>&1"
has release.log 'assay  differs'
ok 'no proof of it' sh -c '! ls out/*.assay-proof 2>/dev/null | grep -q .'
done_
