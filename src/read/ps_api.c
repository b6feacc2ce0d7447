/*
 * What the outer world means to PowerShell: one row per command, type, method or property, as in
 * js_api.c. Names are in lower case, "system." left out. Those that begin with '$' and are no variables
 * are made by ps_lower.c and ps_command.c.
 */
#include "ps_int.h"

#include "grammars.h"

#define ALL 0x80
#define A0 1
#define A1 2
#define A2 4

#define EXEC(n) {n, CLASS_EXEC, SINK_EXEC, ALL, SRC_NONE, API_CALL | API_ARGS, NULL}
#define CODE(n) {n, CLASS_CODE, SINK_CODE, A0, SRC_NONE, API_CALL, NULL}
#define LOADS(n) {n, CLASS_CODE, SINK_CODE, A0, SRC_NONE, API_CALL | API_QUIET | API_NET_ONLY | API_LOADS, NULL}
#define FETCH(n) {n, CLASS_NET, SINK_NET, ALL, SRC_NET, API_CALL | API_URL0 | API_FETCH_LIKE, NULL}
#define SAVES(n) {n, CLASS_NET, SINK_NET, A0, SRC_NET, API_CALL | API_URL0 | API_SAVES1, NULL}
#define SEND(n) {n, CLASS_NET, SINK_NET, ALL, SRC_NONE, API_CALL, NULL}
#define CONN(n, r) {n, CLASS_NET, SINK_NET, 0, SRC_NET, API_CALL | API_HOST0 | API_LINK, r}
#define NAME(n) {n, CLASS_NET, SINK_NET, A0, SRC_NONE, API_CALL | API_HOST0, NULL}
#define READ(n) {n, CLASS_FS_READ, 0, 0, SRC_FILE, API_CALL, NULL}
#define WRITE(n) {n, CLASS_FS_WRITE, SINK_FILE, A1, SRC_NONE, API_CALL, NULL}
#define COPY(n) {n, CLASS_FS_WRITE, SINK_FILE, 0, SRC_NONE, API_CALL | API_COPIES, NULL}
#define DELETE(n) {n, CLASS_FS_DELETE, 0, 0, SRC_NONE, API_CALL, NULL}
#define HOST(n) {n, CLASS_HOST, 0, 0, SRC_HOST, API_CALL | API_QUIET, NULL}
#define HOST_VALUE(n) {n, CLASS_HOST, 0, 0, SRC_HOST, API_VALUE | API_QUIET, NULL}
#define TAKE(n, s) {n, CLASS_FS_READ, 0, 0, s, API_CALL | API_QUIET, NULL}
#define DECODE(n) {n, CLASS_DECODE, 0, 0, SRC_DATA, API_CALL | API_PASS | API_QUIET, NULL}
#define PASS(n) {n, CLASS_PASS, 0, 0, SRC_NONE, API_CALL | API_PASS | API_QUIET, NULL}
#define TEXT(n) {n, CLASS_PASS, 0, 0, SRC_NONE, API_CALL | API_PASS | API_DEEP | API_QUIET, NULL}
#define MAKES(n, r) {n, CLASS_PASS, 0, 0, SRC_NONE, API_CALL | API_QUIET, r}
#define CARRIES(n, r) {n, CLASS_PASS, 0, 0, SRC_NONE, API_CALL | API_PASS | API_QUIET, r}

