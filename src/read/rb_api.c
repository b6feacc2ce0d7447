/*
 * What the outer world means to Ruby: one row per method, constant or class method, as in js_api.c.
 * "A::B.c" is "A.B.c". Names that begin with '$' and are no variables are made by rb_lower.c.
 */
#include "rb_int.h"

#include "grammars.h"

#define ALL 0x80
#define A0 1
#define A1 2

#define EXEC(n) {n, CLASS_EXEC, SINK_EXEC, ALL, SRC_NONE, API_CALL | API_ARGS, NULL}
#define CODE(n) {n, CLASS_CODE, SINK_CODE, A0, SRC_NONE, API_CALL, NULL}
#define LOADS(n) {n, CLASS_CODE, SINK_CODE, A0, SRC_NONE, API_CALL | API_QUIET | API_NET_ONLY | API_LOADS, NULL}
#define OBJECT(n) {n, CLASS_CODE, SINK_CODE, A0, SRC_NONE, API_CALL | API_QUIET | API_NET_ONLY | API_PASS, NULL}
#define FETCH(n) {n, CLASS_NET, SINK_NET, ALL, SRC_NET, API_CALL | API_URL0 | API_FETCH_LIKE, NULL}
#define SEND(n) {n, CLASS_NET, SINK_NET, ALL, SRC_NET, API_CALL, NULL}
#define CONN(n, r) {n, CLASS_NET, SINK_NET, 0, SRC_NET, API_CALL | API_HOST0 | API_LINK, r}
#define NAME(n) {n, CLASS_NET, SINK_NET, A0, SRC_NONE, API_CALL | API_HOST0, NULL}
#define READ(n) {n, CLASS_FS_READ, 0, 0, SRC_FILE, API_CALL, NULL}
#define WRITE(n) {n, CLASS_FS_WRITE, SINK_FILE, A1, SRC_NONE, API_CALL, NULL}
#define OPEN(n) {n, CLASS_FS_READ, 0, 0, SRC_FILE, API_CALL | API_MODE | API_LINK, NULL}
#define COPY(n) {n, CLASS_FS_WRITE, SINK_FILE, 0, SRC_NONE, API_CALL | API_COPIES, NULL}
#define DELETE(n) {n, CLASS_FS_DELETE, 0, 0, SRC_NONE, API_CALL, NULL}
#define HOST(n) {n, CLASS_HOST, 0, 0, SRC_HOST, API_CALL | API_QUIET, NULL}
#define DECODE(n) {n, CLASS_DECODE, 0, 0, SRC_DATA, API_CALL | API_PASS | API_QUIET, NULL}
#define PASS(n) {n, CLASS_PASS, 0, 0, SRC_NONE, API_CALL | API_PASS | API_QUIET, NULL}
#define TEXT(n) {n, CLASS_PASS, 0, 0, SRC_NONE, API_CALL | API_PASS | API_DEEP | API_QUIET, NULL}
#define MAKES(n, r) {n, CLASS_PASS, 0, 0, SRC_NONE, API_CALL | API_QUIET, r}
#define CARRIES(n, r) {n, CLASS_PASS, 0, 0, SRC_NONE, API_CALL | API_PASS | API_QUIET, r}

