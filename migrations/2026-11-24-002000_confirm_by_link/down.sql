DROP TABLE agency_tasks;
ALTER TABLE agency_services DROP COLUMN waiting_days;
ALTER TABLE confirmation_links
    DROP COLUMN notice_id,
    DROP COLUMN revoked_at,
    DROP COLUMN revoked_by;
