-- 承办单位 with their past names and successors; 工作人员: links of one use, stand-ins.
-- +goose Up
alter table units
  add column contact      text check (contact <> ''),   -- 联系人
  add column successor_id bigint,                       -- of a unit that went into another
  add column retired_on   date,
  add column version      int not null default 1,
  add check (successor_id is null or retired),
  add check (retired_on is null or retired),
  add foreign key (county_id, successor_id) references units (county_id, id);
create index on units (county_id, successor_id) where successor_id is not null;

-- 曾用名, append-only: an old order is found under the name that it was given to.
create table unit_names (
  county_id int not null references counties (id),
  id        bigint generated always as identity,
  unit_id   bigint not null,
  name      text not null check (name <> ''),     -- what it was called until then
  until     date not null,
  by_id     bigint,
  by_name   text not null check (by_name <> ''),
  at        timestamptz not null,
  primary key (county_id, id),
  foreign key (county_id, unit_id) references units (county_id, id),
  foreign key (county_id, by_id) references users (county_id, id)
);
create index on unit_names (county_id, unit_id, id);
create index on unit_names (county_id, by_id) where by_id is not null;
call protect('unit_names');
grant select, insert on unit_names to lianluo_app;

-- 代班: somebody acts for whoever holds another role, from and to.
alter table user_roles
  add column stands_in_for bigint,                 -- the role of the one who is away
  add column reason        text check (reason <> ''),
  add column granted_by    bigint,
  add check (stands_in_for is null or to_date is not null),
  add constraint user_roles_dates check (to_date is null or to_date >= from_date - 1), -- a role taken back on its first day
  add foreign key (county_id, stands_in_for) references user_roles (county_id, id),
  add foreign key (county_id, granted_by) references users (county_id, id);
create index on user_roles (county_id, stands_in_for) where stands_in_for is not null;
create index on user_roles (county_id, granted_by) where granted_by is not null;

alter table users add column version int not null default 1;

-- 一次性链接: by it somebody sets the first password, or a forgotten one. Only its hash is here.
create table password_links (
  county_id  int not null references counties (id),
  id         bigint generated always as identity,
  user_id    bigint not null,
  token_hash bytea not null,
  made_by    bigint,                               -- null: the system
  made_name  text not null check (made_name <> ''),
  made_at    timestamptz not null,
  expires_at timestamptz not null,
  used_at    timestamptz,
  revoked_at timestamptz,                          -- a newer one took its place, or the account ended
  primary key (county_id, id),
  unique (county_id, token_hash),
  foreign key (county_id, user_id) references users (county_id, id),
  foreign key (county_id, made_by) references users (county_id, id)
);
create index on password_links (county_id, user_id);
create index on password_links (county_id, made_by) where made_by is not null;
call protect('password_links');
grant select, insert on password_links to lianluo_app;
grant update (used_at, revoked_at) on password_links to lianluo_app;

-- +goose Down
drop table password_links;
alter table users drop column version;
alter table user_roles drop constraint user_roles_dates, drop column stands_in_for, drop column reason, drop column granted_by;
drop table unit_names;
alter table units drop column successor_id, drop column retired_on, drop column version, drop column contact;
