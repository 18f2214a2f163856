#!/bin/sh
# Makes the secrets of compose.yaml, each a file of its own, and never in the place of one that is there.
# Keep a copy of `key` apart from the backups of the database: without it what is sealed in the database is lost.
set -eu
umask 077
cd "$(dirname "$0")"
mkdir -p secrets
for file in postgres_password database_password database_url key; do
  if [ -e "secrets/$file" ]; then
    echo "secrets/$file is there already; nothing is overwritten" >&2
    exit 1
  fi
done
openssl rand -hex 24 > secrets/postgres_password
openssl rand -hex 24 > secrets/database_password
openssl rand -hex 32 > secrets/key
printf 'postgres://tenantatlas:%s@database/tenantatlas\n' "$(cat secrets/database_password)" > secrets/database_url
# Compose shows the files themselves: the user of the image must be able to read them. The folder keeps everybody else out.
chmod 0444 secrets/*
echo "made: postgres_password, database_password, database_url, key"
