"""What other tools say about the same pairs, and what they cost. A tool that is not here is named as such."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

import corpus
import judge

SAMPLE = 150  # of each kind for tools that start anew for every release
SLOW_SAMPLE = 5  # pairs for diffoscope
SPEED_SAMPLE = 80
CEILING_SECONDS = 2.0


def spread(rows, n):
	return [rows[i * len(rows) // n] for i in range(n)] if n < len(rows) else rows


def line(name, command, ordinary, tampered, note=""):
	show = lambda pair: f"{100 * pair[0] / pair[1]:.1f} % of {pair[1]}" if pair and pair[1] else "-"
	return f"| {name} | `{command}` | {show(ordinary)} | {show(tampered)} | {note} |"


def kept(name, program, make):
	"""A peer's figures, once for each program and sample: two runs of the page agree."""
	path = corpus.cache() / "judged" / judge.key_of(program) / f"{name}.json"
	if path.exists():
		return json.loads(path.read_text(encoding="utf-8"))
	made = make()
	path.write_text(json.dumps(made), encoding="utf-8")
	return made


def inspected(program, rows):
	hits = 0
	for row in rows:
		done = subprocess.run([program, "inspect", "--format", "json", row["new"]], stdout=subprocess.PIPE,
			stderr=subprocess.DEVNULL, check=False)
		try:
			hits += json.loads(done.stdout)["verdict"] in ("review", "tampered")
		except (ValueError, KeyError):
			pass
	return hits, len(rows)


def rules_of(folder):
	return sorted(p for p in pathlib.Path(folder).rglob("*") if p.suffix in (".yar", ".yara"))


def matched(rules, path):
	"""Names of the rules that match in the unpacked release."""
	with tempfile.TemporaryDirectory(prefix="assay-peer.") as work:
		unpack = ["dpkg-deb", "-x", path, work] if path.endswith(".deb") else ["tar", "xzf", path, "-C", work]
		subprocess.run(unpack, stderr=subprocess.DEVNULL, check=False)
		found = set()
		for rule in rules:
			done = subprocess.run(["yara", "-r", "-w", str(rule), work], stdout=subprocess.PIPE,
				stderr=subprocess.DEVNULL, text=True, check=False)
			found |= {x.split(" ")[0] for x in done.stdout.splitlines()}
		return found


def yara_difference(rules, rows):
	return sum(bool(matched(rules, r["new"]) - matched(rules, r["old"])) for r in rows), len(rows)


def clam(rows):
	hits = 0
	for row in rows:
		done = subprocess.run(["clamscan", "--no-summary", "--infected", row["new"]], stdout=subprocess.DEVNULL,
			stderr=subprocess.DEVNULL, check=False)
		if done.returncode == 2:
			return None  # no signatures, for one
		hits += done.returncode == 1
	return hits, len(rows)


def seconds(argv):
	start = time.monotonic()
	subprocess.run(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
	return time.monotonic() - start


def diffoscope_ratio(program, rows):
	theirs = sum(seconds(["diffoscope", "--text", "/dev/null", r["old"], r["new"]]) for r in rows)
	ours = sum(seconds([program, "diff", r["old"], r["new"]]) for r in rows)
	return theirs / max(ours, 1e-3), len(rows)


def section(program, ordinary, planted, say):
	ordinary, planted = spread(ordinary, SAMPLE), spread(planted, SAMPLE)
	rows = ["| peer | command | ordinary: at least review | tampered: at least review | |", "|---|---|---|---|---|"]
	say("peers: NEW alone")
	o, t = kept("inspect", program, lambda: [inspected(program, ordinary), inspected(program, planted)])
	rows.append(line("NEW alone", "assay inspect NEW", o, t, "no release before"))
	if not shutil.which("clamscan"):
		rows.append("| ClamAV | `clamscan NEW` | - | - | not installed here |")
	else:
		say("peers: clamscan")
		o = kept("clamscan", program, lambda: [clam(ordinary[:20]), clam(planted[:20])])
		note = "" if o[0] and o[1] else "no signature database to be had here"
		rows.append(line("ClamAV", "clamscan NEW", o[0], o[1], note))
	folder = os.environ.get("PEER_RULES")
	if not folder or not shutil.which("yara"):
		rows.append("| YARA | `yara -r RULE NEW` minus OLD | - | - | no `PEER_RULES=DIR` given |" if not folder else
			"| YARA | `yara -r RULE NEW` minus OLD | - | - | not installed here |")
	else:
		say("peers: yara")
		rules = rules_of(folder)
		o, t = kept("yara", program, lambda: [yara_difference(rules, ordinary), yara_difference(rules, planted)])
		rows.append(line("YARA", "yara -r RULE NEW, minus OLD", o, t, f"{len(rules)} rule files"))
	text = "\n".join(rows) + "\n"
	if shutil.which("diffoscope"):
		say("peers: diffoscope")
		ratio, n = kept("diffoscope", program, lambda: diffoscope_ratio(program, spread(ordinary, SLOW_SAMPLE)))
		text += f"\n`diffoscope OLD NEW` takes {ratio:.0f} times as long as `assay diff OLD NEW` (sum over {n} ordinary pairs).\n"
	else:
		text += "\n`diffoscope` is not installed here.\n"
	return text


def speed(program, ordinary):
	def measure():
		times = sorted(seconds([program, "diff", r["old"], r["new"]]) for r in spread(ordinary, SPEED_SAMPLE))
		return [times[len(times) // 2], times[int(len(times) * 0.95)], times[-1],
			sum(t > CEILING_SECONDS for t in times), len(times)]

	mid, high, most, over, n = kept("speed", program, measure) if ordinary else (0, 0, 0, 0, 0)
	return (f"One `assay diff OLD NEW` at a time over {n} ordinary pairs, on a machine that may have been busy: median "
		f"{mid:.2f} s, 95th of 100 {high:.2f} s, slowest {most:.2f} s; {over} over {CEILING_SECONDS:g} s. These figures "
		f"are kept with the outcomes, so that the page repeats; `make bench` measures speed properly.\n")
