/*
 * Pickles that call what no data calls, by every way in which an opcode fetches and calls; and those that
 * only rebuild objects. They are opcodes written out, and what Python itself writes.
 */
#include "unit/tools.h"

#include "member.h"
#include "read/readers.h"

struct row {
	const char *name, *bytes;
	size_t n;
	const char *call; /* NULL: none */
};

#define ROW(name, bytes, call) {name, bytes, sizeof(bytes) - 1, call}

static const struct row rows[] = {
	ROW("GLOBAL and REDUCE", "\x80\x02" "cposix\nsystem\n" "U\x02id" "\x85R.", "os.system(id)"),
	ROW("protocol 0", "cos\nsystem\n(S'id'\ntR.", "os.system(id)"),
	ROW("INST", "(S'id'\nios\nsystem\n.", "os.system(id)"),
	ROW("OBJ", "\x80\x02(cos\nsystem\nU\x02ido.", "os.system(id)"),
	ROW("STACK_GLOBAL", "\x80\x04\x8c\x02os\x8c\x06system\x93\x8c\x02id\x85R.", "os.system(id)"),
	ROW("names that lie in the memo", "\x80\x04\x8c\x06system\x94" "0\x8c\x02os\x94" "0h\x01h\x00\x93\x8c\x02id\x85R.", "os.system(id)"),
	ROW("NEWOBJ of a process", "\x80\x04\x8c\nsubprocess\x8c\x05Popen\x93](\x8c\x02sh\x8c\x02-c\x8c\x02id" "e\x85\x81.", "subprocess.Popen(sh -c id)"),
	ROW("text that is run", "\x80\x03" "cbuiltins\nexec\nX\x05\0\0\0x = 1\x85R.", "exec(x = 1)"),
	ROW("Python 2", "c__builtin__\neval\n(S'1'\ntR.", "eval(1)"),
	ROW("an attribute of an imported module",
		"\x80\x04\x8c\x08" "builtins\x8c\x07getattr\x93\x8c\x09importlib\x8c\x0dimport_module\x93\x8c\x02os\x85R\x8c\x06system\x86R\x8c\x02id\x85R.",
		"os.system(id)"),
	ROW("behind another pickle", "\x80\x02N.\x80\x02" "cos\nsystem\nU\x02id\x85R.", "os.system(id)"),
	ROW("behind raw numbers", "\x80\x02]\xff\xfe\xfd\xfc(((cos\nsystem\nU\x02id\x85R.", "os.system(id)"),
	ROW("behind a frame that lies about its length", "\x80\x04\x95\xff\0\0\0\0\0\0\0\x8c\x02os\x8c\x06system\x93\x8c\x02id\x85R.", "os.system(id)"),
	ROW("objects in an array", "\x93NUMPY\x01\x00\x10\x00{'descr': '|O'}\n" "\x80\x03" "cposix\nsystem\nX\x02\0\0\0id\x85R.", "os.system(id)"),
	ROW("numbers in an array", "\x93NUMPY\x01\x00\x10\x00{'descr': '<f'}\n" "cposix\nsystem\n(S'id'\ntR.", NULL),
	ROW("the way out", "\x80\x02" "curllib.request\nurlopen\nU\x12https://a.example/\x85R.", "urllib.request.urlopen(https://a.example/)"),
	ROW("an ordered dictionary", "\x80\x02" "ccollections\nOrderedDict\n)R.", NULL),
	ROW("an array", "\x80\x02" "cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\0\x85U\x01" "b\x87R.", NULL),
	ROW("a function that is only named", "\x80\x02" "cos\nsystem\n.", NULL),
	ROW("a text that looks like it", "\x80\x02X\x0a\0\0\0cos\nsystem\x85.", NULL),
	ROW("cut off", "\x80\x02" "cos\nsys", NULL),
	ROW("nothing but marks", "\x80\x02((((((((", NULL),
	ROW("more is taken than lies there", "\x80\x02RR\x93\x87tuedh\x09.", NULL),
};

