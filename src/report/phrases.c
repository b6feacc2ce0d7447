#include "report/phrases.h"

#include "report/amount.h"
#include "util/buf.h"
#include "util/escape.h"

enum { NAME_CHARACTERS = 40 };

static struct str safe(struct arena *a, struct str raw, size_t max)
{
	return escape_text(a, raw, max);
}

struct str phrase_name(struct arena *a, const struct doc_release *r)
{
	struct str s = safe(a, r->name.len ? r->name : str_basename(r->path), 200);
	size_t at = 0, before = 0;

	for (size_t n = 0; at < s.len && n < NAME_CHARACTERS; n++) {
		before = at;
		utf8_next(s, &at);
	}
	return at < s.len ? arena_printf(a, "%.*s…", (int)before, s.p) : s;
}

struct str phrase_title(struct arena *a, const struct document *d)
{
	struct str new_name = phrase_name(a, &d->new), new_version = safe(a, d->new.version, 60);
	struct str old_name, old_version;
	bool versions = d->new.version.len > 0;

	if (d->is_inspect)
		return arena_printf(a, "%.*s%s%.*s", STR_ARG(new_name), versions ? " " : "",
			STR_ARG(new_version));
	old_name = phrase_name(a, &d->old);
	old_version = safe(a, d->old.version, 60);
	versions = versions && d->old.version.len;
	if (str_equal(old_name, new_name) && versions)
		return arena_printf(a, "%.*s %.*s → %.*s", STR_ARG(new_name), STR_ARG(old_version),
			STR_ARG(new_version));
	if (versions)
		return arena_printf(a, "%.*s %.*s → %.*s %.*s", STR_ARG(old_name),
			STR_ARG(old_version), STR_ARG(new_name), STR_ARG(new_version));
	return arena_printf(a, "%.*s → %.*s", STR_ARG(old_name), STR_ARG(new_name));
}

static void add_sentence(struct buf *b, struct str s)
{
	if (s.len == 0)
		return;
	if (b->len)
		buf_add_char(b, ' ');
	buf_add_str(b, s);
	if (s.p[s.len - 1] != '.' && s.p[s.len - 1] != '!' && s.p[s.len - 1] != '?')
		buf_add_char(b, '.');
}

struct str phrase_summary(struct arena *a, const struct document *d)
{
	struct buf b;
	struct str s;

	buf_init(&b, 1 << 20);
	add_sentence(&b, d->summary);
	for (size_t i = 0; i < d->notes.n; i++)
		add_sentence(&b, d->notes.items[i]);
	s = arena_str(a, buf_str(&b));
	buf_release(&b);
	return s;
}

static void count_word(struct buf *b, uint64_t n, const char *word)
{
	if (n)
		buf_printf(b, "%s%s %s", b->len ? ", " : "", amount_count(n).text, word);
}

struct str phrase_changes(struct arena *a, const struct document *d)
{
	const struct doc_delta *x = &d->delta;
	struct buf b;
	struct str s;

	if (d->is_inspect && d->n_members)
		return arena_printf(a, "Looked into %s %s; %s read in full",
			amount_count(d->n_members).text, d->n_members == 1 ? "file" : "files",
			amount_count(d->cost.members_parsed).text);
	if (d->is_inspect)
		return arena_printf(a, "%s %s read in full", amount_count(d->cost.members_parsed).text,
			d->cost.members_parsed == 1 ? "file" : "files");
	buf_init(&b, 512);
	count_word(&b, x->identical, x->identical == 1 ? "file identical" : "files identical");
	count_word(&b, x->changed.n, "changed");
	count_word(&b, x->added.n, "added");
	count_word(&b, x->removed.n, "removed");
	count_word(&b, x->n_renamed, "renamed");
	count_word(&b, x->n_attributes,
		x->n_attributes == 1 ? "attribute changed" : "attributes changed");
	s = arena_printf(a, "%s%.*s", d->findings.n ? "Otherwise ordinary: " : "",
		STR_ARG(b.len ? buf_str(&b) : STR("no file differs")));
	buf_release(&b);
	return s;
}

struct str phrase_signer(struct arena *a, const struct document *d)
{
	const struct doc_signer *o = &d->provenance.old, *n = &d->provenance.new;
	const char *how = n->verified ? "Signer" : "Signer as stated";
	bool same_key = n->key_sha256.len && str_equal(o->key_sha256, n->key_sha256);
	struct str was = safe(a, o->subject, 200), is = safe(a, n->subject, 200);

