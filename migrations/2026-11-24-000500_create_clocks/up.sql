-- Clocks: by when a partner should have answered, counted on its own hours and holidays, and what the service does by
-- itself when the answer does not come. Due moments are stored when they are set, so that a later change of the
-- settings moves nothing that somebody was told.

-- Days a partner is closed, as offices have them.
CREATE TABLE agency_holidays (
    agency_id uuid NOT NULL,
    day_on date NOT NULL,
    name text NOT NULL,
    CONSTRAINT agency_holidays_pkey PRIMARY KEY (agency_id, day_on),
    CONSTRAINT agency_holidays_agency_id_fkey FOREIGN KEY (agency_id) REFERENCES agencies (id)
);
COMMENT ON TABLE agency_holidays IS 'Days an agency is closed; clocks do not run on them. Without any ahead, those of the office that refers count.';
COMMENT ON COLUMN agency_holidays.agency_id IS 'The agency.';
COMMENT ON COLUMN agency_holidays.day_on IS 'The day.';
COMMENT ON COLUMN agency_holidays.name IS 'What is celebrated, in the agency’s language.';

-- How long each step may take. A span is text such as '3 working_days', so that one column holds one setting.
CREATE TABLE referral_clocks (
    priority text NOT NULL,
    acknowledge_within text NOT NULL,
    decide_within text NOT NULL,
    contact_within text NOT NULL,
    remind_acknowledge_at smallint[] NOT NULL,
    remind_decide_at smallint[] NOT NULL,
    tell_worker_after text NOT NULL,
    tell_manager_after text NOT NULL,
    expire_after text,
    version integer NOT NULL DEFAULT 1,
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT referral_clocks_pkey PRIMARY KEY (priority),
    CONSTRAINT referral_clocks_priority_check CHECK (priority IN ('emergency', 'urgent', 'normal')),
    CONSTRAINT referral_clocks_emergency_check CHECK (priority <> 'emergency' OR expire_after IS NULL),
    CONSTRAINT referral_clocks_spans_check CHECK (
        acknowledge_within ~ '^[0-9]{1,3} (hours|working_days|days)$'
        AND decide_within ~ '^[0-9]{1,3} (hours|working_days|days)$'
        AND contact_within ~ '^[0-9]{1,3} (hours|working_days|days)$'
        AND tell_worker_after ~ '^[0-9]{1,3} (hours|working_days|days)$'
        AND tell_manager_after ~ '^[0-9]{1,3} (hours|working_days|days)$'
        AND expire_after ~ '^[0-9]{1,3} (hours|working_days|days)$'),
    CONSTRAINT referral_clocks_points_check CHECK (
        1 <= ALL (remind_acknowledge_at) AND 99 >= ALL (remind_acknowledge_at)
        AND 1 <= ALL (remind_decide_at) AND 99 >= ALL (remind_decide_at))
);
COMMENT ON TABLE referral_clocks IS 'How long each step of a referral may take, by priority. Spans are counted on the partner’s hours, but for emergency, which never sleeps.';
COMMENT ON COLUMN referral_clocks.priority IS 'emergency, urgent or normal.';
COMMENT ON COLUMN referral_clocks.acknowledge_within IS 'From sending until somebody at the partner has seen it: amount and unit, such as 3 working_days.';
COMMENT ON COLUMN referral_clocks.decide_within IS 'From sending until it is accepted or declined.';
COMMENT ON COLUMN referral_clocks.contact_within IS 'From accepting until the client is reached.';
COMMENT ON COLUMN referral_clocks.remind_acknowledge_at IS 'At which percent of the time to acknowledge the partner is reminded.';
COMMENT ON COLUMN referral_clocks.remind_decide_at IS 'At which percent of the time to decide the partner is reminded.';
COMMENT ON COLUMN referral_clocks.tell_worker_after IS 'How long after a due moment the case worker is told; 0 hours: at once.';
COMMENT ON COLUMN referral_clocks.tell_manager_after IS 'How long after a due moment the managers are told.';
COMMENT ON COLUMN referral_clocks.expire_after IS 'From sending until it expires without a decision; empty means never.';
COMMENT ON COLUMN referral_clocks.version IS 'Counts edits; sent as ETag.';
COMMENT ON COLUMN referral_clocks.updated_at IS 'When it was last edited.';

-- Source: inter-agency referral standards and the desks' own rule (24 h, 72 h, 14 days). 24 h of a clock that sleeps
-- are one working day, 72 h are three: see docs/REFERRALS.md.
INSERT INTO referral_clocks (priority, acknowledge_within, decide_within, contact_within, remind_acknowledge_at,
                             remind_decide_at, tell_worker_after, tell_manager_after, expire_after)
