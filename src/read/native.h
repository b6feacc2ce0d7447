/*
 * Machine code (x86, x86-64, arm64) of ELF, PE and Mach-O programs, function by function. NEW is held
 * against OLD: functions with the same code are set aside, whatever their addresses; the others are
 * paired by name, by shape, by place and by what they call and name. Facts are said about those that are new or
 * do something new.
 */
#ifndef ASSAY_READ_NATIVE_H
#define ASSAY_READ_NATIVE_H

#include "read/read.h"

enum native_sight {
	NATIVE_UNSEEN, /* no code of a known kind, or nothing to compare it with */
	NATIVE_PART,   /* some of it was left out */
	NATIVE_SEEN,   /* all functions of NEW were compared */
};

/* Says facts of in->new_ against in->old; `unit` is the whole program. */
enum native_sight native_say(struct read_in *in, uint32_t unit);

#endif
