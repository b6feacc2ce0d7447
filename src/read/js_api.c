/*
 * What the outer world means to JavaScript: one row per call, property or constructor. Adding an API
 * is adding a row. Names are canonical: module or global, then members ("child_process.exec",
 * "http.ClientRequest.write"); js_flow.c makes them so.
 */
#include "front.h"

#include "read/decode.h"
#include "read/host.h"
#include "util/hash.h"

#define ALL 0x80
#define A0 1
#define A1 2
#define A2 4

#define EXEC_CMD(n) {n, CLASS_EXEC, SINK_EXEC, A0, SRC_NONE, API_CALL | API_COMMAND | API_RESULT_CB, "child_process.ChildProcess"}
#define EXEC_ARGV(n) {n, CLASS_EXEC, SINK_EXEC, A0 | A1, SRC_NONE, API_CALL | API_ARGV | API_RESULT_CB, "child_process.ChildProcess"}
#define EXEC_LIST(n) {n, CLASS_EXEC, SINK_EXEC, A0, SRC_NONE, API_CALL | API_ARGV0 | API_RESULT_CB, "child_process.ChildProcess"}
#define HTTP(n) {n, CLASS_NET, SINK_NET, ALL, SRC_NET, API_CALL | API_URL0 | API_RESPONSE_CB | API_LINK, "http.ClientRequest"}
#define FETCH(n) {n, CLASS_NET, SINK_NET, ALL, SRC_NET, API_CALL | API_URL0 | API_FETCH_LIKE | API_RESPONSE_CB, NULL}
#define CHAINED(n) {n, CLASS_NET, SINK_NET, ALL, SRC_NET, API_CALL | API_URL0 | API_FETCH_LIKE | API_RESPONSE_CB | API_LINK, "Request.Chain"}
#define PACKS(n) {n, CLASS_FS_READ, 0, 0, SRC_FILE, API_CALL | API_INTO | API_QUIET, NULL}
#define SECRET(n) {n, CLASS_FS_READ, 0, 0, SRC_CRED, API_CALL | API_QUIET, NULL}
#define CLIP_READ(n) {n, CLASS_CLIP_READ, 0, 0, SRC_CLIP, API_CALL, NULL}
#define CLIP_WRITE(n) {n, CLASS_CLIP_WRITE, 0, 0, SRC_NONE, API_CALL, NULL}
#define PASS(n) {n, CLASS_PASS, 0, 0, SRC_NONE, API_CALL | API_PASS | API_QUIET, NULL}
#define WRITE(n) {n, CLASS_FS_WRITE, SINK_FILE, A1, SRC_NONE, API_CALL, NULL}
#define DELETE(n) {n, CLASS_FS_DELETE, 0, 0, SRC_NONE, API_CALL, NULL}
#define READ(n) {n, CLASS_FS_READ, 0, 0, SRC_FILE, API_CALL | API_RESULT_CB, NULL}
#define HOST(n) {n, CLASS_HOST, 0, 0, SRC_HOST, API_CALL | API_QUIET, NULL}
#define DECODE(n) {n, CLASS_DECODE, 0, 0, SRC_DATA, API_CALL | API_PASS | API_QUIET | API_RESULT_CB, NULL}
#define CODE(n) {n, CLASS_CODE, SINK_CODE, A0, SRC_NONE, API_CALL, NULL}
#define MAKES(n, r) {n, CLASS_PASS, 0, 0, SRC_NONE, API_CALL | API_QUIET, r}
#define TIMER(n) {n, CLASS_TIMER, SINK_CODE, A0, SRC_NONE, API_CALL | API_NOW_CB | API_QUIET, NULL}
#define VALUE(n, s) {n, CLASS_ENV, 0, 0, s, API_VALUE, NULL}

