/*
 * Instructions to text, one a line, in the words of the script language, and to the list of files
 * that they write. Jumps are relative ("+3"), so that a line says the same when something was put
 * in before it. What runs in which order: sections from the top, functions when something calls
 * them; a line of the text is one instruction, `;` starts a remark of ours.
 */
#include "formats/nsis.h"

enum { PATH_BYTES = 4 << 10, PUSHES_MAX = 16 };

enum {
	MARK_FUNCTION = 1, /* something calls this place */
};

enum { VARIABLE_OUTDIR = 22, VARIABLE_KEPT_OUTDIR = 31 };

struct writer {
	struct nsis_script *s;
	const struct nsis_header *h;
	struct arena *arena;
	struct budget *budget;
	struct buf *out;
	uint8_t *marks;        /* per instruction */
	uint32_t *section_at;  /* per instruction: 1 + section that starts here, 0 = none */
	const char **callback; /* per instruction, or NULL */
	struct buf outdir, kept_outdir;
	int32_t pushes[PUSHES_MAX]; /* string references pushed right before */
	size_t n_pushes;
	size_t section_end, function_end; /* one past; 0 = not inside */
	unsigned n_functions;
	uint32_t *function_number; /* per instruction */
};

/* Settings in front of the callbacks: 10 u32 behind the 8 blocks, then these, in this order. */
static const char *const callbacks[] = {".onInit", ".onInstSuccess", ".onInstFailed",
	".onUserAbort", ".onGUIInit", ".onGUIEnd", ".onMouseOverSection", ".onVerifyInstDir",
	".onSelChange", ".onRebootFailed"};

static uint32_t word_at(struct cursor c, uint64_t offset)
{
	cursor_seek(&c, offset);
	return cursor_u32le(&c);
}

static void mark(struct writer *w, uint64_t at, const char *callback)
{
	if (at >= w->h->n_entries)
		return;
	w->marks[at] |= MARK_FUNCTION;
	if (callback && !w->callback[at])
		w->callback[at] = callback;
}

static void marks_find(struct writer *w)
{
	const struct nsis_header *h = w->h;
	uint64_t at = h->wide ? 4 + 8 * 12 + 40 : 4 + 8 * 8 + 40;

	for (size_t i = 0; i < h->n_entries; i++) {
		struct nsis_op op = nsis_entry(h, i);

		if (op.op == NSIS_OP_CALL && op.p[0] > 0)
			mark(w, (uint64_t)op.p[0] - 1, NULL);
	}
	for (size_t i = 0; i < sizeof(callbacks) / sizeof(callbacks[0]); i++) {
		uint32_t f = word_at(h->bytes, at + 4 * i);

		if (f != UINT32_MAX)
			mark(w, f, callbacks[i]);
	}
	for (size_t i = 0; i < h->n_pages; i++)
		for (int k = 2; k <= 4; k++) {
			static const char *const names[] = {"page.pre", "page.show", "page.leave"};
			uint32_t f = word_at(h->pages, i * 64 + 4 * (uint64_t)k);

			if (f != UINT32_MAX)
				mark(w, f, names[k - 2]);
		}
	for (size_t i = 0; i < h->n_sections; i++) {
		uint32_t code = word_at(h->sections, i * h->section_bytes + 12);

		if (code < h->n_entries && word_at(h->sections, i * h->section_bytes + 16))
			w->section_at[code] = (uint32_t)i + 1;
	}
	for (size_t i = 0; i < h->n_entries; i++)
		if (w->marks[i] & MARK_FUNCTION)
			w->function_number[i] = ++w->n_functions;
}

/* --- arguments --- */

static void put_string(struct writer *w, int32_t ref)
{
	buf_add_z(w->out, " \"");
	nsis_string(w->h, ref, NSIS_QUOTED, w->out);
	buf_add_char(w->out, '"');
}

static void put_variable(struct writer *w, int32_t index)
{
	buf_add_char(w->out, ' ');
	if (index < 0)
		buf_add_z(w->out, "-");
	else
		nsis_variable((uint32_t)index, w->out);
}

