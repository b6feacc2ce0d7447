/* One result as Markdown: short enough for a comment, with the evidence folded away. */
#include <inttypes.h>
#include <stdio.h>

#include "report/amount.h"
#include "report/markdown_out.h"
#include "report/phrases.h"

enum { FINDINGS_MAX = 20, LIST_MAX = 10, TEXT_BYTES = 400, BLOCK_BYTES = 4000 };

struct page {
	struct report_out *out;
	struct arena arena;
	const struct document *d;
};

static void put(struct page *p, const char *z)
{
	report_put_z(p->out, z);
}

static void sentence(struct page *p, struct str s)
{
	if (s.len == 0)
		return;
	md_text(p->out, s);
	put(p, str_ends(s, ".") ? "\n\n" : ".\n\n");
}

static void heading(struct page *p)
{
	static const char *const words[VERDICT_N] = {"✅ clean", "◻️ unknown", "⚠️ review", "⛔ TAMPERED"};
	const struct document *d = p->d;

	put(p, "## ");
	put(p, words[d->verdict]);
	put(p, ": ");
	md_text(p->out, phrase_title(&p->arena, d));
	put(p, "\n\n");
	sentence(p, phrase_summary(&p->arena, d));
	put(p, "Probability ");
	put(p, amount_probability(d->probability).text);
	put(p, ".\n\n");
}

static void where(struct page *p, const struct doc_where *w)
{
	struct str member = phrase_member(&p->arena, p->d, w->member);

	if (w->line)
		member = arena_printf(&p->arena, "%.*s:%" PRIu32, STR_ARG(member), w->line);
	md_code(p->out, member, TEXT_BYTES);
}

static void rows(struct page *p, const struct doc_findings *all)
{
	put(p, "| finding | where | runs |\n|---|---|---|\n");
	for (size_t i = 0; i < all->n && i < FINDINGS_MAX; i++) {
		const struct doc_finding *f = &all->items[i];

		put(p, "| ");
		md_text(p->out, f->id);
		put(p, " ");
		md_text(p->out, f->title);
		put(p, " | ");
		where(p, &f->where);
		put(p, " | ");
		md_text(p->out, f->runs);
		put(p, " |\n");
	}
	if (all->n > FINDINGS_MAX) {
		put(p, "\nand ");
		put(p, amount_count(all->n - FINDINGS_MAX).text);
		put(p, " more.\n");
	}
	put(p, "\n");
}

static void details(struct page *p, const struct doc_findings *all)
{
	put(p, "<details><summary>Evidence</summary>\n\n");
	for (size_t i = 0; i < all->n && i < FINDINGS_MAX; i++) {
		const struct doc_finding *f = &all->items[i];
		struct str text = f->evidence.len ? f->evidence : f->subject;

		put(p, "**");
		md_text(p->out, f->id);
		put(p, "** ");
		md_text(p->out, f->why);
		put(p, f->flow.n ? "\n\n" : "\n");
		for (size_t k = 0; k < f->flow.n; k++) {
			put(p, "- ");
			md_code(p->out, f->flow.items[k], TEXT_BYTES);
			put(p, "\n");
		}
		if (f->before.len) {
			put(p, "before:\n");
			md_block(p->out, f->before, BLOCK_BYTES);
			put(p, "now:\n");
		}
		if (text.len)
			md_block(p->out, text, BLOCK_BYTES);
		for (size_t k = 0; k < f->decoded.n; k++) {
			put(p, "decoded:\n");
			md_block(p->out, f->decoded.items[k], BLOCK_BYTES);
		}
	}
	put(p, "</details>\n\n");
}

static void unseen(struct page *p)
{
	size_t n = p->d->coverage.n_blind;

	for (size_t i = 0; i < n && i < LIST_MAX; i++) {
		put(p, "- not seen: ");
		md_code(p->out, phrase_member(&p->arena, p->d, p->d->coverage.blind[i].member),
			TEXT_BYTES);
		put(p, " ");
		md_text(p->out, p->d->coverage.blind[i].reason);
		put(p, ", ");
		put(p, amount_size(p->d->coverage.blind[i].size_bytes).text);
		put(p, "\n");
	}
	if (n > LIST_MAX) {
		put(p, "- not seen: and ");
		put(p, amount_count(n - LIST_MAX).text);
		put(p, " more\n");
	}
	put(p, n ? "\n" : "");
}

static void hashes(struct page *p)
{
	const struct document *d = p->d;

	if (!d->is_inspect && d->old.sha256.len) {
		put(p, "Before: ");
		md_code(p->out, d->old.sha256, 64);
		put(p, "  \n");
	}
	put(p, "New: ");
	md_code(p->out, d->new.sha256, 64);
	put(p, "\n");
}

void report_markdown(const struct document *d, struct report_out *out)
{
	struct document copy = *d;
	struct page p = {.out = out, .d = &copy};
	struct str next;

	copy.n_members = 0; /* as in html.c */

	arena_init(&p.arena, 0);
	heading(&p);
	if (d->findings.n) {
		rows(&p, &d->findings);
		details(&p, &d->findings);
	}
	sentence(&p, phrase_changes(&p.arena, &copy));
	sentence(&p, phrase_signer(&p.arena, &copy));
	sentence(&p, phrase_approval(&p.arena, &copy));
	unseen(&p);
	sentence(&p, phrase_seen(&p.arena, &copy));
	next = phrase_next(&p.arena, &copy);
	if (next.len)
		sentence(&p, arena_printf(&p.arena, "Next: %.*s", STR_ARG(next)));
	hashes(&p);
	arena_release(&p.arena);
}
