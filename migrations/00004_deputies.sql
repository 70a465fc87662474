-- 人大代表: one record a person, mandates at up to five levels, mixed into stations' groups.
-- +goose Up
create table deputies (
  county_id      int not null references counties (id),
  id             bigint generated always as identity,
  name           text not null check (name <> ''),
  gender         text check (gender in ('male', 'female')),
  birth_year     int check (birth_year between 1900 and 2100),
  certificate_no text check (certificate_no <> ''),        -- 代表证号
  duties         text check (duties <> ''),                -- 职务, public
  created_at     timestamptz not null,
  primary key (county_id, id),
  unique (county_id, certificate_no)
);
create index on deputies (county_id, name, id);
call protect('deputies');
grant select, insert, update on deputies to lianluo_app;
grant select on deputies to lianluo_oversight;

create table deputy_private (
  county_id    int not null references counties (id),
  deputy_id    bigint not null,
  phone_sealed bytea,
  phone_blind  bytea,
  phone_masked text check (phone_masked <> ''),
  primary key (county_id, deputy_id),
  foreign key (county_id, deputy_id) references deputies (county_id, id)
);
create index on deputy_private (county_id, phone_blind);
call protect('deputy_private');
grant select, insert, update, delete on deputy_private to lianluo_app;

create table mandates (
  county_id      int not null references counties (id),
  id             bigint generated always as identity,
  deputy_id      bigint not null,
  level          text not null check (level in ('national', 'province', 'prefecture', 'county', 'township')),
  term           text not null check (term <> ''),          -- 第十六届
  electoral_unit text not null check (electoral_unit <> ''),-- 选区, 选举单位
  from_date      date not null,
  to_date        date,
  end_reason     text check (end_reason in ('term', 'resignation', 'recall', 'death', 'transfer')),
  primary key (county_id, id),
  check ((to_date is null) = (end_reason is null)),
  foreign key (county_id, deputy_id) references deputies (county_id, id)
);
create index on mandates (county_id, deputy_id);
call protect('mandates');
grant select, insert, update on mandates to lianluo_app;
grant select on mandates to lianluo_oversight;

-- 混合编组: who belongs to which station's group, from and to.
create table station_deputies (
  county_id  int not null references counties (id),
  id         bigint generated always as identity,
  station_id bigint not null,
  deputy_id  bigint not null,
  role       text not null default 'member' check (role in ('member', 'convener', 'deputy_head', 'head')),
  from_date  date not null,
  to_date    date,
  primary key (county_id, id),
  foreign key (county_id, station_id) references stations (county_id, id),
  foreign key (county_id, deputy_id) references deputies (county_id, id)
);
create index on station_deputies (county_id, station_id);
create index on station_deputies (county_id, deputy_id);
create unique index on station_deputies (county_id, deputy_id, station_id) where to_date is null;
call protect('station_deputies');
grant select, insert, update on station_deputies to lianluo_app;
grant select on station_deputies to lianluo_oversight;

-- +goose Down
drop table station_deputies, mandates, deputy_private, deputies;
