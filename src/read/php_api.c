/*
 * What the outer world means to PHP: one row per function or method, as in js_api.c. Names are in lower
 * case. Those that begin with '$' and are no variables are made by php_lower.c.
 */
#include "php_int.h"

#include "grammars.h"
#include "read/decode.h"

#define ALL 0x80
#define A0 1
#define A1 2

#define EXEC(n) {n, CLASS_EXEC, SINK_EXEC, A0, SRC_NONE, API_CALL | API_COMMAND, NULL}
#define CODE(n, args) {n, CLASS_CODE, SINK_CODE, args, SRC_NONE, API_CALL, NULL}
#define FETCH(n) {n, CLASS_NET, SINK_NET, ALL, SRC_NET, API_CALL | API_URL0 | API_FETCH_LIKE, NULL}
#define SEND(n) {n, CLASS_NET, SINK_NET, ALL, SRC_NONE, API_CALL, NULL}
#define CONN(n, r) {n, CLASS_NET, SINK_NET, 0, SRC_NET, API_CALL | API_HOST0 | API_LINK, r}
#define NAME(n) {n, CLASS_NET, SINK_NET, A0, SRC_NONE, API_CALL | API_HOST0, NULL}
#define PASS(n) {n, CLASS_PASS, 0, 0, SRC_NONE, API_CALL | API_PASS | API_QUIET, NULL}
#define TEXT(n) {n, CLASS_PASS, 0, 0, SRC_NONE, API_CALL | API_PASS | API_DEEP | API_QUIET, NULL}
#define DECODE(n) {n, CLASS_DECODE, 0, 0, SRC_DATA, API_CALL | API_PASS | API_QUIET, NULL}
#define COPY(n) {n, CLASS_FS_WRITE, SINK_FILE, 0, SRC_NONE, API_CALL | API_COPIES, NULL}
#define DELETE(n) {n, CLASS_FS_DELETE, 0, 0, SRC_NONE, API_CALL, NULL}
#define READ(n) {n, CLASS_FS_READ, 0, 0, SRC_FILE, API_CALL, NULL}
#define WRITE(n) {n, CLASS_FS_WRITE, SINK_FILE, A1, SRC_NONE, API_CALL, NULL}
#define HOST(n) {n, CLASS_HOST, 0, 0, SRC_HOST, API_CALL | API_QUIET, NULL}
#define ASKS(n) {n, CLASS_FS_READ, 0, 0, SRC_REQUEST, API_CALL | API_QUIET, NULL}
#define MAKES(n, r) {n, CLASS_PASS, 0, 0, SRC_NONE, API_CALL | API_QUIET, r}

