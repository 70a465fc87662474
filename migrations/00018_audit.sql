-- 群众页面 and 操作记录: what their addresses and searches stand on.
-- +goose Up

-- Division codes that a county once had: posters carry them (internal/county/codes.go).
alter table counties add column former_codes text[] not null default '{}';

-- A station's code begins with the division code that its county had when it was made, so
-- that the address on its poster leads to the county without anybody signing in.
alter table stations drop constraint stations_code_check,
  add constraint stations_code_check check (code ~ '^[0-9]{6}[0-9A-Z-]{0,18}$');

-- +goose Down
alter table stations drop constraint stations_code_check,
  add constraint stations_code_check check (code ~ '^[0-9A-Z-]{4,24}$');
alter table counties drop column former_codes;
