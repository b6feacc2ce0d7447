/* A small file of every format of logs, as its programs write them; all names are reserved ones. */
#ifndef ASSAY_TESTS_UNIT_LOGS_SAMPLES_H
#define ASSAY_TESTS_UNIT_LOGS_SAMPLES_H

#define SHA256 "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

/* A small file, and what the last of its records says: "who=...;what=...", in the order below. */
struct sample {
	const char *format;
	const char *text;
	unsigned records;
	const char *says;
};

static const struct sample samples[] = {
	{"combined",
		"192.0.2.1 - - [27/Sep/2022:10:11:12 +0000] \"GET /a.exe HTTP/1.1\" 200 512 \"-\" \"u/1\"\n", 1,
		"time=27/Sep/2022:10:11:12 +0000;ip=192.0.2.1;user=-;user_agent=u/1;path=/a.exe;status=200;"
		"bytes=512"},
	{"json-access",
		"{\"time_iso8601\":\"2022-09-27T10:11:12+00:00\",\"remote_addr\":\"192.0.2.1\",\"request\":"
		"\"GET /a.exe HTTP/1.1\",\"status\":200,\"body_bytes_sent\":512,\"http_user_agent\":\"u\\/1\"}\n",
		1,
		"time=2022-09-27T10:11:12+00:00;ip=192.0.2.1;user_agent=u/1;path=/a.exe;status=200;bytes=512"},
	{"json-access",
		"{\"level\":\"info\",\"ts\":1664273472.5,\"request\":{\"remote_ip\":\"192.0.2.1\",\"method\":"
		"\"GET\",\"host\":\"dl.example\",\"uri\":\"/a.exe\",\"headers\":{\"User-Agent\":[\"u/1\"]}},"
		"\"status\":200,\"size\":512}\n",
		1,
		"time=1664273472.5;ip=192.0.2.1;user_agent=u/1;url=http://dl.example/a.exe;status=200;bytes=512"},
	{"iis",
		"#Software: Microsoft Internet Information Services 10.0\n#Version: 1.0\n"
		"#Date: 2022-09-27 10:00:00\n"
		"#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip "
		"cs(User-Agent) sc-status sc-bytes\n"
		"2022-09-27 10:11:12 198.51.100.1 GET /a.exe - 443 kim 192.0.2.1 u/1 200 512\n",
		1,
		"time=2022-09-27 10:11:12;ip=192.0.2.1;user=kim;user_agent=u/1;path=/a.exe;status=200;bytes=512"},
	{"cloudfront",
		"#Version: 1.0\n#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem "
		"sc-status cs(Referer) cs(User-Agent)\n"
		"2022-09-27\t10:11:12\tFRA2\t512\t192.0.2.1\tGET\td1.cdn.example\t/a.exe\t200\t-\tu/1\n",
		1,
		"time=2022-09-27 10:11:12;ip=192.0.2.1;user_agent=u/1;url=http://d1.cdn.example/a.exe;status=200;"
		"bytes=512"},
	{"s3",
		"79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be bucket "
		"[27/Sep/2022:10:11:12 +0000] 192.0.2.1 - 3E57427F3EXAMPLE REST.GET.OBJECT dl/a.exe "
		"\"GET /dl/a.exe HTTP/1.1\" 200 - 512 512 7 6 \"-\" \"u/1\" -\n",
		1,
		"time=27/Sep/2022:10:11:12 +0000;ip=192.0.2.1;account=-;user_agent=u/1;path=/dl/a.exe;status=200;"
		"bytes=512"},
	{"squid",
		"1664273472.123     87 192.0.2.1 TCP_MISS/200 512 GET http://c2.example/x kim "
		"HIER_DIRECT/198.51.100.7 text/html\n",
		1, "time=1664273472.123;ip=192.0.2.1;user=kim;url=http://c2.example/x;status=200;bytes=512"},
	{"zeek",
		"#separator \\x09\n#set_separator\t,\n#path\tdns\n#fields\tts\tuid\tid.orig_h\tid.orig_p\t"
		"id.resp_h\tquery\n#types\ttime\tstring\taddr\tport\taddr\tstring\n"
		"1664273472.123456\tC1\t192.0.2.1\t5353\t192.0.2.53\tc2.example\n#close\t2022-09-27-11-00-00\n",
		1, "time=1664273472.123456;ip=192.0.2.1;ip=192.0.2.53;host=c2.example"},
	{"zeek-json",
		"{\"ts\":1664273472.123456,\"uid\":\"C1\",\"id.orig_h\":\"192.0.2.1\",\"id.resp_h\":"
		"\"198.51.100.7\",\"method\":\"GET\",\"host\":\"c2.example\",\"uri\":\"/x\",\"status_code\":200}\n",
		1,
		"time=1664273472.123456;ip=192.0.2.1;ip=198.51.100.7;url=http://c2.example/x;status=200"},
	{"dnsmasq", "Sep 27 10:11:12 dnsmasq[12]: query[A] C2.example from 192.0.2.1\n", 1,
		"time=Sep 27 10:11:12;ip=192.0.2.1;host=C2.example"},
	{"bind",
		"27-Sep-2022 10:11:12.123 queries: info: client @0x7f0c 192.0.2.1#53123 (c2.example): query: "
		"c2.example IN A +E(0)K (192.0.2.53)\n",
		1, "time=27-Sep-2022 10:11:12.123;ip=192.0.2.1;host=c2.example"},
	{"unbound", "[1664273472] unbound[1:0] info: 192.0.2.1 c2.example. A IN\n", 1,
		"time=1664273472;ip=192.0.2.1;host=c2.example."},
	{"windows-dns",
		"DNS Server log file creation at 9/27/2022 10:00:00 AM\n"
		"9/27/2022 10:11:12 AM 0E7C PACKET  0000023A7C4D2340 UDP Rcv 192.0.2.1       0002   Q [0001   D   "
		"NOERROR] A      (2)c2(7)example(0)\n",
		1, "time=9/27/2022 10:11:12 AM;ip=192.0.2.1;host=c2.example"},
	{"windows-json",
		"{\"Event\":{\"System\":{\"EventID\":1,\"Computer\":\"pc-1.corp.example\"},\"EventData\":{"
		"\"UtcTime\":\"2022-09-27 10:11:12.123\",\"Image\":\"C:\\\\Agent\\\\a.exe\",\"User\":\"CORP\\\\kim\","
		"\"Hashes\":\"MD5=00112233445566778899AABBCCDDEEFF,SHA256=" SHA256 "\"}}}\n",
		1,
		"time=2022-09-27 10:11:12.123;user=CORP\\kim;host=pc-1.corp.example;file=C:\\Agent\\a.exe;"
		"hash=00112233445566778899AABBCCDDEEFF;hash=" SHA256 ";act=3"},
	{"windows-xml",
		"<?xml version='1.0'?>\n<Events>\n"
		"<Event xmlns='http://schemas.example/event'><System><Provider Name='Sysmon'/>"
		"<EventID>22</EventID>\n<TimeCreated SystemTime='2022-09-27T10:11:12.1234567Z'/>"
		"<Computer>pc-1</Computer></System>\n<EventData><Data Name='QueryName'>c2&#46;example</Data>"
		"<Data Name='Image'>C:\\A&amp;B\\a.exe</Data></EventData></Event>\n</Events>\n",
		1,
		"time=2022-09-27T10:11:12.1234567Z;host=pc-1;host=c2.example;file=C:\\A&B\\a.exe;act=1"},
	{"osquery",
		"{\"name\":\"pack_it_software\",\"hostIdentifier\":\"pc-1\",\"calendarTime\":\"Tue Sep 27 10:11:12 "
		"2022 UTC\",\"unixTime\":1664273472,\"columns\":{\"name\":\"Helpdesk Agent\",\"version\":\"10.0.9\"},"
		"\"action\":\"added\"}\n",
		1, "time=1664273472;host=pc-1;package=Helpdesk Agent;version=10.0.9;act=2"},
	{"fleet",
		"{\"hostname\":\"pc-1\",\"uuid\":\"u-1\",\"software_updated_at\":\"2022-09-27T10:11:12Z\",\"software\":["
		"{\"name\":\"helpdesk-agent\",\"version\":\"10.0.9\"},{\"name\":\"other\",\"version\":\"1\"}]}\n",
		1,
		"time=2022-09-27T10:11:12Z;host=pc-1;agent_id=u-1;package=helpdesk-agent;version=10.0.9;"
		"package=other;version=1;act=2"},
	{"software-csv", "Host name,Software name,Version,Last seen\npc-1,\"Helpdesk, Agent\",10.0.9,2022-09-27\n", 1,
		"time=2022-09-27;host=pc-1;package=Helpdesk, Agent;version=10.0.9;act=2"},
	{"intune",
		"\xef\xbb\xbf" "ApplicationKey,ApplicationName,ApplicationVersion,DeviceId,DeviceName,UserName\r\n"
		"1,\"Helpdesk \"\"Agent\"\"\nPro\",10.0.9,d-1,pc-1,kim\r\n",
		1,
		"user=kim;host=pc-1;agent_id=d-1;package=Helpdesk \"Agent\"\nPro;version=10.0.9;act=2"},
	{"configmgr", "Netbios_Name0;DisplayName0;Version0\npc-1;Helpdesk Agent;10.0.9\n", 1,
		"host=pc-1;package=Helpdesk Agent;version=10.0.9;act=2"},
	{"dpkg-list",
		"Desired=Unknown/Install/Remove/Purge/Hold\n| Status=Not/Inst/Conf-files/Unpacked\n"
		"||/ Name           Version      Architecture Description\n+++-==============-============-=====\n"
		"ii  helpdesk-agent:amd64  10.0.9-1     amd64        an agent\nrc  old  1.0-1  amd64  gone\n",
		1, "package=helpdesk-agent;version=10.0.9-1;act=2"},
	{"dpkg-query", "helpdesk-agent:amd64\t10.0.9-1\n", 1,
		"package=helpdesk-agent;version=10.0.9-1;act=2"},
	{"dpkg-log",
		"2022-09-27 10:11:11 startup archives unpack\n"
		"2022-09-27 10:11:12 upgrade helpdesk-agent:amd64 10.0.8-1 10.0.9-1\n",
		1, "time=2022-09-27 10:11:12;package=helpdesk-agent;version=10.0.9-1;act=2"},
	{"rpm", "bash-5.1.8-6.el9.x86_64\nhelpdesk-agent-10.0.9-1.el9.x86_64\n", 2,
		"package=helpdesk-agent;version=10.0.9;act=2"},
	{"brew", "helpdesk-agent 10.0.9\n", 1, "package=helpdesk-agent;version=10.0.9;act=2"},
	{"winget",
		"Name            Id                   Version  Source\n"
		"---------------------------------------------------\n"
		"Helpdesk \xc3\x84gent  Vendor.HelpdeskAgent 10.0.9   winget\n",
		1,
		"package=Helpdesk \xc3\x84gent;version=10.0.9;package=HelpdeskAgent;version=10.0.9;act=2"},
	{"cyclonedx",
		"{\n  \"bomFormat\": \"CycloneDX\",\n  \"metadata\": {\"component\": {\"name\": \"x\", \"type\": "
		"\"application\"}},\n  \"components\": [\n    {\"type\": \"library\", \"name\": \"helpdesk-agent\",\n"
		"     \"version\": \"10.0.9\", \"hashes\": [{\"alg\": \"SHA-256\", \"content\": \"" SHA256 "\"}]}\n"
		"  ]\n}\n",
		1, "package=helpdesk-agent;version=10.0.9;hash=" SHA256 ";act=2"},
	{"spdx",
		"{\"spdxVersion\":\"SPDX-2.3\",\"SPDXID\":\"SPDXRef-DOCUMENT\",\"packages\":[{\"SPDXID\":"
		"\"SPDXRef-1\",\"name\":\"helpdesk-agent\",\"versionInfo\":\"10.0.9\",\"checksums\":[{\"algorithm\":"
		"\"SHA256\",\"checksumValue\":\"" SHA256 "\"}]}]}\n",
		1, "package=helpdesk-agent;version=10.0.9;hash=" SHA256 ";act=2"},
};

enum { SAMPLES = sizeof(samples) / sizeof(samples[0]) };

#endif
