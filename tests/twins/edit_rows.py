"""Checks that a release loses among its ordinary edits, and the same checks moved, replaced or gone with their work."""

from rows import row

JS = """'use strict';

const crypto = require('crypto');
const fs = require('fs');
const path = require('path');

class Store {
  constructor(root, options) {
    this.root = root;
    this.options = options || {};
    this.entries = new Map();
    this.listeners = [];
  }

  open(name) {
    const file = path.join(this.root, name);
    const text = fs.readFileSync(file, 'utf8');
    this.entries.set(name, JSON.parse(text));
    return this.entries.get(name);
  }

  async install(name, data, signature, key) {
    const target = path.join(this.root, name);
    await this.prepare(target);
@CHECK@    fs.writeFileSync(target, data);
    this.entries.set(name, { size: data.length });
    this.emit('installed', name);
    return target;
  }

  async load(name, entry) {
    const file = path.join(this.root, name);
    const bytes = await fs.promises.readFile(file);
@SUM@    const module = this.compile(bytes.toString('utf8'));
    this.entries.set(name, module);
    return module;
  }

  remove(user, name) {
@RIGHT@    fs.rmSync(path.join(this.root, name), { recursive: true });
    this.entries.delete(name);
    this.emit('removed', name);
  }

  on(listener) {
    this.listeners.push(listener);
    return () => this.off(listener);
  }

  off(listener) {
    this.listeners = this.listeners.filter((one) => one !== listener);
  }

  emit(kind, name) {
    for (const listener of this.listeners) listener(kind, name);
  }

  list(pattern) {
    const names = [...this.entries.keys()];
    return pattern ? names.filter((name) => pattern.test(name)) : names;
  }

  async prepare(target) {
    await fs.promises.mkdir(path.dirname(target), { recursive: true });
  }

  compile(text) {
    const module = { exports: {} };
    this.options.compile(text, module);
    return module.exports;
  }
@MORE@}

exports.Store = Store;
@TAIL@"""
# A dozen and a half edits as releases have them: names, messages, a line more, a line less.
EDITS = [("text = fs.readFileSync(file, 'utf8')", "body = fs.readFileSync(file, 'utf8')"), ("JSON.parse(text)", "JSON.parse(body)"), ("'installed'", "'install'"),
         ("{ size: data.length }", "{ size: data.length, at: Date.now() }"), ("    const file = path.join(this.root, name);\n    const bytes", "    const source = path.join(this.root, name);\n    const bytes"),
         ("readFile(file)", "readFile(source)"), ("const module = this.compile", "const loaded = this.compile"), ("this.entries.set(name, module);\n    return module;", "this.entries.set(name, loaded);\n    return loaded;"),
         ("{ recursive: true });\n    this.entries.delete", "{ recursive: true, force: true });\n    this.entries.delete"), ("'removed'", "'remove'"), ("push(listener);", "unshift(listener);"),
         ("(one) => one !== listener", "(other) => other !== listener"), ("const listener of this.listeners)", "const call of [...this.listeners])"), (") listener(kind, name)", ") call(kind, name)"),
         ("const names = [...this.entries.keys()];", "const names = Array.from(this.entries.keys()).sort();"), ("pattern.test(name)", "name.match(pattern)"),
         ("this.options.compile(text, module);", "this.options.compile(text, module, this.root);"), ("    this.listeners = [];\n", "    this.listeners = [];\n    this.created = Date.now();\n"),
         ("this.options = options || {};", "this.options = { ...defaults, ...options };"), ("const path = require('path');\n", "const path = require('path');\n\nconst defaults = { compile: null };\n")]
CHECK = "    if (!crypto.verify('sha256', data, key, signature)) {\n      throw new Error('the signature of ' + name + ' does not match');\n    }\n"
CALL = "    await verifyIntegrity(data, signature);\n"
SUM = "    const digest = crypto.createHash('sha256').update(bytes).digest('hex');\n    if (digest !== entry.sha256) {\n      throw new Error('checksum mismatch');\n    }\n"
RIGHT = "    if (!user.hasPermission('remove')) {\n      throw new ForbiddenError('not permitted');\n    }\n"


def js(edits, CHECK="", SUM="", RIGHT="", MORE="", TAIL=""):
    text = JS
    for old, new in EDITS[:edits]:
        assert old in text, old
        text = text.replace(old, new, 1)
    for name, part in (("CHECK", CHECK), ("SUM", SUM), ("RIGHT", RIGHT), ("MORE", MORE), ("TAIL", TAIL)):
        text = text.replace("@%s@" % name, part)
    return text


def lost(about, least, edits, old, new):
    row(30, True, "%s, beside %d edits" % (about, edits), {"lib/store.js": js(edits, **new)}, old={"lib/store.js": js(0, **old)}, least=least)


def kept(about, edits, old, new, more=None, more_old=None):
    files = {"lib/store.js": js(edits, **new)}
    files.update(more or {})
    before = {"lib/store.js": js(0, **old)}
    before.update(more_old or {})
    row(30, False, "%s, beside %d edits" % (about, edits), files, old=before)


for n in (0, 4, 12, 20):
    lost("a signature that nobody checks", "review", n, dict(CHECK=CHECK), {})
    lost("a call that checked", "review", n, dict(CHECK=CALL), {})
    lost("a sum that nobody compares", "review", n, dict(SUM=SUM), {})
    lost("a right that nobody asks for", "review", n, dict(RIGHT=RIGHT), {})
    lost("all three at once", "review", n, dict(CHECK=CHECK, SUM=SUM, RIGHT=RIGHT), {})
    lost("a signature whose lack is told to a log", "review", n, dict(CHECK=CHECK), dict(CHECK=CHECK.replace("throw new Error(", "console.warn(")))
    lost("a sum that is computed and not compared", "review", n, dict(SUM=SUM), dict(SUM=SUM.split("\n")[0] + "\n"))

