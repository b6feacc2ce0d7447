"""Containers made by their real makers out of a folder: for the tests that ask the program."""

import gzip
import hashlib
import lzma
import os
import shutil
import struct
import subprocess
import tempfile
import zlib

TIME = 1750680000
ENVIRONMENT = dict(os.environ, SOURCE_DATE_EPOCH=str(TIME), LC_ALL="C.UTF-8", TZ="UTC")


def run(argv, **more):
    done = subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          env=ENVIRONMENT, **more)
    if done.returncode:
        raise RuntimeError("%s: %s" % (argv[0], done.stdout.decode("utf-8", "replace")[-800:]))
    return done.stdout


def files(root):
    """Paths of all files and folders, sorted, with one time for all of them."""
    found = []
    for folder, folders, names in os.walk(root):
        folders.sort()
        found += [os.path.relpath(os.path.join(folder, n), root) for n in folders + names]
    for path in found:
        os.utime(os.path.join(root, path), (TIME, TIME), follow_symlinks=False)
    return sorted(found)


def cpio_bytes(root, form="newc"):
    names = "".join("./%s\0" % p for p in files(root)).encode()
    done = subprocess.run(["cpio", "-o", "-0", "--quiet", "--reproducible", "-R", "0:0", "-H", form], input=names,
                          stdout=subprocess.PIPE, cwd=root, check=True)
    return done.stdout


def cpio(root, target):
    with open(target, "wb") as f:
        f.write(cpio_bytes(root))


def tar_lz4(root, target):
    plain = target + ".plain"
    run(["tar", "--sort=name", "--owner=0", "--group=0", "--numeric-owner", "-cf", plain, "-C", root] + sorted(
        os.listdir(root)))
    run(["lz4", "-qf", plain, target])
    os.unlink(plain)


SPEC = """%%global _build_id_links none
%%global __os_install_post %%{nil}
%%global use_source_date_epoch_as_buildtime 1
%%global clamp_mtime_to_source_date_epoch 1
%%global _buildhost builder.example
Name: %(name)s
Version: %(version)s
Release: 1
Summary: %(name)s, packed for the tests
License: MIT
Vendor: Example Maintainer
URL: https://helpdesk.example/
BuildArch: noarch
AutoReqProv: no
%%description
Made from the npm package of the same name.
%%install
mkdir -p %%{buildroot}
cp -a %(root)s/. %%{buildroot}/
%%files
%%defattr(-, root, root)
/*
"""
SCRIPTLETS = {"preinst": "pre", "postinst": "post", "prerm": "preun", "postrm": "postun"}


def rpm(root, target, name="sample", version="1.0.0"):
    """Scripts in the folder's DEBIAN/ become scriptlets; a Debian tree thus makes an RPM, too."""
    with tempfile.TemporaryDirectory() as work:
        tree, spec = os.path.join(work, "tree"), SPEC % {"name": name, "version": version,
                                                         "root": os.path.join(work, "tree")}
        shutil.copytree(root, tree, symlinks=True)
        scripts = os.path.join(tree, "DEBIAN")
        for script, scriptlet in SCRIPTLETS.items():
            if os.path.exists(os.path.join(scripts, script)):
                with open(os.path.join(scripts, script), encoding="utf-8") as f:
                    first, _, text = f.read().partition("\n")
                spec += "%%%s -p %s\n%s\n" % (scriptlet, first[2:].strip(), text.replace("%", "%%"))
        shutil.rmtree(scripts, ignore_errors=True)
        files(tree)
        with open(os.path.join(work, "x.spec"), "w", encoding="utf-8") as f:
            f.write(spec)
        run(["rpmbuild", "-bb", "--quiet", "--define", "_topdir %s/top" % work, "--define",
             "_tmppath %s" % work, os.path.join(work, "x.spec")])
        folder = os.path.join(work, "top", "RPMS", "noarch")
        shutil.move(os.path.join(folder, os.listdir(folder)[0]), target)


def cab(root, target):
    names = [p for p in files(root) if os.path.isfile(os.path.join(root, p))]
    run(["gcab", "-cz", target] + names, cwd=root)


def iso(root, target):
    files(root)
    run(["xorriso", "-as", "mkisofs", "-quiet", "-r", "-J", "-joliet-long", "-o", target, root])


def rar_number(value):
    out = bytearray()
    while value >> 7:
        out.append(value & 0x7f | 0x80)
        value >>= 7
    return bytes(out) + bytes([value])


def rar_header(*fields):
    body = b"".join(rar_number(f) if isinstance(f, int) else f for f in fields)
    sized = rar_number(len(body)) + body
    return struct.pack("<I", zlib.crc32(sized)) + sized


def rar(root, target):
    """Generation 5, everything stored: Debian has no maker of its own."""
    with open(target, "wb") as out:
        out.write(b"Rar!\x1a\7\1\0" + rar_header(1, 0, 0))
        for path in files(root):
            full, name = os.path.join(root, path), path.encode()
            if not os.path.isfile(full):
                continue
            with open(full, "rb") as f:
                data = f.read()
            out.write(rar_header(2, 2, len(data), 4, len(data), 0o100644, struct.pack("<I", zlib.crc32(data)), 0, 1,
                                 len(name), name))
            out.write(data)
        out.write(rar_header(5, 0, 0))


