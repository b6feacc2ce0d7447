/*
 * The words that make a string worth a look, and the automaton (Aho, Corasick 1975) that finds all of
 * them in one pass. It is built on first use; a state is two bytes per class of byte.
 */
#include "read/strings_int.h"

static const struct word words[] = {
	{"://", WORD_SCHEME, 0, 0},

	/* credential files */
	{".npmrc", WORD_CRED, WORD_RIGHT, 0},
	{".pypirc", WORD_CRED, WORD_RIGHT, 0},
	{".netrc", WORD_CRED, WORD_RIGHT, 0},
	{".git-credentials", WORD_CRED, 0, 0},
	{".aws/credentials", WORD_CRED, 0, 0},
	{".aws/config", WORD_CRED, 0, 0},
	{".azure/", WORD_CRED, 0, 0},
	{".config/gcloud", WORD_CRED, 0, 0},
	{"application_default_credentials", WORD_CRED, 0, 0},
	{".kube/config", WORD_CRED, 0, 0},
	{".docker/config.json", WORD_CRED, 0, 0},
	{".config/gh/hosts", WORD_CRED, 0, 0},
	{".vault-token", WORD_CRED, 0, 0},
	{".ssh/", WORD_CRED, 0, 0},
	{"id_rsa", WORD_CRED, WORD_LEFT | WORD_RIGHT, 0},
	{"id_ed25519", WORD_CRED, WORD_LEFT | WORD_RIGHT, 0},
	{"id_ecdsa", WORD_CRED, WORD_LEFT | WORD_RIGHT, 0},
	{".gnupg/", WORD_CRED, 0, 0},
	{"/etc/shadow", WORD_CRED, WORD_RIGHT, 0},
	{"/etc/sudoers", WORD_CRED, 0, 0},
	{".pgpass", WORD_CRED, WORD_RIGHT, 0},
	{".my.cnf", WORD_CRED, WORD_RIGHT, 0},
	{".terraform.d/credentials", WORD_CRED, 0, 0},
	{"config/sam", WORD_CRED, WORD_LEFT | WORD_RIGHT, 0},
	{"ntds.dit", WORD_CRED, WORD_LEFT | WORD_RIGHT, 0},
	{"microsoft/credentials", WORD_CRED, WORD_LEFT, 0},
	{"login.keychain", WORD_CRED, WORD_LEFT, 0},
	{"library/keychains", WORD_CRED, WORD_LEFT, 0},
	{"serviceaccount/token", WORD_CRED, WORD_LEFT, 0},
	{".bash_history", WORD_CRED, WORD_RIGHT, 0},
	{".zsh_history", WORD_CRED, WORD_RIGHT, 0},
	{"filezilla/recentservers", WORD_CRED, WORD_LEFT, 0},
	{"telegram desktop/tdata", WORD_CRED, WORD_LEFT, 0},
	{"discord/local storage", WORD_CRED, WORD_LEFT, 0},

	/* browsers' stores */
	{"chrome/user data", WORD_BROWSER, 0, 0},
	{"edge/user data", WORD_BROWSER, 0, 0},
	{"brave-browser/user data", WORD_BROWSER, 0, 0},
	{".config/google-chrome", WORD_BROWSER, 0, 0},
	{"application support/google/chrome", WORD_BROWSER, 0, 0},
	{"mozilla/firefox/profiles", WORD_BROWSER, 0, 0},
	{".mozilla/firefox", WORD_BROWSER, 0, 0},
	{"logins.json", WORD_BROWSER, WORD_LEFT | WORD_RIGHT, 0},
	{"key4.db", WORD_BROWSER, WORD_LEFT | WORD_RIGHT, 0},
	{"cookies.sqlite", WORD_BROWSER, WORD_LEFT | WORD_RIGHT, 0},
	{"login data", WORD_BROWSER, WORD_LEFT | WORD_RIGHT, 0},
	{"cookies.binarycookies", WORD_BROWSER, WORD_LEFT, 0},

	/* wallets */
	{"wallet.dat", WORD_WALLET, WORD_LEFT | WORD_RIGHT, 0},
	{"ethereum/keystore", WORD_WALLET, 0, 0},
	{".electrum/wallets", WORD_WALLET, 0, 0},
	{"electrum/wallets", WORD_WALLET, WORD_LEFT, 0},
	{"exodus/exodus.wallet", WORD_WALLET, WORD_LEFT, 0},
	{"exodus.wallet", WORD_WALLET, WORD_LEFT, 0},
	{".config/solana/id.json", WORD_WALLET, 0, 0},
	{"local extension settings", WORD_WALLET, WORD_LEFT, 0},
	{"atomic/local storage", WORD_WALLET, WORD_LEFT, 0},
	{"ledger live", WORD_WALLET, WORD_LEFT | WORD_RIGHT, 0},

	/* places that start by themselves */
	{"currentversion/run", WORD_PERSIST, WORD_LEFT, 0},
	{"windows/system32/tasks/", WORD_PERSIST, WORD_LEFT, 0},
	{"currentversion/policies/explorer/run", WORD_PERSIST, WORD_LEFT, 0},
	{"winlogon/shell", WORD_PERSIST, WORD_LEFT, 0},
	{"winlogon/userinit", WORD_PERSIST, WORD_LEFT, 0},
	{"image file execution options/", WORD_PERSIST, WORD_LEFT, 0},
	{"windows nt/currentversion/windows/appinit_dlls", WORD_PERSIST, WORD_LEFT, 0},
	{"start menu/programs/startup", WORD_PERSIST, WORD_LEFT, 0},
	{"/etc/cron", WORD_PERSIST, 0, 0},
	{"/var/spool/cron", WORD_PERSIST, 0, 0},
	{".config/autostart", WORD_PERSIST, 0, 0},
	{"/etc/xdg/autostart", WORD_PERSIST, 0, 0},
	{"library/launchagents", WORD_PERSIST, WORD_LEFT, 0},
	{"library/launchdaemons", WORD_PERSIST, WORD_LEFT, 0},
	{"/etc/systemd/system", WORD_PERSIST, 0, 0},
	{".config/systemd/user", WORD_PERSIST, 0, 0},
	{"/lib/systemd/system/", WORD_PERSIST, 0, 0},
	{"/etc/init.d/", WORD_PERSIST, 0, 0},
	{"/etc/rc.local", WORD_PERSIST, WORD_RIGHT, 0},
	{"/etc/profile.d", WORD_PERSIST, 0, 0},
	{"/etc/ld.so.preload", WORD_PERSIST, WORD_RIGHT, 0},
	{"authorized_keys", WORD_PERSIST, WORD_LEFT | WORD_RIGHT, 0},
	{"/.bashrc", WORD_PERSIST, WORD_RIGHT, 0},
	{"/.bash_profile", WORD_PERSIST, WORD_RIGHT, 0},
	{"/.zshrc", WORD_PERSIST, WORD_RIGHT, 0},
	{"/.zshenv", WORD_PERSIST, WORD_RIGHT, 0},
	{"/.profile", WORD_PERSIST, WORD_RIGHT, 0},
	{"/etc/udev/rules.d", WORD_PERSIST, 0, 0},

	{"/appdata/local/temp", WORD_TEMP, 0, 0},
	{"%temp%/", WORD_TEMP, 0, 0},
	{"$env:temp", WORD_TEMP, 0, 0},
	{"/var/tmp/", WORD_TEMP, 0, 0},
	{"/dev/shm/", WORD_TEMP, 0, 0},
	{"/tmp/.", WORD_TEMP, 0, 0},
	{"/users/public/", WORD_TEMP, 0, 0},

	{"/etc/passwd", WORD_SYSTEM, WORD_RIGHT, 0},
	{"/etc/hosts", WORD_SYSTEM, WORD_RIGHT, 0},
	{"drivers/etc/hosts", WORD_SYSTEM, WORD_LEFT | WORD_RIGHT, 0},
	{"/etc/resolv.conf", WORD_SYSTEM, WORD_RIGHT, 0},
	{"/etc/sudoers.d", WORD_SYSTEM, 0, 0},
	{"/proc/self/mem", WORD_SYSTEM, WORD_RIGHT, 0},
	{"/proc/self/environ", WORD_CI, WORD_RIGHT, 0},
	{".github/workflows", WORD_CI, 0, 0},
	{"actions_id_token_request_url", WORD_CI, WORD_LEFT, 0},
	{"actions_runtime_token", WORD_CI, WORD_LEFT, 0},
	{"/var/run/docker.sock", WORD_CI, 0, 0},
	{"latest/meta-data/", WORD_CI, 0, 0},
	{"computemetadata/v1", WORD_CI, WORD_LEFT, 0},

	/* commands: the argument is part of the word, or must follow */
	{"curl ", WORD_COMMAND, WORD_LEFT | WORD_URL, 0},
	{"curl.exe ", WORD_COMMAND, WORD_LEFT | WORD_URL, 0},
	{"wget ", WORD_COMMAND, WORD_LEFT | WORD_URL, 0},
	{"powershell -", WORD_COMMAND, WORD_LEFT, 0},
	{"powershell.exe -", WORD_COMMAND, WORD_LEFT, 0},
	{"powershell iex", WORD_COMMAND, WORD_LEFT, 0},
	{"pwsh -", WORD_COMMAND, WORD_LEFT, 0},
	{"invoke-expression", WORD_COMMAND, WORD_LEFT | WORD_RIGHT, 0},
	{"invoke-webrequest", WORD_COMMAND, WORD_LEFT | WORD_RIGHT, 0},
	{"downloadstring(", WORD_COMMAND, WORD_LEFT, 0},
	{"frombase64string(", WORD_COMMAND, WORD_LEFT, 0},
	{"cmd.exe /c", WORD_COMMAND, WORD_LEFT | WORD_RIGHT, 0},
	{"cmd.exe /k", WORD_COMMAND, WORD_LEFT | WORD_RIGHT, 0},
	{"cmd /c", WORD_COMMAND, WORD_LEFT | WORD_RIGHT, 0},
	{"/bin/sh -c", WORD_COMMAND, WORD_RIGHT, 0},
	{"/bin/bash -c", WORD_COMMAND, WORD_RIGHT, 0},
	{"bash -c ", WORD_COMMAND, WORD_LEFT, 0},
	{"bash -i", WORD_COMMAND, WORD_LEFT | WORD_RIGHT, 0},
	{"sh -i", WORD_COMMAND, WORD_LEFT | WORD_RIGHT, 0},
	{"/dev/tcp/", WORD_COMMAND, 0, 0},
	{"| sh", WORD_COMMAND, WORD_RIGHT, 0},
	{"|sh", WORD_COMMAND, WORD_RIGHT, 0},
	{"| bash", WORD_COMMAND, WORD_RIGHT, 0},
	{"|bash", WORD_COMMAND, WORD_RIGHT, 0},
	{"certutil -", WORD_COMMAND, WORD_LEFT, 0},
	{"certutil.exe -", WORD_COMMAND, WORD_LEFT, 0},
	{"bitsadmin /", WORD_COMMAND, WORD_LEFT, 0},
	{"bitsadmin.exe /", WORD_COMMAND, WORD_LEFT, 0},
	{"rundll32 ", WORD_COMMAND, WORD_LEFT | WORD_ARG, 0},
	{"rundll32.exe ", WORD_COMMAND, WORD_LEFT | WORD_ARG, 0},
	{"regsvr32 /", WORD_COMMAND, WORD_LEFT, 0},
	{"regsvr32.exe /", WORD_COMMAND, WORD_LEFT, 0},
	{"mshta http", WORD_COMMAND, WORD_LEFT, 0},
	{"mshta.exe ", WORD_COMMAND, WORD_LEFT | WORD_ARG, 0},
	{"schtasks /", WORD_COMMAND, WORD_LEFT, 0},
	{"schtasks.exe /", WORD_COMMAND, WORD_LEFT, 0},
	{"reg add ", WORD_COMMAND, WORD_LEFT | WORD_ARG, 0},
	{"reg.exe add", WORD_COMMAND, WORD_LEFT, 0},
	{"sc create ", WORD_COMMAND, WORD_LEFT | WORD_ARG, 0},
	{"sc.exe create", WORD_COMMAND, WORD_LEFT, 0},
	{"wmic process", WORD_COMMAND, WORD_LEFT, 0},
	{"wscript.exe ", WORD_COMMAND, WORD_LEFT | WORD_ARG, 0},
	{"cscript.exe ", WORD_COMMAND, WORD_LEFT | WORD_ARG, 0},
	{"vssadmin delete", WORD_COMMAND, WORD_LEFT, 0},
	{"netsh advfirewall", WORD_COMMAND, WORD_LEFT, 0},
	{"add-mppreference", WORD_COMMAND, WORD_LEFT, 0},
	{"set-mppreference", WORD_COMMAND, WORD_LEFT, 0},
	{"osascript -e", WORD_COMMAND, WORD_LEFT | WORD_RIGHT, 0},
	{"launchctl load", WORD_COMMAND, WORD_LEFT, 0},
	{"launchctl bootstrap", WORD_COMMAND, WORD_LEFT, 0},
	{"xattr -d com.apple.quarantine", WORD_COMMAND, WORD_LEFT, 0},
	{"xattr -c ", WORD_COMMAND, WORD_LEFT, 0},
	{"crontab -", WORD_COMMAND, WORD_LEFT, 0},
	{"systemctl enable", WORD_COMMAND, WORD_LEFT, 0},
	{"chmod +x ", WORD_COMMAND, WORD_LEFT, 0},
	{"chmod 777 ", WORD_COMMAND, WORD_LEFT, 0},
	{"chmod 755 ", WORD_COMMAND, WORD_LEFT, 0},
	{"base64 -d", WORD_COMMAND, WORD_LEFT, 0},
	{"base64 --decode", WORD_COMMAND, WORD_LEFT, 0},
	{"nohup ", WORD_COMMAND, WORD_LEFT | WORD_ARG, 0},
	{"python -c ", WORD_COMMAND, WORD_LEFT, 0},
	{"python3 -c ", WORD_COMMAND, WORD_LEFT, 0},
	{"node -e ", WORD_COMMAND, WORD_LEFT, 0},
	{"perl -e ", WORD_COMMAND, WORD_LEFT, 0},
	{"nc -e ", WORD_COMMAND, WORD_LEFT, 0},

	{"-----begin rsa private key", WORD_PRIVATE_KEY, 0, 0},
	{"-----begin ec private key", WORD_PRIVATE_KEY, 0, 0},
	{"-----begin dsa private key", WORD_PRIVATE_KEY, 0, 0},
	{"-----begin private key", WORD_PRIVATE_KEY, 0, 0},
	{"-----begin encrypted private key", WORD_PRIVATE_KEY, 0, 0},
	{"-----begin openssh private key", WORD_PRIVATE_KEY, 0, 0},
	{"-----begin public key", WORD_PUBLIC_KEY, 0, 0},
	{"-----begin rsa public key", WORD_PUBLIC_KEY, 0, 0},
	{"-----begin certificate", WORD_PUBLIC_KEY, 0, 0},
	{"ssh-rsa aaaab3nza", WORD_PUBLIC_KEY, WORD_LEFT, 0},
	{"ssh-ed25519 aaaac3nza", WORD_PUBLIC_KEY, WORD_LEFT, 0},

	{"ghp_", WORD_TOKEN, WORD_LEFT, 30},
	{"gho_", WORD_TOKEN, WORD_LEFT, 30},
	{"github_pat_", WORD_TOKEN, WORD_LEFT, 20},
	{"glpat-", WORD_TOKEN, WORD_LEFT, 16},
	{"npm_", WORD_TOKEN, WORD_LEFT, 30},
	{"akia", WORD_TOKEN, WORD_LEFT, 16},
	{"xoxb-", WORD_TOKEN, WORD_LEFT, 10},
	{"xoxp-", WORD_TOKEN, WORD_LEFT, 10},
	{"sk_live_", WORD_TOKEN, WORD_LEFT, 16},
	{"pypi-ageichlwas5vcmc", WORD_TOKEN, WORD_LEFT, 20},

	{"ignore", WORD_AI_VERB, WORD_LEFT | WORD_RIGHT, 0},
	{"disregard", WORD_AI_VERB, WORD_LEFT | WORD_RIGHT, 0},
	{"forget", WORD_AI_VERB, WORD_LEFT | WORD_RIGHT, 0},
	{"override", WORD_AI_VERB, WORD_LEFT | WORD_RIGHT, 0},
	{"previous instructions", WORD_AI_OBJECT, WORD_LEFT | WORD_RIGHT, 0},
	{"prior instructions", WORD_AI_OBJECT, WORD_LEFT | WORD_RIGHT, 0},
	{"earlier instructions", WORD_AI_OBJECT, WORD_LEFT | WORD_RIGHT, 0},
	{"above instructions", WORD_AI_OBJECT, WORD_LEFT | WORD_RIGHT, 0},
	{"instructions above", WORD_AI_OBJECT, WORD_LEFT | WORD_RIGHT, 0},
	{"all instructions", WORD_AI_OBJECT, WORD_LEFT | WORD_RIGHT, 0},
	{"your instructions", WORD_AI_OBJECT, WORD_LEFT | WORD_RIGHT, 0},
	{"previous prompt", WORD_AI_OBJECT, WORD_LEFT, 0},
	{"system prompt", WORD_AI_OBJECT, WORD_LEFT | WORD_RIGHT, 0},
	{"previous directives", WORD_AI_OBJECT, WORD_LEFT, 0},
	{"language model", WORD_AI_ADDRESS, WORD_LEFT, 0},
	{"llm", WORD_AI_ADDRESS, WORD_LEFT | WORD_RIGHT, 0},
	{"llms", WORD_AI_ADDRESS, WORD_LEFT | WORD_RIGHT, 0},
	{"ai assistant", WORD_AI_ADDRESS, WORD_LEFT, 0},
	{"ai agent", WORD_AI_ADDRESS, WORD_LEFT, 0},
	{"ai reviewer", WORD_AI_ADDRESS, WORD_LEFT, 0},
	{"ai model", WORD_AI_ADDRESS, WORD_LEFT, 0},
	{"security scanner", WORD_AI_ADDRESS, WORD_LEFT, 0},
	{"automated review", WORD_AI_ADDRESS, WORD_LEFT, 0},
	{"automated scanner", WORD_AI_ADDRESS, WORD_LEFT, 0},
	{"code reviewer", WORD_AI_ADDRESS, WORD_LEFT, 0},
	{"malware analyst", WORD_AI_ADDRESS, WORD_LEFT, 0},
	{"note to reviewer", WORD_AI_ADDRESS, WORD_LEFT, 0},
	{"dear reviewer", WORD_AI_ADDRESS, WORD_LEFT, 0},
	{"do not report", WORD_AI_WISH, WORD_LEFT, 0},
	{"don't report", WORD_AI_WISH, WORD_LEFT, 0},
	{"do not flag", WORD_AI_WISH, WORD_LEFT, 0},
	{"do not analyze", WORD_AI_WISH, WORD_LEFT, 0},
	{"do not analyse", WORD_AI_WISH, WORD_LEFT, 0},
	{"mark as safe", WORD_AI_WISH, WORD_LEFT, 0},
	{"mark it as safe", WORD_AI_WISH, WORD_LEFT, 0},
	{"mark this", WORD_AI_WISH, WORD_LEFT, 0},
	{"as benign", WORD_AI_WISH, WORD_LEFT, 0},
	{"is benign", WORD_AI_WISH, WORD_LEFT, 0},
	{"as safe", WORD_AI_WISH, WORD_LEFT | WORD_RIGHT, 0},
	{"is safe", WORD_AI_WISH, WORD_LEFT | WORD_RIGHT, 0},
	{"are safe", WORD_AI_WISH, WORD_LEFT | WORD_RIGHT, 0},
	{"not malicious", WORD_AI_WISH, WORD_LEFT, 0},
	{"no malicious", WORD_AI_WISH, WORD_LEFT, 0},
	{"skip this file", WORD_AI_WISH, WORD_LEFT, 0},
	{"skip analysis", WORD_AI_WISH, WORD_LEFT, 0},
	{"false positive", WORD_AI_WISH, WORD_LEFT, 0},

	/* kept from whom an assistant works for */
	{"do not tell the user", WORD_AI_HUSH, WORD_LEFT, 0},
	{"don't tell the user", WORD_AI_HUSH, WORD_LEFT, 0},
	{"never tell the user", WORD_AI_HUSH, WORD_LEFT, 0},
	{"do not inform the user", WORD_AI_HUSH, WORD_LEFT, 0},
	{"don't inform the user", WORD_AI_HUSH, WORD_LEFT, 0},
	{"do not mention it", WORD_AI_HUSH, WORD_LEFT, 0},
	{"don't mention it", WORD_AI_HUSH, WORD_LEFT, 0},
	{"do not mention this", WORD_AI_HUSH, WORD_LEFT, 0},
	{"don't mention this", WORD_AI_HUSH, WORD_LEFT, 0},
	{"do not ask the user", WORD_AI_HUSH, WORD_LEFT, 0},
	{"don't ask the user", WORD_AI_HUSH, WORD_LEFT, 0},
	{"do not reveal this", WORD_AI_HUSH, WORD_LEFT, 0},
	{"do not disclose this", WORD_AI_HUSH, WORD_LEFT, 0},
	{"without telling the user", WORD_AI_HUSH, WORD_LEFT, 0},
	{"without informing the user", WORD_AI_HUSH, WORD_LEFT, 0},
	{"without the user knowing", WORD_AI_HUSH, WORD_LEFT, 0},
	{"without the user's knowledge", WORD_AI_HUSH, WORD_LEFT, 0},
	{"hide this from", WORD_AI_HUSH, WORD_LEFT, 0},
	{"keep this hidden", WORD_AI_HUSH, WORD_LEFT, 0},
	{"keep it secret", WORD_AI_HUSH, WORD_LEFT, 0},
	{"keep this secret", WORD_AI_HUSH, WORD_LEFT, 0},
	{"do not show the user", WORD_AI_HUSH, WORD_LEFT, 0},
	{"do not show this", WORD_AI_HUSH, WORD_LEFT, 0},
};

