-- 接待日程: rules that a year's days come from, what became of each day, its notices;
-- leaves; appointments that citizens ask for.
-- +goose Up

alter table deputies add column leads boolean not null default false; -- 领导干部代表

-- What the county wants of every station's rota.
alter table county_settings
  add column rota_roll         text not null default 'next_workday' check (rota_roll in ('next_workday', 'week_later', 'leave_out')),
  add column rota_publish smallint not null default 3 check (rota_publish between 0 and 30), -- 0: by hand alone
  add column rota_least        smallint not null default 2 check (rota_least between 0 and 60),        -- times a deputy and year
  add column rota_leading      boolean  not null default false,                                        -- each month a day with a leading one
  add column rota_remind  smallint not null default 1 check (rota_remind between 0 and 30),
  add column rota_version      int      not null default 1;

create table reception_rules (
  county_id      int not null references counties (id),
  id             bigint generated always as identity,
  submission_key uuid not null,
  station_id     bigint not null,
  place_id       bigint not null,
  kind           text not null check (kind in ('fixed', 'mobile', 'theme', 'appointment', 'household')),
  rule           jsonb not null,              -- rota.Rule
  starts         text not null check (starts ~ '^[0-2][0-9]:[0-5][0-9]$'),
  ends           text not null check (ends ~ '^[0-2][0-9]:[0-5][0-9]$'),
  seats          smallint not null check (seats between 1 and 9),
  spares         smallint not null check (spares between 0 and 9),
  theme          text check (theme <> ''),
  invited        text check (invited <> ''),  -- 国家机关参加单位
  route          text check (route <> ''),    -- of a mobile one
  from_date      date not null,
  to_date        date,
  retired        boolean not null default false,
  version        int not null default 1,
  primary key (county_id, id),
  unique (county_id, submission_key),
  check (starts < ends),
  check (to_date is null or to_date >= from_date),
  foreign key (county_id, station_id) references stations (county_id, id),
  foreign key (county_id, place_id) references stations (county_id, id)
);
create index on reception_rules (county_id, station_id);
create index on reception_rules (county_id, place_id);
call protect('reception_rules');
grant select, insert, update on reception_rules to lianluo_app;

-- A day of a rule is known by the date that the rule named (meant_on), wherever a holiday
-- or a person moved it: making the plan again finds it. touched: a person changed it, and
-- the rule leaves it alone. A day of a rule that is cancelled and not touched is one that
-- the rule brings no more and nobody has seen: it is shown nowhere. withheld: its notice was withdrawn, so no job publishes it.
alter table receptions
  add column submission_key uuid,
  add column rule_id        bigint,
  add column meant_on       date,
  add column touched        boolean not null default false,
  add column seats          smallint not null default 2 check (seats between 1 and 9),
  add column spares         smallint not null default 0 check (spares between 0 and 9),
  add column invited        text check (invited <> ''),
  add column route          text check (route <> ''),
  add column published_at   timestamptz,
  add column withheld       boolean not null default false,
  add column note           text check (note <> ''),     -- of what came of it
  add column organs         text check (organs <> ''),   -- that came
  add column reported_at    timestamptz,
  add column reported_by    bigint,
  add column reported_name  text check (reported_name <> ''),
  add column version        int not null default 1,
  add check ((rule_id is null) = (meant_on is null)),
  add unique (county_id, submission_key),
  add unique (county_id, rule_id, meant_on),
  add foreign key (county_id, rule_id) references reception_rules (county_id, id),
  add foreign key (county_id, reported_by) references users (county_id, id);
create index on receptions (county_id, reported_by) where reported_by is not null;
create index receptions_open on receptions (county_id, date) where state in ('planned', 'published');

alter table reception_deputies add column came boolean; -- null: nobody said
grant update (substitute, came) on reception_deputies to lianluo_app;

-- What happened to a day and to who is on duty: append-only.
create table reception_events (
  county_id    int not null references counties (id),
  id           bigint generated always as identity,
  reception_id bigint not null,
  kind         text not null check (kind in ('added', 'changed', 'moved', 'cancelled', 'joined', 'left', 'swapped', 'held')),
  deputy_id    bigint,   -- who came onto the day, or left
  instead_id   bigint,   -- of a swap: who came instead
  from_date    date,     -- of a move
  to_date      date,
  reason       text check (reason <> ''),
  by_id        bigint,   -- null: the system
  by_name      text not null check (by_name <> ''),
  at           timestamptz not null,
  primary key (county_id, id),
  check ((kind = 'swapped') = (instead_id is not null)),
  check ((kind = 'moved') = (from_date is not null and to_date is not null)),
  foreign key (county_id, reception_id) references receptions (county_id, id),
  foreign key (county_id, deputy_id) references deputies (county_id, id),
  foreign key (county_id, instead_id) references deputies (county_id, id),
  foreign key (county_id, by_id) references users (county_id, id)
);
create index on reception_events (county_id, reception_id, id);
create index on reception_events (county_id, deputy_id) where deputy_id is not null;
create index on reception_events (county_id, instead_id) where instead_id is not null;
create index on reception_events (county_id, by_id) where by_id is not null;
call protect('reception_events');
grant select, insert on reception_events to lianluo_app;