static const struct js_api rows[] = {
	/* processes */
	EXEC("system"), EXEC("exec"), EXEC("shell_exec"), EXEC("passthru"), EXEC("popen"), EXEC("proc_open"), EXEC("expect_popen"),
	{"pcntl_exec", CLASS_EXEC, SINK_EXEC, A0 | A1, SRC_NONE, API_CALL | API_ARGV, NULL},
	{"com.run", CLASS_EXEC, SINK_EXEC, A0, SRC_NONE, API_CALL | API_COMMAND, NULL},
	{"com.exec", CLASS_EXEC, SINK_EXEC, A0, SRC_NONE, API_CALL | API_COMMAND, NULL},
	{"com", CLASS_PASS, 0, 0, SRC_NONE, API_CALL | API_NEW | API_QUIET, "com"},
	{"mail", CLASS_NET, SINK_NET, ALL, SRC_NONE, API_CALL | API_QUIET | API_URL0, NULL},
	/* code out of text */
	CODE("eval", A0), CODE("assert", A0), CODE("create_function", A1), CODE("$preg_eval", A1),
	{"include", CLASS_CODE, SINK_CODE, A0, SRC_NONE, API_CALL | API_QUIET | API_NET_ONLY | API_LOADS, NULL},
	{"$by_name", CLASS_CODE, SINK_CODE, A0, SRC_NONE, API_CALL | API_QUIET | API_NET_ONLY, NULL},
	CODE("runkit_function_add", A1), CODE("ffi.cdef", A0),
	{"unserialize", CLASS_CODE, SINK_CODE, A0, SRC_NONE, API_CALL | API_NET_ONLY | API_QUIET | API_PASS, NULL},
	{"dl", CLASS_CODE, 0, 0, SRC_NONE, API_CALL | API_LOADS, NULL},
	/* network */
	FETCH("$fetch"), FETCH("get_headers"), FETCH("readfile_url"), FETCH("wp_remote_get"), FETCH("wp_remote_post"),
	FETCH("wp_remote_request"), FETCH("wp_safe_remote_get"), FETCH("wp_safe_remote_post"), FETCH("drupal_http_request"),
	{"$download", CLASS_NET, SINK_NET, A0, SRC_NET, API_CALL | API_URL0 | API_SAVES1, NULL},
	{"download_url", CLASS_NET, SINK_NET, A0, SRC_NET, API_CALL | API_URL0, NULL},
	{"curl_init", CLASS_NET, SINK_NET, 0, SRC_NET, API_CALL | API_URL0 | API_LINK | API_QUIET, "curl"},
	{"curl.setopt", CLASS_NET, SINK_NET, A1, SRC_NONE, API_CALL | API_URL1, NULL},
	{"curl.exec", CLASS_NET, 0, 0, SRC_NET, API_CALL | API_FETCH_LIKE, NULL},
	CONN("fsockopen", "net.Socket"), CONN("pfsockopen", "net.Socket"), CONN("stream_socket_client", "net.Socket"),
	MAKES("socket_create", "net.Socket"), CONN("net.Socket.connect", NULL),
	{"net.Socket.write", CLASS_NET, SINK_NET, A0, SRC_NONE, API_CALL, NULL},
	{"net.Socket.read", CLASS_NET, 0, 0, SRC_NET, API_CALL | API_QUIET, NULL},
	NAME("gethostbyname"), NAME("dns_get_record"), NAME("checkdnsrr"),
	{"guzzlehttp", CLASS_PASS, 0, 0, SRC_NONE, API_CALL | API_QUIET, NULL},
	SEND("header_remote"),
	/* files */
	READ("file_get_contents"), READ("file"), READ("readfile"), READ("parse_ini_file"), READ("show_source"),
	READ("highlight_file"), READ("simplexml_load_file"),
	{"fopen", CLASS_FS_READ, 0, 0, SRC_FILE, API_CALL | API_MODE | API_LINK, NULL},
	{"tmpfile", CLASS_FS_READ, 0, 0, SRC_NONE, API_CALL | API_LINK | API_QUIET, "file.Writer"},
	{"file.Writer.write", CLASS_FS_WRITE, SINK_FILE, A0, SRC_NONE, API_CALL | API_QUIET | API_STREAM, NULL},
	{"file.Reader.read", CLASS_PASS, 0, 0, SRC_NONE, API_CALL | API_SELF | API_QUIET, NULL},
	WRITE("file_put_contents"), COPY("copy"), COPY("rename"), COPY("move_uploaded_file"), COPY("symlink"), COPY("link"),
	{"chmod", CLASS_CHMOD, 0, 0, SRC_NONE, API_CALL, NULL}, DELETE("unlink"), DELETE("rmdir"),
	/* who asks, the host */
	{"$request", CLASS_ENV, 0, 0, SRC_REQUEST, API_VALUE, NULL}, {"$request.*", CLASS_ENV, 0, 0, SRC_REQUEST, API_VALUE, NULL},
	ASKS("$request_body"), ASKS("getallheaders"), ASKS("apache_request_headers"), ASKS("filter_input"),
	ASKS("filter_input_array"),
	HOST("php_uname"), HOST("gethostname"), HOST("posix_getpwuid"), HOST("get_current_user"), HOST("phpinfo"),
	HOST("getmyuid"), HOST("sys_getloadavg"), HOST("phpversion"),
	{"getenv", CLASS_ENV, 0, 0, SRC_NONE, API_CALL | API_QUIET, NULL}, {"$argv", CLASS_ENV, 0, 0, SRC_ARG, API_VALUE, NULL},
	/* decoding */
	DECODE("base64_decode"), DECODE("gzinflate"), DECODE("gzuncompress"), DECODE("gzdecode"), DECODE("str_rot13"),
	DECODE("hex2bin"), DECODE("convert_uudecode"), DECODE("bzdecompress"), DECODE("openssl_decrypt"),
	DECODE("mcrypt_decrypt"), DECODE("sodium_crypto_secretbox_open"), DECODE("zlib_decode"),
	/* these do not give away what went in */
	MAKES("md5", NULL), MAKES("sha1", NULL), MAKES("hash", NULL), MAKES("hash_hmac", NULL), MAKES("crc32", NULL),
	MAKES("password_hash", NULL), MAKES("password_verify", NULL), MAKES("strlen", NULL), MAKES("count", NULL),
	MAKES("isset", NULL), MAKES("empty", NULL), MAKES("is_array", NULL), MAKES("intval", NULL), MAKES("absint", NULL),
	MAKES("in_array", NULL), MAKES("array_key_exists", NULL), MAKES("preg_match", NULL), MAKES("strpos", NULL),
	MAKES("file_exists", NULL), MAKES("is_file", NULL), MAKES("is_dir", NULL), MAKES("function_exists", NULL),
	MAKES("defined", NULL), MAKES("time", NULL), MAKES("date", NULL), MAKES("rand", NULL), MAKES("mt_rand", NULL),
	MAKES("uniqid", NULL), MAKES("echo", NULL), MAKES("printf", NULL), MAKES("header", NULL), MAKES("error_log", NULL),
	MAKES("escapeshellarg", NULL), MAKES("escapeshellcmd", NULL), MAKES("sanitize_key", NULL), MAKES("is_numeric", NULL),
	MAKES("ctype_alnum", NULL), MAKES("ctype_digit", NULL), MAKES("wp_verify_nonce", NULL), MAKES("basename", NULL),
	MAKES("strcmp", NULL), MAKES("hash_equals", NULL), MAKES("filesize", NULL), MAKES("mkdir", NULL),
	/* these hand on what they are given */
	PASS("trim"), PASS("ltrim"), PASS("rtrim"), PASS("strrev"), PASS("substr"), PASS("str_replace"), PASS("str_ireplace"),
	PASS("preg_replace"), PASS("strtr"), PASS("strtolower"), PASS("strtoupper"), PASS("ucfirst"), PASS("implode"), PASS("join"),
	PASS("explode"), PASS("str_split"), PASS("preg_split"), PASS("sprintf"), PASS("vsprintf"), PASS("urldecode"), PASS("rawurldecode"),
	PASS("urlencode"), PASS("rawurlencode"), PASS("stripslashes"), PASS("addslashes"), PASS("wp_unslash"), PASS("html_entity_decode"),
	PASS("htmlspecialchars_decode"), PASS("json_decode"), PASS("pack"), PASS("unpack"), PASS("chr"), PASS("array_merge"),
	PASS("array_values"), PASS("array_pop"), PASS("array_shift"), PASS("current"), PASS("reset"), PASS("end"), PASS("array_reverse"),
	PASS("array_slice"), PASS("array_map"), PASS("array_filter"), PASS("wp_remote_retrieve_body"), PASS("base64_encode"),
	PASS("gzcompress"), PASS("gzdeflate"), PASS("bin2hex"), PASS("nl2br"), PASS("str_pad"), PASS("str_repeat"), PASS("strval"),
	PASS("iconv"), PASS("mb_convert_encoding"), PASS("utf8_decode"), PASS("utf8_encode"), PASS("parse_str"), PASS("compact"),
	PASS("stream_context_create"), PASS("realpath"), PASS("dirname"), PASS("glob"), PASS("scandir"), PASS("array_keys"),
	PASS("sys_get_temp_dir"), PASS("tempnam"), TEXT("json_encode"), TEXT("serialize"), TEXT("http_build_query"),
	TEXT("var_export"), TEXT("print_r"),
};

