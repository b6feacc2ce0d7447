/* Scripts of human text, checksums and zones: what an author leaves, and what betrays one who plants it. */
#include <stdlib.h>

#include "attribute/attribute.h"
#include "util/cursor.h"
#include "util/utf8.h"

/* ---- scripts --------------------------------------------------------------------------------- */

enum script { LATIN, HAN, KANA, HANGUL, CYRILLIC, ARABIC, HEBREW, GREEK, THAI, DEVANAGARI, SCRIPT_N };

static const struct {
	uint32_t from, to;
	enum script script;
} blocks[] = {
	{'A', 'Z', LATIN}, {'a', 'z', LATIN}, {0x00C0, 0x024F, LATIN}, {0x0370, 0x03FF, GREEK},
	{0x0400, 0x052F, CYRILLIC}, {0x0590, 0x05FF, HEBREW}, {0x0600, 0x06FF, ARABIC},
	{0x0900, 0x097F, DEVANAGARI}, {0x0E00, 0x0E7F, THAI}, {0x3040, 0x30FF, KANA}, {0x4E00, 0x9FFF, HAN},
	{0xAC00, 0xD7A3, HANGUL},
};

static const char *const script_names[SCRIPT_N] = {"latin", "han", "japanese", "korean", "cyrillic", "arabic",
	"hebrew", "greek", "thai", "devanagari"};

static enum script script_of(uint32_t cp)
{
	for (size_t i = 0; i < sizeof(blocks) / sizeof(blocks[0]); i++)
		if (cp >= blocks[i].from && cp <= blocks[i].to)
			return blocks[i].script;
	return SCRIPT_N;
}

static bool among(uint32_t cp, const char *set)
{
	struct str s = str_of(set);

	for (size_t i = 0; i < s.len;)
		if (utf8_next(s, &i) == cp)
			return true;
	return false;
}

/* Characters that only one of the two ways of writing Chinese has. */
static const char simplified[] = "们这个为时会对发动车东马门问间说话语认识让请谢开关务图国学书买卖长张";
static const char traditional[] = "們這個為時會對發動車東馬門問間說話語認識讓請謝開關務圖國學書買賣長張";

void traits_of_text(struct arena *a, struct traits *t, struct str text)
{
	enum { LETTERS_MIN = 4 };
	size_t n[SCRIPT_N] = {0}, simple = 0, full = 0;

	for (size_t i = 0; i < text.len;) {
		uint32_t cp = utf8_next(text, &i);
		enum script s = script_of(cp);

		if (s == SCRIPT_N)
			continue;
		n[s]++;
		if (s == HAN) {
			simple += among(cp, simplified);
			full += among(cp, traditional);
		}
	}
	for (int s = HAN; s < SCRIPT_N; s++) {
		if (n[s] < LETTERS_MIN || (s == HAN && n[KANA] >= LETTERS_MIN)) /* Japanese has both */
			continue;
		if (s == HAN && simple != full)
			traits_add(a, t, FAMILY_LANGUAGE,
				simple > full ? STR("script:han-simplified") : STR("script:han-traditional"), false);
		else
			traits_add(a, t, FAMILY_LANGUAGE, arena_printf(a, "script:%s", script_names[s]), false);
	}
}

/* ---- the Rich header ------------------------------------------------------------------------- */

static uint32_t rotate(uint32_t x, unsigned by)
{
	by &= 31;
	return by ? x << by | x >> (32 - by) : x;
}

static uint32_t word_at(struct str s, size_t at)
{
	struct cursor c = {(const uint8_t *)s.p, s.len, at < s.len ? at : s.len, false};

	return cursor_u32le(&c);
}

/*
 * From "DanS" to "Rich": pairs of tool and count, masked by the checksum, which is summed over the bytes
 * before (without e_lfanew) and over the pairs. A header that was copied from another file does not fit.
 */
bool rich_header_check(struct str head, bool *ret_good)
{
	size_t rich = str_find_z(head, "Rich"), dans = SIZE_MAX;
	uint32_t mask, sum;

	if (head.len < 0x80 || head.p[0] != 'M' || head.p[1] != 'Z' || rich == SIZE_MAX || rich % 4 ||
		rich + 8 > head.len)
		return false;
	mask = word_at(head, rich + 4);
	for (size_t at = 0x40; at + 4 <= rich; at += 4)
		if ((word_at(head, at) ^ mask) == 0x536E6144) {
			dans = at;
			break;
		}
	if (dans == SIZE_MAX || dans + 16 > rich) {
		*ret_good = false; /* "Rich" without its beginning: masked by another number */
		return true;
	}
	sum = (uint32_t)dans;
	for (size_t i = 0; i < dans; i++)
		if (i < 0x3C || i >= 0x40)
			sum += rotate((uint8_t)head.p[i], (unsigned)i);
	for (size_t at = dans + 16; at + 8 <= rich; at += 8)
		sum += rotate(word_at(head, at) ^ mask, word_at(head, at + 4) ^ mask);
	*ret_good = sum == mask;
	return true;
}

/* ---- zones ----------------------------------------------------------------------------------- */

static int by_time(const void *a, const void *b)
{
	const struct stated_time *x = a, *y = b;

	return x->at < y->at ? -1 : x->at > y->at;
}

void stagings_of_times(struct arena *a, struct stagings *s, struct stated_time *times, size_t n)
{
	enum { SHIFT_MINUTES = 180 }; /* an hour is summer time; three are a journey */
	const int64_t journey = INT64_C(4) * 3600 * 1000000;

	if (n)
		qsort(times, n, sizeof(*times), by_time);
	for (size_t i = 1; i < n; i++) {
		if (abs(times[i].offset_minutes - times[i - 1].offset_minutes) < SHIFT_MINUTES ||
			times[i].at - times[i - 1].at >= journey)
			continue;
		*ARENA_PUSH(a, s->items, s->n, s->room) = (struct staging){
			arena_printf(a, "two zones, %+d and %+d minutes from UTC, within %lld minutes",
				times[i - 1].offset_minutes, times[i].offset_minutes,
				(long long)((times[i].at - times[i - 1].at) / 60000000)),
			STR("nobody travels that fast: one of the zones at least is only a label")};
		return;
	}
}
