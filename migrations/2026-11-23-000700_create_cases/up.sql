-- Cases: one matter of one client, from opening to closing. What reports count is kept as dated spans
-- (open from – until, held by whom from – until, which priority from – until), never as today's fields.

CREATE TABLE cases (
    id uuid NOT NULL,
    number text NOT NULL,
    office_id uuid NOT NULL,
    client_kind text NOT NULL,
    association_id uuid,
    sealed boolean NOT NULL DEFAULT false,
    entered_in_error boolean NOT NULL DEFAULT false,
    status text NOT NULL DEFAULT 'open',
    stage text NOT NULL DEFAULT 'new',
    channel text NOT NULL,
    priority text NOT NULL,
    due_at timestamptz NOT NULL,
    assigned_to uuid,
    territory text,
    country_of_work text,
    employer text,
    summary text,
    caller_name text,
    caller_relation text,
    caller_phone text,
    caller_must_not_learn boolean NOT NULL DEFAULT false,
    external_key text,
    opened_at timestamptz NOT NULL,
    closed_at timestamptz,
    closure text,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    last_action_at timestamptz NOT NULL,
    opened_by uuid,
    version integer NOT NULL DEFAULT 1,
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT cases_pkey PRIMARY KEY (id),
    CONSTRAINT cases_number_key UNIQUE (number),
    CONSTRAINT cases_status_check CHECK (status IN ('open', 'closed')),
    CONSTRAINT cases_stage_check CHECK (stage IN ('new', 'assessed', 'in_progress', 'waiting_on_partner', 'closed')),
    CONSTRAINT cases_stage_closed_check CHECK ((stage = 'closed') = (status = 'closed')),
    CONSTRAINT cases_closed_check CHECK ((status = 'closed') = (closed_at IS NOT NULL) AND (status = 'closed') = (closure IS NOT NULL)),
    CONSTRAINT cases_priority_check CHECK (priority IN ('emergency', 'urgent', 'normal')),
    CONSTRAINT cases_association_check CHECK ((client_kind = 'ASC') = (association_id IS NOT NULL)),
    CONSTRAINT cases_office_id_fkey FOREIGN KEY (office_id) REFERENCES offices (id),
    CONSTRAINT cases_association_id_fkey FOREIGN KEY (association_id) REFERENCES associations (id),
    CONSTRAINT cases_assigned_to_fkey FOREIGN KEY (assigned_to) REFERENCES staff (id),
    CONSTRAINT cases_territory_fkey FOREIGN KEY (territory) REFERENCES territories (code),
    CONSTRAINT cases_opened_by_fkey FOREIGN KEY (opened_by) REFERENCES staff (id)
);
COMMENT ON TABLE cases IS 'One matter of one client. Its fields tell today; spans, holdings and priorities tell any day.';
COMMENT ON COLUMN cases.id IS 'UUID v7, made by the server or by the client.';
COMMENT ON COLUMN cases.number IS 'PIC-2026-000412: said on the phone.';
COMMENT ON COLUMN cases.office_id IS 'The office that holds it now.';
COMMENT ON COLUMN cases.client_kind IS 'A code of list client_kind.';
COMMENT ON COLUMN cases.association_id IS 'The client, when it is an association.';
COMMENT ON COLUMN cases.sealed IS 'Seen only by those with a grant.';
COMMENT ON COLUMN cases.entered_in_error IS 'Should not exist; leaves all counts.';
COMMENT ON COLUMN cases.status IS 'open or closed.';
COMMENT ON COLUMN cases.stage IS 'Derived: new, assessed, in_progress, waiting_on_partner or closed.';
COMMENT ON COLUMN cases.channel IS 'How it came in; a code of list channel.';
COMMENT ON COLUMN cases.priority IS 'emergency, urgent or normal.';
COMMENT ON COLUMN cases.due_at IS 'By when something must have happened; stored when the priority is set.';
COMMENT ON COLUMN cases.assigned_to IS 'The worker who owns it now.';
COMMENT ON COLUMN cases.territory IS 'Where the client was when it opened; a code of territories.';
COMMENT ON COLUMN cases.country_of_work IS 'Of the worker concerned, ISO 3166-1 alpha-2.';
COMMENT ON COLUMN cases.employer IS 'Agency, employer or vessel complained of, when known.';
COMMENT ON COLUMN cases.summary IS 'One plain line on the matter; not for restricted facts.';
COMMENT ON COLUMN cases.caller_name IS 'Who made contact, when not the person concerned.';
COMMENT ON COLUMN cases.caller_relation IS 'What the caller is to the person; a code of list caller_relation.';
COMMENT ON COLUMN cases.caller_phone IS 'E.164.';
COMMENT ON COLUMN cases.caller_must_not_learn IS 'Contact only the client; tell the caller nothing.';
COMMENT ON COLUMN cases.external_key IS 'The key of an imported case in the system it came from.';
COMMENT ON COLUMN cases.opened_at IS 'First opened.';
COMMENT ON COLUMN cases.closed_at IS 'Last closed; empty while open.';
COMMENT ON COLUMN cases.closure IS 'Why it was closed; a code of list closure.';
COMMENT ON COLUMN cases.recorded_at IS 'When the row reached the server; later than opened_at for late arrivals.';
COMMENT ON COLUMN cases.last_action_at IS 'The last thing staff did on it.';
COMMENT ON COLUMN cases.opened_by IS 'The account that opened it; empty for imports by command.';
COMMENT ON COLUMN cases.version IS 'Counts edits; sent as ETag.';
COMMENT ON COLUMN cases.updated_at IS 'When it was last edited.';
CREATE INDEX cases_office_opened_idx ON cases (office_id, status, opened_at, id);
CREATE INDEX cases_office_due_idx ON cases (office_id, status, due_at, id);
CREATE INDEX cases_office_updated_idx ON cases (office_id, updated_at, id);
CREATE INDEX cases_assigned_to_idx ON cases (assigned_to, status, due_at, id);
CREATE INDEX cases_unassigned_idx ON cases (office_id, opened_at, id) WHERE assigned_to IS NULL AND status = 'open';
CREATE INDEX cases_stage_idx ON cases (office_id, stage, due_at, id);
CREATE INDEX cases_association_id_idx ON cases (association_id) WHERE association_id IS NOT NULL;
CREATE INDEX cases_territory_idx ON cases (territory);
CREATE INDEX cases_number_idx ON cases (number text_pattern_ops);
CREATE UNIQUE INDEX cases_external_key_key ON cases (office_id, external_key) WHERE external_key IS NOT NULL;

