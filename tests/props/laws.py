#!/usr/bin/env python3
"""Laws that hold for any pair of releases:  laws.py ASSAY [NAME...]"""

import json
import os
import random
import shutil
import subprocess
import sys

from releases import (MODULES, PACKERS, TAMPER, base, changed, deb, folder, main, nsis, rank, seven, tampered,
                      tar_bytes, tgz, why, words, zipped, zipfile)


def same_release(assay):
    """diff X X is clean, whatever X is."""
    subjects = [pack(base(), "x" + ending) for ending, pack in PACKERS.items()]
    for name, content in (("empty", b""), ("one", b"x"), ("zeros", bytes(5000)),
                          ("random", random.Random(3).randbytes(50000)), ("text.txt", b"hello\n" * 100),
                          ("cut.tgz", open("x.tgz", "rb").read()[:900])):
        with open(name, "wb") as f:
            f.write(content)
        subjects.append(name)
    shutil.copy(assay.program, "program")
    subjects.append("program")
    os.mkdir("nothing")
    subjects.append("nothing")
    for name in subjects:
        answer = assay.ask(name, name)
        assert answer["verdict"] == "clean", (name, why(answer))
        assert not answer["findings"], (name, why(answer))
        assert any("ame bytes" in n for n in [answer["summary"]] + answer.get("notes", [])), answer["summary"]


def same_copy(assay):
    for ending, pack in PACKERS.items():
        old, new = pack(base(), "one" + ending), "two" + ending
        (shutil.copytree if ending == "" else shutil.copy)(old, new)
        assert assay.verdict(old, new) == "clean", ending


def ordinary_and_tampered(assay):
    """The yardstick of the other laws: they would hold for a program that always says the same."""
    for ending, pack in PACKERS.items():
        os.makedirs("n", exist_ok=True)
        old = pack(base(), "sample-1.0.0" + ending)
        good = assay.ask(old, pack(changed(), "sample-1.0.1" + ending))
        bad = assay.ask(old, pack(tampered(), "n/sample-1.0.1" + ending))
        assert good["verdict"] == "clean", (ending, why(good))
        assert bad["verdict"] == "tampered", (ending, why(bad))
        assert any("index.js" in f["where"].get("member", "") for f in bad["findings"]), why(bad)


def any_number_of_jobs(assay):
    """The document is the same, byte for byte."""
    pairs = []
    for ending, pack in PACKERS.items():
        os.makedirs("n", exist_ok=True)
        pairs.append((pack(base(), "sample-1.0.0" + ending), pack(tampered(), "n/sample-1.0.1" + ending)))
    many = {"f%d.js" % i: words(i, 3) for i in range(150)}
    more = {"f%d.js" % i: words(i, 3) + (words(i + 999, 1) if i % 3 else b"") for i in range(150)}
    pairs.append((folder(many, "many-old"), folder(more, "many-new")))
    # containers in containers, with twins among them
    for side, version in (("old", 0), ("new", 1)):
        boxes = {}
        for i in range(8):
            box = tgz(changed(seed=i + version * (i % 2)) if i else tampered() if version else base(), "box.tgz")
            with open(box, "rb") as f:
                boxes["box%d.tgz" % i] = f.read()
        zipped(boxes, "boxes-%s.zip" % side)
    pairs.append(("boxes-old.zip", "boxes-new.zip"))
    with open("cut.zip", "wb") as f:
        f.write(open("boxes-new.zip", "rb").read()[:-3000])
    pairs.append(("boxes-old.zip", "cut.zip"))
    for old, new in pairs:
        for options in ((), ("--limit-members", "40"), ("--limit-bytes", "60000")):
            answers = [assay.raw("--jobs", str(n), *options, old, new).stdout for n in (1, 2, 8, 1)]
            for other in answers[1:]:
                assert answers[0] and other == answers[0], (old, options, answers[0][:2000], other[:2000])


def more_changes_nothing(assay):
    """Innocent members beside a tampered one never lower probability or verdict."""
    draw = random.Random(11)
    old = tgz(base(), "sample-1.0.0.tgz")
    before = assay.ask(old, tgz(tampered(), "sample-1.0.1.tgz"))
    assert before["verdict"] == "tampered", why(before)
    carrying = before["findings"][0]["id"]
    for round_ in range(12):
        tree = tampered()
        for i in range(draw.choice((1, 5, 40))):
            name = "%s/%s%d.%s" % (draw.choice(("lib", "docs", "extra", ".")), "new", i,
                                   draw.choice(("js", "md", "json", "txt", "css", "png", "sh")))
            tree[os.path.normpath(name)] = words(draw.randrange(10 ** 6), draw.randrange(1, 30))
        if round_ % 3 == 1:
            tree["lib/d.js"] = words(round_, 40)
        if round_ % 3 == 2:
            tree = {("moved/" + p if p.startswith("data") else p): c for p, c in tree.items()}
        after = assay.ask(old, tgz(tree, "sample-1.0.1.tgz"))
        assert after["probability"] >= before["probability"] - 1e-12, (why(before), why(after))
        assert rank(after) >= rank(before), why(after)
        assert carrying in [f["id"] for f in after["findings"][:3]], why(after)


