#include "read/rights.h"

#include "read/command_words.h"
#include "read/wipe.h"

enum { MODE_SETUID = 04000, MODE_STICKY = 01000, MODE_OTHERS_WRITE = 02, MODE_OTHERS_READ = 04, MODE_MAX = 07777 };

static bool is_one_of(struct str s, const char *const *names)
{
	for (; *names; names++)
		if (str_equal_nocase(s, str_of(*names)))
			return true;
	return false;
}

static bool begins_with_one_of(struct str s, const char *const *names)
{
	for (; *names; names++)
		if (str_starts(s, *names))
			return true;
	return false;
}

static bool has_one_of(struct str s, const char *const *names)
{
	for (; *names; names++)
		if (str_has_nocase(s, *names))
			return true;
	return false;
}

/* --- places --- */

/* What decides who may do what on a machine, and the folders that everybody's programs come from. */
static bool place_is_guarded(struct str p)
{
	static const char *const parts[] = {"/etc/passwd", "/etc/shadow", "/etc/gshadow", "/etc/group", "/etc/sudoers", "/etc/cron", "/etc/ld.so",
		"/etc/ssh", "/etc/pam.d", "/etc/security", "/etc/systemd", "/etc/profile", "/etc/ssl/private", "/var/spool/cron", "/lib/systemd/system",
		"/.ssh", "authorized_keys", "\\windows\\system32", "/system32", NULL};
	static const char *const whole[] = {"/etc", "/usr", "/usr/bin", "/usr/sbin", "/usr/lib", "/usr/local/bin", "/usr/local/sbin", "/bin", "/sbin",
		"/lib", "/lib64", "/boot", "/opt", "/var", NULL};

	while (p.len > 1 && (p.p[p.len - 1] == '/' || p.p[p.len - 1] == '*'))
		p = str_part(p, 0, p.len - 1);
	if (str_starts(p, "~/\x01") && p.p[p.len - 1] == '\x02') /* one after the other of what lies there */
		return true;
	return has_one_of(p, parts) || is_one_of(p, whole) || place_is_everything(p);
}

static bool place_is_secret(struct str p)
{
	static const char *const parts[] = {"/etc/shadow", "/etc/gshadow", "/ssl/private", "id_rsa", "id_ed25519", "id_ecdsa", NULL};

	return has_one_of(p, parts) && !str_ends(p, ".pub");
}

/* Not below the folder of whoever asks, and not where everybody may write anyway. */
static bool place_is_elsewhere(struct str p)
{
	static const char *const shared[] = {"/tmp", "/var/tmp", "/dev/", "/proc/", "/sys/", NULL};

	if (begins_with_one_of(p, shared) || str_has(p, "__dirname"))
		return false;
	return (p.len && (p.p[0] == '/' || p.p[0] == '%')) || (p.len > 2 && p.p[1] == ':');
}

/* Who runs it does what he likes. */
static bool program_obeys(struct str p)
{
	static const char *const names[] = {"sh", "bash", "dash", "ash", "zsh", "ksh", "busybox", "env", "node", "php", "ruby", "lua", "find", "vim", "vi",
		"nano", "awk", "gawk", "sed", "cp", "mv", "tar", "dd", "tee", "nmap", "gdb", "su", "chmod", "bun", "deno", NULL};
	static const char *const versions[] = {"python", "perl", "nodejs", NULL};
	static const char *const hidden[] = {"/tmp/", "/dev/shm/", "/.", "\x01tmp\x02", NULL};
	struct str base = str_basename(p);

	return is_one_of(base, names) || begins_with_one_of(base, versions) || has_one_of(p, hidden);
}

enum rights rights_of_mode(unsigned mode, struct str place)
{
	bool writes = mode & MODE_OTHERS_WRITE && !(mode & MODE_STICKY);

	if (mode & MODE_SETUID)
		return program_obeys(place) ? RIGHTS_GRAVE : RIGHTS_WIDE;
	if (mode & MODE_OTHERS_READ && place_is_secret(place))
		return RIGHTS_GRAVE;
	if (!writes)
		return RIGHTS_NONE;
	if (place_is_guarded(place))
		return RIGHTS_GRAVE;
	return place_is_elsewhere(place) ? RIGHTS_WIDE : RIGHTS_OWN;
}

bool rights_octal(struct str s, unsigned *ret)
{
	unsigned v = 0;

	if (s.len > 2 && s.p[0] == '0' && (s.p[1] | 32) == 'o')
		s = str_part(s, 2, s.len);
	if (s.len < 3 || s.len > 5)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] < '0' || s.p[i] > '7')
			return false;
		v = v * 8 + (unsigned)(s.p[i] - '0');
	}
	*ret = v;
	return v <= MODE_MAX;
}

