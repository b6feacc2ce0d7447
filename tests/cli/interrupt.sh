#!/bin/sh
# Ctrl-C: 130, nothing left behind, no process left running.
. "$(dirname "$0")/lib.sh"

mkdir tmp
TMPDIR=$HERE/tmp
export TMPDIR

# A release that takes seconds: many generated scripts that all change.
node -e '
const fs = require("fs");
for (const side of ["old", "new"]) {
  fs.mkdirSync(side, { recursive: true });
  for (let i = 0; i < 400; i++) {
    let text = "";
    for (let k = 0; k < 1500; k++)
      text += `function f${k}(a, b) { return a * ${k} + b ${side === "new" ? "-" : "+"} ${i * k}; }\n`;
    fs.writeFileSync(`${side}/m${i}.js`, text);
  }
}'

node - "$ASSAY" <<'NODE' >out 2>err
const { spawn } = require('child_process');
const fs = require('fs');
const assay = process.argv[2];

function once(delay, signal, args) {
  return new Promise((done) => {
    const child = spawn(assay, args, { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '', printed = '';
    child.stderr.on('data', (d) => { said += d; });
    child.stdout.on('data', (d) => { printed += d; });
    // To the whole group, as a terminal does it.
    setTimeout(() => { try { process.kill(-child.pid, signal); } catch {} }, delay);
    const began = Date.now();
    child.on('close', (code, killed) => done({ code, killed, said, printed, pid: child.pid,
      took: Date.now() - began - delay }));
  });
}

(async () => {
  for (const [delay, signal] of [[300, 'SIGINT'], [600, 'SIGINT'], [450, 'SIGTERM']]) {
    const r = await once(delay, signal, ['diff', '--output', 'json=r.json', 'old', 'new']);
    console.log(`${signal} exit ${r.code} killed ${r.killed} printed ${r.printed.length} ` +
      (r.took < 3000 ? 'soon' : `after ${r.took} ms`));
    console.log(r.said.trim().split('\n').pop());
    let left = true; // what the kernel is still ending gets two seconds
    for (let i = 0; left && i < 40; i++) {
      try { process.kill(-r.pid, 0); } catch { left = false; }
      await new Promise((go) => setTimeout(go, left ? 50 : 0));
    }
    console.log(left ? 'processes left' : 'no process left');
    console.log(fs.existsSync('r.json') ? 'file left' : 'no file left');
  }
})();
NODE
for signal in SIGINT SIGTERM; do
	has out "$signal exit 130 killed null printed 0 soon"
done
has out 'assay: exit 130: interrupted'
lacks out 'processes left'
ok 'three times interrupted' [ "$(grep -c 'exit 130 killed' out)" -eq 3 ]
ok 'three times no file' [ "$(grep -c '^no file left' out)" -eq 3 ]
ok 'nothing in the temporary folder' [ -z "$(ls -A tmp)" ]

# While stdin is being read.
mkfifo slow
sleep 20 >slow &
sleeper=$!
timeout --preserve-status -s INT 1 "$ASSAY" inspect - <slow >out 2>err
ok 'interrupted while reading stdin' [ $? -eq 130 ]
has err 'interrupted'
kill "$sleeper" 2>/dev/null
ok 'nothing in the temporary folder' [ -z "$(ls -A tmp)" ]
done_
