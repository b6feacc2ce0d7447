"""Other people's logs and servers for the test of the monitor: made from their specifications, with the
openssl command for keys, certificates and signatures, and served on loopback."""
import base64
import hashlib
import http.server
import json
import os
import re
import socketserver
import struct
import subprocess
import threading
import time


def b64(data):
    return base64.b64encode(data).decode()


def sha256(data):
    return hashlib.sha256(data).digest()


def openssl(*args, data=None):
    done = subprocess.run(["openssl", *args], input=data, capture_output=True, check=False)
    if done.returncode:
        raise RuntimeError(f"openssl {args}: {done.stderr.decode()}")
    return done.stdout


class Key:
    """A private key in a file."""

    def __init__(self, name, kind):
        self.file = name + ".pem"
        extra = ["-pkeyopt", "ec_paramgen_curve:P-256"] if kind == "EC" else []
        openssl("genpkey", "-algorithm", kind, *extra, "-out", self.file)
        self.public = openssl("pkey", "-in", self.file, "-pubout", "-outform", "DER")

    def sign(self, data):
        with open(self.file + ".in", "wb") as f:
            f.write(data)
        if len(self.public) == 44:
            return openssl("pkeyutl", "-sign", "-rawin", "-inkey", self.file, "-in", self.file + ".in")
        return openssl("dgst", "-sha256", "-sign", self.file, self.file + ".in")

    def certificate(self, *names):
        """DER of a self-signed certificate; names as in subjectAltName."""
        pem = openssl("req", "-x509", "-new", "-key", self.file, "-subj", "/O=Somebody", "-days", "30",
                      "-addext", "subjectAltName=" + ",".join(names))
        return openssl("x509", "-outform", "DER", data=pem)


def tbs_of(der):
    """The first element of a certificate's sequence, whole."""
    def header(at):
        n = der[at + 1]
        return (at + 2, n) if n < 128 else (at + 2 + (n & 127), int.from_bytes(der[at + 2:at + 2 + (n & 127)], "big"))
    start, _ = header(0)
    body, n = header(start)
    return der[start:body + n]


# ---- Merkle trees and tiles ------------------------------------------------------------------------

def split(n):
    k = 1
    while 2 * k < n:
        k *= 2
    return k


def root(hashes):
    if not hashes:
        return sha256(b"")
    if len(hashes) == 1:
        return hashes[0]
    k = split(len(hashes))
    return sha256(b"\1" + root(hashes[:k]) + root(hashes[k:]))


def path(m, hashes):
    if len(hashes) <= 1:
        return []
    k = split(len(hashes))
    if m < k:
        return path(m, hashes[:k]) + [root(hashes[k:])]
    return path(m - k, hashes[k:]) + [root(hashes[:k])]


def tile_name(n):
    text = f"{n % 1000:03d}"
    while n >= 1000:
        n //= 1000
        text = f"x{n % 1000:03d}/" + text
    return text


