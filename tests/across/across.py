#!/usr/bin/env python3
"""Flows over several members of a release:  across.py ASSAY [WORD]

A case of cases.py names the finding that its change must lead to, and the members that the way in
words must name; innocent ones must be clean.
"""

import json
import os
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import cases  # noqa: E402


def write(root, files):
    for path, text in files.items():
        full = os.path.join(root, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "w", encoding="utf-8") as f:
            f.write(text)


def ask(assay, chosen):
    with tempfile.TemporaryDirectory(prefix="across-") as scratch:
        listing = os.path.join(scratch, "pairs.tsv")
        with open(listing, "w", encoding="utf-8") as out:
            for i, case in enumerate(chosen):
                sides = [os.path.join(scratch, "%d-%s" % (i, side)) for side in ("old", "new")]
                write(sides[0], case.old)
                write(sides[1], case.new)
                out.write("\t".join(sides) + "\n")
        done = subprocess.run([assay, "diff", "--pairs", listing], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=False)
    return [json.loads(line) for line in done.stdout.splitlines()]


def wrong(case, answer):
    if not case.finding:
        return None if answer["verdict"] == "clean" else "is %s by %s" % (answer["verdict"], [f["id"] for f in answer["findings"]])
    for f in answer["findings"]:
        way = " ".join(f["flow"])
        if f["id"] == case.finding and all(m + ": " in way for m in case.members):
            return None if answer["verdict"] in ("review", "tampered") else "is only " + answer["verdict"]
    return "%s does not go through %s: %s" % (case.finding, ", ".join(case.members), [(f["id"], f["flow"]) for f in answer["findings"]])


def main(assay, word):
    chosen = [c for c in cases.CASES if word in c.name]
    answers = ask(assay, chosen)
    failed = 0
    print("1..%d" % len(chosen))
    for number, case in enumerate(chosen, 1):
        problem = wrong(case, answers[number - 1]) if number <= len(answers) else "no answer"
        failed += problem is not None
        print("%s %d - %s" % ("not ok" if problem else "ok", number, case.name))
        if problem:
            print("# " + problem)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else ""))
