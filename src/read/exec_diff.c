#include "formats/pe.h"
#include "formats/signed_data.h"
#include "read/exec_int.h"

enum { LIST_MAX = 200, HIGH_ENTROPY = 7200, GROWN_MIN_BYTES = 64 << 10, DAY_SECONDS = 86400 };

struct diff {
	struct read_in *in;
	const struct exe *old, *new_;
	uint32_t unit;
	unsigned n;
	struct str net, exec;
};

static void fact(struct diff *d, enum fact_kind kind, struct str key, struct str value, struct str detail, uint64_t number)
{
	struct fact f = {.kind = kind, .unit = d->unit, .number = number, .key = key, .value = value, .detail = detail};

	d->n++;
	read_fact(d->in, &f);
}

static struct str change(struct diff *d, struct str old, struct str new_)
{
	return arena_printf(d->in->arena, "%.*s -> %.*s", STR_ARG(old), STR_ARG(new_));
}

/* --- imports and exports --- */

struct api {
	const char *name, *class;
};

/* Names are compared without the A/W and Ex endings of Windows. */
static const struct api apis[] = {
	{"connect", "net"}, {"socket", "net"}, {"getaddrinfo", "net"}, {"gethostbyname", "net"}, {"sendto", "net"},
	{"WSAStartup", "net"}, {"WSASocket", "net"}, {"InternetOpen", "net"}, {"InternetOpenUrl", "net"},
	{"InternetConnect", "net"}, {"HttpOpenRequest", "net"}, {"HttpSendRequest", "net"}, {"WinHttpOpen", "net"},
	{"WinHttpConnect", "net"}, {"WinHttpSendRequest", "net"}, {"URLDownloadToFile", "net"}, {"curl_easy_perform", "net"},
	{"DnsQuery", "net"}, {"SSL_connect", "net"}, {"CFReadStreamCreateForHTTPRequest", "net"}, {"bind", "net"},
	{"listen", "net"}, {"accept", "net"},
	{"execve", "exec"}, {"execv", "exec"}, {"execvp", "exec"}, {"execl", "exec"}, {"execlp", "exec"}, {"system", "exec"},
	{"popen", "exec"}, {"posix_spawn", "exec"}, {"posix_spawnp", "exec"}, {"fork", "exec"}, {"CreateProcess", "exec"},
	{"CreateProcessAsUser", "exec"}, {"ShellExecute", "exec"}, {"WinExec", "exec"}, {"_wsystem", "exec"},
	{"memfd_create", "exec"}, {"fexecve", "exec"},
	{"VirtualAlloc", "memory"}, {"VirtualProtect", "memory"}, {"mprotect", "memory"}, {"HeapCreate", "memory"},
	{"WriteProcessMemory", "inject"}, {"VirtualProtectExec", "inject"}, {"CreateRemoteThread", "inject"},
	{"NtUnmapViewOfSection", "inject"}, {"SetThreadContext", "inject"}, {"QueueUserAPC", "inject"},
	{"NtCreateThread", "inject"}, {"RtlCreateUserThread", "inject"}, {"ptrace", "inject"},
	{"process_vm_writev", "inject"}, {"OpenProcess", "inject"}, {"task_for_pid", "inject"},
	{"RegSetValue", "persist"}, {"RegCreateKey", "persist"}, {"CreateService", "persist"}, {"SMLoginItemSetEnabled", "persist"},
	{"SetWindowsHook", "keys"}, {"GetAsyncKeyState", "keys"}, {"GetKeyboardState", "keys"}, {"CGEventTapCreate", "keys"},
	{"GetClipboardData", "clip"}, {"BitBlt", "screen"}, {"CGDisplayCreateImage", "screen"},
	{"IsDebuggerPresent", "gate"}, {"CheckRemoteDebuggerPresent", "gate"}, {"NtQueryInformationProcess", "gate"},
	{"LoadLibrary", "code"}, {"GetProcAddress", "code"}, {"dlopen", "code"}, {"dlsym", "code"}, {"dlmopen", "code"},
	{"LdrLoadDll", "code"}, {"NSAddImage", "code"}, {"NSLinkModule", "code"},
	{"CryptUnprotectData", "cred"}, {"CredRead", "cred"}, {"CredEnumerate", "cred"}, {"SecKeychainFindGenericPassword", "cred"},
	{"SecItemCopyMatching", "cred"}, {"LsaRetrievePrivateData", "cred"}, {"MiniDumpWriteDump", "cred"},
	{"AdjustTokenPrivileges", "privilege"}, {"setuid", "privilege"}, {"setresuid", "privilege"}, {"setgid", "privilege"},
	{"GetComputerName", "host"}, {"GetUserName", "host"}, {"GetAdaptersInfo", "host"}, {"GetAdaptersAddresses", "host"},
	{"gethostname", "host"}, {"uname", "host"}, {"getpwuid", "host"}, {"getlogin", "host"},
	{"audit_log", "trace"}, {"ClearEventLog", "trace"}, {"EvtClearLog", "trace"},
};

