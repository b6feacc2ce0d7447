#!/usr/bin/env python3
"""Runs declarative OLD/NEW cases:  run.py ASSAY [--jobs N] [--keep FOLDER] [NAME...]

A case is one JSON file here:

  name      as the file
  base      {"npm": NAME}, {"deb": NAME} (that npm package as a Debian package) or
            {"helpdesk": VERSION}; at least 200 members
  pack      dir, tgz, tar.xz, tar.bz2, zip, deb, 7z, asar, nsis, squashfs, appimage, msi, resource, bundle, burn,
            inno or pyinstaller (programs.py), wheel, jar, appx, apk or crx (make/zipkin.py), oci, docker or dmg; "a+b+c" is a in b in c
  old, new  steps on the base: {"do": "tamper", "seed": N, ...options of tamper.py},
            {"do": "innocent", "seed": N, "at_least": BYTES, "only": KIND}, {"do": "bump"},
            {"do": "write", "path": PATH, "text": TEXT};
            for helpdesk also "old_version" and "new_version"
  twin      the tampered case that an innocent one belongs to; "larger": true demands that the
            innocent change is the larger one
  expect    verdict: those allowed; min_findings; place and host: false to ask for neither

For a tampered case the answer must name the member and the line (within 3, or the statement lies
inside the unit named) of the tamperer's record, and the decoded host.  Writes TAP; the exit status
is 0 only if every case passed.
"""

import argparse
import fcntl
import hashlib
import json
import multiprocessing
import os
import shutil
import subprocess
import sys
import tempfile
import time
import traceback

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import build  # noqa: E402
from compare import compare  # noqa: E402

VERSION_OF_OLD, VERSION_OF_NEW = "10.0.8", "10.0.9"


def load(names):
    cases = []
    for name in sorted(os.listdir(HERE)):
        if name.endswith(".json"):
            with open(os.path.join(HERE, name), encoding="utf-8") as f:
                case = json.load(f)
            if case["name"] + ".json" != name:
                raise SystemExit("run.py: %s names itself %s" % (name, case["name"]))
            cases.append(case)
    known = {c["name"]: c for c in cases}
    for name in names:
        if name not in known:
            raise SystemExit("run.py: no case " + name)
    return known, [known[n] for n in names] if names else cases


def side_version(case, side):
    return case.get(side + "_version", VERSION_OF_OLD if side == "old" else VERSION_OF_NEW)


def build_side(case, side, folder, signing):
    """Returns (path of the release, record, bytes changed)."""
    root = os.path.join(folder, side + ".tree")
    version = side_version(case, side)
    build.base_tree(case["base"], root, version)
    record, size = build.apply(case["base"], case.get(side, []), root)
    name = list(case["base"].values())[0].replace("/", "-").lstrip("@")
    number = version if "helpdesk" in case["base"] else {"old": "1", "new": "2"}[side]
    os.makedirs(os.path.join(folder, side), exist_ok=True)
    target = os.path.join(folder, side, "%s-%s" % (name, number))
    return build.pack(case["pack"], root, target, version, signing), record, size


def shared_old(case, scratch, signing):
    """The OLD of a case, built once for all cases that share it."""
    key = json.dumps([case["base"], case["pack"], case.get("old", []), side_version(case, "old")])
    folder = os.path.join(scratch, "old-" + hashlib.sha256(key.encode()).hexdigest()[:16])
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = os.path.join(folder, "done")
        if not os.path.exists(done):
            path, _, _ = build_side(case, "old", folder, signing)
            with open(done, "w") as f:
                f.write(path)
        with open(done) as f:
            return f.read()


def ask(assay, old, new):
    done = subprocess.run([assay, "diff", "--format", "json", old, new], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120)
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        raise RuntimeError("no JSON, exit status %d: %s" % (
            done.returncode, done.stderr.decode("utf-8", "replace")[-300:]))
    expected = 0 if answer.get("verdict") == "clean" else 1
    if done.returncode != expected:
        raise RuntimeError("verdict %s with exit status %d" % (answer.get("verdict"), done.returncode))
    return answer


