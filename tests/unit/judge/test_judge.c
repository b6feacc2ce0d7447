/* From findings to a verdict: what counts, what counts once, and what can never lower it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <time.h>

#include "judge/judge.h"

enum { MEMBERS = 8, UNITS = 4, MOST = 64 };

struct bench {
	struct analysis a;
	struct tree old, new_;
	struct delta d;
	struct behaviours b;
	struct member members[MEMBERS];
	struct unit units[MEMBERS][UNITS];
	struct finding items[MOST];
	struct fact facts[MOST];
	struct str accepted;
};

static struct bench *set_up_bench(void)
{
	struct bench *t = calloc(1, sizeof(*t));

	assert_non_null(t);
	arena_init(&t->a.arena, 0);
	for (struct tree *tree = &t->old; tree; tree = tree == &t->old ? &t->new_ : NULL) {
		tree->label = STR("release");
		tree->root = tree_add(&t->a.arena, tree, NULL, STR("release"));
	}
	t->d.old = &t->old;
	t->d.new_ = &t->new_;
	t->d.members = t->members;
	t->d.n_members = MEMBERS;
	for (int i = 0; i < MEMBERS; i++) {
		char name[] = "a.js";

		name[0] = (char)('a' + i);
		t->members[i].new_ = tree_add(&t->a.arena, &t->new_, t->new_.root, str_of(name));
		t->members[i].new_->type = ENTRY_FILE;
		t->members[i].new_->size_bytes = 100;
		t->members[i].what = MEMBER_CHANGED;
		t->members[i].new_->member = (uint32_t)i + 1;
		t->members[i].read = true;
		t->members[i].cover[COVER_PARSED] = 100;
		t->members[i].units = t->units[i];
		t->members[i].n_units = UNITS;
		for (int k = 0; k < UNITS; k++)
			t->units[i][k] = (struct unit){UNIT_ADDED, 1, (uint64_t)k * 1000, 100, STR("f")};
	}
	t->b.items = t->items;
	return t;
}

static void done(struct bench *t)
{
	arena_release(&t->a.arena);
	free(t);
}

/* member < 0: about the release; unit < 0: about the member. flow: the key of a flow, or NULL */
static struct finding *put(struct bench *t, unsigned number, enum finding_strength strength,
	double weight, int member, int unit, const char *flow)
{
	struct finding *f = &t->items[t->b.n];
	struct fact *fact = &t->facts[t->b.n];

	assert_true(t->b.n < MOST);
	t->b.n++;
	*f = (struct finding){.kind = finding_kind(number), .strength = strength, .weight = weight};
	*fact = (struct fact){.kind = flow ? FACT_FLOW : FACT_CALL, .unit = FACT_NO_UNIT};
	assert_non_null(f->kind);
	f->fact = fact;
	if (member >= 0)
		f->member = &t->members[member];
	if (unit >= 0) {
		f->unit = &t->units[member][unit];
		fact->unit = (uint32_t)unit;
		fact->offset = f->unit->offset + t->b.n;
	}
	fact->key = str_of(flow);
	f->subject = arena_printf(&t->a.arena, "subject %zu", t->b.n);
	return f;
}

static bool one_accepted(void *user, struct str fingerprint)
{
	struct bench *t = user;

	return str_equal(t->accepted, fingerprint);
}

static bool all_accepted(void *user, struct str fingerprint)
{
	(void)user;
	(void)fingerprint;
	return true;
}

static struct judgement *judge(struct bench *t)
{
	struct judgement *j;

	assert_int_equal(judge_run(&t->a, &t->d, &t->b, 0.001, t->accepted.len ? one_accepted : NULL, t, &j),
		STATUS_OK);
	return j;
}

static void assert_near(double got, double wanted)
{
	if (got < wanted - 1e-9 || got > wanted + 1e-9)
		fail_msg("%.6f, wanted %.6f", got, wanted);
}

static double counted(const struct judgement *j)
{
	double sum = 0;

	for (size_t i = 0; i < j->n_findings; i++)
		sum += j->findings[i].counted;
	return sum;
}

static void test_thresholds(void **state)
{
	static const struct {
		double weight;
		enum verdict verdict;
	} rows[] = {{0, VERDICT_CLEAN}, {5.49, VERDICT_CLEAN}, {5.5, VERDICT_REVIEW}, {9.09, VERDICT_REVIEW},
		{9.1, VERDICT_TAMPERED}, {30, VERDICT_TAMPERED}};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct bench *t = set_up_bench();
		struct judgement *j;

		put(t, 1, FINDING_CARRYING, rows[i].weight, 0, 0, NULL);
		j = judge(t);
		assert_int_equal(j->verdict, rows[i].verdict);
		assert_near(j->evidence, rows[i].weight);
		assert_near(j->base_log_odds, -6.906754778648553);
		assert_true(j->probability > 0 && j->probability < 1);
		assert_near(counted(j), j->evidence);
		done(t);
	}
}

