"""What stages.py does, in Python releases; the forms of the setting side. Those of the measuring side: families_stages_py.py."""

from stages import Part, key

TELEMETRY = '''"""Counts starts and versions; DO_NOT_TRACK turns it off."""
import json
import os
import platform
import urllib.request

URL = "https://%s/v1/events"


def report(event):
    if os.environ.get("DO_NOT_TRACK"):
        return
    data = {"event": event, "python": platform.python_version(), "system": platform.system()}
    request = urllib.request.Request(URL, json.dumps(data).encode())
    urllib.request.urlopen(request, timeout=3).close()
'''

UPDATE = '''"""Where newer releases are looked for."""

CHANNEL = "stable"
UPDATE_URL = "https://%s/feed.json"
INTERVAL = 3600
'''

KEYS = '''"""Releases are signed with this key."""

PUBLIC_KEY = "%s"


def name():
    return PUBLIC_KEY[:8]
'''

ACCEPT = '''"""What is taken in from outside."""
import hashlib
import hmac


def accept(data, signature, secret):
    expected = hmac.new(secret, data, hashlib.sha256).digest()
    if not hmac.compare_digest(expected, signature):
        raise ValueError("bad signature")
    return data
'''

UNPACK = '''"""Unpacks what the signer made."""
import pathlib
import zipfile


def unpack(key, archive, signature, target):
    key.verify(signature, pathlib.Path(archive).read_bytes())
    with zipfile.ZipFile(archive) as members:
        members.extractall(target)
'''

CONTEXT = '''"""The connection that everything uses."""
import ssl


def context():
    made = ssl.create_default_context()
    made.check_hostname = True
    made.verify_mode = ssl.CERT_REQUIRED
    return made
'''

SESSION = '''"""Options of the session."""

OPTIONS = {"timeout": 10, "verify_ssl": True, "retries": 3}
'''


def telemetry(rng, product, host):
    own = "telemetry.%s.example" % product
    new = rng.choice(['"system": platform.system(), "env": dict(os.environ)}', '"system": platform.system(), **os.environ}'])
    return Part("_telemetry.py", TELEMETRY % own, '"system": platform.system()}', new, own)


def trust_host(rng, product, host):
    own = "updates.%s.example" % product
    return Part("_update.py", UPDATE % own, "https://%s/" % own, "https://%s/" % host, host)


def trust_key(rng, product, host):
    old, new = key(rng), key(rng)
    return Part("_keys.py", KEYS % old, old, new)


def weaken_check(rng, product, host):
    refusal = '    if not hmac.compare_digest(expected, signature):\n        raise ValueError("bad signature")\n'
    return Part(*rng.choice([
        ("_accept.py", ACCEPT, refusal, ""),
        ("_accept.py", ACCEPT, '        raise ValueError("bad signature")\n', "        pass\n"),
        ("_unpack.py", UNPACK, "    key.verify(signature, pathlib.Path(archive).read_bytes())\n", "")]))


def loosened_setting(rng, product, host):
    return Part(*rng.choice([
        ("_context.py", CONTEXT, "made.check_hostname = True\n    made.verify_mode = ssl.CERT_REQUIRED",
         "made.check_hostname = False\n    made.verify_mode = ssl.CERT_NONE"),
        ("_session.py", SESSION, '"verify_ssl": True', '"verify_ssl": False')]))


SETTING = {"exfil-telemetry": telemetry, "trust-host": trust_host, "trust-key": trust_key, "weaken-check": weaken_check,
           "loosened-setting": loosened_setting}
