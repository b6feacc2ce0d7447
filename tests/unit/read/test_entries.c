/* Manifests as lists of entries: each syntax, then anything at all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "read/entries.h"
#include "util/buf.h"

struct list {
	struct arena arena;
	struct budget budget;
	struct entries entries;
};

static void list_read(struct list *l, enum syntax syntax, struct str text)
{
	arena_init(&l->arena, 0);
	l->budget = (struct budget){.max_steps = 1 << 22};
	entries_read(&l->arena, &l->budget, syntax, text, &l->entries);
	for (size_t i = 0; i < l->entries.n; i++) {
		const struct manifest_entry *e = &l->entries.items[i];

		assert_true(e->at <= text.len && e->len <= text.len - e->at);
	}
}

/* "path=value" a line, joined lists marked by '*'. */
static void gives(enum syntax syntax, const char *text, const char *want)
{
	struct list l;
	struct buf b;

	list_read(&l, syntax, str_of(text));
	buf_init(&b, 1 << 20);
	for (size_t i = 0; i < l.entries.n; i++)
		buf_printf(&b, "%.*s%s=%.*s\n", STR_ARG(l.entries.items[i].path), l.entries.items[i].joined ? "*" : "",
			STR_ARG(l.entries.items[i].value));
	if (!str_is(buf_str(&b), want))
		fail_msg("got:\n%.*swanted:\n%s", STR_ARG(buf_str(&b)), want);
	assert_false(l.entries.damaged);
	assert_false(l.entries.limit);
	buf_release(&b);
	arena_release(&l.arena);
}

static void literal(void **state)
{
	gives(SYNTAX_LITERAL, "{\"a\": 1, \"b\": {\"c\": \"x\\u0041\\n\"}, \"d\": [\"e f\", true]}",
		"a=1\nb/c=xA\n\nd/[]=e f\nd/[]=true\nd*='e f' true\n");
	gives(SYNTAX_LITERAL, "# gyp\n{ 'a': ['x' 'y', 'z',], // c\n /* d */ 'b': ('it''s'), }",
		"a/[]=xy\na/[]=z\na*=xy z\nb/[]=its\nb*=its\n");
	gives(SYNTAX_LITERAL, "{\"a\":\"\\ud83d\\ude00\"}", "a=\xf0\x9f\x98\x80\n");
}

static void ini(void **state)
{
	gives(SYNTAX_INI, "; c\nx=1\n[Service]\nExecStart=/bin/a \\\n  --b\nY: 2\n[e]\nk =\n  a = b\n  # no\n  c = d\nz=\n",
		"x=1\nService/ExecStart=/bin/a  --b\nService/Y=2\ne/k/[]=a = b\ne/k/[]=c = d\ne/k=a = b\nc = d\ne/z=\n");
	gives(SYNTAX_GIT_INI, "[core]\n\ta = 1\n\tb = 2\n", "core/a=1\ncore/b=2\n");
}

static void toml(void **state)
{
	gives(SYNTAX_TOML, "a = 1 # one\nb.\"c.d\" = 'x\\y'\n[t.u]\nk = [\"a\", # c\n 'b c',]\n[[v]]\ni = {x = \"\\u0041\", y = true}\n"
		"m = \"\"\"\nl1 \\\n   l2\"\"\"\n",
		"a=1\nb/c.d=x\\y\nt/u/k/[]=a\nt/u/k/[]=b c\nt/u/k*=a 'b c'\nv/[]/i/x=A\nv/[]/i/y=true\nv/[]/m=l1 l2\n");
}

static void yaml(void **state)
{
	gives(SYNTAX_YAML, "a: &x {b: 1}\nc: *x\nd:\n  <<: *x\n  e: |\n    l1\n    l2\nf: [u, v w]\n",
		"a/b=1\nc/b=1\nd/b=1\nd/e=l1\nl2\n\nf/[]=u\nf/[]=v w\nf*=u 'v w'\n");
	gives(SYNTAX_YAML, "{% set v = 1 %}\na: {{ v }}\nb: {{ f('x') }}-y\n", "a=__ v __\nb=__ f(_x_) __-y\n");
}

static void yaml_places(void **state)
{
	static const char text[] = "k: \xc3\xa9\xc3\xa9\nb: |\n  \xc3\xa9x\n  y\nl: z\n";
	struct list l;

	list_read(&l, SYNTAX_YAML, STR(text));
	assert_int_equal(l.entries.n, 3);
	assert_int_equal(l.entries.items[0].at, 3);
	assert_int_equal(l.entries.items[0].len, 4);
	assert_int_equal(l.entries.items[1].at, 13); /* the line behind the mark */
	assert_true(l.entries.items[1].own_lines);
	assert_memory_equal(text + l.entries.items[2].at, "z", 1);
	arena_release(&l.arena);
}

