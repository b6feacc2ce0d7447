/* Pieces of scripts that only moved, or that a build named anew. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "compare/stood.h"

static const char bundle[] =
	"var a=1;class q{openBrowser(e){try{let t=process.platform===\"win32\"?`start ${e}`:`xdg-open ${e}`;fs5.execSync(t)}catch{}}}\n"
	"function w(e,t){return e.get(t.id,{headers:t.headers,timeout:t.timeout})}\n";

static bool stands(const char *piece)
{
	struct arena a;
	bool r;

	arena_init(&a, 0);
	r = piece_stands_in(&a, str_of(piece), str_of(bundle));
	arena_release(&a);
	return r;
}

static void test_moved(void **state)
{
	(void)state;
	assert_true(stands("openBrowser(e){try{let t=process.platform===\"win32\"?`start ${e}`:`xdg-open ${e}`;fs5.execSync(t)}catch{}}"));
	/* other names, and another number */
	assert_true(stands("openBrowser(r){try{let n=process.platform===\"win32\"?`start ${r}`:`xdg-open ${r}`;fs12.execSync(n)}catch{}}"));
	assert_true(stands("return r.get(n.id,{headers:n.headers,timeout:n.timeout})"));
}

static void test_edited(void **state)
{
	(void)state;
	/* one word of a text, of a member, of a key */
	assert_false(stands("openBrowser(r){try{let n=process.platform===\"win32\"?`start ${r}`:`sh -c ${r}`;fs12.execSync(n)}catch{}}"));
	assert_false(stands("openBrowser(r){try{let n=process.platform===\"win32\"?`start ${r}`:`xdg-open ${r}`;fs12.exec(n)}catch{}}"));
	assert_false(stands("return r.put(n.id,{headers:n.headers,timeout:n.timeout})"));
	/* another value: two names that were one, one that was two */
	assert_false(stands("openBrowser(r){try{let n=process.platform===\"win32\"?`start ${r}`:`xdg-open ${r}`;fs12.execSync(r)}catch{}}"));
	assert_false(stands("return r.get(r.id,{headers:r.headers,timeout:r.timeout})"));
	/* more of it, and too little to say so */
	assert_false(stands("return r.get(n.id,{headers:n.headers,timeout:n.timeout,body:all})"));
	assert_false(stands("return r.get(n.id"));
	assert_false(stands(""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_moved),
		cmocka_unit_test(test_edited),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
