#!/usr/bin/env python3
"""log-formats.py ASSAY: every format of logs end to end, as the programs that write it do: recognised by content, plain and
packed in every way, the hits that are known to be there and no others, the same for any number of jobs.
"""
import bz2, gzip, json, lzma, os, subprocess, sys, tempfile

ASSAY = os.path.realpath(sys.argv[1])
EXE = "/dl/agent-10.0.9.exe"
HOST = "c2.bad.example"
HASH = "9f" * 32
OWNER = "ab" * 32  # of a bucket
IP = "198.51.100.66"
UA = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
INDICATORS = f"path\t{EXE}\nhost\t{HOST}\nip\t{IP}\nsha256\t{HASH}\npackage\tAgent 10.0.9\n"


def minutes(n):
    return [(i, f"{i // 60:02d}:{i % 60:02d}") for i in range(n)]


def access(line, n=40, every=10):
    """n lines, one in `every` for what is looked for."""
    return "".join(line(i, t, EXE if i % every == 3 else f"/assets/app.{i}.js?v={i}") for i, t in minutes(n))


def names(line, n=40, every=10):
    return "".join(line(i, t, HOST if i % every == 3 else f"www{i}.shop.example") for i, t in minutes(n))


def js(v):
    return json.dumps(v, separators=(",", ":")) + "\n"


def caddy(i, t, path):
    return js({"level": "info", "ts": 1664273472.123 + i, "logger": "http.log.access.log0", "msg": "handled request",
               "request": {"remote_ip": "203.0.113.5", "remote_port": "51234", "client_ip": "203.0.113.5",
                           "proto": "HTTP/2.0", "method": "GET", "host": "dl.vendor.example", "uri": path,
                           "headers": {"User-Agent": [UA]}, "tls": {"resumed": False, "version": 772}},
               "bytes_read": 0, "user_id": "", "duration": 0.0123, "size": 52428800, "status": 200,
               "resp_headers": {"Content-Type": ["application/octet-stream"]}})


def traefik(i, t, path):
    return js({"ClientAddr": "203.0.113.5:51234", "ClientHost": "203.0.113.5", "ClientPort": "51234",
               "DownstreamContentSize": 52428800, "DownstreamStatus": 200, "Duration": 1234567, "RequestAddr": "dl.vendor.example",
               "RequestHost": "dl.vendor.example", "RequestMethod": "GET", "RequestPath": path, "RequestProtocol": "HTTP/2.0",
               "StartUTC": f"2022-09-27T{t}:12.123456789Z", "level": "info", "msg": "", "time": f"2022-09-27T{t}:13Z"})


def nginx_json(i, t, path):
    return js({"time_iso8601": f"2022-09-27T{t}:12+02:00", "remote_addr": "203.0.113.5", "request": f"GET {path} HTTP/1.1",
               "status": "200", "body_bytes_sent": "52428800", "http_user_agent": UA, "http_referer": ""})


IIS = ("#Software: Microsoft Internet Information Services 10.0\r\n#Version: 1.0\r\n#Date: 2022-09-27 00:00:00\r\n"
       "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) "
       "sc-status sc-substatus sc-win32-status time-taken\r\n")
CLOUDFRONT = ("#Version: 1.0\n#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) "
              "cs(User-Agent) cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header cs-protocol cs-bytes "
              "time-taken x-forwarded-for ssl-protocol ssl-cipher x-edge-response-result-type cs-protocol-version\n")


def zeek(path, fields, types, lines):
    return (f"#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\t{path}\n"
            f"#open\t2022-09-27-00-00-00\n#fields\t{fields}\n#types\t{types}\n{lines}#close\t2022-09-28-00-00-00\n").replace(" ", "\t")


CONN4 = "ts uid id.orig_h id.orig_p id.resp_h id.resp_p"
TYPE4 = "time string addr port addr port"
XML = "http://schemas.microsoft.com/win/2004/08/events/event"


