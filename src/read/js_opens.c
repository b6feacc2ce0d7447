/*
 * Ways in: code that lets in whoever knows what stands in it. A password, or what a client sends, is
 * compared with a literal (or its digest with a written digest), and where they are equal the answer
 * is yes, or rights are given. What compares with a stored value asks a person; this asks a line.
 */
#include "js_int.h"

#include "front.h"

enum { DEPTH = 5, PROOF_STEPS = 64, SCAN_NODES = 400, TAINTS = 16, CLIMB = 12, LITERAL_MIN = 3, DIGEST_MIN = 32, NAME_BYTES = 200 };

static const char *const hashing[] = {"md5", "sha1", "sha224", "sha256", "sha384", "sha512", "hexdigest", "digest", "hash", "crypt",
	"fingerprint", "pbkdf2", "scrypt", "base64"};
/* Who is asked "who are you?" is one of these. */
static const char *const asking[] = {"auth", "login", "logon", "verif", "valid", "check", "allow", "permit", "access", "passw", "credential",
	"trust", "signin", "sign_in", "session", "admin", "grant", "licens"};
/* These say of a password that it is a bad one, or of a value that it hides one. */
static const char *const weak[] = {"default", "weak", "common", "placeholder", "mask", "hidden", "strength", "redact", "changed", "empty", "dummy",
	"sample", "example", "demo", "test", "mock", "fake", "stub", "unset", "blank", "insecure", "breach", "pwned"};
/* Who shows how a login works writes one of these. */
static const char *const shown[] = {"secret", "admin", "letmein", "1234", "qwerty", "hunter2", "foo", "bar", "guest", "hello", "welcome", "abc", "user", "root"};
/* Equal is 0 for these, and true for those. */
static const char *const ordering[] = {"strcmp", "strncmp", "memcmp", "strcasecmp", "strncasecmp", "bcmp", "timingsafe_bcmp", "wcscmp", "lstrcmp",
	"lstrcmpa", "lstrcmpw", "strcoll", "g_strcmp0", "consttime_memequal", "crypto_memcmp", "sodium_memcmp", "compareto"};
static const char *const equality[] = {"hash_equals", "compare_digest", "timingsafeequal", "secure_compare", "fixed_length_secure_compare", "equals",
	"equal", "constanttimecompare", "equalfold", "equalsignorecase", "strequal", "streq", "g_str_equal", "password_verify", "isequal", "constant_time_compare",
	"comparesync", "bcrypt.compare"};
static const char *const entering[] = {"wp_set_auth_cookie", "wp_set_current_user", "set_role", "add_cap", "grant_super_admin", "setuid", "seteuid",
	"setreuid", "setresuid", "login_user", "loginusingid", "loginbyid", "force_login", "sign_in", "log_in", "session_regenerate_id", "wp_create_user",
	"wp_insert_user", "create_superuser", "grantaccess"};

static bool is_one_of(struct str name, const char *const *list, size_t n)
{
	size_t dot = str_rfind_char(name, '.');

	if (dot != SIZE_MAX)
		name = str_part(name, dot + 1, name.len);
	for (size_t i = 0; i < n; i++)
		if (str_equal_nocase(name, str_of(list[i])))
			return true;
	return false;
}

static bool names_one_of(struct str name, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_find_nocase(name, list[i]) != SIZE_MAX)
			return true;
	return false;
}

#define IS_ONE_OF(name, list) is_one_of(name, list, sizeof(list) / sizeof((list)[0]))
#define NAMES_ONE_OF(name, list) names_one_of(name, list, sizeof(list) / sizeof((list)[0]))

static struct str called(struct js *j, uint32_t n)
{
	struct js_call c;
	uint32_t property;

	js_call_of(j, n, &c);
	property = c.callee_node ? js_kid(j, c.callee_node, R_PROPERTY) : 0;
	if (property && j->nodes[property].x)
		return js_name_str(j, j->nodes[property].x);
	/* a function that is called where it stands has no name, and may be all of the text */
	return c.callee_node && j->nodes[c.callee_node].to - j->nodes[c.callee_node].from < NAME_BYTES ? js_text(j, c.callee_node) : STR_NONE;
}

/* ---------- what is compared ---------- */

/* A name that holds what somebody typed to prove who he is. */
static bool name_is_proof(struct str n)
{
	static const char *const names[] = {"pass", "pwd", "passw", "passcode", "userpass", "user_pass", "pin", "pincode"};

	while (n.len && strchr("$@_", n.p[0]))
		n = str_part(n, 1, n.len);
	return js_name_is_password(n) || str_ends_nocase(n, "password") || str_ends_nocase(n, "passwd") || IS_ONE_OF(n, names);
}