HELPER = "\n  approve(name, data, signature, key) {\n" + CHECK + "  }\n"
CALLED = "    this.approve(name, data, signature, key);\n"
ONE = "\nfunction requireSigned(name, data, signature, key) {\n" + CHECK.replace("\n    ", "\n  ")[2:] + "}\n"
for n in (0, 4, 12, 20):
    kept("a check that became a method", n, dict(CHECK=CHECK), dict(CHECK=CALLED, MORE=HELPER))
    kept("a check that became a function", n, dict(CHECK=CHECK), dict(CHECK="    requireSigned(name, data, signature, key);\n", TAIL=ONE))
    kept("a check that another file makes", n, dict(CHECK=CHECK), dict(CHECK="    require('./approve')(name, data, signature, key);\n"),
         more={"lib/approve.js": "'use strict';\n\nconst crypto = require('crypto');\n\nmodule.exports = function (name, data, signature, key) {\n" + CHECK + "};\n"})
    kept("a check that the caller makes, of another file", n, dict(CHECK=CHECK), {},
         more={"lib/run.js": "const crypto = require('crypto');\n\nexports.run = async (store, name, data, signature, key) => {\n" + CHECK + "  return store.install(name, data);\n};\n"},
         more_old={"lib/run.js": "const crypto = require('crypto');\n\nexports.run = async (store, name, data, signature, key) => {\n  return store.install(name, data, signature, key);\n};\n"})
    kept("a check that is made before", n, dict(CHECK=CHECK), dict(RIGHT="", MORE="\n  async fetch(name, data, signature, key) {\n" + CHECK + "    return this.install(name, data);\n  }\n"))
    kept("a check of a library in its place", n, dict(CHECK=CHECK), dict(CHECK="    await jose.compactVerify(signature, key);\n"))
    kept("a check whose conditions are one", n, dict(CHECK=CHECK), dict(CHECK=CHECK.replace("if (!crypto", "if (!signature || !crypto")))
    kept("a check that asks the other way round", n, dict(CHECK=CHECK),
         dict(CHECK="    const good = crypto.verify('sha256', data, key, signature);\n    if (good === false) throw new SignatureError(name);\n"))
    kept("a check whose errors are told otherwise", n, dict(CHECK=CHECK), dict(CHECK=CHECK.replace("throw new Error('the signature of ' + name + ' does not match')", "throw new SignatureError(name)")))
    kept("a check in a try", n, dict(CHECK=CALL), dict(CHECK="    try {\n      await verifyIntegrity(data, signature);\n    } catch (error) {\n      throw new InstallError(name, error);\n    }\n"))
    kept("a check of a new name", n, dict(CHECK=CALL), dict(CHECK="    await ensureIntact(data, signature);\n"))
    kept("a stronger sum", n, dict(SUM=SUM), dict(SUM=SUM.replace("sha256", "sha512")))
    kept("a sum that is compared in constant time", n, dict(SUM=SUM), dict(SUM=SUM.replace("digest !== entry.sha256", "!crypto.timingSafeEqual(Buffer.from(digest), Buffer.from(entry.sha256))")))
    kept("a sum that a helper compares", n, dict(SUM=SUM), dict(SUM="    this.compare(bytes, entry);\n", MORE="\n  compare(bytes, entry) {\n" + SUM + "  }\n"))
    kept("a right that a guard around asks for", n, dict(RIGHT=RIGHT), dict(TAIL="\nexports.guarded = (store) => ({\n  remove(user, name) {\n" + RIGHT + "    store.remove(name);\n  },\n});\n"))
    kept("a check of what is no sum", n, dict(SUM="    if (typeof entry.sha256 !== 'string') {\n      throw new TypeError('sha256 must be a text');\n    }\n"), {})
    kept("a memory of what was loaded last", n, dict(SUM="    const hash = entry.hash;\n    if (hash === this.lastHash) {\n      return null;\n    }\n"), {})
    kept("options that are checked no more", n, dict(CHECK="    validateOptions(this.options);\n"), {})
text = js(20)
begin, end = text.index("  async install("), text.index("  async load(")
row(30, False, "a check that went with what it guarded", {"lib/store.js": text[:begin] + text[end:]}, old={"lib/store.js": js(0, CHECK=CHECK)})
text = js(12)
begin, end = text.index("  async load("), text.index("  remove(")
row(30, False, "a sum that went with what it guarded", {"lib/store.js": text[:begin] + text[end:]}, old={"lib/store.js": js(0, SUM=SUM)})

# ---- Python -------------------------------------------------------------------------------------------

PY = """import hashlib
import hmac
import json
import os


class Store:
    def __init__(self, root, key=None):
        self.root = root
        self.key = key
        self.entries = {}
        self.listeners = []

    def open(self, name):
        path = os.path.join(self.root, name)
        with open(path, encoding="utf-8") as stream:
            self.entries[name] = json.load(stream)
        return self.entries[name]

    def install(self, name, data, signature):
        target = os.path.join(self.root, name)
        self.prepare(target)
@CHECK@        with open(target, "wb") as out:
            out.write(data)
        self.entries[name] = len(data)
        return target

    def load(self, name, entry):
        path = os.path.join(self.root, name)
        with open(path, "rb") as stream:
            data = stream.read()
@SUM@        self.entries[name] = data
        return data.decode("utf-8")

    def remove(self, user, name):
@RIGHT@        os.unlink(os.path.join(self.root, name))
        self.entries.pop(name, None)
        self.emit("removed", name)

    def emit(self, kind, name):
        for listener in self.listeners:
            listener(kind, name)

    def prepare(self, target):
        os.makedirs(os.path.dirname(target), exist_ok=True)

    def names(self, pattern=None):
        names = list(self.entries)
        return [name for name in names if pattern is None or pattern.match(name)]
@MORE@"""
PY_EDITS = [("as stream:\n            self", "as lines:\n            self"), ("json.load(stream)", "json.load(lines)"), ("= len(data)", "= {'size': len(data)}"), ("stream.read()", "bytes(stream.read())"),
            ("\"removed\"", "\"remove\""), ("for listener in self.listeners:\n            listener(", "for call in list(self.listeners):\n            call("), ("self.entries.pop(name, None)", "del self.entries[name]"),
            ("os.makedirs(", "self.made.append(target)\n        os.makedirs("), ("names = list(self.entries)", "names = sorted(self.entries)"), ("pattern.match(name)", "pattern.search(name)"),
            ("self.listeners = []\n", "self.listeners = []\n        self.made = []\n"), ("\"utf-8\") as lines", "\"utf-8-sig\") as lines"), ("data.decode(\"utf-8\")", "str(data, \"utf-8\")"),
            ("key=None", "key=None, *, strict=True"), ("self.key = key\n", "self.key = key\n        self.strict = strict\n"), ("import json\n", "import json\nimport logging\n"),
            ("\n\nclass", "\nlog = logging.getLogger(__name__)\n\n\nclass"), ("self.prepare(target)\n", "self.prepare(target)\n        log.debug('to %s', target)\n")]
PY_CHECK = "        if not hmac.compare_digest(hmac.new(self.key, data, 'sha256').digest(), signature):\n            raise ValueError(\"the signature does not match\")\n"
PY_CALL = "        self.key.verify(signature, data)\n"
PY_SUM = "        digest = hashlib.sha256(data).hexdigest()\n        if digest != entry['sha256']:\n            raise ValueError('checksum mismatch')\n"
PY_RIGHT = "        if not user.has_permission('remove'):\n            raise PermissionError(name)\n"


