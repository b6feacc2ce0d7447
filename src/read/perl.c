/*
 * Perl by its lines: what a client sent and is run, what is decoded and run, a socket that becomes the streams of a
 * shell, and passwords and keys that leave or are kept. Ends are joined when they stand in new lines near each other.
 */
#include "read/perl.h"

#include "read/fresh_lines.h"
#include "read/host.h"

enum { SENT_MAX = 32, NEAR_LINES = 12 };

bool is_perl(struct str path, struct cursor bytes)
{
	static const char *const endings[] = {".pl", ".pm", ".cgi"};
	struct str head = str_view(bytes.base, bytes.len < 64 ? bytes.len : 64), line;

	if (bytes.base && str_starts(head, "#!") && str_line(&head, &line))
		return str_has(line, "perl");
	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++)
		if (str_ends_nocase(path, endings[i]))
			return true;
	return false;
}

static bool in_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* Where a word stands by itself, SIZE_MAX if it does not. */
static size_t word_at(struct str line, const char *word)
{
	size_t n = strlen(word), from = 0;

	while (from < line.len) {
		size_t at = str_find_z(str_part(line, from, line.len), word);

		if (at == SIZE_MAX)
			return SIZE_MAX;
		at += from;
		if ((!at || (!in_word(line.p[at - 1]) && line.p[at - 1] != '$' && line.p[at - 1] != '>' && line.p[at - 1] != '\'' &&
				    line.p[at - 1] != '"')) &&
			(at + n >= line.len || !in_word(line.p[at + n])))
			return at;
		from = at + n;
	}
	return SIZE_MAX;
}

/* What a client of the server sent, as scripts of its kind name it. */
static bool brings_request(struct str s)
{
	static const char *const words[] = {"$in{", "$FORM{", "$form{", "$ENV{QUERY_STRING}", "$ENV{'QUERY_STRING'}", "$ENV{\"QUERY_STRING\"}",
		"$ENV{'HTTP_", "$ENV{HTTP_", "$ENV{\"HTTP_", "->param(", "$query{", "$cgi->", "$params{"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (str_has(s, words[i]))
			return true;
	return false;
}

/* Words that end the part of a line that a call has for itself. */
static struct str call_part(struct str line, size_t from)
{
	size_t end = from;

	while (end < line.len && line.p[end] != ';')
		end++;
	return str_part(line, from, end);
}

/* What a line runs: the word, and in ret what is handed to it. */
static const char *runs_what(struct str line, struct str *ret)
{
	static const char *const words[] = {"qx", "system", "exec", "eval", "readpipe"};
	size_t open, close;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t at = word_at(line, words[i]);

		if (at == SIZE_MAX)
			continue;
		*ret = call_part(line, at + strlen(words[i]));
		return words[i];
	}
	open = word_at(line, "open");
	if (open != SIZE_MAX && (str_has(line, "\"-|\"") || str_has(line, "'-|'") || str_has(line, "\"|-\"") || str_has(line, "'|-'"))) {
		size_t mode = str_find_z(line, "|");

		*ret = call_part(line, mode + 3 < line.len ? mode + 3 : line.len);
		return "open";
	}
	open = str_find_z(line, "`");
	close = open == SIZE_MAX ? SIZE_MAX : str_find_z(str_part(line, open + 1, line.len), "`");
	if (close == SIZE_MAX)
		return NULL;
	*ret = str_part(line, open + 1, open + 1 + close);
	return "`command`";
}

/* The variables that somewhere in NEW are set to what the client sent. */
struct sent {
	struct str name[SENT_MAX];
	size_t n;
};

static void sent_collect(struct sent *s, struct read_in *in, struct str text)
{
	struct str line;

	while (s->n < SENT_MAX && str_line(&text, &line) && budget_step(in->budget, 1 + line.len / 32)) {
		size_t is = str_find_z(line, "="), from;

		if (is == SIZE_MAX || !brings_request(str_part(line, is, line.len)))
			continue;
		while (is && line.p[is - 1] == ' ')
			is--;
		for (from = is; from && in_word(line.p[from - 1]);)
			from--;
		if (from && from < is && line.p[from - 1] == '$')
			s->name[s->n++] = str_part(line, from - 1, is - from + 1);
	}
}

