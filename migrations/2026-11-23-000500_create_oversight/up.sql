-- What every feature relies on: work to do later, who did what, and what was already asked once.

CREATE TABLE jobs (
    id uuid NOT NULL,
    name text NOT NULL,
    payload jsonb NOT NULL,
    run_at timestamptz NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    last_error text,
    failed_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT jobs_pkey PRIMARY KEY (id)
);
COMMENT ON TABLE jobs IS 'Work promised by a transaction and done later; the row lock is the lease.';
COMMENT ON COLUMN jobs.id IS 'UUID v7; a mail’s Message-ID is made from it.';
COMMENT ON COLUMN jobs.name IS 'Which work, in the imperative.';
COMMENT ON COLUMN jobs.payload IS 'Ids only, never people.';
COMMENT ON COLUMN jobs.run_at IS 'Not before this.';
COMMENT ON COLUMN jobs.attempts IS 'How often it was tried.';
COMMENT ON COLUMN jobs.last_error IS 'What the last try said; holds no personal data.';
COMMENT ON COLUMN jobs.failed_at IS 'When it was given up; it is kept and can be retried.';
COMMENT ON COLUMN jobs.created_at IS 'When it was promised.';
CREATE INDEX jobs_due_idx ON jobs (run_at, id) WHERE failed_at IS NULL;
CREATE INDEX jobs_failed_idx ON jobs (failed_at, id) WHERE failed_at IS NOT NULL;

CREATE TABLE schedule (
    name text NOT NULL,
    next_at timestamptz NOT NULL,
    CONSTRAINT schedule_pkey PRIMARY KEY (name)
);
COMMENT ON TABLE schedule IS 'Recurring work: whoever moves the slot forward enqueues it, so that many workers make one run.';
COMMENT ON COLUMN schedule.name IS 'The job’s name.';
COMMENT ON COLUMN schedule.next_at IS 'The next slot.';

CREATE TABLE receipts (
    actor_id uuid NOT NULL,
    key text NOT NULL,
    operation text NOT NULL,
    body_hash bytea NOT NULL,
    resource_id uuid NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT receipts_pkey PRIMARY KEY (actor_id, key)
);
COMMENT ON TABLE receipts IS 'Creations and acts already answered, so that a retry never doubles one.';
COMMENT ON COLUMN receipts.actor_id IS 'Who asked.';
COMMENT ON COLUMN receipts.key IS 'The Idempotency-Key, or id: and the client-made id.';
COMMENT ON COLUMN receipts.operation IS 'Which operation.';
COMMENT ON COLUMN receipts.body_hash IS 'SHA-256 of the canonical body.';
COMMENT ON COLUMN receipts.resource_id IS 'What came of it.';
COMMENT ON COLUMN receipts.created_at IS 'When.';
CREATE INDEX receipts_created_at_idx ON receipts (created_at);

CREATE TABLE audit_events (
    id uuid NOT NULL,
    at timestamptz NOT NULL,
    staff_id uuid,
    role text,
    agency_id uuid,
    action text NOT NULL,
    subject_kind text,
    subject_id uuid,
    office_id uuid,
    request_id uuid,
    facts jsonb NOT NULL DEFAULT '{}',
    CONSTRAINT audit_events_pkey PRIMARY KEY (id)
);
COMMENT ON TABLE audit_events IS 'Who saw and did what. Append-only; values of personal fields are never copied into it.';
COMMENT ON COLUMN audit_events.id IS 'UUID v7.';
COMMENT ON COLUMN audit_events.at IS 'When.';
COMMENT ON COLUMN audit_events.staff_id IS 'The account; empty for the system and for unknown visitors.';
COMMENT ON COLUMN audit_events.role IS 'Its role at that moment.';
COMMENT ON COLUMN audit_events.agency_id IS 'Its agency.';
COMMENT ON COLUMN audit_events.action IS 'noun.past, such as case.closed.';
COMMENT ON COLUMN audit_events.subject_kind IS 'What was acted on: case, migrant, referral and so on.';
COMMENT ON COLUMN audit_events.subject_id IS 'Which one.';
COMMENT ON COLUMN audit_events.office_id IS 'The office whose file it is.';
COMMENT ON COLUMN audit_events.request_id IS 'The request it belongs to.';
COMMENT ON COLUMN audit_events.facts IS 'Codes, ids and names of fields; never their personal values.';
CREATE INDEX audit_events_at_idx ON audit_events (at, id);
CREATE INDEX audit_events_subject_idx ON audit_events (subject_id, at, id);
CREATE INDEX audit_events_staff_idx ON audit_events (staff_id, at, id);
CREATE INDEX audit_events_action_idx ON audit_events (action, at, id);
CREATE TRIGGER audit_events_append_only BEFORE UPDATE OR DELETE ON audit_events
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
ALTER TABLE audit_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_events FORCE ROW LEVEL SECURITY;
CREATE POLICY audit_events_write ON audit_events FOR INSERT WITH CHECK (true);
CREATE POLICY audit_events_read ON audit_events FOR SELECT USING (
    (SELECT app_kind()) = 'system'
    OR (SELECT app_role()) = 'auditor'
    OR ((SELECT app_kind()) = 'staff' AND office_id = ANY ((SELECT app_offices())::uuid[]))
);

