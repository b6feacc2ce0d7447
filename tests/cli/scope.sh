#!/bin/sh
# Who has it: a case made by the commands that people type, filled with observations, then counted; and
# the question put to a real engine.
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/cli/postgresql.sh"

XDG_DATA_HOME=$HERE/data
export XDG_DATA_HOME
now='--now 2022-10-10T00:00:00Z'

# One list of a dozen of 15,000: what was known in public says nothing about the rest.
is 0 case new twelve --title 'a dozen' --now 2022-10-01
is 0 case add twelve --population 15000 --what 'customers' --now 2022-10-01
for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
	is 0 case add twelve --report "Victim $i" --stage installed --at 2022-10-02 --now 2022-10-03
done
is 0 scope twelve $now
grep -q 'delivered  *12  *not estimable  *15,000' out || fail 'lower 12, not estimable, upper 15,000'
grep -q 'one list says nothing about who is on none' out || fail 'the reason is said'
grep -q 'Victim' out && fail 'a name that is not needed'
is 0 scope twelve $now --format json
valid assay.scope.v1 out

# 600 customers, 240 of them called a host; three lists saw some of them, the log of the channel more.
is 0 case new big --title 'many' --now 2022-10-01
python3 - >customers.csv <<'PY'
print("id,name,country,industry,size,licence,ip,domain")
for i in range(600):
    print(f"k{i},Customer {i},{'DE' if i % 3 else 'FR'},{'retail' if i % 2 else '<b>odd</b>'},"
          f"{'large' if i % 4 == 0 else 'small'},L-{i},198.18.{i >> 8}.{i & 255},k{i}.example")
PY
is 0 case add big --customers customers.csv --population 600 --what customers --now 2022-10-02
is 0 case add big --channel 'download https://dl.example/agent.exe' --now 2022-10-02
is 0 case show big --format json
channel=$(python3 -c 'import json; print(json.load(open("out"))["channels"][0]["id"])')
printf 'kind,value,stage\npath,/agent.exe,delivered\nhost,c2.example,beaconed\nfile_name,"it'"'"'s \\ ""odd"".exe",installed\n' >i.csv
is 0 case add big --indicators i.csv --now 2022-10-02
for s in web pdns edr cert; do
	more=
	[ $s = web ] && more="--channel $channel --dependent --gap 2022-09-28T10:00:00Z/2022-09-28T12:00:00Z"
	# shellcheck disable=SC2086
	is 0 case add big --source $s --kind csv --owner "$s operator" --timezone UTC --clock 0/1 \
		--from 2022-09-20 --to 2022-10-05 $more --now 2022-10-02
done
is 0 case export big
cp out big.jsonl
python3 - >import.jsonl <<'PY'
import json, random
r = random.Random(3)
case = json.loads(open("big.jsonl").readline())
ids = {i["kind"]: i["id"] for i in case["indicators"]}
case["id"] = "filled"
case["releases"] = [{"id": "r900", "status": "bad", "name": "agent", "version": "2", "kind": None, "sha256": None,
    "size_bytes": None, "verdict": None, "probability": None, "document_sha256": None, "artifacts": [], "findings": []}]
case["windows"] = [{"id": "w900", "release": "r900", "channel": case["channels"][0]["id"],
    "from": {"lo": "2022-09-27T08:00:00Z", "hi": "2022-09-27T09:00:00Z"},
    "to": {"lo": "2022-09-29T16:00:00Z", "hi": "2022-09-29T17:00:00Z"}, "evidence": "a log"}]
for i in case["indicators"]:
    i["release"] = "r900"
rows = []
def see(source, indicator, stage, customer, day, **keys):
    k = dict.fromkeys(("ip", "user", "host", "agent_id", "account", "licence", "user_agent", "domain"))
    k.update(keys)
    t = f"2022-09-{day:02d}T12:30:00Z"
    rows.append({"schema": "assay.observation.v1", "source": source, "file": "0" * 64, "indicator": ids[indicator],
        "stage": stage, "keys": k, "release": "r900", "line": len(rows) + 1, "offset": 0, "untrusted": {"time": t},
        "first": {"lo": t, "hi": t}, "last": {"lo": t, "hi": t}, "bytes": 1, "status": 200, "complete": "yes",
        "mode": "unknown", "count": 1})
for c in range(240):
    if r.random() < 0.8:
        see("web", "path", "delivered", c, r.choice((27, 28, 29)), ip=f"198.18.{c >> 8}.{c & 255}")
    for source, p in (("pdns", 0.35), ("edr", 0.3), ("cert", 0.3)):
        if r.random() < p:
            see(source, "host", "beaconed", c, 30, **({"licence": f"L-{c}"} if source == "edr" else
                {"domain": f"k{c}.example"}))
see("web", "path", "delivered", 0, 28, ip="203.0.113.77")
case["observations"] = len(rows)
print(json.dumps(case))
for row in rows:
    print(json.dumps(row))
