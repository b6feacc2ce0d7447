/* One frame of each type, as an honest child would write them. */
#ifndef ASSAY_FUZZ_WIRE_SEEDS_H
#define ASSAY_FUZZ_WIRE_SEEDS_H

#include "confine/wire.h"

static inline void opener_seeds(struct buf *b)
{
	struct wire_container container = {.format = FORMAT_ZIP, .n_claims = 2,
		.claims = {{FORMAT_ZIP, 64}, {FORMAT_PE, 16}}};
	struct entry stored = {.name = STR("lib/main.js"), .flags = ENTRY_SPAN, .mode = 0644,
		.size_bytes = 4000, .span_offset = 66, .span_bytes = 4000};
	struct entry link = {.name = STR("lib/latest"), .link = STR("main.js"),
		.type = ENTRY_SYMLINK, .mode = 0777, .uid = 1000, .gid = 1000, .mtime = 1600000000};
	struct wire_child_end end = {.status = STATUS_OK, .looks_like = FORMAT_TEXT,
		.size_bytes = 4000};
	struct wire_oddity oddity = {.code = STR("zip-names-differ"), .offset = 30,
		.detail = STR("lib/main.js, lib/other.js")};
	struct wire_span span = {.offset = 0, .length = 66, .what = STR("header")};

	wire_container_put(b, &container);
	wire_span_put(b, &span);
	wire_child_put(b, &stored);
	wire_child_end_put(b, &end);
	wire_oddity_put(b, &oddity);
	wire_child_put(b, &link);
	wire_data_put(b, "var x = 1;\n", 11);
	end.status = STATUS_UNSUPPORTED;
	end.why = STR("method 99");
	wire_child_end_put(b, &end);
}

static inline void reader_seeds(struct buf *b)
{
	struct wire_job job = {.index = 3};
	struct unit unit = {.change = UNIT_CHANGED, .line = 12, .offset = 300, .length = 90,
		.name = STR("function send at 12:3")};
	struct fact fact = {.kind = FACT_FLOW, .flags = FACT_NEW_SOURCE | FACT_NEW_SINK, .line = 13,
		.offset = 310, .length = 40, .number = 3, .key = STR("env>net"),
		.value = STR("collect.example"), .detail = STR("process.env -> body -> fetch"),
		.excerpt = STR("fetch(u, {body: JSON.stringify(process.env)})")};
	struct wire_cover cover = {.grade = COVER_PARSED, .bytes = 4000};
	struct wire_done done = {.status = STATUS_OK, .steps = 5000, .bytes = 4000, .members = 1};

	wire_job_put(b, &job);
	wire_unit_put(b, &unit);
	wire_fact_put(b, &fact);
	wire_cover_put(b, &cover);
	cover.grade = COVER_BLIND;
	cover.why = STR("too large");
	wire_cover_put(b, &cover);
	wire_done_put(b, &done);
}

#endif