static const struct js_api rows[] = {
	/* processes */
	EXEC("$run"), EXEC("start-process"), EXEC("diagnostics.process.start"),
	{"invoke-wmimethod", CLASS_EXEC, SINK_EXEC, A2, SRC_NONE, API_CALL | API_ARGS, NULL},
	{"new-scheduledtaskaction", CLASS_EXEC, SINK_EXEC, ALL, SRC_NONE, API_CALL | API_ARGS, NULL},
	MAKES("com", "com"), EXEC("com.run"), EXEC("com.exec"), EXEC("com.shellexecute"),
	{"com.open", CLASS_NET, SINK_NET, A1, SRC_NET, API_CALL | API_URL1 | API_LINK | API_QUIET, NULL},
	MAKES("diagnostics.processstartinfo", NULL),
	/* code out of text */
	CODE("invoke-expression"), CODE("scriptblock.create"), CODE("$executioncontext.invokecommand.invokescript"),
	CODE("$executioncontext.invokecommand.newscriptblock"), CODE("reflection.assembly.load"), CODE("appdomain.currentdomain.load"),
	MAKES("powershell.create", "powershell"), CODE("powershell.addscript"), LOADS("reflection.assembly.loadfile"),
	LOADS("reflection.assembly.loadfrom"), LOADS("reflection.assembly.unsafeloadfrom"), LOADS("import-module"),
	{"add-type", CLASS_CODE, SINK_CODE, A0, SRC_NONE, API_CALL | API_QUIET | API_NET_ONLY, NULL},
	{"$by_name", CLASS_CODE, SINK_CODE, A0, SRC_NONE, API_CALL | API_QUIET | API_NET_ONLY, NULL},
	{"runtime.interopservices.marshal.copy", CLASS_CODE, SINK_CODE, A0, SRC_NONE, API_CALL | API_QUIET | API_NET_ONLY, NULL},
	{"ref.assembly.gettype", CLASS_EXEC, SINK_NONE, 0, SRC_NONE, API_CALL | API_COMMAND | API_QUIET, NULL},
	/* network */
	FETCH("invoke-webrequest"), FETCH("invoke-restmethod"), SAVES("$download"), MAKES("net.webclient", "net.webclient"),
	FETCH("net.webclient.downloadstring"), FETCH("net.webclient.downloaddata"), FETCH("net.webclient.openread"),
	FETCH("net.webclient.downloadstringtaskasync"), FETCH("net.webclient.downloaddatataskasync"),
	SAVES("net.webclient.downloadfile"), SAVES("net.webclient.downloadfileasync"), SAVES("net.webclient.downloadfiletaskasync"),
	FETCH("net.webclient.uploadstring"), FETCH("net.webclient.uploaddata"), FETCH("net.webclient.uploadvalues"),
	FETCH("net.webclient.uploadfile"), MAKES("net.http.httpclient", "net.http.httpclient"),
	FETCH("net.http.httpclient.getstringasync"), FETCH("net.http.httpclient.getbytearrayasync"),
	FETCH("net.http.httpclient.getasync"), FETCH("net.http.httpclient.getstreamasync"), FETCH("net.http.httpclient.postasync"),
	FETCH("net.webrequest.create"), FETCH("net.httpwebrequest.create"),
	CONN("net.sockets.tcpclient", "net.Socket"), MAKES("net.Socket.getstream", "net.Socket"),
	MAKES("net.sockets.udpclient", "net.Socket"), MAKES("net.sockets.socket", "net.Socket"),
	{"net.Socket.connect", CLASS_NET, SINK_NET, 0, SRC_NONE, API_CALL | API_HOST0, NULL},
	{"net.Socket.write", CLASS_NET, SINK_NET, A0, SRC_NONE, API_CALL, NULL}, {"net.Socket.send", CLASS_NET, SINK_NET, A0, SRC_NONE, API_CALL, NULL},
	{"net.Socket.read", CLASS_NET, 0, 0, SRC_NET, API_CALL | API_QUIET, NULL},
	MAKES("net.Socket.flush", NULL), MAKES("net.Socket.close", NULL), CARRIES("net.security.sslstream", "net.Socket"),
	NAME("resolve-dnsname"), NAME("test-connection"), NAME("net.dns.gethostaddresses"), NAME("net.dns.gethostentry"),
	NAME("net.dns.resolve"), SEND("send-mailmessage"), MAKES("net.mail.smtpclient", "net.mail.smtpclient"), SEND("net.mail.smtpclient.send"),
	/* files, the registry */
	WRITE("$write"), WRITE("io.file.writeallbytes"), WRITE("io.file.writealltext"), WRITE("io.file.writealllines"),
	WRITE("io.file.appendalltext"), {"$property", CLASS_FS_WRITE, SINK_FILE, A2, SRC_NONE, API_CALL | API_QUIET, NULL},
	{"microsoft.win32.registry.setvalue", CLASS_FS_WRITE, SINK_FILE, A2, SRC_NONE, API_CALL, NULL},
	READ("get-content"), READ("io.file.readallbytes"), READ("io.file.readalltext"), READ("io.file.readalllines"), READ("io.file.openread"),
	READ("import-csv"), READ("import-clixml"), READ("select-string"),
	COPY("copy-item"), COPY("move-item"), COPY("rename-item"), COPY("io.file.copy"), COPY("io.file.move"), COPY("expand-archive"),
	DELETE("remove-item"), DELETE("io.file.delete"), DELETE("io.directory.delete"),
	{"get-childitem", CLASS_FS_READ, 0, 0, SRC_FILE, API_CALL | API_PASS | API_QUIET, NULL},
	/* secrets, the host, the person */
	HOST("get-wmiobject"), HOST("get-ciminstance"), HOST("get-computerinfo"), HOST("get-netipaddress"), HOST("get-netadapter"),
	HOST("get-process"), HOST("get-localuser"), HOST("net.dns.gethostname"), HOST("security.principal.windowsidentity.getcurrent"),
	HOST_VALUE("environment.machinename"), HOST_VALUE("environment.username"), HOST_VALUE("environment.userdomainname"),
	HOST_VALUE("environment.osversion"), TAKE("get-clipboard", SRC_CLIP), TAKE("windows.forms.clipboard.gettext", SRC_CLIP),
	TAKE("read-host", SRC_ARG), TAKE("get-credential", SRC_CRED), TAKE("security.cryptography.protecteddata.unprotect", SRC_CRED),
	{"environment.getenvironmentvariable", CLASS_ENV, 0, 0, SRC_NONE, API_CALL | API_QUIET, NULL},
	MAKES("environment.getenvironmentvariables", "process.env"), {"$args", CLASS_ENV, 0, 0, SRC_ARG, API_VALUE, NULL},
	{"$psboundparameters", CLASS_ENV, 0, 0, SRC_ARG, API_VALUE, NULL},
	/* decoding */
	DECODE("convert.frombase64string"), DECODE("io.compression.gzipstream"), DECODE("io.compression.deflatestream"),
	DECODE("convertto-securestring"), DECODE("convert.fromhexstring"),
	/* these hand on what they are given */
	PASS("text.encoding.*"), PASS("io.memorystream"), PASS("io.streamreader"), PASS("$char"), PASS("$chars"), PASS("$int"), PASS("$bytes"), PASS("$string"),
	PASS("$reverse"), PASS("$range"), PASS("write-output"), PASS("out-string"), PASS("select-object"), PASS("sort-object"), PASS("get-unique"),
	TEXT("convertto-json"), PASS("convertfrom-json"), TEXT("convertto-csv"), TEXT("convertto-xml"), PASS("convert.tobase64string"),
	PASS("convert.*"), PASS("join-path"), PASS("split-path"), PASS("resolve-path"), PASS("io.path.combine"), PASS("string.*"),
	PASS("regex.*"), PASS("uri"), PASS("uri.*"), PASS("array.*"), PASS("compress-archive"), PASS("foreach-object"), PASS("format-table"), PASS("format-list"),
	PASS("net.webutility.*"), PASS("text.stringbuilder"), PASS("collections.arraylist"), PASS("bitconverter.tostring"),
	PASS("web.httputility.*"), PASS("text.asciiencoding"), PASS("text.utf8encoding"), PASS("text.unicodeencoding"),
	/* these do not give away what went in */
	MAKES("test-path", NULL), MAKES("write-host", NULL), MAKES("write-verbose", NULL), MAKES("write-debug", NULL), MAKES("write-warning", NULL),
	MAKES("write-error", NULL), MAKES("out-null", NULL), MAKES("get-filehash", NULL), MAKES("measure-object", NULL), MAKES("get-date", NULL),
	MAKES("start-sleep", NULL), MAKES("get-random", NULL), MAKES("get-command", NULL), MAKES("guid.newguid", NULL),
	MAKES("security.cryptography.*", NULL), MAKES("get-member", NULL), MAKES("string.isnullorempty", NULL), MAKES("string.isnullorwhitespace", NULL),
	MAKES("io.file.exists", NULL), MAKES("io.directory.exists", NULL), MAKES("get-authenticodesignature", NULL), MAKES("get-location", NULL),
	MAKES("get-item", NULL), MAKES("get-itemproperty", NULL), MAKES("math.*", NULL),
};

