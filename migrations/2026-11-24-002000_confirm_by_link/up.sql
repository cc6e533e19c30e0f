-- Confirming an entry of the directory by link, without an account: links that can be taken back and that a newer mail
-- ends, how long a waiting list is, and what the desk has to do about an agency.

ALTER TABLE confirmation_links
    ADD COLUMN notice_id uuid,
    ADD COLUMN revoked_at timestamptz,
    ADD COLUMN revoked_by uuid,
    ADD CONSTRAINT confirmation_links_notice_id_fkey FOREIGN KEY (notice_id) REFERENCES notices (id),
    ADD CONSTRAINT confirmation_links_revoked_by_fkey FOREIGN KEY (revoked_by) REFERENCES staff (id);
COMMENT ON COLUMN confirmation_links.notice_id IS 'The mail that carries it; once a newer mail with a link has been sent, this link is over.';
COMMENT ON COLUMN confirmation_links.revoked_at IS 'When the desk took it back, or its agency went into another.';
COMMENT ON COLUMN confirmation_links.revoked_by IS 'Who did.';
CREATE INDEX confirmation_links_notice_id_idx ON confirmation_links (notice_id);

ALTER TABLE agency_services
    ADD COLUMN waiting_days smallint,
    ADD CONSTRAINT agency_services_waiting_days_check CHECK (waiting_days IS NULL OR (waiting_days BETWEEN 1 AND 730 AND capacity = 'limited'));
COMMENT ON COLUMN agency_services.waiting_days IS 'How many days a person waits there now; only with capacity limited, and only when somebody said so.';

CREATE TABLE agency_tasks (
    id uuid NOT NULL,
    agency_id uuid NOT NULL,
    service_id uuid,
    kind text NOT NULL,
    words text,
    due_on date NOT NULL,
    owner_id uuid,
    status text NOT NULL DEFAULT 'open',
    link_id uuid,
    created_at timestamptz NOT NULL,
    ended_at timestamptz,
    ended_by uuid,
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT agency_tasks_pkey PRIMARY KEY (id),
    CONSTRAINT agency_tasks_agency_id_fkey FOREIGN KEY (agency_id) REFERENCES agencies (id),
    CONSTRAINT agency_tasks_service_id_fkey FOREIGN KEY (service_id) REFERENCES agency_services (id),
    CONSTRAINT agency_tasks_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES staff (id),
    CONSTRAINT agency_tasks_link_id_fkey FOREIGN KEY (link_id) REFERENCES confirmation_links (id),
    CONSTRAINT agency_tasks_ended_by_fkey FOREIGN KEY (ended_by) REFERENCES staff (id),
    CONSTRAINT agency_tasks_kind_check CHECK (kind IN ('phone_agency', 'correct_entry', 'retire_service')),
    CONSTRAINT agency_tasks_status_check CHECK (status IN ('open', 'done', 'dropped')),
    CONSTRAINT agency_tasks_ended_check CHECK ((status = 'open') = (ended_at IS NULL))
);
COMMENT ON TABLE agency_tasks IS 'What the desk has to do about an agency, whoever’s referrals go there: phone it, correct its entry.';
COMMENT ON COLUMN agency_tasks.id IS 'UUID v7.';
COMMENT ON COLUMN agency_tasks.agency_id IS 'The agency.';
COMMENT ON COLUMN agency_tasks.service_id IS 'The service it is about, if about one.';
COMMENT ON COLUMN agency_tasks.kind IS 'phone_agency: mail about its entry does not arrive; correct_entry: it says what is wrong; retire_service: it says that it offers it no longer.';
COMMENT ON COLUMN agency_tasks.words IS 'What the agency wrote; of its entry, never of a person.';
COMMENT ON COLUMN agency_tasks.due_on IS 'By which day, where the agency is.';
COMMENT ON COLUMN agency_tasks.owner_id IS 'The manager who does it; empty when there is none.';
COMMENT ON COLUMN agency_tasks.status IS 'open, done, or dropped because it is not wanted any more.';
COMMENT ON COLUMN agency_tasks.link_id IS 'The link by which the agency said so.';
COMMENT ON COLUMN agency_tasks.created_at IS 'When it came up.';
COMMENT ON COLUMN agency_tasks.ended_at IS 'When it was done or dropped.';
COMMENT ON COLUMN agency_tasks.ended_by IS 'Who did.';
COMMENT ON COLUMN agency_tasks.version IS 'Counts edits.';
CREATE INDEX agency_tasks_agency_id_idx ON agency_tasks (agency_id);
CREATE INDEX agency_tasks_service_id_idx ON agency_tasks (service_id);
CREATE INDEX agency_tasks_link_id_idx ON agency_tasks (link_id);
CREATE INDEX agency_tasks_open_idx ON agency_tasks (owner_id, due_on) WHERE status = 'open';
-- One call is enough, however many mails came back.
CREATE UNIQUE INDEX agency_tasks_one_call_key ON agency_tasks (agency_id) WHERE kind = 'phone_agency' AND status = 'open';

ALTER TABLE agency_tasks ENABLE ROW LEVEL SECURITY;
ALTER TABLE agency_tasks FORCE ROW LEVEL SECURITY;
CREATE POLICY agency_tasks_wall ON agency_tasks USING (
    (SELECT app_kind()) = 'system'
    OR (SELECT app_role()) = 'manager'
);
GRANT SELECT, INSERT, UPDATE ON agency_tasks TO helpdesk_app;
