/* The witness: published requests, the cases they leave out, and a disk that fails. */
#include "ledger/vectors.h"

#include "ledger/witness.h"
#include "simfs.h"

static const uint8_t log_seed[32] = {1}, witness_seed[32] = {2};

struct bench {
	struct sim *sim;
	struct ledger_io io;
	struct witness w;
	struct signer key, log;
	char logs[1024];
};

static void bench_open(struct bench *b)
{
	assert_int_equal(witness_open(&b->w, &b->io, "r", str_of(b->logs), &b->key), STATUS_OK);
}

/* A witness of the log whose key is given, or of our own. */
static void bench_begin(struct bench *b, const struct vkey *log)
{
	char key[VKEY_CHARS_MAX];

	memset(b, 0, sizeof(*b));
	b->sim = sim_new(9);
	b->io = sim_io(b->sim);
	assert_int_equal(signer_from_seed(STR("witness.example/w"), KEY_COSIGNER, witness_seed,
				 &b->key), STATUS_OK);
	assert_int_equal(signer_from_seed(STR("log.example"), KEY_ED25519, log_seed, &b->log),
		STATUS_OK);
	vkey_text(log ? log : &b->log.key, key);
	snprintf(b->logs, sizeof(b->logs), "log %s\nquorum none\n", key);
	bench_open(b);
}

static void bench_end(struct bench *b)
{
	signer_close(&b->key);
	signer_close(&b->log);
	sim_free(b->sim);
}

static unsigned ask(struct bench *b, const char *request, char body[4096])
{
	struct witness_answer a = {.http = 0};

	buf_init(&a.body, 4000);
	witness_add(&b->w, str_of(request), 1700000000, &a);
	if (body)
		snprintf(body, 4096, "%.*s", STR_ARG(buf_str(&a.body)));
	buf_release(&a.body);
	return a.http;
}

static void published(void **state)
{
	json_t *all = vector_json("torchwood-witness/add-checkpoint.json"), *j;
	struct tally t = {.what = "add-checkpoint requests"};
	uint8_t key[32];
	struct vkey log;
	struct bench b;
	size_t i;

	assert_true(hex_decode(text_of(all, "log_public_key_hex"), key, 32));
	assert_true(vkey_make(text_of(all, "origin"), KEY_ED25519, key, &log));
	bench_begin(&b, &log);
	json_array_foreach(json_object_get(all, "requests"), i, j) {
		unsigned stated = (unsigned)json_integer_value(json_object_get(j, "status_by_spec_v1"));
		char name[32], body[4096];
		unsigned http = ask(&b, text_of(j, "body").p, body);

		snprintf(name, sizeof(name), "request %u", (unsigned)i + 1);
		if (i == 1) {
			assert_int_equal(http, 400);
			tally_leave(&t, name, "stated 403; its signature is base64 with stray bits, "
				"refused with 400 before any key is tried");
			continue;
		}
		if (http != stated)
			fail_msg("%s: stated %u, answered %u", name, stated, http);
		tally_case(&t, name, stated == 200, http == 200);
		if (http == 200) {
			struct note_signature s;

			assert_true(note_signature_parse(str_trim(str_of(body)), &s));
			assert_true(str_is(s.name, "witness.example/w"));
		}
		if (http == 409)
			assert_true(strcmp(body, i == 6 ? "3\n" : "5\n") == 0);
	}
	json_decref(all);
	bench_end(&b);
	tally_print(&t);
}

/* A request for a head of our own log: n entries "0", "1", .., the last one as given. */
static const char *request_for(struct bench *b, uint64_t old, uint64_t size, const char *last,
	const char *extra_lines)
{
	static char request[16384];
	char text[CHECKPOINT_TEXT_MAX], line[NOTE_LINE_MAX], base64[64];
	struct tree_hash leaves[64], root;
	struct merkle_edge edge = {.size = 0};
	int n;

	for (uint64_t i = 0; i < size; i++) {
		snprintf(base64, sizeof(base64), "%u", (unsigned)i);
		if (last && i + 1 == size)
			snprintf(base64, sizeof(base64), "%s", last);
		leaves[i] = tree_hash_leaf(base64, strlen(base64));
		merkle_edge_add(&edge, &leaves[i]);
	}
	root = merkle_edge_root(&edge);
	assert_true(checkpoint_text(STR("log.example"), size, &root, text));
	assert_true(note_sign(&b->log, str_of(text), line));
	n = snprintf(request, sizeof(request), "old %u\n%s", (unsigned)old, extra_lines);
	/* From 1 to 2 the proof is the second leaf; that is all these cases need. */
	if (old == 1 && size == 2) {
		b64_encode(leaves[1].b, 32, base64, sizeof(base64));
		n += snprintf(request + n, sizeof(request) - (size_t)n, "%s\n", base64);
	}
	snprintf(request + n, sizeof(request) - (size_t)n, "\n%s\n%s", text, line);
	return request;
}

