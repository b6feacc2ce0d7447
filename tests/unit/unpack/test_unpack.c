/* Openers that crash, hang, lie and attack: the others are opened, the faulty one is blind. */
#include "stages.h"

/* ---- in the child ------------------------------------------------------------------------- */

static char asked_name[256];
static uint64_t asked_bytes;
static struct str asked;

static enum status planted_prepare(struct child_env *env)
{
	struct cursor c = env->description;
	struct opener_job job;

	if (!opener_job_get(&c, &job))
		return STATUS_DAMAGED;
	snprintf(asked_name, sizeof(asked_name), "%.*s", STR_ARG(job.name));
	asked = str_of(asked_name);
	asked_bytes = job.length;
	return unpack_opener_role.prepare(env);
}

static struct entry file_named(const char *name)
{
	return (struct entry){.name = str_of(name), .type = ENTRY_FILE, .size_bytes = UINT64_MAX};
}

static void put_child(struct buf *b, const char *name, const char *content)
{
	struct entry e = file_named(name);

	wire_child_put(b, &e);
	wire_data_put(b, content, strlen(content));
	wire_child_end_put(b, &(struct wire_child_end){.status = STATUS_OK, .size_bytes = strlen(content)});
}

static void put_container(struct buf *b)
{
	wire_container_put(b, &(struct wire_container){.format = FORMAT_ZIP});
}

static void put_spans(struct buf *b)
{
	wire_span_put(b, &(struct wire_span){0, asked_bytes, STR("all")});
}

static void lies(struct buf *b)
{
	struct entry e = file_named("inner");

	put_container(b);
	if (wants(asked, "span-outside")) {
		e.flags = ENTRY_SPAN;
		e.span_offset = 1;
		e.span_bytes = asked_bytes;
		wire_child_put(b, &e);
	}
	if (wants(asked, "data-alone"))
		wire_data_put(b, "x", 1);
	if (wants(asked, "data-in-span")) {
		e.flags = ENTRY_SPAN;
		wire_child_put(b, &e);
		wire_data_put(b, "x", 1);
	}
	if (wants(asked, "two-begins")) {
		wire_child_put(b, &e);
		wire_child_put(b, &e);
	}
	if (wants(asked, "end-alone"))
		wire_child_end_put(b, &(struct wire_child_end){.status = STATUS_OK});
	if (wants(asked, "done-inside"))
		wire_child_put(b, &e);
	if (wants(asked, "container-twice"))
		put_container(b);
	if (wants(asked, "reader-frames"))
		wire_unit_put(b, &(struct unit){.name = STR("u")});
	if (wants(asked, "untiled"))
		wire_span_put(b, &(struct wire_span){1, asked_bytes - 1, STR("all")});
	if (wants(asked, "tiled-twice")) {
		put_spans(b);
		wire_span_put(b, &(struct wire_span){0, 1, STR("again")});
	}
	if (wants(asked, "keeps-some"))
		put_child(b, "inner.js", "console.log(1)\n");
}

static enum status planted_run(struct child_env *env)
{
	struct buf b;

