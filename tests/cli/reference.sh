#!/bin/sh
# npm: and deb: references, with clients of our own in PATH that write down how they were called.
. "$(dirname "$0")/lib.sh"

mkdir bin tmp index
TMPDIR=$HERE/tmp
export TMPDIR
release a 1.0.0
release b 1.0.1 "function bye(name) { return 'Bye, ' + name; }"
mv a.tgz index/greeter-1.0.0.tgz
mv b.tgz index/greeter-1.0.1.tgz
sri() { printf 'sha512-%s' "$(openssl dgst -sha512 -binary "$1" | base64 -w0)"; }

# The index: what is asked for stands after "--".
cat >bin/npm <<FAKE
#!/bin/sh
{ echo "npm \$*"; pwd; ls -A; env | sed 's/=.*//' | sort | tr '\\n' ' '; echo; } >>$HERE/calls
[ "\$(cat)" = '' ] || echo 'stdin is not empty' >>$HERE/calls
verb=\$1
while [ "\$1" != -- ]; do shift; done
what=\$2
case \$verb,\$what,\${3:-} in
view,greeter,versions) echo '["0.9.0", "1.0.0-rc.1", "1.0.0", "1.0.1-beta", "1.0.1", "1.0.2", "2.0.0"]' ;;
view,greeter@1.0.*,dist.integrity) printf '"%s"\\n' "\$(cat $HERE/index/\${what#greeter@}.sri)" ;;
pack,greeter@1.0.*) cp $HERE/index/greeter-\${what#greeter@}.tgz . && echo '[{"integrity": "sha512-lie"}]' ;;
view,slow@*) echo \$\$ >$HERE/slow.pid; sleep 30 ;;
view,loud@*) head -c 30000000 /dev/zero ;;
*) echo "npm error code E404" >&2; exit 1 ;;
esac
FAKE
chmod +x bin/npm
for v in 1.0.0 1.0.1; do
	sri index/greeter-$v.tgz >index/$v.sri
done
OWN_PATH=$PATH
PATH=$HERE/bin:$PATH
export PATH SECRET_TOKEN=x NODE_OPTIONS=--no-warnings npm_config_fetch_retries=1 HTTPS_PROXY=http://192.0.2.1:3128

is 0 diff --format json npm:greeter@1.0.0 npm:greeter@1.0.1
valid assay.diff.v1 out
has out '"path": "npm:greeter@1.0.0"'
has out '"path": "npm:greeter@1.0.1"'
has calls 'pack --prefix'
has calls '--ignore-scripts'
has calls ' -- greeter@1.0.1'
lacks calls 'stdin is not empty'
lacks calls 'SECRET_TOKEN'
lacks calls 'NODE_OPTIONS'
has calls 'npm_config_fetch_retries'
has calls 'HTTPS_PROXY'
has calls 'HOME'
lacks calls "$HERE/tmp/assay-cli"
ok 'the folder was removed' [ -z "$(ls -A tmp)" ]

# One reference alone.
is 0 diff npm:greeter@1.0.1
ok 'says first what OLD is' [ "$(sed -n 1p err)" = \
	'assay: OLD is npm:greeter@1.0.0, the highest lower version of the same major line' ]
has out 'OLD is npm:greeter@1.0.0'
is 0 npm:greeter@1.0.1
is 2 diff npm:greeter@0.9.0
has err 'no lower version'

# Not what the index stated.
sri index/greeter-1.0.0.tgz >index/1.0.1.sri
is 2 diff npm:greeter@1.0.0 npm:greeter@1.0.1
has err 'does not match the integrity hash'
echo 'md5-AAAA' >index/1.0.1.sri
is 2 inspect npm:greeter@1.0.1
has err 'does not match the integrity hash'
: >index/1.0.1.sri
is 2 inspect npm:greeter@1.0.1
sri index/greeter-1.0.1.tgz >index/1.0.1.sri

# Nothing but exact versions reaches a client.
: >calls
for bad in npm: npm:greeter npm:greeter@ npm:greeter@latest 'npm:greeter@^1.0.0' npm:greeter@1.0 \
	npm:greeter@1.0.0.0 npm:greeter@01.0.0 npm:-g@1.0.0 npm:../x@1.0.0 npm:@scope@1.0.0 \
	npm:@/x@1.0.0 npm:@s/@1.0.0 npm:a/b@1.0.0 'npm:a b@1.0.0' 'npm:a;b@1.0.0' npm:.a@1.0.0 \
	npm:_a@1.0.0 npm:file:x@1.0.0 npm:git+ssh://host.invalid/x@1.0.0 npm:@s/x/y@1.0.0 \
	npm:a@1.0.0-@x npm:a@1.0.0-01 npm:a@1.0.0+ "npm:a@1.0.0
