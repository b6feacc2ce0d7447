/* Who did it: what may be said, and that nobody is named who is not there. */
#include "tools.h"

#include "attribute/attribute.h"

static struct arena arena;
static const struct stagings no_stagings;

static int set_up(void **state)
{
	(void)state;
	arena_init(&arena, 0);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_release(&arena);
	return 0;
}

static void trait(struct traits *t, enum family f, const char *value)
{
	traits_add(&arena, t, f, str_of(value), false);
}

static struct profile *group(struct profiles *k, const char *id)
{
	struct profile *p = ARENA_PUSH(&arena, k->items, k->n, k->room);

	p->id = p->name = arena_str(&arena, str_of(id));
	return p;
}

/* ---- a world of groups ----------------------------------------------------------------------- */

static uint64_t random_state;

static uint32_t draw(uint32_t n)
{
	random_state = random_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)((random_state >> 33) % n);
}

/* What a group has: things of its own, and things that many have: public tools, shared hosting, techniques
 * (a few of them popular). */
static void fill(struct traits *t, unsigned who)
{
	static const struct {
		enum family family;
		unsigned own, shared, pool;
	} rows[] = {{FAMILY_CODE, 4, 4, 12}, {FAMILY_INFRASTRUCTURE, 6, 3, 20}, {FAMILY_BEHAVIOUR, 0, 17, 60},
		{FAMILY_LANGUAGE, 0, 1, 6}, {FAMILY_BUILD, 1, 2, 10}, {FAMILY_HOURS, 0, 1, 8}, {FAMILY_VICTIMS, 0, 3, 25}};

	for (size_t r = 0; r < sizeof(rows) / sizeof(rows[0]); r++) {
		for (unsigned i = 0; i < rows[r].own; i++)
			traits_add(&arena, t, rows[r].family, arena_printf(&arena, "own-%u-%zu-%u", who, r, i), false);
		for (unsigned i = 0; i < rows[r].shared; i++) {
			uint32_t x = draw(rows[r].pool), y = draw(rows[r].pool);

			traits_add(&arena, t, rows[r].family, arena_printf(&arena, "shared-%zu-%u", r, x < y ? x : y), false);
		}
	}
}

/* What an operation shows of its author: of each family a few. */
static void show(struct traits *t, const struct traits *from)
{
	for (int f = 0; f < FAMILY_N; f++)
		for (size_t i = 0; i < from->n; i++)
			if (from->items[i].family == (enum family)f && draw(3) == 0)
				traits_add(&arena, t, (enum family)f, from->items[i].value, false);
}

struct tally {
	unsigned runs, named, right;
};

static struct tally simulate(bool hide_author)
{
	enum { RUNS = 400, GROUPS = 40 };
	struct tally all = {.runs = RUNS};

	for (unsigned run = 0; run < RUNS; run++) {
		struct profiles known = {0};
		struct traits author = {0}, seen = {0};
		struct attribution r;
		unsigned who;

		arena_release(&arena);
		arena_init(&arena, 0);
		random_state = 1000 + run;
		who = draw(GROUPS);
		for (unsigned g = 0; g < GROUPS; g++) {
			struct traits of = {0};

			fill(&of, g);
			if (g == who)
				author = of;
			if (g != who || !hide_author)
				group(&known, arena_printf(&arena, "g%u", g).p)->traits = of;
		}
		show(&seen, &author);
		attribute_run(&arena, &seen, &known, &no_stagings, &r);
		all.named += r.named.len > 0;
		all.right += str_equal(r.named, arena_printf(&arena, "g%u", who));
	}
	return all;
}

static void hidden_author_is_not_replaced(void **state)
{
	struct tally hidden = simulate(true), there = simulate(false);

	(void)state;
	print_message("hidden: %u of %u named; there: %u named, %u rightly\n", hidden.named, hidden.runs, there.named,
		there.right);
	assert_true(hidden.named * 20 <= hidden.runs); /* at most 5 % */
	assert_true(there.right * 2 >= there.runs);    /* and it is not silence that makes it so */
	assert_true((there.named - there.right) * 20 <= there.runs);
}

/* ---- rules ----------------------------------------------------------------------------------- */

static struct profiles three_groups(void)
{
	struct profiles k = {0};
	struct profile *p = group(&k, "a");

