"""Source, data and rules that cost more to read than to write, or that read differently than they look."""

import base64
import json

from hostile import MARKER, ORDINARY_JS, hostile


def js(*parts):
    return ORDINARY_JS + b"".join(parts)


# ---- JSON ----------------------------------------------------------------------------------------------------------

@hostile(82, "brackets-1000000.json", inspect="unknown|clean", diff="unknown|clean|review")
def json_deep():
    return b"[" * 10 ** 6


@hostile(82, "number-10mb.json", inspect="unknown|clean", diff="unknown|clean|review")
def json_number():
    return b'{"name": "sample", "version": ' + b"9" * (10 << 20) + b"}\n"


@hostile(82, "keys-twice/package.json", inspect="clean|review: AS-0015", diff="review|tampered: AS-0015")
def json_twice():
    return (b'{"name": "sample", "version": "1.0.1", "scripts": {"test": "node t.js"}, "main": "index.js",\n'
            b' "scripts": {"postinstall": "node index.js"}}\n')


@hostile(82, "lone-surrogates/package.json", inspect="clean|unknown|review", diff="clean|unknown|review")
def json_surrogates():
    return b'{"name": "sample", "version": "1.0.1", "description": "\\ud800 \\udc00\\ud800", "\\udfff": 1}\n'


# ---- what makes lexers, parsers and folders slow ---------------------------------------------------------------------

@hostile(83, "regex-or-division.js", inspect="unknown|clean|review", diff="unknown|clean|review")
def js_slashes():
    return js(b"a=/b/" * 16000)


@hostile(83, "calls-13mb.js", inspect="unknown|clean|review", diff="unknown|clean|review")
def js_calls():
    """A statement each five bytes, in one function too: lists of all of them would be many times as large as the text."""
    return js(b"function g() {\n", b"f();\n" * 1400000, b"}\n", b"f();\n" * 1400000)


@hostile(83, "calls-beside.tgz", inspect="unknown|clean|review", diff="unknown|clean|review|tampered")
def calls_beside():
    """Files that each need most of what a process may have: they are not read beside each other."""
    from hostile_archive import member, tar
    import gzip
    return gzip.compress(tar(*[member(b"package/%d.ps1" % i, b"iex $a\n" * 60000) for i in range(2)]), mtime=0)


@hostile(83, "tags-300000.js", inspect="unknown|clean|review", diff="unknown|clean|review")
def js_tags():
    return js(b"<a " * 300000)


@hostile(83, "brackets-200000.js", inspect="unknown|clean|review", diff="unknown|clean|review")
def js_brackets():
    return js(b"(" * 200000)


@hostile(83, "sum-500000.js", inspect="unknown|clean|review", diff="unknown|clean|review")
def js_sum():
    return js(b"module.exports.n = " + b"1+" * 500000 + b"1;\n")


@hostile(83, "templates-100000.js", inspect="unknown|clean|review", diff="unknown|clean|review")
def js_templates():
    return js(b"module.exports.t = " + b"`${" * 100000 + b"1" + b"}`" * 100000 + b";\n")


@hostile(83, "brackets-hide-marker.js", inspect="unknown|review|tampered", diff="unknown|review|tampered")
def js_marker_behind():
    return js(b"var a = " + b"(" * 100000 + b"1" + b")" * 100000 + b";\n", MARKER)


@hostile(84, "one-line-100mb.js", inspect="unknown", diff="unknown|review")
def js_line():
    return b"var a = [" + b"1," * (50 << 20) + b"1];" + MARKER.replace(b"\n", b" ")


# ---- code that unpacks itself ----------------------------------------------------------------------------------------

@hostile(85, "base64-40-layers.js", inspect="review|tampered|unknown", diff="review|tampered")
def js_layers():
    """Each layer is a third longer than the one inside, so that the innermost stays small and forty fit in 20 MB."""
    text = b"eval(1)"
    for _ in range(40):
        if len(text) > 3 << 20:
            break
        text = b"eval(atob('" + base64.b64encode(text) + b"'))"
    return js(text + b";\n")


@hostile(85, "hex-of-itself.js", inspect="review|tampered: AS-0045", diff="review|tampered: AS-0002")
def js_self():
    return js(b"var s = '73'; for (;;) { s = Buffer.from(s, 'hex').toString('hex') + '73'; eval(s); }\n")


@hostile(86, "rotator-without-end.js", inspect="review|unknown|clean", diff="review|tampered|unknown")
def js_rotator():
    words = json.dumps([base64.b64encode(b"word%d" % i).decode() for i in range(300)])
    return js(b"(function (a, n) { while (true) { try { if (parseInt(a[0]) === n) break; a.push(a.shift()); }"
              b" catch (e) { a.push(a.shift()); } } })(w, 123456);\nvar w = " + words.encode() +
              b";\nmodule.exports.run = function (i) { return eval(atob(w[i])); };\n")


@hostile(87, "heredocs-100000.sh", inspect="unknown|review|clean", diff="unknown|review|clean")
def sh_heredocs():
    return b"#!/bin/sh\n" + b"".join(b"cat <<E%d\n" % i for i in range(100000))