class Log:
    """The leaves of a log, and what it serves: a table of paths."""

    def __init__(self, name):
        self.name = name
        self.leaves = []   # hashes
        self.bodies = []   # as they stand in a tile of data
        self.files = {}
        self.key = None

    def put_tiles(self, data):
        hashes, level = self.leaves, 0
        while hashes:
            for n in range(0, (len(hashes) + 255) // 256):
                part = hashes[256 * n:256 * n + 256]
                width = "" if len(part) == 256 else f".p/{len(part)}"
                self.files[f"tile/{level}/{tile_name(n)}{width}"] = b"".join(part)
                if level == 0:
                    self.files[f"tile/{data}/{tile_name(n)}{width}"] = b"".join(
                        self.bodies[256 * n:256 * n + 256])
            hashes = [root(hashes[i:i + 256]) for i in range(0, len(hashes) - 255, 256)]
            level += 1

    def text(self):
        return f"{self.name}\n{len(self.leaves)}\n{b64(root(self.leaves))}\n"


class CtLog(Log):
    """Both as static-ct-api and as RFC 6962, with one key."""

    def __init__(self, name):
        super().__init__(name)
        self.key = Key(name.replace("/", "-"), "EC")
        self.inputs = []

    def add(self, der, precertificate=False):
        now = struct.pack(">Q", 1795687200000 + len(self.leaves))
        if precertificate:
            tbs = tbs_of(der)
            entry = now + b"\0\1" + bytes(32) + len(tbs).to_bytes(3, "big") + tbs + b"\0\0"
            body = entry + len(der).to_bytes(3, "big") + der + b"\0\0"
        else:
            entry = now + b"\0\0" + len(der).to_bytes(3, "big") + der + b"\0\0"
            body = entry + b"\0\x20" + bytes(32)
        self.inputs.append(b"\0\0" + entry)
        self.leaves.append(sha256(b"\0\0\0" + entry))
        self.bodies.append(body)

    def signed(self):
        millis = int(time.time() * 1000)
        text = b"\0\1" + struct.pack(">QQ", millis, len(self.leaves)) + root(self.leaves)
        value = self.key.sign(text)
        return millis, b"\4\3" + struct.pack(">H", len(value)) + value

    def publish(self):
        self.put_tiles("data")
        millis, signature = self.signed()
        key_id = sha256(self.name.encode() + b"\n\5" + sha256(self.key.public))[:4]
        line = b64(key_id + struct.pack(">Q", millis) + signature)
        self.files["checkpoint"] = f"{self.text()}\n\u2014 {self.name} {line}\n".encode()
        self.files["ct/v1/get-sth"] = json.dumps({
            "tree_size": len(self.leaves), "timestamp": millis, "sha256_root_hash": b64(root(self.leaves)),
            "tree_head_signature": b64(signature)}).encode()

    def answer(self, what, query):
        if what == "ct/v1/get-entries":
            first, last = int(query["start"]), min(int(query["end"]), int(query["start"]) + 99)
            return json.dumps({"entries": [{"leaf_input": b64(x), "extra_data": ""}
                                           for x in self.inputs[first:last + 1]]}).encode()
        if what == "ct/v1/get-proof-by-hash":
            size = int(query["tree_size"])
            at = self.leaves.index(base64.b64decode(query["hash"]))
            return json.dumps({"leaf_index": at,
                               "audit_path": [b64(h) for h in path(at, self.leaves[:size])]}).encode()
        return self.files.get(what)


class Tlog(Log):
    """A log of c2sp.org/tlog-tiles with entries such as Rekor's."""

    def __init__(self, name):
        super().__init__(name)
        self.key = Key(name.replace("/", "-"), "ED25519")
        raw = self.key.public[-32:]
        self.id = sha256(name.encode() + b"\n\1" + raw)[:4]
        self.vkey = f"{name}+{self.id.hex()}+{b64(b'%c' % 1 + raw)}"

    def add(self, entry):
        body = json.dumps(entry, separators=(",", ":"), sort_keys=True).encode()
        self.leaves.append(sha256(b"\0" + body))
        self.bodies.append(struct.pack(">H", len(body)) + body)

    def publish(self):
        self.put_tiles("entries")
        line = b64(self.id + self.key.sign(self.text().encode()))
        self.files["checkpoint"] = f"{self.text()}\n\u2014 {self.name} {line}\n".encode()

    def answer(self, what, query):
        return self.files.get(what)


def pem(der, label):
    lines = re.findall(".{1,64}", b64(der))
    return f"-----BEGIN {label}-----\n" + "\n".join(lines) + f"\n-----END {label}-----\n"


def rekor_v1(digest, der, label="CERTIFICATE"):
    return {"apiVersion": "0.0.1", "kind": "hashedrekord", "spec": {
        "data": {"hash": {"algorithm": "sha256", "value": digest.hex()}},
        "signature": {"content": b64(b"\x30\1\0"), "publicKey": {"content": b64(pem(der, label).encode())}}}}


def rekor_v2(digest, der):
    return {"apiVersion": "0.0.2", "kind": "hashedrekord", "spec": {"hashedRekordV002": {
        "data": {"algorithm": "SHA2_256", "digest": b64(digest)},
        "signature": {"content": b64(b"\x30\1\0"), "verifier": {
            "keyDetails": "PKIX_ECDSA_P256_SHA_256", "x509Certificate": {"rawBytes": b64(der)}}}}}}


# ---- the web ---------------------------------------------------------------------------------------

class Web(socketserver.ThreadingMixIn, http.server.HTTPServer):
    """Serves folders, logs, and downloads that are not the same for everybody."""
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self):
        super().__init__(("0.0.0.0", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.folders = {}    # prefix: folder
        self.logs = {}       # prefix: Log
        self.pages = {}      # path: bytes
        self.special = []    # (path, test of the request, bytes): before the pages
        self.posts = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, request, client_address):
        """Clients may go when they have had enough."""


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # one packet for head and body

    def log_message(self, *args):
        pass

    def send(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        self.server.posts.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.send(204)

    def find(self, where, query):
        first, _, rest = where.partition("/")
        for at, test, body in self.server.special:
            if at == where and test(self):
                return body
        if where in self.server.pages:
            return self.server.pages[where]
        if first in self.server.logs:
            return self.server.logs[first].answer(rest, query)
        if first in self.server.folders:
            file = os.path.join(self.server.folders[first], rest)
            if os.path.isfile(file):
                with open(file, "rb") as f:
                    return f.read()
        return None

    def do_GET(self):
        self.proxied = self.path.startswith("http://")
        where, _, query = re.sub("^http://[^/]*", "", self.path)[1:].partition("?")
        from urllib.parse import parse_qsl
        hops = re.match(r"hop/(\d+)/(.*)", where)
        if hops:
            n = int(hops[1])
            self.send(302, Location=f"/hop/{n - 1}/{hops[2]}" if n > 1 else f"/{hops[2]}")
            return
        if where == "endless":
            self.send_response(200)
            self.end_headers()
            try:
                while True:
                    self.wfile.write(bytes(65536))
            except OSError:
                return
        body = self.find(where, dict(parse_qsl(query)))
        want = re.match(r"bytes=(\d+)-$", self.headers.get("Range", ""))
        if body is None:
            self.send(404)
        elif want:
            at = int(want[1])
            self.send(206, body[at:], Content_Range=f"bytes {at}-{len(body) - 1}/{len(body)}")
        else:
            self.send(200, body, X_Served_By="the-origin")
