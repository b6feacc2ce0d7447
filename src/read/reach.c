#include "read/reach.h"

#include "read/strings.h"
#include "read/styled.h"

enum { LONG_WORD = 48, MANY_NUMBERS = 24 };

static bool python_reaches(struct str text)
{
	static const char *const words[] = {
		/* modules */
		"subprocess", "os.", "from os", "import os", "socket", "urllib", "requests", "http", "aiohttp", "ftplib",
		"smtplib", "telnetlib", "paramiko", "ctypes", "pty", "shutil", "tempfile", "webbrowser", "winreg", "_winreg",
		"sqlite3", "platform", "getpass", "uuid", "psutil", "keyring", "browser_cookie3", "win32", "pyperclip", "pynput",
		"keyboard", "ImageGrab", "pyautogui", "mss", "dns", "websocket", "discord", "telegram", "pathlib", "multiprocessing",
		"threading", "atexit", "asyncio", "importlib", "imp.", "runpy", "pickle", "marshal", "dill", "shelve", "yaml",
		"base64", "binascii", "codecs", "zlib", "gzip", "bz2", "lzma", "Crypto", "cryptography", "fernet", "pexpect", "wget",
		"setuptools", "distutils", "site", "sys.",
		/* builtins */
		"exec", "eval", "compile", "__import__", "getattr", "globals", "locals", "vars(", "open(", "builtins", "__builtins__",
		"fromhex", "chr(", "execfile", "input(",
		/* what people guard */
		"secret", "password", "mnemonic", "private_key", "passphrase", "token", "credential", "api_key", "apikey", "verify",
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (str_has(text, words[i]))
			return true;
	return has_styled_letters(text); /* any of them, in other letters */
}

static bool javascript_reaches(struct str text)
{
	static const char *const words[] = {
		/* modules */
		"child_process", "'http", "\"http", "`http", "'net'", "\"net\"", "`net`", "'tls'", "\"tls\"",
		"'dns", "\"dns", "'vm'", "\"vm\"", "'fs", "\"fs", "'os'", "\"os\"", "node:", "worker_threads",
		"cluster", "inspector", "axios", "undici", "node-fetch", "superagent", "execa", "shelljs",
		"cross-spawn", "nodemailer", "electron", "ws'", "ws\"", "ssh2", "socket", "keytar",
		/* globals */
		"fetch", "XMLHttpRequest", "WebSocket", "EventSource", "sendBeacon", "eval", "Function",
		"WebAssembly", "Worker", "process", "Buffer", "atob", "btoa", "fromCharCode", "fromCodePoint",
		"unescape", "decodeURI", "document", "window", "navigator", "globalThis", "global.", "self.",
		"localStorage", "sessionStorage", "cookie", "clipboard", "ethereum", "import(", "importScripts",
		"ActiveXObject", "WScript", "Reflect", "Proxy", ".constructor", "__proto__", "mainModule", "_load", "_compile", "dlopen",
		/* what people guard */
		"secret", "password", "mnemonic", "privateKey", "private_key", "passphrase", "seed", "token",
		"credential", "apiKey", "api_key",
	};
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (str_has(text, words[i]))
			return true;
	/* require() says nothing when all it names are the package's own files. */
	for (struct str rest = text;;) {
		size_t at = str_find_z(rest, "require(");
		char next;

		if (at == SIZE_MAX)
			return false;
		rest = str_part(rest, at + 8, rest.len);
		next = rest.len ? rest.p[0] : ' ';
		if (next != '\'' && next != '"')
			return true;
		if (rest.len < 2 || rest.p[1] != '.')
			return true; /* another package: what it does is not known here */
	}
}

static bool php_reaches(struct str text)
{
	static const char *const words[] = {"eval", "assert", "create_function", "preg_replace", "include", "require", "system",
		"exec", "passthru", "popen", "proc_open", "`", "$_", "php://", "getallheaders", "base64_decode", "gzinflate", "gzuncompress",
		"str_rot13", "hex2bin", "pack(", "curl_", "fsockopen", "pfsockopen", "stream_socket", "socket_", "wp_remote", "file_get_contents",
		"file_put_contents", "fopen", "fwrite", "copy(", "move_uploaded_file", "mail(", "unserialize", "call_user_func", "array_map",
		"array_filter", "usort", "getenv", "php_uname", "dns_", "gethostby", "$$", "chr(", "openssl_decrypt", "mcrypt",
		"download_url", "GuzzleHttp", "unlink", "chmod", "simplexml_load", "dl(", "password", "secret", "token", "nonce"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (str_has_nocase(text, words[i]))
			return true;
	return false;
}

static bool c_reaches(struct str text)
{
	static const char *const words[] = {"system", "popen", "exec", "posix_spawn", "WinExec", "ShellExecute", "CreateProcess",
		"dlopen", "LoadLibrary", "socket", "accept", "connect", "gethost", "getaddrinfo", "inet_", "curl_", "Internet",
		"WinHttp", "URLDownload", "Dns", "res_query", "getenv", "environ", "open", "chmod", "unlink", "remove", "Reg",
		"getlogin", "uname", "getpass", "Crypt", "Clipboard", "AsyncKey", "decode", "uncompress", "luaL_", "zend_", "PyRun_",
		"CreateThread", "(*)", "DeleteFile", "CopyFile", "rename", "symlink", "password", "secret", "ptrace", "mprotect", "PROT_EXEC",
		"PAGE_EXECUTE"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (str_has(text, words[i]))
			return true;
	return false;
}

static bool go_reaches(struct str text)
{
	static const char *const words[] = {"exec.", "syscall", "StartProcess", "plugin", "http.", "net.", "tls.", "smtp", "websocket", "os.", "ioutil.", "filepath.",
		"user.", "base64", "base32", "hex.", "gzip", "zlib", "flate", "unsafe", "windows.", "clipboard", "ReadPassword", "InsecureSkipVerify", "password", "secret",
		"token", "Verify", "verify"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (str_has(text, words[i]))
			return true;
	return false;
}

static bool powershell_reaches(struct str text)
{
	static const char *const words[] = {"iex", "invoke-", "iwr", "irm", "curl", "wget", "net.", "webclient", "web", "socket", "http", "download",
		"start-", "process", "&", "cmd", ".exe", "new-object", "reflection", "assembly", "scriptblock", "add-type", "frombase64", "convert",
		"char]", "-join", "-bxor", "stream", "set-item", "new-item", "registry", "hk", "schtasks", "scheduledtask", "service", "mppreference",
		"$env:", "env:", "get-content", "set-content", "out-file", "writeall", "copy-item", "remove-item", "import-module", ". ", "gwmi", "wmi",
		"cim", "clipboard", "credential", "read-host", "execut", "alias", "variable", "amsi", "marshal", "dllimport", "password", "secret",
		"token", "certificate", "gc ", "::", "com"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (str_has_nocase(text, words[i]))
			return true;
	return false;
}

static bool ruby_reaches(struct str text)
{
	static const char *const words[] = {"eval", "system", "exec", "spawn", "`", "%x", "popen", "Open3", "fork", "Net", "http", "HTTP", "open", "URI",
		"Socket", "socket", "Faraday", "RestClient", "Excon", "Typhoeus", "Down", "File", "IO", "FileUtils", "Dir", "Tempfile", "ENV", "ARGV", "send",
		"const_get", "method", "Base64", "pack", "Zlib", "Marshal", "YAML", "Psych", "load", "Kernel", "Process", "PTY", "Resolv", "Etc", "SMTP", "FTP",
		"params", "cookies", "ERB", "Fiddle", "sh ", "sh(", "at_exit", "chr", "ord", "secret", "password", "token", "credential", "api_key", "verify"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (str_has(text, words[i]))
			return true;
	return false;
}

bool text_reaches(enum language lang, struct str text)
{
	if (lang == LANGUAGE_RUBY)
		return ruby_reaches(text);
	if (lang == LANGUAGE_POWERSHELL)
		return powershell_reaches(text);
	if (lang == LANGUAGE_PHP)
		return php_reaches(text);
	if (lang == LANGUAGE_GO)
		return go_reaches(text);
	if (lang == LANGUAGE_C)
		return c_reaches(text);
	return lang == LANGUAGE_PYTHON ? python_reaches(text) : javascript_reaches(text);
}

static bool word_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
	       c == '$' || c == '+' || c == '/' || c == '=';
}

bool text_could_hide(struct str text)
{
	size_t run = 0, numbers = 0;

	for (size_t i = 0; i < text.len; i++) {
		char c = text.p[i], next = i + 1 < text.len ? text.p[i + 1] : ' ';

		if (c == '\\' && (next == 'x' || next == 'u'))
			return true;
		if (c == ']' && (next == '(' || next == '[' || next == '`'))
			return true;
		if (c == '`' || (c == '0' && next == 'x'))
			return true;
		if ((uint8_t)c >= 0x80)
			return true; /* not worth telling harmless letters from others */
		run = word_char(c) ? run + 1 : 0;
		if (run >= LONG_WORD)
			return true;
		numbers += c == ',' && next >= '0' && next <= '9';
		if (numbers >= MANY_NUMBERS)
			return true;
	}
	return str_has(text, "://") || str_has(text, "www.") || str_has(text, "while") || str_has(text, "for");
}

bool text_sets_trust(struct str text)
{
	static const char *const words[] = {"contextIsolation", "nodeIntegration", "webSecurity", "sandbox",
		"allowRunningInsecureContent", "webviewTag", "enableRemoteModule", "nauthorized", "strictSSL", "SkipVerify",
		"checkServerIdentity", "ublicKey", "ublic_key", "PUBLIC_KEY", "pubKey", "pubkey", "pub_key", "update", "Update",
		"feed", "Feed", "upgrade", "Upgrade", "bcc", "Bcc", "BCC", "create_user", "insert_user", "create_superuser"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (str_has(text, words[i]))
			return true;
	return false;
}

bool script_needs_analysis(enum language lang, struct str text, const struct unit_span *units, size_t n_units)
{
	size_t at, n, asked = 0;

	if (text_reaches(lang, text))
		return true;
	for (size_t i = 0; i < n_units; i++) {
		struct str unit = str_part(text, units[i].at.from, units[i].at.to - units[i].at.from);

		if (units[i].at.to <= asked)
			continue; /* it lies in one that was asked before: thousands may end at one place */
		asked = units[i].at.to;
		if (text_could_hide(unit) || text_sets_trust(unit) || reviewer_text(unit, &at, &n))
			return true;
	}
	return false;
}
