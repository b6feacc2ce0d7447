#!/bin/sh
# Containers that state what is in them and who signed: contradictions and other hands are findings.
. "$(dirname "$0")/lib.sh"

make() { # KIND TARGET [SIGNER]
	python3 "$ROOT/tests/make/zipkin.py" "$1" tree "$2" ${3:+"$3"} || fail "cannot make $2"
}

release() { # NUMBER
	rm -rf tree
	mkdir -p tree/pkg/data
	for i in 1 2 3 4 5 6; do
		printf 'def part_%s(x):\n    return x + %s\n' "$i" "$i" >"tree/pkg/part_$i.py"
	done
	printf 'version = "1.%s"\n' "$1" >tree/pkg/version.py
}

for kind in wheel jar appx apk crx; do
	release 0
	make $kind old.$kind
	release 1
	make $kind new.$kind
	is 0 diff old.$kind new.$kind
	[ $kind = wheel ] && continue
	# signed by somebody else
	release 1
	make $kind other.$kind 'Somebody Else'
	is 1 diff old.$kind other.$kind
	has out 'AS-0040'
done

for kind in wheel jar appx; do
	# a module that the manifest states otherwise, one that it does not name
	cp new.$kind changed.$kind
	(cd tree && echo 'version = "1.1"  # again' >pkg/version.py && zip -q ../changed.$kind pkg/version.py)
	is 1 diff old.$kind changed.$kind
	has out 'AS-0059'
	cp new.$kind more.$kind
	(cd tree && echo 'x = 1' >pkg/more.py && zip -q ../more.$kind pkg/more.py)
	is 1 diff old.$kind more.$kind
	has out 'AS-0059'
	# what OLD had already is no news
	cp old.$kind odd.$kind
	(cd tree && zip -q ../odd.$kind pkg/more.py)
	is 0 diff odd.$kind more.$kind
	lacks out 'AS-0059'
done

# the signature is gone
cp new.jar bare.jar
zip -qd bare.jar 'META-INF/EXAMPLE.*'
is 1 diff old.jar bare.jar
has out 'AS-0040'
has out 'is gone'

done_
