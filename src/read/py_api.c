/*
 * What the outer world means to Python: one row per call, property or constructor, as in js_api.c.
 * Names are canonical: module, then members. What means the same as a name that the analysis knows
 * has that name (aliases): os.environ is process.env, __import__ is require, getattr is Reflect.get.
 */
#include "py_int.h"

#include "grammars.h"
#include "read/decode.h"

#define ALL 0x80
#define A0 1
#define A1 2
#define A2 4

#define EXEC(n) {n, CLASS_EXEC, SINK_EXEC, A0, SRC_NONE, API_CALL | API_COMMAND | API_ARGV0, "subprocess.Popen"}
#define EXECV(n) {n, CLASS_EXEC, SINK_EXEC, A0 | A1, SRC_NONE, API_CALL | API_ARGV, NULL}
#define FETCH(n) {n, CLASS_NET, SINK_NET, ALL, SRC_NET, API_CALL | API_URL0 | API_FETCH_LIKE, NULL}
#define FETCH1(n) {n, CLASS_NET, SINK_NET, ALL, SRC_NET, API_CALL | API_URL1 | API_FETCH_LIKE, NULL}
#define SEND(n) {n, CLASS_NET, SINK_NET, ALL, SRC_NET, API_CALL, NULL}
#define CONN(n, r) {n, CLASS_NET, SINK_NET, 0, SRC_NONE, API_CALL | API_HOST0 | API_LINK | API_QUIET, r}
#define NAME(n) {n, CLASS_NET, SINK_NET, A0, SRC_NONE, API_CALL | API_HOST0, NULL}
#define CLIP_READ(n) {n, CLASS_CLIP_READ, 0, 0, SRC_CLIP, API_CALL, NULL}
#define CLIP_WRITE(n) {n, CLASS_CLIP_WRITE, 0, 0, SRC_NONE, API_CALL, NULL}
#define PASS(n) {n, CLASS_PASS, 0, 0, SRC_NONE, API_CALL | API_PASS | API_QUIET, NULL}
#define TEXT(n) {n, CLASS_PASS, 0, 0, SRC_NONE, API_CALL | API_PASS | API_DEEP | API_QUIET, NULL}
#define GIVES(n) {n, CLASS_PASS, 0, 0, SRC_NONE, API_CALL | API_SELF | API_QUIET, NULL}
#define LISTS(n) {n, CLASS_FS_READ, 0, 0, SRC_FILE, API_CALL | API_PASS | API_QUIET, NULL}
#define COPY(n) {n, CLASS_FS_WRITE, SINK_FILE, 0, SRC_NONE, API_CALL | API_COPIES, NULL}
#define DELETE(n) {n, CLASS_FS_DELETE, 0, 0, SRC_NONE, API_CALL, NULL}
#define READ(n) {n, CLASS_FS_READ, 0, 0, SRC_FILE, API_CALL, NULL}
#define TAKE(n, s) {n, CLASS_FS_READ, 0, 0, s, API_CALL | API_QUIET, NULL}
#define HOST(n) {n, CLASS_HOST, 0, 0, SRC_HOST, API_CALL | API_QUIET, NULL}
#define DECODE(n) {n, CLASS_DECODE, 0, 0, SRC_DATA, API_CALL | API_PASS | API_QUIET, NULL}
#define CODE(n) {n, CLASS_CODE, SINK_CODE, A0, SRC_NONE, API_CALL, NULL}
#define LOADS(n) {n, CLASS_CODE, SINK_CODE, A0, SRC_NONE, API_CALL | API_NET_ONLY | API_QUIET, NULL}
#define RUNS(n) {n, CLASS_CODE, 0, 0, SRC_NONE, API_CALL | API_LOADS | API_QUIET, NULL}
#define MAKES(n, r) {n, CLASS_PASS, 0, 0, SRC_NONE, API_CALL | API_QUIET, r}
#define CARRIES(n, r) {n, CLASS_PASS, 0, 0, SRC_NONE, API_CALL | API_PASS | API_QUIET, r}
#define HOLDS(n, r) {n, CLASS_PASS, 0, 0, SRC_NONE, API_CALL | API_PASS | API_LINK | API_QUIET, r}
#define PACKS(n) {n, CLASS_FS_READ, 0, 0, SRC_FILE, API_CALL | API_INTO | API_QUIET, NULL}
#define VALUE(n, s) {n, CLASS_ENV, 0, 0, s, API_VALUE, NULL}
#define LATER(n) {n, CLASS_TIMER, 0, 0, SRC_NONE, API_CALL | API_NOW_CB | API_QUIET, NULL}

