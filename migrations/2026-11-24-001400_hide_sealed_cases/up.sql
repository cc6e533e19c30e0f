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
    OR ((SELECT app_kind()) = 'staff' AND EXISTS (SELECT 1 FROM cases c WHERE c.id = referrals.case_id))
);

COMMENT ON COLUMN receipts.body_hash IS 'SHA-256 of the path, and of the body with its keys in order.';
