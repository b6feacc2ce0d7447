/* One command line that stands in a manifest or an install script: what it names and what it does. */
#ifndef ASSAY_READ_SHELL_COMMAND_H
#define ASSAY_READ_SHELL_COMMAND_H

#include "read/read.h"

/* The file of the package that it runs ("node ./x.js" -> "./x.js"), "" if none. A view of the command. */
struct str command_file(struct str command);

/* The program that it starts: base name, lower case not applied, without quotes. A view. */
struct str command_program(struct str command);

/* Programs (and commands of PowerShell) that look at what they are handed, name it otherwise, pack it or take it apart, and never start it. */
bool program_hands_back(struct str program);
/* No word of its command line is an option that names one more program to start ("tar --to-command=..."). */
bool command_starts_no_other(struct str words);

/* The code of "node -e CODE" or "node --eval CODE", without its quotes; "" if none. A view. */
struct str command_inline_code(struct str command);

/*
 * The code that "powershell -c CODE", "-enc BASE64" or "powershell CODE" hands over, decoded; "" for any
 * other command and for one that runs a file. In the arena.
 */
struct str command_powershell(struct arena *a, struct str command);
/* Reads such code; place, unit and excerpt of the facts are taken from `at`. */
void powershell_facts(struct read_in *in, struct str code, const struct fact *at);

/*
 * Returns what is most notable about the command, after facts about it: hosts, paths and notable words (FACT_HOST, FACT_PATH, FACT_STRING), and
 * FACT_COMMAND when it is of the kind that fetches, decodes, elevates, hides or disables; a download
 * that is run is FACT_FLOW net>exec. What PowerShell is given is read as PowerShell. Place, unit, excerpt and flags are taken from `at`.
 */
enum command_kind { COMMAND_PLAIN, COMMAND_FETCHES, COMMAND_DECODES, COMMAND_DISABLES, COMMAND_PERSISTS, COMMAND_HIDES };

enum command_kind command_facts(struct read_in *in, struct str command, const struct fact *at);

#endif
