/* What programs, variables, paths and services mean to a reader of shell scripts. */
#include "read/sh_int.h"
#include "read/strings.h"

static const struct {
	const char *name;
	enum sh_class class;
} programs[] = {
	{"curl", SH_FETCH}, {"wget", SH_FETCH}, {"wget2", SH_FETCH}, {"fetch", SH_FETCH}, {"aria2c", SH_FETCH},
	{"axel", SH_FETCH}, {"lynx", SH_FETCH}, {"links", SH_FETCH}, {"w3m", SH_FETCH}, {"GET", SH_FETCH},
	{"POST", SH_FETCH}, {"http", SH_FETCH}, {"https", SH_FETCH}, {"xh", SH_FETCH}, {"lwp-request", SH_FETCH},
	{"lwp-download", SH_FETCH}, {"tftp", SH_FETCH}, {"ftp", SH_FETCH}, {"lftp", SH_FETCH},
	{"nc", SH_SOCKET}, {"ncat", SH_SOCKET}, {"netcat", SH_SOCKET}, {"nc.openbsd", SH_SOCKET},
	{"nc.traditional", SH_SOCKET}, {"socat", SH_SOCKET}, {"telnet", SH_SOCKET}, {"websocat", SH_SOCKET},
	{"ssh", SH_REMOTE}, {"scp", SH_REMOTE}, {"sftp", SH_REMOTE}, {"rsync", SH_REMOTE}, {"rclone", SH_REMOTE},
	{"dig", SH_DNS}, {"nslookup", SH_DNS}, {"host", SH_DNS}, {"drill", SH_DNS}, {"kdig", SH_DNS},
	{"sh", SH_SHELL}, {"bash", SH_SHELL}, {"dash", SH_SHELL}, {"ash", SH_SHELL}, {"zsh", SH_SHELL},
	{"ksh", SH_SHELL}, {"mksh", SH_SHELL}, {"rbash", SH_SHELL}, {"fish", SH_SHELL},
	{"python", SH_INTERPRETER}, {"python2", SH_INTERPRETER}, {"python3", SH_INTERPRETER},
	{"perl", SH_INTERPRETER}, {"ruby", SH_INTERPRETER}, {"node", SH_INTERPRETER}, {"nodejs", SH_INTERPRETER},
	{"php", SH_INTERPRETER}, {"lua", SH_INTERPRETER}, {"osascript", SH_INTERPRETER},
	{"pwsh", SH_INTERPRETER}, {"powershell", SH_INTERPRETER}, {"powershell.exe", SH_INTERPRETER},
	{"tclsh", SH_INTERPRETER}, {"deno", SH_INTERPRETER}, {"bun", SH_INTERPRETER},
	{"base64", SH_DECODER}, {"base32", SH_DECODER}, {"xxd", SH_DECODER}, {"openssl", SH_DECODER},
	{"uudecode", SH_DECODER}, {"gunzip", SH_DECODER}, {"zcat", SH_DECODER}, {"gzip", SH_DECODER},
	{"xz", SH_DECODER}, {"unxz", SH_DECODER}, {"xzcat", SH_DECODER}, {"bzip2", SH_DECODER},
	{"bunzip2", SH_DECODER}, {"bzcat", SH_DECODER}, {"zstd", SH_DECODER}, {"rev", SH_DECODER},
	{"tr", SH_DECODER}, {"gpg", SH_VERIFY}, {"gpg2", SH_VERIFY},
	{"cat", SH_READER}, {"tac", SH_READER}, {"head", SH_READER}, {"tail", SH_READER}, {"nl", SH_READER},
	{"grep", SH_READER}, {"egrep", SH_READER}, {"fgrep", SH_READER}, {"zgrep", SH_READER}, {"awk", SH_READER},
	{"gawk", SH_READER}, {"mawk", SH_READER}, {"sed", SH_READER}, {"cut", SH_READER}, {"sort", SH_READER},
	{"uniq", SH_READER}, {"tar", SH_READER}, {"zip", SH_READER}, {"7z", SH_READER}, {"od", SH_READER},
	{"hexdump", SH_READER}, {"strings", SH_READER}, {"paste", SH_READER}, {"dd", SH_READER}, {"jq", SH_READER},
	{"less", SH_READER}, {"more", SH_READER}, {"column", SH_READER}, {"fold", SH_READER}, {"fmt", SH_READER},
	{"cpio", SH_READER}, {"ar", SH_READER}, {"security", SH_READER},
	{"uname", SH_SURVEY}, {"hostname", SH_SURVEY}, {"hostnamectl", SH_SURVEY}, {"whoami", SH_SURVEY},
	{"id", SH_SURVEY}, {"ifconfig", SH_SURVEY}, {"ip", SH_SURVEY}, {"lsb_release", SH_SURVEY},
	{"ps", SH_SURVEY}, {"df", SH_SURVEY}, {"mount", SH_SURVEY}, {"who", SH_SURVEY}, {"w", SH_SURVEY},
	{"last", SH_SURVEY}, {"dmidecode", SH_SURVEY}, {"system_profiler", SH_SURVEY}, {"sw_vers", SH_SURVEY},
	{"ipconfig", SH_SURVEY}, {"arp", SH_SURVEY}, {"netstat", SH_SURVEY}, {"ss", SH_SURVEY},
	{"lscpu", SH_SURVEY}, {"lsof", SH_SURVEY}, {"groups", SH_SURVEY}, {"getent", SH_SURVEY},
	{"env", SH_ENVIRON}, {"printenv", SH_ENVIRON},
	{"sudo", SH_WRAPPER}, {"doas", SH_WRAPPER}, {"command", SH_WRAPPER}, {"builtin", SH_WRAPPER},
	{"exec", SH_WRAPPER}, {"nohup", SH_WRAPPER}, {"time", SH_WRAPPER}, {"nice", SH_WRAPPER},
	{"ionice", SH_WRAPPER}, {"setsid", SH_WRAPPER}, {"timeout", SH_WRAPPER}, {"xargs", SH_WRAPPER},
	{"stdbuf", SH_WRAPPER}, {"busybox", SH_WRAPPER}, {"unbuffer", SH_WRAPPER}, {"disown", SH_NOTHING},
	{"cp", SH_COPY}, {"mv", SH_COPY}, {"install", SH_COPY}, {"ln", SH_COPY},
	{"chmod", SH_CHMOD}, {"tee", SH_TEE}, {"echo", SH_ECHO}, {"printf", SH_PRINTF}, {"eval", SH_EVAL},
	{".", SH_SOURCE}, {"source", SH_SOURCE}, {"read", SH_READ_VAR}, {"mapfile", SH_READ_VAR},
	{"readarray", SH_READ_VAR}, {"export", SH_EXPORT}, {"local", SH_EXPORT}, {"readonly", SH_EXPORT},
	{"declare", SH_EXPORT}, {"typeset", SH_EXPORT}, {"set", SH_ENVIRON},
	{"dpkg", SH_INSTALLER}, {"rpm", SH_INSTALLER}, {"apt", SH_INSTALLER}, {"apt-get", SH_INSTALLER},
	{"yum", SH_INSTALLER}, {"dnf", SH_INSTALLER}, {"pip", SH_INSTALLER}, {"pip3", SH_INSTALLER},
	{"npm", SH_INSTALLER}, {"installer", SH_INSTALLER}, {"msiexec", SH_INSTALLER}, {"snap", SH_INSTALLER},
	{"open", SH_INSTALLER}, {"start", SH_INSTALLER}, {"insmod", SH_INSTALLER}, {"apk", SH_INSTALLER},
	{"gem", SH_INSTALLER}, {"bundle", SH_INSTALLER}, {"yarn", SH_INSTALLER}, {"pnpm", SH_INSTALLER}, {"uv", SH_INSTALLER}, {"poetry", SH_INSTALLER},
	{"crontab", SH_SCHEDULER}, {"at", SH_SCHEDULER}, {"batch", SH_SCHEDULER}, {"systemctl", SH_SCHEDULER},
	{"launchctl", SH_SCHEDULER}, {"schtasks", SH_SCHEDULER}, {"systemd-run", SH_SCHEDULER},
	{"service", SH_SCHEDULER},
	{"sha256sum", SH_VERIFY}, {"sha512sum", SH_VERIFY}, {"sha1sum", SH_VERIFY}, {"md5sum", SH_VERIFY},
	{"shasum", SH_VERIFY}, {"gpgv", SH_VERIFY}, {"minisign", SH_VERIFY}, {"cosign", SH_VERIFY},
	{"signify", SH_VERIFY}, {"codesign", SH_VERIFY}, {"b2sum", SH_VERIFY},
	{"[", SH_TEST}, {"test", SH_TEST}, {"[[", SH_TEST}, {"case", SH_TEST},
	{"true", SH_NOTHING}, {":", SH_NOTHING}, {"cd", SH_NOTHING}, {"false", SH_NOTHING}, {"exit", SH_NOTHING},
	{"return", SH_NOTHING}, {"mkdir", SH_NOTHING}, {"rm", SH_NOTHING}, {"touch", SH_NOTHING},
	{"sleep", SH_NOTHING}, {"shift", SH_NOTHING}, {"unset", SH_NOTHING}, {"trap", SH_NOTHING},
};