static void put_jump(struct writer *w, size_t at, int32_t target)
{
	if (target == 0)
		buf_add_z(w->out, " 0");
	else if (target < 0)
		put_variable(w, -(target + 1));
	else
		buf_printf(w->out, " %+lld", (long long)target - 1 - (long long)at);
}

static void put_function(struct writer *w, size_t at)
{
	if (w->callback[at])
		buf_printf(w->out, "%s", w->callback[at]);
	else
		buf_printf(w->out, "function_%u", w->function_number[at]);
}

static void put_root(struct writer *w, int32_t root)
{
	static const char *const names[] = {"HKCR", "HKCU", "HKLM", "HKU", "HKPD", "HKCC", "HKDD"};
	uint32_t n = (uint32_t)root;

	if (n == 0)
		buf_add_z(w->out, " SHCTX");
	else if (n >= 0x80000000u && n - 0x80000000u < sizeof(names) / sizeof(names[0]))
		buf_printf(w->out, " %s", names[n - 0x80000000u]);
	else
		buf_printf(w->out, " 0x%08x", n);
}

/*
 * Pattern: s string, S string unless 0, v variable, j jump, i number, x number in hexadecimal,
 * k registry root; in the order of printing, each followed by the number of its parameter.
 */
static void put_pattern(struct writer *w, size_t at, const struct nsis_op *op, const char *pattern)
{
	for (; pattern[0] && pattern[1]; pattern += 2) {
		int32_t v = op->p[(pattern[1] - '0') % NSIS_PARAMS];

		switch (pattern[0]) {
		case 's': put_string(w, v); break;
		case 'S':
			if (v)
				put_string(w, v);
			break;
		case 'v': put_variable(w, v); break;
		case 'j': put_jump(w, at, v); break;
		case 'i': buf_printf(w->out, " %d", v); break;
		case 'x': buf_printf(w->out, " 0x%x", (uint32_t)v); break;
		case 'k': put_root(w, v); break;
		default: break;
		}
	}
}

/* Instructions whose name and arguments do not depend on each other. */
static const struct {
	const char *name, *pattern;
} plain_ops[NSIS_OP_N] = {
	[NSIS_OP_RETURN] = {"Return", ""},
	[NSIS_OP_ABORT] = {"Abort", "s0"},
	[NSIS_OP_QUIT] = {"Quit", ""},
	[NSIS_OP_DETAILPRINT] = {"DetailPrint", "s0"},
	[NSIS_OP_SLEEP] = {"Sleep", "s0"},
	[NSIS_OP_TOFRONT] = {"BringToFront", ""},
	[NSIS_OP_DETAILSVIEW] = {"SetDetailsView", "i0i1"},
	[NSIS_OP_SETATTRIBUTES] = {"SetFileAttributes", "s0x1"},
	[NSIS_OP_IFFILEEXISTS] = {"IfFileExists", "s0j1j2"},
	[NSIS_OP_SEARCHPATH] = {"SearchPath", "v0s1"},
	[NSIS_OP_GETTEMPFILENAME] = {"GetTempFileName", "v0s1"},
	[NSIS_OP_STRLEN] = {"StrLen", "v0s1"},
	[NSIS_OP_STRCPY] = {"StrCpy", "v0s1S2S3"},
	[NSIS_OP_INTFMT] = {"IntFmt", "v0s1s2"},
	[NSIS_OP_FINDWINDOW] = {"FindWindow", "v0s1s2S3S4"},
	[NSIS_OP_SENDMESSAGE] = {"SendMessage", "v0s1s2s3s4i5"},
	[NSIS_OP_ISWINDOW] = {"IsWindow", "s0j1j2"},
	[NSIS_OP_GETDLGITEM] = {"GetDlgItem", "v0s1s2"},
	[NSIS_OP_SETCTLCOLORS] = {"SetCtlColors", "s0i1"},
	[NSIS_OP_SETBRANDINGIMAGE] = {"SetBrandingImage", "s0i1i2i3"},
	[NSIS_OP_CREATEFONT] = {"CreateFont", "v0s1s2s3i4"},
	[NSIS_OP_GETFILETIME] = {"GetFileTime", "s2v0v1"},
	[NSIS_OP_GETDLLVERSION] = {"GetDLLVersion", "s2v0v1"},
	[NSIS_OP_SHORTCUT] = {"CreateShortCut", "s0s1s2s3x4S5"},
	[NSIS_OP_COPYFILES] = {"CopyFiles", "s0s1x2"},
	[NSIS_OP_REBOOT] = {"Reboot", ""},
	[NSIS_OP_READINI] = {"ReadINIStr", "v0s3s1s2"},
	[NSIS_OP_FILECLOSE] = {"FileClose", "v0"},
	[NSIS_OP_FILEOPEN] = {"FileOpen", "v0s3x1i2"},
	[NSIS_OP_FILESEEK] = {"FileSeek", "v0s2i3v1"},
	[NSIS_OP_FINDCLOSE] = {"FindClose", "v0"},
	[NSIS_OP_FINDNEXT] = {"FindNext", "v1v0"},
	[NSIS_OP_FINDFIRST] = {"FindFirst", "v1v0s2"},
	[NSIS_OP_UNINSTALLER] = {"WriteUninstaller", "s0"},
	[NSIS_OP_SECTION] = {"SectionChange", "s0i1i2i3S4"},
	[NSIS_OP_INSTTYPE] = {"InstType", "s0i1i2i3"},
	[NSIS_OP_OSINFO] = {"GetOSInfo", "i0i1i2i3i4i5"},
	[NSIS_OP_LOCKWINDOW] = {"LockWindow", "i0"},
	[NSIS_OP_FINDPROC] = {"FindProc", "v0s1"},
	[NSIS_OP_FONTVERSION] = {"GetFontVersion", "v0s1"},
	[NSIS_OP_FONTNAME] = {"GetFontName", "v0s1"},
};

