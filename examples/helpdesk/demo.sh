#!/bin/sh
# Shows assay on the helpdesk agent:  demo.sh [--brief] ASSAY [SEED]
#
# Packs the releases 10.0.8 and 10.0.9 and a copy of 10.0.9 that the tamperer changed as SEED says,
# compares both with 10.0.8, and holds the second answer against the tamperer's record.  The result
# is 0 only if the ordinary release is clean and the tampered one is called tampered, with the
# member, the line and the host of the record.  Releases are kept in build/demo/helpdesk.
# --brief prints the one line of the comparison instead of the reports.
set -eu

brief=
if [ "${1:-}" = --brief ]; then
	brief=1
	shift
fi
if [ $# -lt 1 ] || [ $# -gt 2 ]; then
	sed -n '2,9s/^# \{0,1\}//p' "$0" >&2
	exit 2
fi
assay=$1
seed=${2:-1}
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
work=${ASSAY_DEMO_DIR:-$root/build/demo}/helpdesk
case $seed in
'' | *[!0-9]*)
	echo "demo.sh: SEED is a number, not $seed" >&2
	exit 2
	;;
esac
if ! command -v "$assay" >/dev/null 2>&1; then
	echo "demo.sh: no program $assay" >&2
	exit 2
fi

# Packed releases are good as long as what they are made of stays the same.
recipe=$({
	find "$here" "$root/tests/tamper" -type f ! -name '*.md' ! -name '*.pyc' -print0 | sort -z | xargs -0 cat
	cat "$root/package-lock.json"
} | sha256sum | cut -c1-16)
if [ ! -f "$work/recipe" ] || [ "$(cat "$work/recipe")" != "$recipe" ]; then
	rm -rf "$work"
	mkdir -p "$work"
	"$here/pack" 10.0.8 "$work/released" >&2
	"$here/pack" 10.0.9 "$work/released" >&2
	"$here/pack" --source 10.0.9 "$work/source"
	echo "$recipe" >"$work/recipe"
fi
old=$work/released/helpdesk-agent-setup-10.0.8.exe
ordinary=$work/released/helpdesk-agent-setup-10.0.9.exe
bad=$work/seed-$seed
tampered=$bad/helpdesk-agent-setup-10.0.9.exe
if [ ! -f "$tampered" ]; then
	rm -rf "$bad"
	mkdir -p "$bad"
	python3 "$root/tests/tamper/tamper.py" --seed "$seed" --app --product helpdesk \
		--prefix 'app.asar!/' --record "$bad/record.json" "$work/source" "$bad/source" >&2
	HELPDESK_SIGNING=$work/released/signing "$here/pack" 10.0.9 "$bad" "$bad/source" >&2
	rm -rf "$bad/source"
fi

show() { # TITLE NEW: the report as a person sees it
	printf '\n== %s\n\n' "$1"
	"$assay" diff "$old" "$2" || true
}

ask() { # NEW ANSWER: the report as a program sees it
	rc=0
	"$assay" diff --format json "$old" "$1" >"$2" 2>"$2.err" || rc=$?
	if [ "$rc" -gt 1 ]; then
		echo "demo.sh: assay ended with $rc" >&2
		cat "$2.err" >&2
		exit 1
	fi
}

result=0
if [ -z "$brief" ]; then
	show "helpdesk agent 10.0.8 -> 10.0.9, an ordinary update" "$ordinary"
	show "helpdesk agent 10.0.8 -> 10.0.9, tampered with by seed $seed" "$tampered"
	echo
fi
ask "$ordinary" "$work/ordinary.json"
verdict=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["verdict"])' "$work/ordinary.json")
if [ "$verdict" = clean ]; then
	[ -n "$brief" ] || echo "ordinary update: clean, as it should be"
else
	echo "ordinary update: DISAGREES, the verdict is $verdict, not clean"
	result=1
fi
ask "$tampered" "$bad/answer.json"
printf 'seed %s: ' "$seed"
python3 "$root/tests/cases/compare.py" "$bad/record.json" "$bad/answer.json" tampered || result=1
exit $result