	if (!str_has(asked, "fault-"))
		return unpack_opener_role.run(env);
	fault_any(env, asked);
	buf_init(&b, 4 << 20);
	lies(&b);
	if (wants(asked, "keeps-some"))
		child_write(env, &b);
	if (wants(asked, "keeps-some"))
		abort();
	if (wants(asked, "mode-folder")) { /* content under what says it is none */
		struct entry e = {.name = STR("inner.js"), .type = ENTRY_DEVICE, .size_bytes = UINT64_MAX};

		wire_child_put(&b, &e);
		wire_data_put(&b, "eval(1)\n", 8);
		wire_child_end_put(&b, &(struct wire_child_end){.status = STATUS_OK});
		put_spans(&b);
	}
	if (wants(asked, "twins")) {
		put_child(&b, "a.js", "one\n");
		put_child(&b, "a.js", wants(asked, "differ") ? "two\n" : "one\n");
		put_child(&b, "b.js", "one\n");
		put_spans(&b);
	}
	if (wants(asked, "cut-inner")) {
		struct entry e = file_named("inner.bin");

		e.size_bytes = 100;
		wire_child_put(&b, &e);
		wire_child_end_put(&b, &(struct wire_child_end){.status = STATUS_UNSUPPORTED, .why = STR("method 99")});
		put_spans(&b);
	}
	if (wants(asked, "endless-members")) {
		put_spans(&b);
		for (int i = 0; for_ever && i < 3000000; i++) {
			char name[32];

			snprintf(name, sizeof(name), "m%d", i);
			put_child(&b, name, "");
			if (b.len > 1 << 20)
				child_write(env, &b);
		}
	}
	if (wants(asked, "endless-bytes")) {
		static char much[1 << 20];
		struct entry e = file_named("zeros");

		wire_child_put(&b, &e);
		for (int i = 0; for_ever && i < 100; i++) {
			wire_data_put(&b, much, sizeof(much));
			child_write(env, &b);
		}
		wire_child_end_put(&b, &(struct wire_child_end){.status = STATUS_OK});
		put_spans(&b);
	}
	if (wants(asked, "same-span")) { /* the same bytes again and again */
		for (int i = 0; i < 3000; i++) {
			char name[32];
			struct entry e = {.type = ENTRY_FILE, .flags = ENTRY_SPAN, .span_bytes = asked_bytes};

			snprintf(name, sizeof(name), "m%d", i);
			e.name = str_of(name);
			wire_child_put(&b, &e);
			wire_child_end_put(&b, &(struct wire_child_end){.status = STATUS_OK});
			if (b.len > 1 << 20)
				child_write(env, &b);
		}
		put_spans(&b);
	}
	child_write(env, &b);
	say_done(env);
	if (wants(asked, "done-twice"))
		say_done(env);
	if (wants(asked, "after-done"))
		say(env, "\0", 1);
	if (wants(asked, "late-crash"))
		abort();
	buf_release(&b);
	return STATUS_OK;
}

/* ---- in the parent ------------------------------------------------------------------------ */

static struct zygote *z;

static void put_both(struct stage *s, const char *name)
{
	stage_text(s, SIDE_OLD, name, "the old content of it\n");
	stage_text(s, SIDE_NEW, name, "the new content of it, which is a little longer\n");
}

static void ordinary(struct stage *s)
{
	put_both(s, "a-good.txt");
	put_both(s, "z-good.txt");
}

static void assert_good(const struct stage *s)
{
	static const char *const names[] = {"a-good.txt", "z-good.txt"};

	for (size_t i = 0; i < 2; i++) {
		struct node *n = stage_node(s, SIDE_NEW, names[i]);

		assert_non_null(n);
		assert_int_equal(n->blind.len, 0);
		assert_int_equal(n->format, FORMAT_TEXT);
		if (s->delta)
			assert_int_equal(stage_member(s, names[i])->outcome, OUTCOME_DONE);
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
		{"late-crash", "the reader crashed on it", false, false},
		{"glutton", "over the memory budget", false, false},
		{"loop", "killed-by-clock", false, true},
		{"garbage", "the reader sent garbage", false, false},
		{"cut-frame", "the reader crashed on it", false, false},
		{"forbidden", "the reader tried a forbidden system call", true, false},
		{"span-outside", "the reader sent garbage", false, false},
		{"data-alone", "the reader sent garbage", false, false},
		{"data-in-span", "the reader sent garbage", false, false},
		{"two-begins", "the reader sent garbage", false, false},
		{"end-alone", "the reader sent garbage", false, false},
		{"done-inside", "the reader sent garbage", false, false},
		{"container-twice", "the reader sent garbage", false, false},
		{"reader-frames", "the reader sent garbage", false, false},
		{"done-twice", "the reader sent garbage", false, false},
		{"after-done", "the reader sent garbage", false, false},
		{"untiled", "not every byte is accounted for", false, false},
		{"tiled-twice", "not every byte is accounted for", false, false},
		{"no-spans", "not every byte is accounted for", false, false}, /* says nothing of its bytes */
	};

	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		struct stage s;
		struct node *n;
		char name[64];

		stage_open(&s, z, 2);
		ordinary(&s);
		snprintf(name, sizeof(name), "fault-%s.bin", faults[i].name);
		/* OLD could be read; so could everything else */
		stage_text(&s, SIDE_OLD, "good.bin", "unlike anything\n");
		stage_text(&s, SIDE_NEW, name, "some new bytes that make the opener do it\n");
		stage_unpack(&s);
		n = stage_node(&s, SIDE_NEW, name);
		assert_non_null(n);
		if (!str_is(n->blind, faults[i].why))
			fail_msg("%s: \"%.*s\"", faults[i].name, STR_ARG(n->blind));
		assert_true(n->blind_bytes > 0);
		assert_int_equal(s.a.repeatable, !faults[i].clocked);
		stage_judge(&s);
		assert_good(&s);
		assert_true(s.judgement->verdict != VERDICT_CLEAN);
		assert_true(stage_blind(&s, name, faults[i].why));
		assert_int_equal(stage_has_finding(&s, 32), faults[i].attack);
		if (faults[i].attack)
			assert_true(s.judgement->verdict >= VERDICT_REVIEW);
		stage_close(&s);
	}
}