static void own_cases(void **state)
{
	static const char hash[] = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n";
	struct bench b;
	char body[4096], lines[4096] = "", *request, *at;

	bench_begin(&b, NULL);
	assert_int_equal(ask(&b, "", NULL), 400);
	assert_int_equal(ask(&b, "old 0\n", NULL), 400);
	assert_int_equal(ask(&b, "old 00\n\n", NULL), 400);
	assert_int_equal(ask(&b, request_for(&b, 3, 2, NULL, ""), NULL), 400);
	for (int i = 0; i < 64; i++)
		memcpy(lines + i * (sizeof(hash) - 1), hash, sizeof(hash));
	assert_int_equal(ask(&b, request_for(&b, 0, 1, NULL, lines), NULL), 400);
	lines[63 * (sizeof(hash) - 1)] = '\0';
	assert_int_equal(ask(&b, request_for(&b, 0, 1, NULL, lines), NULL), 422);
	/* A proof where none belongs. */
	assert_int_equal(ask(&b, request_for(&b, 0, 1, NULL, hash), NULL), 422);
	assert_int_equal(ask(&b, request_for(&b, 0, 1, NULL, ""), NULL), 200);
	/* A lost answer is asked for again, and given again. */
	assert_int_equal(ask(&b, request_for(&b, 1, 1, NULL, ""), NULL), 200);
	assert_int_equal(ask(&b, request_for(&b, 0, 1, NULL, ""), body), 409);
	assert_string_equal(body, "1\n");
	/* Equal size, other root: refused and kept. */
	assert_int_equal(ask(&b, request_for(&b, 1, 1, "evil", ""), body), 409);
	assert_int_equal(ask(&b, request_for(&b, 0, 1, "evil", ""), body), 409);
	/* A changed letter in the signature. */
	request = strdup(request_for(&b, 1, 2, NULL, ""));
	at = strrchr(request, ' ');
	at[20] = at[20] == 'A' ? 'B' : 'A';
	assert_int_equal(ask(&b, request, NULL), 403);
	free(request);
	assert_int_equal(ask(&b, request_for(&b, 1, 2, NULL, ""), body), 200);
	/* And it is the same witness after a new start. */
	bench_open(&b);
	assert_int_equal(ask(&b, request_for(&b, 1, 2, NULL, ""), body), 409);
	assert_string_equal(body, "2\n");
	bench_end(&b);
}

/* Files that end in the name, of whatever log. */
static unsigned count_files(struct sim *s, const char *end)
{
	unsigned n = 0;

	for (int i = 0; i < s->n_names; i++) {
		size_t a = strlen(s->names[i].path), b = strlen(end);

		n += s->names[i].seen >= 0 && a > b && strcmp(s->names[i].path + a - b, end) == 0;
	}
	return n;
}

static void evidence(void **state)
{
	struct bench b;

	bench_begin(&b, NULL);
	assert_int_equal(ask(&b, request_for(&b, 0, 1, NULL, ""), NULL), 200);
	assert_int_equal(ask(&b, request_for(&b, 1, 1, "evil", ""), NULL), 409);
	assert_int_equal(ask(&b, request_for(&b, 1, 1, "evil", ""), NULL), 409);
	assert_int_equal(count_files(b.sim, "/conflict-1"), 1);
	assert_int_equal(count_files(b.sim, "/conflict-2"), 0);
	/* What does not continue is the log's own signature against it. */
	assert_int_equal(ask(&b, request_for(&b, 1, 3, "evil", ""), NULL), 422);
	assert_int_equal(count_files(b.sim, "/conflict-2"), 1);
	/* No flood fills the disk. */
	for (int i = 0; i < 100; i++) {
		char name[32];

		snprintf(name, sizeof(name), "evil %d", i);
		assert_int_equal(ask(&b, request_for(&b, 1, 1, name, ""), NULL), 409);
	}
	assert_int_equal(count_files(b.sim, "/conflict-32"), 1);
	assert_int_equal(count_files(b.sim, "/conflict-33"), 0);
	assert_int_equal(ask(&b, request_for(&b, 1, 2, NULL, ""), NULL), 200);
	bench_end(&b);
}

/* A crash or an error at each call: what was answered is never forgotten, and no fork is cosigned. */
static void faults(void **state)
{
	unsigned states = 0;

	for (int fault = SIM_NOT_BEGUN; fault < SIM_FAULTS; fault++) {
		for (uint64_t at = 1; at <= 10; at++, states++) {
			struct bench b;
			unsigned first, fork;

			bench_begin(&b, NULL);
			b.sim->random += at;
			b.sim->fault = (enum sim_fault)fault;
			b.sim->fault_at = at;
			first = ask(&b, request_for(&b, 0, 1, NULL, ""), NULL);
			assert_true(first == 200 || first == 500);
			/* After an error it has stopped. */
			if (first == 500)
				assert_int_equal(
					ask(&b, request_for(&b, 0, 1, NULL, ""), NULL), 500);
			sim_crash(b.sim);
			bench_open(&b);
			fork = ask(&b, request_for(&b, 0, 1, "evil", ""), NULL);
			assert_true(first != 200 || fork == 409);
			assert_true(fork == 200 || fork == 409);
			bench_end(&b);
		}
	}
	print_message("witness: %u crash states\n", states);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(published), cmocka_unit_test(own_cases),
		cmocka_unit_test(evidence), cmocka_unit_test(faults)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
