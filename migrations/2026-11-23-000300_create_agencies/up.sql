-- Partner agencies and what they offer: whom to send a need to. Comes before staff, because partners have accounts.

CREATE TABLE agencies (
    id uuid NOT NULL,
    name text NOT NULL,
    acronym text,
    type text NOT NULL,
    mailbox text NOT NULL,
    language text NOT NULL,
    phone text,
    website text,
    address text,
    territory text,
    time_zone text NOT NULL,
    hours jsonb NOT NULL DEFAULT '[]',
    notes text,
    retired_on date,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT agencies_pkey PRIMARY KEY (id),
    CONSTRAINT agencies_language_check CHECK (language IN ('en', 'es', 'fr', 'fil')),
    CONSTRAINT agencies_territory_fkey FOREIGN KEY (territory) REFERENCES territories (code)
);
COMMENT ON TABLE agencies IS 'A partner organisation that receives referrals in one registered mailbox.';
COMMENT ON COLUMN agencies.id IS 'UUID v7.';
COMMENT ON COLUMN agencies.name IS 'Full name.';
COMMENT ON COLUMN agencies.acronym IS 'How people call it.';
COMMENT ON COLUMN agencies.type IS 'A code of list partner_type.';
COMMENT ON COLUMN agencies.mailbox IS 'The one registered mailbox for notices and one-time codes.';
COMMENT ON COLUMN agencies.language IS 'en, es, fr or fil: the language of its notices.';
COMMENT ON COLUMN agencies.phone IS 'E.164.';
COMMENT ON COLUMN agencies.website IS 'Public address.';
COMMENT ON COLUMN agencies.address IS 'One line for people.';
COMMENT ON COLUMN agencies.territory IS 'Where it stands; a code of territories.';
COMMENT ON COLUMN agencies.time_zone IS 'IANA zone of its hours.';
COMMENT ON COLUMN agencies.hours IS 'Weekly hours, as in offices.hours.';
COMMENT ON COLUMN agencies.notes IS 'What desks know about working with it; not shown to the partner.';
COMMENT ON COLUMN agencies.retired_on IS 'The day it ceased to be a partner.';
COMMENT ON COLUMN agencies.version IS 'Counts edits; sent as ETag.';
COMMENT ON COLUMN agencies.created_at IS 'When the row was written.';
COMMENT ON COLUMN agencies.updated_at IS 'When it was last edited.';
CREATE UNIQUE INDEX agencies_mailbox_key ON agencies (lower(mailbox)) WHERE retired_on IS NULL;
CREATE INDEX agencies_name_idx ON agencies (lower(name), id);
CREATE INDEX agencies_territory_idx ON agencies (territory);

CREATE TABLE agency_contacts (
    id uuid NOT NULL,
    agency_id uuid NOT NULL,
    name text NOT NULL,
    title text,
    phone text,
    email text,
    ended_on date,
    CONSTRAINT agency_contacts_pkey PRIMARY KEY (id),
    CONSTRAINT agency_contacts_agency_id_fkey FOREIGN KEY (agency_id) REFERENCES agencies (id)
);
COMMENT ON TABLE agency_contacts IS 'People to phone at an agency.';
COMMENT ON COLUMN agency_contacts.id IS 'UUID v7.';
COMMENT ON COLUMN agency_contacts.agency_id IS 'The agency.';
COMMENT ON COLUMN agency_contacts.name IS 'Whom to ask for.';
COMMENT ON COLUMN agency_contacts.title IS 'What they do there.';
COMMENT ON COLUMN agency_contacts.phone IS 'E.164.';
COMMENT ON COLUMN agency_contacts.email IS 'Their own mailbox; notices never go there.';
COMMENT ON COLUMN agency_contacts.ended_on IS 'The day they ceased to be a contact.';
CREATE INDEX agency_contacts_agency_id_idx ON agency_contacts (agency_id);

CREATE TABLE agency_services (
    id uuid NOT NULL,
    agency_id uuid NOT NULL,
    name text NOT NULL,
    description text,
    codes text[] NOT NULL,
    territories text[] NOT NULL,
    sexes smallint[] NOT NULL DEFAULT '{}',
    min_age smallint,
    max_age smallint,
    mobility text[] NOT NULL DEFAULT '{}',
    languages text[] NOT NULL DEFAULT '{}',
    hours jsonb NOT NULL DEFAULT '[]',
    required_documents text[] NOT NULL DEFAULT '{}',
    cost text,
    capacity text NOT NULL DEFAULT 'unknown',
    capacity_at timestamptz,
    last_confirmed_on date,
    retired_on date,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT agency_services_pkey PRIMARY KEY (id),
    CONSTRAINT agency_services_agency_id_fkey FOREIGN KEY (agency_id) REFERENCES agencies (id),
    CONSTRAINT agency_services_codes_check CHECK (cardinality(codes) > 0),
    CONSTRAINT agency_services_territories_check CHECK (cardinality(territories) > 0),
    CONSTRAINT agency_services_capacity_check CHECK (capacity IN ('open', 'limited', 'full', 'unknown')),
    CONSTRAINT agency_services_ages_check CHECK (min_age >= 0 AND max_age <= 130 AND min_age <= max_age)
);
COMMENT ON TABLE agency_services IS 'Something an agency offers, with whom it serves, where, when and how full it is.';
COMMENT ON COLUMN agency_services.id IS 'UUID v7.';
COMMENT ON COLUMN agency_services.agency_id IS 'The agency.';
COMMENT ON COLUMN agency_services.name IS 'The service’s name in the agency’s language.';
COMMENT ON COLUMN agency_services.description IS 'What a person can expect.';
COMMENT ON COLUMN agency_services.codes IS 'Codes of list service that it covers; a parent covers its children.';
COMMENT ON COLUMN agency_services.territories IS 'Codes of territories it covers; a place covers all below it.';
COMMENT ON COLUMN agency_services.sexes IS 'ISO 5218 sexes it serves; empty means all.';
COMMENT ON COLUMN agency_services.min_age IS 'Youngest age served, in years.';
COMMENT ON COLUMN agency_services.max_age IS 'Oldest age served, in years.';
COMMENT ON COLUMN agency_services.mobility IS 'Mobility categories it serves; empty means all.';
COMMENT ON COLUMN agency_services.languages IS 'ISO 639-3 codes it can work in.';
COMMENT ON COLUMN agency_services.hours IS 'Weekly hours, as in offices.hours; empty means the agency’s.';
COMMENT ON COLUMN agency_services.required_documents IS 'Codes of list document the person must bring.';
COMMENT ON COLUMN agency_services.cost IS 'What it costs the person; empty means free.';
COMMENT ON COLUMN agency_services.capacity IS 'open, limited, full or unknown.';
COMMENT ON COLUMN agency_services.capacity_at IS 'When capacity was last told.';
COMMENT ON COLUMN agency_services.last_confirmed_on IS 'When the entry was last confirmed to be true.';
COMMENT ON COLUMN agency_services.retired_on IS 'The day it ceased to be offered.';
COMMENT ON COLUMN agency_services.version IS 'Counts edits; sent as ETag.';
COMMENT ON COLUMN agency_services.created_at IS 'When the row was written.';
COMMENT ON COLUMN agency_services.updated_at IS 'When it was last edited.';
CREATE INDEX agency_services_agency_id_idx ON agency_services (agency_id);
CREATE INDEX agency_services_codes_idx ON agency_services USING gin (codes);
CREATE INDEX agency_services_territories_idx ON agency_services USING gin (territories);

GRANT SELECT, INSERT, UPDATE ON agencies, agency_contacts, agency_services TO helpdesk_app;
