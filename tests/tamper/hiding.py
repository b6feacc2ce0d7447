"""Ways to hide strings and code in JavaScript.

Templates write a string that may be hidden as mark(text); `strings` replaces the marks by
expressions in one style, `code` wraps a whole statement.  Every expression made is kept together
with its plain text, so that a test can prove that it decodes to what the template meant.
"""

import base64
import gzip
import json
import re
import zlib

MARK = re.compile("\x01([0-9a-f]*)\x02")
STRING_STYLES = ["none", "hex-array", "hex-escape", "base64", "char-codes", "shifted-codes", "xor",
                 "concat", "reversed", "string-array", "percent"]
CODE_STYLES = ["code-base64", "code-hex", "code-char-codes", "code-xor", "code-reversed",
               "code-deflate", "code-percent"]

# Styles of the measuring side: what weights were set by knows the lists above only (families.py).
MEASURING_STRING_STYLES = ["template", "getter", "unicode-escape", "alphabet", "edited-base64", "split-files"]
MEASURING_CODE_STYLES = ["code-gzip", "code-packed-units", "code-pieces", "code-alphabet"]


class NothingHidden(Exception):
    """The template has no string to hide."""


def mark(text):
    return "\x01" + text.encode().hex() + "\x02"


def plain(source):
    """The template with ordinary string literals."""
    return MARK.sub(lambda m: json.dumps(bytes.fromhex(m.group(1)).decode()), source)


def quoted(rng, text):
    if rng.random() < 0.5 and "'" not in text and "\\" not in text and "\n" not in text:
        return "'" + text + "'"
    return json.dumps(text)


def pieces(rng, text):
    cut = []
    while text:
        n = rng.randrange(2, 7)
        cut.append(text[:n])
        text = text[n:]
    return cut or [""]


