/*
 * Writes the cases of tests/ledger-suite from fixed keys:  make-suite FOLDER
 * The same bytes each time; the runner never uses this, only what it wrote.
 */
#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "ledger/ask_witness.h"
#include "ledger/bundle.h"
#include "ledger/witness.h"
#include "simfs.h"
#include "vendor.h"

enum { WITNESSES = 3 };

/* ---- a world: a log, three witnesses, what a customer pins -------------------------------------- */

struct world {
	struct vendor v;
	struct sim *disk, *witness_disks[WITNESSES];
	struct ledger_io io, witness_io[WITNESSES];
	struct ledger_log log;
	struct ledger_state *state;
	struct signer witness_keys[WITNESSES], log_key;
	struct witness witnesses[WITNESSES];
	char logs[1024], policy_text[4096];
	struct policy policy;
	const char *asked; /* digits of the witnesses that answer */
	int64_t now;
};

static void need(bool truth, const char *what)
{
	if (truth)
		return;
	fprintf(stderr, "make-suite: %s\n", what);
	exit(1);
}

static enum status post(void *user, const char *url, struct str body, struct buf *ret,
	long *ret_http, char why[LOG_WHY_BYTES])
{
	struct world *w = user;
	struct witness_answer a = {.http = 0};
	int i = url[8] - '0';

	if (!strchr(w->asked, '0' + i))
		return STATUS_IO;
	buf_init(&a.body, 1 << 16);
	witness_add(&w->witnesses[i], body, (uint64_t)w->now, &a);
	buf_add_str(ret, buf_str(&a.body));
	buf_release(&a.body);
	*ret_http = a.http;
	return STATUS_OK;
}

static enum status cosign(void *user, struct ledger_log *log, struct buf *note,
	char why[LOG_WHY_BYTES])
{
	struct world *w = user;
	const struct witness_transport t = {.post = post, .user = w};
	enum status status = witness_ask_all(log, &w->policy, &t, (uint64_t)w->now, note, why);

	/* What too few have seen is published here all the same: cases are about who notices. */
	return status == STATUS_DENIED ? STATUS_OK : status;
}

static bool sign(void *user, struct str text, char ret[NOTE_LINE_MAX])
{
	return note_sign(&((struct world *)user)->log_key, text, ret);
}

static struct world *world_new(const char *origin)
{
	struct world *w = calloc(1, sizeof(*w));
	char key[VKEY_CHARS_MAX];
	int n;

	need(w != NULL, "memory");
	w->now = VENDOR_NOW;
	w->asked = "012";
	vendor_make(&w->v);
	need(signer_from_seed(str_of(origin), KEY_ED25519, (const uint8_t[32]){99}, &w->log_key) ==
			STATUS_OK,
		"log key");
	w->disk = sim_new(1);
	w->io = sim_io(w->disk);
	vkey_text(&w->log_key.key, key);
	snprintf(w->logs, sizeof(w->logs), "log %s\nquorum none\n", key);
	n = snprintf(w->policy_text, sizeof(w->policy_text), "log %s http://log\n", key);
	for (int i = 0; i < WITNESSES; i++) {
		char name[32];

		snprintf(name, sizeof(name), "witness.example/w%d", i);
		need(signer_from_seed(str_of(name), KEY_COSIGNER,
			     (const uint8_t[32]){(uint8_t)(200 + i)}, &w->witness_keys[i]) ==
				STATUS_OK,
			"witness key");
		w->witness_disks[i] = sim_new(2);
		w->witness_io[i] = sim_io(w->witness_disks[i]);
		need(witness_open(&w->witnesses[i], &w->witness_io[i], "r", str_of(w->logs),
			     &w->witness_keys[i]) == STATUS_OK,
			"witness");
		vkey_text(&w->witness_keys[i].key, key);
		n += snprintf(w->policy_text + n, sizeof(w->policy_text) - (size_t)n,
			"witness w%d %s http://w%d\n", i, key, i);
	}
	snprintf(w->policy_text + n, sizeof(w->policy_text) - (size_t)n,
		"group q 2 w0 w1 w2\nquorum q\n");
	need(policy_parse(str_of(w->policy_text), &w->policy), "policy");
	need(log_create(&w->io, "r", str_of(origin)) == STATUS_OK, "log");
	need(log_open(&w->log, &w->io, "r", true) == STATUS_OK, "log");
	need(state_open(&w->state) == STATUS_OK, "state");
	return w;
}

static void world_free(struct world *w)
{
	state_close(w->state);
	log_close(&w->log);
	sim_free(w->disk);
	for (int i = 0; i < WITNESSES; i++) {
		signer_close(&w->witness_keys[i]);
		sim_free(w->witness_disks[i]);
	}
	signer_close(&w->log_key);
	vendor_end(&w->v);
	free(w);
}

static uint64_t add(struct world *w, struct str entry)
{
	uint64_t index;

	need(log_add(&w->log, entry.p, entry.len, &index) == STATUS_OK, "add");
	/* Entries that cannot be read are in the log and nowhere else. */
	(void)state_apply(w->state, index, entry);
	return index;
}

static void publish(struct world *w)
{
	const struct log_publisher p = {.user = w, .sign = sign, .cosign = cosign};

	need(log_commit(&w->log) == STATUS_OK && log_publish(&w->log, &p) == STATUS_OK, "publish");
}

static char *text_of_buf(const struct buf *b)
{
	char *z = calloc(1, b->len + 1);

	need(z != NULL, "memory");
	if (b->len)
		memcpy(z, b->p, b->len);
	return z;
}

/* The proof blocks of these entries, -1 ends. */
static char *proof_of(struct world *w, const int *indices)
{
	struct buf b, checkpoint;
	char *z;

	buf_init(&b, 1 << 20);
	buf_init(&checkpoint, 1 << 16);
	need(log_checkpoint(&w->log, &checkpoint) == STATUS_OK, "checkpoint");
	for (; *indices >= 0; indices++)
		need(proof_append(&w->log, (uint64_t)*indices, buf_str(&checkpoint), &b) ==
				STATUS_OK,
			"proof");
	z = text_of_buf(&b);
	buf_release(&b);
	buf_release(&checkpoint);
	return z;
}

struct pinned {
	const char *policy;  /* NULL: of the world */
	const char *max_age; /* NULL: 604800 */
	const char *rebuild; /* NULL: "watch 0" */
	const char *equivalent;
	const char *keys;    /* NULL: entry 0 of the log */
	const char *vendor;
};

static char *trust_of(struct world *w, const struct pinned *p)
{
	struct buf b, keys;
	char *z;

	buf_init(&b, 1 << 18);
	buf_init(&keys, 1 << 16);
	need(p->keys || log_entry(&w->log, 0, &keys) == STATUS_OK, "keys");
	buf_printf(&b, "assay-trust/v1\nvendor %s\nmax-age %s\nrebuild %s\nequivalent %s\n\n%s%s",
		p->vendor ? p->vendor : "vendor.example", p->max_age ? p->max_age : "604800",
		p->rebuild ? p->rebuild : "watch 0", p->equivalent ? p->equivalent : "no",
		p->policy ? p->policy : w->policy_text, p->keys ? p->keys : "");
	buf_add_str(&b, buf_str(&keys));
	z = text_of_buf(&b);
	buf_release(&b);
	buf_release(&keys);
	return z;
}

/* ---- cases ------------------------------------------------------------------------------------- */

static FILE *out;
static const char *group;
static unsigned made, refused;

