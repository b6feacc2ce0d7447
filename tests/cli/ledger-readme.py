#!/usr/bin/env python3
"""The README's first day of a vendor and a customer's two lines, run as they are written.

  ledger-readme.py ASSAY ROOT

The blocks are cut out of README.md. Around them is what they take for granted: a passphrase and who types
it, a program and the same one built elsewhere, three witnesses (they start when the log's key is there), a
web server behind vendor.example. The last line of the vendor's day watches for ever, so it is stopped after
its first look.
"""
import os
import pty
import re
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

ASSAY, ROOT = os.path.abspath(sys.argv[1]), sys.argv[2]
BIN = os.path.dirname(ASSAY)
PASSPHRASE = b"correct horse"
README = open(os.path.join(ROOT, "README.md"), encoding="utf-8").read()
bad = 0


def check(truth, what):
    global bad
    if not truth:
        bad += 1
        print("not ok:", what)


def block(language, having):
    for b in re.findall(rf"```{language}\n(.*?)```", README, re.S):
        if having in b:
            return b
    sys.exit(f"README.md has no {language} block with {having}")


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def typed(command, seconds=110):
    """In a terminal of its own; whoever sits there types the passphrase when asked. Status and output."""
    pid, fd = pty.fork()
    if pid == 0:
        os.execvp("sh", ["sh", "-e", "-c", command])
    out, answered, end = b"", 0, time.monotonic() + seconds
    while time.monotonic() < end:
        if fd in select.select([fd], [], [], 0.2)[0]:
            try:
                piece = os.read(fd, 4096)
            except OSError:
                break
            if not piece:
                break
            out += piece
            while out.count(b"passphrase of ") > answered and out.rstrip(b"\r\n").endswith(b": "):
                answered += 1
                os.write(fd, PASSPHRASE + b"\n")
    else:
        os.kill(pid, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), out.decode(errors="replace").replace("\r\n", "\n"), answered


