#!/usr/bin/env python3
"""What real obfuscators leave to be seen:  decoding.py ASSAY [--all] [--keep FOLDER] [FAMILY...]

Payloads go through javascript-obfuscator, js-confuser, jsfuck and encoders behind terser and uglify, and
behind the code of a client. A pair is decoded when the host that the payload names and one of its calls
stand in the evidence; else it has to be told as code that cannot be known (`hide/unresolved-code`), else
it is missed. At least 80 in 100 have to be decoded, at most one in nine missed (docs/limits.md says which
are). --all takes five payloads and two seeds instead of two and one. Prints the table as TAP comments.
"""

import json
import os
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
SHORT = ("1", "all", "download,command")
LONG = ("2", "all", "all")


def obfuscate(folder, seeds, families, payloads):
    done = subprocess.run(["node", os.path.join(HERE, "obfuscate.cjs"), folder, seeds, families, payloads], cwd=ROOT,
                          env=dict(os.environ, NODE_PATH=os.path.join(ROOT, "node_modules")), stdout=subprocess.PIPE, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def judge(assay, folder, rows):
    listing = os.path.join(folder, "pairs.tsv")
    with open(listing, "w", encoding="utf-8") as f:
        f.writelines("%s\t%s\n" % (os.path.join(row["at"], "old"), os.path.join(row["at"], "new")) for row in rows)
    done = subprocess.run([assay, "diff", "--pairs", listing], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, check=False)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(answers) == len(rows), (len(answers), len(rows))
    return answers


def outcome(row, answer):
    """decoded, unresolved or missed"""
    text = json.dumps([[f["flow"], f["untrusted"], f["why"], f["title"]] for f in answer["findings"]])
    if answer["verdict"] not in ("review", "tampered"):
        return "missed"
    if row["host"] in text and any(call in text for call in row["calls"]):
        return "decoded"
    return "unresolved" if any(f["behaviour"] == "hide/unresolved-code" for f in answer["findings"]) else "missed"


def main(argv):
    keep = None
    if "--keep" in argv:
        at = argv.index("--keep")
        keep = argv[at + 1]
        del argv[at:at + 2]
    seeds, families, payloads = LONG if "--all" in argv else SHORT
    names = [a for a in argv[1:] if a != "--all"]
    table, odd = {}, []
    with tempfile.TemporaryDirectory(prefix="assay-decoding-") as scratch:
        folder = keep or scratch
        rows = obfuscate(folder, seeds, ",".join(names) or families, payloads)
        for row, answer in zip(rows, judge(os.path.abspath(argv[0]), folder, rows)):
            what = outcome(row, answer)
            table.setdefault(row["family"], []).append(what)
            if what != "decoded":
                odd.append("%s %s %d: %s, %s; %s" % (row["family"], row["payload"], row["seed"], what, answer["verdict"], ", ".join(
                    "%s %.1f" % (f["id"], f["weight"]) for f in answer["findings"])))
    print("# %-16s %7s %7s %10s %6s" % ("family", "scripts", "decoded", "unresolved", "missed"))
    table["all"] = [what for whats in table.values() for what in whats]
    for family, whats in table.items():
        print("# %-16s %7d %7d %10d %6d" % (family, len(whats), whats.count("decoded"), whats.count("unresolved"), whats.count("missed")))
    for line in odd:
        print("# " + line)
    every = table["all"]
    good = [("decoded", every.count("decoded") * 10 >= len(every) * 8), ("missed", every.count("missed") * 9 <= len(every)), ("families", len(table) > 4 or names)]
    print("1..%d" % len(good))
    for number, (what, well) in enumerate(good, 1):
        print("%s %d - %s" % ("ok" if well else "not ok", number, what))
    return 0 if all(well for _, well in good) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
