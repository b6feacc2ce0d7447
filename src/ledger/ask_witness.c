#include "ledger/ask_witness.h"

#include <stdio.h>

#include "ledger/b64.h"

enum { ANSWER_BYTES_MAX = 64 << 10, URL_BYTES = 2048 };

static enum status make_request(struct ledger_log *log, uint64_t old, struct str note,
	struct buf *ret)
{
	char base64[B64_CHARS(TREE_HASH_BYTES) + 1];
	struct merkle_proof p = {.n = 0};

	if (old > 0 && old < log->head)
		TRY(log_prove_consistency(log, old, log->head, &p));
	buf_printf(ret, "old %llu\n", (unsigned long long)old);
	for (size_t i = 0; i < p.n; i++) {
		b64_encode(p.hashes[i].b, TREE_HASH_BYTES, base64, sizeof(base64));
		buf_printf(ret, "%s\n", base64);
	}
	buf_add_char(ret, '\n');
	buf_add_str(ret, note);
	return ret->full ? STATUS_LIMIT : STATUS_OK;
}

/* The lines of the answer that are good cosignatures of this key, appended to the note. */
static bool take_cosignatures(struct str answer, const struct vkey *key, struct buf *note)
{
	struct str text, line;
	struct note parsed;
	bool any = false;

	if (!note_parse(buf_str(note), &parsed))
		return false;
	text = parsed.text;
	while (str_line(&answer, &line)) {
		struct note_signature s;

		if (any || !note_signature_parse(line, &s) ||
			!note_signature_good(text, &s, key, NULL))
			continue;
		any = buf_add_str(note, line) && buf_add_char(note, '\n');
		/* The text may have moved. */
		text = str_part(buf_str(note), 0, text.len);
	}
	return any;
}

enum status witness_ask(struct ledger_log *log, const struct vkey *key, struct str url,
	const struct witness_transport *t, struct buf *note, char why[LOG_WHY_BYTES])
{
	char address[URL_BYTES];
	struct buf body, answer;
	uint64_t old = log->published;
	enum status status = STATUS_DENIED;
	long http = 0;

	if (snprintf(address, sizeof(address), "%.*s/add-checkpoint", STR_ARG(url)) >= URL_BYTES)
		return STATUS_USAGE;
	buf_init(&body, CHECKPOINT_BYTES_MAX + (16 << 10));
	buf_init(&answer, ANSWER_BYTES_MAX);
	/* Twice: the first answer may tell where the witness stands. */
	for (int round = 0; round < 2; round++) {
		buf_clear(&body);
		buf_clear(&answer);
		status = make_request(log, old, buf_str(note), &body);
		if (status == STATUS_OK)
			status = t->post(t->user, address, buf_str(&body), &answer, &http, why);
		if (status != STATUS_OK || http != 409)
			break;
		/* It may have stored this very head and the answer was lost: then it is asked again
		 * from there. A second refusal means that it knows another one of this size. */
		if (!decimal_parse(str_trim(buf_str(&answer)), &old) || old > log->head ||
			(round > 0 && old == log->head)) {
			snprintf(why, LOG_WHY_BYTES,
				"%.100s has seen %llu entries, and not these: was the ledger "
				"restored from a backup?",
				key->name, (unsigned long long)old);
			status = STATUS_DAMAGED;
			break;
		}
		status = STATUS_DENIED;
	}
	if (status == STATUS_OK && http == 200) {
		if (!take_cosignatures(buf_str(&answer), key, note)) {
			snprintf(why, LOG_WHY_BYTES, "%s: answered without a good cosignature",
				key->name);
			status = STATUS_DENIED;
		}
	} else if (status == STATUS_OK) {
		snprintf(why, LOG_WHY_BYTES, "%s: HTTP status %ld", key->name, http);
		status = http == 422 ? STATUS_DAMAGED : STATUS_DENIED;
	}
	buf_release(&body);
	buf_release(&answer);
	return status;
}

enum status witness_ask_all(struct ledger_log *log, const struct policy *p,
	const struct witness_transport *t, uint64_t now, struct buf *note,
	char why[LOG_WHY_BYTES])
{
	struct policy_answer answer;
	struct checkpoint c;
	struct note parsed;
	char last[LOG_WHY_BYTES] = "";

	for (size_t i = 0; i < p->n_parties; i++) {
		const struct policy_party *m = &p->parties[i];

		if (m->witness < 0 || m->url.len == 0)
			continue;
		if (witness_ask(log, &p->keys[m->witness], m->url, t, note, last) == STATUS_DAMAGED) {
			memcpy(why, last, LOG_WHY_BYTES);
			return STATUS_DAMAGED;
		}
	}
	if (!note_parse(buf_str(note), &parsed) || !checkpoint_parse(parsed.text, &c))
		return STATUS_DAMAGED;
	policy_judge(p, &parsed, &c, now + 300, &answer);
	if (answer.log_good && answer.quorum)
		return STATUS_OK;
	snprintf(why, LOG_WHY_BYTES, "%s%s%.200s",
		answer.log_good ? "too few witnesses" : "the policy does not name this log's key",
		last[0] ? ": " : "", last);
	return STATUS_DENIED;
}
