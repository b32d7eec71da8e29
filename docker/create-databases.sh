#!/bin/sh
# Run once by the Postgres image, when its data folder is new. Each service gets a database with two roles: an owner,
# which migrates, and a service role, which owns nothing and gets its rights from the migrations.
set -eu

for service in registry custody provenance; do
  psql --set=ON_ERROR_STOP=1 --username="$POSTGRES_USER" --dbname=postgres \
    --set=owner="${service}_owner" --set=owner_password="$OWNER_PASSWORD" \
    --set=service="$service" --set=service_password="$SERVICE_PASSWORD" <<'SQL'
CREATE ROLE :"owner" LOGIN PASSWORD :'owner_password';
CREATE ROLE :"service" LOGIN PASSWORD :'service_password';
CREATE DATABASE :"service" OWNER :"owner" TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C';
REVOKE ALL ON DATABASE :"service" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"service" TO :"service";
\connect :"service"
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
SQL
done
