/*
 * PE/COFF as Windows reads it: headers, sections, imports, exports, version, debug and .NET
 * directories, and the certificate table as stated. Nothing is verified, nothing is trusted: every
 * count is capped, every offset confined. All strings and views borrow from the input or the arena.
 */
#ifndef ASSAY_FORMATS_PE_H
#define ASSAY_FORMATS_PE_H

#include "formats/signed_data.h"
#include "util/arena.h"
#include "util/budget.h"
#include "util/cursor.h"
#include "util/status.h"

enum {
	PE_SECTIONS_MAX = 1024, /* Windows itself loads at most 96 */
	PE_SYMBOLS_MAX = 100000, /* imports, exports: each */
	PE_DIRECTORIES = 16,
	PE_VERSION_STRINGS_MAX = 32,
};

/* Where another reader of the file sees another program. */
enum pe_odd {
	PE_ODD_OUTSIDE,
	PE_ODD_MEMORY,
	PE_ODD_SHARED,
	PE_ODD_UNALIGNED,
	PE_ODD_ENTRY,
	PE_ODD_IMAGE,
	PE_ODD_HEADERS,
	PE_ODD_KIND,
	PE_ODD_DIRECTORY,
	PE_ODD_SIGNATURE,
	PE_ODD_BEFORE,
	PE_ODD_BEHIND,
	PE_ODD_BETWEEN,
	PE_ODD_N
};

enum pe_directory {
	PE_DIR_EXPORT,
	PE_DIR_IMPORT,
	PE_DIR_RESOURCE,
	PE_DIR_EXCEPTION,
	PE_DIR_SECURITY,
	PE_DIR_RELOC,
	PE_DIR_DEBUG,
	PE_DIR_ARCHITECTURE,
	PE_DIR_GLOBAL,
	PE_DIR_TLS,
	PE_DIR_LOAD_CONFIG,
	PE_DIR_BOUND_IMPORT,
	PE_DIR_IAT,
	PE_DIR_DELAY_IMPORT,
	PE_DIR_CLR,
};

struct pe_section {
	struct str name;          /* up to 8 bytes, long names resolved through the string table */
	uint32_t rva, virtual_bytes, flags;
	uint64_t offset, bytes;   /* in the file, clipped to it */
	uint32_t raw_offset, raw_bytes; /* as stated */
	bool r, w, x;
};

struct pe_import {
	struct str lib, symbol; /* symbol is empty when by ordinal */
	uint16_t ordinal;
	bool by_ordinal, delayed;
	uint32_t slot_rva; /* where the loader writes its address */
};

struct pe_export {
	struct str symbol;  /* empty: by ordinal only */
	uint32_t ordinal, rva;
	struct str forward; /* "OTHER.Function", empty when the code is here */
};

struct pe_string {
	struct str key, value; /* UTF-8 */
};

/* The certificate table (directory 4 is a file offset). */
struct pe_signature {
	bool present;
	uint64_t offset, table_bytes;   /* as stated by the directory */
	uint32_t cert_bytes;            /* WIN_CERTIFICATE.dwLength */
	uint16_t revision, type;
	uint64_t padding_bytes;         /* bytes in the table behind the DER of the last certificate */
	uint64_t padding_nonzero_bytes; /* of them, not zero: data hidden under a valid signature */
	uint64_t padding_offset;
	uint64_t after_bytes;           /* bytes of the file behind the table */
	uint32_t n_certificates;        /* WIN_CERTIFICATE entries */
	struct signed_data signer;
	enum status status;             /* of reading signer */
};

struct pe {
	uint16_t machine, subsystem, dll_flags, characteristics;
	bool plus; /* PE32+ */
	uint32_t timestamp, entry_rva, checksum;
	uint64_t checksum_offset, security_entry_offset;
	uint64_t image_base;
	uint8_t linker_major, linker_minor;
	struct {
		uint32_t rva, bytes;
	} directories[PE_DIRECTORIES];
	uint32_t n_directories;
	struct pe_section *sections;
	size_t n_sections;
	uint32_t n_sections_stated;
	struct pe_import *imports;
	size_t n_imports;
	struct pe_export *exports;
	size_t n_exports;
	struct str export_name; /* the DLL's own name */
	uint32_t n_tls_callbacks;
	struct str pdb_path;
	enum { PE_RICH_NONE, PE_RICH_MATCHES, PE_RICH_DIFFERS } rich_checksum;
	struct str rich_tools; /* "id.build id.build ..." ascending, without counts; "" = no Rich header */
	struct pe_string *version_strings;
	size_t n_version_strings;
	struct str resource_languages; /* "0409 0804": LANGIDs as the directory has them, ascending, each once */
	struct str privilege; /* requestedExecutionLevel of the manifest */
	bool reproducible; /* the time stamp is a hash */
	bool dotnet;
	struct str dotnet_version;
	struct cursor dotnet_metadata;
	struct pe_signature signature;
	uint64_t headers_bytes;
	uint64_t table_end;           /* first byte behind the section table */
	uint32_t section_alignment, file_alignment, image_bytes, headers_stated;
	uint32_t odd;                 /* bits: enum pe_odd */
	uint64_t sections_end;                 /* first byte behind all sections and COFF symbols */
	uint64_t symbols_offset, symbols_bytes; /* COFF symbol and string table, if well formed */
	uint64_t overlay_offset, overlay_bytes; /* behind sections_end, without the certificate table */
	const char *damage; /* first reason for STATUS_DAMAGED, else NULL */
};

/* OK, DAMAGED or LIMIT (partial result), UNSUPPORTED (no PE headers at all). */
enum status pe_parse(struct arena *a, struct budget *b, struct cursor in, struct pe *ret);

/* File offset of a virtual address relative to the image, confined to [offset, ret_left). */
bool pe_offset(const struct pe *p, uint32_t rva, uint64_t *ret_offset, uint64_t *ret_left);

/* What bit n of `odd` means, for people. */
const char *pe_odd_name(unsigned n);

/* The header's sum over the file. Linkers may leave it out; who signs writes it. */
enum pe_checksum { PE_CHECKSUM_NONE, PE_CHECKSUM_RIGHT, PE_CHECKSUM_WRONG };
enum pe_checksum pe_checksum_check(const struct pe *p, struct cursor in);

/* SHA-256 as Authenticode computes it: without checksum, directory entry 4 and certificate table. */
struct sha256 pe_authenticode_sha256(const struct pe *p, struct cursor in);

/* Value of a version resource string ("CompanyName"), or empty. */
struct str pe_version_string(const struct pe *p, const char *key);

#endif
