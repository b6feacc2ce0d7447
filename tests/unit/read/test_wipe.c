/* Commands and places that leave nothing of what somebody has, and those beside them that do not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "read/wipe.h"

static void places_are_told(void **state)
{
	static const struct {
		const char *path;
		bool everything;
	} rows[] = {
		{"/", true}, {"/*", true}, {"~", true}, {"~/", true}, {"~/*", true}, {"~/.[!.]*", true}, {"$HOME", true},
		{"${HOME}/*", true}, {"/home/*", true}, {"/root", true}, {"C:\\", true}, {"d:\\*", true}, {"c:", true},
		{"%USERPROFILE%\\*", true}, {"C:\\Users", true},
		{"", false}, {".", false}, {"*", false}, {"./", false}, {"/tmp", false}, {"/tmp/*", false}, {"~/.cache", false},
		{"~/.cache/*", false}, {"$HOME/build", false}, {"/home/x/y", false}, {"C:\\Temp", false}, {"/rootfs", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (place_is_everything(str_of(rows[i].path)) != rows[i].everything)
			fail_msg("%s", rows[i].path);
}

static void commands_are_told(void **state)
{
	static const struct {
		const char *command, *part;
	} rows[] = {
		{"rm -rf /", "rm -rf /"},
		{"cd /tmp && rm -r -f ~/* ; echo done", "rm -r -f ~/*"},
		{"sudo rm -rf --no-preserve-root /", "sudo rm -rf --no-preserve-root /"},
		{"rm -rf \"$HOME\"", "rm -rf \"$HOME\""},
		{"find \"$HOME\" -type f -print0 | xargs -0 shred -uvz", "xargs -0 shred -uvz"},
		{"find / -name '*.db' -exec shred -u {} +", "find / -name '*.db' -exec shred -u {} +"},
		{"find ~ -type f -delete", "find ~ -type f -delete"},
		{"del /F /Q /S \"%USERPROFILE%\\*\" & rd /S /Q C:\\", "del /F /Q /S \"%USERPROFILE%\\*\""},
		{"Remove-Item -Recurse -Force $env:USERPROFILE", "Remove-Item -Recurse -Force $env:USERPROFILE"},
		{"dd if=/dev/zero of=/dev/sda bs=1M", "dd if=/dev/zero of=/dev/sda bs=1M"},
		{"mkfs.ext4 /dev/nvme0n1", "mkfs.ext4 /dev/nvme0n1"},
		{"rm -rf ./dist /tmp/x", ""}, {"rm / ", ""}, {"rm -f ~/.lock", ""}, {"find ~ -name x", ""}, {"ls -R /", ""},
		{"rm -rf ~/.cache/thing", ""}, {"find . -type f | xargs rm", ""}, {"del /q C:\\Temp\\x", ""}, {"", ""},
		{"dd if=a of=b", ""}, {"echo '; rm -rf /'", ""}, {"cp -r / /mnt", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (!str_is(command_wipes(str_of(rows[i].command)), rows[i].part))
			fail_msg("%s: '%.*s'", rows[i].command, STR_ARG(command_wipes(str_of(rows[i].command))));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(places_are_told),
		cmocka_unit_test(commands_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