static const char *flag_name(int32_t id)
{
	static const char *const names[] = {"AutoClose", "ShellVarContext", "Errors", "Abort",
		"RebootFlag", "RebootCalled", "CurInstType", "PluginApi", "Silent", "InstDirError",
		"Rtl", "ErrorLevel", "RegView", "DetailsPrint"};

	return id >= 0 && (size_t)id < sizeof(names) / sizeof(names[0]) ? names[id] : "Flag";
}

static void put_flag(struct writer *w, size_t at, const struct nsis_op *op)
{
	const char *name = flag_name(op->op == NSIS_OP_IFFLAG ? op->p[2]
			: op->op == NSIS_OP_GETFLAG	      ? op->p[1]
							      : op->p[0]);

	if (op->op == NSIS_OP_SETFLAG) {
		buf_printf(w->out, "Set%s", name);
		if (op->p[2])
			buf_add_z(w->out, " lastused");
		else
			put_string(w, op->p[1]);
	} else if (op->op == NSIS_OP_IFFLAG) {
		buf_printf(w->out, "If%s", name);
		put_pattern(w, at, op, "j0j1");
	} else {
		buf_printf(w->out, "Get%s", name);
		put_variable(w, op->p[0]);
	}
}

static void put_compare(struct writer *w, size_t at, const struct nsis_op *op)
{
	static const char *const operators[] = {
		"+", "-", "*", "/", "|", "&", "^", "!", "||", "&&", "%", "<<", ">>", ">>>"};

	switch (op->op) {
	case NSIS_OP_STRCMP:
		buf_add_z(w->out, op->p[4] ? "StrCmpS" : "StrCmp");
		put_pattern(w, at, op, "s0s1j2j3");
		return;
	case NSIS_OP_INTCMP:
		buf_add_z(w->out, op->p[5] & 1 ? "IntCmpU" : "IntCmp");
		put_pattern(w, at, op, "s0s1j2j3j4");
		return;
	default:
		buf_add_z(w->out, "IntOp");
		put_pattern(w, at, op, "v0s1");
		buf_printf(w->out, " %s",
			(uint32_t)op->p[3] < sizeof(operators) / sizeof(operators[0])
				? operators[op->p[3]]
				: "?");
		put_string(w, op->p[2]);
	}
}

