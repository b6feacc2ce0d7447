"""What each source of the world sees of the truth, written in its maker's format.

Each function writes files below `out` and returns a dict: what a responder is told about the source.
What nobody is told (true zones, clock errors, lines that were lost) goes to `truth`.
"""

import csv
import json
import os
import time
import zlib

import makers
from world import DAY, HOUR

NEW, OLD, FIXED = "10.0.9", "10.0.8", "10.0.10"
LATEST = "/agent/helpdesk-agent-setup-latest.exe"
PRODUCT = "Helpdesk Agent"
SECOND_HOST = "q7f2.update-depot.example"
ZONES = {"US": -5, "CA": -5, "BR": -3, "MX": -6, "CL": -4, "AR": -3, "GB": 1, "IE": 1, "PT": 1, "JP": 9, "KR": 9,
         "AU": 10, "NZ": 13, "SG": 8, "HK": 8, "TW": 8, "IN": 5.5, "ZA": 2, "AE": 4, "TH": 7, "VN": 7}


def setup(version):
    return f"/agent/helpdesk-agent-setup-{version}.exe"


def iso(t):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(t))


class Sources:
    def __init__(self, world, out, wanted_bytes, participants):
        self.w, self.r, self.out = world, world.random, out
        self.bad_size = world.release["size_bytes"]
        self.good_size = {OLD: self.bad_size - 4711, FIXED: self.bad_size + 1234}
        self.c2 = world.release["host"]
        self.told = []
        self.truth = {"zones": {}, "offsets": {}, "lost": 0, "covered": {}, "lists": {}}
        self.pools = {}
        self.wanted_vendor = wanted_bytes * 0.7 / 7
        self.participants = participants
        self.wanted_customer = wanted_bytes * 0.3 / max(participants, 1)

    def add(self, ident, kind, owner, files, **more):
        row = {"id": ident, "kind": kind, "owner": owner, "timezone": None, "time_meaning": "end", "clock": None,
               "coverage": {"from": iso(self.w.first), "to": iso(self.w.last), "gaps": [], "completeness": None},
               "population": "all", "independent": False, "files": [os.path.relpath(f, self.out) for f in files]}
        row.update(more)
        self.told.append(row)

    # What a vendor's own servers log.

    def _requests(self, name, line):
        """Ordinary lines of a web server: (kept for all of one format)."""
        if name not in self.pools:
            r, pool = self.r, []
            for _ in range(3000):
                c = r.choice(self.w.customers)
                path = r.choice(("/widget/chat.js", "/widget/chat.css", "/api/presence", "/api/poll", "/favicon.ico",
                                 f"/img/{r.randrange(10 ** 6)}.png", "/agent/latest.yml", "/help/"))
                # A query that repeats the bad path is no download, nor is a referrer that does.
                referrer = "https://www.helpdesk.example" + (setup(NEW) if r.random() < 0.002 else "/")
                query = f"v={r.randrange(10 ** 6)}" if r.random() < 0.4 else \
                    ("from=" + setup(NEW) if r.random() < 0.002 else "")
                pool.append(line(r.choice(c.exits), None, r.choice(("GET", "GET", "POST")), path, query,
                                 r.choice((200, 200, 200, 304, 404)), r.randrange(90, 90000), referrer,
                                 r.choice(makers.AGENTS)))
            self.pools[name] = pool
        return self.pools[name]

    def _harmless(self, channel, line):
        """Requests for the product that gave nobody the bad release."""
        w, r, events = self.w, self.r, []
        for _ in range(max(len(w.customers) // 25, 40)):
            c, t = r.choice(w.customers), r.uniform(w.first, w.last)
            ip, agent = r.choice(c.exits), r.choice(makers.AGENTS)
            bad = channel.true_from <= t <= channel.true_to
            kind = r.random()

            def ask(path, status, size, method="GET", query=""):
                events.append((t, line(ip, None, method, path, query, status, size,
                                       "https://www.helpdesk.example/download", agent)))
            if kind < 0.45:
                if not bad:                 # the newest release, which is a good one at this time
                    version = OLD if t < channel.true_from else FIXED
                    ask(LATEST, 200, self.good_size[version])
            elif kind < 0.6:
                ask(setup(OLD), 200, self.good_size[OLD])
            elif kind < 0.7:
                if t > channel.true_to:
                    ask(setup(FIXED), 200, self.good_size[FIXED])
            elif kind < 0.78:
                ask(setup(NEW) + ".asc", 200 if bad else 404, 833 if bad else 153)
            elif kind < 0.85:
                ask(setup(NEW), 200 if bad else 404, 0 if bad else 153, method="HEAD")
            elif kind < 0.92:
                ask(setup(NEW), 304 if bad else 404, 0 if bad else 153)
            else:                           # broken off: nothing that could be installed
                if bad:
                    ask(setup(NEW), 200, r.randrange(1000, self.bad_size // 2))
        for _ in range(4):                  # people who study it: nobody's address
            t = r.uniform(channel.true_from, channel.true_to)
            events.append((t, line(f"198.51.100.{r.randrange(80, 120)}", None, "GET", setup(NEW), "", 200,
                                   self.bad_size, "", "curl/7.83.1")))
        if channel.kind == "download":      # what mirrors and caches fetch is no customer either
            for other in self.w.channels:
                if other.kind in ("mirror", "cdn"):
                    events.append((other.true_from - 60, line(f"198.51.100.{20 + len(other.id)}", None, "GET",
                                                              setup(NEW), "", 200, self.bad_size, "", "Wget/1.21.3")))
        return events

    def _downloads(self, channel, line):
        events = []
        for v in self.w.victims:
            if v.channel is not channel:
                continue
            t, agent = v.stages["delivered"], self.r.choice(makers.AGENTS[:4])
            query = ""
            if channel.kind == "update":
                query, agent = f"licence={v.customer.licence}&agent={v.host[1]}", "HelpdeskAgent/10.0.8"
            elif v.keyed:
                query = f"licence={v.customer.licence}"
            path = self._path(v)
            piece = self.bad_size // v.pieces
            for i in range(v.pieces):
                size = piece if i + 1 < v.pieces else self.bad_size - piece * (v.pieces - 1)
                events.append((t - i * 0.2, line(v.exit, None, "GET", path, query, 206 if v.pieces > 1 else 200,
                                                 size, "https://www.helpdesk.example/download", agent)))
        for c, host in self.visits.get(channel.id, ()):
            # A consultant's laptop in somebody else's office: the licence says whose it is.
            v = next(v for v in self.w.victims if v.customer is c)
            t = min(max(v.stages["delivered"], channel.true_from + 1), channel.true_to - 1)
            events.append((t, line(host.exits[0], None, "GET", setup(NEW), f"licence={c.licence}", 200,
                                   self.bad_size, "", makers.AGENTS[0])))
        return events

    def vendor(self):
        w, r = self.w, self.r
        clean = [c for c in w.customers if c.id not in w.reached and c.size == "small" and not c.shared and
                 not c.gateway]
        self.visits = {}
        for v in r.sample(w.victims, min(6, len(w.victims))):
            self.visits.setdefault(r.choice(("origin", "cdn-eu", "mirror-1")), []).append((v.customer, r.choice(clean)))
        gap_at = r.uniform(w.published + 2 * HOUR, w.pulled - 8 * HOUR)
        gaps = {"origin": [(gap_at, gap_at + r.uniform(2, 5) * HOUR)]}
        gap_at = float(int(r.uniform(w.published, w.pulled) / HOUR) * HOUR)
        gaps["cdn-us"] = [(gap_at, gap_at + 2 * HOUR)]
        offset = r.choice((-1, 1)) * r.uniform(20, 50) * 60
        plan = {
            "origin": ("nginx", makers.combined, makers.apache_stamp(7200), "", "access.log"),
            "cdn-eu": ("cloudfront", makers.cloudfront("FRA56-P2", w.channel["cdn-eu"].host),
                       makers.iso_stamp(between="\t"), makers.CLOUDFRONT_HEAD, "E2EU.gz"),
            "cdn-us": ("cloudfront", makers.cloudfront("IAD89-C1", w.channel["cdn-us"].host),
                       makers.iso_stamp(between="\t"), makers.CLOUDFRONT_HEAD, "E1US"),
            "mirror-1": ("apache", makers.combined, makers.apache_stamp(-18000), "", "access_log"),
            "mirror-2": ("iis", makers.iis, makers.iso_stamp(between=" "), makers.IIS_HEAD, "u_ex2209.log"),
            "mirror-3": ("nginx-json", makers.nginx_json, makers.iso_stamp(0, "+00:00"), "", "access.json"),
            "update": ("s3", makers.s3, makers.apache_stamp(0), "", "2022-09-update"),
        }
        for name, (kind, line, stamp, head, file_name) in plan.items():
            channel = w.channel[name]
            drift = offset if name == "mirror-3" else 0.0
            events = self._downloads(channel, line) + self._harmless(channel, line)
            path = os.path.join(self.out, "logs", name, file_name)
            makers.Log(path, stamp, head).write(w.first, w.last, events, self._requests(kind, line),
                                                self.wanted_vendor, f"{w.seed}-{name}", gaps.get(name, ()), drift)
            self.truth["offsets"][name] = drift
            self.add(name, kind, "vendor" if channel.kind != "mirror" else channel.host, [path], channel=name,
                     # The vendor's own probes of each channel stand in both its log and the channel's.
                     clock={"offset_seconds": round(drift + r.gauss(0, 0.3), 1), "sigma_seconds": 0.5,
                            "pairs": r.randrange(60, 90)},
                     coverage={"from": iso(w.first), "to": iso(w.last), "completeness": None,
                               "gaps": [{"lo": iso(a), "hi": iso(b)} for a, b in gaps.get(name, ())]})

    # What customers send of their own.

    def customers(self):
        w, r = self.w, self.r
        hit = [c for c in w.customers if c.id in w.reached and c.size != "small"]
        spared = [c for c in w.customers if c.id not in w.reached and c.size != "small"]
        chosen = r.sample(hit, min(self.participants // 2, len(hit)))
        chosen += r.sample(spared, min(self.participants - len(chosen), len(spared)))
        kits = (self._squid, self._zeek, self._zeek_json, self._dnsmasq, self._bind, self._sysmon, self._osquery,
                self._fleet, self._intune)
        self.at = {}
        for v in w.victims:
            self.at.setdefault(v.customer.id, []).append(v)
        for i, c in enumerate(chosen):
            gap = None
            if r.random() < 0.2:
                start = r.uniform(w.window[0], w.window[1] - 6 * HOUR)
                gap = (start, start + r.uniform(3, 8) * HOUR)
            kits[i % len(kits)](c, self.at.get(c.id, ()), [gap] if gap else [])

    def _write(self, c, kind, name, stamp, head, events, pool, gaps, sees, **more):
        path = os.path.join(self.out, "logs", "customers", c.id, name)
        makers.Log(path, stamp, head).write(self.w.first, self.w.last, events, pool, self.wanted_customer,
                                            f"{self.w.seed}-{c.id}-{name}", gaps)
        ident = f"{c.id.lower()}-{kind}"
        self.add(ident, kind, c.id, [path], population=[c.id], time_meaning="start",
                 # Who sends all that a sensor wrote says so; nobody says it of a vendor's own logs.
                 coverage={"from": iso(self.w.first), "to": iso(self.w.last), "completeness": 1,
                           "gaps": [{"lo": iso(a), "hi": iso(b)} for a, b in gaps]}, **more)
        if not gaps:
            plain = self._plain(c)
            self.truth["covered"].setdefault(c.id, []).extend(
                s for s in sees if s != "delivered" or plain or kind == "zeek-files")
        return ident

    def _plain(self, c):
        """Is it in the hours in which every channel served one thing? A log of one's own names no channel."""
        lo = max(ch.told_from[1] for ch in self.w.channels) + HOUR
        hi = min(ch.told_to[0] for ch in self.w.channels) - HOUR
        return all(lo <= v.stages["delivered"] <= hi for v in self.at.get(c.id, ()))

    def _beats(self, victims, line):
        """A beacon every half hour or so, for two days or until the logs end; the second stage once."""
        events = []
        for v in victims:
            t = v.stages["beaconed"]
            while t and t < min(v.stages["beaconed"] + 2 * DAY, self.w.last):
                events.append((t, line(v.customer, v.host, self.c2, t)))
                t += self.r.uniform(0.8, 1.2) * HOUR / 2
            if v.stages["second_stage"]:
                events.append((v.stages["second_stage"], line(v.customer, v.host, SECOND_HOST,
                                                              v.stages["second_stage"])))
        return events

    def _names(self, c, line):
        r = self.r
        # Names that only contain the bad one are other names.
        words = ["www.search.example", "mail." + c.domain, "time.pool.example", "cdn.fonts.example",
                 "api.payroll.example", self.c2 + ".other.invalid", "not" + self.c2]
        return [line(c, r.choice(c.hosts), r.choice(words), self.w.first) for _ in range(300)]

    def _lease(self, c, host, t):
        """The address inside: leases are a day long, and the next day somebody else has it."""
        at = c.hosts.index(host)
        return c.hosts[(at + int(t / DAY)) % len(c.hosts)][2]

    @staticmethod
    def _received(victims):
        return [(v.stages["delivered"], v.host, v) for v in victims]

    @staticmethod
    def _path(v):
        return LATEST if v.latest else setup(NEW)

    def _squid(self, c, victims, gaps):
        def beat(c, host, name, t):
            return makers.squid(self._lease(c, host, t), "GET", f"http://{name}/collect/ping", 200, 512)
        events = self._beats(victims, beat)
        for t, host, v in self._received(victims):
            events.append((t, makers.squid(self._lease(c, host, t), "GET", f"http://{v.channel.host}{self._path(v)}",
                                           200, self.bad_size + 312)))
        pool = [makers.squid(self.r.choice(c.hosts)[2], "GET", f"http://www.search.example/q/{i}", 200, 4000 + i)
                for i in range(300)]
        self._write(c, "squid", "squid.log", makers.epoch_stamp(3), "", events, pool, gaps,
                    ("delivered", "beaconed", "second_stage"))

    def _zeek(self, c, victims, gaps):
        def look(c, host, name, t):
            return makers.zeek_dns(self._lease(c, host, t), name)
        self._write(c, "zeek-dns", "dns.log", makers.epoch_stamp(6), makers.zeek_head(
            "dns", makers.ZEEK_DNS, makers.ZEEK_DNS_TYPES), self._beats(victims, look), self._names(c, look), gaps,
            ("beaconed", "second_stage"))
        events = [(t, makers.zeek_file(self._lease(c, host, t), "helpdesk-agent-setup-10.0.9.exe", self.bad_size,
                                       self.w.release["sha256"])) for t, host, _ in self._received(victims)]
        pool = [makers.zeek_file(self.r.choice(c.hosts)[2], "-", 4000 + i, f"{self.r.getrandbits(256):064x}")
                for i in range(200)]
        self._write(c, "zeek-files", "files.log", makers.epoch_stamp(6), makers.zeek_head(
            "files", makers.ZEEK_FILES, makers.ZEEK_FILES_TYPES), events, pool, gaps, ("delivered",))

    def _zeek_json(self, c, victims, gaps):
        def look(c, host, name, t):
            return makers.zeek_json_dns(self._lease(c, host, t), name)
        self._write(c, "zeek-json-dns", "dns.json", makers.epoch_stamp(6), "", self._beats(victims, look),
                    self._names(c, look), gaps, ("beaconed", "second_stage"))
        events = [(t, makers.zeek_json_http(self._lease(c, host, t), v.channel.host, self._path(v), self.bad_size))
                  for t, host, v in self._received(victims)]
        pool = [makers.zeek_json_http(self.r.choice(c.hosts)[2], "www.search.example", f"/q/{i}", 4000)
                for i in range(200)]
        self._write(c, "zeek-json-http", "http.json", makers.epoch_stamp(6), "", events, pool, gaps, ("delivered",))

    def _zone(self, c):
        hours = ZONES.get(c.country, 2)
        declared = self.r.random() < 0.5
        text = f"{'-' if hours < 0 else '+'}{int(abs(hours)):02d}:{int(abs(hours) * 60) % 60:02d}"
        return int(hours * HOUR), text if declared else None

    def _dns_log(self, c, victims, gaps, kind, name, stamp, line):
        shift, declared = self._zone(c)

        def look(c, host, asked, t):
            return line(self._lease(c, host, t), asked)
        ident = self._write(c, kind, name, stamp(shift), "", self._beats(victims, look), self._names(c, look), gaps,
                            ("beaconed", "second_stage"), timezone=declared)
        self.truth["zones"][ident] = shift

    def _dnsmasq(self, c, victims, gaps):
        self._dns_log(c, victims, gaps, "dnsmasq", "dnsmasq.log", makers.syslog_stamp, makers.dnsmasq)

    def _bind(self, c, victims, gaps):
        self._dns_log(c, victims, gaps, "bind", "query.log", makers.bind_stamp, makers.bind)

    def _sysmon(self, c, victims, gaps):
        place = "C:\\Program Files\\Helpdesk Agent\\"

        def look(_c, host, name, _t):
            return makers.sysmon(host[0], 22, ProcessId="4312", QueryName=name, QueryStatus="0",
                                 QueryResults="198.51.100.66;", Image=place + "Helpdesk Agent.exe")
        events = self._beats(victims, look)
        for v in victims:
            saved = "C:\\Users\\agent\\Downloads\\helpdesk-agent-setup-10.0.9.exe"
            events.append((v.stages["delivered"], makers.sysmon(v.host[0], 11, Image="C:\\Windows\\explorer.exe",
                                                                TargetFilename=saved, ProcessId="811")))
            if v.stages["installed"]:
                events.append((v.stages["installed"], makers.sysmon(
                    v.host[0], 1, Image=saved, ProcessId="4310", CommandLine=f'"{saved}" /S', User="DESK\\agent",
                    Hashes="SHA256=" + self.w.release["sha256"].upper())))
            if v.stages["executed"]:
                # The program that runs is Electron's; what was changed is a script inside its archive.
                events.append((v.stages["executed"], makers.sysmon(
                    v.host[0], 1, Image=place + "Helpdesk Agent.exe", ProcessId="4312",
                    CommandLine=f'"{place}Helpdesk Agent.exe"', User="DESK\\agent",
                    Hashes=f"SHA256={7:064X}")))
        pool = self._names(c, look)
        self._write(c, "sysmon", "sysmon.json", makers.sysmon_stamp, "", events, pool, gaps,
                    ("beaconed", "second_stage"))      # that a file was made does not say that it is whole

    def _osquery(self, c, victims, gaps):
        def row(host, version, action="added"):
            return makers.osquery("programs", host[0], host[1], {
                "name": PRODUCT, "version": version, "install_location": "C:\\Program Files\\Helpdesk Agent"}, action)
        events = []
        for v in victims:
            t = v.stages["installed"]
            if t:
                t = (int(t / HOUR) + 1) * HOUR          # what an hourly query saw first
                events.append((t, row(v.host, NEW)))
                if t + 6 * DAY < self.w.last:
                    events.append((t + 6 * DAY, row(v.host, NEW, "removed")))
        pool = [makers.osquery("uptime", h[0], h[1], {"days": str(i), "hours": "3"}) for h in c.hosts for i in range(9)]
        self._write(c, "osquery", "osqueryd.results.log", makers.osquery_stamp, "", events, pool, gaps, ("installed",))

    def _inventory(self, c, victims, kind, head, row):
        """Two looks at every host, before and after: nothing is said about the time between."""
        w = self.w
        bad = {v.host[0]: v for v in victims}
        looks = (utc_day(w.published, -2), utc_day(w.pulled, 2))
        for t in looks:
            path = os.path.join(self.out, "logs", "customers", c.id, f"{kind}-{iso(t)[:10]}.csv")
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", newline="", encoding="utf-8") as f:
                sheet = csv.writer(f)
                sheet.writerow(head)
                for h in c.hosts:
                    v = bad.get(h[0])
                    have = NEW if v and v.stages["installed"] and v.stages["installed"] < t else OLD
                    for what in ((PRODUCT, have), ("7-Zip 22.01 (x64)", "22.01"), ("Mail, Calendar & More", "1.4")):
                        sheet.writerow(row(h, *what, t))
            # An inventory may say nothing of when it was taken; the one who sends it does.
            self.add(f"{c.id.lower()}-{kind}-{iso(t)[:10]}", kind, c.id, [path], population=[c.id],
                     time_meaning="start", coverage={"from": iso(t), "to": iso(t), "gaps": [], "completeness": None})
        if all(not v.stages["installed"] or v.stages["installed"] < looks[1] for v in victims):
            self.truth["covered"].setdefault(c.id, []).append("installed")

    def _fleet(self, c, victims, _gaps):
        self._inventory(c, victims, "fleet", ("hostname", "host_uuid", "software_name", "software_version", "source",
                                              "last_seen"),
                        lambda h, name, version, t: (h[0], h[1], name, version, "programs", iso(t)))

    def _intune(self, c, victims, _gaps):
        self._inventory(c, victims, "intune", (
            "ApplicationKey", "ApplicationName", "ApplicationPublisher", "ApplicationShortVersion",
            "ApplicationVersion", "DeviceId", "DeviceName", "OSDescription", "OSVersion", "Platform", "UserId",
            "EmailAddress", "UserName"),
            lambda h, name, version, t: (f"{zlib.crc32((name + version).encode()):08x}", name, "", "", version, h[1],
                                         h[0], "Windows", "10.0.19044.2006", "Windows", "", f"user@{c.domain}", ""))

    # Lists that others hold.

    def lists(self):
        w, r = self.w, self.r
        beaconed = [c for c in w.customers if "beaconed" in w.reached.get(c.id, ())]
        by = {}
        for v in w.victims:
            if v.stages["beaconed"]:
                by.setdefault(v.customer.id, v)
        # Large customers are easier to see for both: a dependence that nobody is told of.
        sees = {"pdns": {"small": 0.24, "medium": 0.30, "large": 0.38},
                "edr": {"small": 0.20, "medium": 0.30, "large": 0.40},
                "sinkhole": {"small": 0.30, "medium": 0.30, "large": 0.30}}
        # The endpoint vendor sees it run, whether it calls home or not.
        ran = [c for c in w.customers if "executed" in w.reached.get(c.id, ())]
        seen = {name: [c for c in (ran if name == "edr" else beaconed) if r.random() < p[c.size]]
                for name, p in sees.items()}
        self.truth["lists"] = {name: len(cs) for name, cs in seen.items()}
        folder = os.path.join(self.out, "logs", "lists")
        os.makedirs(folder, exist_ok=True)

        rows = [[by[c.id].exit, self.c2, "A", int(by[c.id].stages["beaconed"]),
                 int(min(by[c.id].stages["beaconed"] + 2 * DAY, w.last)), r.randrange(2, 90)] for c in seen["pdns"]]
        rows += [[f"198.51.100.{r.randrange(80, 120)}", self.c2, "A", int(w.pulled + 9000), int(w.pulled + 9900), 2]
                 for _ in range(5)]
        rows += [[r.choice(r.choice(w.customers).exits), "not" + self.c2, "A", int(w.pulled), int(w.pulled + 99), 1]
                 for _ in range(5)]
        self._table(folder, "pdns.csv", ("client_ip", "rrname", "rrtype", "time_first", "time_last", "count"), rows)
        self.add("pdns", "csv", "passive DNS operator", [os.path.join(folder, "pdns.csv")], independent=True,
                 timezone="UTC", time_meaning="start", mapping=self._mapping(
                     folder, "pdns", "csv", "contacted", time="time_first", ip="client_ip", to_host="rrname"))

        rows = []
        for c in seen["edr"]:
            v = by.get(c.id) or next(v for v in w.victims if v.customer is c and v.stages["executed"])
            rows.append([c.domain, v.host[0], w.release["sha256"], self.c2 if c.id in by else "",
                         iso(v.stages["beaconed"] or v.stages["executed"])])
        rows += [["lab.analyst.example", "vm-1.lab.analyst.example", w.release["sha256"], self.c2,
                  iso(w.pulled + 7000)]]
        rows += [[c.domain, c.hosts[0][0], f"{11:064x}", "www.search.example", iso(w.pulled)]
                 for c in r.sample(w.customers, 6)]
        self._table(folder, "edr.csv", ("tenant", "device", "sha256", "remote_host", "first_seen"), rows)
        self.add("edr", "csv", "endpoint vendor", [os.path.join(folder, "edr.csv")], independent=True,
                 time_meaning="start", mapping=self._mapping(
                     folder, "edr", "csv", "executed", time="first_seen", domain="tenant", host="device", hash="sha256",
                     to_host="remote_host"))

        with open(os.path.join(folder, "sinkhole.jsonl"), "w", encoding="utf-8") as f:
            for c in seen["sinkhole"]:
                f.write(json.dumps({"ts": iso(by[c.id].stages["beaconed"] + 600), "account": c.account,
                                    "http_host": self.c2, "uri": "/collect/ping", "count": r.randrange(1, 60)}) + "\n")
        self.add("sinkhole", "jsonl", "national CERT", [os.path.join(folder, "sinkhole.jsonl")], independent=True,
                 time_meaning="start", mapping=self._mapping(
                     folder, "sinkhole", "jsonl", "contacted", time="ts", account="account", to_host="http_host"))

        # A dozen who came forward, most of them because the endpoint vendor had called them.
        called = [c for c in seen["edr"] if c.id in by]
        others = [c for c in beaconed if c not in called]
        reports = r.sample(called, min(8, len(called)))
        reports += r.sample(others, min(12 - len(reports), len(others)))
        texts = ("we see this", "=1+1", "found on 3 machines", "<script>alert(1)</script>")
        self.reports = [{"customer": c.id, "stage": "beaconed", "at": iso(w.pulled + r.uniform(4, 90) * HOUR),
                         "told_by": "endpoint vendor" if c in called else f"ticket {i + 4711}", "note": r.choice(texts)}
                        for i, c in enumerate(reports)]
        self.truth["reports"] = sorted(c.id for c in reports)

    def _mapping(self, folder, name, kind, act, **columns):
        """What the columns of a list mean: lists have no maker whose format one could know."""
        path = os.path.join(folder, name + ".columns")
        with open(path, "w", encoding="utf-8") as f:
            f.write(f"format {kind}\nact {act}\n" + "".join(f"{what} {column}\n" for what, column in columns.items()))
        return os.path.relpath(path, self.out)

    @staticmethod
    def _table(folder, name, head, rows):
        with open(os.path.join(folder, name), "w", newline="", encoding="utf-8") as f:
            sheet = csv.writer(f)
            sheet.writerow(head)
            sheet.writerows(rows)


def utc_day(t, days):
    return float(int(t / DAY) * DAY + days * DAY + 3 * HOUR)
