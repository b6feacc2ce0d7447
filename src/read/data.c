/*
 * Everything that no other reader claims: inert files valid to their last byte, text that is no code,
 * databases, unrecognised bytes, containers without a reader. What hides in them, and whether they are
 * what they were.
 */
#include "formats/entropy.h"
#include "formats/image.h"
#include "read/align.h"
#include "read/data_notes.h"
#include "read/keyset.h"
#include "read/perl.h"
#include "read/read.h"
#include "read/source_calls.h"
#include "read/strings.h"
#include "util/escape.h"

enum { HOSTS_MAX = 200, LITERAL_MIN = 512, HIGH_ENTROPY = 7200, ENTROPY_MIN_BYTES = 512, MIN_CHARS = 6, ZERO_WIDTH_RUN = 8,
	SELECTOR_RUN = 8, TAG_RUN = 8, LONG_LINE = 4096 };

struct data {
	struct read_in *in;
	uint32_t unit;
	bool prose;
	struct keyset lines, items;
	struct str text;
	size_t shift;
	uint32_t line;
	size_t line_at;
	bool emit;
	unsigned n_facts;
	bool limit;
};

static int claim(const struct read_in *in)
{
	(void)in;
	return 1;
}

static void data_fact(struct data *d, struct fact f)
{
	if (d->n_facts >= HOSTS_MAX)
		return;
	d->n_facts++;
	f.unit = d->unit;
	read_fact(d->in, &f);
}

/* --- text --- */

static uint64_t item_key(const struct string_item *it)
{
	uint64_t seed = (uint64_t)it->kind + 1;

	return it->kind == FACT_HOST ? key_of(it->key, seed) : key_of(it->value, key_of(it->key, seed));
}

/* A remark in settings or in source that has no reader of its own: whole lines only. */
static bool is_remark(struct str extension, struct str line)
{
	static const struct {
		const char *extension, *mark;
	} kinds[] = {{"toml", "#"}, {"yml", "#"}, {"yaml", "#"}, {"cfg", "#"}, {"ini", "#"}, {"conf", "#"}, {"properties", "#"}, {"rs", "//"},
		{"kt", "//"}, {"scala", "//"}, {"swift", "//"}, {"dart", "//"}, {"proto", "//"}, {"gradle", "//"}};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (str_equal_nocase(extension, str_of(kinds[i].extension)))
			return str_starts(line, kinds[i].mark);
	return false;
}

/* Does the line tell people something, in a remark or where a manifest says what they may read? Nothing goes there. */
static bool is_for_people(const struct data *d)
{
	static const char *const manifests[] = {"Cargo.toml", "pyproject.toml"};
	static const char *const pages[] = {"homepage =", "repository =", "documentation =", "changelog =", "authors ="};
	/* cargo keeps what people wrote beside what it made of it */
	struct str path = str_ends(d->in->path, ".orig") ? str_part(d->in->path, 0, d->in->path.len - 5) : d->in->path;
	struct str base = str_basename(path), rest = str_part(d->text, d->line_at, 256), line = STR_NONE;

	(void)str_line(&rest, &line);
	line = str_trim(line);
	for (size_t i = 0; i < sizeof(manifests) / sizeof(manifests[0]); i++) {
		if (!str_is(base, manifests[i]))
			continue;
		for (size_t k = 0; k < sizeof(pages) / sizeof(pages[0]); k++)
			if (str_equal_nocase(str_part(line, 0, strlen(pages[k])), str_of(pages[k])))
				return true;
		if (str_starts(line, "[") && !str_has(line, "\"")) /* a heading */
			return true;
	}
	return is_remark(str_extension(path), line);
}

static const char *host_detail(const struct data *d, const struct string_item *it)
{
	struct str line = str_part(d->text, d->line_at, it->at);

	if (str_has_nocase(str_part(line, line.len > 64 ? line.len - 64 : 0, 64), "<script"))
		return "script-src";
	if (d->prose || is_for_people(d))
		return "prose";
	return it->flags & STRING_SERVICE ? "data service" : it->flags & STRING_URL ? "data url" : "data";
}