def py(edits, **parts):
    text = PY
    for old, new in PY_EDITS[:edits]:
        assert old in text, old
        text = text.replace(old, new, 1)
    for name in ("CHECK", "SUM", "RIGHT", "MORE"):
        text = text.replace("@%s@" % name, parts.get(name, ""))
    return {"lib/store.py": text}


for n in (0, 6, 12, 18):
    for about, old, new in (("a signature that nobody checks", dict(CHECK=PY_CHECK), {}), ("a call that checked", dict(CHECK=PY_CALL), {}), ("a sum that nobody compares", dict(SUM=PY_SUM), {}),
                            ("a right that nobody asks for", dict(RIGHT=PY_RIGHT), {}), ("all three at once", dict(CHECK=PY_CHECK, SUM=PY_SUM, RIGHT=PY_RIGHT), {}),
                            ("a sum whose lack is told to a log", dict(SUM=PY_SUM), dict(SUM=PY_SUM.replace("raise ValueError", "logging.warning")))):
        row(30, True, "Python: %s, beside %d edits" % (about, n), py(n, **new), old=py(0, **old), least="review")
    for about, old, new in (("a check that became a method", dict(CHECK=PY_CHECK), dict(CHECK="        self.approve(data, signature)\n", MORE="\n    def approve(self, data, signature):\n" + PY_CHECK)),
                            ("a check of a library in its place", dict(CHECK=PY_CHECK), dict(CHECK="        signer.unsign(signature)\n")),
                            ("a check whose conditions are one", dict(SUM=PY_SUM), dict(SUM=PY_SUM.replace("if digest", "if not data or digest"))),
                            ("a check of another error", dict(SUM=PY_SUM), dict(SUM=PY_SUM.replace("ValueError('checksum mismatch')", "IntegrityError(name)"))),
                            ("a check in a try", dict(CHECK=PY_CALL), dict(CHECK="        try:\n            self.key.verify(signature, data)\n        except InvalidSignature as error:\n            raise StoreError(name) from error\n")),
                            ("a right that a decorator asks for", dict(RIGHT=PY_RIGHT), dict(RIGHT="        self.require_permission(user, 'remove')\n")),
                            ("a kind that is checked no more", dict(SUM="        if not isinstance(entry['sha256'], str):\n            raise TypeError('sha256 must be a text')\n"), {})):
        row(30, False, "Python: %s, beside %d edits" % (about, n), py(n, **new), old=py(0, **old))

# ---- other languages: a file with its function, the check taken away or left -----------------------------

SH = """#!/bin/sh
set -e

BASE=https://get.widget.example/releases
VERSION=1.4.0
TARGET=${TARGET:-/usr/local/bin}

log() {
  printf '%s\\n' "$*" >&2
}

fetch() {
  curl -fsSL "$BASE/$VERSION/$1" -o "$2"
}

main() {
  work=$(mktemp -d)
  fetch widget.tar.gz "$work/widget.tar.gz"
  fetch widget.tar.gz.asc "$work/widget.tar.gz.asc"
  gpg --verify "$work/widget.tar.gz.asc" "$work/widget.tar.gz" || exit 1
  (cd "$work" && sha256sum -c widget.sha256)
  tar -xzf "$work/widget.tar.gz" -C "$TARGET"
  log "installed $VERSION"
}

main "$@"
"""
GO = """package store

import (
	"crypto/hmac"
	"crypto/tls"
	"errors"
	"net/http"
	"os"
)

type Store struct {
	root string
	key  []byte
}

func client() *http.Client {
	return &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12, InsecureSkipVerify: false}}}
}

func (s *Store) Install(name string, data, signature []byte) error {
	if err := s.verifySignature(data, signature); err != nil {
		return err
	}
	return os.WriteFile(name, data, 0o644)
}

func (s *Store) Load(name string, sum []byte) ([]byte, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	if !hmac.Equal(s.mac(data), sum) {
		return nil, errors.New("bad mac")
	}
	return data, nil
}

func (s *Store) same(a, b []byte) bool {
	return hmac.Equal(a, b)
}
"""
PHP = """<?php
class Store {
	private $root;

	public function fetch($url) {
		$curl = curl_init($url);
		curl_setopt($curl, CURLOPT_RETURNTRANSFER, true);
		curl_setopt($curl, CURLOPT_SSL_VERIFYPEER, true);
		return curl_exec($curl);
	}

	public function install($name, $data, $mac) {
		if (!hash_equals(hash_hmac('sha256', $data, $this->key), $mac)) {
			throw new Exception('bad mac');
		}
		file_put_contents($this->root . $name, $data);
		return $name;
	}

	public function login($user, $password) {
		if (!password_verify($password, $user->hash)) {
			return false;
		}
		$_SESSION['user'] = $user->id;
		return true;
	}

	public function save() {
		if (!wp_verify_nonce($_POST['nonce'], 'save')) {
			wp_die('no');
		}
		if (!current_user_can('manage_options')) {
			wp_die('no');
		}
		update_option('store', $_POST['store']);
	}
}
"""
RB = """require 'openssl'
require 'net/http'

class StoreController < ApplicationController
  before_action :authenticate_user!
  before_action :load_store

  def fetch(url)
    http = Net::HTTP.new(url.host, url.port)
    http.use_ssl = true
    http.verify_mode = OpenSSL::SSL::VERIFY_PEER
    http.get(url.path)
  end

  def install(name, data, mac)
    raise SecurityError, 'bad mac' unless secure_compare(digest(data), mac)
    File.binwrite(File.join(@root, name), data)
    name
  end

  def update(name, data, signature)
    unless @key.verify(OpenSSL::Digest.new('SHA256'), signature, data)
      raise SecurityError, 'bad signature'
    end
    File.binwrite(File.join(@root, name), data)
    name
  end
end
"""
JAVA = """package example;

import java.security.Signature;
import javax.net.ssl.X509TrustManager;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;

public class Store {
    private final String root;

    public void install(String name, byte[] data, byte[] given) throws Exception {
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initVerify(key);
        signature.update(data);
        if (!signature.verify(given)) {
            throw new SecurityException("bad signature");
        }
        Files.write(Paths.get(root, name), data);
    }

    static class Manager implements X509TrustManager {
        public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
            delegate.checkServerTrusted(chain, type);
            pins.check(chain[0]);
        }
    }

    static class Names implements HostnameVerifier {
        public boolean verify(String host, SSLSession session) {
            return delegate.verify(host, session);
        }
    }
}
"""
PS = """param([string] $Name)

$ErrorActionPreference = 'Stop'

function Install-Widget([string] $Path, [string] $Expected) {
	$signature = Get-AuthenticodeSignature $Path
	if ($signature.Status -ne 'Valid') {
		throw 'bad signature'
	}
	$hash = (Get-FileHash $Path -Algorithm SHA256).Hash
	if ($hash -ne $Expected) {
		throw 'checksum mismatch'
	}
	Copy-Item $Path $env:ProgramFiles
	Write-Output $Path
}

function Get-Widget([string] $Url) {
	Invoke-WebRequest -Uri $Url -OutFile widget.exe
	return 'widget.exe'
}
"""
CS = """using System.Security.Cryptography;

public class Store
{
    public void Install(string name, byte[] data, byte[] given)
    {
        if (!rsa.VerifyData(data, given, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))
        {
            throw new CryptographicException("bad signature");
        }
        File.WriteAllBytes(Path.Combine(root, name), data);
    }

    public HttpClient Client()
    {
        var handler = new HttpClientHandler();
        handler.CheckCertificateRevocationList = true;
        return new HttpClient(handler);
    }
}
"""