static const struct js_api rows[] = {
	/* processes */
	EXEC_CMD("child_process.exec"), EXEC_CMD("child_process.execSync"),
	EXEC_ARGV("child_process.spawn"), EXEC_ARGV("child_process.spawnSync"),
	EXEC_ARGV("child_process.execFile"), EXEC_ARGV("child_process.execFileSync"),
	EXEC_LIST("polkit.spawn"), EXEC_ARGV("child_process.fork"), EXEC_ARGV("cross-spawn"), EXEC_ARGV("cross-spawn.sync"),
	EXEC_ARGV("cross-spawn.spawn"), EXEC_ARGV("execa"), EXEC_ARGV("execa.execa"), EXEC_ARGV("execa.sync"),
	EXEC_ARGV("execa.execaSync"), EXEC_CMD("execa.command"), EXEC_CMD("execa.commandSync"),
	EXEC_CMD("execa.execaCommand"), EXEC_CMD("execa.execaCommandSync"), EXEC_CMD("execa.shell"),
	EXEC_CMD("shelljs.exec"), EXEC_CMD("zx.$"), EXEC_CMD("Bun.$"), EXEC_LIST("Bun.spawn"),
	EXEC_LIST("Bun.spawnSync"), EXEC_ARGV("Deno.Command"), EXEC_ARGV("Deno.run"),
	EXEC_ARGV("@actions/exec.exec"), EXEC_ARGV("@actions/exec.getExecOutput"), EXEC_CMD("sudo-prompt.exec"), EXEC_CMD("node-cmd.run"), EXEC_CMD("node-cmd.runSync"),
	EXEC_CMD("process.binding"), {"process.dlopen", CLASS_EXEC, SINK_EXEC, A1, SRC_NONE, API_CALL, NULL},
	{"child_process.ChildProcess.stdin.write", CLASS_EXEC, SINK_EXEC, A0, SRC_NONE, API_CALL | API_QUIET, NULL},
	{"child_process.ChildProcess.stdin.end", CLASS_EXEC, SINK_EXEC, A0, SRC_NONE, API_CALL | API_QUIET, NULL},
	{"electron.shell.openPath", CLASS_EXEC, SINK_EXEC, A0, SRC_NONE, API_CALL, NULL},
	MAKES("ActiveXObject", "ActiveX"), MAKES("WScript.CreateObject", "ActiveX"),
	EXEC_CMD("ActiveX.Run"), EXEC_CMD("ActiveX.Exec"), EXEC_ARGV("ActiveX.ShellExecute"),
	EXEC_ARGV("node-pty.spawn"), MAKES("vscode.window.createTerminal", "vscode.Terminal"), EXEC_CMD("vscode.Terminal.sendText"),
	/* the installer of macOS, in a package's distribution script */
	{"system.run", CLASS_EXEC, SINK_EXEC, ALL, SRC_NONE, API_CALL | API_ARGS, NULL},
	{"system.runOnce", CLASS_EXEC, SINK_EXEC, ALL, SRC_NONE, API_CALL | API_ARGS, NULL},
	/* code out of text */
	CODE("eval"), {"Function", CLASS_CODE, SINK_CODE, ALL, SRC_NONE, API_CALL, NULL},
	CODE("vm.runInThisContext"), CODE("vm.runInNewContext"), CODE("vm.runInContext"), CODE("vm.Script"),
	CODE("vm.compileFunction"), CODE("vm.SourceTextModule"), CODE("vm2.VM.run"), CODE("module._compile"),
	CODE("module.prototype._compile"), CODE("module.constructor._compile"), CODE("require-from-string"),
	CODE("document.write"), CODE("document.writeln"), CODE("execScript"), CODE("GeneratorFunction"),
	{"module", CLASS_PASS, 0, 0, SRC_NONE, API_CALL | API_NEW | API_QUIET, "module"}, CODE("jQuery.globalEval"), CODE("safe-eval"), CODE("importScripts"),
	{"worker_threads.Worker", CLASS_CODE, SINK_CODE, A0, SRC_NONE, API_CALL, NULL},
	{"WebAssembly.instantiate", CLASS_CODE, 0, 0, SRC_NONE, API_CALL | API_QUIET, NULL},
	TIMER("setTimeout"), TIMER("setInterval"),
	{"setImmediate", CLASS_TIMER, 0, 0, SRC_NONE, API_CALL | API_NOW_CB | API_QUIET, NULL}, /* runs no text */
	{"process.nextTick", CLASS_TIMER, 0, 0, SRC_NONE, API_CALL | API_NOW_CB | API_QUIET, NULL},
	{"queueMicrotask", CLASS_TIMER, 0, 0, SRC_NONE, API_CALL | API_NOW_CB | API_QUIET, NULL},
	{"requestIdleCallback", CLASS_TIMER, 0, 0, SRC_NONE, API_CALL | API_NOW_CB | API_QUIET, NULL},
	/* network */
	HTTP("http.get"), HTTP("http.request"), HTTP("https.get"), HTTP("https.request"),
	HTTP("follow-redirects.http.get"), HTTP("follow-redirects.https.get"), HTTP("follow-redirects.http.request"),
	HTTP("follow-redirects.https.request"), HTTP("electron.net.request"), FETCH("electron.net.fetch"), FETCH("fetch"),
	FETCH("axios"), FETCH("axios.get"), FETCH("axios.post"), FETCH("axios.put"), FETCH("axios.patch"),
	FETCH("axios.request"), FETCH("axios.delete"), FETCH("axios.head"), FETCH("got"), FETCH("got.*"),
	FETCH("request"), FETCH("request.*"), FETCH("request-promise"), FETCH("request-promise.*"),
	FETCH("request-promise-native"), FETCH("request-promise-native.*"), FETCH("superagent"),
	FETCH("superagent.*"), FETCH("needle"), FETCH("needle.*"), FETCH("ky"), FETCH("ky.*"), FETCH("phin"),
	FETCH("undici.fetch"), FETCH("undici.request"), FETCH("undici.stream"), FETCH("centra"), FETCH("ofetch"),
	FETCH("ofetch.ofetch"), FETCH("wretch"), FETCH("unirest.*"), FETCH("httpntlm.*"), FETCH("simple-get"),
	FETCH("simple-get.*"), FETCH("urllib.request"), FETCH("jQuery.get"), FETCH("jQuery.post"),
	FETCH("jQuery.ajax"), FETCH("jQuery.getJSON"), FETCH("sync-request"), FETCH("then-request"),
	FETCH("download"), FETCH("EventSource"), FETCH("caches.match"),
	{"jQuery.getScript", CLASS_CODE, SINK_CODE, A0, SRC_NONE, API_CALL, NULL},
	MAKES("axios.create", "axios"), MAKES("got.extend", "got"), MAKES("ky.create", "ky"),
	MAKES("request.defaults", "request"), MAKES("bent", "fetch"),
	{"XMLHttpRequest", CLASS_NET, 0, 0, SRC_NONE, API_CALL | API_LINK | API_QUIET, "XMLHttpRequest"},
	{"XMLHttpRequest.open", CLASS_NET, SINK_NET, A1, SRC_NONE, API_CALL | API_URL1, NULL},
	{"XMLHttpRequest.send", CLASS_NET, SINK_NET, A0, SRC_NONE, API_CALL, NULL},
	VALUE("XMLHttpRequest.responseText", SRC_NET), VALUE("XMLHttpRequest.response", SRC_NET),
	VALUE("XMLHttpRequest.responseXML", SRC_NET),
	{"WebSocket", CLASS_NET, SINK_NET, A0, SRC_NET, API_CALL | API_URL0 | API_LINK, "WebSocket"},
	{"WebSocket.send", CLASS_NET, SINK_NET, A0, SRC_NONE, API_CALL, NULL},
	{"WebSocket.emit", CLASS_NET, SINK_NET, A0 | A1, SRC_NONE, API_CALL, NULL},
	{"net.connect", CLASS_NET, SINK_NET, 0, SRC_NET, API_CALL | API_LINK, "net.Socket"},
	{"net.createConnection", CLASS_NET, SINK_NET, 0, SRC_NET, API_CALL | API_LINK, "net.Socket"},
	{"tls.connect", CLASS_NET, SINK_NET, 0, SRC_NET, API_CALL | API_LINK, "net.Socket"},
	{"net.Socket", CLASS_NET, 0, 0, SRC_NET, API_CALL | API_LINK | API_QUIET, "net.Socket"},
	{"net.Socket.connect", CLASS_NET, SINK_NET, 0, SRC_NONE, API_CALL, NULL},
	{"net.Socket.write", CLASS_NET, SINK_NET, A0, SRC_NONE, API_CALL, NULL},
	{"net.Socket.end", CLASS_NET, SINK_NET, A0, SRC_NONE, API_CALL, NULL},
	{"dgram.createSocket", CLASS_NET, 0, 0, SRC_NET, API_CALL | API_LINK | API_QUIET, "dgram.Socket"},
	{"dgram.Socket.send", CLASS_NET, SINK_NET, A0, SRC_NONE, API_CALL, NULL},
	{"http.ClientRequest.write", CLASS_NET, SINK_NET, A0, SRC_NONE, API_CALL | API_QUIET, NULL},
	{"http.ClientRequest.end", CLASS_NET, SINK_NET, A0, SRC_NONE, API_CALL | API_QUIET, NULL},
	{"dns.lookup", CLASS_NET, SINK_NET, A0, SRC_NONE, API_CALL, NULL},
	{"dns.resolve", CLASS_NET, SINK_NET, A0, SRC_NET, API_CALL | API_RESULT_CB, NULL},
	{"dns.resolve4", CLASS_NET, SINK_NET, A0, SRC_NONE, API_CALL, NULL},
	{"dns.resolve6", CLASS_NET, SINK_NET, A0, SRC_NONE, API_CALL, NULL},
	{"dns.resolveTxt", CLASS_NET, SINK_NET, A0, SRC_NET, API_CALL | API_RESULT_CB, NULL},
	{"dns.promises.lookup", CLASS_NET, SINK_NET, A0, SRC_NONE, API_CALL, NULL},
	{"dns.promises.resolve", CLASS_NET, SINK_NET, A0, SRC_NET, API_CALL, NULL},
	{"dns.promises.resolve4", CLASS_NET, SINK_NET, A0, SRC_NONE, API_CALL, NULL},
	{"dns.promises.resolveTxt", CLASS_NET, SINK_NET, A0, SRC_NET, API_CALL, NULL},
	MAKES("dns.Resolver", "dns"), MAKES("dns.promises.Resolver", "dns.promises"),
	{"http2.connect", CLASS_NET, SINK_NET, ALL, SRC_NET, API_CALL | API_URL0 | API_LINK, "http2.Session"},
	{"http2.Session.request", CLASS_NET, SINK_NET, ALL, SRC_NET, API_CALL | API_LINK | API_QUIET, "http.ClientRequest"},
	CHAINED("superagent.post"), CHAINED("superagent.put"), CHAINED("superagent.patch"), CHAINED("superagent.get"),
	CHAINED("unirest.post"), CHAINED("unirest.put"), CHAINED("unirest.get"),
	{"Request.Chain.send", CLASS_NET, SINK_NET, ALL, SRC_NET, API_CALL | API_QUIET | API_LINK, "Request.Chain"},
	{"Request.Chain.field", CLASS_NET, SINK_NET, ALL, SRC_NET, API_CALL | API_QUIET | API_LINK, "Request.Chain"},
	{"Request.Chain.attach", CLASS_NET, SINK_NET, ALL, SRC_NET, API_CALL | API_QUIET | API_LINK, "Request.Chain"},
	{"Request.Chain.query", CLASS_NET, SINK_NET, ALL, SRC_NET, API_CALL | API_QUIET | API_LINK, "Request.Chain"},
	{"Request.Chain.set", CLASS_NET, SINK_NET, ALL, SRC_NET, API_CALL | API_QUIET | API_LINK, "Request.Chain"},
	{"archiver", CLASS_PASS, 0, 0, SRC_NONE, API_CALL | API_LINK | API_QUIET, "archiver.Archive"},
	PACKS("archiver.Archive.directory"), PACKS("archiver.Archive.file"), PACKS("archiver.Archive.glob"),
	{"adm-zip", CLASS_PASS, 0, 0, SRC_NONE, API_CALL | API_PASS | API_LINK | API_QUIET, "adm-zip.Archive"},
	PACKS("adm-zip.Archive.addLocalFolder"), PACKS("adm-zip.Archive.addLocalFile"),
	{"form-data.submit", CLASS_NET, SINK_NET, ALL, SRC_NET, API_CALL | API_URL0 | API_SELF | API_RESPONSE_CB, NULL},
	{"navigator.sendBeacon", CLASS_NET, SINK_NET, A0 | A1, SRC_NONE, API_CALL | API_URL0, NULL},
	MAKES("nodemailer.createTransport", "nodemailer.Transport"),
	{"nodemailer.Transport.sendMail", CLASS_NET, SINK_NET, A0, SRC_NONE, API_CALL, NULL},
	MAKES("@octokit/rest.Octokit", "Octokit"), MAKES("@octokit/core.Octokit", "Octokit"),
	MAKES("@actions/github.getOctokit", "Octokit"),
	{"Octokit.*", CLASS_NET, SINK_NET, ALL, SRC_NET, API_CALL | API_FETCH_LIKE, NULL},
	/* files */
	WRITE("fs.writeFile"), WRITE("fs.writeFileSync"), WRITE("fs.appendFile"), WRITE("fs.appendFileSync"),
	WRITE("fs.promises.writeFile"), WRITE("fs.promises.appendFile"), WRITE("fs.outputFile"),
	WRITE("fs.outputFileSync"), WRITE("fs.writeJson"), WRITE("fs.writeJsonSync"), WRITE("fs.writeSync"),
	WRITE("fs.write"), WRITE("Bun.write"), WRITE("Deno.writeTextFile"), WRITE("Deno.writeFile"),
	WRITE("fs.cp"), WRITE("fs.cpSync"), WRITE("fs.copyFile"), WRITE("fs.copyFileSync"), WRITE("fs.promises.copyFile"),
	WRITE("fs.symlink"), WRITE("fs.symlinkSync"), WRITE("fs.rename"), WRITE("fs.renameSync"), WRITE("write-file-atomic"),
	{"fs.createWriteStream", CLASS_FS_WRITE, 0, 0, SRC_NONE, API_CALL | API_LINK, "fs.WriteStream"},
	{"fs.WriteStream.write", CLASS_FS_WRITE, SINK_FILE, A0, SRC_NONE, API_CALL | API_QUIET, NULL},
	{"fs.WriteStream.end", CLASS_FS_WRITE, SINK_FILE, A0, SRC_NONE, API_CALL | API_QUIET, NULL},
	{"fs.chmod", CLASS_CHMOD, 0, 0, SRC_NONE, API_CALL, NULL},
	{"fs.chmodSync", CLASS_CHMOD, 0, 0, SRC_NONE, API_CALL, NULL},
	{"fs.fchmod", CLASS_CHMOD, 0, 0, SRC_NONE, API_CALL, NULL},
	{"fs.fchmodSync", CLASS_CHMOD, 0, 0, SRC_NONE, API_CALL, NULL},
	{"fs.lchmodSync", CLASS_CHMOD, 0, 0, SRC_NONE, API_CALL, NULL},
	{"fs.promises.chmod", CLASS_CHMOD, 0, 0, SRC_NONE, API_CALL, NULL},
	DELETE("fs.unlink"), DELETE("fs.unlinkSync"), DELETE("fs.promises.unlink"), DELETE("fs.rm"),
	DELETE("fs.rmSync"), DELETE("fs.promises.rm"), DELETE("fs.rmdir"), DELETE("fs.rmdirSync"),
	DELETE("fs.remove"), DELETE("fs.removeSync"), DELETE("rimraf"), DELETE("rimraf.sync"),
	READ("fs.readFile"), READ("fs.readFileSync"), READ("fs.promises.readFile"), READ("fs.createReadStream"),
	READ("fs.readJson"), READ("fs.readJsonSync"), READ("fs.readSync"), READ("Bun.file"), READ("Deno.readTextFile"),
	READ("Deno.readTextFileSync"), READ("Deno.readFile"), READ("fs.openAsBlob"),
	{"net.createServer", CLASS_NET, 0, 0, SRC_REQUEST, API_CALL | API_RESPONSE_CB | API_QUIET, NULL},
	{"http.createServer", CLASS_NET, 0, 0, SRC_REQUEST, API_CALL | API_RESPONSE_CB | API_QUIET, NULL},
	{"https.createServer", CLASS_NET, 0, 0, SRC_REQUEST, API_CALL | API_RESPONSE_CB | API_QUIET, NULL},
	/* secrets */
	SECRET("@aws-sdk/client-secrets-manager.GetSecretValueCommand"), SECRET("@aws-sdk/client-secrets-manager.BatchGetSecretValueCommand"),
	SECRET("@aws-sdk/client-ssm.GetParameterCommand"), SECRET("@aws-sdk/client-ssm.GetParametersCommand"),
	SECRET("@aws-sdk/client-ssm.GetParametersByPathCommand"), SECRET("@aws-sdk/client-sts.GetSessionTokenCommand"),
	MAKES("@aws-sdk/client-secrets-manager.SecretsManagerClient", "aws.Client"), MAKES("@aws-sdk/client-ssm.SSMClient", "aws.Client"),
	MAKES("@aws-sdk/client-sts.STSClient", "aws.Client"), PASS("aws.Client.send"),
	MAKES("aws-sdk.SecretsManager", "aws.Secrets"), MAKES("aws-sdk.SSM", "aws.Secrets"), SECRET("aws.Secrets.getSecretValue"),
	SECRET("aws.Secrets.getParameter"), SECRET("aws.Secrets.getParametersByPath"),
	MAKES("@google-cloud/secret-manager.SecretManagerServiceClient", "gcp.Secrets"), SECRET("gcp.Secrets.accessSecretVersion"),
	MAKES("@azure/keyvault-secrets.SecretClient", "azure.Secrets"), SECRET("azure.Secrets.getSecret"),
	{"keytar.getPassword", CLASS_FS_READ, 0, 0, SRC_CRED, API_CALL, NULL},
	{"keytar.findCredentials", CLASS_FS_READ, 0, 0, SRC_CRED, API_CALL, NULL},
	{"keytar.findPassword", CLASS_FS_READ, 0, 0, SRC_CRED, API_CALL, NULL},
	{"electron.safeStorage.decryptString", CLASS_FS_READ, 0, 0, SRC_CRED, API_CALL, NULL},
	{"chrome.cookies.getAll", CLASS_FS_READ, 0, 0, SRC_COOKIE, API_CALL | API_RESPONSE_CB, NULL},
	{"browser.cookies.getAll", CLASS_FS_READ, 0, 0, SRC_COOKIE, API_CALL | API_RESPONSE_CB, NULL},
	{"cookieStore.getAll", CLASS_FS_READ, 0, 0, SRC_COOKIE, API_CALL, NULL},
	VALUE("document.cookie", SRC_COOKIE),
	{"localStorage.getItem", CLASS_FS_READ, 0, 0, SRC_COOKIE, API_CALL | API_QUIET, NULL},
	{"sessionStorage.getItem", CLASS_FS_READ, 0, 0, SRC_COOKIE, API_CALL | API_QUIET, NULL},
	CLIP_READ("navigator.clipboard.readText"), CLIP_READ("navigator.clipboard.read"), CLIP_READ("electron.clipboard.readText"),
	CLIP_READ("clipboardy.read"), CLIP_READ("clipboardy.readSync"), CLIP_WRITE("navigator.clipboard.writeText"),
	CLIP_WRITE("navigator.clipboard.write"), CLIP_WRITE("electron.clipboard.writeText"), CLIP_WRITE("clipboardy.write"),
	CLIP_WRITE("clipboardy.writeSync"),
	/* the machine */
	HOST("os.hostname"), HOST("os.userInfo"), HOST("os.networkInterfaces"), HOST("os.cpus"), HOST("os.totalmem"),
	HOST("username"), HOST("macaddress.one"), HOST("node-machine-id.machineIdSync"),
	HOST("node-machine-id.machineId"), HOST("systeminformation.*"), HOST("public-ip"), HOST("public-ip.*"),
	VALUE("process.argv", SRC_ARG),
	/* page input */
	VALUE("HTMLInput.value", SRC_FORM), VALUE("HTMLInput.innerText", SRC_NONE),
	{"FormData", CLASS_PASS, 0, 0, SRC_FORM, API_CALL | API_PASS | API_QUIET, "FormData"},
	{"document.querySelector", CLASS_DOM, 0, 0, SRC_NONE, API_CALL | API_QUIET, "HTMLInput"},
	{"document.getElementById", CLASS_DOM, 0, 0, SRC_NONE, API_CALL | API_QUIET, "HTMLInput"},
	{"document.querySelectorAll", CLASS_DOM, 0, 0, SRC_NONE, API_CALL | API_QUIET, "HTMLInput"},
	{"document.getElementsByName", CLASS_DOM, 0, 0, SRC_NONE, API_CALL | API_QUIET, "HTMLInput"},
	{"document.getElementsByTagName", CLASS_DOM, 0, 0, SRC_NONE, API_CALL | API_QUIET, "HTMLInput"},
	MAKES("Image", "HTMLImage"), MAKES("jQuery", "jQuery.fn"),
	{"jQuery.fn.serialize", CLASS_DOM, 0, 0, SRC_FORM, API_CALL | API_QUIET, NULL},
	{"jQuery.fn.serializeArray", CLASS_DOM, 0, 0, SRC_FORM, API_CALL | API_QUIET, NULL},
	{"jQuery.fn.val", CLASS_DOM, 0, 0, SRC_FORM, API_CALL | API_QUIET, NULL},
	VALUE("document.forms", SRC_NONE),
	/* decoding */
	DECODE("atob"), DECODE("Buffer.from"), DECODE("Buffer"), DECODE("unescape"), DECODE("String.fromCharCode"),
	DECODE("String.fromCodePoint"), DECODE("zlib.gunzipSync"), DECODE("zlib.inflateSync"),
	DECODE("zlib.inflateRawSync"), DECODE("zlib.brotliDecompressSync"), DECODE("zlib.unzipSync"),
	DECODE("zlib.gunzip"), DECODE("zlib.inflate"), DECODE("zlib.unzip"), DECODE("zlib.brotliDecompress"),
	DECODE("pako.inflate"), DECODE("pako.ungzip"), DECODE("lz-string.*"), DECODE("LZString.*"),
	DECODE("CryptoJS.AES.decrypt"), DECODE("crypto-js.AES.decrypt"), DECODE("crypto.privateDecrypt"),
	DECODE("crypto.Decipher.update"), DECODE("crypto.Decipher.final"), DECODE("crypto.subtle.decrypt"),
	MAKES("crypto.createDecipheriv", "crypto.Decipher"), MAKES("crypto.createDecipher", "crypto.Decipher"),
	/* a digest or a signature does not give away what went in */
	MAKES("crypto.createHash", "crypto.Hash"), MAKES("crypto.createHmac", "crypto.Hash"),
	MAKES("crypto.createSign", "crypto.Hash"), MAKES("crypto.createVerify", "crypto.Hash"),
	MAKES("crypto.Hash.*", "crypto.Hash"), MAKES("crypto.sign", "crypto.Hash"), MAKES("crypto.subtle.sign", "crypto.Hash"),
	MAKES("crypto.subtle.digest", "crypto.Hash"), MAKES("jsonwebtoken.sign", "crypto.Hash"),
	MAKES("jsonwebtoken.verify", "crypto.Hash"), MAKES("bcrypt.*", "crypto.Hash"), MAKES("bcryptjs.*", "crypto.Hash"),
	MAKES("crypto.scryptSync", "crypto.Hash"), MAKES("crypto.pbkdf2Sync", "crypto.Hash"), MAKES("crypto.timingSafeEqual", "crypto.Hash"),
	/* these hand on what they are given */
	PASS("JSON.stringify"), PASS("JSON.parse"), PASS("encodeURIComponent"), PASS("encodeURI"),
	PASS("decodeURIComponent"), PASS("decodeURI"), PASS("escape"), PASS("btoa"), PASS("String"), PASS("Object.assign"),
	PASS("Object.entries"), PASS("Object.keys"), PASS("Object.values"), PASS("Object.fromEntries"),
	PASS("Object.create"), PASS("Object.freeze"), PASS("Array.from"), PASS("Array.of"), PASS("Array"),
	PASS("Buffer.concat"), PASS("Uint8Array"), PASS("Uint8Array.from"), PASS("querystring.stringify"),
	PASS("querystring.encode"), PASS("querystring.parse"), PASS("qs.stringify"), PASS("url.parse"), PASS("url.format"), PASS("URLSearchParams"),
	{"URL", CLASS_PASS, 0, 0, SRC_NONE, API_CALL | API_PASS | API_QUIET, "URL.Object"},
	PASS("Blob"), PASS("File"), PASS("TextEncoder.encode"), PASS("TextDecoder.decode"), PASS("zlib.gzipSync"),
	PASS("zlib.gzip"), PASS("zlib.deflateSync"), PASS("zlib.deflate"), PASS("zlib.brotliCompressSync"), PASS("pako.deflate"),
	PASS("pako.gzip"), PASS("crypto.publicEncrypt"), PASS("crypto.Cipher.update"), PASS("CryptoJS.AES.encrypt"),
	PASS("crypto.subtle.encrypt"), MAKES("crypto.createCipheriv", "crypto.Cipher"), PASS("util.format"),
	PASS("util.inspect"), PASS("Promise.all"), PASS("Promise.resolve"), PASS("Promise.race"),
	PASS("Promise.any"), PASS("Promise.allSettled"), PASS("structuredClone"), PASS("Reflect.get"), PASS("String.raw"),
	PASS("Request"), PASS("Headers"), PASS("Map"), PASS("Set"), PASS("stream.Readable.from"),
	{"form-data", CLASS_PASS, 0, 0, SRC_NONE, API_CALL | API_PASS | API_QUIET, "form-data"},
	PASS("yaml.parse"), PASS("js-yaml.load"), PASS("dotenv.parse"), PASS("ini.parse"), PASS("path.join"), PASS("path.resolve"),
	MAKES("os.homedir", "os.homedir"),
	MAKES("TextDecoder", "TextDecoder"), MAKES("TextEncoder", "TextEncoder"),
	MAKES("module.createRequire", "require"), MAKES("createRequire", "require"),
};

