/*
 * What the outer world means to C: POSIX, Windows, libcurl, OpenSSL. Functions have no module, so a
 * name is the function; `net.Socket.$read` and kin are what c_lower.c makes of read() and its like on
 * what socket(), open() or popen() gave.
 */
#include "c_int.h"

#include "grammars.h"
#include "read/py_int.h"

#define ALL 0x80
#define A0 1
#define A1 2
#define A2 4

#define COMMAND(n) {n, CLASS_EXEC, SINK_EXEC, A0, SRC_NONE, API_CALL | API_COMMAND, NULL}
#define PROGRAM(n) {n, CLASS_EXEC, SINK_EXEC, A0 | A1, SRC_NONE, API_CALL | API_ARGV, NULL}
#define LISTED(n) {n, CLASS_EXEC, SINK_EXEC, ALL, SRC_NONE, API_CALL | API_ARGS, NULL}
#define SECOND(n) {n, CLASS_EXEC, SINK_EXEC, A1 | A2, SRC_NONE, API_CALL, NULL}
#define LOADS(n) {n, CLASS_CODE, 0, 0, SRC_NONE, API_CALL | API_LOADS | API_QUIET, NULL}
#define RUNS(n) {n, CLASS_CODE, SINK_CODE, A0, SRC_NONE, API_CALL | API_NET_ONLY | API_QUIET, NULL}
#define FETCH(n) {n, CLASS_NET, SINK_NET, ALL, SRC_NET, API_CALL | API_URL0, "net.Socket"}
#define FETCH1(n) {n, CLASS_NET, SINK_NET, ALL, SRC_NET, API_CALL | API_URL1, "net.Socket"}
#define NAME(n) {n, CLASS_NET, SINK_NET, A0, SRC_NONE, API_CALL | API_HOST0, NULL}
#define OPENS(n) {n, CLASS_FS_READ, 0, 0, SRC_FILE, API_CALL | API_MODE | API_LINK, NULL}
#define DELETE(n) {n, CLASS_FS_DELETE, 0, 0, SRC_NONE, API_CALL, NULL}
#define COPY(n) {n, CLASS_FS_WRITE, SINK_FILE, 0, SRC_NONE, API_CALL | API_COPIES, NULL}
#define HOST(n) {n, CLASS_HOST, 0, 0, SRC_HOST, API_CALL | API_QUIET, NULL}
#define DECODE(n) {n, CLASS_DECODE, 0, 0, SRC_DATA, API_CALL | API_PASS | API_QUIET, NULL}
#define PASS(n) {n, CLASS_PASS, 0, 0, SRC_NONE, API_CALL | API_PASS | API_QUIET, NULL}
#define MAKES(n, r) {n, CLASS_PASS, 0, 0, SRC_NONE, API_CALL | API_QUIET, r}
#define TAKES(n, s) {n, CLASS_FS_READ, 0, 0, s, API_CALL | API_QUIET, NULL}
#define VALUE(n, s) {n, CLASS_ENV, 0, 0, s, API_VALUE, NULL}
#define SETS(n) {n, CLASS_FS_WRITE, 0, 0, SRC_NONE, API_CALL | API_REGISTRY | API_QUIET, NULL}