def edit(number, fires, about, path, old, *steps, least=""):
    """OLD with texts replaced in turn; each must stand there."""
    new = old
    for was, now in steps:
        assert was in new, (about, was)
        new = new.replace(was, now, 1)
    row(number, fires, about, {path: new}, old={path: old}, least=least if fires else "")


def gone(about, path, old, *steps):
    edit(30, True, about, path, old, *steps, least="review")


def off(about, path, old, *steps):
    edit(28, True, about, path, old, *steps, least="review")


def same(about, path, old, *steps):
    edit(30, False, about, path, old, *steps)
    edit(28, False, about, path, old, *steps)


S, G, P, R, J, W, C = "install.sh", "store.go", "store.php", "store.rb", "Store.java", "install.ps1", "Store.cs"
VERIFY = "  gpg --verify \"$work/widget.tar.gz.asc\" \"$work/widget.tar.gz\" || exit 1\n"
SUMS = "  (cd \"$work\" && sha256sum -c widget.sha256)\n"
NOISE = (("log \"installed $VERSION\"", "log \"installed widget $VERSION\""), ("VERSION=1.4.0", "VERSION=1.4.1"), ("work=$(mktemp -d)", "work=$(mktemp -d --tmpdir=/var/tmp)"))
gone("shell: a signature that nobody checks", S, SH, (VERIFY, ""))
gone("shell: a signature that nobody checks, beside other edits", S, SH, (VERIFY, ""), *NOISE)
gone("shell: a signature whose lack is passed over", S, SH, ("|| exit 1", "|| true"))
gone("shell: a signature whose lack is told", S, SH, ("|| exit 1", "|| log 'no signature'"))
gone("shell: sums that nobody compares", S, SH, (SUMS, ""), *NOISE)
gone("shell: sums that may differ", S, SH, ("widget.sha256)", "widget.sha256 || true)"))
gone("shell: it goes on where the check fails", S, SH.replace(" || exit 1", ""), ("set -e\n", ""))
off("shell: any certificate will do", S, SH, ("curl -fsSL", "curl -kfsSL"))
off("shell: any certificate will do, by its long name", S, SH, ("curl -fsSL", "curl -fsSL --insecure"))
edit(29, True, "shell: another host", S, SH, ("https://get.widget.example/", "https://cdn.other.example/"), least="review")
same("shell: another version", S, SH, *NOISE)
same("shell: checks in a function", S, SH, (VERIFY + SUMS, "  check \"$work\"\n"), ("main() {", "check() {\n" + VERIFY.replace("$work", "$1") + SUMS.replace("$work", "$1") + "}\n\nmain() {"))
same("shell: another program checks", S, SH, (VERIFY, "  cosign verify-blob --signature \"$work/widget.sig\" \"$work/widget.tar.gz\" || exit 1\n"))
same("shell: more that ends it", S, SH, ("set -e\n", "set -euo pipefail\n"))
same("shell: a sum's longer name", S, SH, ("sha256sum -c", "sha256sum --check --strict"))

gone("Go: a signature that nobody checks", G, GO, ("\tif err := s.verifySignature(data, signature); err != nil {\n\t\treturn err\n\t}\n", ""))
gone("Go: a check whose error nobody asks for", G, GO, ("\tif err := s.verifySignature(data, signature); err != nil {\n\t\treturn err\n\t}\n", "\t_ = s.verifySignature(data, signature)\n"))
gone("Go: a mac that nobody compares", G, GO, ("\tif !hmac.Equal(s.mac(data), sum) {\n\t\treturn nil, errors.New(\"bad mac\")\n\t}\n", ""))
gone("Go: a comparison that is always true", G, GO, ("return hmac.Equal(a, b)", "return true"))
off("Go: any certificate will do", G, GO, ("InsecureSkipVerify: false", "InsecureSkipVerify: true"))
off("Go: any certificate will do, newly", G, GO.replace(", InsecureSkipVerify: false", ""), ("MinVersion: tls.VersionTLS12", "MinVersion: tls.VersionTLS12, InsecureSkipVerify: true"))
same("Go: an error that says more", G, GO, ("\t\treturn err\n\t}\n\treturn os", "\t\treturn fmt.Errorf(\"%s: %w\", name, err)\n\t}\n\treturn os"))
same("Go: another way to compare", G, GO, ("!hmac.Equal(s.mac(data), sum)", "subtle.ConstantTimeCompare(s.mac(data), sum) != 1"))
same("Go: a check in a method", G, GO, ("\tif !hmac.Equal(s.mac(data), sum) {\n\t\treturn nil, errors.New(\"bad mac\")\n\t}\n", "\tif err := s.check(data, sum); err != nil {\n\t\treturn nil, err\n\t}\n"),
     ("func (s *Store) same", "func (s *Store) check(data, sum []byte) error {\n\tif !hmac.Equal(s.mac(data), sum) {\n\t\treturn errors.New(\"bad mac\")\n\t}\n\treturn nil\n}\n\nfunc (s *Store) same"))

