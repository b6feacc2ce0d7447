/* Which script is a member, as its consumer would run it? Shared by the two script readers. */
#ifndef ASSAY_READ_SCRIPT_H
#define ASSAY_READ_SCRIPT_H

#include "read/align.h"

/* By hints, first line, extension and well-known places; NONE when it is no script of ours. */
enum language script_language(const struct read_in *in);

/* A page: <script> bodies and event handlers stay where they are, everything else turns blank. */
/* A PHP file: what stands outside of <?php ... ?> turns blank. */
struct str script_of_php(struct arena *a, struct str file);
/* A PowerShell script without the backticks inside of its words. */
struct str script_of_powershell(struct arena *a, struct str text);
struct str script_of_page(struct arena *a, struct str page);

#endif