static void on_item(void *user, const struct string_item *it)
{
	struct data *d = user;
	size_t at = d->line_at + it->at;
	struct fact f = {.kind = it->kind, .line = d->line, .offset = d->shift + at, .length = it->value.len, .key = it->key,
		.value = it->value, .excerpt = str_part(d->text, at > 60 ? at - 60 : 0, FACT_EXCERPT_BYTES)};

	if (!keyset_add(&d->items, item_key(it)) || !d->emit)
		return;
	if (it->kind == FACT_STRING && str_is(it->key, "command") && d->prose)
		return; /* documentation tells people what to type */
	if (it->kind == FACT_PATH && d->prose)
		return;
	f.detail = it->kind == FACT_HOST ? str_of(host_detail(d, it)) : d->prose ? STR("prose") : STR("data");
	data_fact(d, f);
}

static bool is_encoded(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '+' || c == '/' || c == '=' ||
		c == '-' || c == '_';
}

/* Pictures and fonts stand in style sheets as data URIs: their content is not code. */
static bool is_embedded_picture(struct str before)
{
	size_t at = str_find_z(before, "data:");

	if (at == SIZE_MAX)
		return false;
	before = str_part(before, at + 5, before.len);
	return str_starts(before, "image/") || str_starts(before, "font/") || str_starts(before, "application/font") ||
		str_starts(before, "application/x-font") || str_starts(before, "application/vnd.ms-font") ||
		str_starts(before, "audio/") || str_starts(before, "video/");
}

/* Literal runs of letters and digits: base64 mixes cases and digits, words and rulers do not. */
static void long_literals(struct data *d, struct str line)
{
	size_t at = 0;

	while (at < line.len) {
		size_t from = at;
		unsigned kinds = 0;

		for (; at < line.len && is_encoded(line.p[at]); at++)
			kinds |= line.p[at] <= '9' ? 1 : line.p[at] <= 'Z' ? 2 : line.p[at] >= 'a' ? 4 : 0;
		if (at - from >= LITERAL_MIN && (kinds == 7 || kinds == 3 || kinds == 5) &&
			!is_embedded_picture(str_part(line, from > 60 ? from - 60 : 0, from > 60 ? 60 : from))) {
			struct fact f = {.kind = FACT_OBFUSCATED, .line = d->line, .offset = d->shift + d->line_at + from,
				.length = at - from, .number = at - from, .key = STR("long-encoded-literal"),
				.detail = d->prose ? STR("prose") : STR("data"), .excerpt = str_part(line, from, 80)};

			data_fact(d, f);
		}
		at++;
	}
}

struct hidden {
	unsigned zero_width, selectors, tags; /* lengths of the present runs */
	unsigned longest[3];
	bool override, right_to_left, flag;
};

static bool is_right_to_left(uint32_t cp)
{
	return (cp >= 0x590 && cp <= 0x8ff) || (cp >= 0xfb1d && cp <= 0xfdff) || (cp >= 0xfe70 && cp <= 0xfeff && cp != 0xfeff);
}

static void count_run(unsigned *run, unsigned *longest, bool in_run)
{
	*run = in_run ? *run + 1 : 0;
	if (*run > *longest)
		*longest = *run;
}

static void hidden_fact(struct data *d, const char *key, uint64_t number)
{
	struct fact f = {.kind = FACT_HIDDEN, .line = d->line, .offset = d->shift + d->line_at, .number = number, .key = str_of(key),
		.detail = d->prose ? STR("prose") : STR("data")};

	data_fact(d, f);
}

/*
 * Invisible text: runs of zero-width characters, variation selectors or tag characters carry a payload;
 * single ones belong to scripts and emoji. Direction overrides hide order where nothing reads from the right.
 */
