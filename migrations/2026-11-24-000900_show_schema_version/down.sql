REVOKE SELECT ON __diesel_schema_migrations FROM helpdesk_app;