static void xml(void **state)
{
	gives(SYNTAX_XML, "<?xml version='1.0'?><p:a xmlns:p='u'><b c='1 &amp; 2'>x</b><b> y <!-- z --></b></p:a>",
		"a/@p=u\na/b/@c=1 & 2\na/b=x\na/b=y\n");
	gives(SYNTAX_PLIST, "<plist><dict><key>A</key><array><string>x y</string><true/></array><key>B</key>"
		"<dict><key>C</key><string>z</string></dict></dict></plist>",
		"A/[]=x y\nA/[]=true\nA*='x y' true\nB/C=z\n");
}

static void binary_plist(void **state)
{
	/* {"A": ["x y", true], "B": 7}, as plutil writes it: objects, offsets, trailer */
	static const uint8_t objects[] = {'b', 'p', 'l', 'i', 's', 't', '0', '0', 0xd2, 1, 2, 3, 4, 0x51, 'A', 0x51, 'B', 0xa2,
		5, 6, 0x10, 7, 0x53, 'x', ' ', 'y', 0x09, 8, 13, 15, 17, 20, 22, 26};
	uint8_t all[sizeof(objects) + 32] = {0};
	struct list l;

	memcpy(all, objects, sizeof(objects));
	all[sizeof(objects) + 6] = all[sizeof(objects) + 7] = 1;
	all[sizeof(objects) + 15] = 7;
	all[sizeof(objects) + 31] = 27;
	list_read(&l, SYNTAX_PLIST, str_view(all, sizeof(all)));
	assert_int_equal(l.entries.n, 4);
	assert_false(l.entries.damaged);
	assert_true(str_is(l.entries.items[2].path, "A") && l.entries.items[2].joined);
	assert_true(str_is(l.entries.items[2].value, "'x y' true"));
	assert_true(str_is(l.entries.items[3].path, "B") && str_is(l.entries.items[3].value, "7"));
	arena_release(&l.arena);
	for (size_t i = 0; i < sizeof(all); i++) { /* cut everywhere, then with each byte another one */
		list_read(&l, SYNTAX_PLIST, str_view(all, i));
		arena_release(&l.arena);
		all[i] ^= 0xff;
		list_read(&l, SYNTAX_PLIST, str_view(all, sizeof(all)));
		arena_release(&l.arena);
		all[i] ^= 0xff;
	}
}

static void of_lines(void **state)
{
	gives(SYNTAX_LINES, "# c\n a \n\nb\n", "line=a\nline=b\n");
	gives(SYNTAX_DOCKER, "FROM a\nrun x \\\n  && y\nCMD [\"p\", \"q r\"]\nRUN --mount=type=cache <<EOT\ns1\ns2\nEOT\n",
		"FROM=a\nRUN=x  && y\nCMD/[]=p\nCMD/[]=q r\nCMD*=p 'q r'\nRUN=s1\ns2\n");
	gives(SYNTAX_CRON, "A=b\n1 2 * * * root x y\n@daily me z\n", "environment=A=b\ncommand=x y\ncommand=z\n");
	gives(SYNTAX_CRONTAB, "1 2 * * * curl -s u\n", "command=curl -s u\n");
	gives(SYNTAX_UDEV, "ACTION==\"add\", RUN+=\"/bin/x y\", ENV{A}=\"b\"\n", "ACTION=add\nRUN=/bin/x y\nENV{A}=b\n");
	gives(SYNTAX_PAM, "auth [a=1 b=2] m.so x\n@include c\n", "module=m.so x\n");
	gives(SYNTAX_APT, "// c\nA::B \"1\";\nD::Post { \"x\"; \"y\"; };\n", "A::B=1\nD::Post=x\nD::Post=y\n");
	gives(SYNTAX_GEMSPEC, "Gem::Specification.new do |s|\n  s.name = 'a'\n  s.add_dependency(\"b\", '1')\nend\n",
		"name='a'\nadd_dependency=\"b\", '1'\n");
}

static void builds(void **state)
{
	gives(SYNTAX_MAKE, "X = a$(Y)\nZ != date\nS := $(shell uname -a)\nall: b\n\t@$(CC) -o $@ $$HOME \\\n\t x\n$(info $(shell id))\n",
		"variable=X=\"a${Y}\"\nshell=Z=$(date)\nshell=S=\"$(uname -a)\"\nrecipe=${CC} -o ${MAKE__} $HOME \\\n\t x\nshell=$(id)\n");
	gives(SYNTAX_CMAKE, "set(U \"http://x\") # c\nexecute_process(COMMAND sh -c \"a \\\"b\\\"\" COMMAND c OUTPUT_VARIABLE v)\n"
		"file(DOWNLOAD ${U} /tmp/x)\nif(A AND (B))\nendif()\n",
		"variable=U=\"http://x\"\nexecute_process/COMMAND*=sh -c 'a \"b\"'\nexecute_process/COMMAND*=c\n"
		"execute_process/OUTPUT_VARIABLE*=v\nfile/DOWNLOAD*=${U} /tmp/x\n");
	gives(SYNTAX_M4, "AC_INIT([a])dnl c\nAC_CONFIG_COMMANDS([t], [eval $x], [x=[$1]_y])\ng_[$1]_z='q (r)'\n",
		"script=AC_INIT;a;\n\n x=1_y\n eval $x\n\ng_1_z='q (r)'\n");
}

