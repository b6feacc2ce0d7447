#!/bin/sh
# What an enemy hands to a case: each gives one clear error, exit status 2, and leaves the store as it was.
. "$(dirname "$0")/lib.sh"

ASSAY_AUTHOR=somebody
export ASSAY_AUTHOR
is 0 case new C1 --store s.db --now 2022-09-30
is 0 case export C1 --store s.db
cp out before

# refused WHAT ARGUMENT...: exit 2, one line of reason, and nothing else changed
refused() {
	what=$1
	shift
	is 2 case add C1 --store s.db "$@"
	has err "$what"
	ok "one reason for $what" [ "$(wc -l <err)" -eq 2 ]
	if LC_ALL=C grep -q "$(printf '[\001-\010\013-\037\177]')" err; then fail "$what: control bytes in err"; fi
	is 0 case export C1 --store s.db
	same out before
}

# ---- results
hash=$(printf x | sha256sum | cut -d' ' -f1)
# result FILE VERDICT NEW-FIELDS FINDINGS [MORE]
result() {
	printf '{"schema": "assay.diff.v1", "old": {"path": "o", "sha256": "%064d"}, "new": {"sha256": "%s"%s}, "verdict": "%s", "findings": %s, "delta": {"added": [], "changed": []}%s}' \
		0 "$hash" "$3" "$2" "$4" "${5:-}" >"$1"
}

: >empty.json
refused 'not JSON' empty.json
printf 'PK\003\004' >zip.json
refused 'not JSON' zip.json
printf '{"schema": "assay.diff.v1", "a": "\000"}' >nul.json
refused 'not JSON' nul.json
printf '{"schema": "assay.diff.v1", "schema": "assay.diff.v1"}' >twice.json
refused 'not JSON' twice.json
printf '\377\376{"schema": 1}' >utf.json
refused 'not JSON' utf.json
python3 -c 'print("[" * 100000)' >deep.json
refused 'too deep' deep.json
python3 -c 'print("[" + "{}," * 5000000 + "{}]")' >many.json
refused 'too many values' many.json
truncate -s 300M large.json
refused 'large.json' large.json
printf '[1]' >list.json
refused 'not a result' list.json
printf '{"schema": "assay.scope.v1"}' >other.json
refused 'not a result' other.json
printf '{"schema": "assay.diff.v1", "new": "text"}' >types.json
refused 'without its sha256' types.json
result f.json tampered '' '"none"'
refused 'no findings' f.json
result f.json tampered '' '[1]'
refused 'a finding that is none' f.json
result f.json splendid '' '[]'
refused 'verdict is not one of' f.json
result f.json tampered ', "size_bytes": 1e400' '[]'
refused 'not JSON' f.json
result f.json tampered ', "name": "'"$(head -c 20000 /dev/zero | tr '\0' a)"'"' '[]'
refused 'name is too long' f.json
python3 - >f.json <<'PY'
import json
print(json.dumps({"schema": "assay.diff.v1", "new": {"sha256": "a" * 64}, "verdict": "tampered", "delta": {},
    "findings": [{"id": "AS-0042", "untrusted": {"evidence": " ".join(
        f"http://h{n}.example/" for n in range(30000))}}]}))
PY
refused 'more than can be looked for' f.json
refused 'No such file' missing.json

# ---- what stands in a good result is data
python3 - >evil.json <<'PY'
import json
print(json.dumps({"schema": "assay.diff.v1", "old": {"sha256": "b" * 64}, "verdict": "tampered",
    "new": {"path": "=cmd|'/c calc'!A0.exe", "sha256": "a" * 64, "name": "\x1b[2J\x1b]0;owned\x07agent",
        "version": "1\u202e2\n3", "size_bytes": -7},
    "delta": {"added": ["a\x1b[31m", 7, None], "changed": {"x": 1}, "digests": "no"},
    "findings": [{"id": "AS-0042\x1b[1m", "weight": "heavy", "where": ["no"], "attack": {"a": [[]]},
        "untrusted": {"evidence": "http://cdn.evil.example\x1b[0m/x 'HKLM\\\\Software\\\\\x07Run'", "decoded": 4}}]}))
PY
is 0 case add C1 evil.json --store s.db --now 2022-10-01
is 0 case show C1 --store s.db
if LC_ALL=C grep -q "$(printf '[\001-\011\013-\037\177]')" out; then fail 'control bytes on the screen'; fi
is 0 case show C1 --store s.db --format json
valid assay.case.v1 out
if LC_ALL=C grep -q "$(printf '[\001-\011\013-\037\177]')" out; then fail 'control bytes in the document'; fi
lacks out 'u001b'
is 0 case export C1 --store s.db
cp out before
is 0 case import before --store again.db
is 0 case export C1 --store again.db
same out before

# ---- lists
list() {
	printf '%b' "$1" >list.csv
}