static bool api_equal(struct str symbol, const char *name)
{
	size_t n = strlen(name);
	struct str rest;

	if (!str_starts(symbol, name))
		return false;
	rest = str_part(symbol, n, symbol.len);
	return rest.len == 0 || str_is(rest, "A") || str_is(rest, "W") || str_is(rest, "Ex") || str_is(rest, "ExA") ||
		str_is(rest, "ExW");
}

const char *api_class(struct str symbol)
{
	size_t bang = str_rfind_char(symbol, '!');

	if (bang != SIZE_MAX)
		symbol = str_part(symbol, bang + 1, symbol.len);
	for (size_t i = 0; i < sizeof(apis) / sizeof(apis[0]); i++)
		if (api_equal(symbol, apis[i].name))
			return apis[i].class;
	return NULL;
}

static void keys_of(struct diff *d, const struct str *list, size_t n, struct keyset *ret)
{
	keyset_init(ret, d->in->arena);
	for (size_t i = 0; i < n && budget_step(d->in->budget, 1); i++)
		keyset_add(ret, key_of(list[i], 0));
}

/* First those whose purpose is known and whole libraries, then the rest, as many as fit. */
static void new_imports(struct diff *d)
{
	struct keyset have;
	unsigned listed = 0;

	keys_of(d, d->old ? d->old->imports : NULL, d->old ? d->old->n_imports : 0, &have);
	for (int round = 0; round < 2; round++) {
		for (size_t i = 0; i < d->new_->n_imports && listed < LIST_MAX; i++) {
			struct str key = d->new_->imports[i];
			const char *class = api_class(key);
			bool lib = !str_has(key, "!");

			if (!budget_step(d->in->budget, 1))
				return;
			if ((round == 0) != (class || lib) || (!d->old && !class && !lib) ||
				!keyset_add(&have, key_of(key, 0)))
				continue;
			listed++;
			if (class && !d->net.len && strcmp(class, "net") == 0)
				d->net = key;
			if (class && !d->exec.len && strcmp(class, "exec") == 0)
				d->exec = key;
			fact(d, FACT_EXE_IMPORT, key, STR_NONE, str_of(lib ? "library" : class), 0);
		}
	}
}

static void new_exports(struct diff *d)
{
	struct keyset have;
	unsigned listed = 0;

	if (!d->old)
		return; /* newness alone says nothing */
	keys_of(d, d->old->exports, d->old->n_exports, &have);
	for (size_t i = 0; i < d->new_->n_exports && listed < LIST_MAX; i++) {
		struct str key = d->new_->exports[i];

		if (!budget_step(d->in->budget, 1))
			return;
		if (!keyset_add(&have, key_of(key, 0)))
			continue;
		listed++;
		fact(d, FACT_EXE_EXPORT, key, STR_NONE, str_has(key, " -> ") ? STR("forward") : STR_NONE, 0);
	}
}

/* --- sections --- */

static const struct exe_section *section_named(const struct exe *e, struct str name)
{
	for (size_t i = 0; e && i < e->n_sections && i < 512; i++)
		if (str_equal(e->sections[i].name, name))
			return &e->sections[i];
	return NULL;
}

static void section_fact(struct diff *d, const struct exe_section *s, const char *what)
{
	struct fact f = {.kind = FACT_EXE_SECTION, .unit = d->unit, .offset = s->offset, .length = s->bytes,
		.number = s->bytes, .key = s->name, .value = str_of(what),
		.detail = arena_printf(d->in->arena, "%s%s%s entropy %u.%02u", s->r ? "r" : "-", s->w ? "w" : "-",
			s->x ? "x" : "-", s->millibits / 1000, s->millibits % 1000 / 10)};

	d->n++;
	read_fact(d->in, &f);
}