/* What OLD let us read and NEW does not is a finding. */
static void test_worse_sight(void **state)
{
	static const char *const faults[] = {"fault-segv.bin", "fault-loop.bin", "fault-garbage.bin",
		"fault-glutton.bin", "fault-no-spans.bin", "fault-forbidden.bin"};

	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		struct zygote_role plain[ROLE_N] = {unpack_opener_role, compare_reader_role};
		struct zygote_role planted[ROLE_N] = {unpack_opener_role, compare_reader_role};
		struct stage s;
		struct zygote *first = stage_zygote(plain), *second;
		struct node *old;

		planted[ROLE_OPENER].prepare = planted_prepare;
		planted[ROLE_OPENER].run = planted_run;
		second = stage_zygote(planted);
		stage_open(&s, first, 2);
		put_both(&s, faults[i]);
		put_both(&s, "a-good.txt");
		stage_unpack(&s);
		unpack_close_all(&s.a);
		old = stage_node(&s, SIDE_OLD, faults[i]);
		assert_int_equal(old->blind.len, 0);
		/* NEW once more, by openers that fail */
		{
			char path[512];
			const char *paths[SIDE_N] = {NULL, path};
			struct tree *trees[SIDE_N];

			stage_path(&s, SIDE_NEW, NULL, path);
			s.a.zygote = second;
			assert_int_equal(unpack_releases(&s.a, paths, trees), STATUS_OK);
			s.trees[SIDE_NEW] = trees[SIDE_NEW];
		}
		stage_judge(&s);
		assert_true(stage_has_finding(&s, 31) || stage_has_finding(&s, 32));
		assert_true(s.judgement->verdict >= VERDICT_REVIEW);
		stage_close(&s);
		zygote_stop(first);
		zygote_stop(second);
	}
}

static void test_what_came_is_kept(void **state)
{
	struct stage s;
	struct node *n;

	stage_open(&s, z, 2);
	ordinary(&s);
	stage_text(&s, SIDE_NEW, "fault-keeps-some.bin", "bytes\n");
	stage_unpack(&s);
	n = stage_node(&s, SIDE_NEW, "fault-keeps-some.bin!/inner.js");
	assert_non_null(n);
	assert_int_equal(n->size_bytes, 15);
	assert_int_equal(n->blind.len, 0);
	stage_judge(&s);
	assert_true(stage_member(&s, "fault-keeps-some.bin!/inner.js")->read);
	assert_true(s.judgement->verdict != VERDICT_CLEAN);
	assert_good(&s);
	stage_close(&s);
}

/* Content is content, whatever the container calls it. */
static void test_content_of_a_device(void **state)
{
	struct stage s;
	struct node *n;

	stage_open(&s, z, 1);
	ordinary(&s);
	stage_text(&s, SIDE_NEW, "fault-mode-folder.bin", "bytes\n");
	stage_unpack(&s);
	n = stage_node(&s, SIDE_NEW, "fault-mode-folder.bin!/inner.js");
	assert_int_equal(n->type, ENTRY_FILE);
	assert_true(n->has_sha256);
	stage_judge(&s);
	assert_true(stage_member(&s, "fault-mode-folder.bin!/inner.js")->read);
	stage_close(&s);
}

static bool has_oddity(const struct node *n, const char *code)
{
	for (const struct oddity *o = n->oddities; o; o = o->next)
		if (str_is(o->code, code))
			return true;
	return false;
}

static void test_two_of_one_name(void **state)
{
	struct stage s;
	struct node *n, *copy;

	stage_open(&s, z, 1);
	ordinary(&s);
	stage_text(&s, SIDE_NEW, "fault-twins-differ.bin", "bytes\n");
	stage_text(&s, SIDE_NEW, "fault-twins.bin", "bytes.\n");
	stage_unpack(&s);
	n = stage_node(&s, SIDE_NEW, "fault-twins-differ.bin");
	assert_true(has_oddity(n, "duplicate-name-differs"));
	copy = stage_node(&s, SIDE_NEW, "fault-twins-differ.bin!/a.js#2");
	assert_non_null(copy);
	assert_true(str_is(node_plain_path(copy), "fault-twins-differ.bin!/a.js"));
	n = stage_node(&s, SIDE_NEW, "fault-twins.bin");
	assert_true(has_oddity(n, "duplicate-name"));
	assert_false(has_oddity(n, "duplicate-name-differs"));
	stage_judge(&s);
	assert_true(stage_has_finding(&s, 34));
	assert_true(s.judgement->verdict >= VERDICT_REVIEW);
	stage_close(&s);
}

