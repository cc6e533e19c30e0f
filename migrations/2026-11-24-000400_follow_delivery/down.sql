DROP TABLE bounce_tallies;
ALTER TABLE notices DROP COLUMN digest_id, DROP COLUMN gather_until;
ALTER TABLE agencies DROP COLUMN digest_hour;