static struct api_table table = {.rows = rows, .n_rows = sizeof(rows) / sizeof(*rows)};

static const char *const prefixes[] = {"globalThis.", NULL};
static const struct front_alias aliases[] = {{"globalThis", "globalThis"}, {"$_env", "process.env"}, {NULL, NULL}};
static const struct front_alias shown[] = {
	{"process.env", "getenv"}, {"$request", "$_REQUEST"}, {"$fetch", "file_get_contents"}, {"$download", "copy"},
	{"$preg_eval", "preg_replace /e"}, {"$by_name", "function by name"}, {"$request_body", "php://input"}, {"net.Socket", "socket"}, {"file.Writer", "fopen"},
	{"curl.exec", "curl_exec"}, {"curl.setopt", "curl_setopt"}, {"globalThis", "function by name"}, {NULL, NULL},
};

static const char *const builtins[] = {"base64_decode", "gzinflate", "gzuncompress", "gzdecode", "str_rot13", "strrev", "chr",
	"ord", "hex2bin", "pack", "implode", "join", "explode", "str_replace", "substr", "strtr", "urldecode", "rawurldecode",
	"strtolower", "strtoupper", "trim", "str_split", "strlen", "count", "bin2hex", "str_repeat", "array_reverse", "range",
	"convert_uudecode", "stripslashes", "array_map", "ucfirst", "sprintf", NULL};