static void sections(struct diff *d)
{
	unsigned listed = 0;

	for (size_t i = 0; i < d->new_->n_sections && listed < LIST_MAX; i++) {
		const struct exe_section *s = &d->new_->sections[i], *o = section_named(d->old, s->name);
		unsigned before = d->n;

		if (!budget_step(d->in->budget, 16))
			return;
		if (d->old && !o)
			section_fact(d, s, "new");
		if (s->w && s->x && !(o && o->w && o->x))
			section_fact(d, s, "rwx");
		if (s->millibits > HIGH_ENTROPY && !(o && o->millibits > HIGH_ENTROPY))
			section_fact(d, s, "high-entropy");
		if (o && s->bytes > GROWN_MIN_BYTES && s->bytes / 2 > o->bytes)
			section_fact(d, s, "grown");
		listed += d->n - before;
	}
}

/* --- properties --- */

static struct str trait_value(const struct exe *e, const char *key)
{
	for (size_t i = 0; i < e->n_traits; i++)
		if (strcmp(e->traits[i].key, key) == 0)
			return e->traits[i].value;
	return STR_NONE;
}

/* PDB and compiler lines name versions and folders: only the part that should not change. */
static void traits(struct diff *d)
{
	for (size_t i = 0; i < d->new_->n_traits; i++) {
		const struct exe_trait *t = &d->new_->traits[i];
		struct str old = trait_value(d->old, t->key);

		if (!str_equal(old, t->value))
			fact(d, FACT_EXE, str_of(t->key), change(d, old.len ? old : STR("none"), t->value), STR_NONE, 0);
	}
	for (size_t i = 0; i < d->old->n_traits; i++) {
		const struct exe_trait *t = &d->old->traits[i];

		if (!trait_value(d->new_, t->key).len)
			fact(d, FACT_EXE, str_of(t->key), change(d, t->value, STR("none")), STR("lost"), 0);
	}
}

static void trace(struct diff *d, const struct exe_trait *t, struct str old)
{
	struct fact f = {.kind = FACT_TRACE, .unit = d->unit, .key = str_of(t->key), .value = t->value};

	if (!str_equal(t->value, old))
		read_fact(d->in, &f);
}

/* What tells who built it, where OLD does not say the same. */
static void traces(struct diff *d)
{
	static const char *const told[] = {"rich", "rich-checksum", "pdb", "compiler", "go"};

	for (size_t i = 0; i < d->new_->n_traits; i++)
		for (size_t k = 0; k < sizeof(told) / sizeof(told[0]); k++)
			if (strcmp(d->new_->traits[i].key, told[k]) == 0)
				trace(d, &d->new_->traits[i], d->old ? trait_value(d->old, told[k]) : STR_NONE);
	for (size_t i = 0; i < d->new_->n_marks; i++) {
		struct str old = STR_NONE;

		for (size_t k = 0; d->old && k < d->old->n_marks; k++)
			if (strcmp(d->old->marks[k].key, d->new_->marks[i].key) == 0)
				old = d->old->marks[k].value;
		trace(d, &d->new_->marks[i], old);
	}
}

/* Compares dotted numbers ("1.2.3.4", "1, 2, 3, 4"): -1, 0, 1. */
static int version_cmp(struct str a, struct str b)
{
	struct cursor x = cursor_of(a.p, a.len), y = cursor_of(b.p, b.len);

	for (int i = 0; i < 4; i++) {
		bool ok_x, ok_y;
		uint64_t n = cursor_dec(&x, 9, &ok_x), m = cursor_dec(&y, 9, &ok_y);

		if (!ok_x || !ok_y || n != m)
			return n < m ? -1 : n > m;
		while (cursor_left(&x) && (x.base[x.pos] < '0' || x.base[x.pos] > '9'))
			x.pos++;
		while (cursor_left(&y) && (y.base[y.pos] < '0' || y.base[y.pos] > '9'))
			y.pos++;
	}
	return 0;
}

static void version(struct diff *d)
{
	struct str old = d->old->version, new_ = d->new_->version;

	if (str_equal(old, new_))
		return;
	if (old.len && new_.len)
		fact(d, FACT_EXE, STR("version"), change(d, old, new_), version_cmp(new_, old) < 0 ? STR("lower") : STR_NONE, 0);
	else
		fact(d, FACT_EXE, STR("version"), change(d, old.len ? old : STR("none"), new_.len ? new_ : STR("none")), STR_NONE, 0);
}

