#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "assay.h"
#include "sample.h"
#include "util/escape.h"

static char *text_of(const struct document *d, unsigned flags)
{
	char *text = assay_text(d, flags, NULL);

	assert_non_null(text);
	return text;
}

static void assert_has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("\"%s\" is not in:\n%s", part, text);
}

static void assert_lacks(const char *text, const char *part)
{
	if (strstr(text, part))
		fail_msg("\"%s\" is in:\n%s", part, text);
}

/* No line is wider than a screen and none holds what could act on one. */
static void assert_plain(const char *text, size_t columns)
{
	struct str rest = str_of(text), line;

	assert_true(utf8_valid(rest));
	while (str_line(&rest, &line)) {
		size_t wide = 0;

		for (size_t i = 0; i < line.len; wide++) {
			uint32_t cp = utf8_next(line, &i);

			assert_true(cp >= 0x20 && !(cp >= 0x7f && cp < 0xa0));
			assert_false(utf8_is_invisible(cp));
		}
		if (wide > columns)
			fail_msg("%zu columns: %.*s", wide, STR_ARG(line));
	}
}

static size_t lines_of(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += *text == '\n';
	return n;
}

static void a_tampered_release_fits_a_screen(void **state)
{
	struct document d = sample_document();
	char *text = text_of(&d, 0);

	assert_ptr_equal(strstr(text, "TAMPERED   agent 10.0.8 → 10.0.9        probability 0.998, 998 times the base rate\n"),
		text);
	assert_has(text, "app.asar!/main.js:41   hidden 3,000 columns to the right");
	assert_has(text, "runs code it downloads       http.get → vm.runInThisContext");
	assert_has(text, "T1105 T1059.007\n");
	assert_has(text, "talks to a host never named  cdn.helpdesk-static.example");
	assert_has(text, "at program start");
	assert_has(text, "http://cdn.helpdesk-static.example/a");
	assert_has(text, "412 files identical, 1 changed, 1 added, 1 renamed");
	assert_has(text, "same key): the vendor's build or key");
	assert_has(text, "Not seen: data.7z: encrypted 7z, 41 MB");
	assert_has(text, "sha256:9c1f");
	assert_has(text, "1 finding was accepted");
	assert_plain(text, 100);
	assert_in_range(lines_of(text), 5, 40);
	free(text);
}

static void clean_says_what_was_looked_at(void **state)
{
	struct document d = {.old = {.name = STR("axios"), .version = STR("1.14.0")},
		.new = {.name = STR("axios"), .version = STR("1.14.1"), .kind = STR("npm")},
		.summary = STR("All that changed was looked at and is like an ordinary release"),
		.delta = {.identical = 80}, .repeatable = true,
		.confinement = STR("landlock 7 + seccomp")};
	char *text;

	d.coverage.parsed_bytes = 9000;
	d.coverage.shallow_bytes = 1;
	text = text_of(&d, 0);
	assert_has(text, "CLEAN   axios 1.14.0 → 1.14.1");
	assert_has(text, "80 files identical");
	assert_has(text, "99 % parsed, 1 % shallow");
	assert_lacks(text, "Next:");
	assert_lacks(text, "igned");
	assert_lacks(text, "\033");
	assert_plain(text, 100);
	free(text);
}

static void at_most_twenty_findings(void **state)
{
	struct document d = sample_document();
	struct doc_finding many[33];
	char *text;

	for (size_t i = 0; i < 33; i++) {
		many[i] = sample_findings[0];
		many[i].where.line = (uint32_t)i + 1;
		many[i].where.unit = STR_NONE;
		many[i].where.offset = 10000 * i;
	}
	d.findings = (struct doc_findings){many, 33};
	text = text_of(&d, 0);
	assert_has(text, "main.js:20 ");
	assert_lacks(text, "main.js:21 ");
	assert_has(text, "and 13 more");
	free(text);
}

/* Of a function and of the statement that holds it. */
static void the_same_is_said_once(void **state)
{
	struct document d = sample_document();
	struct doc_finding two[2] = {sample_findings[0], sample_findings[0]};
	char *text;

	two[1].where.offset += 100;
	two[1].where.length -= 200;
	two[1].where.line += 2;
	two[1].where.unit = STR_NONE;
	d.findings = (struct doc_findings){two, 2};
	text = text_of(&d, 0);
	assert_has(text, "main.js:41 ");
	assert_lacks(text, "main.js:43 ");
	free(text);
	two[1].where.offset = two[0].where.offset + two[0].where.length;
	text = text_of(&d, 0);
	assert_has(text, "main.js:43 ");
	free(text);
}

