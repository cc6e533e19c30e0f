-- That a sealed case exists is told by no grant and no notice, and a partner's sight of a referral ends 30 days after it.

-- What tells who was let into a case tells that it is sealed: an account sees its own grants. Those of others are read as
-- the system, once the case was found as the one who asks. They are written for cases of the own offices.
ALTER POLICY case_grants_wall ON case_grants USING (
    (SELECT app_kind()) = 'system'
    OR ((SELECT app_kind()) = 'staff' AND staff_id = (SELECT app_staff()))
) WITH CHECK (
    (SELECT app_kind()) = 'system'
    OR ((SELECT app_kind()) = 'staff' AND (staff_id = (SELECT app_staff()) OR office_id = ANY ((SELECT app_offices())::uuid[])))
);

-- A notice says itself that its case is sealed: who is no part of the case cannot ask it.
ALTER TABLE notices ADD COLUMN behind_seal boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN notices.behind_seal IS 'The case is sealed: that the notice exists is for those let into it, and for the agency it went to.';
-- Kept by the database: whoever writes a notice or seals a case need not see the other, so it looks as the system.
CREATE FUNCTION seal_new_notice() RETURNS trigger LANGUAGE plpgsql
    AS $$ DECLARE asker text := coalesce(current_setting('app.kind', true), ''); BEGIN
        PERFORM set_config('app.kind', 'system', true);
        NEW.behind_seal := coalesce((SELECT c.sealed FROM cases c WHERE c.id = NEW.case_id), false);
        PERFORM set_config('app.kind', asker, true);
        RETURN NEW;
    END $$;
COMMENT ON FUNCTION seal_new_notice() IS 'Puts a new notice about a sealed case behind its seal.';
CREATE TRIGGER notices_seal BEFORE INSERT ON notices FOR EACH ROW WHEN (NEW.case_id IS NOT NULL)
    EXECUTE FUNCTION seal_new_notice();
CREATE FUNCTION seal_notices_of_case() RETURNS trigger LANGUAGE plpgsql
    AS $$ DECLARE asker text := coalesce(current_setting('app.kind', true), ''); BEGIN
        PERFORM set_config('app.kind', 'system', true);
        UPDATE notices SET behind_seal = NEW.sealed WHERE case_id = NEW.id;
        PERFORM set_config('app.kind', asker, true);
        RETURN NULL;
    END $$;
COMMENT ON FUNCTION seal_notices_of_case() IS 'Puts the notices about a case behind its seal, or takes them out.';
CREATE TRIGGER cases_seal AFTER UPDATE OF sealed ON cases FOR EACH ROW WHEN (NEW.sealed IS DISTINCT FROM OLD.sealed)
    EXECUTE FUNCTION seal_notices_of_case();
SELECT set_config('app.kind', 'system', true);
UPDATE notices SET behind_seal = true WHERE case_id IN (SELECT id FROM cases WHERE sealed);
SELECT set_config('app.kind', '', true);

ALTER POLICY notices_read ON notices USING (
    (SELECT app_kind()) = 'system'
    OR ((SELECT app_kind()) = 'partner' AND to_agency_id = (SELECT app_agency()))
    OR (((SELECT app_role()) = 'system_admin' OR to_staff_id = (SELECT app_staff())
         OR ((SELECT app_kind()) = 'staff' AND office_id = ANY ((SELECT app_offices())::uuid[])))
        AND (NOT behind_seal OR case_id IN (
            SELECT g.case_id FROM case_grants g
            WHERE g.staff_id = (SELECT app_staff()) AND g.expires_at > (SELECT app_now()) AND g.kind = 'sealed')))
);
ALTER POLICY notices_change ON notices USING (
    (SELECT app_kind()) = 'system'
    OR (((SELECT app_role()) = 'system_admin' OR to_staff_id = (SELECT app_staff())
         OR ((SELECT app_kind()) = 'staff' AND office_id = ANY ((SELECT app_offices())::uuid[])))
        AND (NOT behind_seal OR case_id IN (
            SELECT g.case_id FROM case_grants g
            WHERE g.staff_id = (SELECT app_staff()) AND g.expires_at > (SELECT app_now()) AND g.kind = 'sealed')))
);

