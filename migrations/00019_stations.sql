-- 站点档案: where a place is, whom it serves, who runs it, what it is for, how it stood.
-- +goose Up

-- merged: it leads on to its successor.
alter table stations
  add column latitude     double precision check (latitude between -90 and 90),   -- WGS 84
  add column longitude    double precision check (longitude between -180 and 180),
  add column area         int check (area between 1 and 100000),                  -- m²
  add column successor_id bigint,
  add column version      int not null default 1,
  add check ((latitude is null) = (longitude is null)),
  add check ((state = 'merged') = (successor_id is not null)),
  add foreign key (county_id, successor_id) references stations (county_id, id);
create index on stations (county_id, successor_id) where successor_id is not null;

-- 服务范围: the villages and communities that a place serves.
create table station_villages (
  county_id     int not null references counties (id),
  station_id    bigint not null,
  division_code text not null references divisions (code),
  primary key (county_id, station_id, division_code),
  foreign key (county_id, station_id) references stations (county_id, id)
);
create index on station_villages (county_id, division_code);
create index on station_villages (division_code);
call protect('station_villages');
grant select, insert, delete on station_villages to lianluo_app;

-- 站长, 副站长, 联络员 with dates; the 召集人 is a role in the group (station_deputies).
-- Whoever it is may be a deputy, may have an account, and need be neither.
create table station_officers (
  county_id  int not null references counties (id),
  id         bigint generated always as identity,
  station_id bigint not null,
  office     text not null check (office in ('head', 'deputy_head', 'liaison')),
  name       text not null check (name <> ''),
  deputy_id  bigint,
  user_id    bigint,
  from_date  date not null,
  to_date    date,
  primary key (county_id, id),
  check (to_date is null or to_date >= from_date),
  foreign key (county_id, station_id) references stations (county_id, id),
  foreign key (county_id, deputy_id) references deputies (county_id, id),
  foreign key (county_id, user_id) references users (county_id, id)
);
create index on station_officers (county_id, station_id);
create index on station_officers (county_id, deputy_id) where deputy_id is not null;
create index on station_officers (county_id, user_id) where user_id is not null;
call protect('station_officers');
grant select, insert, update on station_officers to lianluo_app;

-- 启用, 暂停, 关闭, 合并: append-only; stations.state is the newest.
create table station_states (
  county_id    int not null references counties (id),
  id           bigint generated always as identity,
  station_id   bigint not null,
  state        text not null check (state in ('open', 'suspended', 'closed', 'merged')),
  successor_id bigint,
  from_date    date not null,
  reason       text check (reason <> ''),        -- null only where it was opened
  by_id        bigint,                           -- null: the system
  by_name      text not null check (by_name <> ''),
  at           timestamptz not null,
  primary key (county_id, id),
  check ((state = 'merged') = (successor_id is not null)),
  foreign key (county_id, station_id) references stations (county_id, id),
  foreign key (county_id, successor_id) references stations (county_id, id),
  foreign key (county_id, by_id) references users (county_id, id)
);
create index on station_states (county_id, station_id, id);
create index on station_states (county_id, successor_id) where successor_id is not null;
create index on station_states (county_id, by_id) where by_id is not null;
call protect('station_states');
grant select, insert on station_states to lianluo_app;

-- 功能: what a station is for, several at once (domain.md 3.1); the county's own list.
create table functions (
  county_id int not null references counties (id),
  id        bigint generated always as identity,
  name      text not null check (name <> ''),
  note      text check (note <> ''),             -- what one can do there, as the poster says it
  position  int not null,
  retired   boolean not null default false,
  version   int not null default 1,
  primary key (county_id, id),
  unique (county_id, name)
);
insert into functions (county_id, name, note, position)
select c.id, f.name, f.note, f.position from counties c cross join (values
  (1, '代表接待', '反映意见、建议和困难，和人大代表当面谈'),
  (2, '立法联系点', '对法律法规草案提意见'),
  (3, '预算联系点', '了解和评议政府花的钱'),
  (4, '联络站+社会治理', '邻里矛盾，请代表一起来调解'),
  (5, '联络站+信访接待', '信访事项的咨询和引导'),
  (6, '便民服务中心合办', '和便民服务中心在一处，一起办'),
  (7, '代表工作室', null),
  (8, '流动联络站', '到村里、社区里接待')) f (position, name, note);
call protect('functions');
grant select, insert, update on functions to lianluo_app;

create table station_functions (
  county_id   int not null references counties (id),
  station_id  bigint not null,
  function_id bigint not null,
  primary key (county_id, station_id, function_id),
  foreign key (county_id, station_id) references stations (county_id, id),
  foreign key (county_id, function_id) references functions (county_id, id)
);
create index on station_functions (county_id, function_id);
call protect('station_functions');
grant select, insert, delete on station_functions to lianluo_app;

-- +goose Down
drop table station_functions, functions, station_states, station_officers, station_villages;
alter table stations drop column successor_id, drop column version, drop column area, drop column latitude, drop column longitude;
