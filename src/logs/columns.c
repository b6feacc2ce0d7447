#include "logs/columns.h"

#include "logs/words.h"
#include "util/buf.h"
#include "util/cursor.h"

/* ---- names --------------------------------------------------------------------------------------- */

static bool fits(struct str path, const char *name)
{
	size_t n = strlen(name);

	if (path.len < n || (path.len > n && path.p[path.len - n - 1] != '.'))
		return false;
	path = str_part(path, path.len - n, n);
	for (size_t i = 0; i < n; i++) {
		char a = path.p[i], b = name[i];

		/* "Host name" is host_name */
		if (a != b && !(a == ' ' && b == '_') &&
			!str_equal_nocase(str_view(&a, 1), str_view(&b, 1)))
			return false;
	}
	return true;
}

/* Bit i of the alternatives "a|b c|d" that the name belongs to. */
static uint32_t needed_by(const char *needs, struct str path)
{
	uint32_t bits = 0;
	unsigned group = 0;

	for (const char *p = needs; p && *p;) {
		size_t n = strcspn(p, "| ");
		char name[64];

		if (n < sizeof(name)) {
			memcpy(name, p, n);
			name[n] = '\0';
			if (fits(path, name))
				bits |= 1u << group;
		}
		group += p[n] == ' ';
		p += n + (p[n] != '\0');
	}
	return bits;
}

static uint32_t all_needed(const char *needs)
{
	unsigned groups = needs && *needs ? 1 : 0;

	for (const char *p = needs; p && *p; p++)
		groups += *p == ' ';
	return groups ? (1u << groups) - 1 : 0;
}

const struct log_column *filling_name(struct filling *x, struct str name)
{
	x->needed |= needed_by(x->f->needs, name);
	for (const struct log_column *c = x->f->columns; c && c->name; c++)
		if (fits(name, c->name))
			return c;
	return NULL;
}

bool filling_has_needed(const struct filling *x)
{
	uint32_t all = all_needed(x->f->needs);

	return (x->needed & all) == all;
}

/* ---- values -------------------------------------------------------------------------------------- */

void filling_begin(struct filling *x, const struct log_format *f, struct arena *a,
	struct log_record *r)
{
	*x = (struct filling){.f = f, .a = a, .r = r};
	r->act = f->act;
}

static void put_digests(struct log_record *r, struct str value)
{
	while (value.len) {
		size_t n = 0;
		struct str one;
		size_t equal;

		while (n < value.len && value.p[n] != ',' && value.p[n] != ' ' && value.p[n] != ';')
			n++;
		one = str_part(value, 0, n);
		equal = str_find_z(one, "=");
		record_add(r, WHAT_HASH, equal == SIZE_MAX ? one : str_part(one, equal + 1, one.len));
		value = str_part(value, n + 1, value.len);
	}
}

/* What the numbers of Sysmon, the security log and the service manager tell. */
static void put_event(struct log_record *r, struct str value)
{
	uint64_t n;

	if (!str_to_u64(value, 10, &n))
		return;
	switch (n) {
	case 1:    /* a process was made */
	case 7:    /* an image was loaded */
	case 4688:
		r->act = ACT_EXECUTED;
		break;
	case 3:  /* a connection */
	case 22: /* a name was asked for */
	case 5156:
		r->act = ACT_CONTACTED;
		break;
	default: /* a file, a key, a service, a driver */
		r->act = ACT_INSTALLED;
	}
}

static void put_pair(struct filling *x)
{
	if (!x->package.len || !x->version.len)
		return;
	record_add(x->r, WHAT_PACKAGE, x->package);
	record_add(x->r, WHAT_VERSION, x->version);
	x->package = x->version = STR_NONE;
}

/* pkg:type/namespace/name@version?qualifiers */
static void put_purl(struct filling *x, struct str value)
{
	size_t at;

	value = str_part(value, 0, str_find_z(value, "?"));
	value = str_part(value, 0, str_find_z(value, "#"));
	at = str_rfind_char(value, '@');
	if (at == SIZE_MAX)
		return;
	record_add(x->r, WHAT_PACKAGE, str_basename(str_part(value, 0, at)));
	record_add(x->r, WHAT_VERSION, str_part(value, at + 1, value.len));
}

static void put_thing(struct filling *x, enum log_what what, struct str value)
{
	if (what == WHAT_PACKAGE) {
		x->package = value;
		put_pair(x);
	} else if (what == WHAT_VERSION) {
		x->version = value;
		put_pair(x);
	} else {
		record_add(x->r, what, value);
	}
}

static void put_method(struct log_record *r, struct str value)
{
	if (!str_is(value, "GET") && !str_is(value, "POST") && value.len && !str_is(value, "-"))
		r->failed = true;
}

static void put_status(struct log_record *r, struct str value)
{
	(void)status_take(r, value);
}