gone("PHP: a mac that nobody compares", P, PHP, ("\t\tif (!hash_equals(hash_hmac('sha256', $data, $this->key), $mac)) {\n\t\t\tthrow new Exception('bad mac');\n\t\t}\n", ""))
gone("PHP: a password that nobody checks", P, PHP, ("\t\tif (!password_verify($password, $user->hash)) {\n\t\t\treturn false;\n\t\t}\n", ""))
gone("PHP: a nonce that nobody checks", P, PHP, ("\t\tif (!wp_verify_nonce($_POST['nonce'], 'save')) {\n\t\t\twp_die('no');\n\t\t}\n", ""))
gone("PHP: a right that nobody asks for", P, PHP, ("\t\tif (!current_user_can('manage_options')) {\n\t\t\twp_die('no');\n\t\t}\n", ""))
gone("PHP: a password or nothing", P, PHP, ("!password_verify($password, $user->hash)", "$password !== '' && !password_verify($password, $user->hash)"))
off("PHP: any certificate will do", P, PHP, ("CURLOPT_SSL_VERIFYPEER, true", "CURLOPT_SSL_VERIFYPEER, false"))
same("PHP: a check in a method", P, PHP, ("\t\tif (!hash_equals(hash_hmac('sha256', $data, $this->key), $mac)) {\n\t\t\tthrow new Exception('bad mac');\n\t\t}\n", "\t\t$this->check($data, $mac);\n"),
     ("\tpublic function login", "\tprivate function check($data, $mac) {\n\t\tif (!hash_equals(hash_hmac('sha256', $data, $this->key), $mac)) {\n\t\t\tthrow new Exception('bad mac');\n\t\t}\n\t}\n\n\tpublic function login"))
same("PHP: a nonce by another call", P, PHP, ("\t\tif (!wp_verify_nonce($_POST['nonce'], 'save')) {\n\t\t\twp_die('no');\n\t\t}\n", "\t\tcheck_admin_referer('save', 'nonce');\n"))
same("PHP: a time limit", P, PHP, ("CURLOPT_RETURNTRANSFER, true);", "CURLOPT_RETURNTRANSFER, true);\n\t\tcurl_setopt($curl, CURLOPT_TIMEOUT, 30);"))

gone("Ruby: a mac that nobody compares", R, RB, ("    raise SecurityError, 'bad mac' unless secure_compare(digest(data), mac)\n", ""))
gone("Ruby: a signature that nobody checks", R, RB, ("    unless @key.verify(OpenSSL::Digest.new('SHA256'), signature, data)\n      raise SecurityError, 'bad signature'\n    end\n", ""))
gone("Ruby: a signature whose lack is told", R, RB, ("      raise SecurityError, 'bad signature'\n", "      warn 'bad signature'\n"))
gone("Ruby: nobody needs to sign in", R, RB, ("  before_action :authenticate_user!\n", ""))
off("Ruby: any certificate will do", R, RB, ("VERIFY_PEER", "VERIFY_NONE"))
same("Ruby: a check in a method", R, RB, ("    raise SecurityError, 'bad mac' unless secure_compare(digest(data), mac)\n", "    approve(data, mac)\n"),
     ("  def update(", "  def approve(data, mac)\n    raise SecurityError, 'bad mac' unless secure_compare(digest(data), mac)\n  end\n\n  def update("))
same("Ruby: another way to say it", R, RB, ("    raise SecurityError, 'bad mac' unless secure_compare(digest(data), mac)\n", "    unless secure_compare(digest(data), mac)\n      raise SecurityError, \"bad mac of #{name}\"\n    end\n"))
same("Ruby: who signs in for some of it", R, RB, (":authenticate_user!", ":authenticate_user!, except: [:index]"))
same("Ruby: what is done before, in one line", R, RB, ("  before_action :authenticate_user!\n  before_action :load_store\n", "  before_action :authenticate_user!, :load_store\n"))

gone("Java: a signature that nobody asks for", J, JAVA, ("        if (!signature.verify(given)) {\n            throw new SecurityException(\"bad signature\");\n        }\n", ""))
gone("Java: a signature whose answer nobody hears", J, JAVA, ("        if (!signature.verify(given)) {\n            throw new SecurityException(\"bad signature\");\n        }\n", "        signature.verify(given);\n"))
gone("Java: every server is trusted", J, JAVA, ("            delegate.checkServerTrusted(chain, type);\n            pins.check(chain[0]);\n", ""))
gone("Java: every name is right", J, JAVA, ("return delegate.verify(host, session);", "return true;"))
same("Java: another error", J, JAVA, ("throw new SecurityException(\"bad signature\");", "throw new SignatureException(\"bad signature of \" + name);"))
same("Java: a check in a method", J, JAVA, ("        if (!signature.verify(given)) {\n            throw new SecurityException(\"bad signature\");\n        }\n", "        approve(signature, given);\n"),
     ("    static class Manager", "    private static void approve(Signature signature, byte[] given) throws Exception {\n        if (!signature.verify(given)) {\n            throw new SecurityException(\"bad signature\");\n        }\n    }\n\n    static class Manager"))

gone("C#: a signature that nobody checks", C, CS, ("        if (!rsa.VerifyData(data, given, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))\n        {\n            throw new CryptographicException(\"bad signature\");\n        }\n", ""))
off("C#: any certificate will do", C, CS, ("handler.CheckCertificateRevocationList = true;", "handler.ServerCertificateCustomValidationCallback = (a, b, c, d) => true;"))

gone("PowerShell: a signature that nobody checks", W, PS, ("	$signature = Get-AuthenticodeSignature $Path\n	if ($signature.Status -ne 'Valid') {\n		throw 'bad signature'\n	}\n", ""))
gone("PowerShell: a sum that nobody compares", W, PS, ("	$hash = (Get-FileHash $Path -Algorithm SHA256).Hash\n	if ($hash -ne $Expected) {\n		throw 'checksum mismatch'\n	}\n", ""))
gone("PowerShell: a sum whose difference is told", W, PS, ("		throw 'checksum mismatch'\n", "		Write-Warning 'checksum mismatch'\n"))
off("PowerShell: any certificate will do", W, PS, ("Invoke-WebRequest -Uri", "Invoke-WebRequest -SkipCertificateCheck -Uri"))
off("PowerShell: any certificate will do, for all", W, PS, ("	Invoke-WebRequest", "	[System.Net.ServicePointManager]::ServerCertificateValidationCallback = { $true }\n	Invoke-WebRequest"))
same("PowerShell: another error", W, PS, ("throw 'bad signature'", "throw \"bad signature of $Path\""))
same("PowerShell: a check in a function", W, PS, ("	$hash = (Get-FileHash $Path -Algorithm SHA256).Hash\n	if ($hash -ne $Expected) {\n		throw 'checksum mismatch'\n	}\n", "	Assert-Hash $Path $Expected\n"),
     ("function Get-Widget", "function Assert-Hash([string] $Path, [string] $Expected) {\n	$hash = (Get-FileHash $Path -Algorithm SHA256).Hash\n	if ($hash -ne $Expected) {\n		throw 'checksum mismatch'\n	}\n}\n\nfunction Get-Widget"))