static void put_registry(struct writer *w, size_t at, const struct nsis_op *op)
{
	if (op->op == NSIS_OP_DELETEREG) {
		buf_add_z(w->out, op->p[4] ? "DeleteRegKey" : "DeleteRegValue");
		if (op->p[4] & 2)
			buf_add_z(w->out, " /ifempty");
		put_pattern(w, at, op, op->p[4] ? "k1s2" : "k1s2s3");
		return;
	}
	if (op->op == NSIS_OP_READREG) {
		buf_add_z(w->out, op->p[4] == 1 ? "ReadRegDWORD" : "ReadRegStr");
		put_pattern(w, at, op, "v0k1s2s3");
		return;
	}
	if (op->op == NSIS_OP_ENUMREG) {
		buf_add_z(w->out, op->p[4] ? "EnumRegKey" : "EnumRegValue");
		put_pattern(w, at, op, "v0k1s2s3");
		return;
	}
	/* type: what the data is; kind: what is written. 1 text, 2 text to expand, 3 bytes, 4 number */
	switch (op->p[4]) {
	case 1: buf_add_z(w->out, op->p[5] == 2 ? "WriteRegExpandStr" : "WriteRegStr"); break;
	case 4: buf_add_z(w->out, "WriteRegDWORD"); break;
	case 3: buf_add_z(w->out, op->p[5] == 7 ? "WriteRegMultiStr" : "WriteRegBin"); break;
	default: buf_printf(w->out, "WriteReg%d", op->p[4]); break;
	}
	put_pattern(w, at, op, "k0s1s2");
	if (op->p[4] == 3)
		buf_add_z(w->out, " [data]");
	else
		put_string(w, op->p[3]);
}

/* A call into a plug-in as scripts write it: plugin::Function with what was pushed right before. */
static void put_plugin(struct writer *w, const struct nsis_op *op)
{
	size_t at = w->out->len, dot, slash;
	struct str path;

	nsis_string(w->h, op->p[0], NSIS_PLAIN, w->out);
	if (w->out->full)
		return;
	path = str_part(buf_str(w->out), at, NSIS_STRING_MAX);
	slash = str_rfind_char(path, '\\');
	path = slash == SIZE_MAX ? path : str_part(path, slash + 1, path.len);
	dot = str_rfind_char(path, '.');
	path = arena_str(w->arena, dot == SIZE_MAX ? path : str_part(path, 0, dot));
	w->out->len = at;
	buf_printf(w->out, "%.*s::", STR_ARG(path));
	nsis_string(w->h, op->p[1], NSIS_PLAIN, w->out);
	for (size_t i = w->n_pushes; i > 0; i--)
		put_string(w, w->pushes[i - 1]);
	buf_add_z(w->out, " ; CallInstDLL");
	put_string(w, op->p[0]);
}

static void put_run(struct writer *w, size_t at, const struct nsis_op *op)
{
	if (op->op == NSIS_OP_REGISTERDLL && op->p[2] == 0) {
		put_plugin(w, op);
	} else if (op->op == NSIS_OP_REGISTERDLL) {
		buf_add_z(w->out, "RegDLL");
		put_pattern(w, at, op, "s0s1");
	} else if (op->op == NSIS_OP_EXECSHELL) {
		buf_add_z(w->out, "ExecShell");
		put_pattern(w, at, op, "s0s1s2i3");
	} else {
		buf_add_z(w->out, op->p[2] ? "ExecWait" : "Exec");
		put_string(w, op->p[0]);
		if (op->p[2] && op->p[1] >= 0)
			put_variable(w, op->p[1]);
	}
}

static void put_stack(struct writer *w, const struct nsis_op *op)
{
	if (op->p[2]) {
		buf_printf(w->out, "Exch %d", op->p[2]);
	} else if (op->p[1]) {
		buf_add_z(w->out, "Pop");
		put_variable(w, op->p[0]);
	} else {
		buf_add_z(w->out, "Push");
		put_string(w, op->p[0]);
	}
}

