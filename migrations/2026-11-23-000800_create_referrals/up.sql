-- Referrals: one need of one case to one service of one agency, and every move as a dated fact.

CREATE TABLE referrals (
    id uuid NOT NULL,
    number text NOT NULL,
    case_id uuid NOT NULL,
    need_id uuid NOT NULL,
    office_id uuid NOT NULL,
    agency_id uuid NOT NULL,
    service_id uuid NOT NULL,
    service text NOT NULL,
    state text NOT NULL DEFAULT 'draft',
    priority text NOT NULL,
    message text,
    contact_how text,
    facts text[] NOT NULL DEFAULT '{}',
    consent_id uuid,
    override_reason text,
    sent_at timestamptz,
    decide_by timestamptz,
    acknowledged_at timestamptz,
    decided_at timestamptz,
    appointment_at timestamptz,
    appointment_place text,
    began_on date,
    hold_review_on date,
    outcome text,
    confirmed_by text,
    ended_at timestamptz,
    reason text,
    reason_text text,
    suggested_service_id uuid,
    replaces_id uuid,
    client_told_at timestamptz,
    agency_assignee_id uuid,
    answer_read_at timestamptz,
    created_by uuid,
    created_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT referrals_pkey PRIMARY KEY (id),
    CONSTRAINT referrals_number_key UNIQUE (number),
    CONSTRAINT referrals_state_check CHECK (state IN ('draft', 'sent', 'acknowledged', 'accepted', 'declined', 'in_service', 'on_hold', 'completed', 'failed', 'cancelled', 'expired', 'entered_in_error')),
    CONSTRAINT referrals_priority_check CHECK (priority IN ('emergency', 'urgent', 'normal')),
    CONSTRAINT referrals_outcome_check CHECK (outcome IN ('need_met', 'partly_met', 'not_met', 'unknown')),
    CONSTRAINT referrals_confirmed_by_check CHECK (confirmed_by IN ('partner', 'client', 'staff')),
    CONSTRAINT referrals_completed_check CHECK ((state = 'completed') = (outcome IS NOT NULL) OR state = 'entered_in_error'),
    CONSTRAINT referrals_sent_check CHECK (state IN ('draft', 'cancelled', 'entered_in_error') OR sent_at IS NOT NULL),
    CONSTRAINT referrals_lawful_check CHECK (sent_at IS NULL OR consent_id IS NOT NULL OR override_reason IS NOT NULL),
    CONSTRAINT referrals_ended_check CHECK ((state IN ('declined', 'completed', 'failed', 'cancelled', 'expired', 'entered_in_error')) = (ended_at IS NOT NULL)),
    CONSTRAINT referrals_case_id_fkey FOREIGN KEY (case_id) REFERENCES cases (id),
    CONSTRAINT referrals_need_id_fkey FOREIGN KEY (need_id) REFERENCES needs (id),
    CONSTRAINT referrals_office_id_fkey FOREIGN KEY (office_id) REFERENCES offices (id),
    CONSTRAINT referrals_agency_id_fkey FOREIGN KEY (agency_id) REFERENCES agencies (id),
    CONSTRAINT referrals_service_id_fkey FOREIGN KEY (service_id) REFERENCES agency_services (id),
    CONSTRAINT referrals_consent_id_fkey FOREIGN KEY (consent_id) REFERENCES consents (id),
    CONSTRAINT referrals_suggested_service_id_fkey FOREIGN KEY (suggested_service_id) REFERENCES agency_services (id),
    CONSTRAINT referrals_replaces_id_fkey FOREIGN KEY (replaces_id) REFERENCES referrals (id),
    CONSTRAINT referrals_agency_assignee_id_fkey FOREIGN KEY (agency_assignee_id) REFERENCES staff (id),
    CONSTRAINT referrals_created_by_fkey FOREIGN KEY (created_by) REFERENCES staff (id)
);
COMMENT ON TABLE referrals IS 'One need sent to one service of one agency; its state is the last move’s.';
COMMENT ON COLUMN referrals.id IS 'UUID v7, made by the server or by the client.';
COMMENT ON COLUMN referrals.number IS 'R-PIC-2026-000412: said on the phone, the only name it has in mails.';
COMMENT ON COLUMN referrals.case_id IS 'The case.';
COMMENT ON COLUMN referrals.need_id IS 'The need.';
COMMENT ON COLUMN referrals.office_id IS 'The office that refers.';
COMMENT ON COLUMN referrals.agency_id IS 'The agency asked.';
COMMENT ON COLUMN referrals.service_id IS 'The service asked for.';
COMMENT ON COLUMN referrals.service IS 'The need’s service code when sent; a code of list service.';
COMMENT ON COLUMN referrals.state IS 'One of the twelve states of referrals/rules.rs.';
COMMENT ON COLUMN referrals.priority IS 'emergency, urgent or normal.';
COMMENT ON COLUMN referrals.message IS 'What the partner is asked for, in words; part of the disclosure.';
COMMENT ON COLUMN referrals.contact_how IS 'How the client may be contacted; part of the disclosure.';
COMMENT ON COLUMN referrals.facts IS 'Codes of list disclosure_fact to disclose.';
COMMENT ON COLUMN referrals.consent_id IS 'The consent it was sent under.';
COMMENT ON COLUMN referrals.override_reason IS 'Why it was sent without one; needs a permission of its own.';
COMMENT ON COLUMN referrals.sent_at IS 'When it was disclosed.';
COMMENT ON COLUMN referrals.decide_by IS 'By when the partner should have accepted or declined.';
COMMENT ON COLUMN referrals.acknowledged_at IS 'When somebody at the partner had seen it.';
COMMENT ON COLUMN referrals.decided_at IS 'When it was first accepted or declined.';
COMMENT ON COLUMN referrals.appointment_at IS 'When the partner will receive the client.';
COMMENT ON COLUMN referrals.appointment_place IS 'Where.';
COMMENT ON COLUMN referrals.began_on IS 'The day the service began.';
COMMENT ON COLUMN referrals.hold_review_on IS 'When on hold: the day to look again, at most 30 days ahead.';
COMMENT ON COLUMN referrals.outcome IS 'need_met, partly_met, not_met or unknown, once completed.';
COMMENT ON COLUMN referrals.confirmed_by IS 'Who said so: partner, client or staff.';
COMMENT ON COLUMN referrals.ended_at IS 'When a terminal state was reached.';
COMMENT ON COLUMN referrals.reason IS 'The coded reason of the present state; a code of list referral_reason.';
COMMENT ON COLUMN referrals.reason_text IS 'The reason in words, when other.';
COMMENT ON COLUMN referrals.suggested_service_id IS 'Where a declining partner would send the client instead.';
COMMENT ON COLUMN referrals.replaces_id IS 'The failed referral this one replaces.';
COMMENT ON COLUMN referrals.client_told_at IS 'When the client was told of the end.';
COMMENT ON COLUMN referrals.agency_assignee_id IS 'The partner’s own person who looks after it.';
COMMENT ON COLUMN referrals.answer_read_at IS 'When the desk read the last answer; empty while unread.';
COMMENT ON COLUMN referrals.created_by IS 'Who prepared it.';
COMMENT ON COLUMN referrals.created_at IS 'When it was prepared.';
COMMENT ON COLUMN referrals.recorded_at IS 'When it reached the server.';
COMMENT ON COLUMN referrals.updated_at IS 'When it last changed.';
COMMENT ON COLUMN referrals.version IS 'Counts moves and edits; sent as ETag.';
CREATE INDEX referrals_case_id_idx ON referrals (case_id);
CREATE INDEX referrals_need_id_idx ON referrals (need_id);
CREATE INDEX referrals_office_idx ON referrals (office_id, created_at, id);
CREATE INDEX referrals_office_due_idx ON referrals (office_id, decide_by, id);
CREATE INDEX referrals_agency_idx ON referrals (agency_id, sent_at, id);
CREATE INDEX referrals_agency_due_idx ON referrals (agency_id, decide_by, id);
CREATE INDEX referrals_service_id_idx ON referrals (service_id);
CREATE INDEX referrals_consent_id_idx ON referrals (consent_id);
CREATE INDEX referrals_suggested_service_id_idx ON referrals (suggested_service_id) WHERE suggested_service_id IS NOT NULL;
CREATE INDEX referrals_replaces_id_idx ON referrals (replaces_id) WHERE replaces_id IS NOT NULL;
CREATE INDEX referrals_agency_assignee_id_idx ON referrals (agency_assignee_id) WHERE agency_assignee_id IS NOT NULL;

