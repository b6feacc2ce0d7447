/* Values in place of others: numbers that became smaller, modes, switches and settings. */
#include "read/weaken_int.h"

enum { FLIPS_MAX = 6 /* words of one edit that may each be a setting's value */ };

static const char *const if_words[] = {"if", "elif", "elsif", "elseif", "unless", "?", "guard"};
static const char *const round_words[] = {"pbkdf2", "pbkdf2sync", "pbkdf2_hmac", "hash_pbkdf2", "iterations", "iteration", "rounds", "saltrounds",
	"cost", "bcrypt", "scrypt", "scryptsync", "argon2", "work_factor", "modulus_length", "moduluslength", "key_size", "keysize", "randombytes",
	"token_hex", "token_bytes", "token_urlsafe", "random_bytes", "gensalt", "rfc2898derivebytes", "pbekeyspec", "generatekey", "hsts", "secure_hsts_seconds", "passwordmin", "password_min_length", "passwordminlength", "lockminutes", "lockout"};
static const char *const size_words[] = {"memcmp", "strncmp", "crypto_memcmp", "compare_digest", "timingsafeequal", "consttime_memcmp",
	"sodium_memcmp", "constanttimecompare", "subtle", "timingsafe_bcmp"};

static uint64_t number_of(struct str w, bool *ok)
{
	uint64_t v = 0;
	size_t i = 0, digits = 0;

	for (; i < w.len && digits < 15; i++) {
		if (w.p[i] == '_')
			continue;
		if (w.p[i] < '0' || w.p[i] > '9')
			break;
		v = v * 10 + (uint64_t)(w.p[i] - '0');
		digits++;
	}
	*ok = digits > 0;
	return v;
}

/* As the language writes a mode: 0755, 0o755; commands have the bare digits. */
static uint64_t octal_of(struct str w, bool bare, bool *ok)
{
	uint64_t v = 0;
	size_t i = str_starts(w, "0o") || str_starts(w, "0O") ? 2 : 0;

	*ok = w.len > i && w.len - i <= 5 && (w.p[0] == '0' || (bare && w.len <= 4));
	for (; *ok && i < w.len; i++) {
		*ok = w.p[i] >= '0' && w.p[i] <= '7';
		v = v * 8 + (uint64_t)(w.p[i] - '0');
	}
	return v;
}

static bool names_secret_file(struct str name)
{
	static const char *const words[] = {"key", "secret", "token", "credential", "passw", "private", "cookie"};

	return HAS_WORD(name, words);
}

/* A length, a number of rounds that became much smaller; a mode that opens more. */
bool weaken_number(struct weaken *k, const struct edit *e)
{
	static const char *const mode_words[] = {"chmod", "fchmod", "lchmod", "mkdir", "mkdirall", "writefile", "writefilesync", "openfile", "install", "mode", "umask", "chmodsync",
		"os.chmod", "key_mode", "file_mode", "perm", "permissions"};
	const struct side *s = &k->side[NEW];
	struct str was = edit_only_changed(k, e, OLD), now = edit_only_changed(k, e, NEW);
	size_t begin = statement_begin(k, s, e->from[NEW]), end = statement_end(k, s, e->to[NEW]), from = e->from[NEW] > 14 ? e->from[NEW] - 14 : 0;
	uint64_t before, after;
	bool ok, ok2, aimed = false;

	if (e->changed[OLD] != 1 || e->changed[NEW] != 1)
		return false;
	from = from > begin ? from : begin;
	before = octal_of(was, language_family(k->lang) == FAMILY_WORDS, &ok);
	after = octal_of(now, language_family(k->lang) == FAMILY_WORDS, &ok2);
	for (size_t i = from; i < end; i++)
		aimed |= WORD_IN(word_at(s, i), mode_words);
	if (ok && ok2 && aimed) {
		bool mask = words_count(s, from, end, (const char *const[]){"umask"}, 1, false) != 0;

		bool secret = name_around(k, NEW, e->from[NEW], names_secret_file);

		if (mask ? (before & 022) & ~after : (after & (secret ? 06044u : 06002u)) & ~before)
			return edit_lose(k, e, "mode opens more", true);
	}
	before = number_of(was, &ok);
	after = number_of(now, &ok2);
	if (!ok || !ok2 || after * 4 > before || str_has(was, ".") || str_has(now, "."))
		return false;
	for (size_t i = from; i < end; i++) {
		if (WORD_IN(word_at(s, i), round_words) || WORD_IN(word_at(s, i), size_words))
			return edit_lose(k, e, "number much smaller", true);
	}
	return false;
}

/* --- safeguards that a literal switches off, in any language --- */

