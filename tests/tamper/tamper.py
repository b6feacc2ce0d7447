#!/usr/bin/env python3
"""Makes an inert tampered copy of a source tree, drawn from a seed, and records what it did.

  tamper.py --seed N [options] SOURCE TARGET        TARGET must not exist; SOURCE is not changed

  --record FILE    where to write the record (default: TARGET.record.json)
  --kind KIND      js, deb, py, shell or auto (default): what sort of tree it is
  --app            the tree is an application: its package.json runs no install hooks
  --product NAME   what a look-alike host resembles (default: the name in package.json)
  --prefix TEXT    stands before the member's path in the record, such as "app.asar!/"
  --module PATTERN only files whose path matches this shell pattern
  --purpose NAME   --place NAME   --hiding NAME   --host-style NAME     fix what is otherwise drawn
  --side SIDE      setting or measuring: draws from the payload families and hiding styles of that side only,
                   from more places, and from changes that touch what the release before had (stages.py)
  --old TREE       the release before, a copy that is changed where the tampering takes two releases
  --list           prints what can be drawn

The same tree, seed and options give the same copy.  Hosts are reserved names only, so whatever is
written reaches nobody; nothing that is written is run.
"""

import argparse
import base64
import fnmatch
import hashlib
import json
import os
import random
import re
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import families  # noqa: E402
import families_sh  # noqa: E402
import hiding  # noqa: E402
import hosts  # noqa: E402
import jslex  # noqa: E402
import payload_js  # noqa: E402
import payload_py  # noqa: E402
import payload_sh  # noqa: E402
import places_py  # noqa: E402
import stages  # noqa: E402
import tree  # noqa: E402

PLACES = {"append": 3, "prepend": 2, "far-right": 4, "in-function": 5, "new-module": 3, "hook": 3,
          "bundle": 2}
MORE_PLACES = {"class-member": 3, "data-file": 2, "build-macro": 2, "second-release": 2}      # with a side
NODE_PURPOSES = {"download-run": 5, "exfil-environment": 3, "exfil-files": 3, "reverse-shell": 2,
                 "persistence": 2}
PAGE_PURPOSES = {"download-run": 3, "skimmer": 5, "exfil-page": 2}
HIDING = dict({"none": 8}, **{s: 2 for s in hiding.STRING_STYLES[1:]},
              **{s: 1 for s in hiding.CODE_STYLES})
HIDING_SIDES = {
    "setting": HIDING,
    "measuring": dict({"none": 4, "in-style": 5}, **{s: 2 for s in hiding.MEASURING_STRING_STYLES},
                      **{s: 1 for s in hiding.MEASURING_CODE_STYLES})}
EDITS = ["trust-host", "trust-key", "weaken-check", "new-dependency"]
SHELL_PLACES = {"append": 3, "middle": 3, "new-script": 3, "cron-file": 1}
MODULE_NAMES = """cache telemetry metrics polyfill shim helpers env-info compat runtime loader
stats session-store warmup probe locale-data trace""".split()
COMMENTS = ["// keep the connection warm", "// metrics", "// see issue 1873", "// compatibility shim",
            "/* istanbul ignore next */", "// TODO: remove after the next major", "// warm up"]
PAGE_FOLDERS = {"renderer", "widget", "public", "static", "browser", "www"}


class Nothing(Exception):
    """This draw cannot be carried out on this tree."""


class NothingFits(Exception):
    """No draw can."""


def draw(rng, table):
    names = sorted(table)
    return rng.choices(names, [table[n] for n in names])[0]