static struct api_table table = {.rows = rows, .n_rows = sizeof(rows) / sizeof(*rows)};

static const char *const prefixes[] = {"globalthis.", "globalThis.", NULL};
static const struct front_alias aliases[] = {
	{"globalthis", "globalThis"}, {"iex", "invoke-expression"}, {"iwr", "invoke-webrequest"}, {"irm", "invoke-restmethod"},
	{"curl", "invoke-webrequest"}, {"wget", "invoke-webrequest"}, {"saps", "start-process"}, {"start", "start-process"},
	{"reflection.assembly.reflectiononlyload", "reflection.assembly.load"}, {"io.path.gettemppath", "io.path.gettemppath"}, {NULL, NULL},
};

static const struct front_alias shown[] = {
	{"process.env", "env"}, {"$run", "command"}, {"$download", "download to a file"}, {"invoke-expression", "Invoke-Expression"},
	{"invoke-webrequest", "Invoke-WebRequest"}, {"invoke-restmethod", "Invoke-RestMethod"}, {"start-process", "Start-Process"},
	{"net.webclient", "WebClient"}, {"net.Socket", "TcpClient"}, {"net.sockets.tcpclient", "TcpClient"}, {"$write", "Set-Content"}, {"$property", "Set-ItemProperty"},
	{"reflection.assembly.load", "[Reflection.Assembly]::Load"}, {"scriptblock.create", "[ScriptBlock]::Create"},
	{"globalThis", "command by name"}, {"$by_name", "command by name"}, {"convert.frombase64string", "[Convert]::FromBase64String"}, {NULL, NULL},
};

