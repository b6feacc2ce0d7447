#include "scope/country.h"

#include <dlfcn.h>
#include <maxminddb.h>
#include <stdio.h>
#include <stdlib.h>

struct countries {
	void *library;
	MMDB_s db;
	bool open;
	__typeof__(MMDB_open) *db_open;
	__typeof__(MMDB_close) *db_close;
	__typeof__(MMDB_lookup_string) *lookup;
	__typeof__(MMDB_get_value) *value;
	__typeof__(MMDB_strerror) *error;
};

static bool find(const struct countries *c, const char *name, void *to)
{
	void *symbol = dlsym(c->library, name);

	memcpy(to, &symbol, sizeof(symbol));
	return symbol != NULL;
}

static bool load(struct countries *c)
{
	c->library = dlopen("libmaxminddb.so.0", RTLD_NOW | RTLD_LOCAL);
	return c->library && find(c, "MMDB_open", &c->db_open) && find(c, "MMDB_close", &c->db_close) &&
	       find(c, "MMDB_lookup_string", &c->lookup) && find(c, "MMDB_get_value", &c->value) &&
	       find(c, "MMDB_strerror", &c->error);
}

enum status countries_open(const char *path, struct countries **ret, char ret_why[COUNTRY_WHY_BYTES])
{
	struct countries *c = calloc(1, sizeof(*c));
	int status;

	*ret = NULL;
	if (!c)
		return STATUS_NOMEM;
	if (!load(c)) {
		snprintf(ret_why, COUNTRY_WHY_BYTES, "libmaxminddb is not installed");
		countries_close(c);
		return STATUS_UNSUPPORTED;
	}
	status = c->db_open(path, MMDB_MODE_MMAP, &c->db);
	if (status != MMDB_SUCCESS) {
		snprintf(ret_why, COUNTRY_WHY_BYTES, "%s", c->error(status));
		countries_close(c);
		return STATUS_DAMAGED;
	}
	c->open = true;
	*ret = c;
	return STATUS_OK;
}

void countries_close(struct countries *c)
{
	if (!c)
		return;
	if (c->open)
		c->db_close(&c->db);
	if (c->library)
		dlclose(c->library);
	free(c);
}

static bool is_letter(char ch)
{
	return ch >= 'A' && ch <= 'Z';
}

bool countries_find(void *user, struct str address, char ret[3])
{
	struct countries *c = user;
	char z[64];
	int gai = 0, status = MMDB_SUCCESS;
	MMDB_lookup_result_s found;
	MMDB_entry_data_s data;

	if (address.len == 0 || address.len >= sizeof(z))
		return false;
	memcpy(z, address.p, address.len);
	z[address.len] = 0;
	/* Numbers only: the library would ask a resolver for anything else. */
	if (strspn(z, "0123456789abcdefABCDEF.:") != address.len || !strpbrk(z, ".:"))
		return false;
	found = c->lookup(&c->db, z, &gai, &status);
	if (gai || status != MMDB_SUCCESS || !found.found_entry)
		return false;
	status = c->value(&found.entry, &data, "country", "iso_code", NULL);
	if (status != MMDB_SUCCESS || !data.has_data || data.type != MMDB_DATA_TYPE_UTF8_STRING ||
		data.data_size != 2 || !is_letter(data.utf8_string[0]) || !is_letter(data.utf8_string[1]))
		return false;
	ret[0] = data.utf8_string[0];
	ret[1] = data.utf8_string[1];
	ret[2] = 0;
	return true;
}
