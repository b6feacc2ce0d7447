"""Log lines as their makers write them.

A maker has `stamp(t)`, the text (or texts) of a moment as this program writes it, and functions that
return a line with `%s` where the stamp goes. `Log` mixes events into ordinary lines in order of time.
"""

import gzip
import io
import json
import os
import random
import time

MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
WINDOWS, WEBKIT = "Mozilla/5.0 (Windows NT 10.0; Win64; x64", "AppleWebKit/537.36 (KHTML, like Gecko)"
AGENTS = (f"{WINDOWS}) {WEBKIT} Chrome/105.0.0.0 Safari/537.36",
          f"{WINDOWS}; rv:104.0) Gecko/20100101 Firefox/104.0",
          f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {WEBKIT} Version/15.6 Safari/605.1.15",
          f"{WINDOWS}) {WEBKIT} Edge/105.0.1343.42", "curl/7.83.1", "HelpdeskAgent/10.0.8")


def by_second(form, shift=0):
    """A stamp whose text is made once a second, at most; clocks only move forward in a log."""
    last = [None, None]

    def stamp(t):
        second = int(t + shift)
        if second != last[0]:
            last[0], last[1] = second, form(time.gmtime(second))
        return last[1]
    return stamp


def zone_text(shift, colon=False):
    sign, rest = ("-" if shift < 0 else "+"), abs(shift) // 60
    return f"{sign}{rest // 60:02d}{':' if colon else ''}{rest % 60:02d}"


def apache_stamp(shift=0, zone=None):
    text = zone or zone_text(shift)
    return by_second(lambda g: f"{g.tm_mday:02d}/{MONTHS[g.tm_mon - 1]}/{g.tm_year}:{g.tm_hour:02d}:"
                               f"{g.tm_min:02d}:{g.tm_sec:02d} {text}", shift)


def iso_stamp(shift=0, tail="", between="T"):
    return by_second(lambda g: f"{g.tm_year}-{g.tm_mon:02d}-{g.tm_mday:02d}{between}{g.tm_hour:02d}:"
                               f"{g.tm_min:02d}:{g.tm_sec:02d}{tail}", shift)


def syslog_stamp(shift=0):
    return by_second(lambda g: f"{MONTHS[g.tm_mon - 1]} {g.tm_mday:2d} {g.tm_hour:02d}:{g.tm_min:02d}:"
                               f"{g.tm_sec:02d}", shift)


def bind_stamp(shift=0):
    whole = by_second(lambda g: f"{g.tm_mday:02d}-{MONTHS[g.tm_mon - 1]}-{g.tm_year} {g.tm_hour:02d}:"
                                f"{g.tm_min:02d}:{g.tm_sec:02d}", shift)
    return lambda t: f"{whole(t)}.{int(t * 1000) % 1000:03d}"


def epoch_stamp(digits):
    return lambda t: f"{t:.{digits}f}"


def escape(text):
    return text.replace("%", "%%")


# Web servers. A request is (address, user, method, path, query, status, bytes, referrer, agent).

def combined(ip, user, method, path, query, status, size, referrer, agent):
    target = path + ("?" + query if query else "")
    return escape(f'{ip} - {user or "-"} [') + "%s" + escape(
        f'] "{method} {target} HTTP/1.1" {status} {size} "{referrer or "-"}" "{agent}"\n')


def nginx_json(ip, user, method, path, query, status, size, referrer, agent):
    return '{"time_iso8601":"%s",' + escape(json.dumps({
        "remote_addr": ip, "remote_user": user or "", "request_method": method,
        "request_uri": path + ("?" + query if query else ""), "status": status, "body_bytes_sent": size,
        "request_time": 0.42, "http_referer": referrer or "", "http_user_agent": agent},
        separators=(",", ":"))[1:]) + "\n"


IIS_HEAD = ("#Software: Microsoft Internet Information Services 10.0\n#Version: 1.0\n"
            "#Date: 2022-09-20 00:00:00\n#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port "
            "cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status sc-bytes "
            "cs-bytes time-taken\n")


def iis(ip, user, method, path, query, status, size, referrer, agent):
    return "%s" + escape(f" 198.51.100.20 {method} {path} {query or '-'} 443 {user or '-'} {ip} "
                         f"{agent.replace(' ', '+')} {referrer or '-'} {status} 0 0 {size} 412 873\n")


CLOUDFRONT_HEAD = (
    "#Version: 1.0\n#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status "
    "cs(Referer) cs(User-Agent) cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header "
    "cs-protocol cs-bytes time-taken x-forwarded-for ssl-protocol ssl-cipher x-edge-response-result-type "
    "cs-protocol-version fle-status fle-encrypted-fields c-port time-to-first-byte x-edge-detailed-result-type "
    "sc-content-type sc-content-len sc-range-start sc-range-end\n")


