-- A need may have parts that are met apart: papers, before work can be found. A part has its own outcome and may be referred
-- by itself; it is counted within the need it is a part of. One level only, and within one case.

ALTER TABLE needs ADD COLUMN parent_id uuid;
COMMENT ON COLUMN needs.parent_id IS 'The need of the same case that this one is a part of; empty for a need of its own. A part has no parts.';
ALTER TABLE needs ADD CONSTRAINT needs_case_key UNIQUE (case_id, id);
ALTER TABLE needs ADD CONSTRAINT needs_parent_id_fkey FOREIGN KEY (case_id, parent_id) REFERENCES needs (case_id, id);
ALTER TABLE needs ADD CONSTRAINT needs_parent_check CHECK (parent_id <> id);
CREATE INDEX needs_parent_id_idx ON needs (case_id, parent_id) WHERE parent_id IS NOT NULL;
