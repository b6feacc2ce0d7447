"""Holds assay's answers against the truth of the simulator: one row a question.

A row is (question, sentence, answer, truth, state). The sentence is one of assay's own documents; the state is
`right`, `wrong` or `outside`: a 95 % interval that the truth is not in, which one in twenty may be.
"""

import dataclasses
import datetime
import re

CERTAIN, POSSIBLE, NOT_RECEIVED, UNKNOWN = "certain", "possible", "not_received", "unknown"
SLACK_SECONDS = 2 * 3600


@dataclasses.dataclass
class Row:
    question: str
    sentence: str
    answer: str
    truth: str
    state: str


def right(fine):
    return "right" if fine else "wrong"


def seconds(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def short(text):
    return text[:16].replace("T", " ")


def verdict(diff, record):
    found = [f for f in diff["findings"] if f["where"]["member"].endswith(record["member"])]
    lines = sorted({f["where"]["line"] for f in found})
    said = f"{diff['verdict']}, {record['member']}:{lines[0] if lines else '?'}"
    fine = diff["verdict"] == "tampered" and any(record["line"] <= n <= record["end_line"] for n in lines)
    host = any(record["host"] in str(f) for f in diff["findings"])
    return Row("Was the installer tampered with, and where?", diff["summary"] if isinstance(diff["summary"], str)
               else diff["findings"][0]["title"], said + (f", {record['host']}" if host else ""),
               f"tampered, {record['member']}:{record['line']}, {record['host']}", right(fine and host))


def window(scope, truth):
    rows, spans = [], []
    for w in scope["windows"]:
        span = (seconds(w["from"]["lo"]), seconds(w["to"]["hi"]))
        spans.append(span)
        true = truth["channels"].get(w["channel"])
        if true:
            lo, hi = seconds(true["from"]), seconds(true["to"])
            fine = span[0] <= lo and hi <= span[1] and (hi - lo) + SLACK_SECONDS >= span[1] - span[0]
            rows.append(Row(f"From when to when did {w['channel']} serve it?", w.get("evidence") or "",
                            f"{short(w['from']['lo'])} to {short(w['to']['hi'])}",
                            f"{short(true['from'])} to {short(true['to'])}", right(fine)))
    lo, hi = min(s[0] for s in spans), max(s[1] for s in spans)
    true = (seconds(truth["window"]["from"]), seconds(truth["window"]["to"]))
    fine = lo <= true[0] and true[1] <= hi and (hi - lo) <= true[1] - true[0] + SLACK_SECONDS
    wider = (hi - lo) - (true[1] - true[0])
    return rows + [Row("From when to when was it served at all?", f"{wider / 60:.0f} min wider than the truth",
                       f"{utc(lo)} to {utc(hi)}", f"{short(truth['window']['from'])} to "
                       f"{short(truth['window']['to'])}", right(fine and len(rows) == len(truth["channels"])))]


def utc(t):
    return datetime.datetime.fromtimestamp(t, datetime.timezone.utc).strftime("%Y-%m-%d %H:%M")


def number(n):
    return "not estimable" if n is None else f"{n:,.0f}"


def funnel(scope, truth):
    rows = []
    for stage in scope["funnel"]:
        true = truth["totals"][stage["stage"]]
        interval = stage["interval"]
        bounds = stage["lower"] <= true and (stage["upper"] is None or true <= stage["upper"])
        fine = right(bounds)
        said = f"at least {number(stage['lower'])}, estimate {number(stage['estimate'])}"
        if interval:
            said += f" [{number(interval['lo'])}, {number(interval['hi'])}]"
            if bounds and not interval["lo"] <= true <= interval["hi"]:
                fine = "outside"
        said += f", at most {number(stage['upper'])}"
        rows.append(Row(f"How many customers: {stage['stage'].replace('_', ' ')}?",
                        stage["reason"] or stage["method"] or "", said, number(true), fine))
    return rows


def by_customer(scope):
    return {c["id"]: c for c in scope["by"]["customer"]}


def reached(answer, stage, order):
    """Is this customer said to have come at least that far, for certain?"""
    return answer is not None and answer["certainty"] == CERTAIN and answer["stage"] is not None and \
        order.index(answer["stage"]) >= order.index(stage)


def named(scope, truth):
    """Nobody is named who was none, and nobody is cleared who was one."""
    order, said = truth["stages"], by_customer(scope)
    certain = [c for c in said.values() if c["certainty"] == CERTAIN]
    none = [c["id"] for c in certain if c["id"] not in truth["reached"]]
    far = [c["id"] for c in certain if c["id"] in truth["reached"] and c["stage"] not in truth["reached"][c["id"]]]
    cleared = [c["id"] for c in said.values() if c["certainty"] == NOT_RECEIVED and c["id"] in truth["reached"]]
    possible = sum(c["certainty"] == POSSIBLE for c in said.values())
    return [
        Row("Which customers had it for certain?", f"{len(certain):,} named, {possible:,} possible",
            f"{len(none)} that had none" + (f": {', '.join(none[:5])}" if none else ""), "0 that had none",
            right(certain and not none)),
        Row("How far did it get at those?", f"of {len(certain):,} named",
            f"{len(far)} said to be further than they were" + (f": {', '.join(far[:5])}" if far else ""), "0",
            right(not far)),
        Row("Who did not get it?", f"{sum(c['certainty'] == NOT_RECEIVED for c in said.values()):,} cleared",
            f"{len(cleared)} of them had it" + (f": {', '.join(cleared[:5])}" if cleared else ""), "0 of them had it",
            right(not cleared and len(order) == 5))]


def covered(scope, truth):
    """Exact where a customer's own sources cover the window for that stage."""
    order, said, wrong, asked = truth["stages"], by_customer(scope), [], 0
    for ident, stages in truth["covered"].items():
        have = truth["reached"].get(ident, {})
        for stage in stages:
            asked += 1
            if (stage in have) != reached(said.get(ident), stage, order):
                # A later stage that is certain carries the earlier ones; an earlier one says nothing more.
                wrong.append(f"{ident} {stage}")
    return Row("Customers whose own logs cover the window: exact?", f"{len(truth['covered'])} customers, {asked} stages",
               f"{asked - len(wrong)} of {asked}" + (f", wrong: {', '.join(wrong[:6])}" if wrong else ""),
               f"{asked} of {asked}", right(asked and not wrong))


def one_list(scope, truth):
    """Twelve reports, nothing else: no estimate, and no guess."""
    step = next(s for s in scope["funnel"] if s["stage"] == "beaconed")
    fine = step["lower"] == len(truth["reports"]) and step["estimate"] is None and \
        step["upper"] == truth["customers"]
    return Row("How many, if all one has is twelve reports?", step["reason"] or "",
               f"at least {number(step['lower'])}, {number(step['estimate'])}, at most {number(step['upper'])}",
               f"at least {len(truth['reports'])}, not estimable, at most {truth['customers']:,}", right(fine))


def nobody_accused(attribution):
    """From one case and what can be forged nobody is named, and "none of the known" is an answer."""
    said = attribution["wording"]
    none = any(h["is_none"] for h in attribution["hypotheses"])
    return Row("Who did it?", said["sentence"], said["named"] or "not attributed", "not attributed",
               right(said["named"] is None and none and not attribution["calibrated"]))


def nothing_good_blocked(texts, diff, accepted):
    """No block list holds what stands in an accepted release too; the bad release is in it."""
    lists = {form: texts[form].lower() for form in ("defender", "yara", "osquery")}
    good = [form for form, text in lists.items() if diff["old"]["sha256"] in text]
    bad = diff["new"]["sha256"] in lists["defender"]
    return Row("What may be blocked?", f"{len(lists)} lists" + (", held against the accepted release" if accepted else ""),
               ("the bad release" if bad else "not the bad release") + "".join(f", the good one in {g}" for g in good),
               "the bad release", right(bad and not good))


def nobody_named(documents, truth, customers):
    """Public documents name no victim: neither id, domain nor key."""
    found = []
    for path, text in documents.items():
        for ident in truth["reached"]:
            c = customers[ident]
            if any(re.search(r"(?<![\w.-])" + re.escape(k) + r"(?!\w)", text) for k in (ident, c["domain"], c["licence"])):
                found.append(f"{path} names {ident}")
                break
    return Row("Do public documents name victims?", f"{len(documents)} documents", ", ".join(found) or "none", "none",
               right(documents and not found))