void filling_put_column(struct filling *x, const struct log_column *c, struct str value)
{
	if (!value.len || str_is(value, "-") || str_is(value, "(empty)"))
		return;
	switch (c->role) {
	case COLUMN_TIME:
		if (!x->r->time.len || c->index > x->time_rank) {
			x->r->time = value;
			x->time_rank = c->index;
		}
		break;
	case COLUMN_DATE: x->date = value; break;
	case COLUMN_CLOCK: x->clock = value; break;
	case COLUMN_SITE: x->site = value; break;
	case COLUMN_PATH: x->path = value; break;
	case COLUMN_QUERY: x->query = value; break;
	case COLUMN_WHO:
		if (!x->r->who[c->index].len)
			x->r->who[c->index] = value;
		break;
	case COLUMN_THING: put_thing(x, (enum log_what)c->index, value); break;
	case COLUMN_REQUEST: request_take(x->r, value); break;
	case COLUMN_METHOD: put_method(x->r, value); break;
	case COLUMN_STATUS: put_status(x->r, value); break;
	case COLUMN_BYTES: (void)bytes_take(x->r, value); break;
	case COLUMN_DIGESTS: put_digests(x->r, value); break;
	case COLUMN_EVENT: put_event(x->r, value); break;
	case COLUMN_PURL: put_purl(x, value); break;
	case COLUMN_ACTION: x->r->gone |= str_is(value, "removed"); break;
	}
}

void filling_put(struct filling *x, struct str name, struct str value)
{
	const struct log_column *c = filling_name(x, name);

	if (c)
		filling_put_column(x, c, value);
}

bool filling_end(struct filling *x)
{
	struct log_record *r = x->r;

	if (x->date.len && x->clock.len)
		r->time = arena_printf(x->a, "%.*s %.*s", STR_ARG(x->date), STR_ARG(x->clock));
	else if (x->date.len && !r->time.len)
		r->time = x->date;
	if (x->query.len && x->path.len)
		x->path = arena_printf(x->a, "%.*s?%.*s", STR_ARG(x->path), STR_ARG(x->query));
	if (x->site.len && x->path.len && x->path.p[0] == '/') {
		record_add(r, WHAT_URL, arena_printf(x->a, "http://%.*s%.*s", STR_ARG(x->site),
						STR_ARG(x->path)));
	} else {
		record_add(r, WHAT_HOST, x->site);
		record_add(r, str_has(x->path, "://") ? WHAT_URL : WHAT_PATH, x->path);
	}
	return filling_has_needed(x);
}

/* ---- JSON ---------------------------------------------------------------------------------------- */

static void put_json(void *user, struct str path, struct str value)
{
	filling_put(user, path, value);
}

enum log_line json_line_parse(const struct log_format *f, struct log_state *st, struct arena *a,
	struct str line, struct log_record *ret)
{
	struct log_record mine = {0};
	struct filling x;

	line = str_trim(line);
	if (!line.len)
		return LINE_ASIDE;
	if (line.p[0] != '{')
		return LINE_UNREADABLE;
	if (!ret) /* nobody asks what it says */
		return json_valid(line) ? LINE_RECORD : LINE_UNREADABLE;
	filling_begin(&x, f, a, ret ? ret : &mine);
	if (!json_each(a, line, put_json, &x))
		return LINE_UNREADABLE;
	return filling_end(&x) ? LINE_RECORD : LINE_UNREADABLE;
}

/* ---- values with a header ------------------------------------------------------------------------ */

/* The next value; *rest.p is NULL after the last one. */
static struct str value_take(struct str *rest, char delimiter)
{
	const char *p = memchr(rest->p, delimiter, rest->len);
	struct str value;

	if (!p) {
		value = *rest;
		*rest = STR_NONE;
		return value;
	}
	value = str_part(*rest, 0, (size_t)(p - rest->p));
	*rest = str_view(p + 1, rest->len - value.len - 1);
	return value;
}

/* The same with quotes around it, "" standing for one. */
static struct str csv_value(struct arena *a, struct str *rest, char delimiter)
{
	struct buf b;
	struct str value;
	size_t i = 1;

	if (!rest->len || rest->p[0] != '"')
		return value_take(rest, delimiter);
	while (i < rest->len && (rest->p[i] != '"' || (i + 1 < rest->len && rest->p[i + 1] == '"')))
		i += 1 + (rest->p[i] == '"');
	value = str_part(*rest, 1, i - 1);
	*rest = str_part(*rest, i + 1, rest->len);
	if (rest->len && rest->p[0] == delimiter)
		*rest = str_view(rest->p + 1, rest->len - 1);
	else if (rest->len)
		(void)value_take(rest, delimiter); /* something behind the quote: not for us */
	else
		*rest = STR_NONE;
	if (str_find_z(value, "\"\"") == SIZE_MAX)
		return value;
	buf_init(&b, value.len);
	for (size_t k = 0; k < value.len; k++) {
		buf_add_char(&b, value.p[k]);
		k += value.p[k] == '"';
	}
	value = arena_str(a, buf_str(&b));
	buf_release(&b);
	return value;
}

static void header_begin(struct log_state *st, char delimiter)
{
	*st = (struct log_state){.delimiter = delimiter};
}

static void header_name(struct log_state *st, struct filling *x, struct str name)
{
	const struct log_column *c = filling_name(x, name);

	if (st->n < COLUMNS_MAX)
		st->is[st->n] = c;
	st->n++;
}