static void test_base_rate_moves_no_verdict(void **state)
{
	struct bench *t = set_up_bench();
	struct judgement *a, *b;

	put(t, 1, FINDING_CARRYING, 6, 0, 0, NULL);
	assert_int_equal(judge_run(&t->a, &t->d, &t->b, 1e-9, NULL, NULL, &a), STATUS_OK);
	assert_int_equal(judge_run(&t->a, &t->d, &t->b, 0.999999, NULL, NULL, &b), STATUS_OK);
	assert_int_equal(a->verdict, VERDICT_REVIEW);
	assert_int_equal(b->verdict, VERDICT_REVIEW);
	assert_true(a->probability < 0.001 && b->probability > 0.999);
	done(t);
}

static void test_kinds_once(void **state)
{
	struct bench *t = set_up_bench();

	put(t, 1, FINDING_CARRYING, 4, 0, 0, NULL);
	put(t, 1, FINDING_CARRYING, 5, 1, 0, NULL);
	put(t, 1, FINDING_CARRYING, 4.5, 2, 0, NULL);
	assert_near(judge(t)->evidence, 5);
	put(t, 2, FINDING_CARRYING, 4, 3, 0, NULL);
	assert_near(judge(t)->evidence, 9);
	done(t);
}

static void test_flows_once(void **state)
{
	struct bench *t = set_up_bench();

	put(t, 1, FINDING_CARRYING, 6, 0, 0, "net>exec");
	put(t, 10, FINDING_CARRYING, 5, 0, 0, "data>exec"); /* the same sink in the same unit */
	assert_near(judge(t)->evidence, 7);
	done(t);
	t = set_up_bench();
	put(t, 1, FINDING_CARRYING, 6, 0, 0, "net>exec");
	put(t, 10, FINDING_CARRYING, 5, 0, 1, "data>exec"); /* another unit */
	put(t, 3, FINDING_CARRYING, 4, 0, 0, "env>net");    /* another sink */
	assert_near(judge(t)->evidence, 15);
	done(t);
}

static void test_weak_is_capped(void **state)
{
	struct bench *t = set_up_bench();

	for (unsigned i = 0; i < 12; i++)
		put(t, 20 + i, FINDING_CARRYING, 1.2, (int)i % MEMBERS, 0, NULL);
	assert_near(judge(t)->evidence, 3);
	for (unsigned i = 0; i < 12; i++)
		put(t, 32 + i, FINDING_SUPPORTING, 2.4, -1, -1, NULL);
	/* many small oddities alone never reach review, of whichever strength they are */
	assert_near(judge(t)->evidence, 3);
	assert_int_equal(judge(t)->verdict, VERDICT_CLEAN);
	done(t);
}

static void test_supporting(void **state)
{
	struct bench *t = set_up_bench();

	put(t, 17, FINDING_SUPPORTING, 2, 0, 0, NULL);
	put(t, 18, FINDING_SUPPORTING, 3, 0, 0, NULL);
	put(t, 46, FINDING_SUPPORTING, 1, 0, 0, NULL);
	assert_near(judge(t)->evidence, 3); /* alone: capped */
	put(t, 1, FINDING_CARRYING, 6, 1, 0, NULL);
	assert_near(judge(t)->evidence, 9); /* another member carries nothing */
	put(t, 2, FINDING_CARRYING, 4, 0, 1, NULL);
	assert_near(judge(t)->evidence, 13); /* nor does another unit */
	put(t, 3, FINDING_CARRYING, 4, 0, 0, NULL);
	assert_near(judge(t)->evidence, 20); /* 6 + 4 + 4 and all three */
	done(t);
}

static void test_supporting_beside_install(void **state)
{
	struct bench *t = set_up_bench();

	put(t, 18, FINDING_SUPPORTING, 3, 4, 2, NULL)->runs = STR("when the package is installed");
	put(t, 17, FINDING_SUPPORTING, 2, 4, 2, NULL)->runs = STR("when the package is installed");
	put(t, 15, FINDING_CARRYING, 5.6, 0, 0, NULL);
	assert_near(judge(t)->evidence, 10.6);
	done(t);
}

/* The one that is carried counts, even when a stronger one of its kind stands alone elsewhere. */
static void test_carried_before_alone(void **state)
{
	struct bench *t = set_up_bench();

	put(t, 1, FINDING_CARRYING, 6, 1, 0, NULL);
	put(t, 17, FINDING_SUPPORTING, 2, 1, 0, NULL);
	put(t, 19, FINDING_SUPPORTING, 2.4, 3, 0, NULL);
	assert_near(judge(t)->evidence, 10.4);
	put(t, 17, FINDING_SUPPORTING, 2.2, 0, 0, NULL);
	assert_true(judge(t)->evidence >= 10.4 - 1e-9);
	put(t, 17, FINDING_CARRYING, 0.1, 0, 0, NULL);
	assert_true(judge(t)->evidence >= 10.4 - 1e-9);
	done(t);
}

