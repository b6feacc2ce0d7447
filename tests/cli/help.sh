#!/bin/sh
# Help, manual and completions come from one table and say the same.
. "$(dirname "$0")/lib.sh"

verbs='diff inspect verify ledger attribute report scope formats behaviours explain help version'
subs='init request approve publish revoke rebuild pulse keys fsck serve witness monitor hammer'

is 0 -h
has out 'assay OLD NEW'
ok 'the short help fits a screen' [ "$(wc -l <out)" -le 40 ]
for verb in $verbs; do
	has out "assay $verb"
done
is 0 --help
has out '--base-rate P'
cp out long
is 0 help
same out long
is 0 --version
has out 'assay '
cp out version
is 0 version
same out version
is 0 -V diff
same out version

for verb in $verbs; do
	is 0 "$verb" -h
	has out "assay $verb"
	ok "the short help of $verb fits a screen" [ "$(wc -l <out)" -le 45 ]
	is 0 "$verb" --help
	has out '--quiet'
	cp out long
	is 0 help "$verb"
	same out long
	# Every option of the long help is in the manual and in the completion, and the other way round.
	sed -n 's/^  \(-., \)\{0,1\}--\([a-z-]*\).*/\2/p' long | sort >in-help
	is 0 --generate "man-$verb"
	ok "man/assay-$verb.1 is what the program generates (scripts/man)" \
		cmp -s out "$ROOT/man/assay-$verb.1"
	sed -n 's/^\.It \(Fl . , \)\{0,1\}Fl -\([a-z-]*\).*/\2/p' out | sort >in-man
	same in-help in-man
	ok "options of $verb" [ -s in-help ]
	if command -v mandoc >/dev/null; then
		mandoc -Tlint -Wstyle out | grep -v 'referenced manual not found' >lint
		ok "mandoc: $(head -3 lint)" [ ! -s lint ]
	else
		fail 'mandoc is not installed'
	fi
done
for sub in $subs; do
	is 0 ledger "$sub" -h
	has out "assay ledger $sub"
	ok "the short help of ledger $sub fits a screen" [ "$(wc -l <out)" -le 45 ]
	is 0 ledger "$sub" --help
	cp out long
	is 0 help ledger "$sub"
	same out long
	sed -n 's/^  \(-., \)\{0,1\}--\([a-z-]*\).*/\2/p' long | sort >in-help
	is 0 --generate "man-ledger-$sub"
	ok "man/assay-ledger-$sub.1 is what the program generates (scripts/man)" \
		cmp -s out "$ROOT/man/assay-ledger-$sub.1"
	sed -n 's/^\.It \(Fl . , \)\{0,1\}Fl -\([a-z-]*\).*/\2/p' out | sort >in-man
	same in-help in-man
	mandoc -Tlint -Wstyle out | grep -v 'referenced manual not found' >lint
	ok "mandoc: $(head -3 lint)" [ ! -s lint ]
	is 0 ledger -h
	has out "assay ledger $sub"
done
is 2 ledger publsh
has err 'is it ledger publish?'
is 0 --generate man
ok 'man/assay.1 is what the program generates (scripts/man)' cmp -s out "$ROOT/man/assay.1"
mandoc -Tlint -Wstyle out | grep -v 'referenced manual not found' >lint
ok "mandoc: $(head -3 lint)" [ ! -s lint ]

is 0 --generate complete-bash
ok 'the bash completion parses' bash -n out
cp out complete.bash
is 0 --generate complete-zsh
has out '#compdef assay'
is 0 --generate complete-fish
has out 'complete -c assay'
is 2 --generate complete-ksh
has err 'complete-bash'

cat >try.bash <<'TRY'
. ./complete.bash
compopt() { :; }
try() {
	COMP_WORDS=("$@")
	COMP_CWORD=$(($# - 1))
	_assay
	printf '%s\n' "${COMPREPLY[@]}"
}
try assay diff --fail-
try assay diff --fail-on rev
try assay beh
try assay explain --fail-
TRY
bash try.bash >tried 2>&1
printf '%s\n' --fail-on review behaviours '' >expected
same tried expected

# Unknown words: one sentence with the nearest name.
is 2 difff a b c
has err 'is it diff?'
is 2 diff --fromat json a b
has err 'is it --format?'
is 2 diff --format yaml a b
has err 'not one of: text json json-v1'
is 2 formats --pairs x
has err 'means nothing to assay formats'
is 2 inspect
has err 'assay inspect RELEASE'
is 2 diff a
is 2 diff a b c
has err 'one too many'
is 2
has err 'assay -h'
is 2 --jobs
has err 'needs a value'
is 2 --jobs 0 a b
is 2 --jobs 3x a b
is 2 --base-rate 1 a b
is 2 --base-rate 0x1p-3 a b
is 2 --now 2026-02-29 a b
is 2 --now yesterday a b
is 2 --limit-bytes 5X a b
is 2 --quiet=yes a b
has err 'takes no value'
is 2 "$(printf 'x\033[2Jy')"
lacks err "$(printf '\033')"

is 0 formats
has out 'tar'
is 0 behaviours
has out 'AS-0'
first=$(sed -n '1s/ .*//p' out)
is 0 behaviours "$first"
has out "$first"
is 0 explain "$(echo "$first" | tr A-Z a-z)"
has out "$first"
is 2 explain AS-999999
is 2 explain
done_
