/* assay ledger hammer: load on a log or a witness, by somebody who knows only the specification. */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/common.h"
#include "cli/ledger.h"
#include "net/client.h"

struct hammering {
	const struct settings *s;
	struct net_client *net;
	uint64_t requests, bytes, failed;
};

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static enum status get(struct hammering *h, const char *path, struct buf *ret)
{
	char url[2048], why[NET_WHY_BYTES];
	const char *base = h->s->args[0];
	size_t n = strlen(base);
	enum status status;
	long http;

	snprintf(url, sizeof(url), "%.*s/%s", (int)(n && base[n - 1] == '/' ? n - 1 : n), base, path);
	status = net_request(h->net, url, NULL, ret, &http, why);
	h->requests++;
	h->bytes += ret->len;
	return status == STATUS_OK && http != 200 ? STATUS_NOT_FOUND : status;
}

static enum status get_tile(void *user, int level, uint64_t n, unsigned width, struct buf *ret)
{
	char path[TILE_PATH_MAX];

	tile_path(level, n, width, path);
	return get(user, path, ret);
}

/* One entry, its place in the tree proved with tiles alone. */
static bool read_one(struct hammering *h, const struct checkpoint *c, uint64_t index)
{
	struct tile_source source = {.tile = get_tile, .user = h, .size = c->size};
	uint64_t n = index / TILE_WIDTH;
	struct merkle_proof proof;
	struct merkle_source hashes;
	struct str rest, entry = STR_NONE;
	struct tile_hashes t;
	struct tree_hash leaf;
	struct buf b;
	bool ok;

	buf_init(&b, BUNDLE_BYTES_MAX);
	tile_hashes_init(&t, source);
	hashes = tile_hashes_source(&t);
	ok = get_tile(h, TILE_ENTRIES, n, tile_width(TILE_ENTRIES, n, c->size), &b) == STATUS_OK;
	rest = buf_str(&b);
	for (uint64_t i = n * TILE_WIDTH; ok && i <= index; i++)
		ok = bundle_next(&rest, &entry);
	leaf = tree_hash_leaf(entry.p, entry.len);
	ok = ok && merkle_prove_inclusion(&hashes, index, c->size, &proof) &&
	     merkle_included(index, c->size, &leaf, &proof, &c->root);
	tile_hashes_release(&t);
	buf_release(&b);
	return ok;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static bool hammer(struct hammering *h, uint64_t count)
{
	double *ms = calloc(count, sizeof(*ms)), begin;
	struct checkpoint c;
	struct note note;
	struct buf b;
	bool ok;

	buf_init(&b, CHECKPOINT_BYTES_MAX);
	ok = ms && get(h, "checkpoint", &b) == STATUS_OK && note_parse(buf_str(&b), &note) &&
	     checkpoint_parse(note.text, &c) && c.size > 0;
	if (!ok)
		say_error("%s: no log with entries", shown(h->s->args[0]).text);
	begin = now_ms();
	for (uint64_t i = 0; ok && i < count && !interrupted; i++) {
		double at = now_ms();
		uint64_t random;

		randombytes_buf(&random, sizeof(random));
		h->failed += !read_one(h, &c, random % c.size);
		ms[i] = now_ms() - at;
	}
	if (ok) {
		double all = now_ms() - begin;

		qsort(ms, count, sizeof(*ms), by_value);
		printf("%llu entries read and proved, %llu failed, %llu requests, %.1f MB\n"
		       "%.0f a second; p50 %.2f ms, p99 %.2f ms, most %.2f ms\n",
			(unsigned long long)count, (unsigned long long)h->failed,
			(unsigned long long)h->requests, (double)h->bytes / 1e6,
			(double)count * 1e3 / all, ms[count / 2], ms[count * 99 / 100],
			ms[count - 1]);
	}
	free(ms);
	buf_release(&b);
	return ok;
}

static int run(const struct settings *s)
{
	struct hammering h = {.s = s};
	uint64_t count = s->count ? s->count : 1000;
	bool ok;

	if (count > 10000000) {
		say_error("--count: at most 10000000");
		return ledger_failed(s);
	}
	if (sodium_init() < 0 || net_client_open(&h.net) != STATUS_OK) {
		say_error("libcurl is not installed");
		return ledger_failed(s);
	}
	ok = hammer(&h, count);
	net_client_close(h.net);
	if (!ok)
		return ledger_failed(s);
	if (h.failed) {
		say(s, "exit 1: %llu failed", (unsigned long long)h.failed);
		return EXIT_VERDICT;
	}
	return print_exit(s);
}

const struct verb verb_ledger_hammer = {
	.name = "ledger hammer",
	.bit = VERB_LEDGER_HAMMER,
	.args = "URL",
	.summary = "read a served log hard, checking all that comes",
	.text = "Picks entries at random and proves each with the served tiles alone, as anybody can "
		"who knows the specification. Exit status 1: something could not be read or proved.",
	.examples = "assay ledger hammer http://127.0.0.1:8080 -n 10000\thow much does it bear?\n",
	.min_args = 1,
	.max_args = 1,
	.run = run,
};
