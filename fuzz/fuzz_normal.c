/* Who controls these bytes: whoever ships the file that a builder compares with his own. */
#include "fuzz.h"

#include <string.h>

#include "normal/normal.h"
#include "tool_seeds.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	static struct normal_form a, b;
	char names[NORMAL_NAMES_BYTES];

	FUZZ_CHECK(normal_of(bytes, n, &a) == normal_of(bytes, n, &b));
	FUZZ_CHECK(memcmp(&a.d, &b.d, sizeof(a.d)) == 0);
	FUZZ_CHECK(normal_equal(&a, &b, names) && names[0] == '\0');
	return 0;
}

/* Headers of each kind; what lies behind them is for the fuzzer. */
void fuzz_seeds(void (*run)(const void *bytes, size_t n))
{
	static const char zip[] = "PK\5\6\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
	static const char member[] = "PK\3\4\24\0\0\0\0\0\0\0!\0\0\0\0\0\0\0\0\0\0\0\0\0\1\0\0\0a"
				     "PK\1\2\24\0\24\0\0\0\0\0\0\0!\0\0\0\0\0\0\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0a"
				     "PK\5\6\0\0\0\0\1\0\1\0/\0\0\0\37\0\0\0\0";
	static const char ar[] = "!<arch>\na/              0           0     0     100644  2         `\nhi";
	static char tar[512 * 4];
	unsigned sum = 0;

	run(zip, sizeof(zip));
	run(member, sizeof(member));
	run(ar, sizeof(ar) - 1);
	run("\x1F\x8B\x08\0\0\0\0\0\0\3\3\0\0\0\0\0\0\0\0\0", 20);
	memcpy(tar, "a", 1);
	memcpy(tar + 100, "0000644\0" "0000000\0" "0000000\0" "00000000001\0" "00000000000\0" "        0", 57);
	memcpy(tar + 257, "ustar\00000", 8);
	for (int i = 0; i < 512; i++)
		sum += (unsigned char)tar[i];
	snprintf(tar + 148, 8, "%06o", sum);
	tar[512] = 'x';
	run(tar, sizeof(tar));
	tool_seed("echo text >t.txt; cat >a.wxs <<E\n"
		  "<Wix xmlns='http://schemas.microsoft.com/wix/2006/wi'><Product Name='H' Id='*' UpgradeCode='DE9A3F8C-1E5C-4D3B-9A37-1F3E2C0E5B11'"
		  " Version='1.0.8' Manufacturer='H' Language='1033'><Package InstallerVersion='200' Compressed='yes'/><Media Id='1' Cabinet='a.cab' EmbedCab='yes'/>"
		  "<Directory Id='TARGETDIR' Name='SourceDir'><Component Id='c1' Guid='5A8E9D2B-2D0B-4F0C-8A43-0E7D5D1B9A11'><File Id='f' Name='t.txt' DiskId='1'"
		  " Source='t.txt' KeyPath='yes'/></Component></Directory><Feature Id='M' Level='1'><ComponentRef Id='c1'/></Feature></Product></Wix>\nE\n"
		  "mkdir seeds; wixl -o seeds/a a.wxs; openssl req -x509 -newkey rsa:2048 -nodes -keyout key -out cert -days 9 -subj '/CN=a' 2>/dev/null\n"
		  "osslsigncode sign -certs cert -key key -in seeds/a -out seeds/b\n", run);
}