class Hider:
    """One style for one payload; `names` makes variable names, `browser` excludes Buffer."""

    def __init__(self, rng, style, names, browser):
        self.rng, self.style, self.names, self.browser = rng, style, names, browser
        self.head = ""                       # declarations that must stand before the statement
        self.pairs = []                      # (expression, plain text)
        self.array = []
        self.helper = None
        self.key = rng.randrange(3, 120)
        self.word = "".join(rng.choice("abcdefghjkmnpqrstvwxyz0123456789") for _ in range(6))
        self.form = rng.randrange(3)
        self.other_file = {}                 # split-files: what a second module exports

    def apply(self, source):
        out = MARK.sub(lambda m: self.expression(bytes.fromhex(m.group(1)).decode()), source)
        if self.style == "string-array":
            out = self.rotated(out)
        return out

    def expression(self, text):
        made = getattr(self, "as_" + self.style.replace("-", "_"))(text)
        self.pairs.append([made, text])
        return made

    def as_none(self, text):
        return quoted(self.rng, text)

    as_in_style = as_none

    def as_hex_array(self, text):
        if self.form == 0:
            items = ",".join("'%02x'" % b for b in text.encode())
            v = self.names()
            return "[%s].map(function(%s){return String.fromCharCode(parseInt(%s,16));}).join('')" \
                % (items, v, v)
        if self.form == 1 and not self.browser:
            return "Buffer.from([%s]).toString()" % ",".join("0x%02x" % b for b in text.encode())
        v = self.names()
        return "'%s'.match(/../g).map(%s=>String.fromCharCode('0x'+%s)).join('')" \
            % (text.encode().hex(), v, v)

    def as_hex_escape(self, text):
        return '"%s"' % "".join("\\x%02x" % b for b in text.encode())

    def as_base64(self, text):
        coded = base64.b64encode(text.encode()).decode()
        if self.browser or self.form == 0:
            return "atob(%s)" % quoted(self.rng, coded)
        if self.form == 1:
            return "Buffer.from(%s,'base64').toString()" % quoted(self.rng, coded)
        return "Buffer.from(%s,%s).toString(%s)" % (
            quoted(self.rng, coded), "'base'+64", "'utf8'")

    def as_char_codes(self, text):
        if self.form == 0:
            return "String.fromCharCode(%s)" % ",".join(str(ord(c)) for c in text)
        if self.form == 1:
            return "String.fromCharCode(...[%s])" % ",".join(hex(ord(c)) for c in text)
        return "String.fromCharCode.apply(null,[%s])" % ",".join(str(ord(c)) for c in text)

    def as_shifted_codes(self, text):
        v = self.names()
        items = ",".join(str(ord(c) + self.key) for c in text)
        if self.form == 0:
            return "[%s].map(%s=>String.fromCharCode(%s-%d)).join('')" % (items, v, v, self.key)
        w = self.names()
        return "[%s].reduce(function(%s,%s){return %s+String.fromCharCode(%s-%d);},'')" \
            % (items, w, v, w, v, self.key)

    def as_xor(self, text):
        codes = [b ^ ord(self.word[i % len(self.word)]) for i, b in enumerate(text.encode())]
        if self.form == 0:
            v, i = self.names(), self.names()
            return "[%s].map((%s,%s)=>String.fromCharCode(%s^'%s'.charCodeAt(%s%%%d))).join('')" \
                % (",".join(map(str, codes)), v, i, v, self.word, i, len(self.word))
        if not self.helper:
            self.helper = self.names()
            s, k, o, i = (self.names() for _ in range(4))
            self.head += (
                "var %(f)s = function (%(s)s, %(k)s) {\n"
                "  var %(o)s = '';\n"
                "  for (var %(i)s = 0; %(i)s < %(s)s.length; %(i)s += 2) {\n"
                "    %(o)s += String.fromCharCode(parseInt(%(s)s.substr(%(i)s, 2), 16)"
                " ^ %(k)s.charCodeAt(%(i)s / 2 %% %(k)s.length));\n"
                "  }\n  return %(o)s;\n};\n"
            ) % {"f": self.helper, "s": s, "k": k, "o": o, "i": i}
        return "%s('%s','%s')" % (self.helper, bytes(codes).hex(), self.word)

    def as_concat(self, text):
        parts = [quoted(self.rng, p) for p in pieces(self.rng, text)]
        if self.form == 0:
            return "(%s)" % "+".join(parts)
        if self.form == 1:
            return "[%s].join('')" % ",".join(parts)
        return "''.concat(%s)" % ",".join(parts)

    def as_reversed(self, text):
        if self.form == 0:
            return "[...%s].reverse().join('')" % quoted(self.rng, text[::-1])
        return "%s.split('').reverse().join('')" % quoted(self.rng, text[::-1])

    def as_percent(self, text):
        return "decodeURIComponent('%s')" % "".join("%%%02x" % b for b in text.encode())

    def as_template(self, text):
        parts = pieces(self.rng, text.replace("`", "").replace("$", ""))
        if self.form == 0:
            return "`%s`" % "".join("${%s}" % quoted(self.rng, p) for p in parts)
        if self.form == 1:
            return "String.raw`%s`" % "".join("${%s}%s" % (quoted(self.rng, a), b) for a, b in
                                              zip(parts[::2], parts[1::2] + [""]))
        v = self.names()
        return "((%s, ...k) => %s.map((s, i) => s + (k[i] || '')).join(''))`%s`" % (
            v, v, "".join("%s${%s}" % (a, quoted(self.rng, b)) if b else a
                          for a, b in zip(parts[::2], parts[1::2] + [""])))

    def as_getter(self, text):
        parts = pieces(self.rng, text)
        names = ["p%d" % i for i in range(len(parts))]
        body = ", ".join("get %s() { return %s; }" % (n, quoted(self.rng, t)) for n, t in zip(names, parts))
        if self.form == 0:
            return "Object.values({ %s }).join('')" % body
        v = self.names()
        return "((%s) => %s)({ %s })" % (v, " + ".join("%s.%s" % (v, n) for n in names), body)

    def as_unicode_escape(self, text):
        if self.form == 0:
            return '"%s"' % "".join("\\u%04x" % ord(c) for c in text)
        if self.form == 1:
            return '"%s"' % "".join("\\u{%x}" % ord(c) for c in text)
        return '"%s"' % "".join(c if i % 3 else "\\u%04x" % ord(c) for i, c in enumerate(text))

    def as_alphabet(self, text):
        letters = "".join(dict.fromkeys(text + "abcdefghijklmnopqrstuvwxyz/:."))
        letters = "".join(self.rng.sample(letters, len(letters)))
        v = self.names()
        codes = ",".join(str(letters.index(c)) for c in text)
        if self.form == 0:
            return "[%s].map(%s=>%s[%s]).join('')" % (codes, v, json.dumps(letters), v)
        if self.form == 1:
            return "[%s].map(function(%s){return %s.charAt(%s)}).join('')" % (codes, v, json.dumps(letters), v)
        return "Array.from([%s], %s => %s.substr(%s, 1)).join('')" % (codes, v, json.dumps(letters), v)

    def as_edited_base64(self, text):
        coded = base64.b64encode(text.encode()).decode()
        common = max(set(coded) - set("="), key=coded.count)
        odd = self.rng.choice(["-", "!", "#", "%", "."])
        held = coded.replace(common, odd)
        back = "%s.split(%s).join(%s)" % (quoted(self.rng, held), quoted(self.rng, odd), quoted(self.rng, common))
        if self.form == 0:
            back = "%s.replaceAll(%s, %s)" % (quoted(self.rng, held), quoted(self.rng, odd), quoted(self.rng, common))
        return "atob(%s)" % back if self.browser or self.form else "Buffer.from(%s, 'base64').toString()" % back

    def as_split_files(self, text):
        """Half of it stands in another module; the caller writes other_file and loads it as `helper`."""
        self.helper = self.helper or self.names()
        made = []
        for part in (text[:len(text) // 2], text[len(text) // 2:]):
            name = "%s%d" % (self.word[:3] if self.word[0].isalpha() else "k" + self.word[:2], len(self.other_file))
            self.other_file[name] = part
            made.append("%s.%s" % (self.helper, name))
        return "(%s)" % " + ".join(made)

    def as_string_array(self, text):
        parts = pieces(self.rng, text) if len(text) > 8 and self.form else [text]
        indices = []
        for part in parts:
            if part not in self.array:
                self.array.append(part)
            indices.append(self.array.index(part))
        if not self.helper:
            self.helper = self.names()
        return "(%s)" % "+".join("%s(%s)" % (self.helper, hex(i + self.key)) for i in indices)

    def rotated(self, out):
        """The array stands rotated in the text; the second statement turns it back."""
        array = self.names()
        items = list(self.array)
        for filler in ("length", "toString", "slice", "apply"):
            if filler not in items:
                items.append(filler)
        turns = self.rng.randrange(1, len(items))
        stored = items[-turns:] + items[:-turns]             # a left turn by `turns` restores it
        a, c, i = self.names(), self.names(), self.names()
        literals = ", ".join(quoted(self.rng, s) for s in stored)
        self.head = (
            "var %(array)s = [%(items)s];\n"
            "(function (%(a)s, %(c)s) {\n  while (%(c)s--) {\n    %(a)s.push(%(a)s.shift());\n  }\n}"
            "(%(array)s, %(turns)s));\n"
            "var %(get)s = function (%(i)s) {\n  return %(array)s[%(i)s - %(key)s];\n};\n"
        ) % {"array": array, "items": literals, "a": a, "c": c, "turns": hex(turns),
             "get": self.helper, "i": i, "key": hex(self.key)}
        return out


def encode_code(rng, style, text, names, browser):
    """An expression whose value is `text`."""
    data = text.encode()
    if style == "code-base64":
        coded = base64.b64encode(data).decode()
        if browser or rng.random() < 0.4:
            return "atob('%s')" % coded
        return "Buffer.from('%s', 'base64').toString('utf8')" % coded
    if style == "code-hex":
        if browser or rng.random() < 0.5:
            v = names()
            return "'%s'.replace(/../g, function (%s) { return String.fromCharCode(parseInt(%s, 16)); })" \
                % (data.hex(), v, v)
        return "Buffer.from('%s', 'hex').toString()" % data.hex()
    if style == "code-char-codes":
        return "String.fromCharCode(%s)" % ", ".join(str(b) for b in data)
    if style == "code-xor":
        key = rng.randrange(1, 255)
        v = names()
        return "[%s].map(%s => String.fromCharCode(%s ^ %d)).join('')" % (
            ",".join(str(b ^ key) for b in data), v, v, key)
    if style == "code-reversed":
        return "%s.split('').reverse().join('')" % json.dumps(text[::-1])
    if style == "code-deflate":
        packed = zlib.compress(data, 9)
        return "require('zlib').inflateSync(Buffer.from('%s', 'base64')).toString()" % \
            base64.b64encode(packed).decode()
    if style == "code-gzip":
        packed = base64.b64encode(gzip.compress(data, 9, mtime=0)).decode()
        return "require('zlib').gunzipSync(Buffer.from('%s', 'base64')).toString()" % packed
    if style == "code-packed-units":
        even = data + b" " * (len(data) % 2)
        v = names()
        units = "".join("\\u%04x" % (even[i] << 8 | even[i + 1]) for i in range(0, len(even), 2))
        return "[...'%s'].map(%s => String.fromCharCode(%s.charCodeAt() >> 8, %s.charCodeAt() & 255)).join('')%s" % (
            units, v, v, v, ".trimEnd()" if len(even) > len(data) else "")
    if style == "code-pieces":
        coded = base64.b64encode(data).decode()
        cut = [coded[i:i + 40] for i in range(0, len(coded), 40)]
        order = rng.sample(range(len(cut)), len(cut))
        v = names()
        held = "[%s]" % ", ".join("'%s'" % cut[i] for i in order)
        turn = ",".join(str(order.index(i)) for i in range(len(cut)))
        joined = "((%s) => [%s].map((i) => %s[i]).join(''))(%s)" % (v, turn, v, held)
        return "atob(%s)" % joined if browser else "Buffer.from(%s, 'base64').toString()" % joined
    if style == "code-alphabet":
        letters = "".join(dict.fromkeys(text))
        v = names()
        return "[%s].map(%s => %s[%s]).join('')" % (
            ",".join(str(letters.index(c)) for c in text), v, json.dumps(letters), v)
    return "decodeURIComponent('%s')" % "".join("%%%02x" % b for b in data)
