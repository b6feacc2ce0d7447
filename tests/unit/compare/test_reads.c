/* Readers that crash, hang, lie and attack: the others are read, the faulty one is blind. */
#include "stages.h"

/* ---- in the child ------------------------------------------------------------------------- */

static struct reader_job jobs[READER_BATCH_MEMBERS];
static struct cursor olds[READER_BATCH_MEMBERS], news[READER_BATCH_MEMBERS];
static uint32_t n_jobs;

static enum status planted_prepare(struct child_env *env)
{
	struct cursor c = env->description;

	n_jobs = cursor_u32le(&c);
	for (uint32_t i = 0; i < n_jobs; i++) {
		if (!reader_job_get(&c, &jobs[i]))
			return STATUS_DAMAGED;
		TRY(child_map(env, jobs[i].old_offset, jobs[i].old_bytes, &olds[i]));
		TRY(child_map(env, jobs[i].new_offset, jobs[i].new_bytes, &news[i]));
	}
	return STATUS_OK;
}

static void planted_flush(void *user, struct buf *out)
{
	child_write(user, out);
}

static void put_cover(struct buf *b, uint64_t bytes)
{
	wire_cover_put(b, &(struct wire_cover){COVER_PARSED, bytes, STR_NONE});
}

static void put_fact(struct buf *b, uint32_t unit, const char *key)
{
	wire_fact_put(b, &(struct fact){.kind = FACT_CALL, .unit = unit, .key = str_of(key)});
}

static void lies(struct child_env *env, struct buf *b, uint32_t i)
{
	struct str path = jobs[i].path;

	if (wants(path, "job-outside"))
		wire_job_put(b, &(struct wire_job){READER_BATCH_MEMBERS});
	else if (wants(path, "job-again") || wants(path, "job-missing"))
		wire_job_put(b, &(struct wire_job){wants(path, "job-again") && i ? i - 1 : i + 1});
	else if (!wants(path, "job-none"))
		wire_job_put(b, &(struct wire_job){i});
	if (wants(path, "unit-outside"))
		put_fact(b, 0, "x");
	if (wants(path, "cover-more"))
		put_cover(b, news[i].len + 1);
	if (wants(path, "cover-twice"))
		put_cover(b, news[i].len);
	if (wants(path, "cover-huge")) {
		put_cover(b, UINT64_MAX);
		put_cover(b, 1);
	}
	if (wants(path, "opener-frames"))
		wire_data_put(b, "x", 1);
	if (wants(path, "facts-endless"))
		for (int k = 0; k <= FACTS_PER_MEMBER; k++) {
			put_fact(b, FACT_NO_UNIT, "x");
			if (b->len > 1 << 20)
				child_write(env, b);
		}
	if (wants(path, "units-endless"))
		for (int k = 0; k <= UNITS_PER_MEMBER; k++)
			wire_unit_put(b, &(struct unit){.name = STR("u")});
	if (wants(path, "facts-large")) {
		static char text[2048];

		memset(text, 'x', sizeof(text));
		for (int k = 0; k < FACTS_PER_MEMBER; k++) {
			wire_fact_put(b, &(struct fact){.kind = FACT_CALL, .unit = FACT_NO_UNIT, .key = STR("x"),
				.value = {text, sizeof(text)}, .detail = {text, sizeof(text)}});
			if (b->len > 1 << 20)
				child_write(env, b);
		}
	}
	if (wants(path, "no-cover"))
		return;
	if (wants(path, "half-cover"))
		put_cover(b, news[i].len / 2);
	else
		put_cover(b, news[i].len);
	if (wants(path, "says-more")) /* it dropped facts, and says so */
		wire_cover_put(b, &(struct wire_cover){COVER_BLIND, 0, STR("more was found in it than is kept")});
}

static enum status planted_run(struct child_env *env)
{
	struct buf b;

	buf_init(&b, 4 << 20);
	for (uint32_t i = 0; i < n_jobs; i++) {
		if (!str_has(jobs[i].path, "fault-")) {
			struct arena arena;

			arena_init(&arena, 0);
			reader_run(&jobs[i], olds[i], news[i], &arena, &b, planted_flush, env);
			arena_release(&arena);
			continue;
		}
		/* only in company: alone it behaves */
		if (wants(jobs[i].path, "sly") && n_jobs > 1) {
			wire_job_put(&b, &(struct wire_job){i});
			child_write(env, &b);
			syscall(SYS_socket, AF_INET, SOCK_STREAM, 0);
		}
		/* what was said before stands */
		child_write(env, &b);
		fault_any(env, jobs[i].path);
		lies(env, &b, i);
	}
	child_write(env, &b);
	say_done(env);
	for (uint32_t i = 0; i < n_jobs; i++) {
		if (wants(jobs[i].path, "done-twice"))
			say_done(env);
		if (wants(jobs[i].path, "late-crash"))
			abort();
	}
	buf_release(&b);
	return STATUS_OK;
}

