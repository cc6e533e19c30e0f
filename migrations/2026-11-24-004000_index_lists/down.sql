DO $$
DECLARE child text;
BEGIN
    FOREACH child IN ARRAY ARRAY['needs', 'tasks'] LOOP
        EXECUTE format('ALTER POLICY %I ON %I USING ((SELECT app_kind()) = ''system'' OR EXISTS (SELECT 1 FROM cases c WHERE c.id = %I.case_id))',
                       child || '_wall', child, child);
    END LOOP;
END $$;
ALTER POLICY migrants_wall ON migrants USING (
    (SELECT app_kind()) = 'system'
    OR ((SELECT app_kind()) = 'staff' AND NOT sealed AND office_ids && (SELECT app_offices())::uuid[])
    OR ((SELECT app_kind()) = 'staff' AND EXISTS (
        SELECT 1 FROM case_people p JOIN case_grants g ON g.case_id = p.case_id
        WHERE p.migrant_id = migrants.id AND p.removed_at IS NULL AND g.staff_id = (SELECT app_staff())
          AND g.expires_at > (SELECT app_now()) AND (g.kind = 'sealed' OR NOT migrants.sealed)))
);
ALTER POLICY audit_events_read ON audit_events USING (
    (SELECT app_kind()) = 'system' OR (SELECT app_role()) = 'auditor'
);
ALTER POLICY notices_read ON notices USING (
    (SELECT app_kind()) = 'system'
    OR ((SELECT app_kind()) = 'partner' AND to_agency_id = (SELECT app_agency()))
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
ALTER POLICY cases_wall ON cases USING (
    (SELECT app_kind()) = 'system'
    OR ((SELECT app_kind()) = 'staff' AND NOT sealed AND office_id = ANY ((SELECT app_offices())::uuid[]))
    OR ((SELECT app_kind()) = 'staff' AND NOT sealed AND id IN (
        SELECT g.case_id FROM case_grants g WHERE g.staff_id = (SELECT app_staff()) AND g.expires_at > (SELECT app_now())))
    OR ((SELECT app_kind()) = 'staff' AND id IN (
        SELECT g.case_id FROM case_grants g
        WHERE g.staff_id = (SELECT app_staff()) AND g.expires_at > (SELECT app_now()) AND g.kind = 'sealed'))
);
DROP INDEX migrants_unverified_idx;
DROP INDEX migrants_registered_by_idx;
DROP INDEX migrants_registered_idx;
DROP INDEX notices_created_idx;
DROP INDEX referrals_unread_idx;
DROP INDEX referrals_state_decide_by_idx;
DROP INDEX referrals_state_created_idx;
DROP INDEX referrals_due_idx;
DROP INDEX referrals_decide_by_idx;
DROP INDEX referrals_created_idx;
DROP INDEX cases_status_due_idx;
DROP INDEX cases_status_opened_idx;
DROP INDEX cases_number_id_idx;
DROP INDEX cases_updated_idx;
DROP INDEX cases_due_idx;
DROP INDEX cases_opened_idx;
DROP INDEX cases_office_number_idx;
DROP INDEX cases_office_due_any_idx;
DROP INDEX cases_office_opened_any_idx;
