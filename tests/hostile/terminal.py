#!/usr/bin/env python3
"""What reaches a terminal, and what an output path may be:  terminal.py ASSAY

The releases whose names and text speak to a terminal are judged under a real one (a pty), with colours and without,
by every verb that prints names. Nothing but our own colours and line ends may come out. Paths that --output names are
files that we make: no link is followed and nothing is replaced. Writes TAP.
"""

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import tempfile
import termios
import traceback

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "make"))

import hostile                              # noqa: E402
import ordinary                             # noqa: E402
from answer import check_terminal, check_text   # noqa: E402

SPEAKING = ("names-for-a-terminal.tar", "names-for-a-terminal.zip", "names-for-a-page.tar", "text-for-a-terminal.js",
            "direction-override.js", "nul-in-the-middle.js")


def under_terminal(command, folder, patience_seconds=120):
    """(status, everything that the terminal got)"""
    main, other = pty.openpty()
    fcntl.ioctl(other, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 100, 0, 0))
    child = subprocess.Popen(command, cwd=folder, stdin=other, stdout=other, stderr=other, start_new_session=True,
                             env=dict(os.environ, TERM="xterm-256color", ASSAY_CONFIG=os.devnull))
    os.close(other)
    got = b""
    while select.select([main], [], [], patience_seconds)[0]:
        try:
            block = os.read(main, 1 << 16)
        except OSError:         # the other end is closed
            break
        if not block:
            break
        got += block
    else:
        child.kill()
        raise AssertionError("no end within %d s" % patience_seconds)
    os.close(main)
    return child.wait(), got


def releases(folder):
    cases = {c.name: c for c in hostile.collect()}
    for name in SPEAKING:
        stem, _, ending = name.partition(".")
        old, new = "%s-1.0.0.%s" % (stem, ending), "%s-1.0.1.%s" % (stem, ending)
        for path, data in ((old, ordinary.release(name)), (new, cases[name].build())):
            with open(os.path.join(folder, path), "wb") as f:
                f.write(data)
        yield old, new


def terminal(assay, folder):
    for old, new in releases(folder):
        for options in ([], ["--colour", "never"], ["--colour", "always"], ["--format", "json"]):
            for releases_ in (["diff", old, new], ["inspect", new], ["diff", new, old]):
                status, got = under_terminal([assay] + releases_[:1] + options + releases_[1:], folder)
                assert status in (0, 1) and got, (status, got)
                check_terminal(got)


def names_as_arguments(assay, folder):
    """The paths on the command line are the user's own, but a download has whatever name it has."""
    import hostile_names
    for number, name in enumerate(hostile_names.TERMINAL + hostile_names.PLACES):
        base = name.replace(b"/", b"_")[:200] + b"-1.0.%d.js" % number
        path = os.path.join(os.fsencode(folder), base)
        with open(path, "wb") as f:
            f.write(hostile.ORDINARY_JS)
        for word in (base, base + b"-missing"):
            done = subprocess.run([os.fsencode(assay), b"inspect", b"--", word], cwd=folder, stdin=subprocess.DEVNULL,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=dict(os.environ, ASSAY_CONFIG=os.devnull))
            assert done.returncode in (0, 1, 2), done
            check_text(done.stdout)
            check_text(done.stderr)


def output_paths(assay, folder):
    """A link where the output should go is refused, with and without --force; what it names stays."""
    with open(os.path.join(folder, "a.js"), "wb") as f:
        f.write(hostile.ORDINARY_JS)
    with open(os.path.join(folder, "precious"), "w") as f:
        f.write("keep me")
    os.symlink("precious", os.path.join(folder, "link.json"))
    os.symlink("nowhere-yet", os.path.join(folder, "dangling.json"))
    for target in ("link.json", "dangling.json"):
        for force in ([], ["--force"]):
            done = subprocess.run([assay, "inspect", *force, "--output", "json=" + target, "a.js"], cwd=folder,
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60,
                                  env=dict(os.environ, ASSAY_CONFIG=os.devnull))
            assert done.returncode == 2, (target, force, done)
    with open(os.path.join(folder, "precious")) as f:
        assert f.read() == "keep me"
    assert not os.path.exists(os.path.join(folder, "nowhere-yet"))
    assert os.path.islink(os.path.join(folder, "link.json"))


def canary(assay, folder):
    """What a terminal would obey is found, under a pty as well."""
    for spoken in (r"\033[2J", r"\033]8;;http://x.example\033\\", r"\342\200\256", r"\302\233"):
        _, got = under_terminal(["printf", spoken], folder)
        try:
            check_terminal(got)
        except AssertionError:
            continue
        raise AssertionError("%s was let pass" % spoken)


TESTS = [canary, terminal, names_as_arguments, output_paths]


def main(argv):
    assay, failed = os.path.abspath(argv[1]), 0
    print("1..%d" % len(TESTS))
    for number, test in enumerate(TESTS, 1):
        with tempfile.TemporaryDirectory(prefix="assay-terminal-") as folder:
            try:
                test(assay, folder)
                wrong = None
            except Exception:
                wrong = traceback.format_exc(limit=-2)
        failed += wrong is not None
        print("%s %d - %s" % ("not ok" if wrong else "ok", number, test.__name__.replace("_", " ")), flush=True)
        if wrong:
            print("# " + wrong.strip().replace("\n", "\n# "))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
