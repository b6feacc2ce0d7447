#!/usr/bin/env python3
"""What the monitor looks at beside the ledger, over real connections on loopback: hours of people,
downloads in several views, certificate logs, signing logs, registries. For each: silence while all is
right, one alert with its evidence when it is not, and no second one.
usage: ledger-watch.py ASSAY ROOT"""
import datetime
import glob
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
from watch_world import CtLog, Key, Tlog, Web, b64, rekor_v1, rekor_v2, sha256  # noqa: E402

assay = os.path.realpath(sys.argv[1])
sys.argv[2] = os.path.realpath(sys.argv[2])
here = tempfile.mkdtemp(prefix="assay-watch.")
os.chdir(here)
checks = failed = 0


def check(what, good):
    global checks, failed
    checks += 1
    if not good:
        failed += 1
        print(f"not ok: {what}\n  err: {last_err}")


last_err = ""


def run(status, *args):
    global last_err
    done = subprocess.run([assay, *args], capture_output=True, text=True, stdin=subprocess.DEVNULL,
                          check=False)
    last_err = done.stderr
    check(f"exit {done.returncode}, not {status}: assay {' '.join(args)}", done.returncode == status)
    return done.stdout.strip()


# ---- a vendor --------------------------------------------------------------------------------------

def make_vendor():
    lines = ["vendor vendor.example", "threshold root 1", "threshold approver 2"]
    for role, n in (("root", 1), ("approver", 3), ("builder", 1), ("pulse", 1)):
        for i in range(1, n + 1):
            run(0, "ledger", "keys", "new", f"vendor.example/{role}{i}", f"{role}{i}.key")
            with open(f"{role}{i}.key.pub", encoding="utf-8") as f:
                lines.append(f"{role} {f.read().strip()}")
    with open("roles.txt", "w", encoding="utf-8") as f:
        f.write("\n".join(lines) + "\n")
    run(0, "ledger", "init", "L", "roles.txt", "--origin", "ledger.vendor.example")
    run(0, "ledger", "approve", "L/requests/keys-1.entry", "-k", "root1.key")
    run(0, "ledger", "publish", "L")
    with open("L/private/policy", encoding="utf-8") as f:
        first = f.readline().strip()
    with open("pinned.txt", "w", encoding="utf-8") as f:
        f.write(f"{first} {web.url}/ledger\nquorum none\n")


def ship(version, content, now=None, asked=True, product="agent", keys=("approver1", "approver2")):
    with open(f"{product}-{version}.bin", "wb") as f:
        f.write(content)
    at = ["--now", now] if now else []
    file = run(0, "ledger", "request", "L", "--product", product, "--release", version, *at,
               f"{product}-{version}.bin").splitlines()[-1]
    if asked:
        shutil.copy(file, "asked/")
    run(0, "ledger", "approve", file, *[x for k in keys for x in ("-k", f"{k}.key")])
    run(0, "ledger", "publish", "L", *at)


def monitor(status, *expected, now=None, plan=None, more=()):
    """One look. Each expected text is in one alert, and there are no others."""
    if plan is not None:
        with open("plan", "w", encoding="utf-8") as f:
            f.write("assay-watch/v1\n" + plan)
    run(status, "ledger", "monitor", "--policy", "pinned.txt", "--state", "m", "--requests", "asked",
        "--watch", "plan", "--once", *(["--now", now] if now else []), *more)
    alerts = [line for line in last_err.splitlines() if " ALERT " in line]
    check(f"{len(alerts)} alerts, not {len(expected)}", len(alerts) == len(expected))
    for text in expected:
        check(f"no alert with {text!r}", any(text in line for line in alerts))
    return alerts


def evidence(kind):
    found = sorted(glob.glob(f"m/evidence-{kind}-*"), key=os.path.getmtime)
    with open(found[-1], "rb") as f:
        return f.read()


def at(hours):
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=hours)).strftime(
        "%Y-%m-%dT%H:%M:%SZ")


# ---- what is tried ---------------------------------------------------------------------------------

