"""Tampered pairs: corpus releases changed by tests/tamper, each with its record.

A pair (OLD, NEW) of the corpus becomes (OLD, NEW tampered): what was planted stands in the middle of
an ordinary update. What was made is kept in the cache under a key of everything that it depends on.
"""

import gzip
import hashlib
import io
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import types
import zipfile

import corpus

TAMPER = corpus.ROOT / "tests/tamper"
sys.path.insert(0, str(TAMPER))

import tamper  # noqa: E402
import tree  # noqa: E402

MAX_BYTES = 2_500_000  # of a release that is tampered with: thousands have to be packed
MAX_FILES = 3000


def key():
	"""Changes with the tamperer and with this file."""
	h = hashlib.sha256()
	for path in sorted(TAMPER.glob("*.py")) + [pathlib.Path(__file__)]:
		h.update(path.name.encode() + b"\0" + path.read_bytes())
	return h.hexdigest()[:16]


def scratch():
	"""In memory where there is room: thousands of small files are made and removed."""
	shm = pathlib.Path("/dev/shm")
	return shm if shm.is_dir() and os.access(shm, os.W_OK) else None


def seed_of(pair, number):
	text = f"{pair.new.kind}:{pair.new.name}:{pair.old.version}:{pair.new.version}:{number}"
	return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big")


