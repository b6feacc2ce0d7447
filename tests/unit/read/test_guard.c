#include "member.h"

static void guard(const char *old, const char *new_, const char *key)
{
	struct member *m = member_aligned(LANGUAGE_JAVASCRIPT, old, new_);

	guard_facts(&m->in, LANGUAGE_JAVASCRIPT, m->old, m->new_, &m->al, m->lines);
	if (key ? member_count(m, FACT_GUARD_LOST, key) != 1 : m->n_facts != 0) {
		for (size_t i = 0; i < m->n_facts; i++)
			print_error("%.*s\n", STR_ARG(m->facts[i].key));
		fail_msg("%s\n-> %s\nwant %s, got %zu facts", old, new_, key ? key : "nothing", m->n_facts);
	}
	member_free(m);
}

#define INSTALL(body) "class Updater {\n  async install(file, info) {\n    const data = await read(file);\n" body \
	"    await this.unpack(data);\n    this.emit('installed', info.version);\n    return true;\n  }\n}\n"

static void test_lost_call(void **state)
{
	guard(INSTALL("    if (!verifySignature(data, info.signature, KEY)) throw new Error('bad signature');\n"), INSTALL(""),
		"refusal removed");
	guard(INSTALL("    assertTrusted(info.url);\n"), INSTALL(""), "call assertTrusted");
}

static void test_kept_in_another_form(void **state)
{
	/* renamed, replaced, moved, gone with its feature */
	guard(INSTALL("    if (!verifySignature(data, info.signature, KEY)) throw new Error('bad signature');\n"),
		INSTALL("    if (!(await verifyBundle(data, info))) throw new Error('bad bundle');\n"), NULL);
	guard("function a(x) {\n  check(x);\n  return run(x, 1);\n}\nfunction b(x) {\n  return run(x, 2);\n}\n",
		"function a(x) {\n  return run(x, 1);\n}\nfunction b(x) {\n  check(x);\n  return run(x, 2);\n}\n", NULL);
	guard("function a() { return 1; }\nfunction old(x) { verify(x); send(x); }\nfunction c() { return 2; }\n",
		"function a() { return 1; }\nfunction c() { return 2; }\n", NULL);
	guard(INSTALL("    log.debug('installing');\n"), INSTALL(""), NULL);
}

static void test_lost_error(void **state)
{
	guard(INSTALL("    if (sha256(data) !== info.digest) throw new Error('digest mismatch');\n"), INSTALL(""),
		"refusal removed");
	guard(INSTALL("    if (data.length > 9) throw new Error('too long');\n"), INSTALL(""), NULL);
	guard(INSTALL("    if (sha256(data) !== info.digest) throw new Error('digest mismatch');\n"),
		INSTALL("    if (sha512(data) !== info.digest512) throw new Error('digest mismatch');\n"), NULL);
}

static void test_condition(void **state)
{
	guard(INSTALL("    if (ok(data)) keep(data);\n"), INSTALL("    if (ok(data) || true) keep(data);\n"),
		"condition became constant");
	guard(INSTALL("    if (ok(data)) keep(data);\n"), INSTALL("    if (true) keep(data);\n"), "condition became constant");
	guard(INSTALL("    if (ok(data)) keep(data);\n"), INSTALL("    if (false && ok(data)) keep(data);\n"),
		"condition became constant");
	guard(INSTALL("    if (ok(data)) keep(data);\n"), INSTALL("    if (ok(data) || later(data)) keep(data);\n"), NULL);
	guard(INSTALL("    const x = y || 1;\n"), INSTALL("    const x = y || true;\n"), NULL);
}

static void test_branch(void **state)
{
	guard(INSTALL("    try { open(data); } catch (e) { throw e; }\n"), INSTALL("    try { open(data); } catch (e) { }\n"),
		"error branch empty");
	guard(INSTALL("    try { open(data); } catch (e) { log(e); }\n"), INSTALL("    try { open(data); } catch (e) { }\n"), NULL);
}

static void test_flip(void **state)
{
	guard(INSTALL("    if (hash(data) !== info.hash) fail();\n"), INSTALL("    if (hash(data) === info.hash) fail();\n"),
		"comparison flipped");
	guard(INSTALL("    if (!isValid(data)) fail();\n"), INSTALL("    if (isValid(data)) fail();\n"), "comparison flipped");
	guard(INSTALL("    if (width < 3) fail();\n"), INSTALL("    if (width > 3) fail();\n"), NULL);
}

static void test_returns_at_once(void **state)
{
	guard("function verify(data, sig) {\n  const h = hash(data);\n  return h === sig;\n}\n",
		"function verify(data, sig) {\n  return true;\n  const h = hash(data);\n  return h === sig;\n}\n",
		"check returns at once");
	guard("function width(data) {\n  const h = size(data);\n  return h === 1;\n}\n",
		"function width(data) {\n  return true;\n  const h = size(data);\n  return h === 1;\n}\n", NULL);
	/* new by itself, or idle already before it was written in another way */
	guard("function width(x) {\n  return x;\n}\n", "function width(x) {\n  return x;\n}\nfunction assertNever(x) {\n  return;\n}\n", NULL);
	guard("t.prototype.verifyAll=function(t){return!0};\nt.prototype.send=function(t){return this.verifyAll(t)};\n",
		"class T {\n  verifyAll(x) {\n    return true;\n  }\n  send(x) {\n    return this.verifyAll(x);\n  }\n}\n", NULL);
	/* one was idle, now two are; a check that came from elsewhere is now answered here */
	guard("class A {\n  verify(x) {\n    return true;\n  }\n}\nclass B {\n  verify(x) {\n    const h = hash(x);\n    return h === x.sig;\n  }\n}\n",
		"class A {\n  verify(x) {\n    return true;\n  }\n}\nclass B {\n  verify(x) {\n    return true;\n    const h = hash(x);\n    return h === x.sig;\n  }\n}\n",
		"check returns at once");
}

static void test_shell(void **state)
{
	struct member *m = member_aligned(LANGUAGE_SHELL, "curl -fsSLO $U\nsha256sum -c sums\ntar xf a\n", "curl -fsSLO $U\ntar xf a\n");

	guard_facts(&m->in, LANGUAGE_SHELL, m->old, m->new_, &m->al, m->lines);
	assert_int_equal(member_count(m, FACT_GUARD_LOST, "check of what was fetched is gone"), 1);
	member_free(m);
	m = member_aligned(LANGUAGE_SHELL, "curl -fsSLO $U\nsha256sum -c sums\ntar xf a\n",
		"curl -fsSLO $U\nsha512sum -c sums\ntar xf a\n");
	guard_facts(&m->in, LANGUAGE_SHELL, m->old, m->new_, &m->al, m->lines);
	assert_int_equal(m->n_facts, 0);
	member_free(m);
}

/* Tests of a project drop and flip checks every day. */
static void test_test_files(void **state)
{
	struct member *m = member_make("package/test/a.js", STR(INSTALL("    assertTrusted(x);\n")), STR(INSTALL("")));

	member_align(m, LANGUAGE_JAVASCRIPT);
	guard_facts(&m->in, LANGUAGE_JAVASCRIPT, m->old, m->new_, &m->al, m->lines);
	assert_int_equal(m->n_facts, 0);
	member_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lost_call),
		cmocka_unit_test(test_kept_in_another_form),
		cmocka_unit_test(test_lost_error),
		cmocka_unit_test(test_condition),
		cmocka_unit_test(test_branch),
		cmocka_unit_test(test_flip),
		cmocka_unit_test(test_returns_at_once),
		cmocka_unit_test(test_shell),
		cmocka_unit_test(test_test_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
