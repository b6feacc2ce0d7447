"""docs/evaluation.md from the rows: the same rows give the same page."""

import collections

import figures

FEW = 15  # a group of fewer pairs says little and is left to the sums


def share(rows, hit):
	hits, n, point, low, high = figures.interval(rows, hit)
	return f"{100 * point:.1f} % ({100 * low:.1f} to {100 * high:.1f})" if n else "-"


def table(head, rows):
	lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
	return "\n".join(lines + ["| " + " | ".join(str(c) for c in row) + " |" for row in rows]) + "\n"


def review(row):
	return figures.at_least(row, "review")


def tampered(row):
	return figures.at_least(row, "tampered")


def grouped(rows, name_of):
	groups = collections.defaultdict(list)
	for row in rows:
		groups[name_of(row)].append(row)
	return sorted(groups.items())


def recall_table(rows, what, name_of):
	out = [(name, len(group), share(group, review), share(group, tampered))
		for name, group in grouped(rows, name_of) if len(group) >= FEW]
	return table((what, "pairs", "at review", "at tampered"), out)


def ordinary_table(rows):
	out = []
	for name, group in [("all", rows)] + grouped(rows, lambda r: r["kind"]):
		counts = collections.Counter(r["outcome"]["verdict"] for r in group)
		out.append((name, len(group), len({(r["kind"], r["publisher"]) for r in group}), counts["unknown"],
			counts["review"], counts["tampered"], share(group, lambda r: r["outcome"]["verdict"] != "clean"),
			share(group, tampered)))
	return table(("ordinary", "pairs", "publishers", "unknown", "review", "tampered", "other than clean", "tampered"), out)


def reason_missed(row):
	found = sorted({f["id"] for f in row["outcome"]["findings"] if f["weight"] >= 0.5})
	if not found:
		return "no finding"
	nats = figures.evidence_of(row["outcome"])
	return f"{' '.join(found)}: {nats:.1f} nats of {figures.REVIEW_NATS}"


def reason_alarmed(row):
	best = sorted(row["outcome"]["findings"], key=lambda f: -f["weight"])[:3]
	said = "; ".join(f"{f['id']} in {f['member'].split('!/')[-1][-50:]}" for f in best)
	blind = "; ".join(f"{reason}" for _, reason in row["outcome"]["blind"][:1])
	return (said or blind or "-").replace("|", "/")


def worst(ordinary, planted):
	missed = sorted((r for r in planted if not review(r)),
		key=lambda r: (r["outcome"]["probability"], r["title"], r["number"]))
	alarms = sorted((r for r in ordinary if r["outcome"]["verdict"] != "clean"),
		key=lambda r: (-figures.RANK[r["outcome"]["verdict"]], -r["outcome"]["probability"], r["title"]))
	spread, seen = [], set()
	for r in missed:  # one of each kind says more than ten of one
		kind = (r["record"]["family"], r["record"]["place"])
		if kind not in seen:
			seen.add(kind)
			spread.append(r)
	text = "## The ten worst misses\n\nOne of each family and place.\n\n" + table(
		("pair", "planted", "hidden", "why it was missed"), [(r["title"],
			f"{r['record']['family']} ({r['record']['place']})", r["record"]["hiding"], reason_missed(r))
			for r in spread[:10]])
	return text + "\n## The ten worst alarms\n\n" + table(("pair", "verdict", "why"),
		[(r["title"], r["outcome"]["verdict"], reason_alarmed(r)) for r in alarms[:10]])


def localised(planted):
	hits = [r for r in planted if review(r)]
	ranks = [figures.named_at(r) for r in hits]
	named = [k for k in ranks if k]
	first = sum(k == 1 for k in named)
	lines = figures.median([figures.lines_read(r, 20) for r in hits])
	return (f"The planted unit is named in {share(hits, figures.named_at)} of {len(hits)} hits, as the first finding in "
		f"{100 * first / max(1, len(hits)):.1f} %. Until it is named, a person reads {lines} lines of evidence "
		f"(median).\n")


def calibration(ordinary, planted, prior=0.001):
	rows, brier = figures.reliability(ordinary, planted, prior)
	number = lambda x: "-" if x is None else f"{x:.4f}"
	return (f"Re-weighted to one tampered release in {round(1 / prior)}: Brier score {brier:.6f} "
		f"(always saying the prior: {prior * (1 - prior):.6f}).\n\n") + table(
		("said", "ordinary", "tampered", "mean said", "share that is tampered"),
		[(f"{100 * low:g} to {100 * high:g} %", o, t, number(said), number(is_))
			for low, high, o, t, said, is_ in rows])


def contributed(ordinary, planted):
	found = figures.contributions(ordinary, planted)
	rows = [(name, f"{100 * o / max(1, len(ordinary)):.2f} %", f"{100 * t / max(1, len(planted)):.1f} %", needed)
		for name, (o, t, needed) in sorted(found.items(), key=lambda x: (-x[1][2], -x[1][1], x[0]))]
	return table(("finding", "in ordinary pairs", "in tampered pairs", "hits lost without it"), rows)


def write(side, ordinary, planted, lost, peers, speed, about):
	record = lambda name: lambda r: r["record"][name]
	mutators = {(r["record"]["place"], r["record"]["purpose"]) for r in planted}
	out = [f"# Evaluation\n\n`make evaluate` writes this page. It shows the {side} side of the corpus: publishers, payload families "
		"and hiding styles that were never used to set a weight. Intervals are 95 %, by drawing whole publishers again. "
		"What is planted is inert and made by [tests/tamper](../tests/tamper/README.md); how the two sides are kept "
		"apart stands in [bench/corpus](../bench/corpus/README.md).\n",
		f"{about}\n",
		"## Ordinary releases\n", ordinary_table(ordinary),
		"## Tampered releases\n",
		f"{len(planted)} tampered pairs of {len({(r['kind'], r['publisher']) for r in planted})} publishers, "
		f"{len(mutators)} combinations of place and purpose, {len({r['record']['family'] for r in planted})} payload families.\n",
		table(("tampered", "pairs", "at review", "at tampered"),
			[("all", len(planted), share(planted, review), share(planted, tampered))]),
		recall_table(planted, "ecosystem", lambda r: r["kind"]),
		recall_table(planted, "place", record("place")),
		recall_table(planted, "purpose", record("purpose")),
		recall_table(planted, "hiding", record("hiding")),
		recall_table(planted, "gate", lambda r: r["record"]["gate"] or "none"),
		"## Where it is\n", localised(planted),
		"## What a probability is worth\n", calibration(ordinary, planted),
		"## What each finding contributes\n", contributed(ordinary, planted),
		worst(ordinary, planted),
		"## Peers on the same pairs\n", peers, "## Speed\n", speed]
	if lost:
		out.append(f"## Not judged\n\n{len(lost)} pairs gave no answer: {', '.join(lost[:10])}.\n")
	return "\n".join(out)
