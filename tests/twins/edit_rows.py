"""Checks that a release loses among its ordinary edits, and the same checks moved, replaced or gone with their work."""

from rows import row

JS = """'use strict';

const crypto = require('crypto');
const fs = require('fs');
const path = require('path');

class Store {
  constructor(root, options) {
    this.root = root;
    this.options = options || {};
    this.entries = new Map();
    this.listeners = [];
  }

  open(name) {
    const file = path.join(this.root, name);
    const text = fs.readFileSync(file, 'utf8');
    this.entries.set(name, JSON.parse(text));
    return this.entries.get(name);
  }

  async install(name, data, signature, key) {
    const target = path.join(this.root, name);
    await this.prepare(target);
@CHECK@    fs.writeFileSync(target, data);
    this.entries.set(name, { size: data.length });
    this.emit('installed', name);
    return target;
  }

  async load(name, entry) {
    const file = path.join(this.root, name);
    const bytes = await fs.promises.readFile(file);
@SUM@    const module = this.compile(bytes.toString('utf8'));
    this.entries.set(name, module);
    return module;
  }

  remove(user, name) {
@RIGHT@    fs.rmSync(path.join(this.root, name), { recursive: true });
    this.entries.delete(name);
    this.emit('removed', name);
  }

  on(listener) {
    this.listeners.push(listener);
    return () => this.off(listener);
  }

  off(listener) {
    this.listeners = this.listeners.filter((one) => one !== listener);
  }

  emit(kind, name) {
    for (const listener of this.listeners) listener(kind, name);
  }

  list(pattern) {
    const names = [...this.entries.keys()];
    return pattern ? names.filter((name) => pattern.test(name)) : names;
  }

  async prepare(target) {
    await fs.promises.mkdir(path.dirname(target), { recursive: true });
  }

  compile(text) {
    const module = { exports: {} };
    this.options.compile(text, module);
    return module.exports;
  }
@MORE@}

exports.Store = Store;
@TAIL@"""
# A dozen and a half edits as releases have them: names, messages, a line more, a line less.
EDITS = [("text = fs.readFileSync(file, 'utf8')", "body = fs.readFileSync(file, 'utf8')"), ("JSON.parse(text)", "JSON.parse(body)"), ("'installed'", "'install'"),
         ("{ size: data.length }", "{ size: data.length, at: Date.now() }"), ("    const file = path.join(this.root, name);\n    const bytes", "    const source = path.join(this.root, name);\n    const bytes"),
         ("readFile(file)", "readFile(source)"), ("const module = this.compile", "const loaded = this.compile"), ("this.entries.set(name, module);\n    return module;", "this.entries.set(name, loaded);\n    return loaded;"),
         ("{ recursive: true });\n    this.entries.delete", "{ recursive: true, force: true });\n    this.entries.delete"), ("'removed'", "'remove'"), ("push(listener);", "unshift(listener);"),
         ("(one) => one !== listener", "(other) => other !== listener"), ("const listener of this.listeners)", "const call of [...this.listeners])"), (") listener(kind, name)", ") call(kind, name)"),
         ("const names = [...this.entries.keys()];", "const names = Array.from(this.entries.keys()).sort();"), ("pattern.test(name)", "name.match(pattern)"),
         ("this.options.compile(text, module);", "this.options.compile(text, module, this.root);"), ("    this.listeners = [];\n", "    this.listeners = [];\n    this.created = Date.now();\n"),
         ("this.options = options || {};", "this.options = { ...defaults, ...options };"), ("const path = require('path');\n", "const path = require('path');\n\nconst defaults = { compile: null };\n")]
CHECK = "    if (!crypto.verify('sha256', data, key, signature)) {\n      throw new Error('the signature of ' + name + ' does not match');\n    }\n"
CALL = "    await verifyIntegrity(data, signature);\n"
SUM = "    const digest = crypto.createHash('sha256').update(bytes).digest('hex');\n    if (digest !== entry.sha256) {\n      throw new Error('checksum mismatch');\n    }\n"
RIGHT = "    if (!user.hasPermission('remove')) {\n      throw new ForbiddenError('not permitted');\n    }\n"


