#!/usr/bin/env python3
"""Each row of docs/when-it-runs.md with a payload at its place, and with an innocent change:

    run.py ASSAY [--keep FOLDER] [PATTERN...]

A row without a case fails, and so does a case without a row.  The tampered release must be at least
`review`, and a finding must name the member and say when it runs; the innocent one must stay below.
Writes TAP; the exit status is 0 only if every case passed.
"""

import concurrent.futures
import gzip
import hashlib
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
import zlib

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


def pack_rpm(root, target, untrans):
    top = os.path.join(root, "top")
    run(["rpmbuild", "-bb", "--quiet", "--define", "_topdir " + top, "--define", "_build_id_links none",
         "thing.spec"], cwd=root)
    built = [full for path, full in files_of(top) if path.endswith(".rpm")]
    with open(built[0], "rb") as f:
        data = f.read()
    if untrans:                       # rpm 4.18 cannot say these two: the same scripts under their tags
        for old, new in ((1151, 5103), (1152, 5104), (1153, 5105), (1154, 5106)):
            data = data.replace(struct.pack(">II", old, 6), struct.pack(">II", new, 6))
    with open(target, "wb") as f:
        f.write(data)


def cpio(files):
    """newc: names and contents, one behind the other."""
    out = b""
    for number, (name, content) in enumerate(files + [("TRAILER!!!", b"")], 1):
        fields = (number, 0o100755, 0, 0, 1, TIME, len(content), 0, 0, 0, 0, len(name) + 1, 0)
        out += b"070701" + b"".join(b"%08x" % f for f in fields) + name.encode() + b"\0"
        out += b"\0" * (-len(out) % 4) + content
        out += b"\0" * (-len(out) % 4)
    return out


def read(path):
    with open(path, "rb") as f:
        return f.read()


def pack_pkg(root, target):
    """A component package, laid out as a folder: its scripts are a compressed archive."""
    scripts = os.path.join(root, "Scripts")
    data = cpio([(path, read(full)) for path, full in files_of(scripts)])
    shutil.rmtree(scripts)
    with open(scripts, "wb") as f:
        f.write(gzip.compress(data, mtime=0))
    os.rename(root, target)


def pack_xar(root, target):
    """Header, compressed table of contents, heap."""
    heap, entries = b"", ""
    for n, (path, full) in enumerate((p, f) for p, f in files_of(root) if "/" not in p):
        content = read(full)
        entries += ("<file id=\"%d\"><name>%s</name><type>file</type><data><length>%d</length><offset>%d</offset>"
                    "<size>%d</size><encoding style=\"application/octet-stream\"/></data></file>" % (
                        n + 1, path, len(content), len(heap), len(content)))
        heap += content
    toc = ("<?xml version=\"1.0\"?><xar><toc>%s</toc></xar>" % entries).encode()
    packed = zlib.compress(toc)
    with open(target, "wb") as f:
        f.write(struct.pack(">4sHHQQI", b"xar!", 28, 1, len(packed), len(toc), 0) + packed + heap)


def pack_image(root, target):
    """What "docker save" writes: the folder as one layer, a configuration that names it, a manifest."""
    command = json.loads(read(os.path.join(root, "entrypoint")))
    os.unlink(os.path.join(root, "entrypoint"))
    layer = tar_bytes(root)
    config = json.dumps({"architecture": "amd64", "os": "linux", "config": {"Entrypoint": command},
                         "rootfs": {"type": "layers", "diff_ids": ["sha256:" + hashlib.sha256(layer).hexdigest()]},
                         "history": [{"created_by": "COPY . /"}]}).encode()
    name = hashlib.sha256(config).hexdigest() + ".json"
    manifest = json.dumps([{"Config": name, "RepoTags": ["thing:1"], "Layers": ["layer.tar"]}]).encode()
    with tarfile.open(target, "w", format=tarfile.USTAR_FORMAT) as tar:
        for path, content in ((name, config), ("layer.tar", layer), ("manifest.json", manifest)):
            info = tarfile.TarInfo(path)
            info.size, info.mtime = len(content), TIME
            tar.addfile(info, io.BytesIO(content))


def pack_msi(root, target):
    write(root, "thing.txt", "thing\n" * 40)
    actions = re.findall(r"<!--action (\d+) '(\w*)' (.*?)-->", read(os.path.join(root, "thing.wxs")).decode(), re.S)
    run(["wixl", "-o", target, "thing.wxs"], cwd=root)
    for kind, source, what in actions:
        run(["msibuild", target, "-q", "INSERT INTO CustomAction (Action,Type,Source,Target) VALUES "
             "('Thing%s',%s,'%s','%s')" % (kind, kind, source, what)])


def pack_inno(root, target):
    sys.path.insert(0, os.path.join(ROOT, "tests", "cases"))
    import programs
    os.rename(os.path.join(root, "actions"), os.path.join(root, programs.ACTIONS))
    programs.pack_inno([(path, read(full), 0o644) for path, full in files_of(root)], target)


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
    elif kind.startswith("rpm"):
        target += ".rpm"
        pack_rpm(root, target, kind == "rpm-untrans")
    elif kind == "pkg":
        pack_pkg(root, target)
    elif kind == "xar":
        target += ".pkg"
        pack_xar(root, target)
    elif kind == "inno":
        target += ".exe"
        pack_inno(root, target)
    elif kind == "msi":
        target += ".msi"
        pack_msi(root, target)
    elif kind == "image":
        target += ".tar"
        pack_image(root, target)
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
        named = [f for f in findings if (f["where"].get("member") or "").count(case["member"])]
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
    """Rows whose language or container this build has no reader for."""
    known = subprocess.run([assay, "formats"], stdout=subprocess.PIPE, check=True).stdout.decode()
    known = known.split("\nClosed")[0]
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