struct spec {
	const char *name, *what;
	int expect;
	const char *trust, *proof, *more, *file, *file_name, *product, *channel, *version;
	int64_t now;
	uint64_t seen_seq;
	const uint8_t *seen_leaf;
	json_t *web, *requested, *alarms; /* for the monitor; taken over */
};

static void emit(const struct spec *s)
{
	json_t *j = json_object();
	char hex[65];

	json_object_set_new(j, "group", json_string(group));
	json_object_set_new(j, "name", json_string(s->name));
	json_object_set_new(j, "what", json_string(s->what));
	json_object_set_new(j, "expect", json_integer(s->expect));
	json_object_set_new(j, "now", json_integer(s->now ? s->now : VENDOR_NOW + 60));
	if (s->product)
		json_object_set_new(j, "product", json_string(s->product));
	if (s->channel)
		json_object_set_new(j, "channel", json_string(s->channel));
	if (s->version)
		json_object_set_new(j, "version", json_string(s->version));
	if (s->seen_seq) {
		hex_encode(s->seen_leaf, 32, hex);
		json_object_set_new(j, "seen_seq", json_integer((json_int_t)s->seen_seq));
		json_object_set_new(j, "seen_leaf", json_string(hex));
	}
	json_object_set_new(j, "file_name", json_string(s->file_name ? s->file_name : "agent.bin"));
	json_object_set_new(j, "file", json_string(s->file ? s->file : "one"));
	json_object_set_new(j, "trust", json_string(s->trust));
	json_object_set_new(j, "proof", json_string(s->proof));
	if (s->more)
		json_object_set_new(j, "more", json_string(s->more));
	if (s->web)
		json_object_set_new(j, "web", s->web);
	if (s->requested)
		json_object_set_new(j, "requested", s->requested);
	if (s->alarms)
		json_object_set_new(j, "alarms", s->alarms);
	need(json_dumpf(j, out, JSON_COMPACT) == 0, "a case is no UTF-8");
	fputc('\n', out);
	json_decref(j);
	made++;
	refused += s->expect != 0;
}

static void begin(const char *folder, const char *name)
{
	char path[1024];

	if (out)
		fclose(out);
	group = name;
	snprintf(path, sizeof(path), "%s/%s.jsonl", folder, name);
	out = fopen(path, "w");
	need(out != NULL, path);
}

#define CASE(...) emit(&(struct spec){__VA_ARGS__})
#define LIST(...) ((const int[]){__VA_ARGS__, -1})
#define TRUST(...) trust_of(w, &(struct pinned){__VA_ARGS__})

/* A ledger of key set and one release. */
static struct world *one_release(const struct release_spec *r)
{
	struct world *w = world_new("log.vendor.example");

	add(w, vendor_keys(&w->v, 1));
	add(w, vendor_release(&w->v, r));
	publish(w);
	return w;
}

/* Who of approvers, and others, signs: thresholds are about keys. */
static void thresholds(void)
{
	static const struct {
		const char *who, *what;
		bool good;
	} cases[] = {{"12", "two approvers", true}, {"13", "two others", true},
		{"23", "the other two", true}, {"123", "all three", true}, {"1", "one", false},
		{"2", "another one", false}, {"3", "the third alone", false}, {"", "none", false},
		{"11", "one, twice", false}, {"111", "one, three times", false},
		{"1b", "one, and a builder", false}, {"b", "a builder", false},
		{"bb", "a builder, twice", false}, {"12b", "two, and a builder besides", true},
		{"11b", "one twice, and a builder", false}};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct world *w = one_release(&(struct release_spec){
			.version = "1.0", .file = "one", .approvers = cases[i].who});
		char name[64];

		snprintf(name, sizeof(name), "2-of-3-by-%s", *cases[i].who ? cases[i].who : "none");
		CASE(.name = name, .what = cases[i].what, .expect = cases[i].good ? 0 : 17,
			.trust = TRUST(0), .proof = proof_of(w, LIST(1)));
		world_free(w);
	}
}

/* The text with its first `from` replaced. */
static char *swap(const char *text, const char *from, const char *to)
{
	const char *at = strstr(text, from);
	size_t room = strlen(text) + strlen(to) + 1;
	char *z = calloc(1, room);

	need(at != NULL && z != NULL, from);
	snprintf(z, room, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
	return z;
}

/* A key set whose text was changed, signed by roots 1 and 2 of the vendor. */
static char *resigned(struct world *w, const char *text)
{
	struct buf b;
	char *z;

	buf_init(&b, 1 << 16);
	buf_add_z(&b, text);
	vendor_sign(&b, &w->v.keys[ROLE_ROOT][0]);
	vendor_sign(&b, &w->v.keys[ROLE_ROOT][1]);
	z = text_of_buf(&b);
	buf_release(&b);
	return z;
}

static char *entry_text(struct world *w, uint64_t index)
{
	struct buf b;
	struct note n;
	char *z;

	buf_init(&b, 1 << 16);
	need(log_entry(&w->log, index, &b) == STATUS_OK && note_parse(buf_str(&b), &n), "entry");
	b.len = n.text.len;
	z = text_of_buf(&b);
	buf_release(&b);
	return z;
}

static char *vkey_line(const char *word, const struct vkey *k, const char *name, enum key_type type)
{
	static char lines[8][VKEY_CHARS_MAX + 32];
	static int turn;
	char key[VKEY_CHARS_MAX], *line = lines[turn++ % 8];
	struct vkey other;

	need(vkey_make(str_of(name ? name : k->name), type ? type : k->type, k->key, &other), "vkey");
	vkey_text(&other, key);
	snprintf(line, sizeof(lines[0]), "%s %s\n", word, key);
	return line;
}

/* Trust files that must not load: whatever they then let pass would be wrong. */
static void duplicate_keys(void)
{
	struct world *w = one_release(&(struct release_spec){.version = "1.0", .file = "one"});
	const struct vkey *a1 = &w->v.keys[ROLE_APPROVER][0].key;
	const struct vkey *b1 = &w->v.keys[ROLE_BUILDER][0].key, *r1 = &w->v.keys[ROLE_ROOT][0].key;
	char *good = entry_text(w, 0), *proof = proof_of(w, LIST(1));
	char *first = vkey_line("approver", a1, NULL, 0), *builder = vkey_line("builder", b1, NULL, 0);
	const struct {
		const char *name, *what, *from, *to;
	} sets[] = {
		{"threshold-0", "an approver threshold of 0", "threshold approver 2", "threshold approver 0"},
		{"root-threshold-0", "a root threshold of 0", "threshold root 2", "threshold root 0"},
		{"threshold-4-of-3", "more than there are", "threshold approver 2", "threshold approver 4"},
		{"same-line-twice", "one key on two lines", first, NULL},
		{"second-name", "one key under two names", first, NULL},
		{"approver-and-builder", "one key in two roles", builder, NULL},
		{"approver-and-root", "one key as root and approver", first, NULL},
		{"two-of-one-name", "two keys of one name", first, NULL},
		{"signed-threshold", "a threshold with a sign", "threshold approver 2", "threshold approver +2"},
		{"zero-padded", "a threshold with a leading zero", "threshold approver 2", "threshold approver 02"},
	};
	char twice[2 * VKEY_CHARS_MAX + 80];

	for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++) {
		const char *to = sets[i].to;

		if (!to) {
			const char *more = i == 3 ? first
					   : i == 4 ? vkey_line("approver", a1, "vendor.example/alias", 0)
					   : i == 5 ? vkey_line("builder", a1, "vendor.example/alias", 0)
					   : i == 6 ? vkey_line("approver", r1, "vendor.example/alias", 0)
						    : vkey_line("approver", &w->v.log.key, a1->name, 0);

			snprintf(twice, sizeof(twice), "%s%s", sets[i].from, more);
			to = twice;
		}
		CASE(.name = sets[i].name, .what = sets[i].what, .expect = 2, .proof = proof,
			.trust = TRUST(.keys = resigned(w, swap(good, sets[i].from, to))));
	}
	CASE(.name = "approver-is-log", .what = "an approver's key as the log's", .expect = 2,
		.proof = proof,
		.trust = TRUST(.policy = swap(w->policy_text, "witness w0",
				       swap("@witness w0", "@", vkey_line("log", a1, NULL, 0)))));
	CASE(.name = "approver-is-witness", .what = "an approver's key as a witness's", .expect = 2,
		.proof = proof,
		.trust = TRUST(.policy = swap(w->policy_text, "group q",
				       swap("@group q", "@",
					       vkey_line("witness w9", a1, "w9.example", KEY_COSIGNER)))));
	CASE(.name = "witness-twice", .what = "one witness key under two names", .expect = 2,
		.proof = proof,
		.trust = TRUST(.policy = swap(w->policy_text, "group q",
				       swap("@group q", "@",
					       vkey_line("witness w9", &w->witness_keys[0].key,
						       "w9.example", KEY_COSIGNER)))));
	CASE(.name = "witness-is-log", .what = "the log as its own witness", .expect = 2, .proof = proof,
		.trust = TRUST(.policy = swap(w->policy_text, "group q",
				       swap("@group q", "@",
					       vkey_line("witness w9", &w->log_key.key, "w9.example",
						       KEY_COSIGNER)))));
	CASE(.name = "unsigned-key-set", .what = "a key set that its roots have not signed",
		.expect = 2, .proof = proof,
		.trust = swap(TRUST(0), "threshold root 2", "threshold root 1"));
	CASE(.name = "good", .what = "the same without any of that", .expect = 0, .proof = proof,
		.trust = TRUST(0));
	world_free(w);
}

