#include "read/package_script.h"

static bool named(struct str name, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_is(name, list[i]))
			return true;
	return false;
}

/* Names without an extension in the control archive; in a source tree "PACKAGE.postinst" as well. */
static bool is_deb(struct str path, struct str name)
{
	static const char *const names[] = {"preinst", "postinst", "prerm", "postrm", "config"};
	size_t n = sizeof(names) / sizeof(names[0]), dot = str_rfind_char(name, '.');

	if (!str_has(path, "control.tar") && !str_has(path, "DEBIAN/") && !str_starts(path, "control") &&
		!str_starts(path, "debian/") && !str_has(path, "/debian/"))
		return false;
	return named(name, names, n) ||
	       (dot != SIZE_MAX && named(str_part(name, dot + 1, name.len), names, n));
}

/* In the scripts archive of a component, or in the resources of a package that is a folder. */
static bool is_pkg(struct str path, struct str name)
{
	static const char *const names[] = {"preinstall", "postinstall", "preflight", "postflight",
		"preupgrade", "postupgrade", "InstallationCheck", "VolumeCheck"};

	return (str_has(path, "Scripts!/") || str_has(path, "pkg/Contents/Resources/")) &&
	       named(name, names, sizeof(names) / sizeof(names[0]));
}

struct str package_script(struct str path)
{
	struct str name = str_basename(path);

	if (str_starts(path, "[scriptlets]/") || str_has(path, "!/[scriptlets]/"))
		return STR("rpm");
	if (is_deb(path, name))
		return STR("deb");
	return is_pkg(path, name) ? STR("pkg") : STR_NONE;
}
