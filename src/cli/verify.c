/* assay verify: is it what its publisher meant to ship? */
#include <time.h>

#include "assay_verify.h"
#include "cli/common.h"
#include "cli/verbs.h"
#include "verify/ask.h"

static const char *const reasons[] = {
	[ASSAY_VERIFY_PROOF] = "no proof",
	[ASSAY_VERIFY_FILE] = "other bytes",
	[ASSAY_VERIFY_LEFTOVER] = "bytes beside the signature",
	[ASSAY_VERIFY_INCLUSION] = "not in the log",
	[ASSAY_VERIFY_LOG] = "not the log",
	[ASSAY_VERIFY_WITNESSES] = "not witnessed",
	[ASSAY_VERIFY_STALE] = "stale",
	[ASSAY_VERIFY_APPROVERS] = "not approved",
	[ASSAY_VERIFY_KEYSET] = "unknown key set",
	[ASSAY_VERIFY_OTHER] = "another release",
	[ASSAY_VERIFY_ROLLBACK] = "rollback",
	[ASSAY_VERIFY_REVOKED] = "revoked",
	[ASSAY_VERIFY_NOT_REBUILT] = "not rebuilt yet",
	[ASSAY_VERIFY_DIFFERS] = "rebuilds differ",
};

static int run(const struct settings *s)
{
	const struct ask a = {.file = s->args[0], .proof = s->proof, .trust = s->trust,
		.more = s->more, .seen = s->seen, .name = s->name, .product = s->product,
		.channel = s->channel, .version = s->release,
		.now_utc = s->has_now ? s->now_utc : (int64_t)time(NULL)};
	int status;

	if (!s->trust) {
		say_error("--trust FILE says what you have pinned about the publisher");
		return say_exit(s, EXIT_NO_ANSWER, VERDICT_CLEAN);
	}
	status = ask_verify(&a);
	if (status >= ASSAY_VERIFY_PROOF)
		say(s, "exit %d: refused: %s", status, reasons[status]);
	else if (status != ASSAY_VERIFY_OK)
		say_exit(s, EXIT_NO_ANSWER, VERDICT_CLEAN);
	return status;
}

const struct verb verb_verify = {
	.name = "verify",
	.bit = VERB_VERIFY,
	.args = "FILE",
	.summary = "say whether FILE is what its publisher meant to ship",
	.text = "Works offline from one proof: enough approvers meant these bytes, they stand in the "
		"publisher's public log, enough witnesses have seen that log, nobody has taken them "
		"back, and builders who built them again got the same. FILE is opened once and hashed "
		"from that descriptor. The answer is graded; the exit status names the first reason to "
		"refuse: 10 no proof, 11 other bytes, 12 bytes beside the signature, 13 not in the "
		"log, 14 not the log, 15 not witnessed, 16 stale, 17 not approved, 18 unknown key set, "
		"19 another release, 20 rollback, 21 revoked, 22 not rebuilt yet, 23 rebuilds differ. "
		"These numbers never change. The program assay-verify asks the same question and is "
		"one small static file.",
	.examples = "assay verify agent.exe --trust vendor.assay-trust\tis it what they meant?\n"
		    "assay verify agent.exe --trust vendor.assay-trust --seen seen.txt\tand not older "
		    "than the last\n",
	.min_args = 1,
	.max_args = 1,
	.run = run,
};