class Tamperer:
    def __init__(self, root, seed, options):
        self.root, self.seed, self.options = root, seed, options
        self.rng = random.Random("tamper:%d" % seed)
        self.package = self.read_package()
        named = self.package.get("name") or places_py.name_of(root) or "product"
        self.product = options.product or named.split("/")[-1]
        self.kind = options.kind if options.kind != "auto" else self.find_kind()
        self.files = None
        self.has_modules = os.path.isdir(os.path.join(root, "node_modules"))

    def read_package(self):
        path = os.path.join(self.root, "package.json")
        return json.loads(tree.read(path)) if os.path.exists(path) else {}

    def find_kind(self):
        if os.path.isdir(os.path.join(self.root, "DEBIAN")):
            return "deb"
        if places_py.is_release(self.root):
            return "py"
        return "js" if next(tree.scripts(self.root), None) else "shell"

    # -- drawing ---------------------------------------------------------------------------------

    def run(self):
        host = hosts.draw(self.rng, self.product, self.options.host_style)
        for attempt in range(60):
            rng = random.Random("tamper:%d:%d" % (self.seed, attempt))
            try:
                record = self.attempt(rng, host)
            except (Nothing, jslex.Broken, UnicodeDecodeError, hiding.NothingHidden, places_py.NotHere):
                continue
            record.update({"tamperer": 1, "side": self.options.side, "seed": self.seed, "attempt": attempt, "kind": self.kind,
                           "product": self.product})
            return record
        raise NothingFits("nothing fits this tree with these options")

    def attempt(self, rng, host):
        if self.kind == "py":
            return places_py.draw(self, rng, host)
        if self.options.purpose in EDITS:
            return self.edit(rng, host)
        if self.options.side and self.kind == "js" and (
                self.options.purpose in stages.STAGES or not self.options.purpose and not self.options.place
                and rng.random() < stages.SHARE):
            return stages.draw(self, rng, host)
        place, module = self.options.place, self.options.module or ""
        if self.kind == "shell":
            return self.shell(rng, host)
        if self.kind == "deb" and (not place or place in SHELL_PLACES) and (
                module.startswith("DEBIAN") or place not in PLACES and rng.random() < 0.7):
            return self.shell(rng, host)
        return self.javascript(rng, host)

    def script_weight(self, path):
        parts, name = path.split(os.sep), os.path.basename(path)
        main = os.path.normpath(self.package.get("main") or "index.js")
        if path in (main, main + ".js", os.path.join(main, "index.js")):
            return max(40, len(self.files) / 6)
        weight = 1.0
        if self.has_modules and "node_modules" not in parts:
            weight = max(6.0, len(self.files) / 18)            # a product's own code
        if name.startswith(("index.", "main.", "cli.")):
            weight *= 3
        return weight

    def draw_script(self, rng, wanted):
        if self.files is None:
            self.files = [p for p in tree.scripts(self.root)
                          if os.path.getsize(os.path.join(self.root, p)) <= tree.MAX_SCRIPT_BYTES]
        files = self.files
        if self.options.module:
            files = [p for p in files if fnmatch.fnmatch(p, self.options.module)]
        if not files:
            raise Nothing()
        for _ in range(40):
            path = rng.choices(files, [self.script_weight(p) for p in files])[0]
            text = tree.read(os.path.join(self.root, path))
            if wanted(path, text):
                return path, text
        raise Nothing()

    def environment(self, rng, path, text):
        kind = tree.module_kind(text)
        if PAGE_FOLDERS & set(path.split(os.sep)[:-1]):
            return kind, "browser"
        if kind == "script" and tree.is_bundle(text):
            return kind, rng.choice(["browser", "cjs"])
        return kind, "esm" if kind == "esm" else "cjs"

    # -- JavaScript ------------------------------------------------------------------------------

    def javascript(self, rng, host):
        places = dict(PLACES, **MORE_PLACES) if self.options.side else dict(PLACES)
        if self.options.app or not self.package:
            for name in ("hook", "build-macro"):
                places.pop(name, None)
        if not self.options.old:
            places.pop("second-release", None)
        place = self.options.place or draw(rng, places)
        if place in ("hook", "build-macro"):
            return self.hook(rng, host) if place == "hook" else self.build_macro(rng, host)
        path, text = self.draw_script(rng, lambda p, t: tree.is_bundle(t) == (place == "bundle"))
        kind, env = self.environment(rng, path, text)
        if place in ("new-module", "second-release") and env == "browser" or place == "data-file" and env != "cjs":
            raise Nothing()
        made = self.payload(rng, env, host, text)
        self.settle(rng, made, os.path.dirname(path), os.path.splitext(path)[1])
        if place in ("new-module", "second-release"):
            return self.new_module(rng, path, text, kind, made, place)
        if place == "data-file":
            return self.data_file(rng, path, text, kind, made)
        tight = place in ("far-right", "bundle") or rng.random() < 0.25
        statement = jslex.minify(made.statement) if tight else made.statement
        changed, start, length = insert(rng, text, place, statement, kind)
        if not tree.javascript_is_valid(changed, kind):
            raise Nothing()
        tree.write(os.path.join(self.root, path), changed)
        return self.describe(path, changed, start, length, place, made, minified=tight)

    def settle(self, rng, made, folder, suffix):
        """Writes the second file of a payload that is split over two."""
        made.also = []
        if not made.other_file:
            return
        path = self.new_path(rng, folder, suffix)
        body = "module.exports = {\n%s\n};\n" % ",\n".join(
            "  %s: %s" % (k, hiding.quoted(rng, v)) for k, v in made.other_file.items())
        tree.write(os.path.join(self.root, path), body)
        made.statement = made.statement.replace(payload_js.OTHER_FILE, "./" + os.path.basename(path))
        made.also = [self.at(path, body, 0, len(body) - 1)]

    def payload(self, rng, env, host, text=""):
        if self.options.side:
            return self.family(rng, env, host, text)
        table = PAGE_PURPOSES if env == "browser" else NODE_PURPOSES
        purpose = self.options.purpose or draw(rng, table)
        if purpose not in table:
            raise Nothing()
        style = self.options.hiding or draw(rng, HIDING)
        if env == "browser" and style == "code-deflate":
            style = "code-base64"                          # a page has no zlib
        electron = "electron" in json.dumps(self.package) and env == "cjs"
        made = payload_js.build(rng, env, purpose, host, style, electron)
        made.purpose, made.style, made.env = purpose, style, env
        return made

    def family(self, rng, env, host, text):
        """A payload of the families and hiding styles of one side."""
        side = self.options.side
        table = families.purposes("page" if env == "browser" else "node", side)
        purpose = self.options.purpose or rng.choice(sorted(table))
        style = self.options.hiding or draw(rng, HIDING_SIDES[side])
        if purpose not in table or style == "split-files" and env != "cjs":
            raise Nothing()
        if env == "browser" and style in ("code-deflate", "code-gzip"):
            style = "code-base64" if side == "setting" else "code-pieces"
        words = None
        if style == "in-style":
            words = sorted(set(re.findall(r"\b[a-z][a-zA-Z]{3,14}\b", text)) - payload_js.RESERVED_NAMES)
            if len(words) < 20:
                raise Nothing()
        made = payload_js.build(rng, env, purpose, host, style, False,
                                lambda p: families.make(p, purpose, side), words)
        made.purpose, made.style, made.env = purpose, style, env
        return made

    def new_path(self, rng, folder, suffix):
        names = [n for n in MODULE_NAMES
                 if not os.path.exists(os.path.join(self.root, folder, n + suffix))]
        return os.path.join(folder, rng.choice(names) + suffix)

    def new_module(self, rng, path, text, kind, made, place):
        suffix = os.path.splitext(path)[1]
        path2 = self.new_path(rng, os.path.dirname(path), suffix)
        body = made.statement
        if kind != "esm" and rng.random() < 0.5:
            body = "module.exports = function () {\n%s\n};\nmodule.exports();" % payload_js.indent(body)
        head = rng.choice(["", "'use strict';\n\n", "/* eslint-disable */\n"])
        module = head + body + "\n"
        name = os.path.basename(path2)
        line = "import './%s';" % name if kind == "esm" else "require('./%s');" % rng.choice(
            [name, os.path.splitext(name)[0]])
        changed, start, length = insert(rng, text, rng.choice(["append", "prepend"]), line, kind)
        if not tree.javascript_is_valid(changed, kind) or not tree.javascript_is_valid(module, kind):
            raise Nothing()
        tree.write(os.path.join(self.root, path), changed)
        tree.write(os.path.join(self.root, path2), module)
        if place == "second-release":                  # the first release brought it, asleep
            tree.write(os.path.join(self.options.old, path2), module)
        record = self.describe(path2, module, len(head), len(body), place, made)
        record["also"].append(self.at(path, changed, start, length))
        return record

    def data_file(self, rng, path, text, kind, made):
        """The code stands in a data file; what is added to a script reads it and runs it."""
        name = os.path.basename(self.new_path(rng, os.path.dirname(path), rng.choice([".json", ".dat", ".txt", ".tpl"])))
        code = jslex.minify(made.statement) if rng.random() < 0.5 else made.statement
        coded = rng.random() < 0.5
        held = base64.b64encode(code.encode()).decode() if coded else code
        body = json.dumps({"version": 3, "entries": held}, indent=1) + "\n" if name.endswith(".json") else held + "\n"
        value = "require('./%s').entries" % name if name.endswith(".json") else \
            "require('fs').readFileSync(require('path').join(__dirname, '%s'), 'utf8')" % name
        if coded:
            value = "Buffer.from(%s, 'base64').toString()" % value
        line = rng.choice(["eval(%s);", "new Function('require', %s)(require);", "require('vm').runInThisContext(%s);"]) % value
        changed, start, length = insert(rng, text, rng.choice(["append", "prepend", "in-function"]), line, kind)
        if not tree.javascript_is_valid(changed, kind) or not tree.javascript_is_valid(made.statement, "cjs"):
            raise Nothing()
        tree.write(os.path.join(self.root, path), changed)
        full = os.path.join(os.path.dirname(path), name)
        tree.write(os.path.join(self.root, full), body)
        record = self.describe(path, changed, start, length, "data-file", made)
        record["also"].append(self.at(full, body, 0, len(body) - 1))
        return record

    def build_macro(self, rng, host):
        """What a build file runs while it is read."""
        made = self.payload(rng, "cjs", host, "")
        if os.path.exists(os.path.join(self.root, "binding.gyp")):
            raise Nothing()
        folder = rng.choice(["scripts", "build-tools", "lib"])
        self.settle(rng, made, folder, ".js")
        path = self.new_path(rng, folder, ".cjs" if self.package.get("type") == "module" else ".js")
        body = made.statement + "\n"
        if not tree.javascript_is_valid(body, "cjs"):
            raise Nothing()
        gyp = rng.choice(["{ \"targets\": [{ \"target_name\": \"addon\", \"type\": \"none\", \"sources\": [\"<!(node %s)\"] }] }\n",
                          "{\n  'variables': { 'napi': '<!@(node %s)' },\n  'targets': [{ 'target_name': 'noop', 'type': 'none' }]\n}\n"]) % path
        tree.write(os.path.join(self.root, path), body)
        tree.write(os.path.join(self.root, "binding.gyp"), gyp)
        record = self.describe(path, body, 0, len(body) - 1, "build-macro", made)
        record["also"].append(self.at("binding.gyp", gyp, 0, len(gyp) - 1))
        return record

    def hook(self, rng, host):
        """A script that npm runs at installation: a new file, or a command in package.json."""
        made = self.payload(rng, "cjs", host, "")
        hook = rng.choice(["preinstall", "install", "postinstall", "postinstall",
                           "preinstall" if self.options.side else "prepare"])  # which no installation runs
        package = tree.read(os.path.join(self.root, "package.json"))
        data = json.loads(package)
        if hook in data.get("scripts", {}):
            raise Nothing()
        inline = made.purpose == "download-run" and rng.random() < 0.3 and self.options.side != "measuring"
        if inline:
            text, style, url, _ = payload_sh.build(rng, "download-run", host, "none")
            if "\n" in text:
                raise Nothing()
            made.style, made.url, made.api, made.pairs, made.scope = style, url, ["curl"], [], "none"
            made.family, made.also = "download-run/inline", []
            command = text
        else:
            folder = rng.choice(["scripts", "lib", "build", "."])
            path = os.path.normpath(self.new_path(rng, folder, ".cjs" if data.get("type") == "module" else ".js"))
            self.settle(rng, made, os.path.dirname(path), os.path.splitext(path)[1])
            body = made.statement
            head = rng.choice(["", "'use strict';\n\n", "#!/usr/bin/env node\n"])
            if not tree.javascript_is_valid(head + body + "\n", "cjs"):
                raise Nothing()
            tree.write(os.path.join(self.root, path), head + body + "\n")
            command = "node " + path + rng.choice(["", " || true", ""])
        data.setdefault("scripts", {})[hook] = command
        space = re.search(r"^([ \t]+)\"", package, re.M)
        changed = json.dumps(data, indent=space.group(1) if space else 2, ensure_ascii=False) + "\n"
        tree.write(os.path.join(self.root, "package.json"), changed)
        at = changed.index('"%s": %s' % (hook, json.dumps(command, ensure_ascii=False)))
        line = self.at("package.json", changed, at, len(hook) + len(command) + 6)
        if inline:
            record = self.describe("package.json", changed, at, line["length"], "hook", made)
        else:
            record = self.describe(path, head + body + "\n", len(head), len(body), "hook", made)
            record["also"].append(line)
        record["hook"] = hook
        return record

    # -- shell and Debian packages ---------------------------------------------------------------

    def shell_files(self):
        for path in tree.walk(self.root):
            full = os.path.join(self.root, path)
            if path.startswith("DEBIAN" + os.sep) and os.path.basename(path) in (
                    "preinst", "postinst", "prerm", "postrm", "config"):
                yield path
            elif path.endswith((".sh", ".bash")):
                yield path
            elif os.path.getsize(full) < 200000 and not os.path.splitext(path)[1]:
                with open(full, "rb") as f:
                    head = f.read(40)
                if re.match(rb"#! ?/(usr/)?bin/(env )?(ba|da)?sh\b", head):
                    yield path

    def shell(self, rng, host):
        source = families_sh if self.options.side == "measuring" else payload_sh
        purpose = self.options.purpose or rng.choice(source.PURPOSES)
        style = self.options.hiding or rng.choice(source.STYLES)
        if purpose not in source.PURPOSES or style not in source.STYLES:
            raise Nothing()
        text, style, url, plain = source.build(rng, purpose, host, style)
        made = payload_js.Made(statement=text, host=host, url=url, api=["shell"], gate=None, pairs=[],
                               purpose=purpose, style=style, env="shell", naming="", plain=plain,
                               scope="none" if style == "none" else "code")
        places = dict(SHELL_PLACES)
        if self.kind != "deb":
            places.pop("cron-file")
            places.pop("new-script")
        place = self.options.place or draw(rng, places)
        if place not in places:
            raise Nothing()
        if place == "cron-file":
            path = "etc/cron.d/" + rng.choice(["sysstat-extra", "man-index", "locale-cache"])
            if "\n" in text or purpose == "persistence" or "%" in text:
                raise Nothing()
            body = "*/%d * * * * root %s\n" % (rng.choice([5, 10, 30]), text)
            tree.write(os.path.join(self.root, path), body)
            return self.describe(path, body, 0, len(body) - 1, place, made)
        if place == "new-script":
            free = [n for n in ("preinst", "postinst", "prerm")
                    if not os.path.exists(os.path.join(self.root, "DEBIAN", n))]
            if not free:
                raise Nothing()
            path, head = "DEBIAN/" + rng.choice(free), "#!/bin/sh\nset -e\n"
            body = head + text + "\n" + "exit 0\n"
            start = len(head)
        else:
            files = [p for p in self.shell_files()
                     if not self.options.module or fnmatch.fnmatch(p, self.options.module)]
            if not files:
                raise Nothing()
            path = rng.choice(files)
            body, start = shell_insert(rng, tree.read(os.path.join(self.root, path)), place, text)
        if not tree.shell_is_valid(body):
            raise Nothing()
        full = os.path.join(self.root, path)
        tree.write(full, body)
        os.chmod(full, 0o755)
        return self.describe(path, body, start, len(text), place, made)

    # -- edits of trust, checks and dependencies -------------------------------------------------

    def edit(self, rng, host):
        made = payload_js.Made(host=None, url=None, api=[], gate=None, pairs=[], style="none", env="edit",
                               naming="", scope="none", purpose=self.options.purpose)
        if made.purpose == "new-dependency":
            return self.new_dependency(rng, made)
        pattern, new = {
            "trust-host": (r"https://(?:downloads|updates?|telemetry|api)\.[\w.-]+", lambda m: "https://" + host),
            "trust-key": (r"MC[A-Za-z0-9+/]{57}=", lambda m: "MC" + "".join(
                rng.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
                for _ in range(57)) + "="),
            "weaken-check": (r"return crypto\.verify\([^;]+;|if \((?=hash\.digest|!this\.verify|!UPLOAD_TYPES)",
                             lambda m: "return true;" if m.group().startswith("return") else "if (false && "),
        }[made.purpose]
        if made.purpose == "trust-host":
            made.host, made.url = host, "https://" + host
        found = []
        for path in tree.walk(self.root):
            if path.endswith(tree.SCRIPT_ENDS + (".json",)) and "node_modules" not in path:
                text = tree.read(os.path.join(self.root, path))
                found += [(path, text, m) for m in re.finditer(pattern, text)]
        if not found:
            raise Nothing()
        path, text, match = rng.choice(found)
        put = new(match)
        changed = text[:match.start()] + put + text[match.end():]
        if path.endswith(tree.SCRIPT_ENDS) and not tree.javascript_is_valid(changed, tree.module_kind(text)):
            raise Nothing()
        tree.write(os.path.join(self.root, path), changed)
        return self.describe(path, changed, match.start(), len(put), "edit", made)

    def new_dependency(self, rng, made):
        path = os.path.join(self.root, "package.json")
        data = json.loads(tree.read(path))
        name = hosts.typo(rng, self.product) + rng.choice(["-core", "-utils", "-compat", ""])
        data.setdefault("dependencies", {})[name] = "^%d.%d.%d" % (rng.randrange(4), rng.randrange(9), rng.randrange(9))
        changed = json.dumps(data, indent=2, ensure_ascii=False) + "\n"
        tree.write(path, changed)
        at = changed.index('"%s": "^' % name)
        made.dependency = name
        return self.describe("package.json", changed, at, len(name), "edit", made)

    # -- the record ------------------------------------------------------------------------------

    def at(self, path, text, start, length):
        line = jslex.line_of(text, start)
        return {"path": path, "member": self.options.prefix + path, "line": line,
                "end_line": jslex.line_of(text, start + max(0, length - 1)),
                "column": start - (text.rfind("\n", 0, start) + 1) + 1,
                "offset": len(text[:start].encode()), "length": len(text[start:start + length].encode())}

    def describe(self, path, text, start, length, place, made, minified=False):
        record = self.at(path, text, start, length)
        excerpt = text[start:start + length]
        record.update({
            "place": place, "purpose": made.purpose, "api": made.api, "environment": made.env,
            "hiding": made.style, "hidden": made.scope, "minified": minified, "gate": made.gate,
            "names": made.naming, "host": made.host, "url": made.url, "also": list(getattr(made, "also", [])),
            "family": getattr(made, "family", made.purpose),
            "statement_sha256": hashlib.sha256(excerpt.encode()).hexdigest(),
        })
        if self.options.reveal:
            record["reveal"] = {"excerpt": excerpt, "head": getattr(made, "head", ""), "pairs": made.pairs,
                                "plain": getattr(made, "plain", None)}
        return record


