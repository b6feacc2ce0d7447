#include "scan/indicator.h"

#include <jansson.h>
#include <stdlib.h>

#include "scan/needles.h"
#include "util/address.h"
#include "util/csv.h"
#include "util/cursor.h"

static const struct {
	const char *name;
	enum stage stage;
} kinds[INDICATOR_KIND_N] = {
	[INDICATOR_SHA256] = {"sha256", STAGE_DELIVERED},
	[INDICATOR_SHA1] = {"sha1", STAGE_DELIVERED},
	[INDICATOR_MD5] = {"md5", STAGE_DELIVERED},
	[INDICATOR_PATH] = {"path", STAGE_DELIVERED},
	[INDICATOR_FILE_NAME] = {"file_name", STAGE_DELIVERED},
	[INDICATOR_HOST] = {"host", STAGE_BEACONED},
	[INDICATOR_IP] = {"ip", STAGE_BEACONED},
	[INDICATOR_URL] = {"url", STAGE_DELIVERED},
	[INDICATOR_REGISTRY_KEY] = {"registry_key", STAGE_INSTALLED},
	[INDICATOR_SERVICE] = {"service", STAGE_INSTALLED},
	[INDICATOR_PACKAGE] = {"package", STAGE_INSTALLED},
};

const char *indicator_kind_name(enum indicator_kind k)
{
	return (unsigned)k < INDICATOR_KIND_N ? kinds[k].name : "unknown";
}

bool indicator_kind_named(struct str name, enum indicator_kind *ret)
{
	for (unsigned i = 0; i < INDICATOR_KIND_N; i++) {
		if (!str_is(name, kinds[i].name))
			continue;
		*ret = (enum indicator_kind)i;
		return true;
	}
	return false;
}

enum stage indicator_stage(enum indicator_kind k)
{
	return kinds[k].stage;
}

/* ---- values -------------------------------------------------------------------------------------- */

static bool is_hex(struct str s, size_t digits)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.p[i];

		if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')))
			return false;
	}
	return s.len == digits;
}

/* Wider networks than /8, of IPv6 than /16, stand in every other line. */
static const char *wrong_address(struct str s)
{
	uint8_t bytes[ADDRESS_BYTES];
	unsigned bits;

	if (str_has(s, "%") || !address_block_read(s, bytes, &bits))
		return "no address and no network like 192.0.2.0/24";
	if (bits < (address_is_v4(bytes) ? ADDRESS_V4_BITS + 8 : 16) || (!bytes[0] && !bytes[1] && bits < ADDRESS_V4_BITS))
		return "a network so wide would be seen everywhere";
	return NULL;
}

static bool is_host(struct str s)
{
	bool letter = false;

	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.p[i];

		letter |= (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
		if (c <= 0x20 || strchr("/\\:@?#*\"'<>", c))
			return false;
	}
	return letter && str_has(s, ".") && s.len <= 253;
}

static const char *wrong_value(enum indicator_kind k, struct str v)
{
	switch (k) {
	case INDICATOR_SHA256:
		return is_hex(v, 64) ? NULL : "no SHA-256 digest";
	case INDICATOR_SHA1:
		return is_hex(v, 40) ? NULL : "no SHA-1 digest";
	case INDICATOR_MD5:
		return is_hex(v, 32) ? NULL : "no MD5 digest";
	case INDICATOR_HOST:
		return is_host(v) ? NULL : "no host name with a dot and a letter";
	case INDICATOR_IP:
		return wrong_address(v);
	case INDICATOR_URL:
		return str_has(v, "://") && !str_ends(v, "://") ? NULL : "no URL with its scheme";
	case INDICATOR_PACKAGE:
		return str_rfind_char(v, ' ') != SIZE_MAX && str_rfind_char(v, ' ') > 0
			       ? NULL
			       : "not NAME, a blank and VERSION";
	case INDICATOR_FILE_NAME:
		return str_has(v, "/") || str_has(v, "\\") ? "a path, not the name of a file" : NULL;
	default:
		return str_is(v, "/") ? "it would be seen everywhere" : NULL;
	}
}