static struct str module_name(struct str m)
{
	static const struct {
		const char *from, *to;
	} same[] = {
		{"fs/promises", "fs.promises"}, {"dns/promises", "dns.promises"}, {"fs-extra", "fs"},
		{"graceful-fs", "fs"}, {"original-fs", "fs"}, {"node-fetch", "fetch"}, {"cross-fetch", "fetch"},
		{"isomorphic-fetch", "fetch"}, {"node-fetch-native", "fetch"}, {"make-fetch-happen", "fetch"},
		{"minipass-fetch", "fetch"}, {"whatwg-fetch", "fetch"}, {"ws", "WebSocket"}, {"isomorphic-ws", "WebSocket"},
		{"socket.io-client", "WebSocket"}, {"jquery", "jQuery"}, {"buffer", "$ns"}, {"xmlhttprequest", "$ns"},
		{"xhr2", "XMLHttpRequest"}, {"crypto-js", "CryptoJS"}, {"mz/fs", "fs"}, {"mz/child_process", "child_process"},
		{"@npmcli/promise-spawn", "execa"}, {"nano-spawn", "execa"}, {"tinyexec", "execa"}, {"timers", "$ns"}, {"process", "process"},
	};

	if (str_starts(m, "node:"))
		m = str_part(m, 5, m.len);
	for (size_t i = 0; i < sizeof(same) / sizeof(*same); i++)
		if (str_is(m, same[i].from))
			return str_of(same[i].to);
	return m;
}