# ---- kinds of loosening ------------------------------------------------------------------------------------

API = """'use strict';

const jwt = require('jsonwebtoken');
const { spawn } = require('child_process');

const HOSTS = /^https:\\/\\/([a-z]+\\.)?widget\\.example$/;

exports.isOurs = (origin) => HOSTS.test(origin);

exports.session = function (req, res, token) {
  res.cookie('session', token, { httpOnly: true, secure: true, sameSite: 'strict', maxAge: 3600 });
  res.cookie('theme', req.query.theme);
};

exports.whoIs = function (token, key) {
  return jwt.verify(token, key, { algorithms: ['RS256'], audience: 'widget' });
};

exports.accept = function (data, signature, key) {
  const good = key.verify(data, signature);
  if (!good) throw new Error('bad signature');
  return data;
};

exports.install = async function (file, sum) {
  try {
    await verifyChecksum(file, sum);
  } catch (error) {
    console.error(error);
    throw error;
  }
  return unpack(file);
};

exports.show = function (req, name) {
  return spawn('git', ['log', req.params.name], { stdio: 'pipe' });
};
"""
A = "lib/api.js"
gone("a rule of hosts without its escape", A, API, ("widget\\.example$/", "widget.example$/"))
gone("a rule of hosts without its end", A, API, ("widget\\.example$/", "widget\\.example/"))
gone("a rule of hosts without its beginning", A, API, ("/^https:", "/https:"))
gone("a rule of hosts that any name fits", A, API, ("([a-z]+\\.)?widget", "(.*)?widget"))
same("a rule of hosts with a port", A, API, ("widget\\.example$/", "widget\\.example(:\\d+)?$/"))
same("a rule of hosts that asks for more", A, API, ("([a-z]+\\.)?widget", "(www\\.)?widget"))
gone("an answer that is always good", A, API, ("key.verify(data, signature);", "key.verify(data, signature) || true;"))
gone("a failure that is only told", A, API, ("    throw error;\n", ""))
same("a failure that is told otherwise", A, API, ("    throw error;\n", "    throw new InstallError(file, error);\n"))
gone("a token of any algorithm", A, API, ("{ algorithms: ['RS256'], audience: 'widget' }", "{ audience: 'widget' }"))
off("a token of no algorithm", A, API, ("['RS256']", "['RS256', 'none']"))
gone("a token that is only decoded", A, API, ("jwt.verify(token, key, { algorithms: ['RS256'], audience: 'widget' })", "jwt.decode(token)"))
same("a token of one algorithm more", A, API, ("['RS256']", "['RS256', 'ES256']"))
off("a cookie that scripts may read", A, API, ("httpOnly: true, ", ""))
off("a cookie that goes in the clear", A, API, ("secure: true, ", ""))
off("a cookie that goes anywhere", A, API, ("sameSite: 'strict'", "sameSite: 'none'"))
same("a cookie that lasts longer", A, API, ("maxAge: 3600", "maxAge: 7200"))
same("a cookie that is lax", A, API, ("sameSite: 'strict'", "sameSite: 'lax'"))
off("a shell gets what a request says", A, API, ("{ stdio: 'pipe' }", "{ stdio: 'pipe', shell: true }"))
same("a program that is hidden", A, API, ("{ stdio: 'pipe' }", "{ stdio: 'pipe', windowsHide: true }"))

PYAPI = """import jwt


class Api:
    def who(self, token, key):
        return jwt.decode(token, key, algorithms=["RS256"], audience="widget")

    def install(self, path, signature):
        self.key.verify(signature, self.read(path))
        self.unpack(path)
        return path

    def session(self, response, token):
        response.set_cookie("session", token, httponly=True, secure=True, samesite="Strict")
        return response
"""
Y = "lib/api.py"
gone("Python: a check whose failure is passed over", Y, PYAPI, ("        self.key.verify(signature, self.read(path))\n", "        try:\n            self.key.verify(signature, self.read(path))\n        except Exception:\n            pass\n"))
gone("Python: a token of any algorithm", Y, PYAPI, ("algorithms=[\"RS256\"], ", ""))
off("Python: a token that nobody checks", Y, PYAPI, ("algorithms=[\"RS256\"], audience=\"widget\"", "options={\"verify_signature\": False}"))
off("Python: a cookie that scripts may read", Y, PYAPI, ("httponly=True, ", ""))
off("Python: a cookie that goes in the clear", Y, PYAPI, ("secure=True", "secure=False"))
same("Python: a check whose failure is told", Y, PYAPI, ("        self.key.verify(signature, self.read(path))\n", "        try:\n            self.key.verify(signature, self.read(path))\n        except InvalidSignature as error:\n            raise ApiError(path) from error\n"))

CONFIG = '{\n  "listen": "127.0.0.1",\n  "port": 8080,\n  "tls": { "minVersion": "TLSv1.2" },\n  "cors": { "origin": "https://app.widget.example" },\n  "log": "info"\n}\n'
YAML = "server:\n  bind: 127.0.0.1\n  port: 8080\ntls:\n  min_version: \"1.2\"\ncors:\n  allowed_origins: https://app.widget.example\nlog: info\n"
TOML = "[server]\nbind = \"127.0.0.1\"\nport = 8080\n\n[tls]\nmin_version = \"1.2\"\n\n[cors]\norigin = \"https://app.widget.example\"\n"
for path, text, versions in (("config/server.json", CONFIG, ("TLSv1.2", "TLSv1")), ("config/server.yaml", YAML, ("\"1.2\"", "\"1.0\"")), ("config/server.toml", TOML, ("\"1.2\"", "\"1.0\""))):
    off("%s: an older protocol" % path, path, text, versions)
    off("%s: the machine is open to the network" % path, path, text, ("127.0.0.1", "0.0.0.0"))
    off("%s: every page may ask" % path, path, text, ("https://app.widget.example", "*"))
    same("%s: another port" % path, path, text, ("8080", "9090"))
    same("%s: a newer protocol" % path, path, text, (versions[0], versions[0].replace("1.2", "1.3")))
    same("%s: another page of its own" % path, path, text, ("app.widget", "www.widget"))

