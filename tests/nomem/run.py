#!/usr/bin/env python3
"""Unit tests with an allocation that fails, once and for good:  run.py [--all] FAILING-MALLOC CANARY TEST...

Each test program runs once for each of RUNS allocations, spread over the first 2,000 that it asks for, and once more
with all later ones failing as well; --all takes every one of the 2,000. It may fail, it may abort: it must not crash,
break its heap or hang. The canary must be found. Writes TAP.
"""

import concurrent.futures
import os
import subprocess
import sys
import tempfile

RUNS = 20


def attack(preload, program, sticky, runs):
    """(whether it stood, what was said)"""
    with tempfile.TemporaryDirectory(prefix="assay-nomem-") as place:
        done = subprocess.run([program], cwd=place, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              env=dict(os.environ, LD_PRELOAD=preload, NOMEM_RUNS=str(runs), NOMEM_STICKY=str(int(sticky))))
    said = done.stdout.decode("utf-8", "replace")
    return done.returncode == 0 and ", 0 bad" in said, said


def main(argv):
    runs = 2000 if "--all" in argv else RUNS
    preload, canary, *tests = [os.path.abspath(a) for a in argv[1:] if a != "--all"]
    failed = 0
    print("1..%d" % (2 * len(tests) + 1))
    stood, said = attack(preload, canary, False, runs)
    print("%s 1 - canary" % ("not ok" if stood or "Segmentation" not in said else "ok"))
    failed += stood
    asked = [(program, sticky) for program in tests for sticky in (False, True)]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        answers = pool.map(lambda a: attack(preload, a[0], a[1], runs), asked)
        for number, ((program, sticky), (stood, said)) in enumerate(zip(asked, answers), 2):
            failed += not stood
            print("%s %d - %s, %s" % ("ok" if stood else "not ok", number, os.path.basename(program),
                                      "one and all after it" if sticky else "one"), flush=True)
            print("# " + said.strip()[-1000:].replace("\n", "\n# "))
    return 1 if failed or not tests else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