static const struct js_api rows[] = {
	/* processes */
	EXEC("subprocess.run"), EXEC("subprocess.call"), EXEC("subprocess.check_call"),
	{"subprocess.check_output", CLASS_EXEC, SINK_EXEC, A0, SRC_NONE, API_CALL | API_COMMAND | API_ARGV0, NULL},
	{"subprocess.getoutput", CLASS_EXEC, SINK_EXEC, A0, SRC_NONE, API_CALL | API_COMMAND, NULL},
	{"subprocess.getstatusoutput", CLASS_EXEC, SINK_EXEC, A0, SRC_NONE, API_CALL | API_COMMAND, NULL},
	EXEC("subprocess.Popen"), EXEC("os.system"), EXEC("os.popen"), EXEC("os.popen2"), EXEC("os.popen3"),
	EXEC("commands.getoutput"), EXEC("commands.getstatusoutput"), EXEC("popen2.popen2"), EXEC("pty.spawn"),
	EXECV("os.execl"), EXECV("os.execle"), EXECV("os.execlp"), EXECV("os.execv"), EXECV("os.execve"),
	EXECV("os.execvp"), EXECV("os.execvpe"), EXECV("os.posix_spawn"), EXECV("os.posix_spawnp"),
	{"os.spawnl", CLASS_EXEC, SINK_EXEC, A1 | A2, SRC_NONE, API_CALL, NULL},
	{"os.spawnv", CLASS_EXEC, SINK_EXEC, A1 | A2, SRC_NONE, API_CALL, NULL},
	{"os.spawnvp", CLASS_EXEC, SINK_EXEC, A1 | A2, SRC_NONE, API_CALL, NULL},
	{"os.spawnlp", CLASS_EXEC, SINK_EXEC, A1 | A2, SRC_NONE, API_CALL, NULL},
	EXEC("os.startfile"), EXEC("asyncio.create_subprocess_shell"), EXECV("asyncio.create_subprocess_exec"),
	EXEC("pexpect.spawn"), EXEC("pexpect.run"), EXEC("sh.Command"), EXEC("plumbum.local"), EXEC("invoke.run"),
	EXEC("distutils.spawn.spawn"), EXEC("setuptools.distutils.spawn.spawn"), EXEC("win32api.WinExec"),
	{"win32com.client.Dispatch", CLASS_PASS, 0, 0, SRC_NONE, API_CALL | API_QUIET, "win32com.Object"},
	{"win32com.Object.Run", CLASS_EXEC, SINK_EXEC, A0, SRC_NONE, API_CALL | API_COMMAND, NULL},
	EXEC("ctypes.windll.shell32.ShellExecuteW"), EXEC("ctypes.windll.kernel32.WinExec"),
	{"subprocess.Popen.communicate", CLASS_EXEC, SINK_EXEC, A0, SRC_NONE, API_CALL | API_QUIET, NULL},
	{"subprocess.Popen.stdin.write", CLASS_EXEC, SINK_EXEC, A0, SRC_NONE, API_CALL | API_QUIET, NULL},
	{"os.dup2", CLASS_EXEC, 0, 0, SRC_NONE, API_CALL | API_QUIET | API_ON_SOCKET, NULL},
	/* code out of text */
	CODE("eval"), CODE("exec"), CODE("execfile"), CODE("runpy.run_path"), CODE("code.interact"),
	{"code.InteractiveInterpreter.runsource", CLASS_CODE, SINK_CODE, A0, SRC_NONE, API_CALL, NULL},
	CARRIES("compile", NULL), CARRIES("types.CodeType", NULL), CODE("types.FunctionType"),
	DECODE("marshal.loads"), DECODE("marshal.load"), LOADS("pickle.loads"), LOADS("pickle.load"),
	LOADS("cPickle.loads"), LOADS("_pickle.loads"), LOADS("dill.loads"), LOADS("cloudpickle.loads"),
	LOADS("jsonpickle.decode"), LOADS("yaml.unsafe_load"), LOADS("shelve.open"), LOADS("numexpr.evaluate"),
	RUNS("imp.load_source"), RUNS("imp.load_module"), RUNS("ctypes.CDLL"), RUNS("ctypes.cdll.LoadLibrary"),
	RUNS("ctypes.WinDLL"), RUNS("ctypes.windll.LoadLibrary"), RUNS("runpy.run_module"),
	RUNS("importlib.util.spec_from_file_location"), RUNS("importlib.machinery.SourceFileLoader"), RUNS("importlib.machinery.ExtensionFileLoader"),
	MAKES("mmap.mmap", "mmap.Object"), LOADS("mmap.Object.write"),
	{"ctypes.windll.kernel32.RtlMoveMemory", CLASS_CODE, SINK_CODE, A1, SRC_NONE, API_CALL | API_QUIET, NULL},
	{"ctypes.windll.kernel32.WriteProcessMemory", CLASS_CODE, SINK_CODE, A2, SRC_NONE, API_CALL | API_QUIET, NULL},
	{"ctypes.memmove", CLASS_CODE, SINK_CODE, A1, SRC_NONE, API_CALL | API_QUIET | API_NET_ONLY, NULL},
	/* functions that are handed on */
	LATER("atexit.register"), LATER("signal.signal"), MAKES("concurrent.futures.ThreadPoolExecutor", "concurrent.futures.ThreadPoolExecutor"),
	MAKES("concurrent.futures.ProcessPoolExecutor", "concurrent.futures.ThreadPoolExecutor"), LATER("concurrent.futures.ThreadPoolExecutor.submit"),
	LATER("asyncio.run"), LATER("asyncio.create_task"), LATER("asyncio.ensure_future"), LATER("_thread.start_new_thread"),
	LATER("thread.start_new_thread"), LATER("threading.Thread"), LATER("threading.Timer"), LATER("multiprocessing.Process"),
	LATER("sys.settrace"), LATER("map"), LATER("filter"), LATER("functools.reduce"),
	/* network */
	FETCH("requests.get"), FETCH("requests.post"), FETCH("requests.put"), FETCH("requests.patch"), FETCH("requests.delete"),
	FETCH("requests.head"), FETCH("requests.options"), FETCH1("requests.request"), FETCH("httpx.get"), FETCH("httpx.post"),
	FETCH("httpx.put"), FETCH("httpx.patch"), FETCH("httpx.delete"), FETCH("httpx.head"), FETCH("httpx.stream"),
	FETCH1("httpx.request"), MAKES("requests.Session", "requests"), MAKES("requests.session", "requests"),
	MAKES("httpx.Client", "httpx"), MAKES("httpx.AsyncClient", "httpx"), MAKES("aiohttp.ClientSession", "httpx"),
	MAKES("cloudscraper.create_scraper", "requests"), MAKES("curl_cffi.requests.Session", "requests"),
	FETCH("urllib.request.urlopen"), FETCH("urllib.urlopen"), FETCH("urllib2.urlopen"), FETCH("urlopen"),
	MAKES("urllib.request.build_opener", "urllib.request.Opener"), FETCH("urllib.request.Opener.open"),
	MAKES("urllib2.build_opener", "urllib.request.Opener"),
	{"urllib.request.urlretrieve", CLASS_NET, SINK_NET, A0, SRC_NET, API_CALL | API_URL0 | API_SAVES1, NULL},
	{"urllib.urlretrieve", CLASS_NET, SINK_NET, A0, SRC_NET, API_CALL | API_URL0 | API_SAVES1, NULL},
	{"wget.download", CLASS_NET, SINK_NET, A0, SRC_NET, API_CALL | API_URL0 | API_SAVES1, NULL},
	CARRIES("urllib.request.Request", NULL), CARRIES("urllib2.Request", NULL), CARRIES("requests.Request", NULL),
	MAKES("urllib3.PoolManager", "urllib3.Pool"), FETCH1("urllib3.Pool.request"), FETCH1("urllib3.Pool.urlopen"),
	FETCH1("urllib3.request"), MAKES("httplib2.Http", "httplib2.Http"), FETCH("httplib2.Http.request"),
	CONN("http.client.HTTPConnection", "http.client.Connection"), CONN("http.client.HTTPSConnection", "http.client.Connection"),
	CONN("httplib.HTTPConnection", "http.client.Connection"), CONN("httplib.HTTPSConnection", "http.client.Connection"),
	SEND("http.client.Connection.request"), SEND("http.client.Connection.send"), SEND("http.client.Connection.endheaders"),
	{"http.client.Connection.getresponse", CLASS_NET, 0, 0, SRC_NET, API_CALL | API_QUIET, NULL},
	{"socket.socket", CLASS_NET, 0, 0, SRC_NET, API_CALL | API_LINK | API_QUIET, "net.Socket"},
	{"socket.create_connection", CLASS_NET, SINK_NET, 0, SRC_NET, API_CALL | API_HOST0 | API_LINK, "net.Socket"},
	{"net.Socket.connect", CLASS_NET, SINK_NET, 0, SRC_NONE, API_CALL | API_HOST0, NULL},
	{"net.Socket.connect_ex", CLASS_NET, SINK_NET, 0, SRC_NONE, API_CALL | API_HOST0 | API_QUIET, NULL},
	{"net.Socket.send", CLASS_NET, SINK_NET, A0, SRC_NONE, API_CALL, NULL},
	{"net.Socket.sendall", CLASS_NET, SINK_NET, A0, SRC_NONE, API_CALL, NULL},
	{"net.Socket.sendto", CLASS_NET, SINK_NET, A0, SRC_NONE, API_CALL, NULL},
	{"net.Socket.recv", CLASS_NET, 0, 0, SRC_NET, API_CALL | API_QUIET, NULL},
	{"net.Socket.recvfrom", CLASS_NET, 0, 0, SRC_NET, API_CALL | API_QUIET, NULL},
	{"net.Socket.makefile", CLASS_NET, 0, 0, SRC_NET, API_CALL | API_QUIET, NULL},
	MAKES("net.Socket.accept", NULL), /* a port is no data */ MAKES("net.Socket.getsockname", "net.Address"), CARRIES("ssl.wrap_socket", NULL), MAKES("ssl.create_default_context", "ssl.Context"),
	CARRIES("ssl.Context.wrap_socket", NULL), NAME("socket.gethostbyname"), NAME("socket.gethostbyname_ex"),
	NAME("socket.getaddrinfo"), NAME("dns.resolver.query"), NAME("dns.resolver.resolve"),
	{"dns.resolver.Resolver", CLASS_PASS, 0, 0, SRC_NONE, API_CALL | API_QUIET, "dns.resolver"},
	{"websocket.create_connection", CLASS_NET, SINK_NET, A0, SRC_NET, API_CALL | API_URL0 | API_LINK, "net.Socket"},
	FETCH("websockets.connect"), CONN("smtplib.SMTP", "smtplib.Mail"), CONN("smtplib.SMTP_SSL", "smtplib.Mail"),
	SEND("smtplib.Mail.sendmail"), SEND("smtplib.Mail.send_message"), CONN("ftplib.FTP", "ftplib.Connection"),
	CONN("ftplib.FTP_TLS", "ftplib.Connection"), SEND("ftplib.Connection.storbinary"), SEND("ftplib.Connection.storlines"),
	CONN("telnetlib.Telnet", "net.Socket"), CONN("asyncio.open_connection", "net.Socket"),
	MAKES("xmlrpc.client.ServerProxy", NULL), FETCH("discord_webhook.DiscordWebhook"), FETCH("dhooks.Webhook"),
	MAKES("paramiko.SSHClient", "paramiko.Client"),
	{"paramiko.Client.connect", CLASS_NET, SINK_NET, A0, SRC_NONE, API_CALL | API_HOST0, NULL},
	/* files */
	{"open", CLASS_FS_READ, 0, 0, SRC_FILE, API_CALL | API_MODE | API_LINK, NULL},
	{"io.open", CLASS_FS_READ, 0, 0, SRC_FILE, API_CALL | API_MODE | API_LINK, NULL},
	{"codecs.open", CLASS_FS_READ, 0, 0, SRC_FILE, API_CALL | API_MODE | API_LINK, NULL},
	{"gzip.open", CLASS_FS_READ, 0, 0, SRC_FILE, API_CALL | API_MODE | API_LINK, NULL},
	{"aiofiles.open", CLASS_FS_READ, 0, 0, SRC_FILE, API_CALL | API_MODE | API_LINK, NULL},
	{"os.open", CLASS_FS_READ, 0, 0, SRC_NONE, API_CALL | API_QUIET | API_LINK, NULL},
	{"os.fdopen", CLASS_FS_READ, 0, 0, SRC_NONE, API_CALL | API_MODE | API_LINK, NULL},
	{"pathlib.Path.open", CLASS_FS_READ, 0, 0, SRC_FILE, API_CALL | API_MODE | API_SELF | API_LINK, NULL},
	{"file.Writer.write", CLASS_FS_WRITE, SINK_FILE, A0, SRC_NONE, API_CALL | API_QUIET | API_STREAM, NULL},
	{"file.Writer.writelines", CLASS_FS_WRITE, SINK_FILE, A0, SRC_NONE, API_CALL | API_QUIET | API_STREAM, NULL},
	{"tempfile.NamedTemporaryFile", CLASS_FS_READ, 0, 0, SRC_NONE, API_CALL | API_LINK | API_QUIET, "file.Writer"},
	{"tempfile.TemporaryFile", CLASS_FS_READ, 0, 0, SRC_NONE, API_CALL | API_LINK | API_QUIET, "file.Writer"},
	CARRIES("pathlib.Path", "pathlib.Path"), CARRIES("pathlib.PurePath", "pathlib.Path"), CARRIES("pathlib.PosixPath", "pathlib.Path"),
	CARRIES("pathlib.Path.expanduser", "pathlib.Path"), CARRIES("pathlib.Path.resolve", "pathlib.Path"),
	CARRIES("pathlib.Path.with_name", "pathlib.Path"), CARRIES("pathlib.Path.with_suffix", "pathlib.Path"),
	CARRIES("pathlib.Path.joinpath", "pathlib.Path"), CARRIES("pathlib.Path.absolute", "pathlib.Path"),
	MAKES("pathlib.Path.home", "pathlib.Path"), MAKES("pathlib.Path.cwd", "pathlib.Path"),
	{"pathlib.Path.write_text", CLASS_FS_WRITE, SINK_FILE, A0, SRC_NONE, API_CALL | API_SELF, NULL},
	{"pathlib.Path.write_bytes", CLASS_FS_WRITE, SINK_FILE, A0, SRC_NONE, API_CALL | API_SELF, NULL},
	{"pathlib.Path.read_text", CLASS_FS_READ, 0, 0, SRC_FILE, API_CALL | API_SELF, NULL},
	{"pathlib.Path.read_bytes", CLASS_FS_READ, 0, 0, SRC_FILE, API_CALL | API_SELF, NULL},
	{"pathlib.Path.chmod", CLASS_CHMOD, 0, 0, SRC_NONE, API_CALL | API_SELF, NULL},
	COPY("shutil.copy"), COPY("shutil.copy2"), COPY("shutil.copyfile"), COPY("shutil.move"), COPY("os.rename"),
	COPY("os.replace"), COPY("os.symlink"), COPY("os.link"),
	{"os.chmod", CLASS_CHMOD, 0, 0, SRC_NONE, API_CALL, NULL},
	DELETE("os.remove"), DELETE("os.unlink"), DELETE("os.rmdir"), DELETE("os.removedirs"), DELETE("shutil.rmtree"),
	READ("sqlite3.connect"), READ("linecache.getlines"), READ("fileinput.input"), READ("numpy.fromfile"),
	READ("configparser.ConfigParser.read"), PACKS("zipfile.Archive.write"), PACKS("tarfile.Archive.add"),
	{"winreg.SetValueEx", CLASS_FS_WRITE, 0, 0, SRC_NONE, API_CALL | API_QUIET, NULL},
	{"winreg.CreateKey", CLASS_FS_WRITE, 0, 0, SRC_NONE, API_CALL | API_REGISTRY | API_QUIET, NULL},
	{"winreg.CreateKeyEx", CLASS_FS_WRITE, 0, 0, SRC_NONE, API_CALL | API_REGISTRY | API_QUIET, NULL},
	{"winreg.OpenKey", CLASS_FS_WRITE, 0, 0, SRC_NONE, API_CALL | API_REGISTRY | API_QUIET, NULL},
	/* secrets, the host, the person */
	TAKE("keyring.get_password", SRC_CRED), TAKE("keyring.get_credential", SRC_CRED),
	TAKE("win32crypt.CryptUnprotectData", SRC_CRED), TAKE("browser_cookie3.*", SRC_COOKIE),
	TAKE("secretstorage.get_all_items", SRC_CRED), CLIP_READ("pyperclip.paste"), CLIP_READ("clipboard.paste"),
	CLIP_WRITE("pyperclip.copy"), CLIP_WRITE("clipboard.copy"),
	TAKE("win32clipboard.GetClipboardData", SRC_CLIP), TAKE("pandas.read_clipboard", SRC_CLIP),
	TAKE("PIL.ImageGrab.grab", SRC_FORM), TAKE("pyautogui.screenshot", SRC_FORM), TAKE("mss.mss", SRC_FORM),
	TAKE("keyboard.read_key", SRC_FORM), TAKE("keyboard.record", SRC_FORM),
	{"keyboard.on_press", CLASS_FS_READ, 0, 0, SRC_FORM, API_CALL | API_RESPONSE_CB | API_QUIET, NULL},
	{"keyboard.on_release", CLASS_FS_READ, 0, 0, SRC_FORM, API_CALL | API_RESPONSE_CB | API_QUIET, NULL},
	{"keyboard.hook", CLASS_FS_READ, 0, 0, SRC_FORM, API_CALL | API_RESPONSE_CB | API_QUIET, NULL},
	{"pynput.keyboard.Listener", CLASS_FS_READ, 0, 0, SRC_FORM, API_CALL | API_RESPONSE_CB | API_QUIET, NULL},
	{"pynput.mouse.Listener", CLASS_FS_READ, 0, 0, SRC_FORM, API_CALL | API_RESPONSE_CB | API_QUIET, NULL},
	HOST("socket.gethostname"), HOST("socket.getfqdn"), HOST("platform.node"), HOST("platform.platform"),
	HOST("platform.uname"), HOST("platform.version"), HOST("platform.release"), HOST("platform.system"),
	HOST("platform.machine"), HOST("platform.processor"), HOST("os.uname"), HOST("os.getlogin"), HOST("getpass.getuser"),
	HOST("uuid.getnode"), HOST("psutil.net_if_addrs"), HOST("psutil.users"), HOST("psutil.process_iter"),
	HOST("netifaces.interfaces"), HOST("os.cpu_count"), HOST("pwd.getpwuid"), HOST("psutil.virtual_memory"),
	{"os.getenv", CLASS_ENV, 0, 0, SRC_NONE, API_CALL | API_QUIET, NULL}, VALUE("sys.argv", SRC_ARG), TAKE("input", SRC_ARG), TAKE("raw_input", SRC_ARG),
	TAKE("getpass.getpass", SRC_ARG), MAKES("process.env.copy", "process.env"), MAKES("process.env.items", "process.env"),
	MAKES("process.env.values", "process.env"), MAKES("process.env.keys", NULL), MAKES("process.env.__str__", "process.env"),
	MAKES("os.environb.copy", "process.env"),
	/* decoding */
	DECODE("base64.b64decode"), DECODE("base64.b32decode"), DECODE("base64.b16decode"), DECODE("base64.b85decode"),
	DECODE("base64.a85decode"), DECODE("base64.urlsafe_b64decode"), DECODE("base64.standard_b64decode"),
	DECODE("base64.decodebytes"), DECODE("base64.decodestring"), DECODE("binascii.unhexlify"), DECODE("binascii.a2b_hex"),
	DECODE("binascii.a2b_base64"), DECODE("binascii.a2b_uu"), DECODE("codecs.decode"), DECODE("zlib.decompress"),
	DECODE("gzip.decompress"), DECODE("bz2.decompress"), DECODE("lzma.decompress"), DECODE("brotli.decompress"),
	DECODE("bytes.fromhex"), DECODE("bytearray.fromhex"), DECODE("urllib.parse.unquote"), DECODE("rsa.decrypt"),
	DECODE("cryptography.fernet.Fernet.decrypt"), CARRIES("cryptography.fernet.Fernet", "cryptography.fernet.Fernet"),
	CARRIES("Crypto.Cipher.AES.new", "Crypto.Cipher.Object"), CARRIES("Crypto.Cipher.ARC4.new", "Crypto.Cipher.Object"),
	CARRIES("Crypto.Cipher.DES.new", "Crypto.Cipher.Object"), CARRIES("Crypto.Cipher.ChaCha20.new", "Crypto.Cipher.Object"),
	CARRIES("Cryptodome.Cipher.AES.new", "Crypto.Cipher.Object"), CARRIES("Crypto.Cipher.PKCS1_OAEP.new", "Crypto.Cipher.Object"),
	DECODE("Crypto.Cipher.Object.decrypt"), DECODE("Crypto.Cipher.Object.decrypt_and_verify"),
	CARRIES("pyaes.AESModeOfOperationCBC", "Crypto.Cipher.Object"), CARRIES("pyaes.AESModeOfOperationCTR", "Crypto.Cipher.Object"),
	CARRIES("nacl.secret.SecretBox", "Crypto.Cipher.Object"), CARRIES("pyaes.AESModeOfOperationGCM", "Crypto.Cipher.Object"),
	/* these do not give away what went in */
	MAKES("hashlib.*", "hashlib.Hash"), MAKES("hashlib.Hash.*", "hashlib.Hash"), MAKES("hmac.*", "hashlib.Hash"),
	MAKES("zlib.crc32", "hashlib.Hash"), MAKES("len", NULL), MAKES("isinstance", NULL), MAKES("hasattr", NULL),
	MAKES("type", NULL), MAKES("id", NULL), MAKES("bool", NULL), MAKES("hash", NULL), MAKES("print", NULL),
	MAKES("logging.*", NULL), MAKES("warnings.*", NULL), MAKES("os.path.exists", NULL), MAKES("os.path.isfile", NULL),
	MAKES("os.path.isdir", NULL), MAKES("os.path.getsize", NULL), MAKES("re.compile", "re.Pattern"), PASS("re.*"), PASS("re.Pattern.*"), MAKES("time.*", NULL),
	MAKES("random.*", NULL), MAKES("uuid.uuid4", NULL), MAKES("datetime.*", NULL), MAKES("super", NULL),
	MAKES("collections.namedtuple", NULL), MAKES("typing.*", NULL), MAKES("math.*", NULL), MAKES("threading.Lock", NULL),
	/* these hand on what they are given */
	TEXT("json.dumps"), PASS("json.loads"), PASS("json.load"), PASS("yaml.load"), PASS("toml.load"), PASS("toml.loads"), PASS("tomllib.load"),
	GIVES("file.Reader.*"), TEXT("str"), TEXT("bytes"), PASS("bytearray"), PASS("dict"), PASS("list"),
	PASS("tuple"), PASS("set"), TEXT("repr"), PASS("sorted"), PASS("reversed"), PASS("enumerate"), PASS("zip"), PASS("iter"),
	PASS("next"), TEXT("format"), PASS("ascii"), PASS("int"), PASS("hex"), PASS("vars"), PASS("frozenset"), PASS("memoryview"),
	TEXT("urllib.parse.urlencode"), TEXT("urllib.urlencode"), PASS("urllib.parse.quote"), PASS("urllib.parse.quote_plus"),
	PASS("urllib.parse.urljoin"), TEXT("base64.b64encode"), PASS("base64.urlsafe_b64encode"), PASS("base64.b32encode"),
	PASS("base64.b16encode"), PASS("base64.encodebytes"), PASS("base64.standard_b64encode"), PASS("binascii.hexlify"),
	PASS("binascii.b2a_base64"), PASS("zlib.compress"), PASS("gzip.compress"), PASS("bz2.compress"), PASS("lzma.compress"),
	TEXT("pickle.dumps"), PASS("marshal.dumps"), TEXT("pprint.pformat"), HOLDS("io.BytesIO", NULL), HOLDS("io.StringIO", NULL),
	PASS("copy.copy"), PASS("copy.deepcopy"), PASS("os.path.join"), PASS("os.path.expanduser"), PASS("os.path.abspath"),
	PASS("os.path.basename"), PASS("os.path.expandvars"), PASS("os.path.normpath"), PASS("os.fspath"), PASS("itertools.chain"),
	PASS("functools.partial"), PASS("textwrap.dedent"), PASS("yaml.safe_load"), TEXT("yaml.dump"), PASS("html.unescape"),
	PASS("cryptography.fernet.Fernet.encrypt"), PASS("Crypto.Cipher.Object.encrypt"), LISTS("os.listdir"), LISTS("glob.glob"), LISTS("glob.iglob"),
	LISTS("os.scandir"), LISTS("os.walk"), {"pathlib.Path.glob", CLASS_FS_READ, 0, 0, SRC_FILE, API_CALL | API_PASS | API_SELF | API_QUIET, "pathlib.Path"},
	{"pathlib.Path.rglob", CLASS_FS_READ, 0, 0, SRC_FILE, API_CALL | API_PASS | API_SELF | API_QUIET, "pathlib.Path"},
	PASS("bs4.BeautifulSoup"), HOLDS("tarfile.open", "tarfile.Archive"), HOLDS("zipfile.ZipFile", "zipfile.Archive"),
	{"pathlib.Path.iterdir", CLASS_FS_READ, 0, 0, SRC_FILE, API_CALL | API_PASS | API_SELF | API_QUIET, "pathlib.Path"},
	HOLDS("types.SimpleNamespace", NULL), HOLDS("argparse.Namespace", NULL), HOLDS("queue.Queue", NULL), HOLDS("queue.SimpleQueue", NULL),
	HOLDS("collections.deque", NULL), HOLDS("collections.OrderedDict", NULL), HOLDS("collections.defaultdict", NULL), PASS("ctypes.create_string_buffer"), PASS("ctypes.c_char_p"), PASS("struct.pack"),
};

