-- A directory that stays true: where a full mark comes from, when an agency was asked to confirm its entry and by which
-- link, the key an import finds an agency by, and what became of an agency that was entered twice.

ALTER TABLE agency_services
    ADD COLUMN capacity_from text NOT NULL DEFAULT 'told',
    ADD CONSTRAINT agency_services_capacity_from_check CHECK (capacity_from IN ('told', 'declines'));
COMMENT ON COLUMN agency_services.capacity_from IS 'told: somebody said so; declines: concluded from two refusals for want of room within a week.';
CREATE INDEX agency_services_concluded_idx ON agency_services (capacity_at) WHERE capacity_from = 'declines';

ALTER TABLE agencies
    ADD COLUMN external_key text,
    ADD COLUMN confirm_asked_at timestamptz,
    ADD COLUMN confirm_asks smallint NOT NULL DEFAULT 0,
    ADD COLUMN merged_into uuid,
    ADD CONSTRAINT agencies_external_key_key UNIQUE (external_key),
    ADD CONSTRAINT agencies_merged_into_fkey FOREIGN KEY (merged_into) REFERENCES agencies (id),
    ADD CONSTRAINT agencies_merged_check CHECK (merged_into IS NULL OR (merged_into <> id AND retired_on IS NOT NULL));
COMMENT ON COLUMN agencies.external_key IS 'Its key in another register; an import finds it by this.';
COMMENT ON COLUMN agencies.confirm_asked_at IS 'When it was last asked whether its entry is still true.';
COMMENT ON COLUMN agencies.confirm_asks IS 'How often it was asked since its entry was last confirmed.';
COMMENT ON COLUMN agencies.merged_into IS 'The agency that this one turned out to be; it goes on there.';
CREATE INDEX agencies_merged_into_idx ON agencies (merged_into) WHERE merged_into IS NOT NULL;

CREATE TABLE confirmation_links (
    id uuid NOT NULL,
    agency_id uuid NOT NULL,
    token_hash bytea,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    CONSTRAINT confirmation_links_pkey PRIMARY KEY (id),
    CONSTRAINT confirmation_links_token_hash_key UNIQUE (token_hash),
    CONSTRAINT confirmation_links_agency_id_fkey FOREIGN KEY (agency_id) REFERENCES agencies (id)
);
COMMENT ON TABLE confirmation_links IS 'Links by which an agency confirms its directory entry without an account, and nothing else.';
COMMENT ON COLUMN confirmation_links.id IS 'UUID v7.';
COMMENT ON COLUMN confirmation_links.agency_id IS 'Whose entry.';
COMMENT ON COLUMN confirmation_links.token_hash IS 'SHA-256 of the secret in the link; empty until the mail is written.';
COMMENT ON COLUMN confirmation_links.created_at IS 'When the agency was asked.';
COMMENT ON COLUMN confirmation_links.expires_at IS 'Until when it opens the page.';
COMMENT ON COLUMN confirmation_links.used_at IS 'When the answer came.';
CREATE INDEX confirmation_links_agency_id_idx ON confirmation_links (agency_id, created_at);

GRANT SELECT, INSERT, UPDATE ON confirmation_links TO helpdesk_app;
