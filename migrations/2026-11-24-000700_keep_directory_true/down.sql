DROP TABLE confirmation_links;
ALTER TABLE agencies
    DROP CONSTRAINT agencies_merged_check,
    DROP COLUMN external_key,
    DROP COLUMN confirm_asked_at,
    DROP COLUMN confirm_asks,
    DROP COLUMN merged_into;
DROP INDEX agency_services_concluded_idx;
ALTER TABLE agency_services DROP COLUMN capacity_from;