def js(edits, CHECK="", SUM="", RIGHT="", MORE="", TAIL=""):
    text = JS
    for old, new in EDITS[:edits]:
        assert old in text, old
        text = text.replace(old, new, 1)
    for name, part in (("CHECK", CHECK), ("SUM", SUM), ("RIGHT", RIGHT), ("MORE", MORE), ("TAIL", TAIL)):
        text = text.replace("@%s@" % name, part)
    return text


def lost(about, least, edits, old, new):
    row(30, True, "%s, beside %d edits" % (about, edits), {"lib/store.js": js(edits, **new)}, old={"lib/store.js": js(0, **old)}, least=least)


def kept(about, edits, old, new, more=None, more_old=None):
    files = {"lib/store.js": js(edits, **new)}
    files.update(more or {})
    before = {"lib/store.js": js(0, **old)}
    before.update(more_old or {})
    row(30, False, "%s, beside %d edits" % (about, edits), files, old=before)


for n in (0, 4, 12, 20):
    lost("a signature that nobody checks", "review", n, dict(CHECK=CHECK), {})
    lost("a call that checked", "review", n, dict(CHECK=CALL), {})
    lost("a sum that nobody compares", "review", n, dict(SUM=SUM), {})
    lost("a right that nobody asks for", "review", n, dict(RIGHT=RIGHT), {})
    lost("all three at once", "review", n, dict(CHECK=CHECK, SUM=SUM, RIGHT=RIGHT), {})
    lost("a signature whose lack is told to a log", "review", n, dict(CHECK=CHECK), dict(CHECK=CHECK.replace("throw new Error(", "console.warn(")))
    lost("a sum that is computed and not compared", "review", n, dict(SUM=SUM), dict(SUM=SUM.split("\n")[0] + "\n"))

HELPER = "\n  approve(name, data, signature, key) {\n" + CHECK + "  }\n"
CALLED = "    this.approve(name, data, signature, key);\n"
ONE = "\nfunction requireSigned(name, data, signature, key) {\n" + CHECK.replace("\n    ", "\n  ")[2:] + "}\n"
for n in (0, 4, 12, 20):
    kept("a check that became a method", n, dict(CHECK=CHECK), dict(CHECK=CALLED, MORE=HELPER))
    kept("a check that became a function", n, dict(CHECK=CHECK), dict(CHECK="    requireSigned(name, data, signature, key);\n", TAIL=ONE))
    kept("a check that another file makes", n, dict(CHECK=CHECK), dict(CHECK="    require('./approve')(name, data, signature, key);\n"),
         more={"lib/approve.js": "'use strict';\n\nconst crypto = require('crypto');\n\nmodule.exports = function (name, data, signature, key) {\n" + CHECK + "};\n"})
    kept("a check that the caller makes, of another file", n, dict(CHECK=CHECK), {},
         more={"lib/run.js": "const crypto = require('crypto');\n\nexports.run = async (store, name, data, signature, key) => {\n" + CHECK + "  return store.install(name, data);\n};\n"},
         more_old={"lib/run.js": "const crypto = require('crypto');\n\nexports.run = async (store, name, data, signature, key) => {\n  return store.install(name, data, signature, key);\n};\n"})
    kept("a check that is made before", n, dict(CHECK=CHECK), dict(RIGHT="", MORE="\n  async fetch(name, data, signature, key) {\n" + CHECK + "    return this.install(name, data);\n  }\n"))
    kept("a check of a library in its place", n, dict(CHECK=CHECK), dict(CHECK="    await jose.compactVerify(signature, key);\n"))
    kept("a check whose conditions are one", n, dict(CHECK=CHECK), dict(CHECK=CHECK.replace("if (!crypto", "if (!signature || !crypto")))
    kept("a check that asks the other way round", n, dict(CHECK=CHECK),
         dict(CHECK="    const good = crypto.verify('sha256', data, key, signature);\n    if (good === false) throw new SignatureError(name);\n"))
    kept("a check whose errors are told otherwise", n, dict(CHECK=CHECK), dict(CHECK=CHECK.replace("throw new Error('the signature of ' + name + ' does not match')", "throw new SignatureError(name)")))
    kept("a check in a try", n, dict(CHECK=CALL), dict(CHECK="    try {\n      await verifyIntegrity(data, signature);\n    } catch (error) {\n      throw new InstallError(name, error);\n    }\n"))
    kept("a check of a new name", n, dict(CHECK=CALL), dict(CHECK="    await ensureIntact(data, signature);\n"))
    kept("a stronger sum", n, dict(SUM=SUM), dict(SUM=SUM.replace("sha256", "sha512")))
    kept("a sum that is compared in constant time", n, dict(SUM=SUM), dict(SUM=SUM.replace("digest !== entry.sha256", "!crypto.timingSafeEqual(Buffer.from(digest), Buffer.from(entry.sha256))")))
    kept("a sum that a helper compares", n, dict(SUM=SUM), dict(SUM="    this.compare(bytes, entry);\n", MORE="\n  compare(bytes, entry) {\n" + SUM + "  }\n"))
    kept("a right that a guard around asks for", n, dict(RIGHT=RIGHT), dict(TAIL="\nexports.guarded = (store) => ({\n  remove(user, name) {\n" + RIGHT + "    store.remove(name);\n  },\n});\n"))
    kept("a check of what is no sum", n, dict(SUM="    if (typeof entry.sha256 !== 'string') {\n      throw new TypeError('sha256 must be a text');\n    }\n"), {})
    kept("a memory of what was loaded last", n, dict(SUM="    const hash = entry.hash;\n    if (hash === this.lastHash) {\n      return null;\n    }\n"), {})
    kept("options that are checked no more", n, dict(CHECK="    validateOptions(this.options);\n"), {})
