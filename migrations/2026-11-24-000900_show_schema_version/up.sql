-- A service that may not migrate must still see whether somebody has: it refuses to start on an older schema.
GRANT SELECT ON __diesel_schema_migrations TO helpdesk_app;