" deb: deb:hello deb:hello= deb:hello=a1 deb:-hello=1 deb:Hello=1 deb:h=1 \
	'deb:hello=1 2' 'deb:hello=1*' deb:hello/stable deb:../x=1 deb:hello:amd64=1 sighting:7; do
	is 2 inspect "$bad"
	has err 'assay: '
done
has err 'sightings need a store'
ok 'no client was started' [ ! -s calls ]
is 2 inspect --offline npm:greeter@1.0.1
has err '--offline'
is 2 diff --offline npm:greeter@1.0.1
ok 'no client was started' [ ! -s calls ]
mkdir npm:greeter@1.0.1
is 0 diff ./npm:greeter@1.0.1 ./npm:greeter@1.0.1

is 2 inspect npm:nothere@1.0.0
has err 'E404'
is 2 inspect npm:loud@1.0.0
has err 'says more than'
timeout --preserve-status -s INT 1 "$ASSAY" inspect npm:slow@1.0.0 >out 2>err
ok 'interrupted while a client runs' [ $? -eq 130 ]
ok 'the folder was removed' [ -z "$(ls -A tmp)" ]
sleep 0.2
checks=$((checks + 1))
kill -0 "$(cat slow.pid)" 2>/dev/null && fail 'the client still runs'

# Debian: the same with apt.
mkdir -p pkg/DEBIAN pkg/usr/share/greeter
for v in 1.0-1 1.0-2; do
	printf 'Package: greeter\nVersion: %s\nArchitecture: all\nMaintainer: A <a@greeter.example>\nDescription: x\n' $v >pkg/DEBIAN/control
	echo "hello $v" >pkg/usr/share/greeter/text
	dpkg-deb --root-owner-group -b pkg index/greeter_${v}_all.deb >/dev/null
done
cat >bin/apt-get <<FAKE
#!/bin/sh
echo "apt-get \$*" >>$HERE/calls
while [ "\$1" != -- ]; do shift; done
case \$2 in
greeter=*) cp $HERE/index/greeter_\${2#greeter=}_all.deb . ;;
*) echo 'W: something' >&2; echo 'E: Unable to locate package' >&2; exit 100 ;;
esac
FAKE
cat >bin/apt-cache <<FAKE
#!/bin/sh
echo "apt-cache \$*" >>$HERE/calls
cat $HERE/index/Packages
FAKE
chmod +x bin/apt-get bin/apt-cache
packages() {
	for v in 0.9-9 1.0-1 1.0~rc1-1 1.0-2 1:1.0-1; do
		file=index/greeter_${v}_all.deb
		[ -e "$file" ] || file=index/greeter_1.0-1_all.deb
		printf 'Package: greeter\nVersion: %s\nDescription: x\n y\nSHA256: %s\n\n' "$v" \
			"$(sha256sum <"$file" | cut -d' ' -f1)"
	done
}
packages >index/Packages
"$ASSAY" diff --format json deb:greeter=1.0-1 deb:greeter=1.0-2 >out 2>err
ok 'two Debian packages' [ $? -le 1 ]
valid assay.diff.v1 out
has calls 'download -- greeter=1.0-2'
"$ASSAY" diff deb:greeter=1.0-2 >out 2>err
has err 'OLD is deb:greeter=1.0-1,'
sed 's/SHA256: ../SHA256: 00/' index/Packages >p && mv p index/Packages
is 2 inspect deb:greeter=1.0-2
has err 'does not match the SHA-256'
: >index/Packages
is 2 inspect deb:greeter=1.0-2
has err 'does not list'
is 2 inspect deb:nothere=1.0
has err 'E: Unable to locate'
lacks err 'W: something'

# No client at all.
rm bin/npm bin/apt-get
mkdir only
for tool in sh env sed sort tr ls cat; do ln -s "$(command -v $tool)" only/; done
PATH=$HERE/only
export PATH
is_without() {
	"$ASSAY" inspect "$1" >out 2>err
	echo $? >status
}
is_without npm:greeter@1.0.1
PATH=$OWN_PATH
ok 'no npm: 2' [ "$(cat status)" -eq 2 ]
has err 'npm is not installed here'
PATH=$HERE/only
is_without deb:greeter=1.0-2
PATH=$OWN_PATH
ok 'no apt-get: 2' [ "$(cat status)" -eq 2 ]
has err 'apt-get is not installed here'
ok 'the folder was removed' [ -z "$(ls -A tmp)" ]
done_
