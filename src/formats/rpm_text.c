/*
 * What the headers say, as text that is read like any other: "[rpm header].txt" with one "Name: value"
 * a line (further lines of a value begin with a blank), and each script that rpm runs, as a file of
 * its own under "[scriptlets]/". A script without a text is a program that is run: a line says so.
 * Values that no line tells are handed out as "[rpm tag N]".
 */
#include <stdio.h>

#include "formats/rpm_int.h"

enum {
	TEXT_MAX_BYTES = 64 << 20,
	SENSE_LESS = 1 << 1,
	SENSE_GREATER = 1 << 2,
	SENSE_EQUAL = 1 << 3,
	TRIGGER_IN = 1 << 16,
	TRIGGER_UN = 1 << 17,
	TRIGGER_POSTUN = 1 << 18,
	TRIGGER_PREIN = 1 << 25,
	NUMBERS_SHOWN = 16,
};

/* ---- the header as lines ---- */

/* One line and its continuations; nothing stands for a line break but a blank at the next start. */
static void line(struct buf *b, const char *name, struct str value)
{
	struct str part;
	bool first = true;

	while (str_line(&value, &part) || first) {
		if (first)
			buf_printf(b, "%s: ", name);
		else
			buf_add_char(b, ' ');
		buf_add_str(b, part);
		buf_add_char(b, '\n');
		first = false;
		if (!value.len)
			break;
	}
}

static void lines(struct buf *b, struct rpm_header *h, uint32_t tag, const char *name)
{
	struct rpm_entry *e = rpm_find(h, tag);
	struct str *s = rpm_strings(h, e);

	for (uint64_t i = 0; s && i < e->count; i++)
		if (s[i].len)
			line(b, name, s[i]);
}

/* "1:2.3-4", as rpm compares it. */
static void version_line(struct rpm_header *h, struct buf *b)
{
	struct str version = rpm_first_string(h, RPMTAG_VERSION), release = rpm_first_string(h, RPMTAG_RELEASE);
	struct rpm_entry *epoch = rpm_find(h, RPMTAG_EPOCH);

	buf_add_z(b, "Version: ");
	if (epoch)
		buf_printf(b, "%llu:", (unsigned long long)rpm_number(h, epoch, 0));
	buf_printf(b, "%.*s-%.*s\n", STR_ARG(version), STR_ARG(release));
}

/* Three arrays side by side: names, versions, how they compare. */
struct relation {
	const char *name;
	uint32_t names, versions, flags;
};

static const struct relation relations[] = {
	{"Requires", 1049, 1050, 1048},	  {"Provides", 1047, 1113, 1112},
	{"Conflicts", 1054, 1055, 1053},  {"Obsoletes", 1090, 1115, 1114},
	{"Recommends", 5046, 5047, 5048}, {"Suggests", 5049, 5050, 5051},
	{"Supplements", 5052, 5053, 5054}, {"Enhances", 5055, 5056, 5057},
};

static void relation_lines(struct rpm_header *h, struct buf *b, const struct relation *r)
{
	struct rpm_entry *names = rpm_find(h, r->names), *versions = rpm_find(h, r->versions);
	struct rpm_entry *flags = rpm_find(h, r->flags);
	struct str *name = rpm_strings(h, names), *version = rpm_strings(h, versions);

	for (uint64_t i = 0; name && i < names->count; i++) {
		uint64_t sense = rpm_number(h, flags, i);

		buf_printf(b, "%s: %.*s", r->name, STR_ARG(name[i]));
		if (version && i < versions->count && version[i].len)
			buf_printf(b, " %s%s%s %.*s", sense & SENSE_LESS ? "<" : "",
				   sense & SENSE_GREATER ? ">" : "", sense & SENSE_EQUAL ? "=" : "",
				   STR_ARG(version[i]));
		buf_add_char(b, '\n');
	}
}