CREATE TABLE case_people (
    case_id uuid NOT NULL,
    migrant_id uuid NOT NULL,
    principal boolean NOT NULL DEFAULT false,
    role text NOT NULL,
    added_at timestamptz NOT NULL,
    removed_at timestamptz,
    CONSTRAINT case_people_pkey PRIMARY KEY (case_id, migrant_id),
    CONSTRAINT case_people_role_check CHECK (role IN ('client', 'household', 'complainant', 'dependant')),
    CONSTRAINT case_people_case_id_fkey FOREIGN KEY (case_id) REFERENCES cases (id),
    CONSTRAINT case_people_migrant_id_fkey FOREIGN KEY (migrant_id) REFERENCES migrants (id)
);
COMMENT ON TABLE case_people IS 'Who is on a case, and as what.';
COMMENT ON COLUMN case_people.case_id IS 'The case.';
COMMENT ON COLUMN case_people.migrant_id IS 'The person.';
COMMENT ON COLUMN case_people.principal IS 'The person the case is named after and counted by; one a case.';
COMMENT ON COLUMN case_people.role IS 'client, household, complainant or dependant.';
COMMENT ON COLUMN case_people.added_at IS 'Since when.';
COMMENT ON COLUMN case_people.removed_at IS 'Until when; the row stays.';
CREATE INDEX case_people_migrant_id_idx ON case_people (migrant_id);
CREATE UNIQUE INDEX case_people_principal_key ON case_people (case_id) WHERE principal AND removed_at IS NULL;

