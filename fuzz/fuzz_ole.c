/*
 * Who controls these bytes: whoever made the installer database or the old office file; sectors, chains,
 * directory, strings and tables are all theirs. Seeds come from wixl.
 */
#include "container.h"
#include "tool_seeds.h"

static const char shell[] =
	"printf 'WScript.Echo 1' >ca.vbs; printf 'MZfake' >tool.exe\n"
	"cat >a.wxs <<E\n"
	"<Wix xmlns='http://schemas.microsoft.com/wix/2006/wi'><Product Name='H' Id='*'"
	" UpgradeCode='DE9A3F8C-1E5C-4D3B-9A37-1F3E2C0E5B11' Version='1.0.8' Manufacturer='H' Language='1033'>"
	"<Package InstallerVersion='200' Compressed='yes'/><Media Id='1' Cabinet='app.cab' EmbedCab='yes'/>"
	"<Binary Id='CaVbs' SourceFile='ca.vbs'/><Property Id='U' Value='https://u.example/'/>"
	"<CustomAction Id='RunTool' FileKey='fTool' ExeCommand='/r' Execute='deferred' Impersonate='no' Return='ignore'/>"
	"<Directory Id='TARGETDIR' Name='SourceDir'><Directory Id='ProgramFilesFolder'><Directory Id='D' Name='H'>"
	"<Component Id='c1' Guid='5A8E9D2B-2D0B-4F0C-8A43-0E7D5D1B9A11'>"
	"<File Id='fTool' Name='a tool.exe' DiskId='1' Source='tool.exe' KeyPath='yes'/>"
	"<RegistryValue Root='HKLM' Key='S' Name='H' Type='string' Value='[U][#fTool]'/></Component>"
	"</Directory></Directory></Directory><Feature Id='Main' Level='1'><ComponentRef Id='c1'/></Feature>"
	"</Product></Wix>\nE\n"
	"wixl -o seed a.wxs\n"
	"msibuild seed -q \"INSERT INTO CustomAction (Action,Type,Source,Target) VALUES ('RunVbs',6,'CaVbs','Main')\"\n"
	"msibuild seed -q \"INSERT INTO CustomAction (Action,Type,Source,Target) VALUES ('Inl',37,'','var a = 1;')\"\n"
	"msibuild seed -q \"INSERT INTO CustomAction (Action,Type,Source,Target) VALUES ('Odd',37,'','$(printf 'a\\r\\n\\tb$\\001')')\"\n";

static const char signing[] =
	"openssl req -x509 -newkey rsa:2048 -nodes -keyout key -out cert -days 9 -subj '/O=A Maker/CN=a.example' 2>/dev/null\n"
	"mv seed plain; osslsigncode sign -certs cert -key key -in plain -out seed\n";

void fuzz_seeds(void (*run)(const void *bytes, size_t n))
{
	char signed_[sizeof(shell) + sizeof(signing)];

	tool_seed(shell, run);
	snprintf(signed_, sizeof(signed_), "%s%s", shell, signing);
	tool_seed(signed_, run);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	return container_check(FORMAT_OLE, bytes, n);
}