struct off_switch {
	const char *word;  /* as the token says it, or a part of a text */
	const char *value; /* behind it, within a few tokens; "" = the word is enough */
	bool replaces;     /* a choice that stood there before; where it is new, it is a choice like others */
};

static const struct off_switch off_switches[] = {{"VERIFY_NONE", ""}, {"SSL_VERIFY_NONE", ""}, {"CERT_NONE", ""}, {"InsecureSkipVerify", "true"},
	{"danger_accept_invalid_certs", "true"}, {"danger_accept_invalid_hostnames", "true"},
	{"DangerousAcceptAnyServerCertificateValidator", ""}, {"ServerCertificateCustomValidationCallback", "true"},
	{"ServerCertificateValidationCallback", "true"}, {"NoopHostnameVerifier", ""}, {"ALLOW_ALL_HOSTNAME_VERIFIER", ""},
	{"AllowAllHostnameVerifier", ""}, {"setDefaultHostnameVerifier", "true"}, {"setHostnameVerifier", "true"}, {"TrustAllStrategy", ""},
	{"_create_unverified_context", ""}, {"ignore-certificate-errors", ""}, {"AllowAnonymous", ""}, {"csrf_exempt", ""}, {"exempt", ""}, {"[trusted=yes]", ""},
	{"CURLOPT_SSL_VERIFYPEER", "false"}, {"CURLOPT_SSL_VERIFYPEER", "0"}, {"CURLOPT_SSL_VERIFYPEER", "0L"}, {"CURLOPT_SSL_VERIFYHOST", "0"},
	{"CURLOPT_SSL_VERIFYHOST", "0L"}, {"CURLOPT_SSL_VERIFYHOST", "false"}, {"SkipCertificateCheck", ""}, {"-SkipCertificateCheck", ""}, {"VersionSSL30", ""},
	{"SSLv3", ""}, {"skip_before_action", "authenticate"}, {"skip_before_action", "require"}, {"skip_before_action", "verify_authenticity_token"},
	{"ignoreExpiration", "true"}, {"verify_signature", "False"}, {"algorithms", "none", true}, {"Set-ExecutionPolicy", "Bypass"}, {"ALLOWED_HOSTS", "*", true}, {"DEBUG", "True", true}, {"origin", "*", true},
	{"AllowAnyOrigin", ""}, {"verify", "0", true}, {"disabled", "true"}};

static bool text_says(struct str w, const char *z, bool nocase)
{
	struct str v = w;

	while (v.len && strchr("'\":@`", v.p[0]))
		v = str_part(v, 1, v.len);
	while (v.len && strchr("'\"`", v.p[v.len - 1]))
		v = str_part(v, 0, v.len - 1);
	return (nocase ? str_equal_nocase(v, str_of(z)) : str_is(v, z)) || (z[0] == '[' && str_has(w, z)) || (strlen(z) > 9 && str_starts(v, z));
}

static bool switch_at(const struct side *s, size_t i, const struct off_switch *o, bool by_line, bool nocase)
{
	bool fresh = s->w[i].changed;

	if (!text_says(word_at(s, i), o->word, nocase))
		return false;
	if (o->replaces && s->w[i].changed)
		return false;
	if (!o->value[0] && word_is_name(s, i) && word_is(s, i + 1, '=') && !word_is(s, i + 2, '=') && !(i && word_is(s, i - 1, '.')))
		return false; /* a list of what there is: `SSLv3 = 2` */
	if (str_is(str_of(o->word), "disabled") && !(i > 1 && text_says(word_at(s, i - 2), "audit", true)))
		return false;
	if (str_is(str_of(o->word), "exempt") && !(i > 1 && text_says(word_at(s, i - 2), "csrf", true)))
		return false;
	if (!o->value[0])
		return fresh;
	if (word_is_text(s, i) && i && (word_is(s, i - 1, ':') || word_is(s, i - 1, '='))) /* "level": "DEBUG" */
		return false;
	for (size_t j = i + 1; j < s->n && j < i + 20; j++) {
		if (by_line && s->w[j].begins)
			break;
		fresh |= s->w[j].changed;
		if (text_says(word_at(s, j), o->value, true))
			return fresh;
		if (word_is(s, j, ';') || word_is(s, j, '}'))
			break;
	}
	return false;
}