/* Both sides hold a member that nobody can read: that it did not change is not proven. */
static void test_unread_on_both_sides(void **state)
{
	struct stage s;

	stage_open(&s, z, 1);
	ordinary(&s);
	stage_text(&s, SIDE_OLD, "fault-cut-inner.bin", "the old bytes\n");
	stage_text(&s, SIDE_NEW, "fault-cut-inner.bin", "the new bytes\n");
	stage_unpack(&s);
	assert_true(stage_node(&s, SIDE_NEW, "fault-cut-inner.bin!/inner.bin")->partial);
	stage_judge(&s);
	assert_true(s.judgement->verdict != VERDICT_CLEAN);
	assert_true(stage_blind(&s, "inner.bin", "method 99"));
	stage_close(&s);
}

static void test_too_much(void **state)
{
	static const char *const names[] = {"fault-endless-members.bin", "fault-endless-bytes.bin",
		"fault-same-span.bin"};

	for (size_t i = 0; i < 3; i++) {
		struct stage s;
		struct node *n;

		stage_open(&s, z, 2);
		s.a.wall_ms = 20000;
		s.a.limits.members = 5000;
		s.a.limits.bytes = 8 << 20;
		s.a.limits.member_bytes = 8 << 20;
		ordinary(&s);
		stage_text(&s, SIDE_NEW, names[i],
			"a content of some length, so that naming it three thousand times is a lot of work: "
			"the sum has to be bounded by the parent, which is the one that reads it\n");
		if (i == 2) {
			static char big[64 << 10];

			memset(big, 'x', sizeof(big));
			stage_put(&s, SIDE_NEW, names[i], big, sizeof(big));
		}
		stage_unpack(&s);
		n = stage_node(&s, SIDE_NEW, names[i]);
		if (!str_is(n->blind, "over budget"))
			fail_msg("%s: \"%.*s\"", names[i], STR_ARG(n->blind));
		assert_true(s.trees[SIDE_NEW]->n_nodes <= 5002);
		assert_true(s.a.repeatable);
		stage_judge(&s);
		assert_good(&s);
		assert_true(s.judgement->verdict != VERDICT_CLEAN);
		stage_close(&s);
	}
}

/* Several that are too much together: the same answer for any number of processes. */
static void test_too_much_together(void **state)
{
	size_t n_nodes = 0;
	uint64_t expanded = 0;

	for (unsigned jobs = 1; jobs <= 8; jobs *= 2) {
		struct stage s;

		stage_open(&s, z, jobs);
		s.a.wall_ms = 20000;
		s.a.limits.members = 4000;
		for (int i = 0; i < 6; i++) {
			char name[64], content[64];

			snprintf(name, sizeof(name), "fault-same-span-%d.bin", i);
			snprintf(content, sizeof(content), "%d", i);
			stage_text(&s, SIDE_NEW, name, content);
		}
		stage_unpack(&s);
		if (jobs == 1) {
			n_nodes = s.trees[SIDE_NEW]->n_nodes;
			expanded = s.trees[SIDE_NEW]->expanded_bytes;
		}
		assert_int_equal(s.trees[SIDE_NEW]->n_nodes, n_nodes);
		assert_int_equal(s.trees[SIDE_NEW]->expanded_bytes, expanded);
		for (size_t i = 0; i < n_nodes; i++)
			assert_int_equal(s.trees[SIDE_NEW]->nodes[i]->index, i);
		/* the first is whole, the second was cut, the rest had nothing left */
		assert_int_equal(stage_node(&s, SIDE_NEW, "fault-same-span-0.bin")->blind.len, 0);
		assert_int_equal(stage_node(&s, SIDE_NEW, "fault-same-span-0.bin")->n_children, 3000);
		assert_true(str_is(stage_node(&s, SIDE_NEW, "fault-same-span-1.bin")->blind, "over budget"));
		assert_true(str_is(stage_node(&s, SIDE_NEW, "fault-same-span-5.bin")->blind, "over budget"));
		assert_non_null(stage_node(&s, SIDE_NEW, "fault-same-span-5.bin"));
		stage_close(&s);
	}
}

