#include "read/entries_int.h"
#include "util/buf.h"

enum { ENTRY_VALUE_BYTES = ENTRIES_TEXT_MAX };

bool maker_step(struct maker *m, size_t n)
{
	if (m->out->limit || !budget_step(m->budget, n / 16 + 1)) {
		m->out->limit = true;
		return false;
	}
	return true;
}

static bool path_add(struct maker *m, struct str key)
{
	size_t before = m->path_len;

	if (key.len + 1 > sizeof(m->path) - m->path_len)
		return false;
	if (before && key.len)
		m->path[m->path_len++] = '/';
	if (key.len)
		memcpy(m->path + m->path_len, key.p, key.len);
	m->path_len += key.len;
	return true;
}

bool maker_enter(struct maker *m, struct str key)
{
	size_t before = m->path_len;

	if (m->depth >= MAKER_DEPTH || !path_add(m, key)) {
		m->out->limit = true;
		return false;
	}
	m->ends[m->depth] = before;
	m->groups[m->depth + 1] = m->groups[m->depth];
	m->depth++;
	return true;
}

void maker_leave(struct maker *m)
{
	if (m->depth)
		m->path_len = m->ends[--m->depth];
}

void maker_group(struct maker *m)
{
	m->groups[m->depth] = ++m->last_group;
}

void maker_put(struct maker *m, struct str key, struct str value, size_t at, size_t len, bool own_lines)
{
	size_t before = m->path_len;
	struct manifest_entry *e;

	if (m->out->n >= ENTRIES_MAX || value.len > ENTRY_VALUE_BYTES || !path_add(m, key)) {
		m->out->limit = true;
		return;
	}
	e = ARENA_PUSH(m->arena, m->out->items, m->out->n, m->out->room);
	e->path = arena_str(m->arena, str_view(m->path, m->path_len));
	m->path_len = before;
	e->value = value;
	e->at = at < m->text.len ? at : m->text.len;
	e->len = len < m->text.len - e->at ? len : m->text.len - e->at;
	e->group = m->groups[m->depth];
	e->own_lines = own_lines;
}

size_t maker_at(const struct maker *m, struct str view, size_t otherwise)
{
	bool inside = view.p && view.p >= m->text.p && view.p <= m->text.p + m->text.len;

	return inside ? (size_t)(view.p - m->text.p) : otherwise;
}

static bool is_plain_word(struct str word)
{
	for (size_t i = 0; i < word.len; i++) {
		char c = word.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
			    strchr("_-./:=@%+,$\\{}", c)))
			return false;
	}
	return word.len > 0;
}

void joined_begin(struct joined *j, struct buf *room)
{
	*j = (struct joined){.line = room};
	buf_clear(room);
}

void joined_put(struct maker *m, struct joined *j, struct str key, size_t from, size_t to)
{
	if (!j->n)
		return;
	if (j->line->full)
		m->out->limit = true;
	maker_put(m, key, arena_str(m->arena, buf_str(j->line)), from, to > from ? to - from : 0, false);
	if (m->out->n)
		m->out->items[m->out->n - 1].joined = true;
	j->n = 0;
}

void joined_add(struct joined *j, struct str word, size_t at, size_t len)
{
	if (j->n++ == 0)
		j->from = at;
	else
		buf_add_char(j->line, ' ');
	j->to = at + len;
	if (is_plain_word(word)) {
		buf_add_str(j->line, word);
		return;
	}
	buf_add_char(j->line, '\'');
	for (size_t i = 0; i < word.len; i++)
		if (word.p[i] == '\'')
			buf_add_z(j->line, "'\\''");
		else
			buf_add_char(j->line, word.p[i]);
	buf_add_char(j->line, '\'');
}

void entries_read(struct arena *a, struct budget *b, enum syntax syntax, struct str text, struct entries *ret)
{
	struct maker *m = ARENA_NEW(a, struct maker);

	memset(ret, 0, sizeof(*ret));
	m->arena = a;
	m->budget = b;
	m->out = ret;
	m->text = text;
	if (text.len > ENTRIES_TEXT_MAX || !maker_step(m, text.len)) {
		ret->limit = true;
		return;
	}
	switch (syntax) {
	case SYNTAX_LITERAL: entries_literal(m); break;
	case SYNTAX_INI: entries_ini(m, true); break;
	case SYNTAX_GIT_INI: entries_ini(m, false); break;
	case SYNTAX_TOML: entries_toml(m); break;
	case SYNTAX_YAML: entries_yaml(m); break;
	case SYNTAX_XML: entries_xml(m, false); break;
	case SYNTAX_PLIST: entries_plist(m); break;
	case SYNTAX_LINES: entries_lines(m); break;
	case SYNTAX_DOCKER: entries_docker(m); break;
	case SYNTAX_CRON: entries_cron(m, true); break;
	case SYNTAX_CRONTAB: entries_cron(m, false); break;
	case SYNTAX_UDEV: entries_udev(m); break;
	case SYNTAX_PAM: entries_pam(m); break;
	case SYNTAX_APT: entries_apt(m); break;
	case SYNTAX_LOGROTATE: entries_logrotate(m); break;
	case SYNTAX_TMPFILES: entries_tmpfiles(m); break;
	case SYNTAX_SYSUSERS: entries_sysusers(m); break;
	case SYNTAX_INITTAB: entries_inittab(m); break;
	case SYNTAX_GEMSPEC: entries_gemspec(m); break;
	case SYNTAX_MAKE: entries_make(m); break;
	case SYNTAX_CMAKE: entries_cmake(m); break;
	case SYNTAX_M4: entries_m4(m); break;
	}
}

struct str entry_key(const struct manifest_entry *e)
{
	size_t slash = str_rfind_char(e->path, '/');

	return slash == SIZE_MAX ? e->path : str_part(e->path, slash + 1, e->path.len);
}

struct str entry_sibling(const struct entries *e, const struct manifest_entry *of, const char *key)
{
	size_t i = (size_t)(of - e->items), from = i > 1024 ? i - 1024 : 0;

	for (i = from; i < e->n && i < from + 4096; i++)
		if (e->items[i].group == of->group && str_is(entry_key(&e->items[i]), key))
			return e->items[i].value;
	return STR_NONE;
}