list ''
refused 'it is empty' --customers list.csv
list 'name,country\nx,y\n'
refused 'no column id' --customers list.csv
list 'id,name\nK1\n'
refused 'line 2: columns are missing' --customers list.csv
list 'id,name\nK1,a,b\n'
refused 'line 2: columns too many' --customers list.csv
list 'id,name\nK1,a\nK2,"b\n'
refused 'line 3: a quote is never closed' --customers list.csv
list 'id,name\nK1,=HYPERLINK("http://e.example")\n'
refused 'line 2: a quote in the middle' --customers list.csv
list 'id,name\nK1,"=HYPERLINK(1)"\n'
refused 'line 2: a formula' --customers list.csv
for formula in '@SUM(1)' '+cmd|x' '-cmd|x' '=1+1'; do
	list "id,name\nK1,$formula\n"
	refused 'line 2: a formula' --customers list.csv
	list "id,ip\nK1,$formula\n"
	refused 'line 2: a formula' --customers list.csv
done
list 'id,name\nK1,a\nK1,b\n'
refused 'stands twice' --customers list.csv
list 'id,name,name\nK1,a,b\n'
refused 'a column stands twice' --customers list.csv
list 'id,name\n,a\n'
refused 'line 2: a customer without an id' --customers list.csv
python3 -c 'print("id," + ",".join(f"c{n}" for n in range(100000)))' >list.csv
refused 'too many columns' --customers list.csv
python3 -c 'print("id,name\nK1," + "x" * 5000000)' >list.csv
refused 'a cell is too long' --customers list.csv
python3 -c 'print("id,name\nK1," + "x" * 5000)' >list.csv
refused 'name is too long' --customers list.csv
list 'id\r\rK1\n'
refused 'no column id' --customers list.csv
list 'kind,value\nplanet,mars\n'
refused 'kind is not one of' --indicators list.csv
list 'kind,value\nhost,\n'
refused 'line 2: an indicator needs' --indicators list.csv
head -c 1000000 /dev/urandom >list.csv
is 2 case add C1 --store s.db --customers list.csv

# ---- options
refused 'not KIND VALUE' --indicator host
refused 'kind is not one of' --indicator 'planet mars'
refused 'not a time' --report x --at tomorrow
refused 'before the first' --report x --at 2022-09-28/2022-09-27
refused 'there is no release' --window 'r99 c99'
refused 'nothing of this id' --remove i4711
refused 'from 0 to 1' --source web --completeness 1.5
refused 'there is no customer' --source web --sees nobody
refused 'exclude each other' --bad --good evil.json
refused 'a RESULT, or one' --reason 'for nothing'
is 2 case new '../../etc' --store s.db
has err 'letters, digits'
is 2 case add C2 evil.json --store s.db
has err 'there is no case C2'

# ---- exports of others
spoil() { # WHAT SED
	sed "$2" before >spoilt
	is 2 case import spoilt --store other.db
	has err "$1"
}
spoil 'not a case' '1s/assay.case.v1/assay.case.v9/'
spoil 'revisions is not' '1s/"number": 1,/"number": 7,/'
spoil 'revision is not' '1s/"revision": 2,/"revision": 9,/'
spoil 'status is not one of' '1s/"status": "bad"/"status": "x"/'
spoil 'findings is not' '1s/"findings": \[/"findings": 1, "x": [/'
spoil 'allowed_in_block_list is not' '1s/"allowed_in_block_list": true/"allowed_in_block_list": "yes"/'
spoil 'letters, digits' '1s/"id": "C1"/"id": "..\/x"/'
spoil 'not whole' '1s/"observations": 0/"observations": 5/'
spoil 'stands twice' '1s/"id": "i2"/"id": "i3"/'
echo '{"schema": "assay.observation.v1"}' | cat before - >spoilt
is 2 case import spoilt --store other.db
has err 'line 2: '
is 0 case list --store other.db
has out 'no case'

# ---- stores of others
echo 'not a database, but long enough to be looked at as one: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx' >text.db
is 2 case list --store text.db
has err 'damaged or no store'
python3 -c 'import sqlite3; sqlite3.connect("foreign.db").execute("create table t (x)")'
is 2 case new C1 --store foreign.db
has err 'not a store of assay'
cp s.db newer.db
python3 - <<'PY'
import sqlite3
db = sqlite3.connect("newer.db")
db.execute("update assay_meta set value = '4711' where name = 'schema'")
db.commit()
PY
is 2 case list --store newer.db
has err 'made by a newer assay'
head -c 20000 s.db >cut.db
is 2 case show C1 --store cut.db
cp s.db raw.db
python3 - <<'PY'
import sqlite3
db = sqlite3.connect("raw.db")
db.execute("update assay_finding set json = '{\"id\": 1} \x1b[2J, \"x\": {'")
db.execute("update assay_release set name = char(27) || '[2J'")
db.commit()
PY
is 2 case show C1 --store raw.db --format json
has err 'finding'
mkdir folder
is 2 case new C1 --store folder
has err 'not a file'
chmod 400 s.db
if [ "$(id -u)" -ne 0 ]; then
	is 2 case add C1 --store s.db --title x
fi

done_