@hostile(87, "indents-100000.py", inspect="unknown|review|clean", diff="unknown|review|clean")
def py_indents():
    """Every level one blank deeper: the square of it would be 5 GB, so the levels stand in brackets of one line."""
    return b"def f():\n" + b"".join(b" " * (i % 3000 + 1) + b"if x:\n" for i in range(6000)) + b"x = " + b"(" * 100000 + b"\n"


@hostile(87, "substitutions-50000.sh", inspect="unknown|review|clean", diff="unknown|review|clean")
def sh_deep():
    return b"#!/bin/sh\necho " + b"$(echo " * 50000 + b")" * 50000 + b"\n"


# ---- what an editor shows and what a machine reads ---------------------------------------------------------------------

@hostile(88, "utf-7.html", inspect="unknown|review|clean", diff="unknown|review|clean", old=".js")
def utf7():
    return b"<meta charset=\"utf-7\">+ADw-script+AD4-eval(name)+ADw-/script+AD4-\n"


@hostile(88, "bom-lies.js", inspect="unknown|clean|review: AS-0042", diff="unknown|clean|review|tampered: AS-0042")
def bom():
    return b"\xff\xfe" + ORDINARY_JS + MARKER


@hostile(88, "utf-16.js", inspect="review|tampered: AS-0042", diff="tampered: AS-0042")
def utf16():
    return (ORDINARY_JS + MARKER).decode().encode("utf-16")


@hostile(88, "overlong.js", inspect="unknown|review|clean", diff="unknown|clean|review")
def overlong():
    return js(b"// \xc0\xaf\xe0\x80\xaf \xc0\xbcscript\xc0\xbe\n")


@hostile(88, "nul-in-the-middle.js", inspect="review|tampered: AS-0042", diff="tampered: AS-0042")
def nul():
    return js(b"// what follows is binary \0\0\0\n", MARKER)


@hostile(89, "direction-override.js", inspect="clean|review: AS-0013, u{202e}", diff="clean|review|tampered: AS-0013, u{202e}")
def bidi():
    return js("var level = 'user\u202e \u2066// only admins\u2069 \u2066';\nif (level !== 'user') { module.exports.x = 1; }\n"
              .encode())


@hostile(89, "look-alikes.js", inspect="review|clean|unknown", diff="review|clean|unknown")
def homoglyphs():
    return js("function s\u0430y() {}\nfunction say() { return eval(name); }\nmodule.exports.\u0440ath = s\u0430y;\n".encode())


BOMB = "".join("<!ENTITY e%d \"%s\">" % (i, "&e%d;" % (i - 1) * 10 if i else "ha") for i in range(20))


@hostile(90, "entities/Info.plist", inspect="unknown|review|clean", diff="unknown|review|clean")
def plist_bomb():
    return ('<?xml version="1.0"?>\n<!DOCTYPE plist [%s]>\n<plist version="1.0"><dict><key>SUFeedURL</key>'
            "<string>&e19;</string></dict></plist>\n" % BOMB).encode()


@hostile(90, "entities/sample.nuspec", inspect="unknown|review|clean", diff="unknown|review|clean")
def nuspec_bomb():
    return ('<?xml version="1.0"?>\n<!DOCTYPE package [%s]>\n<package><metadata><id>&e19;</id></metadata></package>\n'
            % BOMB).encode()


@hostile(91, "aliases/config.yml", inspect="unknown|review|clean", diff="unknown|review|clean")
def yaml_bomb():
    return "\n".join(["a0: &a0 [ha, ha]"] + ["a%d: &a%d [%s]" % (i, i, ", ".join(["*a%d" % (i - 1)] * 10))
                                             for i in range(1, 30)]).encode() + b"\n"


@hostile(92, "deep-100000.p7", inspect="unknown|clean", diff="unknown|review|tampered")
def der_deep():
    return b"\x30\x80" * 100000


@hostile(92, "signature-deep.exe", inspect="unknown|review|clean", diff="unknown|review")
def der_in_program():
    from hostile_program import certificate, pe
    body = b"\x30\x80" * 30000
    body = body + bytes(-len(body) % 8)
    return pe(directories={4: (1536, len(body) + 8)}) + certificate(len(body) + 8, body)


@hostile(92, "signature-length-2-to-63.exe", inspect="unknown|review|clean", diff="unknown|review")
def der_length():
    from hostile_program import certificate, pe
    body = (b"\x30\x88\x7f" + b"\xff" * 7 + b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02").ljust(64, b"\0")
    return pe(directories={4: (1536, 72)}) + certificate(72, body)


# ---- rules -----------------------------------------------------------------------------------------------------------

@hostile(93, "rules.yar", inspect="unknown|clean|review", diff="unknown|clean|review", old=".js")
def rules():
    """Rules that cost their engine most; here they lie in a release, where they are text."""
    lines = ["rule r%d { strings: $a = /(a+)+b/ $b = /%s/ $c = \"a\" condition: for all i in (1..filesize) : "
             "(uint8(i) == 0) or $a or $b or $c }" % (i, ".{0,10000}x" * 50) for i in range(50)]
    return "\n".join(lines).encode()