/* A key's fingerprint; what a client sent; a password; a digest of one of these two. */
enum proof { PROOF_NONE, PROOF_KEY, PROOF_SENT, PROOF_PASSWORD, PROOF_DIGEST };

static bool names_key(struct str n)
{
	static const char *const words[] = {"fingerprint", "pubkey", "publickey", "public_key"};

	return NAMES_ONE_OF(n, words);
}

/* *left: expressions that may still be looked at. */
static enum proof proof_in(struct js *j, uint32_t n, int depth, unsigned *left)
{
	const struct js_node *me = &j->nodes[n];
	uint32_t taints[TAINTS];
	size_t k;
	enum proof best = PROOF_NONE;

	if (!n || depth > DEPTH || !*left)
		return PROOF_NONE;
	--*left;
	if (me->kind == J_CALL || me->kind == J_NEW) {
		struct js_call c;
		uint32_t object;
		bool hashes;

		js_call_of(j, n, &c);
		hashes = NAMES_ONE_OF(called(j, n), hashing);
		for (uint32_t i = 0; i < c.n_args && best < PROOF_PASSWORD; i++) {
			enum proof p = c.args[i] ? proof_in(j, c.args[i], depth + 1, left) : PROOF_NONE;

			best = p > best ? p : best;
		}
		object = c.callee_node ? js_kid(j, c.callee_node, R_OBJECT) : 0;
		if (best < PROOF_PASSWORD && object) {
			enum proof p = proof_in(j, object, depth + 1, left);

			best = p > best ? p : best;
		}
		if (!best && names_key(called(j, n)))
			return PROOF_KEY;
		return best >= PROOF_SENT && hashes ? PROOF_DIGEST : best;
	}
	if ((me->kind == J_ID || me->kind == J_PROP) && name_is_proof(js_text(j, n)))
		return PROOF_PASSWORD;
	if (me->kind == J_ID && me->y && me->y < j->n_vars && j->vars[me->y].init && j->vars[me->y].init != n &&
		(best = proof_in(j, j->vars[me->y].init, depth + 1, left)) != PROOF_NONE)
		return best;
	if (me->kind == J_ID && names_key(js_text(j, n)))
		return PROOF_KEY;
	if (me->kind == J_MEMBER || me->kind == J_SUBSCRIPT) {
		uint32_t property = js_kid(j, n, R_PROPERTY);
		uint32_t index = js_kid(j, n, R_INDEX);
		struct str key;

		if ((property && name_is_proof(js_text(j, property))) || (index && js_const_str(j, j->av[index], &key) && name_is_proof(key)))
			return PROOF_PASSWORD;
	}
	if (me->kind == J_BIN || me->kind == J_COND || me->kind == J_LOGIC)
		return PROOF_NONE;
	k = js_taints_of(j, j->av[n], n, taints, TAINTS, NULL);
	for (size_t i = 0; i < k; i++) {
		const struct js_taint *t = &j->taints[j->taints[taints[i]].base];

		if (t->kind == SRC_REQUEST && best < PROOF_SENT)
			best = PROOF_SENT;
		/* parts of an object that holds one, too, carry the taint of a field: an address and its scheme */
		if (t->kind == SRC_CRED && !j->taints[taints[i]].weak && str_starts(t->label, "parameter ") && js_name_is_password(str_part(t->label, 10, t->label.len)))
			best = PROOF_PASSWORD;
	}
	return best;
}

static bool is_digest(struct str t)
{
	static const char *const kinds[] = {"SHA256:", "sha256:", "MD5:", "$2y$", "$2a$", "$2b$", "$6$", "$5$", "$1$", "$argon2", "$P$"};
	size_t hex = 0;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (t.len > 20 && str_starts(t, kinds[i]))
			return true;
	while (hex < t.len && strchr("0123456789abcdefABCDEF", t.p[hex]))
		hex++;
	return hex == t.len && t.len >= DIGEST_MIN && t.len % 8 == 0;
}

/* A written word that somebody has to know, and nobody would guess to be a word of the program. */
static bool is_secret_word(struct str t)
{
	if (t.len < LITERAL_MIN || NAMES_ONE_OF(t, weak) || str_find_nocase(t, "password") != SIZE_MAX || str_equal_nocase(t, STR("undefined")) ||
		str_equal_nocase(t, STR("null")) || str_equal_nocase(t, STR("none")))
		return false;
	for (size_t i = 1; i < t.len; i++)
		if (t.p[i] != t.p[0])
			return true;
	return false; /* "****" */
}

struct way_in {
	uint32_t literal;
	struct str word;
	enum proof proof;
	bool digest;
	bool any;   /* a digest of something that nothing says of what it is */
	bool equal; /* true where both are equal */
	bool zero;  /* 0 where both are equal */
};