CREATE TABLE referral_disclosures (
    id uuid NOT NULL,
    referral_id uuid NOT NULL,
    facts jsonb NOT NULL,
    disclosed_at timestamptz NOT NULL,
    disclosed_by uuid,
    first_seen_at timestamptz,
    first_seen_by uuid,
    CONSTRAINT referral_disclosures_pkey PRIMARY KEY (id),
    CONSTRAINT referral_disclosures_referral_id_fkey FOREIGN KEY (referral_id) REFERENCES referrals (id),
    CONSTRAINT referral_disclosures_disclosed_by_fkey FOREIGN KEY (disclosed_by) REFERENCES staff (id),
    CONSTRAINT referral_disclosures_first_seen_by_fkey FOREIGN KEY (first_seen_by) REFERENCES staff (id)
);
COMMENT ON TABLE referral_disclosures IS 'What was disclosed to the agency, frozen at sending; amendments are further rows.';
COMMENT ON COLUMN referral_disclosures.id IS 'UUID v7.';
COMMENT ON COLUMN referral_disclosures.referral_id IS 'The referral.';
COMMENT ON COLUMN referral_disclosures.facts IS 'The facts by code of list disclosure_fact, as they were.';
COMMENT ON COLUMN referral_disclosures.disclosed_at IS 'When.';
COMMENT ON COLUMN referral_disclosures.disclosed_by IS 'Who sent it.';
COMMENT ON COLUMN referral_disclosures.first_seen_at IS 'When the agency first opened it.';
COMMENT ON COLUMN referral_disclosures.first_seen_by IS 'The partner account that did.';
CREATE INDEX referral_disclosures_referral_id_idx ON referral_disclosures (referral_id, disclosed_at);

