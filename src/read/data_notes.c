#include "read/data_notes.h"

#include "formats/image.h"

enum { PADDING_BYTES = 64 };

struct promise {
	const char *extension;
	enum content_class class;
};

static const struct promise promises[] = {
	{"png", CLASS_IMAGE}, {"jpg", CLASS_IMAGE}, {"jpeg", CLASS_IMAGE}, {"gif", CLASS_IMAGE}, {"webp", CLASS_IMAGE},
	{"ico", CLASS_IMAGE}, {"bmp", CLASS_IMAGE}, {"icns", CLASS_IMAGE}, {"tiff", CLASS_IMAGE}, {"avif", CLASS_IMAGE},
	{"ttf", CLASS_FONT}, {"otf", CLASS_FONT}, {"woff", CLASS_FONT}, {"woff2", CLASS_FONT}, {"eot", CLASS_FONT},
	{"mp3", CLASS_MEDIA}, {"mp4", CLASS_MEDIA}, {"wav", CLASS_MEDIA}, {"ogg", CLASS_MEDIA}, {"webm", CLASS_MEDIA},
	{"flac", CLASS_MEDIA}, {"avi", CLASS_MEDIA}, {"mov", CLASS_MEDIA}, {"m4a", CLASS_MEDIA},
	{"js", CLASS_TEXT}, {"mjs", CLASS_TEXT}, {"cjs", CLASS_TEXT}, {"jsx", CLASS_TEXT}, {"tsx", CLASS_TEXT},
	{"json", CLASS_TEXT}, {"md", CLASS_TEXT}, {"txt", CLASS_TEXT}, {"css", CLASS_TEXT}, {"scss", CLASS_TEXT},
	{"html", CLASS_TEXT}, {"htm", CLASS_TEXT}, {"xml", CLASS_TEXT}, {"svg", CLASS_TEXT}, {"yml", CLASS_TEXT},
	{"yaml", CLASS_TEXT}, {"toml", CLASS_TEXT}, {"ini", CLASS_TEXT}, {"conf", CLASS_TEXT}, {"cfg", CLASS_TEXT},
	{"sh", CLASS_TEXT}, {"bash", CLASS_TEXT}, {"py", CLASS_TEXT}, {"rb", CLASS_TEXT}, {"pl", CLASS_TEXT},
	{"php", CLASS_TEXT}, {"ps1", CLASS_TEXT}, {"bat", CLASS_TEXT}, {"cmd", CLASS_TEXT}, {"vbs", CLASS_TEXT},
	{"lua", CLASS_TEXT}, {"c", CLASS_TEXT}, {"h", CLASS_TEXT}, {"cpp", CLASS_TEXT}, {"hpp", CLASS_TEXT},
	{"cc", CLASS_TEXT}, {"rs", CLASS_TEXT}, {"go", CLASS_TEXT}, {"java", CLASS_TEXT}, {"csv", CLASS_TEXT},
	{"po", CLASS_TEXT}, {"rst", CLASS_TEXT}, {"map", CLASS_TEXT}, {"lock", CLASS_TEXT}, {"gyp", CLASS_TEXT},
	{"gypi", CLASS_TEXT}, {"rtf", CLASS_TEXT}, {"m4", CLASS_TEXT}, {"cmake", CLASS_TEXT}, {"desktop", CLASS_TEXT}, {"service", CLASS_TEXT},
	{"exe", CLASS_PROGRAM}, {"dll", CLASS_PROGRAM}, {"sys", CLASS_PROGRAM}, {"node", CLASS_PROGRAM},
	{"dylib", CLASS_PROGRAM}, {"wasm", CLASS_PROGRAM},
	{"zip", CLASS_ARCHIVE}, {"gz", CLASS_ARCHIVE}, {"tgz", CLASS_ARCHIVE}, {"xz", CLASS_ARCHIVE}, {"bz2", CLASS_ARCHIVE},
	{"7z", CLASS_ARCHIVE}, {"jar", CLASS_ARCHIVE}, {"whl", CLASS_ARCHIVE}, {"asar", CLASS_ARCHIVE},
};