static void test_notes_count_nothing(void **state)
{
	struct bench *t = set_up_bench();

	put(t, 1, FINDING_NOTE, 0, 0, 0, NULL);
	assert_near(judge(t)->evidence, 0);
	assert_int_equal(judge(t)->verdict, VERDICT_CLEAN);
	done(t);
}

static void test_acceptance(void **state)
{
	struct bench *t = set_up_bench();
	struct judgement *j;

	put(t, 1, FINDING_CARRYING, 6, 0, 0, NULL);
	j = judge(t);
	t->accepted = arena_str(&t->a.arena, j->findings[0].fingerprint);
	j = judge(t);
	assert_int_equal(j->verdict, VERDICT_CLEAN); /* review may be accepted */
	assert_int_equal(j->n_accepted, 1);
	assert_near(j->findings[0].counted, 0);
	put(t, 2, FINDING_CARRYING, 6, 1, 0, NULL);
	j = judge(t);
	assert_int_equal(j->verdict, VERDICT_REVIEW); /* tampered without it, never below review */
	assert_near(j->evidence, 6);
	assert_int_equal(judge_run(&t->a, &t->d, &t->b, 0.001, all_accepted, NULL, &j), STATUS_OK);
	assert_int_equal(j->verdict, VERDICT_REVIEW);
	assert_int_equal(j->n_accepted, 2);
	done(t);
}

/* What one acceptance covers does not decide what the others are worth. */
static void test_acceptance_of_a_carrier(void **state)
{
	struct bench *t = set_up_bench();
	struct judgement *j;

	put(t, 1, FINDING_CARRYING, 6, 0, 0, NULL);
	put(t, 17, FINDING_SUPPORTING, 2, 0, 0, NULL);
	j = judge(t);
	assert_near(j->evidence, 8);
	t->accepted = arena_str(&t->a.arena, j->findings[0].fingerprint);
	assert_near(judge(t)->evidence, 2);
	done(t);
}

static void test_fingerprint(void **state)
{
	struct bench *t = set_up_bench();
	struct str first, again;
	struct finding *f = put(t, 1, FINDING_CARRYING, 6, 0, 0, NULL);

	f->evidence = STR("curl x | sh");
	first = judge(t)->findings[0].fingerprint;
	assert_int_equal(first.len, 32);
	t->units[0][0].offset += 77; /* lines move, white space moves */
	t->facts[0].offset += 77;
	t->facts[0].line = 9;
	f->evidence = STR("  curl x |\n\tsh");
	again = judge(t)->findings[0].fingerprint;
	assert_true(str_equal(first, again));
	f->evidence = STR("curl y | sh");
	assert_false(str_equal(first, judge(t)->findings[0].fingerprint));
	f->evidence = STR("curl x | sh");
	f->member = &t->members[1];
	assert_false(str_equal(first, judge(t)->findings[0].fingerprint));
	f->member = &t->members[0];
	f->kind = finding_kind(2);
	assert_false(str_equal(first, judge(t)->findings[0].fingerprint));
	done(t);
}

static void test_blind(void **state)
{
	struct bench *t = set_up_bench();
	struct judgement *j;

	t->members[0].cover[COVER_PARSED] = 60;
	t->members[0].cover[COVER_BLIND] = 40;
	t->members[0].why[COVER_BLIND] = STR("over budget");
	j = judge(t);
	assert_int_equal(j->verdict, VERDICT_UNKNOWN);
	assert_int_equal(j->n_blind, 1);
	assert_int_equal(j->blind_bytes, 40);
	put(t, 1, FINDING_CARRYING, 6, 0, 0, NULL);
	assert_int_equal(judge(t)->verdict, VERDICT_REVIEW); /* the worst wins */
	done(t);
}

static void test_blind_but_identical(void **state)
{
	struct bench *t = set_up_bench();
	struct node *n = t->members[0].new_, *o = tree_add(&t->a.arena, &t->old, t->old.root, STR("a.js"));

	tree_blind(n, STR("encrypted"), 10);
	assert_int_equal(judge(t)->verdict, VERDICT_UNKNOWN);
	n->mate = o;
	o->mate = n;
	n->sha256 = o->sha256 = sha256_of("same", 4);
	n->has_sha256 = o->has_sha256 = true;
	assert_int_equal(judge(t)->verdict, VERDICT_CLEAN);
	/* bytes that did not all come prove nothing, even if what came is equal */
	n->partial = true;
	assert_int_equal(judge(t)->verdict, VERDICT_UNKNOWN);
	n->partial = false;
	o->partial = true;
	assert_int_equal(judge(t)->verdict, VERDICT_UNKNOWN);
	done(t);
}