static const struct js_api rows[] = {
	/* processes */
	EXEC("system"), EXEC("exec"), EXEC("spawn"), EXEC("$backtick"), EXEC("Process.spawn"), EXEC("Process.exec"), EXEC("IO.popen"),
	EXEC("Open3.capture2"), EXEC("Open3.capture2e"), EXEC("Open3.capture3"), EXEC("Open3.popen2"), EXEC("Open3.popen2e"),
	EXEC("Open3.popen3"), EXEC("Open3.pipeline"), EXEC("PTY.spawn"), EXEC("Gem.Util.silent_system"), EXEC("sh"),
	/* code out of text */
	CODE("eval"), CODE("RubyVM.InstructionSequence.compile"), CODE("ERB.new"), LOADS("load"), LOADS("require_relative"),
	OBJECT("Marshal.load"), OBJECT("YAML.unsafe_load"), OBJECT("YAML.load"), OBJECT("Psych.unsafe_load"), OBJECT("Oj.object_load"), LOADS("Fiddle.dlopen"),
	LOADS("DL.dlopen"), {"$by_name", CLASS_CODE, SINK_CODE, A0, SRC_NONE, API_CALL | API_QUIET | API_NET_ONLY, NULL},
	/* network */
	FETCH("Net.HTTP.get"), FETCH("Net.HTTP.get_response"), FETCH("Net.HTTP.post"), FETCH("Net.HTTP.post_form"), FETCH("URI.open"),
	FETCH("OpenURI.open_uri"), FETCH("open_uri"), FETCH("HTTParty.get"), FETCH("HTTParty.post"), FETCH("RestClient.get"),
	FETCH("RestClient.post"), FETCH("Faraday.get"), FETCH("Faraday.post"), FETCH("Excon.get"), FETCH("Excon.post"), FETCH("HTTP.get"),
	FETCH("HTTP.post"), FETCH("Typhoeus.get"), FETCH("Typhoeus.post"), MAKES("Faraday.new", "Faraday"), MAKES("HTTPClient.new", "HTTPClient"),
	FETCH("HTTPClient.get"), FETCH("HTTPClient.get_content"), FETCH("HTTPClient.post"), FETCH("Down.download"),
	CONN("Net.HTTP.new", "Net.HTTP.object"), CONN("Net.HTTP.start", "Net.HTTP.object"), SEND("Net.HTTP.object.request"), SEND("Net.HTTP.object.get"),
	SEND("Net.HTTP.object.post"), SEND("Net.HTTP.object.request_get"), SEND("Net.HTTP.object.request_post"), SEND("Net.HTTP.object.send_request"),
	CARRIES("Net.HTTP.Get.new", "Net.HTTP.request"), CARRIES("Net.HTTP.Post.new", "Net.HTTP.request"), CARRIES("Net.HTTP.Put.new", "Net.HTTP.request"),
	CONN("TCPSocket.new", "net.Socket"), CONN("TCPSocket.open", "net.Socket"), CONN("Socket.tcp", "net.Socket"), CONN("UDPSocket.new", "net.Socket"),
	CONN("OpenSSL.SSL.SSLSocket.new", "net.Socket"), MAKES("Socket.new", "net.Socket"),
	{"net.Socket.connect", CLASS_NET, SINK_NET, 0, SRC_NONE, API_CALL | API_HOST0, NULL},
	{"net.Socket.write", CLASS_NET, SINK_NET, A0, SRC_NONE, API_CALL, NULL}, {"net.Socket.puts", CLASS_NET, SINK_NET, A0, SRC_NONE, API_CALL, NULL},
	{"net.Socket.print", CLASS_NET, SINK_NET, A0, SRC_NONE, API_CALL, NULL}, {"net.Socket.send", CLASS_NET, SINK_NET, A0, SRC_NONE, API_CALL, NULL},
	{"net.Socket.gets", CLASS_NET, 0, 0, SRC_NET, API_CALL | API_QUIET, NULL}, {"net.Socket.read", CLASS_NET, 0, 0, SRC_NET, API_CALL | API_QUIET, NULL},
	{"net.Socket.recv", CLASS_NET, 0, 0, SRC_NET, API_CALL | API_QUIET, NULL}, {"net.Socket.readpartial", CLASS_NET, 0, 0, SRC_NET, API_CALL | API_QUIET, NULL},
	MAKES("net.Socket.close", NULL), NAME("Resolv.getaddress"), NAME("Resolv.getaddresses"), NAME("IPSocket.getaddress"), NAME("Addrinfo.getaddrinfo"),
	NAME("Resolv.DNS.new"), CONN("Net.SMTP.start", "Net.SMTP.object"), SEND("Net.SMTP.object.send_message"), CONN("Net.FTP.open", "Net.FTP.object"),
	SEND("Net.FTP.object.putbinaryfile"),
	/* files */
	OPEN("File.open"), OPEN("File.new"), OPEN("IO.open"), READ("File.read"), READ("IO.read"), READ("File.binread"), READ("IO.binread"), READ("File.readlines"),
	READ("IO.readlines"), READ("File.foreach"), WRITE("File.write"), WRITE("IO.write"), WRITE("File.binwrite"), WRITE("IO.binwrite"),
	{"file.Writer.write", CLASS_FS_WRITE, SINK_FILE, A0, SRC_NONE, API_CALL | API_QUIET | API_STREAM, NULL},
	{"file.Writer.puts", CLASS_FS_WRITE, SINK_FILE, A0, SRC_NONE, API_CALL | API_QUIET | API_STREAM, NULL},
	{"file.Writer.print", CLASS_FS_WRITE, SINK_FILE, A0, SRC_NONE, API_CALL | API_QUIET | API_STREAM, NULL},
	{"Tempfile.new", CLASS_FS_READ, 0, 0, SRC_NONE, API_CALL | API_LINK | API_QUIET, "file.Writer"},
	{"Tempfile.create", CLASS_FS_READ, 0, 0, SRC_NONE, API_CALL | API_LINK | API_QUIET, "file.Writer"},
	{"file.Reader.read", CLASS_PASS, 0, 0, SRC_NONE, API_CALL | API_SELF | API_QUIET, NULL},
	COPY("FileUtils.cp"), COPY("FileUtils.mv"), COPY("FileUtils.copy"), COPY("FileUtils.ln_s"), COPY("File.rename"), COPY("File.symlink"), COPY("IO.copy_stream"),
	{"FileUtils.chmod", CLASS_CHMOD, 0, 0, SRC_NONE, API_CALL, NULL}, {"File.chmod", CLASS_CHMOD, 0, 0, SRC_NONE, API_CALL, NULL},
	DELETE("File.delete"), DELETE("File.unlink"), DELETE("FileUtils.rm"), DELETE("FileUtils.rm_rf"), DELETE("FileUtils.rm_r"),
	{"Dir.glob", CLASS_FS_READ, 0, 0, SRC_FILE, API_CALL | API_PASS | API_QUIET, NULL},
	/* the host, the person, who asks */
	HOST("Socket.gethostname"), HOST("Etc.getlogin"), HOST("Etc.getpwuid"), HOST("Etc.uname"), HOST("Socket.ip_address_list"), HOST("Socket.getifaddrs"),
	{"process.env.fetch", CLASS_ENV, 0, 0, SRC_NONE, API_CALL | API_QUIET, NULL}, MAKES("process.env.to_h", "process.env"),
	MAKES("process.env.to_hash", "process.env"), MAKES("process.env.to_a", "process.env"), MAKES("process.env.inspect", "process.env"), MAKES("process.env.to_json", "process.env"), MAKES("process.env.to_s", "process.env"),
	MAKES("process.env.map", "process.env"), MAKES("process.env.select", "process.env"), {"ARGV", CLASS_ENV, 0, 0, SRC_ARG, API_VALUE, NULL},
	{"gets", CLASS_FS_READ, 0, 0, SRC_ARG, API_CALL | API_QUIET, NULL},
	{"params", CLASS_ENV, 0, 0, SRC_REQUEST, API_VALUE | API_QUIET, NULL}, {"cookies", CLASS_ENV, 0, 0, SRC_REQUEST, API_VALUE | API_QUIET, NULL},
	MAKES("Rack.Request.new", "rack.request"), MAKES("ActionDispatch.Request.new", "rack.request"),
	{"rack.request.cookies", CLASS_ENV, 0, 0, SRC_REQUEST, API_CALL | API_VALUE | API_QUIET, NULL},
	{"rack.request.params", CLASS_ENV, 0, 0, SRC_REQUEST, API_CALL | API_VALUE | API_QUIET, NULL},
	{"rack.request.body", CLASS_ENV, 0, 0, SRC_REQUEST, API_CALL | API_VALUE | API_QUIET, NULL},
	/* decoding */
	DECODE("Base64.decode64"), DECODE("Base64.strict_decode64"), DECODE("Base64.urlsafe_decode64"), DECODE("Zlib.Inflate.inflate"),
	DECODE("Zlib.inflate"), DECODE("Zlib.gunzip"), DECODE("Zlib.GzipReader.new"),
	/* these do not give away what went in */
	MAKES("Digest.*", NULL), MAKES("OpenSSL.Digest.*", NULL), MAKES("OpenSSL.HMAC.*", NULL), MAKES("puts", NULL), MAKES("print", NULL), MAKES("p", NULL),
	MAKES("warn", NULL), MAKES("File.exist?", NULL), MAKES("File.file?", NULL), MAKES("File.directory?", NULL), MAKES("Time.*", NULL), MAKES("rand", NULL),
	MAKES("SecureRandom.*", NULL), MAKES("raise", NULL), MAKES("File.size", NULL), MAKES("Gem.Version.new", NULL),
	/* these hand on what they are given */
	PASS("URI"), PASS("URI.parse"), PASS("URI.join"), PASS("URI.encode_www_form"), PASS("CGI.escape"), PASS("CGI.unescape"), PASS("File.join"),
	PASS("File.expand_path"), PASS("File.basename"), PASS("File.dirname"), PASS("Pathname"), PASS("Pathname.new"), TEXT("JSON.generate"), TEXT("JSON.dump"),
	PASS("JSON.parse"), PASS("YAML.safe_load"), TEXT("YAML.dump"), TEXT("Marshal.dump"), PASS("Base64.encode64"), PASS("Base64.strict_encode64"),
	PASS("Base64.urlsafe_encode64"), PASS("Zlib.Deflate.deflate"), PASS("Zlib.deflate"), PASS("String.new"), PASS("Array"), PASS("String"), PASS("StringIO.new"),
	PASS("Shellwords.split"), PASS("format"), PASS("sprintf"), PASS("Integer"), PASS("$range"), PASS("Hash"), TEXT("Hash.new"),
};