/* sha256(data), or the program's own function of such a name. */
static bool hashes_something(struct js *j, uint32_t n)
{
	for (int depth = 0; n && depth < DEPTH && j->nodes[n].kind == J_CALL; depth++) {
		struct js_call c;

		js_call_of(j, n, &c);
		if (NAMES_ONE_OF(called(j, n), hashing))
			return true;
		n = c.callee_node ? js_kid(j, c.callee_node, R_OBJECT) : 0;
	}
	return false;
}

static bool sides(struct js *j, uint32_t a, uint32_t b, struct way_in *w)
{
	unsigned left = PROOF_STEPS;

	for (int i = 0; i < 2; i++) {
		uint32_t value = i ? a : b, literal = i ? b : a;

		if (!value || !literal || !js_const_str(j, j->av[literal], &w->word) || !is_secret_word(w->word))
			continue;
		w->digest = is_digest(w->word);
		w->proof = proof_in(j, value, 0, &left);
		w->literal = literal;
		w->any = w->digest && w->proof == PROOF_NONE && hashes_something(j, value);
		if (w->any)
			w->proof = PROOF_DIGEST;
		return w->proof != PROOF_NONE;
	}
	return false;
}

static bool compares(struct js *j, uint32_t n, struct way_in *w)
{
	const struct js_node *me = &j->nodes[n];
	struct js_call c;
	struct str name;
	uint32_t object;

	*w = (struct way_in){.equal = true};
	if (me->kind == J_BIN) {
		if (me->op != OP_EQ && me->op != OP_SEQ && me->op != OP_NE && me->op != OP_SNE)
			return false;
		w->equal = me->op == OP_EQ || me->op == OP_SEQ;
		return sides(j, me->first, me->last, w);
	}
	if (me->kind != J_CALL)
		return false;
	name = called(j, n);
	w->zero = IS_ONE_OF(name, ordering);
	if (!w->zero && !IS_ONE_OF(name, equality))
		return false;
	js_call_of(j, n, &c);
	if (c.n_args >= 2 && sides(j, c.args[0], c.args[1], w))
		return true;
	object = c.callee_node ? js_kid(j, c.callee_node, R_OBJECT) : 0;
	return object && c.n_args && sides(j, object, c.args[0], w);
}

/* ---------- what comes of it ---------- */

static bool is_yes(struct js *j, uint32_t n)
{
	static const char *const words[] = {"SUCCESS", "AUTHORIZED", "AUTH_OK", "ALLOW", "GRANT", "ACCEPT", "_OK", "True", "TRUE", "authenticated"};
	struct js_val v;

	if (!n)
		return false;
	if (j->nodes[n].kind == J_TRUE)
		return true;
	if (j->nodes[n].kind == J_ASSIGN)
		return is_yes(j, js_kid(j, n, R_RIGHT));
	if (js_av_const(j, j->av[n], &v) && v.t == V_BOOL)
		return v.b;
	if (j->nodes[n].kind == J_NUM)
		return js_av_const(j, j->av[n], &v) && v.t == V_NUM && v.n == 1;
	return j->nodes[n].kind == J_ID && NAMES_ONE_OF(js_text(j, n), words) && !str_starts(js_text(j, n), "NOT");
}

enum outcome { OUT_NONE, OUT_YES, OUT_ENTERS };

/* What a branch does first and last: says yes, or lets in. */
static enum outcome outcome_of(struct js *j, uint32_t n)
{
	uint32_t start = n, steps = 0;
	uint32_t fn = n ? j->nodes[n].fn : 0;
	enum outcome out = OUT_NONE;

	while (start && j->nodes[start].first)
		start = j->nodes[start].first;
	for (uint32_t i = start; n && i <= n && steps < SCAN_NODES; i++, steps++) {
		const struct js_node *me = &j->nodes[i];

		if (me->kind == J_CALL && IS_ONE_OF(called(j, i), entering))
			return OUT_ENTERS;
		if (me->fn != fn)
			continue;
		if (me->kind == J_RETURN && me->first && is_yes(j, me->first))
			out = OUT_YES;
		else if (me->kind == J_ASSIGN && is_yes(j, js_kid(j, i, R_RIGHT)))
			out = OUT_YES;
	}
	return out;
}

static bool is_alternative(const struct js *j, uint32_t n)
{
	return j->nodes[n].kind == J_LOGIC && j->nodes[n].op == OP_LOR;
}

/* compare(password, hash): a call that asks. */
static bool asks_somebody(struct js *j, uint32_t n)
{
	static const char *const words[] = {"compare", "verif", "authent", "password", "check", "login", "timingsafe", "compare_digest"};

	while (n && j->nodes[n].kind == J_AWAIT)
		n = j->nodes[n].first;
	return n && j->nodes[n].kind == J_CALL && NAMES_ONE_OF(called(j, n), words);
}