PAGE = "<!doctype html>\n<html><head>\n<script src=\"https://cdn.widget.example/lib-1.2.3.js\" integrity=\"sha384-oqVuAfXRKap7fdgcCY5uykM6+R9GqQ8K/uxy9rx7HNQlGYl1kPzQho1wx4JwY8wC\" crossorigin=\"anonymous\"></script>\n</head><body>\n<p>Hello</p>\n</body></html>\n"
off("a script of a page that may be another", "public/index.html", PAGE, (" integrity=\"sha384-oqVuAfXRKap7fdgcCY5uykM6+R9GqQ8K/uxy9rx7HNQlGYl1kPzQho1wx4JwY8wC\" crossorigin=\"anonymous\"", ""))
same("a script of a page that went", "public/index.html", PAGE, (PAGE[PAGE.index("<script"):PAGE.index("</head>")], ""))
same("a script of a page that is another version", "public/index.html", PAGE, ("1.2.3", "1.2.4"), ("oqVuAfXRKap7fdgcCY5uykM6", "pqVuAfXRKap7fdgcCY5uykM7"))
JWKS = '{\n  "keys": [\n    { "kty": "OKP", "crv": "Ed25519", "kid": "2025", "use": "sig", "x": "%s" }\n  ]\n}\n'
edit(29, True, "a ring of keys with another key", "config/jwks.json", JWKS % "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo", ("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo", "l6Fq1nQk0yBXy1XW8dHkPnC0ZkW8YgU1u8mCz3tJv2A"), least="review")
UPDATE = '{\n  "name": "sample",\n  "publish": { "provider": "github", "owner": "widget-tools", "repo": "widget" },\n  "port": 1\n}\n'
edit(29, True, "another owner of what updates come from", "config/update.json", UPDATE, ("widget-tools", "w1dget-tools"), least="review")
APPYML = "provider: github\nowner: widget-tools\nrepo: widget\nupdaterCacheDirName: widget-updater\n"
edit(29, True, "another owner of what updates come from, as YAML", "resources/app-update.yml", APPYML, ("widget-tools", "w1dget-tools"), least="review")

HOOK = """import hmac


def verify_header(payload, header, secret):
    if not secret:
        raise SignatureVerificationError("no secret value was given", header, payload)
    if not hmac.compare_digest(sign(payload, secret), header):
        raise SignatureVerificationError("no signature fits", header, payload)
    return True
"""
same("Python: a secret that is empty in another way", "lib/hook.py", HOOK, ("if not secret:", "if secret is None or secret.strip(\" \\t\") == \"\":"))
TABS = """exports.panel = function (tab, id) {
  const selector = tab.hash;
  return tab.element.find(sanitizeSelector('#' + id));
};

function sanitizeSelector(hash) {
  return hash.replace(/[!"#$%&]/g, '\\\\$&');
}
"""
same("an escape of the platform's own", "lib/tabs.js", TABS, ("sanitizeSelector('#' + id)", "'#' + CSS.escape(id)"), (TABS[TABS.index("function sani"):], ""))

# What ordinary releases of other publishers do where checks stand.
IMPORTS = """from django.core.exceptions import (
    ImproperlyConfigured,
    PermissionDenied,
    ValidationError,
)


class Provider:
    def restore(self, request, ident):
        return load_state(request, provider=self.name, ident=ident, raises=True)
"""
same("Python: an import of what is raised elsewhere now", "lib/provider.py", IMPORTS,
    ("import (\n    ImproperlyConfigured,\n    PermissionDenied,\n    ValidationError,\n)", "import ImproperlyConfigured, ValidationError"))
HELPER = """import hmac
import base64


def encoded(data):
    return base64.urlsafe_b64encode(data)


def constant_time_compare(a, b):
    try:
        return hmac.compare_digest(a, b)
    except AttributeError:
        if len(a) != len(b):
            return False
        return sum(x ^ y for x, y in zip(a, b)) == 0
"""
same("Python: a helper that nobody calls any more", "lib/helper.py", HELPER, (HELPER[HELPER.index("\n\ndef constant"):], ""), ("import hmac\n", ""))
FALLBACK = """import ssl


def context_for(server, host):
    if server:
        raise ValueError("a server needs a context of its own")
    if hasattr(ssl, "create_default_context"):
        context = ssl.create_default_context()
        if not host:
            context.check_hostname = False
    else:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS)
        context.verify_mode = ssl.CERT_REQUIRED
    return context


def is_there():
    return hasattr(ssl, "MemoryBIO")
"""
same("Python: what old versions lacked is not asked", "lib/tls.py", FALLBACK,
    (FALLBACK[FALLBACK.index("    if hasattr"):], "    context = ssl.create_default_context()\n    if not host:\n        context.check_hostname = False\n    return context\n"))
FOLDER = """import os
import sys


def folder(home, testing):
    path = os.path.join(home, "widget")
    try:
        os.mkdir(path)
    except OSError:
        warn = "cannot make " + path + "\\nCheck path and permissions.\\nExiting!\\n"
        if not testing:
            print(warn, file=sys.stderr)
        raise SystemExit
    return path
"""
same("Python: a warning that may fail", "lib/folder.py", FOLDER,
    ("        warn = \"cannot make \" + path + \"\\nCheck path and permissions.\\nExiting!\\n\"\n        if not testing:\n            print(warn, file=sys.stderr)\n",
        "        if not testing:\n            warn = \"cannot make \" + path + \"\\nCheck path and permissions.\\nExiting!\\n\"\n            try:\n                print(warn, file=sys.stderr)\n            except OSError:\n                pass\n"))
MAC = """import native


def digest(key, msg, digest):
    if native is not None and isinstance(digest, str) and digest in native.names:
        return native.hmac_digest(key, msg, digest)
    return slow(key, msg, digest)
"""
same("Python: a fast way that another one stands behind", "lib/mac.py", MAC,
    ("isinstance(digest, str) and digest in native.names:\n        return native.hmac_digest(key, msg, digest)\n",
        "isinstance(digest, (str, native.kind)):\n        try:\n            return native.hmac_digest(key, msg, digest)\n        except native.UnsupportedDigest:\n            pass\n"))
