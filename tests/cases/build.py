"""Builds the OLD and NEW of a case from its recipe; see run.py."""

import gzip
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import types
import zipfile

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, HERE)
sys.path.insert(0, os.path.join(ROOT, "tests", "tamper"))
sys.path.insert(0, os.path.join(ROOT, "tests", "make"))

import containers  # noqa: E402
import dmg  # noqa: E402
import innocent  # noqa: E402
import programs  # noqa: E402
import tamper  # noqa: E402
import tree  # noqa: E402
import zipkin  # noqa: E402

HELPDESK = os.path.join(ROOT, "examples", "helpdesk", "pack")
NPM_TIME = 499162500                      # npm packs every file with this time
MIN_MEMBERS = 200


def node_modules():
    return os.environ.get("ASSAY_NODE_MODULES") or os.path.join(ROOT, "node_modules")


def run(argv, **more):
    done = subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **more)
    if done.returncode:
        raise RuntimeError("%s: %s" % (argv[0], done.stdout.decode("utf-8", "replace")[-800:]))


# ---- base trees -----------------------------------------------------------------------------------

CONTROL = """Package: node-%(name)s
Version: %(version)s-1
Architecture: all
Maintainer: Example Maintainer <maintainer@helpdesk.example>
Depends: nodejs
Section: javascript
Priority: optional
Description: %(name)s, packed for the tests
 Made from the npm package of the same name.
"""
POSTINST = """#!/bin/sh
set -e

if [ "$1" = configure ]; then
  install -d -m 0755 /var/lib/node-%(name)s
  if [ -x /usr/bin/update-mime ]; then
    update-mime || true
  fi
fi

exit 0
"""
PRERM = """#!/bin/sh
set -e

case "$1" in
  remove|deconfigure)
    rm -f /var/lib/node-%(name)s/cache
    ;;
esac

exit 0
"""
WRAPPER = """#!/bin/sh
# starts the command of %(name)s
set -e
if [ -r /etc/default/node-%(name)s ]; then
  . /etc/default/node-%(name)s
fi
exec /usr/bin/node /usr/share/nodejs/%(name)s "$@"
"""


def deb_tree(package, target):
    source = os.path.join(node_modules(), package)
    with open(os.path.join(source, "package.json"), encoding="utf-8") as f:
        version = json.load(f)["version"]
    name = package.replace("/", "-").replace("@", "").replace(".", "-")
    tree.copy(source, os.path.join(target, "usr/share/nodejs", name), share=False)
    values = {"name": name, "version": version}
    for path, text, mode in (("DEBIAN/control", CONTROL, 0o644), ("DEBIAN/postinst", POSTINST, 0o755),
                             ("DEBIAN/prerm", PRERM, 0o755), ("usr/bin/" + name, WRAPPER, 0o755)):
        tree.write(os.path.join(target, path), text % values)
        os.chmod(os.path.join(target, path), mode)


def base_tree(base, target, version=None):
    """{"npm": NAME}, {"deb": NAME} (the npm package as a Debian package) or {"helpdesk": VERSION}."""
    if "npm" in base:
        tree.copy(os.path.join(node_modules(), base["npm"]), target, share=False)
    elif "deb" in base:
        os.makedirs(target)
        deb_tree(base["deb"], target)
    else:
        run([HELPDESK, "--source", version or base["helpdesk"], target])
    count = sum(1 for _ in tree.walk(target))
    if count < MIN_MEMBERS:
        raise RuntimeError("base has %d members, wants %d" % (count, MIN_MEMBERS))


# ---- recipes --------------------------------------------------------------------------------------

def tamper_options(base, step):
    fields = dict(kind="auto", app="helpdesk" in base, prefix="", reveal=False, product=None, module=None,
                  purpose=None, place=None, hiding=None, host_style=None, side=None, old=None)
    if "helpdesk" in base:
        fields["product"] = "helpdesk"
    given = {k.replace("-", "_"): v for k, v in step.items() if k not in ("do", "seed")}
    unknown = set(given) - set(fields)
    if unknown:
        raise RuntimeError("unknown options " + ", ".join(sorted(unknown)))
    fields.update(given)
    return types.SimpleNamespace(**fields)


def apply(base, steps, root):
    """Carries out the steps on a tree; returns (record of the tampering or None, bytes changed)."""
    record, size = None, 0
    for step in steps:
        if step["do"] == "bump":
            innocent.Change(root, step.get("seed", 1)).bump()
        elif step["do"] == "innocent":
            change = innocent.Change(root, step["seed"], "helpdesk" in base)
            change.run(step.get("at_least", 0), step.get("only"))
            if "helpdesk" not in base:
                change.bump()
            size += change.size
        elif step["do"] == "tamper":
            record = tamper.Tamperer(root, step["seed"], tamper_options(base, step)).run()
            size += record["length"] + sum(a["length"] for a in record["also"])
        elif step["do"] == "write":
            tree.write(os.path.join(root, step["path"]), step["text"])
            size += len(step["text"])
        else:
            raise RuntimeError("unknown step " + step["do"])
    return record, size


# ---- packing --------------------------------------------------------------------------------------