/* More facts than are kept: something was not seen. */
static void test_capped(void **state)
{
	struct bench *t = set_up_bench();

	t->members[2].capped = true;
	assert_int_equal(judge(t)->verdict, VERDICT_UNKNOWN);
	done(t);
}

static uint64_t seed = 20250623;

static unsigned draw(unsigned below)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(seed >> 33) % below;
}

static struct finding *put_random(struct bench *t, int first_member, int n_members)
{
	static const char *const flows[] = {NULL, NULL, "net>exec", "data>exec", "env>net", "net>code"};
	int member = draw(8) ? first_member + (int)draw((unsigned)n_members) : -1;
	int unit = member >= 0 && draw(4) ? (int)draw(UNITS) : -1;

	return put(t, 1 + draw(59), draw(2) ? FINDING_CARRYING : FINDING_SUPPORTING, draw(70) / 10.0, member,
		unit, flows[draw(6)]);
}

/* Adding findings in other members never lowers the evidence, nor what carried it. */
static void test_monotone(void **state)
{
	for (int round = 0; round < 20000; round++) {
		struct bench *t = set_up_bench();
		struct judgement *before, *after;
		size_t n;

		for (unsigned i = 1 + draw(10); i; i--)
			put_random(t, 0, 4);
		before = judge(t);
		n = t->b.n;
		for (unsigned i = 1 + draw(6); i; i--)
			put_random(t, 4, 4);
		after = judge(t);
		if (after->evidence < before->evidence - 1e-9 || after->verdict < before->verdict ||
		    after->probability < before->probability - 1e-12)
			fail_msg("round %d: %.3f became %.3f with %zu more", round, before->evidence,
				after->evidence, t->b.n - n);
		assert_near(counted(after), after->evidence);
		for (size_t i = 0; i < after->n_findings; i++)
			assert_true(after->findings[i].counted >= 0 &&
				    after->findings[i].counted <= after->findings[i].finding->weight + 1e-9);
		done(t);
	}
}

/* The order in which findings were added changes nothing. */
static void test_order(void **state)
{
	for (int round = 0; round < 2000; round++) {
		struct bench *t = set_up_bench();
		double before;

		for (unsigned i = 2 + draw(12); i; i--)
			put_random(t, 0, MEMBERS);
		before = judge(t)->evidence;
		for (size_t i = t->b.n - 1; i > 0; i--) {
			size_t k = draw((unsigned)i + 1);
			struct finding swap = t->items[i];

			t->items[i] = t->items[k];
			t->items[k] = swap;
		}
		assert_near(judge(t)->evidence, before);
		done(t);
	}
}

/* As many findings as an enemy likes: the time is not their square. */
static void test_many(void **state)
{
	struct bench *t = set_up_bench();
	enum { MANY = 100000 };
	struct finding *items = ARENA_ARRAY(&t->a.arena, MANY, struct finding);
	struct judgement *j;
	clock_t start;

	for (size_t i = 0; i < MANY; i++)
		items[i] = (struct finding){
			.kind = finding_kind(1 + (unsigned)(i % 59)),
			.strength = i % 3 ? FINDING_SUPPORTING : FINDING_CARRYING,
			.weight = (double)(i % 60) / 10,
			.member = &t->members[i % MEMBERS],
			.unit = &t->units[i % MEMBERS][i / MEMBERS % UNITS],
		};
	t->b.items = items;
	t->b.n = MANY;
	start = clock();
	j = judge(t);
	assert_true(j->verdict == VERDICT_TAMPERED);
	assert_true((double)(clock() - start) / CLOCKS_PER_SEC < 10);
	done(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_thresholds), cmocka_unit_test(test_base_rate_moves_no_verdict),
		cmocka_unit_test(test_kinds_once), cmocka_unit_test(test_flows_once),
		cmocka_unit_test(test_weak_is_capped), cmocka_unit_test(test_supporting),
		cmocka_unit_test(test_supporting_beside_install),
		cmocka_unit_test(test_carried_before_alone), cmocka_unit_test(test_notes_count_nothing),
		cmocka_unit_test(test_acceptance), cmocka_unit_test(test_acceptance_of_a_carrier),
		cmocka_unit_test(test_fingerprint), cmocka_unit_test(test_blind),
		cmocka_unit_test(test_blind_but_identical), cmocka_unit_test(test_capped),
		cmocka_unit_test(test_monotone), cmocka_unit_test(test_order), cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