ALTER POLICY referrals_wall ON referrals USING (
    (SELECT app_kind()) = 'system'
    OR ((SELECT app_kind()) = 'partner' AND agency_id = (SELECT app_agency()) AND sent_at IS NOT NULL
        AND (ended_at IS NULL OR ended_at > (SELECT app_now()) - interval '30 days'))
    OR ((SELECT app_kind()) = 'link' AND id = (SELECT app_referral()) AND agency_id = (SELECT app_agency()) AND sent_at IS NOT NULL)
    OR ((SELECT app_kind()) = 'staff' AND EXISTS (SELECT 1 FROM cases c WHERE c.id = referrals.case_id))
);

-- A sealed case whose last grant ran out is seen by nobody, so nobody can let anybody in. Two persons of its office do it
-- together: one asks by the case's number, another decides. The number is kept as it was typed: whether there is such a
-- case is looked up only at the decision, so that asking alone tells nothing.
CREATE TABLE seal_requests (
    id uuid NOT NULL,
    office_id uuid NOT NULL,
    case_number text NOT NULL,
    staff_id uuid NOT NULL,
    reason text NOT NULL,
    days integer NOT NULL,
    asked_by uuid NOT NULL,
    asked_at timestamptz NOT NULL,
    outcome text,
    decided_by uuid,
    decided_at timestamptz,
    CONSTRAINT seal_requests_pkey PRIMARY KEY (id),
    CONSTRAINT seal_requests_office_id_fkey FOREIGN KEY (office_id) REFERENCES offices (id),
    CONSTRAINT seal_requests_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES staff (id),
    CONSTRAINT seal_requests_asked_by_fkey FOREIGN KEY (asked_by) REFERENCES staff (id),
    CONSTRAINT seal_requests_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES staff (id),
    CONSTRAINT seal_requests_outcome_check CHECK (outcome IN ('granted', 'refused')),
    CONSTRAINT seal_requests_decided_check CHECK ((outcome IS NULL) = (decided_by IS NULL) AND (outcome IS NULL) = (decided_at IS NULL)),
    CONSTRAINT seal_requests_two_check CHECK (outcome IS DISTINCT FROM 'granted' OR decided_by NOT IN (asked_by, staff_id))
);
COMMENT ON TABLE seal_requests IS 'Wishes to be let into a sealed case that nobody is let into any more; granted by a second person.';
COMMENT ON COLUMN seal_requests.id IS 'UUID v7.';
COMMENT ON COLUMN seal_requests.office_id IS 'The office that is thought to hold the case.';
COMMENT ON COLUMN seal_requests.case_number IS 'As it was typed; it need not be the number of a case.';
COMMENT ON COLUMN seal_requests.staff_id IS 'Who is to be let in.';
COMMENT ON COLUMN seal_requests.reason IS 'Why.';
COMMENT ON COLUMN seal_requests.days IS 'For how many days.';
COMMENT ON COLUMN seal_requests.asked_by IS 'Who asks.';
COMMENT ON COLUMN seal_requests.asked_at IS 'When; a week later it can no longer be granted.';
COMMENT ON COLUMN seal_requests.outcome IS 'granted or refused; null while nobody has decided.';
COMMENT ON COLUMN seal_requests.decided_by IS 'Who decided; neither who asked nor who is let in.';
COMMENT ON COLUMN seal_requests.decided_at IS 'When.';
CREATE INDEX seal_requests_office_id_idx ON seal_requests (office_id, asked_at);
CREATE INDEX seal_requests_staff_id_idx ON seal_requests (staff_id);
CREATE INDEX seal_requests_asked_by_idx ON seal_requests (asked_by);
CREATE INDEX seal_requests_decided_by_idx ON seal_requests (decided_by);
ALTER TABLE seal_requests ENABLE ROW LEVEL SECURITY;
ALTER TABLE seal_requests FORCE ROW LEVEL SECURITY;
CREATE POLICY seal_requests_wall ON seal_requests USING (
    (SELECT app_kind()) = 'system'
    OR ((SELECT app_role()) IN ('supervisor', 'manager') AND office_id = ANY ((SELECT app_offices())::uuid[]))
);
GRANT SELECT, INSERT, UPDATE ON seal_requests TO helpdesk_app;

COMMENT ON COLUMN receipts.body_hash IS 'SHA-256 of the path, and of the body with its keys in order.';
