# What the official image's entrypoint does, as far as docker-compose.yml and the tests ask for it.
set -eu
case "${1:-}" in -*) set -- postgres "$@" ;; esac
if [ "$(id -u)" = 0 ]; then
  mkdir -p "$PGDATA"
  chown -R postgres:postgres /var/lib/postgresql /var/run/postgresql
  exec setpriv --reuid=postgres --regid=postgres --clear-groups sh "$0" "$@"
fi
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  if [ -n "${POSTGRES_PASSWORD_FILE:-}" ]; then POSTGRES_PASSWORD=$(cat "$POSTGRES_PASSWORD_FILE"); fi
  password=$(mktemp)
  printf '%s' "$POSTGRES_PASSWORD" >"$password"
  # shellcheck disable=SC2086 - several arguments
  initdb --username="${POSTGRES_USER:-postgres}" --pwfile="$password" --auth-local=trust \
    --auth-host=scram-sha-256 ${POSTGRES_INITDB_ARGS:-}
  rm "$password"
  echo 'host all all all scram-sha-256' >>"$PGDATA/pg_hba.conf"
  if [ "${POSTGRES_DB:-postgres}" != postgres ]; then
    pg_ctl --wait --options="-c listen_addresses='' -k /var/run/postgresql" start
    psql -h /var/run/postgresql -U "${POSTGRES_USER:-postgres}" -d postgres -c "create database \"$POSTGRES_DB\""
    pg_ctl --wait --mode=fast stop
  fi
fi
unset POSTGRES_PASSWORD
exec "$@" -c listen_addresses='*' -k /var/run/postgresql