static struct api_table table = {.rows = rows, .n_rows = sizeof(rows) / sizeof(*rows)};

static const char *const prefixes[] = {"globalThis.", "Kernel.", "Object.", NULL};
static const struct front_alias aliases[] = {
	{"ENV", "process.env"}, {"Kernel", "globalThis"}, {"Kernel.open", "URI.open"}, {"Net.HTTPS.get", "Net.HTTP.get"}, {"open", "File.open"},
	{"Net.HTTP.SSL.new", "Net.HTTP.new"}, {"TCPSocket", "TCPSocket"}, {NULL, NULL},
};
static const struct front_alias shown[] = {
	{"process.env", "ENV"}, {"$backtick", "`command`"}, {"net.Socket", "socket"}, {"file.Writer", "File"}, {"file.Reader", "File"},
	{"Net.HTTP.object", "Net::HTTP"}, {"Net.HTTP", "Net::HTTP"}, {"globalThis", "method by name"}, {"Zlib.Inflate", "Zlib::Inflate"}, {NULL, NULL},
};

static const char *const builtins[] = {"Base64", "Zlib", "URI", "CGI", "$range", "Integer", "String", "Array", NULL};

static const struct front_place places[] = {
	{"Dir.home", "~"}, {"process.env.HOME", "~"}, {"process.env.USERPROFILE", "~"}, {"Dir.tmpdir", "\x01tmp\x02"}, {"Dir.mktmpdir", "\x01tmp\x02"},
	{"process.env.TMPDIR", "\x01tmp\x02"}, {"process.env.TEMP", "\x01tmp\x02"}, {"__dir__", "\x01__dirname\x02"}, {"__FILE__", "\x01__dirname\x02"},
	{"Dir.pwd", "\x01__dirname\x02"}, {"RbConfig.ruby", "ruby"}, {NULL, NULL},
};

