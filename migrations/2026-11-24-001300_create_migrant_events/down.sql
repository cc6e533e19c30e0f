DROP TABLE migrant_events;