def check(assay, known, case, folder):
    """Returns (list of what is wrong, remarks)."""
    scratch = os.path.dirname(folder)
    signing = os.path.join(scratch, "signing")
    old = shared_old(case, scratch, signing)
    new, record, size = build_side(case, "new", folder, signing)
    wrong, notes = [], []
    if case.get("larger"):
        twin = known[case["twin"]]
        root = os.path.join(folder, "twin.tree")
        build.base_tree(twin["base"], root, side_version(twin, "new"))
        _, other = build.apply(twin["base"], twin["new"], root)
        if size <= other:
            wrong.append("the innocent change has %d bytes, the tampered twin %d" % (size, other))
    if record:
        notes.append("%s:%d %s, %s, %s, %s" % (record["path"], record["line"], record["purpose"],
                                               record["place"], record["hiding"], record["host"]))
    if assay is None:
        return wrong, notes
    answer = ask(assay, old, new)
    expect = case["expect"]
    findings = answer.get("findings", [])
    if answer.get("verdict") not in expect["verdict"]:
        wrong.append("verdict %s, wanted %s%s" % (
            answer.get("verdict"), " or ".join(expect["verdict"]),
            "".join("; %s %s at %s:%s" % (f["id"], f["behaviour"], f["where"].get("member"), f["where"].get("line"))
                    for f in findings[:4])))
    if len(findings) < expect.get("min_findings", 0):
        wrong.append("%d findings, wanted at least %d" % (len(findings), expect["min_findings"]))
    if record:
        wrong += compare(record, answer, expect)
    return wrong, notes


def one(job):
    assay, known, case, scratch, keep = job
    folder = os.path.join(scratch, case["name"])
    os.makedirs(folder)
    started = time.time()
    try:
        wrong, notes = check(assay, known, case, folder)
    except (Exception, SystemExit) as problem:                    # a case that cannot be built has failed
        wrong, notes = [traceback.format_exc(limit=-2) if not str(problem) else str(problem)], []
    if not keep:
        shutil.rmtree(folder, ignore_errors=True)
    return case["name"], wrong, notes, time.time() - started


def main(argv):
    parser = argparse.ArgumentParser(usage=__doc__, add_help=False)
    parser.add_argument("assay", help="the program, or - to build the cases only")
    parser.add_argument("names", nargs="*")
    parser.add_argument("--jobs", type=int, default=min(4, os.cpu_count() or 1))
    parser.add_argument("--keep")
    parser.add_argument("--list", action="store_true")
    options = parser.parse_args(argv)
    known, cases = load(options.names)
    if options.list:
        print("\n".join(c["name"] for c in cases))
        return 0
    assay = None if options.assay == "-" else os.path.abspath(options.assay)
    if assay and not os.access(assay, os.X_OK):
        sys.exit("run.py: no program " + assay)
    scratch = options.keep or tempfile.mkdtemp(prefix="assay-cases-")
    os.makedirs(scratch, exist_ok=True)
    failed = 0
    print("TAP version 13\n1..%d" % len(cases), flush=True)
    try:
        with multiprocessing.Pool(options.jobs) as pool:
            jobs = [(assay, known, c, scratch, options.keep) for c in cases]
            for number, (name, wrong, notes, took) in enumerate(pool.imap(one, jobs), 1):
                failed += bool(wrong)
                print("%s %d - %s" % ("not ok" if wrong else "ok", number, name))
                for line in notes + wrong:
                    print("# " + line.strip().replace("\n", "\n# "))
                sys.stdout.flush()
                print("%s: %.1f s" % (name, took), file=sys.stderr)
    finally:
        if not options.keep:
            shutil.rmtree(scratch, ignore_errors=True)
    print("# %d passed, %d failed" % (len(cases) - failed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
