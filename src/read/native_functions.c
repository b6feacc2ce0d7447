/* Cutting code into functions, and what is the same about each of them wherever it stands. */
#include <stdlib.h>

#include "read/native_int.h"

enum { TEXT_MIN = 4, HASHED_TEXT = 200, RUN = 512, ROUNDS = 3 };

void native_range_add(struct read_in *in, struct native_image *im, struct native_range r)
{
	struct cursor c = cursor_clip(&im->bytes, r.offset, r.bytes);

	r.bytes = c.len;
	if (r.bytes == 0 || r.address > UINT64_MAX - r.bytes)
		return;
	if (im->n_ranges >= NATIVE_RANGES_MAX) {
		im->partial = true;
		return;
	}
	if (im->n_ranges == 0 || r.address < im->base)
		im->base = r.address;
	if (r.address + r.bytes > im->end)
		im->end = r.address + r.bytes;
	*ARENA_PUSH(in->arena, im->ranges, im->n_ranges, im->room_ranges) = r;
}

static const struct native_range *range_of(const struct native_image *im, uint64_t address, bool code)
{
	for (size_t i = 0; i < im->n_ranges; i++) {
		const struct native_range *r = &im->ranges[i];

		if (address >= r->address && address - r->address < r->bytes && (r->x || !code))
			return r;
	}
	return NULL;
}

struct cursor native_at(const struct native_image *im, uint64_t address)
{
	const struct native_range *r = range_of(im, address, false);

	if (!r)
		return (struct cursor){.bad = true};
	return cursor_clip(&im->bytes, r->offset + (address - r->address), r->bytes - (address - r->address));
}

bool native_is_code(const struct native_image *im, uint64_t address)
{
	return range_of(im, address, true) != NULL;
}

void native_start_add(struct read_in *in, struct native_image *im, uint64_t address, uint64_t bytes, uint32_t flags, struct str name)
{
	struct native_function *f;

	if (!native_is_code(im, address))
		return;
	if (im->n_functions >= NATIVE_FUNCTIONS_MAX || !budget_step(in->budget, 1)) {
		im->partial = true;
		return;
	}
	f = ARENA_PUSH(in->arena, im->functions, im->n_functions, im->room_functions);
	f->address = address;
	f->bytes = bytes > UINT32_MAX ? 0 : (uint32_t)bytes;
	f->flags = flags | (f->bytes ? NATIVE_SIZED : 0);
	f->name = name;
	f->mate = UINT32_MAX;
}

void native_slot_add(struct read_in *in, struct native_image *im, uint64_t address, uint64_t target, struct str name)
{
	if (im->n_slots >= NATIVE_SLOTS_MAX) {
		im->partial = true;
		return;
	}
	*ARENA_PUSH(in->arena, im->slots, im->n_slots, im->room_slots) = (struct native_slot){address, target, name};
}

/* Of equal places the ones with a name come first, so that a search meets them. */
static int cmp_slot(const void *a, const void *b)
{
	const struct native_slot *x = a, *y = b;

	if (x->address != y->address)
		return x->address < y->address ? -1 : 1;
	if (!x->name.len != !y->name.len)
		return x->name.len ? -1 : 1;
	return x->target < y->target ? -1 : x->target > y->target;
}

void native_slots_sort(struct native_image *im)
{
	size_t n = 0;

	if (im->n_slots)
		qsort(im->slots, im->n_slots, sizeof(im->slots[0]), cmp_slot);
	for (size_t i = 0; i < im->n_slots; i++)
		if (n == 0 || im->slots[n - 1].address != im->slots[i].address)
			im->slots[n++] = im->slots[i];
	im->n_slots = n;
}

const struct native_slot *native_slot_of(const struct native_image *im, uint64_t address)
{
	size_t low = 0, high = im->n_slots;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (im->slots[mid].address < address)
			low = mid + 1;
		else
			high = mid;
	}
	return low < im->n_slots && im->slots[low].address == address ? &im->slots[low] : NULL;
}