static const struct {
	uint32_t tag;
	const char *name;
} texts[] = {
	{RPMTAG_NAME, "Name"},	{1022, "Architecture"}, {1021, "OS"},
	{1004, "Summary"},	{1011, "Vendor"},	{1015, "Packager"},
	{1010, "Distribution"}, {1020, "URL"},		{5012, "Bugs"},
	{1014, "License"},	{1016, "Group"},	{1044, "Source package"},
	{1007, "Build host"},	{1064, "RPM version"},	{1094, "Cookie"},
	{1122, "Options"},	{1132, "Platform"},	{1123, "Distribution URL"},
	{1155, "Distribution tag"}, {1124, "Payload format"}, {1125, "Payload compressor"},
	{1126, "Payload flags"}, {1098, "Prefix"},	{1005, "Description"},
	{1081, "Changelog by"}, {1082, "Changelog"},	{5062, "Encoding"},
	{5096, "Module"},	{5034, "Version control"}, {5100, "Translations"},
	{1059, "Excluded architecture"}, {1060, "Excluded OS"}, {1061, "Exclusive architecture"},
	{1062, "Exclusive OS"}, {1018, "Source"},	{1019, "Patch"},
	{1089, "Build architecture"},
};

/* Numbers that belong to the file list, the relations and the scripts, or that carry no choice. */
static const uint32_t silent[] = {
	RPMTAG_I18N_TABLE, 1006, 1009, 1029, 1033, 1036, 1039, 1040, 1045, 1046, 1080, 1095, 1096,
	1097, 1116, 1127, 1128, 1140, 1141, 1142, 1143, 1144, 1145, 5009, 5011, 5017, 5024, 5063,
	5084, 5085, RPMTAG_PAYLOADDIGEST, RPMTAG_PAYLOADDIGESTALGO, 5097, 5091, 5090, 5109,
};

/* Owners other than root, capabilities, and files that are listed but not packed. */
static void file_lines(struct rpm_header *h, struct buf *b)
{
	struct rpm_files f;
	struct rpm_entry *users = rpm_find(h, RPMTAG_FILEUSERNAME), *groups = rpm_find(h, RPMTAG_FILEGROUPNAME);
	struct rpm_entry *caps = rpm_find(h, RPMTAG_FILECAPS);
	struct str *user = rpm_strings(h, users), *group = rpm_strings(h, groups);
	struct str *cap = rpm_strings(h, caps);

	rpm_files_read(h, &f);
	for (size_t i = 0; i < f.n; i++) {
		struct str u = user && i < users->count ? user[i] : STR_NONE;
		struct str g = group && i < groups->count ? group[i] : STR_NONE;

		if (!str_is(u, "root") || !str_is(g, "root"))
			buf_printf(b, "Owner: %.*s:%.*s %.*s\n", STR_ARG(u), STR_ARG(g),
				   STR_ARG(f.files[i].path));
		if (cap && i < caps->count && cap[i].len)
			buf_printf(b, "Capabilities: %.*s %.*s\n", STR_ARG(cap[i]),
				   STR_ARG(f.files[i].path));
		if (f.files[i].flags & RPM_FILE_GHOST)
			buf_printf(b, "Ghost: %.*s\n", STR_ARG(f.files[i].path));
	}
	rpm_files_release(&f);
}

/* Texts and small numbers that no rule above knows. */
static void other_lines(struct rpm_header *h, struct buf *b)
{
	for (size_t i = 0; i < h->n; i++) {
		struct rpm_entry *e = &h->entries[i];
		struct str *s;
		char name[32];

		if (e->told || !e->bytes || e->type == RPM_BIN || e->type == RPM_CHAR)
			continue;
		snprintf(name, sizeof(name), "Tag %u", e->tag);
		s = rpm_strings(h, e);
		for (uint64_t k = 0; s && k < e->count; k++)
			line(b, name, s[k]);
		if (!s && e->count > NUMBERS_SHOWN)
			continue;
		for (uint64_t k = 0; !s && k < e->count; k++)
			buf_printf(b, "%s: %llu\n", name, (unsigned long long)rpm_number(h, e, k));
		e->told = true;
	}
}