def plans_are_strict():
    key = b64(bytes(91))
    for bad in ("hours a Nowhere/Land mon 08:00-18:00", "hours a UTC mon 18:00-08:00", "hours a UTC xyz 08:00-18:00",
                "hours a unknown mon 08:00-18:00", "holiday 2026-02-30", "holiday 2026-12-31..2026-12-24",
                "view", "view a agent", "view a\nview a", "channel ftp://x", "own-key abc", "signer 00", "known 00",
                "domain example", "domain vendor.example.", "domain *.vendor.example", "domain a..b", f"ct static http://x {key}", "tlog http://x nokey", "registry cargo http://x",
                "late 0", "what is this", "domain a.example\nct static http://x !!", "channel-bytes -1"):
        with open("plan", "w", encoding="utf-8") as f:
            f.write(f"assay-watch/v1\n{bad}\n")
        run(2, "ledger", "monitor", "--policy", "pinned.txt", "--state", "m0", "--watch", "plan", "--once")
        check(f"a line is named for {bad}", "plan:" in last_err)
    example = os.path.join(sys.argv[2], "examples", "vendor.watch")
    run(2, "ledger", "monitor", "--policy", "no-policy", "--state", "m0", "--watch", example, "--once")
    check("the example can be read", "no-policy" in last_err and "vendor.watch" not in last_err)
    with open("plan", "w", encoding="utf-8") as f:
        f.write("assay-watch/v2\n")
    run(2, "ledger", "monitor", "--policy", "pinned.txt", "--state", "m0", "--watch", "plan", "--once")


def hours():
    """2026-12-07 is a Monday, and Berlin is an hour ahead of UTC then."""
    plan = """hours * Europe/Berlin mon-fri 08:00-18:00
hours vendor.example/approver3 America/New_York mon-fri,sun 09:00-17:00
holiday 2026-12-24..2026-12-26
holiday 2026-12-08 vendor.example/approver2
pulse-within 100000000
"""
    monitor(0, plan=plan, now="2026-12-07T06:00:00Z")
    ship("2.0", b"two", now="2026-12-07T07:00:00Z")
    monitor(0, now="2026-12-07T07:01:00Z")
    ship("2.1", b"two.one", now="2026-12-07T17:00:00Z")
    alerts = monitor(1, "approver1 signed for 2026-12-07T17:00:00Z, outside its hours",
                     "approver2 signed for 2026-12-07T17:00:00Z", now="2026-12-07T17:01:00Z")
    check("the key, the entry and the time are named", "ALERT calendar: entry 2: key vendor.example/approver1"
          in "".join(alerts))
    monitor(0, now="2026-12-07T17:02:00Z")
    ship("2.2", b"x", now="2026-12-08T09:00:00Z")  # approver2 is on holiday
    monitor(1, "approver2 signed for 2026-12-08", now="2026-12-08T09:01:00Z")
    ship("2.3", b"y", now="2026-12-09T15:00:00Z", keys=("approver1", "approver3"))
    monitor(0, now="2026-12-09T15:01:00Z")
    ship("2.4", b"z", now="2026-12-13T15:00:00Z", keys=("approver1", "approver3"))  # a Sunday
    monitor(1, "approver1 signed for 2026-12-13", now="2026-12-13T15:01:00Z")
    ship("2.5", b"q", now="2026-12-25T15:00:00Z", keys=("approver2", "approver3"))
    monitor(1, "approver2 signed for 2026-12-25", "approver3 signed for 2026-12-25", now="2026-12-25T15:01:00Z")
    # At night, said to be of the afternoon: the last look did not see it.
    ship("2.6", b"night", now="2026-12-28T16:00:00Z", asked=False)
    monitor(1, "nobody here asked for agent 2.6", now="2026-12-28T16:05:00Z")
    monitor(0, now="2026-12-28T22:00:00Z")
    ship("2.7", b"night", now="2026-12-28T16:30:00Z", asked=False)
    monitor(1, "nobody here asked for agent 2.7", "says 2026-12-28T16:30:00Z, and was not there 330 minutes later",
            now="2026-12-28T22:10:00Z")
    # What was asked for here may have waited for approval.
    ship("2.8", b"slow", now="2026-12-28T16:40:00Z")
    monitor(0, now="2026-12-28T22:20:00Z")
    # So may a rebuild have waited, and both may come behind something newer.
    run(0, "ledger", "rebuild", "L", "--product", "agent", "--release", "2.8", "agent-2.8.bin", "-k", "builder1.key",
        "--now", "2026-12-28T17:00:00Z")
    run(0, "ledger", "pulse", "L", "-k", "pulse1.key", "--now", "2026-12-28T22:21:00Z")
    run(0, "ledger", "publish", "L", "--now", "2026-12-28T22:21:00Z")
    ship("2.9", b"slower", now="2026-12-28T16:50:00Z")
    monitor(0, now="2026-12-28T22:22:00Z")
    # A pulse that was signed in advance, or kept back, is none.
    run(0, "ledger", "pulse", "L", "-k", "pulse1.key", "--now", "2026-12-28T22:23:00Z")
    monitor(0, now="2026-12-28T22:50:00Z")
    run(0, "ledger", "publish", "L", "--now", "2026-12-28T22:51:00Z")
    monitor(1, "says 2026-12-28T22:23:00Z, and was not there 27 minutes later", now="2026-12-28T22:52:00Z")
    monitor(1, "ALERT pulse", now="2026-12-30T22:20:00Z", plan="pulse-within 3600\n")
    monitor(0, now="2026-12-30T22:20:00Z", plan="pulse-within 100000000\n")


