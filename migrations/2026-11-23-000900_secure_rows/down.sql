DO $$
DECLARE walled text;
BEGIN
    FOREACH walled IN ARRAY ARRAY['referral_disclosures', 'referral_moves', 'referrals', 'association_members', 'associations',
                                  'migrant_search_keys', 'contact_points', 'identity_documents', 'mobility_periods', 'specific_needs',
                                  'relations', 'consents', 'migrants', 'assistance_people', 'case_people', 'case_spans', 'case_holdings',
                                  'case_priorities', 'case_events', 'needs', 'notes', 'tasks', 'assistance', 'cases', 'case_grants'] LOOP
        EXECUTE format('DROP POLICY %I ON %I', walled || '_wall', walled);
        EXECUTE format('ALTER TABLE %I NO FORCE ROW LEVEL SECURITY', walled);
        EXECUTE format('ALTER TABLE %I DISABLE ROW LEVEL SECURITY', walled);
    END LOOP;
END $$;