/* Is what is run nothing but such a variable, as it stands or unpacked? */
static bool is_sent(const struct sent *s, struct str handed)
{
	static const char *const unpacks[] = {"pack", "decode_base64", "MIME::Base64::decode"};

	for (;;) {
		bool more = false;

		while (handed.len && strchr(" ,('\"/{\t", handed.p[0]))
			handed = str_part(handed, 1, handed.len);
		for (size_t i = 0; i < sizeof(unpacks) / sizeof(unpacks[0]) && !more; i++)
			if (str_starts(handed, unpacks[i])) {
				size_t at = str_find_z(handed, "$");

				handed = str_part(handed, at == SIZE_MAX ? handed.len : at, handed.len);
				more = true;
			}
		if (!more)
			break;
	}
	for (size_t i = 0; i < s->n; i++)
		if (handed.len >= s->name[i].len && str_equal(str_part(handed, 0, s->name[i].len), s->name[i]) &&
			(handed.len == s->name[i].len || !in_word(handed.p[s->name[i].len])))
			return true;
	return false;
}

/* ---- ends that stand near each other ---- */

struct ways {
	uint32_t socket, streams, secret, append, pipe, fetch; /* the last new line with one, 0 = none */
};

static bool has_one_of(struct str s, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_has(s, words[i]))
			return true;
	return false;
}

#define HAS_ONE_OF(s, words) has_one_of(s, words, sizeof(words) / sizeof((words)[0]))

static bool is_near(uint32_t line, uint32_t now)
{
	return line && now - line <= NEAR_LINES;
}

/* $pass, $password: the variable itself, not $password_file. */
static bool names_password(struct str line)
{
	static const char *const names[] = {"$pass", "$password", "$passwd", "$passphrase", "{password}", "{passwd}", "{'password'}"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		size_t at = str_find_z(line, names[i]), end = at + strlen(names[i]);

		if (at != SIZE_MAX && (names[i][0] == '{' || end >= line.len || !in_word(line.p[end])))
			return true;
	}
	return false;
}

static void say(struct fresh_lines *f, struct str line, const char *key, struct str value, uint64_t number, const char *detail)
{
	struct fact x = fresh_fact(f, FACT_FLOW, line);

	x.key = str_of(key);
	x.value = value;
	x.flags = FACT_NEW_SOURCE | FACT_NEW_SINK;
	x.number = number;
	x.detail = str_of(detail);
	read_fact(f->in, &x);
}

/* The host that a line names, by an address or beside PeerAddr and its kin. */
static struct str host_named(struct fresh_lines *f, struct str line)
{
	static const char *const peers[] = {"PeerAddr", "PeerHost", "inet_aton", "gethostbyname"};
	size_t at = str_find_z(line, "://"), from;

	if (at != SIZE_MAX) {
		size_t end = at + 3;

		while (end < line.len && !strchr(" '\"/?\\)", line.p[end]))
			end++;
		return host_of(f->in->arena, str_part(line, at + 1, end - at - 1));
	}
	for (size_t i = 0; i < sizeof(peers) / sizeof(peers[0]); i++) {
		at = str_find_z(line, peers[i]);
		if (at == SIZE_MAX)
			continue;
		for (from = at + strlen(peers[i]); from < line.len && line.p[from] != '\'' && line.p[from] != '"';)
			from++;
		for (at = ++from; at < line.len && line.p[at] != '\'' && line.p[at] != '"';)
			at++;
		if (from < line.len)
			return host_of(f->in->arena, arena_printf(f->in->arena, "//%.*s", STR_ARG(str_part(line, from, at - from))));
	}
	return STR_NONE;
}

/* eval decode_base64("..."); print $shell unpack(...) */
static void decoded_and_run(struct ways *w, struct fresh_lines *f, struct str line, const char *what, struct str handed)
{
	static const char *const decoders[] = {"decode_base64", "pack('H", "pack(\"H", "pack 'H", "pack \"H", "unpack('u", "unpack(\"u", "unpack 'u", "uncompress(", "Compress::Zlib::memGunzip"};
	static const char *const shells[] = {"'sh'", "\"sh\"", "'bash'", "\"bash\"", "|sh\"", "|sh'", "| sh\"", "| sh'", "|/bin/sh", "| /bin/sh", "|bash", "| bash", "'/bin/sh'", "\"/bin/sh\""};

	if (word_at(line, "open") != SIZE_MAX && str_has(line, "|") && HAS_ONE_OF(line, shells))
		w->pipe = f->number;
	if (!HAS_ONE_OF(line, decoders))
		return;
	if (what && HAS_ONE_OF(handed, decoders) && !str_starts(str_trim(handed), "{")) /* a block whose errors are caught */
		say(f, line, str_is(str_of(what), "eval") ? "data>code" : "data>exec", STR_NONE, 3, "decoded\n-> run");
	else if (is_near(w->pipe, f->number) && (word_at(line, "print") != SIZE_MAX || word_at(line, "printf") != SIZE_MAX))
		say(f, line, "data>exec", STR_NONE, 3, "decoded\n-> input of a shell");
}