def plan(pairs, count):
	"""`count` (pair, number) spread over all publishers: every pair once before any comes twice."""
	fit = [p for p in pairs if p.new.kind in PACKERS and corpus.present(p.old) and corpus.present(p.new)
		and max(p.old.path.stat().st_size, p.new.path.stat().st_size) <= MAX_BYTES]
	fit.sort(key=lambda p: seed_of(p, 0))
	return [(fit[i % len(fit)], i // len(fit)) for i in range(count)] if fit else []


def options(side, old):
	return types.SimpleNamespace(kind="auto", app=False, prefix="", reveal=False, product=None, module=None,
		purpose=None, place=None, hiding=None, host_style=None, side=side, old=str(old))


# ---- npm: the tar is rewritten, what was not touched stays as it is ------------------------------

def unpack_tgz(path, folder):
	done = subprocess.run(["tar", "xzf", str(path), "--no-same-owner", "--no-same-permissions", "-C", str(folder)],
		stderr=subprocess.DEVNULL, check=False)
	roots = [p for p in folder.iterdir() if p.is_dir()]
	files = sum(len(names) for _, _, names in os.walk(folder))
	return roots[0] if done.returncode == 0 and len(roots) == 1 and files <= MAX_FILES else None


def pack_tgz(original, changed, target):
	"""The members of `original` with the contents of `changed` (path below the root -> bytes) put in."""
	left = dict(changed)
	raw = io.BytesIO()
	with tarfile.open(original) as old, tarfile.open(fileobj=raw, mode="w", format=tarfile.PAX_FORMAT) as new:
		root = "package"
		for member in old:
			root, _, below = member.name.partition("/")
			if member.isfile() and below in left:
				data = left.pop(below)
				member.size = len(data)
				new.addfile(member, io.BytesIO(data))
			else:
				new.addfile(member, old.extractfile(member) if member.isfile() else None)
		for below in sorted(left):
			member = tarfile.TarInfo(f"{root}/{below}")
			member.size, member.mode, member.mtime = len(left[below]), 0o644, 499162500
			new.addfile(member, io.BytesIO(left[below]))
	target.write_bytes(gzip.compress(raw.getvalue(), 1, mtime=0))


def written(folder):
	"""What the tamperer wrote: everything else has the source tree's second link."""
	return {os.path.relpath(os.path.join(at, name), folder): pathlib.Path(at, name).read_bytes()
		for at, _, names in os.walk(folder) for name in names
		if os.lstat(os.path.join(at, name)).st_nlink == 1}


def tamper_tree(pair, numbers, side, work, made, unpack, pack, ending):
	root = unpack(pair.new.path, work)
	for number in numbers if root else ():
		copy, overlay = work / f"copy{number}", work / f"old{number}"
		tree.copy(str(root), str(copy), share=True)
		overlay.mkdir()
		try:
			record = tamper.Tamperer(str(copy), seed_of(pair, number), options(side, overlay)).run()
		except (tamper.NothingFits, ValueError, RecursionError):
			continue
		new = made(number, ending)
		pack(pair.new.path, written(copy), new)
		old = pair.old.path
		if any(overlay.rglob("*")):
			old = made(number, ".old" + ending)
			pack(pair.old.path, written(overlay), old)
		shutil.rmtree(copy)
		yield number, old, new, record


def tamper_npm(pair, numbers, side, work, made):
	return tamper_tree(pair, numbers, side, work, made, unpack_tgz, pack_tgz, ".tgz")


# ---- PyPI: a source package is a tar as npm's is, a wheel is a zip -------------------------------

def unpack_wheel(path, folder):
	root = folder / "wheel"
	with zipfile.ZipFile(path) as wheel:
		if len(wheel.namelist()) > MAX_FILES:
			return None
		wheel.extractall(root)
	return root


def pack_wheel(original, changed, target):
	"""The members of `original` with the contents of `changed` put in; what is new stands before the list of files."""
	left = dict(changed)
	with zipfile.ZipFile(original) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new:
		infos = old.infolist()
		members = [(i, left.pop(i.filename, None)) for i in infos]
		fresh = [(zipfile.ZipInfo(name, infos[0].date_time), data) for name, data in sorted(left.items())]
		for info, _ in fresh:
			info.external_attr, info.compress_type = 0o644 << 16, zipfile.ZIP_DEFLATED
		for info, data in members[:-1] + fresh + members[-1:]:
			new.writestr(info, old.read(info.filename) if data is None else data)


def tamper_pypi(pair, numbers, side, work, made):
	if pair.new.source:
		return tamper_tree(pair, numbers, side, work, made, unpack_tgz, pack_tgz, ".tar.gz")
	return tamper_tree(pair, numbers, side, work, made, unpack_wheel, pack_wheel, ".whl")


# ---- Debian: maintainer scripts and scripts in the package ---------------------------------------

def tamper_deb(pair, numbers, side, work, made):
	for number in numbers:
		root = work / f"tree{number}"
		if subprocess.run(["dpkg-deb", "-R", str(pair.new.path), str(root)], check=False,
				stderr=subprocess.DEVNULL).returncode:
			return
		given = options(side, work)
		given.kind, given.old = "deb", None
		try:
			record = tamper.Tamperer(str(root), seed_of(pair, number), given).run()
		except (tamper.NothingFits, ValueError):
			continue
		new = made(number, ".deb")
		done = subprocess.run(["dpkg-deb", "--root-owner-group", "-Zgzip", "-z1", "-b", str(root), str(new)],
			stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
		shutil.rmtree(root)
		if done.returncode == 0:
			yield number, pair.old.path, new, record


PACKERS = {"npm": tamper_npm, "deb": tamper_deb, "pypi": tamper_pypi}


def folder_of(side):
	return corpus.cache() / "tampered" / key() / side


def make(pairs, count, side, say=lambda text: None):
	"""Makes what is missing; returns the rows: pair's title, publisher, kind, old, new, record."""
	folder = folder_of(side)
	folder.mkdir(parents=True, exist_ok=True)
	notes = folder / "records.jsonl"
	known = {}
	if notes.exists():
		for line in notes.read_text(encoding="utf-8").splitlines():
			row = json.loads(line)
			known[row["title"], row["number"]] = row
	wanted = plan(pairs, count)
	missing = {}
	for pair, number in wanted:
		if (pair.title, number) not in known:
			missing.setdefault(pair, []).append(number)
	with open(notes, "a", encoding="utf-8") as out:
		for i, (pair, numbers) in enumerate(missing.items()):
			for row in make_of(pair, numbers, side, folder):
				known[row["title"], row["number"]] = row
				out.write(json.dumps(row) + "\n")
			out.flush()
			if i % 50 == 49:
				say(f"tampered: {i + 1} of {len(missing)} releases")
	rows = [known[p.title, n] for p, n in wanted if (p.title, n) in known]
	return [r for r in rows if r["record"]]


def make_of(pair, numbers, side, folder):
	stem = hashlib.sha256(pair.title.encode()).hexdigest()[:16]
	left = set(numbers)
	with tempfile.TemporaryDirectory(prefix="assay-tamper.", dir=scratch()) as work:
		made = lambda number, ending: folder / f"{stem}-{number}{ending}"
		for number, old, new, record in PACKERS[pair.new.kind](pair, numbers, side, pathlib.Path(work), made):
			left.discard(number)
			yield {"title": pair.title, "number": number, "publisher": pair.new.publisher, "kind": pair.new.kind,
				"old": str(old), "new": str(new), "record": record}
	for number in sorted(left):  # nothing fits: remembered, so that it is not tried again
		yield {"title": pair.title, "number": number, "publisher": pair.new.publisher, "kind": pair.new.kind,
			"old": "", "new": "", "record": None}
