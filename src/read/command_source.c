/* What comes out of a command: keys, the machine's names, its environment, somebody's files. */
#include "read/command_source.h"

#include "read/command_words.h"
#include "read/shell_command.h"

/* Does it stand there as words of its own? "op read" does not stand in "prop reader". */
static bool says(struct str cmd, const char *words)
{
	size_t n = strlen(words), at;
	bool starts = true; /* what is left of cmd begins with a word */

	while ((at = str_find_z(cmd, words)) != SIZE_MAX) {
		bool ends = at + n >= cmd.len || !((words[n - 1] | 32) >= 'a' && (words[n - 1] | 32) <= 'z') ||
			!((cmd.p[at + n] | 32) >= 'a' && (cmd.p[at + n] | 32) <= 'z');

		if (ends && (at ? strchr(" \t\n|;&(`/\\'\"$", cmd.p[at - 1]) != NULL : starts))
			return true;
		starts = false;
		cmd = str_part(cmd, at + 1, cmd.len);
	}
	return false;
}

static bool says_any(struct str cmd, const char *const *words)
{
	for (; *words; words++)
		if (says(cmd, *words))
			return true;
	return false;
}

/* Programs that keep secrets, asked for them; and those that look for secrets in other people's files. */
static const char *const keepers[] = {"security find-generic-password", "security find-internet-password", "security dump-keychain",
	"security export", "secret-tool lookup", "secret-tool search", "kwallet-query", "pass show", "pass ls", "pass grep", "pass otp",
	"gopass show", "gopass ls", "op read", "op item", "op document", "op vault", "op inject", "bw get", "bw list", "bw export",
	"bw unlock", "lpass show", "lpass export", "lpass ls", "keepassxc-cli show", "keepassxc-cli export", "keepassxc-cli clip",
	"dashlane-cli", "dcli password", "rbw get", "rbw list", "cmdkey /list", "vaultcmd /listcreds", "git credential fill",
	"git credential-", "gh auth token", "gh auth status -t", "gh auth status --show-token", "glab auth status -t", "npm token",
	"npm config get //", "npm config list -l", "npm config ls -l", "yarn config get npmAuthToken", "gcloud auth print",
	"gcloud auth application-default print", "gcloud secrets", "gcloud config config-helper", "aws configure get",
	"aws configure export-credentials", "aws secretsmanager get", "aws ssm get-parameter", "aws sts get-session", "aws sts assume-role",
	"az account get-access-token", "az keyvault secret", "kubectl get secret", "kubectl get secrets", "kubectl config view --raw", "vault kv get", "vault read",
	"vault token lookup", "vault print token", "doppler secrets", "doppler configure get token", "heroku auth:token", "flyctl auth token",
	"fly auth token", "gpg --export-secret", "gpg2 --export-secret", "gpg --armor --export-secret", "trufflehog", "gitleaks",
	"lazagne", "mimikatz", NULL};
static const char *const clipboards[] = {"pbpaste", "xclip -o", "xclip -selection clipboard -o", "xsel -o", "xsel -b", "xsel --output",
	"xsel --clipboard", "wl-paste", "Get-Clipboard", NULL};
static const char *const machine[] = {"whoami", "hostname", "uname", "ipconfig", "ifconfig", "systeminfo", "ip addr", "id ", NULL};

/* ~, a folder that people keep their things in, or the homes of everybody. */
static bool is_home(struct str word)
{
	static const char *const whole[] = {"~", "/home", "/root", "/Users", "$HOME", "${HOME}", "%USERPROFILE%", "$env:USERPROFILE",
		"$env:HOME", NULL};
	static const char *const below[] = {"/Documents", "/Desktop", "/Downloads", "/Pictures", "/.ssh", "/.aws", "/.config", "/.gnupg",
		"/Library", "/AppData", NULL};

	while (word.len && strchr("'\"", word.p[0]))
		word = str_part(word, 1, word.len);
	while (word.len > 1 && strchr("'\"/\\*", word.p[word.len - 1]))
		word.len--;
	for (int i = 0; whole[i]; i++) {
		struct str rest;

		if (!str_starts(word, whole[i]))
			continue;
		rest = str_part(word, strlen(whole[i]), word.len);
		if (!rest.len)
			return true;
		for (int k = 0; below[k]; k++)
			if (str_is(rest, below[k]) || (rest.p[0] == '\\' && str_is(str_part(rest, 1, rest.len), below[k] + 1)))
				return true;
	}
	return false;
}