static void header_end(struct log_state *st, const struct filling *x)
{
	st->ready = filling_has_needed(x) && st->n > 1;
	st->foreign = !st->ready;
}

/* The delimiter that parts a header into the most names. */
static char delimiter_of(struct str line)
{
	static const char all[] = ",;\t|";
	size_t most = 0;
	char best = ',';

	for (size_t k = 0; k < sizeof(all) - 1; k++) {
		size_t n = 0;

		for (size_t i = 0; i < line.len; i++)
			n += line.p[i] == all[k];
		if (n > most) {
			most = n;
			best = all[k];
		}
	}
	return best;
}

static enum log_line csv_header(const struct log_format *f, struct log_state *st, struct arena *a,
	struct str line)
{
	struct log_record none = {0};
	struct filling x;
	struct str rest = line;

	if (str_starts(line, "#TYPE") || str_starts(line, "sep="))
		return LINE_ASIDE;
	filling_begin(&x, f, a, &none);
	header_begin(st, delimiter_of(line));
	while (rest.p)
		header_name(st, &x, str_trim(csv_value(a, &rest, st->delimiter)));
	header_end(st, &x);
	return st->ready ? LINE_ASIDE : LINE_UNREADABLE;
}

enum log_line csv_parse(const struct log_format *f, struct log_state *st, struct arena *a,
	struct str line, struct log_record *ret)
{
	struct log_record mine = {0};
	struct filling x;
	struct str rest = line;
	unsigned n = 0;

	if (!str_trim(line).len)
		return LINE_ASIDE;
	if (!st->ready)
		return st->foreign ? LINE_UNREADABLE : csv_header(f, st, a, line);
	filling_begin(&x, f, a, ret ? ret : &mine);
	for (; rest.p; n++) {
		struct str value = csv_value(a, &rest, st->delimiter);

		if (ret && n < st->n && n < COLUMNS_MAX && st->is[n])
			filling_put_column(&x, st->is[n], str_trim(value));
	}
	if (ret)
		(void)filling_end(&x);
	/* Exports leave empty values off the end, and never add any. */
	return n <= st->n && n > 1 && !memchr(line.p, '\0', line.len) ? LINE_RECORD
								      : LINE_UNREADABLE;
}

static enum log_line delimited(const struct log_format *f, struct log_state *st, struct arena *a,
	struct str line, struct log_record *ret)
{
	struct log_record mine = {0};
	struct filling x;
	struct str rest = line;
	unsigned n = 0;

	if (!st->ready)
		return LINE_UNREADABLE;
	if (!ret) {
		for (size_t i = 0; i < line.len; i++)
			n += line.p[i] == st->delimiter;
		return n + 1 == st->n ? LINE_RECORD : LINE_UNREADABLE;
	}
	filling_begin(&x, f, a, ret ? ret : &mine);
	for (; rest.p; n++) {
		struct str value = value_take(&rest, st->delimiter);

		if (n < st->n && n < COLUMNS_MAX && st->is[n])
			filling_put_column(&x, st->is[n], value);
	}
	(void)filling_end(&x);
	return n == st->n ? LINE_RECORD : LINE_UNREADABLE;
}

static enum log_line names_header(const struct log_format *f, struct log_state *st, struct arena *a,
	struct str names, char delimiter)
{
	struct log_record none = {0};
	struct filling x;
	struct str rest = names;

	filling_begin(&x, f, a, &none);
	header_begin(st, delimiter);
	while (rest.p)
		header_name(st, &x, value_take(&rest, delimiter));
	header_end(st, &x);
	return st->ready ? LINE_ASIDE : LINE_UNREADABLE;
}

enum log_line w3c_parse(const struct log_format *f, struct log_state *st, struct arena *a,
	struct str line, struct log_record *ret)
{
	if (!line.len)
		return LINE_ASIDE;
	if (str_starts(line, "#Fields: ")) {
		struct str names = str_trim(str_part(line, 9, line.len));

		/* CloudFront parts names by blanks and values by tabs */
		enum log_line is = names_header(f, st, a, names, ' ');

		if (str_has(names, "x-edge-location"))
			st->delimiter = '\t';
		return is;
	}
	if (line.p[0] == '#')
		return str_starts(line, "#Version") || str_starts(line, "#Software") ||
				       str_starts(line, "#Date") || str_starts(line, "#Remark") ||
				       str_starts(line, "#Start-Date") || str_starts(line, "#End-Date")
			       ? LINE_ASIDE
			       : LINE_UNREADABLE;
	return delimited(f, st, a, line, ret);
}

enum log_line zeek_parse(const struct log_format *f, struct log_state *st, struct arena *a,
	struct str line, struct log_record *ret)
{
	if (!line.len)
		return LINE_ASIDE;
	if (str_starts(line, "#fields\t"))
		return names_header(f, st, a, str_part(line, 8, line.len), '\t');
	if (line.p[0] == '#') /* #separator, #path, #types, #close ... */
		return st->foreign ? LINE_UNREADABLE : LINE_ASIDE;
	return delimited(f, st, a, line, ret);
}
