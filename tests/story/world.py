"""Draws one compromise from a seed number: vendor, customers, channels, who received what and when.

Everything here is truth. What a responder knows of it is written by `simulate`; assay never sees this.
Times are seconds since 1970, UTC. Names and addresses are reserved ones: `.example`, 198.18.0.0/15 and
2001:db8::/32 for customers, 203.0.113.0/24 for shared addresses, 192.0.2.0/24 for a web gateway,
198.51.100.0/24 for those who are nobody's customer.
"""

import calendar
import dataclasses
import random
import uuid

STAGES = ("delivered", "installed", "executed", "beaconed", "second_stage")
HOUR, DAY = 3600, 86400
COUNTRIES = """US CA GB DE FR NL AU SE ES IT PL BR MX JP SG IE CH AT BE DK NO FI PT CZ RO HU GR BG HR SK
SI EE LV LT LU MT CY IS UA TR IL AE SA QA KW EG MA TN ZA NG KE GH SN CI ET TZ UG IN PK BD LK NP TH VN MY
ID PH TW HK KR NZ CL AR CO PE EC UY CR PA""".split()
INDUSTRIES = """manufacturing healthcare insurance technology telecommunications retail finance
education logistics energy hospitality government""".split()
NAMES_A = """Alder Birch Cedar Dune Elm Fjord Gorse Heath Iris Juniper Kestrel Linden Maple Nettle
Osier Pine Quartz Reed Sorrel Teal Umber Violet Willow Yarrow""".split()
NAMES_B = """Freight Foods Mutual Clinics Motors Textiles Networks Press Steel Travel Energy Care
Logistics Bank Schools Papers Optics Tools Homes Farms""".split()
NAMES_C = ("Ltd", "GmbH", "S.A.", "Inc", "AB", "Oy", "Pty", "B.V.")
# Names as customer lists have them: text that a page or a terminal would obey.
ODD_NAMES = ("<b>Bold & Sons</b>", "Čapek, Řehoř s.r.o.",
             'The "Quoted", Comma Co', "+49 Telefon GmbH", "\u202everkehrt AG")


@dataclasses.dataclass
class Channel:
    id: str
    kind: str               # download, mirror, cdn, update
    host: str
    fanout: str             # what stands between a client and a customer
    ttl: int                # seconds that a cache may go on serving what it has
    true_from: float        # first bad byte that it could serve
    true_to: float          # last bad byte that it served
    told_from: tuple        # what the vendor can prove: (lo, hi)
    told_to: tuple


@dataclasses.dataclass
class Customer:
    id: str
    name: str
    country: str
    industry: str
    size: str
    licence: str
    account: str
    domain: str
    ips: list               # what the customer list says
    exits: list             # addresses that requests really come from
    hosts: list             # [(host name, agent id, address inside)]
    shared: bool = False    # its address is also somebody else's
    gateway: bool = False   # its requests leave through a web gateway


@dataclasses.dataclass
class Victim:
    """What happened at one host of one customer. A stage that did not happen is None."""
    customer: Customer
    host: tuple
    channel: Channel
    exit: str
    latest: bool            # asked for the address that always has the newest release
    keyed: bool             # the request carries the licence
    pieces: int             # ranges that a download manager asked for, 1 for a plain download
    stages: dict            # stage -> time


def utc(*parts):
    return float(calendar.timegm(parts + (0,) * (9 - len(parts))))


def dotted(number):
    return ".".join(str(number >> s & 255) for s in (24, 16, 8, 0))


