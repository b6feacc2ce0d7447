#!/bin/sh
# The gate does not lie: exit statuses, errors, what is left behind.
. "$(dirname "$0")/lib.sh"

release old 1.0.0
release new 1.0.1 "function bye(name) { return 'Bye, ' + name; }"

# Clean, in every spelling.
is 0 diff old.tgz new.tgz
has out 'CLEAN'
ok 'a clean run says nothing on stderr' [ ! -s err ]
is 0 old.tgz new.tgz
is 0 diff --format json old.tgz new.tgz
valid assay.diff.v1 out
has out '"verdict": "clean"'
is 0 diff --format json-v1 old new
valid assay.diff.v1 out
is 0 diff old.tgz old.tgz
has out 'CLEAN'
has out 'Same bytes as OLD'
"$ASSAY" inspect --format json old.tgz >out 2>err
ok 'inspect answers' [ $? -le 1 ]
valid assay.inspect.v1 out

# --fail-on moves the line, not the verdict.
is 1 diff --fail-on clean old.tgz new.tgz
has err 'exit 1: clean'
has out 'CLEAN'

# Nothing was asked: 2, one sentence, the last line in words.
for bad in '' nowhere.tgz nowhere/at/all; do
	is 2 diff old.tgz "$bad"
	is 2 diff "$bad" old.tgz
	is 2 inspect "$bad"
	has err 'assay: '
	ok 'two lines on stderr' [ "$(wc -l <err)" -eq 2 ]
	ok 'the last line says it in words' [ "$(tail -n 1 err)" = 'assay: exit 2: no answer' ]
	ok 'nothing on stdout' [ ! -s out ]
done
mkfifo pipe
is 2 diff old.tgz pipe
has err 'pipe'
is 2 inspect /dev/null
is 2 inspect -q nowhere
ok '--quiet leaves the error' [ "$(wc -l <err)" -eq 1 ]
is 2 diff --accept nowhere.jsonl old.tgz new.tgz
has err 'nowhere.jsonl'
is 2 diff --history nowhere.tgz old.tgz new.tgz
has err 'nowhere.tgz'
if [ "$(id -u)" -ne 0 ]; then
	cp new.tgz secret.tgz
	chmod 0 secret.tgz
	is 2 diff old.tgz secret.tgz
	has err 'Permission denied'
fi

# Whatever bytes could be read get a verdict, and never a clean one over something unseen.
: >empty
head -c 300 new.tgz >cut.tgz
head -c 5000 /dev/urandom >noise.bin
for odd in empty cut.tgz noise.bin; do
	for args in "diff old.tgz $odd" "diff $odd new.tgz" "inspect $odd"; do
		# shellcheck disable=SC2086
		"$ASSAY" $args >out 2>err </dev/null
		status=$?
		case $status in 0|1) ;; *) fail "exit $status: $args" ;; esac
		checks=$((checks + 1))
	done
done
is 1 diff old.tgz cut.tgz
is 1 inspect cut.tgz
lacks out 'CLEAN'
is 1 diff old.tgz noise.bin
lacks out 'CLEAN'
# Nothing to look at is nothing to call clean.
mkdir -p hollow hollower/a/b
tar -cf hollow.tar hollow
for odd in hollow hollower hollow.tar; do
	is 1 diff old "$odd"
	has out 'REVIEW'
	has out 'there is no file in it'
	is 1 inspect "$odd"
	has out 'UNKNOWN'
done
is 1 diff hollow hollow.tar
has out 'UNKNOWN'
is 0 diff hollow hollow

# Cut, a release in which every file changed looks like another product: it still shows less than OLD did.
PYTHONPATH=$ROOT/tests/make python3 -B - <<'END'
import hfsplus, os, random
for n in (1, 2):
    draw = random.Random(n)
    os.mkdir("volume%d" % n)
    for i in range(14):
        with open("volume%d/f%d.txt" % (n, i), "w") as f:
            f.write("\n".join("%x" % draw.getrandbits(200) for _ in range(60)))
    hfsplus.pack("mixed", "volume%d" % n, "volume%d.img" % n)
END
is 0 diff volume1.img volume2.img
has out 'another product'
head -c 60000 volume2.img >volume3.img
is 1 diff volume1.img volume3.img
has out 'REVIEW'
has out 'shows less than the release before'

# stdin, once.
cat new.tgz | "$ASSAY" diff --format json old.tgz - >out 2>err
ok 'NEW from stdin' [ $? -eq 0 ]
has out '"path": "-"'
valid assay.diff.v1 out
is 2 diff - -
has err 'one release only'

