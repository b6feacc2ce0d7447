#!/usr/bin/env python3
"""Damaged releases always get an answer, never the answer "clean" when bytes are gone:  damage.py ASSAY [NAME...]"""

import concurrent.futures
import os
import random
import sys

from releases import PACKERS, base, changed, main, why

CUTS, FLIPS = 20, 100
KINDS = [".tgz", ".zip", ".deb", ".7z", ".asar", ".exe", ".msi", ".inno", ".bundle"]


def each(assay, old, variants):
    """Asks about every variant; returns the answers in order. Two at a time."""
    def one(item):
        name, data = item
        path = "v-%s%s" % (name, os.path.splitext(old)[1])
        with open(path, "wb") as f:
            f.write(data)
        answer = assay.ask(old, path)
        os.unlink(path)
        return answer

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        return list(pool.map(one, variants))


def damaged(ending):
    def truncated(assay):
        old = PACKERS[ending](base(), "sample-1.0.0" + ending)
        new = PACKERS[ending](changed(), "sample-1.0.1" + ending)
        data = open(new, "rb").read()
        draw = random.Random("cut" + ending)
        places = sorted({0, 1, len(data) // 2, len(data) - 1} | {draw.randrange(len(data)) for _ in range(CUTS)})
        for at, answer in zip(places, each(assay, old, [("cut%d" % at, data[:at]) for at in places])):
            assert answer["verdict"] != "clean", (ending, at, len(data), why(answer))

    def flipped(assay):
        old = PACKERS[ending](base(), "sample-1.0.0" + ending)
        new = PACKERS[ending](changed(), "sample-1.0.1" + ending)
        data = open(new, "rb").read()
        draw = random.Random("flip" + ending)
        variants = []
        for i in range(FLIPS):
            broken = bytearray(data)
            for _ in range(draw.choice((1, 1, 1, 8))):
                # the ends of a container say the most
                at = draw.choice((draw.randrange(len(data)), draw.randrange(min(512, len(data))),
                                  len(data) - 1 - draw.randrange(min(512, len(data)))))
                broken[at] ^= 1 << draw.randrange(8)
            variants.append(("flip%d" % i, bytes(broken)))
        each(assay, old, variants)          # an answer each; that is all that is asked

    def garbage_behind(assay):
        old = PACKERS[ending](base(), "sample-1.0.0" + ending)
        new = PACKERS[ending](changed(), "sample-1.0.1" + ending)
        data = open(new, "rb").read()
        noise = random.Random(5).randbytes(3000)
        answers = each(assay, old, [("behind", data + noise), ("before", noise + data)])
        for where, answer in zip(("behind", "before"), answers):
            assert answer["verdict"] != "clean", (ending, where, why(answer))

    for f in (truncated, flipped, garbage_behind):
        f.__name__ += ending.replace(".", "_")
    return [truncated, flipped, garbage_behind]


def into_nothing(assay):
    """A release that became empty, or noise."""
    for ending in KINDS:
        old = PACKERS[ending](base(), "sample-1.0.0" + ending)
        draw = random.Random(9)
        for answer in each(assay, old, [("empty", b""), ("zeros", bytes(4096)), ("noise", draw.randbytes(9000))]):
            assert answer["verdict"] != "clean", (ending, why(answer))


TESTS = [f for ending in KINDS for f in damaged(ending)] + [into_nothing]

if __name__ == "__main__":
    sys.exit(main(TESTS, sys.argv))
