/*
 * What the outer world means to Go: one row per function, type or method, as in js_api.c. A name is
 * the path of its package, then its members ("net/http.Get"). Methods that begin with '$' are made by
 * go_lower.c: $read and $write of what is read into a buffer or written by fmt and io, $stdin.
 */
#include "go_int.h"

#include "grammars.h"
#include "read/py_int.h"

#define ALL 0x80
#define A0 1
#define A1 2
#define A2 4

#define EXEC(n, r) {n, CLASS_EXEC, SINK_EXEC, ALL, SRC_NONE, API_CALL | API_ARGS, r}
#define EXECV(n) {n, CLASS_EXEC, SINK_EXEC, A0 | A1, SRC_NONE, API_CALL | API_ARGV, NULL}
#define LOADS(n) {n, CLASS_CODE, SINK_CODE, A0, SRC_NONE, API_CALL | API_QUIET | API_NET_ONLY | API_LOADS, NULL}
#define RUNS(n, args) {n, CLASS_CODE, SINK_CODE, args, SRC_NONE, API_CALL | API_QUIET | API_NET_ONLY, NULL}
#define FETCH(n) {n, CLASS_NET, SINK_NET, ALL, SRC_NET, API_CALL | API_URL0 | API_FETCH_LIKE, NULL}
#define FETCH1(n) {n, CLASS_NET, SINK_NET, ALL, SRC_NET, API_CALL | API_URL1 | API_FETCH_LIKE, NULL}
#define SEND(n) {n, CLASS_NET, SINK_NET, ALL, SRC_NET, API_CALL, NULL}
#define WRITES(n) {n, CLASS_NET, SINK_NET, A0, SRC_NONE, API_CALL, NULL}
#define READS(n) {n, CLASS_NET, 0, 0, SRC_NET, API_CALL | API_QUIET, NULL}
#define CONN(n) {n, CLASS_NET, SINK_NET, 0, SRC_NET, API_CALL | API_URL1 | API_LINK, "net.Socket"}
#define NAME(n) {n, CLASS_NET, SINK_NET, A0, SRC_NONE, API_CALL | API_HOST0, NULL}
#define READ(n) {n, CLASS_FS_READ, 0, 0, SRC_FILE, API_CALL, NULL}
#define WRITE(n) {n, CLASS_FS_WRITE, SINK_FILE, A1, SRC_NONE, API_CALL, NULL}
#define WRITER(n) {n, CLASS_FS_READ, 0, 0, SRC_NONE, API_CALL | API_LINK | API_QUIET, "file.Writer"}
#define STREAM(n) {n, CLASS_FS_WRITE, SINK_FILE, A0, SRC_NONE, API_CALL | API_QUIET | API_STREAM, NULL}
#define LISTS(n) {n, CLASS_FS_READ, 0, 0, SRC_FILE, API_CALL | API_PASS | API_QUIET, NULL}
#define COPY(n) {n, CLASS_FS_WRITE, SINK_FILE, 0, SRC_NONE, API_CALL | API_COPIES, NULL}
#define DELETE(n) {n, CLASS_FS_DELETE, 0, 0, SRC_NONE, API_CALL, NULL}
#define CHMOD(n) {n, CLASS_CHMOD, 0, 0, SRC_NONE, API_CALL, NULL}
#define HOST(n) {n, CLASS_HOST, 0, 0, SRC_HOST, API_CALL | API_QUIET, NULL}
#define TAKE(n, s) {n, CLASS_FS_READ, 0, 0, s, API_CALL | API_QUIET, NULL}
#define DECODE(n) {n, CLASS_DECODE, 0, 0, SRC_DATA, API_CALL | API_PASS | API_QUIET, NULL}
#define PASS(n) {n, CLASS_PASS, 0, 0, SRC_NONE, API_CALL | API_PASS | API_QUIET, NULL}
#define TEXT(n) {n, CLASS_PASS, 0, 0, SRC_NONE, API_CALL | API_PASS | API_DEEP | API_QUIET, NULL}
#define MAKES(n, r) {n, CLASS_PASS, 0, 0, SRC_NONE, API_CALL | API_QUIET, r}
#define VALUE(n, s) {n, CLASS_ENV, 0, 0, s, API_VALUE, NULL}

