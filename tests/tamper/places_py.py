"""Where a payload stands in a Python release: a wheel's tree (NAME.dist-info beside its packages) or a source package's."""

import ast
import base64
import glob
import hashlib
import importlib.util
import marshal
import os
import re
import zlib

import payload_py
import stages
import tree

PLACES = {"append": 3, "prepend": 2, "in-function": 4, "far-right": 2, "new-module": 3, "class-member": 3, "data-file": 2,
          "decorator": 2, "version-module": 2, "compiled-module": 1}
WHEEL_PLACES = {"path-file": 3}                           # NAME.pth, which runs when any Python starts
SOURCE_PLACES = {"setup": 6, "build-backend": 3}          # what runs while the package is built
MODULE_NAMES = "_compat _telemetry _speedups _shim helpers _runtime _loader _cache _platform".split()
METHOD_NAMES = ["_prepare", "_sync_defaults", "_warm", "_register"]
SIMPLE = (ast.Assign, ast.Expr, ast.Import, ast.ImportFrom, ast.AugAssign)


def is_release(root):
    return bool(record_of(root)) or os.path.exists(os.path.join(root, "PKG-INFO"))


def record_of(root):
    """The path of a wheel's list of its files, if it is a wheel."""
    found = glob.glob(os.path.join(glob.escape(root), "*.dist-info", "RECORD"))
    return found[0] if found else None


def name_of(root):
    for path in glob.glob(os.path.join(glob.escape(root), "*.dist-info", "METADATA")) + [os.path.join(root, "PKG-INFO")]:
        if os.path.exists(path):
            found = re.search(r"^Name: (\S+)", tree.read(path), re.M)
            return found.group(1) if found else None
    return None


def modules(root):
    """Relative paths of modules that a user of the release may run."""
    for path in tree.walk(root):
        parts = path.split(os.sep)
        if path.endswith(".py") and not tree.SKIPPED_PARTS & set(parts[:-1]) and not parts[-1].startswith(("test_", "conftest")) \
                and parts[-1] not in ("setup.py", "noxfile.py", "tasks.py") and os.path.getsize(os.path.join(root, path)) <= tree.MAX_SCRIPT_BYTES:
            yield path


class NotHere(Exception):
    """The place is not to be had in this module."""


def parsed(text):
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        raise NotHere() from None


class Module:
    """A module's text with its syntax tree; insertions are by line."""

    def __init__(self, text):
        self.text, self.tree = text, parsed(text)
        self.newline = "\r\n" if "\r\n" in text else "\n"
        self.lines = text.split("\n")

    def margin(self, node):
        return re.match(r"[ \t]*", self.lines[node.lineno - 1]).group()

    def stands_alone(self, node):
        """Nothing but blanks before a statement on its line, and no decorator above."""
        return len(self.margin(node)) == node.col_offset and not getattr(node, "decorator_list", None)

    def insert(self, line, lines, margin=""):
        """Puts lines before a line (from 1); returns (text, offset, length in characters)."""
        end = "\r" if self.newline == "\r\n" else ""
        block = [(margin + x if x else x) + end for x in lines]
        at = line - 1
        before = "\n".join(self.lines[:at]) + "\n" if at else ""
        body = "\n".join(block)
        return before + body + "\n" + "\n".join(self.lines[at:]), len(before) + len(margin), len(body) - len(margin)


def top_line(rng, module):
    """The line after one of the first statements."""
    body = [n for n in module.tree.body[:8] if module.stands_alone(n)]
    if not body:
        raise NotHere()
    return rng.choice(body).end_lineno + 1


def append(rng, module, made):
    text = module.text
    before = "" if text.endswith("\n") or not text else module.newline
    if rng.random() < 0.5:
        before += module.newline * 2
    body = made.statement.replace("\n", module.newline)
    return text + before + body + module.newline, len(text) + len(before), len(body)