text = js(20)
begin, end = text.index("  async install("), text.index("  async load(")
row(30, False, "a check that went with what it guarded", {"lib/store.js": text[:begin] + text[end:]}, old={"lib/store.js": js(0, CHECK=CHECK)})
text = js(12)
begin, end = text.index("  async load("), text.index("  remove(")
row(30, False, "a sum that went with what it guarded", {"lib/store.js": text[:begin] + text[end:]}, old={"lib/store.js": js(0, SUM=SUM)})

# ---- Python -------------------------------------------------------------------------------------------

PY = """import hashlib
import hmac
import json
import os


class Store:
    def __init__(self, root, key=None):
        self.root = root
        self.key = key
        self.entries = {}
        self.listeners = []

    def open(self, name):
        path = os.path.join(self.root, name)
        with open(path, encoding="utf-8") as stream:
            self.entries[name] = json.load(stream)
        return self.entries[name]

    def install(self, name, data, signature):
        target = os.path.join(self.root, name)
        self.prepare(target)
@CHECK@        with open(target, "wb") as out:
            out.write(data)
        self.entries[name] = len(data)
        return target

    def load(self, name, entry):
        path = os.path.join(self.root, name)
        with open(path, "rb") as stream:
            data = stream.read()
@SUM@        self.entries[name] = data
        return data.decode("utf-8")

    def remove(self, user, name):
@RIGHT@        os.unlink(os.path.join(self.root, name))
        self.entries.pop(name, None)
        self.emit("removed", name)

    def emit(self, kind, name):
        for listener in self.listeners:
            listener(kind, name)

    def prepare(self, target):
        os.makedirs(os.path.dirname(target), exist_ok=True)

    def names(self, pattern=None):
        names = list(self.entries)
        return [name for name in names if pattern is None or pattern.match(name)]
@MORE@"""
PY_EDITS = [("as stream:\n            self", "as lines:\n            self"), ("json.load(stream)", "json.load(lines)"), ("= len(data)", "= {'size': len(data)}"), ("stream.read()", "bytes(stream.read())"),
            ("\"removed\"", "\"remove\""), ("for listener in self.listeners:\n            listener(", "for call in list(self.listeners):\n            call("), ("self.entries.pop(name, None)", "del self.entries[name]"),
            ("os.makedirs(", "self.made.append(target)\n        os.makedirs("), ("names = list(self.entries)", "names = sorted(self.entries)"), ("pattern.match(name)", "pattern.search(name)"),
            ("self.listeners = []\n", "self.listeners = []\n        self.made = []\n"), ("\"utf-8\") as lines", "\"utf-8-sig\") as lines"), ("data.decode(\"utf-8\")", "str(data, \"utf-8\")"),
            ("key=None", "key=None, *, strict=True"), ("self.key = key\n", "self.key = key\n        self.strict = strict\n"), ("import json\n", "import json\nimport logging\n"),
            ("\n\nclass", "\nlog = logging.getLogger(__name__)\n\n\nclass"), ("self.prepare(target)\n", "self.prepare(target)\n        log.debug('to %s', target)\n")]
