/* Commands and modes that give rights of the machine away, and those beside them that do not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "read/command_words.h"
#include "read/rights.h"

static void modes_are_told(void **state)
{
	static const struct {
		unsigned mode;
		const char *place;
		enum rights rights;
	} rows[] = {
		{0666, "/etc/passwd", RIGHTS_GRAVE}, {0644, "/etc/passwd", RIGHTS_NONE}, {0644, "/etc/shadow", RIGHTS_GRAVE},
		{0640, "/etc/shadow", RIGHTS_NONE}, {0777, "/srv/data", RIGHTS_WIDE}, {0777, "dist", RIGHTS_OWN}, {0777, "/tmp/x", RIGHTS_OWN},
		{01777, "/var/lib/tool", RIGHTS_NONE}, {02775, "/var/lib/tool", RIGHTS_NONE}, {0755, "/bin/sh", RIGHTS_NONE},
		{04755, "/bin/sh", RIGHTS_GRAVE}, {04755, "/usr/bin/python3.11", RIGHTS_GRAVE}, {04755, "/tmp/.x", RIGHTS_GRAVE},
		{04755, "/opt/tool/sandbox", RIGHTS_WIDE}, {0666, "/dev/ttyUSB0", RIGHTS_OWN}, {0644, "~/.ssh/id_rsa.pub", RIGHTS_NONE},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rights_of_mode(rows[i].mode, str_of(rows[i].place)) != rows[i].rights)
			fail_msg("%o of %s", rows[i].mode, rows[i].place);
}

static void commands_are_told(void **state)
{
	static const struct {
		const char *command;
		enum rights rights;
		const char *what;
	} rows[] = {
		{"chmod -R a+rwX /etc", RIGHTS_GRAVE, "chmod -R a+rwX /etc"},
		{"cd /srv && sudo chmod -R 0777 data; true", RIGHTS_OWN, "sudo chmod -R 0777 data"},
		{"chmod u=rwxs,go=rx /bin/dash", RIGHTS_GRAVE, "chmod u=rwxs,go=rx /bin/dash"},
		{"find /etc -type f -exec chmod 666 {} +", RIGHTS_GRAVE, "find /etc -type f -exec chmod 666 {} +"},
		{"install -m 4755 /bin/sh /usr/lib/.h", RIGHTS_GRAVE, "install -m 4755 /bin/sh /usr/lib/.h"},
		{"setcap 'cap_setuid,cap_net_raw=+ep' /usr/local/bin/node", RIGHTS_GRAVE, ""},
		{"setcap cap_net_bind_service=+ep /usr/bin/tool", RIGHTS_NONE, ""},
		{"usermod -aG docker,video www-data", RIGHTS_WIDE, ""}, {"usermod -aG video www-data", RIGHTS_NONE, ""},
		{"adduser www-data sudo", RIGHTS_WIDE, ""}, {"adduser --system --group sudo-helper", RIGHTS_NONE, ""},
		{"useradd -o -u 0 svc", RIGHTS_GRAVE, ""}, {"net localgroup administrators svc /add", RIGHTS_WIDE, ""},
		{"icacls C:\\Tool /grant *S-1-1-0:(OI)(CI)F", RIGHTS_WIDE, ""}, {"icacls C:\\Tool /grant Users:(OI)(CI)RX", RIGHTS_NONE, ""},
		{"iptables -P INPUT ACCEPT", RIGHTS_WIDE, ""}, {"iptables -A INPUT -i lo -j ACCEPT", RIGHTS_NONE, ""},
		{"iptables -A INPUT -p tcp --dport 22 -j DROP", RIGHTS_NONE, ""}, {"ufw status", RIGHTS_NONE, ""},
		{"netsh advfirewall set allprofiles state off", RIGHTS_WIDE, ""}, {"chattr -i /etc/passwd", RIGHTS_WIDE, ""},
		{"sed -i 's/.*/PermitRootLogin yes/' /etc/ssh/sshd_config", RIGHTS_WIDE, ""},
		{"echo chmod 4755 /bin/sh", RIGHTS_NONE, ""}, {"chmod", RIGHTS_NONE, ""}, {"chmod 99999 /etc", RIGHTS_NONE, ""},
		{"chmod +x tool", RIGHTS_NONE, ""}, {"chmod -w /etc/passwd", RIGHTS_NONE, ""}, {"", RIGHTS_NONE, ""}, {";;|", RIGHTS_NONE, ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct str what;

		if (rights_of_command(str_of(rows[i].command), &what) != rows[i].rights)
			fail_msg("%s", rows[i].command);
		if (rows[i].what[0])
			assert_true(str_is(what, rows[i].what));
	}
}

static void commands_are_split(void **state)
{
	struct str rest = STR("a 'b c' | \"d;e\" && f");
	struct command_words w;

	(void)state;
	assert_true(command_next(&rest, &w));
	assert_int_equal(w.n, 2);
	assert_true(str_is(w.w[1], "b c"));
	assert_true(command_next(&rest, &w));
	assert_int_equal(w.n, 1);
	assert_true(str_is(w.w[0], "d;e"));
	assert_true(command_next(&rest, &w)); /* between the two signs */
	assert_int_equal(w.n, 0);
	assert_true(command_next(&rest, &w));
	assert_true(str_is(w.text, "f"));
	assert_false(command_next(&rest, &w));
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(modes_are_told), cmocka_unit_test(commands_are_told),
		cmocka_unit_test(commands_are_split)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
