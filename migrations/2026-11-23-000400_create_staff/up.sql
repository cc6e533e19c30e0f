-- Accounts, how they get in, and the sessions that are checked at every request.

CREATE TABLE staff (
    id uuid NOT NULL,
    email text NOT NULL,
    name text NOT NULL,
    role text NOT NULL,
    agency_id uuid,
    language text NOT NULL,
    reads_restricted boolean NOT NULL DEFAULT false,
    password_hash text,
    disabled_at timestamptz,
    expires_on date,
    failed_sign_ins integer NOT NULL DEFAULT 0,
    slowed_until timestamptz,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT staff_pkey PRIMARY KEY (id),
    CONSTRAINT staff_email_key UNIQUE (email),
    CONSTRAINT staff_email_check CHECK (email = lower(email)),
    CONSTRAINT staff_role_check CHECK (role IN ('system_admin', 'manager', 'supervisor', 'case_worker', 'field_worker', 'partner', 'auditor')),
    CONSTRAINT staff_agency_id_check CHECK ((role = 'partner') = (agency_id IS NOT NULL)),
    CONSTRAINT staff_expires_on_check CHECK (role <> 'auditor' OR expires_on IS NOT NULL),
    CONSTRAINT staff_language_check CHECK (language IN ('en', 'es', 'fr', 'fil')),
    CONSTRAINT staff_agency_id_fkey FOREIGN KEY (agency_id) REFERENCES agencies (id)
);
COMMENT ON TABLE staff IS 'An account: a worker of the desks, or a person at a partner agency.';
COMMENT ON COLUMN staff.id IS 'UUID v7.';
COMMENT ON COLUMN staff.email IS 'Signs in with it; kept in lower case.';
COMMENT ON COLUMN staff.name IS 'How colleagues know them.';
COMMENT ON COLUMN staff.role IS 'One of the roles of auth/permission.rs.';
COMMENT ON COLUMN staff.agency_id IS 'The agency of a partner account; empty for everybody else.';
COMMENT ON COLUMN staff.language IS 'en, es, fr or fil: screens and mails.';
COMMENT ON COLUMN staff.reads_restricted IS 'May read restricted facts of cases of the own offices, such as a psychologist.';
COMMENT ON COLUMN staff.password_hash IS 'Argon2id, PHC string; empty until the invitation is accepted.';
COMMENT ON COLUMN staff.disabled_at IS 'When access was ended.';
COMMENT ON COLUMN staff.expires_on IS 'Access ends by itself on this day; auditors always have one.';
COMMENT ON COLUMN staff.failed_sign_ins IS 'Wrong passwords since the last right one.';
COMMENT ON COLUMN staff.slowed_until IS 'No password is tried before this moment.';
COMMENT ON COLUMN staff.version IS 'Counts edits; sent as ETag.';
COMMENT ON COLUMN staff.created_at IS 'When the row was written.';
COMMENT ON COLUMN staff.updated_at IS 'When it was last edited.';
CREATE INDEX staff_agency_id_idx ON staff (agency_id);
CREATE INDEX staff_name_idx ON staff (lower(name), id);

CREATE TABLE staff_offices (
    staff_id uuid NOT NULL,
    office_id uuid NOT NULL,
    CONSTRAINT staff_offices_pkey PRIMARY KEY (staff_id, office_id),
    CONSTRAINT staff_offices_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES staff (id),
    CONSTRAINT staff_offices_office_id_fkey FOREIGN KEY (office_id) REFERENCES offices (id)
);
COMMENT ON TABLE staff_offices IS 'Whose files an account may see: the offices it is a member of, or for a manager is responsible for.';
COMMENT ON COLUMN staff_offices.staff_id IS 'The account.';
COMMENT ON COLUMN staff_offices.office_id IS 'The office.';
CREATE INDEX staff_offices_office_id_idx ON staff_offices (office_id);