enum sh_class sh_class_of(struct str program)
{
	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++)
		if (str_is(program, programs[i].name))
			return programs[i].class;
	if (str_starts(program, "python3.") || str_starts(program, "python2.") || str_starts(program, "perl5"))
		return SH_INTERPRETER;
	return SH_PLAIN;
}

bool sh_wrapper_value(struct str program, struct str option)
{
	if (str_is(program, "sudo") || str_is(program, "doas"))
		return str_is(option, "-u") || str_is(option, "-g") || str_is(option, "-C") || str_is(option, "-p");
	if (str_is(program, "nice") || str_is(program, "ionice"))
		return str_is(option, "-n") || str_is(option, "-c");
	if (str_is(program, "xargs"))
		return str_is(option, "-I") || str_is(option, "-n") || str_is(option, "-P") || str_is(option, "-L") ||
			str_is(option, "-d");
	if (str_is(program, "timeout"))
		return str_is(option, "-s") || str_is(option, "-k");
	if (str_is(program, "env"))
		return str_is(option, "-u") || str_is(option, "-C");
	return str_is(program, "exec") && str_is(option, "-a");
}

bool sh_env_is_secret(struct str name)
{
	static const char *const words[] = {"TOKEN", "SECRET", "PASSWORD", "PASSWD", "PASSPHRASE", "API_KEY", "APIKEY",
		"ACCESS_KEY", "PRIVATE_KEY", "CREDENTIALS", "SSH_KEY", "AUTH_SOCK", "SIGNING_KEY", "NPM_AUTH"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (str_has(name, words[i]))
			return true;
	return false;
}

static bool path_is(struct str path, const char *class)
{
	struct string_class c;

	if (path.len < 4 || path.len > 4096)
		return false;
	classify_string(path, &c);
	for (size_t i = 0; i < c.n; i++)
		if (c.items[i].kind == FACT_PATH && str_is(c.items[i].key, class))
			return true;
	return false;
}

bool sh_path_is_cred(struct str path)
{
	if (str_has(path, "known_hosts") || str_has(path, ".pub") || str_has(path, "authorized_keys"))
		return false;
	return path_is(path, "cred") || path_is(path, "wallet") || path_is(path, "browser") ||
		str_ends(path, "/.ssh") || str_ends(path, "/.aws") || str_ends(path, "/.gnupg") ||
		str_has(path, "/etc/gshadow") || str_has(path, "/.config/gh") || (str_starts(path, "/proc/") && (str_ends(path, "/environ") || str_ends(path, "/mem"))) ||
		str_has(path, "/.kube");
}

bool sh_path_is_persist(struct str path)
{
	if (str_starts(path, "/etc/sudoers") || str_ends(path, "/.bash_login") || str_starts(path, "/etc/bash.bashrc") ||
		str_is(path, "/etc/profile") || str_is(path, "/etc/passwd") || str_is(path, "/etc/shadow") || str_starts(path, "/etc/pam.d/") || str_is(path, "/etc/environment") || str_has(path, "/etc/update-motd.d/") ||
		str_has(path, "/.config/fish/config.fish") || str_has(path, "/etc/apt/apt.conf.d/") ||
		str_has(path, ".ssh/authorized_keys") || str_has(path, "/dropbear/authorized_keys") || str_has(path, ".git/hooks/"))
		return true;
	return path_is(path, "persist");
}

const char *sh_gate_of_variable(struct str name)
{
	static const char *const ci[] = {"CI", "GITHUB_ACTIONS", "GITLAB_CI", "TRAVIS", "CIRCLECI", "JENKINS_URL",
		"TF_BUILD", "BUILDKITE", "CONTINUOUS_INTEGRATION", "RUNNER_OS", "TEAMCITY_VERSION"};
	static const char *const locale[] = {"LANG", "LC_ALL", "LC_CTYPE", "LANGUAGE", "TZ"};

	for (size_t i = 0; i < sizeof(ci) / sizeof(ci[0]); i++)
		if (str_is(name, ci[i]))
			return "ci";
	for (size_t i = 0; i < sizeof(locale) / sizeof(locale[0]); i++)
		if (str_is(name, locale[i]))
			return "locale";
	if (str_is(name, "HOSTNAME") || str_is(name, "USER") || str_is(name, "LOGNAME"))
		return "host";
	return NULL;
}

bool sh_service_guards(struct str name)
{
	static const char *const services[] = {"ufw", "firewalld", "iptables", "nftables", "apparmor", "auditd",
		"selinux", "fail2ban", "clamav", "falcon-sensor", "osqueryd", "wazuh-agent", "crowdsec", "rsyslog",
		"syslog", "ossec", "tripwire", "aide", "mdatp", "sentinelone", "cbagentd", "com.apple.alf"};

	for (size_t i = 0; i < sizeof(services) / sizeof(services[0]); i++)
		if (str_starts(name, services[i]))
			return true;
	return false;
}

bool sh_variable_disables_tls(struct str name, struct str value)
{
	bool zero = str_is(value, "0") || str_is(value, "false") || str_is(value, "no");
	bool one = str_is(value, "1") || str_is(value, "true") || str_is(value, "yes");

	return (str_is(name, "NODE_TLS_REJECT_UNAUTHORIZED") && zero) || (str_is(name, "GIT_SSL_NO_VERIFY") && one) ||
		(str_is(name, "PYTHONHTTPSVERIFY") && zero) || (str_is(name, "npm_config_strict_ssl") && zero) ||
		(str_is(name, "PERL_LWP_SSL_VERIFY_HOSTNAME") && zero) || (str_is(name, "CURL_INSECURE") && one);
}
