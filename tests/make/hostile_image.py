"""Disk and container images that contain themselves."""

import hashlib
import io
import json
import plistlib
import struct
import tarfile

from hostile import MARKER, hostile


# ---- squashfs ------------------------------------------------------------------------------------------------------

def metadata(data):
    """One block of metadata as it is, not packed."""
    return struct.pack("<H", len(data) | 0x8000) + data


def squashfs(listing, fragments=None, file_fragment=0xffffffff):
    """A root folder with what `listing` names: (name, inode number, offset in the inode table, type)."""
    block, head = 131072, 96
    data = MARKER
    names = b"".join(struct.pack("<HhHH", offset, number - 1, kind, len(name) - 1) + name
                     for name, number, offset, kind in listing)
    folder = struct.pack("<III", len(listing) - 1, 0, 1) + names
    root = struct.pack("<HHHHIIIIHHI", 1, 0o755, 0, 0, 0, 1, 0, 2, len(folder) + 3, 0, 1)
    file_ = struct.pack("<HHHHIIIIIII", 2, 0o644, 0, 0, 0, 2, head, file_fragment, 0, len(data),
                        len(data) | 1 << 24)[:32 + (4 if file_fragment == 0xffffffff else 0)]
    inodes_at = head + len(data)
    inodes = metadata(root + file_)
    folders_at = inodes_at + len(inodes)
    folders = metadata(folder)
    at = folders_at + len(folders)
    fragment_bytes, fragment_at, n_fragments = b"", (1 << 64) - 1, 0
    if fragments:
        n_fragments = 1
        fragment_bytes = fragments(at)
        fragment_at = at + len(fragment_bytes) - 8
        at += len(fragment_bytes)
    ids = metadata(struct.pack("<I", 0))
    id_table = at + len(ids)
    end = id_table + 8
    none = (1 << 64) - 1
    super_ = struct.pack("<IIIIIHHHHHHQQQQQQQQ", 0x73717368, 2, 0, block, n_fragments, 1, 17, 0x10b if not fragments else 0x10b,
                         1, 4, 0, 0, end, id_table, none, inodes_at, folders_at, fragment_at, none)
    whole = super_ + data + inodes + folders + fragment_bytes + ids + struct.pack("<Q", at)
    return whole + bytes(-len(whole) % 4096)


@hostile(53, "folder-loop.squashfs", inspect="review|unknown", diff="tampered: AS-0042", old=".tar")
def folder_loop():
    return squashfs([(b"again", 1, 0, 1), (b"file.js", 2, 32, 2)])


@hostile(54, "fragment-table-of-itself.squashfs", inspect="unknown|review: damaged", diff="review|tampered: AS-0031, damaged", old=".tar")
def fragment_loop():
    """The only fragment is the block that holds the fragment table."""
    return squashfs([(b"file.js", 2, 32, 2)],
                    lambda at: metadata(struct.pack("<QII", at, 18 | 1 << 24, 0)) + struct.pack("<Q", at), 0)


# ---- dmg -----------------------------------------------------------------------------------------------------------

def mish(chunks, sectors):
    head = struct.pack(">IIQQQIIII", 0x6d697368, 1, 0, sectors, 0, 0, 0, 0, 0).ljust(64, b"\0")
    head += struct.pack(">II", 2, 32) + bytes(128) + struct.pack(">I", len(chunks))
    return head + b"".join(struct.pack(">IIQQQQ", kind, 0, sector, n, at, size) for kind, sector, n, at, size in chunks)