static const struct js_api rows[] = {
	/* processes */
	EXEC("os/exec.Command", "os/exec.Cmd"), {"os/exec.CommandContext", CLASS_EXEC, SINK_EXEC, ALL, SRC_NONE, API_CALL, "os/exec.Cmd"},
	EXECV("syscall.Exec"), EXECV("os.StartProcess"), EXECV("syscall.ForkExec"), EXECV("syscall.StartProcess"), EXECV("golang.org/x/sys/unix.Exec"),
	{"os/exec.Cmd.$stdin", CLASS_EXEC, SINK_EXEC, A0, SRC_NONE, API_CALL | API_QUIET, NULL},
	MAKES("os/exec.Cmd.Output", NULL), MAKES("os/exec.Cmd.CombinedOutput", NULL), MAKES("os/exec.Cmd.Run", NULL), MAKES("os/exec.Cmd.Start", NULL),
	MAKES("os/exec.Cmd.Wait", NULL), MAKES("os/exec.LookPath", NULL),
	/* code */
	LOADS("plugin.Open"), LOADS("syscall.LoadLibrary"), LOADS("syscall.LoadDLL"), LOADS("golang.org/x/sys/windows.LoadLibrary"),
	RUNS("golang.org/x/sys/windows.WriteProcessMemory", A2), RUNS("syscall.Syscall", ALL), RUNS("syscall.SyscallN", ALL), RUNS("syscall.Syscall9", ALL),
	/* network */
	FETCH("net/http.Get"), FETCH("net/http.Post"), FETCH("net/http.PostForm"), FETCH("net/http.Head"), FETCH1("net/http.NewRequest"),
	{"net/http.NewRequestWithContext", CLASS_NET, SINK_NET, ALL, SRC_NET, API_CALL | API_FETCH_LIKE, NULL}, SEND("net/http.Do"),
	MAKES("net/http.Client", "net/http"), MAKES("net/http.Transport", NULL), MAKES("net/http.NewServeMux", NULL), TEXT("net/http.Request"),
	CONN("net.Dial"), CONN("net.DialTimeout"), CONN("net.DialTCP"), CONN("net.DialUDP"), CONN("crypto/tls.Dial"), MAKES("net.Dialer", "net"),
	MAKES("net.Listen", "net.Listener"), MAKES("crypto/tls.Listen", "net.Listener"),
	{"net.Listener.Accept", CLASS_NET, 0, 0, SRC_NET, API_CALL | API_LINK | API_QUIET, "net.Socket"}, READS("net.Socket.$read"), READS("net.Socket.Read"),
	WRITES("net.Socket.$write"), WRITES("net.Socket.Write"), MAKES("net.Socket.Close", NULL), MAKES("net.Socket.LocalAddr", NULL),
	MAKES("net.Socket.RemoteAddr", NULL), MAKES("net.Socket.SetDeadline", NULL), MAKES("net.Socket.SetReadDeadline", NULL),
	NAME("net.LookupHost"), NAME("net.LookupIP"), NAME("net.LookupAddr"), NAME("net.LookupCNAME"), NAME("net.LookupMX"), NAME("net.ResolveTCPAddr"),
	{"net.LookupTXT", CLASS_NET, SINK_NET, A0, SRC_NET, API_CALL | API_HOST0, NULL},
	{"net/smtp.SendMail", CLASS_NET, SINK_NET, ALL, SRC_NONE, API_CALL | API_HOST0, NULL},
	{"golang.org/x/net/websocket.Dial", CLASS_NET, SINK_NET, A0, SRC_NET, API_CALL | API_URL0 | API_LINK, "net.Socket"},
	/* files */
	READ("os.ReadFile"), READ("io/ioutil.ReadFile"), WRITE("os.WriteFile"), WRITE("io/ioutil.WriteFile"), WRITER("os.Create"), WRITER("os.OpenFile"),
	WRITER("os.CreateTemp"), WRITER("io/ioutil.TempFile"),
	{"os.Open", CLASS_FS_READ, 0, 0, SRC_FILE, API_CALL | API_LINK | API_QUIET, NULL}, STREAM("file.Writer.$write"), STREAM("file.Writer.Write"),
	STREAM("file.Writer.WriteString"), MAKES("file.Writer.Close", NULL), {"file.Writer.Chmod", CLASS_CHMOD, 0, 0, SRC_NONE, API_CALL | API_SELF, NULL},
	LISTS("path/filepath.Glob"), LISTS("os.ReadDir"), LISTS("io/ioutil.ReadDir"), LISTS("path/filepath.WalkDir"), LISTS("path/filepath.Walk"),
	CHMOD("os.Chmod"), DELETE("os.Remove"), DELETE("os.RemoveAll"), COPY("os.Rename"), COPY("os.Symlink"), COPY("os.Link"),
	/* the host, the person, who asks */
	MAKES("os.Environ", "process.env"), MAKES("syscall.Environ", "process.env"), {"os.getenv", CLASS_ENV, 0, 0, SRC_NONE, API_CALL | API_QUIET, NULL},
	HOST("os.Hostname"), HOST("os/user.Current"), HOST("net.Interfaces"), HOST("net.InterfaceAddrs"), VALUE("os.Args", SRC_ARG),
	TAKE("golang.org/x/term.ReadPassword", SRC_CRED), TAKE("github.com/atotto/clipboard.ReadAll", SRC_CLIP),
	/* decoding */
	DECODE("encoding/base64.StdEncoding.DecodeString"), DECODE("encoding/base64.RawStdEncoding.DecodeString"),
	DECODE("encoding/base64.URLEncoding.DecodeString"), DECODE("encoding/base64.RawURLEncoding.DecodeString"),
	DECODE("encoding/base32.StdEncoding.DecodeString"), DECODE("encoding/hex.DecodeString"), DECODE("compress/gzip.NewReader"),
	DECODE("compress/zlib.NewReader"), DECODE("compress/flate.NewReader"),
	/* these do not give away what went in */
	MAKES("crypto/sha1.*", NULL), MAKES("crypto/sha256.*", NULL), MAKES("crypto/sha512.*", NULL), MAKES("crypto/md5.*", NULL), MAKES("crypto/hmac.*", NULL),
	MAKES("hash/crc32.*", NULL), MAKES("len", NULL), MAKES("cap", NULL), MAKES("make", NULL), MAKES("new", NULL), MAKES("panic", NULL), MAKES("delete", NULL),
	MAKES("log.*", NULL), MAKES("fmt.Println", NULL), MAKES("fmt.Printf", NULL), MAKES("fmt.Print", NULL), MAKES("errors.New", NULL), MAKES("errors.Is", NULL),
	MAKES("errors.As", NULL), MAKES("os.Exit", NULL), MAKES("os.Stat", NULL), MAKES("os.Lstat", NULL), MAKES("os.IsNotExist", NULL), MAKES("os.Mkdir", NULL),
	MAKES("os.MkdirAll", NULL), MAKES("time.*", NULL), MAKES("math/rand.*", NULL), MAKES("crypto/rand.*", NULL), MAKES("strings.Contains", NULL),
	MAKES("strings.HasPrefix", NULL), MAKES("strings.HasSuffix", NULL), MAKES("strings.EqualFold", NULL), MAKES("strings.Index", NULL),
	/* these hand on what they are given */
	PASS("string"), PASS("append"), PASS("io.ReadAll"), PASS("io/ioutil.ReadAll"), PASS("io.NopCloser"), PASS("io.MultiReader"), PASS("io.TeeReader"),
	PASS("io.LimitReader"), PASS("bufio.NewReader"), PASS("bufio.NewScanner"), PASS("bytes.NewBuffer"), PASS("bytes.NewBufferString"),
	PASS("bytes.NewReader"), PASS("bytes.TrimSpace"), PASS("bytes.Join"), PASS("strings.NewReader"), PASS("strings.Join"), PASS("strings.Split"), PASS("strings.SplitN"), PASS("strings.SplitAfter"), PASS("strings.Cut"),
	PASS("strings.Fields"), PASS("strings.TrimSpace"), PASS("strings.Trim"), PASS("strings.TrimSuffix"), PASS("strings.TrimPrefix"), PASS("strings.ToLower"),
	PASS("strings.ToUpper"), PASS("strings.Replace"), PASS("strings.ReplaceAll"), PASS("strings.Repeat"), PASS("strconv.Quote"), PASS("fmt.Sprint"), PASS("fmt.Sprintln"),
	PASS("net/url.QueryEscape"), PASS("net/url.PathEscape"), PASS("net/url.Parse"), TEXT("net/url.Values"), TEXT("encoding/json.Marshal"),
	TEXT("encoding/json.MarshalIndent"), TEXT("encoding/xml.Marshal"), PASS("encoding/base64.StdEncoding.EncodeToString"),
	PASS("encoding/base64.URLEncoding.EncodeToString"), PASS("encoding/base64.RawURLEncoding.EncodeToString"), PASS("encoding/base64.RawStdEncoding.EncodeToString"),
	PASS("encoding/base32.StdEncoding.EncodeToString"), PASS("encoding/hex.EncodeToString"), PASS("path/filepath.Join"), PASS("path.Join"),
	PASS("path/filepath.Base"), PASS("path/filepath.Dir"), PASS("path/filepath.Abs"), PASS("path/filepath.Clean"),
};