/* ---- in the parent ------------------------------------------------------------------------ */

static struct zygote *z;

static void put_both(struct stage *s, const char *name)
{
	stage_text(s, SIDE_OLD, name, "module.exports = 1;\nmodule.exports.old = 2;\n");
	stage_text(s, SIDE_NEW, name, "module.exports = 1;\nmodule.exports.young = 22;\n");
}

static const char *const good[] = {"a.js", "b.js", "n.js", "z.js"};

static void ordinary(struct stage *s)
{
	for (size_t i = 0; i < 4; i++)
		put_both(s, good[i]);
	stage_text(s, SIDE_OLD, "same.txt", "the same on both sides\n");
	stage_text(s, SIDE_NEW, "same.txt", "the same on both sides\n");
}

static void assert_good(const struct stage *s)
{
	for (size_t i = 0; i < 4; i++) {
		struct member *m = stage_member(s, good[i]);

		if (!m->read || m->outcome != OUTCOME_DONE || m->cover[COVER_BLIND] ||
			m->cover[COVER_PARSED] + m->cover[COVER_SHALLOW] != m->new_->size_bytes)
			fail_msg("%s: blind %llu, parsed %llu (%.*s)", good[i],
				(unsigned long long)m->cover[COVER_BLIND],
				(unsigned long long)m->cover[COVER_PARSED], STR_ARG(m->why[COVER_BLIND]));
	}
}

static void test_faults(void **state)
{
	static const struct {
		const char *name, *why;
		bool attack, clocked;
	} faults[] = {
		{"segv", "the reader crashed on it", false, false},
		{"abort", "the reader crashed on it", false, false},
		{"silent", "the reader crashed on it", false, false},
		{"exit", "the reader crashed on it", false, false},
		{"cut-frame", "the reader crashed on it", false, false},
		{"late-crash", "the reader crashed on it", false, false},
		{"glutton", "over the memory budget", false, false},
		{"loop", "killed-by-clock", false, true},
		{"garbage", "the reader sent garbage", false, false},
		{"forbidden", "the reader tried a forbidden system call", true, false},
		{"job-outside", "the reader sent garbage", false, false},
		{"job-missing", "the reader sent garbage", false, false},
		{"job-none", "the reader sent garbage", false, false},
		{"unit-outside", "the reader sent garbage", false, false},
		{"cover-more", "the reader sent garbage", false, false},
		{"cover-twice", "the reader sent garbage", false, false},
		{"cover-huge", "the reader sent garbage", false, false},
		{"opener-frames", "the reader sent garbage", false, false},
		{"facts-endless", "the reader sent garbage", false, false},
		{"units-endless", "the reader sent garbage", false, false},
		{"done-twice", "the reader sent garbage", false, false},
		{"no-cover", "not read to its end", false, false},
		{"half-cover", "not read to its end", false, false},
		{"says-more", "more was found in it than is kept", false, false},
	};

	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		struct stage s;
		struct member *m;
		char name[64];

		stage_open(&s, z, 2);
		ordinary(&s);
		snprintf(name, sizeof(name), "fault-%s.js", faults[i].name);
		put_both(&s, name);
		stage_unpack(&s);
		stage_judge(&s);
		assert_good(&s);
		m = stage_member(&s, name);
		assert_true(m->read);
		if (!str_is(m->why[COVER_BLIND], faults[i].why))
			fail_msg("%s: \"%.*s\"", faults[i].name, STR_ARG(m->why[COVER_BLIND]));
		if (!str_is(m->why[COVER_BLIND], "more was found in it than is kept"))
			assert_true(m->cover[COVER_BLIND] > 0);
		assert_int_equal(s.a.repeatable, !faults[i].clocked);
		assert_true(s.judgement->verdict != VERDICT_CLEAN);
		assert_true(stage_blind(&s, name, faults[i].why));
		assert_int_equal(stage_has_finding(&s, 32), faults[i].attack);
		if (m->outcome != OUTCOME_DONE && s.judgement->verdict < VERDICT_REVIEW) /* OLD could be read */
			fail_msg("%s: %s, %.2f", faults[i].name, verdict_name(s.judgement->verdict),
				s.judgement->evidence);
		stage_close(&s);
	}
}

/* What it says about others is not believed: they are read again, by somebody else. */
static void test_lie_about_others(void **state)
{
	struct stage s;

	stage_open(&s, z, 1);
	ordinary(&s);
	put_both(&s, "fault-job-again.js");
	stage_unpack(&s);
	stage_judge(&s);
	assert_good(&s);
	assert_true(s.judgement->verdict != VERDICT_CLEAN ||
		    stage_member(&s, "fault-job-again.js")->outcome == OUTCOME_DONE);
	stage_close(&s);
}

