-- The second wall, tightened: a grant ends by the clock of the service, which also wrote its end; an opening with a reason
-- never reaches what is sealed; no relation or membership tells of a sealed person; the trail is read by auditors.

CREATE FUNCTION app_now() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT coalesce(nullif(current_setting('app.now', true), '')::timestamptz, now()) $$;
COMMENT ON FUNCTION app_now() IS 'The moment the transaction began by the clock of the service, which also wrote every expires_at.';

-- An opening with a reason ends at the seal, whatever its term: a sealed case needs a grant that was given for it.
ALTER POLICY cases_wall ON cases USING (
    (SELECT app_kind()) = 'system'
    OR ((SELECT app_kind()) = 'staff' AND NOT sealed AND office_id = ANY ((SELECT app_offices())::uuid[]))
    OR ((SELECT app_kind()) = 'staff' AND NOT sealed AND id IN (
        SELECT g.case_id FROM case_grants g WHERE g.staff_id = (SELECT app_staff()) AND g.expires_at > (SELECT app_now())))
    OR ((SELECT app_kind()) = 'staff' AND id IN (
        SELECT g.case_id FROM case_grants g
        WHERE g.staff_id = (SELECT app_staff()) AND g.expires_at > (SELECT app_now()) AND g.kind = 'sealed'))
);

ALTER POLICY migrants_wall ON migrants USING (
    (SELECT app_kind()) = 'system'
    OR ((SELECT app_kind()) = 'staff' AND NOT sealed AND office_ids && (SELECT app_offices())::uuid[])
    OR ((SELECT app_kind()) = 'staff' AND EXISTS (
        SELECT 1 FROM case_people p JOIN case_grants g ON g.case_id = p.case_id
        WHERE p.migrant_id = migrants.id AND p.removed_at IS NULL AND g.staff_id = (SELECT app_staff())
          AND g.expires_at > (SELECT app_now()) AND (g.kind = 'sealed' OR NOT migrants.sealed)))
);

ALTER POLICY relations_wall ON relations USING (
    (SELECT app_kind()) = 'system'
    OR (EXISTS (SELECT 1 FROM migrants m WHERE m.id = relations.migrant_id)
        AND EXISTS (SELECT 1 FROM migrants m WHERE m.id = relations.other_id))
);

ALTER POLICY association_members_wall ON association_members USING (
    (SELECT app_kind()) = 'system'
    OR (EXISTS (SELECT 1 FROM associations a WHERE a.id = association_members.association_id)
        AND EXISTS (SELECT 1 FROM migrants m WHERE m.id = association_members.migrant_id))
);

ALTER POLICY audit_events_read ON audit_events USING (
    (SELECT app_kind()) = 'system' OR (SELECT app_role()) = 'auditor'
);