/* Which witnesses, and which rule. */
static void witnesses(void)
{
	static const char *const sets[] = {"", "0", "1", "2", "01", "02", "12", "012"};
	static const char *const rules[][2] = {{"group q 2 w0 w1 w2\nquorum q\n", "two of three"},
		{"group q any w0 w1 w2\nquorum q\n", "any"}, {"group q all w0 w1 w2\nquorum q\n", "all"},
		{"group a any w0 w1\ngroup q all a w2\nquorum q\n", "w2, and w0 or w1"},
		{"quorum w1\n", "w1"}, {"quorum none\n", "none wanted"}};

	for (size_t s = 0; s < 8; s++) {
		struct world *w = world_new("log.vendor.example");

		add(w, vendor_keys(&w->v, 1));
		add(w, vendor_release(&w->v, &(struct release_spec){.version = "1.0", .file = "one"}));
		w->asked = sets[s];
		publish(w);
		for (size_t r = 0; r < 6; r++) {
			char *policy = swap(w->policy_text, "group q 2 w0 w1 w2\nquorum q\n", rules[r][0]);
			char name[64], what[128];
			int n;

			/* By hand, not by the code that is to be judged. */
			bool a = strchr(sets[s], '0'), b = strchr(sets[s], '1'), c = strchr(sets[s], '2');
			bool good;

			n = a + b + c;
			good = r == 0 ? n >= 2 : r == 1 ? n >= 1 : r == 2 ? n == 3
			       : r == 3 ? (a || b) && c : r == 4 ? b : true;
			snprintf(name, sizeof(name), "rule%zu-by-%s", r, *sets[s] ? sets[s] : "none");
			snprintf(what, sizeof(what), "%s; cosigned by %s", rules[r][1],
				*sets[s] ? sets[s] : "nobody");
			CASE(.name = name, .what = what, .expect = good ? 0 : 15,
				.trust = TRUST(.policy = policy), .proof = proof_of(w, LIST(1)));
		}
		world_free(w);
	}
}

static char *line_of(const char *text, unsigned n)
{
	struct str rest = str_of(text), line = STR_NONE;
	char *z;

	while (n-- && str_line(&rest, &line))
		;
	z = calloc(1, line.len + 1);
	need(z != NULL, "memory");
	memcpy(z, line.p, line.len);
	return z;
}

/* The text with the nth line (1-based) replaced; NULL: taken out. */
static char *swap_line(const char *text, unsigned n, const char *to)
{
	struct str rest = str_of(text), line;
	struct buf b;
	char *z;

	buf_init(&b, 1 << 20);
	for (unsigned i = 1; str_line(&rest, &line); i++) {
		if (i != n)
			buf_printf(&b, "%.*s\n", STR_ARG(line));
		else if (to)
			buf_printf(&b, "%s\n", to);
	}
	z = text_of_buf(&b);
	buf_release(&b);
	return z;
}

/* Proofs that are cut, bent, or of something else. */
static void proofs(void)
{
	struct world *w = world_new("log.vendor.example");
	char *proof, *trust, *other, version[8];

	add(w, vendor_keys(&w->v, 1));
	for (int i = 0; i < 10; i++) {
		snprintf(version, sizeof(version), "1.%d", i);
		add(w, vendor_release(&w->v,
			       &(struct release_spec){.version = version, .file = i == 4 ? "one" : version}));
	}
	publish(w);
	trust = TRUST(0);
	proof = proof_of(w, LIST(5));
	other = proof_of(w, LIST(6));
	CASE(.name = "good", .what = "as it is", .expect = 0, .trust = trust, .proof = proof);
	CASE(.name = "empty", .what = "nothing", .expect = 10, .trust = trust, .proof = "");
	CASE(.name = "other-entry", .what = "a good proof of another release", .expect = 11,
		.trust = trust, .proof = other);
	CASE(.name = "index-4", .what = "the index one less", .expect = 13, .trust = trust,
		.proof = swap(proof, "\nindex 5\n", "\nindex 4\n"));
	CASE(.name = "index-6", .what = "the index one more", .expect = 13, .trust = trust,
		.proof = swap(proof, "\nindex 5\n", "\nindex 6\n"));
	CASE(.name = "index-outside", .what = "an index outside the tree", .expect = 13, .trust = trust,
		.proof = swap(proof, "\nindex 5\n", "\nindex 11\n"));
	CASE(.name = "index-05", .what = "a leading zero", .expect = 10, .trust = trust,
		.proof = swap(proof, "\nindex 5\n", "\nindex 05\n"));
	CASE(.name = "index-2-63", .what = "an index of 2^63", .expect = 10, .trust = trust,
		.proof = swap(proof, "\nindex 5\n", "\nindex 9223372036854775808\n"));
	CASE(.name = "index-sign", .what = "an index with a sign", .expect = 10, .trust = trust,
		.proof = swap(proof, "\nindex 5\n", "\nindex +5\n"));
	for (unsigned i = 0; i < 4; i++) {
		char name[32], *line = line_of(proof, 4 + i), *bent = line_of(proof, 4 + i);

		bent[3] = bent[3] == 'A' ? 'B' : 'A';
		snprintf(name, sizeof(name), "hash-%u-bent", i);
		CASE(.name = name, .what = "a hash of the path changed", .expect = 13, .trust = trust,
			.proof = swap_line(proof, 4 + i, bent));
		snprintf(name, sizeof(name), "hash-%u-gone", i);
		CASE(.name = name, .what = "a hash of the path taken out", .expect = 13, .trust = trust,
			.proof = swap_line(proof, 4 + i, NULL));
		snprintf(name, sizeof(name), "hash-%u-short", i);
		line[40] = '\0';
		CASE(.name = name, .what = "a hash of 30 bytes", .expect = 10, .trust = trust,
			.proof = swap_line(proof, 4 + i, line));
	}
	CASE(.name = "path-of-other", .what = "the path of another entry", .expect = 13,
		.trust = trust, .proof = swap_line(proof, 4, line_of(other, 4)));
	CASE(.name = "entry-of-other", .what = "another entry under this path", .expect = 13,
		.trust = trust, .file = "1.5", .proof = swap_line(proof, 2, line_of(other, 2)));
	CASE(.name = "first-line", .what = "another version of the format", .expect = 10, .trust = trust,
		.proof = swap(proof, "tlog-proof@v1", "tlog-proof@v2"));
	CASE(.name = "no-entry", .what = "without the entry", .expect = 10, .trust = trust,
		.proof = swap_line(proof, 2, NULL));
	CASE(.name = "no-index", .what = "without the index", .expect = 10, .trust = trust,
		.proof = swap_line(proof, 3, NULL));
	CASE(.name = "crlf", .what = "lines that end in CR LF", .expect = 10, .trust = trust,
		.proof = swap(proof, "@v1\n", "@v1\r\n"));
	CASE(.name = "base64-url", .what = "another alphabet of base64", .expect = 10, .trust = trust,
		.proof = swap_line(proof, 2, "extra _-__"));
	CASE(.name = "trailing", .what = "a line behind the end", .expect = 10, .trust = trust,
		.proof = swap(swap("@more\n", "@", proof), "@", ""));
	CASE(.name = "root-bent", .what = "another root in the checkpoint", .expect = 13, .trust = trust,
		.proof = swap(proof, "\nlog.vendor.example\n11\n",
			"\nlog.vendor.example\n11\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"));
	CASE(.name = "size-bent", .what = "another size in the checkpoint", .expect = 14,
		.trust = trust, .proof = swap(proof, "example\n11\n", "example\n12\n"));
	CASE(.name = "size-zero-padded", .what = "a size with a leading zero", .expect = 10,
		.trust = trust, .proof = swap(proof, "example\n11\n", "example\n011\n"));
	CASE(.name = "origin-bent", .what = "another origin in the checkpoint", .expect = 14,
		.trust = trust, .proof = swap(proof, "log.vendor.example\n11\n", "log.vendor.examplf\n11\n"));
	world_free(w);
}

