#include "report/json_read.h"

#include <math.h>

json_t *jread_parse(struct arena *a, struct str text, struct str *ret_why)
{
	json_error_t error;
	json_t *j;

	if (text.len > JSON_READ_BYTES) {
		*ret_why = STR("larger than 256 MiB");
		return NULL;
	}
	j = json_loadb(text.p, text.len, JSON_REJECT_DUPLICATES, &error);
	if (!j)
		*ret_why = arena_printf(a, "not JSON (line %d): %s", error.line, error.text);
	else if (!json_is_object(j)) {
		*ret_why = STR("not a JSON object");
		json_decref(j);
		return NULL;
	}
	return j;
}

struct str jread_str(struct arena *a, const json_t *object, const char *key)
{
	const json_t *v = json_object_get(object, key);

	return json_is_string(v) ? arena_str(a, str_view(json_string_value(v), json_string_length(v)))
				 : STR_NONE;
}

uint64_t jread_u64(const json_t *object, const char *key)
{
	double x = jread_real(object, key, 0);
	const json_t *v = json_object_get(object, key);

	if (json_is_integer(v))
		return json_integer_value(v) > 0 ? (uint64_t)json_integer_value(v) : 0;
	return x > 0 && x < 9e18 ? (uint64_t)x : 0;
}

double jread_real(const json_t *object, const char *key, double otherwise)
{
	const json_t *v = json_object_get(object, key);
	double x = json_number_value(v);

	return json_is_number(v) && isfinite(x) ? x : otherwise;
}

bool jread_bool(const json_t *object, const char *key)
{
	return json_is_true(json_object_get(object, key));
}

const json_t *jread_array(const json_t *object, const char *key)
{
	const json_t *v = json_object_get(object, key);

	return json_is_array(v) ? v : NULL;
}

const json_t *jread_object(const json_t *object, const char *key)
{
	const json_t *v = json_object_get(object, key);

	return json_is_object(v) ? v : NULL;
}

const struct str *jread_strings(struct arena *a, const json_t *object, const char *key, size_t *ret_n)
{
	const json_t *list = jread_array(object, key);
	size_t n = json_array_size(list), kept = 0;
	struct str *items = ARENA_ARRAY(a, n ? n : 1, struct str);

	for (size_t i = 0; i < n; i++) {
		const json_t *v = json_array_get(list, i);

		if (json_is_string(v))
			items[kept++] = arena_str(a,
				str_view(json_string_value(v), json_string_length(v)));
	}
	*ret_n = kept;
	return items;
}