bool indicators_add(struct indicators *set, struct arena *a, const struct indicator *i,
	const char **ret_why)
{
	struct indicator copy = *i;

	copy.value = str_trim(i->value);
	*ret_why = !copy.value.len ? "empty" : wrong_value(i->kind, copy.value);
	if (*ret_why)
		return false;
	if (!copy.id.len)
		copy.id = arena_printf(a, "i%zu", set->n + 1);
	copy.id = arena_str(a, copy.id);
	copy.value = arena_str(a, copy.value);
	copy.release = arena_str(a, copy.release);
	*ARENA_PUSH(a, set->all, set->n, set->room) = copy;
	return true;
}

/* ---- lists --------------------------------------------------------------------------------------- */

static enum indicator_kind guess(struct str v)
{
	if (is_hex(v, 64))
		return INDICATOR_SHA256;
	if (is_hex(v, 40))
		return INDICATOR_SHA1;
	if (is_hex(v, 32))
		return INDICATOR_MD5;
	if (str_has(v, "://"))
		return INDICATOR_URL;
	if (!wrong_address(v))
		return INDICATOR_IP;
	if (str_starts(v, "HKEY_") || str_starts(v, "HKLM\\") || str_starts(v, "HKCU\\"))
		return INDICATOR_REGISTRY_KEY;
	if (str_has(v, "/") || str_has(v, "\\"))
		return INDICATOR_PATH;
	return str_ends_nocase(v, ".exe") || str_ends_nocase(v, ".dll") ||
			       str_ends_nocase(v, ".js") || !is_host(v)
		       ? INDICATOR_FILE_NAME
		       : INDICATOR_HOST;
}

static struct str tab_take(struct str *rest)
{
	size_t n = str_find_z(*rest, "\t");
	struct str field = str_part(*rest, 0, n);

	*rest = n == SIZE_MAX ? STR_NONE : str_part(*rest, n + 1, rest->len);
	return str_trim(field);
}

static bool add_stated(struct indicators *set, struct arena *a, struct indicator *i, struct str stage,
	const char **ret_why)
{
	i->stage = indicator_stage(i->kind);
	*ret_why = "no stage: delivered, installed, executed, beaconed or second_stage";
	if (stage.len && !stage_named(stage, &i->stage))
		return false;
	return indicators_add(set, a, i, ret_why);
}

static bool line_read(struct indicators *set, struct arena *a, struct str line, const char **ret_why)
{
	struct indicator i = {0};
	struct str rest = line, first = tab_take(&rest), stage, size;

	if (!rest.p) {
		i.kind = guess(first);
		i.value = first;
		i.stage = indicator_stage(i.kind);
		return indicators_add(set, a, &i, ret_why);
	}
	*ret_why = "no kind of indicator";
	if (!indicator_kind_named(first, &i.kind))
		return false;
	i.value = tab_take(&rest);
	stage = tab_take(&rest);
	i.release = tab_take(&rest);
	size = tab_take(&rest);
	*ret_why = "no size in bytes";
	if (size.len && !str_to_u64(size, 10, &i.size_bytes))
		return false;
	return add_stated(set, a, &i, stage, ret_why);
}

/* The list that `case add --indicators` takes: its heading tells it from values one a line. */
struct sheet {
	struct csv csv;
	size_t kind, value, stage, release; /* columns; SIZE_MAX: it has none */
};

static size_t column_named(const struct str *cells, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (str_equal_nocase(str_trim(cells[i]), str_of(name)))
			return i;
	return SIZE_MAX;
}

