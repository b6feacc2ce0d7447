/*
 * Machine code as functions; shared by the native files only. A loader (native_elf.c, native_pe.c,
 * native_macho.c) says where code and data of one image stand, what its slots import and which
 * addresses begin functions; native_functions.c cuts the code at them and hashes each function;
 * native_events.c says what one function calls and names; native_match.c pairs OLD and NEW.
 */
#ifndef ASSAY_READ_NATIVE_INT_H
#define ASSAY_READ_NATIVE_INT_H

#include "read/code_units.h"
#include "read/exec_int.h"
#include "read/keyset.h"

enum {
	NATIVE_FUNCTIONS_MAX = 1 << 20,
	NATIVE_SLOTS_MAX = 1 << 20,
	NATIVE_RANGES_MAX = 128,
	NATIVE_FUNCTION_BYTES_MAX = 1 << 20, /* longer ones are cut: they are data, or one would pay for all */
	NATIVE_PAIR_BYTES_MAX = 32 << 20, /* OLD and NEW together */
	NATIVE_INSN_BYTES = 15,
};

enum native_cpu { NATIVE_NONE, NATIVE_X86, NATIVE_X86_64, NATIVE_ARM64 };

/* What the loader maps: addresses [address, address + bytes) are the file's bytes from offset on. */
struct native_range {
	uint64_t address, offset, bytes;
	bool x, w;
};

/* A place that the loader fills: with the address of something imported, or with one of its own. */
struct native_slot {
	uint64_t address, target; /* target: 0 when imported */
	struct str name;          /* of what is imported */
};

enum {
	NATIVE_EXPORTED = 1 << 0,
	NATIVE_STARTS = 1 << 1, /* runs when the image is loaded: constructors, TLS callbacks */
	NATIVE_PICKS = 1 << 2,  /* runs while the image is being linked: ifunc resolvers */
	NATIVE_GAP = 1 << 3,    /* nothing names it: code between functions */
	NATIVE_SIZED = 1 << 4,  /* its length is stated, not only bounded by the next */
};

struct native_function {
	uint64_t address, offset;
	uint32_t bytes, flags;
	struct str name;       /* "" when nothing names it */
	uint64_t exact, shape; /* code and what it refers to, without addresses; opcodes alone */
	uint32_t mate;         /* of the other image, UINT32_MAX = none */
};

struct native_image {
	enum native_cpu cpu;
	bool windows;          /* which registers carry arguments */
	struct str label;      /* "x86-64", only of images in a fat file */
	struct cursor bytes;   /* the file */
	uint64_t base, end;    /* of all addresses */
	uint64_t got;          /* x86: what position-independent code adds its offsets to, 0 = none */
	struct native_range *ranges;
	size_t n_ranges, room_ranges;
	struct native_function *functions; /* ascending by address */
	size_t n_functions, room_functions;
	struct native_slot *slots; /* ascending by address */
	size_t n_slots, room_slots;
	bool partial; /* something was left out: too much of it, or contradictory */
};

enum native_kind {
	NATIVE_PLAIN,
	NATIVE_CALL,
	NATIVE_JUMP,
	NATIVE_BRANCH, /* conditional */
	NATIVE_LEAVE,  /* return, or nothing comes behind it */
	NATIVE_SYSCALL,
	NATIVE_PAD,    /* what fills the space between functions */
};

enum { NATIVE_CONSTANTS = 32, NATIVE_STORE_BYTES = 8 };

/* One instruction. */
struct native_insn {
	uint8_t bytes;            /* 0: it is none */
	uint8_t kind;             /* enum native_kind */
	bool through;             /* call, jump: through the place that `target` names */
	bool has_target;
	uint64_t target;          /* of a branch; or the address of data */
	uint8_t mask_at, mask_bytes; /* the operand that carries it; arm64: `word` is without it */
	uint32_t word;
	uint32_t shape;           /* the opcode, without registers and numbers */
	bool xors;                /* exclusive or of two values that are not the same register */
	bool peb;                 /* reads the place where Windows keeps its list of loaded libraries */
	bool computed;            /* call, jump: to what stands in a register */
	bool mixes;               /* changes bytes by others: exclusive or, addition, subtraction of two values */
	bool stores_bytes;        /* writes single bytes, or a vector of them, to a place told by a register */
	/* A constant: into register `to`, or (width > 0) stored at `at`. */
	bool is_constant;
	uint8_t to, width;
	uint64_t constant;
	int64_t at;
	int8_t from;              /* stores register, -1 = not a store of one */
	int8_t copies;            /* register `to` gets what stands in this one, -1 = none */
	int8_t loses;             /* this register gets something unknown, -1 = none */
	int8_t vector;            /* x86: this vector register is loaded, or stored at `at` (width 16); -1 = none */
};