/* Every syntax on every text, whole and cut at every byte: an answer each time. */
static void anything(void **state)
{
	static const char *const texts[] = {"{\"a\":[{\"b\":'c\\u12'}]}", "[a]\nb = \\\n c\n", "a.b = \"\"\"x\n[[c]]\nd={e=[1,",
		"a: &x [*x, {b: *x}]\n", "<!DOCTYPE a [<!ENTITY e 'eeee'><!ENTITY f '&e;&e;'>]><a b='&f;'>&f;</a>",
		"RUN <<A\n", "$(shell $(shell $(shell", "f(COMMAND [[x]] \"y", "AC_CONFIG_COMMANDS([a],[b],[AC_CONFIG_COMMANDS([",
		"* * * * *", "\"", "}{", "\\", "bplist00"};

	for (size_t t = 0; t < sizeof(texts) / sizeof(texts[0]); t++)
		for (int s = SYNTAX_LITERAL; s <= SYNTAX_M4; s++)
			for (size_t n = 0; n <= strlen(texts[t]); n++) {
				struct list l;

				list_read(&l, (enum syntax)s, str_view(texts[t], n));
				arena_release(&l.arena);
			}
}

static void deep(void **state)
{
	static const struct {
		enum syntax syntax;
		const char *part;
	} deep_ones[] = {{SYNTAX_LITERAL, "["}, {SYNTAX_LITERAL, "{\"a\":"}, {SYNTAX_TOML, "a={"}, {SYNTAX_YAML, "["},
		{SYNTAX_XML, "<a>"}, {SYNTAX_PLIST, "<plist><array>"}, {SYNTAX_APT, "a{"}, {SYNTAX_MAKE, "$(shell "},
		{SYNTAX_M4, "AC_CONFIG_COMMANDS([a],["}};

	for (size_t i = 0; i < sizeof(deep_ones) / sizeof(deep_ones[0]); i++) {
		struct buf b;
		struct list l;

		buf_init(&b, 1 << 20);
		for (int n = 0; n < 5000; n++)
			buf_add_z(&b, deep_ones[i].part);
		list_read(&l, deep_ones[i].syntax, buf_str(&b));
		if (!l.entries.limit && !l.entries.damaged && deep_ones[i].syntax < SYNTAX_MAKE)
			fail_msg("row %zu: nothing said", i);
		arena_release(&l.arena);
		buf_release(&b);
	}
}

/* Entities that grow by squares, aliases that double: bounded, and said. */
static void bombs(void **state)
{
	struct list l;
	struct buf b;

	buf_init(&b, 1 << 20);
	buf_add_z(&b, "<!DOCTYPE a [<!ENTITY e0 \"xxxxxxxxxxxxxxxx\">");
	for (int i = 1; i < 20; i++)
		buf_printf(&b, "<!ENTITY e%d \"&e%d;&e%d;&e%d;&e%d;\">", i, i - 1, i - 1, i - 1, i - 1);
	buf_add_z(&b, "]><a><b>&e19;</b></a>");
	list_read(&l, SYNTAX_XML, buf_str(&b));
	assert_true(l.entries.limit || l.entries.damaged);
	arena_release(&l.arena);
	buf_clear(&b);
	buf_add_z(&b, "a0: &a0 [x, x]\n");
	for (int i = 1; i < 40; i++)
		buf_printf(&b, "a%d: &a%d [*a%d, *a%d]\n", i, i, i - 1, i - 1);
	list_read(&l, SYNTAX_YAML, buf_str(&b));
	assert_true(l.entries.limit);
	arena_release(&l.arena);
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(literal),
		cmocka_unit_test(ini),
		cmocka_unit_test(toml),
		cmocka_unit_test(yaml),
		cmocka_unit_test(yaml_places),
		cmocka_unit_test(xml),
		cmocka_unit_test(binary_plist),
		cmocka_unit_test(of_lines),
		cmocka_unit_test(builds),
		cmocka_unit_test(anything),
		cmocka_unit_test(deep),
		cmocka_unit_test(bombs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
