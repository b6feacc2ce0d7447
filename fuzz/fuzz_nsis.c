/*
 * Who controls these bytes: whoever made the installer, tables and packed blocks included. Inputs
 * without a stub get one, so that the fuzzer works on the installer. Truths: the same input twice
 * says the same; spans and stored children lie inside.
 */
#include "fuzz.h"

#include "format_truths.h"
#include "tool_seeds.h"

/* The least that passes for a program: headers and one section of 512 bytes. */
static void stub_make(uint8_t stub[1024])
{
	memset(stub, 0, 1024);
	memcpy(stub, "MZ", 2);
	stub[60] = 64;
	memcpy(stub + 64, "PE\0\0", 4);
	stub[64 + 6] = 1;      /* sections */
	stub[64 + 20] = 224;   /* optional header */
	stub[64 + 24] = 0x0b;
	stub[64 + 25] = 0x01;
	stub[64 + 24 + 92] = 16;
	memcpy(stub + 64 + 24 + 224, ".ndata", 6);
	stub[64 + 24 + 224 + 17] = 2; /* 512 bytes ... */
	stub[64 + 24 + 224 + 21] = 2; /* ... at 512 */
}

static void put32(uint8_t *p, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		p[i] = (uint8_t)(v >> (8 * i));
}

/* Every packing in both of its forms, in both encodings, by the official compiler; one line of script for each kind of instruction. */
static const char shell[] =
	"mkdir seeds; printf 'var a = 1;\n' >a.js; head -c 9000 \"$ASSAY_SOURCE_ROOT/fuzz/fuzz_nsis.c\" >b.txt\n"
	"cat >s.nsi <<'E'\n"
	"Unicode ${U}\n!if \"${C}\" == none\nSetCompress off\n!else\nSetCompressor ${S} ${C}\n!endif\n"
	"!include LogicLib.nsh\nName sample\nOutFile out.exe\nInstallDir \"$PROGRAMFILES\\sample\"\nRequestExecutionLevel admin\n"
	"InstallDirRegKey HKLM Software\\sample Dir\nLicenseData b.txt\nPage license\nPage components\nPage directory\nPage instfiles\nVar x\n"
	"UninstPage uninstConfirm\nUninstPage instfiles\nShowInstDetails show\nAutoCloseWindow true\n"
	"Function .onInit\nReadEnvStr $0 TEMP\nReadRegStr $1 HKCU Software\\sample v\nReadINIStr $2 a.ini s k\nCall f\nIfSilent +2\n"
	"MessageBox MB_YESNO|MB_ICONQUESTION \"go $0?\" IDYES +2\nAbort no\nGetDLLVersion a.dll $3 $4\nFunctionEnd\n"
	"Function f\nPush $x\nExch 1\nPop $R0\nIntOp $x $x + 3\nIntCmp $x 3 e l m\ne:\nStrCmp $0 a l\nStrCmpS $0 a l\nl:\nGoto m\nm:\n"
	"GetFunctionAddress $8 f\nGetLabelAddress $9 m\nGetCurrentAddress $7\nSetErrors\nClearErrors\nIfErrors m\nSetErrorLevel 2\n"
	"FindFirst $5 $6 $TEMP\\*.js\nFindNext $5 $6\nFindClose $5\nFileOpen $5 a w\nFileWrite $5 x\nFileRead $5 $6\nFileSeek $5 0 SET\n"
	"FileClose $5\nFileReadByte $5 $6\nFileWriteByte $5 13\nGetTempFileName $R1\nGetFullPathName $R2 a\nSearchPath $R3 a.exe\nStrLen $R4 abc\n"
	"StrCpy $R5 abcdef 3 1\nGetFileTime a $R6 $R7\nIfFileExists a m\nIfRebootFlag m\nSetRebootFlag true\nFunctionEnd\n"
	"Section \"main part\" A\nSectionIn RO\nSetOutPath $INSTDIR\nFile a.js\nFile /oname=other.txt b.txt\nSetOverwrite ifnewer\nFile a.js\n"
	"Exec '\"$INSTDIR\\a.exe\" /s'\nExecWait 'sh -c x' $0\nExecShell open https://a.example/ p SW_SHOWMINIMIZED\nDelete $TEMP\\x\n"
	"Delete /REBOOTOK $TEMP\\y\nRename a b\nRMDir /r $INSTDIR\\old\nCreateDirectory $APPDATA\\d\nCopyFiles a b\nSetFileAttributes a HIDDEN\n"
	"WriteRegStr HKLM Software\\Microsoft\\Windows\\CurrentVersion\\Run s a.exe\nWriteRegDWORD HKCU a b 3\nWriteRegBin HKCU a c 0a0b\n"
	"WriteRegExpandStr HKCU a d %TEMP%\nWriteRegMultiStr /REGEDIT5 HKCU a e 610000000000\nDeleteRegKey /ifempty HKCU a\nDeleteRegValue HKCU a b\n"
	"EnumRegKey $0 HKLM a 0\nEnumRegValue $0 HKLM a 0\nWriteINIStr a.ini s k v\nDeleteINIStr a.ini s k\nDeleteINISec a.ini s\nFlushINI a.ini\n"
	"CreateShortCut $SMSTARTUP\\a.lnk $INSTDIR\\a.exe p i.ico 0 SW_SHOWNORMAL ALT|F8 d\nRegDLL a.dll\nSystem::Call 'kernel32::Sleep(i 1)'\n"
	"nsExec::ExecToLog 'cmd /c x'\nWriteUninstaller $INSTDIR\\u.exe\nSleep 10\nDetailPrint $(^Name)\nSetDetailsPrint none\nBringToFront\n"
	"HideWindow\nFindWindow $0 a b\nSendMessage $0 16 0 0\nIsWindow $0 m\nm:\nCreateFont $0 Arial 8\nSetCtlColors $0 0 0\nEnableWindow $0 0\n"
	"ShowWindow $0 0\nGetDlgItem $0 $1 2\nSectionSetText 0 x\nSectionGetFlags 0 $0\nLogSet off\nReboot\nQuit\nSectionEnd\n"
	"SectionGroup g\nSection /o b\nInitPluginsDir\nReserveFile b.txt\nReturn\nSectionEnd\nSectionGroupEnd\n"
	"Section Uninstall\nDelete $INSTDIR\\a.js\nSetShellVarContext all\nRMDir $INSTDIR\nSectionEnd\nE\n"
	"grep -v '^LogSet' s.nsi >t.nsi\nfor u in true false; do for c in none zlib bzip2 lzma; do for s in '' /SOLID; do\n"
	"test \"$c$s\" = none/SOLID || { makensis -V1 -DU=$u -DC=$c \"-DS=$s\" t.nsi; mv out.exe seeds/$u$c${s#/}; }\ndone; done; done\n";

