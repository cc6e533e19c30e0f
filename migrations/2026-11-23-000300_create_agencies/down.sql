DROP TABLE agency_services;
DROP TABLE agency_contacts;
DROP TABLE agencies;
