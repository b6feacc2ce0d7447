#!/usr/bin/env python3
"""What is found stays found, however much innocent change is put beside it:

  dilution.py ASSAY                        a few pairs made of the packages in node_modules
  dilution.py ASSAY --corpus N             N tampered pairs of the corpus's setting side (make corpus)

Each tampered pair is asked about as it is, with 50 innocent members more, and with an ordinary change
beside it that is ten times as large.  Neither the verdict nor the probability may sink.
"""

import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import types

sys.dont_write_bytecode = True
ROOT = pathlib.Path(__file__).resolve().parents[2]
for folder in ("tests/props", "tests/tamper", "bench/measure"):
    sys.path.insert(0, str(ROOT / folder))

import innocent  # noqa: E402
import releases  # noqa: E402
import tamper  # noqa: E402
import tree  # noqa: E402

MEMBERS, TIMES, LEAST_BYTES = 50, 10, 4000
BASES = ["ajv", "validator", "lodash", "rxjs", "dayjs", "underscore"]
ENDINGS = ["js", "md", "json", "txt", "css", "svg"]


def add_members(root, seed):
    draw = random.Random("members:%d" % seed)
    for i in range(MEMBERS):
        ending = draw.choice(ENDINGS)
        text = releases.words(draw.randrange(10 ** 6), draw.randrange(1, 20))
        if ending == "json":
            text = b'{"rows": %d}\n' % i
        elif ending == "svg":
            text = b'<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="8"></svg>\n' % (i + 8)
        path = os.path.join(root, draw.choice(["docs", "extra", "lib", "."]), "more%d.%s" % (i, ending))
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as f:
            f.write(text)


def add_change(root, seed, planted_bytes):
    """False when the tree has no room for an ordinary change of that size."""
    try:
        innocent.Change(root, seed).run(max(LEAST_BYTES, TIMES * planted_bytes))
    except (SystemExit, UnicodeDecodeError):
        return False
    return True


def compared(assay, old, new, record, seed, work):
    """What was lost, as text; None when nothing was, or when there was nothing to lose."""
    before = assay.ask(str(old), str(new))
    if releases.rank(before) < releases.rank("review"):
        return None
    for name, change in (("members", lambda r: add_members(r, seed) or True),
                         ("change", lambda r: add_change(r, seed, record["length"]))):
        larger = os.path.join(work, name)
        tree.copy(str(new), larger)
        if not change(larger):
            continue
        after = assay.ask(str(old), larger)
        shutil.rmtree(larger)
        if releases.rank(after) < releases.rank(before) or \
                name == "members" and after["probability"] < before["probability"] - 1e-9:
            return "%s: %s %.4f became %s %.4f" % (name, before["verdict"], before["probability"],
                                                  after["verdict"], after["probability"])
    return None


def from_packages(assay):
    kept, lost = 0, []
    for seed, base in enumerate(BASES):
        source = ROOT / "node_modules" / base
        with tempfile.TemporaryDirectory(prefix="dilution-") as work:
            new = os.path.join(work, "new")
            tree.copy(str(source), new)
            options = types.SimpleNamespace(kind="js", app=False, prefix="", reveal=False, product=None, module=None,
                                            purpose=None, place=None, hiding=None, host_style=None, side=None, old=None)
            record = tamper.Tamperer(new, 40 + seed, options).run()
            problem = compared(assay, source, new, record, seed, work)
        kept += problem is None
        if problem:
            lost.append("%s, %s %s: %s" % (base, record["purpose"], record["place"], problem))
    return kept, lost


def from_corpus(assay, count):
    import corpus
    import workshop

    pairs = [p for p in corpus.pairs(("npm",), "setting") if corpus.present(p.old) and corpus.present(p.new)]
    kept, lost = 0, []
    for row in workshop.make(pairs, count, "setting"):
        with tempfile.TemporaryDirectory(prefix="dilution-", dir=workshop.scratch()) as work:
            sides = []
            for side in ("old", "new"):
                folder = pathlib.Path(work, side)
                folder.mkdir()
                subprocess.run(["tar", "xzf", row[side], "-C", str(folder), "--no-same-owner"], check=True,
                               stderr=subprocess.DEVNULL)
                sides.append(next(folder.iterdir()))
            problem = compared(assay, sides[0], sides[1], row["record"], row["number"], work)
        kept += problem is None
        if problem:
            lost.append("%s, %s %s: %s" % (row["title"], row["record"]["family"], row["record"]["place"], problem))
            print("# " + lost[-1], flush=True)
    return kept, lost


def main(argv):
    assay = releases.Assay(argv[1])
    kept, lost = from_corpus(assay, int(argv[3])) if argv[2:3] == ["--corpus"] else from_packages(assay)
    print("TAP version 13\n1..1")
    for line in lost:
        print("# " + line)
    print("%s 1 - %d of %d pairs keep what was found" % ("not ok" if lost or not kept else "ok", kept, kept + len(lost)))
    return 1 if lost or not kept else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