static struct api_table table = {.rows = rows, .n_rows = sizeof(rows) / sizeof(*rows)};

static const char *const prefixes[] = {"builtins.", "__builtins__.", "__builtin__.", "globalThis.", "six.moves.", NULL};

static const struct front_alias aliases[] = {
	{"os.environ", "process.env"}, {"os.environb", "process.env"}, {"posix.environ", "process.env"},
	{"__import__", "require"}, {"importlib.import_module", "require"}, {"importlib.__import__", "require"},
	{"getattr", "Reflect.get"}, {"builtins", "globalThis"}, {"__builtins__", "globalThis"},
	{"__builtin__", "globalThis"}, {"os.getenvb", "os.getenv"}, {"process.env.get", "os.getenv"},
	{"process.env.pop", "os.getenv"}, {"process.env.__getitem__", "os.getenv"}, {"process.env.setdefault", "$unknown"},
	{"posix.system", "os.system"}, {"nt.system", "os.system"}, {"urllib.request.urlopen.urlopen", "urllib.request.urlopen"},
	{"_winreg.SetValueEx", "winreg.SetValueEx"}, {"_winreg.OpenKey", "winreg.OpenKey"},
	{"_winreg.CreateKey", "winreg.CreateKey"}, {"_socket.socket", "socket.socket"}, {"codecs.decode", "codecs.decode"},
	{"requests.sessions.Session", "requests.Session"}, {"requests.api.get", "requests.get"},
	{"requests.api.post", "requests.post"}, {"unicode", "str"}, {"unichr", "chr"}, {"xrange", "range"},
	{"posixpath.join", "os.path.join"}, {"ntpath.join", "os.path.join"}, {"urllib.quote", "urllib.parse.quote"},
	{"urllib.unquote", "urllib.parse.unquote"}, {NULL, NULL},
};