	if (!n->is_signed && !(o->is_signed && !d->is_inspect))
		return str_is(d->new.kind, "nsis") || str_is(d->new.kind, "pe") ? STR("Not signed")
										: STR_NONE;
	if (!n->is_signed)
		return arena_printf(a, "OLD was signed (%.*s), NEW is not", STR_ARG(was));
	if (d->is_inspect || !o->is_signed)
		return arena_printf(a, "%s: %.*s%s", how, STR_ARG(is),
			d->is_inspect ? "" : "; OLD was not signed");
	if (str_equal(o->subject, n->subject) && (same_key || !n->key_sha256.len))
		return arena_printf(a, "%s unchanged (%.*s%s)%s", how, STR_ARG(is),
			same_key ? ", same key" : "",
			d->verdict == VERDICT_TAMPERED
				? ": the vendor's build or key is in doubt, not the download"
				: "");
	return arena_printf(a, "%s changed: %.*s → %.*s", how, STR_ARG(was),
		STR_ARG(str_equal(o->subject, n->subject) ? STR("the same name with another key") : is));
}

struct str phrase_approval(struct arena *a, const struct document *d)
{
	const struct doc_approval *x = &d->provenance.new_approval;

	if (!x->asked)
		return STR_NONE;
	if (x->status == 0)
		return arena_printf(a, "In the publisher's ledger: %u of %u approvers, witnessed%s",
			x->approvers, x->approvers_need,
			x->rebuilt ? ", rebuilt independently with the same bytes" : "");
	return arena_printf(a, "The publisher's ledger does not vouch for it: %.*s",
		STR_ARG(safe(a, x->why, 240)));
}

struct str phrase_seen(struct arena *a, const struct document *d)
{
	uint64_t parsed = d->coverage.parsed_bytes, shallow = d->coverage.shallow_bytes;
	uint64_t blind = d->coverage.blind_bytes, all = parsed + shallow + blind;

	if (all == 0)
		return STR_NONE;
	return arena_printf(a,
		"Seen of %s that %s: %u %% parsed, %u %% shallow (strings and structure), %u %% not at all",
		amount_size(all).text, d->is_inspect ? "it holds" : "changed",
		amount_percent(parsed, all), amount_percent(shallow, all),
		amount_percent(blind, all));
}

static struct str usual_next(struct arena *a, const struct document *d)
{
	struct str hash = str_part(safe(a, d->new.sha256, 64), 0, 16);
	struct str id = d->findings.n ? safe(a, d->findings.items[0].id, 20) : STR("ID");

	switch (d->verdict) {
	case VERDICT_TAMPERED:
		return arena_printf(a,
			"do not install it; block sha256:%.*s%s; ask the vendor by another channel; "
			"assay explain %.*s",
			STR_ARG(hash), d->new.sha256.len > 16 ? "…" : "", STR_ARG(id));
	case VERDICT_REVIEW:
		return arena_printf(a,
			"have someone look at the places above before rolling out; assay explain %.*s",
			STR_ARG(id));
	case VERDICT_UNKNOWN:
		return STR("look at what was not seen by other means, or ask the vendor what changed "
			   "there");
	default:
		return STR_NONE;
	}
}

struct str phrase_next(struct arena *a, const struct document *d)
{
	struct buf b;
	struct str s;

	if (d->next.n == 0)
		return usual_next(a, d);
	buf_init(&b, 4096);
	for (size_t i = 0; i < d->next.n; i++) {
		buf_add_z(&b, i ? "; " : "");
		buf_add_str(&b, safe(a, d->next.items[i], 300));
	}
	s = arena_str(a, buf_str(&b));
	buf_release(&b);
	return s;
}

static struct str without(struct str raw, struct str label)
{
	struct str rest = str_part(raw, label.len, raw.len);

	if (label.len && str_equal(str_part(raw, 0, label.len), label) && str_starts(rest, "!/"))
		return str_part(rest, 2, rest.len);
	return raw;
}

struct str phrase_member(struct arena *a, const struct document *d, struct str member)
{
	struct str rest = member;

	if (member.len == 0)
		return STR("(the release itself)");
	rest = without(member, d->new.label.len ? d->new.label : str_basename(d->new.path));
	if (rest.len == member.len)
		rest = without(member, d->old.label.len ? d->old.label : str_basename(d->old.path));
	return safe(a, rest, 5000);
}