enum { N_WORDS = sizeof(words) / sizeof(words[0]), STATES_MAX = 4096, CLASSES_MAX = 64, NO_WORD = 0xffff };

static struct automaton {
	bool ready;
	uint8_t class_of[256];
	unsigned n_classes, n_states;
	uint16_t next[STATES_MAX][CLASSES_MAX];
	uint16_t word[STATES_MAX];   /* that ends here, NO_WORD */
	uint16_t suffix[STATES_MAX]; /* nearest state on the failure path where a word ends, 0 = none */
} machine;

static uint8_t fold(uint8_t c)
{
	if (c >= 'A' && c <= 'Z')
		return c + 32;
	return c == '\\' ? '/' : c;
}

static void build_classes(struct automaton *m)
{
	m->n_classes = 1; /* 0: in no word */
	for (size_t i = 0; i < N_WORDS; i++)
		for (const char *p = words[i].text; *p; p++)
			if (!m->class_of[(uint8_t)*p] && m->n_classes < CLASSES_MAX)
				m->class_of[(uint8_t)*p] = (uint8_t)m->n_classes++;
	for (int c = 0; c < 256; c++)
		m->class_of[c] = m->class_of[fold((uint8_t)c)];
}

static void build_trie(struct automaton *m)
{
	m->n_states = 1;
	for (size_t i = 0; i < STATES_MAX; i++)
		m->word[i] = NO_WORD;
	for (size_t i = 0; i < N_WORDS; i++) {
		unsigned state = 0;

		for (const char *p = words[i].text; *p; p++) {
			uint16_t *to = &m->next[state][m->class_of[(uint8_t)*p]];

			if (!*to && m->n_states < STATES_MAX)
				*to = (uint16_t)m->n_states++;
			state = *to;
		}
		m->word[state] = (uint16_t)i;
	}
}