static void hidden_text(struct data *d, struct str line)
{
	struct hidden h = {0};
	size_t at = 0;

	while (at < line.len && (unsigned char)line.p[at] < 0x80)
		at++;
	while (at < line.len) {
		uint32_t cp = utf8_next(line, &at);

		count_run(&h.zero_width, &h.longest[0], (cp >= 0x200b && cp <= 0x200d) || cp == 0x2060 || cp == 0xfeff);
		count_run(&h.selectors, &h.longest[1], (cp >= 0xfe00 && cp <= 0xfe0f) || (cp >= 0xe0100 && cp <= 0xe01ef));
		count_run(&h.tags, &h.longest[2], cp >= 0xe0020 && cp <= 0xe007f);
		h.flag |= cp == 0x1f3f4; /* flags of regions are spelled in tags */
		h.override |= (cp >= 0x202a && cp <= 0x202e) || (cp >= 0x2066 && cp <= 0x2069);
		h.right_to_left |= is_right_to_left(cp);
	}
	if (h.longest[0] >= ZERO_WIDTH_RUN || h.longest[1] >= SELECTOR_RUN || (h.longest[2] >= TAG_RUN && !h.flag))
		hidden_fact(d, "invisible", h.longest[0] + h.longest[1] + h.longest[2]);
	if (h.override && !h.right_to_left)
		hidden_fact(d, "bidi", 1);
}

static void reviewer(struct data *d, struct str line)
{
	struct fact f = {.kind = FACT_REVIEWER, .line = d->line, .key = STR("text"),
		.detail = d->prose ? STR("prose") : STR("data")};
	size_t at, n;

	if (!reviewer_text(line, &at, &n) && !(is_agent_file(d->in->path) && hush_text(line, &at, &n)))
		return;
	f.offset = d->shift + d->line_at + at;
	f.length = n;
	f.value = str_part(line, at, n);
	f.excerpt = str_part(line, at, FACT_EXCERPT_BYTES);
	data_fact(d, f);
}

static void fresh_line(struct data *d, struct str line)
{
	struct budget none = {.max_steps = UINT64_MAX};

	(void)classify_text(line, &none, on_item, d); /* paid for by the caller */
	long_literals(d, line);
	hidden_text(d, line);
	reviewer(d, line);
}

/* Lines of OLD go into the set; lines of NEW that are not there are looked at. */
static void walk_lines(struct data *d, struct str text, size_t shift, bool emit)
{
	struct str rest = text, line;
	struct budget none = {.max_steps = UINT64_MAX};

	d->text = text;
	d->shift = shift;
	d->emit = emit;
	d->line = 0;
	while (str_line(&rest, &line)) {
		d->line++;
		d->line_at = (size_t)(line.p - text.p);
		if (!budget_step(d->in->budget, line.len / 16 + 1)) {
			d->limit = true;
			return;
		}
		if (!keyset_add(&d->lines, key_of(str_trim(line), 0)))
			continue;
		if (emit)
			fresh_line(d, line);
		else
			(void)classify_text(line, &none, on_item, d);
	}
}

static struct str lower_extension(struct str path)
{
	return str_extension(path);
}

/* Scripts of languages that have no reader yet: their words are all that is seen of them. */
static bool is_code_without_reader(struct str path, struct str text)
{
	static const char *const code[] = {"py", "pyw", "rb", "php", "pl", "pm", "ps1", "psm1", "bat", "cmd", "vbs", "lua", "tcl",
		"c", "cc", "cpp", "cxx", "h", "hpp", "rs", "java", "kt", "swift", "cs", "m", "mm", "r", "jl", "ex", "exs", "erl",
		"hs", "ml", "scala", "clj", "groovy", "gradle", "awk", "sed", "m4", "ac", "am", "cmake", "mk", "gyp", "gypi", "el",
		"vim", "fish", "zsh", "nsi", "nsh", "iss", "wxs", "applescript", "d", "pas", "asm", "s", "sql", "js", "mjs", "cjs", "ts",
		"jsx", "tsx", "vue", "svelte", "coffee", "sh", "bash"};
	struct str extension = lower_extension(path), base = str_basename(path);

	for (size_t i = 0; i < sizeof(code) / sizeof(code[0]); i++)
		if (str_equal_nocase(extension, str_of(code[i])))
			return true;
	return str_starts(text, "#!") || str_is(base, "Makefile") || str_is(base, "Dockerfile") || str_is(base, "Rakefile") ||
		str_is(base, "configure");
}

