-- 工作人员: found by pinyin; who has not set a password yet, and who has not been here for long.
-- +goose Up
alter table users
  add column initials     text check (initials <> ''),
  add column has_password boolean not null default true,  -- false: nobody signs in before a link was used
  add column signed_in_at timestamptz;                    -- the last time
create index on user_roles (county_id, role);

-- The form that a link was asked for with: pressed twice, it makes one.
alter table password_links add column submission_key uuid, add unique (county_id, submission_key);

-- +goose Down
alter table password_links drop column submission_key;
drop index user_roles_county_id_role_idx;
alter table users drop column signed_in_at, drop column has_password, drop column initials;