class World:
    """One draw. `customers`, `victims` (hosts), `channels`, `reached` (customer id -> stage -> time)."""

    def __init__(self, seed, size, release, rate):
        self.seed = seed
        self.random = random.Random(seed)
        self.release = release
        self.first = utc(2022, 9, 20)                   # what the logs span
        self.last = utc(2022, 10, 4)
        self.as_of = utc(2022, 10, 4, 12)
        self._channels()
        self._customers(size)
        self._attack(rate)

    def _channels(self):
        r = self.random
        begin = utc(2022, 9, 27, 5) + r.uniform(0, 3 * HOUR)
        end = utc(2022, 9, 29, 13) + r.uniform(0, 3 * HOUR)
        self.published, self.pulled = begin, end

        def told(at, widest):
            width = r.uniform(5, widest) * 60
            before = r.uniform(0, width)
            return (at - before, at - before + width)

        def channel(name, kind, host, fanout="none", ttl=0, delay=0):
            start = begin + (r.uniform(0.3, 1) * delay if delay else 0)
            stop = end + (r.uniform(0.3, 1) * delay if delay else 0) + (r.uniform(0.2, 1) * ttl if ttl else 0)
            # A cache keeps what it has: told is when the origin changed, the time to live comes on top.
            return Channel(name, kind, host, fanout, ttl, start, stop, told(start, 40 if not delay else 10),
                           told(stop if not ttl else end, 40 if not delay else 10))

        self.channels = [
            channel("origin", "download", "download.helpdesk.example"),
            channel("cdn-eu", "cdn", "eu.cdn.helpdesk.example", "cache", HOUR),
            channel("cdn-us", "cdn", "us.cdn.helpdesk.example", "cache", HOUR),
            channel("mirror-1", "mirror", "mirror.uni-north.example", "mirror", 0, 2 * HOUR),
            channel("mirror-2", "mirror", "mirror.isp-south.example", "mirror", 0, 3 * HOUR),
            channel("mirror-3", "mirror", "mirror.host-east.example", "mirror", 0, 4 * HOUR),
            channel("update", "update", "update.helpdesk.example"),
        ]
        self.channel = {c.id: c for c in self.channels}
        self.window = (min(c.true_from for c in self.channels), max(c.true_to for c in self.channels))

    def _customers(self, size):
        r = self.random
        self.customers = []
        weights = [1 / (i + 2) for i in range(len(COUNTRIES))]
        pool, v6 = 198 << 24 | 18 << 16, 0
        group = []                                      # customers that still share the current address
        shared_address, shared_left = 203 << 24 | 113 << 8, 0
        for n in range(size):
            scale = r.choices(("small", "medium", "large"), (60, 30, 10))[0]
            country = COUNTRIES[n] if n < len(COUNTRIES) else r.choices(COUNTRIES, weights)[0]
            name = f"{r.choice(NAMES_A)} {r.choice(NAMES_B)} {r.choice(NAMES_C)}"
            if n % 997 == 13:
                name = ODD_NAMES[n // 997 % len(ODD_NAMES)]
            ident = f"C{n + 1:05d}"
            domain = f"c{n + 1:05d}.example"
            c = Customer(ident, name, country, r.choice(INDUSTRIES), scale,
                         f"HD-{r.randrange(16 ** 4):04X}-{r.randrange(16 ** 4):04X}-{n:05X}",
                         f"acct{n + 1:05d}", domain, [], [], [])
            if scale == "small" and r.random() < 0.04:
                if not shared_left:
                    shared_address, shared_left = shared_address + 1, r.randrange(2, 6)
                    group = []
                shared_left -= 1
                group.append(c)
                c.ips = c.exits = [dotted(shared_address)]
                for member in group if len(group) > 1 else ():
                    member.shared = True
            else:
                bits = {"small": 0, "medium": 2, "large": 4}[scale]
                pool = (pool + (1 << bits) - 1) >> bits << bits
                c.ips = [dotted(pool) + (f"/{32 - bits}" if bits else "")]
                c.exits = [dotted(pool + i) for i in range(1 << bits)]
                pool += 1 << bits
                if scale != "small" and r.random() < 0.2:
                    v6 += 1
                    c.ips.append(f"2001:db8:{v6:x}::/48")
                    c.exits += [f"2001:db8:{v6:x}::{r.randrange(1, 65536):x}" for _ in range(2)]
                if r.random() < 0.03:
                    c.gateway = True
            for h in range({"small": 2, "medium": 6, "large": 15}[scale]):
                c.hosts.append((f"ws{h + 1:02d}.{domain}", str(uuid.UUID(int=r.getrandbits(128), version=4)),
                                f"10.{n >> 8 & 255}.{n & 255}.{h + 10}"))
            self.customers.append(c)
        self.by_id = {c.id: c for c in self.customers}

    def _moment(self, channel):
        """When somebody asks: by day more than by night, always inside the channel's bad time."""
        r = self.random
        while True:
            at = r.uniform(channel.true_from, channel.true_to)
            hour = at % DAY / HOUR
            if 7 <= hour <= 20 or r.random() < 0.35:
                return at

    def _attack(self, rate):
        r = self.random
        self.victims = []
        self.reached = {}
        routes = ["origin"] * 22 + ["cdn-eu"] * 22 + ["cdn-us"] * 20 + ["mirror-1"] * 5 + ["mirror-2"] * 4 + \
            ["mirror-3"] * 5 + ["update"] * 22
        more = {"small": 0.7, "medium": 1.1, "large": 1.9}
        for c in self.customers:
            if r.random() >= rate * more[c.size]:
                continue
            many = 1 if c.size == "small" else 1 + min(len(c.hosts) - 1, int(r.expovariate(0.7)))
            for host in r.sample(c.hosts, many):
                self.victims.append(self._victim(c, host, self.channel[r.choice(routes)]))
        for v in self.victims:
            have = self.reached.setdefault(v.customer.id, {})
            for stage, at in v.stages.items():
                if at is not None:
                    have[stage] = min(at, have.get(stage, at))

    def _victim(self, c, host, channel):
        r = self.random
        at = self._moment(channel)
        stages = dict.fromkeys(STAGES)
        stages["delivered"] = at
        silent = channel.kind == "update"
        if r.random() < (0.99 if silent else 0.85):
            stages["installed"] = at + (r.uniform(30, 600) if silent else 60 + r.expovariate(1 / (3 * HOUR)))
        if stages["installed"]:                 # the installer starts it, as many do
            stages["executed"] = stages["installed"] + r.uniform(5, 120)
        if stages["executed"] and r.random() < 0.9:
            stages["beaconed"] = stages["executed"] + r.uniform(2, 90)
        if stages["beaconed"] and r.random() < 0.08:
            stages["second_stage"] = stages["beaconed"] + r.uniform(HOUR, 30 * HOUR)
        exit_ = f"192.0.2.{r.randrange(10, 240)}" if c.gateway else r.choice(c.exits)
        keyed = silent or r.random() < 0.3
        # A download manager's ranges add up; a licence is only seen where the address carries it.
        return Victim(c, host, channel, exit_, not silent and r.random() < 0.4, keyed,
                      4 if not silent and r.random() < 0.03 else 1, stages)

    def totals(self):
        return {s: sum(s in have for have in self.reached.values()) for s in STAGES}