/* "a+rwX", "u=rwxs,go=rx": what it adds for others, and for whoever runs it. */
static bool mode_in_letters(struct str s, unsigned *ret)
{
	unsigned v = 0;

	for (size_t i = 0; i < s.len; i++) {
		bool others = false, owner = false, nobody = true, adds;

		for (; i < s.len && strchr("ugoa", s.p[i]) && s.p[i]; i++, nobody = false) {
			others |= s.p[i] == 'o' || s.p[i] == 'a';
			owner |= s.p[i] == 'u' || s.p[i] == 'a';
		}
		if (i == s.len || !strchr("+-=", s.p[i]) || !s.p[i])
			return false;
		adds = s.p[i] != '-';
		for (i++; i < s.len && s.p[i] != ','; i++) {
			if (!strchr("rwxXst", s.p[i]) || !s.p[i])
				return false;
			v |= adds && others && s.p[i] == 'w' ? MODE_OTHERS_WRITE : 0;
			v |= adds && others && s.p[i] == 'r' ? MODE_OTHERS_READ : 0;
			v |= adds && (owner || nobody) && s.p[i] == 's' ? MODE_SETUID : 0;
			v |= adds && s.p[i] == 't' ? MODE_STICKY : 0;
		}
	}
	*ret = v;
	return s.len > 1;
}

static bool mode_of(struct str s, unsigned *ret)
{
	return rights_octal(s, ret) || mode_in_letters(s, ret);
}

/* --- commands --- */

static size_t word_at(const struct command_words *w, const char *name)
{
	for (size_t i = 0; i < w->n; i++)
		if (str_is(str_basename(w->w[i]), name))
			return i;
	return SIZE_MAX;
}

static bool says(const struct command_words *w, size_t from, const char *const *names)
{
	for (size_t i = from; i < w->n; i++)
		if (is_one_of(w->w[i], names))
			return true;
	return false;
}

/* The gravest of the places that the command names; those of `find` stand before. */
static enum rights mode_on_places(const struct command_words *w, size_t mode_at, unsigned mode)
{
	enum rights worst = rights_of_mode(mode, STR(""));

	for (size_t i = 1; i < w->n; i++) {
		enum rights r = i == mode_at || !w->w[i].len || w->w[i].p[0] == '-' ? RIGHTS_NONE : rights_of_mode(mode, w->w[i]);

		worst = r > worst ? r : worst;
	}
	return worst;
}

static enum rights of_chmod(const struct command_words *w, size_t at)
{
	unsigned mode;

	for (size_t i = at + 1; i < w->n; i++) {
		if (mode_of(w->w[i], &mode))
			return mode_on_places(w, i, mode);
		if (w->w[i].p[0] != '-')
			break;
	}
	return RIGHTS_NONE;
}

/* install -m MODE, --mode=MODE */
static enum rights of_install(const struct command_words *w, size_t at)
{
	unsigned mode;

	for (size_t i = at + 1; i < w->n; i++) {
		struct str s = w->w[i];

		if (str_is(s, "-m") && i + 1 < w->n)
			s = w->w[i + 1];
		else if (str_starts(s, "--mode="))
			s = str_part(s, 7, s.len);
		else if (str_starts(s, "-m"))
			s = str_part(s, 2, s.len);
		else
			continue;
		return mode_of(s, &mode) ? mode_on_places(w, i, mode) : RIGHTS_NONE;
	}
	return RIGHTS_NONE;
}

static enum rights of_setcap(const struct command_words *w, size_t at)
{
	static const char *const great[] = {"cap_setuid", "cap_setgid", "cap_sys_admin", "cap_dac_override", "cap_dac_read_search", "cap_sys_ptrace",
		"cap_sys_module", "cap_chown", "cap_fowner", "cap_setfcap", "all=", "all+", NULL};

	for (size_t i = at + 1; i < w->n; i++)
		if (w->w[i].p[0] == '=' || has_one_of(w->w[i], great))
			return program_obeys(w->w[w->n - 1]) ? RIGHTS_GRAVE : RIGHTS_WIDE;
	return RIGHTS_NONE;
}

static enum rights of_setfacl(const struct command_words *w, size_t at)
{
	static const char *const writes[] = {":rwx", ":rw", ":7", ":6", NULL};
	static const char *const strangers[] = {"o:", "other:", "o::", "other::", "u:nobody", "user:nobody", "u:www-data", "user:www-data", NULL};