static const struct front_alias shown[] = {
	{"process.env", "os.environ"}, {"require", "import"}, {"Reflect.get", "getattr"}, {"net.Socket", "socket"},
	{"file.Writer", "open()"}, {"globalThis", "builtins"}, {NULL, NULL},
};

static const char *const builtins[] = {"chr", "ord", "str", "bytes", "bytearray", "int", "float", "bool", "len", "range",
	"xrange", "unichr", "list", "tuple", "dict", "set", "map", "filter", "reversed", "sorted", "zip", "enumerate", "sum", "min",
	"max", "abs", "hex", "oct", "bin", "repr", "pow", "round", "any", "all", "iter", "compile", "__import__", "getattr",
	"True", "False", "None", "divmod", "format", "__builtins__", "memoryview", "frozenset", NULL};

static const struct front_place places[] = {
	{"pathlib.Path.home", "~"}, {"process.env.HOME", "~"}, {"process.env.USERPROFILE", "~"},
	{"tempfile.gettempdir", "\x01tmp\x02"}, {"tempfile.mkdtemp", "\x01tmp\x02"}, {"process.env.TEMP", "\x01tmp\x02"},
	{"process.env.TMP", "\x01tmp\x02"}, {"process.env.TMPDIR", "\x01tmp\x02"}, {"tempfile.mktemp", "\x01tmp\x02/file"},
	{"sys.executable", "python"}, {"__file__", "\x01__dirname\x02"}, {"os.getcwd", "\x01__dirname\x02"},
	{"pathlib.Path.cwd", "\x01__dirname\x02"}, {NULL, NULL},
};

