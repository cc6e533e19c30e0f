ALTER TABLE cases ADD COLUMN external_key text;
COMMENT ON COLUMN cases.external_key IS 'The key of an imported case in the system it came from.';
CREATE UNIQUE INDEX cases_external_key_key ON cases (office_id, external_key) WHERE external_key IS NOT NULL;
DROP TABLE case_imports;
