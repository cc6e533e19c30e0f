-- The second wall: whatever a query forgets, PostgreSQL shows an account only what is its own.
-- Enabled and forced on every table with personal data. Settings are wrapped as (SELECT …) so that they are read
-- once a query and not once a row.

-- A case is seen by its office while it is not sealed, and by whoever holds a live grant.
ALTER TABLE case_grants ENABLE ROW LEVEL SECURITY;
ALTER TABLE case_grants FORCE ROW LEVEL SECURITY;
CREATE POLICY case_grants_wall ON case_grants USING (
    (SELECT app_kind()) = 'system'
    OR ((SELECT app_kind()) = 'staff' AND (staff_id = (SELECT app_staff()) OR office_id = ANY ((SELECT app_offices())::uuid[])))
);

ALTER TABLE cases ENABLE ROW LEVEL SECURITY;
ALTER TABLE cases FORCE ROW LEVEL SECURITY;
CREATE POLICY cases_wall ON cases USING (
    (SELECT app_kind()) = 'system'
    OR ((SELECT app_kind()) = 'staff' AND NOT sealed AND office_id = ANY ((SELECT app_offices())::uuid[]))
    OR ((SELECT app_kind()) = 'staff' AND EXISTS (
        SELECT 1 FROM case_grants g
        WHERE g.case_id = cases.id AND g.staff_id = (SELECT app_staff()) AND g.expires_at > now()))
);

DO $$
DECLARE child text;
BEGIN
    FOREACH child IN ARRAY ARRAY['case_people', 'case_spans', 'case_holdings', 'case_priorities', 'case_events',
                                 'needs', 'notes', 'tasks', 'assistance'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', child);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', child);
        EXECUTE format('CREATE POLICY %I ON %I USING ((SELECT app_kind()) = ''system'' OR EXISTS (SELECT 1 FROM cases c WHERE c.id = %I.case_id))',
                       child || '_wall', child, child);
    END LOOP;
END $$;

ALTER TABLE assistance_people ENABLE ROW LEVEL SECURITY;
ALTER TABLE assistance_people FORCE ROW LEVEL SECURITY;
CREATE POLICY assistance_people_wall ON assistance_people USING (
    (SELECT app_kind()) = 'system' OR EXISTS (SELECT 1 FROM assistance a WHERE a.id = assistance_people.assistance_id)
);

-- A person's file is seen by its offices while it is not sealed, and by whoever holds a live grant to a case of theirs.
ALTER TABLE migrants ENABLE ROW LEVEL SECURITY;
ALTER TABLE migrants FORCE ROW LEVEL SECURITY;
CREATE POLICY migrants_wall ON migrants USING (
    (SELECT app_kind()) = 'system'
    OR ((SELECT app_kind()) = 'staff' AND NOT sealed AND office_ids && (SELECT app_offices())::uuid[])
    OR ((SELECT app_kind()) = 'staff' AND EXISTS (
        SELECT 1 FROM case_people p JOIN case_grants g ON g.case_id = p.case_id
        WHERE p.migrant_id = migrants.id AND g.staff_id = (SELECT app_staff()) AND g.expires_at > now()))
);

DO $$
DECLARE child text;
BEGIN
    FOREACH child IN ARRAY ARRAY['migrant_search_keys', 'contact_points', 'identity_documents', 'mobility_periods',
                                 'specific_needs', 'relations', 'consents'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', child);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', child);
        EXECUTE format('CREATE POLICY %I ON %I USING ((SELECT app_kind()) = ''system'' OR EXISTS (SELECT 1 FROM migrants m WHERE m.id = %I.migrant_id))',
                       child || '_wall', child, child);
    END LOOP;
END $$;

ALTER TABLE associations ENABLE ROW LEVEL SECURITY;
ALTER TABLE associations FORCE ROW LEVEL SECURITY;
CREATE POLICY associations_wall ON associations USING (
    (SELECT app_kind()) = 'system'
    OR ((SELECT app_kind()) = 'staff' AND office_id = ANY ((SELECT app_offices())::uuid[]))
);
ALTER TABLE association_members ENABLE ROW LEVEL SECURITY;
ALTER TABLE association_members FORCE ROW LEVEL SECURITY;
CREATE POLICY association_members_wall ON association_members USING (
    (SELECT app_kind()) = 'system' OR EXISTS (SELECT 1 FROM associations a WHERE a.id = association_members.association_id)
);

-- A referral is seen with its case; by the partner it was sent to, never as a draft.
ALTER TABLE referrals ENABLE ROW LEVEL SECURITY;
ALTER TABLE referrals FORCE ROW LEVEL SECURITY;
CREATE POLICY referrals_wall ON referrals USING (
    (SELECT app_kind()) = 'system'
    OR ((SELECT app_kind()) = 'partner' AND agency_id = (SELECT app_agency()) AND sent_at IS NOT NULL)
    OR ((SELECT app_kind()) = 'staff' AND EXISTS (SELECT 1 FROM cases c WHERE c.id = referrals.case_id))
);

DO $$
DECLARE child text;
BEGIN
    FOREACH child IN ARRAY ARRAY['referral_disclosures', 'referral_moves'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', child);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', child);
        EXECUTE format('CREATE POLICY %I ON %I USING ((SELECT app_kind()) = ''system'' OR EXISTS (SELECT 1 FROM referrals r WHERE r.id = %I.referral_id))',
                       child || '_wall', child, child);
    END LOOP;
END $$;