/* Whose log, and what hangs at the checkpoint. */
static void logs(void)
{
	struct world *w = one_release(&(struct release_spec){.version = "1.0", .file = "one"});
	struct world *twin = world_new("log.vendor.example"), *foreign = world_new("log.other.example");
	char *proof = proof_of(w, LIST(1)), *trust = TRUST(0), key[VKEY_CHARS_MAX], *twin_proof;
	struct signer fresh;

	/* Lines: proof header 3, path 1, empty, origin, size, root, empty, log, w0, w1, w2 */
	char *log_line = line_of(proof, 10), *w0 = line_of(proof, 11), *w1 = line_of(proof, 12);

	need(signer_from_seed(STR("log.vendor.example"), KEY_ED25519, (const uint8_t[32]){55}, &fresh) ==
			STATUS_OK, "key");
	CASE(.name = "unsigned", .what = "the log's line taken out", .expect = 14, .trust = trust,
		.proof = swap_line(proof, 10, NULL));
	log_line[strlen(log_line) - 20] = log_line[strlen(log_line) - 20] == 'A' ? 'B' : 'A';
	CASE(.name = "forged", .what = "the log's line changed", .expect = 14, .trust = trust,
		.proof = swap_line(proof, 10, log_line));
	w0[strlen(w0) - 20] = w0[strlen(w0) - 20] == 'A' ? 'B' : 'A';
	CASE(.name = "forged-cosignature", .what = "a cosignature changed, two good ones left",
		.expect = 15, .trust = trust, .proof = swap_line(proof, 11, w0));
	CASE(.name = "cosignature-gone", .what = "one cosignature taken out", .expect = 0,
		.trust = trust, .proof = swap_line(proof, 11, NULL));
	CASE(.name = "cosignature-twice", .what = "one of them twice, another gone", .expect = 15,
		.trust = trust, .proof = swap_line(swap_line(proof, 11, NULL), 12, w1));
	CASE(.name = "cosignatures-gone", .what = "two taken out", .expect = 15, .trust = trust,
		.proof = swap_line(swap_line(proof, 11, NULL), 11, NULL));
	CASE(.name = "stranger", .what = "a line of somebody unknown besides", .expect = 0,
		.trust = trust, .proof = swap_line(proof, 10, swap("@\n\xE2\x80\x94 who.example AAAAAAAAAAAA",
			"@", line_of(proof, 10))));
	/* The same name, another key: what a thief of the name alone can do. */
	signer_close(&twin->log_key);
	twin->log_key = fresh;
	vkey_text(&fresh.key, key);
	snprintf(twin->logs, sizeof(twin->logs), "log %s\nquorum none\n", key);
	for (int i = 0; i < WITNESSES; i++)
		need(witness_open(&twin->witnesses[i], &twin->witness_io[i], "r", str_of(twin->logs),
			     &twin->witness_keys[i]) == STATUS_OK, "witness");
	add(twin, vendor_keys(&twin->v, 1));
	add(twin, vendor_release(&twin->v, &(struct release_spec){.version = "1.0", .file = "one"}));
	publish(twin);
	twin_proof = proof_of(twin, LIST(1));
	CASE(.name = "other-key", .what = "a log of the same name with another key", .expect = 14,
		.trust = trust, .proof = twin_proof);
	add(foreign, vendor_keys(&foreign->v, 1));
	add(foreign, vendor_release(&foreign->v, &(struct release_spec){.version = "1.0", .file = "one"}));
	publish(foreign);
	CASE(.name = "other-log", .what = "another log that the same witnesses know", .expect = 14,
		.trust = trust, .proof = proof_of(foreign, LIST(1)));
	world_free(w);
	world_free(twin);
	world_free(foreign);
}

static void freshness(void)
{
	struct world *w = one_release(&(struct release_spec){.version = "1.0", .file = "one"});
	static const struct {
		const char *name, *what, *max_age;
		int64_t later;
		int expect;
	} cases[] = {{"at-once", "a minute later", "604800", 60, 0},
		{"at-the-border", "exactly as old as allowed", "604800", 604800, 0},
		{"one-second-more", "a second older than allowed", "604800", 604801, 16},
		{"a-year", "a year later", "604800", 31536000, 16},
		{"a-year-archived", "a year later, and age does not matter", "none", 31536000, 0},
		{"one-second", "one second allowed, two passed", "1", 2, 16},
		{"slightly-ahead", "cosigned four minutes ahead of this clock", "604800", -240, 0},
		{"clock-back-a-year", "cosigned a year ahead of this clock", "604800", -31536000, 15}};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		CASE(.name = cases[i].name, .what = cases[i].what, .expect = cases[i].expect,
			.now = VENDOR_NOW + cases[i].later, .trust = TRUST(.max_age = cases[i].max_age),
			.proof = proof_of(w, LIST(1)));
	world_free(w);
}