CREATE TABLE case_spans (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    ordinal smallint NOT NULL,
    opened_at timestamptz NOT NULL,
    closed_at timestamptz,
    closure text,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    close_recorded_at timestamptz,
    CONSTRAINT case_spans_pkey PRIMARY KEY (id),
    CONSTRAINT case_spans_ordinal_key UNIQUE (case_id, ordinal),
    CONSTRAINT case_spans_order_check CHECK (closed_at >= opened_at),
    CONSTRAINT case_spans_closure_check CHECK ((closed_at IS NULL) = (closure IS NULL)),
    CONSTRAINT case_spans_case_id_fkey FOREIGN KEY (case_id) REFERENCES cases (id)
);
COMMENT ON TABLE case_spans IS 'The times a case was open. New, reopened, closed and open at an instant are all read from here.';
COMMENT ON COLUMN case_spans.id IS 'UUID v7.';
COMMENT ON COLUMN case_spans.case_id IS 'The case.';
COMMENT ON COLUMN case_spans.ordinal IS '1 for the first opening, 2 for the first reopening and so on.';
COMMENT ON COLUMN case_spans.opened_at IS 'From, inclusive.';
COMMENT ON COLUMN case_spans.closed_at IS 'Until, exclusive; empty while open.';
COMMENT ON COLUMN case_spans.closure IS 'Why it was closed; a code of list closure.';
COMMENT ON COLUMN case_spans.recorded_at IS 'When the opening reached the server.';
COMMENT ON COLUMN case_spans.close_recorded_at IS 'When the closing reached the server.';
CREATE UNIQUE INDEX case_spans_open_key ON case_spans (case_id) WHERE closed_at IS NULL;
CREATE INDEX case_spans_opened_idx ON case_spans (opened_at, case_id);
CREATE INDEX case_spans_closed_idx ON case_spans (closed_at, case_id);

CREATE TABLE case_holdings (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    office_id uuid NOT NULL,
    staff_id uuid,
    from_at timestamptz NOT NULL,
    until_at timestamptz,
    CONSTRAINT case_holdings_pkey PRIMARY KEY (id),
    CONSTRAINT case_holdings_order_check CHECK (until_at >= from_at),
    CONSTRAINT case_holdings_case_id_fkey FOREIGN KEY (case_id) REFERENCES cases (id),
    CONSTRAINT case_holdings_office_id_fkey FOREIGN KEY (office_id) REFERENCES offices (id),
    CONSTRAINT case_holdings_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES staff (id)
);
COMMENT ON TABLE case_holdings IS 'Which office and worker held a case, and from when until when; without gaps.';
COMMENT ON COLUMN case_holdings.id IS 'UUID v7.';
COMMENT ON COLUMN case_holdings.case_id IS 'The case.';
COMMENT ON COLUMN case_holdings.office_id IS 'The office.';
COMMENT ON COLUMN case_holdings.staff_id IS 'The worker; empty while unassigned.';
COMMENT ON COLUMN case_holdings.from_at IS 'From, inclusive.';
COMMENT ON COLUMN case_holdings.until_at IS 'Until, exclusive; empty for the present one.';
CREATE INDEX case_holdings_case_id_idx ON case_holdings (case_id, from_at);
CREATE UNIQUE INDEX case_holdings_present_key ON case_holdings (case_id) WHERE until_at IS NULL;
CREATE INDEX case_holdings_office_id_idx ON case_holdings (office_id, from_at);
CREATE INDEX case_holdings_staff_id_idx ON case_holdings (staff_id, from_at);

CREATE TABLE case_priorities (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    priority text NOT NULL,
    due_at timestamptz NOT NULL,
    from_at timestamptz NOT NULL,
    until_at timestamptz,
    CONSTRAINT case_priorities_pkey PRIMARY KEY (id),
    CONSTRAINT case_priorities_priority_check CHECK (priority IN ('emergency', 'urgent', 'normal')),
    CONSTRAINT case_priorities_order_check CHECK (until_at >= from_at),
    CONSTRAINT case_priorities_case_id_fkey FOREIGN KEY (case_id) REFERENCES cases (id)
);
COMMENT ON TABLE case_priorities IS 'Which priority and due moment a case had, and from when until when; without gaps.';
COMMENT ON COLUMN case_priorities.id IS 'UUID v7.';
COMMENT ON COLUMN case_priorities.case_id IS 'The case.';
COMMENT ON COLUMN case_priorities.priority IS 'emergency, urgent or normal.';
COMMENT ON COLUMN case_priorities.due_at IS 'The due moment that came with it.';
COMMENT ON COLUMN case_priorities.from_at IS 'From, inclusive.';
COMMENT ON COLUMN case_priorities.until_at IS 'Until, exclusive; empty for the present one.';
CREATE INDEX case_priorities_case_id_idx ON case_priorities (case_id, from_at);
CREATE UNIQUE INDEX case_priorities_present_key ON case_priorities (case_id) WHERE until_at IS NULL;

