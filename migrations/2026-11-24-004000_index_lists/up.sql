-- Every order a list can be asked in has an index that gives it, for one office and for all: a page of fifty reads
-- fifty rows, whether there are a thousand or a million.
CREATE INDEX cases_office_opened_any_idx ON cases (office_id, opened_at, id);
CREATE INDEX cases_office_due_any_idx ON cases (office_id, due_at, id);
CREATE INDEX cases_office_number_idx ON cases (office_id, number, id);
CREATE INDEX cases_opened_idx ON cases (opened_at, id);
CREATE INDEX cases_due_idx ON cases (due_at, id);
CREATE INDEX cases_updated_idx ON cases (updated_at, id);
CREATE INDEX cases_number_id_idx ON cases (number, id);
CREATE INDEX cases_status_opened_idx ON cases (status, opened_at, id);
CREATE INDEX cases_status_due_idx ON cases (status, due_at, id);

CREATE INDEX referrals_created_idx ON referrals (created_at, id);
CREATE INDEX referrals_decide_by_idx ON referrals (decide_by, id) WHERE decide_by IS NOT NULL;
CREATE INDEX referrals_due_idx ON referrals (due_at, id) WHERE due_at IS NOT NULL;
CREATE INDEX referrals_state_created_idx ON referrals (state, created_at, id);
CREATE INDEX referrals_state_decide_by_idx ON referrals (state, decide_by, id) WHERE decide_by IS NOT NULL;
-- Answers that nobody at the desk has read: few, and looked for all day.
CREATE INDEX referrals_unread_idx ON referrals (created_at, id)
    WHERE answer_read_at IS NULL AND state NOT IN ('draft', 'sent', 'acknowledged', 'entered_in_error');

CREATE INDEX notices_created_idx ON notices (created_at, id);
CREATE INDEX migrants_registered_idx ON migrants (registered_at, id);
CREATE INDEX migrants_registered_by_idx ON migrants (registered_by, registered_at, id);
CREATE INDEX migrants_unverified_idx ON migrants (registered_at, id) WHERE unverified;

-- The second wall as before, written as cases: of (SELECT f()) = 'x' the planner supposes that one row in two hundred
-- passes, and then sorts a whole table for a page of fifty. Of a CASE it supposes one in two, and walks the index.
ALTER POLICY cases_wall ON cases USING (
    CASE (SELECT app_kind())
        WHEN 'system' THEN true
        WHEN 'staff' THEN
            (NOT sealed AND office_id = ANY ((SELECT app_offices())::uuid[]))
            OR (NOT sealed AND id IN (
                SELECT g.case_id FROM case_grants g
                WHERE g.staff_id = (SELECT app_staff()) AND g.expires_at > (SELECT app_now())))
            OR id IN (
                SELECT g.case_id FROM case_grants g
                WHERE g.staff_id = (SELECT app_staff()) AND g.expires_at > (SELECT app_now()) AND g.kind = 'sealed')
        ELSE false
    END
);
-- A value and not EXISTS: EXISTS may be answered by reading every case first, which a list of fifty must not wait for.
ALTER POLICY referrals_wall ON referrals USING (
    CASE (SELECT app_kind())
        WHEN 'system' THEN true
        WHEN 'partner' THEN agency_id = (SELECT app_agency()) AND sent_at IS NOT NULL
            AND (ended_at IS NULL OR ended_at > (SELECT app_now()) - interval '30 days')
        WHEN 'link' THEN id = (SELECT app_referral()) AND agency_id = (SELECT app_agency()) AND sent_at IS NOT NULL
        WHEN 'staff' THEN (SELECT true FROM cases c WHERE c.id = referrals.case_id)
        ELSE false
    END
);
ALTER POLICY notices_read ON notices USING (
    CASE
        WHEN (SELECT app_kind()) = 'system' THEN true
        WHEN (SELECT app_kind()) = 'partner' AND to_agency_id = (SELECT app_agency()) THEN true
        WHEN (SELECT app_role()) = 'system_admin' OR to_staff_id = (SELECT app_staff())
            OR ((SELECT app_kind()) = 'staff' AND office_id = ANY ((SELECT app_offices())::uuid[]))
        THEN NOT behind_seal OR case_id IN (
            SELECT g.case_id FROM case_grants g
            WHERE g.staff_id = (SELECT app_staff()) AND g.expires_at > (SELECT app_now()) AND g.kind = 'sealed')
        ELSE false
    END
);
ALTER POLICY audit_events_read ON audit_events USING (
    CASE WHEN (SELECT app_kind()) = 'system' OR (SELECT app_role()) = 'auditor' THEN true ELSE false END
);
ALTER POLICY migrants_wall ON migrants USING (
    CASE (SELECT app_kind())
        WHEN 'system' THEN true
        WHEN 'staff' THEN
            (NOT sealed AND office_ids && (SELECT app_offices())::uuid[])
            OR EXISTS (
                SELECT 1 FROM case_people p JOIN case_grants g ON g.case_id = p.case_id
                WHERE p.migrant_id = migrants.id AND p.removed_at IS NULL AND g.staff_id = (SELECT app_staff())
                  AND g.expires_at > (SELECT app_now()) AND (g.kind = 'sealed' OR NOT migrants.sealed))
        ELSE false
    END
);
DO $$
DECLARE child text;
BEGIN
    FOREACH child IN ARRAY ARRAY['needs', 'tasks'] LOOP
        EXECUTE format('ALTER POLICY %I ON %I USING (
            CASE (SELECT app_kind()) WHEN ''system'' THEN true ELSE (SELECT true FROM cases c WHERE c.id = %I.case_id) END)',
            child || '_wall', child, child);
    END LOOP;
END $$;
