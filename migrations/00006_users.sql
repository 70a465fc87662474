-- Staff accounts of a county and the roles that they hold.
-- +goose Up
create table users (
  county_id            int not null references counties (id),
  id                   bigint generated always as identity,
  login_name           text not null,
  name                 text not null check (name <> ''),
  title                text check (title <> ''),
  password_hash        text not null,
  must_change_password boolean not null,
  disabled_at          timestamptz,
  created_at           timestamptz not null,
  primary key (county_id, id),
  unique (county_id, login_name)
);
call protect('users');
grant select, insert, update on users to lianluo_app;

-- A person may hold several, from and to; one is active at a time.
create table user_roles (
  county_id  int not null references counties (id),
  id         bigint generated always as identity,
  user_id    bigint not null,
  role       text not null check (role in ('county_admin', 'county_handler', 'county_leader',
                                           'station_head', 'clerk', 'deputy', 'unit')),
  station_id bigint,
  unit_id    bigint,
  deputy_id  bigint,
  from_date  date not null,
  to_date    date,
  primary key (county_id, id),
  check ((role in ('station_head', 'clerk')) = (station_id is not null)),
  check ((role = 'unit') = (unit_id is not null)),
  check ((role = 'deputy') = (deputy_id is not null)),
  foreign key (county_id, user_id) references users (county_id, id),
  foreign key (county_id, station_id) references stations (county_id, id),
  foreign key (county_id, unit_id) references units (county_id, id),
  foreign key (county_id, deputy_id) references deputies (county_id, id)
);
create index on user_roles (county_id, user_id);
create index on user_roles (county_id, station_id);
create index on user_roles (county_id, unit_id);
create index on user_roles (county_id, deputy_id);
call protect('user_roles');
grant select, insert, update on user_roles to lianluo_app;

-- +goose Down
drop table user_roles, users;
