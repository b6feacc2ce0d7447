#!/bin/sh
# The pages of docs/findings/ come out of the program as they stand there, and none can be missing.
. "$(dirname "$0")/lib.sh"

make=$ROOT/scripts/finding-pages
table=$ROOT/src/behaviour/findings.h

is 0 behaviours
cp out list
ok 'a row for each line of the table' [ "$(wc -l <list)" -eq "$(grep -c '^FINDING(' "$table")" ]
ok 'a page for each row' [ "$(wc -l <list)" -eq "$(ls "$ROOT"/docs/findings/AS-*.md | wc -l)" ]
while read -r id _; do
	is 0 behaviours "$id"
	has out "$id  "
	sed '1,/^$/d' out >printed
	sed '1,2d' "$ROOT/docs/findings/$id.md" | sed '/^ATT&CK: /d' | sed '$d' >written
	same printed written
done <list

cp -r "$ROOT/docs/findings" pages
ok 'the pages as they are' "$make" "$table" pages all.inc
grep -v '^ATT&CK: ' "$ROOT/docs/findings/AS-0042.md" >pages/AS-0042.md
ok 'other ids of ATT&CK are refused' sh -c '! "$1" "$2" pages x.inc 2>err' - "$make" "$table"
rm pages/AS-0042.md
ok 'a missing page is refused' sh -c '! "$1" "$2" pages x.inc 2>err' - "$make" "$table"
has err 'AS-0042.md'
cp "$ROOT/docs/findings/AS-0042.md" pages/AS-9999.md
cp "$ROOT/docs/findings/AS-0042.md" pages
ok 'a page without a row is refused' sh -c '! "$1" "$2" pages x.inc 2>err' - "$make" "$table"
ok 'nothing is left behind by a refusal' [ ! -e x.inc ]

done_