static bool is_sheet(struct arena *a, struct str text, struct sheet *ret)
{
	struct str cells[CSV_COLUMNS];
	size_t n = 0;

	ret->csv = csv_of(text);
	if (csv_next(&ret->csv, a, cells, &n) != STATUS_OK)
		return false;
	ret->kind = column_named(cells, n, "kind");
	ret->value = column_named(cells, n, "value");
	ret->stage = column_named(cells, n, "stage");
	ret->release = column_named(cells, n, "release");
	return ret->kind != SIZE_MAX && ret->value != SIZE_MAX;
}

static bool sheet_read(struct indicators *set, struct arena *a, struct sheet *x, unsigned *ret_line,
	const char **ret_why)
{
	struct str cells[CSV_COLUMNS];
	enum status status;
	size_t n = 0;

	while ((status = csv_next(&x->csv, a, cells, &n)) == STATUS_OK) {
		struct indicator i = {0};

		*ret_line = (unsigned)x->csv.line;
		*ret_why = "no kind of indicator";
		if (x->kind >= n || !indicator_kind_named(str_trim(cells[x->kind]), &i.kind))
			return false;
		i.value = x->value < n ? cells[x->value] : STR_NONE;
		i.release = x->release < n ? cells[x->release] : STR_NONE;
		if (!add_stated(set, a, &i, x->stage < n ? str_trim(cells[x->stage]) : STR_NONE, ret_why))
			return false;
	}
	*ret_line = (unsigned)x->csv.line;
	*ret_why = status == STATUS_NOT_FOUND ? "nothing to look for in it" : x->csv.wrong;
	return status == STATUS_NOT_FOUND && set->n > 0;
}

static struct str json_text_of(const json_t *object, const char *key)
{
	const json_t *v = json_object_get(object, key);

	return json_is_string(v) ? str_view(json_string_value(v), json_string_length(v)) : STR_NONE;
}

static bool object_read(struct indicators *set, struct arena *a, const json_t *o,
	const char **ret_why)
{
	struct indicator i = {
		.id = json_text_of(o, "id"),
		.value = json_text_of(o, "value"),
		.release = json_text_of(o, "release"),
	};
	const json_t *size = json_object_get(o, "size_bytes");

	*ret_why = "an indicator of no known kind";
	if (!indicator_kind_named(json_text_of(o, "kind"), &i.kind))
		return false;
	i.stage = indicator_stage(i.kind);
	*ret_why = "an indicator of no known stage";
	if (json_text_of(o, "stage").len && !stage_named(json_text_of(o, "stage"), &i.stage))
		return false;
	if (json_is_integer(size) && json_integer_value(size) > 0)
		i.size_bytes = (uint64_t)json_integer_value(size);
	return indicators_add(set, a, &i, ret_why);
}

static bool document_read(struct indicators *set, struct arena *a, struct str text,
	unsigned *ret_line, const char **ret_why)
{
	json_error_t error;
	json_t *root = json_loadb(text.p, text.len, JSON_REJECT_DUPLICATES, &error);
	json_t *list = json_object_get(root, "indicators");
	bool ok = json_is_array(list);
	size_t i;
	json_t *o;

	*ret_line = root ? 0 : (unsigned)error.line;
	*ret_why = root ? "no list \"indicators\" in it" : "no JSON";
	json_array_foreach(list, i, o)
		ok = ok && object_read(set, a, o, ret_why);
	json_decref(root);
	return ok;
}

bool indicators_read(struct indicators *set, struct arena *a, struct str text, unsigned *ret_line,
	const char **ret_why)
{
	struct str rest = text, line;
	struct sheet sheet;

	*ret_line = 0;
	if (str_starts(str_trim(text), "{"))
		return document_read(set, a, text, ret_line, ret_why);
	if (is_sheet(a, text, &sheet))
		return sheet_read(set, a, &sheet, ret_line, ret_why);
	while (str_line(&rest, &line)) {
		++*ret_line;
		if (!str_trim(line).len || line.p[0] == '#')
			continue;
		if (!line_read(set, a, line, ret_why))
			return false;
	}
	*ret_why = "nothing to look for in it";
	return set->n > 0;
}
