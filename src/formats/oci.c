/*
 * Container images in a tar.
 *
 * OCI layout (image-spec 1.1): oci-layout, index.json { manifests: [descriptor] }, blobs/ALGORITHM/HEX. A
 * descriptor is { mediaType, digest "sha256:HEX", size, platform, annotations }; a manifest
 * { config: descriptor, layers: [descriptor] }; an index may name indexes. Docker's form: manifest.json
 * [{ Config: path, RepoTags, Layers: [path] }]; newer writers put both into one tar.
 *
 * The configuration: config { Entrypoint, Cmd, Env, User, WorkingDir, ExposedPorts, Volumes, Labels,
 * Healthcheck, OnBuild, Shell, StopSignal }, rootfs { diff_ids }, history [{ created_by, empty_layer }].
 *
 * Layers are called "[layer 1]" and so on, by their place, since their own names are their digests and
 * tell nothing from one release to the next; what stands where is in the derived text "[image]".
 */
#include <jansson.h>

#include "formats/tar_kin.h"
#include "util/buf.h"

enum { JSON_MAX_BYTES = 8 << 20, INDEX_DEPTH_MAX = 4, IMAGES_MAX = 64, LAYERS_MAX = 256, TEXT_MAX_BYTES = 8 << 20 };

struct oci {
	struct tar_members *m;
	struct buf lines;
	unsigned n_images;
	enum status how; /* LIMIT when the budget is gone */
};

static struct str text_of(const json_t *j)
{
	return json_is_string(j) ? str_view(json_string_value(j), json_string_length(j)) : STR_NONE;
}

/* NULL if it is no JSON, or too much of it. */
static json_t *document(struct oci *o, const struct tar_member *t)
{
	json_error_t error;

	if (!t || t->bytes.len > JSON_MAX_BYTES)
		return NULL;
	if (archive_step(o->m->a, 16 + t->bytes.len / 8) != STATUS_OK) {
		o->how = STATUS_LIMIT;
		return NULL;
	}
	return json_loadb(t->bytes.p, t->bytes.len, 0, &error);
}

/* ---- lines ---- */

/* One line whatever the value: what could break it becomes a blank. */
static void put_plain(struct oci *o, struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		buf_add_char(&o->lines, (unsigned char)s.p[i] < 0x20 ? ' ' : s.p[i]);
}

/* A word of a command, in quotes when it holds blanks. */
static void put_word(struct oci *o, struct str s)
{
	bool quoted = str_has(s, " ") || str_has(s, "\n") || str_has(s, "\t") || !s.len;

	if (!quoted) {
		put_plain(o, s);
		return;
	}
	buf_add_char(&o->lines, '\'');
	put_plain(o, s);
	buf_add_char(&o->lines, '\'');
}

static void line_words(struct oci *o, const char *what, const json_t *list)
{
	size_t i;
	json_t *word;

	if (json_is_string(list)) {
		buf_printf(&o->lines, "%s ", what);
		put_plain(o, text_of(list));
		buf_add_char(&o->lines, '\n');
		return;
	}
	if (!json_array_size(list))
		return;
	buf_add_z(&o->lines, what);
	json_array_foreach (list, i, word) {
		buf_add_char(&o->lines, ' ');
		put_word(o, text_of(word));
	}
	buf_add_char(&o->lines, '\n');
}

static void line_each(struct oci *o, const char *what, const json_t *list)
{
	size_t i;
	json_t *item;

	json_array_foreach (list, i, item) {
		buf_printf(&o->lines, "%s ", what);
		put_plain(o, text_of(item));
		buf_add_char(&o->lines, '\n');
	}
}

static void line_keys(struct oci *o, const char *what, json_t *object)
{
	const char *key;
	json_t *value;

	json_object_foreach (object, key, value) {
		buf_printf(&o->lines, "%s ", what);
		put_plain(o, str_of(key));
		if (json_is_string(value)) {
			buf_add_char(&o->lines, '=');
			put_plain(o, text_of(value));
		}
		buf_add_char(&o->lines, '\n');
	}
}

static void line_text(struct oci *o, const char *what, struct str s)
{
	if (!s.len)
		return;
	buf_printf(&o->lines, "%s ", what);
	put_plain(o, s);
	buf_add_char(&o->lines, '\n');
}