	trait(&p->traits, FAMILY_LANGUAGE, "script:han-simplified");
	trait(&p->traits, FAMILY_BEHAVIOUR, "T1195.002");
	trait(&p->traits, FAMILY_BEHAVIOUR, "T1059.007");
	trait(&p->traits, FAMILY_BEHAVIOUR, "T1071.001");
	trait(&p->traits, FAMILY_VICTIMS, "sector:software");
	trait(&p->traits, FAMILY_CODE, "unit:a");
	trait(&p->traits, FAMILY_CODE, "unit:b");
	trait(&p->traits, FAMILY_INFRASTRUCTURE, "a.example");
	trait(&p->traits, FAMILY_INFRASTRUCTURE, "b.example");
	for (int i = 0; i < 60; i++) {
		p = group(&k, arena_printf(&arena, "other%d", i).p);
		trait(&p->traits, FAMILY_BEHAVIOUR, i % 2 ? "T1105" : "T1566");
		trait(&p->traits, FAMILY_CODE, arena_printf(&arena, "unit:%d", i).p);
	}
	return k;
}

static void techniques_alone_never_name(void **state)
{
	struct profiles k = three_groups();
	struct traits e = {0};
	struct attribution r;

	(void)state;
	trait(&e, FAMILY_BEHAVIOUR, "T1195.002");
	trait(&e, FAMILY_BEHAVIOUR, "T1059.007");
	trait(&e, FAMILY_BEHAVIOUR, "T1071.001");
	attribute_run(&arena, &e, &k, &no_stagings, &r);
	assert_int_equal(r.named.len, 0);
	assert_true(str_has(r.sentence, "not attributed"));
	assert_true(r.n_refusals >= 3);
}

/* Language in the code, behaviour, history of victims: what was said in public of one incident. */
static void language_behaviour_victims(void **state)
{
	struct profiles k = three_groups();
	struct traits e = {0};
	struct attribution r;

	(void)state;
	traits_of_text(&arena, &e, STR("// 这个函数发送请求, 为时间问题"));
	trait(&e, FAMILY_BEHAVIOUR, "T1195.002");
	trait(&e, FAMILY_BEHAVIOUR, "T1059.007");
	trait(&e, FAMILY_VICTIMS, "sector:software");
	attribute_run(&arena, &e, &k, &no_stagings, &r);
	assert_int_equal(r.named.len, 0);
	assert_true(str_has(r.sentence, "weak to moderate, forgeable families only"));
	assert_true(str_has(r.sentence, "Consistent with a"));
}

static void hard_evidence_may_name(void **state)
{
	struct profiles k = three_groups();
	struct stagings s = {0};
	struct traits e = {0};
	struct attribution r;

	(void)state;
	trait(&e, FAMILY_CODE, "unit:a");
	trait(&e, FAMILY_CODE, "unit:b");
	trait(&e, FAMILY_INFRASTRUCTURE, "a.example");
	trait(&e, FAMILY_INFRASTRUCTURE, "b.example");
	attribute_run(&arena, &e, &k, &no_stagings, &r);
	assert_true(str_is(r.named, "a"));
	assert_false(r.left_out.changed);
	/* "none of the known" is there all the same, and the caps hold. */
	assert_int_equal(r.n, k.n + 1);
	assert_true(r.rows[0].by[FAMILY_CODE].log10_lr <= 2.0);
	/* Signs of staging take what is easily forged out, and say so. */
	trait(&e, FAMILY_LANGUAGE, "script:han-simplified");
	*ARENA_PUSH(&arena, s.items, s.n, s.room) = (struct staging){STR("x"), STR("y")};
	attribute_run(&arena, &e, &k, &s, &r);
	assert_true(r.rows[0].by[FAMILY_LANGUAGE].log10_lr == 0);
	assert_true(str_has(r.sentence, "signs of staging"));
}

static void nothing_known(void **state)
{
	struct profiles k = {0};
	struct traits e = {0};
	struct attribution r;

	(void)state;
	attribute_run(&arena, &e, &k, &no_stagings, &r);
	assert_int_equal(r.n, 1);
	assert_true(r.rows[0].is_none);
	assert_true(r.rows[0].posterior == 1);
	assert_true(str_has(r.sentence, "Not attributed"));
}

/* ---- traces ---------------------------------------------------------------------------------- */

static void put32(uint8_t *p, uint32_t x)
{
	for (int i = 0; i < 4; i++)
		p[i] = (uint8_t)(x >> (8 * i));
}

