#!/bin/sh
# Makes of a copy (backup.sh) the data folder of a Redis with `appendonly yes`. docs/deploy/backup.md
#
#   deploy/redis/restore.sh tern-2026-11-22.rdb /var/lib/redis-restored      the folder must be empty or not exist
#
# Why not just put the file there: with `appendonly yes` Redis 7 reads its append-only file alone, and beside a dump.rdb
# without one it starts empty, and says nothing. So the copy is loaded without it first, and Redis writes one.
set -eu
copy=$1
folder=$2
mkdir -p "$folder"
[ -z "$(ls -A "$folder")" ] || { echo "$folder is not empty" >&2; exit 1; }
cp "$copy" "$folder/dump.rdb"
cd "$folder"

# Reached by nobody but this script: no port, a socket in this folder.
redis-server --port 0 --unixsocket restore.sock --dir . --dbfilename dump.rdb \
  --appendonly no --save "" --maxmemory-policy noeviction >restore.log 2>&1 &
server=$!
trap 'kill "$server" 2>/dev/null || true' EXIT
ask() { redis-cli -s restore.sock "$@"; }
is_running() { kill -0 "$server" 2>/dev/null || { cat restore.log >&2; exit 1; }; }

until [ "$(ask PING 2>/dev/null)" = PONG ]; do is_running; sleep 0.1; done
keys=$(ask DBSIZE)
[ "$keys" -gt 0 ] || { echo "nothing was found in $copy" >&2; exit 1; }
ask CONFIG SET appendonly yes >/dev/null
until ask INFO persistence | tr -d '\r' | grep -qx aof_rewrite_in_progress:0 \
  && ask INFO persistence | tr -d '\r' | grep -qx aof_rewrite_scheduled:0; do is_running; sleep 0.1; done
ask INFO persistence | tr -d '\r' | grep -qx aof_last_bgrewrite_status:ok || { cat restore.log >&2; exit 1; }
ask SHUTDOWN NOSAVE || true
wait "$server" || true
trap - EXIT
rm -f dump.rdb restore.log restore.sock
echo "restored $keys keys into $folder; start Redis on it as usual (appendonly yes)"