static const char *const path_joins[] = {"os.path.join", "pathlib.Path", "pathlib.PurePath", NULL};

static const char *const text_passes[] = {"str", "bytes", "os.path.expanduser", "os.path.abspath", "os.path.normpath",
	"os.path.expandvars", "os.path.realpath", "os.path.dirname", "os.fspath", "urllib.request.Request", "urllib2.Request", "shlex.split",
	"pathlib.Path.expanduser", "shlex.quote", NULL};

static const char *const arg_methods[] = {"format", "join", "format_map", NULL};
static const char *const add_methods[] = {"extend", "insert", "writestr", "writelines", "appendleft", "put", "write", "setdefault", NULL};
static const char *const mutators[] = {"append", "extend", "insert", "remove", "clear", "update", "add", "popitem", "setdefault",
	"appendleft", "discard", "put", "write", NULL};
static const char *const self_methods[] = {"strip", "rstrip", "lstrip", "encode", "decode", "lower", "as_posix", "absolute",
	"expanduser", "resolve", NULL};
static const char *const silent[] = {"DEVNULL", "start_new_session", "CREATE_NO_WINDOW", "DETACHED_PROCESS", "creationflags",
	"0x08000000", "2>/dev/null", NULL};

static const char *const globals[] = {"abs", "all", "any", "ascii", "bin", "bool", "bytearray", "bytes", "callable", "chr",
	"classmethod", "compile", "complex", "delattr", "dict", "dir", "divmod", "enumerate", "eval", "exec", "execfile", "filter",
	"float", "format", "frozenset", "getattr", "globals", "hasattr", "hash", "help", "hex", "id", "input", "int", "isinstance",
	"issubclass", "iter", "len", "list", "locals", "map", "max", "memoryview", "min", "next", "object", "oct", "open", "ord",
	"pow", "print", "property", "range", "raw_input", "repr", "reversed", "round", "set", "setattr", "slice", "sorted",
	"staticmethod", "str", "sum", "super", "tuple", "type", "unichr", "unicode", "vars", "xrange", "zip", "__import__",
	"__builtins__", "__file__", "__name__", NULL};