static const char *const path_joins[] = {"File.join", NULL};
static const char *const text_passes[] = {"URI", "URI.parse", "File.expand_path", "String", "Pathname", "Pathname.new", "Shellwords.escape", NULL};
static const char *const arg_methods[] = {"format", "join", "concat", "gsub", "sub", NULL};
static const char *const add_methods[] = {"push", "append", "concat", "merge!", "store", "add", "set_form_data", "<<", NULL};
static const char *const mutators[] = {"append", "concat", "merge!", "store", "add", "delete", "clear", "insert", "body=", NULL};
static const char *const self_methods[] = {"strip", "chomp", "to_s", "to_str", "freeze", "dup", "force_encoding", "encode", "b", "downcase", NULL};
static const char *const silent[] = {"2>/dev/null", "> /dev/null", "File::NULL", "/dev/null", "fork", "Process.detach", NULL};
static const char *const globals[] = {"globalThis", "process.env", "ENV", "ARGV", "Kernel", "Object", "eval", "system", "exec", "spawn", "require",
	"puts", "p", "raise", "$stdin", "$stdout", "$stderr", "$0", "$:", "$LOAD_PATH", NULL};

static const struct front_setting settings[] = {
	{"verify_mode", "OpenSSL::SSL::VERIFY_NONE", "tls-verify-off"}, {"ssl_verify_mode", "OpenSSL::SSL::VERIFY_NONE", "tls-verify-off"},
	{"verify_ssl", "false", "tls-verify-off"}, {"verify", "false", "tls-verify-off"}, {NULL, NULL, NULL},
};

