-- Webhooks: other people's systems are told what happens to referrals, each delivery with its ledger. What is sent names
-- referrals by id and number and never a person.

CREATE TABLE webhooks (
    id uuid NOT NULL,
    agency_id uuid,
    owner_id uuid NOT NULL,
    url text NOT NULL,
    description text,
    events text[] NOT NULL DEFAULT '{}',
    secret bytea NOT NULL,
    previous_secret bytea,
    previous_until timestamptz,
    failing_since timestamptz,
    disabled_at timestamptz,
    disabled_because text,
    removed_at timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT webhooks_pkey PRIMARY KEY (id),
    CONSTRAINT webhooks_disabled_because_check CHECK (disabled_because IN ('asked', 'failing', 'gone')),
    CONSTRAINT webhooks_disabled_check CHECK ((disabled_at IS NULL) = (disabled_because IS NULL)),
    CONSTRAINT webhooks_previous_check CHECK ((previous_secret IS NULL) = (previous_until IS NULL)),
    CONSTRAINT webhooks_agency_id_fkey FOREIGN KEY (agency_id) REFERENCES agencies (id),
    CONSTRAINT webhooks_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES staff (id)
);
COMMENT ON TABLE webhooks IS 'Addresses that are told what happens to referrals: of an agency, its own; of the installation, all.';
COMMENT ON COLUMN webhooks.id IS 'UUID v7.';
COMMENT ON COLUMN webhooks.agency_id IS 'The agency whose referrals it hears of; empty for one of the installation.';
COMMENT ON COLUMN webhooks.owner_id IS 'Who registered it and is told when it is switched off.';
COMMENT ON COLUMN webhooks.url IS 'Where messages go.';
COMMENT ON COLUMN webhooks.description IS 'What it is for.';
COMMENT ON COLUMN webhooks.events IS 'Which events it hears of; empty means all.';
COMMENT ON COLUMN webhooks.secret IS 'What messages are signed with, encrypted for this row.';
COMMENT ON COLUMN webhooks.previous_secret IS 'The one before it, encrypted for this row; signs too until previous_until.';
COMMENT ON COLUMN webhooks.previous_until IS 'Until when the previous secret signs too.';
COMMENT ON COLUMN webhooks.failing_since IS 'Since when nothing has arrived there; empty while the last message did.';
COMMENT ON COLUMN webhooks.disabled_at IS 'When it was switched off.';
COMMENT ON COLUMN webhooks.disabled_because IS 'asked: by hand; failing: nothing arrived for days; gone: the receiver said 410.';
COMMENT ON COLUMN webhooks.removed_at IS 'When it was taken away; kept for its ledger, without its secrets.';
COMMENT ON COLUMN webhooks.created_at IS 'When it was registered.';
COMMENT ON COLUMN webhooks.updated_at IS 'When it was last edited.';
COMMENT ON COLUMN webhooks.version IS 'Counts edits; sent as ETag.';
CREATE INDEX webhooks_agency_id_idx ON webhooks (agency_id) WHERE removed_at IS NULL;
CREATE INDEX webhooks_owner_id_idx ON webhooks (owner_id);

CREATE TABLE webhook_deliveries (
    id uuid NOT NULL,
    webhook_id uuid NOT NULL,
    event text NOT NULL,
    referral_id uuid,
    body text NOT NULL,
    state text NOT NULL DEFAULT 'queued',
    attempts integer NOT NULL DEFAULT 0,
    last_status smallint,
    last_answer text,
    last_tried_at timestamptz,
    delivered_at timestamptz,
    created_at timestamptz NOT NULL,
    CONSTRAINT webhook_deliveries_pkey PRIMARY KEY (id),
    CONSTRAINT webhook_deliveries_state_check CHECK (state IN ('queued', 'deferred', 'delivered', 'failed', 'dropped')),
    CONSTRAINT webhook_deliveries_webhook_id_fkey FOREIGN KEY (webhook_id) REFERENCES webhooks (id),
    CONSTRAINT webhook_deliveries_referral_id_fkey FOREIGN KEY (referral_id) REFERENCES referrals (id)
);
COMMENT ON TABLE webhook_deliveries IS 'One message to one webhook, and whether it arrived.';
COMMENT ON COLUMN webhook_deliveries.id IS 'UUID v7; the header webhook-id, the same at every try.';
COMMENT ON COLUMN webhook_deliveries.webhook_id IS 'The webhook.';
COMMENT ON COLUMN webhook_deliveries.event IS 'What happened, such as referral.accepted, or ping.';
COMMENT ON COLUMN webhook_deliveries.referral_id IS 'To which referral; empty for a ping.';
COMMENT ON COLUMN webhook_deliveries.body IS 'What is sent, byte for byte; no personal data.';
COMMENT ON COLUMN webhook_deliveries.state IS 'queued, deferred, delivered, failed or dropped.';
COMMENT ON COLUMN webhook_deliveries.attempts IS 'How often it was sent.';
COMMENT ON COLUMN webhook_deliveries.last_status IS 'The HTTP status of the last answer; empty when there was none.';
COMMENT ON COLUMN webhook_deliveries.last_answer IS 'The beginning of the last answer, or why there was none.';
COMMENT ON COLUMN webhook_deliveries.last_tried_at IS 'When it was last sent.';
COMMENT ON COLUMN webhook_deliveries.delivered_at IS 'When it was taken.';
COMMENT ON COLUMN webhook_deliveries.created_at IS 'When it was promised.';
CREATE INDEX webhook_deliveries_webhook_idx ON webhook_deliveries (webhook_id, created_at, id);
CREATE INDEX webhook_deliveries_referral_id_idx ON webhook_deliveries (referral_id) WHERE referral_id IS NOT NULL;

ALTER TABLE webhooks ENABLE ROW LEVEL SECURITY;
ALTER TABLE webhooks FORCE ROW LEVEL SECURITY;
CREATE POLICY webhooks_wall ON webhooks USING (
    (SELECT app_kind()) = 'system'
    OR ((SELECT app_kind()) = 'partner' AND agency_id = (SELECT app_agency()))
    OR ((SELECT app_role()) = 'system_admin' AND agency_id IS NULL)
);
ALTER TABLE webhook_deliveries ENABLE ROW LEVEL SECURITY;
ALTER TABLE webhook_deliveries FORCE ROW LEVEL SECURITY;
CREATE POLICY webhook_deliveries_wall ON webhook_deliveries USING (
    (SELECT app_kind()) = 'system' OR EXISTS (SELECT 1 FROM webhooks w WHERE w.id = webhook_deliveries.webhook_id)
);

GRANT SELECT, INSERT, UPDATE ON webhooks, webhook_deliveries TO helpdesk_app;