static bool is_active_markup(struct str path, struct str text)
{
	struct str extension = lower_extension(path);

	if (!str_equal_nocase(extension, STR("html")) && !str_equal_nocase(extension, STR("htm")) &&
		!str_equal_nocase(extension, STR("svg")) && !str_equal_nocase(extension, STR("xhtml")) &&
		!str_equal_nocase(extension, STR("xml")))
		return false;
	return str_has_nocase(text, "<script") || str_has_nocase(text, "javascript:") || str_has_nocase(text, " onload=");
}

/* Text, also in an older encoding of one byte a character. */
static bool text_of(struct read_in *in, struct cursor bytes, struct str *ret, size_t *ret_shift)
{
	if (read_text(in->arena, bytes, ret, ret_shift))
		return true;
	*ret = str_view(bytes.base, bytes.len);
	*ret_shift = 0;
	return bytes.len && !looks_binary(bytes);
}

/* Checks that source without a reader of its own makes no more: C's tokens are near enough for that. */
static void source_guards(struct read_in *in, struct str old, struct str text)
{
	struct align al;

	if (align_texts(in, LANGUAGE_C, old, text, &al) == STATUS_OK)
		guard_facts(in, LANGUAGE_C, old, text, &al, line_index_make(in->arena, text));
}

static enum status read_words(struct data *d, struct str text, size_t shift)
{
	struct read_in *in = d->in;
	struct str old_text = STR_NONE;
	size_t old_shift;

	if (in->has_old && text_of(in, in->old, &old_text, &old_shift))
		walk_lines(d, old_text, old_shift, false);
	if (!d->limit)
		walk_lines(d, text, shift, true);
	if (d->limit) {
		read_cover(in, COVER_BLIND, in->new_.len, "over budget");
		return STATUS_LIMIT;
	}
	if (source_calls_know(in) && in->has_old && old_text.p)
		source_guards(in, old_text, text);
	if (source_calls_know(in) && source_calls(in) != STATUS_OK) {
		read_cover(in, COVER_BLIND, in->new_.len, "over budget");
		return STATUS_LIMIT;
	}
	if (source_is_encoded(text))
		read_cover(in, COVER_BLIND, in->new_.len, "an encoded script");
	else if (source_calls_know(in) || is_code_without_reader(in->path, text))
		read_cover(in, COVER_SHALLOW, in->new_.len, "no reader for this language; words and calls only");
	else if (is_active_markup(in->path, text))
		read_cover(in, COVER_SHALLOW, in->new_.len, "markup with scripts; words only");
	else
		read_cover(in, COVER_PARSED, in->new_.len, "");
	return STATUS_OK;
}

/* --- bytes --- */

static bool on_string(void *user, struct str s, uint64_t offset, bool wide)
{
	struct data *d = user;
	struct budget none = {.max_steps = UINT64_MAX};

	(void)wide;
	if (!keyset_add(&d->lines, key_of(s, 0)))
		return true;
	d->text = s;
	d->shift = offset;
	d->line_at = 0;
	d->line = 0;
	(void)classify_text(s, &none, on_item, d);
	return true;
}

static bool walk_strings(struct data *d)
{
	struct read_in *in = d->in;

	d->emit = false;
	if (in->has_old && !strings_walk(in->old, MIN_CHARS, in->arena, in->budget, on_string, d))
		return false;
	d->emit = true;
	return strings_walk(in->new_, MIN_CHARS, in->arena, in->budget, on_string, d);
}

static void cover(struct read_in *in, enum cover_grade grade, struct str why)
{
	read_cover(in, grade, in->new_.len, arena_str(in->arena, why).p);
}

static enum status read_inert(struct data *d)
{
	struct read_in *in = d->in;
	enum status s = appended_facts(in, d->unit), old_s;
	uint64_t old_end;
	const char *name = format_name(in->format);

	if (s == STATUS_OK || (s == STATUS_UNSUPPORTED && in->format != FORMAT_NONE)) {
		cover(in, COVER_SHALLOW, s == STATUS_OK ? arena_printf(in->arena, "%s, valid to its last byte", name) :
			arena_printf(in->arena, "%s, not decoded", name));
		return STATUS_OK;
	}
	old_s = in->has_old && in->old_format == in->format ? image_end(in->format, in->old, in->budget, &old_end) : STATUS_OK;
	if (s == STATUS_DAMAGED && old_s == STATUS_DAMAGED) {
		cover(in, COVER_SHALLOW, arena_printf(in->arena, "damaged %s, as in OLD", name));
		return STATUS_OK;
	}
	cover(in, COVER_BLIND, s == STATUS_LIMIT ? STR("over budget") : arena_printf(in->arena, "damaged %s", name));
	return s;
}

