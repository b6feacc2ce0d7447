"""What families_stages_js.py and families_stages_py.py share: parts written as marked text, and keys as tools write them."""

import base64
import hashlib
import re

from stages import Part

MARK = re.compile(r"\[-(.*?)-\]\{\+(.*?)\+\}", re.S)
PRIME = 2 ** 256 - 2 ** 224 + 2 ** 192 + 2 ** 96 - 1
CURVE_B = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b


def part(name, marked, reached=None, **fields):
    """A Part of a text with one `[-old-]{+new+}`; `@field@` is filled in."""
    for field, value in fields.items():
        marked = marked.replace("@%s@" % field, value)
    match = MARK.search(marked)
    old, new = match.groups()
    text = marked[:match.start()] + old + marked[match.end():]
    if text.index(old) != match.start() or old == new or MARK.search(text):
        raise ValueError("the mark in %s is not the first of its text" % name)
    return Part(name, text, old, new, reached)


def raw(rng, count):
    return bytes(rng.randrange(256) for _ in range(count))


def base64_of(data):
    return base64.b64encode(data).decode()


def base64_url(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def ec_point(rng):
    """A point of P-256, so that every reader takes it for a key."""
    while True:
        x = int.from_bytes(raw(rng, 32), "big") % PRIME
        square = (x * x * x - 3 * x + CURVE_B) % PRIME
        y = pow(square, (PRIME + 1) // 4, PRIME)
        if y * y % PRIME == square:
            return x.to_bytes(32, "big"), y.to_bytes(32, "big")


def ec_spki(rng):
    return bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d030107034200") + b"\4" + b"".join(ec_point(rng))


def rsa_spki(rng):
    number = bytearray(raw(rng, 256))
    number[0] |= 128
    number[-1] |= 1
    return bytes.fromhex("30820122300d06092a864886f70d01010105000382010f003082010a0282010100") + bytes(number) + bytes.fromhex("0203010001")


def pem(data):
    text = base64_of(data)
    return "-----BEGIN PUBLIC KEY-----\n%s\n-----END PUBLIC KEY-----" % "\n".join(text[i:i + 64] for i in range(0, len(text), 64))


def ssh(rng):
    head = b"\0\0\0\x0bssh-ed25519\0\0\0\x20"
    return "ssh-ed25519 " + base64_of(head + raw(rng, 32))


def fingerprint(rng):
    return hashlib.sha1(raw(rng, 64)).hexdigest().upper()
