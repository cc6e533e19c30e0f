-- Answering without an account: a mail carries a link to one referral, a one-time code sent to the same mailbox opens
-- it, and a short session keeps it open. No secret stands here: the link's token is stored hashed, a code not at all.

CREATE FUNCTION app_referral() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT nullif(current_setting('app.referral', true), '')::uuid $$;
COMMENT ON FUNCTION app_referral() IS 'The one referral that the holder of a link asks about.';
COMMENT ON FUNCTION app_kind() IS 'Who asks: staff, partner, link (whoever holds the link of one referral), system, or NULL for nobody.';

CREATE TABLE answer_links (
    id uuid NOT NULL,
    referral_id uuid NOT NULL,
    agency_id uuid NOT NULL,
    notice_id uuid NOT NULL,
    token_hash bytea NOT NULL,
    made_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz,
    revoked_by uuid,
    opened_count integer NOT NULL DEFAULT 0,
    last_opened_at timestamptz,
    wrong_codes integer NOT NULL DEFAULT 0,
    slowed_until timestamptz,
    CONSTRAINT answer_links_pkey PRIMARY KEY (id),
    CONSTRAINT answer_links_token_hash_key UNIQUE (token_hash),
    CONSTRAINT answer_links_notice_key UNIQUE (notice_id, referral_id),
    CONSTRAINT answer_links_referral_id_fkey FOREIGN KEY (referral_id) REFERENCES referrals (id),
    CONSTRAINT answer_links_agency_id_fkey FOREIGN KEY (agency_id) REFERENCES agencies (id),
    CONSTRAINT answer_links_notice_id_fkey FOREIGN KEY (notice_id) REFERENCES notices (id),
    CONSTRAINT answer_links_revoked_by_fkey FOREIGN KEY (revoked_by) REFERENCES staff (id)
);
COMMENT ON TABLE answer_links IS 'The link of one mail to one referral, by which an agency answers without an account.';
COMMENT ON COLUMN answer_links.id IS 'UUID v7; the audit trail names the link by it.';
COMMENT ON COLUMN answer_links.referral_id IS 'The one referral it leads to.';
COMMENT ON COLUMN answer_links.agency_id IS 'The agency whose mailbox it was sent to.';
COMMENT ON COLUMN answer_links.notice_id IS 'The mail that carries it.';
COMMENT ON COLUMN answer_links.token_hash IS 'SHA-256 of the token in the link; the token itself is in no row.';
COMMENT ON COLUMN answer_links.made_at IS 'When its mail was last written; once a newer mail about the referral has been sent, this link is over.';
COMMENT ON COLUMN answer_links.expires_at IS 'After this it leads nowhere.';
COMMENT ON COLUMN answer_links.revoked_at IS 'When the desk took it back.';
COMMENT ON COLUMN answer_links.revoked_by IS 'Who did.';
COMMENT ON COLUMN answer_links.opened_count IS 'How often a right code opened it; following the link alone is not counted, mail scanners do it.';
COMMENT ON COLUMN answer_links.last_opened_at IS 'When it was last opened with a code.';
COMMENT ON COLUMN answer_links.wrong_codes IS 'Wrong codes since the last right one.';
COMMENT ON COLUMN answer_links.slowed_until IS 'No code is tried before this.';
CREATE INDEX answer_links_referral_id_idx ON answer_links (referral_id, made_at);
CREATE INDEX answer_links_agency_id_idx ON answer_links (agency_id);

CREATE TABLE answer_codes (
    id uuid NOT NULL,
    link_id uuid NOT NULL,
    made_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    wrong_tries integer NOT NULL DEFAULT 0,
    used_at timestamptz,
    CONSTRAINT answer_codes_pkey PRIMARY KEY (id),
    CONSTRAINT answer_codes_link_id_fkey FOREIGN KEY (link_id) REFERENCES answer_links (id)
);
COMMENT ON TABLE answer_codes IS 'A one-time code that somebody asked for on the page of a link.';
COMMENT ON COLUMN answer_codes.id IS 'UUID v7; the code is made from it and a key that is in no row.';
COMMENT ON COLUMN answer_codes.link_id IS 'The link it opens.';
COMMENT ON COLUMN answer_codes.made_at IS 'When it was asked for.';
COMMENT ON COLUMN answer_codes.expires_at IS 'After this it opens nothing.';
COMMENT ON COLUMN answer_codes.wrong_tries IS 'Wrong codes entered while it lived; the fifth ends it.';
COMMENT ON COLUMN answer_codes.used_at IS 'When it opened the link; it does so once.';
CREATE INDEX answer_codes_link_id_idx ON answer_codes (link_id, made_at);

