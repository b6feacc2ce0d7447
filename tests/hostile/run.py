#!/usr/bin/env python3
"""The hostile corpus (tests/make/hostile.py) through the real program:  run.py ASSAY JSON-AGAIN [--costs] [--times] [--show] [WORD...]

Each input is inspected, and compared with an ordinary release of its ending. Asked of each answer: the outcome that the
table names; an exit status that says the same; a document that two parsers read alike, with every key once; no byte of
the input that a terminal obeys; nothing written. Memory (private, of all processes together) is asked with --costs only,
since sanitisers distort it, and processor time with --times only, on a machine that does nothing else. --show prints what came, for writing the table. Writes TAP.
"""

import concurrent.futures
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import traceback

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "make"))

import hostile                          # noqa: E402
import ordinary                         # noqa: E402
from answer import Parsers, check_text, words_of   # noqa: E402
from footprint import Footprint         # noqa: E402

PATIENCE_SECONDS = 240       # of one command on a busy machine; what it costs is counted in processor time
MEMORY_BYTES = 256 << 20
CORPUS_SECONDS = 120         # processor time of all answers
INPUT_SECONDS = 30           # and of one


class Place:
    """An empty folder that holds one input and its ordinary release, and is looked at afterwards."""

    def __init__(self, case):
        self.folder = tempfile.mkdtemp(prefix="assay-hostile-")
        self.new = self.put(case.name, "1.0.1", case.build())
        suffix = case.old or os.path.basename(case.name)
        self.old = self.put("ordinary" + case.old if case.old else case.name, "1.0.0", ordinary.release(suffix))

    def put(self, name, version, data):
        """A name with a folder in it stands for a release that is a folder."""
        folder, _, base = name.rpartition("/")
        stem, dot, ending = base.partition(".")
        path = os.path.join("sample-" + version, base) if folder else "%s-%s%s%s" % (stem, version, dot, ending)
        full = os.path.join(self.folder, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "wb") as f:
            f.write(data)
        return os.path.dirname(path) if folder else path

    def listing(self):
        found = []
        for top, folders, files in os.walk(self.folder):
            for name in folders + files:
                full = os.path.join(top, name)
                st = os.lstat(full)
                found.append((full, st.st_mode, st.st_size, st.st_mtime_ns))
        return sorted(found)

    def remove(self):
        shutil.rmtree(self.folder)


def ask(run, place, verb, options):
    """(document, text, footprint): each form of the answer is a run of its own."""
    releases = [place.old, place.new] if verb == "diff" else [place.new]
    command = [run.assay, verb, "--now", "2025-07-01", "--no-progress", *options]
    environment = dict(os.environ, ASSAY_CONFIG=os.devnull, HOME=place.folder, XDG_CONFIG_HOME=place.folder)
    left = os.path.join(place.folder, "answer.txt")     # by a run that was stopped
    if os.path.exists(left):
        os.unlink(left)
    footprint = Footprint()
    done = footprint.run(command + ["--format", "json", "--output", "text=answer.txt", *releases], place.folder, environment,
                         PATIENCE_SECONDS)
    assert done.returncode in (0, 1), "exit status %s: %s" % (done.returncode, words_of(done.stderr))
    document = run.parsers.read(done.stdout)
    assert done.returncode == (0 if document["verdict"] == "clean" else 1), "%s with exit status %d" % (
        document["verdict"], done.returncode)
    with open(os.path.join(place.folder, "answer.txt"), "rb") as f:
        text = f.read()
    os.unlink(os.path.join(place.folder, "answer.txt"))
    check_text(text)
    check_text(done.stderr)
    return document, footprint


class Run:
    def __init__(self, assay, second_parser, costs, times, show):
        self.parsers = Parsers(second_parser)
        self.assay, self.costs, self.times, self.show = assay, costs, times, show
        self.seconds, self.lock = 0.0, threading.Lock()
        self.worst_memory, self.worst_time = (0, ""), (0.0, "")

    def one(self, case):
        """What is wrong with the answers about one input; empty when nothing is."""
        wrong, shown = [], []
        place = Place(case)
        try:
            before = place.listing()
            for verb, outcome in (("inspect", case.inspect), ("diff", case.diff)):
                try:
                    document, footprint = ask(self, place, verb, case.options)
                except Exception:
                    wrong.append("%s: %s" % (verb, traceback.format_exc(limit=-1).strip().splitlines()[-1]))
                    continue
                missing = outcome.missing(document)
                wrong += ["%s: %s (table: %s)" % (verb, m, outcome.text) for m in missing]
                if missing or self.show:
                    shown.append("%s: %s; %s; %d kB, %.1f s" % (verb, document["verdict"], summary(document),
                                                        footprint.peak_bytes >> 10, footprint.seconds))
                wrong += self.count(case, verb, footprint)
            if place.listing() != before:
                wrong.append("something was written beside the input")
        finally:
            place.remove()
        return wrong, shown

    def count(self, case, verb, footprint):
        wrong = []
        with self.lock:
            self.seconds += footprint.seconds
            self.worst_memory = max(self.worst_memory, (footprint.peak_bytes, "%s %s" % (verb, case.name)))
            self.worst_time = max(self.worst_time, (footprint.seconds, "%s %s" % (verb, case.name)))
        if self.costs and footprint.peak_bytes > MEMORY_BYTES:
            wrong.append("%s: %d MiB of private memory, at most %d" % (verb, footprint.peak_bytes >> 20, MEMORY_BYTES >> 20))
        if self.times and footprint.seconds > INPUT_SECONDS:
            wrong.append("%s: %.0f s of processor time, at most %d" % (verb, footprint.seconds, INPUT_SECONDS))
        return wrong


def summary(document):
    blind = sorted({b["reason"] for b in document["coverage"]["blind"]})[:4]
    found = ["%s %s (%s)" % (f["id"], f["behaviour"], f["untrusted"]["evidence"][:60]) for f in document["findings"][:4]]
    return "blind %s; found %s" % (blind, found)


def main(argv):
    words = [a for a in argv[3:] if not a.startswith("--")]
    run = Run(os.path.abspath(argv[1]), os.path.abspath(argv[2]), *(word in argv for word in ("--costs", "--times", "--show")))
    cases = [c for c in hostile.collect() if not words or any(w in c.name for w in words)]
    absent = sorted(set(hostile.FAMILIES) - {c.number for c in hostile.collect()})
    lines = []
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for case, (wrong, shown) in zip(cases, pool.map(run.one, cases)):
            lines.append((wrong, "%02d %s" % (case.number, case.name), shown))
            print("%s %d - %02d %s" % ("not ok" if wrong else "ok", len(lines), case.number, case.name), flush=True)
            for line in wrong + shown:
                print("# " + line, flush=True)
    closing = [("every family has an input", ["none for %s" % absent] if absent else [])]
    if "--times" in argv and not words:
        closing.append(("processor time of the corpus", [] if run.seconds <= CORPUS_SECONDS else
                        ["%.0f s, at most %d" % (run.seconds, CORPUS_SECONDS)]))
    for name, wrong in closing:
        lines.append((wrong, name, []))
        print("%s %d - %s" % ("not ok" if wrong else "ok", len(lines), name))
        for line in wrong:
            print("# " + line)
    print("# %d inputs, %.1f s of processor time; most memory %d MiB (%s); longest %.1f s (%s)" % (
        len(cases), run.seconds, run.worst_memory[0] >> 20, run.worst_memory[1], *run.worst_time))
    print("1..%d" % len(lines))
    return 1 if any(wrong for wrong, _, _ in lines) or not cases else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
