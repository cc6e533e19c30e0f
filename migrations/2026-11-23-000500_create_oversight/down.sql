DROP TABLE product_state;
DROP TABLE notices;
DROP TABLE audit_events;
DROP TABLE receipts;
DROP TABLE schedule;
DROP TABLE jobs;