CREATE TABLE answer_sessions (
    id uuid NOT NULL,
    link_id uuid NOT NULL,
    secret_hash bytea NOT NULL,
    opened_at timestamptz NOT NULL,
    last_used_at timestamptz NOT NULL,
    ended_at timestamptz,
    CONSTRAINT answer_sessions_pkey PRIMARY KEY (id),
    CONSTRAINT answer_sessions_secret_hash_key UNIQUE (secret_hash),
    CONSTRAINT answer_sessions_link_id_fkey FOREIGN KEY (link_id) REFERENCES answer_links (id)
);
COMMENT ON TABLE answer_sessions IS 'A browser in which the code of a link was entered a short while ago.';
COMMENT ON COLUMN answer_sessions.id IS 'UUID v7.';
COMMENT ON COLUMN answer_sessions.link_id IS 'The one link it opens.';
COMMENT ON COLUMN answer_sessions.secret_hash IS 'SHA-256 of the cookie.';
COMMENT ON COLUMN answer_sessions.opened_at IS 'When the code was entered.';
COMMENT ON COLUMN answer_sessions.last_used_at IS 'When it was last used; unused for 30 minutes it is over.';
COMMENT ON COLUMN answer_sessions.ended_at IS 'When the holder or the desk ended it.';
CREATE INDEX answer_sessions_link_id_idx ON answer_sessions (link_id);

-- The holder of a link sees that referral and what hangs on it, and nothing else of the agency's.
ALTER POLICY referrals_wall ON referrals USING (
    (SELECT app_kind()) = 'system'
    OR ((SELECT app_kind()) = 'partner' AND agency_id = (SELECT app_agency()) AND sent_at IS NOT NULL)
    OR ((SELECT app_kind()) = 'link' AND id = (SELECT app_referral()) AND agency_id = (SELECT app_agency()) AND sent_at IS NOT NULL)
    OR ((SELECT app_kind()) = 'staff' AND EXISTS (SELECT 1 FROM cases c WHERE c.id = referrals.case_id))
);
ALTER POLICY notices_read ON notices USING (
    (SELECT app_kind()) = 'system'
    OR (SELECT app_role()) = 'system_admin'
    OR ((SELECT app_kind()) = 'staff' AND office_id = ANY ((SELECT app_offices())::uuid[]))
    OR to_staff_id = (SELECT app_staff())
    OR ((SELECT app_kind()) = 'partner' AND to_agency_id = (SELECT app_agency()))
);

ALTER TABLE answer_links ENABLE ROW LEVEL SECURITY;
ALTER TABLE answer_links FORCE ROW LEVEL SECURITY;
CREATE POLICY answer_links_wall ON answer_links USING (
    (SELECT app_kind()) = 'system'
    OR ((SELECT app_kind()) = 'link' AND referral_id = (SELECT app_referral()) AND agency_id = (SELECT app_agency()))
    OR ((SELECT app_kind()) = 'staff' AND EXISTS (SELECT 1 FROM referrals r WHERE r.id = answer_links.referral_id))
);
DO $$
DECLARE child text;
BEGIN
    FOREACH child IN ARRAY ARRAY['answer_codes', 'answer_sessions'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', child);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', child);
        EXECUTE format('CREATE POLICY %I ON %I USING ((SELECT app_kind()) = ''system'' OR EXISTS (SELECT 1 FROM answer_links l WHERE l.id = %I.link_id))',
                       child || '_wall', child, child);
    END LOOP;
END $$;

GRANT SELECT, INSERT, UPDATE ON answer_links, answer_codes, answer_sessions TO helpdesk_app;