def sysmon_xml(i, t, host):
    return (f'<Event xmlns="{XML}"><System><Provider Name="Microsoft-Windows-Sysmon" Guid="{{5770385f-c22a-43e0-bf4c-06f5698ffbd9}}"/>'
            f'<EventID>22</EventID><Version>5</Version><TimeCreated SystemTime="2022-09-27T{t}:12.1234567Z"/>'
            f'<Channel>Microsoft-Windows-Sysmon/Operational</Channel><Computer>PC{i % 3}.corp.example</Computer></System><EventData>'
            f'<Data Name="UtcTime">2022-09-27 {t}:12.123</Data><Data Name="QueryName">{host}</Data>'
            f'<Data Name="Image">C:\\Program Files\\Agent &amp; Co\\agent.exe</Data></EventData></Event>\r\n')


def sysmon_process(i, t):
    digest = HASH if i == 7 else f"{i:064x}"
    return sysmon_xml(i, t, "").replace("<EventID>22<", "<EventID>1<").replace(
        '<Data Name="QueryName"></Data>', f'<Data Name="Hashes">SHA1={i:040X},MD5={i:032X},SHA256={digest.upper()},IMPHASH={i:032X}</Data>')


def sysmon_json(i, t, host):
    return js({"@timestamp": f"2022-09-27T{t}:12.123Z", "winlog": {"provider_name": "Microsoft-Windows-Sysmon", "event_id": 22,
               "computer_name": f"PC{i % 3}.corp.example", "channel": "Microsoft-Windows-Sysmon/Operational",
               "event_data": {"QueryName": host, "Image": "C:\\Agent\\agent.exe", "UtcTime": f"2022-09-27 {t}:12.123"}},
               "host": {"name": f"PC{i % 3}"}})


def evtx_dump(i, t, host):
    return js({"Event": {"#attributes": {"xmlns": XML}, "System": {"Provider": {"#attributes": {"Name": "Microsoft-Windows-Sysmon"}},
               "EventID": 22, "TimeCreated": {"#attributes": {"SystemTime": f"2022-09-27T{t}:12.123456Z"}},
               "Computer": f"PC{i % 3}.corp.example"}, "EventData": {"QueryName": host, "Image": "C:\\Agent\\agent.exe"}}})


def software(line, n=30):
    return "".join(line(i, *(("Agent", "10.0.9") if i % 10 == 3 else (f"Tool {i}", f"1.{i}.0"))) for i in range(n))


def packages(line, n=30):
    return "".join(line(*(("agent", "10.0.9") if i == 3 else (f"tool{i}", f"1.{i}.0"))) for i in range(n))


def osquery(i, name, version):
    return js({"name": "pack_inventory_software", "hostIdentifier": f"PC{i}", "calendarTime": "Tue Sep 27 10:11:12 2022 UTC",
               "unixTime": 1664273472 + i, "epoch": 0, "counter": 0, "numerics": False,
               "columns": {"name": name, "version": version, "publisher": "Vendor"}, "action": "added"})


def fleet(i, name, version):
    return js({"id": i, "hostname": f"PC{i}", "seen_time": "2022-09-27T10:11:12Z", "platform": "windows", "software": [
        {"id": 1, "name": "Other", "version": "2", "source": "programs"}, {"id": 2, "name": name, "version": version, "source": "programs"}]})


