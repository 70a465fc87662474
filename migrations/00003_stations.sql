-- 联络站 and what hangs below it: 联络点, 服务岗.
-- +goose Up
create table stations (
  county_id     int not null references counties (id),
  id            bigint generated always as identity,
  code          text not null check (code ~ '^[0-9A-Z-]{4,24}$'), -- permanent; the QR poster carries it
  kind          text not null check (kind in ('station', 'point', 'post')),
  root_id       bigint not null,          -- the 联络站 it belongs to; a station's own id
  parent_id     bigint,                   -- a point's station, a post's point
  name          text not null check (name <> ''),
  short_name    text not null check (short_name <> ''),
  division_code text not null references divisions (code),
  address       text check (address <> ''),
  phone         text check (phone <> ''),
  opening_hours text check (opening_hours <> ''),
  state         text not null default 'open' check (state in ('open', 'suspended', 'closed', 'merged')),
  created_at    timestamptz not null,
  primary key (county_id, id),
  unique (county_id, code),
  check ((kind = 'station') = (parent_id is null)),
  foreign key (county_id, root_id) references stations (county_id, id) deferrable initially deferred,
  foreign key (county_id, parent_id) references stations (county_id, id)
);
create index on stations (county_id, root_id, kind);
create index on stations (county_id, parent_id);
create index on stations (division_code);
call protect('stations');
grant select, insert, update on stations to lianluo_app;
grant select on stations to lianluo_oversight;

-- +goose Down
drop table stations;