def dmg(chunks, data, xml_at=None, data_at=0, sectors=16):
    table = plistlib.dumps({"resource-fork": {"blkx": [{"Attributes": "0x0050", "Data": mish(chunks, sectors), "ID": "0",
                                                        "Name": "whole disk (Apple_HFS : 0)"}]}})
    at = len(data)
    koly = struct.pack(">4sIIIQQQQQII", b"koly", 4, 512, 1, 0, data_at, len(data), 0, 0, 1, 1) + bytes(16)
    koly += struct.pack(">II", 2, 32) + bytes(128)
    koly += struct.pack(">QQ", at if xml_at is None else at + len(table), len(table) if xml_at is None else 512) + bytes(120)
    koly += struct.pack(">II", 2, 32) + bytes(128) + struct.pack(">IQ", 1, sectors) + bytes(12)
    return data + table + koly.ljust(512, b"\0")[:512]


@hostile(55, "trailer-that-is-its-own-table.dmg", inspect="unknown", diff="unknown|review|tampered", old=".tar")
def koly_loop():
    return dmg([(0xffffffff, 16, 0, 0, 0)], MARKER.ljust(8192, b"\0"), xml_at="itself")


@hostile(56, "overlapping-blocks.dmg", inspect="unknown|review", diff="unknown|review|tampered", old=".tar")
def mish_overlap():
    """16 runs on the same sectors, one of them of 2^61."""
    runs = [(1, 0, 16, 0, 8192)] * 16 + [(0, 0, 1 << 61, 0, 0), (0xffffffff, 16, 0, 0, 0)]
    return dmg(runs, MARKER.ljust(8192, b"\0"))


# ---- container images ----------------------------------------------------------------------------------------------

def tar_of(files):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name, data in files:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return out.getvalue()


def blob(data):
    return "sha256:" + hashlib.sha256(data).hexdigest(), data


def image(layers, index=None, lies=()):
    """An OCI layout in a tar; `index` replaces index.json, blobs named in `lies` hold other bytes."""
    blobs = dict(blob(tar_of(layer)) for layer in layers)
    diff_ids = list(blobs)
    config_id, config = blob(json.dumps({"architecture": "amd64", "os": "linux", "config": {"Cmd": ["node", "a.js"]},
                                         "rootfs": {"type": "layers", "diff_ids": diff_ids}}).encode())
    blobs[config_id] = config
    manifest_id, manifest = blob(json.dumps({
        "schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": config_id, "size": len(config)},
        "layers": [{"mediaType": "application/vnd.oci.image.layer.v1.tar", "digest": d, "size": len(blobs[d])}
                   for d in diff_ids]}).encode())
    blobs[manifest_id] = manifest
    top = index or json.dumps({"schemaVersion": 2, "manifests": [
        {"mediaType": "application/vnd.oci.image.manifest.v1+json", "digest": manifest_id, "size": len(manifest)}]}).encode()
    files = [("oci-layout", b'{"imageLayoutVersion": "1.0.0"}'), ("index.json", top)]
    for i, (name, data) in enumerate(blobs.items()):
        files.append(("blobs/" + name.replace(":", "/"), data + b"\0" if i in lies else data))
    return tar_of(files)


@hostile(57, "whiteout-of-its-parent.oci.tar", inspect="clean|review|unknown", diff="tampered|review|unknown")
def whiteout():
    return image([[("app/a.js", MARKER)], [("app/.wh..wh..opq", b""), (".wh.app", b""), ("app/.wh...", b""),
                                           (".wh..", b""), ("app/b.js", MARKER)]])


@hostile(58, "index-of-itself.oci.tar", inspect="clean|review|unknown", diff="tampered|review|unknown")
def index_loop():
    """An index cannot hold its own digest, so it names the file that holds it by a wrong one."""
    own = json.dumps({"schemaVersion": 2, "manifests": [
        {"mediaType": "application/vnd.oci.image.index.v1+json", "digest": "sha256:" + "0" * 64, "size": 1 << 40},
        {"mediaType": "application/vnd.oci.image.index.v1+json", "digest": "sha256:../../index.json", "size": 3}]}).encode()
    return image([[("app/a.js", MARKER)]], own)


@hostile(58, "digest-that-lies.oci.tar", inspect="tampered", diff="tampered")
def digest_lies():
    return image([[("app/a.js", MARKER)]], lies=(0,))
