# Helpers of the CLI tests:  . lib.sh  with $1 = the program, $2 = the source tree.
# Each test runs in an empty folder of its own and ends with the number of failed checks.
set -u
ASSAY=$(realpath "$1") # meson names it as seen from the build folder
ROOT=$2
HERE=$(mktemp -d "${TMPDIR:-/tmp}/assay-cli.XXXXXX")
trap 'rm -rf "$HERE"' EXIT
cd "$HERE" || exit 99
unset ASSAY_CONFIG NO_COLOR FORCE_COLOR CLICOLOR_FORCE
HOME=$HERE/home
XDG_CONFIG_HOME=$HERE/xdg
LC_ALL=C.UTF-8
export HOME XDG_CONFIG_HOME LC_ALL
mkdir home xdg
failed=0
checks=0

fail() {
	echo "not ok: $*"
	[ -s err ] && sed 's/^/  err: /' err | head -5
	[ -s out ] && sed 's/^/  out: /' out | head -5
	failed=$((failed + 1))
}

# is STATUS ARGUMENT...: runs the program; stdout in ./out, stderr in ./err
is() {
	wanted=$1
	shift
	checks=$((checks + 1))
	"$ASSAY" "$@" >out 2>err </dev/null
	status=$?
	[ "$status" -eq "$wanted" ] || fail "exit $status, not $wanted: assay $*"
}

# has FILE TEXT, lacks FILE TEXT
has() {
	checks=$((checks + 1))
	grep -qF -- "$2" "$1" || fail "\"$2\" is not in $1"
}

lacks() {
	checks=$((checks + 1))
	if grep -qF -- "$2" "$1"; then fail "\"$2\" is in $1"; fi
}

# same FILE FILE
same() {
	checks=$((checks + 1))
	cmp -s "$1" "$2" || fail "$1 and $2 differ: $(diff "$1" "$2" | head -5)"
}

# ok WHAT COMMAND...
ok() {
	what=$1
	shift
	checks=$((checks + 1))
	"$@" || fail "$what"
}

# valid SCHEMA FILE [lines]
valid() {
	checks=$((checks + 1))
	node "$ROOT/tests/cli/validate.js" "$ROOT" "$1" ${3:+"$3"} <"$2" || fail "$2 is not $1"
}

# release FOLDER VERSION [EXTRA LINE]: a small package of an ordinary kind
release() {
	mkdir -p "$1/package/lib"
	printf '{"name": "greeter", "version": "%s", "main": "lib/index.js"}\n' "$2" \
		>"$1/package/package.json"
	cat >"$1/package/lib/index.js" <<JS
'use strict';
// Greets whoever asks.
function greet(name) {
  return 'Hello, ' + String(name) + '!';
}
${3:-}
module.exports = { greet, version: '$2' };
JS
	printf '# greeter\n\nSays hello.\n' >"$1/package/README.md"
	tar --sort=name --owner=0 --group=0 --mtime=@0 -C "$1" -czf "$1.tgz" package
}

done_() {
	echo "$checks checks, $failed failed"
	[ "$failed" -eq 0 ] && [ "$checks" -gt 0 ]
	exit
}