static struct api_table api = {.rows = rows, .n_rows = sizeof(rows) / sizeof(*rows)};

static const struct front_alias aliases[] = {{"os.Getenv", "os.getenv"}, {"os.LookupEnv", "os.getenv"}, {"syscall.Getenv", "os.getenv"},
	{"net/http.DefaultClient", "net/http"}, {"net.Dialer", "net.Dialer"}, {NULL, NULL}};

static const struct front_alias shown[] = {{"process.env", "os.Environ()"}, {"os.getenv", "os.Getenv"}, {"net.Socket", "net.Conn"},
	{"file.Writer", "os.File"}, {"net/http", "http"}, {"os/exec", "exec"}, {"io/ioutil", "ioutil"}, {NULL, NULL}};

static const char *const none[] = {NULL};
static const char *const builtins[] = {"string", "encoding/base64", "encoding/hex", "strings", NULL};

static const struct front_place places[] = {{"os.UserHomeDir", "~"}, {"process.env.HOME", "~"}, {"process.env.USERPROFILE", "~"}, {"os.TempDir", "\x01tmp\x02"},
	{"process.env.TMPDIR", "\x01tmp\x02"}, {"process.env.TEMP", "\x01tmp\x02"}, {NULL, NULL}};
static const char *const path_joins[] = {"path/filepath.Join", "path.Join", NULL};
static const char *const text_passes[] = {"string", "strings.TrimSpace", "bytes.NewBufferString", "strings.NewReader", "path/filepath.Clean", NULL};
static const char *const add_methods[] = {"Set", "Add", "Write", "WriteString", "WriteField", NULL};
static const char *const self_methods[] = {"String", "Bytes", NULL};
static const char *const silent[] = {"/dev/null", "HideWindow", "CREATE_NO_WINDOW", "Setsid", "nohup ", NULL};
static const struct front_setting settings[] = {{"InsecureSkipVerify", "true", "tls-verify-off"}, {NULL, NULL, NULL}};
static const struct front_gate gates[] = {{"runtime.GOOS", "platform"}, {"runtime.GOARCH", "platform"}, {"time.Now", "date"}, {"os.Hostname", "host"},
	{"user.Current", "host"}, {"\"CI\"", "ci"}, {"GITHUB_ACTIONS", "ci"}, {"os.Getenv", "env"}, {"testing.Testing", "test"}, {NULL, NULL}};
