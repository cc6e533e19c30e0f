-- Which agencies the whole world may see in the open directory (HSDS), and how much of each. Nothing is shown unless somebody
-- said so: the address of a shelter, or a phone that only desks may ring, can put people in danger.

CREATE TABLE agency_publications (
    agency_id uuid NOT NULL,
    facts text[] NOT NULL DEFAULT '{}',
    hidden_services uuid[] NOT NULL DEFAULT '{}',
    published_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT agency_publications_pkey PRIMARY KEY (agency_id),
    CONSTRAINT agency_publications_facts_check CHECK (facts <@ ARRAY['phone', 'address', 'mailbox']),
    CONSTRAINT agency_publications_agency_id_fkey FOREIGN KEY (agency_id) REFERENCES agencies (id)
);
COMMENT ON TABLE agency_publications IS 'Agencies in the open directory; an agency without a row is not in it.';
COMMENT ON COLUMN agency_publications.agency_id IS 'The agency.';
COMMENT ON COLUMN agency_publications.facts IS 'What is shown beyond name, website and services: phone, address, mailbox.';
COMMENT ON COLUMN agency_publications.hidden_services IS 'Services of it that are not shown.';
COMMENT ON COLUMN agency_publications.published_at IS 'Since when it is shown.';
COMMENT ON COLUMN agency_publications.updated_at IS 'When what is shown of it was last changed.';

GRANT SELECT, INSERT, UPDATE, DELETE ON agency_publications TO helpdesk_app;

-- An agency's system asks again and again what has changed since it asked last.
CREATE INDEX referrals_agency_updated_idx ON referrals (agency_id, updated_at, id);
