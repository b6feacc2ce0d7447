"""The corpus: which releases there are, which pairs they make, which side they are on, where they lie.

A list in bench/corpus/ has a line a release: publisher, name, run, version, digest. Two lines that
follow each other with the same name and run are a pair of consecutive releases. On PyPI a run is of
wheels or, where its name says `sdist`, of source packages.
"""

import base64
import dataclasses
import functools
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
LISTS = ROOT / "bench/corpus"
KINDS = ("npm", "deb", "pypi")
SETTING_SHARE = 40  # of 256: the share of publishers that are there to set weights by
BATCH = 10  # releases a client is asked for at once, one after the other

NAMES = {
	"npm": re.compile(r"(@[a-z0-9~-][a-z0-9._~-]*/)?[A-Za-z0-9~-][A-Za-z0-9._~-]*"),
	"deb": re.compile(r"[a-z0-9][a-z0-9.+-]+"),
	"pypi": re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?"),
}
VERSION = re.compile(r"([0-9]+:)?[0-9][0-9A-Za-z.+~_-]*")


@dataclasses.dataclass(frozen=True)
class Release:
	kind: str
	publisher: str
	name: str
	run: str
	version: str
	digest: str

	@property
	def path(self):
		"""Where scripts/fetch-pair keeps it too."""
		folder = cache() / self.kind / self.name.replace("/", "+")
		ending = {"npm": ".tgz", "deb": ".deb", "pypi": ".tar.gz" if self.source else ".whl"}[self.kind]
		return folder / (self.version.replace(":", "%3a") + ending)

	@property
	def source(self):
		return self.run.startswith("sdist")


@dataclasses.dataclass(frozen=True)
class Pair:
	old: Release
	new: Release

	@property
	def side(self):
		return side_of(self.new.publisher)

	@property
	def title(self):
		return f"{self.new.kind}:{self.new.name} {self.old.version} -> {self.new.version}"


