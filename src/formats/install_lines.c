#include "formats/install_lines.h"

void install_arg(struct buf *b, struct str arg)
{
	buf_add_z(b, " \"");
	for (size_t i = 0; i < arg.len; i++) {
		char c = arg.p[i];

		switch (c) {
		case '"': buf_add_z(b, "$\\\""); break;
		case '\r': buf_add_z(b, "$\\r"); break;
		case '\n': buf_add_z(b, "$\\n"); break;
		case '\t': buf_add_z(b, "$\\t"); break;
		case '$': buf_add_z(b, "$$"); break;
		default:
			if ((unsigned char)c < 0x20)
				buf_printf(b, "${U+%04X}", (unsigned)c);
			else
				buf_add_char(b, c);
		}
	}
	buf_add_char(b, '"');
}
