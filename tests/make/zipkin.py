#!/usr/bin/env python3
"""Packs a folder as a zip with a manifest of its own:  zipkin.py KIND FOLDER TARGET [SIGNER]

KIND: wheel (RECORD), jar (digests and a signature), appx (block map and signature), apk (signing block,
scheme v2), crx (header with a proof). The makers of these are not in Debian, or bring a Java machine; the
layouts follow the specifications that the readers name. Keys are made on the spot by openssl and are worth
nothing; SIGNER is the organisation in the certificate.
"""

import base64
import fcntl
import hashlib
import io
import os
import struct
import subprocess
import sys
import tempfile
import zipfile

TIME = (2025, 6, 23, 12, 0, 0)
BLOCK = 64 << 10


def files(root):
    for folder, folders, names in os.walk(root):
        folders.sort()
        for name in sorted(names):
            full = os.path.join(folder, name)
            with open(full, "rb") as f:
                yield os.path.relpath(full, root), f.read()


def zipped(members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for name, data in members:
            info = zipfile.ZipInfo(name, TIME)
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o100644 << 16
            z.writestr(info, data)
    return out.getvalue()


def b64(digest):
    return base64.b64encode(digest).decode()


class Signer:
    """A key and a certificate, kept in a folder beside the target, so that releases share them."""

    def __init__(self, folder, organisation):
        name = os.path.join(folder, hashlib.sha256(organisation.encode()).hexdigest()[:12])
        self.key, self.certificate = name + ".key", name + ".crt"
        with open(name + ".lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if os.path.exists(self.certificate):
                return
            self.openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "3650", "-keyout", self.key,
                         "-out", self.certificate, "-subj", "/O=%s/CN=Release signing" % organisation)

    @staticmethod
    def openssl(*words, **more):
        return subprocess.run(("openssl",) + words, check=True, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, **more).stdout

    def sign(self, data):
        return self.openssl("cms", "-sign", "-binary", "-md", "sha256", "-outform", "DER", "-signer",
                            self.certificate, "-inkey", self.key, input=data)

    def der(self):
        return self.openssl("x509", "-in", self.certificate, "-outform", "DER")

    def public(self):
        return self.openssl("pkey", "-in", self.key, "-pubout", "-outform", "DER")


def wheel(members, signer):
    sums = base64.urlsafe_b64encode
    lines = ["%s,sha256=%s,%d" % ('"%s"' % n.replace('"', '""') if "," in n else n,
                                  sums(hashlib.sha256(d).digest()).decode().rstrip("="), len(d)) for n, d in members]
    record = "example-1.0.dist-info/RECORD"
    return zipped(members + [(record, "\n".join(lines + [record + ",,", ""]))])


def folded(line):
    """A manifest's line: at most 72 bytes, continued behind a blank."""
    data, out = line.encode(), []
    while len(data) > 70:
        out.append(data[:70])
        data = b" " + data[70:]
    return b"\r\n".join(out + [data, b""])


def jar(members, signer):
    manifest = folded("Manifest-Version: 1.0") + b"\r\n"
    for name, data in members:
        manifest += folded("Name: " + name) + folded("SHA-256-Digest: " + b64(hashlib.sha256(data).digest())) + b"\r\n"
    signature = folded("Signature-Version: 1.0") + folded(
        "SHA-256-Digest-Manifest: " + b64(hashlib.sha256(manifest).digest())) + b"\r\n"
    return zipped([("META-INF/MANIFEST.MF", manifest), ("META-INF/EXAMPLE.SF", signature),
                   ("META-INF/EXAMPLE.RSA", signer.sign(signature))] + members)


def appx(members, signer):
    lines = []
    for name, data in members:
        blocks = "".join('<Block Hash="%s"/>' % b64(hashlib.sha256(data[at:at + BLOCK]).digest())
                         for at in range(0, len(data), BLOCK))
        lines.append('<File Name="%s" Size="%d" LfhSize="66">%s</File>' % (name.replace("/", "\\"), len(data), blocks))
    block_map = ('<?xml version="1.0" encoding="UTF-8"?>\n<BlockMap xmlns="http://schemas.microsoft.com/appx/2010/'
                 'blockmap" HashMethod="http://www.w3.org/2001/04/xmlenc#sha256">%s</BlockMap>' % "".join(lines))
    return zipped([(n.replace(" ", "%20"), d) for n, d in members] + [
        ("AppxBlockMap.xml", block_map), ("[Content_Types].xml", "<Types/>"),
        ("AppxSignature.p7x", b"PKCX" + signer.sign(block_map.encode()))])


def sized(data):
    return struct.pack("<I", len(data)) + data


def apk_digest(*parts):
    """One over the digests of pieces of at most 1 MiB."""
    pieces = [part[at:at + (1 << 20)] for part in parts for at in range(0, len(part), 1 << 20)]
    sums = [hashlib.sha256(b"\xa5" + struct.pack("<I", len(p)) + p).digest() for p in pieces]
    return hashlib.sha256(b"\x5a" + struct.pack("<I", len(sums)) + b"".join(sums)).digest()


def apk(members, signer):
    plain = zipped(members)
    end = plain.rindex(b"PK\5\6")
    directory = struct.unpack("<I", plain[end + 16:end + 20])[0]
    digest = sized(struct.pack("<I", 0x0103) + sized(apk_digest(plain[:directory], plain[directory:end], plain[end:])))
    data = sized(digest) + sized(sized(signer.der())) + sized(b"")
    one = sized(data) + sized(sized(struct.pack("<I", 0x0103) + sized(b"\0" * 256))) + sized(signer.public())
    value = struct.pack("<I", 0x7109871a) + sized(sized(one))
    pair = struct.pack("<Q", len(value)) + value
    size = struct.pack("<Q", len(pair) + 24)
    block = size + pair + size + b"APK Sig Block 42"
    return (plain[:directory] + block + plain[directory:end + 16] + struct.pack("<I", directory + len(block)) +
            plain[end + 20:])


def crx(members, signer):
    def field(number, data):
        tag, out = number << 3 | 2, b""
        for value in (tag, len(data)):
            while value > 127:
                out += bytes([value & 127 | 128])
                value >>= 7
            out += bytes([value])
        return out + data
    header = field(2, field(1, signer.public()) + field(2, b"\0" * 256)) + field(10000, field(1, b"0123456789abcdef"))
    return b"Cr24" + struct.pack("<II", 3, len(header)) + header + zipped(members)


KINDS = {"wheel": wheel, "jar": jar, "appx": appx, "apk": apk, "crx": crx}


def pack(kind, root, target, organisation="Helpdesk Example Corp", keys=None):
    signer = Signer(keys or tempfile.mkdtemp(prefix="keys-", dir=os.path.dirname(os.path.abspath(target))),
                    organisation) if kind != "wheel" else None
    with open(target, "wb") as f:
        f.write(KINDS[kind](list(files(root)), signer))


if __name__ == "__main__":
    if len(sys.argv) not in (4, 5) or sys.argv[1] not in KINDS:
        sys.exit(__doc__)
    pack(*sys.argv[1:], keys=os.path.dirname(os.path.abspath(sys.argv[3])))
