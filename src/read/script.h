/* Which script is a member, as its consumer would run it? Shared by the two script readers. */
#ifndef ASSAY_READ_SCRIPT_H
#define ASSAY_READ_SCRIPT_H

#include "read/align.h"

/* By hints, first line, extension and well-known places; NONE when it is no script of ours. */
enum language script_language(const struct read_in *in);

/* Lines as the language ends them, and no zero bytes. */
struct str script_lines(struct arena *a, enum language lang, struct str text);
/* The code of such a text, all of it at its place; the rest is blank. */
struct str script_code(struct arena *a, struct str path, enum language lang, struct str text);
/* Is what runs another text than what is read, for how it is encoded? old: STR_NONE without. */
void coding_facts(struct read_in *in, enum language lang, struct str text, struct str old);

bool script_is_page(struct str path);
/* A page: <script> bodies and event handlers stay where they are, everything else turns blank. */
/* A PHP file: what stands outside of <?php ... ?> turns blank. */
struct str script_of_php(struct arena *a, struct str file);
/* A PowerShell script without the backticks inside of its words, quotes and dashes of print as plain ones. */
struct str script_of_powershell(struct arena *a, struct str text);
/* Its bytes as letters of Windows-1252, as far as they are quotes, dashes or blanks: each byte in its place. */
struct str powershell_of_code_page(struct arena *a, struct str text);
struct str script_of_page(struct arena *a, struct str page);

#endif
