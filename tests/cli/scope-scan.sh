#!/bin/sh
# assay scope scan from outside: what it prints, what it says cannot be read, how it ends.
. "$(dirname "$0")/lib.sh"

line='192.0.2.1 - - [27/Sep/2022:10:11:12 +0000] "GET /dl/a.exe HTTP/1.1" 200 512 "-" "u/1"'
printf 'path\t/dl/a.exe\tdelivered\tr1\t512\nc2.example\n' >bad
mkdir logs
for i in 1 2 3; do
	echo "$line" | sed "s/192.0.2.1/192.0.2.$i/"
done >logs/access.log
gzip -k logs/access.log
printf 'Sep 27 10:11:12 dnsmasq[1]: query[A] x.c2.example from 192.0.2.9\n' >logs/dns.log

is 0 scope scan --indicators bad -f json logs
ok 'the document is one by its schema' node -e '
	const Ajv = require(process.argv[1] + "/node_modules/ajv/dist/2020");
	const fs = require("fs");
	const schema = JSON.parse(fs.readFileSync(process.argv[1] + "/docs/schema/assay.scan.v1.json"));
	const ajv = new (Ajv.default || Ajv)({strict: false});
	if (!ajv.validate(schema, JSON.parse(fs.readFileSync("out")))) { console.error(ajv.errors); process.exit(1); }
' "$ROOT"
has out '"observations": 7'
has out '"complete": "yes"'
has out '"stage": "beaconed"'
cp out once
is 0 scope scan --indicators bad -f json -j 1 logs
same out once
is 0 scope scan --indicators bad logs
has out '3 files, 7 lines, 0 unreadable'

is 0 scope scan --indicator 'host c2.example' --timezone Europe/Berlin -f jsonl logs/dns.log
has out '"lo": "'
has out 'T08:11:12Z"'

"$ASSAY" scope scan --indicators bad -f json - <logs/access.log.gz >out 2>err
has out '"packing": "gzip"'
has out '"name": "stdin"'

# What cannot be read is said, and the status says so too.
echo 'this is a letter' >logs/letter.txt
is 1 scope scan --indicators bad logs
has out 'NOT READ: no known format of logs'
is 2 scope scan --indicators bad -f json missing logs/dns.log
has err 'missing: No such file or directory'
has err '1 of 2 paths are not there'
has out '"files_not_whole": 1'
has out '"observations": 1'
# A network is an indicator too.
printf '1664273472.1    512 10.0.0.5 TCP_MISS/200 900 GET http://198.51.100.9/x - HIER_DIRECT/198.51.100.9 -\n' >proxy.log
is 0 scope scan --indicator 'ip 198.51.100.0/25' -f json proxy.log
has out '"observations": 1'
is 0 scope scan --indicator 'ip 198.51.100.128/25' -f json proxy.log
has out '"observations": 0'
is 2 scope scan --indicator 'ip 0.0.0.0/0' proxy.log
has err 'seen everywhere'
is 2 scope scan --indicators missing logs
has err 'missing: No such file'
is 2 scope scan --indicators logs logs
has err 'logs is a folder, and a file is wanted'
: >none
is 2 scope scan --indicators none logs
has err 'none: nothing to look for in it'
is 2 scope scan logs
has err '--indicators FILE'
is 2 scope scan --indicator 'host x' logs
has err 'no host name'
is 2 scope scan --indicators bad --log-format nothing logs

# Lines meant for the terminal or the spreadsheet of who reads the result.
printf '%s\n\033[2Jbroken c2.example \033]0;x\007 =cmd|calc\n' "$(cat logs/dns.log)" >evil.log
is 0 scope scan --indicators bad evil.log
ok 'no escape gets through' sh -c '! grep -q "$(printf "\033")" out'
has out '1 unreadable'
has out 'could not be read and hold the text of an indicator'

# Columns that are declared.
printf 'format csv\nact delivered\ntime When it was\naccount Customer no.\npath File\n' >columns
printf 'When it was;Customer no.;File\n2022-09-27 10:11:12;4711;/dl/a.exe\n' >portal.csv
is 0 scope scan --indicators bad --mapping columns -f jsonl portal.csv
has out '"account": "4711"'
printf 'format csv\nnothing x\n' >columns
is 2 scope scan --indicators bad --mapping columns portal.csv
has err 'columns:2'

# A folder without files is no answer.
mkdir nothing
is 2 scope scan --indicator 'host a.example' nothing
has err 'nothing was read'

done_