def members(root):
    for path in tree.walk(root):
        full = os.path.join(root, path)
        mode = 0o755 if os.stat(full).st_mode & 0o100 else 0o644
        with open(full, "rb") as f:
            yield path, f.read(), mode


def pack_tar(root, target, top="package/", packer="gz"):
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w", format=tarfile.USTAR_FORMAT) as out:
        for path, data, mode in members(root):
            info = tarfile.TarInfo(top + path)
            info.size, info.mode, info.mtime = len(data), mode, NPM_TIME
            out.addfile(info, io.BytesIO(data))
    if packer == "gz":
        with open(target, "wb") as f, gzip.GzipFile("", "wb", 6, f, 0) as out:
            out.write(plain.getvalue())
    else:
        import bz2
        import lzma
        data = bz2.compress(plain.getvalue(), 5) if packer == "bz2" else lzma.compress(plain.getvalue(), preset=1)
        with open(target, "wb") as f:
            f.write(data)


def pack_zip(root, target):
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
        for path, data, mode in members(root):
            info = zipfile.ZipInfo("package/" + path, (2025, 6, 23, 12, 0, 0))
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, (0o100000 | mode) << 16
            out.writestr(info, data)


def pack_deb(root, target):
    for path in tree.walk(root):
        os.utime(os.path.join(root, path), (1750680000, 1750680000))
    run(["dpkg-deb", "--root-owner-group", "-Zxz", "-z1", "--build", root, target],
        env=dict(os.environ, SOURCE_DATE_EPOCH="1750680000"))


def pack_7z(root, target):
    run(["7zz", "a", "-t7z", "-mx=1", "-mmt=1", "-mtc=off", "-mta=off", target, "."], cwd=root)


def pack_squashfs(root, target):
    run(["mksquashfs", root, target, "-noappend", "-quiet", "-no-progress", "-all-root", "-comp", "lzo",
         "-all-time", "1750680000", "-mkfs-time", "1750680000"])


def pack_appimage(root, target):
    """A program with a SquashFS image behind its end."""
    pack_squashfs(root, target + ".image")
    with open(target, "wb") as out:
        for part in ("/bin/true", target + ".image"):
            with open(part, "rb") as f:
                out.write(f.read())
    os.remove(target + ".image")


ENDINGS = {"dir": "", "tgz": ".tgz", "tar.xz": ".tar.xz", "tar.bz2": ".tar.bz2", "zip": ".zip",
           "deb": ".deb", "7z": ".7z", "asar": ".asar", "nsis": ".exe", "squashfs": ".snap",
           "appimage": ".AppImage",
           "msi": ".msi", "resource": ".exe", "bundle": ".exe", "pyinstaller": ".exe", "inno": ".exe", "burn": ".exe"}

IMAGES = {"oci": containers.oci, "docker": containers.docker, "dmg": dmg.make}
ENDINGS.update({"oci": ".oci.tar", "docker": ".docker.tar", "dmg": ".dmg"})
ENDINGS.update({"wheel": ".whl", "jar": ".jar", "appx": ".msix", "apk": ".apk", "crx": ".crx"})


def wrap(kind, inner, target, version, signing):
    """Packs one release into a container, beside a line of text."""
    root = inner + ".tree"
    tree.write(os.path.join(root, "README.txt"), "see the file beside this one\n")
    os.rename(inner, os.path.join(root, "setup" + os.path.splitext(inner)[1]))
    return pack(kind, root, target, version, signing)


def pack(kind, root, target, version, signing):
    """Packs a tree; returns the path of the release. "a+b+c": as a, that in b, that in c."""
    if "+" in kind:
        kind, outer = kind.rsplit("+", 1)
        return wrap(outer, pack(kind, root, target, version, signing), target, version, signing)
    target += ENDINGS[kind]
    if kind == "dir":
        os.rename(root, target)
        return target
    if kind == "tgz":
        pack_tar(root, target)
    elif kind in ("tar.xz", "tar.bz2"):
        pack_tar(root, target, "release/", kind[4:])
    elif kind == "zip":
        pack_zip(root, target)
    elif kind == "deb":
        pack_deb(root, target)
    elif kind == "7z":
        pack_7z(root, target)
    elif kind == "squashfs":
        pack_squashfs(root, target)
    elif kind in IMAGES:
        containers.files(root)
        IMAGES[kind](root, target)
    elif kind == "appimage":
        pack_appimage(root, target)
    elif kind in zipkin.KINDS:
        os.makedirs(signing, exist_ok=True)
        zipkin.pack(kind, root, target, keys=signing)
    elif kind == "msi":
        programs.pack_msi(root, target, version)
    elif kind == "resource":
        pack_zip(root, target + ".zip")
        programs.pack_resource(target + ".zip", target)
    elif kind == "bundle":
        programs.pack_bundle(members(root), target)
    elif kind == "burn":
        programs.pack_burn(root, target)
    elif kind == "inno":
        programs.pack_inno(members(root), target)
    elif kind == "pyinstaller":
        programs.pack_pyinstaller(members(root), target)
    elif kind == "asar":
        run([HELPDESK, "--asar", version, target, root])
    else:
        run([HELPDESK, version, target, root], env=dict(os.environ, HELPDESK_SIGNING=signing))
    shutil.rmtree(root)
    return target