def prepend(rng, module, made):
    return module.insert(top_line(rng, module), made.statement.split("\n"))


def in_function(rng, module, made):
    spots = []
    for function in ast.walk(module.tree):
        if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
            body = function.body[1:] if ast.get_docstring(function, clean=False) is not None else function.body
            spots += [n for n in body if module.stands_alone(n) and n.lineno > function.lineno]
    if not spots:
        raise NotHere()
    spot = rng.choice(spots)
    return module.insert(spot.lineno, made.statement.split("\n"), module.margin(spot))


def far_right(rng, module, made):
    if not made.style.startswith("code-"):
        raise NotHere()
    spots = [n for n in module.tree.body if isinstance(n, SIMPLE) and n.lineno == n.end_lineno
             and len(module.lines[n.lineno - 1]) < 120 and "#" not in module.lines[n.lineno - 1]]
    if not spots:
        raise NotHere()
    line = rng.choice(spots).lineno - 1
    kept = module.lines[line].rstrip()
    body = re.sub(r",\n\s*", ", ", made.statement).replace("[\n", "[").replace("\n", "; ")
    gap = ";" + rng.choice([" ", "\t"]) * rng.randrange(120, 2400)
    start = sum(len(x) + 1 for x in module.lines[:line]) + len(kept) + len(gap)
    lines = module.lines[:line] + [kept + gap + body + module.newline[:-1]] + module.lines[line + 1:]
    return "\n".join(lines), start, len(body)


def class_member(rng, module, made):
    """A method that the constructor calls, or statements of the class's own body."""
    classes = [n for n in ast.walk(module.tree) if isinstance(n, ast.ClassDef) and n.body and n.body[0].lineno > n.lineno]
    if not classes:
        raise NotHere()
    chosen = rng.choice(classes)
    last = [n for n in chosen.body if module.stands_alone(n)]
    if not last:
        raise NotHere()
    margin = module.margin(last[-1])
    built = [n for n in chosen.body if isinstance(n, ast.FunctionDef) and n.name == "__init__" and n.body and n.args.args]
    if not built or rng.random() < 0.4:
        return module.insert(last[-1].end_lineno + 1, made.statement.split("\n"), margin)
    inside = [n for n in built[0].body if module.stands_alone(n) and n.lineno > built[0].lineno]
    if not inside:
        raise NotHere()
    me, name = built[0].args.args[0].arg, rng.choice(METHOD_NAMES)
    step = module.margin(inside[-1])[len(margin):] or "    "
    head = ["", "def %s(%s):" % (name, me)]
    body = [step + x if x else x for x in made.statement.split("\n")]
    end = Module(module.insert(chosen.end_lineno + 1, head + body, margin)[0])
    call = end.insert(inside[-1].lineno, ["%s.%s()" % (me, name)], module.margin(inside[-1]))[0]
    start = call.rindex(module.newline.join(margin + x for x in body[:1]), 0)
    start += len(margin) + len(step)
    block = module.newline.join([body[0][len(step):]] + [margin + x if x else x for x in body[1:]])
    if call[start:start + len(block)] != block:
        raise NotHere()
    return call, start, len(block)


def decorator(rng, module, made):
    """A decorator for a function that was there; it runs the payload when it decorates, or when that is called."""
    functions = [n for n in module.tree.body if isinstance(n, ast.FunctionDef) and module.stands_alone(n)]
    if not functions:
        raise NotHere()
    chosen, name = rng.choice(functions), rng.choice(["_traced", "_cached", "_checked", "_once"])
    if name in module.text:
        raise NotHere()
    body = made.statement.split("\n")
    if rng.random() < 0.5:
        lines = ["def %s(function):" % name] + ["    " + x for x in body] + ["    return function"]
    else:
        lines = ["def %s(function):" % name, "    def call(*args, **kwargs):"] + ["        " + x for x in body] + [
            "        return function(*args, **kwargs)", "    return call"]
    return module.insert(chosen.lineno, lines + ["", "", "@" + name])