static const char *const telling[] = {"/bin/sh", "/bin/bash", "cmd.exe", "powershell", "http://", "https://", "wget", "curl", "base64", "VirtualAlloc",
	"kernel32.dll", "/etc/shadow", ".ssh", NULL};

static bool import_folds(struct str name)
{
	return str_starts(name, "encoding/base64") || str_starts(name, "encoding/hex") || str_starts(name, "strings");
}

static bool looks_like_go(struct str text)
{
	(void)text;
	return false; /* a Go program has no compiler with it */
}

static const TSLanguage *grammar(enum language lang)
{
	(void)lang;
	return tree_sitter_go();
}

/* ---------- literals and values ---------- */

/* 'a' is a number, 0x1_0 and 0o17 are too; the escapes of texts are Python's. */
static struct js_val literal(struct js *j, uint32_t n)
{
	struct str t = js_text(j, n), digits;
	struct js_val v = {.t = V_NUM};
	char plain[32];
	size_t len = 0;
	uint64_t value = 0;
	int base;

	if (j->nodes[n].kind == J_STR)
		return py_literal(j, n);
	if (j->nodes[n].kind != J_NUM)
		return js_literal_own(j, n);
	if (t.len >= 3 && t.p[0] == '\'') {
		v.n = t.p[1] != '\\' ? (uint8_t)t.p[1] : 0;
		return v;
	}
	for (size_t i = 0; i < t.len && len < sizeof(plain); i++)
		if (t.p[i] != '_')
			plain[len++] = t.p[i];
	digits = (struct str){plain, len};
	base = str_starts(digits, "0x") || str_starts(digits, "0X") ? 16 : str_starts(digits, "0b") ? 2 : len > 1 && plain[0] == '0' ? 8 : 10;
	digits = str_part(digits, base == 16 || base == 2 || str_starts(digits, "0o") ? 2 : 0, len);
	v.n = str_to_u64(digits, (unsigned)base, &value) ? (double)value : 0;
	return v;
}