const char *js_class_name(enum js_class c)
{
	static const char *const names[CLASS_N] = {[CLASS_NONE] = "", [CLASS_EXEC] = "exec", [CLASS_NET] = "net",
		[CLASS_CODE] = "code", [CLASS_FS_WRITE] = "fs.write", [CLASS_FS_READ] = "fs.read",
		[CLASS_ENV] = "env", [CLASS_IMPORT] = "import", [CLASS_DECODE] = "decode",
		[CLASS_FS_DELETE] = "fs.delete", [CLASS_HOST] = "host", [CLASS_DOM] = "dom", [CLASS_PASS] = "",
		[CLASS_CHMOD] = "fs.chmod", [CLASS_BUILTIN] = "", [CLASS_TIMER] = "timer", [CLASS_CLIP_READ] = "clip.read", [CLASS_CLIP_WRITE] = "clip.write"};

	return c < CLASS_N && names[c] ? names[c] : "";
}

const char *js_source_name(enum js_source s)
{
	static const char *const names[SRC_N] = {"net", "env", "cred", "file", "host", "form", "cookie", "clip",
		"data", "dyn", "arg", "request", "own", "import", "param"};

	return s < SRC_N ? names[s] : "";
}

const char *js_sink_name(enum js_sink s)
{
	static const char *const names[SINK_N] = {"", "code", "exec", "net", "file", "run", "persist"};

	return s < SINK_N ? names[s] : "";
}

