#!/bin/sh
# Ten tampered copies of the helpdesk installer, drawn from seeds:  helpdesk-seeds.sh ASSAY [FIRST]
#
# Each must be called tampered, with the member, line and host of the tamperer's record, and the
# ordinary update must be clean.  Prints TAP.
set -eu

assay=${1:?usage: helpdesk-seeds.sh ASSAY [FIRST]}
first=${2:-1}
root=$(cd "$(dirname "$0")/../.." && pwd)
scratch=$(mktemp -d "${TMPDIR:-/tmp}/helpdesk-seeds.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
failed=0

echo 1..10
n=0
while [ "$n" -lt 10 ]; do
	seed=$((first + n))
	n=$((n + 1))
	if ASSAY_DEMO_DIR=$scratch "$root/examples/helpdesk/demo.sh" --brief "$assay" "$seed" \
		>"$scratch/out" 2>"$scratch/err"; then
		echo "ok $n - helpdesk seed $seed"
	else
		echo "not ok $n - helpdesk seed $seed"
		sed 's/^/# /' "$scratch/err"
		failed=$((failed + 1))
	fi
	sed 's/^/# /' "$scratch/out"
done
[ "$failed" -eq 0 ]