static void timestamp(struct diff *d)
{
	uint32_t old = d->old->timestamp, new_ = d->new_->timestamp;

	if (!old || !new_ || new_ >= old || old - new_ < DAY_SECONDS || old > 2000000000u)
		return;
	fact(d, FACT_EXE, STR("timestamp"), arena_printf(d->in->arena, "%u -> %u", old, new_), STR("backwards"), old - new_);
}

static void permissions(struct diff *d)
{
	struct keyset have;

	keys_of(d, d->old->permissions, d->old->n_permissions, &have);
	for (size_t i = 0; i < d->new_->n_permissions; i++)
		if (keyset_add(&have, key_of(d->new_->permissions[i], 0)))
			fact(d, FACT_TRUST, STR("permission"), change(d, STR("none"), d->new_->permissions[i]), STR("entitlement"), 0);
}

/* --- signature and overlay --- */

/* A renewed certificate has another serial and key; another publisher is a change of hands. */
static void signer_field(struct diff *d, const char *key, struct str old, struct str new_, bool changed_hands)
{
	struct fact f = {.kind = FACT_EXE_SIGNER, .flags = changed_hands ? FACT_CHANGED_VALUE : 0, .unit = d->unit,
		.key = str_of(key)};

	if (str_equal(old, new_))
		return;
	f.value = change(d, old, new_);
	d->n++;
	read_fact(d->in, &f);
}

static void digest_fact(struct diff *d, struct str subject)
{
	struct fact f = {.kind = FACT_EXE_SIGNER, .flags = FACT_CHANGED_VALUE, .unit = d->unit, .key = STR("digest"),
		.value = subject, .detail = STR("the signed digest is not that of the file")};

	d->n++;
	read_fact(d->in, &f);
}

static void signer(struct diff *d)
{
	const struct exe_signer *n = &d->new_->signer, *o = d->old ? &d->old->signer : NULL;

	if (n->digest_known && !n->digest_matches && !(o && o->digest_known && !o->digest_matches))
		digest_fact(d, n->subject);
	if (!o)
		return;
	if (o->present && !n->present)
		fact(d, FACT_EXE_SIGNER, STR("none"), change(d, o->subject, STR("none")), STR("lost"), 0);
	else if (!o->present && n->present)
		fact(d, FACT_EXE_SIGNER, STR("added"), n->subject, STR_NONE, 0);
	else if (o->readable && !n->readable && n->present)
		fact(d, FACT_EXE_SIGNER, STR("none"), change(d, o->subject, STR("unreadable")), STR("unreadable"), 0);
	if (!o->present || !n->present || !n->readable || !o->readable)
		return;
	signer_field(d, "subject", o->subject, n->subject, !str_equal(signed_publisher(o->subject), signed_publisher(n->subject)));
	signer_field(d, "issuer", o->issuer, n->issuer, false);
	signer_field(d, "serial", o->serial, n->serial, false);
	signer_field(d, "key", o->key, n->key, false);
	signer_field(d, "team", o->team, n->team, o->team.len > 0);
}

static bool same_bytes(const struct exe *a, uint64_t a_at, uint64_t a_bytes, const struct exe *b, uint64_t b_at, uint64_t b_bytes)
{
	struct cursor x = cursor_clip(&a->bytes, a_at, a_bytes), y = cursor_clip(&b->bytes, b_at, b_bytes);

	return x.len == y.len && (x.len == 0 || memcmp(x.base, y.base, x.len) == 0);
}

static bool zero_bytes(const struct exe *e, uint64_t offset, uint64_t bytes)
{
	struct cursor c = cursor_clip(&e->bytes, offset, bytes);

	for (size_t i = 0; i < c.len; i++)
		if (c.base[i])
			return false;
	return true;
}

static void overlay_fact(struct diff *d, const char *key, uint64_t offset, uint64_t bytes)
{
	struct format_claim claims[4];
	struct cursor c = cursor_clip(&d->new_->bytes, offset, bytes), head = cursor_clip(&c, 0, FORMAT_HEAD_BYTES);
	struct fact f = {.kind = FACT_EXE_OVERLAY, .unit = d->unit, .offset = offset, .length = bytes, .number = bytes,
		.key = str_of(key)};

	if (format_probe(head, c.len, claims))
		f.value = arena_printf(d->in->arena, "looks like %s", format_name(claims[0].id));
	f.excerpt = str_view(c.base, c.len < 64 ? c.len : 64);
	d->n++;
	read_fact(d->in, &f);
}

