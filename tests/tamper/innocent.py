#!/usr/bin/env python3
"""Makes the innocent twin of a tampered copy: an ordinary change drawn from a seed.

  innocent.py --seed N [--at-least BYTES] [--record FILE] [--app] SOURCE TARGET

Draws two to six ordinary changes (rename a local name, add a function or a module, change the
indentation, the quotes or a constant, comments, data, documents, tests, versions; another call to
a server or a program that the file already uses) and goes on until the changed files grew or
changed by BYTES.  Nothing it writes reaches a new host, runs a new program or hides anything.
"""

import argparse
import json
import os
import random
import re
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import features  # noqa: E402
import jslex  # noqa: E402
import tree  # noqa: E402

KINDS = {"rename-local": 4, "add-function": 5, "add-module": 3, "reformat": 2, "quotes": 1,
         "constant": 2, "comments": 3, "data": 2, "documents": 2, "tests": 2, "known-server": 3,
         "known-program": 3, "bundle-function": 2, "maintainer-script": 3}


class Nothing(Exception):
    pass


class Change:
    def __init__(self, root, seed, app=False):
        self.root, self.app = root, app
        self.rng = random.Random("innocent:%d" % seed)
        self.scripts = [p for p in tree.scripts(root)
                        if os.path.getsize(os.path.join(root, p)) <= tree.MAX_SCRIPT_BYTES]
        own = [p for p in self.scripts if "node_modules" not in p.split(os.sep)]
        self.scripts = own or self.scripts
        self.done = []
        self.size = 0
        self.base = self.find_base()

    def find_base(self):
        """Where new documents, data and tests go: beside the package's own files."""
        if not os.path.isdir(os.path.join(self.root, "DEBIAN")):
            return ""
        first = next((p for p in tree.walk(self.root) if p.endswith("/package.json")), "usr/share/doc/x")
        return os.path.dirname(first) + "/"

    def path(self, name):
        return os.path.join(self.root, name)

    def save(self, name, text, old=None, kind=None):
        """Writes a changed or new file after checking that it is still a program."""
        if name.endswith(tree.SCRIPT_ENDS):
            how = kind or tree.module_kind(text)
            if not tree.javascript_is_valid(text, how) and not (
                    old is None and tree.javascript_is_valid(text, "esm")):
                raise Nothing()
        if old == text:
            raise Nothing()
        tree.write(self.path(name), text)
        before = set(old.split("\n")) if old else set()
        if old and tree.is_bundle(old):
            self.size += abs(len(text) - len(old))
        else:
            self.size += sum(len(line) + 1 for line in text.split("\n") if line not in before)
        return name

    def draw_script(self, bundle=False, test=lambda path, text: True):
        for _ in range(60):
            if not self.scripts:
                break
            path = self.rng.choice(self.scripts)
            try:
                text = tree.read(self.path(path))
            except UnicodeDecodeError:
                continue
            if tree.is_bundle(text) == bundle and test(path, text):
                return path, text
        raise Nothing()

    # -- the kinds -------------------------------------------------------------------------------

    def rename_local(self):
        path, text = self.draw_script()
        tokens = jslex.lex(text).tokens
        names = {}
        for i, t in enumerate(tokens):
            if t.kind == "word":
                names.setdefault(t.text, []).append(i)
        found = []
        for i, t in enumerate(tokens):
            if t.text == "{" and t.role == "function" and t.mate and 20 < t.mate - i < 3000:
                for j in range(i + 1, t.mate):
                    if tokens[j].text in ("var", "let", "const") and tokens[j + 1].kind == "word":
                        found.append((i, t.mate, tokens[j + 1].text))
        self.rng.shuffle(found)
        for start, end, name in found[:80]:
            if len(name) < 2 or name in jslex.KEYWORDS:
                continue
            uses = names[name]
            if not all(start < u < end for u in uses) or any(
                    tokens[u - 1].text in (".", "?.", "get", "set", "function", "class")
                    or tokens[u + 1].text == ":"
                    or (tokens[u - 1].text in ("{", ",") and tokens[u + 1].text in (",", "}", "="))
                    for u in uses):
                continue
            if "eval" in names or "with" in names or any(
                    ("${" in tokens[k].text) and name in tokens[k].text for k in range(start, end)):
                continue
            new = self.rng.choice(["current%s", "%sValue", "next%s", "own%s", "%sItem"])
            new = new % (name if new.startswith("%") else name[:1].upper() + name[1:])
            if new in names:
                continue
            out, at = [], 0
            for u in uses:
                out += [text[at:tokens[u].start], new]
                at = tokens[u].end
            return self.save(path, "".join(out) + text[at:], text)
        raise Nothing()

    def feature_text(self, kind, path):
        name, parameters, body, doc = self.rng.choice(features.FEATURES)
        if self.rng.random() < 0.5:
            body = body.replace("const ", "var ").replace("let ", "var ") if "=>" not in body \
                and "for (const" not in body else body
        export = "export " if kind == "esm" else ""
        text = "/** %s */\n%sfunction %s(%s) {\n%s\n}\n" % (doc, export, name, parameters, body)
        if kind == "cjs":
            text += "\nmodule.exports.%s = %s;\n" % (name, name)
        return name, text

    def add_function(self):
        path, text = self.draw_script()
        kind = tree.module_kind(text)
        if kind == "cjs" and not re.search(r"^module\.exports\b", text, re.M):
            kind = "script"
        name, added = self.feature_text(kind, path)
        if re.search(r"\b%s\b" % name, text):
            raise Nothing()
        if kind == "script":
            spots = [p for p in jslex.places(text) if p.ends_line and p.function is not None]
            if not spots:
                raise Nothing()
            spot = self.rng.choice(spots)
            margin = re.match(r"[ \t]*", text[text.rfind("\n", 0, spot.offset) + 1:]).group()
            added = "\n\n" + "\n".join(margin + x if x else x for x in added.rstrip().split("\n")) + "\n"
            return self.save(path, text[:spot.offset] + added + text[spot.offset:], text)
        tail = re.search(r"\n//[#@] sourceMappingURL=[^\n]*\s*$", text)
        cut = tail.start() + 1 if tail else len(text)
        glue = "" if text[:cut].endswith("\n") else "\n"
        return self.save(path, text[:cut] + glue + "\n" + added + text[cut:], text)

    def add_module(self):
        path, text = self.draw_script(
            test=lambda p, t: tree.module_kind(t) in ("esm", "cjs"))
        kind = tree.module_kind(text)
        name, cls, body = self.rng.choice(features.MODULES)
        new = os.path.join(os.path.dirname(path), name + os.path.splitext(path)[1])
        if os.path.exists(self.path(new)):
            raise Nothing()
        if kind == "esm":
            module = "export class %s {\n%s}\n" % (cls, body)
            line = "export { %s } from './%s';\n" % (cls, os.path.basename(new))
        else:
            if not re.search(r"^module\.exports\b", text, re.M):
                raise Nothing()
            module = "'use strict';\n\nclass %s {\n%s}\n\nmodule.exports = { %s };\n" % (cls, body, cls)
            line = "module.exports.%s = require('./%s').%s;\n" % (cls, name, cls)
        glue = "" if text.endswith("\n") else "\n"
        self.save(path, text + glue + line, text)
        return self.save(new, module, None, kind)

    def reformat(self):
        path, text = self.draw_script(test=lambda p, t: "`" not in t and t.count("\n") > 15)
        lexer = jslex.lex(text)
        inside = [(a, b) for a, b in lexer.spaces if "\n" in text[a:b]]
        strings = [(t.start, t.end) for t in lexer.tokens if "\n" in t.text]
        held = set()
        for a, b in inside + strings:
            held.update(range(jslex.line_of(text, a) + 1, jslex.line_of(text, b) + 1))
        wide = self.rng.choice(["\t", "    ", "  "])
        lines = text.split("\n")
        widths = [len(x) - len(x.lstrip(" ")) for x in lines if x.startswith(" ")]
        unit = 4 if widths and sum(w % 4 == 0 for w in widths) > 0.9 * len(widths) else 2
        out = []
        for number, line in enumerate(lines, 1):
            spaces = len(line) - len(line.lstrip(" "))
            if number in held or not spaces:
                out.append(line)
            else:
                out.append(wide * (spaces // unit) + " " * (spaces % unit) + line.lstrip(" "))
        return self.save(path, "\n".join(out), text)

    def quotes(self):
        path, text = self.draw_script()
        out, at, n = [], 0, 0
        for t in jslex.lex(text).tokens:
            if t.kind == "string" and t.text[0] == "'" and '"' not in t.text and "\\" not in t.text:
                out += [text[at:t.start], '"' + t.text[1:-1] + '"']
                at, n = t.end, n + 1
        if not n:
            raise Nothing()
        return self.save(path, "".join(out) + text[at:], text)

    def constant(self):
        path, text = self.draw_script()
        found = list(re.finditer(r"^(?:const|var|let) [A-Z_a-z]+ = (\d{2,6});$", text, re.M))
        if not found:
            raise Nothing()
        m = self.rng.choice(found)
        value = int(m.group(1))
        new = self.rng.choice([value * 2, value + 1, value + value // 2])
        return self.save(path, text[:m.start(1)] + str(new) + text[m.end(1):], text)

    def comments(self):
        path, text = self.draw_script(test=lambda p, t: "\n" in t and not t.startswith("#!"))
        change = self.rng.choice(features.CHANGES)
        year = self.rng.choice(["2024", "2025", "2026"])
        spots = [p for p in jslex.places(text) if p.ends_line and p.depth == 0]
        if spots and self.rng.random() < 0.6:
            spot = self.rng.choice(spots)
            return self.save(path, text[:spot.offset] + "\n\n// " + change + " (" + year + ").\n" + text[spot.offset:].lstrip("\n"), text)
        return self.save(path, "/*\n * %s.\n * Reviewed in %s: the order of the checks below matters.\n */\n" % (change, year) + text, text)

    def data(self):
        files = [p for p in tree.walk(self.root) if p.endswith(".json") and "node_modules" not in p
                 and os.path.basename(p) not in ("package.json", "package-lock.json", "tsconfig.json")
                 and os.path.getsize(self.path(p)) < 100000]
        self.rng.shuffle(files)
        for path in files[:5]:
            old = tree.read(self.path(path))
            data = json.loads(old)
            if isinstance(data, dict) and data and all(isinstance(v, str) for v in data.values()):
                key = self.rng.choice(sorted(data))
                for n in range(self.rng.randrange(1, 5)):
                    data["%s.%s" % (key, ["hint", "title", "short", "long"][n])] = data[key] + " " + "!." [n % 2]
                return self.save(path, json.dumps(data, indent=2, ensure_ascii=False) + "\n", old)
        path = self.base + self.rng.choice(["data", "lib"]) + "/units-%d.json" % self.rng.randrange(100)
        rows = [{"name": "unit%d" % i, "factor": self.rng.randrange(1, 10 ** 6) / 1000.0,
                 "symbol": "u%d" % i} for i in range(self.rng.randrange(10, 80))]
        return self.save(path, json.dumps(rows, indent=2) + "\n")

    def documents(self):
        path = self.base + self.rng.choice(["CHANGELOG.md", "README.md", "docs/notes.md"])
        old = tree.read(self.path(path)) if os.path.exists(self.path(path)) else ""
        items = self.rng.sample(features.CHANGES, self.rng.randrange(2, 6))
        added = "## Changes in this release\n\n" + "".join("- %s (#%d).\n" % (i, self.rng.randrange(100, 4000)) for i in items)
        return self.save(path, added + "\n" + old, old or None)

    def tests(self):
        name, parameters, body, doc = self.rng.choice(features.FEATURES)
        path = self.base + "test/%s.test.js" % name.lower()
        if os.path.exists(self.path(path)):
            raise Nothing()
        count = len(parameters.split(","))
        rows = "".join("  assert.doesNotThrow(() => String([%s]));\n" % ", ".join(
            str(self.rng.randrange(1000)) for _ in range(count)) for _ in range(self.rng.randrange(3, 25)))
        text = ("'use strict';\n\nconst assert = require('assert');\nconst test = require('node:test');\n\n"
                "function %s(%s) {\n%s\n}\n\ntest('%s', () => {\n  assert.strictEqual(typeof %s, 'function');\n%s});\n"
                % (name, parameters, body, doc, name, rows))
        return self.save(path, text)

    def known_server(self):
        """One more request to the server that the file already talks to."""
        pattern = r"\n\n  \w+\([^)]*\) \{\n    return this\.request\('GET', [`'](/\w+)[^\n]*\n  \}\n"
        path, text = self.draw_script(test=lambda p, t: re.search(pattern, t))
        m = re.search(pattern, text)
        name = self.rng.choice(["tags", "agents", "shortcuts", "departments", "profile"])
        added = "\n\n  %s() {\n    return this.request('GET', '/%s?limit=%d');\n  }\n" % (name, name, self.rng.randrange(20, 200))
        return self.save(path, text[:m.start()] + added + text[m.start() + 1:], text)

    def known_program(self):
        """One more fixed command in a file that already runs fixed commands."""
        path, text = self.draw_script(
            test=lambda p, t: "{ execFile }" in t and re.search(r"execFile\('[\w.-]+', \[", t)
            and re.search(r"^module\.exports = \{", t, re.M))
        name, program, argument = self.rng.choice([
            ("kernelRelease", "uname", "-r"), ("machineKind", "uname", "-m"), ("systemUptime", "uptime", "-p")])
        added = ("\n/* %s */\nfunction %s(done) {\n  execFile('%s', ['%s'], { timeout: 2000 }, (error, out) => done(error ? '' : out.trim()));\n}\n"
                 "\nmodule.exports.%s = %s;\n" % ("For the About box.", name, program, argument, name, name))
        if name in text:
            raise Nothing()
        return self.save(path, text + added, text)

    def bundle_function(self):
        path, text = self.draw_script(bundle=True)
        name, parameters, body, _ = self.rng.choice(features.FEATURES)
        short = "_h%d" % self.rng.randrange(100)
        added = jslex.minify("var %s = function %s(%s) {\n%s\n};" % (short, name, parameters, body))
        spots = [p for p in jslex.places(text) if not p.ends_line]
        if not spots:
            raise Nothing()
        spot = self.rng.choice(spots)
        return self.save(path, text[:spot.offset] + added + text[spot.offset:], text)

    def maintainer_script(self):
        path = "DEBIAN/" + self.rng.choice(["postinst", "prerm", "postrm"])
        if not os.path.isdir(self.path("DEBIAN")):
            raise Nothing()
        old = tree.read(self.path(path)) if os.path.exists(self.path(path)) else None
        added = self.rng.choice([
            "if [ -d /var/cache/NAME ]; then\n  rm -rf /var/cache/NAME\nfi",
            "if [ \"$1\" = configure ]; then\n  install -d -m 0755 /var/lib/NAME\nfi",
            "# the old default is no longer read\nrm -f /etc/default/NAME.dpkg-old",
        ]).replace("NAME", self.deb_name())
        lines = (old or "#!/bin/sh\nset -e\n\nexit 0\n").rstrip("\n").split("\n")
        at = len(lines)
        while at > 1 and (not lines[at - 1].strip() or lines[at - 1].startswith("exit")):
            at -= 1
        text = "\n".join(lines[:at] + added.split("\n") + lines[at:]) + "\n"
        if not tree.shell_is_valid(text):
            raise Nothing()
        self.save(path, text, old)
        os.chmod(self.path(path), 0o755)
        return path

    def deb_name(self):
        return re.search(r"^Package: (\S+)", tree.read(self.path("DEBIAN/control")), re.M).group(1)

    def bump(self):
        """The version's last number and, now and then, the ranges of dependencies."""
        for path in ("package.json", "DEBIAN/control"):
            if not os.path.exists(self.path(path)):
                continue
            old = tree.read(self.path(path))
            up = lambda m: m.group(1) + str(int(m.group(2)) + 1) + m.group(3)
            if path.endswith("json"):
                text = re.sub(r'^(\s*"version":\s*"\d+\.\d+\.)(\d+)(")', up, old, count=1, flags=re.M)
                if self.rng.random() < 0.5:
                    text = re.sub(r'("[@\w/.-]+":\s*"[\^~]\d+\.\d+\.)(\d+)(")', up, text,
                                  count=self.rng.randrange(1, 4))
            else:
                text = re.sub(r"^(Version: .*?)(\d+)(-\d+)?$", lambda m: m.group(1) + str(int(m.group(2)) + 1)
                              + (m.group(3) or ""), old, count=1, flags=re.M)
            if text != old:
                tree.write(self.path(path), text)
                self.done.append({"kind": "version", "path": path})

    # -- all of them -----------------------------------------------------------------------------

    def run(self, at_least=0, only=None):
        want = self.rng.randrange(2, 7)
        names = sorted(KINDS)
        for _ in range(400):
            if len(self.done) >= want and self.size >= at_least:
                break
            kind = only or self.rng.choices(names, [KINDS[n] for n in names])[0]
            try:
                path = getattr(self, kind.replace("-", "_"))()
            except (Nothing, jslex.Broken, ValueError, IndexError):
                continue
            self.done.append({"kind": kind, "path": path})
        if not self.done or self.size < at_least:
            raise SystemExit("innocent.py: nothing fits this tree")
        return self.done


def main(argv):
    parser = argparse.ArgumentParser(usage=__doc__, add_help=False)
    parser.add_argument("source")
    parser.add_argument("target")
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--at-least", type=int, default=0)
    parser.add_argument("--only", choices=sorted(KINDS))
    parser.add_argument("--app", action="store_true")
    parser.add_argument("--record")
    options = parser.parse_args(argv)
    tree.copy(options.source, options.target)
    change = Change(options.target, options.seed, options.app)
    change.run(options.at_least, options.only)
    change.bump()
    record = {"innocent": 1, "seed": options.seed, "changed_bytes": change.size, "changes": change.done}
    with open(options.record or options.target.rstrip("/") + ".record.json", "w") as f:
        json.dump(record, f, indent=2)
        f.write("\n")
    print("%d bytes: %s" % (change.size, ", ".join("%(kind)s %(path)s" % d for d in change.done)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