/* It attacks in company and behaves when it is asked alone. */
static void test_sly(void **state)
{
	struct stage s;

	stage_open(&s, z, 1);
	ordinary(&s);
	put_both(&s, "fault-sly.js");
	stage_unpack(&s);
	stage_judge(&s);
	assert_good(&s);
	assert_true(stage_has_finding(&s, 32));
	assert_true(s.judgement->verdict >= VERDICT_REVIEW);
	stage_close(&s);
}

/* Every member of a batch fails in its own way. */
static void test_many_faults(void **state)
{
	static const char *const names[] = {"fault-1-segv.js", "fault-2-garbage.js", "fault-3-silent.js",
		"fault-4-forbidden.js", "fault-5-abort.js", "fault-6-cover-more.js"};
	struct stage s;

	stage_open(&s, z, 3);
	ordinary(&s);
	for (size_t i = 0; i < 6; i++)
		put_both(&s, names[i]);
	stage_unpack(&s);
	stage_judge(&s);
	assert_good(&s);
	for (size_t i = 0; i < 6; i++) {
		struct member *m = stage_member(&s, names[i]);

		assert_true(m->outcome != OUTCOME_DONE);
		assert_int_equal(m->cover[COVER_BLIND], m->new_->size_bytes);
		assert_int_equal(m->n_facts + m->n_units, 0);
	}
	assert_int_equal(s.judgement->n_blind, 6);
	stage_close(&s);
}

static void test_facts_too_large(void **state)
{
	struct stage s;
	struct member *m;

	stage_open(&s, z, 2);
	ordinary(&s);
	for (int i = 0; i < 60; i++) {
		char name[64];

		snprintf(name, sizeof(name), "fault-facts-large-%d.js", i);
		put_both(&s, name);
	}
	s.a.arena.max_bytes = (size_t)768 << 20; /* without a ceiling: 60 times 16 MB */
	stage_unpack(&s);
	stage_judge(&s);
	assert_good(&s);
	m = stage_member(&s, "fault-facts-large-7.js");
	assert_true(m->capped);
	assert_true(stage_blind(&s, "fault-facts-large-7.js", "more was found in it than is kept"));
	assert_true(s.judgement->verdict != VERDICT_CLEAN);
	stage_close(&s);
}

/* A batch of members with the longest names that there are. */
static void test_long_names(void **state)
{
	struct stage s;
	char name[256];

	stage_open(&s, z, 2);
	for (int i = 0; i < 60; i++) {
		/* control bytes take three in a path */
		memset(name, 1, sizeof(name));
		snprintf(name, sizeof(name), "%03d", i);
		name[3] = 1;
		memcpy(name + 240, ".js", 4);
		put_both(&s, name);
	}
	stage_unpack(&s);
	/* as deep containers have them */
	for (size_t i = 1; i < s.trees[SIDE_NEW]->n_nodes; i++) {
		struct node *n = s.trees[SIDE_NEW]->nodes[i];
		char *path = arena_alloc(&s.a.arena, 100000);

		memset(path, 'd', 100000);
		memcpy(path + 99000, n->path.p, n->path.len);
		n->path = str_view(path, 99000 + n->path.len);
	}
	stage_judge(&s);
	assert_int_equal(s.delta->n_members, 60);
	for (size_t i = 0; i < 60; i++) {
		assert_int_equal(s.delta->members[i].outcome, OUTCOME_DONE);
		/* the end of the name, which says what it is, has arrived */
		assert_int_equal(s.delta->members[i].cover[COVER_PARSED], s.delta->members[i].new_->size_bytes);
	}
	stage_close(&s);
}

static void test_nobody_left(void **state)
{
	struct zygote_role planted[ROLE_N] = {unpack_opener_role, {"reader", planted_prepare, planted_run}};
	unsigned before = count_descriptors();
	struct zygote *own = stage_zygote(planted);
	struct stage s;

	stage_open(&s, own, 4);
	ordinary(&s);
	put_both(&s, "fault-segv.js");
	put_both(&s, "fault-garbage.js");
	put_both(&s, "fault-loop.js");
	stage_unpack(&s);
	stage_judge(&s);
	assert_good(&s);
	stage_close(&s);
	assert_int_equal(count_descriptors(), before + 1);
	zygote_stop(own);
	assert_int_equal(count_descriptors(), before);
}

static int set_up(void **state)
{
	static struct zygote_role roles[ROLE_N];

	roles[ROLE_OPENER] = unpack_opener_role;
	roles[ROLE_READER] = (struct zygote_role){"reader", planted_prepare, planted_run};
	z = stage_zygote(roles);
	return 0;
}

static int tear_down(void **state)
{
	zygote_stop(z);
	return waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD ? 0 : -1;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_faults), cmocka_unit_test(test_lie_about_others),
		cmocka_unit_test(test_sly), cmocka_unit_test(test_many_faults),
		cmocka_unit_test(test_facts_too_large), cmocka_unit_test(test_long_names),
		cmocka_unit_test(test_nobody_left),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