CREATE TABLE notices (
    id uuid NOT NULL,
    kind text NOT NULL,
    to_staff_id uuid,
    to_agency_id uuid,
    language text NOT NULL,
    office_id uuid,
    referral_id uuid,
    case_id uuid,
    fields jsonb NOT NULL DEFAULT '{}',
    state text NOT NULL DEFAULT 'queued',
    attempts integer NOT NULL DEFAULT 0,
    last_reply text,
    created_at timestamptz NOT NULL DEFAULT now(),
    sent_at timestamptz,
    read_at timestamptz,
    CONSTRAINT notices_pkey PRIMARY KEY (id),
    CONSTRAINT notices_state_check CHECK (state IN ('queued', 'sent', 'deferred', 'bounced', 'failed', 'dropped')),
    CONSTRAINT notices_language_check CHECK (language IN ('en', 'es', 'fr', 'fil')),
    CONSTRAINT notices_recipient_check CHECK ((to_staff_id IS NULL) <> (to_agency_id IS NULL)),
    CONSTRAINT notices_to_staff_id_fkey FOREIGN KEY (to_staff_id) REFERENCES staff (id),
    CONSTRAINT notices_to_agency_id_fkey FOREIGN KEY (to_agency_id) REFERENCES agencies (id),
    CONSTRAINT notices_office_id_fkey FOREIGN KEY (office_id) REFERENCES offices (id)
);
COMMENT ON TABLE notices IS 'One mail to one recipient, and whether it arrived.';
COMMENT ON COLUMN notices.id IS 'UUID v7; the mail’s Message-ID is made from it.';
COMMENT ON COLUMN notices.kind IS 'Which mail, such as referral_sent.';
COMMENT ON COLUMN notices.to_staff_id IS 'The account it goes to.';
COMMENT ON COLUMN notices.to_agency_id IS 'The agency whose mailbox it goes to.';
COMMENT ON COLUMN notices.language IS 'en, es, fr or fil.';
COMMENT ON COLUMN notices.office_id IS 'The office it speaks for.';
COMMENT ON COLUMN notices.referral_id IS 'The referral it is about.';
COMMENT ON COLUMN notices.case_id IS 'The case it is about.';
COMMENT ON COLUMN notices.fields IS 'Numbers, codes and moments its words need; no personal data of migrants.';
COMMENT ON COLUMN notices.state IS 'queued, sent, deferred, bounced, failed or dropped.';
COMMENT ON COLUMN notices.attempts IS 'How often it was handed to the mail server.';
COMMENT ON COLUMN notices.last_reply IS 'The mail server’s last words, without addresses.';
COMMENT ON COLUMN notices.created_at IS 'When it was promised.';
COMMENT ON COLUMN notices.sent_at IS 'When the mail server took it.';
COMMENT ON COLUMN notices.read_at IS 'When its recipient marked it as read.';
CREATE INDEX notices_to_staff_id_idx ON notices (to_staff_id, created_at, id);
CREATE INDEX notices_to_agency_id_idx ON notices (to_agency_id, created_at, id);
CREATE INDEX notices_office_id_idx ON notices (office_id, created_at, id);
CREATE INDEX notices_referral_id_idx ON notices (referral_id);
CREATE INDEX notices_case_id_idx ON notices (case_id);
CREATE INDEX notices_state_idx ON notices (state, created_at, id);
ALTER TABLE notices ENABLE ROW LEVEL SECURITY;
ALTER TABLE notices FORCE ROW LEVEL SECURITY;
-- Anybody who acts may cause a notice to somebody else; reading is for its office, its recipient and those who mend the mail.
CREATE POLICY notices_write ON notices FOR INSERT WITH CHECK ((SELECT app_kind()) IS NOT NULL);
CREATE POLICY notices_read ON notices FOR SELECT USING (
    (SELECT app_kind()) = 'system'
    OR (SELECT app_role()) = 'system_admin'
    OR ((SELECT app_kind()) = 'staff' AND office_id = ANY ((SELECT app_offices())::uuid[]))
    OR to_staff_id = (SELECT app_staff())
    OR to_agency_id = (SELECT app_agency())
);
CREATE POLICY notices_change ON notices FOR UPDATE USING (
    (SELECT app_kind()) = 'system'
    OR (SELECT app_role()) = 'system_admin'
    OR ((SELECT app_kind()) = 'staff' AND office_id = ANY ((SELECT app_offices())::uuid[]))
    OR to_staff_id = (SELECT app_staff())
);

CREATE TABLE product_state (
    name text NOT NULL,
    value jsonb NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT product_state_pkey PRIMARY KEY (name)
);
COMMENT ON TABLE product_state IS 'What the product remembers about itself, such as which demo data was loaded.';
COMMENT ON COLUMN product_state.name IS 'Which fact.';
COMMENT ON COLUMN product_state.value IS 'The fact.';
COMMENT ON COLUMN product_state.updated_at IS 'Since when.';

GRANT SELECT, INSERT, UPDATE, DELETE ON jobs, schedule, receipts TO helpdesk_app;
GRANT SELECT, INSERT ON audit_events TO helpdesk_app;
GRANT SELECT, INSERT, UPDATE ON notices, product_state TO helpdesk_app;
