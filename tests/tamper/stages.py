"""Tampering that uses what the release before had: both releases get an ordinary part, NEW a change of it.

The product's own telemetry takes more along, a pinned key or an update address is swapped, a check is
gone, a setting is loosened. This file draws and writes; the forms stand by side and language in files of their own:
stages_js.py and stages_py.py (setting), families_stages_js.py and families_stages_py.py (measuring).
"""

import ast
import base64
import importlib
import json
import os

import jslex
import payload_js
import tree

SHARE = 0.16                                  # of what is drawn with a side
STAGES = ["exfil-telemetry", "trust-host", "trust-key", "weaken-check", "loosened-setting", "new-dependency"]
MODULE_KINDS = {".js": "cjs", ".cjs": "cjs", ".mjs": "esm"}


def key(rng):
    """A public key of Ed25519 as X.509 writes it."""
    head = bytes.fromhex("302a300506032b6570032100")
    return base64.b64encode(head + bytes(rng.randrange(256) for _ in range(32))).decode()


class Part:
    """An ordinary file and its tampered form; `old` and `new` are pieces of `text`."""

    def __init__(self, name, text, old, new, host=None):
        self.name, self.text, self.old, self.new, self.host = name, text, old, new, host


def forms(side, language):
    """Purpose to what makes a Part of it. Only the file of the side is read."""
    if side == "measuring":
        return importlib.import_module("families_stages_" + language).MEASURING
    return importlib.import_module("stages_" + language).SETTING


def draw(tamperer, rng, host, language="js", folders=None):
    """Plants an edit and returns its record."""
    made_by = forms(tamperer.options.side, language)
    purpose = tamperer.options.purpose or rng.choice(sorted(made_by))
    made = payload_js.Made(host=None, url=None, api=[], gate=None, pairs=[], style="none", env="edit", naming="",
                           scope="none", purpose=purpose, also=[], family=("python:" if language == "py" else "") + purpose)
    if purpose == "new-dependency":
        if not tamperer.package:
            raise jslex.Broken("no manifest")
        return made_by[purpose](tamperer, rng, made, host)
    if not tamperer.options.old:
        raise jslex.Broken("no release before")
    product = "".join(c for c in tamperer.product.lower() if c.isalnum() or c == "-") or "product"
    part = made_by[purpose](rng, product, host)
    made.host = part.host
    path = os.path.join(rng.choice(folders or ["lib", "src", "config", "dist"]), part.name)
    if os.path.exists(os.path.join(tamperer.root, path)) or part.name.endswith(".js") and \
            tamperer.package.get("type") == "module":
        raise jslex.Broken("does not fit")
    changed = part.text.replace(part.old, part.new, 1)
    kind = MODULE_KINDS.get(os.path.splitext(part.name)[1])
    if kind and not tree.javascript_is_valid(changed, kind):
        raise ValueError("the changed part is no program: " + path)
    if part.name.endswith(".json"):
        json.loads(changed)
    if part.name.endswith(".py"):
        ast.parse(changed)
    tree.write(os.path.join(tamperer.options.old, path), part.text)
    tree.write(os.path.join(tamperer.root, path), changed)
    start = part.text.index(part.old)
    return tamperer.describe(path, changed, start, max(1, len(part.new)), "edit", made)