INSERTIONS = {"append": append, "prepend": prepend, "in-function": in_function, "far-right": far_right, "class-member": class_member,
              "decorator": decorator, "version-module": append}


# ---- places of more than one file -----------------------------------------------------------------

def new_name(rng, root, folder, ending):
    free = [n for n in MODULE_NAMES if not os.path.exists(os.path.join(root, folder, n + ending))
            and not os.path.exists(os.path.join(root, folder, n + ".py"))]
    if not free:
        raise NotHere()
    return rng.choice(free)


def import_line(rng, t, path, name):
    if os.path.exists(os.path.join(t.root, os.path.dirname(path), "__init__.py")):
        return rng.choice(["from . import %s", "from .%s import *", "from . import %s as _"]) % name
    return "import %s" % name


def with_line(rng, module, line):
    """A line at the end of a module or near its top."""
    return append(rng, module, type("Line", (), {"statement": line})) if rng.random() < 0.5 else module.insert(top_line(rng, module), [line])


def new_module(t, rng, path, module, made):
    name = new_name(rng, t.root, os.path.dirname(path), ".py")
    full = os.path.join(os.path.dirname(path), name + ".py")
    head = rng.choice(["", '"""Helpers."""\n\n', "# -*- coding: utf-8 -*-\n"])
    text, start, length = with_line(rng, module, import_line(rng, t, path, name))
    body = head + made.statement + "\n"
    parsed(body)
    parsed(text)
    tree.write(os.path.join(t.root, full), body)
    tree.write(os.path.join(t.root, path), text)
    record = t.describe(full, body, len(head), len(made.statement), "new-module", made)
    record["also"].append(t.at(path, text, start, length))
    return record


def binary(t, path, data):
    os.makedirs(os.path.dirname(os.path.join(t.root, path)), exist_ok=True)
    with open(os.path.join(t.root, path), "wb") as f:
        f.write(data)
    return {"path": path, "member": t.options.prefix + path, "line": 1, "end_line": 1, "column": 1, "offset": 0, "length": len(data)}


def compiled_module(t, rng, path, module, made):
    """A module without a source: what is imported is a NAME.pyc."""
    name = new_name(rng, t.root, os.path.dirname(path), ".pyc")
    text, start, length = with_line(rng, module, import_line(rng, t, path, name))
    parsed(text)
    code = compile(made.statement, name + ".py", "exec", dont_inherit=True)
    held = importlib.util.MAGIC_NUMBER + bytes(12) + marshal.dumps(code)
    spot = binary(t, os.path.join(os.path.dirname(path), name + ".pyc"), held)
    tree.write(os.path.join(t.root, path), text)
    record = t.describe(path, text, start, length, "compiled-module", made)
    record["also"].append(spot)
    return record


def data_file(t, rng, path, module, made):
    """The code stands in a data file; what is added to a module reads it and runs it."""
    parsed(made.statement)
    folder = os.path.dirname(path)
    measuring = t.options.side == "measuring"
    form = rng.choice(["plain", "base64"] if not measuring else ["zlib", "reversed", "json"])
    name = new_name(rng, t.root, folder, "").strip("_") + {
        "json": ".json", "zlib": ".bin"}.get(form, rng.choice([".dat", ".txt", ".tmpl"]))
    code = made.statement.encode()
    held = {"plain": lambda: code, "base64": lambda: base64.b64encode(code), "zlib": lambda: zlib.compress(code),
            "reversed": lambda: code[::-1], "json": lambda: b'{"rows": "%s"}' % base64.b64encode(code)}[form]()
    if not measuring:
        got = "open(os.path.join(os.path.dirname(__file__), %r), 'rb').read()" % name
        lines = ["import os", "exec(%s)" % got] if form == "plain" else ["import base64, os", "exec(base64.b64decode(%s))" % got]
    else:
        got = rng.choice(["__import__('pkgutil').get_data(__name__, %r)", "__import__('pathlib').Path(__file__).with_name(%r).read_bytes()"]) % name
        lines = ["exec(compile(%s, %r, 'exec'))" % ({"zlib": "__import__('zlib').decompress(%s)", "reversed": "%s[::-1]",
            "json": "__import__('base64').b64decode(__import__('json').loads(%s)['rows'])"}[form] % got, name)]
    line = type("Line", (), {"statement": "\n".join(lines)})
    text, start, length = rng.choice([append, prepend, in_function])(rng, module, line)
    parsed(text)
    spot = binary(t, os.path.join(folder, name), held)
    tree.write(os.path.join(t.root, path), text)
    record = t.describe(path, text, start, length, "data-file", made)
    record["also"].append(spot)
    return record