/* ---- who signed, as stated ---- */

struct packet {
	struct cursor body;
	uint8_t tag;
};

/* OpenPGP (RFC 4880) 4.2: old and new packet lengths. */
static bool packet_read(struct cursor *c, struct packet *ret)
{
	uint8_t tag = cursor_u8(c), first;
	uint64_t n;

	if (!(tag & 0x80))
		return false;
	if (!(tag & 0x40)) {
		static const size_t widths[] = {1, 2, 4};

		if ((tag & 3) == 3)
			return false;
		ret->tag = tag >> 2 & 15;
		n = widths[tag & 3] == 1   ? cursor_u8(c)
		    : widths[tag & 3] == 2 ? cursor_u16be(c)
					   : cursor_u32be(c);
	} else {
		ret->tag = tag & 63;
		first = cursor_u8(c);
		n = first < 192	  ? first
		    : first < 224 ? (uint64_t)(first - 192) * 256 + cursor_u8(c) + 192
		    : first == 255 ? cursor_u32be(c)
				   : UINT64_MAX;
	}
	ret->body = cursor_part(c, c->pos, n);
	cursor_skip(c, n);
	return cursor_ok(c) && cursor_ok(&ret->body);
}

/* The key's id out of the subpackets (5.2.3.1) of one area; 0 when none is named. */
static uint64_t issuer(struct cursor *c)
{
	uint16_t n = cursor_u16be(c);
	struct cursor area = cursor_part(c, c->pos, n);
	uint64_t id = 0;

	cursor_skip(c, n);
	while (cursor_ok(&area) && cursor_left(&area) > 0) {
		uint8_t first = cursor_u8(&area), kind;
		uint64_t length = first < 192 ? first : first < 255
			? (uint64_t)(first - 192) * 256 + cursor_u8(&area) + 192 : cursor_u32be(&area);
		struct cursor one = cursor_part(&area, area.pos, length);

		kind = cursor_u8(&one) & 0x7f;
		if (kind == 16)
			id = cursor_u64be(&one);
		cursor_skip(&area, length);
	}
	return id;
}

static void signature_line(struct rpm_header *h, struct buf *b, uint32_t tag, const char *what)
{
	struct rpm_entry *e = rpm_find(h, tag);
	struct cursor c;
	struct packet p;
	uint8_t version;
	uint64_t id = 0;

	if (!e || e->type != RPM_BIN)
		return;
	c = cursor_part(&h->store, e->offset, e->count);
	if (!packet_read(&c, &p) || p.tag != 2) {
		buf_printf(b, "Signature: of the %s, no OpenPGP signature\n", what);
		return;
	}
	version = cursor_u8(&p.body);
	if (version == 3) { /* u8 5, u8 type, u32 time, u64 key */
		cursor_skip(&p.body, 6);
		id = cursor_u64be(&p.body);
	} else if (version == 4) { /* u8 type, u8 key's kind, u8 digest, two areas */
		uint64_t second;

		cursor_skip(&p.body, 3);
		id = issuer(&p.body);
		second = issuer(&p.body);
		id = id ? id : second;
	}
	buf_printf(b, "Signature: of the %s, key %016llx\n", what, (unsigned long long)id);
}

static void signature_lines(struct rpm_header *sig, struct buf *b)
{
	static const uint32_t known[] = {RPMSIG_SHA1, RPMSIG_SHA256, RPMSIG_SIZE, RPMSIG_MD5,
					 RPMSIG_PAYLOAD_SIZE, 270, 271};
	struct rpm_entry *reserved = rpm_find(sig, RPMSIG_RESERVED);

	signature_line(sig, b, RPMSIG_RSA, "header");
	signature_line(sig, b, RPMSIG_DSA, "header");
	signature_line(sig, b, RPMSIG_PGP, "package");
	signature_line(sig, b, RPMSIG_GPG, "package");
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		(void)rpm_find(sig, known[i]);
	/* Room for a signature to come; anything but zeros is looked at. */
	if (reserved)
		for (uint64_t i = 0; i < reserved->bytes && reserved->type == RPM_BIN; i++)
			if (sig->store.base[reserved->offset + i])
				reserved->told = false;
	other_lines(sig, b);
}

