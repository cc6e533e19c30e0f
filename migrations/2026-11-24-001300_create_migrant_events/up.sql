-- What changed in a person's file, when and by whom: an edit overwrites a row, and nothing may be lost by it.
-- It holds values of the file, so it stands behind the same wall and is erased with it. Numbers of documents are never
-- copied here: they are kept sealed in one place.

CREATE TABLE migrant_events (
    id uuid NOT NULL,
    migrant_id uuid NOT NULL,
    kind text NOT NULL,
    at timestamptz NOT NULL,
    staff_id uuid,
    part_id uuid,
    version integer NOT NULL,
    changes jsonb NOT NULL DEFAULT '[]',
    CONSTRAINT migrant_events_pkey PRIMARY KEY (id),
    CONSTRAINT migrant_events_migrant_id_fkey FOREIGN KEY (migrant_id) REFERENCES migrants (id),
    CONSTRAINT migrant_events_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES staff (id)
);
COMMENT ON TABLE migrant_events IS 'What changed in a person’s file, in order; never edited.';
COMMENT ON COLUMN migrant_events.id IS 'UUID v7.';
COMMENT ON COLUMN migrant_events.migrant_id IS 'Whose file.';
COMMENT ON COLUMN migrant_events.kind IS 'noun.past, such as migrant.edited, contact_point.added, mobility.ended.';
COMMENT ON COLUMN migrant_events.at IS 'When it was written down; the days it speaks of are among the changes.';
COMMENT ON COLUMN migrant_events.staff_id IS 'Who wrote it down; empty for the system and imports by command.';
COMMENT ON COLUMN migrant_events.part_id IS 'The contact point, document, category, need, relation or consent it is about.';
COMMENT ON COLUMN migrant_events.version IS 'The version of the file that it made.';
COMMENT ON COLUMN migrant_events.changes IS 'Fields with from and to; restricted where only few may read the values.';
CREATE INDEX migrant_events_migrant_id_idx ON migrant_events (migrant_id, at, id);

ALTER TABLE migrant_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE migrant_events FORCE ROW LEVEL SECURITY;
CREATE POLICY migrant_events_wall ON migrant_events USING (
    (SELECT app_kind()) = 'system' OR EXISTS (SELECT 1 FROM migrants m WHERE m.id = migrant_events.migrant_id)
);
GRANT SELECT, INSERT ON migrant_events TO helpdesk_app;
