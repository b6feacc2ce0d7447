#!/bin/sh
# The simulator by itself:  test_simulate.sh SOURCE-ROOT
#
# The same seed gives the same bytes and another seed others, nothing of the truth lies where assay looks, and
# each log has the shape that its maker gives it. Prints TAP.
set -eu

simulate=${1:?usage: test_simulate.sh SOURCE-ROOT}/tests/story/simulate
scratch=$(mktemp -d "${TMPDIR:-/tmp}/story-simulate.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
n=0
failed=0

check() { # WHAT COMMAND...
	what=$1
	shift
	n=$((n + 1))
	if "$@" >out 2>&1; then
		echo "ok $n - $what"
	else
		echo "not ok $n - $what"
		sed 's/^/# /' out
		failed=$((failed + 1))
	fi
}

differ() { ! diff -rq "$@"; }
shape() { # FILE-PATTERN REGULAR-EXPRESSION: every line of each such file
	found=$(find a/logs -path "*$1" | wc -l)
	[ "$found" -gt 0 ] || { echo "no $1"; return 1; }
	find a/logs -path "*$1" -exec cat {} + >lines
	! grep -avE "$2" lines
}

printf '{"name":"helpdesk-agent","sha256":"%064d","size_bytes":400000,"host":"cdn.stats.example"}\n' 7 >release
for run in a b; do
	"$simulate" --seed 5 --size 600k --small --release release $run $run.truth
done
"$simulate" --seed 6 --size 600k --small --release release c c.truth

check "the same seed, the same bytes" diff -r a b
check "the same seed, the same truth" cmp a.truth b.truth
check "another seed, other bytes" differ a c
check "another seed, another truth" differ a.truth c.truth
check "nothing of the truth in the folder" sh -c '! grep -rlE "reached|true_from|totals" a'
request='"(GET|POST|HEAD) [^ "]+ HTTP/1\.1" [0-9]{3} [0-9]+ "[^"]*" "[^"]*"$'
check "nginx" shape /origin/access.log \
	"^[0-9a-f.:]+ - - \[[0-9]{2}/(Sep|Oct)/2022:[0-9:]{8} \+0200\] $request"
check "Apache" shape /mirror-1/access_log \
	"^[0-9a-f.:]+ - - \[[0-9]{2}/(Sep|Oct)/2022:[0-9:]{8} -0500\] $request"
check "IIS" shape u_ex2209.log '^(#|([^ ]+ ){16}[0-9]+$)'
check "CloudFront" shape E1US "^(#|([^	]*	){32}[^	]*\$)"
check "S3" shape 2022-09-update '^[0-9a-f]{64} [^ ]+ \[[^]]+\] [^ ]+ - [0-9A-Z]+ REST\.[A-Z]+\.OBJECT '
check "nginx, JSON" shape access.json '^\{"time_iso8601":"2022-[^"]*\+00:00",.*\}$'
check "Zeek" shape dns.log "^(#|[0-9]+\.[0-9]{6}	([^	]*	){22}[^	]*\$)"
check "dnsmasq" shape dnsmasq.log '^(Sep|Oct) [ 0-9]{2} [0-9:]{8} dnsmasq\[811\]: query\[A\] [^ ]+ from '
check "BIND" shape query.log '^[0-9]{2}-(Sep|Oct)-2022 [0-9:.]{12} queries: info: client @0x[0-9a-f]+ '
check "Squid" shape squid.log '^[0-9]+\.[0-9]{3} +[0-9]+ [0-9.]+ TCP_MISS/[0-9]{3} [0-9]+ (GET|CONNECT) '
check "Sysmon" shape sysmon.json '^\{"@timestamp":"2022-[^"]*Z","winlog":\{.*"event_data":\{"UtcTime":"2022-'
check "osquery" shape osqueryd.results.log '^\{"name":"pack/.*"unixTime":[0-9]{10},.*\}$'
echo "1..$n"
[ "$failed" -eq 0 ]