static void overlay(struct diff *d)
{
	const struct exe *n = d->new_, *o = d->old;

	if (!budget_step(d->in->budget, n->overlay_bytes / 64 + 1))
		return;
	if (n->overlay_bytes && !n->overlay_opened && !zero_bytes(n, n->overlay_offset, n->overlay_bytes)) {
		if (!o || !o->overlay_bytes)
			overlay_fact(d, "added", n->overlay_offset, n->overlay_bytes);
		else if (n->overlay_bytes > GROWN_MIN_BYTES && n->overlay_bytes / 2 > o->overlay_bytes)
			overlay_fact(d, "grown", n->overlay_offset, n->overlay_bytes);
	}
	if (!n->signer.hidden_bytes || zero_bytes(n, n->signer.hidden_offset, UINT64_MAX))
		return;
	if (!o || !o->signer.hidden_bytes ||
		!same_bytes(o, o->signer.hidden_offset, UINT64_MAX, n, n->signer.hidden_offset, UINT64_MAX))
		overlay_fact(d, "after-signature", n->signer.hidden_offset, n->bytes.len - n->signer.hidden_offset);
}

/* What headers newly contradict. */
static void contradictions(struct diff *d)
{
	bool alike = d->old && d->old->odd_name == d->new_->odd_name;
	uint32_t odd = d->new_->odd & ~(alike ? d->old->odd : 0);

	for (unsigned i = 0; odd >> i && i < 32; i++)
		if (odd >> i & 1)
			fact(d, FACT_EXE, STR("contradiction"), str_of(d->new_->odd_name(i)), STR_NONE, 0);
}

struct exe_diff_result exe_diff(struct read_in *in, const struct exe *old, const struct exe *new_, uint32_t unit)
{
	struct diff d = {.in = in, .old = old, .new_ = new_, .unit = unit};

	if (!old)
		fact(&d, FACT_EXE, STR("added"), trait_value(new_, "machine"), STR_NONE, new_->bytes.len);
	if (new_->damage && !(old && old->damage))
		fact(&d, FACT_EXE, STR("damage"), str_of(new_->damage), STR_NONE, 0);
	if (old) {
		traits(&d);
		version(&d);
		timestamp(&d);
		permissions(&d);
	}
	contradictions(&d);
	traces(&d);
	signer(&d);
	overlay(&d);
	sections(&d);
	new_imports(&d);
	new_exports(&d);
	return (struct exe_diff_result){d.n, d.net, d.exec};
}

/* --- code --- */

enum { CHUNK_MIN = 32, CHUNK_MAX = 512, CHUNK_MASK = 0x3f };

/* Content-defined cuts, so that moved code still counts as the same: a rolling sum of mixed bytes. */
static uint64_t code_chunks(const struct exe *e, struct keyset *set, const struct keyset *have, struct budget *b, uint64_t *ret_total)
{
	uint64_t fresh = 0, total = 0;

	for (size_t i = 0; i < e->n_sections; i++) {
		struct cursor c;
		uint32_t roll = 0;
		size_t from = 0;

		if (!e->sections[i].x)
			continue;
		c = cursor_clip(&e->bytes, e->sections[i].offset, e->sections[i].bytes);
		if (!budget_step(b, c.len / 32 + 1))
			break;
		for (size_t k = 0; k < c.len; k++) {
			roll = (roll << 1) + (c.base[k] * 2654435761u >> 7);
			if (k + 1 < c.len && (k - from + 1 < CHUNK_MIN || (roll >> 20 & CHUNK_MASK)) && k - from + 1 < CHUNK_MAX)
				continue;
			total += k + 1 - from;
			if (set)
				keyset_add(set, fast_hash(c.base + from, k + 1 - from, 0));
			else if (!keyset_has(have, fast_hash(c.base + from, k + 1 - from, 0)))
				fresh += k + 1 - from;
			from = k + 1;
		}
	}
	*ret_total = total;
	return fresh;
}

uint32_t exe_code_changed(struct read_in *in, const struct exe *old, const struct exe *new_)
{
	struct keyset have;
	uint64_t total, fresh;

	keyset_init(&have, in->arena);
	code_chunks(old, &have, NULL, in->budget, &total);
	fresh = code_chunks(new_, NULL, &have, in->budget, &total);
	if (fresh == 0 || total == 0)
		return 0;
	fresh = fresh > UINT64_MAX / 1000 ? 1000 : fresh * 1000 / total;
	return fresh ? (uint32_t)fresh : 1;
}