def cloudfront(place, host):
    def line(ip, user, method, path, query, status, size, referrer, agent):
        coded = agent.replace(" ", "%20")
        return "%s" + escape(
            f"\t{place}\t{size}\t{ip}\t{method}\td111111abcdef8.cloudfront.example\t{path}\t{status}\t"
            f"{referrer or '-'}\t{coded}\t{query or '-'}\t-\tHit\t"
            "SOX4xwn4XV6Q4rgb7XiVGOHms_BGlTAC4KyHmureZmBNrjGdRLiNIQ==\t"
            f"{host}\thttps\t23\t0.001\t-\tTLSv1.2\tECDHE-RSA-AES128-GCM-SHA256\tHit\tHTTP/2.0\t-\t-\t11040\t"
            f"0.001\tHit\tapplication/octet-stream\t{size}\t-\t-\n")
    return line


def s3(ip, user, method, path, query, status, size, referrer, agent):
    target = path + ("?" + query if query else "")
    return ("79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be helpdesk-updates [%s] " +
            escape(f'{ip} - 3E57427F3EXAMPLE REST.{method}.OBJECT {path[1:]} "{method} {target} HTTP/1.1" {status} - '
                   f'{size} {size} 70 10 "{referrer or "-"}" "{agent}" - '
                   "s9lzHYrFp76ZVxRcpX9+5cjAnEH2ROuNkd2BHfIa6UkFVdtjf5mKR3/eTPFvsiP/XV/VLi31234= SigV4 "
                   "ECDHE-RSA-AES128-GCM-SHA256 AuthHeader update.helpdesk.example TLSV1.2 - -\n"))


def squid(ip, method, url, status, size):
    return "%s" + escape(f"    412 {ip} TCP_MISS/{status} {size} {method} {url} - HIER_DIRECT/198.51.100.10 "
                         "application/octet-stream\n")


# Networks.

def zeek_head(path, fields, types):
    return ("#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n"
            f"#path\t{path}\n#open\t2022-09-20-00-00-00\n#fields\t" + "\t".join(fields) + "\n#types\t" +
            "\t".join(types) + "\n")


ZEEK_DNS = ("ts uid id.orig_h id.orig_p id.resp_h id.resp_p proto trans_id rtt query qclass qclass_name qtype "
            "qtype_name rcode rcode_name AA TC RD RA Z answers TTLs rejected").split()
ZEEK_DNS_TYPES = ("time string addr port addr port enum count interval string count string count string count "
                  "string bool bool bool bool count vector[string] vector[interval] bool").split()
ZEEK_FILES = ("ts fuid tx_hosts rx_hosts conn_uids source depth analyzers mime_type filename duration "
              "local_orig is_orig seen_bytes total_bytes missing_bytes overflow_bytes timedout parent_fuid "
              "md5 sha1 sha256 extracted extracted_cutoff extracted_size").split()
ZEEK_FILES_TYPES = ("time string set[addr] set[addr] set[string] string count set[string] string string interval "
                    "bool bool count count count count bool string string string string string bool count").split()


def zeek_dns(ip, name, answer="198.51.100.66"):
    return "%s" + escape(f"\tCMdzit1AMNsmfAIiQc\t{ip}\t53124\t10.255.0.53\t53\tudp\t4711\t0.012\t{name}\t1\t"
                         f"C_INTERNET\t1\tA\t0\tNOERROR\tF\tF\tT\tT\t0\t{answer}\t300.000000\tF\n")


def zeek_file(ip, name, size, sha256):
    return "%s" + escape(f"\tFJymVE4nCh0xYn2TJl\t198.51.100.10\t{ip}\tCwFs1P2UcUdlSxD2La\tHTTP\t0\tSHA256,PE\t"
                         f"application/x-dosexec\t{name}\t1.200000\tF\tF\t{size}\t{size}\t0\t0\tF\t-\t-\t-\t"
                         f"{sha256}\t-\t-\t-\n")


def zeek_json_dns(ip, name):
    return '{"ts":%s,' + escape(json.dumps({
        "uid": "CMdzit1AMNsmfAIiQc", "id.orig_h": ip, "id.orig_p": 53124, "id.resp_h": "10.255.0.53",
        "id.resp_p": 53, "proto": "udp", "query": name, "qclass": 1, "qclass_name": "C_INTERNET", "qtype": 1,
        "qtype_name": "A", "rcode": 0, "rcode_name": "NOERROR", "answers": ["198.51.100.66"],
        "rejected": False}, separators=(",", ":"))[1:]) + "\n"