static void rollbacks(void)
{
	struct world *w = world_new("log.vendor.example");
	uint8_t leaves[3][32], nobody[32] = {1};
	char version[8], *trust;

	add(w, vendor_keys(&w->v, 1));
	for (int i = 0; i < 3; i++) {
		struct tree_hash h;
		struct str e;

		snprintf(version, sizeof(version), "1.%d", i);
		e = vendor_release(&w->v, &(struct release_spec){.version = version, .file = "one"});
		h = tree_hash_leaf(e.p, e.len);
		memcpy(leaves[i], h.b, 32);
		add(w, e);
	}
	publish(w);
	trust = TRUST(0);
	for (int have = 1; have <= 3; have++) {
		for (int seen = 1; seen <= 3; seen++) {
			char name[32], what[64];

			snprintf(name, sizeof(name), "seen-%d-have-%d", seen, have);
			snprintf(what, sizeof(what), "release %d after %d was seen", have, seen);
			CASE(.name = name, .what = what, .expect = have < seen ? 20 : 0, .trust = trust,
				.proof = proof_of(w, LIST(have)), .seen_seq = (uint64_t)seen,
				.seen_leaf = leaves[seen - 1]);
		}
	}
	CASE(.name = "other-in-its-place", .what = "the same number, another entry", .expect = 20,
		.trust = trust, .proof = proof_of(w, LIST(2)), .seen_seq = 2, .seen_leaf = nobody);
	CASE(.name = "version-asked-for", .what = "the version that was asked for", .expect = 0,
		.trust = trust, .proof = proof_of(w, LIST(2)), .version = "1.1", .product = "agent",
		.channel = "stable");
	CASE(.name = "other-version", .what = "another version than asked for", .expect = 19,
		.trust = trust, .proof = proof_of(w, LIST(2)), .version = "1.2");
	CASE(.name = "other-product", .what = "another product than asked for", .expect = 19,
		.trust = trust, .proof = proof_of(w, LIST(2)), .product = "tool");
	CASE(.name = "other-channel", .what = "another channel than asked for", .expect = 19,
		.trust = trust, .proof = proof_of(w, LIST(2)), .channel = "beta");
	world_free(w);
}

/* A text signed by the keys that are named: r1 a2 b3 p1. */
static struct str signed_text(struct world *w, const char *text, const char *who)
{
	struct buf *b = vendor_next(&w->v);

	buf_add_z(b, text);
	for (; *who; who += 2) {
		enum role role = *who == 'r' ? ROLE_ROOT : *who == 'a' ? ROLE_APPROVER
				 : *who == 'b' ? ROLE_BUILDER : ROLE_PULSE;

		vendor_sign(b, &w->v.keys[role][who[1] - '1']);
	}
	return buf_str(b);
}

static void revocations(void)
{
	static const struct {
		const char *name, *what, *who, *from, *to;
		int expect;
	} cases[] = {{"by-an-approver", "one approver is enough", "a1", NULL, NULL, 21},
		{"by-two", "two approvers", "a1a3", NULL, NULL, 21},
		{"by-a-builder", "a builder may not", "b1", NULL, NULL, 0},
		{"by-a-root", "a root does not either", "r1", NULL, NULL, 0},
		{"of-another", "another entry is meant", "a1", "entry ", "entry AAAA", 0},
		{"unknown-set", "under a key set that nobody knows", "a1", "keyset 1", "keyset 7", 0},
		{"unreadable", "a kind that does not exist", "a1", "revoke", "revokd", 0}};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct world *w = world_new("log.vendor.example");
		char text[1024], base64[64], when[32], *bent = text;
		struct tree_hash leaf;
		struct str e;

		add(w, vendor_keys(&w->v, 1));
		e = vendor_release(&w->v, &(struct release_spec){.version = "1.0", .file = "one"});
		leaf = tree_hash_leaf(e.p, e.len);
		add(w, e);
		vendor_base64(&leaf, base64);
		entry_time_text(VENDOR_NOW, when);
		snprintf(text, sizeof(text), "assay-entry/v1 revoke\nvendor vendor.example\nproduct agent\n"
			"channel stable\ntime %s\nkeyset 1\nentry %s\nreason a stolen machine\n", when, base64);
		if (i == 4)
			memcpy(strstr(text, "\nentry ") + 7, "AAAA", 4);
		else if (cases[i].from)
			bent = swap(text, cases[i].from, cases[i].to);
		add(w, signed_text(w, bent, cases[i].who));
		publish(w);
		CASE(.name = cases[i].name, .what = cases[i].what, .expect = cases[i].expect,
			.trust = TRUST(0), .proof = proof_of(w, LIST(1, 2)));
		if (i == 0)
			CASE(.name = "told-besides", .what = "the revocation comes by another way",
				.expect = 21, .trust = TRUST(0), .proof = proof_of(w, LIST(1)),
				.more = proof_of(w, LIST(2)));
		world_free(w);
	}
}

/* From key set 1 to key set 2. */
static void key_sets(void)
{
	static const struct {
		const char *name, *what, *who;
		int number, expect;
		bool wrong_prev, no_chain, old_release, after;
	} cases[] = {
		{"both-thresholds", "roots of both sets", "r1r2", 2, 0, false, false, false, false},
		{"not-included", "the new set is not in the proof", "r1r2", 2, 18, false, true, false, false},
		{"one-root", "one root", "r1", 2, 18, false, false, false, false},
		{"approvers", "approvers instead of roots", "a1a2", 2, 18, false, false, false, false},
		{"skipped", "number 3 after 1", "r1r2", 3, 18, false, false, false, false},
		{"wrong-prev", "it does not follow the pinned one", "r1r2", 2, 18, true, false, false, false},
		{"old-set-before", "released under the old set, before the new one", "r1r2", 2, 0, false, false, true, false},
		{"old-set-after", "released under the old set, after the new one", "r1r2", 2, 18, false, false, true, true}};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct world *w = world_new("log.vendor.example");
		char from[32], to[32], *first, *text;
		struct tree_hash none = {{0}};
		char base64[64], zero[64];
		int release;

		add(w, vendor_keys(&w->v, 1));
		publish(w);
		first = entry_text(w, 0);
		vendor_base64(&none, zero);
		vendor_base64(&w->v.keys_leaf, base64);
		snprintf(from, sizeof(from), "\nkeyset 1\n");
		snprintf(to, sizeof(to), "\nkeyset %d\n", cases[i].number);
		text = swap(first, from, to);
		if (!cases[i].wrong_prev)
			text = swap(text, zero, base64);
		if (cases[i].old_release && !cases[i].after)
			add(w, vendor_release(&w->v, &(struct release_spec){.version = "1.0", .file = "one"}));
		add(w, signed_text(w, text, cases[i].who));
		if (!cases[i].old_release || cases[i].after)
			add(w, vendor_release(&w->v, &(struct release_spec){.version = "1.0", .file = "one",
					.keyset = cases[i].old_release ? 1 : (uint64_t)cases[i].number}));
		publish(w);
		release = cases[i].old_release && !cases[i].after ? 1 : 2;
		CASE(.name = cases[i].name, .what = cases[i].what, .expect = cases[i].expect,
			.trust = TRUST(0),
			.proof = cases[i].no_chain ? proof_of(w, LIST(release))
						   : proof_of(w, LIST(release, 3 - release)));
		world_free(w);
	}
}

