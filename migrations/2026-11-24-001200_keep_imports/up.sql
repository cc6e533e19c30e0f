-- Which case came from which row of a desk's spreadsheet, so that reading the file again does nothing twice. It stands
-- apart from the case: a case may move to another office, its row stays that of the office that brought it.

CREATE TABLE case_imports (
    office_id uuid NOT NULL,
    external_key text NOT NULL,
    case_id uuid NOT NULL,
    fingerprint text NOT NULL,
    imported_at timestamptz NOT NULL,
    imported_by uuid NOT NULL,
    CONSTRAINT case_imports_pkey PRIMARY KEY (office_id, external_key),
    CONSTRAINT case_imports_office_id_fkey FOREIGN KEY (office_id) REFERENCES offices (id),
    CONSTRAINT case_imports_case_id_fkey FOREIGN KEY (case_id) REFERENCES cases (id),
    CONSTRAINT case_imports_imported_by_fkey FOREIGN KEY (imported_by) REFERENCES staff (id)
);
COMMENT ON TABLE case_imports IS 'Which case came from which row of an office’s spreadsheet.';
COMMENT ON COLUMN case_imports.office_id IS 'The office the row names.';
COMMENT ON COLUMN case_imports.external_key IS 'The key of the row, once an office.';
COMMENT ON COLUMN case_imports.case_id IS 'The case it became.';
COMMENT ON COLUMN case_imports.fingerprint IS 'Keyed hash of what the row said, to tell a row that was changed since.';
COMMENT ON COLUMN case_imports.imported_at IS 'When it was written.';
COMMENT ON COLUMN case_imports.imported_by IS 'The account that brought it.';
CREATE INDEX case_imports_case_id_idx ON case_imports (case_id);

ALTER TABLE case_imports ENABLE ROW LEVEL SECURITY;
ALTER TABLE case_imports FORCE ROW LEVEL SECURITY;
CREATE POLICY case_imports_wall ON case_imports USING (
    (SELECT app_kind()) = 'system'
    OR ((SELECT app_kind()) = 'staff' AND office_id = ANY ((SELECT app_offices())::uuid[]))
);
GRANT SELECT, INSERT ON case_imports TO helpdesk_app;

-- The key on the case itself was never written; it would have changed hands with the case.
DROP INDEX cases_external_key_key;
ALTER TABLE cases DROP COLUMN external_key;