TAKES = """import inspect


def double(original):
    sig = inspect.signature(original)
    signature = parameters(sig)
    if not is_plain(original):
        return
    return wrapped(original, signature)


def paths(signature):
    if signature == "@-='":
        return select
    return None
"""
same("Python: what a function takes, asked of one thing less", "lib/double.py", TAKES, ("    if not is_plain(original):\n        return\n", ""))
same("Python: what a function takes, of one kind more", "lib/double.py", TAKES, ("signature == \"@-='\":", "signature == \"@-='\" or signature == \"@-!='\":"))
FINDER = """class Finder:
    def changed(self, known):
        path = known.verified
        return path

    def find(cls, fullname, path=None, target=None):
        if path is not None:
            return None
        if is_builtin(fullname):
            return loader_of(fullname, cls, origin=cls.ORIGIN)
        else:
            return None
"""
same("Python: an argument that is not looked at any more", "lib/finder.py", FINDER, ("        if path is not None:\n            return None\n", ""))
READS = """import os


def entries(path):
    try:
        return os.scandir(path)
    except PermissionError:
        return None
    except OSError as error:
        raise Unreadable(path) from error
"""
same("Python: an error that is not caught any more", "lib/reads.py", READS, ("    except PermissionError:\n        return None\n", ""))
READER = """def certificates(lines):
    found, inside, body = [], False, []
    for line in lines:
        if line == '-----BEGIN CERTIFICATE-----':
            inside = True
        elif line == '-----END CERTIFICATE-----':
            found.append(body)
            inside, body = False, []
        elif line == '-----BEGIN PUBLIC KEY-----':
            return None
        elif inside:
            body.append(line)
    return found
"""
edit(29, False, "Python: a program that reads certificates", "lib/reader.py", READER, ("            inside = True\n", "            inside, body = True, []\n"),
    ("            return None\n        elif inside:", "            continue  # a key alone\n        elif inside:"))
TABLE = """import winreg

CLIENT_RELEASES = [
    ((10, 1, 0), "post11"), ((10, 0, 22000), "11"), ((6, 4, 0), "10"), ((6, 3, 0), "8.1"), ((6, 2, 0), "8"), ((6, 1, 0), "7"), ((6, 0, 0), "Vista"),
    ((5, 2, 3790), "XP64"), ((5, 2, 0), "2003"), ((5, 1, 0), "XP"), ((5, 0, 0), "2000"),
]


def edition(key):
    with winreg.OpenKeyEx(winreg.HKEY_LOCAL_MACHINE, key) as key:
        return winreg.QueryValueEx(key, "EditionId")[0]
"""
edit(29, False, "Python: a table of versions", "lib/versions.py", TABLE,
    (TABLE[TABLE.index("    ((10, 1"):TABLE.index("]\n")], "    ((9, 11, 5), \"a\"), ((9, 12, 22621), \"b\"), ((11, 14, 7), \"c\"), ((12, 13, 8), \"d\"), ((13, 12, 9), \"e\"), ((14, 11, 1), \"f\"), ((15, 10, 1), \"g\"),\n"
        "    ((15, 12, 3791), \"h\"), ((15, 12, 9), \"i\"), ((15, 11, 9), \"j\"), ((15, 10, 9), \"k\"),\n"))
SERVICES = "{\n" + ",\n".join("  \"%s\": {\n    \"authorize\": \"https://%s.example/oauth/authorize\",\n    \"access_url\": \"https://%s.example/oauth/token\"\n  }" % (n, n, n)
    for n in ("amber", "birch", "cedar", "dune", "elm", "fern", "grove", "hazel", "iris", "juniper")) + "\n}\n"
edit(29, False, "a list of services of which one moves and one comes", "config/services.json", SERVICES,
    ("https://cedar.example/oauth/token", "https://api.cedarwood.example/v2/token"), ("\"dune\": {", "\"delta\": {"), ("https://dune.example/oauth/authorize", "https://delta.example/oauth/authorize"),
    ("https://dune.example/oauth/token", "https://delta.example/oauth/token"))
edit(29, False, "a list of services in code", "lib/services.js", "module.exports = " + SERVICES, ("https://cedar.example/oauth/token", "https://api.cedarwood.example/v2/token"))
KINDS = """class TLSMethod:
    TLSv1_2 = native.TLSv1_2


def connect(context):
    return context.wrap()
"""
same("Python: a list of what versions there are", "lib/kinds.py", KINDS, ("\n\ndef connect", "\n\nclass TLSVersion:\n    SSLv3 = native.PROTO_SSLv3\n    TLSv1_2 = native.TLSv1_2\n\n\ndef connect"))
BINDING = """package saml

import "fmt"

func (p *Provider) validateSignature(el *Element) error {
	sig, err := findChild(el, "Signature")
	if err != nil {
		return err
	}
	if err := p.verify(el, sig); err != nil {
		return fmt.Errorf("cannot validate signature: %w", err)
	}
	return nil
}

func (p *Provider) signedQuery(query string) (string, error) {
	if len(p.SignatureMethod) > 0 {
		ctx, err := signingContext(p)
		if err != nil {
			return "", err
		}
		query += sign(ctx, query)
		count(query)
		keep(query)
	}
	return query, nil
}
"""
same("Go: one more value is given back", G, BINDING, ("el *Element) error", "el *Element) (*Element, error)"), ("\t\treturn err\n", "\t\treturn nil, err\n"),
    ("\t\treturn fmt.Errorf(", "\t\treturn nil, fmt.Errorf("), ("\treturn nil\n", "\treturn el, nil\n"))
same("Go: whether a name is given, asked in another way", G, BINDING, ("len(p.SignatureMethod) > 0", "p.SignatureMethod != \"\""))
same("Go: what signs is made by the caller", G, BINDING, ("(query string) (string", "(query string, ctx *Context) (string"), ("\tif len(p.SignatureMethod) > 0 {\n\t\tctx, err := signingContext(p)\n\t\tif err != nil {\n\t\t\treturn \"\", err\n\t\t}\n", "\tif ctx != nil {\n"))
gone("Go: the check itself is gone", G, BINDING, ("\tif err := p.verify(el, sig); err != nil {\n\t\treturn fmt.Errorf(\"cannot validate signature: %w\", err)\n\t}\n", ""))
ACCOUNT = """const crypto = require('crypto');

function change(user, password, again, host) {
  if (typeof password !== 'string') {
    throw new TypeError('password has to be a text');
  }
  if (password !== again) {
    throw new Error('passwords differ');
  }
  const name = crypto.createHash('sha256').update(host).digest('hex');
  user.folder = join(host, name);
  return store(user, password);
}

function install(data, expected, signature) {
  const sum = crypto.createHash('sha256').update(data).digest('hex');
  if (sum !== expected) {
    throw new Error('not what was asked for');
  }
  return unpack(data);
}
"""
same("what kind of value a password is", "lib/account.js", ACCOUNT, (ACCOUNT[ACCOUNT.index("  if (typeof"):ACCOUNT.index("  if (password")], ""))
same("passwords that may be left out", "lib/account.js", ACCOUNT, ("if (password !== again)", "if (password && password !== again)"))
same("a name that is no digest any more", "lib/account.js", ACCOUNT, ("crypto.createHash('sha256').update(host).digest('hex')", "user.label"))
gone("a digest that is computed no more", "lib/account.js", ACCOUNT, ("crypto.createHash('sha256').update(data).digest('hex')", "expected"))
