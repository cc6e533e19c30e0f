#!/bin/sh
# Makes the two roles and the database of Migrant Desk on a PostgreSQL server of yours.
# The official postgres image runs it once, when its data folder is empty. By hand: as a superuser, with the two
# passwords in OWNER_PASSWORD and APP_PASSWORD.
#
#   helpdesk_owner   owns the database and its schema, runs migrations
#   helpdesk_app     the service; owns nothing, migrations grant it what it may touch
set -eu
: "${OWNER_PASSWORD:?}" "${APP_PASSWORD:?}"

psql --no-psqlrc --set ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres <<'SQL'
\getenv owner_password OWNER_PASSWORD
\getenv app_password APP_PASSWORD
CREATE ROLE helpdesk_owner LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD :'owner_password';
CREATE ROLE helpdesk_app LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD :'app_password';
CREATE DATABASE helpdesk OWNER helpdesk_owner TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8';
REVOKE ALL ON DATABASE helpdesk FROM PUBLIC;
GRANT CONNECT ON DATABASE helpdesk TO helpdesk_app;
\connect helpdesk
ALTER SCHEMA public OWNER TO helpdesk_owner;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO helpdesk_app;
SQL
