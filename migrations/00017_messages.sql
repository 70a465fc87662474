-- The outbox with its page: paper beside messages, a hold, tries; reminders, each once;
-- what the background could not do, in words; which servers are alive.
-- +goose Up

alter table messages drop constraint messages_kind_check;
alter table messages add constraint messages_kind_check
  check (kind in ('registered', 'feedback', 'extended', 'rehandling', 'upheld', 'rating_reminder'));
-- to_print waits for somebody at the station, printed for being handed over.
alter table messages drop constraint messages_state_check;
alter table messages add constraint messages_state_check
  check (state in ('waiting', 'sent', 'failed', 'withdrawn', 'to_print', 'printed'));
alter table messages
  add column tries      smallint not null default 0, -- how often a channel was asked
  add column trying_at  timestamptz,                 -- a channel is being asked since; null: none
  add column printed_at timestamptz,
  add column printed_by bigint,
  add constraint messages_printed check ((printed_at is null) = (printed_by is null)),
  add foreign key (county_id, printed_by) references users (county_id, id);
create index on messages (county_id, printed_by) where printed_by is not null;
create index messages_state on messages (county_id, state, id);
create unique index messages_one_reminder on messages (county_id, case_id, round) where kind = 'rating_reminder';
grant update (send_after, tries, trying_at, printed_at, printed_by) on messages to lianluo_app;

-- A link that goes on a printed slip makes a rating by slip.
alter table rating_links add column channel text not null default 'link' check (channel in ('link', 'slip'));
grant select (channel) on rating_links to lianluo_oversight;

-- 提醒: one before a clock's end, then when it is late, again and again; each once.
-- A clock whose end is moved is reminded of anew.
create table case_reminders (
  county_id  int not null references counties (id),
  id         bigint generated always as identity,
  case_id    bigint not null,
  clock_id   bigint not null,
  due_on     date not null,                 -- the clock's end as it stood
  kind       text not null check (kind in ('before', 'late')),
  nth        smallint not null,             -- 0, 1, 2 … of its kind
  day        date not null,                 -- on which it was due
  created_at timestamptz not null,
  primary key (county_id, id),
  unique (county_id, clock_id, due_on, kind, nth),
  foreign key (county_id, case_id) references cases (county_id, id),
  foreign key (county_id, clock_id) references case_clocks (county_id, id)
);
create index on case_reminders (county_id, case_id);
create index case_reminders_made on case_reminders (county_id, created_at);
call protect('case_reminders');
grant select, insert on case_reminders to lianluo_app;
create index case_clocks_running on case_clocks (county_id, due_on) where ended_on is null and stopped_on is null;

-- A job that was given up: what did not happen, for the county's staff. The technical
-- side is in the queue and in the log.
create table job_failures (
  county_id   int not null references counties (id),
  id          bigint generated always as identity,
  job_id      bigint,                       -- of the queue; null: the county's part of a periodic job
  attempt     smallint not null,
  kind        text not null check (kind <> ''),
  args        jsonb not null,               -- ids alone, for trying again
  subject     text not null check (subject <> ''), -- case XY2026-0012
  said        text not null check (said <> ''),    -- in plain words, and what one can do
  failed_at   timestamptz not null,
  resolved_at timestamptz,
  resolved_by bigint,                       -- null: it mended itself, or the platform tried again
  resolution  text check (resolution in ('again', 'seen', 'mended')),
  primary key (county_id, id),
  unique (county_id, job_id, attempt),
  check ((resolved_at is null) = (resolution is null)),
  foreign key (county_id, resolved_by) references users (county_id, id)
);
create index on job_failures (county_id, resolved_by);
create unique index job_failures_periodic on job_failures (county_id, kind) where job_id is null and resolved_at is null;
create index job_failures_open on job_failures (county_id, id) where resolved_at is null;
call protect('job_failures');
grant select, insert on job_failures to lianluo_app;
grant update (resolved_at, resolved_by, resolution) on job_failures to lianluo_app;

-- Which servers work the queue: a job whose server has not been seen is another's to do.
create table river.server (
  id         text primary key,
  host       text not null check (host <> ''),
  started_at timestamptz not null,
  seen_at    timestamptz not null
);

-- +goose Down
drop table river.server;
drop table job_failures, case_reminders;
drop index case_clocks_running;
alter table rating_links drop column channel;
drop index messages_one_reminder, messages_state;
alter table messages drop column tries, drop column trying_at, drop column printed_at, drop column printed_by;
alter table messages drop constraint messages_state_check, drop constraint messages_kind_check;
alter table messages add constraint messages_state_check check (state in ('waiting', 'sent', 'failed', 'withdrawn')),
  add constraint messages_kind_check check (kind in ('registered', 'feedback', 'extended', 'rehandling', 'upheld'));