def touching_every_file(assay):
    """A banner in every file does not make it another product, which would be judged mildly."""
    old = tgz(base(), "sample-1.0.0.tgz")
    tree = {p: ((c[0] + b"# 1.0.1\n", c[1]) if isinstance(c, tuple) else
                c + (b"// 1.0.1\n" if p.endswith(".js") else b"\n")) for p, c in tampered().items()}
    answer = assay.ask(old, tgz(tree, "sample-1.0.1.tgz"))
    assert answer["verdict"] == "tampered", why(answer)
    old, new = folder(base(), "before"), folder(tree, "after")
    assert assay.verdict(old, new) == "tampered"


def another_product(assay):
    other = {"package.json": b'{"name": "different", "version": "3.0.0"}\n'}
    for i in range(9):
        other["src/thing%d.js" % i] = words(5000 + i, 20).replace(b"exports.", b"module.exports.z_")
    old, new = tgz(other, "different-3.0.0.tgz"), tgz(base(), "sample-1.0.0.tgz")
    answer = assay.ask(old, new)
    assert answer["verdict"] == "clean", why(answer)


def fix_release(assay):
    """The other way round: exit 0, and OLD is named."""
    for ending in (".tgz", ".zip", ".deb", ""):
        old = PACKERS[ending](tampered("1.0.1"), "sample-1.0.1" + ending)
        answer = assay.ask(old, PACKERS[ending](changed("1.0.2"), "sample-1.0.2" + ending))
        assert answer["verdict"] == "clean", (ending, why(answer))
        assert answer["old_suspect"], ending


def same_version(assay):
    """One version, other content: at least review, however small the change."""
    for ending in (".tgz", ".zip", ".asar"):
        os.makedirs("n", exist_ok=True)
        tree = base()
        tree["README.md"] = b"# sample, once more\n"
        old, new = PACKERS[ending](base(), "sample-1.0.0" + ending), PACKERS[ending](tree, "n/sample-1.0.0" + ending)
        answer = assay.ask(old, new)
        assert rank(answer) >= rank("review"), (ending, why(answer))
    answer = assay.ask(deb(base(), "sample_1.0.0-1_all.deb"), deb(tree, "n/sample_1.0.0-1_all.deb"))
    assert rank(answer) >= rank("review"), why(answer)


def repacked(assay):
    """Other compression, order and times: clean, and said so."""
    os.makedirs("n", exist_ok=True)
    pairs = [
        (tgz(base(), "sample-1.0.0.tgz"), tgz(base(), "n/sample-1.0.0.tgz", 9, mtime=1750680000)),
        (tgz(base(), "sample-1.0.0.tgz"), tgz(base(), "n/sample-1.0.0.tgz", 1, reverse=True)),
        (zipped(base(), "sample-1.0.0.zip"), zipped(base(), "n/sample-1.0.0.zip", zipfile.ZIP_STORED)),
        (zipped(base(), "sample-1.0.0.zip"),
         zipped(base(), "n/sample-1.0.0.zip", zipfile.ZIP_BZIP2, (2024, 1, 1, 0, 0, 0), True)),
        (deb(base(), "sample_1.0.0-1_all.deb"), deb(base(), "n/sample_1.0.0-1_all.deb", packer="gzip")),
        (seven(base(), "sample-1.0.0.7z"), seven(base(), "n/sample-1.0.0.7z", ("-mx=0",))),
        (seven(base(), "sample-1.0.0.7z"), seven(base(), "n/sample-1.0.0.7z", ("-m0=BZip2", "-ms=off"))),
    ]
    for old, new in pairs:
        answer = assay.ask(old, new)
        assert answer["verdict"] == "clean", (old, why(answer))
        assert not answer["delta"]["changed"] and not answer["delta"]["added"], (old, answer["delta"])
        text = subprocess.run([assay.program, "diff", old, new], stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE).stdout.decode()
        assert "epacked only" in text, (old, text)


def beyond_a_limit(assay):
    """A marker behind any limit: never clean."""
    marker = words(77, 5) + TAMPER
    inner = base()
    for _ in range(5):
        with open(tgz(inner, "deep.tgz"), "rb") as f:
            inner = {"deep.tgz": f.read(), "note.txt": b"a note\n"}
    bad = tampered()
    for _ in range(5):
        with open(tgz(bad, "deep.tgz"), "rb") as f:
            bad = {"deep.tgz": f.read(), "note.txt": b"a note\n"}
    old, new = tgz(inner, "deep-1.0.0.tgz"), tgz(bad, "deep-1.0.1.tgz")
    assert assay.verdict(old, new) == "tampered"
    for depth in ("1", "2", "3", "4"):
        assert assay.verdict(old, new, "--limit-depth", depth) != "clean", depth
    many = {"m%03d.js" % i: words(i, 2) for i in range(300)}
    full = dict(many)
    full["zz-last.js"] = marker
    for ending in (".tgz", ".zip", ".7z", ".deb", ""):
        old, new = PACKERS[ending](many, "many-1.0.0" + ending), PACKERS[ending](full, "many-1.0.1" + ending)
        assert rank(assay.ask(old, new)) >= rank("review"), ending
        for members in ("2", "100", "300"):
            answer = assay.ask(old, new, "--limit-members", members)
            assert answer["verdict"] != "clean", (ending, members, why(answer))
        for size in ("100", "5000", "20000"):
            answer = assay.ask(old, new, "--limit-bytes", size)
            assert answer["verdict"] != "clean", (ending, size, why(answer))
    big = {"big.js": words(1, 4000)}
    long = {"big.js": words(1, 4000) + marker}
    old, new = tgz(big, "big-1.0.0.tgz"), tgz(long, "big-1.0.1.tgz")
    assert assay.verdict(old, new) == "tampered"
    for steps in ("1", "100", "5000"):
        answer = assay.ask(old, new, "--limit-steps", steps)
        assert answer["verdict"] != "clean", (steps, why(answer))


