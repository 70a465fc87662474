-- 承办单位: the county's departments, and each township's.
-- +goose Up
create table units (
  county_id  int not null references counties (id),
  id         bigint generated always as identity,
  name       text not null check (name <> ''),
  level      text not null check (level in ('county', 'township')),
  station_id bigint,                       -- the station whose township it serves
  phone      text check (phone <> ''),
  retired    boolean not null default false,
  position   int not null,
  created_at timestamptz not null,
  primary key (county_id, id),
  unique (county_id, name),
  check ((level = 'township') = (station_id is not null)),
  foreign key (county_id, station_id) references stations (county_id, id)
);
create index on units (county_id, station_id);
call protect('units');
grant select, insert, update on units to lianluo_app;
grant select on units to lianluo_oversight;

-- 惯常承办: which unit usually gets a category; suggested when a case is handed out.
create table unit_categories (
  county_id   int not null references counties (id),
  unit_id     bigint not null,
  category_id bigint not null,
  primary key (county_id, unit_id, category_id),
  foreign key (county_id, unit_id) references units (county_id, id),
  foreign key (county_id, category_id) references categories (county_id, id)
);
create index on unit_categories (county_id, category_id);
call protect('unit_categories');
grant select, insert, delete on unit_categories to lianluo_app;

-- +goose Down
drop table unit_categories, units;
