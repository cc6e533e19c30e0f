DROP TABLE number_counters;
DROP TABLE office_holidays;
DROP TABLE offices;