static const struct front_gate gates[] = {
	{"Time.now", "date"}, {"Date.today", "date"}, {"gethostname", "host"}, {"getlogin", "host"}, {"RUBY_PLATFORM", "platform"},
	{"host_os", "platform"}, {"'CI'", "ci"}, {"\"CI\"", "ci"}, {"GITHUB_ACTIONS", "ci"}, {"ENV[", "env"}, {"Rails.env", "env"}, {NULL, NULL},
};

static const char *const telling[] = {"eval", "instance_eval", "system", "exec", "spawn", "Open3", "popen", "Base64", "decode64", "unpack",
	"Net::HTTP", "open-uri", "URI", "Socket", "TCPSocket", "ENV", "Marshal", "Zlib", "inflate", "Kernel", "send", "/bin/sh", "bash", "curl", "wget", NULL};

static const TSLanguage *grammar(enum language lang)
{
	(void)lang;
	return tree_sitter_ruby();
}

static bool looks_like_ruby(struct str s)
{
	static const char *const words[] = {"eval", "system", "require", "def ", "puts ", "Net::", "ENV[", "File.", "do |", "end\n", "Kernel", "URI",
		"`", "spawn", "exec", "#{", "Socket", ".each", "IO."};
	unsigned n = 0;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		n += str_has(s, words[i]);
	return n >= 2 || (n >= 1 && (str_has(s, "(") || str_has(s, "'") || str_has(s, "\"")));
}

const struct front front_ruby = {
	.name = "ruby",
	.layer = LANGUAGE_RUBY,
	.grammar = grammar,
	.lower = rb_lower,
	.function_scope = true,
	.literal = rb_literal,
	.fold = &rb_fold,
	.natives = rb_natives,
	.n_natives = RB_NATIVES,
	.builtins = builtins,
	.api = &table,
	.prefixes = prefixes,
	.aliases = aliases,
	.shown = shown,
	.places = places,
	.path_joins = path_joins,
	.text_passes = text_passes,
	.arg_methods = arg_methods,
	.add_methods = add_methods,
	.mutators = mutators,
	.self_methods = self_methods,
	.silent = silent,
	.globals = globals,
	.settings = settings,
	.gates = gates,
	.telling = telling,
	.looks_like = looks_like_ruby,
};