/* Builders: how many are wanted, who says what. "1s 2d": builder 1 same, builder 2 differs. */
static void rebuilds(void)
{
	static const struct {
		const char *name, *says, *trust;
		unsigned need;
		int expect;
	} cases[] = {
		{"none-wanted", "", "watch 0", 0, 0}, {"wanted-watch-none", "", "watch 0", 2, 0},
		{"wanted-watch-one", "1s", "watch 0", 2, 0}, {"wanted-watch-two", "1s2s", "watch 0", 2, 0},
		{"watch-one-differs", "1d", "watch 0", 2, 23},
		{"watch-one-each", "1s2d", "watch 0", 2, 23},
		{"watch-two-agree-one-differs", "1s2s3d", "watch 0", 2, 0},
		{"watch-none-wanted-differs", "1d", "watch 0", 0, 23},
		{"watch-none-wanted-one-each", "1s2d", "watch 0", 0, 0},
		{"gate-none", "", "gate 0", 2, 22}, {"gate-one-of-two", "1s", "gate 0", 2, 22},
		{"gate-two-of-two", "1s2s", "gate 0", 2, 0}, {"gate-three", "1s2s3s", "gate 0", 2, 0},
		{"gate-one-twice", "1s1s", "gate 0", 2, 22},
		{"gate-one-thrice", "1s1s1s", "gate 0", 2, 22},
		{"gate-one-and-differs", "1s2d", "gate 0", 2, 23},
		{"gate-all-differ", "1d2d3d", "gate 0", 2, 23},
		{"gate-two-and-differs", "1s2s3d", "gate 0", 2, 0},
		{"gate-failed", "1f", "gate 0", 1, 22}, {"gate-failed-and-same", "1f2s", "gate 0", 1, 0},
		{"pinned-more", "1s", "gate 2", 0, 22}, {"pinned-more-met", "1s2s", "gate 2", 0, 0},
		{"pinned-three", "1s2s", "gate 3", 1, 22}, {"pinned-less", "1s", "gate 1", 2, 22},
		{"lies-same", "1l", "gate 0", 1, 23}, {"wrong-source", "1x", "gate 0", 1, 22},
		{"by-an-approver", "1a", "gate 0", 1, 22}, {"other-version", "1v", "gate 0", 1, 22},
		{"equivalent-not-allowed", "1e", "gate 0", 1, 22},
		{"equivalent-allowed", "1e", "gate 0 yes", 1, 0},
		{"equivalent-after-named", "1e", "gate 0 owners-1,times", 1, 0},
		{"equivalent-after-others", "1e", "gate 0 owners-1", 1, 22},
		{"equivalent-after-a-longer-name", "1e", "gate 0 times-1", 1, 22},
		{"equivalent-after-a-shorter-name", "1e", "gate 0 time", 1, 22},
		{"equivalent-after-named-and-differs", "1e2d", "gate 0 times", 1, 0},
		{"same-where-equivalent-is-named", "1s2s", "gate 0 times", 2, 0},
		{"equivalent-not-a-name", "1e", "gate 0 Times", 1, 2},
		{"equivalent-with-a-hole", "1e", "gate 0 times,,owners-1", 1, 2},
		{"equivalent-ends-in-a-comma", "1e", "gate 0 times,", 1, 2}};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct world *w = world_new("log.vendor.example");
		const char *equivalent = strlen(cases[i].trust) > 7 ? cases[i].trust + 7 : NULL;
		char rebuild[16];
		int list[8] = {1, -1}, n = 1;

		snprintf(rebuild, sizeof(rebuild), "%.*s", (int)strcspn(cases[i].trust + 6, " ") + 6,
			cases[i].trust);
		if (cases[i].trust[0] == 'g')
			snprintf(rebuild, sizeof(rebuild), "gate %c", cases[i].trust[5]);
		add(w, vendor_keys(&w->v, 1));
		add(w, vendor_release(&w->v, &(struct release_spec){.version = "1.0", .file = "one",
					.rebuilds = cases[i].need}));
		for (const char *c = cases[i].says; *c; c += 2) {
			int builder = c[0] - '0';
			struct str e = vendor_rebuild(&w->v, c[1] == 'v' ? "1.1" : "1.0",
				c[1] == 'd' || c[1] == 'l' ? "other" : "one", builder, c[1] != 'd');

			if (c[1] == 'f' || c[1] == 'x' || c[1] == 'a' || c[1] == 'e') {
				struct note note;
				struct buf text;
				char *bent;

				need(note_parse(e, &note), "note");
				buf_init(&text, 1 << 16);
				buf_add_str(&text, note.text);
				bent = text_of_buf(&text);
				buf_release(&text);
				if (c[1] == 'f') {
					char *at = strstr(bent, "result same");

					snprintf(at, 64, "result failed - - agent.bin\n");
				} else if (c[1] == 'x') {
					bent = swap(bent, "sha1:0123", "sha1:9999");
				} else if (c[1] == 'e') {
					bent = swap(bent, "result same", "result equivalent");
					bent = swap(bent, " - agent.bin", " times agent.bin");
				}
				e = signed_text(w, bent, c[1] == 'a' ? "a1" : "b1");
			}
			list[n++] = (int)add(w, e);
			list[n] = -1;
		}
		publish(w);
		CASE(.name = cases[i].name, .what = *cases[i].says ? cases[i].says : "nobody has rebuilt it",
			.expect = cases[i].expect,
			.trust = TRUST(.rebuild = rebuild, .equivalent = equivalent),
			.proof = proof_of(w, list));
		world_free(w);
	}
}

static void files(void)
{
	struct world *w = one_release(&(struct release_spec){.version = "1.0", .file = "one"});
	char *trust = TRUST(0), *proof = proof_of(w, LIST(1));
	static const struct {
		const char *name, *what, *file, *file_name;
		int expect;
	} cases[] = {{"as-it-is", "the file", "one", "agent.bin", 0},
		{"empty", "an empty file", "", "agent.bin", 11},
		{"other", "other bytes", "two", "agent.bin", 11},
		{"appended", "bytes behind the end", "one\n", "agent.bin", 11},
		{"cut", "cut by one byte", "on", "agent.bin", 11},
		{"in-front", "a byte in front", " one", "agent.bin", 11},
		{"case", "one letter in upper case", "One", "agent.bin", 11},
		{"twice", "the file twice", "oneone", "agent.bin", 11},
		{"space-behind", "a space behind it", "one ", "agent.bin", 11},
		{"crlf", "a line end behind it", "one\r\n", "agent.bin", 11},
		{"longer-name", "a name that begins like its own", "one", "agent.bin.exe", 11},
		{"shorter-name", "the beginning of its name", "one", "agent", 11},
		{"other-name", "another name", "one", "agent.exe", 11},
		{"upper-name", "its name in upper case", "one", "AGENT.BIN", 11},
		{"name-with-path", "a name with a folder", "one", "./agent.bin", 11}};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		CASE(.name = cases[i].name, .what = cases[i].what, .expect = cases[i].expect,
			.trust = trust, .proof = proof, .file = cases[i].file,
			.file_name = cases[i].file_name);
	world_free(w);
}