static void config_lines(struct oci *o, json_t *root)
{
	json_t *c = json_object_get(root, "config"), *step;
	size_t i;

	line_text(o, "platform", text_of(json_object_get(root, "architecture")));
	line_words(o, "entrypoint", json_object_get(c, "Entrypoint"));
	line_words(o, "cmd", json_object_get(c, "Cmd"));
	line_words(o, "shell", json_object_get(c, "Shell"));
	line_words(o, "healthcheck", json_object_get(json_object_get(c, "Healthcheck"), "Test"));
	line_each(o, "onbuild", json_object_get(c, "OnBuild"));
	line_each(o, "env", json_object_get(c, "Env"));
	buf_printf(&o->lines, "user ");
	put_plain(o, text_of(json_object_get(c, "User")));
	buf_add_char(&o->lines, '\n');
	line_text(o, "workdir", text_of(json_object_get(c, "WorkingDir")));
	line_keys(o, "expose", json_object_get(c, "ExposedPorts"));
	line_keys(o, "volume", json_object_get(c, "Volumes"));
	line_keys(o, "label", json_object_get(c, "Labels"));
	line_text(o, "stopsignal", text_of(json_object_get(c, "StopSignal")));
	json_array_foreach (json_object_get(root, "history"), i, step)
		line_text(o, json_is_true(json_object_get(step, "empty_layer")) ? "history" : "history, layer:",
			  text_of(json_object_get(step, "created_by")));
}

/* ---- layers ---- */

static bool is_compressed(struct str b)
{
	return str_starts(b, "\x1f\x8b") || str_starts(b, "\x28\xb5\x2f\xfd") || str_starts(b, "BZh") ||
	       str_starts(b, "\xfd" "7zXZ");
}

static struct str hex_of(struct str digest)
{
	return str_starts(digest, "sha256:") ? str_part(digest, 7, digest.len) : STR_NONE;
}

static void name_by_place(struct oci *o, struct tar_member *t, const char *what, size_t n)
{
	struct arena *a = o->m->a->in->arena;

	if (t->alias.len || !t->bytes.len || o->m->n_aliased == TAR_ALIASED_MAX)
		return;
	t->alias = o->n_images > 1 ? arena_printf(a, "[image %u %s", o->n_images, what) : arena_printf(a, "[%s", what);
	t->alias = n ? arena_printf(a, "%.*s %zu]", STR_ARG(t->alias), n) : arena_printf(a, "%.*s]", STR_ARG(t->alias));
	o->m->aliased[o->m->n_aliased++] = t;
}

/* What another place would have to bring: nobody has seen it. */
static void absent(struct oci *o, const char *what, size_t n)
{
	struct arena *a = o->m->a->in->arena;

	if (o->m->n_absent < TAR_ABSENT_MAX)
		o->m->absent[o->m->n_absent++] = arena_printf(a, "[image %u %s %zu]", o->n_images, what, n);
}

/* A layer: its place, and what the configuration states about its bytes when they are not packed. */
static void layer(struct oci *o, struct tar_member *t, const json_t *diff_id, size_t n, struct str stated)
{
	struct str hex = hex_of(text_of(diff_id));

	buf_printf(&o->lines, "layer %zu ", n);
	put_plain(o, stated);
	buf_add_char(&o->lines, '\n');
	if (!t) {
		absent(o, "layer", n);
		return;
	}
	t->named = true;
	t->n_layer++;
	name_by_place(o, t, "layer", n);
	if (hex.len && !is_compressed(t->bytes))
		tar_kin_state(o->m, t->raw, hex, UINT64_MAX);
}

static void layers_counted(struct oci *o, json_t *config, size_t n)
{
	json_t *ids = json_object_get(json_object_get(config, "rootfs"), "diff_ids");

	if (json_is_array(ids) && json_array_size(ids) != n)
		archive_odd(o->m->a, "image-layers-differ", 0,
			    arena_printf(o->m->a->in->arena, "%zu layers, %zu stated", n, json_array_size(ids)));
}

static json_t *diff_id(json_t *config, size_t i)
{
	return json_array_get(json_object_get(json_object_get(config, "rootfs"), "diff_ids"), i);
}

/* ---- OCI ---- */

/* The member that a descriptor names; its digest and size are held against it. */
static struct tar_member *descriptor(struct oci *o, const json_t *d)
{
	struct arena *a = o->m->a->in->arena;
	struct str digest = arena_str(a, text_of(json_object_get(d, "digest")));
	json_t *size = json_object_get(d, "size");
	size_t colon = str_find_z(digest, ":");
	struct tar_member *t;
	struct str path;

	if (colon == SIZE_MAX)
		return NULL;
	path = arena_printf(a, "blobs/%.*s/%.*s", STR_ARG(str_part(digest, 0, colon)),
			    STR_ARG(str_part(digest, colon + 1, digest.len)));
	t = tar_member_find(o->m, path);
	if (t)
		t->named = true;
	if (hex_of(digest).len)
		tar_kin_state(o->m, t ? t->raw : path, hex_of(digest),
			      json_is_integer(size) ? (uint64_t)json_integer_value(size) : UINT64_MAX);
	return t;
}

