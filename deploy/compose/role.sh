#!/bin/sh
# Run once by the image of PostgreSQL, when its folder is still empty: the product's role, and the database that it owns.
set -eu
psql --no-psqlrc --set ON_ERROR_STOP=1 --set password="$(cat /run/secrets/database_password)" --username "$POSTGRES_USER" <<'SQL'
create role tenantatlas login nosuperuser nobypassrls nocreatedb nocreaterole password :'password';
create database tenantatlas owner tenantatlas encoding 'UTF8' template template0;
revoke connect on database tenantatlas from public;
SQL