# Files of --output: written, not overwritten, not left behind without a result.
is 0 diff --output json=r.json -o text=r.txt old.tgz new.tgz
valid assay.diff.v1 r.json
same out r.txt
is 2 diff --output json=r.json old.tgz new.tgz
has err '--force'
is 0 diff --force --output json=r.json old.tgz new.tgz
valid assay.diff.v1 r.json
is 2 diff --output json=left.json old.tgz nowhere.tgz
ok 'no empty result is left behind' [ ! -e left.json ]
is 2 diff --output json=no/such/folder/r.json old.tgz new.tgz
is 2 diff --output xml=r.xml old.tgz new.tgz
is 2 diff --output r.json old.tgz new.tgz

# A result that does not arrive is no result.
"$ASSAY" diff old.tgz new.tgz >/dev/full 2>err
ok 'a full disk is noticed' [ $? -eq 2 ]
has err 'No space left'
"$ASSAY" diff old.tgz new.tgz >&- 2>err
ok 'a closed stdout is noticed' [ $? -eq 2 ]
{ "$ASSAY" diff old.tgz new.tgz 2>err; echo $? >status; } | :
case $(cat status) in 0|2) ;; *) fail "a pipe nobody reads: exit $(cat status)" ;; esac
"$ASSAY" -h >/dev/full 2>err
ok 'help that does not arrive' [ $? -eq 2 ]

# Colour.
is 0 diff old.tgz new.tgz
lacks out "$(printf '\033')"
is 0 diff --colour always old.tgz new.tgz
has out "$(printf '\033[1;32mCLEAN')"
is 0 diff --color=always --no-colour old.tgz new.tgz
lacks out "$(printf '\033')"
FORCE_COLOR=1 "$ASSAY" diff old.tgz new.tgz >out 2>err
has out "$(printf '\033')"
NO_COLOR=1 FORCE_COLOR=1 "$ASSAY" diff old.tgz new.tgz >out 2>err
lacks out "$(printf '\033')"
if command -v script >/dev/null; then
	TERM=xterm script -qec "'$ASSAY' diff old.tgz new.tgz" /dev/null >out 2>err </dev/null
	has out "$(printf '\033[1;32m')"
	TERM=xterm NO_COLOR=1 script -qec "'$ASSAY' diff old.tgz new.tgz" /dev/null >out 2>err </dev/null
	lacks out "$(printf '\033[1')"
fi

# Costs go to stderr and do not touch the result.
is 0 diff --format json old.tgz new.tgz
cp out plain
is 0 diff --format json --stats old.tgz new.tgz
same out plain
has err 'time'
has err 'memory'

# explain with a result: the evidence of that finding; a result is hostile too.
is 0 behaviours
id=$(sed -n '1s/ .*//p' out)
printf '{"findings": [{"id": "%s", "where": {"member": "a\\u001b[2Jb", "line": 7}, "untrusted": {"evidence": "x\\u202ey", "decoded": ["one", 2, null]}}, 3, {"id": 5}]}' \
	"$id" >hostile.json
"$ASSAY" explain "$id" <hostile.json >out 2>err
ok 'explain reads a result' [ $? -eq 0 ]
has out 'line       7'
has out '\u{202e}'
lacks out "$(printf '\033')"
echo '{"findings": []}' | "$ASSAY" explain "$id" >out 2>err
has out 'does not have it'
echo 'nonsense' | "$ASSAY" explain "$id" >out 2>err
ok 'nonsense is no result' [ $? -eq 2 ]
echo '[]' | "$ASSAY" explain "$id" >out 2>err
ok 'a list is no result' [ $? -eq 2 ]

# Configuration: from the user's place, never from the working folder.
mkdir -p xdg/assay
printf '# mine\n--format json\n--jobs=1\n' >xdg/assay/config
is 0 diff old.tgz new.tgz
has out '"schema"'
is 0 diff --format text old.tgz new.tgz
has out 'CLEAN'
is 0 diff --no-config old.tgz new.tgz
has out 'CLEAN'
is 0 formats
printf 'frobnicate\n' >xdg/assay/config
is 2 diff old.tgz new.tgz
has err 'config:1'
printf -- '--fromat json\n' >xdg/assay/config
is 2 diff old.tgz new.tgz
has err '--no-config'
rm -r xdg/assay
mkdir -p .config/assay
echo '--format json' | tee config .assay .config/assay/config >assay.conf
is 0 diff old.tgz new.tgz
has out 'CLEAN'
ASSAY_CONFIG=nowhere "$ASSAY" diff old.tgz new.tgz >out 2>err
ok 'a configuration that is named must be there' [ $? -eq 2 ]
ASSAY_CONFIG=config "$ASSAY" diff old.tgz new.tgz >out 2>err
has out '"schema"'
# Another thing under another name is a first release; under the same name it changed its kind.
release greeter-1.0 1.0
cp /bin/true other
cp other greeter-1.1
is 0 diff greeter-1.0.tgz other
has out 'OLD looks like another product: judged as a first release'
is 1 diff greeter-1.0.tgz greeter-1.1
has out 'REVIEW'
head -c 200 greeter-1.0.tgz >cut-1.1.tgz
is 1 diff greeter-1.0.tgz cut-1.1.tgz
done_
