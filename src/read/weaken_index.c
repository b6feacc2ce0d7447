/* Where packages come from, as a program tells it to what it starts: os.environ["PIP_INDEX_URL"] = "https://...". */
#include "read/weaken_int.h"

#include "read/lexer.h"

enum { BEHIND = 6 /* words from the name to the address */ };

static bool names_index(struct str w)
{
	static const char *const names[] = {"PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "UV_INDEX_URL", "UV_DEFAULT_INDEX", "UV_EXTRA_INDEX_URL", "NPM_CONFIG_REGISTRY", "YARN_NPM_REGISTRY_SERVER",
		"GOPROXY", "GOSUMDB", "CARGO_REGISTRIES_CRATES_IO_INDEX", "GEM_SOURCE", "BUNDLE_MIRROR__ALL", "COMPOSER_REPO_PACKAGIST", "ELECTRON_MIRROR", "NODEJS_ORG_MIRROR",
		"PUPPETEER_DOWNLOAD_BASE_URL", "PLAYWRIGHT_DOWNLOAD_HOST", "CONDA_CHANNEL_ALIAS"};

	return WORD_IN(w, names);
}

/* An address that is written out, and not the usual one. */
static bool is_foreign(struct str address)
{
	static const char *const usual[] = {"://pypi.org", "://test.pypi.org", "://files.pythonhosted.org", "://registry.npmjs.org", "://registry.yarnpkg.com", "://proxy.golang.org", "://rubygems.org",
		"://index.crates.io", "://crates.io", "://localhost", "://127.", "://[::1]", "://nodejs.org", "://github.com/electron", "://conda.anaconda.org", "://repo.packagist.org"};
	size_t at = str_find_z(address, "://");

	if (at == SIZE_MAX || at + 4 >= address.len || str_has(address, "{") || str_has(address, "$") || str_has(address, "%"))
		return false;
	for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]); i++)
		if (str_has_nocase(address, usual[i]))
			return false;
	return true;
}

bool weaken_index(struct weaken *k, const struct edit *e)
{
	const struct side *s = &k->side[NEW];

	for (size_t i = e->from[NEW]; i < e->to[NEW]; i++) {
		if (!(word_is_text(s, i) || word_is_name(s, i)) || !names_index(word_unquoted(word_at(s, i))))
			continue;
		for (size_t j = i + 1; j < e->to[NEW] && j <= i + BEHIND; j++) {
			struct str v = word_unquoted(word_at(s, j));

			if (word_is(s, j, ';') || !s->w[j].changed || !word_is_text(s, j) || !is_foreign(v))
				continue;
			edit_say(k, e, FACT_TRUST, "updater-url", 0, v);
			return true;
		}
	}
	return false;
}
