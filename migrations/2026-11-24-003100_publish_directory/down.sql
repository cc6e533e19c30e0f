DROP INDEX referrals_agency_updated_idx;
DROP TABLE agency_publications;
