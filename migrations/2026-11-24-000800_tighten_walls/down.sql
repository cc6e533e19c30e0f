ALTER POLICY audit_events_read ON audit_events USING (
    (SELECT app_kind()) = 'system'
    OR (SELECT app_role()) = 'auditor'
    OR ((SELECT app_kind()) = 'staff' AND office_id = ANY ((SELECT app_offices())::uuid[]))
);
ALTER POLICY association_members_wall ON association_members USING (
    (SELECT app_kind()) = 'system' OR EXISTS (SELECT 1 FROM associations a WHERE a.id = association_members.association_id)
);
ALTER POLICY relations_wall ON relations USING (
    (SELECT app_kind()) = 'system' OR EXISTS (SELECT 1 FROM migrants m WHERE m.id = relations.migrant_id)
);
ALTER POLICY cases_wall ON cases USING (
    (SELECT app_kind()) = 'system'
    OR ((SELECT app_kind()) = 'staff' AND NOT sealed AND office_id = ANY ((SELECT app_offices())::uuid[]))
    OR ((SELECT app_kind()) = 'staff' AND EXISTS (
        SELECT 1 FROM case_grants g
        WHERE g.case_id = cases.id AND g.staff_id = (SELECT app_staff()) AND g.expires_at > now()))
);
ALTER POLICY migrants_wall ON migrants USING (
    (SELECT app_kind()) = 'system'
    OR ((SELECT app_kind()) = 'staff' AND NOT sealed AND office_ids && (SELECT app_offices())::uuid[])
    OR ((SELECT app_kind()) = 'staff' AND EXISTS (
        SELECT 1 FROM case_people p JOIN case_grants g ON g.case_id = p.case_id
        WHERE p.migrant_id = migrants.id AND g.staff_id = (SELECT app_staff()) AND g.expires_at > now()))
);
DROP FUNCTION app_now();
