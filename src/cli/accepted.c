#include "cli/accepted.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cli/common.h"
#include "cli/run.h"
#include "disclose/yara_try.h"

struct looking {
	const struct settings *s;
	struct disclosure *d;
	struct yara_rules rules;
	struct yara_try *yara;
	bool *matched; /* one a rule */
	struct accepted_value *found;
	size_t n_found, room_found;
	size_t unseen;
	uint64_t bytes; /* of all members */
};

static void found(struct looking *l, struct str value, struct str where)
{
	for (size_t i = 0; i < l->n_found; i++)
		if (str_equal(l->found[i].value, value))
			return;
	*ARENA_PUSH(l->d->arena, l->found, l->n_found, l->room_found) =
		(struct accepted_value){arena_str(l->d->arena, value), where};
}

static void compare_digest(struct looking *l, const char *hex, struct str where)
{
	const struct case_file *c = l->d->c;

	for (size_t i = 0; *hex && i < c->indicators.n; i++)
		if (str_is(c->indicators.items[i].kind, "sha256") &&
			str_equal_nocase(c->indicators.items[i].value, str_of(hex)))
			found(l, c->indicators.items[i].value, where);
}

/* The pages that hold [offset, offset + n). */
static bool scan(struct looking *l, int fd, uint64_t offset, uint64_t n)
{
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE), skip = offset % page;
	void *p = mmap(NULL, (size_t)(n + skip), PROT_READ, MAP_PRIVATE, fd, (off_t)(offset - skip));
	enum status s;

	if (p == MAP_FAILED)
		return false;
	s = yara_try_scan(l->yara, (const char *)p + skip, (size_t)n, l->s->unconfined, l->matched);
	munmap(p, (size_t)(n + skip));
	return s == STATUS_OK;
}

static void take_matches(struct looking *l, struct str where)
{
	for (size_t i = 0; i < l->rules.n; i++) {
		if (!l->matched[i])
			continue;
		l->matched[i] = false;
		found(l, l->rules.items[i].name, where);
		if (l->rules.items[i].value.len)
			found(l, l->rules.items[i].value, where);
	}
}

static bool take(void *user, const struct assay_member *m)
{
	struct looking *l = user;
	struct str where = arena_str(l->d->arena, str_of(m->name));

	l->bytes += m->size_bytes;
	compare_digest(l, m->sha256, where);
	if (!m->seen || (m->size_bytes && !scan(l, m->fd, m->offset, m->size_bytes))) {
		say(l->s, "%s: not looked at, so what stands in it is not known", shown(m->name).text);
		l->unseen++;
	}
	take_matches(l, where);
	return !interrupted;
}

static bool one_release(struct looking *l, struct run *r, const char *given)
{
	struct input in;
	struct failure why;
	enum assay_status status = ASSAY_USAGE;
	uint64_t before = l->bytes;
	bool good;

	if (!input_open(l->s, given, &in, &why))
		say_error("%s", why.text);
	else if ((status = assay_members(r->assay, input_path(&in), take, l)) != ASSAY_OK && !interrupted)
		say_error("%s", assay_error(r->assay));
	input_close(&in);
	good = status == ASSAY_OK && l->bytes > before;
	if (status == ASSAY_OK && !good && !interrupted)
		say_error("%s: nothing is in it, so it is no release that was accepted", shown(given).text);
	return good;
}

bool accepted_look(const struct settings *s, struct disclosure *d)
{
	struct looking l = {.s = s, .d = d};
	struct run r = {0};
	struct str why;
	bool ok;

	if (s->accepted.n == 0)
		return true;
	yara_rules_make(d, &l.rules);
	l.matched = ARENA_ARRAY(d->arena, l.rules.n + 1, bool);
	ok = run_prepare(&r, s) && run_start(&r);
	if (ok && yara_try_open(d->arena, &l.rules, &l.yara, &why) != STATUS_OK) {
		say_error("%s", shown(arena_str(d->arena, why).p).text);
		ok = false;
	}
	for (size_t i = 0; ok && i < s->accepted.n; i++)
		ok = one_release(&l, &r, s->accepted.items[i]);
	yara_try_close(l.yara);
	run_close(&r);
	d->accepted = l.found;
	d->n_accepted = l.n_found;
	d->accepted_seen = ok && l.unseen == 0;
	return ok;
}