static const struct js_api rows[] = {
	/* processes */
	COMMAND("system"), {"popen", CLASS_EXEC, SINK_EXEC, A0, SRC_NONE, API_CALL | API_COMMAND | API_LINK, "popen.Stream"},
	{"_popen", CLASS_EXEC, SINK_EXEC, A0, SRC_NONE, API_CALL | API_COMMAND | API_LINK, "popen.Stream"}, COMMAND("_wsystem"),
	COMMAND("WinExec"), LISTED("execl"), LISTED("execlp"), LISTED("execle"), PROGRAM("execv"), PROGRAM("execvp"),
	PROGRAM("execve"), PROGRAM("execvpe"), PROGRAM("fexecve"), SECOND("posix_spawn"), SECOND("posix_spawnp"),
	SECOND("CreateProcessA"), SECOND("CreateProcessW"), SECOND("ShellExecuteA"), SECOND("ShellExecuteW"),
	{"popen.Stream.$write", CLASS_EXEC, SINK_EXEC, A0, SRC_NONE, API_CALL | API_QUIET, NULL},
	{"dup2", CLASS_EXEC, 0, 0, SRC_NONE, API_CALL | API_QUIET | API_ON_SOCKET, NULL},
	/* code */
	RUNS("$run"), LOADS("dlopen"), LOADS("LoadLibraryA"), LOADS("LoadLibraryW"), LOADS("LoadLibraryExA"),
	LOADS("luaL_dofile"), {"luaL_dostring", CLASS_CODE, SINK_CODE, A1, SRC_NONE, API_CALL | API_NET_ONLY | API_QUIET, NULL},
	{"zend_eval_string", CLASS_CODE, SINK_CODE, A0, SRC_NONE, API_CALL, NULL},
	TAKES("zend_hash_str_find", SRC_REQUEST), PASS("Z_STRVAL_P"), PASS("Z_STRVAL"), PASS("ZSTR_VAL"),
	{"PyRun_SimpleString", CLASS_CODE, SINK_CODE, A0, SRC_NONE, API_CALL, NULL},
	{"CreateThread", CLASS_CODE, SINK_CODE, A2, SRC_NONE, API_CALL | API_NET_ONLY | API_QUIET, NULL},
	/* network */
	{"socket", CLASS_NET, 0, 0, SRC_NET, API_CALL | API_LINK | API_QUIET, "net.Socket"},
	{"accept", CLASS_NET, 0, 0, SRC_NET, API_CALL | API_LINK | API_QUIET, "net.Socket"},
	{"accept4", CLASS_NET, 0, 0, SRC_NET, API_CALL | API_LINK | API_QUIET, "net.Socket"},
	{"WSASocketA", CLASS_NET, 0, 0, SRC_NET, API_CALL | API_LINK | API_QUIET, "net.Socket"},
	{"SSL_new", CLASS_NET, 0, 0, SRC_NET, API_CALL | API_LINK | API_QUIET, "net.Socket"},
	{"net.Socket.$read", CLASS_NET, 0, 0, SRC_NET, API_CALL | API_QUIET, NULL},
	{"net.Socket.$write", CLASS_NET, SINK_NET, A0, SRC_NONE, API_CALL, NULL},
	{"connect", CLASS_NET, SINK_NET, 0, SRC_NONE, API_CALL, NULL}, NAME("gethostbyname"), NAME("getaddrinfo"),
	NAME("gethostbyname2"), NAME("inet_addr"), NAME("DnsQuery_A"), NAME("res_query"),
	{"inet_pton", CLASS_NET, 0, 0, SRC_NONE, API_CALL | API_QUIET, NULL},
	MAKES("curl_easy_init", "curl"), {"curl_easy_setopt", CLASS_NET, SINK_NET, A2, SRC_NONE, API_CALL, NULL},
	FETCH1("InternetOpenUrlA"), FETCH1("InternetOpenUrlW"), FETCH1("InternetConnectA"), FETCH1("WinHttpConnect"),
	{"URLDownloadToFileA", CLASS_NET, SINK_NET, A1, SRC_NET, API_CALL | API_URL1, NULL},
	{"URLDownloadToFileW", CLASS_NET, SINK_NET, A1, SRC_NET, API_CALL | API_URL1, NULL}, FETCH("fetch_url"),
	/* files */
	OPENS("fopen"), OPENS("fopen64"), OPENS("freopen"), OPENS("fdopen"), OPENS("_wfopen"),
	{"open", CLASS_FS_READ, 0, 0, SRC_FILE, API_CALL | API_LINK | API_QUIET, "file.Descriptor"},
	{"openat", CLASS_FS_READ, 0, 0, SRC_FILE, API_CALL | API_LINK | API_QUIET, "file.Descriptor"},
	{"file.Descriptor.$read", CLASS_FS_READ, 0, 0, SRC_FILE, API_CALL | API_SELF | API_QUIET, NULL},
	{"file.Reader.$read", CLASS_FS_READ, 0, 0, SRC_FILE, API_CALL | API_SELF | API_QUIET, NULL},
	{"file.Descriptor.$write", CLASS_FS_WRITE, SINK_FILE, A0, SRC_NONE, API_CALL | API_QUIET | API_STREAM, NULL},
	{"file.Writer.$write", CLASS_FS_WRITE, SINK_FILE, A0, SRC_NONE, API_CALL | API_QUIET | API_STREAM, NULL},
	{"chmod", CLASS_CHMOD, 0, 0, SRC_NONE, API_CALL, NULL}, DELETE("unlink"), DELETE("remove"), DELETE("rmdir"),
	DELETE("DeleteFileA"), COPY("rename"), COPY("symlink"), COPY("link"), COPY("CopyFileA"), COPY("MoveFileA"),
	SETS("RegOpenKeyExA"), SETS("RegCreateKeyExA"), SETS("RegSetValueExA"), SETS("RegCreateKeyA"),
	/* secrets, the host, the person */
	{"os.getenv", CLASS_ENV, 0, 0, SRC_NONE, API_CALL | API_QUIET, NULL}, HOST("gethostname"), HOST("uname"),
	HOST("getlogin"), HOST("getlogin_r"), HOST("getpwuid"), HOST("cuserid"), HOST("GetComputerNameA"),
	HOST("GetUserNameA"), HOST("GetAdaptersInfo"), TAKES("getpass", SRC_CRED), TAKES("readpassphrase", SRC_CRED), TAKES("read_passphrase", SRC_CRED), TAKES("CryptUnprotectData", SRC_CRED),
	TAKES("GetClipboardData", SRC_CLIP), TAKES("GetAsyncKeyState", SRC_FORM), VALUE("argv", SRC_ARG),
	/* decoding, and what hands on what it is given */
	DECODE("base64_decode"), DECODE("b64_decode"), DECODE("EVP_DecodeBlock"), DECODE("uncompress"), DECODE("b64_pton"),
	PASS("strdup"), PASS("strndup"), PASS("strtok"), PASS("strchr"), PASS("strrchr"), PASS("strstr"), PASS("strsep"),
	PASS("g_strdup"), PASS("g_strdup_printf"), PASS("g_strconcat"), PASS("xstrdup"), PASS("realloc"), PASS("memdup"),
	PASS("fileno"), PASS("strtok_r"), PASS("basename"),
};

