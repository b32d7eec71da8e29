#!/bin/sh
# Prints .env.example with every secret that it leaves empty made up: `docker/fill-env.sh > .env`. What only you can
# know (GENESIS and ROOT_LOG_KEY, which the registry's first start prints) stays empty.
set -eu
umask 077

random() {
  od -An -N32 -tx1 /dev/urandom | tr -d ' \n'
}

while IFS= read -r line; do
  case "$line" in
    \#*) printf '%s\n' "$line" ;;
    *_KEY_ENCRYPTION=) printf '%s%s:%s\n' "$line" "$(date -u +%Y)" "$(random)" ;;
    *_PASSWORD= | *_SECRET=) printf '%s%s\n' "$line" "$(random)" ;;
    *) printf '%s\n' "$line" ;;
  esac
done <"$(dirname "$0")/../.env.example"
