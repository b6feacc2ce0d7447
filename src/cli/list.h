/* Every verb, in the order in which help shows them. VERB(x) stands for `verb_x` in x.c. */
VERB(diff)
VERB(inspect)
VERB(formats)
VERB(behaviours)
VERB(explain)
VERB(help)
VERB(version)
