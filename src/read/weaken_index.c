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

/* An address that is written out; whose it is, is asked where hosts are known. */
static bool is_written(struct str address)
{
	size_t at = str_find_z(address, "://");

	return at != SIZE_MAX && at + 4 < address.len && !str_has(address, "{") && !str_has(address, "$") && !str_has(address, "%");
}

bool weaken_index(struct weaken *k, const struct edit *e)
{
	const struct side *s = &k->side[NEW];

	for (size_t i = e->from[NEW]; i < e->to[NEW]; i++) {
		if (!(word_is_text(s, i) || word_is_name(s, i)) || !names_index(word_unquoted(word_at(s, i))))
			continue;
		for (size_t j = i + 1; j < e->to[NEW] && j <= i + BEHIND; j++) {
			struct str v = word_unquoted(word_at(s, j));

			if (word_is(s, j, ';') || !s->w[j].changed || !word_is_text(s, j) || !is_written(v))
				continue;
			edit_say(k, e, FACT_TRUST, "package-index", 0, v);
			return true;
		}
	}
	return false;
}