static bool has_any_nocase(struct str s, const char *const *words)
{
	for (; *words; words++)
		if (str_has_nocase(s, *words))
			return true;
	return false;
}

/* Does it stand there as a name of its own? ".profile" does not stand in "this.profileIndex". */
static bool has_name_nocase(struct str s, const char *name)
{
	size_t len = strlen(name), at;

	while ((at = str_find_nocase(s, name)) != SIZE_MAX) {
		char behind = at + len < s.len ? s.p[at + len] : '/';

		if (!((behind | 32) >= 'a' && (behind | 32) <= 'z') && !(behind >= '0' && behind <= '9'))
			return true;
		s = str_part(s, at + len, s.len);
	}
	return false;
}

bool js_env_is_secret(struct str name)
{
	static const char *const words[] = {"token", "secret", "passwd", "password", "passphrase", "credential",
		"apikey", "api_key", "access_key", "private_key", "privatekey", "_auth", "auth_", "mnemonic", "webhook", "session_key",
		"signing_key", "encryption_key", NULL};

	return has_any_nocase(name, words) || str_ends_nocase(name, "_key") || str_ends_nocase(name, "_pat");
}

bool js_name_is_wallet_key(struct str n)
{
	static const char *const words[] = {"privatekey", "private_key", "secretkey", "secret_key", "mnemonic",
		"seedphrase", "seed_phrase", "keypair", "recoveryphrase", NULL};

	return has_any_nocase(n, words) || str_equal_nocase(n, STR("seed"));
}

