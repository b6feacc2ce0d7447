/*
 * PE, ELF and Mach-O: OLD against NEW by structure, imports and strings; code by method (managed) or by
 * function (native). Where code could not be compared, the grade is shallow and says so.
 */
#include "read/data_notes.h"
#include "read/dotnet.h"
#include "read/exec_int.h"
#include "read/native.h"
#include "read/fuses.h"

static bool is_executable(enum format_id f)
{
	return f == FORMAT_PE || f == FORMAT_ELF || f == FORMAT_MACHO || f == FORMAT_PE_OVERLAY ||
		f == FORMAT_NSIS || f == FORMAT_WASM;
}

static int claim(const struct read_in *in)
{
	return is_executable(in->format) ? 90 : 0;
}

static void number_fact(struct read_in *in, uint32_t unit, const char *key, struct str value, uint64_t number)
{
	struct fact f = {.kind = FACT_EXE, .unit = unit, .number = number, .key = str_of(key), .value = value};

	read_fact(in, &f);
}

/* Thousandths as "12.3 %". */
static struct str percent(struct arena *a, uint32_t thousandths)
{
	return arena_printf(a, "%u.%u %%", thousandths / 10, thousandths % 10);
}

static void code_facts(struct read_in *in, const struct exe *old, const struct exe *new_, uint32_t unit, bool nothing_else)
{
	uint32_t share = exe_code_changed(in, old, new_);

	if (!share)
		return;
	number_fact(in, unit, "code-changed", percent(in->arena, share), (share + 9) / 10);
	if (nothing_else)
		number_fact(in, unit, "only-code-changed", percent(in->arena, share), (share + 9) / 10);
	if (old->version.len && str_equal(old->version, new_->version))
		number_fact(in, unit, "same-version", new_->version, 0);
}

static void flow_fact(struct read_in *in, uint32_t unit, const char *key, struct str from, struct str to, struct str host)
{
	struct fact f = {.kind = FACT_FLOW, .flags = FACT_NEW_SOURCE | FACT_NEW_SINK, .unit = unit, .number = 1, .key = str_of(key),
		.value = host, .detail = arena_printf(in->arena, "%.*s\n%.*s", STR_ARG(from), STR_ARG(to))};

	read_fact(in, &f);
}

/* New ends that stand in the same program: no proof that one reaches the other, so the weakest grade. */
static void flow_facts(struct read_in *in, const struct exe_diff_result *d, const struct exe_strings_result *s, uint32_t unit)
{
	struct str run = d->exec.len ? d->exec : s->command;

	if (!s->host.len)
		return;
	if (run.len && (d->net.len || (d->exec.len && s->command.len)))
		flow_fact(in, unit, "net>exec", arena_printf(in->arena, "new string names %.*s", STR_ARG(s->host)),
			arena_printf(in->arena, "the same program newly has %.*s; the way between is not followed", STR_ARG(run)), s->host);
	if (s->secret.len)
		flow_fact(in, unit, "cred>net", arena_printf(in->arena, "new string names %.*s", STR_ARG(s->secret)),
			arena_printf(in->arena, "another names %.*s; the way between is not followed", STR_ARG(s->host)), s->host);
}

static const char *why(const struct exe *e)
{
	if (e->status == STATUS_DAMAGED)
		return "damaged program compared by imports and strings only";
	if (e->kind == FORMAT_WASM)
		return "WebAssembly compared by imports and strings only";
	if (e->overlay_opened)
		return "program in front of a container, by imports and strings only";
	return e->dotnet ? "managed code compared by imports and strings only" : "native code compared by imports and strings only";
}

/*
 * UPX leaves its mark in front of what it packed: in the headers of a PE, behind those of an ELF. Where it was
 * opened, the unpacked image is a member of its own; else what is packed is not seen.
 */
static bool is_packed(const struct exe *e)
{
	struct cursor head = cursor_clip(&e->bytes, 0, e->kind == FORMAT_ELF ? 1024 : 4096);

	return (e->kind == FORMAT_PE || e->kind == FORMAT_ELF) &&
		str_has(str_view(head.base, head.len), "UPX!");
}

/* Methods of managed code. True when all of NEW's could be read. */
static bool managed_facts(struct read_in *in, bool had, bool *ret_limit)
{
	struct code_image old = {0}, new_ = {0};

	if (!dotnet_read(in, in->new_, &new_))
		return false;
	had = had && dotnet_read(in, in->old, &old);
	*ret_limit = code_units_say(in, had ? &old : NULL, &new_, dotnet_apis, n_dotnet_apis) == STATUS_LIMIT;
	return !new_.partial && !*ret_limit;
}

static enum status read_exec(struct read_in *in)
{
	struct exe *new_ = ARENA_NEW(in->arena, struct exe), *old = NULL;
	struct unit u = {.change = in->has_old ? UNIT_CHANGED : UNIT_ADDED, .length = in->new_.len, .name = STR("program")};
	struct exe_strings_result strings;
	struct exe_diff_result diff;
	uint32_t unit;
	bool managed = false, limit = false;
	enum native_sight sight = NATIVE_UNSEEN;

	if (!exe_load(in->arena, in->budget, in->new_, in->format, new_)) {
		read_cover(in, COVER_BLIND, in->new_.len, "damaged program");
		return STATUS_DAMAGED;
	}
	unit = read_unit(in, &u);
	if (in->has_old && is_executable(in->old_format)) {
		old = ARENA_NEW(in->arena, struct exe);
		if (!exe_load(in->arena, in->budget, in->old, in->old_format, old))
			old = NULL;
	}
	kind_facts(in, unit);
	diff = exe_diff(in, old, new_, unit);
	fuse_facts(in, unit);
	strings = exe_strings(in, old, new_, unit);
	if (old) {
		flow_facts(in, &diff, &strings, unit);
		code_facts(in, old, new_, unit, diff.n_facts == 0 && strings.n_new == 0);
	}
	if (new_->dotnet)
		managed = managed_facts(in, old && old->dotnet, &limit);
	else if (old && new_->kind != FORMAT_WASM)
		sight = native_say(in, unit);
	if (new_->status == STATUS_LIMIT || strings.limit || limit || in->budget->steps >= in->budget->max_steps) {
		read_cover(in, COVER_BLIND, in->new_.len, "over budget");
		return STATUS_LIMIT;
	}
	if (is_packed(new_))
		read_cover(in, COVER_BLIND, in->new_.len, "packed by UPX");
	else if ((managed || sight == NATIVE_SEEN) && new_->status == STATUS_OK && !new_->overlay_opened)
		read_cover(in, COVER_PARSED, in->new_.len, "");
	else
		read_cover(in, COVER_SHALLOW, in->new_.len, why(new_));
	return new_->status == STATUS_DAMAGED ? STATUS_DAMAGED : STATUS_OK;
}

const struct reader reader_exec = {
	.name = "program",
	.summary = "PE, ELF, Mach-O: functions, imports, exports, sections, strings, toolchain, signer as stated",
	.claim = claim,
	.read = read_exec,
};