/* What decoding remembers from one instruction to the next. */
struct native_state {
	uint64_t page[32];  /* arm64: what adrp put into a register */
	uint32_t has_page;
	uint64_t constants[NATIVE_CONSTANTS]; /* numbers in registers, kept by the caller */
};

/* Decodes the instruction at `address`; code holds `left` bytes. */
void native_x86(const struct native_image *im, const uint8_t *code, size_t left, uint64_t address, struct native_insn *ret);
void native_arm64(const uint8_t *code, size_t left, uint64_t address, struct native_state *s, struct native_insn *ret);
void native_decode(const struct native_image *im, const uint8_t *code, size_t left, uint64_t address,
	struct native_state *s, struct native_insn *ret);

/* Loaders. False when there is no code of a known kind in it. `index`: image of a fat file. */
bool native_elf(struct read_in *in, struct cursor bytes, struct native_image *ret);
bool native_pe(struct read_in *in, struct cursor bytes, struct native_image *ret);
size_t native_macho_images(struct read_in *in, struct cursor bytes, struct native_image *ret, size_t max);

void native_range_add(struct read_in *in, struct native_image *im, struct native_range r);
void native_start_add(struct read_in *in, struct native_image *im, uint64_t address, uint64_t bytes, uint32_t flags, struct str name);
void native_slot_add(struct read_in *in, struct native_image *im, uint64_t address, uint64_t target, struct str name);
/* Before native_slot_of() is asked. */
void native_slots_sort(struct native_image *im);
/* After the loader: sorts, cuts, finds what only calls show, hashes. False when the budget ended. */
bool native_cut(struct read_in *in, struct native_image *im) MUST_CHECK;

/* The file's bytes at an address up to the end of its range; empty when nothing is mapped there. */
struct cursor native_at(const struct native_image *im, uint64_t address);
bool native_is_code(const struct native_image *im, uint64_t address);
const struct native_slot *native_slot_of(const struct native_image *im, uint64_t address);
/* The function that begins there, or NULL; with `inside`, the one that it lies in. */
struct native_function *native_function_of(const struct native_image *im, uint64_t address, bool inside);
/* A text that ends with NUL, of 4 to `max` bytes, at the address; empty if there is none. */
struct str native_text_at(const struct native_image *im, uint64_t address, size_t max);
/* What a call to the address is a call of: an import, also through a stub, or a function's name; or "".
 * *ret_to: where it goes when it is no import. */
struct str native_callee(const struct native_image *im, uint64_t address, bool *ret_import, uint64_t *ret_to);
/* Without what compilers add to names. */
struct str native_plain_name(struct str name);

enum { NATIVE_DECODED_MAX = 16, NATIVE_REACHED_MAX = 48 };

struct native_reach {
	struct code_unit *unit; /* gets what is called and named, in the order of the code */
	bool decode;            /* look for texts that are put together or decoded */
	struct code_decoded decoded[NATIVE_DECODED_MAX];
	size_t n_decoded;
	bool walks_loader; /* looks for functions in the loader's own tables */
	size_t n_own;      /* imports and texts of its own, not of what it reaches */
	uint32_t reached[NATIVE_REACHED_MAX]; /* fresh functions, by index */
	size_t n_reached;
};

/* Reads functions of one image. `fresh`, by index, may be NULL: nothing in the other image has the same code. */
struct native_walk;
struct native_walk *native_walk_new(struct read_in *in, const struct native_image *im, const uint8_t *fresh);
/*
 * What the function calls and names; also through fresh functions and small ones that only wrap a call.
 * False when the budget ended.
 */
bool native_events(struct native_walk *w, const struct native_function *f, struct native_reach *ret) MUST_CHECK;

extern const struct code_api native_apis[];
extern const size_t n_native_apis;

#endif