/* Only where it was not said before, and stands under no new condition: an option asks first. */
bool weaken_switch(struct weaken *k, const struct edit *e)
{
	size_t from = e->from[NEW] > 10 ? e->from[NEW] - 10 : 0;

	for (size_t i = 0; i < sizeof(off_switches) / sizeof(off_switches[0]); i++) {
		const struct off_switch *o = &off_switches[i];
		bool found = false, known = false;

		for (size_t j = from; j < e->to[NEW] && j < k->side[NEW].n && !found; j++)
			found = switch_at(&k->side[NEW], j, o, 
				language_family(k->lang) == FAMILY_PYTHON || language_family(k->lang) == FAMILY_BLOCKS, k->lang == LANGUAGE_POWERSHELL);
		if (!found)
			continue;
		if (!budget_step(k->in->budget, 1 + k->side[OLD].n / 16))
			return false;
		for (size_t j = 0; j < k->side[OLD].n && !known; j++) {
			known = text_says(word_at(&k->side[OLD], j), o->word, true) && !o->value[0];
			for (size_t l = j + 1; o->value[0] && text_says(word_at(&k->side[OLD], j), o->word, true) && l < k->side[OLD].n && l < j + 12; l++)
				known |= text_says(word_at(&k->side[OLD], l), o->value, true);
		}
		if (known || COUNT(NEW, if_words))
			continue;
		edit_say(k, e, FACT_TRUST, "switched-off", 0, arena_printf(k->in->arena, "%s %s", o->word, o->value));
		return true;
	}
	return false;
}

/* The next changed word at or behind i; s->n if there is none before `to`. */
static size_t next_changed(const struct side *s, size_t i, size_t to)
{
	while (i < to && !s->w[i].changed)
		i++;
	return i < to ? i : s->n;
}

/* `csrf: { enabled: true }`: the name says nothing, its owner does. */
static bool owned_loosened(const struct side *s, size_t value, struct str was, struct str now)
{
	static const char *const plain[] = {"enabled", "enable", "required", "require", "active", "on", "strict", "enforce", "enforced"};
	static const char *const owners[] = {"csrf", "auth", "authentication", "authorization", "audit", "ratelimit", "rate_limit", "helmet", "csp", "hsts", "tls", "ssl", "mfa", "signature",
		"signing", "verification", "security", "sandbox", "firewall"};
	struct str name = value >= 2 ? word_unquoted(word_at(s, value - 2)) : STR_NONE, owner;

	if (!WORD_IN(name, plain) || !setting_loosened(STR("verify"), was, now))
		return false;
	owner = owner_name(s, value);
	return WORD_IN(owner, owners);
}

/* NAME = True -> NAME = False, and the other way where the name opens something; each of a few in one edit. */
bool weaken_setting(struct weaken *k, const struct edit *e)
{
	const struct side *o = &k->side[OLD], *s = &k->side[NEW];
	size_t was = next_changed(o, e->from[OLD], e->to[OLD]), now = next_changed(s, e->from[NEW], e->to[NEW]);

	if (e->changed[OLD] != e->changed[NEW] || e->changed[NEW] > FLIPS_MAX)
		return false;
	for (; was < o->n && now < s->n; was = next_changed(o, was + 1, e->to[OLD]), now = next_changed(s, now + 1, e->to[NEW])) {
		struct str a = word_at(o, was), b = word_at(s, now);

		if (owned_loosened(s, now, a, b)) {
			edit_say(k, e, FACT_TRUST, "setting", 0, arena_printf(k->in->arena, "%.*s: %.*s -> %.*s", STR_ARG(owner_name(s, now)), STR_ARG(a), STR_ARG(b)));
			return true;
		}
		for (size_t i = now, n = 0; i > 0 && n < 3; n++) {
			i--;
			if (!(word_is_name(s, i) || word_is_text(s, i)) || !setting_loosened(word_at(s, i), a, b))
				continue;
			edit_say(k, e, FACT_TRUST, "setting", setting_proves(word_at(s, i)) ? TRUST_TURNED : 0,
				arena_printf(k->in->arena, "%.*s: %.*s -> %.*s", STR_ARG(word_at(s, i)), STR_ARG(a), STR_ARG(b)));
			return true;
		}
	}
	return false;
}

/* https://host/... that became http://host/... */
bool weaken_in_the_clear(struct weaken *k, const struct edit *e)
{
	struct str was = edit_only_changed(k, e, OLD), now = edit_only_changed(k, e, NEW);
	size_t a = str_find_z(was, "https"), b = str_find_z(now, "http");

	if (e->changed[OLD] != 1 || e->changed[NEW] != 1 || a == SIZE_MAX || b != a || !str_equal(str_part(was, 0, a), str_part(now, 0, b)) ||
		!str_equal(str_part(was, a + 5, was.len), str_part(now, b + 4, now.len)))
		return false;
	if (!str_has(was, "://") && !str_starts(str_part(k->side[NEW].text, (size_t)(now.p - k->side[NEW].text.p) + now.len, 3), "://"))
		return false;
	edit_say(k, e, FACT_TRUST, "in-the-clear", 0, now);
	return true;
}