def cache():
	given = os.environ.get("ASSAY_CACHE")
	return pathlib.Path(given) if given else pathlib.Path(
		os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "assay"


@functools.cache
def used_before():
	"""Publishers whose releases helped to set weights before there were two sides."""
	return frozenset((LISTS / "setting.txt").read_text(encoding="utf-8").split())


def side_of(publisher):
	"""`setting` or `measuring`, for good: the publisher's name alone decides."""
	if publisher in used_before():
		return "setting"
	first = hashlib.sha256(b"assay:side:" + publisher.encode()).digest()[0]
	return "setting" if first < SETTING_SHARE else "measuring"


def releases(kind):
	path = LISTS / f"{kind}.tsv"
	if not path.exists():
		return []
	rows = []
	for line in path.read_text(encoding="utf-8").splitlines():
		if line and not line.startswith("#"):
			publisher, name, run, version, digest = line.split("\t")
			if not NAMES[kind].fullmatch(name) or not VERSION.fullmatch(version):
				raise ValueError(f"{path.name}: not a name and a version: {line}")
			rows.append(Release(kind, publisher, name, run, version, digest))
	return rows


def pairs(kinds=KINDS, side=None):
	found = []
	for kind in kinds:
		rows = releases(kind)
		for old, new in zip(rows, rows[1:]):
			if (old.name, old.run) == (new.name, new.run):
				found.append(Pair(old, new))
	return [p for p in found if side in (None, p.side)]


def present(release):
	"""In the cache, and once found to be the bytes that the list names."""
	note = pathlib.Path(str(release.path) + ".digest")
	try:
		return release.path.stat().st_size > 0 and note.read_text().strip() == release.digest
	except OSError:
		return False


# ---- fetching: one client at a time, in an empty folder, nothing of a package is run -------------

def digest_of(kind, path):
	data = path.read_bytes()
	if kind == "npm":
		return "sha512-" + base64.b64encode(hashlib.sha512(data).digest()).decode()
	return hashlib.sha256(data).hexdigest()


def keep(release, file):
	"""Moves a fetched file to its place if it is the bytes that the list names."""
	if digest_of(release.kind, file) != release.digest:
		return False
	release.path.parent.mkdir(parents=True, exist_ok=True)
	shutil.move(file, release.path)
	pathlib.Path(str(release.path) + ".digest").write_text(release.digest + "\n")
	return True


def client(argv, folder, seconds=600):
	try:
		done = subprocess.run(argv, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
			stderr=subprocess.DEVNULL, timeout=seconds, check=False)
	except subprocess.TimeoutExpired:
		return None
	return done.stdout if done.returncode == 0 else None


def fetch_npm(wanted, folder):
	"""Several in one client: starting it costs more than most releases do."""
	said = client(["npm", "pack", "--json", "--ignore-scripts", "--prefer-offline", "--silent", "--",
		*(f"{r.name}@{r.version}" for r in wanted)], folder)
	if said is None:
		return []
	files = {}
	for row in json.loads(said):
		name = row["filename"].lstrip("@").replace("/", "-")
		files[row["name"], row["version"]] = folder / name
	return [r for r in wanted if (r.name, r.version) in files
		and files[r.name, r.version].exists() and keep(r, files[r.name, r.version])]


def fetch_deb(wanted, folder):
	client(["apt-get", "download", "-q", "-o", "APT::Sandbox::User=root", "--",
		*(f"{r.name}={r.version}" for r in wanted)], folder)
	done = []
	for r in wanted:
		files = list(folder.glob(f"{r.name}_{r.version.replace(':', '%3a')}_*.deb"))
		if len(files) == 1 and keep(r, files[0]):
			done.append(r)
	return done


# One platform and one Python for every machine, or each would be given other wheels.
WHEELS_FOR = ["--python-version", "3.11", "--implementation", "cp", "--abi", "cp311", "--abi", "abi3", "--abi", "none",
	*(word for tag in ("any", "manylinux_2_28_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64",
		"manylinux2010_x86_64", "manylinux1_x86_64") for word in ("--platform", tag))]

# To look at a source package pip would run what is in it; this client only fetches and unpacks.
SOURCE_CLIENT = """
import contextlib, io, json, sys, unearth, unearth.__main__
said = io.StringIO()
with contextlib.redirect_stdout(said):
	unearth.__main__.cli(["--no-binary", ":all:", sys.argv[1]])
link = unearth.Link(json.loads(said.getvalue())["link"]["url"])
had = unearth.PackageFinder().session.get(link.normalized, headers={"Accept-Encoding": "identity"})
had.raise_for_status()
open(sys.argv[2] + "/" + link.filename, "xb").write(had.content)
"""


def fetch_pypi(wanted, folder):
	done = []
	for r in wanted:
		asked = f"{r.name}=={r.version}"
		if r.source:  # Debian's Python has python3-unearth
			client(["/usr/bin/python3", "-c", SOURCE_CLIENT, asked, str(folder)], folder)
		else:
			client([sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:", *WHEELS_FOR,
				"--disable-pip-version-check", "--dest", str(folder), "--", asked], folder)
		files = [p for p in folder.iterdir() if p.name.endswith(".tar.gz" if r.source else ".whl")]
		if len(files) == 1 and keep(r, files[0]):
			done.append(r)
		for left in folder.iterdir():
			left.unlink()
	return done


def client_lacks(release):
	"""Why a release cannot be asked for on this machine, or None."""
	if release.kind == "pypi" and not has_module(*(("/usr/bin/python3", "unearth") if release.source else (sys.executable, "pip"))):
		return "no unearth (python3-unearth), which fetches source packages" if release.source else "no pip"
	return None


@functools.cache
def has_module(python, name):
	return subprocess.run([python, "-c", f"import {name}"], stderr=subprocess.DEVNULL, check=False).returncode == 0


FETCHERS = {"npm": fetch_npm, "deb": fetch_deb, "pypi": fetch_pypi}


def fetch(wanted, say=lambda text: None):
	"""Fetches what is not in the cache; returns the releases that no client gives. Those whose client is not
	here are left out, and that is said."""
	cache().mkdir(parents=True, exist_ok=True)
	missing = [r for r in dict.fromkeys(wanted) if not present(r)]
	reasons = {r: client_lacks(r) for r in missing}
	for reason in sorted({why for why in reasons.values() if why}):
		say(f"{list(reasons.values()).count(reason)} releases are left out: {reason} here")
	missing = [r for r in missing if not reasons[r]]
	lost = []
	for kind in KINDS:
		mine = [r for r in missing if r.kind == kind]
		for at in range(0, len(mine), BATCH):
			batch = mine[at:at + BATCH]
			lost += fetch_batch(kind, batch)
			say(f"{kind}: {min(at + BATCH, len(mine))} of {len(mine)}")
	return lost


def fetch_batch(kind, batch):
	with tempfile.TemporaryDirectory(prefix="fetch.", dir=cache()) as folder:
		done = FETCHERS[kind](batch, pathlib.Path(folder))
	left = [r for r in batch if r not in done]
	if len(batch) == 1 or not left:
		return left
	lost = []
	for r in left:  # one that is gone makes the client give up on the others
		lost += fetch_batch(kind, [r])
	return lost
