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
	"allowinsecurerepositories", "useradd -o -u 0", NULL};
static const char *const borrowed[] = {"rundll32", "regsvr32", "mshta", "certutil", "bitsadmin", "schtasks", "wscript",
	"cscript", "installutil", "msbuild.exe", "powershell", "pwsh", "osascript", "crontab", "launchctl", "reg add",
	"reg.exe", "nohup ", "/dev/tcp/", "base64 -d", "xattr -c", "dscl ", "netsh ", "vssadmin", "wevtutil", "| sh",
	"| bash", "|sh", "|bash", "|iex", "| iex", "chmod +x", NULL};
static const struct words kinds[] = {{COMMAND_MINES, mining}, {COMMAND_LOOSENS, loosening},
	{COMMAND_PUBLISHES, publishing}, {COMMAND_BORROWS, borrowed}};

enum command_kind command_kind(struct str command, struct str *ret_word)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		for (const char *const *w = kinds[i].list; *w; w++) {
			if (!str_has_nocase(command, *w))
				continue;
			*ret_word = str_of(*w);
			return kinds[i].kind;
		}
	}
	*ret_word = STR_NONE;
	return COMMAND_OTHER;
}