static const struct front_place places[] = {
	{"sys_get_temp_dir", "\x01tmp\x02"}, {"process.env.HOME", "~"}, {"__dir__", "\x01__dirname\x02"},
	{"getcwd", "\x01__dirname\x02"}, {NULL, NULL},
};

static const char *const none[] = {NULL};
static const char *const text_passes[] = {"trim", "realpath", "strval", "escapeshellcmd", NULL};
static const char *const silent[] = {"2>/dev/null", "> /dev/null", "error_reporting(0)", NULL};

static const char *const globals[] = {"globalThis", "$request", "$server", "process", "eval", "assert", "include", "echo",
	"isset", "empty", "exit", "die", "$argv", "$argc", NULL};

static const struct front_setting settings[] = {
	{"curlopt_ssl_verifypeer", "false", "tls-verify-off"}, {"curlopt_ssl_verifyhost", "0", "tls-verify-off"},
	{"verify_peer", "false", "tls-verify-off"}, {"sslverify", "false", "tls-verify-off"}, {NULL, NULL, NULL},
};

static const struct front_gate gates[] = {
	{"time()", "date"}, {"date(", "date"}, {"gethostname", "host"}, {"php_uname", "host"}, {"HTTP_ACCEPT_LANGUAGE", "locale"},
	{"HTTP_USER_AGENT", "host"}, {"PHP_OS", "platform"}, {"getenv", "env"}, {NULL, NULL},
};

static const char *const telling[] = {"eval", "assert", "system", "exec", "shell_exec", "passthru", "proc_open", "popen",
	"create_function", "base64_decode", "gzinflate", "str_rot13", "gzuncompress", "call_user_func", "file_put_contents",
	"preg_replace", "curl_exec", "fsockopen", "_POST", "_GET", "_REQUEST", "_COOKIE", "php://input", "/bin/sh", "include", NULL};

static bool import_folds(struct str api)
{
	return str_is(api, "globalThis");
}

static const TSLanguage *grammar(enum language lang)
{
	(void)lang;
	return tree_sitter_php_only();
}

static bool looks_like_php(struct str s)
{
	static const char *const words[] = {"eval(", "$_", "<?php", "function ", "echo ", "return ", "base64_decode(", "system(",
		"file_put_contents(", "curl_", "if (", "if(", "foreach", "@", "->"};
	unsigned n = 0;

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		n += str_has(s, words[i]);
	return n >= 1 && str_has(s, ";") && str_has(s, "(");
}

const struct front front_php = {
	.name = "php",
	.layer = LANGUAGE_PHP,
	.grammar = grammar,
	.lower = php_lower,
	.function_scope = true,
	.literal = php_literal,
	.fold = &php_fold,
	.builtins = builtins,
	.import_folds = import_folds,
	.api = &table,
	.prefixes = prefixes,
	.aliases = aliases,
	.shown = shown,
	.places = places,
	.path_joins = none,
	.text_passes = text_passes,
	.arg_methods = none,
	.add_methods = none,
	.mutators = none,
	.self_methods = none,
	.silent = silent,
	.globals = globals,
	.settings = settings,
	.gates = gates,
	.telling = telling,
	.looks_like = looks_like_php,
};