enum content_class class_of_name(struct str path)
{
	struct str extension = str_extension(path);

	for (size_t i = 0; i < sizeof(promises) / sizeof(promises[0]); i++)
		if (str_equal_nocase(extension, str_of(promises[i].extension)))
			return promises[i].class;
	return CLASS_UNKNOWN;
}

enum content_class class_of_format(enum format_id f)
{
	switch (f) {
	case FORMAT_TEXT: return CLASS_TEXT;
	case FORMAT_PNG:
	case FORMAT_JPEG:
	case FORMAT_GIF:
	case FORMAT_WEBP:
	case FORMAT_ICO:
	case FORMAT_ICNS:
	case FORMAT_BMP: return CLASS_IMAGE;
	case FORMAT_FONT: return CLASS_FONT;
	case FORMAT_AUDIO:
	case FORMAT_VIDEO: return CLASS_MEDIA;
	case FORMAT_PE:
	case FORMAT_PE_OVERLAY:
	case FORMAT_NSIS:
	case FORMAT_INNO:
	case FORMAT_ELF:
	case FORMAT_MACHO:
	case FORMAT_WASM:
	case FORMAT_JAVA_CLASS:
	case FORMAT_PYC: return CLASS_PROGRAM;
	case FORMAT_NONE:
	case FORMAT_PDF:
	case FORMAT_SQLITE:
	case FORMAT_BOM:
	case FORMAT_TABLE:
	case FORMAT_DIRECTORY:
	case FORMAT_N: return CLASS_DATA;
	default: return CLASS_ARCHIVE;
	}
}

enum { LOOK_BYTES = 4096 };

bool looks_binary(struct cursor bytes)
{
	size_t n = bytes.len < LOOK_BYTES ? bytes.len : LOOK_BYTES, control = 0;

	for (size_t i = 0; i < n; i++) {
		uint8_t c = bytes.base[i];

		if (c == 0)
			return true;
		control += c < 0x20 && c != '\n' && c != '\r' && c != '\t' && c != '\f' && c != 0x1b;
	}
	return control * 20 > n;
}

/* Text in an older encoding is not recognised as text, but it is text. */
static enum content_class class_of(enum format_id f, struct cursor bytes)
{
	return f == FORMAT_NONE && bytes.len && !looks_binary(bytes) ? CLASS_TEXT : class_of_format(f);
}

/* A name breaks its promise; data under a text name counts, text under an image name counts. */
static bool promise_broken(struct str path, enum format_id f, struct cursor bytes)
{
	enum content_class promised = class_of_name(path), is = class_of(f, bytes);

	if (promised == CLASS_UNKNOWN || promised == is || bytes.len == 0)
		return false;
	if (is == CLASS_DATA) /* what we cannot name breaks only the promise of text */
		return promised == CLASS_TEXT;
	if (promised == CLASS_ARCHIVE || promised == CLASS_MEDIA)
		return is == CLASS_PROGRAM;
	return !(promised == CLASS_FONT && is == CLASS_IMAGE) && !(promised == CLASS_PROGRAM && is == CLASS_ARCHIVE);
}

static void kind_fact(struct read_in *in, uint32_t unit, struct str from, enum format_id to, const char *detail)
{
	struct fact f = {.kind = FACT_KIND, .unit = unit, .key = STR("type"), .number = in->new_.len,
		.value = arena_printf(in->arena, "%.*s -> %s", STR_ARG(from), format_name(to)), .detail = str_of(detail)};

	read_fact(in, &f);
}

