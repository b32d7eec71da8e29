#!/bin/sh
# Run once by the Postgres image, when its data folder is new. Each service gets a database with two roles: an owner,
# which migrates, and a service role, which owns nothing and gets its rights from the migrations.
set -eu

# create DATABASE OWNER_PASSWORD SERVICE_PASSWORD
create() {
  psql --set=ON_ERROR_STOP=1 --username="$POSTGRES_USER" --dbname=postgres \
    --set=owner="${1}_owner" --set=owner_password="$2" \
    --set=service="$1" --set=service_password="$3" <<'SQL'
CREATE ROLE :"owner" LOGIN PASSWORD :'owner_password';
CREATE ROLE :"service" LOGIN PASSWORD :'service_password';
CREATE DATABASE :"service" OWNER :"owner" TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C';
REVOKE ALL ON DATABASE :"service" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"service" TO :"service";
\connect :"service"
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
SQL
}

create registry "$REGISTRY_OWNER_PASSWORD" "$REGISTRY_DATABASE_PASSWORD"
create custody_kokbulak "$KOKBULAK_OWNER_PASSWORD" "$KOKBULAK_DATABASE_PASSWORD"
create custody_src "$SRC_OWNER_PASSWORD" "$SRC_DATABASE_PASSWORD"
create custody_euclid "$EUCLID_OWNER_PASSWORD" "$EUCLID_DATABASE_PASSWORD"
create custody_magnet_plant "$MAGNET_PLANT_OWNER_PASSWORD" "$MAGNET_PLANT_DATABASE_PASSWORD"
create provenance "$PROVENANCE_OWNER_PASSWORD" "$PROVENANCE_DATABASE_PASSWORD"