def rebuilds():
    """Rebuilt before it was published, by one builder twice, failed, and not at all."""
    now = "2026-12-31T10:00:00Z"
    ship("3.0", b"three", now=now)
    for version, wanted, built in (("3.1", "1/2", ["agent-3.0.bin"]), ("3.2", "2/2", ["agent-3.0.bin"] * 2),
                                   ("3.3", "1/1", ["pinned.txt"]), ("3.4", "1/1", [])):
        file = run(0, "ledger", "request", "L", "--product", "agent", "--release", version, "--rebuilds", wanted, "--now",
                   now, "agent-3.0.bin").splitlines()[-1]
        shutil.copy(file, "asked/")
        run(0, "ledger", "approve", file, "-k", "approver1.key", "-k", "approver2.key")
        for i, what in enumerate(built):
            run(0 if what == "agent-3.0.bin" else 1, "ledger", "rebuild", "L", "--product", "agent", "--release", version,
                what, "-k", "builder1.key", "--now", now[:-2] + f"{i}Z")
            run(0, "ledger", "publish", "L", "--now", now)
        run(0, "ledger", "publish", "L", "--now", now)
    plan = "pulse-within 100000000\nrebuild-within 7200\n"
    monitor(0, plan=plan, now="2026-12-31T10:30:00Z")
    monitor(1, *["still wants 1 rebuild"] * 3, now="2026-12-31T12:30:00Z")


def channels():
    plan = f"""pulse-within 100000000
view plain
view windows agent Mozilla/5.0 (Windows NT 10.0; Win64; x64)
view branch from 127.0.0.2
view abroad proxy {web.url}
channel {web.url}/hop/2/dl/agent.bin
"""
    good = b"three" * 5000
    ship("4.0", good, now="2026-12-31T13:00:00Z")
    now = "2026-12-31T13:01:00Z"
    web.pages["dl/agent.bin"] = good
    monitor(0, plan=plan, now=now)
    # For one program only.
    web.special = [("dl/agent.bin", lambda r: "Windows" in r.headers["User-Agent"], b"evil")]
    evil = hashlib.sha256(b"evil").hexdigest()
    monitor(1, f"serves windows bytes that no entry names (sha256 {evil}", "gives windows other bytes", now=now)
    kept = evidence("download")
    for text in (evil, hashlib.sha256(good).hexdigest(), "agent Mozilla/5.0 (Windows", "X-Served-By: the-origin",
                 "HTTP/1.1 200", f"came-from {web.url}/dl/agent.bin"):
        check(f"{text} is kept", text.encode() in kept)
    monitor(1, now=now)  # it stands, and is not said again, nor kept again
    check("evidence once", len(glob.glob("m/evidence-download-*")) == 2)
    # Gone, and there again.
    web.special = []
    monitor(0, now=now)
    web.special = [("dl/agent.bin", lambda r: "Windows" in r.headers["User-Agent"], b"evil")]
    monitor(1, "unknown-bytes", "views", now=now)
    # For one network only; through one way only; an older release, which is in the ledger, for one only.
    web.special = [("dl/agent.bin", lambda r: r.client_address[0] == "127.0.0.2", b"evil2")]
    monitor(1, "serves branch bytes that no entry names", "gives branch other bytes", now=now)
    web.special = [("dl/agent.bin", lambda r: r.proxied, b"evil3")]
    monitor(1, "serves abroad bytes that no entry names", "gives abroad other bytes", now=now)
    web.special = [("dl/agent.bin", lambda r: "Windows" in r.headers["User-Agent"], b"two")]
    monitor(1, "gives windows other bytes", now=now)
    # For those who resume only.
    web.special = [("dl/agent.bin", lambda r: r.headers.get("Range"), good[:-1] + b"!")]
    monitor(1, *["other bytes"] * 4, now=now)
    check("said how", "when it is resumed" in last_err)
    web.special = []
    # Too many redirects, no end, nothing there.
    monitor(1, "/hop/9/dl/agent.bin cannot be fetched", "/endless cannot be fetched as plain: too large",
            "/nowhere cannot be fetched as plain: HTTP 404", now=now,
            plan=f"pulse-within 100000000\nchannel-bytes 1000000\nchannel {web.url}/hop/9/dl/agent.bin\n"
            f"channel {web.url}/endless\nchannel {web.url}/nowhere\nchannel {web.url}/dl/agent.bin\n")
    # What is older than the ledger is known by its digest.
    web.pages["dl/old.bin"] = b"old"
    plan = f"pulse-within 100000000\nchannel {web.url}/dl/old.bin\n"
    monitor(1, "unknown-bytes", now=now, plan=plan)
    monitor(0, now=now, plan=plan + f"known {hashlib.sha256(b'old').hexdigest()}\n")


