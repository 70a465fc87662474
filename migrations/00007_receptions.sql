-- 接待: reception days with the deputies on duty, and the visits that they bring.
-- +goose Up
create table receptions (
  county_id  int not null references counties (id),
  id         bigint generated always as identity,
  station_id bigint not null,             -- the 联络站
  place_id   bigint not null,             -- where: the station, one of its points or posts
  date       date not null,
  starts     text not null check (starts ~ '^[0-2][0-9]:[0-5][0-9]$'),
  ends       text not null check (ends ~ '^[0-2][0-9]:[0-5][0-9]$'),
  kind       text not null check (kind in ('fixed', 'mobile', 'theme', 'appointment', 'household')),
  theme      text check (theme <> ''),
  state      text not null check (state in ('planned', 'published', 'held', 'cancelled')),
  reason     text check (reason <> ''),   -- of a cancellation
  primary key (county_id, id),
  check ((state = 'cancelled') = (reason is not null)),
  foreign key (county_id, station_id) references stations (county_id, id),
  foreign key (county_id, place_id) references stations (county_id, id)
);
create index on receptions (county_id, station_id, date);
create index on receptions (county_id, place_id);
call protect('receptions');
grant select, insert, update on receptions to lianluo_app;
grant select on receptions to lianluo_oversight;

create table reception_deputies (
  county_id    int not null references counties (id),
  reception_id bigint not null,
  deputy_id    bigint not null,
  substitute   boolean not null default false,
  primary key (county_id, reception_id, deputy_id),
  foreign key (county_id, reception_id) references receptions (county_id, id),
  foreign key (county_id, deputy_id) references deputies (county_id, id)
);
create index on reception_deputies (county_id, deputy_id);
call protect('reception_deputies');
grant select, insert, delete on reception_deputies to lianluo_app;
grant select on reception_deputies to lianluo_oversight;

-- 来访: one arrival with none to several matters. Its submission key makes a second
-- press, or a retry after a lost answer, find the first.
create table visits (
  county_id      int not null references counties (id),
  id             bigint generated always as identity,
  submission_key uuid not null,
  station_id     bigint not null,
  place_id       bigint not null,
  reception_id   bigint,
  received_at    timestamptz not null,
  way            text not null check (way in ('visit', 'call', 'household', 'letter', 'scan', 'appointment', 'on_behalf')),
  persons        int not null check (persons between 1 and 999),
  confidential   boolean not null default false,   -- 要求保密
  may_publish    boolean not null default false,   -- 同意公开（去标识化）
  reply_by       text not null check (reply_by in ('phone', 'message', 'person', 'letter', 'none')),
  notice_version text not null check (notice_version <> ''),
  notice_given   text not null check (notice_given in ('shown', 'read_out', 'paper')),
  recorded_by    bigint not null,
  recorded_name  text not null check (recorded_name <> ''),
  created_at     timestamptz not null,
  primary key (county_id, id),
  unique (county_id, submission_key),
  foreign key (county_id, station_id) references stations (county_id, id),
  foreign key (county_id, place_id) references stations (county_id, id),
  foreign key (county_id, reception_id) references receptions (county_id, id),
  foreign key (county_id, recorded_by) references users (county_id, id)
);
create index on visits (county_id, station_id, received_at);
create index on visits (county_id, place_id);
create index on visits (county_id, reception_id);
create index on visits (county_id, recorded_by);
call protect('visits');
grant select, insert on visits to lianluo_app;
grant select (county_id, id, station_id, place_id, reception_id, received_at, way, persons) on visits to lianluo_oversight;

-- Who came: apart from what was said, so that it can be masked, sealed and erased alone.
create table visit_contacts (
  county_id    int not null references counties (id),
  visit_id     bigint not null,
  name         text check (name <> ''),   -- null: 匿名
  gender       text check (gender in ('male', 'female')),
  village      text check (village <> ''),
  phone_sealed bytea,
  phone_blind  bytea,
  phone_masked text check (phone_masked <> ''),
  primary key (county_id, visit_id),
  check ((phone_sealed is null) = (phone_blind is null)),
  check ((phone_sealed is null) = (phone_masked is null)),
  foreign key (county_id, visit_id) references visits (county_id, id)
);
create index on visit_contacts (county_id, phone_blind) where phone_blind is not null;
call protect('visit_contacts');
grant select, insert, update on visit_contacts to lianluo_app;

create table visit_deputies (
  county_id int not null references counties (id),
  visit_id  bigint not null,
  deputy_id bigint not null,
  primary key (county_id, visit_id, deputy_id),
  foreign key (county_id, visit_id) references visits (county_id, id),
  foreign key (county_id, deputy_id) references deputies (county_id, id)
);
create index on visit_deputies (county_id, deputy_id, visit_id);
call protect('visit_deputies');
grant select, insert on visit_deputies to lianluo_app;
grant select on visit_deputies to lianluo_oversight;

-- +goose Down
drop table visit_deputies, visit_contacts, visits, reception_deputies, receptions;