/* ---- scripts ---- */

struct script_tags {
	const char *name;
	uint32_t text, program;
};

static const struct script_tags scripts[] = {
	{"pre", 1023, 1085},	   {"post", 1024, 1086},      {"preun", 1025, 1087},
	{"postun", 1026, 1088},	   {"verify", 1079, 1091},    {"pretrans", 1151, 1153},
	{"posttrans", 1152, 1154}, {"preuntrans", 5103, 5105}, {"postuntrans", 5104, 5106},
};

struct trigger_tags {
	const char *prefix;
	uint32_t texts, programs, names, indexes, flags, versions;
};

static const struct trigger_tags triggers[] = {
	{"trigger", 1065, 1092, 1066, 1069, 1068, 1067},
	{"filetrigger", 5066, 5067, 5069, 5070, 5072, 5071},
	{"transfiletrigger", 5076, 5077, 5079, 5080, 5082, 5081},
};

static enum status text_child(struct archive *a, struct str name, struct str text)
{
	struct entry e = {.name = name,
			  .type = ENTRY_FILE,
			  .origin = ORIGIN_DERIVED,
			  .size_bytes = text.len};

	TRY(archive_spend(a, text.len));
	TRY(archive_child(a, &e));
	TRY(archive_data(a, text.p, text.len));
	return archive_child_end(a, STATUS_OK, NULL);
}

/* As rpm runs it: the interpreter on the first line; without a text the program itself. */
static enum status script_child(struct archive *a, struct str name, struct str program, struct str text)
{
	struct buf b;
	enum status st;

	buf_init(&b, TEXT_MAX_BYTES);
	if (text.len) {
		buf_printf(&b, "#!%.*s\n", STR_ARG(program.len ? program : STR("/bin/sh")));
		buf_add_str(&b, text);
		if (!str_ends(text, "\n"))
			buf_add_char(&b, '\n');
	} else {
		buf_printf(&b, "#!/bin/sh\n%.*s\n", STR_ARG(program));
	}
	st = text_child(a, name, buf_str(&b));
	buf_release(&b);
	return st;
}

/* A program with its arguments is an array: one line of them. */
static struct str program_of(struct rpm_header *h, struct rpm_entry *e)
{
	struct str *s = rpm_strings(h, e), all = STR_NONE;

	for (uint64_t i = 0; s && i < e->count && all.len < 4096; i++)
		all = arena_printf(h->a->in->arena, "%.*s%s%.*s", STR_ARG(all), i ? " " : "",
				   STR_ARG(s[i]));
	return all;
}

static enum status script_one(struct rpm_header *h, const struct script_tags *t)
{
	struct str text = rpm_first_string(h, t->text);
	struct str program = program_of(h, rpm_find(h, t->program));

	if (!text.len && !program.len)
		return STATUS_OK;
	return script_child(h->a, arena_printf(h->a->in->arena, "[scriptlets]/%s", t->name), program,
			    text);
}

static const char *trigger_when(uint64_t flags)
{
	return flags & TRIGGER_PREIN	? "prein"
	       : flags & TRIGGER_IN	? "in"
	       : flags & TRIGGER_UN	? "un"
	       : flags & TRIGGER_POSTUN ? "postun"
					: "";
}