def certificates():
    now = "2026-12-31T13:02:00Z"
    own, thief, other = Key("own", "EC"), Key("thief", "EC"), Key("other", "EC")
    mine = own.certificate("DNS:www.vendor.example")
    stranger = other.certificate("DNS:www.notvendor.example", "DNS:vendor.example.org")
    log = CtLog("ct.example/2026h2")
    web.logs["ct"] = log
    for i in range(300):
        log.add(stranger, i % 3 == 0)
    log.add(thief.certificate("DNS:old.vendor.example"))  # before the monitor began
    log.publish()
    names = f"pulse-within 100000000\ndomain vendor.example\nown-key {sha256(own.public).hex()}\n"
    key = b64(log.key.public)
    for kind, other_kind in (("static", "rfc6962"), ("rfc6962", "static")):
        shutil.rmtree("m/keep", ignore_errors=True)
        plan = names + f"ct {kind} {web.url}/ct {key}\n"
        for f in glob.glob("m/log-*"):
            os.unlink(f)
        monitor(0, now=now, plan=plan)
        log.add(mine)
        log.add(stranger)
        log.publish()
        monitor(0, now=now)
        bad = thief.certificate("DNS:x.example", "DNS:*.login.Vendor.example")
        log.add(bad, True)
        log.publish()
        monitor(1, f"entry {len(log.leaves) - 1}: *.login.Vendor.example with a key that is not ours "
                f"({sha256(thief.public).hex()}", now=now)
        check("the certificate is kept", (bad[200:300] if kind == "static" else b"leaf_input") in
              evidence("certificate"))
        monitor(0, now=now)
        # A certificate that cannot be read and has an own name in it.
        log.add(b"\x30\x82\xff\xffwww.vendor.example")
        log.publish()
        monitor(1, "a key that is not ours (that cannot be read", now=now)
    # Heads: another key, fewer entries, entries that do not make the root.
    plan = names + f"ct static {web.url}/ct {key}\n"
    monitor(1, "the head is not signed by this log's key", now=now,
            plan=names + f"ct static {web.url}/ct {b64(other.public)}\nct rfc6962 {web.url}/ct {b64(other.public)}\n")
    for f in glob.glob("m/log-*"):
        os.unlink(f)
    monitor(0, now=now, plan=plan)
    leaves, bodies = log.leaves[:], log.bodies[:]
    log.leaves, log.bodies = leaves[:-5], bodies[:-5]
    log.publish()
    monitor(1, "ALERT rollback", now=now)
    check("both heads are kept", evidence("heads").count("\u2014 ct.example".encode()) == 2)
    log.leaves, log.bodies = leaves[:-1] + [sha256(b"other")] * 2, bodies[:-1] + bodies[:1] * 2
    log.publish()
    monitor(1, "ALERT split-view", now=now)
    web.logs["ct"] = Tlog("nothing.example")
    monitor(1, "no head", now=now)