static const struct front_setting settings[] = {
	{"verify", "False", "tls-verify-off"}, {"check_hostname", "False", "tls-verify-off"},
	{"verify_mode", "ssl.CERT_NONE", "tls-verify-off"}, {"cert_reqs", "ssl.CERT_NONE", "tls-verify-off"},
	{"verify_ssl", "False", "tls-verify-off"}, {"_create_default_https_context", "ssl._create_unverified_context", "tls-verify-off"},
	{NULL, NULL, NULL},
};

static const struct front_gate gates[] = {
	{"datetime.", "date"}, {"date.today", "date"}, {"time.time", "date"}, {"time.localtime", "date"}, {"getlocale", "locale"},
	{"getdefaultlocale", "locale"}, {"timezone", "locale"}, {"tzname", "locale"}, {"country", "locale"},
	{"gethostname", "host"}, {"platform.node", "host"}, {"getpass.getuser", "host"}, {"getnode", "host"},
	{"GITHUB_ACTIONS", "ci"}, {"JENKINS", "ci"}, {"'CI'", "ci"}, {"\"CI\"", "ci"}, {"sys.platform", "platform"},
	{"platform.system", "platform"}, {"os.name", "platform"}, {"gettrace", "debugger"}, {"IsDebuggerPresent", "debugger"},
	{"os.environ", "env"}, {"getenv", "env"}, {NULL, NULL},
};