static struct api_table api = {.rows = rows, .n_rows = sizeof(rows) / sizeof(*rows)};

static const struct front_alias aliases[] = {{"environ", "process.env"}, {"getenv", "os.getenv"},
	{"secure_getenv", "os.getenv"}, {NULL, NULL}};

static const struct front_alias shown[] = {{"process.env", "environ"}, {"os.getenv", "getenv"}, {"net.Socket", "socket"},
	{"file.Writer", "fopen()"}, {"file.Reader", "fopen()"}, {"file.Descriptor", "open()"}, {"popen.Stream", "popen()"},
	{"$run", "function pointer"}, {NULL, NULL}};

static const char *const none[] = {NULL};
static const struct front_place places[] = {{"process.env.HOME", "~"}, {"process.env.TMPDIR", "\x01tmp\x02"}, {NULL, NULL}};
static const char *const text_passes[] = {"strdup", "xstrdup", "g_strdup", NULL};
static const char *const silent[] = {"/dev/null", "nohup ", "SW_HIDE", "CREATE_NO_WINDOW", NULL};
static const struct front_setting settings[] = {{NULL, NULL, NULL}};
static const struct front_gate gates[] = {{"gethostname", "host"}, {"getlogin", "host"}, {"setlocale", "locale"},
	{"GetLocaleInfo", "locale"}, {"ptrace(PTRACE_TRACEME", "debugger"}, {"IsDebuggerPresent", "debugger"}, {NULL, NULL}};
static const char *const telling[] = {"/bin/sh", "/bin/bash", "cmd.exe", "powershell", "LD_PRELOAD", "/etc/shadow",
	"system", "popen", "dlopen", "socket", "connect", NULL};

static bool looks_like_c(struct str text)
{
	(void)text;
	return false; /* nothing in C runs C that it decodes */
}

static const TSLanguage *grammar(enum language lang)
{
	(void)lang;
	return tree_sitter_c();
}

/* 'a' is a number, 10UL is 10; the escapes of strings are Python's. */
static struct js_val literal(struct js *j, uint32_t n)
{
	struct str t = js_text(j, n);
	struct js_val v = {.t = V_NUM};
	uint64_t value;

	if (j->nodes[n].kind == J_STR)
		return py_literal(j, n);
	if (j->nodes[n].kind != J_NUM)
		return js_literal_own(j, n);
	if (t.len >= 3 && t.p[0] == '\'' && t.p[1] != '\\') {
		v.n = (uint8_t)t.p[1];
		return v;
	}
	while (t.len > 1 && strchr("uUlL", t.p[t.len - 1]))
		t.len--;
	if (str_starts(t, "0x") || str_starts(t, "0X"))
		v.n = str_to_u64(str_part(t, 2, t.len), 16, &value) ? (double)value : 0;
	else if (t.len > 1 && t.p[0] == '0')
		v.n = str_to_u64(t, 8, &value) ? (double)value : 0;
	else
		v.n = str_to_u64(t, 10, &value) ? (double)value : 0;
	return v;
}

const struct front front_c = {
	.name = "c",
	.layer = LANGUAGE_C,
	.grammar = grammar,
	.lower = c_lower,
	.literal = literal,
	.builtins = none,
	.api = &api,
	.prefixes = none,
	.aliases = aliases,
	.shown = shown,
	.places = places,
	.path_joins = none,
	.text_passes = text_passes,
	.arg_methods = none,
	.add_methods = none,
	.self_methods = none,
	.mutators = none,
	.silent = silent,
	.settings = settings,
	.gates = gates,
	.telling = telling,
	.looks_like = looks_like_c,
};