def starts_badly(statement):
    """True for a statement that would join the expression before it."""
    return statement[:1] in "([`"


def insert(rng, text, place, statement, kind):
    """Returns (new text, offset of the statement, its length in characters)."""
    newline = "\r\n" if "\r\n" in text else "\n"
    statement = statement.replace("\n", newline)
    if place == "append":
        cut = len(text)
        tail = re.search(r"\n//[#@] sourceMappingURL=[^\n]*\s*$", text)
        if tail:
            cut = tail.start()
        tokens = jslex.lex(text[:cut]).tokens
        before = "" if text[:cut].endswith("\n") else newline
        if starts_badly(statement) and tokens and tokens[-1].text != ";":
            before += ";"
        if rng.random() < 0.25:
            before += rng.choice(COMMENTS) + newline if not before.endswith(";") else ""
        return text[:cut] + before + statement + newline + text[cut:].lstrip("\n"), \
            cut + len(before), len(statement)
    found = jslex.places(text)
    if place == "prepend":
        top = [p for p in found if p.depth == 0 and p.ends_line]
        if top:
            spot = rng.choice(top[:6])
            lead = newline + (newline if rng.random() < 0.3 else "")
            return text[:spot.offset] + lead + statement + text[spot.offset:], \
                spot.offset + len(lead), len(statement)
        first = jslex.lex(text).tokens
        at = first[0].start if first else 0
        if kind == "esm" and statement.startswith("import"):
            at = first[0].start
        return text[:at] + statement + newline + text[at:], at, len(statement)
    if place == "far-right":
        spots = [p for p in found if p.ends_line and p.offset - text.rfind("\n", 0, p.offset) < 160]
        if not spots:
            raise Nothing()
        spot = rng.choice(spots)
        gap = rng.choice([" ", " ", " ", "\t"]) * rng.randrange(180, 3200)
        return text[:spot.offset] + gap + statement + text[spot.offset:], \
            spot.offset + len(gap), len(statement)
    if place == "class-member":
        return insert_member(rng, text, statement, newline)
    if place == "in-function":
        spots = [p for p in found if p.ends_line and p.function is not None]
        if not spots:
            raise Nothing()
        spot = rng.choice(spots)
        line_start = text.rfind("\n", 0, spot.offset) + 1
        margin = re.match(r"[ \t]*", text[line_start:]).group()
        lines = statement.split(newline)
        if not any("`" in line for line in lines):
            statement = (newline + margin).join(lines)
        lead = newline + margin
        if rng.random() < 0.2:
            lead += rng.choice(COMMENTS) + newline + margin
        return text[:spot.offset] + lead + statement + text[spot.offset:], \
            spot.offset + len(lead), len(statement)
    spots = [p for p in found if not p.ends_line]                                   # bundle
    if not spots:
        raise Nothing()
    spot = rng.choice(spots)
    if not statement.endswith((";", "}")):
        statement += ";"
    return text[:spot.offset] + statement + text[spot.offset:], spot.offset, len(statement)