static const char *const telling[] = {"subprocess", "eval", "exec", "compile", "system", "popen", "Popen", "os.system",
	"__import__", "getattr", "builtins", "__builtins__", "base64", "b64decode", "marshal", "zlib", "decompress", "requests",
	"urllib", "urllib.request", "urlopen", "socket", "ctypes", "globals", "fromhex", "environ", "powershell", "cmd.exe", "/bin/sh",
	"bash", "import", "check_output", "getoutput", "codecs", "lambda", "pickle", "loads", NULL};

static struct str module_name(struct str m)
{
	static const char *const same[][2] = {{"urllib2", "urllib2"}, {"cPickle", "pickle"}, {"_pickle", "pickle"},
		{"simplejson", "json"}, {"ujson", "json"}, {"orjson", "json"}, {"Cryptodome", "Crypto"}, {"_socket", "socket"},
		{"six.moves.urllib.request", "urllib.request"}, {"six.moves.urllib.parse", "urllib.parse"},
		{"future.moves.urllib.request", "urllib.request"}, {"pathlib2", "pathlib"}, {"_winreg", "winreg"},
		{"requests.sessions", "requests"}, {"requests.api", "requests"}, {"posix", "os"}, {"nt", "os"}};

	for (size_t i = 0; i < sizeof(same) / sizeof(*same); i++)
		if (str_is(m, same[i][0]))
			return str_of(same[i][1]);
	return m;
}