static void put_files(struct writer *w, size_t at, const struct nsis_op *op)
{
	switch (op->op) {
	case NSIS_OP_CREATEDIR:
		buf_add_z(w->out, op->p[1] ? "SetOutPath" : "CreateDirectory");
		put_string(w, op->p[0]);
		return;
	case NSIS_OP_RENAME:
		buf_add_z(w->out, op->p[2] ? "Rename /REBOOTOK" : "Rename");
		put_pattern(w, at, op, "s0s1");
		return;
	case NSIS_OP_GETFULLPATHNAME:
		buf_add_z(w->out, op->p[2] ? "GetFullPathName" : "GetFullPathName /SHORT");
		put_pattern(w, at, op, "v1s0");
		return;
	case NSIS_OP_DELETE:
		buf_add_z(w->out, op->p[1] & 4 ? "Delete /REBOOTOK" : "Delete");
		put_string(w, op->p[0]);
		return;
	case NSIS_OP_RMDIR:
		buf_printf(w->out, "RMDir%s%s", op->p[1] & 2 ? " /r" : "",
			op->p[1] & 4 ? " /REBOOTOK" : "");
		put_string(w, op->p[0]);
		return;
	case NSIS_OP_WRITEINI:
		buf_add_z(w->out, op->p[4] ? "WriteINIStr" : op->p[0] ? "DeleteINI" : "FlushINI");
		put_pattern(w, at, op, op->p[4] ? "s3s0s1s2" : "s3S0S1");
		return;
	default: break;
	}
	switch (op->op) { /* files by handle */
	case NSIS_OP_FILEWRITE:
	case NSIS_OP_FILEWRITE16:
		buf_printf(w->out, "FileWrite%s%s", op->op == NSIS_OP_FILEWRITE16 ? "UTF16LE" : "",
			op->p[2] ? "Byte" : "");
		put_pattern(w, at, op, "v0s1");
		return;
	default:
		buf_printf(w->out, "FileRead%s%s", op->op == NSIS_OP_FILEREAD16 ? "UTF16LE" : "",
			op->p[3] ? "Byte" : "");
		put_pattern(w, at, op, "v0v1S2");
	}
}

static void put_goto(struct writer *w, size_t at, const struct nsis_op *op)
{
	if (op->op == NSIS_OP_GOTO) {
		buf_add_z(w->out, op->p[0] ? "Goto" : "Nop");
		if (op->p[0])
			put_jump(w, at, op->p[0]);
		return;
	}
	buf_add_z(w->out, "Call ");
	if (op->p[0] > 0 && (size_t)op->p[0] - 1 < w->h->n_entries)
		put_function(w, (size_t)op->p[0] - 1);
	else if (op->p[0] < 0)
		put_variable(w, -(op->p[0] + 1));
	else
		buf_printf(w->out, ":%d", op->p[0]);
}

/* --- files --- */

/* Does a path name its folder itself? Drive, share, or a variable or folder in front. */
static bool path_is_whole(struct str p)
{
	return str_starts(p, "$") || str_starts(p, "\\") || (p.len > 1 && p.p[1] == ':');
}

/* Text of a string with $OUTDIR and $_OUTDIR in front replaced by what the script set. */
static void path_resolve(struct writer *w, int32_t ref, struct buf *out)
{
	struct buf raw;
	struct str s;

	buf_init(&raw, NSIS_STRING_MAX + 64);
	nsis_string(w->h, ref, NSIS_PLAIN, &raw);
	s = buf_str(&raw);
	if (str_starts(s, "$_OUTDIR")) {
		buf_add_str(out, buf_str(&w->kept_outdir));
		s = str_part(s, 8, s.len);
	} else if (str_starts(s, "$OUTDIR")) {
		buf_add_str(out, buf_str(&w->outdir));
		s = str_part(s, 7, s.len);
	}
	buf_add_str(out, s);
	buf_release(&raw);
}