ZEEK_HTTP = CONN4 + " trans_depth method host uri referrer version user_agent origin request_body_len response_body_len status_code status_msg"
# name, format that must be recognised, hits, text
SAMPLES = [
    ("nginx", "combined", 4, access(lambda i, t, p: f'203.0.113.{i} - alice [27/Sep/2022:{t}:12 +0200] "GET {p} HTTP/2.0" 200 52428800 "https://vendor.example/" "{UA}"\n')),
    ("apache-vhost", "combined", 4, access(lambda i, t, p: f'dl.vendor.example:443 2001:db8::{i:x} - - [27/Sep/2022:{t}:12 +0000] "GET {p} HTTP/1.1" 200 52428800 "-" "{UA}"\n')),
    ("common", "combined", 4, access(lambda i, t, p: f'203.0.113.{i} - - [27/Sep/2022:{t}:12 +0000] "GET {p} HTTP/1.1" 200 52428800\n')),
    ("caddy", "json-access", 4, access(caddy)),
    ("traefik", "json-access", 4, access(traefik)),
    ("nginx-json", "json-access", 4, access(nginx_json)),
    ("iis", "iis", 4, IIS + access(lambda i, t, p: f"2022-09-27 {t}:12 10.0.0.1 GET {p.split('?')[0]} - 443 - 203.0.113.{i} {UA.replace(' ', '+')} - 200 0 0 {i}\r\n")),
    ("cloudfront", "cloudfront", 4, CLOUDFRONT + access(lambda i, t, p: "\t".join(
        ["2022-09-27", t + ":12", "FRA56-P1", "52428999", f"203.0.113.{i}", "GET", "d111.cloudfront.net", p.split("?")[0], "200", "-",
         UA.replace(" ", "%20"), "-", "-", "Hit", "abc==", "dl.vendor.example", "https", "99", "0.001", "-", "TLSv1.3", "X", "Hit", "HTTP/2.0"]) + "\n")),
    ("s3", "s3", 4, access(lambda i, t, p: f'{OWNER} bucket1 [27/Sep/2022:{t}:38 +0000] 203.0.113.{i} - 3E57427F3EXAMPLE REST.GET.OBJECT {p[1:]} "GET {p} HTTP/1.1" '
                           f'200 - 52428800 52428800 7 5 "-" "{UA}" - s9lzHYrFp76ZVxRcpX9+5cjAnEH2ROuNkd2BHfIa6UkFVdtjf5mKR3/eTPFvsiP/XV/VLi31234= SigV4 '
                           f'ECDHE-RSA-AES128-GCM-SHA256 AuthHeader bucket1.s3.us-west-1.amazonaws.com TLSV1.2 - -\n')),
    ("squid", "squid", 8, access(lambda i, t, p: f"{1664273472 + i}.123    345 10.0.0.{i} TCP_MISS/200 52429123 GET http://dl.vendor.example{p} - HIER_DIRECT/203.0.113.10 application/octet-stream\n")
     + names(lambda i, t, h: f"{1664275472 + i}.001   9000 10.0.0.{i} TCP_TUNNEL/200 3900 CONNECT {h}:443 - HIER_DIRECT/203.0.113.66 -\n")),
    ("zeek-conn", "zeek", 4, zeek("conn", CONN4 + " proto service duration orig_bytes resp_bytes conn_state", TYPE4 + " enum string interval count count string",
     "".join(f"{1664273472 + i}.123456 CAbc{i} 10.0.0.{i} 51234 {IP if i % 10 == 3 else f'203.0.113.{i}'} 443 tcp ssl 1.5 100 200 SF\n" for i in range(40)))),
    ("zeek-dns", "zeek", 4, zeek("dns", CONN4 + " proto trans_id rtt query qclass qclass_name qtype qtype_name rcode rcode_name", TYPE4 + " enum count interval string count string count string count string",
     names(lambda i, t, h: f"{1664273472 + i}.123456 CAbc{i} 10.0.0.{i} 5353 10.0.0.1 53 udp 42 0.01 {h} 1 C_INTERNET 1 A 0 NOERROR\n"))),
    ("zeek-http", "zeek", 4, zeek("http", ZEEK_HTTP, TYPE4 + " count string string string string string string string count count count string",
     access(lambda i, t, p: f"{1664273472 + i}.123456 CAbc{i} 10.0.0.{i} 51234 203.0.113.10 80 1 GET dl.vendor.example {p} - 1.1 updater/3 - 0 52428800 200 OK\n"))),
    ("zeek-ssl", "zeek", 4, zeek("ssl", CONN4 + " version cipher curve server_name resumed", TYPE4 + " string string string string bool",
     names(lambda i, t, h: f"{1664273472 + i}.123456 CAbc{i} 10.0.0.{i} 51234 203.0.113.66 443 TLSv13 TLS_AES x25519 {h} F\n"))),
    ("zeek-files", "zeek", 1, zeek("files", "ts fuid tx_hosts rx_hosts conn_uids source depth analyzers mime_type filename duration sha256", "time string set[addr] set[addr] set[string] string count set[string] string string interval string",
     "".join(f"{1664273472 + i}.123456 FAbc{i} 203.0.113.10 10.0.0.{i} CAbc{i} HTTP 0 SHA256 application/x-dosexec - 1.0 {HASH if i == 7 else f'{i:064x}'}\n" for i in range(20)))),
    ("zeek-json-dns", "zeek-json", 4, names(lambda i, t, h: js({"_path": "dns", "ts": 1664273472.5 + i, "uid": f"C{i}", "id.orig_h": f"10.0.0.{i}", "id.orig_p": 5353, "id.resp_h": "10.0.0.1", "id.resp_p": 53,
     "proto": "udp", "trans_id": 42, "query": h, "qclass": 1, "qtype_name": "A", "rcode_name": "NOERROR"}))),
    ("dnsmasq", "dnsmasq", 8, names(lambda i, t, h: f"Sep 27 {t}:12 gw dnsmasq[812]: query[A] {h} from 10.0.0.{i}\nSep 27 {t}:12 gw dnsmasq[812]: forwarded {h} to 9.9.9.9\nSep 27 {t}:12 gw dnsmasq[812]: reply {h} is 203.0.113.66\n")
     + names(lambda i, t, h: f"Sep 28 {t}:12 gw dnsmasq[812]: {i} 10.0.0.{i}/51234 query[AAAA] {h} from 10.0.0.{i}\n")),
    ("bind", "bind", 4, names(lambda i, t, h: f"27-Sep-2022 {t}:12.123 queries: info: client @0x7f2c3c0a1234 10.0.0.{i}#51234 ({h}): query: {h} IN A +E(0)K (10.0.0.1)\n")),
    ("bind-syslog", "bind", 4, names(lambda i, t, h: f"Sep 27 {t}:12 ns1 named[812]: client @0x7f2c3c0a1234 10.0.0.{i}#51234 ({h}): query: {h} IN A + (10.0.0.1)\n")),
    ("unbound", "unbound", 4, names(lambda i, t, h: f"[{1664273472 + i}] unbound[1234:0] info: 10.0.0.{i} {h}. A IN\n")),
    ("unbound-replies", "unbound", 4, names(lambda i, t, h: f"Sep 27 {t}:12 gw unbound[1234]: [1234:0] reply: 10.0.0.{i} {h}. A IN NOERROR 0.012 0 54\n")),
    ("unbound-tagged", "unbound", 4, names(lambda i, t, h: f"Sep 27 {t}:12 gw unbound[1234]: [1234:0] query: 10.0.0.{i} {h}. A IN\n")),
    ("windows-dns", "windows-dns", 4, "DNS Server log file creation at 9/27/2022 10:00:00 AM\r\nLog file wrap at 9/27/2022 10:00:00 AM\r\n\r\nMessage logging key (for packets - other items use a subset of these fields):\r\n"
     + names(lambda i, t, h: f"9/27/2022 {int(t[:2]) + 1}:{t[3:]}:12 AM 0E6C PACKET  00000210C7D3A0A0 UDP Rcv 10.0.0.{i}        0002   Q [0001   D   NOERROR] A      "
             + "".join(f"({len(x)}){x}" for x in h.split(".")) + "(0)\r\n\r\n")),
    ("sysmon-xml", "windows-xml", 4, "<Events>" + names(sysmon_xml) + "</Events>"),
    ("sysmon-process", "windows-xml", 1, "".join(sysmon_process(i, t) for i, t in minutes(20))),
    ("sysmon-utf16", "windows-xml", 4, "\ufeff<?xml version=\"1.0\" encoding=\"UTF-16\"?>\r\n<Events>" + names(sysmon_xml) + "</Events>"),
    ("winlogbeat", "windows-json", 4, names(sysmon_json)),
    ("evtx-dump", "windows-json", 4, names(evtx_dump)),
    ("osquery", "osquery", 3, software(osquery)),
    ("osquery-snapshot", "osquery", 1, "".join(js({"snapshot": [{"name": f"Tool {k}", "version": "1"} for k in range(5)] + ([{"name": "Agent", "version": "10.0.9"}] if i == 3 else []),
     "action": "snapshot", "name": "pack_software", "hostIdentifier": f"PC{i}", "calendarTime": "Tue Sep 27 10:11:12 2022 UTC", "unixTime": 1664273472, "epoch": 0, "counter": 0, "numerics": False}) for i in range(10))),
    ("fleet", "fleet", 3, software(fleet)),
    ("fleet-csv", "software-csv", 3, "hostname,software_name,version\n" + software(lambda i, n, v: f"PC{i},{n},{v}\n")),
    ("intune", "intune", 3, "ApplicationKey,ApplicationName,ApplicationPublisher,ApplicationShortVersion,ApplicationVersion,DeviceId,DeviceName,OSDescription,OSVersion,Platform,UserId,EmailAddress,UserName\n"
     + software(lambda i, n, v: f'k{i},"{n}","Vendor, Inc.",{v},{v},d{i},PC{i},Windows,10.0.19045.2006,Windows,u{i},u{i}@corp.example,User {i}\n')),
    ("configmgr", "configmgr", 3, "ResourceID,Netbios_Name0,DisplayName0,Version0,Publisher0,InstallDate0\n" + software(lambda i, n, v: f'{i},PC{i},"{n}",{v},"Vendor, Inc.",20220927\n')),
    ("dpkg-list", "dpkg-list", 1, "Desired=Unknown/Install/Remove/Purge/Hold\n| Status=Not/Inst/Conf-files/Unpacked/halF-conf/Half-inst/trig-aWait/Trig-pend\n|/ Err?=(none)/Reinst-required (Status,Err: uppercase=bad)\n"
     "||/ Name           Version      Architecture Description\n+++-==============-============-============-=================================\n" + packages(lambda n, v: f"ii  {n:14} {v:12} amd64        what it does\n")),
    ("dpkg-query", "dpkg-query", 1, packages(lambda n, v: f"{n}\t{v}\n")),
    ("dpkg-log", "dpkg-log", None, packages(lambda n, v: f"2022-09-27 10:11:12 install {n}:amd64 <none> {v}\n2022-09-27 10:11:12 status half-installed {n}:amd64 {v}\n2022-09-27 10:11:13 status installed {n}:amd64 {v}\n")),
    ("rpm", "rpm", 1, packages(lambda n, v: f"{n}-{v}-1.el9.x86_64\n")),
    ("brew", "brew", 1, packages(lambda n, v: f"{n} {v}\n")),
    ("winget", "winget", 1, f"{'Name':20}{'Id':20}{'Version':10}{'Available':11}Source\n{'-' * 67}\n" + packages(lambda n, v: f"{n.title():20}{'Vendor.' + n:20}{v:10}{'':11}winget\n")),
    ("cyclonedx", "cyclonedx", 1, json.dumps({"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1, "metadata": {"timestamp": "2022-09-27T10:11:12Z"},
     "components": [{"type": "library", "name": f"tool{i}", "version": "1", "hashes": [{"alg": "SHA-256", "content": HASH if i == 3 else f"{i:064x}"}]} for i in range(20)]}, indent=2)),
    ("spdx", "spdx", 1, json.dumps({"spdxVersion": "SPDX-2.3", "SPDXID": "SPDXRef-DOCUMENT", "name": "x", "creationInfo": {"created": "2022-09-27T10:11:12Z", "creators": ["Tool: x"]},
     "packages": [{"SPDXID": f"SPDXRef-{i}", "name": f"tool{i}", "versionInfo": "1", "checksums": [{"algorithm": "SHA256", "checksumValue": HASH if i == 3 else f"{i:064x}"}]} for i in range(20)]}, indent=2)),
]


