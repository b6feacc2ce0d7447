/*
 * Every format, in the order in which reports list them. FORMAT(x) stands for `format_x`, a
 * `const struct format` in one of the files of this folder. With equal evidence the earlier wins.
 *
 * A format whose file is not there yet is left out by __has_include; a source tree that has the
 * file but not the symbol does not link.
 */
FORMAT(tar)
FORMAT(gzip)
FORMAT(bzip2)
FORMAT(xz)
FORMAT(lzma)
FORMAT(zstd)
FORMAT(zip)
FORMAT(ar)
FORMAT(sevenzip)
#if __has_include("formats/asar.c")
FORMAT(asar)
#endif
#if __has_include("formats/nsis.c")
FORMAT(nsis)
#endif
#if __has_include("formats/pe.c")
FORMAT(pe)
#endif
#if __has_include("formats/pe_overlay.c")
FORMAT(pe_overlay)
#endif
#if __has_include("formats/elf.c")
FORMAT(elf)
#endif
#if __has_include("formats/macho.c")
FORMAT(macho)
#endif
FORMAT(text)
FORMAT(png)
FORMAT(jpeg)
FORMAT(gif)
FORMAT(webp)
FORMAT(ico)
FORMAT(icns)
FORMAT(bmp)
FORMAT(font)
FORMAT(audio)
FORMAT(video)
FORMAT(pdf)
FORMAT(wasm)
FORMAT(sqlite)
FORMAT(rar)
FORMAT(cab)
FORMAT(iso)
FORMAT(cpio)
FORMAT(rpm)
FORMAT(xar)
FORMAT(squashfs)
FORMAT(ole)
FORMAT(lz4)
FORMAT(java_class)
FORMAT(pyc)
