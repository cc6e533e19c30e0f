-- Writes src/schema.rs from the catalogue, in the form of Diesel's own print-schema, but for two things it cannot be
-- told: arrays hold no NULLs here, and no tool outside this repository is needed.
WITH tables AS (
    SELECT c.oid, c.relname AS name FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname <> '__diesel_schema_migrations'
), columns AS (
    SELECT t.oid, string_agg(
        CASE WHEN a.attname = 'type' THEN '        #[sql_name = "type"]' || E'\n        type_' ELSE '        ' || a.attname END
        || ' -> ' || CASE WHEN a.attnotnull THEN kind.name ELSE 'Nullable<' || kind.name || '>' END || ',',
        E'\n' ORDER BY a.attnum) AS lines, count(*) AS amount
    FROM tables t JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
    CROSS JOIN LATERAL (SELECT CASE format_type(a.atttypid, NULL)
        WHEN 'uuid' THEN 'Uuid' WHEN 'text' THEN 'Text' WHEN 'boolean' THEN 'Bool' WHEN 'smallint' THEN 'Int2'
        WHEN 'integer' THEN 'Int4' WHEN 'bigint' THEN 'Int8' WHEN 'date' THEN 'Date' WHEN 'jsonb' THEN 'Jsonb'
        WHEN 'bytea' THEN 'Bytea' WHEN 'timestamp with time zone' THEN 'Timestamptz' WHEN 'double precision' THEN 'Float8'
        WHEN 'text[]' THEN 'Array<Text>' WHEN 'smallint[]' THEN 'Array<Int2>' WHEN 'uuid[]' THEN 'Array<Uuid>'
        ELSE 'Unknown_' || format_type(a.atttypid, NULL) END AS name) kind
    GROUP BY t.oid
), keys AS (
    SELECT t.oid, string_agg(a.attname, ', ' ORDER BY array_position(k.conkey, a.attnum)) AS names
    FROM tables t JOIN pg_constraint k ON k.conrelid = t.oid AND k.contype = 'p'
    JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = ANY (k.conkey)
    GROUP BY t.oid
), joins AS (
    SELECT k.conrelid AS child, k.confrelid AS parent, min(a.attname) AS key
    FROM pg_constraint k JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
    WHERE k.contype = 'f' AND k.connamespace = 'public'::regnamespace AND k.conrelid <> k.confrelid
    GROUP BY k.conrelid, k.confrelid
    HAVING count(*) = 1 AND min(cardinality(k.conkey)) = 1
)
SELECT '// Written by `./dev test` with UPDATE_SCHEMA=1 from the migrations; never edited.' || E'\n\n'
    || (SELECT string_agg('diesel::table! {' || E'\n    ' || t.name || ' (' || k.names || E') {\n' || c.lines || E'\n    }\n}\n', E'\n' ORDER BY t.name COLLATE "C")
        FROM tables t JOIN columns c USING (oid) JOIN keys k USING (oid))
    || E'\n'
    || (SELECT string_agg('diesel::joinable!(' || c.name || ' -> ' || p.name || ' (' || j.key || '));', E'\n' ORDER BY c.name COLLATE "C", p.name COLLATE "C")
        FROM joins j JOIN tables c ON c.oid = j.child JOIN tables p ON p.oid = j.parent)
    || E'\n\ndiesel::allow_tables_to_appear_in_same_query!(\n'
    || (SELECT string_agg('    ' || name || ',', E'\n' ORDER BY name COLLATE "C") FROM tables)
    || E'\n);\n' AS schema;