/* Entries that approvers signed and a log took, and that no reader may take. */
static void entries(void)
{
	static const struct {
		const char *name, *what, *from, *to;
		int expect;
	} cases[] = {{"as-it-is", "a good entry", "agent", "agent", 0},
		{"unknown-line", "a line that the format does not know", "\nseq ", "\nnew 1\nseq ", 10},
		{"order", "two lines in another order", "product agent\nchannel stable", "channel stable\nproduct agent", 10},
		{"line-gone", "without its channel", "channel stable\n", "", 10},
		{"line-twice", "its version twice", "version 1.0\n", "version 1.0\nversion 1.0\n", 10},
		{"seq-0", "number 0", "seq 1\n", "seq 0\n", 10}, {"seq-01", "a leading zero", "seq 1\n", "seq 01\n", 10},
		{"seq-sign", "a sign", "seq 1\n", "seq +1\n", 10},
		{"seq-large", "2^63", "seq 1\n", "seq 9223372036854775808\n", 10},
		{"space-behind", "a space at the end of a line", "version 1.0\n", "version 1.0 \n", 10},
		{"two-spaces", "two spaces", "version 1.0", "version  1.0", 10},
		{"upper-hex", "upper-case digits", "sha256:", "sha256:A", 10},
		{"no-day", "February 30th", "2026-11-26T", "2026-02-30T", 10},
		{"hour-24", "an hour 24", "T10:00:00Z", "T24:00:00Z", 10},
		{"local-time", "a time with an offset", "T10:00:00Z", "T10:00:00+01:00", 10},
		{"other-kind", "a kind that does not exist", "v1 release", "v1 releasf", 10},
		{"other-version", "another version of the format", "entry/v1", "entry/v2", 10},
		{"path-in-name", "a folder in the file's name", " agent.bin\n", " a/agent.bin\n", 11},
		{"dots", "a name of two dots", " agent.bin\n", " ..\n", 10},
		{"two-files-one-name", "a name twice", "policy rebuild 0 of 0\n", "", 10},
		{"policy-3-of-2", "more rebuilds than builders", "rebuild 0 of 0", "rebuild 3 of 2", 10},
		{"other-vendor", "another vendor's entry in this log", "vendor vendor.example", "vendor other.example", 19},
		{"keyset-7", "a key set that nobody knows", "keyset 1\n", "keyset 7\n", 18},
		{"not-ascii", "a letter beyond ASCII in a version", "version 1.0", "version 1.\xC3\xB6", 10},
		{"method", "a way to take off signatures that nobody knows", "unsigned:none", "unsigned:magic-1", 12},
		{"unsigned-digest", "an unsigned digest of something else", "unsigned:none:7", "unsigned:none:8", 12}};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct world *w = world_new("log.vendor.example");
		struct note note;
		struct buf text;
		char *bent;

		add(w, vendor_keys(&w->v, 1));
		need(note_parse(vendor_release(&w->v,
				 &(struct release_spec){.version = "1.0", .file = "one"}), &note), "note");
		buf_init(&text, 1 << 16);
		buf_add_str(&text, note.text);
		bent = text_of_buf(&text);
		buf_release(&text);
		add(w, signed_text(w, swap(bent, cases[i].from, cases[i].to), "a1a2"));
		publish(w);
		CASE(.name = cases[i].name, .what = cases[i].what,
			.expect = i == 17 ? 10 : cases[i].expect, .trust = TRUST(0),
			.proof = proof_of(w, LIST(1)));
		world_free(w);
	}
}

/* ---- attacks: the first refusal and the first alarm ---------------------------------------------- */

/* Everything that a monitor can fetch, by address, in base64. */
static json_t *web_of(struct world *w)
{
	json_t *web = json_object();

	for (int d = -1; d < WITNESSES; d++) {
		struct sim *s = d < 0 ? w->disk : w->witness_disks[d];

		for (int i = 0; i < s->n_names; i++) {
			const struct sim_file *f = sim_find(s, s->names[i].path);
			const char *path = s->names[i].path + (d < 0 ? strlen("r/public/") : 2);
			char url[256], *base64;

			if (!f || f->folder || (d < 0 && strncmp(s->names[i].path, "r/public/", 9) != 0))
				continue;
			if (d < 0)
				snprintf(url, sizeof(url), "http://log/%s", path);
			else
				snprintf(url, sizeof(url), "http://w%d/%s", d, path);
			base64 = calloc(1, B64_CHARS(f->n_seen) + 1);
			need(base64 && b64_encode(f->seen, f->n_seen, base64, B64_CHARS(f->n_seen) + 1), url);
			json_object_set_new(web, url, json_string(base64));
			free(base64);
		}
	}
	return web;
}

static void serve(json_t *web, const char *url, const char *content)
{
	char base64[1024];

	need(b64_encode(content, strlen(content), base64, sizeof(base64)), url);
	json_object_set_new(web, url, json_string(base64));
}

/* The texts of these entries, as people here have asked for them. */
static json_t *asked_for(struct world *w, const int *indices)
{
	json_t *list = json_array();

	for (; *indices >= 0; indices++)
		json_array_append_new(list, json_string(entry_text(w, (uint64_t)*indices)));
	return list;
}

static json_t *alarms(const char *names)
{
	json_t *list = json_array();
	struct str rest = str_of(names), word;

	while (rest.len) {
		size_t n = str_find_z(rest, " ");

		word = str_part(rest, 0, n);
		json_array_append_new(list, json_stringn(word.p, word.len));
		rest = str_part(rest, n == SIZE_MAX ? rest.len : n + 1, rest.len);
	}
	return list;
}

static struct world *two_releases(const struct release_spec *second)
{
	struct world *w = world_new("log.vendor.example");

	add(w, vendor_keys(&w->v, 1));
	add(w, vendor_release(&w->v, &(struct release_spec){.version = "1.0", .file = "one"}));
	if (second)
		add(w, vendor_release(&w->v, second));
	publish(w);
	return w;
}