static struct member *read_pickle(const char *path, struct str old, struct str bytes)
{
	struct member *m = member_make(path, old, bytes);

	if (reader_pickle.claim(&m->in))
		assert_int_equal(reader_pickle.read(&m->in), STATUS_OK);
	return m;
}

static void calls_are_told(void **state)
{
	int wrong = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct member *m = read_pickle("model.pkl", STR_NONE, (struct str){rows[i].bytes, rows[i].n});
		const struct fact *f = member_find(m, FACT_FLOW, "own>code");

		if (rows[i].call ? !f || !str_is(f->value, rows[i].call) : f != NULL) {
			print_message("%s: %.*s\n", rows[i].name, STR_ARG(f ? f->value : STR("nothing")));
			wrong++;
		}
		member_free(m);
	}
	assert_int_equal(wrong, 0);
}

static void what_stood_there_is_not_news(void **state)
{
	struct str bytes = {rows[0].bytes, rows[0].n};
	struct member *m = read_pickle("model.pkl", bytes, bytes);

	(void)state;
	assert_null(member_find(m, FACT_FLOW, NULL));
	member_free(m);
}

/* Every protocol of the real thing, by its own hand. */
static void python_writes_them(void **state)
{
	static const char *const script =
		"import pickle, collections, datetime, functools, sys\n"
		"class Call:\n"
		"    def __reduce__(self):\n"
		"        import subprocess\n"
		"        return (subprocess.check_output, (['sh', '-c', 'id'],))\n"
		"data = {'a': [1, 2.5, None, True], 'b': collections.OrderedDict(x='y' * 300), 'c': datetime.datetime(2020, 1, 1), 'd': b'raw' * 99,\n"
		"    'e': {1, 2}, 'f': functools.partial(int, base=2), 'g': 1 << 4000}\n"
		"for p in range(6):\n"
		"    open('good%d' % p, 'wb').write(pickle.dumps(data, p))\n"
		"    open('bad%d' % p, 'wb').write(pickle.dumps(dict(data, z=[Call(), data]), p))\n";

	(void)state;
	TOOL("python3", "-c", script);
	for (int p = 0; p < 6; p++) {
		char good[8], bad[8];
		struct member *m;

		snprintf(good, sizeof(good), "good%d", p);
		snprintf(bad, sizeof(bad), "bad%d", p);
		m = read_pickle("m.pickle", STR_NONE, file_get(good));
		assert_null(member_find(m, FACT_FLOW, NULL));
		member_free(m);
		m = read_pickle("m.pickle", file_get(good), file_get(bad));
		if (!member_find(m, FACT_FLOW, "own>code"))
			fail_msg("protocol %d", p);
		assert_str(member_find(m, FACT_FLOW, "own>code")->value, "subprocess.check_output(sh -c id)");
		assert_str(member_find(m, FACT_CALL, NULL)->detail, "exec");
		member_free(m);
	}
}

/* Deep, long and endless ones end; arguments may be forgotten, what is called is not. */
static void size_does_not_hide_it(void **state)
{
	struct buf b;
	struct member *m;
	size_t n;

	(void)state;
	buf_init(&b, 64 << 20);
	buf_add(&b, "\x80\x02", 2);
	for (n = 0; n < 3000000; n++)
		buf_add(&b, "NN\x86", 3);
	buf_add(&b, rows[0].bytes, rows[0].n);
	m = read_pickle("model.pkl", STR_NONE, buf_str(&b));
	assert_non_null(member_find(m, FACT_FLOW, "own>code"));
	member_free(m);
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(calls_are_told),
		cmocka_unit_test(what_stood_there_is_not_news),
		cmocka_unit_test(python_writes_them),
		cmocka_unit_test(size_does_not_hide_it),
	};

	return cmocka_run_group_tests(tests, tools_enter, tools_leave);
}
