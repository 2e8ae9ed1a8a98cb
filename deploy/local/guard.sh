# Runs a server that ends when its launcher is gone, however the launcher ended.
#
# usage: guard.sh SIGNAL COMMAND...      standard input: a pipe that the launcher holds open
#
# A watcher waits for the end of the pipe, then ends the server with SIGNAL, and with KILL 15 s later. It is
# a grandchild: PostgreSQL takes a child that it does not know for a crashed one. The command replaces
# this shell, so the launcher sees its own pid and exit status.
signal=$1
shift
exec 3<&0 </dev/null
(
  (
    exec >/dev/null 2>&1
    read -r _ <&3
    kill -s "$signal" $$
    waits=0
    while kill -0 $$ && [ $waits -lt 150 ]; do
      sleep 0.1 || sleep 1 # POSIX promises whole seconds only
      waits=$((waits + 1))
    done
    kill -s KILL $$
  ) &
)
exec 3<&-
exec "$@"
