#include "read/guard_words.h"

#include <string.h>

static int lower(char c)
{
	return c >= 'A' && c <= 'Z' ? c + 32 : c;
}

static bool part_begins(struct str s, size_t i)
{
	char c = s.p[i], before;

	if (i == 0)
		return true;
	before = s.p[i - 1];
	if (strchr("_$.#- /:\"'@(", before))
		return true;
	return c >= 'A' && c <= 'Z' && !(before >= 'A' && before <= 'Z');
}

bool name_has_word(struct str name, const char *const *words, size_t n)
{
	for (size_t i = 0; i < name.len; i++) {
		if (!part_begins(name, i))
			continue;
		for (size_t k = 0; k < n; k++) {
			size_t len = strlen(words[k]), j = 0;

			if (len > name.len - i)
				continue;
			while (j < len && lower(name.p[i + j]) == words[k][j])
				j++;
			if (j == len && !(strcmp(words[k], "check") == 0 && str_equal_nocase(str_part(name, i + len, 3), STR("sum"))))
				return true; /* a checksum is a number, not a check */
		}
	}
	return false;
}

static const char *const identity_words[] = {"signature", "signed", "signer", "integrity", "digest", "checksum", "hmac", "certificate",
	"fingerprint", "untrusted", "tamper", "password", "authenticode", "mismatch"};
static const char *const acting_words[] = {"verif", "timingsafe", "constanttime", "fixedtime", "constant_time", "compare_digest", "hash_equals",
	"secure_compare", "securecompare", "safecompare", "istrusted", "is_trusted", "servertrusted", "checksignature", "check_signature",
	"checkdigest", "check_digest", "checkintegrity", "check_integrity", "validatesignature", "validate_signature"};
static const char *const access_words[] = {"authoriz", "authoris", "authenticat", "requireauth", "require_auth", "permission", "permitted",
	"isadmin", "is_admin", "requireadmin", "require_admin", "ensureadmin", "admin_required", "login_required", "requirelogin",
	"csrf", "current_user_can", "preauthorize", "hasaccess", "canaccess", "has_access", "can_access", "forgery", "forbidden",
	"unauthor", "unauthentic", "admin_referer", "hasrole", "has_role", "has_perm", "helmet", "requirerole", "require_role", "requirescope", "ratelimit",
	"rate_limit", "securitymiddleware"};
static const char *const escape_words[] = {"escapehtml", "escape_html", "htmlescape", "escapesql", "escape_string", "escapeattr", "saniti", "htmlspecialchars", "htmlentities", "esc_html", "esc_attr", "esc_url",
	"esc_sql", "purify", "escapeshellarg"};
static const char *const other_words[] = {"valid", "check", "assert", "trust", "allowed", "allowlist", "whitelist", "blocklist", "ensure",
	"enforce", "secure", "denied", "hash", "certif", "sha1", "sha256", "sha512", "admin", "compare", "login"};
static const char *const unchecked_words[] = {"without", "skip", "ignore", "disable", "bypass", "unsafe", "unchecked", "unverified",
	"insecure", "noverif", "novalid", "nocheck", "no_verif", "force", "allow_", "allowun", "allowin"};

unsigned guard_class_of(struct str name)
{
	unsigned all = 0;

	if (name.len < 3)
		return 0;
	if (name.len > 4 && str_starts(name, "to") && ((name.p[2] >= 'A' && name.p[2] <= 'Z') || name.p[2] == '_'))
		return 0; /* a conversion: toChecksumAddress() */
	all |= HAS_WORD(name, identity_words) ? GUARD_IDENTITY : 0;
	all |= HAS_WORD(name, acting_words) ? GUARD_IDENTITY | GUARD_ACTS : 0;
	all |= HAS_WORD(name, access_words) ? GUARD_ACCESS : 0;
	all |= HAS_WORD(name, escape_words) ? GUARD_ESCAPE : 0;
	if (!all && HAS_WORD(name, other_words))
		all = GUARD_OTHER;
	return all;
}

bool guard_names_proof(struct str name)
{
	static const char *const proofs[] = {"signature", "signed", "signer", "signing", "digest", "hmac", "checksum", "integrity", "certificate",
		"fingerprint", "publickey", "public_key", "pubkey", "sha1", "sha256", "sha384", "sha512", "gpg", "minisign", "cosign", "codesign",
		"authenticode", "timingsafe", "constanttime", "constant_time", "compare_digest", "hash_equals", "crypto", "ed25519", "jws", "jwt"};
	static const char *const fetched[] = {"update", "download", "release", "artifact", "package", "bundle", "installer", "firmware"};

	return HAS_WORD(name, proofs) || HAS_WORD(name, fetched);
}

bool guard_says_unchecked(struct str name)
{
	return HAS_WORD(name, unchecked_words);
}

/* --- settings --- */