static void outdir_track(struct writer *w, const struct nsis_op *op)
{
	struct buf next;

	if (op->op == NSIS_OP_STRCPY && op->p[0] == VARIABLE_KEPT_OUTDIR) {
		buf_clear(&w->kept_outdir);
		path_resolve(w, op->p[1], &w->kept_outdir);
		return;
	}
	if (op->op != NSIS_OP_CREATEDIR || !op->p[1])
		return;
	buf_init(&next, PATH_BYTES);
	path_resolve(w, op->p[0], &next);
	while (next.len && next.p[next.len - 1] == '\\')
		next.len--;
	buf_clear(&w->outdir);
	buf_add_str(&w->outdir, buf_str(&next));
	buf_release(&next);
}

static int64_t unix_time(const struct nsis_op *op)
{
	uint64_t t = (uint64_t)(uint32_t)op->p[4] << 32 | (uint32_t)op->p[3];

	if (op->p[3] == -1 && op->p[4] == -1)
		return 0;
	return (int64_t)(t / 10000000) - 11644473600;
}

/* The whole output path, '/' between its parts. */
static struct str want_name(struct writer *w, const struct nsis_op *op, const char *prefix)
{
	struct buf name, whole;
	struct str kept;

	buf_init(&name, PATH_BYTES * 4);
	buf_init(&whole, PATH_BYTES * 8);
	buf_add_z(&whole, prefix);
	if (op->op == NSIS_OP_WRITEREG) {
		nsis_string(w->h, op->p[1], NSIS_PLAIN, &name);
		buf_add_char(&name, '\\');
		nsis_string(w->h, op->p[2], NSIS_PLAIN, &name);
	} else {
		path_resolve(w, op->p[op->op == NSIS_OP_FILE ? 1 : 0], &name);
		if (!path_is_whole(buf_str(&name)) && w->outdir.len) {
			buf_add_str(&whole, buf_str(&w->outdir));
			buf_add_char(&whole, '/');
		}
	}
	buf_add_str(&whole, buf_str(&name));
	for (size_t i = 0; i < whole.len; i++)
		if (whole.p[i] == '\\')
			whole.p[i] = '/';
	if (whole.len == 0)
		buf_add_z(&whole, "[no name]");
	kept = arena_str(w->arena, buf_str(&whole));
	buf_release(&name);
	buf_release(&whole);
	return kept;
}

static struct nsis_want *want_add(
	struct writer *w, enum nsis_want_kind kind, int32_t offset, struct str name)
{
	struct nsis_script *s = w->s;
	struct nsis_want *want = ARENA_PUSH(w->arena, s->wants, s->n_wants, s->room_wants);

	*want = (struct nsis_want){
		.kind = kind, .offset = (uint32_t)offset, .name = name, .order = s->n_wants - 1};
	return want;
}

static void put_payload(struct writer *w, const struct nsis_op *op)
{
	struct str name;

	if (op->op == NSIS_OP_UNINSTALLER) {
		want_add(w, NSIS_WANT_UNINSTALLER, op->p[1], want_name(w, op, ""));
		return;
	}
	if (op->op == NSIS_OP_WRITEREG) {
		if (op->p[4] == 3)
			want_add(
				w, NSIS_WANT_VALUE, op->p[3], want_name(w, op, "[registry data]/"));
		return;
	}
	name = want_name(w, op, "");
	want_add(w, NSIS_WANT_FILE, op->p[2], name)->mtime = unix_time(op);
	buf_printf(w->out, "File \"%.*s\"", STR_ARG(name));
}

/* --- the whole --- */

