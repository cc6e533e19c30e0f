-- The persons concerned. Everything may be unknown but a name (or a code name) and the sex (0 = not known).
-- A file is visible to the offices listed on it; a file that is only on sealed cases to those with a grant.

CREATE TABLE migrants (
    id uuid NOT NULL,
    number text NOT NULL,
    office_id uuid NOT NULL,
    office_ids uuid[] NOT NULL,
    sealed boolean NOT NULL DEFAULT false,
    status text NOT NULL DEFAULT 'active',
    merged_into uuid,
    given_names text,
    family_names text,
    name_suffix text,
    code_name text,
    other_names text[] NOT NULL DEFAULT '{}',
    sex smallint NOT NULL,
    gender_identity text,
    birth_on date,
    birth_precision text,
    nationality text,
    second_nationality text,
    birth_country text,
    languages text[] NOT NULL DEFAULT '{}',
    interpreter_needed boolean NOT NULL DEFAULT false,
    territory text,
    landmark text,
    occupation text,
    skills text[] NOT NULL DEFAULT '{}',
    stay_status text,
    unverified boolean NOT NULL DEFAULT false,
    remarks text,
    external_key text,
    version integer NOT NULL DEFAULT 1,
    registered_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    registered_by uuid,
    CONSTRAINT migrants_pkey PRIMARY KEY (id),
    CONSTRAINT migrants_number_key UNIQUE (number),
    CONSTRAINT migrants_named_check CHECK (coalesce(given_names, family_names, code_name) IS NOT NULL),
    CONSTRAINT migrants_sex_check CHECK (sex IN (0, 1, 2)),
    CONSTRAINT migrants_status_check CHECK (status IN ('active', 'merged', 'entered_in_error')),
    CONSTRAINT migrants_merged_into_check CHECK ((status = 'merged') = (merged_into IS NOT NULL)),
    CONSTRAINT migrants_birth_check CHECK ((birth_on IS NULL) = (birth_precision IS NULL)),
    CONSTRAINT migrants_birth_precision_check CHECK (birth_precision IN ('day', 'year', 'estimated')),
    CONSTRAINT migrants_stay_status_check CHECK (stay_status IN ('regular', 'irregular', 'in_process')),
    CONSTRAINT migrants_offices_check CHECK (office_ids[1] = office_id),
    CONSTRAINT migrants_office_id_fkey FOREIGN KEY (office_id) REFERENCES offices (id),
    CONSTRAINT migrants_merged_into_fkey FOREIGN KEY (merged_into) REFERENCES migrants (id),
    CONSTRAINT migrants_territory_fkey FOREIGN KEY (territory) REFERENCES territories (code),
    CONSTRAINT migrants_registered_by_fkey FOREIGN KEY (registered_by) REFERENCES staff (id)
);
COMMENT ON TABLE migrants IS 'A person: migrant, family member left behind, returnee or would-be worker.';
COMMENT ON COLUMN migrants.id IS 'UUID v7, made by the server or by the client.';
COMMENT ON COLUMN migrants.number IS 'M-PIC-2026-000412: said on the phone.';
COMMENT ON COLUMN migrants.office_id IS 'The office that registered the person.';
COMMENT ON COLUMN migrants.office_ids IS 'The offices that may see the file; the first is office_id.';
COMMENT ON COLUMN migrants.sealed IS 'Only those with a grant on one of the person’s sealed cases see the file.';
COMMENT ON COLUMN migrants.status IS 'active, merged or entered_in_error.';
COMMENT ON COLUMN migrants.merged_into IS 'The file that goes on, when merged.';
COMMENT ON COLUMN migrants.given_names IS 'As the person writes them, with prefixes (Ma., El Hadji).';
COMMENT ON COLUMN migrants.family_names IS 'With particles (dela Cruz, de Guzmán).';
COMMENT ON COLUMN migrants.name_suffix IS 'Jr., Sr., III.';
COMMENT ON COLUMN migrants.code_name IS 'What to call a person who gives no name.';
COMMENT ON COLUMN migrants.other_names IS 'Further spellings, maiden names and nicknames.';
COMMENT ON COLUMN migrants.sex IS 'ISO 5218: 0 not known, 1 male, 2 female.';
COMMENT ON COLUMN migrants.gender_identity IS 'A code of list gender_identity; optional, asked last, hidden from partners.';
COMMENT ON COLUMN migrants.birth_on IS 'Day of birth; with a coarser precision, the first day it can be.';
COMMENT ON COLUMN migrants.birth_precision IS 'day, year or estimated.';
COMMENT ON COLUMN migrants.nationality IS 'ISO 3166-1 alpha-2.';
COMMENT ON COLUMN migrants.second_nationality IS 'ISO 3166-1 alpha-2.';
COMMENT ON COLUMN migrants.birth_country IS 'ISO 3166-1 alpha-2.';
COMMENT ON COLUMN migrants.languages IS 'ISO 639-3 codes the person speaks, best first.';
COMMENT ON COLUMN migrants.interpreter_needed IS 'An interpreter is wanted.';
COMMENT ON COLUMN migrants.territory IS 'Where the person stays; a code of territories.';
COMMENT ON COLUMN migrants.landmark IS 'One free line to find the place.';
COMMENT ON COLUMN migrants.occupation IS 'What the person does for a living.';
COMMENT ON COLUMN migrants.skills IS 'What the person can do.';
COMMENT ON COLUMN migrants.stay_status IS 'Whether the stay is regular: regular, irregular or in_process; restricted, never a condition of help.';
COMMENT ON COLUMN migrants.unverified IS 'Came by web form or partner and was not checked yet.';
COMMENT ON COLUMN migrants.remarks IS 'What colleagues should know when meeting the person.';
COMMENT ON COLUMN migrants.external_key IS 'The key of an imported file in the system it came from.';
COMMENT ON COLUMN migrants.version IS 'Counts edits; sent as ETag.';
COMMENT ON COLUMN migrants.registered_at IS 'When the person was met.';
COMMENT ON COLUMN migrants.recorded_at IS 'When the row reached the server.';
COMMENT ON COLUMN migrants.updated_at IS 'When it was last edited.';
COMMENT ON COLUMN migrants.registered_by IS 'The account that registered the person; empty for imports by command.';
CREATE INDEX migrants_office_id_idx ON migrants (office_id, registered_at, id);
CREATE INDEX migrants_merged_into_idx ON migrants (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX migrants_territory_idx ON migrants (territory);
CREATE UNIQUE INDEX migrants_external_key_key ON migrants (office_id, external_key) WHERE external_key IS NOT NULL;

CREATE TABLE migrant_search_keys (
    migrant_id uuid NOT NULL,
    kind text NOT NULL,
    key text NOT NULL,
    CONSTRAINT migrant_search_keys_pkey PRIMARY KEY (migrant_id, kind, key),
    CONSTRAINT migrant_search_keys_kind_check CHECK (kind IN ('token', 'sound', 'phone', 'document', 'number')),
    CONSTRAINT migrant_search_keys_migrant_id_fkey FOREIGN KEY (migrant_id) REFERENCES migrants (id)
);
COMMENT ON TABLE migrant_search_keys IS 'What a file is found by: normalised name tokens, their sound, phones, document hashes, numbers.';
COMMENT ON COLUMN migrant_search_keys.migrant_id IS 'The file.';
COMMENT ON COLUMN migrant_search_keys.kind IS 'token, sound, phone, document or number.';
COMMENT ON COLUMN migrant_search_keys.key IS 'The normalised value; documents as a keyed hash.';
CREATE INDEX migrant_search_keys_key_idx ON migrant_search_keys (kind, key text_pattern_ops, migrant_id);

CREATE TABLE contact_points (
    id uuid NOT NULL,
    migrant_id uuid NOT NULL,
    kind text NOT NULL,
    value text NOT NULL,
    belongs_to text,
    safe boolean,
    safe_channels text[] NOT NULL DEFAULT '{}',
    safe_hours text,
    language text,
    must_not_know text,
    position smallint NOT NULL DEFAULT 0,
    ended_on date,
    CONSTRAINT contact_points_pkey PRIMARY KEY (id),
    CONSTRAINT contact_points_kind_check CHECK (kind IN ('phone', 'email', 'messaging', 'address')),
    CONSTRAINT contact_points_migrant_id_fkey FOREIGN KEY (migrant_id) REFERENCES migrants (id)
);
COMMENT ON TABLE contact_points IS 'A way to reach the person, and how to do it safely.';
COMMENT ON COLUMN contact_points.id IS 'UUID v7.';
COMMENT ON COLUMN contact_points.migrant_id IS 'Whom it reaches.';
COMMENT ON COLUMN contact_points.kind IS 'phone, email, messaging or address.';
COMMENT ON COLUMN contact_points.value IS 'Phones in E.164; the rest as written.';
COMMENT ON COLUMN contact_points.belongs_to IS 'Whose it is when not the person’s own: a code of list caller_relation.';
COMMENT ON COLUMN contact_points.safe IS 'Whether using it is safe; empty means not asked.';
COMMENT ON COLUMN contact_points.safe_channels IS 'Which of call, sms, messaging, email, visit may be used.';
COMMENT ON COLUMN contact_points.safe_hours IS 'When to use it, in words.';
COMMENT ON COLUMN contact_points.language IS 'ISO 639-3 code to speak there.';
COMMENT ON COLUMN contact_points.must_not_know IS 'Who must not learn of it.';
COMMENT ON COLUMN contact_points.position IS 'Order of preference, 0 first.';
COMMENT ON COLUMN contact_points.ended_on IS 'The day it ceased to work.';
CREATE INDEX contact_points_migrant_id_idx ON contact_points (migrant_id);

CREATE TABLE identity_documents (
    id uuid NOT NULL,
    migrant_id uuid NOT NULL,
    type text NOT NULL,
    country text,
    number_sealed bytea,
    issued_on date,
    expires_on date,
    held_by text,
    position smallint NOT NULL DEFAULT 0,
    ended_on date,
    CONSTRAINT identity_documents_pkey PRIMARY KEY (id),
    CONSTRAINT identity_documents_migrant_id_fkey FOREIGN KEY (migrant_id) REFERENCES migrants (id)
);
COMMENT ON TABLE identity_documents IS 'A paper the person has or lacks; its number is encrypted at rest.';
COMMENT ON COLUMN identity_documents.id IS 'UUID v7.';
COMMENT ON COLUMN identity_documents.migrant_id IS 'Whose it is.';
COMMENT ON COLUMN identity_documents.type IS 'A code of list document.';
COMMENT ON COLUMN identity_documents.country IS 'Who issued it, ISO 3166-1 alpha-2.';
COMMENT ON COLUMN identity_documents.number_sealed IS 'AES-256-GCM: key id, nonce, ciphertext; bound to this row’s id.';
COMMENT ON COLUMN identity_documents.issued_on IS 'Day of issue.';
COMMENT ON COLUMN identity_documents.expires_on IS 'Day it lapses.';
COMMENT ON COLUMN identity_documents.held_by IS 'Who holds it when the person does not, such as the employer.';
COMMENT ON COLUMN identity_documents.position IS 'Order on the screen.';
COMMENT ON COLUMN identity_documents.ended_on IS 'The day it was withdrawn from the file.';
CREATE INDEX identity_documents_migrant_id_idx ON identity_documents (migrant_id);

CREATE TABLE mobility_periods (
    id uuid NOT NULL,
    migrant_id uuid NOT NULL,
    category text NOT NULL,
    country text,
    from_on date NOT NULL,
    until_on date,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    recorded_by uuid,
    CONSTRAINT mobility_periods_pkey PRIMARY KEY (id),
    CONSTRAINT mobility_periods_order_check CHECK (until_on >= from_on),
    CONSTRAINT mobility_periods_migrant_id_fkey FOREIGN KEY (migrant_id) REFERENCES migrants (id),
    CONSTRAINT mobility_periods_recorded_by_fkey FOREIGN KEY (recorded_by) REFERENCES staff (id)
);
COMMENT ON TABLE mobility_periods IS 'A mobility category and the days it holds; several may hold at once. Reports read what was true on a day.';
COMMENT ON COLUMN mobility_periods.id IS 'UUID v7.';
COMMENT ON COLUMN mobility_periods.migrant_id IS 'Whose.';
COMMENT ON COLUMN mobility_periods.category IS 'A code of list mobility.';
COMMENT ON COLUMN mobility_periods.country IS 'Country of work or of stay, ISO 3166-1 alpha-2.';
COMMENT ON COLUMN mobility_periods.from_on IS 'First day.';
COMMENT ON COLUMN mobility_periods.until_on IS 'First day it no longer holds; empty while it does.';
COMMENT ON COLUMN mobility_periods.recorded_at IS 'When it reached the server.';
COMMENT ON COLUMN mobility_periods.recorded_by IS 'Who wrote it down.';
CREATE INDEX mobility_periods_migrant_id_idx ON mobility_periods (migrant_id, from_on);

CREATE TABLE specific_needs (
    id uuid NOT NULL,
    migrant_id uuid NOT NULL,
    code text NOT NULL,
    restricted boolean NOT NULL,
    from_on date NOT NULL,
    until_on date,
    recorded_by uuid,
    CONSTRAINT specific_needs_pkey PRIMARY KEY (id),
    CONSTRAINT specific_needs_migrant_id_fkey FOREIGN KEY (migrant_id) REFERENCES migrants (id),
    CONSTRAINT specific_needs_recorded_by_fkey FOREIGN KEY (recorded_by) REFERENCES staff (id)
);
COMMENT ON TABLE specific_needs IS 'A vulnerability and the days it was known; restricted ones are locked facts.';
COMMENT ON COLUMN specific_needs.id IS 'UUID v7.';
COMMENT ON COLUMN specific_needs.migrant_id IS 'Whose.';
COMMENT ON COLUMN specific_needs.code IS 'A code of list specific_need.';
COMMENT ON COLUMN specific_needs.restricted IS 'Copied from the code when written: seen only by those who may read restricted facts.';
COMMENT ON COLUMN specific_needs.from_on IS 'Known since.';
COMMENT ON COLUMN specific_needs.until_on IS 'No longer true from this day.';
COMMENT ON COLUMN specific_needs.recorded_by IS 'Who wrote it down.';
CREATE INDEX specific_needs_migrant_id_idx ON specific_needs (migrant_id);

CREATE TABLE relations (
    id uuid NOT NULL,
    migrant_id uuid NOT NULL,
    other_id uuid NOT NULL,
    relation text NOT NULL,
    same_household boolean NOT NULL DEFAULT false,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    ended_on date,
    CONSTRAINT relations_pkey PRIMARY KEY (id),
    CONSTRAINT relations_pair_check CHECK (migrant_id <> other_id),
    CONSTRAINT relations_migrant_id_fkey FOREIGN KEY (migrant_id) REFERENCES migrants (id),
    CONSTRAINT relations_other_id_fkey FOREIGN KEY (other_id) REFERENCES migrants (id)
);
COMMENT ON TABLE relations IS 'How two persons belong together, read as: the migrant is the relation of the other.';
COMMENT ON COLUMN relations.id IS 'UUID v7.';
COMMENT ON COLUMN relations.migrant_id IS 'The one.';
COMMENT ON COLUMN relations.other_id IS 'The other.';
COMMENT ON COLUMN relations.relation IS 'A code of list relation: what the one is to the other.';
COMMENT ON COLUMN relations.same_household IS 'They live together.';
COMMENT ON COLUMN relations.recorded_at IS 'When it reached the server.';
COMMENT ON COLUMN relations.ended_on IS 'The day it ceased to be true.';
CREATE INDEX relations_migrant_id_idx ON relations (migrant_id);
CREATE INDEX relations_other_id_idx ON relations (other_id);
CREATE UNIQUE INDEX relations_pair_key ON relations (migrant_id, other_id, relation) WHERE ended_on IS NULL;

CREATE TABLE consents (
    id uuid NOT NULL,
    migrant_id uuid NOT NULL,
    purpose text NOT NULL,
    facts text[] NOT NULL DEFAULT '{}',
    agency_id uuid,
    given_by text NOT NULL,
    how text NOT NULL,
    language text,
    given_at timestamptz NOT NULL,
    valid_until date,
    withdrawn_at timestamptz,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    recorded_by uuid,
    CONSTRAINT consents_pkey PRIMARY KEY (id),
    CONSTRAINT consents_purpose_check CHECK (purpose IN ('services', 'share_with_agency', 'statistics', 'contact')),
    CONSTRAINT consents_given_by_check CHECK (given_by IN ('self', 'caregiver', 'other')),
    CONSTRAINT consents_how_check CHECK (how IN ('signed', 'spoken', 'thumbprint')),
    CONSTRAINT consents_migrant_id_fkey FOREIGN KEY (migrant_id) REFERENCES migrants (id),
    CONSTRAINT consents_agency_id_fkey FOREIGN KEY (agency_id) REFERENCES agencies (id),
    CONSTRAINT consents_recorded_by_fkey FOREIGN KEY (recorded_by) REFERENCES staff (id)
);
COMMENT ON TABLE consents IS 'What the person agreed may be done, for which purpose, with whom, until when.';
COMMENT ON COLUMN consents.id IS 'UUID v7.';
COMMENT ON COLUMN consents.migrant_id IS 'Who agreed.';
COMMENT ON COLUMN consents.purpose IS 'services, share_with_agency, statistics or contact.';
COMMENT ON COLUMN consents.facts IS 'Codes of list disclosure_fact that may be shared.';
COMMENT ON COLUMN consents.agency_id IS 'With which agency; empty means any partner agency.';
COMMENT ON COLUMN consents.given_by IS 'self, caregiver or other.';
COMMENT ON COLUMN consents.how IS 'signed, spoken or thumbprint.';
COMMENT ON COLUMN consents.language IS 'ISO 639-3 code in which it was explained.';
COMMENT ON COLUMN consents.given_at IS 'When.';
COMMENT ON COLUMN consents.valid_until IS 'Last day it holds; empty means until withdrawn.';
COMMENT ON COLUMN consents.withdrawn_at IS 'When it was withdrawn.';
COMMENT ON COLUMN consents.recorded_at IS 'When it reached the server.';
COMMENT ON COLUMN consents.recorded_by IS 'Who wrote it down.';
CREATE INDEX consents_migrant_id_idx ON consents (migrant_id);
CREATE INDEX consents_agency_id_idx ON consents (agency_id);

CREATE TABLE associations (
    id uuid NOT NULL,
    number text NOT NULL,
    office_id uuid NOT NULL,
    name text NOT NULL,
    country text,
    territory text,
    members integer,
    contact_name text,
    contact_phone text,
    contact_email text,
    purpose text,
    version integer NOT NULL DEFAULT 1,
    registered_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    retired_on date,
    CONSTRAINT associations_pkey PRIMARY KEY (id),
    CONSTRAINT associations_number_key UNIQUE (number),
    CONSTRAINT associations_members_check CHECK (members >= 0),
    CONSTRAINT associations_office_id_fkey FOREIGN KEY (office_id) REFERENCES offices (id),
    CONSTRAINT associations_territory_fkey FOREIGN KEY (territory) REFERENCES territories (code)
);
COMMENT ON TABLE associations IS 'A migrants’ or hometown association; can be a client, is never counted as a person.';
COMMENT ON COLUMN associations.id IS 'UUID v7.';
COMMENT ON COLUMN associations.number IS 'A-SED-2026-000012: said on the phone.';
COMMENT ON COLUMN associations.office_id IS 'The office that registered it.';
COMMENT ON COLUMN associations.name IS 'Its name.';
COMMENT ON COLUMN associations.country IS 'Where it sits, ISO 3166-1 alpha-2.';
COMMENT ON COLUMN associations.territory IS 'The place it belongs to; a code of territories.';
COMMENT ON COLUMN associations.members IS 'How many members it says it has.';
COMMENT ON COLUMN associations.contact_name IS 'Whom to ask for, such as the president.';
COMMENT ON COLUMN associations.contact_phone IS 'E.164.';
COMMENT ON COLUMN associations.contact_email IS 'Their mailbox.';
COMMENT ON COLUMN associations.purpose IS 'What it wants to do.';
COMMENT ON COLUMN associations.version IS 'Counts edits; sent as ETag.';
COMMENT ON COLUMN associations.registered_at IS 'When it was registered.';
COMMENT ON COLUMN associations.recorded_at IS 'When the row reached the server.';
COMMENT ON COLUMN associations.updated_at IS 'When it was last edited.';
COMMENT ON COLUMN associations.retired_on IS 'The day it ceased to exist.';
CREATE INDEX associations_office_id_idx ON associations (office_id, lower(name), id);
CREATE INDEX associations_territory_idx ON associations (territory);

CREATE TABLE association_members (
    association_id uuid NOT NULL,
    migrant_id uuid NOT NULL,
    office_held text,
    joined_on date,
    left_on date,
    CONSTRAINT association_members_pkey PRIMARY KEY (association_id, migrant_id),
    CONSTRAINT association_members_association_id_fkey FOREIGN KEY (association_id) REFERENCES associations (id),
    CONSTRAINT association_members_migrant_id_fkey FOREIGN KEY (migrant_id) REFERENCES migrants (id)
);
COMMENT ON TABLE association_members IS 'A person of an association who also has a file.';
COMMENT ON COLUMN association_members.association_id IS 'The association.';
COMMENT ON COLUMN association_members.migrant_id IS 'The person.';
COMMENT ON COLUMN association_members.office_held IS 'President, treasurer; empty for a plain member.';
COMMENT ON COLUMN association_members.joined_on IS 'Since.';
COMMENT ON COLUMN association_members.left_on IS 'Until.';
CREATE INDEX association_members_migrant_id_idx ON association_members (migrant_id);

GRANT SELECT, INSERT, UPDATE ON migrants, contact_points, identity_documents, mobility_periods, specific_needs,
    relations, consents, associations, association_members TO helpdesk_app;
GRANT SELECT, INSERT, DELETE ON migrant_search_keys TO helpdesk_app;