def path_file(t, rng, made):
    name = rng.choice(["distutils-precedence", "_virtualenv_compat", (t.product or "site").replace("-", "_") + "-nspkg"]) + ".pth"
    if os.path.exists(os.path.join(t.root, name)):
        raise NotHere()
    way = rng.choice(["exec", "module"]) if t.options.side != "measuring" else rng.choice(["coded", "module"])
    record = None
    if way == "module":
        module = new_name(rng, t.root, "", ".py")
        tree.write(os.path.join(t.root, module + ".py"), made.statement + "\n")
        line = "import %s" % module
        record = t.describe(module + ".py", made.statement + "\n", 0, len(made.statement), "path-file", made)
    elif way == "exec":
        line = "import sys; exec(%r)" % made.statement
    else:
        line = "import base64; exec(base64.b64decode('%s'))" % base64.b64encode(made.statement.encode()).decode()
    tree.write(os.path.join(t.root, name), line + "\n")
    if record is None:
        return t.describe(name, line + "\n", 0, len(line), "path-file", made)
    record["also"].append(t.at(name, line + "\n", 0, len(line)))
    return record


def setup(t, rng, made):
    """What runs while a source package is built or installed: setup.py itself, or a command of it."""
    path = os.path.join(t.root, "setup.py")
    if not os.path.exists(path):
        raise NotHere()
    module = Module(tree.read(path))
    call = re.search(r"^(?:setuptools\.)?setup\(", module.text, re.M)
    if call and "cmdclass" not in module.text and rng.random() < 0.5:
        command = rng.choice(["install", "build_py", "egg_info"] if t.options.side != "measuring" else ["develop", "sdist", "install"])
        name = command.title().replace("_", "") + "Command"
        head = ["from setuptools.command.%s import %s" % (command, command), "", "", "class %s(%s):" % (name, command), "    def run(self):",
            "        %s.run(self)" % command]
        body = ["        " + x for x in made.statement.split("\n")]
        text = module.text[:call.end()] + "\n    cmdclass={%r: %s}," % (command, name) + module.text[call.end():]
        line = module.text.count("\n", 0, call.start()) + 1
        start = sum(len(x) + 1 for x in module.lines[:line - 1]) + len("\n".join(head)) + 1 + 8
        text = "\n".join(text.split("\n")[:line - 1] + head + body + ["", ""] + text.split("\n")[line - 1:])
        length = len("\n".join(body)) - 8
    else:
        text, start, length = rng.choice([append, prepend])(rng, module, made)
    parsed(text)
    tree.write(path, text)
    return t.describe("setup.py", text, start, length, "setup", made)


