#!/usr/bin/env python3
"""Each row of docs/when-it-runs.md with a payload at its place, and with an innocent change:

    run.py ASSAY [--keep FOLDER] [PATTERN...]

A row without a case fails, and so does a case without a row.  The tampered release must be at least
`review`, and a finding must name the member and say when it runs; the innocent one must stay below.
Writes TAP; the exit status is 0 only if every case passed.
"""

import concurrent.futures
import gzip
import io
import json
import os
import re
import shutil
import struct
import subprocess
import sys
import tarfile
import tempfile

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, HERE)

from cases import CASES, NEEDS  # noqa: E402

CONTROL = ("Package: thing\nVersion: %s\nArchitecture: all\nMaintainer: Example <m@thing.example>\n"
           "Description: a thing\n")
TIME = 1750680000


def table():
    rows = []
    with open(os.path.join(ROOT, "docs", "when-it-runs.md"), encoding="utf-8") as f:
        for line in f:
            m = re.match(r"\| `([^`]+)` \| ([^|]+?) +\| (itself|called) \|", line)
            if m:
                rows.append((m.group(1), m.group(2).strip(), m.group(3)))
    return rows


def write(root, path, text):
    full = os.path.join(root, path)
    os.makedirs(os.path.dirname(full), exist_ok=True)
    with open(full, "w", encoding="utf-8") as f:
        f.write(text)
    if text.startswith("#!"):
        os.chmod(full, 0o755)


def run(argv, **more):
    done = subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **more)
    if done.returncode:
        raise RuntimeError("%s: %s" % (argv[0], done.stdout.decode("utf-8", "replace")[-400:]))


def files_of(root):
    for folder, _, names in sorted(os.walk(root)):
        for name in sorted(names):
            full = os.path.join(folder, name)
            yield os.path.relpath(full, root), full


def pack_asar(root, target):
    """Two pickles: the size of the header, the header; then the files, one after the other."""
    index, data = {}, b""
    for path, full in files_of(root):
        with open(full, "rb") as f:
            content = f.read()
        at = index
        for step in os.path.dirname(path).split("/") if os.path.dirname(path) else []:
            at = at.setdefault(step, {"files": {}})["files"]
        at[os.path.basename(path)] = {"offset": str(len(data)), "size": len(content)}
        data += content
    header = json.dumps({"files": index}, separators=(",", ":")).encode()
    padded = header + b"\0" * (-len(header) % 4)
    with open(target, "wb") as f:
        f.write(struct.pack("<IIII", 4, len(padded) + 8, len(padded) + 4, len(header)) + padded + data)


def tar_bytes(root, only=None, gz=False):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for path, full in files_of(root):
            if only and path not in only:
                continue
            info = tarfile.TarInfo(path)
            with open(full, "rb") as f:
                content = f.read()
            info.size, info.mtime = len(content), TIME
            tar.addfile(info, io.BytesIO(content))
    return gzip.compress(out.getvalue(), mtime=0) if gz else out.getvalue()


def pack_gem(root, target):
    with open(os.path.join(root, "metadata"), "rb") as f:
        metadata = gzip.compress(f.read(), mtime=0)
    os.unlink(os.path.join(root, "metadata"))
    with tarfile.open(target, "w", format=tarfile.USTAR_FORMAT) as tar:
        for name, content in (("metadata.gz", metadata), ("data.tar.gz", tar_bytes(root, gz=True))):
            info = tarfile.TarInfo(name)
            info.size, info.mtime = len(content), TIME
            tar.addfile(info, io.BytesIO(content))


def pack(kind, root, target, version):
    if kind == "dir":
        os.rename(root, target)
        return target
    if kind == "deb":
        write(root, "DEBIAN/control", CONTROL % version)
        for _, full in files_of(root):
            os.utime(full, (TIME, TIME))
        target += ".deb"
        run(["dpkg-deb", "--root-owner-group", "-Zxz", "-z1", "--build", root, target],
            env=dict(os.environ, SOURCE_DATE_EPOCH=str(TIME)))
    elif kind == "asar":
        target = os.path.join(target, "resources", "app.asar")
        os.makedirs(os.path.dirname(target))
        pack_asar(root, target)
        return os.path.dirname(os.path.dirname(target))
    elif kind == "gem":
        target += ".gem"
        pack_gem(root, target)
    else:
        target += ".exe"
        write(root, "thing.txt", "thing\n" * 40)
        run(["makensis", "-V1", "-XOutFile " + target, "thing.nsi"], cwd=root)
    return target


