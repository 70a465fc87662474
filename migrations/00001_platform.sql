-- The platform: what stands above the counties. These tables have no county's content.
-- +goose Up

-- protect makes a table a tenant table: row-level security, enabled and forced, with the
-- one policy text for the application's role and the one for the oversight role.
-- +goose StatementBegin
create procedure protect(tbl regclass) language plpgsql as $$
begin
  execute format('alter table %s enable row level security', tbl);
  execute format('alter table %s force row level security', tbl);
  execute format($p$create policy tenant on %s for all to lianluo_app
    using (county_id = current_setting('app.county_id')::int)
    with check (county_id = current_setting('app.county_id')::int)$p$, tbl);
  execute format($p$create policy oversight on %s for select to lianluo_oversight
    using (county_id = any(string_to_array(current_setting('app.county_ids'), ',')::int[]))$p$, tbl);
end $$;
-- +goose StatementEnd

-- GB/T 2260 divisions, with the statistical extension to townships and villages.
create table divisions (
  code        text primary key check (code ~ '^[0-9]{2}([0-9]{2}([0-9]{2}([0-9]{3}([0-9]{3})?)?)?)?$'),
  name        text not null check (name <> ''),
  parent_code text references divisions (code),
  level       text not null check (level in ('province', 'prefecture', 'county', 'township', 'village'))
);
create index on divisions (parent_code);
grant select, insert, update on divisions to lianluo_app;
grant select on divisions to lianluo_oversight;

-- The tenants. The id never changes and is never shown; the division's code is an attribute.
create table counties (
  id            int generated always as identity primary key,
  division_code text not null unique references divisions (code),
  name          text not null check (name <> ''),        -- 襄垣县
  office        text not null check (office <> ''),      -- 襄垣县人大常委会
  number_prefix text not null unique check (number_prefix ~ '^[A-Z]{2,4}$'),
  phone         text check (phone <> ''),                -- the office's public number
  demo          boolean not null default false,
  created_at    timestamptz not null
);
grant select, insert, update on counties to lianluo_app;
grant select on counties to lianluo_oversight;

-- Whose login name it is: a county's user, or an account of the platform.
create table login_directory (
  login_name          text primary key check (login_name ~ '^[a-z0-9][a-z0-9._@-]{1,63}$'),
  county_id           int references counties (id),
  user_id             bigint,
  platform_account_id bigint,
  check ((county_id is not null and user_id is not null) <> (platform_account_id is not null))
);
create index on login_directory (county_id, user_id);
grant select, insert, update on login_directory to lianluo_app;

-- Accounts that belong to no county: who makes counties, and who oversees several.
create table platform_accounts (
  id                   bigint generated always as identity primary key,
  name                 text not null check (name <> ''),
  kind                 text not null check (kind in ('platform_admin', 'overseer')),
  division_code        text references divisions (code), -- an overseer's province or prefecture
  password_hash        text not null,
  must_change_password boolean not null,
  disabled_at          timestamptz,
  created_at           timestamptz not null,
  check ((kind = 'overseer') = (division_code is not null))
);
create index on platform_accounts (division_code);
grant select, insert, update on platform_accounts to lianluo_app;

-- The session store of scs.
create table sessions (
  token  text primary key,
  data   bytea not null,
  expiry timestamptz not null
);
create index on sessions (expiry);
grant select, insert, update, delete on sessions to lianluo_app;

-- Wrong passwords in a row, for an account and for an address.
create table login_failures (
  subject    text primary key,
  failures   int not null,
  last_at    timestamptz not null,
  blocked_to timestamptz
);
grant select, insert, update, delete on login_failures to lianluo_app;

-- +goose Down
drop table login_failures, sessions, platform_accounts, login_directory, counties, divisions;
drop procedure protect;