-- 公告: each text as it was published, corrected or withdrawn. Append-only.
create table reception_notices (
  county_id    int not null references counties (id),
  id           bigint generated always as identity,
  reception_id bigint not null,
  version      int not null,   -- 1, 2, 3 … of the day
  act          text not null check (act in ('published', 'corrected', 'withdrawn')),
  body         text not null check (body <> ''),
  reason       text check (reason <> ''),
  by_id        bigint,         -- null: the system
  by_name      text not null check (by_name <> ''),
  at           timestamptz not null,
  primary key (county_id, id),
  unique (county_id, reception_id, version),
  check (act = 'published' or reason is not null),
  foreign key (county_id, reception_id) references receptions (county_id, id),
  foreign key (county_id, by_id) references users (county_id, id)
);
create index on reception_notices (county_id, by_id) where by_id is not null;
call protect('reception_notices');
grant select, insert on reception_notices to lianluo_app;

-- 请假: a deputy is not there from one day to another.
create table reception_leaves (
  county_id      int not null references counties (id),
  id             bigint generated always as identity,
  submission_key uuid not null,
  deputy_id      bigint not null,
  from_date      date not null,
  to_date        date not null,
  reason         text not null check (reason <> ''),
  by_id          bigint not null,
  by_name        text not null check (by_name <> ''),
  at             timestamptz not null,
  ended_at       timestamptz,            -- taken back
  ended_name     text check (ended_name <> ''),
  primary key (county_id, id),
  unique (county_id, submission_key),
  check (to_date >= from_date),
  check ((ended_at is null) = (ended_name is null)),
  foreign key (county_id, deputy_id) references deputies (county_id, id),
  foreign key (county_id, by_id) references users (county_id, id)
);
create index on reception_leaves (county_id, deputy_id, from_date);
create index on reception_leaves (county_id, by_id);
call protect('reception_leaves');
grant select, insert on reception_leaves to lianluo_app;
grant update (deputy_id, ended_at, ended_name) on reception_leaves to lianluo_app; -- deputy_id: two records become one

-- 约见: somebody asks to meet a deputy.
create table appointments (
  county_id      int not null references counties (id),
  id             bigint generated always as identity,
  submission_key uuid not null,
  station_id     bigint not null,
  place_id       bigint not null,
  name           text not null check (name <> ''),
  phone_sealed   bytea not null,
  phone_blind    bytea not null,
  phone_masked   text not null check (phone_masked <> ''),
  topic          text not null check (topic <> ''),
  wish           text check (wish <> ''),            -- which day would suit
  state          text not null default 'asked' check (state in ('asked', 'confirmed', 'moved', 'declined', 'withdrawn')),
  reception_id   bigint,                             -- the day that was settled
  reason         text check (reason <> ''),          -- of a move, a refusal, a withdrawal
  notice_version text not null,
  entered_by     bigint,                             -- null: the citizen, on the station's page
  entered_name   text not null check (entered_name <> ''),
  created_at     timestamptz not null,
  answered_by    bigint,
  answered_name  text check (answered_name <> ''),
  answered_at    timestamptz,
  version        int not null default 1,
  primary key (county_id, id),
  unique (county_id, submission_key),
  check ((state in ('confirmed', 'moved')) = (reception_id is not null)),
  check (state in ('asked', 'confirmed') or reason is not null),
  check ((state = 'asked') = (answered_at is null)),
  foreign key (county_id, station_id) references stations (county_id, id),
  foreign key (county_id, place_id) references stations (county_id, id),
  foreign key (county_id, reception_id) references receptions (county_id, id),
  foreign key (county_id, notice_version) references notices (county_id, version),
  foreign key (county_id, entered_by) references users (county_id, id),
  foreign key (county_id, answered_by) references users (county_id, id)
);
create index on appointments (county_id, station_id, state);
create index on appointments (county_id, place_id);
create index on appointments (county_id, phone_blind);
create index on appointments (county_id, notice_version);
create index on appointments (county_id, reception_id) where reception_id is not null;
create index on appointments (county_id, entered_by) where entered_by is not null;
create index on appointments (county_id, answered_by) where answered_by is not null;
call protect('appointments');
grant select, insert on appointments to lianluo_app;
grant update (state, reception_id, reason, answered_by, answered_name, answered_at, version) on appointments to lianluo_app;

-- +goose Down
drop table appointments, reception_leaves, reception_notices, reception_events;
revoke update (substitute, came) on reception_deputies from lianluo_app;
alter table reception_deputies drop column came;
drop index receptions_open;
alter table receptions drop column submission_key, drop column rule_id, drop column meant_on, drop column touched, drop column seats,
  drop column spares, drop column invited, drop column route, drop column published_at, drop column withheld, drop column note,
  drop column organs, drop column reported_at, drop column reported_by, drop column reported_name, drop column version;
drop table reception_rules;
alter table county_settings drop column rota_roll, drop column rota_publish, drop column rota_least, drop column rota_leading,
  drop column rota_remind, drop column rota_version;
alter table deputies drop column leads;
