#!/bin/sh
# --pairs: one JSON object a line, in the order asked; the same bytes for any number of jobs.
. "$(dirname "$0")/lib.sh"

release a 1.0.0
release b 1.0.1 "function bye(name) { return 'Bye, ' + name; }"
release c 1.0.2 "function wave() { return 'o/'; }"

printf 'a.tgz\tb.tgz\nb.tgz\tc.tgz\n\na\tb\nc.tgz\tc.tgz\n' >pairs
is 0 diff --pairs pairs
valid assay.diff.v1 out lines
ok 'four pairs, four lines' [ "$(wc -l <out)" -eq 4 ]
ok 'in order' [ "$(sed -n 's/.*"new": {"path": "\([^"]*\)".*/\1/p' out | tr '\n' ' ')" = 'b.tgz c.tgz b c.tgz ' ]
cp out want
"$ASSAY" diff --pairs - <pairs >out 2>err
ok 'from stdin' [ $? -eq 0 ]
same out want
tr '\n' '\r' <pairs | sed 's/\r/\r\n/g' >dos
is 0 diff --pairs dos
same out want

for jobs in 1 2 8; do
	is 0 diff --jobs $jobs --pairs pairs
	same out want
	for format in text json; do
		is 0 diff --jobs $jobs --format $format a.tgz c.tgz
		[ -e "want.$format" ] || cp out "want.$format"
		same out "want.$format"
	done
done

# More lines than can wait behind a slow first one; a line too long among them.
mkdir big-old big-new
i=0
while [ $i -lt 40 ]; do
	seq -f "function f%g(a) { return a + $i; }" 1 2000 >big-old/$i.js
	seq -f "function f%g(a) { return a - $i; }" 1 2000 >big-new/$i.js
	i=$((i + 1))
done
{
	printf 'big-old\tbig-new\n'
	i=0
	while [ $i -lt 70 ]; do
		printf 'a\tb\n'
		[ $i -ne 20 ] || { head -c 40000 /dev/zero | tr '\0' x; echo; }
		i=$((i + 1))
	done
	printf 'b\tc' # no line feed at the end
} >many
for jobs in 1 2 3; do
	is 2 diff --jobs $jobs --pairs many
	ok 'every line has its answer' [ "$(wc -l <out)" -eq 73 ]
	ok 'the slow one is first' sh -c 'sed -n 1p out | grep -q big-new'
	ok 'the last is last' sh -c 'tail -n 1 out | grep -q "\"path\": \"c\""'
	[ -e want.many ] || cp out want.many
	same out want.many
done

# A program can ask, wait for the answer, and ask again.
mkfifo questions answers
timeout 60 "$ASSAY" diff --jobs 2 --pairs - <questions >answers 2>err &
exec 8>questions 9<answers
for pair in 'a\tb' 'b\tc'; do
	printf "$pair\n" >&8
	answer=
	read -r answer <&9
	case $answer in *'"verdict"'*) ;; *) fail "no answer to $pair: $answer" ;; esac
	checks=$((checks + 1))
done
exec 8>&- 9<&-
wait

# A process that dies over a pair costs that pair alone.
"$ASSAY" diff --jobs 1 --pairs - <questions >answers 2>err &
parent=$!
exec 8>questions 9<answers
worker=
for try in 1 2 3 4 5 6 7 8 9 10; do
	sleep 0.1
	read -r worker rest <"/proc/$parent/task/$parent/children" || : # no line feed in it
	[ -z "$worker" ] || break
done
ok 'there is a worker' [ -n "$worker" ]
kill -STOP "${worker:-$parent}"
printf 'a\tb\n' >&8
sleep 0.3
kill -KILL "${worker:-$parent}"
read -r answer <&9
case $answer in *'"error"'*'ended early'*) ;; *) fail "a dead process: $answer" ;; esac
printf 'b\tc\n' >&8
read -r answer <&9
case $answer in *'"verdict"'*) ;; *) fail "after a dead process: $answer" ;; esac
exec 8>&- 9<&-
wait "$parent"
ok 'a pair without an answer is 2' [ $? -eq 2 ]
checks=$((checks + 2))

# What cannot be compared says so in its place; the others are still judged; 2 at the end.
printf 'a.tgz\tb.tgz\na.tgz\tnowhere\nno tab here\n\tb.tgz\na\tb\tc\na.tgz\t-\nnpm:x@^1\ta.tgz\nb.tgz\tc.tgz\n' >pairs
is 2 diff --pairs pairs
valid assay.diff.v1 out lines
ok 'eight lines' [ "$(wc -l <out)" -eq 8 ]
ok 'two verdicts' [ "$(grep -c '"verdict"' out)" -eq 2 ]
ok 'six errors' [ "$(grep -c '"error"' out)" -eq 6 ]
ok 'the first is judged' sh -c 'sed -n 1p out | grep -q \"verdict\"'
ok 'the last is judged' sh -c 'sed -n 8p out | grep -q \"verdict\"'
has err '6 of 8 pairs could not be compared'
{ printf 'a.tgz\t'; head -c 100000 /dev/zero | tr '\0' x; printf '\na.tgz\tb.tgz\n'; } >long
is 2 diff --pairs long
ok 'a line too long is one error' [ "$(wc -l <out)" -eq 2 ]
printf 'a.tgz\0x\tb.tgz\n' >nul
is 2 diff --pairs nul
valid assay.diff.v1 out lines

: >none
is 2 diff --pairs none
has err 'nothing to compare'
is 2 diff --pairs nowhere
is 2 diff --pairs pairs a.tgz b.tgz
is 2 diff --pairs pairs --format text
is 2 diff --pairs pairs --output json=x
done_