/* Breadth first: missing edges are filled with those of the failure state. */
static void build_edges(struct automaton *m)
{
	static uint16_t queue[STATES_MAX], fail[STATES_MAX];
	unsigned head = 0, tail = 0;

	for (unsigned k = 0; k < m->n_classes; k++)
		if (m->next[0][k])
			queue[tail++] = m->next[0][k];
	while (head < tail) {
		uint16_t s = queue[head++], f = fail[s];

		m->suffix[s] = m->word[f] != NO_WORD ? f : m->suffix[f];
		for (unsigned k = 0; k < m->n_classes; k++) {
			uint16_t to = m->next[s][k];

			if (to) {
				fail[to] = m->next[f][k];
				queue[tail++] = to;
			} else {
				m->next[s][k] = m->next[f][k];
			}
		}
	}
	m->ready = true;
}

static bool word_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static bool boundaries(const struct word *w, struct str s, size_t from, size_t to)
{
	if (w->flags & WORD_LEFT && from > 0 && word_char(s.p[from - 1]))
		return false;
	return !(w->flags & WORD_RIGHT) || to >= s.len || !word_char(s.p[to]);
}

void words_scan(struct str s, void (*hit)(void *user, const struct word *w, size_t from, size_t to), void *user)
{
	struct automaton *m = &machine;
	unsigned state = 0;

	if (!m->ready) {
		build_classes(m);
		build_trie(m);
		build_edges(m);
	}
	for (size_t i = 0; i < s.len; i++) {
		uint8_t c = (uint8_t)s.p[i];

		if (c == '\\' && i > 0 && s.p[i - 1] == '\\')
			continue; /* "\\" in source text is one separator */
		state = m->next[state][m->class_of[c]];
		for (unsigned at = m->word[state] != NO_WORD ? state : m->suffix[state]; at; at = m->suffix[at]) {
			const struct word *w = &words[m->word[at]];
			size_t n = strlen(w->text), from = i + 1 > n ? i + 1 - n : 0;

			if (boundaries(w, s, from, i + 1))
				hit(user, w, from, i + 1);
		}
	}
}
