"""Walking and changing a source tree for tamper.py and innocent.py."""

import atexit
import json
import os
import re
import shutil
import subprocess
import tempfile

import jslex

SKIPPED_PARTS = {"test", "tests", "__tests__", "spec", "docs", "doc", "example", "examples",
                 "benchmark", "perf", "fixtures", "src-cov", "coverage", ".git"}
SCRIPT_ENDS = (".js", ".cjs", ".mjs")
LONG_LINE = 1500
MAX_SCRIPT_BYTES = 600 * 1024


def copy(source, target, share=False):
    """A copy that keeps links and modes; `share` makes hard links, which only `write` may undo."""
    def link(a, b):
        try:
            os.link(a, b, follow_symlinks=False)
        except OSError:
            shutil.copy2(a, b, follow_symlinks=False)

    shutil.copytree(source, target, symlinks=True, copy_function=link if share else shutil.copy2)


def read(path):
    with open(path, encoding="utf-8", newline="") as f:
        return f.read()


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    mode = None
    if os.path.exists(path):
        mode = os.stat(path).st_mode & 0o7777
        os.unlink(path)                      # never through a hard link into the source
    with open(path, "w", encoding="utf-8", newline="") as f:
        f.write(text)
    if mode is not None:
        os.chmod(path, mode)


def walk(root):
    for folder, folders, names in os.walk(root):
        folders.sort()
        for name in sorted(names):
            path = os.path.join(folder, name)
            if os.path.isfile(path) and not os.path.islink(path):
                yield os.path.relpath(path, root)


def scripts(root):
    """Relative paths of JavaScript files that a user of the tree may run."""
    for path in walk(root):
        parts = path.split(os.sep)
        if path.endswith(SCRIPT_ENDS) and not SKIPPED_PARTS & set(parts[:-1]) \
                and not parts[-1].startswith("."):
            yield path


def is_bundle(text):
    return any(len(line) > LONG_LINE for line in text.split("\n", 60)[:60])


def module_kind(text):
    """esm, cjs, or script for neither."""
    if jslex.is_module(text):
        return "esm"
    if re.search(r"\brequire\s*\(|\bmodule\.exports\b|\bexports\.[\w$]+\s*=", text):
        return "cjs"
    return "script"


# One node for all texts of a process: starting one takes fifty times as long as a check.
CHECKER = r"""
const vm = require('vm');
require('readline').createInterface({ input: process.stdin }).on('line', (line) => {
  const { text, kind } = JSON.parse(line);
  let good = true;
  try {
    if (kind === 'esm') new vm.SourceTextModule(text);
    else vm.compileFunction(text.replace(/^#!.*/, ''), ['exports', 'require', 'module', '__filename', '__dirname']);
  } catch (error) {
    good = false;
  }
  process.stdout.write(good ? '1' : '0');
});
"""
checkers = {}


def javascript_is_valid(text, kind):
    """Whether node can compile a text, as a module or as a script; nothing is run."""
    me = os.getpid()
    if me not in checkers:
        checkers[me] = subprocess.Popen(
            ["node", "--no-warnings", "--experimental-vm-modules", "-e", CHECKER],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        atexit.register(checkers[me].kill)
    node = checkers[me]
    node.stdin.write(json.dumps({"text": text, "kind": kind}).encode() + b"\n")
    node.stdin.flush()
    answer = node.stdout.read(1)
    if answer not in (b"0", b"1"):
        raise RuntimeError("node, which checks the syntax, ended")
    return answer == b"1"


def node_check(text, kind):
    """The same by `node --check`: slower, and the judge of the tamperer's own test."""
    with tempfile.NamedTemporaryFile("w", suffix=".mjs" if kind == "esm" else ".cjs",
                                     encoding="utf-8", newline="", delete=False) as f:
        f.write(text)
    try:
        return subprocess.run(["node", "--check", f.name], stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL).returncode == 0
    finally:
        os.unlink(f.name)


def shell_is_valid(text):
    program = "bash" if "bash" in text.split("\n", 1)[0] else "sh"
    return subprocess.run([program, "-n"], input=text.encode(), stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL).returncode == 0