static void oci_image(struct oci *o, json_t *manifest)
{
	struct tar_member *config = descriptor(o, json_object_get(manifest, "config"));
	json_t *layers = json_object_get(manifest, "layers"), *root = document(o, config), *d;
	size_t i;

	o->n_images++;
	buf_printf(&o->lines, "image %u\n", o->n_images);
	if (config)
		name_by_place(o, config, "image config", 0);
	if (root)
		config_lines(o, root);
	json_array_foreach (layers, i, d) {
		if (i >= LAYERS_MAX)
			break;
		layer(o, descriptor(o, d), diff_id(root, i), i + 1, text_of(json_object_get(d, "digest")));
	}
	if (root && json_object_get(root, "rootfs"))
		layers_counted(o, root, json_array_size(layers));
	json_decref(root);
}

static void oci_index(struct oci *o, json_t *index, unsigned depth)
{
	size_t i;
	json_t *d;

	json_array_foreach (json_object_get(index, "manifests"), i, d) {
		struct tar_member *t = descriptor(o, d);
		json_t *root;

		if (!t)
			absent(o, "manifest", i + 1);
		if (!t || o->n_images >= IMAGES_MAX || o->how != STATUS_OK)
			continue;
		root = document(o, t);
		if (json_object_get(root, "manifests") && depth < INDEX_DEPTH_MAX)
			oci_index(o, root, depth + 1);
		else if (json_object_get(root, "layers"))
			oci_image(o, root);
		if (json_object_get(root, "layers"))
			name_by_place(o, t, "image manifest", 0);
		json_decref(root);
	}
}

/* Blobs state their own digest by their name; those that nothing refers to are said. */
static void blobs(struct oci *o)
{
	for (size_t i = 0; i < o->m->n; i++) {
		struct tar_member *t = &o->m->list[i];

		if (t->named || !str_starts(t->name, "blobs/sha256/"))
			continue;
		tar_kin_state(o->m, t->raw, str_part(t->name, 13, t->name.len), UINT64_MAX);
		archive_odd(o->m->a, "image-blob-unnamed", 0, t->name);
		line_text(o, "unnamed blob", t->name);
	}
}

/* ---- Docker ---- */

static void docker_image(struct oci *o, json_t *image, bool also_oci)
{
	struct tar_member *config = tar_member_find(o->m, text_of(json_object_get(image, "Config")));
	json_t *layers = json_object_get(image, "Layers"), *root = document(o, config), *path;
	struct str stem;
	size_t i;

	if (also_oci) {
		/* Two readers: what a runtime loads by one list must be what it loads by the other. */
		if (!config || !config->named)
			archive_odd(o->m->a, "image-manifests-differ", 0, arena_str(o->m->a->in->arena, text_of(json_object_get(image, "Config"))));
		json_array_foreach (layers, i, path) {
			struct tar_member *t = tar_member_find(o->m, text_of(path));

			if (!t || !t->named)
				archive_odd(o->m->a, "image-manifests-differ", 0, arena_str(o->m->a->in->arena, text_of(path)));
		}
		json_decref(root);
		return;
	}
	o->n_images++;
	buf_printf(&o->lines, "image %u\n", o->n_images);
	if (config) {
		stem = str_part(config->name, 0, config->name.len > 5 ? config->name.len - 5 : 0);
		if (stem.len == 64 && str_ends(config->name, ".json"))
			tar_kin_state(o->m, config->raw, stem, UINT64_MAX);
		name_by_place(o, config, "image config", 0);
	}
	if (root)
		config_lines(o, root);
	json_array_foreach (layers, i, path)
		if (i < LAYERS_MAX)
			layer(o, tar_member_find(o->m, text_of(path)), diff_id(root, i), i + 1, text_of(path));
	if (root)
		layers_counted(o, root, json_array_size(layers));
	json_decref(root);
}

static void docker_images(struct oci *o, json_t *list, bool also_oci)
{
	size_t i;
	json_t *image;

	json_array_foreach (list, i, image)
		if (i < IMAGES_MAX && json_is_string(json_object_get(image, "Config")) && o->how == STATUS_OK)
			docker_image(o, image, also_oci);
}

enum status oci_read(struct tar_members *m)
{
	struct oci o = {.m = m};
	struct tar_member *layout = tar_member_find(m, STR("oci-layout"));
	struct tar_member *index = layout ? tar_member_find(m, STR("index.json")) : NULL;
	struct tar_member *docker = tar_member_find(m, STR("manifest.json"));
	json_t *root;
	bool also_oci;

	buf_init(&o.lines, TEXT_MAX_BYTES);
	root = document(&o, index);
	if (root)
		oci_index(&o, root, 0);
	json_decref(root);
	also_oci = o.n_images > 0;
	root = document(&o, docker);
	if (json_is_array(root))
		docker_images(&o, root, also_oci);
	json_decref(root);
	if (o.n_images || m->n_absent) {
		blobs(&o);
		m->lines = arena_str(m->a->in->arena, buf_str(&o.lines));
	}
	buf_release(&o.lines);
	return o.how;
}