CREATE TABLE case_events (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    kind text NOT NULL,
    at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    staff_id uuid,
    subject_id uuid,
    restricted boolean NOT NULL DEFAULT false,
    facts jsonb NOT NULL DEFAULT '{}',
    CONSTRAINT case_events_pkey PRIMARY KEY (id),
    CONSTRAINT case_events_case_id_fkey FOREIGN KEY (case_id) REFERENCES cases (id),
    CONSTRAINT case_events_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES staff (id)
);
COMMENT ON TABLE case_events IS 'Everything that happened on a case, in order; append-only. Its facts are ids and codes.';
COMMENT ON COLUMN case_events.id IS 'UUID v7.';
COMMENT ON COLUMN case_events.case_id IS 'The case.';
COMMENT ON COLUMN case_events.kind IS 'noun.past, such as case.opened, need.raised, note.written.';
COMMENT ON COLUMN case_events.at IS 'When it happened.';
COMMENT ON COLUMN case_events.recorded_at IS 'When it reached the server.';
COMMENT ON COLUMN case_events.staff_id IS 'Who did it; empty for the system.';
COMMENT ON COLUMN case_events.subject_id IS 'The need, note, task, assistance, referral or person it is about.';
COMMENT ON COLUMN case_events.restricted IS 'Its subject is a restricted fact.';
COMMENT ON COLUMN case_events.facts IS 'Codes and ids: from, to, service, closure.';
CREATE INDEX case_events_case_id_idx ON case_events (case_id, at, id);
CREATE INDEX case_events_at_idx ON case_events (at, case_id);
CREATE TRIGGER case_events_append_only BEFORE UPDATE OR DELETE ON case_events
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE case_grants (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    office_id uuid NOT NULL,
    staff_id uuid NOT NULL,
    kind text NOT NULL,
    reason text NOT NULL,
    granted_by uuid NOT NULL,
    granted_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    reviewed_by uuid,
    reviewed_at timestamptz,
    CONSTRAINT case_grants_pkey PRIMARY KEY (id),
    CONSTRAINT case_grants_kind_check CHECK (kind IN ('sealed', 'emergency', 'reason')),
    CONSTRAINT case_grants_case_id_fkey FOREIGN KEY (case_id) REFERENCES cases (id),
    CONSTRAINT case_grants_office_id_fkey FOREIGN KEY (office_id) REFERENCES offices (id),
    CONSTRAINT case_grants_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES staff (id),
    CONSTRAINT case_grants_granted_by_fkey FOREIGN KEY (granted_by) REFERENCES staff (id),
    CONSTRAINT case_grants_reviewed_by_fkey FOREIGN KEY (reviewed_by) REFERENCES staff (id)
);
COMMENT ON TABLE case_grants IS 'A named, expiring permission to one case that the office scope alone does not give.';
COMMENT ON COLUMN case_grants.id IS 'UUID v7.';
COMMENT ON COLUMN case_grants.case_id IS 'The case.';
COMMENT ON COLUMN case_grants.office_id IS 'The office of the case when granted.';
COMMENT ON COLUMN case_grants.staff_id IS 'Who may see it.';
COMMENT ON COLUMN case_grants.kind IS 'sealed (works on a sealed case), emergency (four hours) or reason (a manager reads a file).';
COMMENT ON COLUMN case_grants.reason IS 'Why, in words.';
COMMENT ON COLUMN case_grants.granted_by IS 'Who gave it; the holder in an emergency.';
COMMENT ON COLUMN case_grants.granted_at IS 'From.';
COMMENT ON COLUMN case_grants.expires_at IS 'Until.';
COMMENT ON COLUMN case_grants.reviewed_by IS 'Who looked at it afterwards.';
COMMENT ON COLUMN case_grants.reviewed_at IS 'When.';
CREATE INDEX case_grants_case_id_idx ON case_grants (case_id, staff_id, expires_at);
CREATE INDEX case_grants_staff_id_idx ON case_grants (staff_id, expires_at);
CREATE INDEX case_grants_office_id_idx ON case_grants (office_id, granted_at);

