-- Takes the reference tables away again, with what administrators changed in them. Grants go with the tables.
DROP TABLE reference_loads;
DROP TABLE territories;
DROP TABLE languages;
DROP TABLE countries;
DROP TABLE codes;
DROP TABLE code_lists;