def from_a_place():
    """FROM: what was there before the first look is read, too; in both kinds of logs."""
    now = "2026-12-31T13:03:00Z"
    other, thief = Key("other2", "EC"), Key("thief2", "EC")
    log = CtLog("ct.example/second")
    web.logs["ct2"] = log
    stranger = other.certificate("DNS:else.example")
    for _ in range(290):
        log.add(stranger)
    log.add(thief.certificate("DNS:vendor.example"))
    log.publish()
    for kind, start in (("static", 0), ("static", 261), ("rfc6962", 0), ("rfc6962", 261), ("rfc6962", 290)):
        for f in glob.glob("m/log-*") + ["m/standing"]:
            os.unlink(f)
        monitor(1, "entry 290: vendor.example with a key", now=now, plan="pulse-within 100000000\n"
                f"domain vendor.example\nct {kind} {web.url}/ct2 {b64(log.key.public)} {start}\n")


def signatures():
    now = "2026-12-31T13:04:00Z"
    own = Key("signer", "EC")
    other = Key("other3", "EC")
    release = sha256(b"three" * 5000)
    mine = own.certificate("URI:https://ci.example/vendor/agent/release@refs/tags/v4.0", "email:ci@vendor.example")
    theirs = other.certificate("email:somebody@else.example")
    log = Tlog("rekor.example")
    web.logs["rekor"] = log
    for i in range(260):
        log.add((rekor_v1, rekor_v2)[i % 2](sha256(b"%d" % i), theirs))
    log.publish()
    plan = f"""pulse-within 100000000
identity https://ci.example/vendor/*
signer {sha256(own.public).hex()}
tlog {web.url}/rekor {log.vkey}
"""
    monitor(0, now=now, plan=plan)
    log.add(rekor_v1(release, mine))
    log.add(rekor_v2(release, mine))
    log.publish()
    monitor(0, now=now)
    thief = Key("thief3", "EC").certificate("URI:https://ci.example/vendor/agent/release@refs/heads/x")
    log.add(rekor_v1(sha256(b"evil"), thief))
    log.add(rekor_v2(sha256(b"evil"), thief))
    log.add(rekor_v1(sha256(b"evil"), own.public, "PUBLIC KEY"))
    log.add({"apiVersion": "0.0.2", "kind": "dsse", "spec": {"dsseV002": {
        "payloadHash": {"algorithm": "SHA2_256", "digest": b64(sha256(b"evil"))},
        "signatures": [{"content": "", "verifier": {"publicKey": {"rawBytes": b64(own.public)}}}]}}})
    log.add({"apiVersion": "0.0.1", "kind": "jar", "spec": {"signature": {"publicKey": {"content": b64(
        b"-----BEGIN CERTIFICATE-----\n" + b64(thief).encode() + b"\n-----END CERTIFICATE-----\n")}}}})
    log.publish()
    named = f"signed as {'https://ci.example/vendor/agent/release@refs/heads/x'}"
    monitor(1, f"entry 262: {named} what no entry names ({sha256(b'evil').hex()[:16]}..", f"entry 263: {named}",
            f"entry 264: signed as key {sha256(own.public).hex()}", "entry 265: signed as key",
            f"entry 266: {named} what no entry names (which it does not say", now=now)
    check("the entry is kept", b'"kind":"' in evidence("signing"))
    monitor(0, now=now)


