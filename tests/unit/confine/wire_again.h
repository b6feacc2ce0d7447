/* Reads a payload as its type says and writes it again: what get accepts, put must reproduce. */
#ifndef ASSAY_TESTS_CONFINE_WIRE_AGAIN_H
#define ASSAY_TESTS_CONFINE_WIRE_AGAIN_H

#include "confine/wire.h"

/* False: refused. True: *out has one frame more. */
static inline bool wire_again(enum frame_type type, struct cursor payload, struct buf *out)
{
	union {
		struct wire_done done;
		struct wire_container container;
		struct entry child;
		struct str data;
		struct wire_child_end child_end;
		struct wire_oddity oddity;
		struct wire_span span;
		struct wire_alias alias;
		struct wire_job job;
		struct unit unit;
		struct fact fact;
		struct wire_cover cover;
	} v;

	switch (type) {
	case FRAME_DONE:
		return wire_done_get(&payload, &v.done) && wire_done_put(out, &v.done);
	case FRAME_CONTAINER:
		return wire_container_get(&payload, &v.container) &&
			wire_container_put(out, &v.container);
	case FRAME_CHILD:
		return wire_child_get(&payload, &v.child) && wire_child_put(out, &v.child);
	case FRAME_DATA:
		return wire_data_get(&payload, &v.data) && wire_data_put(out, v.data.p, v.data.len);
	case FRAME_CHILD_END:
		return wire_child_end_get(&payload, &v.child_end) &&
			wire_child_end_put(out, &v.child_end);
	case FRAME_ODDITY:
		return wire_oddity_get(&payload, &v.oddity) && wire_oddity_put(out, &v.oddity);
	case FRAME_ALIAS:
		return wire_alias_get(&payload, &v.alias) && wire_alias_put(out, &v.alias);
	case FRAME_SPAN:
		return wire_span_get(&payload, &v.span) && wire_span_put(out, &v.span);
	case FRAME_JOB:
		return wire_job_get(&payload, &v.job) && wire_job_put(out, &v.job);
	case FRAME_UNIT:
		return wire_unit_get(&payload, &v.unit) && wire_unit_put(out, &v.unit);
	case FRAME_FACT:
		return wire_fact_get(&payload, &v.fact) && wire_fact_put(out, &v.fact);
	case FRAME_COVER:
		return wire_cover_get(&payload, &v.cover) && wire_cover_put(out, &v.cover);
	default: /* of a scan: scan/frames.h */
		break;
	}
	return false;
}

#endif