/* Scripts and the conditions that name them; a script whose condition is lost comes all the same. */
static enum status triggers_of(struct rpm_header *h, const struct trigger_tags *t, struct buf *b)
{
	struct rpm_entry *texts_ = rpm_find(h, t->texts), *programs = rpm_find(h, t->programs);
	struct rpm_entry *names = rpm_find(h, t->names), *indexes = rpm_find(h, t->indexes);
	struct rpm_entry *flags = rpm_find(h, t->flags);
	struct str *text = rpm_strings(h, texts_), *program = rpm_strings(h, programs);
	struct str *name = rpm_strings(h, names);
	uint64_t n = text ? texts_->count : program ? programs->count : 0;
	const char **when = ARENA_ARRAY(h->a->in->arena, n + 1, const char *);

	(void)rpm_find(h, t->versions);
	for (uint64_t k = 0; name && k < names->count; k++) {
		uint64_t of = rpm_number(h, indexes, k);

		if (of < n)
			when[of] = trigger_when(rpm_number(h, flags, k));
		buf_printf(b, "Trigger: %s%s %llu, by %.*s\n", t->prefix, of < n ? when[of] : "",
			   (unsigned long long)of, STR_ARG(name[k]));
	}
	for (uint64_t i = 0; i < n; i++) {
		struct str path = arena_printf(h->a->in->arena, "[scriptlets]/%s%s-%llu", t->prefix,
					       when[i] ? when[i] : "", (unsigned long long)i);

		TRY(script_child(h->a, path, program && i < programs->count ? program[i] : STR_NONE,
				 text ? text[i] : STR_NONE));
	}
	return STATUS_OK;
}

/* ---- the whole ---- */

/* Values that no line told. */
static enum status untold(struct rpm_header *h, const char *name)
{
	for (size_t i = 0; i < h->n; i++) {
		struct rpm_entry *e = &h->entries[i];
		struct entry child = {.type = ENTRY_FILE,
				      .origin = ORIGIN_GAP,
				      .flags = ENTRY_SPAN,
				      .size_bytes = e->bytes,
				      .span_offset = h->store_at + e->offset,
				      .span_bytes = e->bytes};

		if (e->told || !e->bytes ||
		    (e->tag >= RPMTAG_REGION_FIRST && e->tag <= RPMTAG_REGION_LAST))
			continue;
		child.name = arena_printf(h->a->in->arena, "[rpm %s %u]", name, e->tag);
		TRY(archive_spend(h->a, e->bytes));
		TRY(archive_bare_child(h->a, &child, STATUS_OK, NULL));
	}
	return STATUS_OK;
}

static enum status deliver(struct archive *a, struct rpm_header *sig, struct rpm_header *h, struct buf *b)
{
	for (size_t i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++)
		TRY(script_one(h, &scripts[i]));
	lines(b, h, RPMTAG_NAME, "Name");
	version_line(h, b);
	for (size_t i = 1; i < sizeof(texts) / sizeof(texts[0]); i++)
		lines(b, h, texts[i].tag, texts[i].name);
	for (size_t i = 0; i < sizeof(relations) / sizeof(relations[0]); i++)
		relation_lines(h, b, &relations[i]);
	for (size_t i = 0; i < sizeof(triggers) / sizeof(triggers[0]); i++)
		TRY(triggers_of(h, &triggers[i], b));
	for (size_t i = 0; i < sizeof(silent) / sizeof(silent[0]); i++)
		(void)rpm_find(h, silent[i]);
	file_lines(h, b);
	signature_lines(sig, b);
	other_lines(h, b);
	TRY(text_child(a, STR("[rpm header].txt"), buf_str(b)));
	TRY(untold(sig, "signature tag"));
	return untold(h, "tag");
}

enum status rpm_text_deliver(struct archive *a, struct rpm_header *signature, struct rpm_header *h)
{
	struct buf b;
	enum status st;

	buf_init(&b, TEXT_MAX_BYTES);
	st = deliver(a, signature, h, &b);
	if (st == STATUS_OK && b.full) {
		a->limit_why = "the text of its header";
		st = STATUS_LIMIT;
	}
	buf_release(&b);
	return st;
}
