#!/usr/bin/env python3
"""Scripts that already use network, environment and processes, and one malicious unit more:
pairs.py ASSAY [LANGUAGE]

For each language four bases and three styles of payload make twelve tampered releases, and three
ordinary changes of each base twelve innocent ones. At most one tampered pair of a language may be
missed; what is found must name the file, the unit and a line of what was put in. No innocent one may
be tampered, at most one not clean.
"""

import json
import os
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(os.path.dirname(HERE), "make")]

import bundle  # noqa: E402
import javascript  # noqa: E402
import powershell  # noqa: E402
import python  # noqa: E402
import ruby  # noqa: E402
import seen  # noqa: E402
import shell  # noqa: E402

LANGUAGES = {"bundle": bundle, "javascript": javascript, "python": python, "shell": shell, "powershell": powershell, "ruby": ruby}


def write(root, path, text):
    full = os.path.join(root, path)
    os.makedirs(os.path.dirname(full), exist_ok=True)
    with open(full, "w", encoding="utf-8") as f:
        f.write(text)


def changed(text, change):
    """A change is what to replace by what, or a function that makes the whole text anew."""
    if callable(change):
        return change(text)
    before, after = change
    assert text.count(before), before
    return text.replace(before, after)


def pairs(language):
    """(name, path, old, new, record): record is (unit, first line, last line), None for innocent ones."""
    for base, (path, text) in language.BASES.items():
        for style, make in language.STYLES.items():
            unit, code = make(base)
            at = text.index(language.MARK[base])
            first = text.count("\n", 0, at) + 1
            if unit.endswith(" at"):
                unit += " %d:%d" % (first, at - text.rfind("\n", 0, at))
            yield (base + " " + style, path, text, text[:at] + code + text[at:],
                   (unit, first, first + max(code.count("\n") - 1, 0)))
        for what, change in language.CHANGES[base].items():
            yield base + " " + what, path, text, changed(text, change), None


def ask(assay, language, rows, scratch):
    listing = os.path.join(scratch, "pairs.tsv")
    with open(listing, "w", encoding="utf-8") as out:
        for i, (_, path, old, new, _) in enumerate(rows):
            sides = [os.path.join(scratch, "%d-%s" % (i, side)) for side in ("old", "new")]
            for side, text in zip(sides, (old, new)):
                write(side, path, text)
                for name, content in getattr(language, "OTHER", {"README": "A tool.\n"}).items():
                    write(side, name, content)
            out.write("\t".join(sides) + "\n")
    done = subprocess.run([assay, "diff", "--pairs", listing], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=False)
    return [json.loads(line) for line in done.stdout.splitlines()]


def problem(row, answer):
    _, path, _, _, record = row
    places = [(f["where"].get("member"), f["where"].get("unit") or "", f["where"].get("line") or 0, f["id"])
              for f in answer["findings"] if f["weight"] > 2.5]
    if record is None:
        return None if answer["verdict"] == "clean" else "%s: %s" % (answer["verdict"], places)
    if answer["verdict"] not in ("tampered", "review"):
        return "missed: %s %s" % (answer["verdict"], places)
    unit, first, last = record
    if not any(m == path and unit in u and first <= line <= last for m, u, line, _ in places):
        return "not at %s, %s, lines %d to %d: %s" % (path, unit, first, last, places)
    return None


def main(assay, wanted):
    failed, table = 0, seen.Seen()
    names = [n for n in LANGUAGES if not wanted or n in wanted]
    print("1..%d" % len(names))
    for number, name in enumerate(names, 1):
        rows = list(pairs(LANGUAGES[name]))
        with tempfile.TemporaryDirectory(prefix="languages-") as scratch:
            answers = ask(assay, LANGUAGES[name], rows, scratch)
        assert len(answers) == len(rows), (len(answers), len(rows))
        judged = [(row, problem(row, answer), answer) for row, answer in zip(rows, answers)]
        wrong = [j for j in judged if j[1]]
        for row, what, answer in judged:
            table.add(name, row[4] is not None, answer["verdict"], not what)
        missed = [w for w in wrong if w[0][4] is not None]
        noisy = [w for w in wrong if w[0][4] is None]
        bad = len(missed) > 1 or len(noisy) > 1 or any(w[2]["verdict"] == "tampered" for w in noisy)
        failed += bad
        print("%s %d - %s: %d of %d tampered, %d of %d innocent" % (
            "not ok" if bad else "ok", number, name, sum(r[4] is not None for r in rows) - len(missed),
            sum(r[4] is not None for r in rows), sum(r[4] is None for r in rows) - len(noisy), sum(r[4] is None for r in rows)))
        for row, what, _ in wrong:
            print("# %s: %s" % (row[0], what))
    table.print()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(os.path.abspath(sys.argv[1]), sys.argv[2:]))