def zstd(data):
    return subprocess.run(["zstd", "-q", "-c"], input=data, capture_output=True, check=True).stdout


PACKINGS = {"": lambda d: d, ".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress, ".zst": zstd,
            ".2.gz": lambda d: gzip.compress(d[:len(d) // 2]) + gzip.compress(d[len(d) // 2:])}
bad = checks = 0


def must(good, what):
    global bad, checks
    checks += 1
    if not good:
        bad += 1
        print("not ok:", what)


def scan(folder, *more):
    r = subprocess.run([ASSAY, "scope", "scan", "--indicators", "list", "--timezone", "Europe/Berlin", "-f", "jsonl", *more, folder],
                       capture_output=True, text=True)
    return r.returncode, r.stdout, r.stderr


def no_file(rows):
    """What a file's lines say, whatever it is called and packed with."""
    return [{k: v for k, v in r.items() if k not in ("file", "source")} for r in rows]


with tempfile.TemporaryDirectory() as here:
    os.chdir(here)
    open("list", "w").write(INDICATORS)
    os.mkdir("logs")
    for name, _, _, text in SAMPLES:
        for ending, pack in PACKINGS.items():
            path = f"logs/{name}{ending}"
            open(path, "wb").write(pack(text.encode("utf-16-le" if "utf16" in name else "utf-8")))
            os.utime(path, (1664400000, 1664400000))
    code, out, err = scan("logs")
    must(code == 0, f"exit {code}: {err}")
    must(scan("logs", "-j", "1") == (code, out, err) and scan("logs", "-j", "5") == (code, out, err), "the answer depends on the jobs")
    rows = [json.loads(x) for x in out.splitlines()]
    files = {r["name"]: r for r in rows if r["record"] == "file"}
    seen = {}
    for r in rows:
        if r["record"] == "observation":
            seen.setdefault(r["file"], []).append(r)
    for name, wanted, hits, text in SAMPLES:
        plain = files["logs/" + name]
        must(plain["format"] == wanted, f"{name}: taken for {plain['format']}, {plain['why']}")
        must(plain["read"] == "whole", f"{name}: {plain['read']}, {plain['why']}")
        must(plain["unreadable"] == 0, f"{name}: {plain['unreadable']} of {plain['lines']} unreadable")
        of_software = wanted in ("fleet", "software-csv", "intune", "configmgr")  # their rows have no time
        must(of_software or plain["untimed"] == 0, f"{name}: {plain['untimed']} without a time")
        must(plain["hits"] == hits if hits else plain["hits"] > 0, f"{name}: {plain['hits']} hits, not {hits}")
        mine = no_file(seen.get(plain["sha256"], []))
        must(sum(r["count"] for r in mine) >= (hits or 1), f"{name}: {mine}")
        must(all(any(r["untrusted"].get(k) for k in ("ip", "host", "user")) for r in mine), f"{name}: nobody did it: {mine}")
        for ending in PACKINGS:
            packed = files[f"logs/{name}{ending}"]
            same = all(packed[k] == plain[k] for k in ("format", "lines", "unreadable", "hits", "untimed", "covers", "read"))
            must(same and no_file(seen.get(packed["sha256"], [])) == mine, f"{name}{ending}: not as unpacked: {packed}")
print(f"{len(SAMPLES)} samples, {len(PACKINGS)} packings, {checks} checks, {bad} failed")
sys.exit(min(bad, 99))