struct native_function *native_function_of(const struct native_image *im, uint64_t address, bool inside)
{
	size_t low = 0, high = im->n_functions;
	struct native_function *f;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (im->functions[mid].address <= address)
			low = mid + 1;
		else
			high = mid;
	}
	if (low == 0)
		return NULL;
	f = &im->functions[low - 1];
	return f->address == address || (inside && address - f->address < f->bytes) ? f : NULL;
}

/* ASCII, and UTF-8 beyond it. */
static bool is_text_byte(uint8_t b)
{
	return (b >= 0x20 && b < 0x7f) || b == '\t' || b == '\n' || b == '\r' || b >= 0xc2;
}

struct str native_text_at(const struct native_image *im, uint64_t address, size_t max)
{
	struct cursor c = native_at(im, address);
	size_t n = 0;

	while (n < c.len && n <= max && (is_text_byte(c.base[n]) || (n && (c.base[n] & 0xc0) == 0x80)))
		n++;
	if (n < TEXT_MIN || n == c.len || n > max || c.base[n] != 0)
		return STR_NONE;
	return str_view(c.base, n);
}

/* Names that compilers number anew: what stands behind the first mark of theirs is left out. */
struct str native_plain_name(struct str name)
{
	static const char *const marks[] = {".isra.", ".part.", ".constprop.", ".cold", ".lto_priv.", ".llvm."};

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		size_t at = str_find_z(name, marks[i]);

		if (at != SIZE_MAX && at)
			name.len = at;
	}
	if (name.len > 20 && str_starts(name, "_ZN") && str_ends(name, "E") && memcmp(name.p + name.len - 20, "17h", 3) == 0)
		name.len -= 20; /* a hash of the whole crate */
	return name;
}

/* The slot that a stub jumps through, or NULL: a few instructions, a jump, nothing else. */
static const struct native_slot *stub_slot(const struct native_image *im, uint64_t address)
{
	struct native_state state = {0};
	struct cursor c = native_at(im, address);

	if (!native_is_code(im, address))
		return NULL;
	for (int i = 0; i < 4 && cursor_left(&c); i++) {
		const struct native_slot *slot;
		struct native_insn x;

		native_decode(im, c.base + c.pos, cursor_left(&c), address + c.pos, &state, &x);
		if (!x.bytes || x.kind == NATIVE_CALL || x.kind == NATIVE_LEAVE || x.kind == NATIVE_BRANCH)
			return NULL;
		slot = x.has_target ? native_slot_of(im, x.target) : NULL;
		if (slot)
			return slot;
		if (x.kind == NATIVE_JUMP)
			return NULL;
		cursor_skip(&c, x.bytes);
	}
	return NULL;
}

struct str native_callee(const struct native_image *im, uint64_t address, bool *ret_import, uint64_t *ret_to)
{
	const struct native_function *f = native_function_of(im, address, false);
	const struct native_slot *slot = native_slot_of(im, address); /* Mach-O: the stub itself is bound */

	*ret_import = true;
	*ret_to = address;
	if (!slot && !(f && f->name.len))
		slot = stub_slot(im, address);
	if (slot && slot->name.len)
		return slot->name;
	*ret_import = false;
	if (slot && native_is_code(im, slot->target)) {
		*ret_to = slot->target;
		f = native_function_of(im, slot->target, false);
	}
	return f ? native_plain_name(f->name) : STR_NONE;
}

/* What an address means, wherever it stands: a name, a text, or only that it is one. */
static uint64_t meaning(const struct native_image *im, const struct native_insn *x)
{
	const struct native_slot *slot = native_slot_of(im, x->target);
	struct str s = slot ? slot->name : STR_NONE;
	bool import;
	uint64_t to;

	if (!s.len && (x->kind == NATIVE_CALL || x->kind == NATIVE_JUMP || x->kind == NATIVE_BRANCH) && !x->through)
		s = native_callee(im, x->target, &import, &to);
	else if (!s.len && !slot) {
		s = native_text_at(im, x->target, HASHED_TEXT); /* texts without an end: what stands beside them is not meant */
	}
	return s.len ? key_of(s, 1) : 1;
}

