#!/usr/bin/env python3
"""Compares an answer of assay with a tamperer's record:  compare.py RECORD ANSWER [VERDICT...]

Says in one line whether the verdict is one of VERDICT (default: tampered) and whether findings name
the member, the line and the decoded host; exit status 0 if all of it agrees, else 1.
"""

import json
import sys

LINES = 3


def is_member(member, path):
    """True if a member's name in a report, without its containers, is the path in the tree."""
    inner = member.replace("\\", "/").split("!/")[-1]
    while inner.startswith("./"):
        inner = inner[2:]
    # the folder that pack puts round the tree
    for top in ("package/", "release/", "[bundle]/", "[package]/", "{app}/", "ProgramFilesFolder/Helpdesk/"):
        if inner.startswith(top) and not path.startswith(top):
            inner = inner[len(top):]
    if path.startswith("actions/"):                  # a script in the table Binary of a database
        return inner == "Binary." + path[len("actions/"):]
    return inner == path or "DEBIAN/" + inner == path


def at_place(where, place):
    """True if a finding's place is the record's: the line, or a span that meets the statement."""
    if not is_member(where.get("member") or "", place["path"]):
        return False
    line = where.get("line")
    if line is not None and place["line"] - LINES <= line <= place["end_line"] + LINES:
        return True
    offset, length = where.get("offset"), where.get("length")
    if offset is None or not length:
        return False
    return offset < place["offset"] + place["length"] and place["offset"] < offset + length


def compare(record, answer, expect):
    """What of a tampering the answer does not say, as a list of sentences."""
    findings = answer.get("findings", [])
    places = [record] + record["also"]
    wrong = []
    if expect.get("place", True):
        members = [f for f in findings
                   if any(is_member(f["where"].get("member") or "", p["path"]) for p in places)]
        if not members:
            wrong.append("no finding names the member %s" % record["path"])
        elif not any(at_place(f["where"], p) for f in members for p in places):
            wrong.append("no finding is at %s:%d, but at %s" % (
                record["path"], record["line"], ", ".join(sorted({str(f["where"].get("line")) for f in members}))))
    if expect.get("host", True) and record["host"]:
        text = json.dumps([[f.get("untrusted"), f.get("why"), f.get("flow"), f.get("title")]
                           for f in findings], ensure_ascii=False)
        if record["host"] not in text:
            wrong.append("no finding shows the host %s" % record["host"])
    return wrong


def main(record_file, answer_file, verdicts):
    with open(record_file, encoding="utf-8") as f:
        record = json.load(f)
    with open(answer_file, encoding="utf-8") as f:
        answer = json.load(f)
    wrong = compare(record, answer, {})
    if answer.get("verdict") not in verdicts:
        wrong.insert(0, "the verdict is %s" % answer.get("verdict"))
    what = "%s:%d, %s (%s, hidden by %s), host %s" % (
        record["member"], record["line"], record["purpose"], record["place"], record["hiding"], record["host"])
    if wrong:
        print("DISAGREES with the tamperer's record %s: %s" % (what, "; ".join(wrong)))
        return 1
    print("agrees with the tamperer's record: %s" % what)
    return 0


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.stderr.write(__doc__)
        sys.exit(2)
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3:] or ["tampered"]))
