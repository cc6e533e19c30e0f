-- The desks: where people come, in which zone, language and money they work, and when they are open.

CREATE TABLE offices (
    id uuid NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    parent_id uuid,
    time_zone text NOT NULL,
    languages text[] NOT NULL,
    interface_language text NOT NULL,
    currency text NOT NULL,
    territory text NOT NULL,
    address text,
    phone text,
    email text,
    hours jsonb NOT NULL DEFAULT '[]',
    own_cases_only boolean NOT NULL DEFAULT false,
    closed_on date,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT offices_pkey PRIMARY KEY (id),
    CONSTRAINT offices_code_key UNIQUE (code),
    CONSTRAINT offices_code_check CHECK (code ~ '^[A-Z]{3}$'),
    CONSTRAINT offices_kind_check CHECK (kind IN ('fixed', 'mobile_unit', 'online')),
    CONSTRAINT offices_interface_language_check CHECK (interface_language IN ('en', 'es', 'fr', 'fil')),
    CONSTRAINT offices_currency_check CHECK (currency ~ '^[A-Z]{3}$'),
    CONSTRAINT offices_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES offices (id),
    CONSTRAINT offices_territory_fkey FOREIGN KEY (territory) REFERENCES territories (code)
);
COMMENT ON TABLE offices IS 'A desk with a place, hours, time zone, languages, currency and catchment.';
COMMENT ON COLUMN offices.id IS 'UUID v7.';
COMMENT ON COLUMN offices.code IS 'Three capital letters said on the phone; begins every number the office gives.';
COMMENT ON COLUMN offices.name IS 'The name on the door.';
COMMENT ON COLUMN offices.kind IS 'fixed, mobile_unit or online.';
COMMENT ON COLUMN offices.parent_id IS 'The fixed office a mobile unit belongs to.';
COMMENT ON COLUMN offices.time_zone IS 'IANA zone; reports count days in it.';
COMMENT ON COLUMN offices.languages IS 'ISO 639-3 codes spoken at the desk, the first is its own.';
COMMENT ON COLUMN offices.interface_language IS 'en, es, fr or fil: the language of its reports.';
COMMENT ON COLUMN offices.currency IS 'ISO 4217 code.';
COMMENT ON COLUMN offices.territory IS 'Where it stands; a code of territories.';
COMMENT ON COLUMN offices.address IS 'One line for people.';
COMMENT ON COLUMN offices.phone IS 'E.164.';
COMMENT ON COLUMN offices.email IS 'The desk’s public mailbox.';
COMMENT ON COLUMN offices.hours IS 'Weekly hours: [{"day": 1..7 (Monday is 1), "from": "08:00", "until": "16:30"}].';
COMMENT ON COLUMN offices.own_cases_only IS 'Narrows its case workers to the cases they own.';
COMMENT ON COLUMN offices.closed_on IS 'The day the office ceased to take cases.';
COMMENT ON COLUMN offices.version IS 'Counts edits; sent as ETag.';
COMMENT ON COLUMN offices.created_at IS 'When the row was written.';
COMMENT ON COLUMN offices.updated_at IS 'When it was last edited.';
CREATE INDEX offices_parent_id_idx ON offices (parent_id);
CREATE INDEX offices_territory_idx ON offices (territory);

CREATE TABLE office_holidays (
    office_id uuid NOT NULL,
    day_on date NOT NULL,
    name text NOT NULL,
    CONSTRAINT office_holidays_pkey PRIMARY KEY (office_id, day_on),
    CONSTRAINT office_holidays_office_id_fkey FOREIGN KEY (office_id) REFERENCES offices (id)
);
COMMENT ON TABLE office_holidays IS 'Days an office is closed; clocks do not run on them.';
COMMENT ON COLUMN office_holidays.office_id IS 'The office.';
COMMENT ON COLUMN office_holidays.day_on IS 'The day.';
COMMENT ON COLUMN office_holidays.name IS 'What is celebrated, in the office’s language.';

CREATE TABLE number_counters (
    series text NOT NULL,
    year integer NOT NULL,
    last integer NOT NULL,
    CONSTRAINT number_counters_pkey PRIMARY KEY (series, year)
);
COMMENT ON TABLE number_counters IS 'Last number given, by series and year, so that numbers have no gaps and can be said aloud.';
COMMENT ON COLUMN number_counters.series IS 'Kind of record and office code, such as C-PIC.';
COMMENT ON COLUMN number_counters.year IS 'Calendar year in the office’s zone.';
COMMENT ON COLUMN number_counters.last IS 'The last number given.';

GRANT SELECT, INSERT, UPDATE ON offices, number_counters TO helpdesk_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON office_holidays TO helpdesk_app;