def last_of_two_names(assay):
    """npm and tar take the last member of one name, others the first."""
    old = tgz(base(), "sample-1.0.0.tgz")
    manifest = json.dumps({"name": "sample", "version": "1.0.1", "main": "index.js", "license": "MIT",
                           "scripts": {"postinstall": "node lib/x.js"}}).encode()
    for extra in ([("package.json", manifest, 0o644)], [("index.js", base()["index.js"] + TAMPER, 0o644)]):
        answer = assay.ask(old, tgz(changed(), "sample-1.0.1.tgz", extra=extra))
        assert rank(answer) >= rank("review"), why(answer)


def unread_on_both_sides(assay):
    """A member that nobody can read on either side is not unchanged."""
    os.makedirs("n", exist_ok=True)
    for side, word in (("o", b"old"), ("n", b"new")):
        folder({"secret.js": word * 500, "index.js": words(3, 9) + word}, side)
        subprocess.run(["7zz", "a", "-tzip", "-pword", "../box-%s.zip" % side, "secret.js"], cwd=side, check=True,
                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        subprocess.run(["7zz", "a", "-tzip", "../box-%s.zip" % side, "index.js"], cwd=side, check=True,
                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    answer = assay.ask("box-o.zip", "box-n.zip")
    assert answer["verdict"] != "clean", why(answer)
    assert any("secret.js" in b["member"] for b in answer["coverage"]["blind"]), why(answer)


def many_long_names(assay):
    """A release may be as unwieldy as it likes: there is an answer."""
    tree = {"%03d%s.js" % (i, "\u0001" * 60): b"module.exports = %d;\n" % i for i in range(120)}
    deep = {"/".join(["d" * 90] * 20) + "/%d.js" % i: b"module.exports = %d;\n" % i for i in range(120)}
    for names in (tree, deep):
        old = {p: b"module.exports = 0;\n" for p in names}
        for side, content in (("old", old), ("new", names)):
            with zipfile.ZipFile(side + ".zip", "w") as out:
                for path, data in content.items():
                    out.writestr(zipfile.ZipInfo(path), data)
        assay.ask("old.zip", "new.zip")


def crowds(assay):
    """Hundreds of thousands of members in a small file end in an answer, and soon."""
    os.makedirs("n", exist_ok=True)
    tgz({"m%d" % i: b"" for i in range(60000)}, "crowd-1.0.0.tgz", 1)
    tgz({"m%d" % i: b"x" for i in range(60000)}, "n/crowd-1.0.1.tgz", 1)
    assay.ask("crowd-1.0.0.tgz", "n/crowd-1.0.1.tgz")
    # written by a method that nobody knows: each a blind spot
    with zipfile.ZipFile("plain.zip", "w") as out:
        for i in range(20000):
            out.writestr("m%d" % i, b"%d" % i)
    with open("plain.zip", "rb") as f:
        data = bytearray(f.read())
    for mark, at in ((b"PK\3\4", 8), (b"PK\1\2", 10)):
        place = data.find(mark)
        while place >= 0:
            data[place + at] = 60
            place = data.find(mark, place + 4)
    with open("sealed.zip", "wb") as f:
        f.write(data)
    assert assay.verdict("plain.zip", "sealed.zip") != "clean"


def folder_links(assay):
    """Folders with the same files, but another link or another right."""
    for name in ("a", "b", "c"):
        folder(base(), name)
    os.symlink("lib/a.js", "a/link")
    os.symlink("../../../etc/passwd", "b/link")
    os.symlink("lib/a.js", "c/link")
    os.chmod("c/bin/run.sh", 0o4755)
    assert assay.ask("a", "b")["delta"]["attributes"], "link"
    assert rank(assay.ask("a", "c")) >= rank("review")


TESTS = [same_release, same_copy, ordinary_and_tampered, any_number_of_jobs, more_changes_nothing,
         touching_every_file, another_product, fix_release, same_version, repacked, beyond_a_limit,
         last_of_two_names, unread_on_both_sides, many_long_names, crowds, folder_links]

if __name__ == "__main__":
    sys.exit(main(TESTS, sys.argv))
