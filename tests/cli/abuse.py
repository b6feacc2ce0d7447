#!/usr/bin/env python3
"""Abuse of `ledger serve` and `ledger witness` on loopback, bounded and self-ending.

  abuse.py URL PID KIND

1,000 clients that trickle headers, 200 that trickle bodies, 200 that never read, each kind from
many loopback addresses, while an honest client asks all the time: its p99 stays under 100 ms (more
only on a machine that is slow without them) and the process grows by less than 32 MiB. Then paths, smuggled requests and headers that must be refused.
Exit status 0: all of it held.
"""
import re
import socket
import sys
import threading
import time

URL, PID, KIND = sys.argv[1], int(sys.argv[2]), sys.argv[3]
HOST, PORT = re.match(r"http://([0-9.]+):([0-9]+)", URL).groups()
PORT = int(PORT)
SECONDS = 6
bad = []


def check(truth, what):
    if not truth:
        bad.append(what)
        print("not ok:", what)


def rss_kib():
    with open(f"/proc/{PID}/status", encoding="ascii") as f:
        return int(re.search(r"VmRSS:\s+(\d+)", f.read()).group(1))


def connect(source):
    s = socket.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind((source, 0))
    s.settimeout(5)
    s.connect((HOST, PORT))
    return s


def ask(raw, source="127.0.0.1", wait=5.0):
    """What comes back until the server closes or a whole answer is there."""
    s = connect(source)
    s.settimeout(wait)
    got = b""
    try:
        s.sendall(raw)
        while True:
            piece = s.recv(65536)
            if not piece:
                break
            got += piece
            head, _, body = got.partition(b"\r\n\r\n")
            length = re.search(rb"(?i)content-length: (\d+)", head)
            if length and len(body) >= int(length.group(1)):
                break
    except OSError:
        pass
    finally:
        s.close()
    return got


def status(raw, **kw):
    m = re.match(rb"HTTP/1\.[01] (\d+)", ask(raw, **kw))
    return int(m.group(1)) if m else 0


HONEST = b"GET /checkpoint HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
before = rss_kib()
times, wrong = [], [0]
stop = threading.Event()


def honest():
    while not stop.is_set():
        t = time.monotonic()
        got = status(HONEST, source="127.0.9.9")
        times.append((time.monotonic() - t) * 1000)
        wrong[0] += got not in (200, 404)
        time.sleep(0.005)


thread = threading.Thread(target=honest)
thread.start()
# What this machine gives an honest client when nobody abuses anything: on a busy one that is part of
# what is measured, and not the server's doing.
time.sleep(1.5)
quiet = sorted(times)[int(len(times) * 0.99)]
limit = 100 + 5 * quiet
times.clear()
slow = []
for i in range(1400):
    try:
        s = connect(f"127.1.{i // 28}.{1 + i % 5}")
    except OSError:
        continue
    s.setblocking(False)
    kind = "header" if i < 1000 else "body" if i < 1200 else "deaf"
    first = {
        "header": b"GET /checkpoint HTTP/1.1\r\nHost: a\r\nX-",
        "body": b"POST /add-checkpoint HTTP/1.1\r\nHost: a\r\nContent-Length: 5000\r\n\r\nold",
        "deaf": b"GET /tile/entries/000 HTTP/1.1\r\nHost: a\r\n\r\n" * 20,
    }[kind]
    try:
        s.send(first)
    except OSError:
        pass
    slow.append((s, kind))
end = time.monotonic() + SECONDS
most = before
while time.monotonic() < end:
    for s, kind in slow:
        if kind != "deaf":
            try:
                s.send(b"a")
            except OSError:
                pass
    most = max(most, rss_kib())
    time.sleep(0.2)
stop.set()
thread.join()
for s, _ in slow:
    s.close()
times.sort()
p99 = times[int(len(times) * 0.99)]
print(f"{KIND}: {len(slow)} slow clients; honest: {len(times)} requests, p50 {times[len(times) // 2]:.1f} ms, "
      f"p99 {p99:.1f} ms (without them {quiet:.1f} ms), {wrong[0]} wrong; grown by {(most - before) / 1024:.1f} MiB")