struct hashing {
	uint8_t run[RUN];
	size_t n;
	uint64_t exact, shape;
	uint32_t shapes[RUN / 8];
	size_t n_shapes;
};

static void flush(struct hashing *h)
{
	h->exact = fast_hash(h->run, h->n, h->exact);
	h->shape = fast_hash(h->shapes, h->n_shapes * sizeof(h->shapes[0]), h->shape);
	h->n = h->n_shapes = 0;
}

static void insn_hash(const struct native_image *im, const struct native_function *f, const uint8_t *code,
	const struct native_insn *x, struct hashing *h)
{
	bool inside = x->kind >= NATIVE_CALL && x->target >= f->address && x->target - f->address < f->bytes;

	if (h->n + 32 > RUN || h->n_shapes + 1 > RUN / 8)
		flush(h);
	h->shapes[h->n_shapes++] = x->shape;
	if (!x->has_target || inside) {
		memcpy(h->run + h->n, code, x->bytes);
		h->n += x->bytes;
		return;
	}
	if (im->cpu == NATIVE_ARM64) {
		memcpy(h->run + h->n, &x->word, 4);
	} else {
		memcpy(h->run + h->n, code, x->bytes);
		memset(h->run + h->n + x->mask_at, 0, x->mask_bytes);
	}
	h->n += x->bytes;
	h->exact = fast_hash(h->run, h->n, h->exact ^ meaning(im, x));
	h->n = 0;
}

/* Adds the targets of calls as starts where nothing else says what stands there. */
static void call_note(struct read_in *in, struct native_image *im, size_t n_sorted, uint64_t target)
{
	size_t all = im->n_functions;
	const struct native_function *f;

	im->n_functions = n_sorted; /* those behind are not in order yet */
	f = native_function_of(im, target, true);
	im->n_functions = all;
	if (!f || (f->address != target && !(f->flags & NATIVE_SIZED)))
		native_start_add(in, im, target, 0, 0, STR_NONE);
}

/* What lazy linking is made of: jumps through slots, and the numbers that name them. */
static bool is_stub(const struct native_image *im, const struct native_insn *x)
{
	if (x->kind == NATIVE_JUMP)
		return true;
	if (im->cpu == NATIVE_ARM64)
		return (x->word & 0x9f000000) == 0x90000000 || x->word == 0xa9bf7bf0 || (x->has_target && x->kind == NATIVE_PLAIN);
	return x->shape == 0x168 || x->shape == (0x1ff | 7u << 12 | 1u << 16) || x->shape == 0x21e;
}

static bool function_hash(struct read_in *in, struct native_image *im, size_t index, size_t n_sorted)
{
	struct native_function f = im->functions[index];
	struct hashing h = {.exact = 1, .shape = 1};
	struct native_state state = {0};
	struct cursor c = cursor_clip(&im->bytes, f.offset, f.bytes);
	bool any = false, stubs = true;

	if (!budget_step(in->budget, f.bytes / 16 + 1))
		return false;
	while (cursor_left(&c)) {
		const uint8_t *code = c.base + c.pos;
		struct native_insn x;

		native_decode(im, code, cursor_left(&c), f.address + c.pos, &state, &x);
		if (!x.bytes)
			x = (struct native_insn){.bytes = im->cpu == NATIVE_ARM64 && cursor_left(&c) >= 4 ? 4 : 1, .shape = 0xffff};
		cursor_skip(&c, x.bytes);
		if (x.kind == NATIVE_PAD)
			continue;
		any = true;
		stubs = stubs && is_stub(im, &x);
		insn_hash(im, &f, code, &x, &h);
		if (x.kind == NATIVE_CALL && !x.through && x.has_target && native_is_code(im, x.target))
			call_note(in, im, n_sorted, x.target);
	}
	flush(&h);
	im->functions[index].exact = any && !(stubs && f.flags & NATIVE_GAP) ? h.exact | 1 : 0;
	im->functions[index].shape = h.shape | 1;
	return true;
}