static uint32_t rotated(uint32_t x, unsigned by)
{
	by &= 31;
	return by ? x << by | x >> (32 - by) : x;
}

/* A head as a linker writes it: stub, DanS, two tools, Rich and the sum. */
static struct str made_head(uint8_t head[0x100])
{
	static const uint32_t tools[][2] = {{0x01040000 | 27412, 11}, {0x00FF0000 | 27412, 1}};
	uint32_t sum = 0x80;

	memset(head, 0, 0x100);
	head[0] = 'M';
	head[1] = 'Z';
	memcpy(head + 0x4E, "This program cannot be run in DOS mode.", 39);
	put32(head + 0x3C, 0xE0);
	for (unsigned i = 0; i < 0x80; i++)
		if (i < 0x3C || i >= 0x40)
			sum += rotated(head[i], i);
	for (int i = 0; i < 2; i++)
		sum += rotated(tools[i][0], tools[i][1]);
	put32(head + 0x80, 0x536E6144 ^ sum);
	for (int i = 1; i < 4; i++)
		put32(head + 0x80 + 4 * i, sum);
	for (int i = 0; i < 2; i++) {
		put32(head + 0x90 + 8 * i, tools[i][0] ^ sum);
		put32(head + 0x94 + 8 * i, tools[i][1] ^ sum);
	}
	memcpy(head + 0xA0, "Rich", 4);
	put32(head + 0xA4, sum);
	return str_view(head, 0x100);
}

static void rich_headers(void **state)
{
	uint8_t head[0x100];
	struct str s = made_head(head);
	bool good = false;

	(void)state;
	assert_true(rich_header_check(s, &good));
	assert_true(good);
	head[0x60] ^= 1; /* the same header in front of another stub: copied */
	assert_true(rich_header_check(s, &good));
	assert_false(good);
	head[0x60] ^= 1;
	head[0x94] ^= 1; /* a count that was edited */
	assert_true(rich_header_check(s, &good));
	assert_false(good);
	/* Cut anywhere, and filled with anything, it ends. */
	for (size_t n = 0; n < 0x100; n++)
		rich_header_check(str_part(s, 0, n), &good);
	for (unsigned run = 0; run < 2000; run++) {
		made_head(head);
		random_state = run;
		for (int i = 0; i < 8; i++)
			head[draw(0x100)] = (uint8_t)draw(256);
		rich_header_check(s, &good);
	}
}

static void zones(void **state)
{
	const int64_t hour = INT64_C(3600) * 1000000;
	struct stated_time far[] = {{2 * hour, 480}, {hour, 120}};
	struct stated_time near[] = {{0, 120}, {hour, 60}, {30 * hour, 480}};
	struct stagings s = {0};

	(void)state;
	stagings_of_times(&arena, &s, near, 3);
	assert_int_equal(s.n, 0);
	stagings_of_times(&arena, &s, far, 2);
	assert_int_equal(s.n, 1);
}

static void scripts(void **state)
{
	static const char *const rows[][2] = {{"проверка связи", "script:cyrillic"}, {"这个为时会", "script:han-simplified"},
		{"這個為時會", "script:han-traditional"}, {"これはテストです、会議", "script:japanese"},
		{"안녕하세요", "script:korean"}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct traits t = {0};

		traits_of_text(&arena, &t, str_of(rows[i][0]));
		assert_int_equal(t.n, 1);
		assert_true(str_is(t.items[0].value, rows[i][1]));
	}
	{
		struct traits t = {0};

		traits_of_text(&arena, &t, STR("getElementById and 中 alone, \xff\xfe"));
		assert_int_equal(t.n, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(hidden_author_is_not_replaced, set_up, tear_down),
		cmocka_unit_test_setup_teardown(techniques_alone_never_name, set_up, tear_down),
		cmocka_unit_test_setup_teardown(language_behaviour_victims, set_up, tear_down),
		cmocka_unit_test_setup_teardown(hard_evidence_may_name, set_up, tear_down),
		cmocka_unit_test_setup_teardown(nothing_known, set_up, tear_down),
		cmocka_unit_test_setup_teardown(rich_headers, set_up, tear_down),
		cmocka_unit_test_setup_teardown(zones, set_up, tear_down),
		cmocka_unit_test_setup_teardown(scripts, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
