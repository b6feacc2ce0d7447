"""Host names for tampered copies.  Reserved names and addresses only (RFC 2606, 5737, 6761)."""

import re

WORDS = """amber basalt cobalt delta ember fable garnet harbor indigo jasper kestrel lumen meadow
nimbus onyx pepper quartz raven saffron tundra umber velvet willow xenon yarrow zephyr""".split()
ROLES = "cdn api static assets edge files img js pkg sync stats collect update dl telemetry".split()
TAILS = "static cdn assets files cloud services api update analytics metrics mirror edge".split()
RESERVED = re.compile(r"(?:[a-z0-9-]+\.)+(?:example|invalid|test)"
                      r"|192\.0\.2\.\d{1,3}|198\.51\.100\.\d{1,3}|203\.0\.113\.\d{1,3}")
STYLES = ["lookalike", "words", "address", "label"]


def check(host):
    """Refuses every host that could exist: the copies must stay inert."""
    if not RESERVED.fullmatch(host):
        raise ValueError("not a reserved host: %r" % host)
    return host


def typo(rng, name):
    i = rng.randrange(1, max(2, len(name) - 1))
    kind = rng.randrange(4)
    if kind == 0:
        return name[:i] + name[i] + name[i:] if i < len(name) else name + name[-1]
    if kind == 1 and len(name) > 3:
        return name[:i] + name[i + 1:]
    if kind == 2:
        for a, b in (("l", "1"), ("o", "0"), ("m", "rn"), ("e", "3"), ("i", "1")):
            if a in name:
                return name.replace(a, b, 1)
    return name + rng.choice(["s", "js", "-io", "hq"])


def draw(rng, product, style=None):
    """A host in one of STYLES; `product` is the name a look-alike resembles."""
    style = style or rng.choices(STYLES, [5, 4, 2, 2])[0]
    product = re.sub(r"[^a-z0-9]+", "-", product.lower()).strip("-") or "product"
    top = rng.choice(["example", "example", "invalid", "test"])
    if style == "lookalike":
        host = rng.choice([
            lambda: "%s.%s-%s.%s" % (rng.choice(ROLES), product, rng.choice(TAILS), top),
            lambda: "%s.%s.%s" % (rng.choice(ROLES), typo(rng, product), top),
            lambda: "%s%s.%s" % (product, rng.choice(TAILS), top),
            lambda: "%s-%s.%s" % (rng.choice(ROLES), product, top),
        ])()
    elif style == "words":
        host = "%s%s%s.%s" % (rng.choice(WORDS), rng.choice(["", "-"]), rng.choice(WORDS), top)
        if rng.random() < 0.5:
            host = rng.choice(ROLES) + "." + host
    elif style == "address":
        host = rng.choice(["192.0.2.", "198.51.100.", "203.0.113."]) + str(rng.randrange(2, 250))
    else:
        label = "".join(rng.choice("abcdefghijklmnopqrstuvwxyz0123456789") for _ in range(10))
        host = "x" + label + "." + rng.choice(WORDS) + "." + top
    return check(host)