def build_backend(t, rng, made):
    """A backend of the package's own in front of the one it had."""
    path = os.path.join(t.root, "pyproject.toml")
    text = tree.read(path) if os.path.exists(path) else ""
    had = re.search(r"^build-backend\s*=\s*[\"']([\w.:]+)[\"']\n", text, re.M)
    if not had or "backend-path" in text or ":" in had.group(1):
        raise NotHere()
    name = rng.choice(["_build", "_backend", "build_shim"])
    put = 'build-backend = "%s"\nbackend-path = ["."]\n' % name
    changed = text[:had.start()] + put + text[had.end():]
    head = "from %s import *\n" % had.group(1)
    body = head + made.statement + "\n"
    parsed(body)
    tree.write(path, changed)
    tree.write(os.path.join(t.root, name + ".py"), body)
    record = t.describe(name + ".py", body, len(head), len(made.statement), "build-backend", made)
    record["also"].append(t.at("pyproject.toml", changed, had.start(), len(put) - 1))
    return record


# ---- one draw -------------------------------------------------------------------------------------

def draw(t, rng, host):
    """Plants one payload in the tree of a Tamperer and returns its record; NotHere when this draw does not fit."""
    side = t.options.side or "setting"
    wheel = record_of(t.root)
    if t.files is None:
        t.files = list(modules(t.root))
    if t.options.old and t.options.side and not t.options.purpose and not t.options.place and t.files and rng.random() < stages.SHARE:
        record = stages.draw(t, rng, host, "py", sorted({os.path.dirname(p) for p in t.files}))
        if wheel:
            keep_record(t.root, wheel)
        return record
    places = dict(PLACES, **(WHEEL_PLACES if wheel else SOURCE_PLACES))
    place = t.options.place or rng.choices(sorted(places), [places[n] for n in sorted(places)])[0]
    table = payload_py.styles(side)
    style = t.options.hiding or rng.choices(sorted(table), [table[n] for n in sorted(table)])[0]
    families = payload_py.families(side)
    purpose = t.options.purpose or rng.choice([n for n in sorted(families) for _ in families[n]])
    if place not in places or purpose not in families or style not in table:
        raise NotHere()
    made = payload_py.build(rng, side, purpose, host, style)
    made.style = style
    parsed(made.statement)
    if place in ("path-file", "setup", "build-backend"):
        record = {"path-file": path_file, "setup": setup, "build-backend": build_backend}[place](t, rng, made)
    else:
        record = in_module(t, rng, place, made)
    if wheel:
        keep_record(t.root, wheel)
    return record


def in_module(t, rng, place, made):
    files = [p for p in t.files if place != "version-module" or re.search(r"(^|/)_*version_*\.py$", p)]
    if not files:
        raise NotHere()
    weights = [max(8.0, len(files) / 8) if p.endswith("__init__.py") and p.count("/") <= 2 else 1.0 for p in files]
    path = rng.choices(files, weights)[0]
    module = Module(tree.read(os.path.join(t.root, path)))
    several = {"new-module": new_module, "compiled-module": compiled_module, "data-file": data_file}
    if place in several:
        return several[place](t, rng, path, module, made)
    text, start, length = INSERTIONS[place](rng, module, made)
    parsed(text)
    tree.write(os.path.join(t.root, path), text)
    return t.describe(path, text, start, length, place, made)


def keep_record(root, path):
    """A wheel's RECORD as its maker would have written it: digests and sizes of what changed, lines for what is new."""
    known, lines = set(), []
    for line in tree.read(path).splitlines():
        name = line.split(",")[0].strip('"')
        known.add(name)
        full = os.path.join(root, name)
        changed = os.path.isfile(full) and line.count(",") == 2 and not line.endswith(",,")
        lines.append(row(root, name) if changed else line)
    fresh = [p for p in tree.walk(root) if p not in known and not p.endswith(("RECORD.jws", "RECORD.p7s"))]
    at = max(0, len(lines) - 1)
    lines[at:at] = [row(root, p) for p in fresh]
    tree.write(path, "\n".join(lines) + "\n")


def row(root, name):
    with open(os.path.join(root, name), "rb") as f:
        data = f.read()
    digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")
    return "%s,sha256=%s,%d" % (name, digest, len(data))
