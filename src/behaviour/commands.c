#include "behaviour/commands.h"

struct words {
	enum command_kind kind;
	const char *const *list;
};

static const char *const mining[] = {"stratum+", "--donate-level", "xmrig", "minerd", "-a rx/", "--algo=rx", "randomx",
	"cryptonight", "--coin=", NULL};
static const char *const publishing[] = {"npm publish", "yarn publish", "pnpm publish", "npm version", "npm dist-tag",
	"npm owner add", "git push", "twine upload", "gem push", "cargo publish", "docker push", "vsce publish",
	"gh release", NULL};
static const char *const loosening[] = {"chmod 777", "chmod 0777", "chmod -r 777", "chmod a+w", "chmod u+s", "chmod +s",
	"chmod 4755", "chmod g+s", "setenforce 0", "ufw disable", "iptables -f", "iptables --flush", "nft flush",
	"advfirewall set", "firewall set opmode", "set-mppreference -dis", "add-mppreference -ex", "--master-disable",
	"csrutil disable", "nopasswd", "usermod -ag sudo", "usermod -ag wheel", "localgroup administrators",
	"stop windefend", "stop auditd", "stop apparmor", "disable auditd", "disable apparmor", "stop firewalld",
	"auditctl -e 0", "disableantispyware", "enablelua", "permitrootlogin yes", "set-executionpolicy unrestricted",
	"--dangerously-skip-permissions", "--dangerously-bypass", "--yolo", "--trust-all-tools", "[trusted=yes]",
	"allowinsecurerepositories", "set-netfirewallprofile -", "new-netfirewallrule", "/grant everyone:", "setcap cap_", "useradd -o -u 0", NULL};
static const char *const borrowed[] = {"rundll32", "regsvr32", "mshta", "certutil", "bitsadmin", "schtasks", "wscript",
	"cscript", "installutil", "msbuild.exe", "powershell", "pwsh", "osascript", "crontab", "launchctl", "reg add",
	"reg.exe", "nohup ", "/dev/tcp/", "base64 -d", "xattr -c", "dscl ", "netsh ", "vssadmin", "wevtutil", "| sh",
	"| bash", "|sh", "|bash", "|iex", "| iex", "chmod +x", NULL};
static const char *const installing[] = {"npm install -g ", "npm i -g ", "npm install --global ", "npm i --global ", "yarn global add ",
	"pnpm add -g ", "bun add -g ", "npx -y ", "npx --yes ", "pip install ", "pip3 install ", "-m pip install ", "gem install ",
	"cargo install ", "go install ", NULL};
static const struct words kinds[] = {{COMMAND_MINES, mining}, {COMMAND_LOOSENS, loosening},
	 {COMMAND_PUBLISHES, publishing}, {COMMAND_INSTALLS, installing}, {COMMAND_BORROWS, borrowed}};

/* A package by its name: no folder, no option, nothing that a variable holds. */
static bool begins_name(struct str s)
{
	return s.len && (s.p[0] == '@' || ((s.p[0] | 32) >= 'a' && (s.p[0] | 32) <= 'z'));
}

/* gcc -x c FILE: what a file is called hides that it is source text; a probe reads nothing or its input. */
static bool compiles_a_stranger(struct str command)
{
	static const char *const options[] = {" -x c ", " -xc ", " -x c++ ", " -xc++ "};
	static const char *const ends[] = {".c", ".cc", ".cpp", ".cxx", ".h", ".hpp", ".in", ".s"};

	if (!str_starts(command, "gcc") && !str_starts(command, "cc ") && !str_starts(command, "clang") && !str_starts(command, "tcc") && !str_starts(command, "g++"))
		return false;
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		size_t at = str_find_z(command, options[i]), end;
		struct str file;

		if (at == SIZE_MAX)
			continue;
		file = str_part(command, at + strlen(options[i]), command.len);
		end = str_find_z(file, " ");
		file = str_part(file, 0, end == SIZE_MAX ? file.len : end);
		for (size_t k = 0; k < sizeof(ends) / sizeof(ends[0]); k++)
			if (str_ends_nocase(file, ends[k]))
				return false;
		return str_has(file, ".") && !str_starts(file, "-") && !str_starts(file, "/dev/") && !str_has(file, "$") && !str_has(file, "conftest");
	}
	return false;
}

enum command_kind command_kind(struct str command, struct str *ret_word)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		for (const char *const *w = kinds[i].list; *w; w++) {
			size_t at = str_find_nocase(command, *w);

			if (at == SIZE_MAX || (kinds[i].kind == COMMAND_INSTALLS && !begins_name(str_part(command, at + strlen(*w), command.len))))
				continue;
			*ret_word = str_of(*w);
			return kinds[i].kind;
		}
	}
	*ret_word = STR_NONE;
	if (compiles_a_stranger(command)) {
		*ret_word = STR(" -x");
		return COMMAND_COMPILES;
	}
	return COMMAND_OTHER;
}