def registries():
    now = "2026-12-31T13:05:00Z"
    good = b"three" * 5000
    with open("agent-4.0.bin", "rb") as f:
        check("what was shipped", f.read() == good)
    integrity = "sha512-" + b64(hashlib.sha512(good).digest())
    packument = {"name": "agent", "dist-tags": {"latest": "4.0.0"}, "versions": {"4.0.0": {
        "name": "agent", "version": "4.0.0", "dist": {
            "integrity": integrity, "tarball": f"{web.url}/npm/agent/-/agent-4.0.0.tgz"}}}}
    web.pages["npm/agent"] = json.dumps(packument).encode()
    pypi = {"info": {"name": "agent"}, "releases": {"4.0": [
        {"filename": "agent-4.0.tar.gz", "digests": {"sha256": hashlib.sha256(good).hexdigest()}}]}}
    web.pages["pypi/agent/json"] = json.dumps(pypi).encode()
    simple = {"meta": {"api-version": "1.0"}, "name": "agent", "files": [
        {"filename": "agent-4.0-py3-none-any.whl", "hashes": {"sha256": hashlib.sha256(good).hexdigest()}}]}
    web.pages["simple/agent/"] = json.dumps(simple).encode()
    feed = [{"tag": "v4.0", "assets": [{"name": "agent.exe", "digest": "sha256:" + hashlib.sha256(good).hexdigest()}]}]
    web.pages["feed"] = json.dumps(feed).encode()
    if shutil.which("npm"):
        seen = subprocess.run(["npm", "view", "agent", "dist.integrity", "--registry", f"{web.url}/npm/", "--cache", "npmc"],
                              capture_output=True, text=True, check=False)
        check("a real client reads this registry so", seen.stdout.strip() == integrity)
    plan = f"""pulse-within 100000000
registry npm {web.url}/npm/agent
registry pypi {web.url}/pypi/agent/json
registry pypi {web.url}/simple/agent/
registry feed {web.url}/feed
"""
    monitor(0, now=now, plan=plan)
    evil = hashlib.sha256(b"evil").hexdigest()
    packument["versions"]["4.0.1"] = {"dist": {"integrity": "sha512-" + b64(hashlib.sha512(b"evil").digest())}}
    packument["versions"]["4.0.2"] = {"dist": {"shasum": "00" * 20}}
    web.pages["npm/agent"] = json.dumps(packument).encode()
    pypi["releases"]["4.1"] = [{"filename": "agent-4.1.tar.gz", "digests": {"sha256": evil}}]
    web.pages["pypi/agent/json"] = json.dumps(pypi).encode()
    simple["files"].append({"filename": "agent-4.1-py3-none-any.whl", "hashes": {"sha256": evil}})
    web.pages["simple/agent/"] = json.dumps(simple).encode()
    feed[0]["assets"].append({"name": "agent.msi", "digest": "sha256:" + evil.upper()})
    web.pages["feed"] = json.dumps(feed).encode()
    monitor(1, "lists 4.0.1, which no entry names", "lists 4.0.2 without a digest", "lists agent-4.1.tar.gz, which",
            "lists agent-4.1-py3-none-any.whl, which", "lists agent.msi, which", now=now)
    check("the listing is kept", b'"4.0.1"' in b"".join(open(f, "rb").read() for f in
                                                         glob.glob("m/evidence-published-*")))
    monitor(1, now=now)
    for broken in (b"", b"{", b'{"versions": 7}', b"[" * 100000, b'{"versions": {}, "versions": {}}'):
        web.pages["npm/agent"] = broken
        web.pages["feed"] = broken
        monitor(1, *(["npm/agent cannot be read", "feed cannot be read"] if broken == b"" else []), now=now)


def delivery():
    """What could not be delivered is raised again, by the same run and by the next."""
    now = "2026-12-31T13:06:00Z"
    monitor(0, now=now, plan="pulse-within 100000000\n")
    ship("5.0", b"five", now=now, asked=False)
    monitor(2, "nobody here asked for agent 5.0", now=now, more=("--webhook", f"{web.url}:1/"))
    monitor(2, "nobody here asked for agent 5.0", now=now, more=("--alerts", "/nowhere/alerts"))
    monitor(1, "nobody here asked for agent 5.0", now=now, more=("--webhook", f"{web.url}/hook", "--alerts", "alerts.log"))
    check("posted", any(b"ALERT unrequested" in p for p in web.posts))
    with open("alerts.log", encoding="utf-8") as f:
        check("written", "ALERT unrequested" in f.read())
    monitor(0, now=now)


web = Web()
web.folders["ledger"] = os.path.join(here, "L", "public")
for folder in ("asked", "m", "m0"):
    os.mkdir(folder)
try:
    make_vendor()
    plans_are_strict()
    for part in (hours, rebuilds, channels, certificates, from_a_place, signatures, registries, delivery):
        part()
finally:
    web.shutdown()
    os.chdir("/")
    shutil.rmtree(here)
print(f"{checks} checks, {failed} failed")
sys.exit(1 if failed or not checks else 0)
