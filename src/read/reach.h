/*
 * Can this text reach anything outside itself? A cheap question by words, asked before the expensive
 * one. It only ever spares work where a script names nothing of the outer world and its changed parts
 * do nothing that could hide a name: such code has neither a source nor a sink, whatever it computes.
 */
#ifndef ASSAY_READ_REACH_H
#define ASSAY_READ_REACH_H

#include "read/align.h"

/* Names of modules, globals and services through which code reaches the network, files, processes,
 * the page or the evaluator. */
bool text_reaches(enum language lang, struct str text);

/* Fresh code that could build such a name: computed calls and members, escapes, long or encoded
 * literals, numbers as data. */
bool text_could_hide(struct str text);

/* Names of settings, keys and addresses that a product trusts: setting them reaches nothing, and matters. */
bool text_sets_trust(struct str text);

/* The question for a script: true when its changed units have to be analysed. */
bool script_needs_analysis(enum language lang, struct str text, const struct unit_span *units, size_t n_units);

#endif