static void attacks(void)
{
	struct world *w = two_releases(NULL), *fork;
	struct tree_hash h;
	json_t *web;
	char *trust;

	CASE(.name = "peace", .what = "nothing is wrong", .expect = 0, .trust = TRUST(0),
		.proof = proof_of(w, LIST(1)), .web = web_of(w), .requested = asked_for(w, LIST(1)),
		.alarms = alarms(""));
	web = web_of(w);
	serve(web, "http://download/agent.bin", "signed by a stolen code-signing key");
	CASE(.name = "stolen-signing-key", .what = "Comm100: the installer on the vendor's own web server "
		"bears a valid signature and is in no entry", .expect = 11, .trust = TRUST(0),
		.proof = proof_of(w, LIST(1)), .file = "signed by a stolen code-signing key", .web = web,
		.requested = asked_for(w, LIST(1)), .alarms = alarms("unknown-bytes"));
	web = web_of(w);
	serve(web, "http://download/agent.bin", "published with a stolen token");
	CASE(.name = "stolen-token", .what = "axios: a registry token publishes what no entry names and no "
		"proof goes with", .expect = 10, .trust = TRUST(0), .proof = "",
		.file = "published with a stolen token", .web = web, .requested = asked_for(w, LIST(1)),
		.alarms = alarms("unknown-bytes"));
	world_free(w);

	w = two_releases(&(struct release_spec){.version = "1.1", .file = "evil", .approvers = "b"});
	CASE(.name = "stolen-log-key", .what = "signing key, CI and the log's online key: an entry without "
		"approvers", .expect = 17, .trust = TRUST(0), .proof = proof_of(w, LIST(2)), .file = "evil",
		.web = web_of(w), .requested = asked_for(w, LIST(1)), .alarms = alarms("unapproved"));
	world_free(w);
	w = two_releases(&(struct release_spec){.version = "1.1", .file = "evil", .approvers = "1"});
	CASE(.name = "stolen-approver", .what = "and one approver's key", .expect = 17, .trust = TRUST(0),
		.proof = proof_of(w, LIST(2)), .file = "evil", .web = web_of(w),
		.requested = asked_for(w, LIST(1)), .alarms = alarms("unapproved"));
	world_free(w);
	w = two_releases(&(struct release_spec){.version = "1.1", .file = "evil", .rebuilds = 2});
	CASE(.name = "stolen-two-approvers", .what = "and two approvers' keys: only builders are left, and "
		"the entry is there for everybody to see", .expect = 22,
		.trust = TRUST(.rebuild = "gate 2"), .proof = proof_of(w, LIST(2)), .file = "evil",
		.web = web_of(w), .requested = asked_for(w, LIST(1)), .alarms = alarms("unrequested"));
	world_free(w);

	w = two_releases(&(struct release_spec){.version = "1.1", .file = "swapped", .rebuilds = 2});
	add(w, vendor_rebuild(&w->v, "1.1", "honest", 1, false));
	add(w, vendor_rebuild(&w->v, "1.1", "honest", 2, false));
	publish(w);
	CASE(.name = "poisoned-build", .what = "SolarWinds: the build host swaps a source file; builders who "
		"start from the commit get other bytes", .expect = 23, .trust = TRUST(0),
		.proof = proof_of(w, LIST(2, 3, 4)), .file = "swapped", .web = web_of(w),
		.requested = asked_for(w, LIST(1, 2)), .alarms = alarms("differs"));
	world_free(w);
	w = two_releases(&(struct release_spec){.version = "1.1", .file = "tarball", .rebuilds = 1});
	add(w, vendor_rebuild(&w->v, "1.1", "git tree", 1, false));
	publish(w);
	CASE(.name = "tarball-not-git", .what = "xz: the tarball holds what the repository does not; the "
		"recipe starts from the tree's digest", .expect = 23, .trust = TRUST(0),
		.proof = proof_of(w, LIST(2, 3)), .file = "tarball", .web = web_of(w),
		.requested = asked_for(w, LIST(1, 2)), .alarms = alarms("differs"));
	world_free(w);
	w = two_releases(NULL);
	web = web_of(w);
	serve(web, "http://download/agent.bin", "one and a payload behind it");
	CASE(.name = "appended-bytes", .what = "3CX: a payload behind what is signed", .expect = 11,
		.trust = TRUST(0), .proof = proof_of(w, LIST(1)), .file = "one and a payload behind it",
		.web = web, .requested = asked_for(w, LIST(1)), .alarms = alarms("unknown-bytes"));
	world_free(w);

	/* The victim gets another log: two bribed witnesses are not enough, one honest one tells. */
	w = two_releases(&(struct release_spec){.version = "1.1", .file = "two"});
	fork = world_new("log.vendor.example");
	add(fork, vendor_keys(&fork->v, 1));
	add(fork, vendor_release(&fork->v, &(struct release_spec){.version = "1.0", .file = "one"}));
	add(fork, vendor_release(&fork->v, &(struct release_spec){.version = "1.1", .file = "evil"}));
	fork->asked = "2";
	publish(fork);
	trust = TRUST(0);
	web = web_of(w);
	{
		json_t *other = web_of(fork);
		const char *url;
		json_t *value;

		/* Witness 2 has seen the other history. */
		json_object_foreach(other, url, value)
			if (strncmp(url, "http://w2/", 10) == 0)
				json_object_set(web, url, value);
		json_decref(other);
	}
	CASE(.name = "split-view", .what = "the victim is shown another log that one witness has cosigned",
		.expect = 15, .trust = trust, .proof = proof_of(fork, LIST(2)), .file = "evil", .web = web,
		.requested = asked_for(w, LIST(1, 2)), .alarms = alarms("split-view"));
	world_free(fork);
	/* Two witnesses that have not seen the true log cosign the other one: the quorum is met. */
	fork = world_new("log.vendor.example");
	add(fork, vendor_keys(&fork->v, 1));
	add(fork, vendor_release(&fork->v, &(struct release_spec){.version = "1.0", .file = "one"}));
	add(fork, vendor_release(&fork->v, &(struct release_spec){.version = "1.1", .file = "evil"}));
	fork->asked = "12";
	publish(fork);
	web = web_of(w);
	{
		json_t *other = web_of(fork);
		const char *url;
		json_t *value;

		json_object_foreach(other, url, value)
			if (strncmp(url, "http://w1/", 10) == 0 || strncmp(url, "http://w2/", 10) == 0)
				json_object_set(web, url, value);
		json_decref(other);
	}
	CASE(.name = "split-view-two-dishonest", .what = "two of three witnesses lie: the customer cannot "
		"see it, the monitor that asks them does", .expect = 0, .trust = trust,
		.proof = proof_of(fork, LIST(2)), .file = "evil", .web = web,
		.requested = asked_for(w, LIST(1, 2)), .alarms = alarms("split-view"));
	world_free(fork);
	world_free(w);

	w = one_release(&(struct release_spec){.version = "1.1", .file = "for one customer",
		.channel = "special"});
	CASE(.name = "targeted-release", .what = "a release for one customer, properly logged: not refused, "
		"but nobody at the vendor asked for it", .expect = 0, .trust = TRUST(0),
		.proof = proof_of(w, LIST(1)), .file = "for one customer", .web = web_of(w),
		.requested = json_array(), .alarms = alarms("unrequested"));
	world_free(w);

	w = two_releases(NULL);
	CASE(.name = "freeze", .what = "an old checkpoint is all that is shown", .expect = 16,
		.now = VENDOR_NOW + 30 * 86400, .trust = TRUST(0), .proof = proof_of(w, LIST(1)),
		.web = web_of(w), .requested = asked_for(w, LIST(1)), .alarms = alarms("pulse"));
	{
		char *old = proof_of(w, LIST(1));
		struct str e = vendor_release(&w->v, &(struct release_spec){.version = "1.1", .file = "two"});

		h = tree_hash_leaf(e.p, e.len);
		add(w, e);
		publish(w);
		CASE(.name = "rollback", .what = "the last release again, after the next one was seen",
			.expect = 20, .trust = TRUST(0), .proof = old, .seen_seq = 2, .seen_leaf = h.b,
			.web = web_of(w), .requested = asked_for(w, LIST(1, 2)), .alarms = alarms(""));
	}
	/* The log goes back to what it was: the witnesses have seen more. */
	web = web_of(w);
	{
		struct world *past = two_releases(NULL);
		json_t *older = web_of(past);
		const char *url;
		json_t *value;

		json_object_foreach(older, url, value)
			if (strncmp(url, "http://log/", 11) == 0)
				json_object_set(web, url, value);
		json_decref(older);
		CASE(.name = "wrong-history", .what = "the log serves its past, its witnesses know better",
			.expect = 0, .trust = TRUST(0), .proof = proof_of(past, LIST(1)), .web = web,
			.requested = asked_for(past, LIST(1)), .alarms = alarms("held-back"));
		world_free(past);
	}
	world_free(w);

	w = two_releases(&(struct release_spec){.version = "1.1", .file = "evil commit", .rebuilds = 1});
	add(w, vendor_rebuild(&w->v, "1.1", "evil commit", 1, true));
	publish(w);
	CASE(.name = "malicious-commit", .what = "a bad commit in the real repository: nothing here refuses "
		"it, and nothing claims to", .expect = 0, .trust = TRUST(0), .proof = proof_of(w, LIST(2, 3)),
		.file = "evil commit", .web = web_of(w), .requested = asked_for(w, LIST(1, 2)),
		.alarms = alarms(""));
	world_free(w);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*make)(void);
	} groups[] = {{"thresholds", thresholds}, {"duplicate-keys", duplicate_keys},
		{"witnesses", witnesses}, {"proofs", proofs}, {"logs", logs}, {"freshness", freshness},
		{"rollbacks", rollbacks}, {"revocations", revocations}, {"key-sets", key_sets},
		{"rebuilds", rebuilds}, {"files", files}, {"entries", entries}, {"attacks", attacks}};

	if (argc != 2)
		return 2;
	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
		begin(argv[1], groups[i].name);
		groups[i].make();
	}
	fclose(out);
	printf("%u cases, %u negative\n", made, refused);
	return 0;
}