static void put_instruction(struct writer *w, size_t at, const struct nsis_op *op)
{
	switch (op->op) {
	case NSIS_OP_GOTO:
	case NSIS_OP_CALL: put_goto(w, at, op); return;
	case NSIS_OP_SETFLAG:
	case NSIS_OP_IFFLAG:
	case NSIS_OP_GETFLAG: put_flag(w, at, op); return;
	case NSIS_OP_STRCMP:
	case NSIS_OP_INTCMP:
	case NSIS_OP_INTOP: put_compare(w, at, op); return;
	case NSIS_OP_WRITEREG: put_payload(w, op); put_registry(w, at, op); return;
	case NSIS_OP_DELETEREG:
	case NSIS_OP_READREG:
	case NSIS_OP_ENUMREG: put_registry(w, at, op); return;
	case NSIS_OP_REGISTERDLL:
	case NSIS_OP_EXECSHELL:
	case NSIS_OP_EXEC: put_run(w, at, op); return;
	case NSIS_OP_PUSHPOP: put_stack(w, op); return;
	case NSIS_OP_CREATEDIR:
	case NSIS_OP_RENAME:
	case NSIS_OP_GETFULLPATHNAME:
	case NSIS_OP_DELETE:
	case NSIS_OP_RMDIR:
	case NSIS_OP_WRITEINI:
	case NSIS_OP_FILEWRITE:
	case NSIS_OP_FILEWRITE16:
	case NSIS_OP_FILEREAD:
	case NSIS_OP_FILEREAD16: put_files(w, at, op); return;
	case NSIS_OP_FILE: put_payload(w, op); return;
	case NSIS_OP_UNINSTALLER: put_payload(w, op); break;
	case NSIS_OP_MESSAGEBOX:
		buf_printf(w->out, "MessageBox 0x%x", (uint32_t)op->p[0]);
		put_pattern(w, at, op, op->p[2] || op->p[4] ? "s1i2j3i4j5" : "s1");
		return;
	case NSIS_OP_SHOWWINDOW:
		buf_add_z(w->out, op->p[3] ? "EnableWindow" : "ShowWindow");
		put_pattern(w, at, op, "s0s1");
		return;
	case NSIS_OP_READENV:
		buf_add_z(w->out, op->p[2] ? "ReadEnvStr" : "ExpandEnvStrings");
		put_pattern(w, at, op, "v0s1");
		return;
	case NSIS_OP_LOG:
		buf_add_z(w->out, op->p[0] ? "LogSet" : "LogText");
		put_pattern(w, at, op, op->p[0] ? "i1" : "s1");
		return;
	default: break;
	}
	if (op->op < NSIS_OP_N && plain_ops[op->op].name) {
		buf_add_z(w->out, plain_ops[op->op].name);
		put_pattern(w, at, op, plain_ops[op->op].pattern);
		return;
	}
	buf_printf(w->out, "opcode %u", op->raw);
	for (int k = 0; k < NSIS_PARAMS; k++)
		buf_printf(w->out, " %d", op->p[k]);
}

/* Remembers what was pushed right before a plug-in is called. */
static void pushes_track(struct writer *w, const struct nsis_op *op)
{
	if (op->op != NSIS_OP_PUSHPOP || op->p[1] || op->p[2]) {
		w->n_pushes = 0;
		return;
	}
	if (w->n_pushes == PUSHES_MAX) {
		memmove(w->pushes, w->pushes + 1, sizeof(w->pushes) - sizeof(w->pushes[0]));
		w->n_pushes--;
	}
	w->pushes[w->n_pushes++] = op->p[0];
}

static void put_section(struct writer *w, uint32_t index)
{
	uint64_t at = (uint64_t)index * w->h->section_bytes;
	uint32_t name = word_at(w->h->sections, at), flags = word_at(w->h->sections, at + 8);
	uint32_t code = word_at(w->h->sections, at + 12), n = word_at(w->h->sections, at + 16);

	buf_printf(w->out, "Section%s", flags & 1 ? "" : " /o");
	put_string(w, (int32_t)name);
	buf_add_char(w->out, '\n');
	w->section_end = (uint64_t)code + n < w->h->n_entries ? code + n : w->h->n_entries;
}

/* The end of a function: the first return that no jump of it passes over. */
static size_t function_end(const struct nsis_header *h, struct budget *b, size_t from)
{
	size_t reach = from;

	for (size_t i = from; i < h->n_entries; i++) {
		struct nsis_op op = nsis_entry(h, i);
		static const char *const jumps[NSIS_OP_N] = {
			[NSIS_OP_GOTO] = "0",
			[NSIS_OP_IFFILEEXISTS] = "12",
			[NSIS_OP_IFFLAG] = "01",
			[NSIS_OP_STRCMP] = "23",
			[NSIS_OP_INTCMP] = "234",
			[NSIS_OP_MESSAGEBOX] = "35",
			[NSIS_OP_ISWINDOW] = "12",
		};
		const char *j = op.op < NSIS_OP_N ? jumps[op.op] : NULL;

		if (!budget_step(b, 1))
			return i + 1;
		for (; j && *j; j++) {
			int32_t to = op.p[*j - '0'];

			if (to > 0 && (size_t)to - 1 > reach && (size_t)to - 1 < h->n_entries)
				reach = (size_t)to - 1;
		}
		if (op.op == NSIS_OP_RETURN && i >= reach)
			return i + 1;
	}
	return h->n_entries;
}