bool js_name_is_password(struct str n)
{
	static const char *const names[] = {"password", "passwd", "passphrase", "authorization", "secret", "totp_secret", "card_number", "cardnumber",
		"card_cvc", "cardcvc", "card_cvv", "cardcvv", NULL};

	while (n.len && (n.p[0] == '$' || n.p[0] == '@' || n.p[0] == '_'))
		n = str_part(n, 1, n.len);
	for (int i = 0; names[i]; i++)
		if (str_equal_nocase(n, str_of(names[i])))
			return true;
	return false;
}

bool js_path_is_cred(struct str p)
{
	static const char *const parts[] = {"/.ssh", ".npmrc", ".pypirc", ".aws/credentials", ".aws\\credentials", ".aws/config",
		".git-credentials", ".gitconfig", ".netrc", ".docker/config.json", ".kube/config", ".gnupg", "private-keys-v1.d", "id_rsa",
		"id_ed25519", "id_ecdsa", "/etc/shadow", "/etc/passwd", "login data", "cookies.sqlite", "logins.json",
		"key4.db", "local state", "keychain", "wallet.dat", ".electrum", "exodus", "metamask", ".config/solana",
		"keystore", "application_default_credentials", "gcloud/credentials", ".azure/", "accesstokens.json",
		"gh/hosts.yml", ".vault-token", ".terraform.d/credentials", "nkbihfbeogaeaoehlefnkodbefgppknn",
		"local storage/leveldb", "local storage\\leveldb", "/proc/self/environ", ".bash_history", ".zsh_history", "/var/run/secrets/", "/run/secrets/", NULL};
	size_t n = p.len;

	if (has_any_nocase(p, parts))
		return true;
	return str_equal_nocase(p, STR(".env")) || (n > 5 && (str_ends(p, "/.env") || str_ends(p, "\\.env"))) ||
		str_ends(p, ".env.local") || str_ends(p, ".env.production");
}