check(p99 <= limit, f"p99 of the honest client is {p99:.0f} ms")
check(wrong[0] == 0, f"{wrong[0]} honest requests got no answer")
check(most - before <= 32 * 1024, f"grown by {(most - before) // 1024} MiB")

# Paths: none of them leads anywhere.
paths = ["/..", "/../private/head", "/%2e%2e/private/head", "/%252e%252e/private/head", "//checkpoint",
         "/tile//0/000", "/tile/../checkpoint", "/tile/..\\..\\private\\head", "/tile/0/000%00",
         "/tile/0/000\x01", "/" + "a/" * 2000, "/tile/0/" + "x000/" * 900 + "000", "/private/head",
         "/private/log.key", "/lock", "/.", "/tile/.", "/tile/0/.hidden", "/tile", "/tile/", "/proc/self/mem",
         "/tile/0/../../../private/head", "/" + "0" * 64 + "/../checkpoint", "/" + "0" * 64 + "/checkpoint",
         "/%63heckpoint"]
for path in paths:
    got = status(f"GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode("latin-1"))
    check(got in (400, 404, 414), f"{path[:60]!r}: {got}")
check(status(b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: a\r\n\r\n") in (400, 414, 431), "a long path")
check(status(b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X-A: " + b"b" * 40000 + b"\r\n\r\n") in (400, 413, 431),
      "a long header")
check(status(b"GET / HTTP/1.1\r\nHost: a\r\n" + b"A: b\r\n" * 200 + b"\r\n") in (400, 431), "200 headers")

# Smuggling: refused, and the connection closed.
body = b"old 0\n\n"
smuggled = {
    "length and chunks": b"Content-Length: 7\r\nTransfer-Encoding: chunked\r\n",
    "two lengths": b"Content-Length: 7\r\nContent-Length: 8\r\n",
    "length with a sign": b"Content-Length: +7\r\n",
    "length of 17 digits": b"Content-Length: 10000000000000007\r\n",
    "length in hex": b"Content-Length: 0x7\r\n",
    "two hosts": b"Host: b\r\nContent-Length: 7\r\n",
}
for name, lines in smuggled.items():
    got = ask(b"POST /add-checkpoint HTTP/1.1\r\nHost: a\r\n" + lines + b"\r\n" + body + b"GET /checkpoint HTTP/1.1\r\n"
              b"Host: a\r\n\r\n", wait=2.0)
    first = re.match(rb"HTTP/1\.1 (\d+)", got)
    check(first is None or first.group(1) in (b"400", b"405", b"413"), f"{name}: {got[:40]!r}")
    # The library may write its one refusal twice before it closes; nothing else may follow.
    check(set(re.findall(rb"HTTP/1\.1 (\d+)", got)) <= {first.group(1) if first else b""}, f"{name}: answered twice")
check(status(b"GET /checkpoint HTTP/1.1\r\n\r\n") == 400, "no host")
for method in ("DELETE", "PUT", "TRACE", "CONNECT", "OPTIONS", "GARBAGE"):
    check(status(f"{method} /checkpoint HTTP/1.1\r\nHost: a\r\n\r\n".encode()) in (0, 400, 405, 501),
          f"method {method}")

# Bodies.
if KIND == "log":
    check(status(b"POST /checkpoint HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc") == 405, "POST to a log")
else:
    post = b"POST /add-checkpoint HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n"
    for what, data, want in (("empty", b"", {400}), ("noise", b"\x00\xff" * 500, {400}), ("large", b"a" * 200000, {413}),
                             ("old only", b"old 18446744073709551616\n\n", {400}), ("lines", b"\n" * 5000, {400})):
        check(status(post % len(data) + data) in want, f"body: {what}")
check(status(HONEST) in (200, 404), "still answers")
print(f"{KIND}: {len(paths)} paths, {len(smuggled)} smuggled requests; {len(bad)} surprises")
sys.exit(bool(bad))