static const char *const builtins[] = {"$char", "$chars", "$int", "$bytes", "$string", "$range", "$reverse", "convert", "text.encoding", "string",
	"char", "array", "io.memorystream", "io.streamreader", "io.compression.gzipstream", "io.compression.deflatestream",
	"io.compression.compressionmode", "text.asciiencoding", "text.utf8encoding", "text.unicodeencoding", "regex", "math", "write-output", "out-string", "net.webutility",
	"uri", "bitconverter", NULL};

static const struct front_place places[] = {
	{"process.env.userprofile", "~"}, {"process.env.home", "~"}, {"$home", "~"}, {"process.env.temp", "\x01tmp\x02"},
	{"process.env.tmp", "\x01tmp\x02"}, {"io.path.gettemppath", "\x01tmp\x02"}, {"io.path.gettempfilename", "\x01tmp\x02/file"},
	{"new-temporaryfile", "\x01tmp\x02/file"}, {"process.env.appdata", "~/AppData/Roaming"}, {"process.env.localappdata", "~/AppData/Local"},
	{"process.env.public", "C:\\Users\\Public"}, {"process.env.programdata", "C:\\ProgramData"}, {"process.env.windir", "C:\\Windows"},
	{"process.env.systemroot", "C:\\Windows"}, {"$psscriptroot", "\x01__dirname\x02"}, {"$pshome", "\x01pshome\x02"}, {"$profile", "~/profile.ps1"}, {NULL, NULL},
};

static const char *const path_joins[] = {"join-path", "io.path.combine", NULL};
static const char *const text_passes[] = {"resolve-path", "split-path", "$string", "uri", "write-output", "out-string", NULL};
static const char *const arg_methods[] = {"format", "$replace", NULL};
static const char *const add_methods[] = {"add", "append", "appendline", "addrange", "insert", NULL};
static const char *const mutators[] = {"add", "append", "appendline", "addrange", "insert", "clear", "remove", "removeat", NULL};
static const char *const self_methods[] = {"trim", "trimend", "trimstart", "tostring", "tolower", "tochararray", NULL};
static const char *const silent[] = {"Hidden", "hidden", "-NonI", "-nop", "-NoP", "SilentlyContinue", NULL};

static const char *const globals[] = {"globalThis", "process.env", "$executioncontext", "$args", "$input", "$host", "$error", "$pid", "$pwd", "$home", "$profile",
	"$psscriptroot", "$pscommandpath", "$myinvocation", "$psversiontable", "$psboundparameters", "$pscmdlet", "$lastexitcode", "$matches", NULL};

static const struct front_setting settings[] = {
	{"servercertificatevalidationcallback", "{$true}", "tls-verify-off"}, {"servercertificatevalidationcallback", "{ $true }", "tls-verify-off"},
	{"skipcertificatecheck", "true", "tls-verify-off"}, {NULL, NULL, NULL},
};

static const struct front_gate gates[] = {
	{"Get-Date", "date"}, {"DateTime]", "date"}, {"COMPUTERNAME", "host"}, {"USERDOMAIN", "host"}, {"MachineName", "host"}, {"Get-Culture", "locale"},
	{"Get-UICulture", "locale"}, {"Get-WinSystemLocale", "locale"}, {"OSVersion", "platform"}, {"$IsWindows", "platform"}, {"$env:CI", "ci"},
	{"GITHUB_ACTIONS", "ci"}, {"$env:", "env"}, {"PSDebugContext", "debugger"}, {NULL, NULL},
};

static const char *const telling[] = {"iex", "invoke-expression", "downloadstring", "downloadfile", "frombase64string", "webclient",
	"net.webclient", "invoke-webrequest", "iwr", "start-process", "powershell", "cmd", "cmd.exe", "scriptblock", "gzipstream", "deflatestream",
	"reflection.assembly", "amsiutils", "amsiinitfailed", "virtualalloc", "currentversion\\run", "system.net.webclient", "tcpclient", NULL};

static const TSLanguage *grammar(enum language lang)
{
	(void)lang;
	return tree_sitter_powershell();
}

static bool looks_like_powershell(struct str s)
{
	static const char *const words[] = {"invoke-", "new-object", "iex", "start-process", "get-", "set-", "write-", "$env:", "function ",
		"::", "-join", "foreach", "param(", "iwr", "downloadstring", "powershell"};
	unsigned n = 0;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		n += str_has_nocase(s, words[i]);
	return n >= 2 || (n >= 1 && (str_has(s, "$") || str_has(s, "(") || str_has(s, " -") || str_has(s, "|")));
}

const struct front front_powershell = {
	.name = "powershell",
	.layer = LANGUAGE_POWERSHELL,
	.grammar = grammar,
	.lower = ps_lower,
	.function_scope = true,
	.names_nocase = true,
	.literal = ps_literal,
	.fold = &ps_fold,
	.natives = ps_natives,
	.n_natives = PS_NATIVES,
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
	.looks_like = looks_like_powershell,
};
