#!/usr/bin/env python3
"""A sample of every kind of container, damaged in many ways by the program beside this:  run.py DAMAGE [--whole] [KIND...]

The kinds are those of tests/props/kinds.py; for each a process of its own opens every damaged copy. Each must have
opened the formats that its row names. The canary hears no complaint and must be found. Writes TAP; without --whole the copies are an even sample.
"""

import os
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "props"))

import kinds        # noqa: E402


def damaged(damage, options, known, target, formats):
    """(what is wrong or None, formats that were damaged, what was said)"""
    done = subprocess.run([damage, *options, "--known", ",".join(sorted(known)), target], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, check=False)
    if done.returncode:
        return done.stderr.decode("utf-8", "replace")[-3000:] or "nothing was opened", set(), ""
    opened, said = done.stdout.decode().splitlines()
    seen = set(opened.split())
    missing = set(formats) - seen
    return "not opened: " + ", ".join(sorted(missing)) if missing else None, seen, said


def main(argv):
    damage, options = os.path.abspath(argv[1]), [a for a in argv[2:] if a.startswith("--")]
    rows = [k for k in kinds.KINDS if not argv[2 + len(options):] or k[0] in argv]
    failed, known = 0, set()
    print("TAP version 13\n1..%d" % (len(rows) + 1))
    with tempfile.TemporaryDirectory(prefix="assay-damage-") as place:
        os.environ["KINDS_KEYS"] = os.path.join(place, "keys")
        os.makedirs(os.environ["KINDS_KEYS"])
        os.chdir(place)
        for number, (name, formats, maker) in enumerate(rows, 1):
            target = os.path.join(place, "sample." + name)
            maker(kinds.deep(kinds.base()), target)
            problem, seen, said = damaged(damage, options, known, target, formats)
            known |= seen
            failed += problem is not None
            print("%s %d - %s" % ("not ok" if problem else "ok", number, name))
            print("# " + (problem or said).strip().replace("\n", "\n# "), flush=True)
        problem = damaged(damage, ["--deaf"], set(), target, ())[0]
        print("%s %d - canary" % ("ok" if problem and "passes for whole" in problem else "not ok", len(rows) + 1))
        failed += not problem
        os.chdir("/")
    return 1 if failed or not rows else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