VALUES ('emergency', '2 hours', '24 hours', '24 hours', '{50}', '{}', '0 hours', '2 hours', NULL),
       ('urgent', '1 working_days', '3 working_days', '3 working_days', '{}', '{50}', '0 hours', '1 working_days', '7 days'),
       ('normal', '3 working_days', '14 days', '14 days', '{}', '{50,90}', '0 hours', '5 days', '30 days');

ALTER TABLE referrals
    ADD COLUMN acknowledge_by timestamptz,
    ADD COLUMN contact_by timestamptz,
    ADD COLUMN verify_on date,
    ADD COLUMN due_clock text,
    ADD COLUMN due_at timestamptz,
    ADD CONSTRAINT referrals_due_clock_check CHECK (due_clock IN ('acknowledge', 'decide', 'contact', 'review', 'verify')),
    ADD CONSTRAINT referrals_due_check CHECK ((due_clock IS NULL) = (due_at IS NULL));
COMMENT ON COLUMN referrals.acknowledge_by IS 'By when somebody at the partner should have seen it.';
COMMENT ON COLUMN referrals.contact_by IS 'By when the client should have been reached, once accepted.';
COMMENT ON COLUMN referrals.verify_on IS 'The day to ask the client whether the need is met, once completed.';
COMMENT ON COLUMN referrals.due_clock IS 'The clock that runs in the present state: acknowledge, decide, contact, review or verify; empty when none does.';
COMMENT ON COLUMN referrals.due_at IS 'When that clock runs out.';
CREATE INDEX referrals_office_clock_idx ON referrals (office_id, due_at, id) WHERE due_at IS NOT NULL;
CREATE INDEX referrals_agency_clock_idx ON referrals (agency_id, due_at, id) WHERE due_at IS NOT NULL;
-- Open referrals from before there were clocks, or loaded from elsewhere: the next run winds them.
CREATE INDEX referrals_unwound_idx ON referrals (id)
    WHERE due_at IS NULL AND state IN ('sent', 'acknowledged', 'accepted', 'on_hold');

-- What will be done by itself, and what was: a row is armed with the move that starts its clock and done once.
CREATE TABLE referral_steps (
    referral_id uuid NOT NULL,
    step text NOT NULL,
    point smallint NOT NULL DEFAULT 0,
    due_at timestamptz NOT NULL,
    done_at timestamptz,
    outcome text,
    CONSTRAINT referral_steps_pkey PRIMARY KEY (referral_id, step, point),
    CONSTRAINT referral_steps_referral_id_fkey FOREIGN KEY (referral_id) REFERENCES referrals (id),
    CONSTRAINT referral_steps_step_check CHECK (step IN ('remind_acknowledge', 'remind_decide', 'acknowledge_overdue',
        'acknowledge_escalated', 'decide_overdue', 'decide_escalated', 'expire', 'contact_overdue', 'review_overdue', 'verify_overdue')),
    CONSTRAINT referral_steps_outcome_check CHECK (outcome IN ('acted', 'passed')),
    CONSTRAINT referral_steps_done_check CHECK ((done_at IS NULL) = (outcome IS NULL))
);
COMMENT ON TABLE referral_steps IS 'What the service does by itself about a referral, once each: reminders, telling, escalating, expiry.';
COMMENT ON COLUMN referral_steps.referral_id IS 'The referral.';
COMMENT ON COLUMN referral_steps.step IS 'What is done.';
COMMENT ON COLUMN referral_steps.point IS 'For a reminder the percent of its clock; 0 for the others.';
COMMENT ON COLUMN referral_steps.due_at IS 'Not before this.';
COMMENT ON COLUMN referral_steps.done_at IS 'When it was done or had become needless; armed anew when its clock starts again.';
COMMENT ON COLUMN referral_steps.outcome IS 'acted, or passed when the referral had moved on or another step said more.';
CREATE INDEX referral_steps_due_idx ON referral_steps (due_at, referral_id) WHERE done_at IS NULL;
ALTER TABLE referral_steps ENABLE ROW LEVEL SECURITY;
ALTER TABLE referral_steps FORCE ROW LEVEL SECURITY;
CREATE POLICY referral_steps_wall ON referral_steps USING (
    (SELECT app_kind()) = 'system' OR EXISTS (SELECT 1 FROM referrals r WHERE r.id = referral_steps.referral_id));

GRANT SELECT, INSERT, DELETE ON agency_holidays TO helpdesk_app;
GRANT SELECT, UPDATE ON referral_clocks TO helpdesk_app;
GRANT SELECT, INSERT, UPDATE ON referral_steps TO helpdesk_app;