/* Of equal addresses: named before unnamed, the exported name first, then by name, so that runs repeat. */
static int cmp_function(const void *a, const void *b)
{
	const struct native_function *x = a, *y = b;

	if (x->address != y->address)
		return x->address < y->address ? -1 : 1;
	if (!x->name.len != !y->name.len)
		return x->name.len ? -1 : 1;
	if ((x->flags ^ y->flags) & NATIVE_EXPORTED)
		return x->flags & NATIVE_EXPORTED ? -1 : 1;
	return str_cmp(x->name, y->name);
}

static void merge(struct native_image *im)
{
	size_t n = 0;

	if (im->n_functions)
		qsort(im->functions, im->n_functions, sizeof(im->functions[0]), cmp_function);
	for (size_t i = 0; i < im->n_functions; i++) {
		struct native_function *f = &im->functions[i], *to = n ? &im->functions[n - 1] : NULL;

		if (!to || to->address != f->address) {
			im->functions[n++] = *f;
			continue;
		}
		to->flags |= f->flags;
		if (f->bytes > to->bytes)
			to->bytes = f->bytes;
	}
	im->n_functions = n;
}

/* Lengths: as stated, up to the next one, up to the end of the range. A function that became shorter is hashed again. */
static void lengths(struct native_image *im)
{
	for (size_t i = 0; i < im->n_functions; i++) {
		struct native_function *f = &im->functions[i];
		const struct native_range *r = range_of(im, f->address, true);
		uint64_t left = r->address + r->bytes - f->address, was = f->bytes;

		if (i + 1 < im->n_functions && im->functions[i + 1].address - f->address < left)
			left = im->functions[i + 1].address - f->address;
		if (!(f->flags & NATIVE_SIZED) || f->bytes > left)
			f->bytes = left > NATIVE_FUNCTION_BYTES_MAX ? NATIVE_FUNCTION_BYTES_MAX : (uint32_t)left;
		if (left > NATIVE_FUNCTION_BYTES_MAX && f->bytes == NATIVE_FUNCTION_BYTES_MAX)
			im->partial = true;
		f->offset = r->offset + (f->address - r->address);
		if (f->bytes != was)
			f->exact = 0;
	}
}

/* What stays between a function and the next, and in front of the first: code without a name. */
static void gaps(struct read_in *in, struct native_image *im)
{
	size_t n = im->n_functions;

	for (size_t i = 0; i < n; i++) {
		const struct native_function *f = &im->functions[i];
		uint64_t end = f->address + f->bytes;

		if (f->flags & NATIVE_SIZED && (i + 1 == n || im->functions[i + 1].address > end))
			native_start_add(in, im, end, 0, NATIVE_GAP, STR_NONE);
	}
	for (size_t i = 0; i < im->n_ranges; i++)
		if (im->ranges[i].x)
			native_start_add(in, im, im->ranges[i].address, 0, NATIVE_GAP, STR_NONE);
}

bool native_cut(struct read_in *in, struct native_image *im)
{
	native_slots_sort(im);
	merge(im);
	lengths(im);
	gaps(in, im);
	for (int round = 0; round < ROUNDS; round++) {
		size_t n;

		merge(im);
		lengths(im);
		n = im->n_functions;
		if (!budget_step(in->budget, n / 4 + 1))
			return false;
		for (size_t i = 0; i < n; i++)
			if (!im->functions[i].exact && !function_hash(in, im, i, n))
				return false;
		if (im->n_functions == n)
			return true;
		if (round + 1 == ROUNDS)
			im->n_functions = n; /* those stay parts of what they stand in */
	}
	return true;
}
