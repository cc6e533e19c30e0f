-- Words and places every other table points at: code lists with labels in four languages, countries, languages, and
-- the official territories of the countries where desks work.
--
-- Why tables and not enums: an office must be able to relabel a word or retire one without a release, and a report of
-- last year must still be able to name a code that is retired today. So a code is never deleted.
-- Why a territory keeps its whole lineage: a report by province must count the people of each parish below it with one
-- index lookup, not with a walk up the tree.
-- The rows come from data/reference, travel in the binary and are loaded by the owner of the schema; the application
-- may change the code lists only.

CREATE TABLE code_lists (
    list text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT code_lists_pkey PRIMARY KEY (list),
    CONSTRAINT code_lists_list_check CHECK (list ~ '^[a-z][a-z_]{0,62}$')
);
COMMENT ON TABLE code_lists IS 'The lists of coded words, such as service or mobility.';
COMMENT ON COLUMN code_lists.list IS 'Name of the list, snake case; part of the API.';
COMMENT ON COLUMN code_lists.created_at IS 'When the list was first loaded.';

CREATE TABLE codes (
    list text NOT NULL,
    code text NOT NULL,
    parent text,
    "position" integer NOT NULL,
    label_en text NOT NULL,
    label_es text NOT NULL,
    label_fr text NOT NULL,
    label_fil text NOT NULL,
    standard text,
    restricted boolean NOT NULL DEFAULT false,
    retired_on date,
    shipped boolean NOT NULL DEFAULT false,
    version integer NOT NULL DEFAULT 1,
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT codes_pkey PRIMARY KEY (list, code),
    CONSTRAINT codes_list_fkey FOREIGN KEY (list) REFERENCES code_lists (list),
    CONSTRAINT codes_parent_fkey FOREIGN KEY (list, parent) REFERENCES codes (list, code) DEFERRABLE INITIALLY IMMEDIATE,
    CONSTRAINT codes_code_check CHECK (code ~ '^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$'),
    CONSTRAINT codes_parent_check CHECK (parent <> code),
    CONSTRAINT codes_labels_check CHECK (btrim(label_en) <> '' AND btrim(label_es) <> '' AND btrim(label_fr) <> '' AND btrim(label_fil) <> ''),
    CONSTRAINT codes_version_check CHECK (version >= 1)
);
CREATE INDEX codes_list_parent_idx ON codes (list, parent);
COMMENT ON TABLE codes IS 'The words of each list. A code is retired, never deleted: old records keep their meaning.';
COMMENT ON COLUMN codes.list IS 'The list the code belongs to.';
COMMENT ON COLUMN codes.code IS 'The code stored in records; unique within its list and never reused.';
COMMENT ON COLUMN codes.parent IS 'The wider code of the same list, such as LAB for LAB-WAG; null at the top.';
COMMENT ON COLUMN codes."position" IS 'Order on screen within the list, ascending.';
COMMENT ON COLUMN codes.label_en IS 'Label in English.';
COMMENT ON COLUMN codes.label_es IS 'Label in Spanish.';
COMMENT ON COLUMN codes.label_fr IS 'Label in French.';
COMMENT ON COLUMN codes.label_fil IS 'Label in Filipino.';
COMMENT ON COLUMN codes.standard IS 'The external standard the code stems from, for exchange; null for a word of our own.';
COMMENT ON COLUMN codes.restricted IS 'True when knowing it of a person can endanger the person: only permitted staff and the own worker see it.';
COMMENT ON COLUMN codes.retired_on IS 'First day on which the code may no longer be chosen; null while in use.';
COMMENT ON COLUMN codes.shipped IS 'True while the row is as a release brought it: a later release may then correct it. An administrator''s change makes it false for good.';
COMMENT ON COLUMN codes.version IS 'Counts changes; two people editing the same code cannot overwrite each other.';
COMMENT ON COLUMN codes.updated_at IS 'When the row last changed.';

CREATE TABLE countries (
    code text NOT NULL,
    alpha3 text NOT NULL,
    label_en text NOT NULL,
    label_es text NOT NULL,
    label_fr text NOT NULL,
    label_fil text NOT NULL,
    CONSTRAINT countries_pkey PRIMARY KEY (code),
    CONSTRAINT countries_alpha3_key UNIQUE (alpha3),
    CONSTRAINT countries_code_check CHECK (code ~ '^[A-Z]{2}$'),
    CONSTRAINT countries_alpha3_check CHECK (alpha3 ~ '^[A-Z]{3}$')
);
COMMENT ON TABLE countries IS 'Countries of ISO 3166-1, for nationality, country of work and place of birth.';
COMMENT ON COLUMN countries.code IS 'ISO 3166-1 alpha-2.';
COMMENT ON COLUMN countries.alpha3 IS 'ISO 3166-1 alpha-3, as donors'' tables ask for it.';
COMMENT ON COLUMN countries.label_en IS 'Name in English.';
COMMENT ON COLUMN countries.label_es IS 'Name in Spanish.';
COMMENT ON COLUMN countries.label_fr IS 'Name in French.';
COMMENT ON COLUMN countries.label_fil IS 'Name in Filipino.';

