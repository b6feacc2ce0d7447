/*
 * The grammars that third_party/meson.build compiles; their npm packages bring no C header.
 * Each function returns a constant table that lives as long as the program and is never freed.
 */
#ifndef THIRD_PARTY_GRAMMARS_H
#define THIRD_PARTY_GRAMMARS_H

#include <tree_sitter/api.h>

const TSLanguage *tree_sitter_bash(void);
const TSLanguage *tree_sitter_c(void);
const TSLanguage *tree_sitter_go(void);
const TSLanguage *tree_sitter_javascript(void);
const TSLanguage *tree_sitter_php_only(void);
const TSLanguage *tree_sitter_powershell(void);
const TSLanguage *tree_sitter_python(void);
const TSLanguage *tree_sitter_ruby(void);
const TSLanguage *tree_sitter_typescript(void);
const TSLanguage *tree_sitter_tsx(void);

#endif