/* Folders whose files are the same but whose links or rights are not: not the same release. */
static void test_folder_identity(void **state)
{
	for (int what = 0; what < 3; what++) {
		struct stage s;
		char path[512];

		stage_open(&s, z, 1);
		stage_text(&s, SIDE_OLD, "file", "content\n");
		stage_text(&s, SIDE_NEW, "file", "content\n");
		stage_path(&s, SIDE_OLD, "link", path);
		assert_int_equal(symlink("file", path), 0);
		stage_path(&s, SIDE_NEW, "link", path);
		assert_int_equal(symlink(what == 0 ? "../../elsewhere" : "file", path), 0);
		stage_path(&s, SIDE_NEW, "file", path);
		if (what == 1)
			assert_int_equal(chmod(path, 04755), 0);
		stage_unpack(&s);
		stage_judge(&s);
		assert_int_equal(s.delta->same_bytes, what == 2);
		if (what == 1)
			assert_true(s.judgement->verdict >= VERDICT_REVIEW);
		stage_close(&s);
	}
}

static void test_nobody_left(void **state)
{
	struct zygote_role planted[ROLE_N] = {unpack_opener_role, compare_reader_role};
	unsigned before = count_descriptors();
	struct stage s;
	struct zygote *own;

	planted[ROLE_OPENER].prepare = planted_prepare;
	planted[ROLE_OPENER].run = planted_run;
	own = stage_zygote(planted);
	for (int round = 0; round < 3; round++) {
		stage_open(&s, own, 4);
		ordinary(&s);
		stage_text(&s, SIDE_NEW, "fault-segv.bin", "1");
		stage_text(&s, SIDE_NEW, "fault-garbage.bin", "2");
		stage_text(&s, SIDE_NEW, "fault-forbidden.bin", "3");
		stage_text(&s, SIDE_NEW, "fault-loop.bin", "4");
		stage_text(&s, SIDE_NEW, "fault-endless-bytes.bin", "5");
		s.a.limits.bytes = 4 << 20;
		stage_unpack(&s);
		stage_judge(&s);
		stage_close(&s);
	}
	assert_int_equal(count_descriptors(), before + 1); /* the zygote's socket */
	zygote_stop(own);
	assert_int_equal(count_descriptors(), before);
}

static jmp_buf out_of_arena;

static void arena_gone(void *user)
{
	longjmp(*(jmp_buf *)user, 1);
}

/* The parent runs out of memory in the middle of a child's talk. */
static void test_unwound(void **state)
{
	static struct stage s; /* survives the jump */
	static unsigned before;

	stage_open(&s, z, 4);
	before = count_descriptors();
	for (int i = 0; i < 4; i++) {
		char name[64];

		snprintf(name, sizeof(name), "fault-endless-members-%d.bin", i);
		stage_text(&s, SIDE_NEW, name, name);
	}
	s.a.arena.max_bytes = 16 << 20;
	s.a.arena.exhausted = arena_gone;
	s.a.arena.user = &out_of_arena;
	if (!setjmp(out_of_arena)) {
		stage_unpack(&s);
		fail_msg("16 MiB were enough");
	}
	pool_abandon();
	unpack_close_all(&s.a);
	assert_int_equal(count_descriptors(), before);
	s.a.arena.max_bytes = 0;
	stage_close(&s);
	/* and the zygote still works */
	stage_open(&s, z, 2);
	ordinary(&s);
	stage_unpack(&s);
	assert_good(&s);
	stage_close(&s);
}

static int set_up(void **state)
{
	static struct zygote_role roles[ROLE_N];

	roles[ROLE_OPENER] = (struct zygote_role){"opener", planted_prepare, planted_run};
	roles[ROLE_READER] = compare_reader_role;
	z = stage_zygote(roles);
	return 0;
}

static int tear_down(void **state)
{
	zygote_stop(z);
	/* no child is left */
	return waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD ? 0 : -1;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_faults), cmocka_unit_test(test_worse_sight),
		cmocka_unit_test(test_what_came_is_kept), cmocka_unit_test(test_content_of_a_device),
		cmocka_unit_test(test_two_of_one_name), cmocka_unit_test(test_unread_on_both_sides),
		cmocka_unit_test(test_too_much), cmocka_unit_test(test_too_much_together),
		cmocka_unit_test(test_folder_identity), cmocka_unit_test(test_nobody_left),
		cmocka_unit_test(test_unwound),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