CREATE TABLE referral_moves (
    id uuid NOT NULL,
    referral_id uuid NOT NULL,
    ordinal smallint NOT NULL,
    from_state text,
    to_state text NOT NULL,
    at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    actor_id uuid,
    actor_kind text NOT NULL,
    on_word_of text,
    word_given_by text,
    channel text,
    reason text,
    reason_text text,
    facts jsonb NOT NULL DEFAULT '{}',
    CONSTRAINT referral_moves_pkey PRIMARY KEY (id),
    CONSTRAINT referral_moves_ordinal_key UNIQUE (referral_id, ordinal),
    CONSTRAINT referral_moves_actor_kind_check CHECK (actor_kind IN ('staff', 'partner', 'system')),
    CONSTRAINT referral_moves_referral_id_fkey FOREIGN KEY (referral_id) REFERENCES referrals (id),
    CONSTRAINT referral_moves_actor_id_fkey FOREIGN KEY (actor_id) REFERENCES staff (id)
);
COMMENT ON TABLE referral_moves IS 'Every move of a referral; append-only. Reports count from here.';
COMMENT ON COLUMN referral_moves.id IS 'UUID v7.';
COMMENT ON COLUMN referral_moves.referral_id IS 'The referral.';
COMMENT ON COLUMN referral_moves.ordinal IS '1 for the first move.';
COMMENT ON COLUMN referral_moves.from_state IS 'The state before; empty for its creation.';
COMMENT ON COLUMN referral_moves.to_state IS 'The state after.';
COMMENT ON COLUMN referral_moves.at IS 'When it happened.';
COMMENT ON COLUMN referral_moves.recorded_at IS 'When it reached the server.';
COMMENT ON COLUMN referral_moves.actor_id IS 'The account that made it; empty for the system.';
COMMENT ON COLUMN referral_moves.actor_kind IS 'staff, partner or system.';
COMMENT ON COLUMN referral_moves.on_word_of IS 'On whose word, when staff writes down what somebody said: partner or client.';
COMMENT ON COLUMN referral_moves.word_given_by IS 'Who at the partner said so.';
COMMENT ON COLUMN referral_moves.channel IS 'How the word came; a code of list channel.';
COMMENT ON COLUMN referral_moves.reason IS 'A code of list referral_reason.';
COMMENT ON COLUMN referral_moves.reason_text IS 'In words.';
COMMENT ON COLUMN referral_moves.facts IS 'What else came with it: outcome, days, appointment; no personal data.';
CREATE INDEX referral_moves_at_idx ON referral_moves (at, referral_id);
CREATE TRIGGER referral_moves_append_only BEFORE UPDATE OR DELETE ON referral_moves
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

ALTER TABLE tasks ADD CONSTRAINT tasks_referral_id_fkey FOREIGN KEY (referral_id) REFERENCES referrals (id);
CREATE INDEX tasks_referral_id_idx ON tasks (referral_id) WHERE referral_id IS NOT NULL;

GRANT SELECT, INSERT, UPDATE ON referrals, referral_disclosures TO helpdesk_app;
GRANT SELECT, INSERT ON referral_moves TO helpdesk_app;