CREATE TABLE needs (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    migrant_id uuid,
    service text NOT NULL,
    restricted boolean NOT NULL DEFAULT false,
    detail text,
    status text NOT NULL DEFAULT 'open',
    outcome text,
    raised_at timestamptz NOT NULL,
    settled_at timestamptz,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT needs_pkey PRIMARY KEY (id),
    CONSTRAINT needs_status_check CHECK (status IN ('open', 'settled')),
    CONSTRAINT needs_settled_check CHECK ((status = 'settled') = (settled_at IS NOT NULL) AND (status = 'settled') = (outcome IS NOT NULL)),
    CONSTRAINT needs_case_id_fkey FOREIGN KEY (case_id) REFERENCES cases (id),
    CONSTRAINT needs_migrant_id_fkey FOREIGN KEY (migrant_id) REFERENCES migrants (id)
);
COMMENT ON TABLE needs IS 'Something wanted; it exists and is counted whether or not anybody can meet it.';
COMMENT ON COLUMN needs.id IS 'UUID v7.';
COMMENT ON COLUMN needs.case_id IS 'The case.';
COMMENT ON COLUMN needs.migrant_id IS 'Whose need it is; empty for the whole client.';
COMMENT ON COLUMN needs.service IS 'A code of list service.';
COMMENT ON COLUMN needs.restricted IS 'Seen only by the case’s worker and those who may read restricted facts.';
COMMENT ON COLUMN needs.detail IS 'What exactly, in words.';
COMMENT ON COLUMN needs.status IS 'open or settled.';
COMMENT ON COLUMN needs.outcome IS 'A code of list need_outcome once settled.';
COMMENT ON COLUMN needs.raised_at IS 'When it was raised.';
COMMENT ON COLUMN needs.settled_at IS 'When its outcome was known.';
COMMENT ON COLUMN needs.recorded_at IS 'When it reached the server.';
COMMENT ON COLUMN needs.version IS 'Counts edits; sent as ETag.';
CREATE INDEX needs_case_id_idx ON needs (case_id);
CREATE INDEX needs_migrant_id_idx ON needs (migrant_id);
CREATE INDEX needs_service_idx ON needs (service text_pattern_ops, case_id);

CREATE TABLE notes (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    restricted boolean NOT NULL DEFAULT false,
    body text NOT NULL,
    corrects_id uuid,
    written_by uuid NOT NULL,
    written_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT notes_pkey PRIMARY KEY (id),
    CONSTRAINT notes_case_id_fkey FOREIGN KEY (case_id) REFERENCES cases (id),
    CONSTRAINT notes_corrects_id_fkey FOREIGN KEY (corrects_id) REFERENCES notes (id),
    CONSTRAINT notes_written_by_fkey FOREIGN KEY (written_by) REFERENCES staff (id)
);
COMMENT ON TABLE notes IS 'What staff wrote down; never edited, a later note may correct an earlier one.';
COMMENT ON COLUMN notes.id IS 'UUID v7, made by the server or by the client.';
COMMENT ON COLUMN notes.case_id IS 'The case.';
COMMENT ON COLUMN notes.restricted IS 'Seen only by its author, the case’s worker and those who may read restricted facts.';
COMMENT ON COLUMN notes.body IS 'The note.';
COMMENT ON COLUMN notes.corrects_id IS 'The earlier note this one corrects.';
COMMENT ON COLUMN notes.written_by IS 'The author.';
COMMENT ON COLUMN notes.written_at IS 'When it was written.';
COMMENT ON COLUMN notes.recorded_at IS 'When it reached the server.';
CREATE INDEX notes_case_id_idx ON notes (case_id, written_at, id);
CREATE INDEX notes_corrects_id_idx ON notes (corrects_id) WHERE corrects_id IS NOT NULL;

CREATE TABLE tasks (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    kind text NOT NULL DEFAULT 'other',
    title text NOT NULL,
    due_on date NOT NULL,
    owner_id uuid,
    referral_id uuid,
    status text NOT NULL DEFAULT 'open',
    ended_at timestamptz,
    ended_by uuid,
    created_by uuid,
    created_at timestamptz NOT NULL,
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT tasks_pkey PRIMARY KEY (id),
    CONSTRAINT tasks_status_check CHECK (status IN ('open', 'done', 'dropped')),
    CONSTRAINT tasks_ended_check CHECK ((status = 'open') = (ended_at IS NULL)),
    CONSTRAINT tasks_case_id_fkey FOREIGN KEY (case_id) REFERENCES cases (id),
    CONSTRAINT tasks_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES staff (id),
    CONSTRAINT tasks_ended_by_fkey FOREIGN KEY (ended_by) REFERENCES staff (id),
    CONSTRAINT tasks_created_by_fkey FOREIGN KEY (created_by) REFERENCES staff (id)
);
COMMENT ON TABLE tasks IS 'Something to do by a day, with an owner.';
COMMENT ON COLUMN tasks.id IS 'UUID v7.';
COMMENT ON COLUMN tasks.case_id IS 'The case.';
COMMENT ON COLUMN tasks.kind IS 'other, ask_client, phone_agency, refer_elsewhere or find_agency.';
COMMENT ON COLUMN tasks.title IS 'What to do; without restricted facts.';
COMMENT ON COLUMN tasks.due_on IS 'By which day, in the office’s zone.';
COMMENT ON COLUMN tasks.owner_id IS 'Who does it; empty means the case’s worker or, without one, the office.';
COMMENT ON COLUMN tasks.referral_id IS 'The referral it is about.';
COMMENT ON COLUMN tasks.status IS 'open, done or dropped.';
COMMENT ON COLUMN tasks.ended_at IS 'When it was done or dropped.';
COMMENT ON COLUMN tasks.ended_by IS 'By whom.';
COMMENT ON COLUMN tasks.created_by IS 'Who set it; empty for the system.';
COMMENT ON COLUMN tasks.created_at IS 'When it was set.';
COMMENT ON COLUMN tasks.version IS 'Counts edits; sent as ETag.';
CREATE INDEX tasks_case_id_idx ON tasks (case_id);
CREATE INDEX tasks_owner_id_idx ON tasks (owner_id, status, due_on, id);
CREATE INDEX tasks_open_idx ON tasks (due_on, id) WHERE status = 'open';

