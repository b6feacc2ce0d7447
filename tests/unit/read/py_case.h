/* Runs the analyser on Python texts, as js_case.h does for JavaScript. */
#ifndef TEST_PY_CASE_H
#define TEST_PY_CASE_H

#include "read/js_case.h"

static inline struct js_case *py_pair(const char *old, const char *text)
{
	return js_case_steps(LANGUAGE_PYTHON, old ? str_of(old) : STR_NONE, str_of(text), 200000000);
}

static inline struct js_case *py_run(const char *text)
{
	return py_pair(NULL, text);
}

/* The text has a fact of this kind, key and part of its value. */
static inline void py_says(const char *text, enum fact_kind kind, const char *key, const char *value)
{
	struct js_case *c = py_run(text);

	if (!js_case_find(c, kind, key, value)) {
		print_message("missing %s %s %s in:\n%s\n", fact_kind_name(kind), key ? key : "", value ? value : "", text);
		js_case_print(c);
	}
	assert_non_null(js_case_find(c, kind, key, value));
	js_case_free(c);
}

static inline void py_says_no(const char *text, enum fact_kind kind, const char *key)
{
	struct js_case *c = py_run(text);

	if (js_case_find(c, kind, key, NULL)) {
		print_message("not wanted %s %s in:\n%s\n", fact_kind_name(kind), key ? key : "", text);
		js_case_print(c);
	}
	assert_null(js_case_find(c, kind, key, NULL));
	js_case_free(c);
}

#endif
