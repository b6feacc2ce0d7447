#!/usr/bin/env python3
"""Laws of the normalisers, tried on archives that are made and bent here.

  laws.py NORMAL_FORMS SEED

Taking off: two archives of the same content that differ in what a normaliser is named for have one
normal form, and the names of those that were needed are exactly the ones that were varied.
Hiding nothing: every byte of an archive bent in turn, members changed, added, removed, renamed,
given another mode or turned into links. Whenever the normal forms are the same, what an independent
reader (Python's own) sees of both is the same, names, types, modes, targets and contents.
Bounded: what unpacks to far more than itself is given up. Exit
status 0: no law was broken; the counts are printed.
"""
import bz2
import gzip
import hashlib
import io
import lzma
import os
import random
import subprocess
import sys
import tarfile
import tempfile
import zipfile

FORMS, SEED = sys.argv[1], int(sys.argv[2])
NAMES = ["order-1", "times-1", "owners-1", "packing-1", "tar-form-1", "jar-signature-1", "pe-authenticode-1",
         "rpm-signature-1", "msi-signature-1"]
rng = random.Random(SEED)
broken = []


def forms(blobs):
    """Of many files at once: a list of (digest, digests without each, note)."""
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for i, b in enumerate(blobs):
            paths.append(os.path.join(folder, str(i)))
            with open(paths[-1], "wb") as f:
                f.write(b)
        out = subprocess.run([FORMS], input="".join(p + "\n" for p in paths), stdout=subprocess.PIPE, check=True,
                             text=True, errors="replace").stdout.splitlines()
    rows = [line.split(" ") for line in out]
    assert len(rows) == len(blobs)
    return [(r[0], r[1:1 + len(NAMES)], " ".join(r[1 + len(NAMES):])) for r in rows]


def needed(a, b):
    """None: they differ; else the names that had to be taken off."""
    if a[0] != b[0]:
        return None
    return [n for n, x, y in zip(NAMES, a[1], b[1]) if x != y]


# ---- content, and archives of it ---------------------------------------------------------------

def content():
    files = {f"lib/m{i}.js": (b"var a = %d;\n" % i) * rng.randrange(1, 60) for i in range(4)}
    files["bin/tool"] = bytes(rng.randrange(256) for _ in range(300))
    files["README"] = b"read me\n"
    return files


