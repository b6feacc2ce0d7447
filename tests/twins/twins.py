#!/usr/bin/env python3
"""Each finding beside its innocent twins:  twins.py ASSAY [ID...]

A row of rows.py is a change of a small package: what it is about, OLD and NEW. `fires` rows must be
reported under their id; `innocent` rows use the same words harmlessly and must be clean, with little or nothing under it.
"""

import json
import os
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import rows  # noqa: E402
import door_rows  # noqa: E402, F401 (adds to the rows)
import flow_rows  # noqa: E402, F401 (adds to the rows)
import edit_rows  # noqa: E402, F401
import quiet_rows  # noqa: E402, F401
import together_rows  # noqa: E402, F401 (as well)


VERDICTS = ["clean", "unknown", "review", "tampered"]


def write(root, files):
    for path, text in files.items():
        full = os.path.join(root, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "wb") as f:
            f.write(text if isinstance(text, bytes) else text.encode())


def ask(assay, listing):
    done = subprocess.run([assay, "diff", "--pairs", listing], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=False)
    return [json.loads(line) for line in done.stdout.splitlines()]


def wrong(row, answer):
    least = 0.1 if row.fires else 2.5                    # a weak hint does not carry (judge.c)
    found = {f["id"] for f in answer["findings"] if f["weight"] >= least}
    if row.fires and row.id not in found:
        return "%s is not among %s" % (row.id, sorted(found))
    if row.least and VERDICTS.index(answer["verdict"]) < VERDICTS.index(row.least):
        return "is %s by %s" % (answer["verdict"], sorted(found))
    if not row.fires and row.id in found:
        return "%s fires" % row.id
    if not row.fires and answer["verdict"] != "clean":
        return "is %s by %s" % (answer["verdict"], sorted(found))
    return None


def main(assay, wanted):
    chosen = [r for r in rows.ROWS if not wanted or r.id in wanted]
    failed = 0
    with tempfile.TemporaryDirectory(prefix="twins-") as scratch:
        listing = os.path.join(scratch, "pairs.tsv")
        with open(listing, "w", encoding="utf-8") as out:
            for i, row in enumerate(chosen):
                sides = [os.path.join(scratch, "%d-%s" % (i, side)) for side in ("old", "new")]
                for side, files in zip(sides, (row.old, row.new)):
                    write(side, files)
                out.write("\t".join(sides) + "\n")
        answers = ask(assay, listing)
    print("1..%d" % len(chosen))
    for number, row in enumerate(chosen, 1):
        problem = wrong(row, answers[number - 1]) if number <= len(answers) else "no answer"
        failed += problem is not None
        print("%s %d - %s %s: %s" % ("not ok" if problem else "ok", number, row.id, "fires" if row.fires else "innocent", row.about))
        if problem:
            print("# " + problem)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