/* Modules whose functions only compute; py_fold.c has those that matter. */
static bool import_folds(struct str api)
{
	static const char *const modules[] = {"base64", "binascii", "codecs", "zlib", "gzip", "bz2", "lzma", "urllib",
		"string", "functools", "itertools", "operator", "struct", "builtins", "math"};

	if (str_is(api, "globalThis") || str_is(api, "require"))
		return true;
	for (size_t i = 0; i < sizeof(modules) / sizeof(*modules); i++) {
		size_t n = strlen(modules[i]);

		if (str_starts(api, modules[i]) && (api.len == n || api.p[n] == '.'))
			return true;
	}
	return false;
}

/* Relative, or of a package that the table does not know. */
static bool own_module(struct str specifier)
{
	size_t dot = str_find_z(specifier, ".");
	struct str root = str_part(specifier, 0, dot);

	if (dot == 0 || !root.len)
		return dot == 0;
	for (size_t i = 0; i < table.n_rows; i++)
		if (!strncmp(table.rows[i].name, root.p, root.len) &&
			(table.rows[i].name[root.len] == '.' || !table.rows[i].name[root.len]))
			return false;
	return true;
}

static const TSLanguage *grammar(enum language lang)
{
	(void)lang;
	return tree_sitter_python();
}

const struct front front_python = {
	.name = "python",
	.layer = LANGUAGE_PYTHON,
	.grammar = grammar,
	.lower = py_lower,
	.function_scope = true,
	.literal = py_literal,
	.fold = &py_fold,
	.builtins = builtins,
	.import_folds = import_folds,
	.own_module = own_module,
	.api = &table,
	.module = module_name,
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
	.looks_like = looks_like_python,
};