bool js_path_is_persist(struct str p)
{
	static const char *const parts[] = {".bashrc", ".zshrc", ".profile", ".bash_profile", ".zprofile", ".zshenv",
		"/etc/cron", "crontab", "/etc/systemd", ".config/systemd", "launchagents", "launchdaemons",
		"start menu/programs/startup", "start menu\\programs\\startup", "\\startup\\", "currentversion\\run",
		"/autostart/", ".config/autostart", ".git/hooks", ".git\\hooks", ".github/workflows", ".github\\workflows",
		".vscode/tasks.json", ".claude/", ".cursor/", "/etc/init.d", "/etc/rc.local", "/etc/profile.d", "/etc/ld.so.preload",
		"/etc/sudoers", "/etc/passwd", "/etc/shadow", "/etc/pam.d/", ".ssh/authorized_keys", ".gitlab-ci.yml", ".husky/", ".mcp.json", NULL};

	for (int i = 0; parts[i]; i++)
		if (parts[i][0] == '.' && parts[i][strlen(parts[i]) - 1] != '/' ? has_name_nocase(p, parts[i]) : str_has_nocase(p, parts[i]))
			return true;
	return false;
}

bool js_host_is_metadata(struct str url)
{
	static const char *const hosts[] = {"169.254.169.254", "169.254.170.2", "metadata.google.internal", "100.100.100.200",
		"fd00:ec2::254", "::ffff:a9fe:a9fe", "metadata.azure", NULL};
	static const uint32_t addresses[] = {0xa9fea9fe, 0xa9feaa02, 0x646464c8};
	uint32_t ip;

	if (has_any_nocase(url, hosts))
		return true;
	if (!host_ipv4(url, &ip))
		return false;
	for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++)
		if (ip == addresses[i])
			return true;
	return false;
}

bool js_store_is_hook(struct str api)
{
	static const char *const names[] = {"fetch", "XMLHttpRequest", "XMLHttpRequest.prototype.open",
		"XMLHttpRequest.prototype.send", "XMLHttpRequest.prototype.setRequestHeader", "WebSocket",
		"WebSocket.prototype.send", "ethereum.request", "ethereum.send", "ethereum.sendAsync",
		"solana.signTransaction", "solana.signAndSendTransaction", "navigator.clipboard.writeText",
		"navigator.sendBeacon", "module._load", "module.prototype.require", "module.prototype._compile",
		"module._resolveFilename", "http.request", "https.request", "http.get", "https.get",
		"HTMLFormElement.prototype.submit", "Response.prototype.json", "Response.prototype.text", "net.Socket.prototype.connect",
		"child_process.spawn", "child_process.exec", "crypto.getRandomValues", "crypto.subtle.encrypt", NULL};

	for (int i = 0; names[i]; i++)
		if (str_is(api, names[i]))
			return true;
	return false;
}

/* ---------- the front end ---------- */

static const char *const globals[] = {"require", "process", "fetch", "eval", "Function", "document", "window",
	"globalThis", "self", "global", "module", "exports", "XMLHttpRequest", "WebSocket", "navigator",
	"localStorage", "sessionStorage", "setTimeout", "setInterval", "setImmediate", "Buffer", "atob", "btoa",
	"String", "Number", "Array", "Object", "Math", "JSON", "parseInt", "parseFloat", "unescape", "escape",
	"decodeURIComponent", "encodeURIComponent", "decodeURI", "encodeURI", "URL", "URLSearchParams", "FormData", "Image", "Uint8Array",
	"Promise", "Reflect", "Proxy", "RegExp", "Date", "Error", "importScripts", "EventSource", "Worker",
	"location", "top", "parent", "ethereum", "chrome", "browser", "Bun", "Deno", "polkit", "__dirname", "__filename",
	"queueMicrotask", "TextDecoder", "TextEncoder", "WebAssembly", "axios", "jQuery", "$", "Blob", "Map", "Set", "Symbol",
	"Boolean", "isNaN", "TypeError", "BigInt", "console", "Response", "Request", "Headers", "crypto", NULL};

