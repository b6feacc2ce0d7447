"""Shares with intervals, calibration, localisation, contributions: from outcomes to numbers."""

import collections
import math
import random

TAMPERED_NATS, REVIEW_NATS = 9.1, 5.5  # judge/judge.h
ROUNDS = 1000
SEED = 20
RANK = {"clean": 0, "unknown": 1, "review": 2, "tampered": 3}


def at_least(row, verdict):
	return RANK[row["outcome"]["verdict"]] >= RANK[verdict]


def interval(rows, hit):
	"""Share of rows that hit, with a 95 % interval: whole publishers are drawn again, never single pairs."""
	groups = {}
	for row in rows:
		g = groups.setdefault((row["kind"], row["publisher"]), [0, 0])
		g[0] += bool(hit(row))
		g[1] += 1
	hits, n = sum(g[0] for g in groups.values()), len(rows)
	if not n:
		return hits, n, 0.0, 0.0, 1.0
	draw, names = random.Random(SEED), sorted(groups)
	shares = []
	for _ in range(ROUNDS):
		a = b = 0
		for name in draw.choices(names, k=len(names)):
			a += groups[name][0]
			b += groups[name][1]
		shares.append(a / b)
	shares.sort()
	low, high = shares[int(0.025 * ROUNDS)], shares[int(0.975 * ROUNDS) - 1]
	if hits == 0:  # drawing again cannot show what was never seen
		high = max(high, min(1.0, 3 / len(groups) if len(groups) < n else 3 / n))
	if hits == n:
		low = min(low, max(0.0, 1 - 3 / len(groups)))
	return hits, n, hits / n, low, high


def evidence_of(outcome):
	return outcome["evidence"]


# ---- calibration: the corpus is half tampered, the world is not ----------------------------------

BINS = (0.0, 0.001, 0.01, 0.05, 0.2, 0.5, 0.9, 0.99, 1.0000001)


def reliability(ordinary, tampered, prior):
	"""Rows (from, to, ordinary, tampered, mean said, share re-weighted to the prior), and the Brier score."""
	table = []
	wo, wt = (1 - prior) / max(1, len(ordinary)), prior / max(1, len(tampered))
	brier = sum(wo * r["outcome"]["probability"] ** 2 for r in ordinary)
	brier += sum(wt * (1 - r["outcome"]["probability"]) ** 2 for r in tampered)
	for low, high in zip(BINS, BINS[1:]):
		o = [r["outcome"]["probability"] for r in ordinary if low <= r["outcome"]["probability"] < high]
		t = [r["outcome"]["probability"] for r in tampered if low <= r["outcome"]["probability"] < high]
		weight = wo * len(o) + wt * len(t)
		said = (wo * sum(o) + wt * sum(t)) / weight if weight else None
		table.append((low, min(high, 1.0), len(o), len(t), said, wt * len(t) / weight if weight else None))
	return table, brier


def worth(ordinary, tampered, prior):
	"""(of none, of a nat): the log of the likelihood ratio of so much evidence is their line, by logistic
	regression with the pairs weighted to the prior (Newton's method; the loss is convex)."""
	base = math.log(prior / (1 - prior))
	points = [(evidence_of(r["outcome"]), 0, (1 - prior) / len(ordinary)) for r in ordinary]
	points += [(evidence_of(r["outcome"]), 1, prior / len(tampered)) for r in tampered]
	a, b = 0.0, 0.5
	for _ in range(100):
		ga = gb = haa = hab = hbb = 0.0
		for e, is_, weight in points:
			p = 1 / (1 + math.exp(-(base + a + b * e)))
			off, bend = weight * (p - is_), weight * p * (1 - p)
			ga, gb = ga + off, gb + off * e
			haa, hab, hbb = haa + bend, hab + bend * e, hbb + bend * e * e
		det = haa * hbb - hab * hab
		step = [(hbb * ga - hab * gb) / det, (haa * gb - hab * ga) / det]
		scale = min(1.0, 0.5 / max(map(abs, step))) if any(step) else 0.0
		a, b = a - scale * step[0], b - scale * step[1]
		if max(map(abs, step)) < 1e-9:
			break
	return a, b


# ---- localisation --------------------------------------------------------------------------------

def inside(finding, spot):
	path = spot["path"]
	for folder in ("DEBIAN/", "./"):
		if path.startswith(folder):
			path = path[len(folder):]
	member = finding["member"].rstrip("/")
	if not (member == path or member.endswith("/" + path)):
		return False
	start, end = finding["offset"], finding["offset"] + max(1, finding["length"])
	return spot["line"] <= finding["line"] <= spot["end_line"] or \
		start < spot["offset"] + max(1, spot["length"]) and spot["offset"] < end


def named_at(row):
	"""Rank (from 1) of the first finding that stands in what was planted; None when none does."""
	spots = [row["record"]] + row["record"]["also"]
	for rank, finding in enumerate(row["outcome"]["findings"], 1):
		if any(inside(finding, s) for s in spots):
			return rank
	return None


def lines_read(row, shown):
	"""Lines of evidence that a person reads in the report, up to the planted one."""
	rank = named_at(row) or shown
	return sum(f["lines"] for f in row["outcome"]["findings"][:min(rank, shown)])


# ---- what each finding contributes ---------------------------------------------------------------

def contributions(ordinary, tampered):
	"""id -> (ordinary pairs with it, tampered with it, hits that fall below review without it)."""
	found = {}
	for which, rows in ((0, ordinary), (1, tampered)):
		for row in rows:
			best = {}
			for f in row["outcome"]["findings"]:
				best[f["id"]] = max(best.get(f["id"], 0), f["weight"])
			total = evidence_of(row["outcome"])
			for name, weight in best.items():
				counts = found.setdefault(name, [0, 0, 0])
				counts[which] += 1
				if which and total >= REVIEW_NATS > total - weight:
					counts[2] += 1
	return found


def ratios(ordinary, tampered):
	"""(finding, pairs of each kind that have it, log of the ratio of the two rates), for weights to be held against.
	Half a pair is added to each count, so that what was never seen is not infinitely telling."""
	counts = [collections.Counter(i for row in rows for i in {f["id"] for f in row["outcome"]["findings"] if f["weight"] > 0})
		for rows in (ordinary, tampered)]
	for number in sorted(set(counts[0]) | set(counts[1])):
		rates = [(c[number] + 0.5) / (len(rows) + 1) for c, rows in zip(counts, (ordinary, tampered))]
		yield number, counts[0][number], counts[1][number], math.log(rates[1] / rates[0])


def median(values):
	values = sorted(values)
	return values[len(values) // 2] if values else 0
