"""What must hold for every answer, whatever the release: how it reads on a terminal and to a parser."""

import json
import re
import subprocess

# Direction marks, embeddings, overrides, isolates; tags and other characters that show as nothing.
BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
UNSEEN = "\u200b-\u200d\u2028\u2029\ufeff\U000e0000-\U000e007f"
FORBIDDEN = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f%s%s]|\t" % (BIDI, UNSEEN))
OWN_COLOUR = re.compile("\x1b\\[[0-9;]*m")


def words_of(data):
    return data.decode("utf-8", "backslashreplace")[-400:]


def check_text(data):
    """Text as a terminal gets it: UTF-8, and nothing in it that the terminal obeys."""
    text = data.decode("utf-8")         # broken UTF-8 ends here
    bad = FORBIDDEN.search(text)
    assert not bad, "a terminal would obey U+%04X in %r" % (ord(bad.group(0)), text[max(0, bad.start() - 40):bad.end() + 20])


def check_terminal(data):
    """The same under a terminal, where our own colours, line ends and progress line come too."""
    text = re.sub("\r\n", "\n", data.decode("utf-8"))
    text = OWN_COLOUR.sub("", re.sub("\r\x1b\\[K", "", text))
    check_text(text.encode())


def unique(pairs):
    keys = [k for k, _ in pairs]
    assert len(set(keys)) == len(keys), "a key stands twice: %s" % keys
    return dict(pairs)


def strings(value):
    if isinstance(value, str):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from strings(inner)


class Parsers:
    """Two parsers: Python's, and jansson with doubled keys refused, which says again what it read."""

    def __init__(self, second):
        self.second = second

    def read(self, data):
        document = json.loads(data.decode("utf-8"), object_pairs_hook=unique,
                              parse_constant=lambda name: (_ for _ in ()).throw(AssertionError(name)))
        again = subprocess.run([self.second], input=data, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert again.returncode == 0, "the second parser refuses it: %s" % words_of(again.stderr)
        assert json.loads(again.stdout) == document, "two parsers read two documents"
        for text in strings(document):
            bad = FORBIDDEN.search(text.replace("\n", "").replace("\t", ""))
            assert not bad, "U+%04X stands in a value: %r" % (ord(bad.group(0)), text[:200])
        return document