static bool is_dense(struct read_in *in, struct cursor c)
{
	return c.len >= ENTROPY_MIN_BYTES && entropy_millibits(c, in->budget) > HIGH_ENTROPY;
}

static enum status read_bytes(struct data *d)
{
	struct read_in *in = d->in;
	bool dense = is_dense(in, in->new_), same_kind = in->has_old && in->old.len && in->old_format == in->format;
	bool was_readable = dense && in->has_old && in->old.len && !is_dense(in, in->old);
	struct fact f = {.kind = FACT_KIND, .unit = d->unit, .key = STR("type"), .number = in->new_.len};

	if (was_readable)
		same_kind = false;
	if (!walk_strings(d)) {
		read_cover(in, COVER_BLIND, in->new_.len, "over budget");
		return STATUS_LIMIT;
	}
	if (was_readable && in->old_format == in->format) { /* else kind_facts() has said it */
		f.value = STR("plain data -> dense data");
		read_fact(in, &f);
	}
	if (in->new_.len == 0)
		read_cover(in, COVER_PARSED, 0, "");
	else if (same_kind)
		read_cover(in, COVER_SHALLOW, in->new_.len, "unrecognised binary data, as in OLD");
	else
		read_cover(in, COVER_BLIND, in->new_.len, "unrecognised binary data");
	return STATUS_OK;
}

/* Databases and documents: recognised, not decoded; their strings are looked at. */
static enum status read_document(struct data *d)
{
	struct read_in *in = d->in;
	const char *name = format_name(in->format);

	if (!walk_strings(d)) {
		read_cover(in, COVER_BLIND, in->new_.len, "over budget");
		return STATUS_LIMIT;
	}
	(void)!appended_facts(in, d->unit);
	cover(in, COVER_SHALLOW, arena_printf(in->arena, "%s compared by strings only", name));
	return STATUS_OK;
}

static void agent_file(struct data *d)
{
	struct fact f = {.kind = FACT_REVIEWER, .key = STR("agent-file"), .value = str_basename(d->in->path)};

	if (!d->in->has_old && is_agent_file(d->in->path))
		data_fact(d, f);
}

static enum status read_data(struct read_in *in)
{
	struct data d = {.in = in, .prose = is_prose(in->path)};
	struct unit u = {.change = in->has_old ? UNIT_CHANGED : UNIT_ADDED, .length = in->new_.len, .name = STR("file")};
	const struct format *format = format_by_id(in->format);
	struct str text;
	size_t shift;

	d.unit = read_unit(in, &u);
	keyset_init(&d.lines, in->arena);
	keyset_init(&d.items, in->arena);
	kind_facts(in, d.unit);
	agent_file(&d);
	if (image_inert(in->format))
		return read_inert(&d);
	if (in->format == FORMAT_PDF || in->format == FORMAT_SQLITE || in->format == FORMAT_BOM ||
		in->format == FORMAT_TABLE)
		return read_document(&d);
	if ((in->format == FORMAT_TEXT || in->format == FORMAT_NONE) && text_of(in, in->new_, &text, &shift)) {
		if (is_perl(in->path, in->new_))
			perl_facts(in);
		return read_words(&d, text, shift);
	}
	if (in->format == FORMAT_NONE || in->format == FORMAT_TEXT)
		return read_bytes(&d);
	if (format && format->open) { /* opened, its members are judged on their own */
		cover(in, COVER_SHALLOW, arena_printf(in->arena, "%s, judged by its members", format->name));
		return STATUS_OK;
	}
	(void)!walk_strings(&d);
	cover(in, COVER_BLIND, arena_printf(in->arena, "no reader for %s", format_name(in->format)));
	return STATUS_UNSUPPORTED;
}

const struct reader reader_data = {
	.name = "data",
	.summary = "text that is no code, pictures, fonts, media, databases, unrecognised bytes",
	.claim = claim,
	.read = read_data,
};