	for (size_t i = at + 1; i < w->n; i++) {
		bool all = begins_with_one_of(w->w[i], strangers);

		if (!has_one_of(w->w[i], writes))
			continue;
		for (size_t k = i + 1; k < w->n; k++)
			if (place_is_guarded(w->w[k]))
				return RIGHTS_GRAVE;
		return all ? RIGHTS_WIDE : RIGHTS_NONE;
	}
	return RIGHTS_NONE;
}

/* A group whose members may do everything, by one way or another. */
static bool is_mighty_group(struct str list)
{
	static const char *const names[] = {"sudo", "wheel", "admin", "root", "docker", "lxd", "disk", "shadow", "Administrators", NULL};

	while (list.len) {
		size_t end = 0;

		while (end < list.len && list.p[end] != ',')
			end++;
		if (is_one_of(str_part(list, 0, end), names))
			return true;
		list = str_part(list, end + 1, list.len);
	}
	return false;
}

static enum rights of_accounts(const struct command_words *w, size_t at)
{
	static const char *const joins[] = {"usermod", "gpasswd", "adduser", "addgroup", "useradd", NULL};
	static const char *const own[] = {"--system", "--ingroup", "--gid", "-r", "-S", "--remove", "-d", NULL};
	struct str name = str_basename(w->w[at]);

	if (str_is(name, "chpasswd") || (str_is(name, "passwd") && says(w, at + 1, (const char *const[]){"-d", "-u", "--stdin", "--delete", NULL})))
		return RIGHTS_WIDE;
	if (!is_one_of(name, joins))
		return RIGHTS_NONE;
	for (size_t i = at + 1; i + 1 < w->n; i++)
		if ((str_is(w->w[i], "-u") || str_is(w->w[i], "--uid")) && str_is(w->w[i + 1], "0"))
			return RIGHTS_GRAVE;
	if (says(w, at + 1, own))
		return RIGHTS_NONE;
	for (size_t i = at + 1; i < w->n; i++)
		if (is_mighty_group(w->w[i]) && i + 1 < w->n + (str_is(name, "adduser") || str_is(name, "addgroup") || str_is(name, "gpasswd")) && w->n - at > 2)
			return RIGHTS_WIDE;
	return RIGHTS_NONE;
}

/* net localgroup administrators NAME /add */
static enum rights of_net(const struct command_words *w, size_t at)
{
	static const char *const groups[] = {"localgroup", "group", NULL}, *const adds[] = {"/add", NULL};

	if (!says(w, at + 1, groups) || !says(w, at + 1, adds))
		return RIGHTS_NONE;
	for (size_t i = at + 1; i < w->n; i++)
		if (is_mighty_group(w->w[i]))
			return RIGHTS_WIDE;
	return RIGHTS_NONE;
}

/* icacls PLACE /grant Everyone:F: others may write to it. */
static enum rights of_icacls(const struct command_words *w, size_t at)
{
	static const char *const everyone[] = {"Everyone:", "*S-1-1-0:", "Guests:", "\"Everyone\":", NULL};
	static const char *const users[] = {"Users:", "BUILTIN\\Users:", "*S-1-5-32-545:", "*S-1-5-11:", NULL};
	static const char *const writes[] = {":F", ":M", ":W", ":C", ")F", ")M", "(F", "(M", "(W", NULL};

	for (size_t i = at + 1; i < w->n; i++) {
		struct str s = w->w[i];
		bool all = has_one_of(s, everyone), some = has_one_of(s, users);

		if ((all || some) && has_one_of(s, writes))
			return all || (at + 1 < w->n && place_is_guarded(w->w[at + 1])) ? RIGHTS_WIDE : RIGHTS_OWN;
	}
	return RIGHTS_NONE;
}

static enum rights of_firewall(const struct command_words *w, size_t at)
{
	static const char *const tables[] = {"iptables", "ip6tables", "iptables-legacy", "iptables-nft", NULL};
	static const char *const flushes[] = {"-F", "--flush", NULL}, *const accepts[] = {"ACCEPT", NULL};
	static const char *const chains[] = {"INPUT", "FORWARD", NULL}, *const adds[] = {"-I", "-A", "-P", "--insert", "--append", "--policy", NULL};
	static const char *const narrow[] = {"-s", "--source", "lo", "--ctstate", "--state", NULL};
	static const char *const opens[] = {"--add-port", "--set-default-zone", "--panic-off", "--add-rich-rule", "--add-service", NULL};
	static const char *const ufw[] = {"disable", "allow", "reset", NULL};
	struct str name = str_basename(w->w[at]);

