-- 群众页面 and 操作记录: what their addresses and searches stand on.
-- +goose Up

-- Division codes that a county once had: posters carry them (internal/county/codes.go).
alter table counties add column former_codes text[] not null default '{}';

-- A station's code begins with the division code that its county had when it was made, so
-- that the address on its poster leads to the county without anybody signing in.
alter table stations drop constraint stations_code_check,
  add constraint stations_code_check check (code ~ '^[0-9]{6}[0-9A-Z-]{0,18}$');

-- Searches of a long record: by who, by what, by day (internal/audit/bench_test.go).
create index audit_entries_actor_name on audit_entries (county_id, actor_name, entry);
create index audit_entries_action on audit_entries (county_id, action, entry);
create index audit_entries_at on audit_entries (county_id, at, entry);

-- +goose Down
drop index audit_entries_at, audit_entries_action, audit_entries_actor_name;
alter table stations drop constraint stations_code_check,
  add constraint stations_code_check check (code ~ '^[0-9A-Z-]{4,24}$');
alter table counties drop column former_codes;