def build(case, which, folder):
    """The release of a case: which is 0 (OLD), 1 (tampered) or 2 (innocent)."""
    root = os.path.join(folder, "tree%d" % which)
    version = "1.0.%d" % min(which, 1)
    for n in range(3):
        write(root, "share/doc/thing/part%d.txt" % n, "Part %d of the manual.\n" % n * 30)
    write(root, case["path"], (case["old"], case["bad"], case["good"])[which])
    for path, versions in case["other"].items():
        if versions[which] is not None:
            write(root, path, versions[which])
    return pack(case["pack"], root, os.path.join(folder, "thing-" + version + ("", "", "-b")[which]), version)


def ask(assay, old, new):
    done = subprocess.run([assay, "diff", "--format", "json", old, new], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
    try:
        return json.loads(done.stdout)
    except ValueError:
        raise RuntimeError("no JSON, exit status %d: %s" % (
            done.returncode, done.stderr.decode("utf-8", "replace")[-300:]))


def seen(findings):
    return "; ".join("%s %s %.1f at %s" % (f["id"], f["behaviour"], f["weight"], f["where"].get("member"))
                     for f in findings[:6])


def check(assay, row, folder):
    pattern, trigger, _ = row
    case = CASES.get(pattern)
    if not case:
        return ["no case for this row"]
    os.makedirs(folder)
    old, bad, good = (build(case, which, folder) for which in range(3))
    wrong = []
    answer = ask(assay, old, bad)
    findings = answer["findings"]
    if answer["verdict"] not in ("review", "tampered"):
        wrong.append("tampered: %s; %s" % (answer["verdict"], seen(findings)))
    if case["member"] is not None:
        named = [f for f in findings if (f["where"].get("member") or "").endswith(case["member"])]
        if not named:
            wrong.append("tampered: no finding names " + case["member"])
        elif case["member"] == case["path"] and not any(
                f.get("runs") in (trigger, "when the package is installed") for f in named):
            wrong.append("tampered: no finding says \"%s\": %s" % (
                trigger, sorted({f.get("runs") or "-" for f in named})))
    answer = ask(assay, old, good)
    if answer["verdict"] not in ("clean", "unknown"):
        wrong.append("innocent: %s; %s" % (answer["verdict"], seen(answer["findings"])))
    elif answer["verdict"] == "unknown":
        wrong.append("innocent: unknown: %s" % answer["coverage"]["blind"][:2])
    return wrong


def lacking(assay):
    """Rows whose language this build has no reader for."""
    known = subprocess.run([assay, "formats"], stdout=subprocess.PIPE, check=True).stdout.decode()
    return {row for language, rows in NEEDS.items() for row in rows
            if not re.search(r"^\s*%s\b" % language, known, re.M)}


def main(argv):
    keep = None
    if "--keep" in argv:
        at = argv.index("--keep")
        keep = argv[at + 1]
        del argv[at:at + 2]
    assay, wanted = os.path.abspath(argv[0]), argv[1:]
    rows = [r for r in table() if not wanted or r[0] in wanted]
    extra = [p for p in CASES if p not in {r[0] for r in table()}] if not wanted else []
    skipped = lacking(assay)
    scratch = keep or tempfile.mkdtemp(prefix="assay-places-")
    failed = len(extra)
    print("TAP version 13\n1..%d" % (len(rows) + len(extra)), flush=True)

    def one(n):
        if rows[n][0] in skipped:
            return None
        try:
            return check(assay, rows[n], os.path.join(scratch, "%03d" % n))
        except Exception as problem:                      # a case that cannot be built has failed
            return [repr(problem)]

    try:
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            for n, wrong in enumerate(pool.map(one, range(len(rows)))):
                failed += bool(wrong)
                print("%s %d - %s%s" % ("not ok" if wrong else "ok", n + 1, rows[n][0],
                                        " # SKIP no reader for its language" if wrong is None else ""))
                for line in wrong or []:
                    print("# " + line)
        for n, pattern in enumerate(extra):
            print("not ok %d - %s\n# a case without a row" % (len(rows) + n + 1, pattern))
    finally:
        if not keep:
            shutil.rmtree(scratch, ignore_errors=True)
    print("# %d rows, %d failed" % (len(rows) + len(extra), failed))
    return 1 if failed or not rows else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
