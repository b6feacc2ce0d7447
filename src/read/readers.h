/* All readers, in the order in which equal claims are settled. */
#ifndef ASSAY_READ_READERS_H
#define ASSAY_READ_READERS_H

#include "read/read.h"

extern const struct reader reader_signature, reader_image_lines, reader_pickle;
extern const struct reader reader_javascript, reader_shell, reader_package_json, reader_lockfile,
	reader_manifest, reader_install, reader_batch, reader_trust, reader_install_lines, reader_exec, reader_data, reader_java_class, reader_pyc;

extern const struct reader reader_c, reader_go, reader_php, reader_python, reader_powershell, reader_ruby;

#endif