/* open(my $in, '-|', 'curl -s ...'); eval <$in>; */
static void fetched_and_run(struct ways *w, struct fresh_lines *f, struct str line, const char *what, struct str handed)
{
	if (word_at(line, "open") != SIZE_MAX && str_has(line, "-|") && str_has(line, "://"))
		w->fetch = f->number;
	if (is_near(w->fetch, f->number) && word_at(line, "eval") != SIZE_MAX && what && str_starts(str_trim(handed), "<"))
		say(f, line, "net>code", host_named(f, line), 3, "what a program fetches\n-> eval");
}

static void shell_of_socket(struct ways *w, struct fresh_lines *f, struct str line)
{
	static const char *const sockets[] = {"IO::Socket", "sockaddr_in"};
	static const char *const streams[] = {"'>&", "\">&", "'<&", "\"<&"};
	static const char *const shells[] = {"/bin/sh", "/bin/bash", "'sh ", "\"sh "};

	if (HAS_ONE_OF(line, sockets) || word_at(line, "socket") != SIZE_MAX)
		w->socket = f->number;
	if (HAS_ONE_OF(line, streams) && (str_has(line, "STDIN") || str_has(line, "STDOUT")))
		w->streams = f->number;
	if (is_near(w->socket, f->number) && is_near(w->streams, f->number) && HAS_ONE_OF(line, shells) &&
		(word_at(line, "exec") != SIZE_MAX || word_at(line, "system") != SIZE_MAX)) {
		say(f, line, "net>exec", STR_NONE, 3, "reverse shell");
		w->socket = w->streams = 0;
	}
}

static void secrets_leave(struct ways *w, struct fresh_lines *f, struct str line)
{
	static const char *const keys[] = {"/.ssh/id_", "/.ssh/identity", "/.aws/credentials", "/.netrc", "/.gnupg/", "/.git-credentials", "/etc/shadow",
		"/.npmrc", "/.kube/config", "/ssh_host_"};
	static const char *const sends[] = {"->post", "->print", "->send", "HTTP::Request", "->get(", "print S ", "send(", "->put("};
	bool password = names_password(line), key = HAS_ONE_OF(line, keys), near_key;
	struct str host;

	if (key)
		w->secret = f->number;
	if (word_at(line, "open") != SIZE_MAX && (str_has(line, "'>>") || str_has(line, "\">>")))
		w->append = f->number;
	if (password && is_near(w->append, f->number) && word_at(line, "print") != SIZE_MAX)
		say(f, line, "cred>file", str_has(line, "/tmp") ? STR("/tmp/") : STR_NONE, 3, "parameter password\n-> print\nappended to what is there");
	if (str_has(line, "%ENV") && HAS_ONE_OF(line, sends) && host_named(f, line).len)
		say(f, line, "env>net", host_named(f, line), 3, "%ENV\n-> sent");
	near_key = is_near(w->secret, f->number) && HAS_ONE_OF(line, sends);
	if (!near_key && !(password && HAS_ONE_OF(line, sends)))
		return;
	host = host_named(f, line);
	if (!host.len)
		return;
	say(f, line, "cred>net", host, near_key ? 2 : 3, near_key ? "file of keys\n-> sent" : "parameter password\n-> sent");
	w->secret = 0;
}

void perl_facts(struct read_in *in)
{
	struct fresh_lines f;
	struct str line, handed;
	struct sent sent = {.n = 0};
	struct ways ways = {.socket = 0};

	if (!fresh_begin(&f, in))
		return;
	sent_collect(&sent, in, f.text);
	while (fresh_next(&f, &line)) {
		bool passed_over = line.p[0] == '#' || line.p[0] == '=';
		const char *what = passed_over ? NULL : runs_what(line, &handed);

		if (passed_over)
			continue;
		if (what && (brings_request(handed) || is_sent(&sent, handed) || (brings_request(line) && str_has(line, "=~") && str_has(handed, "$1"))))
			say(&f, line, str_is(str_of(what), "eval") ? "request>code" : "request>exec", STR_NONE, 3,
				arena_printf(in->arena, "what the client sent\n-> %s", what).p);
		decoded_and_run(&ways, &f, line, what, handed);
		fetched_and_run(&ways, &f, line, what, handed);
		shell_of_socket(&ways, &f, line);
		secrets_leave(&ways, &f, line);
	}
}