/* From a comparison up to what decides by it. */
static enum outcome decides(struct js *j, uint32_t n, struct way_in w)
{
	bool equal = w.equal, zero = w.zero, either = false;
	bool checked = false; /* ... and the other way in is a check */

	for (int k = 0; k < CLIMB; k++) {
		uint32_t up = j->nodes[n].parent;
		const struct js_node *me = &j->nodes[up];
		enum js_role role = (enum js_role)j->nodes[n].role;

		if (!up)
			return OUT_NONE;
		if (me->kind == J_UNARY && me->op == OP_NOT) {
			equal = zero ? equal : !equal;
			zero = false;
		} else if (me->kind == J_BIN && (me->op == OP_EQ || me->op == OP_NE || me->op == OP_SEQ || me->op == OP_SNE)) {
			uint32_t other = me->first == n ? me->last : me->first;
			struct str t = js_text(j, other);
			bool same = me->op == OP_EQ || me->op == OP_SEQ;

			if (!str_is(t, "0") && !str_is(t, "1") && !str_equal_nocase(t, STR("true")) && !str_equal_nocase(t, STR("false")))
				return OUT_NONE;
			if (zero)
				equal = str_is(t, "0") == same;
			else
				equal = equal == ((str_is(t, "1") || str_equal_nocase(t, STR("true"))) == same);
			zero = false;
		} else if (me->kind == J_LOGIC) {
			if (zero)
				return OUT_NONE;
			either |= is_alternative(j, up);
			checked |= is_alternative(j, up) && asks_somebody(j, me->first == n ? me->last : me->first);
			if (w.any && !checked)
				return OUT_NONE;
		} else if (me->kind == J_IF || me->kind == J_COND) {
			uint32_t branch;

			if (role != R_COND || (w.any && !checked))
				return OUT_NONE; /* what is right for one digest may be a version, a known file */
			if (me->kind == J_IF && checked && !zero && !equal) /* `if (!(check(x) || mine)) refuse`: it goes on */
				return OUT_YES;
			branch = js_kid(j, up, (zero ? !equal : equal) ? R_CONS : R_ALT);
			if (me->kind == J_COND)
				return branch && is_yes(j, branch) ? OUT_YES : OUT_NONE;
			return outcome_of(j, branch);
		} else if (me->kind == J_RETURN || ((me->kind == J_ASSIGN || me->kind == J_DECLARATOR) && (role == R_RIGHT || role == R_VALUE))) {
			return either && equal && !zero && (checked || !w.any) ? OUT_YES : OUT_NONE;
		} else if (me->kind != J_COLLAPSE && me->kind != J_OTHER && me->kind != J_SEQ && me->kind != J_AWAIT) {
			return OUT_NONE;
		}
		n = up;
	}
	return OUT_NONE;
}

static struct str name_of_function(struct js *j, uint32_t f)
{
	uint32_t node = j->fns[f].node, name = js_kid(j, node, R_NAME), up = j->nodes[node].parent;

	for (enum js_role r = R_NAME; !name && up && (r == R_NAME || r == R_LEFT || r == R_KEY); r = r == R_NAME ? R_LEFT : r == R_LEFT ? R_KEY : R_NONE)
		name = js_kid(j, up, r);
	return name ? js_text(j, name) : STR_NONE;
}

/* The names of the functions that it stands in, from the inside. */
static bool around(struct js *j, uint32_t n, bool (*asked)(struct str))
{
	uint32_t f = j->nodes[n].fn;

	for (int k = 0; k < 4 && f < j->n_fns; k++) {
		if (asked(name_of_function(j, f)))
			return true;
		if (!f || j->fns[f].parent == f)
			break;
		f = j->fns[f].parent;
	}
	return false;
}

static bool is_asking(struct str name)
{
	return NAMES_ONE_OF(name, asking);
}

static bool is_weak(struct str name)
{
	return NAMES_ONE_OF(name, weak);
}

bool js_opens(struct js *j, uint32_t n, struct str *ret_word, bool *ret_sure)
{
	struct way_in w;
	enum outcome out;
	bool asks;

	if (!compares(j, n, &w) || around(j, n, is_weak))
		return false;
	out = decides(j, n, w);
	if (out == OUT_NONE)
		return false;
	asks = around(j, n, is_asking);
	/* A client sends words all day ("action=login"); only what it does then tells. */
	if (w.proof == PROOF_SENT && out != OUT_ENTERS && !w.digest)
		return false;
	if (w.proof == PROOF_KEY && !(w.digest && asks))
		return false;
	*ret_word = w.word;
	*ret_sure = w.digest || ((asks || out == OUT_ENTERS) && !NAMES_ONE_OF(w.word, shown));
	return true;
}