def zeek_json_http(ip, host, path, size):
    return '{"ts":%s,' + escape(json.dumps({
        "uid": "CwFs1P2UcUdlSxD2La", "id.orig_h": ip, "id.orig_p": 49811, "id.resp_h": "198.51.100.10",
        "id.resp_p": 80, "trans_depth": 1, "method": "GET", "host": host, "uri": path, "version": "1.1",
        "user_agent": AGENTS[0], "request_body_len": 0, "response_body_len": size, "status_code": 200,
        "status_msg": "OK"}, separators=(",", ":"))[1:]) + "\n"


def dnsmasq(ip, name):
    return "%s dnsmasq[811]: " + escape(f"query[A] {name} from {ip}\n")


def bind(ip, name):
    return "%s queries: info: client " + escape(f"@0x7f5c2c0d6f70 {ip}#53124 ({name}): query: {name} IN A "
                                                "+E(0)K (10.255.0.53)\n")


# Hosts.

def sysmon_stamp(t):
    g = time.gmtime(t)
    day = f"{g.tm_year}-{g.tm_mon:02d}-{g.tm_mday:02d}"
    clock = f"{g.tm_hour:02d}:{g.tm_min:02d}:{g.tm_sec:02d}.{int(t * 1000) % 1000:03d}"
    return (f"{day}T{clock}Z", f"{day} {clock}")


def sysmon(host, event, **data):
    return '{"@timestamp":"%s","winlog":{"channel":"Microsoft-Windows-Sysmon/Operational",' + escape(
        f'"provider_name":"Microsoft-Windows-Sysmon","event_id":"{event}","computer_name":"{host}",') + \
        '"event_data":{"UtcTime":"%s",' + escape(json.dumps(data, separators=(",", ":"))[1:]) + \
        escape(f'}},"host":{{"name":"{host}"}}}}\n')


def osquery_stamp(t):
    return (time.strftime("%a %b %d %H:%M:%S %Y UTC", time.gmtime(t)), str(int(t)))


def osquery(query, host, agent_id, columns, action="added"):
    return escape(f'{{"name":"pack/helpdesk/{query}","hostIdentifier":"{host}",') + \
        '"calendarTime":"%s","unixTime":%s,' + escape('"epoch":0,"counter":1,"numerics":false,"decorations":' +
        json.dumps({"host_uuid": agent_id}, separators=(",", ":")) + ',"columns":' +
        json.dumps(columns, separators=(",", ":")) + f',"action":"{action}"}}\n')


class Log:
    """One log file: `ordinary` lines evenly over [first, last), with `events` [(t, line)] among them.

    Nothing is written inside `gaps`; `drift` is how much the writer's clock is ahead."""

    def __init__(self, path, stamp, head=""):
        self.path, self.stamp, self.head = path, stamp, head

    def _text(self, file):
        if self.path.endswith(".gz"):
            # Without a name and a time inside, so that the same seed gives the same bytes.
            file = gzip.GzipFile("", "wb", 1, file, 0)
        return io.TextIOWrapper(file, encoding="utf-8", newline="")

    def write(self, first, last, events, pool, wanted_bytes, seed, gaps=(), drift=0.0):
        r = random.Random(seed)
        events = sorted((e for e in events if first <= e[0] < last and
                         not any(lo <= e[0] < hi for lo, hi in gaps)), key=lambda e: e[0])
        mean = sum(map(len, pool)) / len(pool) + 20 if pool else 1
        n = max(int(wanted_bytes / mean), 1) if pool else 0
        step = (last - first) / n if n else last - first
        run = max(int(1 / step), 1)             # lines that share a second
        stamp, at, turn = self.stamp, 0, 0
        os.makedirs(os.path.dirname(self.path), exist_ok=True)
        with open(self.path, "wb") as file, self._text(file) as out:
            out.write(self.head)
            for i in range(0, n, run):
                t = first + i * step
                while at < len(events) and events[at][0] <= t:
                    out.write(events[at][1] % stamp(events[at][0] + drift))
                    at += 1
                if turn + run > len(pool):
                    turn = r.randrange(len(pool))
                lines = pool[turn:turn + run]
                turn += run
                if not gaps or not any(lo <= t < hi for lo, hi in gaps):
                    text = stamp(t + drift)
                    out.write("".join([line % text for line in lines]))
            for e in events[at:]:
                out.write(e[1] % stamp(e[0] + drift))
