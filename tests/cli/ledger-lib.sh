# A vendor for tests: 2 of 3 roots, 2 of 3 approvers, 3 builders, a pulse key. Sourced after lib.sh.

# keys ROLE N: makes keys ROLE1.key ..
keys() {
	i=1
	while [ "$i" -le "$2" ]; do
		"$ASSAY" ledger keys new "vendor.example/$1$i" "$1$i.key" >/dev/null || fail "key $1$i"
		i=$((i + 1))
	done
}

roles() {
	echo 'vendor vendor.example'
	echo 'threshold root 2'
	echo 'threshold approver 2'
	for role in root approver builder pulse; do
		for key in "$role"[0-9].key.pub; do
			[ -e "$key" ] && echo "$role $(cat "$key")"
		done
	done
}

# vendor [INIT OPTION...]: a ledger in L with its first key set published
vendor() {
	keys root 3
	keys approver 3
	keys builder 3
	keys pulse 1
	roles >roles.txt
	"$ASSAY" ledger init L roles.txt --origin ledger.vendor.example "$@" >/dev/null ||
		fail 'ledger init'
	"$ASSAY" ledger approve L/requests/keys-1.entry -k root1.key -k root2.key >/dev/null ||
		fail 'approving the key set'
	"$ASSAY" ledger publish L --quiet >/dev/null || fail 'publishing the key set'
	"$ASSAY" ledger keys trust L >trust || fail 'ledger keys trust'
}

# ship PRODUCT VERSION FILE [REQUEST OPTION...]: asked for and approved by two
ship() {
	product=$1 version=$2 file=$3
	shift 3
	"$ASSAY" ledger request L --product "$product" --release "$version" "$@" "$file" >path ||
		fail "request $product $version"
	"$ASSAY" ledger approve "$(cat path)" -k approver1.key -k approver2.key >/dev/null ||
		fail "approve $product $version"
}

publish() {
	"$ASSAY" ledger publish L --quiet "$@" >/dev/null || fail "publish"
}