void kind_facts(struct read_in *in, uint32_t unit)
{
	bool broken = promise_broken(in->path, in->format, in->new_);

	if (broken && !(in->has_old && promise_broken(in->path, in->old_format, in->old)))
		return kind_fact(in, unit, str_extension(in->path), in->format, "name and content disagree");
	if (in->has_old && in->old.len && in->new_.len && 
		class_of(in->old_format, in->old) != class_of(in->format, in->new_))
		kind_fact(in, unit, str_of(format_name(in->old_format)), in->format, "content changed its type");
}

static bool is_padding(struct cursor c)
{
	if (c.len > PADDING_BYTES && c.base[0])
		return false;
	for (size_t i = 0; i < c.len; i++)
		if (c.base[i] && !(c.len <= PADDING_BYTES && (c.base[i] == '\n' || c.base[i] == '\r' || c.base[i] == ' ')))
			return false;
	return true;
}

enum status appended_facts(struct read_in *in, uint32_t unit)
{
	struct cursor rest, old_rest, head;
	struct format_claim claims[4];
	struct fact f = {.kind = FACT_APPENDED, .unit = unit, .key = str_of(format_name(in->format))};
	uint64_t end, old_end;
	enum status s = image_end(in->format, in->new_, in->budget, &end);

	if (s != STATUS_OK || end >= in->new_.len)
		return s;
	rest = cursor_clip(&in->new_, end, UINT64_MAX);
	if (!budget_step(in->budget, rest.len / 64 + 1))
		return STATUS_LIMIT;
	if (is_padding(rest))
		return s;
	if (in->has_old && image_end(in->old_format, in->old, in->budget, &old_end) == STATUS_OK) {
		old_rest = cursor_clip(&in->old, old_end, UINT64_MAX);
		if (old_rest.len == rest.len && memcmp(old_rest.base, rest.base, rest.len) == 0)
			return s;
	}
	head = cursor_clip(&rest, 0, FORMAT_HEAD_BYTES);
	f.value = arena_printf(in->arena, "looks like %s",
		format_probe(head, rest.len, claims) ? format_name(claims[0].id) : "unrecognised data");
	f.offset = end;
	f.length = f.number = rest.len;
	f.excerpt = str_view(rest.base, rest.len < 64 ? rest.len : 64);
	read_fact(in, &f);
	return s;
}

bool is_prose(struct str path)
{
	static const char *const extensions[] = {"md", "markdown", "mdx", "txt", "rst", "adoc", "asciidoc", "po", "pot", "html",
		"htm", "xhtml", "tex", "texi", "org", "1", "2", "3", "4", "5", "6", "7", "8", "log"};
	static const char *const names[] = {"readme", "license", "licence", "copying", "changelog", "changes", "authors",
		"contributors", "history", "news", "notice", "copyright", "thanks", "todo", "install", "maintainers", "security",
		"contributing", "patents", "credits", "upstream"};
	struct str base = str_basename(path), extension = str_extension(path);

	for (size_t i = 0; i < sizeof(extensions) / sizeof(extensions[0]); i++)
		if (str_equal_nocase(extension, str_of(extensions[i])))
			return true;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		size_t n = strlen(names[i]);

		if (base.len >= n && str_equal_nocase(str_part(base, 0, n), str_of(names[i])) &&
			(base.len == n || base.p[n] == '.' || base.p[n] == '-' || base.p[n] == '_') && extension.len < 6)
			return !str_ends_nocase(base, ".js") && !str_ends_nocase(base, ".json");
	}
	return false;
}

bool is_agent_file(struct str path)
{
	static const char *const names[] = {"agents.md", "claude.md", "gemini.md", ".cursorrules", ".windsurfrules", ".clinerules",
		"copilot-instructions.md", ".mcp.json", "mcp.json", "skill.md", ".goosehints", ".aider.conf.yml"};
	struct str base = str_basename(path);

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (str_equal_nocase(base, str_of(names[i])))
			return true;
	return str_has_nocase(path, ".cursor/rules/") || str_has_nocase(path, ".claude/") || str_has_nocase(path, ".github/prompts/");
}