static void put_borders(struct writer *w, size_t at)
{
	if (w->section_end == at && at)
		buf_add_z(w->out, "SectionEnd\n");
	if (w->section_end <= at)
		w->section_end = 0;
	if (w->function_end == at && at)
		buf_add_z(w->out, "FunctionEnd\n");
	if (w->function_end <= at)
		w->function_end = 0;
	if (at >= w->h->n_entries)
		return;
	if (w->section_at[at] && !w->section_end)
		put_section(w, w->section_at[at] - 1);
	else if ((w->marks[at] & MARK_FUNCTION) && !w->section_end && !w->function_end) {
		buf_add_z(w->out, "Function ");
		put_function(w, at);
		buf_add_char(w->out, '\n');
		w->function_end = function_end(w->h, w->budget, at);
	} else if (w->marks[at] & MARK_FUNCTION) {
		buf_add_z(w->out, "; entry ");
		put_function(w, at);
		buf_add_char(w->out, '\n');
	}
}

/* Where it installs to when nobody says otherwise: behind the callbacks and 33 install types. */
static void put_settings(struct writer *w)
{
	uint64_t at = (w->h->wide ? 4 + 8 * 12 : 4 + 8 * 8) + 4 * (10 + 10 + 33);
	uint32_t folder = word_at(w->h->bytes, at);

	if (folder && folder != UINT32_MAX && nsis_string_valid(w->h, (int32_t)folder)) {
		buf_add_z(w->out, "InstallDir");
		put_string(w, (int32_t)folder);
		buf_add_char(w->out, '\n');
	}
}

static enum status entries_write(struct writer *w)
{
	put_settings(w);
	for (size_t i = 0; i < w->h->n_entries; i++) {
		struct nsis_op op = nsis_entry(w->h, i);
		size_t before = w->out->len;

		put_borders(w, i);
		if (w->section_end || w->function_end)
			buf_add_z(w->out, "  ");
		put_instruction(w, i, &op);
		buf_add_char(w->out, '\n');
		outdir_track(w, &op);
		pushes_track(w, &op);
		if (w->out->full || !budget_step(w->budget, 4 + (w->out->len - before) / 16))
			return STATUS_LIMIT;
	}
	put_borders(w, w->h->n_entries);
	return w->out->full ? STATUS_LIMIT : STATUS_OK;
}

enum status nsis_script_read(struct nsis_script *s, const struct nsis_header *h, struct arena *a,
	struct budget *b)
{
	struct writer w = {.s = s, .h = h, .arena = a, .budget = b, .out = &s->text};
	enum status st;

	memset(s, 0, sizeof(*s));
	buf_init(&s->text, NSIS_SCRIPT_MAX);
	buf_init(&w.outdir, PATH_BYTES);
	buf_init(&w.kept_outdir, PATH_BYTES);
	buf_add_z(&w.outdir, "$INSTDIR");
	if (!budget_step(b, 4 * h->n_entries + 1))
		return STATUS_LIMIT;
	w.marks = ARENA_ARRAY(a, h->n_entries + 1, uint8_t);
	w.section_at = ARENA_ARRAY(a, h->n_entries + 1, uint32_t);
	w.function_number = ARENA_ARRAY(a, h->n_entries + 1, uint32_t);
	w.callback = ARENA_ARRAY(a, h->n_entries + 1, const char *);
	marks_find(&w);
	st = entries_write(&w);
	buf_release(&w.outdir);
	buf_release(&w.kept_outdir);
	return st;
}