PY
is 0 case import import.jsonl
is 0 scope filled $now
[ "$(wc -l <out)" -le 45 ] || fail 'it fits a screen'
[ "$(wc -L <out)" -le 110 ] || fail 'its lines fit'
grep -q 'beaconed by log-linear Poisson' out || fail 'the method is named'
grep -q 'web covers 9[0-9] % of the window' out || fail 'a gap is said'
grep -q '<b>odd</b>' out || fail 'industries are shown'
is 0 scope filled $now --format json
valid assay.scope.v1 out
python3 - <<'PY' || fail 'the funnel is not as it was made'
import json
d = json.load(open("out"))
f = {s["stage"]: s for s in d["funnel"]}
b = f["beaconed"]
assert b["lower"] <= 240 and b["interval"]["lo"] <= 240 <= b["interval"]["hi"], b
assert f["delivered"]["lower"] <= 240 and f["delivered"]["estimate"] is None, f["delivered"]
assert f["second_stage"]["lower"] == 0 and f["delivered"]["upper"] == 600
named = {c["id"] for c in d["by"]["customer"] if c["certainty"] == "certain"}
assert named <= {f"k{i}" for i in range(240)} and len(named) == f["delivered"]["lower"]
assert d["customers"]["unknown"] == 600 - len(named) - d["customers"]["possible"]
assert sum(g["customers"] for g in d["by"]["country"]) == 600
assert any(m["model"] == "Mt" for m in d["models"]) and len(d["sensitivity"]) == 3
assert any("no customer's that can be told" in s for s in d["unknown"])
PY
cp out first
is 0 scope filled $now --format json
cmp -s first out || fail 'the same case gives the same bytes'
is 0 scope filled $now --threshold 0.95
is 2 scope filled $now --threshold 0.3
is 2 scope filled $now --format sarif
is 2 scope nosuch
is 2 scope filled --kql --spl

# Countries of addresses that are nobody's, from a database made here.
perl -e 'use MaxMind::DB::Writer::Tree;
	my $t = MaxMind::DB::Writer::Tree->new(ip_version => 4, record_size => 24, database_type => "Test-Country",
		languages => ["en"], description => {en => "test"}, remove_reserved_networks => 0,
		map_key_type_callback => sub { $_[0] eq "country" ? "map" : "utf8_string" });
	$t->insert_network("203.0.113.0/24", {country => {iso_code => "NZ"}});
	open my $f, ">:raw", "geo.mmdb"; $t->write_tree($f); close $f' || fail 'no database was made'
is 0 scope filled $now --format json --geo geo.mmdb
grep -q '"key": "NZ"' out || fail 'the country of an address'
head -c 100 geo.mmdb >broken.mmdb
is 2 scope filled $now --geo broken.mmdb
is 2 scope filled $now --geo nosuch.mmdb

# The question for engines: PostgreSQL and DuckDB answer it here, KQL is read by its maker's parser.
cat >events.sql <<'SQL'
insert into assay_events (time, source, ip, path, remote_host, file_name) values
	('2022-09-28T10:00:00Z', 'web', '198.18.0.1', '/agent.exe', null, null),
	('2022-09-28T11:00:00Z', 'web', '198.18.0.1', '/agent.exe', null, null),
	('2022-09-20T10:00:00Z', 'web', '198.18.0.2', '/agent.exe', null, null),
	('2022-10-02T10:00:00Z', 'web', '198.18.0.2', '/agent.exe', null, null),
	('2022-10-02T10:00:00Z', 'dns', '198.18.0.3', null, 'C2.example', null),
	('2022-10-02T10:00:00Z', 'edr', '198.18.0.4', null, null, 'It''s \ "odd".exe'),
	('2022-09-28T10:00:00Z', 'web', '198.18.0.5', '/Agent.exe', 'notc2.example', null);
SQL
printf 'beaconed|198.18.0.3|1\ndelivered|198.18.0.1|2\ninstalled|198.18.0.4|1\n' >wanted
is 0 scope filled --sql clickhouse
grep -q "it\\\\'s \\\\\\\\ \"odd\".exe" out || fail 'ClickHouse reads backslashes'
is 0 scope filled --sql duckdb
grep -q "'it''s \\\\ \"odd\".exe'" out || fail 'DuckDB does not'
cp out question.duckdb
checks=$((checks + 1))
node "$ROOT/tests/cli/scope-engines.mjs" "$ROOT" duckdb question.duckdb >got 2>err || fail 'DuckDB does not take the question'
cmp -s got wanted || { cat got; fail 'DuckDB answers otherwise'; }
is 0 scope filled --kql
grep -q '"it.s \\\\ \\"odd\\".exe"' out || fail 'KQL'
cp out question.kql
ok 'KQL is no KQL' node "$ROOT/tests/cli/scope-engines.mjs" "$ROOT" kql question.kql
is 0 scope filled --spl
grep -q '"it.s \\\\ \\"odd\\".exe"' out || fail 'SPL'
grep -qx '| fillnull value="-" host src_ip user' out || fail 'an event without a user would be lost'
is 0 scope filled --sql postgresql
cp out question.sql
pg_start
pg_sql "create table assay_events (time timestamptz, source text, ip text, user_name text, host text,
	agent_id text, account text, licence text, user_agent text, sha256 text, sha1 text, md5 text, path text,
	file_name text, remote_host text, remote_ip text, url text, registry_key text, service text)" >/dev/null
"$PG_BIN/psql" -X -q -h "$PG_FOLDER" -U assay assay <events.sql || fail 'the events'
"$PG_BIN/psql" -X -A -t -v ON_ERROR_STOP=1 -h "$PG_FOLDER" -U assay assay <question.sql >rows 2>err ||
	fail 'PostgreSQL does not take the question'
sort rows | cut -d'|' -f1,4,13 >got
cmp -s got wanted || { cat got; fail 'PostgreSQL answers otherwise'; }

done_
