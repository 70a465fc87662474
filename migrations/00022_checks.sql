-- 规范化核查 with what was found, 功能区, and the files of both; photographs of deputies.
-- +goose Up

-- 有效期: how long what was found holds; null: it never lapses.
alter table checklists add column valid_months int check (valid_months between 1 and 120);

-- Somebody went through a checklist at a place. Append-only: the newest counts.
create table station_checks (
  county_id      int not null references counties (id),
  id             bigint generated always as identity,
  submission_key uuid not null,                     -- and its address
  station_id     bigint not null,
  checklist_id   bigint not null,
  checklist      text not null check (checklist <> ''),   -- its name on that day
  checked_on     date not null,
  checked_by     text not null check (checked_by <> ''),  -- who went there, as typed
  valid_until    date,
  note           text check (note <> ''),
  by_id          bigint not null,                   -- who entered it
  by_name        text not null check (by_name <> ''),
  at             timestamptz not null,
  primary key (county_id, id),
  unique (county_id, submission_key),
  check (valid_until >= checked_on),
  foreign key (county_id, station_id) references stations (county_id, id),
  foreign key (county_id, checklist_id) references checklists (county_id, id),
  foreign key (county_id, by_id) references users (county_id, id)
);
create index on station_checks (county_id, station_id, checklist_id, checked_on desc, id desc);
create index on station_checks (county_id, checklist_id);
create index on station_checks (county_id, by_id);
call protect('station_checks');
grant select, insert on station_checks to lianluo_app;

-- 达标, or what is missing.
create table station_check_items (
  county_id int not null references counties (id),
  check_id  bigint not null,
  item_id   bigint not null,
  name      text not null check (name <> ''),       -- on that day
  position  int not null,
  missing   text check (missing <> ''),             -- null: nothing
  primary key (county_id, check_id, item_id),
  foreign key (county_id, check_id) references station_checks (county_id, id),
  foreign key (county_id, item_id) references checklist_items (county_id, id)
);
create index on station_check_items (county_id, item_id);
call protect('station_check_items');
grant select, insert on station_check_items to lianluo_app;

-- 功能区: 选民接待区, 代表交流区 …
create table station_zones (
  county_id    int not null references counties (id),
  id           bigint generated always as identity,
  key          uuid not null,                       -- in its address; a post repeated with it makes no second one
  station_id   bigint not null,
  name         text not null check (name <> ''),
  what         text check (what <> ''),             -- what is there
  position     int not null,
  version      int not null default 1,
  removed_at   timestamptz,
  removed_name text check (removed_name <> ''),
  primary key (county_id, id),
  unique (county_id, key),
  check ((removed_at is null) = (removed_name is null)),
  foreign key (county_id, station_id) references stations (county_id, id)
);
create index on station_zones (county_id, station_id);
create unique index station_zones_name on station_zones (county_id, station_id, name) where removed_at is null;
call protect('station_zones');
grant select, insert on station_zones to lianluo_app;
grant update (name, what, position, version, removed_at, removed_name) on station_zones to lianluo_app;

-- A file has one owner: a case, a zone, an item of a check, a deputy. A deputy has one
-- photograph at a time.
alter table attachments
  add column zone_id       bigint,
  add column check_id      bigint,
  add column check_item_id bigint,
  add column deputy_id     bigint,
  drop constraint attachments_case_id_check,
  add constraint attachments_owner check (num_nonnulls(case_id, zone_id, check_id, deputy_id) = 1),
  add constraint attachments_item check ((check_id is null) = (check_item_id is null)),
  add constraint attachments_photographs check (format = 'jpeg' or (zone_id is null and deputy_id is null)),
  add foreign key (county_id, zone_id) references station_zones (county_id, id),
  add foreign key (county_id, check_id, check_item_id) references station_check_items (county_id, check_id, item_id),
  add foreign key (county_id, deputy_id) references deputies (county_id, id);
create index on attachments (county_id, zone_id) where zone_id is not null;
create index on attachments (county_id, check_id, check_item_id) where check_id is not null;
create index on attachments (county_id, deputy_id) where deputy_id is not null;
create unique index attachments_photograph on attachments (county_id, deputy_id) where deputy_id is not null and removed_at is null;

-- +goose Down
delete from attachments where case_id is null;
drop index attachments_photograph;
alter table attachments drop column zone_id, drop column check_id, drop column check_item_id, drop column deputy_id,
  add constraint attachments_case_id_check check (num_nonnulls(case_id) = 1);
drop table station_zones, station_check_items, station_checks;
alter table checklists drop column valid_months;
