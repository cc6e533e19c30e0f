-- Whether a mail arrived is also learned later: a bounce comes back as mail. And an agency may want its mail once a day.

ALTER TABLE agencies
    ADD COLUMN digest_hour smallint,
    ADD CONSTRAINT agencies_digest_hour_check CHECK (digest_hour BETWEEN 0 AND 23);
COMMENT ON COLUMN agencies.digest_hour IS 'Hour in its zone at which it gets one mail a day about what is not urgent; empty means each at once.';

ALTER TABLE notices
    ADD COLUMN gather_until timestamptz,
    ADD COLUMN digest_id uuid,
    ADD CONSTRAINT notices_digest_id_fkey FOREIGN KEY (digest_id) REFERENCES notices (id);
COMMENT ON COLUMN notices.gather_until IS 'When the digest it waits for is due; empty means it goes by itself.';
COMMENT ON COLUMN notices.digest_id IS 'The digest it went in; its delivery is that mail’s.';
CREATE INDEX notices_digest_id_idx ON notices (digest_id) WHERE digest_id IS NOT NULL;
CREATE INDEX notices_gathered_idx ON notices (to_agency_id, gather_until)
    WHERE state = 'queued' AND digest_id IS NULL AND gather_until IS NOT NULL;

CREATE TABLE bounce_tallies (
    counted_on date NOT NULL,
    outcome text NOT NULL,
    mails integer NOT NULL,
    CONSTRAINT bounce_tallies_pkey PRIMARY KEY (counted_on, outcome),
    CONSTRAINT bounce_tallies_mails_check CHECK (mails > 0)
);
COMMENT ON TABLE bounce_tallies IS 'How many mails came back on a day and what was made of them. Of their words nothing is kept here.';
COMMENT ON COLUMN bounce_tallies.counted_on IS 'The day, UTC.';
COMMENT ON COLUMN bounce_tallies.outcome IS 'bounced, delayed, arrived, late, unknown, not_a_report or too_large.';
COMMENT ON COLUMN bounce_tallies.mails IS 'How many.';
GRANT SELECT, INSERT, UPDATE ON bounce_tallies TO helpdesk_app;
