# A real PostgreSQL on a socket in a scratch folder, for one test:  . postgresql.sh  after lib.sh.
# It refuses to run as root, so that root lends it the package's own user. Nothing listens on a port.
PG_FOLDER=$(mktemp -d "${TMPDIR:-/tmp}/assay-pg.XXXXXX")
PG_BIN=$(find /usr/lib/postgresql -name initdb -path '*/bin/*' | sort -V | tail -1)
PG_BIN=${PG_BIN%/initdb}
PG_URL="postgresql:///assay?host=$PG_FOLDER&user=assay"
trap 'pg_stop; rm -rf "$PG_FOLDER" "$HERE"' EXIT

as_pg() {
	if [ "$(id -u)" -eq 0 ]; then
		setpriv --reuid=postgres --regid=postgres --clear-groups "$@"
	else
		"$@"
	fi
}

# In the folder, where that user may be; what goes wrong is in pg.log.
pg_run() {
	(cd "$PG_FOLDER" && as_pg "$@") >>pg.log 2>&1
}

pg_up() {
	pg_run "$PG_BIN/pg_ctl" -D "$PG_FOLDER/data" -w -t 60 -l "$PG_FOLDER/server.log" \
		-o "-c listen_addresses= -k $PG_FOLDER" start
}

pg_start() {
	chmod 755 "$PG_FOLDER"
	[ "$(id -u)" -ne 0 ] || chown postgres:postgres "$PG_FOLDER"
	pg_run "$PG_BIN/initdb" -D "$PG_FOLDER/data" -U assay -A trust -E UTF8 --locale=en_US.UTF-8 ||
		pg_run "$PG_BIN/initdb" -D "$PG_FOLDER/data" -U assay -A trust -E UTF8 --locale=C.UTF-8
	pg_up && pg_run "$PG_BIN/createdb" -h "$PG_FOLDER" -U assay assay
}

pg_sql() {
	"$PG_BIN/psql" -X -A -t -h "$PG_FOLDER" -U assay assay -c "$1"
}

# pg_stop [immediate]: immediate is as if the machine had stopped.
pg_stop() {
	[ ! -e "$PG_FOLDER/data/postmaster.pid" ] ||
		pg_run "$PG_BIN/pg_ctl" -D "$PG_FOLDER/data" -w -m "${1:-fast}" stop
}
