#!/usr/bin/env python3
"""The comparison with the record must be able to fail: right and wrong answers, and what it says."""

import os
import sys
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from compare import compare, is_member  # noqa: E402

RECORD = {"path": "src/main.js", "line": 40, "end_line": 44, "offset": 1000, "length": 200,
          "host": "cdn.helpdesk-static.example", "also": []}


def answer(member="a.exe!/$PLUGINSDIR/app-64.7z!/resources/app.asar!/src/main.js", line=41,
           host="cdn.helpdesk-static.example", **where):
    place = {"member": member, "line": line}
    place.update(where)
    return {"verdict": "tampered", "findings": [
        {"id": "AS-0001", "where": place, "untrusted": {"decoded": ["https://" + host + "/x.js"]}}]}


class Compare(unittest.TestCase):
    def test_right(self):
        for good in (answer(), answer(line=37), answer(line=47),
                     answer(line=1, offset=900, length=400), answer(line=None, offset=1100, length=1)):
            self.assertEqual(compare(RECORD, good, {}), [])

    def test_no_finding(self):
        self.assertEqual(len(compare(RECORD, {"verdict": "tampered", "findings": []}, {})), 2)

    def test_wrong_member(self):
        for member in ("x.tgz!/package/src/other.js", "x.tgz!/package/main.js", "src/main.js.bak",
                       "x.tgz!/package/lib/src/main.js", ""):
            self.assertTrue(any("names the member" in w for w in compare(RECORD, answer(member), {})), member)

    def test_wrong_line(self):
        for bad in (answer(line=36), answer(line=48), answer(line=1, offset=100, length=900),
                    answer(line=1, offset=1200, length=50), answer(line=None)):
            self.assertTrue(any("is at src/main.js:40" in w for w in compare(RECORD, bad, {})))

    def test_wrong_host(self):
        wrong = compare(RECORD, answer(host="cdn.helpdesk.example"), {})
        self.assertEqual(wrong, ["no finding shows the host cdn.helpdesk-static.example"])

    def test_host_elsewhere_does_not_count(self):
        bad = answer(host="x.example")
        bad["delta"] = {"added": [{"member": "cdn.helpdesk-static.example"}]}
        self.assertEqual(len(compare(RECORD, bad, {})), 1)

    def test_members(self):
        self.assertTrue(is_member("n_1.deb!/control.tar.xz!/./postinst", "DEBIAN/postinst"))
        self.assertTrue(is_member("n_1.deb!/data.tar.xz!/./usr/bin/x", "usr/bin/x"))
        self.assertTrue(is_member("p.tgz!/package/index.js", "index.js"))
        self.assertTrue(is_member("index.js", "index.js"))
        self.assertTrue(is_member("p.exe!/[bundle]/index.js", "index.js"))
        self.assertTrue(is_member("p.msi!/Binary.setup.js", "actions/setup.js"))
        self.assertFalse(is_member("p.msi!/Binary.other.js", "actions/setup.js"))
        self.assertFalse(is_member("lib/index.js", "index.js"))

    def test_line_that_loads_the_module(self):
        record = dict(RECORD, also=[dict(RECORD, path="index.js", line=3, end_line=3, offset=50, length=20)])
        self.assertEqual(compare(record, answer("p.tgz!/package/index.js", 3), {}), [])


if __name__ == "__main__":
    unittest.main()