def insert_member(rng, text, statement, newline):
    """A block that runs when the class is made, or a method that its constructor calls."""
    heads = list(re.finditer(r"^([ \t]*)(?:export )?(?:default )?class [A-Za-z_$][\w$]*(?: extends [\w$.]+)? \{[ \t]*\r?$", text, re.M))
    if not heads:
        raise Nothing()
    head = rng.choice(heads)
    margin = head.group(1) + ("\t" if "\n\t" in text else "  ")
    inner = margin + margin[-1:] * (1 if margin.endswith("\t") else 2)
    body = (newline + inner).join(statement.split(newline)) if "`" not in statement else statement
    built = re.compile(r"^[ \t]+constructor\([^)\n]*\) \{[ \t]*\r?$(?:\r?\n[ \t]+super\([^\n]*\);)?", re.M).search(text, head.end())
    after = re.compile(r"^%s\}" % head.group(1), re.M).search(text, head.end())
    if built and after and built.start() < after.start() and rng.random() < 0.6:
        name = rng.choice(["warmUp", "prepareState", "syncDefaults", "trackUsage"])
        text = text[:built.end()] + newline + inner + "this.%s();" % name + text[built.end():]
        lead = newline + margin + name + "() {" + newline + inner
    else:
        lead = newline + margin + "static {" + newline + inner
    at = head.end()
    return text[:at] + lead + body + newline + margin + "}" + newline + text[at:], at + len(lead), len(body)


