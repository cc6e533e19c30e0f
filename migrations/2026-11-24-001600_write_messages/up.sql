-- Desk and agency write to each other about one referral. Messages hold personal data: they stay inside, behind the wall
-- of their referral, and a mail only says that there is one. They are written once; only that they were read is added.

CREATE TABLE referral_messages (
    id uuid NOT NULL,
    referral_id uuid NOT NULL,
    from_side text NOT NULL,
    written_by uuid NOT NULL,
    body text NOT NULL,
    written_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    read_at timestamptz,
    read_by uuid,
    CONSTRAINT referral_messages_pkey PRIMARY KEY (id),
    CONSTRAINT referral_messages_from_side_check CHECK (from_side IN ('desk', 'agency')),
    CONSTRAINT referral_messages_read_check CHECK ((read_at IS NULL) = (read_by IS NULL)),
    CONSTRAINT referral_messages_referral_id_fkey FOREIGN KEY (referral_id) REFERENCES referrals (id),
    CONSTRAINT referral_messages_written_by_fkey FOREIGN KEY (written_by) REFERENCES staff (id),
    CONSTRAINT referral_messages_read_by_fkey FOREIGN KEY (read_by) REFERENCES staff (id)
);
COMMENT ON TABLE referral_messages IS 'What desk and agency wrote to each other about a referral.';
COMMENT ON COLUMN referral_messages.id IS 'UUID v7, made by the server or by the client.';
COMMENT ON COLUMN referral_messages.referral_id IS 'The referral.';
COMMENT ON COLUMN referral_messages.from_side IS 'Who wrote to the other: desk or agency.';
COMMENT ON COLUMN referral_messages.written_by IS 'The account.';
COMMENT ON COLUMN referral_messages.body IS 'The words; never in a mail, a log or the trail.';
COMMENT ON COLUMN referral_messages.written_at IS 'When it was written.';
COMMENT ON COLUMN referral_messages.recorded_at IS 'When it reached the server.';
COMMENT ON COLUMN referral_messages.read_at IS 'When somebody of the other side marked it as read; empty while unread.';
COMMENT ON COLUMN referral_messages.read_by IS 'Who that was.';
CREATE INDEX referral_messages_referral_id_idx ON referral_messages (referral_id, written_at, id);
CREATE INDEX referral_messages_unread_idx ON referral_messages (referral_id, from_side) WHERE read_at IS NULL;

ALTER TABLE referral_messages ENABLE ROW LEVEL SECURITY;
ALTER TABLE referral_messages FORCE ROW LEVEL SECURITY;
CREATE POLICY referral_messages_read ON referral_messages FOR SELECT USING (
    (SELECT app_kind()) = 'system' OR EXISTS (SELECT 1 FROM referrals r WHERE r.id = referral_messages.referral_id)
);
-- Nobody writes in the name of the other side.
CREATE POLICY referral_messages_write ON referral_messages FOR INSERT WITH CHECK (
    (SELECT app_kind()) = 'system'
    OR (from_side = CASE (SELECT app_kind()) WHEN 'staff' THEN 'desk' WHEN 'partner' THEN 'agency' END
        AND EXISTS (SELECT 1 FROM referrals r WHERE r.id = referral_messages.referral_id))
);
-- Nobody marks the own side's as read.
CREATE POLICY referral_messages_mark ON referral_messages FOR UPDATE USING (
    (SELECT app_kind()) = 'system'
    OR (from_side = CASE (SELECT app_kind()) WHEN 'staff' THEN 'agency' WHEN 'partner' THEN 'desk' END
        AND EXISTS (SELECT 1 FROM referrals r WHERE r.id = referral_messages.referral_id))
);
GRANT SELECT, INSERT, UPDATE (read_at, read_by) ON referral_messages TO helpdesk_app;
