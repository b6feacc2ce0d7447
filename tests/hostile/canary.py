#!/usr/bin/env python3
"""The canaries of the hostile tests: programs that answer wrongly. Each must be found out:  canary.py JSON-AGAIN

A suite that lets one of them pass proves nothing. Writes TAP.
"""

import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
INPUT = "keys-twice"        # any small one will do

# What stands in for the program: it knows the right answer to INPUT, and spoils it in one way.
PROGRAM = r'''#!%s
import json, os, sys
fault = os.environ["CANARY"]
verb = sys.argv[1]
finding = {"id": "AS-0015", "behaviour": "", "title": "", "why": "", "untrusted": {"evidence": ""}}
document = {"verdict": "tampered" if verb == "diff" else "review", "findings": [finding], "coverage": {"blind": []}}
text = "TAMPERED\n"
if fault == "verdict": document["verdict"] = "unknown"
if fault == "finding": document["findings"] = []
if fault == "escape": text += "\x1b[2J\n"
if fault == "direction": finding["title"] = "\u202e"
if fault == "utf8": text += "\udcff"
out = json.dumps(document)
if fault == "key": out = '{"verdict": "clean", ' + out[1:]
if fault == "number": out = '{"cost": NaN, ' + out[1:]
if fault == "file": open("left-behind", "w").write("x")
if fault == "memory": block = bytearray(b"x" * (300 << 20)); import time; time.sleep(1)
with open("answer.txt", "w", errors="surrogateescape") as f: f.write(text)
sys.stdout.write(out)
sys.stdout.flush()
if fault == "crash": os.abort()
sys.exit(0 if fault == "status" or document["verdict"] == "clean" else 1)
'''
FAULTS = ["verdict", "finding", "escape", "direction", "utf8", "key", "number", "file", "memory", "crash", "status"]


def suite(program, second, fault):
    done = subprocess.run([sys.executable, os.path.join(HERE, "run.py"), program, second, "--costs", INPUT],
                          env=dict(os.environ, CANARY=fault), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.returncode, done.stdout.decode("utf-8", "replace")


def main(argv):
    second = os.path.abspath(argv[1])
    failed = 0
    print("1..%d" % (len(FAULTS) + 1))
    with tempfile.TemporaryDirectory() as place:
        program = os.path.join(place, "assay")
        with open(program, "w") as f:
            f.write(PROGRAM % sys.executable)
        os.chmod(program, 0o755)
        for number, fault in enumerate(["none"] + FAULTS, 1):
            status, said = suite(program, second, fault)
            good = (status == 0) == (fault == "none") and "Traceback" not in said
            failed += not good
            print("%s %d - %s is %s" % ("ok" if good else "not ok", number, fault,
                                        "let pass" if fault == "none" else "found"), flush=True)
            if not good:
                print("# " + said.replace("\n", "\n# "))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
