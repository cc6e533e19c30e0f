-- Who is asking: every transaction of the service states it, and row-level security reads it here.
-- An unset or emptied setting reads as NULL, and NULL sees nothing.

CREATE FUNCTION app_kind() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT nullif(current_setting('app.kind', true), '') $$;
COMMENT ON FUNCTION app_kind() IS 'Who asks: staff, partner, system, or NULL for nobody.';

CREATE FUNCTION app_staff() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT nullif(current_setting('app.staff', true), '')::uuid $$;
COMMENT ON FUNCTION app_staff() IS 'The account that asks.';

CREATE FUNCTION app_role() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT nullif(current_setting('app.role', true), '') $$;
COMMENT ON FUNCTION app_role() IS 'The role of the account that asks.';

CREATE FUNCTION app_agency() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT nullif(current_setting('app.agency', true), '')::uuid $$;
COMMENT ON FUNCTION app_agency() IS 'The partner agency of the account that asks.';

CREATE FUNCTION app_offices() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT coalesce(nullif(current_setting('app.offices', true), ''), '{}')::uuid[] $$;
COMMENT ON FUNCTION app_offices() IS 'The offices whose files the account may see.';

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION 'rows of % are never changed or deleted', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege'; END $$;
COMMENT ON FUNCTION refuse_change() IS 'Makes a table append-only, whoever asks.';
