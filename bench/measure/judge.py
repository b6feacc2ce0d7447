"""Asks assay about many pairs, in chunks that are kept: a broken run goes on where it stopped."""

import hashlib
import json
import pathlib
import subprocess
import tempfile

import corpus

CHUNK = 40
VERDICTS = ("clean", "unknown", "review", "tampered")
SHOWN = 20  # findings that a text report shows


def key_of(program):
	return hashlib.sha256(pathlib.Path(program).read_bytes()).hexdigest()[:16]


def outcome(document):
	"""What the table needs of one document."""
	findings = [{"id": f["id"], "weight": f["weight"], "member": f["where"].get("member", ""),
		"line": f["where"].get("line", 0), "offset": f["where"].get("offset", 0),
		"length": f["where"].get("length", 0),
		"evidence": f["untrusted"]["evidence"][:160],
		"lines": f["untrusted"]["evidence"].count("\n") + 1} for f in document["findings"]]
	return {"verdict": document["verdict"], "probability": document["probability"], "evidence": document["evidence"],
		"base_log_odds": document["base_log_odds"], "findings": findings[:60],
		"blind": [[b["member"], b["reason"]] for b in document["coverage"]["blind"][:5]],
		"repeatable": document["repeatable"], "steps": document["cost"]["steps"],
		"analysed": document["cost"]["bytes_analysed"]}


def ask(program, paths, more=()):
	"""One document for each pair, None where there is none."""
	with tempfile.NamedTemporaryFile("w", suffix=".tsv", encoding="utf-8") as listing:
		listing.writelines(f"{old}\t{new}\n" for old, new in paths)
		listing.flush()
		done = subprocess.run([program, "diff", *more, "--pairs", listing.name], stdout=subprocess.PIPE,
			stderr=subprocess.DEVNULL, check=False)
	lines = done.stdout.splitlines()
	documents = []
	for i in range(len(paths)):
		try:
			document = json.loads(lines[i])
		except (IndexError, ValueError):
			document = {}
		documents.append(document if document.get("verdict") in VERDICTS else None)
	return documents


def judged(program, paths, name, say=lambda text: None):
	"""Outcomes in the order of `paths` (old, new); None for a pair without an answer."""
	folder = corpus.cache() / "judged" / key_of(program)
	folder.mkdir(parents=True, exist_ok=True)
	notes = folder / f"{name}.jsonl"
	known = {}
	if notes.exists():
		for line in notes.read_text(encoding="utf-8").splitlines():
			row = json.loads(line)
			known[row["old"], row["new"]] = row["outcome"]
	paths = [(str(old), str(new)) for old, new in paths]
	missing = [p for p in dict.fromkeys(paths) if p not in known]
	with open(notes, "a", encoding="utf-8") as out:
		for at in range(0, len(missing), CHUNK):
			chunk = missing[at:at + CHUNK]
			for pair, document in zip(chunk, ask(program, chunk)):
				known[pair] = outcome(document) if document else None
				out.write(json.dumps({"old": pair[0], "new": pair[1], "outcome": known[pair]}) + "\n")
			out.flush()
			say(f"{name}: {min(at + CHUNK, len(missing))} of {len(missing)}")
	return [known[p] for p in paths]