/* Protects while it is on. */
static const char *const protects[] = {"verif", "gpgcheck", "repo_gpgcheck", "pkg_gpgcheck", "sslverify", "ssl_verify", "strictssl", "strict-ssl", "strict_ssl",
	"enablestrictssl", "check_hostname", "checkhostname", "checkcertificate", "check-certificate", "check_certificate",
	"rejectunauthorized", "requireauth", "require_auth", "require-auth", "requirelogin", "requiresign", "require_sign", "requiresignature",
	"authentication.enabled", "auth.enabled", "auth_enabled", "authenabled", "enableauth", "enable_auth", "authorization.enabled", "signature", "signed-by",
	"csrf", "ignore-scripts", "ignorescripts", "sandbox", "app-sandbox", "contextisolation", "websecurity",
	"cookie_secure", "cookie_httponly", "helmet", "stricttransport", "strict_transport", "audit_log", "httponly", "ssl_redirect", "runasnonroot", "readonlyrootfilesystem", "read_only",
	"nonewprivileges", "no_new_privs", "no-new-privileges", "stricthostkeychecking", "strictmodes", "usepam", "privilegeseparation",
	"enforcesignature", "checkrevocation", "revocation", "endpoint.identification", "secure-http", "secure_http", "audit_log", "auditlog", "audit.enabled",
	"audit_enabled", "enablelua", "hardenedruntime", "library-validation", "protectsystem", "protecthome", "protectkernel",
	"protectcontrol", "protectproc", "protectclock", "privatetmp", "privatedevices", "privateusers", "privatenetwork",
	"restrictnamespaces", "restrictsuid", "memorydenywrite", "lockpersonality", "auth_basic", "ssl_verify_client", "proxy_ssl_verify"};
/* Opens while it is on. */
static const char *const opens[] = {"insecure", "skipverif", "skip_verif", "skip-verif", "skiptls", "skip_tls", "skipcert", "allowunauth", "allow_unauth",
	"allowinsecure", "allow_insecure", "allow-insecure", "allowuntrusted", "allow_untrusted", "allow-unauthenticated", "allowdowngrade", "privileged",
	"allowprivilegeescalation", "hostnetwork", "hostpid", "hostipc", "debuggable", "usescleartext", "cleartexttraffic", "exported",
	"nodeintegration", "runinsecurecontent", "danger", "permitrootlogin", "permitemptypasswords",
	"allowarbitrary", "nsallowsarbitrary", "disable-library-validation", "get-task-allow", "uiaccess", "anonymous_enable", "anonymous",
	"trust_all", "trustall", "disableverif", "disable_verif", "disablesecurity", "noverify", "no_verify", "ignorecert", "disable-tls", "persist-credentials"};

static bool is_one_of(struct str v, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_equal_nocase(v, str_of(list[i])))
			return true;
	return false;
}

static bool is_on(struct str v)
{
	static const char *const on[] = {"true", "1", "yes", "on", "required", "require", "strict", "full", "enabled", "enable", "always",
		"$true", "2", "https", "1l", "2l", "read-only", "ask"};

	return is_one_of(v, on, sizeof(on) / sizeof(on[0]));
}

static bool is_off(struct str v)
{
	static const char *const off[] = {"false", "0", "no", "off", "none", "disabled", "disable", "never", "optional", "$false", "allow",
		"permissive", "0l", "''", "\"\""};

	return is_one_of(v, off, sizeof(off) / sizeof(off[0]));
}

bool setting_loosened(struct str name, struct str from, struct str to)
{
	if (name.len > 120 || !(is_on(to) || is_off(to) || to.len == 0)) /* names take longer to ask */
		return false;
	if (HAS_WORD(name, opens) && (from.len == 0 || is_off(from)) && is_on(to))
		return true;
	if (guard_says_unchecked(name) && str_find_nocase(name, "ignore-scripts") == SIZE_MAX && str_find_nocase(name, "ignorescripts") == SIZE_MAX)
		return false;
	/* what stood there was a value that protects by being there: a realm, a key ring */
	if (HAS_WORD(name, protects) && from.len && !is_off(from) && (is_off(to) || to.len == 0))
		return is_on(from) || !is_on(to);
	return false;
}

bool setting_proves(struct str name)
{
	static const char *const proofs[] = {"verif", "gpgcheck", "repo_gpgcheck", "pkg_gpgcheck", "sslverify", "strictssl", "strict-ssl", "strict_ssl",
		"enablestrictssl", "checkhostname", "check_hostname", "checkcertificate", "check-certificate", "check_certificate", "check_signature",
		"checksignature", "rejectunauthorized", "requiresign", "require_sign", "signature", "enforcesignature", "checkrevocation", "revocation",
		"stricthostkeychecking", "endpoint.identification", "insecure", "skipverif", "skip_verif", "skip-verif", "skiptls", "skip_tls",
		"skipcert", "noverify", "no_verify", "ignorecert", "allowinsecure", "allow_insecure", "allow-insecure", "allowuntrusted",
		"allow_untrusted", "allowunauth", "allow_unauth", "allow-unauth", "trustall", "trust_all", "disableverif", "disable_verif",
		"contextisolation", "websecurity", "nodeintegration", "runinsecurecontent", "library-validation"};

	return HAS_WORD(name, proofs);
}

bool setting_confines(struct str name)
{
	static const char *const names[] = {"NoNewPrivileges", "ProtectSystem", "ProtectHome", "ProtectKernelModules", "ProtectKernelTunables",
		"ProtectControlGroups", "PrivateTmp", "PrivateDevices", "PrivateUsers", "CapabilityBoundingSet", "SystemCallFilter",
		"RestrictNamespaces", "RestrictSUIDSGID", "RestrictAddressFamilies", "MemoryDenyWriteExecute", "DynamicUser", "User",
		"LockPersonality"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (str_is(name, names[i]))
			return true;
	return false;
}