def shell_insert(rng, text, place, command):
    lines = text.split("\n")
    depth, free = 0, []
    for i, line in enumerate(lines):
        if i and depth == 0 and not lines[i - 1].endswith("\\"):
            free.append(i)
        words = re.findall(r"[^\s;]+", line.split("#")[0] if line.lstrip().startswith("#") else line)
        depth += sum(w in ("if", "case", "do", "{") for w in words)
        depth -= sum(w in ("fi", "esac", "done", "}") for w in words)
        if "<<" in line:
            depth += 1000
    if not free:
        raise Nothing()
    if place == "append" and depth < 1000:
        end = len(lines)
        while end and (not lines[end - 1].strip() or lines[end - 1].startswith("exit")):
            end -= 1
        at = end
    else:
        at = rng.choice(free)
    before = "\n".join(lines[:at]) + "\n"
    return before + command + "\n" + "\n".join(lines[at:]), len(before)


def main(argv):
    parser = argparse.ArgumentParser(usage=__doc__, add_help=False)
    parser.add_argument("source", nargs="?")
    parser.add_argument("target", nargs="?")
    parser.add_argument("--seed", type=int)
    parser.add_argument("--kind", default="auto")
    parser.add_argument("--app", action="store_true")
    parser.add_argument("--prefix", default="")
    parser.add_argument("--reveal", action="store_true")
    parser.add_argument("--list", action="store_true")
    for name in ("record", "product", "module", "purpose", "place", "hiding", "host-style", "side", "old"):
        parser.add_argument("--" + name)
    options = parser.parse_args(argv)
    if options.list:
        print("purposes in programs: " + " ".join(NODE_PURPOSES))
        print("purposes in pages: " + " ".join(PAGE_PURPOSES))
        print("purposes in shell: " + " ".join(payload_sh.PURPOSES))
        print("edits: " + " ".join(EDITS))
        print("places: " + " ".join(PLACES) + "; in shell: " + " ".join(SHELL_PLACES))
        print("purposes in Python: " + " ".join(sorted(payload_py.families("setting"))))
        print("places in Python: " + " ".join(dict(places_py.PLACES, **places_py.WHEEL_PLACES, **places_py.SOURCE_PLACES)))
        print("hiding: " + " ".join(HIDING) + "; in shell: " + " ".join(sorted(set(payload_sh.STYLES))))
        print("hosts: " + " ".join(hosts.STYLES))
        for side in ("setting", "measuring"):
            print("with --side %s:" % side)
            print("  in programs: " + " ".join(sorted(families.purposes("node", side))))
            print("  in pages: " + " ".join(sorted(families.purposes("page", side))))
            print("  where the release before helped: " + " ".join(stages.STAGES))
            print("  places: " + " ".join(dict(PLACES, **MORE_PLACES)))
            print("  hiding: " + " ".join(HIDING_SIDES[side]))
            print("  in Python: " + " ".join(sorted(payload_py.families(side))))
            print("  hiding in Python: " + " ".join(payload_py.styles(side)))
        return 0
    if options.seed is None or not options.target:
        parser.error("SOURCE, TARGET and --seed are needed")
    tree.copy(options.source, options.target)
    try:
        record = Tamperer(options.target, options.seed, options).run()
    except NothingFits as why:
        raise SystemExit("tamper.py: %s" % why)
    path = options.record or options.target.rstrip("/") + ".record.json"
    with open(path, "w", encoding="utf-8") as f:
        json.dump(record, f, indent=2)
        f.write("\n")
    print("%s:%d  %s, %s, hidden by %s, host %s" % (
        record["member"], record["line"], record["purpose"], record["place"], record["hiding"], record["host"]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