bool command_packs_home(struct str cmd)
{
	static const char *const packers[] = {"tar", "bsdtar", "gtar", "zip", "7z", "7za", "rar", "ditto", "Compress-Archive", "rsync", "cpio", NULL};
	struct command_words c;
	struct str rest = cmd;

	while (command_next(&rest, &c)) {
		bool packs = false, home = false;

		for (size_t i = 0; i < c.n; i++) {
			struct str name = str_basename(c.w[i]);

			for (int k = 0; packers[k] && !packs; k++)
				packs = str_equal_nocase(name, str_of(packers[k]));
			home |= packs && is_home(c.w[i]);
		}
		if (packs && home)
			return true;
	}
	return false;
}

bool command_gives_secrets(struct str cmd)
{
	return says_any(cmd, keepers) || js_path_is_cred(cmd) || str_has(cmd, "/environ") || str_has(cmd, "/proc/self/mem") || (says(cmd, "netsh") && str_has(cmd, "key=clear"));
}

static struct str word_of(struct str *rest)
{
	size_t n = 0;
	struct str w;

	*rest = str_trim(*rest);
	while (n < rest->len && rest->p[n] != ' ' && rest->p[n] != '\t')
		n++;
	w = str_part(*rest, 0, n);
	*rest = str_trim(str_part(*rest, n, rest->len));
	return w;
}

/* What a shell is started for: of "sh -c '...'" and "cmd /c ..." the command in it. */
static struct str of_shell(struct str cmd)
{
	static const char *const shells[] = {"sh", "bash", "dash", "zsh", "ksh", "cmd", "cmd.exe", NULL};

	for (int deep = 0; deep < 4; deep++) {
		struct str rest = cmd, program = str_basename(word_of(&rest)), option;
		bool is_shell = false, is_code = false;

		for (int i = 0; shells[i]; i++)
			is_shell |= str_equal_nocase(program, str_of(shells[i]));
		while (is_shell && !is_code && rest.len && strchr("-/", rest.p[0])) {
			option = word_of(&rest);
			is_code = option.len <= 4 && (option.p[option.len - 1] | 32) == 'c';
		}
		if (!is_code || !rest.len)
			break;
		cmd = rest;
		if (cmd.len >= 2 && strchr("'\"", cmd.p[0]) && cmd.p[cmd.len - 1] == cmd.p[0])
			cmd = str_part(cmd, 1, cmd.len - 2);
	}
	return cmd;
}

enum js_source command_source(struct str cmd)
{
	static const char *const fetchers[] = {"curl ", "curl.exe ", "wget ", "wget.exe "};

	cmd = of_shell(cmd);
	if (command_gives_secrets(cmd))
		return SRC_CRED;
	if (says_any(cmd, clipboards))
		return SRC_CLIP;
	for (int i = 0; machine[i]; i++)
		if (str_starts(cmd, machine[i]))
			return SRC_HOST;
	if (str_is(cmd, "env") || str_is(cmd, "printenv") || str_is(cmd, "set") || str_starts(cmd, "env |") || str_starts(cmd, "env|"))
		return SRC_ENV;
	if (command_packs_home(cmd))
		return SRC_FILE;
	for (size_t i = 0; i < sizeof(fetchers) / sizeof(fetchers[0]); i++)
		if (str_starts(cmd, fetchers[i]))
			return SRC_NET;
	return SRC_NONE;
}