PY_CHECK = "        if not hmac.compare_digest(hmac.new(self.key, data, 'sha256').digest(), signature):\n            raise ValueError(\"the signature does not match\")\n"
PY_CALL = "        self.key.verify(signature, data)\n"
PY_SUM = "        digest = hashlib.sha256(data).hexdigest()\n        if digest != entry['sha256']:\n            raise ValueError('checksum mismatch')\n"
PY_RIGHT = "        if not user.has_permission('remove'):\n            raise PermissionError(name)\n"


def py(edits, **parts):
    text = PY
    for old, new in PY_EDITS[:edits]:
        assert old in text, old
        text = text.replace(old, new, 1)
    for name in ("CHECK", "SUM", "RIGHT", "MORE"):
        text = text.replace("@%s@" % name, parts.get(name, ""))
    return {"lib/store.py": text}


for n in (0, 6, 12, 18):
    for about, old, new in (("a signature that nobody checks", dict(CHECK=PY_CHECK), {}), ("a call that checked", dict(CHECK=PY_CALL), {}), ("a sum that nobody compares", dict(SUM=PY_SUM), {}),
                            ("a right that nobody asks for", dict(RIGHT=PY_RIGHT), {}), ("all three at once", dict(CHECK=PY_CHECK, SUM=PY_SUM, RIGHT=PY_RIGHT), {}),
                            ("a sum whose lack is told to a log", dict(SUM=PY_SUM), dict(SUM=PY_SUM.replace("raise ValueError", "logging.warning")))):
        row(30, True, "Python: %s, beside %d edits" % (about, n), py(n, **new), old=py(0, **old), least="review")
    for about, old, new in (("a check that became a method", dict(CHECK=PY_CHECK), dict(CHECK="        self.approve(data, signature)\n", MORE="\n    def approve(self, data, signature):\n" + PY_CHECK)),
                            ("a check of a library in its place", dict(CHECK=PY_CHECK), dict(CHECK="        signer.unsign(signature)\n")),
                            ("a check whose conditions are one", dict(SUM=PY_SUM), dict(SUM=PY_SUM.replace("if digest", "if not data or digest"))),
                            ("a check of another error", dict(SUM=PY_SUM), dict(SUM=PY_SUM.replace("ValueError('checksum mismatch')", "IntegrityError(name)"))),
                            ("a check in a try", dict(CHECK=PY_CALL), dict(CHECK="        try:\n            self.key.verify(signature, data)\n        except InvalidSignature as error:\n            raise StoreError(name) from error\n")),
                            ("a right that a decorator asks for", dict(RIGHT=PY_RIGHT), dict(RIGHT="        self.require_permission(user, 'remove')\n")),
                            ("a kind that is checked no more", dict(SUM="        if not isinstance(entry['sha256'], str):\n            raise TypeError('sha256 must be a text')\n"), {})):
        row(30, False, "Python: %s, beside %d edits" % (about, n), py(n, **new), old=py(0, **old))