DISTRIBUTION = """<?xml version="1.0" encoding="utf-8"?>
<installer-gui-script minSpecVersion="1">
<title>sample</title>
<script>
function installation_check() {
	%s
	return true;
}
</script>
<installation-check script="installation_check()"/>
<pkg-ref id="example.sample" version="%s">#sample.pkg</pkg-ref>
</installer-gui-script>
"""
PACKAGE_INFO = """<?xml version="1.0" encoding="utf-8"?>
<pkg-info format-version="2" identifier="example.sample" version="%s" install-location="/" auth="root">
<payload numberOfFiles="1" installKBytes="1"/>
<scripts>%s</scripts>
</pkg-info>
"""
PKG_SCRIPTS = {"preinst": "preinstall", "postinst": "postinstall"}


def pbzx_bytes(data):
    out = [b"pbzx", struct.pack(">Q", 1 << 24)]
    for at in range(0, len(data), 1 << 24):
        piece = data[at:at + (1 << 24)]
        packed = lzma.compress(piece, check=lzma.CHECK_CRC32, preset=1)
        out += [struct.pack(">QQ", len(piece), len(packed)), packed]
    return b"".join(out)


def xar_bytes(members):
    """An archive of {path: bytes} as Apple's xar writes it; Debian has no maker that makes it whole."""
    heap, rows, tree = [b"\0" * 20], [], {}
    for path, data in sorted(members.items()):
        packed = zlib.compress(data, 6)
        row = ("<data><length>%d</length><offset>%d</offset><size>%d</size><encoding style=\"application/x-gzip\"/>"
               "<archived-checksum style=\"sha1\">%s</archived-checksum>"
               "<extracted-checksum style=\"sha1\">%s</extracted-checksum></data>") % (
                   len(packed), sum(map(len, heap)), len(data), hashlib.sha1(packed).hexdigest(),
                   hashlib.sha1(data).hexdigest())
        heap.append(packed)
        here = tree
        for step in path.split("/")[:-1]:
            here = here.setdefault(step, {})
        here[path.split("/")[-1]] = row

    def files_of(folder):
        for name, what in folder.items():
            rows.append('<file id="%d"><name>%s</name>' % (len(rows) + 1, name))
            if isinstance(what, dict):
                rows.append("<type>directory</type>")
                files_of(what)
            else:
                rows.append("<type>file</type>" + what)
            rows.append("</file>")

    files_of(tree)
    toc = ('<?xml version="1.0" encoding="UTF-8"?><xar><toc><checksum style="sha1"><offset>0</offset><size>20</size>'
           "</checksum>%s</toc></xar>" % "".join(rows)).encode()
    packed = zlib.compress(toc, 6)
    heap[0] = hashlib.sha1(packed).digest()
    return b"xar!" + struct.pack(">HHQQI", 28, 1, len(packed), len(toc), 1) + packed + b"".join(heap)


def pkg(root, target, version="1.0.0", check="", script_names=None):
    """A product of one component; scripts in the folder's DEBIAN/ become its scripts, under other names if asked."""
    names = dict(PKG_SCRIPTS, **(script_names or {}))
    with tempfile.TemporaryDirectory() as work:
        tree, scripts, rows = os.path.join(work, "tree"), os.path.join(work, "scripts"), ""
        shutil.copytree(root, tree, symlinks=True)
        os.makedirs(scripts)
        for script, usual in PKG_SCRIPTS.items():
            if os.path.exists(os.path.join(tree, "DEBIAN", script)):
                shutil.move(os.path.join(tree, "DEBIAN", script), os.path.join(scripts, names[script]))
                rows += '<%s file="./%s"/>' % (usual, names[script])
        shutil.rmtree(os.path.join(tree, "DEBIAN"), ignore_errors=True)
        members = {"sample.pkg/Payload": pbzx_bytes(cpio_bytes(tree, "odc")),
                   "sample.pkg/Bom": b"BOMStore" + bytes(504),
                   "sample.pkg/PackageInfo": (PACKAGE_INFO % (version, rows)).encode(),
                   "Distribution": (DISTRIBUTION % (check, version)).encode()}
        if rows:
            members["sample.pkg/Scripts"] = gzip.compress(cpio_bytes(scripts, "odc"), 6, mtime=0)
        with open(target, "wb") as f:
            f.write(xar_bytes(members))


def layout(root, folder):
    """An OCI layout with one image of one layer, by umoci."""
    image = folder + ":v1"
    containing = os.path.dirname(folder)
    for argv in (["umoci", "init", "--layout", folder], ["umoci", "new", "--image", image],
                 ["umoci", "insert", "--rootless", "--image", image, root, "/app"],
                 ["umoci", "config", "--image", image, "--config.entrypoint", "/app/run", "--config.user", "1000",
                  "--created", "2025-06-23T12:00:00Z", "--history.created", "2025-06-23T12:00:00Z"],
                 ["umoci", "gc", "--layout", folder]):
        run(argv, cwd=containing)


def oci(root, target):
    with tempfile.TemporaryDirectory() as work:
        folder = os.path.join(work, "l")
        layout(root, folder)
        run(["tar", "--sort=name", "--mtime=@%d" % TIME, "-cf", target, "-C", folder, "."])


def docker(root, target):
    with tempfile.TemporaryDirectory() as work:
        folder = os.path.join(work, "l")
        layout(root, folder)
        run(["skopeo", "--insecure-policy", "copy", "-q", "oci:%s:v1" % folder, "docker-archive:%s:sample:v1" % target])


MAKERS = {".pkg": pkg, ".rar": rar, ".cpio": cpio, ".tar.lz4": tar_lz4, ".rpm": rpm, ".cab": cab, ".iso": iso}