	if (is_one_of(name, tables))
		return says(w, at + 1, flushes) || (says(w, at + 1, adds) && says(w, at + 1, chains) && says(w, at + 1, accepts) && !says(w, at + 1, narrow))
			? RIGHTS_WIDE : RIGHTS_NONE;
	if (str_is(name, "ufw"))
		return says(w, at + 1, ufw) ? RIGHTS_WIDE : RIGHTS_NONE;
	if (str_is(name, "nft"))
		return says(w, at + 1, (const char *const[]){"flush", NULL}) ? RIGHTS_WIDE : RIGHTS_NONE;
	for (size_t i = at + 1; i < w->n; i++)
		if (str_is(name, "firewall-cmd") && begins_with_one_of(w->w[i], opens))
			return RIGHTS_WIDE;
	return RIGHTS_NONE;
}

static enum rights of_netsh(const struct command_words *w, size_t at)
{
	static const char *const opens[] = {"action=allow", "off", NULL}, *const walls[] = {"advfirewall", "firewall", NULL};

	return says(w, at + 1, walls) && says(w, at + 1, opens) ? RIGHTS_WIDE : RIGHTS_NONE;
}

static enum rights of_chattr(const struct command_words *w, size_t at)
{
	if (at + 2 < w->n && str_is(w->w[at + 1], "-i") && place_is_guarded(w->w[w->n - 1]))
		return RIGHTS_WIDE;
	return RIGHTS_NONE;
}

/* sed -i 's/.../PermitRootLogin yes/' /etc/ssh/sshd_config */
static enum rights of_server_settings(const struct command_words *w, size_t at)
{
	static const char *const opens[] = {"PermitRootLogin yes", "PasswordAuthentication yes", "PermitEmptyPasswords yes", NULL};

	(void)at;
	return has_one_of(w->text, opens) && str_has(w->text, "ssh") ? RIGHTS_WIDE : RIGHTS_NONE;
}

static const struct {
	const char *program;
	enum rights (*ask)(const struct command_words *w, size_t at);
} programs[] = {{"chmod", of_chmod}, {"install", of_install}, {"setcap", of_setcap}, {"setfacl", of_setfacl}, {"usermod", of_accounts},
	{"useradd", of_accounts}, {"adduser", of_accounts}, {"addgroup", of_accounts}, {"gpasswd", of_accounts}, {"passwd", of_accounts},
	{"chpasswd", of_accounts}, {"net", of_net}, {"net.exe", of_net}, {"icacls", of_icacls}, {"icacls.exe", of_icacls}, {"cacls", of_icacls},
	{"xcacls", of_icacls}, {"iptables", of_firewall}, {"ip6tables", of_firewall}, {"ufw", of_firewall}, {"nft", of_firewall},
	{"firewall-cmd", of_firewall}, {"netsh", of_netsh}, {"netsh.exe", of_netsh}, {"chattr", of_chattr}, {"sed", of_server_settings}};

/* cp /bin/sh PLACE: what stands there afterwards does what whoever runs it likes, whatever it is called. */
static struct str copied_shell(const struct command_words *w)
{
	static const char *const copies[] = {"cp", "install", "ln", "mv", NULL};
	size_t at = SIZE_MAX;

	for (size_t i = 0; copies[i] && at == SIZE_MAX; i++)
		at = word_at(w, copies[i]);
	if (at == SIZE_MAX || w->n < at + 3)
		return STR_NONE;
	for (size_t i = at + 1; i + 1 < w->n; i++)
		if (str_has(w->w[i], "/") && program_obeys(w->w[i]))
			return w->w[w->n - 1];
	return STR_NONE;
}

struct str rights_shell_copy(struct str command)
{
	struct command_words w;

	while (command_next(&command, &w)) {
		struct str copy = copied_shell(&w);

		if (copy.len)
			return copy;
	}
	return STR_NONE;
}

enum rights rights_of_command(struct str command, struct str *ret_what)
{
	enum rights worst = RIGHTS_NONE;
	struct command_words w;
	struct str shell = rights_shell_copy(command);

	*ret_what = STR_NONE;
	while (command_next(&command, &w)) {
		for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++) {
			size_t at = word_at(&w, programs[i].program);
			enum rights r;

			/* behind sudo, env, xargs, find -exec: few words, none of them a message for people */
			if (at == SIZE_MAX || (at && (str_is(w.w[0], "echo") || str_is(w.w[0], "printf"))))
				continue;
			r = programs[i].ask(&w, at);
			for (size_t k = at + 1; k < w.n && r == RIGHTS_WIDE && shell.len; k++)
				if (str_equal(w.w[k], shell))
					r = RIGHTS_GRAVE;
			if (r > worst) {
				worst = r;
				*ret_what = w.text;
			}
		}
	}
	return worst;
}