/* string(x): of a number, of a list of numbers, of a text. */
static bool f_string(struct fold_call *c)
{
	struct js_arr *a = c->n == 1 && c->args[0].t == V_ARR ? c->args[0].a : NULL;
	uint8_t *p;

	if (c->n == 1 && c->args[0].t == V_STR)
		return fold_give(c, c->args[0]);
	if (c->n == 1 && c->args[0].t == V_NUM)
		return text_chr(c);
	if (!a || a->n > FOLD_STRING_MAX || !fold_spend_bytes(c->j, a->n))
		return fold_fail(c->j);
	p = arena_alloc(c->j->a, a->n + 1);
	for (size_t i = 0; i < a->n; i++) {
		if (a->v[i].t != V_NUM || !(a->v[i].n >= 0 && a->v[i].n < 256))
			return fold_fail(c->j);
		p[i] = (uint8_t)a->v[i].n;
	}
	c->j->run_schemes |= SCHEME_CHARCODES;
	return fold_give(c, js_str_val(c->j, p, a->n, false));
}

static bool f_join(struct fold_call *c)
{
	return list_join(c);
}

static const struct fold_native natives[] = {
	{"string", f_string}, {"encoding/base64", NULL}, {"encoding/base64.StdEncoding", NULL}, {"encoding/base64.StdEncoding.DecodeString", text_base64},
	{"encoding/base64.RawStdEncoding", NULL}, {"encoding/base64.RawStdEncoding.DecodeString", text_base64}, {"encoding/base64.URLEncoding", NULL},
	{"encoding/base64.URLEncoding.DecodeString", text_base64}, {"encoding/hex", NULL}, {"encoding/hex.DecodeString", text_unhex}, {"strings", NULL},
	{"strings.Join", f_join}, {"strings.ToLower", text_lower}, {"strings.ToUpper", text_upper}, {"strings.TrimSpace", text_trim},
};

static bool binary(struct js *j, enum js_op op, struct js_val a, struct js_val b, struct js_val *r, bool *ret_mine)
{
	(void)j, (void)op, (void)a, (void)b, (void)r;
	*ret_mine = false;
	return true;
}

static const struct fold_ops fold = {
	.global = fold_global,
	.import = fold_global,
	.attribute = fold_attribute,
	.element = fold_element,
	.set_element = fold_set_element,
	.call = fold_call_native,
	.binary = binary,
	.items = fold_items,
};

const struct front front_go = {
	.name = "go",
	.layer = LANGUAGE_GO,
	.grammar = grammar,
	.lower = go_lower,
	.literal = literal,
	.fold = &fold,
	.natives = natives,
	.n_natives = sizeof(natives) / sizeof(*natives),
	.builtins = builtins,
	.import_folds = import_folds,
	.api = &api,
	.prefixes = none,
	.aliases = aliases,
	.shown = shown,
	.places = places,
	.path_joins = path_joins,
	.text_passes = text_passes,
	.arg_methods = none,
	.add_methods = add_methods,
	.mutators = add_methods,
	.self_methods = self_methods,
	.silent = silent,
	.settings = settings,
	.gates = gates,
	.telling = telling,
	.looks_like = looks_like_go,
};
