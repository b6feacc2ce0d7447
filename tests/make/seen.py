"""How many pairs of each kind were missed or taken for an attack, in one form for every suite that counts
them; scripts/seen prints the lines of all of them."""


class Seen:
    def __init__(self):
        self.rows = {}

    def add(self, kind, tampered, verdict, placed):
        """A judged pair: tampered says what it is, placed whether a finding stands where the change was made."""
        row = self.rows.setdefault(kind, {"tampered": 0, "missed": 0, "elsewhere": 0, "innocent": 0, "not clean": 0, "alarms": 0})
        if tampered:
            missed = verdict not in ("review", "tampered")
            row["tampered"] += 1
            row["missed"] += missed
            row["elsewhere"] += not missed and not placed
        else:
            row["innocent"] += 1
            row["not clean"] += verdict != "clean"
            row["alarms"] += verdict == "tampered"

    def print(self):
        for kind, row in self.rows.items():
            print("# seen %-13s tampered %3d, missed %2d, elsewhere %2d; innocent %3d, not clean %2d, taken for tampered %2d" % (kind, *row.values()))