CREATE TABLE invitations (
    id uuid NOT NULL,
    staff_id uuid NOT NULL,
    token_hash bytea NOT NULL,
    invited_by uuid,
    expires_at timestamptz NOT NULL,
    accepted_at timestamptz,
    revoked_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT invitations_pkey PRIMARY KEY (id),
    CONSTRAINT invitations_token_hash_key UNIQUE (token_hash),
    CONSTRAINT invitations_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES staff (id),
    CONSTRAINT invitations_invited_by_fkey FOREIGN KEY (invited_by) REFERENCES staff (id)
);
COMMENT ON TABLE invitations IS 'A link by which an account sets its first password, once, within 72 hours.';
COMMENT ON COLUMN invitations.id IS 'UUID v7.';
COMMENT ON COLUMN invitations.staff_id IS 'Who is invited.';
COMMENT ON COLUMN invitations.token_hash IS 'SHA-256 of the token in the link.';
COMMENT ON COLUMN invitations.invited_by IS 'Who invited; empty for the command line.';
COMMENT ON COLUMN invitations.expires_at IS 'After this the link is dead.';
COMMENT ON COLUMN invitations.accepted_at IS 'When it was used.';
COMMENT ON COLUMN invitations.revoked_at IS 'When a newer invitation took its place.';
COMMENT ON COLUMN invitations.created_at IS 'When it was made.';
CREATE INDEX invitations_staff_id_idx ON invitations (staff_id);

CREATE TABLE sessions (
    id uuid NOT NULL,
    staff_id uuid NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    ended_at timestamptz,
    ended_because text,
    CONSTRAINT sessions_pkey PRIMARY KEY (id),
    CONSTRAINT sessions_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES staff (id)
);
COMMENT ON TABLE sessions IS 'One sign-in. Its row is read at every request, so that ending it acts at once.';
COMMENT ON COLUMN sessions.id IS 'The token’s sid.';
COMMENT ON COLUMN sessions.staff_id IS 'Whose it is.';
COMMENT ON COLUMN sessions.created_at IS 'When the password was given.';
COMMENT ON COLUMN sessions.expires_at IS 'After this a password is asked again.';
COMMENT ON COLUMN sessions.ended_at IS 'When it was ended.';
COMMENT ON COLUMN sessions.ended_because IS 'signed_out, password_changed, disabled or token_reused.';
CREATE INDEX sessions_staff_id_idx ON sessions (staff_id) WHERE ended_at IS NULL;

CREATE TABLE refresh_tokens (
    token_hash bytea NOT NULL,
    session_id uuid NOT NULL,
    created_at timestamptz NOT NULL,
    used_at timestamptz,
    CONSTRAINT refresh_tokens_pkey PRIMARY KEY (token_hash),
    CONSTRAINT refresh_tokens_session_id_fkey FOREIGN KEY (session_id) REFERENCES sessions (id)
);
COMMENT ON TABLE refresh_tokens IS 'Rotated tokens that renew an access token; using one twice ends the session.';
COMMENT ON COLUMN refresh_tokens.token_hash IS 'SHA-256 of the token.';
COMMENT ON COLUMN refresh_tokens.session_id IS 'The session it renews.';
COMMENT ON COLUMN refresh_tokens.created_at IS 'When it was given.';
COMMENT ON COLUMN refresh_tokens.used_at IS 'When it was exchanged for the next one.';
CREATE INDEX refresh_tokens_session_id_idx ON refresh_tokens (session_id);

CREATE TABLE sign_in_failures (
    address_hash bytea NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT sign_in_failures_pkey PRIMARY KEY (address_hash, at)
);
COMMENT ON TABLE sign_in_failures IS 'Wrong sign-ins by network address, to slow guessing over many accounts.';
COMMENT ON COLUMN sign_in_failures.address_hash IS 'Keyed hash of the address; the address itself is not kept.';
COMMENT ON COLUMN sign_in_failures.at IS 'When.';
CREATE INDEX sign_in_failures_at_idx ON sign_in_failures (at);

GRANT SELECT, INSERT, UPDATE ON staff, invitations, sessions, refresh_tokens TO helpdesk_app;
GRANT SELECT, INSERT, DELETE ON staff_offices, sign_in_failures TO helpdesk_app;