static void a_fix_release_says_old_looks_tampered_first(void **state)
{
	struct document d = sample_document();
	char *text;

	d.verdict = VERDICT_CLEAN;
	d.old_suspect = d.findings;
	d.findings = (struct doc_findings){NULL, 0};
	text = text_of(&d, 0);
	assert_ptr_equal(strstr(text, "OLD looks tampered: agent 10.0.8"), text);
	assert_has(text, "\nCLEAN   ");
	free(text);
}

static void notes_are_sentences(void **state)
{
	static const struct str notes[] = {{"Same bytes as OLD, which was not judged", 39}};
	struct document d = sample_document();
	char *text;

	d.notes = (struct doc_strings){notes, 1};
	text = text_of(&d, 0);
	assert_has(text, "  Same bytes as OLD, which was not judged.\n");
	free(text);
}

static void the_release_itself_is_not_named_again(void **state)
{
	static const struct str changed[] = {{"agent.exe!/app.asar!/a.js", 25},
		{"agent.exe.js", 12}, {"stdin!/b.js", 11}};
	struct document d = sample_document();
	char *text;

	d.findings.n = 0;
	d.delta.changed = (struct doc_strings){changed, 3};
	d.old.label = STR("stdin");
	text = text_of(&d, 0);
	assert_has(text, "Changed: app.asar!/a.js, agent.exe.js, b.js.");
	free(text);
}

static void colour_only_when_asked(void **state)
{
	struct document d = sample_document();
	char *plain = text_of(&d, 0), *coloured = text_of(&d, ASSAY_COLOUR);

	assert_lacks(plain, "\033");
	assert_ptr_equal(strstr(coloured, "\033[1;31mTAMPERED\033[0m"), coloured);
	free(plain);
	free(coloured);
}

static void hostile_text_cannot_act(void **state)
{
	struct document d = sample_document();
	struct doc_finding f = sample_findings[0];
	struct str bad = hostile_text();
	struct doc_strings list = {&bad, 1};
	struct doc_blind blind = {bad, bad, 1};
	struct doc_break brk = {bad, bad, bad, bad};
	struct doc_dependency dep = {bad, bad, bad};
	char *text;

	f.id = f.title = f.runs = f.why = f.evidence = f.place = f.subject = bad;
	f.where.member = f.where.unit = bad;
	f.flow = f.decoded = f.attack = list;
	for (int inspect = 0; inspect < 2; inspect++) {
		d.is_inspect = inspect;
		d.findings = (struct doc_findings){&f, 1};
		d.old_suspect = d.findings;
		d.summary = d.new.name = d.new.version = d.old.name = d.old.version = bad;
		d.new.path = d.confinement = d.new.sha256 = bad;
		d.delta.added = d.delta.removed = d.delta.changed = d.notes = d.next = list;
		d.coverage.blind = &blind;
		d.provenance.breaks = &brk;
		d.coverage.dependencies = &dep;
		d.provenance.new.subject = d.provenance.old.subject = bad;
		text = text_of(&d, 0);
		assert_plain(text, 2000);
		free(text);
		d.findings.n = 0; /* names of what changed are shown then */
		text = text_of(&d, 0);
		assert_plain(text, 2000);
		free(text);
	}
}

static void long_words_stay_in_the_page(void **state)
{
	static char word[4000];
	struct document d = sample_document();
	struct doc_finding f = sample_findings[0];
	struct str s = {word, sizeof(word)};
	char *text;

	memset(word, 'x', sizeof(word));
	for (size_t i = 0; i + 2 < sizeof(word); i += 7)
		memcpy(word + i, "\xe4\xb8\xad", 3); /* two columns wide each */
	f.where.member = f.title = f.subject = f.evidence = f.why = s;
	f.flow.n = 0;
	d.findings = (struct doc_findings){&f, 1};
	d.summary = s;
	text = text_of(&d, 0);
	assert_plain(text, 100);
	assert_in_range(lines_of(text), 5, 60);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_tampered_release_fits_a_screen),
		cmocka_unit_test(clean_says_what_was_looked_at),
		cmocka_unit_test(at_most_twenty_findings),
		cmocka_unit_test(the_same_is_said_once),
		cmocka_unit_test(a_fix_release_says_old_looks_tampered_first),
		cmocka_unit_test(notes_are_sentences),
		cmocka_unit_test(the_release_itself_is_not_named_again),
		cmocka_unit_test(colour_only_when_asked),
		cmocka_unit_test(hostile_text_cannot_act),
		cmocka_unit_test(long_words_stay_in_the_page),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