place = tempfile.mkdtemp(prefix="assay-readme.")
servers = []
try:
    os.chdir(place)
    os.environ.update(PATH=f"{place}/bin:{BIN}:{os.environ['PATH']}", HOME=place, LC_ALL="C.UTF-8")
    os.environ.pop("ASSAY_CONFIG", None)
    for folder in ("bin", "rebuilt", "m", "asked", "site"):
        os.mkdir(folder)
    with open("pass", "wb") as f:
        f.write(PASSPHRASE + b"\n")
    for path in ("agent.exe", "rebuilt/agent.exe"):
        with open(path, "w", encoding="utf-8") as f:
            f.write("the agent, version 10.0.9\n")
    with open("build.sh", "w", encoding="utf-8") as f:
        f.write("cc -o agent.exe agent.c\n")

    # Three witnesses, whose policy will be there when the log has a key.
    ports, policy = [free_port() for _ in range(3)], []
    for i, port in enumerate(ports):
        subprocess.run([ASSAY, "ledger", "keys", "new", f"witness.example/w{i}", f"w{i}.key", "--cosigner"], check=True,
                       stdout=subprocess.DEVNULL)
        policy.append(f"witness w{i} {open(f'w{i}.key.pub').read().strip()} http://127.0.0.1:{port}")
    with open("witnesses.txt", "w", encoding="utf-8") as f:
        f.write("\n".join(policy + ["group w 2 w0 w1 w2", "quorum w", ""]))
    # The vendor's assay is the real one; witnesses hear of a log as soon as it exists.
    with open("bin/assay", "w", encoding="utf-8") as f:
        f.write(f"""#!/bin/sh
[ "$1 $2" = "ledger init" ] || exec "{ASSAY}" "$@"
"{ASSAY}" "$@"
status=$?
{{ head -1 ledger/private/policy; echo 'quorum none'; }} >logs.txt
for i in 0 1 2; do
	mkdir "ws$i"
	port=$(sed -n "s,^witness w$i .*:,,p" witnesses.txt)
	setsid "{ASSAY}" ledger witness --state "ws$i" --policy logs.txt --key "w$i.key" --listen "127.0.0.1:$port" \\
		>"w$i.out" 2>&1 </dev/null &
	echo $! >>witness.pids
	while [ ! -s "w$i.out" ]; do sleep 0.05; done
done
exit $status
""")
    os.chmod("bin/assay", 0o755)
    # A web server behind vendor.example, for a customer who has wget.
    with open("bin/wget", "w", encoding="utf-8") as f:
        f.write('#!/bin/sh\nfor url; do cp "%s/site/${url#https://vendor.example/}" . || exit 1; done\n' % place)
    os.chmod("bin/wget", 0o755)

    day = block("sh", "assay ledger init ledger roles.txt")
    lines = day.rstrip("\n").split("\n")
    check("ledger monitor" in lines[-1], "the vendor's day ends with the monitor")
    status, out, answered = typed("\n".join(lines[:-1]))
    check(status == 0, f"the vendor's first day: status {status}: {out[-800:]}")
    check(answered >= 5, f"{answered} passphrases were typed")
    proof = "ledger/proofs/agent-stable-10.0.9.assay-proof"
    check(os.path.exists(proof), "a proof for customers")

    # The monitor, with the log's address behind its key as the manual says.
    server = subprocess.Popen([ASSAY, "ledger", "serve", "ledger", "--listen", "127.0.0.1:0"], stdout=subprocess.PIPE, text=True)
    servers.append(server)
    url = server.stdout.readline().strip().rstrip("/")
    rows = open("ledger/private/policy", encoding="utf-8").read().split("\n")
    with open("pinned.txt", "w", encoding="utf-8") as f:
        f.write("\n".join([f"{rows[0]} {url}"] + rows[1:]))
    # What the approvers asked for: the entry's own text.
    with open("ledger/public/tile/entries/000.p/3", "rb") as f:
        bundle, at = f.read(), 0
    while at < len(bundle):
        n = int.from_bytes(bundle[at:at + 2], "big")
        entry, at = bundle[at + 2:at + 2 + n], at + 2 + n
        if entry.startswith(b"assay-entry/v1 release"):
            with open("asked/agent-10.0.9.entry", "wb") as f:
                f.write(entry)
    watch = subprocess.Popen(["sh", "-c", "exec " + lines[-1]], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    for _ in range(200):
        if os.path.exists("m/last"):
            break
        time.sleep(0.1)
    watch.terminate()
    _, err = watch.communicate(timeout=30)
    check(os.path.exists("m/last"), f"the monitor has looked: {err}")
    check("ALERT" not in err, f"and found nothing: {err}")

    # The customer, elsewhere, with what was pinned.
    os.mkdir("customer")
    shutil.copy("vendor.assay-trust", "customer/")
    shutil.copy("agent.exe", "site/agent.exe")
    shutil.copy(proof, "site/agent.exe.assay-proof")
    shown = block("console", "assay-verify agent.exe")
    commands = [line[2:] for line in shown.split("\n") if line.startswith("$ ")]
    expected = "\n".join(line for line in shown.split("\n") if not line.startswith("$ "))
    check(len(commands) == 2, "a customer's check is two lines")
    done = subprocess.run(["sh", "-e", "-c", "\n".join(commands)], cwd="customer", stdout=subprocess.PIPE, text=True)
    check(done.returncode == 0, f"the customer's two lines: status {done.returncode}")

    def plain(text):
        return [re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "TIME", line).rstrip() for line in text.strip().split("\n")]
    check(plain(done.stdout) == plain(expected), f"it prints what the README says: {done.stdout}")
    check(os.path.exists("customer/vendor.seen"), "what was seen is remembered")
    # And with one other byte.
    with open("site/agent.exe", "ab") as f:
        f.write(b"!")
    done = subprocess.run(["sh", "-e", "-c", "\n".join(commands)], cwd="customer", stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL)
    check(done.returncode == 11, f"other bytes are refused: status {done.returncode}")
finally:
    for s in servers:
        s.terminate()
        s.wait()
    if os.path.exists(f"{place}/witness.pids"):
        for pid in open(f"{place}/witness.pids", encoding="ascii").read().split():
            try:
                os.kill(int(pid), signal.SIGTERM)
            except ProcessLookupError:
                pass
    shutil.rmtree(place)
print("the README's vendor and customer:", "as written" if not bad else f"{bad} not as written")
sys.exit(bad > 0)