CREATE TABLE languages (
    code text NOT NULL,
    label_en text NOT NULL,
    label_es text NOT NULL,
    label_fr text NOT NULL,
    label_fil text NOT NULL,
    CONSTRAINT languages_pkey PRIMARY KEY (code),
    CONSTRAINT languages_code_check CHECK (code ~ '^[a-z]{3}$')
);
COMMENT ON TABLE languages IS 'Languages people speak or sign. The few a desk meets daily are also the code list language.';
COMMENT ON COLUMN languages.code IS 'ISO 639-3.';
COMMENT ON COLUMN languages.label_en IS 'Name in English.';
COMMENT ON COLUMN languages.label_es IS 'Name in Spanish; in English where none is known.';
COMMENT ON COLUMN languages.label_fr IS 'Name in French; in English where none is known.';
COMMENT ON COLUMN languages.label_fil IS 'Name in Filipino; in English where none is known.';

CREATE TABLE territories (
    code text NOT NULL,
    country text NOT NULL,
    official_code text NOT NULL,
    level_name text NOT NULL,
    depth smallint NOT NULL,
    name text NOT NULL,
    parent text,
    lineage text[] NOT NULL,
    search_key text NOT NULL,
    CONSTRAINT territories_pkey PRIMARY KEY (code),
    CONSTRAINT territories_country_fkey FOREIGN KEY (country) REFERENCES countries (code),
    CONSTRAINT territories_parent_fkey FOREIGN KEY (parent) REFERENCES territories (code) DEFERRABLE INITIALLY IMMEDIATE,
    CONSTRAINT territories_code_check CHECK (code = country || '-' || official_code),
    CONSTRAINT territories_depth_check CHECK (depth >= 1 AND (depth = 1) = (parent IS NULL)),
    CONSTRAINT territories_lineage_check CHECK (cardinality(lineage) = depth AND lineage[depth] = code AND lineage[depth - 1] IS NOT DISTINCT FROM parent),
    CONSTRAINT territories_search_key_check CHECK (search_key ~ '^[a-z0-9]+( [a-z0-9]+)*$')
);
CREATE INDEX territories_parent_idx ON territories (parent);
CREATE INDEX territories_country_search_key_idx ON territories (country, search_key text_pattern_ops);
CREATE INDEX territories_lineage_idx ON territories USING gin (lineage);
COMMENT ON TABLE territories IS 'Official places, from region or province down to parish, commune or barangay. Names repeat (there are three towns called Naga): records store the code.';
COMMENT ON COLUMN territories.code IS 'Country and official code, as in EC-170150 or PH-0501724000.';
COMMENT ON COLUMN territories.country IS 'The country it lies in.';
COMMENT ON COLUMN territories.official_code IS 'The code of the source: INEC (EC), PSGC (PH), national code (CR), the source file''s own (SN).';
COMMENT ON COLUMN territories.level_name IS 'What the country calls this kind of place, such as canton, departement, barangay.';
COMMENT ON COLUMN territories.depth IS '1 for a region or province at the top, 2 for what lies in it, and so on.';
COMMENT ON COLUMN territories.name IS 'Official name, NFC.';
COMMENT ON COLUMN territories.parent IS 'The territory it lies in; null at the top of a country.';
COMMENT ON COLUMN territories.lineage IS 'Codes from the top of the country down to this one, itself included.';
COMMENT ON COLUMN territories.search_key IS 'The name in lower-case ASCII without accents or punctuation, single spaces; computed by the service.';

CREATE TABLE reference_loads (
    name text NOT NULL,
    content_hash text NOT NULL,
    loaded_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT reference_loads_pkey PRIMARY KEY (name)
);
COMMENT ON TABLE reference_loads IS 'Which edition of each reference file is loaded, so that an unchanged one is skipped at start.';
COMMENT ON COLUMN reference_loads.name IS 'The file: codes, countries, languages, territories.';
COMMENT ON COLUMN reference_loads.content_hash IS 'SHA-256 of the file and of the loader''s edition, in hexadecimal.';
COMMENT ON COLUMN reference_loads.loaded_at IS 'When it was loaded.';

GRANT SELECT ON code_lists, codes, countries, languages, territories, reference_loads TO helpdesk_app;
GRANT INSERT, UPDATE ON code_lists, codes TO helpdesk_app;