/* Stored: a header with four instructions and two blocks of data. The installers come last: they are large. */
void fuzz_seeds(void (*run)(const void *bytes, size_t n))
{
	enum { ENTRIES = 300, STRINGS = ENTRIES + 4 * 28, HEADER = STRINGS + 40 };
	static const uint32_t ops[4][4] = {
		{11, 1, 1, 0}, {20, 0, 9, 0}, {41, 9, 0, 1}, {1, 0, 0, 0}};
	uint8_t bytes[4 + HEADER + 4 + 3 + 4 + 2 + 4] = {0};
	uint8_t *h = bytes + 4;

	put32(bytes, HEADER);
	for (int i = 0; i < 8; i++)
		put32(h + 4 + 8 * i, i < 3 ? ENTRIES : i == 3 ? STRINGS : HEADER);
	put32(h + 8 + 8 * 2, 4);
	for (int i = 0; i < 4; i++)
		for (int k = 0; k < 4; k++)
			put32(h + ENTRIES + 28 * i + 4 * k, ops[i][k]);
	memcpy(h + STRINGS, "\0\3\x95\x80\\dir\0a.exe", 14); /* "", "$INSTDIR\dir", "a.exe" */
	put32(bytes + 4 + HEADER, 3);
	memcpy(bytes + 8 + HEADER, "abc", 3);
	put32(bytes + 11 + HEADER, 2);
	put32(bytes + sizeof(bytes) - 4, HEADER);
	for (size_t cut = 0; cut < sizeof(bytes) - 4; cut += 40) {
		run(bytes + cut, sizeof(bytes) - cut);
	}
	for (size_t at = 0; at < sizeof(bytes) - 4; at += 3) {
		bytes[at] ^= 0x81;
		run(bytes, sizeof(bytes));
		bytes[at] ^= 0x81;
	}
	tool_seed(shell, run);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *whole;

	if (size >= 2 && data[0] == 'M' && data[1] == 'Z') {
		format_truths(FORMAT_NSIS, data, size);
		return 0;
	}
	if (size > 1 << 20)
		return 0;
	whole = malloc(1024 + 28 + size);
	if (!whole)
		return 0;
	stub_make(whole);
	memset(whole + 1024, 0, 28);
	memcpy(whole + 1024 + 4, "\xef\xbe\xad\xde" "NullsoftInst", 16);
	memcpy(whole + 1024 + 28, data, size);
	if (size >= 4)
		memcpy(whole + 1024 + 20, data + size - 4,
			3); /* length of the header, below 16 MiB */
	for (int i = 0; i < 4; i++)
		whole[1024 + 24 + i] = (uint8_t)((28 + size) >> (8 * i));
	whole[1024] = 4; /* no checksum */
	format_truths(FORMAT_NSIS, whole, 1024 + 28 + size);
	free(whole);
	return 0;
}