CREATE TABLE assistance (
    id uuid NOT NULL,
    case_id uuid NOT NULL,
    office_id uuid NOT NULL,
    need_id uuid,
    service text NOT NULL,
    detail text,
    amount_minor bigint,
    currency text,
    given_at timestamptz NOT NULL,
    given_by uuid,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    withdrawn_at timestamptz,
    CONSTRAINT assistance_pkey PRIMARY KEY (id),
    CONSTRAINT assistance_amount_check CHECK (amount_minor >= 0 AND (amount_minor IS NULL) = (currency IS NULL)),
    CONSTRAINT assistance_case_id_fkey FOREIGN KEY (case_id) REFERENCES cases (id),
    CONSTRAINT assistance_office_id_fkey FOREIGN KEY (office_id) REFERENCES offices (id),
    CONSTRAINT assistance_need_id_fkey FOREIGN KEY (need_id) REFERENCES needs (id),
    CONSTRAINT assistance_given_by_fkey FOREIGN KEY (given_by) REFERENCES staff (id)
);
COMMENT ON TABLE assistance IS 'A service the desk itself gave, on a day; counted apart from cases and persons.';
COMMENT ON COLUMN assistance.id IS 'UUID v7, made by the server or by the client.';
COMMENT ON COLUMN assistance.case_id IS 'The case.';
COMMENT ON COLUMN assistance.office_id IS 'The office that gave it.';
COMMENT ON COLUMN assistance.need_id IS 'The need it helped with.';
COMMENT ON COLUMN assistance.service IS 'A code of list service.';
COMMENT ON COLUMN assistance.detail IS 'What exactly, in words.';
COMMENT ON COLUMN assistance.amount_minor IS 'Money or value given, in the currency’s minor unit (ISO 4217).';
COMMENT ON COLUMN assistance.currency IS 'ISO 4217 code of the amount.';
COMMENT ON COLUMN assistance.given_at IS 'When.';
COMMENT ON COLUMN assistance.given_by IS 'By whom.';
COMMENT ON COLUMN assistance.recorded_at IS 'When it reached the server.';
COMMENT ON COLUMN assistance.withdrawn_at IS 'Entered in error; leaves all counts.';
CREATE INDEX assistance_case_id_idx ON assistance (case_id, given_at);
CREATE INDEX assistance_office_id_idx ON assistance (office_id, given_at);
CREATE INDEX assistance_need_id_idx ON assistance (need_id);

CREATE TABLE assistance_people (
    assistance_id uuid NOT NULL,
    migrant_id uuid NOT NULL,
    CONSTRAINT assistance_people_pkey PRIMARY KEY (assistance_id, migrant_id),
    CONSTRAINT assistance_people_assistance_id_fkey FOREIGN KEY (assistance_id) REFERENCES assistance (id),
    CONSTRAINT assistance_people_migrant_id_fkey FOREIGN KEY (migrant_id) REFERENCES migrants (id)
);
COMMENT ON TABLE assistance_people IS 'Who benefited from an assistance.';
COMMENT ON COLUMN assistance_people.assistance_id IS 'The assistance.';
COMMENT ON COLUMN assistance_people.migrant_id IS 'The person.';
CREATE INDEX assistance_people_migrant_id_idx ON assistance_people (migrant_id);

GRANT SELECT, INSERT, UPDATE ON cases, case_people, case_spans, case_holdings, case_priorities, case_grants,
    needs, tasks, assistance TO helpdesk_app;
GRANT SELECT, INSERT ON case_events, notes, assistance_people TO helpdesk_app;
