DROP FUNCTION refuse_change();
DROP FUNCTION app_offices();
DROP FUNCTION app_agency();
DROP FUNCTION app_role();
DROP FUNCTION app_staff();
DROP FUNCTION app_kind();
