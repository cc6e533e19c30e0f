DROP INDEX tasks_referral_id_idx;
ALTER TABLE tasks DROP CONSTRAINT tasks_referral_id_fkey;
DROP TABLE referral_moves;
DROP TABLE referral_disclosures;
DROP TABLE referrals;