static const char *const telling[] = {"child_process", "eval", "Function", "exec", "execSync", "spawn", "require",
	"constructor", "fromCharCode", "https", "http", "fs", "os", "net", "dns", "vm", "crypto", "request",
	"process", "env", "XMLHttpRequest", "cookie", "localStorage", "powershell", "cmd.exe", "/bin/sh", "bash", "fetch", "readFileSync",
	"writeFileSync", "homedir", "hostname", "runInThisContext", "createElement", "script", "ethereum", NULL};

static const char *const prefixes[] = {"globalThis.", "window.", "global.", "self.", "$ns.", "top.", NULL};

static const struct front_alias aliases[] = {
	{"process.mainModule", "module"}, {"require.main", "module"}, {"module.constructor", "module"},
	{"module.parent", "module"}, {"module.require", "require"}, {"module.Module", "module"},
	{"module.prototype.require", "require"}, {"require.cache", "$unknown"}, {"$ctor.constructor", "Function"},
	{"Object.constructor", "Function"}, {"$method.constructor", "Function"},
	{"$fnproto.constructor", "Function"}, {"Function.constructor", "Function"},
	{"AsyncFunction", "Function"}, {"globalThis", "globalThis"}, {"window", "globalThis"}, {"global", "globalThis"},
	{"self", "globalThis"}, {"$", "jQuery"}, {"fs.promises.promises", "fs.promises"}, {"undici.fetch", "fetch"},
	{"axios.default", "axios"}, {"timers.setTimeout", "setTimeout"}, {"WebSocket.WebSocket", "WebSocket"}, {"WebSocket.io", "WebSocket"},
	{"got.got", "got"}, {"crypto.webcrypto", "crypto"},
	{NULL, NULL},
};

static const struct front_alias shown[] = {{NULL, NULL}};

static const char *const builtins[] = {"String", "Number", "Boolean", "Array", "Object", "Math", "JSON",
	"parseInt", "parseFloat", "isNaN", "atob", "btoa", "unescape", "escape", "decodeURIComponent",
	"decodeURI", "encodeURIComponent", "encodeURI", "Buffer", "Uint8Array", "TextDecoder", "TextEncoder",
	"RegExp", "undefined", "NaN", "Infinity", "globalThis", "window", "global", "self", "require", NULL};

static const struct front_place places[] = {
	{"os.homedir", "~"}, {"process.env.HOME", "~"}, {"process.env.USERPROFILE", "~"},
	{"electron.app.getPath.home", "~"}, {"os.tmpdir", "\x01tmp\x02"}, {"process.env.TEMP", "\x01tmp\x02"},
	{"process.env.TMP", "\x01tmp\x02"}, {"process.env.TMPDIR", "\x01tmp\x02"}, {"process.execPath", "node"},
	{"process.argv0", "node"}, {"__dirname", "\x01__dirname\x02"}, {"__filename", "\x01__dirname\x02"},
	{"process.cwd", "\x01__dirname\x02"}, {"import.meta.url", "\x01__dirname\x02"}, {NULL, NULL},
};

static const char *const path_joins[] = {"path.join", "path.resolve", "path.posix.join", "path.win32.join", NULL};
static const char *const text_passes[] = {"path.normalize", "String", "encodeURI", "url.parse", "Buffer.from",
	"url.fileURLToPath", NULL};

static const char *const none[] = {NULL};

static const struct front_setting settings[] = {
	{"rejectUnauthorized", "false", "tls-verify-off"}, {"strictSSL", "false", "tls-verify-off"},
	{"insecureSkipVerify", "true", "tls-verify-off"}, {"contextIsolation", "false", "context-isolation"},
	{"nodeIntegration", "true", "context-isolation"}, {"nodeIntegrationInWorker", "true", "context-isolation"},
	{"webSecurity", "false", "context-isolation"}, {"sandbox", "false", "context-isolation"},
	{"allowRunningInsecureContent", "true", "context-isolation"}, {"webviewTag", "true", "context-isolation"},
	{"enableRemoteModule", "true", "context-isolation"},
	{NULL, NULL, NULL},
};

static const struct front_gate gates[] = {
	{"Date", "date"}, {"getTimezoneOffset", "locale"}, {"timeZone", "locale"}, {"navigator.language", "locale"},
	{".LANG", "locale"}, {"locale", "locale"}, {"countryCode", "locale"}, {"country", "locale"}, {"hostname", "host"},
	{"userInfo", "host"}, {"process.env.CI", "ci"}, {"GITHUB_ACTIONS", "ci"}, {"JENKINS", "ci"}, {"isCI", "ci"},
	{"process.platform", "platform"}, {"os.platform", "platform"},
	{"process.env.npm_config_", ""}, /* an option of whoever installs */
	{"process.env.", "env"}, {"npm_package_", "env"},
	{"location.host", "host"}, {"debugger", "debugger"},
	{NULL, NULL},
};

static bool import_folds(struct str api)
{
	return str_starts(api, "zlib") || str_is(api, "Buffer");
}

static bool own_module(struct str specifier)
{
	return str_starts(specifier, "./") || str_starts(specifier, "../") || str_is(specifier, ".") || str_is(specifier, "..");
}

static struct api_table table = {.rows = rows, .n_rows = sizeof(rows) / sizeof(*rows)};

const struct front front_javascript = {
	.name = "javascript",
	.layer = LANGUAGE_JAVASCRIPT,
	.grammar = js_grammar,
	.lower = js_lower,
	.literal = js_literal_own,
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
	.arg_methods = none,
	.add_methods = none,
	.mutators = none,
	.self_methods = none,
	.silent = none,
	.globals = globals,
	.settings = settings,
	.gates = gates,
	.telling = telling,
	.looks_like = looks_like_js,
};
