#!/bin/sh
# Takes a copy of a Redis over the network, as it is at one moment, while everything goes on. docs/deploy/backup.md
#
#   deploy/redis/backup.sh tern-2026-11-22.rdb -h redis -p 6379        whatever follows the file goes to redis-cli
#
# A password belongs into REDISCLI_AUTH. The user needs `+ping +sync +replconf`: it asks as a replica would.
set -eu
file=$1
shift
[ ! -e "$file" ] || { echo "$file is there already" >&2; exit 1; }

# Under another name until it is whole, so that no half copy is ever taken for one.
trap 'rm -f "$file.part"' EXIT
redis-cli "$@" --rdb "$file.part" >&2
redis-check-rdb "$file.part" >&2
mv "$file.part" "$file"