def make_zip(files, order=None, when=(2026, 1, 2, 3, 4, 6), level=6, method=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as z:
        for name in order or sorted(files):
            info = zipfile.ZipInfo(name, when)
            info.compress_type = method
            info.external_attr = (0o100755 if name.startswith("bin/") else 0o100644) << 16
            info.create_system = 3
            z.writestr(info, files[name], compresslevel=level)
    return out.getvalue()


def make_tar(files, order=None, when=1000, owner=0, form=tarfile.USTAR_FORMAT, links=()):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as t:
        for name in order or sorted(files):
            info = tarfile.TarInfo(name)
            info.size, info.mtime, info.uid, info.gid = len(files[name]), when, owner, owner
            info.uname = info.gname = f"user{owner}"
            info.mode = 0o755 if name.startswith("bin/") else 0o644
            t.addfile(info, io.BytesIO(files[name]))
        for name, target in links:
            info = tarfile.TarInfo(name)
            info.type, info.linkname, info.mtime, info.uid, info.gid = tarfile.SYMTYPE, target, when, owner, owner
            info.uname = info.gname = f"user{owner}"
            t.addfile(info)
    return out.getvalue()


def make_gzip(b, when=0, level=9):
    out = io.BytesIO()
    with gzip.GzipFile("", "wb", level, out, when) as g:
        g.write(b)
    return out.getvalue()


def make_ar(members, when=0, owner=0):
    out = b"!<arch>\n"
    for name, b in members:
        out += f"{name:<16}{when:<12}{owner:<6}{owner:<6}{'100644':<8}{len(b):<10}`\n".encode() + b + b"\n" * (len(b) % 2)
    return out


def make_deb(files, **how):
    control = make_gzip(make_tar({"./control": b"Package: x\n"}, **how))
    return make_ar([("debian-binary", b"2.0\n"), ("control.tar.gz", control),
                    ("data.tar.xz", lzma.compress(make_tar(files, **how)))], how.get("when", 0))


def shuffled(files):
    names = sorted(files)
    while names == sorted(files):
        rng.shuffle(names)
    return names


# ---- what an independent reader sees -------------------------------------------------------------

def see(b, depth=0):
    """A value that is the same for two archives only if a reader gets the same out of them."""
    if b[:2] == b"PK":
        return see_zip(b, depth)
    if b[:8] == b"!<arch>\n":
        return see_ar(b, depth)
    for opener, mark in ((gzip.decompress, b"\x1f\x8b"), (lzma.decompress, b"\xfd7zXZ"), (bz2.decompress, b"BZh")):
        if b.startswith(mark):
            return "packed", see(opener(b), depth + 1)
    if b[257:262] == b"ustar":
        return see_tar(b, depth)
    return hashlib.sha256(b).hexdigest()


def see_zip(b, depth):
    with zipfile.ZipFile(io.BytesIO(b)) as z:
        rows = []
        for i in z.infolist():
            # Programs that read from the front believe the local header.
            h = b[i.header_offset:i.header_offset + 30]
            n = int.from_bytes(h[26:28], "little")
            local = b[i.header_offset + 30:i.header_offset + 30 + n]
            rows.append((i.filename, local, i.external_attr & ~0x20, i.create_system, i.comment, see(z.read(i), depth + 1)))
        return "zip", z.comment, tuple(sorted(rows, key=repr))


def see_tar(b, depth):
    rows = []
    with tarfile.open(fileobj=io.BytesIO(b), errorlevel=2) as t:
        for i in t.getmembers():
            data = t.extractfile(i).read() if i.isreg() else b""
            kind = b"0" if i.type == b"\0" else i.type
            extra = tuple(sorted((k, v) for k, v in i.pax_headers.items()
                                 if k not in ("mtime", "atime", "ctime", "uid", "gid", "uname", "gname", "path",
                                              "linkpath", "size")))
            rows.append((i.name, kind, i.mode, i.linkname, extra, see(data, depth + 1)))
    return "tar", tuple(sorted(rows, key=repr))


def see_ar(b, depth):
    at, rows = 8, []
    while at + 60 <= len(b):
        size = int(b[at + 48:at + 58])
        rows.append((b[at:at + 16], b[at + 40:at + 48].strip(), see(b[at + 60:at + 60 + size], depth + 1)))
        at += 60 + size + size % 2
    return "ar", tuple(rows)


def seen(b):
    try:
        return see(b)
    except Exception as e:  # what a broken archive raises is not fixed
        return "refused", type(e).__name__


# ---- law 1: what is named is taken off, and nothing else had to be ----------------------------------

def alike():
    f = content()
    z, t = make_zip(f), make_tar(f)
    pairs = [
        ("zip order", z, make_zip(f, shuffled(f)), ["order-1"]),
        ("zip times", z, make_zip(f, when=(2020, 5, 5, 5, 5, 4)), ["times-1"]),
        ("zip packing", z, make_zip(f, level=1), ["packing-1"]),
        ("zip stored", z, make_zip(f, method=zipfile.ZIP_STORED), ["packing-1"]),
        ("zip all", z, make_zip(f, shuffled(f), (2020, 5, 5, 5, 5, 4), 1), ["order-1", "times-1", "packing-1"]),
        ("tar order", t, make_tar(f, shuffled(f)), ["order-1"]),
        ("tar times", t, make_tar(f, when=77), ["times-1"]),
        ("tar owners", t, make_tar(f, owner=1000), ["owners-1"]),
        ("tar gnu", t, make_tar(f, form=tarfile.GNU_FORMAT), ["tar-form-1"]),
        ("tar pax", t, make_tar(f, form=tarfile.PAX_FORMAT, when=1000.5), ["times-1", "tar-form-1"]),
        ("tar long names", make_tar({"d" * 60 + "/" + "n" * 80: b"x"}, form=tarfile.GNU_FORMAT),
         make_tar({"d" * 60 + "/" + "n" * 80: b"x"}, form=tarfile.PAX_FORMAT), ["tar-form-1"]),
        ("gzip level", make_gzip(t), make_gzip(t, level=1), ["packing-1"]),
        ("gzip time", make_gzip(t), make_gzip(t, when=9), ["times-1"]),
        ("tgz", make_gzip(t, 5), make_gzip(make_tar(f, shuffled(f), 77, 3), 6),
         ["order-1", "times-1", "owners-1", "packing-1"]),
        ("xz", lzma.compress(t), lzma.compress(make_tar(f, when=8), preset=1), ["times-1", "packing-1"]),
        ("bzip2", bz2.compress(t, 9), bz2.compress(t, 1), ["packing-1"]),
        ("ar", make_ar([("a.o", b"123"), ("b.o", b"45")]), make_ar([("a.o", b"123"), ("b.o", b"45")], 9, 9),
         ["times-1", "owners-1"]),
        ("deb", make_deb(f), make_deb(f, when=99, owner=5, order=None), ["times-1", "owners-1", "packing-1"]),
        ("zip in tgz", make_gzip(make_tar({"a.zip": z})), make_gzip(make_tar({"a.zip": make_zip(f, level=1)})),
         ["packing-1"]),
    ]
    n = 0
    for what, a, b, want in pairs:
        assert a != b, what
        fa, fb = forms([a, b])
        got = needed(fa, fb)
        # Compressed bytes change with what is in them: packing may come along.
        if got is None or [x for x in got if x != "packing-1"] != [x for x in want if x != "packing-1"] or \
                ("packing-1" in want and "packing-1" not in got):
            broken.append(f"{what}: {got}, not {want} ({fa[2]} / {fb[2]})")
        n += 1
    return n


# ---- law 2: order means something where it can -------------------------------------------------------

def ordered():
    def twice(first, second):
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as t:
            for name, data in (first, second):
                info = tarfile.TarInfo(name)
                info.size = len(data)
                t.addfile(info, io.BytesIO(data))
        return out.getvalue()

    def through_link(link_first):
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as t:
            link, file = tarfile.TarInfo("d"), tarfile.TarInfo("d/x")
            link.type, link.linkname, file.size = tarfile.SYMTYPE, "/etc", 1
            for i in (link, file) if link_first else (file, link):
                t.addfile(i, io.BytesIO(b"1") if i is file else None)
        return out.getvalue()

    pairs = [("one name twice", twice(("a", b"1"), ("a", b"2")), twice(("a", b"2"), ("a", b"1"))),
             ("two cases of a name", twice(("a", b"1"), ("A", b"2")), twice(("A", b"2"), ("a", b"1"))),
             ("./", twice(("a", b"1"), ("./a", b"2")), twice(("./a", b"2"), ("a", b"1"))),
             ("dots", twice(("x/../a", b"1"), ("a", b"2")), twice(("a", b"2"), ("x/../a", b"1"))),
             ("through a link", through_link(True), through_link(False)),
             ("members of a deb", make_ar([("x", b"1"), ("y", b"2")]), make_ar([("y", b"2"), ("x", b"1")]))]
    for what, a, b in pairs:
        fa, fb = forms([a, b])
        if needed(fa, fb) is not None:
            broken.append(f"order was taken off: {what}")
    return len(pairs)


# ---- law 3: nothing is hidden ----------------------------------------------------------------------

def changes(make):
    """The same archive with one change of content, mode, name or kind."""
    for _ in range(12):
        f = content()
        base = make(dict(f))
        g = dict(f)
        name = rng.choice(sorted(g))
        how = rng.randrange(5)
        if how == 0:
            g[name] = g[name] + b" "
        elif how == 1:
            del g[name]
        elif how == 2:
            g[name + "x"] = g.pop(name)
        elif how == 3:
            g["bin/" + os.path.basename(name) + "2"] = b"more"
        else:
            at = rng.randrange(len(g[name]))
            g[name] = g[name][:at] + bytes([g[name][at] ^ 1]) + g[name][at + 1:]
        yield base, make(g)


def bends(b, most):
    """Each byte of it with one bit turned; of larger ones a sample; and cuts and insertions."""
    places = range(len(b)) if len(b) <= most else sorted(rng.sample(range(len(b)), most))
    for at in places:
        yield b[:at] + bytes([b[at] ^ (1 << rng.randrange(8))]) + b[at + 1:]
    for _ in range(most // 20):
        at, n = rng.randrange(len(b)), rng.randrange(1, 40)
        yield b[:at] + b[at + n:]
        yield b[:at] + bytes(rng.randrange(256) for _ in range(n)) + b[at:]
    yield b + b"\0" * 512
    yield b + b"tail"
    yield b"head" + b


def nothing_hidden():
    f = content()
    jar = dict(f)
    jar["META-INF/MANIFEST.MF"] = b"Manifest-Version: 1.0\r\nMain-Class: a.B\r\n\r\n"
    makers = [("zip", make_zip), ("tar", make_tar), ("tgz", lambda f: make_gzip(make_tar(f))),
              ("gnu tar", lambda f: make_tar(f, form=tarfile.GNU_FORMAT, links=[("l", "lib")])),
              ("pax tar", lambda f: make_tar(f, form=tarfile.PAX_FORMAT, when=1.5)),
              ("deb", make_deb), ("ar", lambda f: make_ar([(n.replace("/", "."), b) for n, b in sorted(f.items())]))]
    changed = bent = same = 0
    for what, make in makers:
        for a, b in changes(make):
            fa, fb = forms([a, b])
            changed += 1
            if needed(fa, fb) is not None and seen(a) != seen(b):
                broken.append(f"{what}: a change is hidden")
    samples = [(what, make(f)) for what, make in makers] + [("jar", make_zip(jar)), ("bz2", bz2.compress(make_tar(f)))]
    for what, base in samples:
        mutants = list(bends(base, 600))
        rows = forms([base] + mutants)
        view = seen(base)
        if view[0] == "refused" or rows[0][2].strip() not in ("ok",):
            broken.append(f"{what}: the archive itself is not opened: {view[0]}, {rows[0][2]}")
        for m, row in zip(mutants, rows[1:]):
            bent += 1
            if needed(rows[0], row) is None:
                continue
            same += 1
            if m != base and not needed(rows[0], row):
                broken.append(f"{what}: bytes differ and no normaliser says so")
            if seen(m) != view:
                broken.append(f"{what}: bent bytes are hidden (as {needed(rows[0], row)}): {seen(m)!r:.200}")
    return changed, bent, same


def bounded():
    """What unpacks to far more than its own size has no normal form: it is hashed once for each."""
    zeros = [make_gzip(make_gzip(bytes(n << 20))) for n in (8, 80)]
    notes = [row[2].strip() for row in forms(zeros)]
    if notes[0] != "ok" or not notes[1].startswith("limit"):
        broken.append(f"a small and a large bomb: {notes}")
    return len(zeros)


n_alike, n_ordered, n_bombs = alike(), ordered(), bounded()
n_changed, n_bent, n_same = nothing_hidden()
for b in broken[:20]:
    print("not ok:", b)
print(f"normalisers, seed {SEED}: {n_alike} pairs alike, {n_ordered} where order means something, {n_changed} changes, "
      f"{n_bombs} bombs, {n_bent} bent archives of which {n_same} are the same to a reader too; {len(broken)} laws broken")
sys.exit(bool(broken) or n_same == 0)
