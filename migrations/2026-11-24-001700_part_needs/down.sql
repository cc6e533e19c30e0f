DROP INDEX needs_parent_id_idx;
ALTER TABLE needs DROP CONSTRAINT needs_parent_check;
ALTER TABLE needs DROP CONSTRAINT needs_parent_id_fkey;
ALTER TABLE needs DROP CONSTRAINT needs_case_key;
ALTER TABLE needs DROP COLUMN parent_id;
