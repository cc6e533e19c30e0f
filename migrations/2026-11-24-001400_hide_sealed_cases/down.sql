DROP TABLE seal_requests;
COMMENT ON COLUMN receipts.body_hash IS 'SHA-256 of the canonical body.';
ALTER POLICY referrals_wall ON referrals USING (
    (SELECT app_kind()) = 'system'
    OR ((SELECT app_kind()) = 'partner' AND agency_id = (SELECT app_agency()) AND sent_at IS NOT NULL)
    OR ((SELECT app_kind()) = 'link' AND id = (SELECT app_referral()) AND agency_id = (SELECT app_agency()) AND sent_at IS NOT NULL)
    OR ((SELECT app_kind()) = 'staff' AND EXISTS (SELECT 1 FROM cases c WHERE c.id = referrals.case_id))
);
ALTER POLICY notices_change ON notices USING (
    (SELECT app_kind()) = 'system'
    OR (SELECT app_role()) = 'system_admin'
    OR ((SELECT app_kind()) = 'staff' AND office_id = ANY ((SELECT app_offices())::uuid[]))
    OR to_staff_id = (SELECT app_staff())
);
ALTER POLICY notices_read ON notices USING (
    (SELECT app_kind()) = 'system'
    OR (SELECT app_role()) = 'system_admin'
    OR ((SELECT app_kind()) = 'staff' AND office_id = ANY ((SELECT app_offices())::uuid[]))
    OR to_staff_id = (SELECT app_staff())
    OR ((SELECT app_kind()) = 'partner' AND to_agency_id = (SELECT app_agency()))
);
DROP TRIGGER cases_seal ON cases;
DROP TRIGGER notices_seal ON notices;
DROP FUNCTION seal_notices_of_case();
DROP FUNCTION seal_new_notice();
ALTER TABLE notices DROP COLUMN behind_seal;
DROP POLICY case_grants_wall ON case_grants;
CREATE POLICY case_grants_wall ON case_grants USING (
    (SELECT app_kind()) = 'system'
    OR ((SELECT app_kind()) = 'staff' AND (staff_id = (SELECT app_staff()) OR office_id = ANY ((SELECT app_offices())::uuid[])))
);
