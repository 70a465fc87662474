-- 约见, whole: a message of the outbox is about a case or about an appointment; a 查询码 for the
-- citizen; by when an answer is owed; what came of the meeting, and everything that happened.
-- +goose Up

alter table messages
  alter column case_id drop not null,
  add column appointment_id bigint,
  add constraint messages_about check (num_nonnulls(case_id, appointment_id) = 1),
  add foreign key (county_id, appointment_id) references appointments (county_id, id);
create index on messages (county_id, appointment_id) where appointment_id is not null;
-- Of an appointment the round is the version that the message tells of.
alter table messages drop constraint messages_kind_check;
alter table messages add constraint messages_kind_check check (
  (appointment_id is null and kind in ('registered', 'feedback', 'extended', 'rehandling', 'upheld', 'rating_reminder'))
  or (case_id is null and kind in ('appointment_asked', 'appointment_confirmed', 'appointment_moved', 'appointment_declined',
    'appointment_cancelled', 'appointment_reminder')));
-- to_call waits for somebody at the station who tells it by phone or in person.
alter table messages drop constraint messages_state_check;
alter table messages add constraint messages_state_check
  check (state in ('waiting', 'sent', 'failed', 'withdrawn', 'to_print', 'printed') or state = 'to_call' and appointment_id is not null);
create unique index messages_one_appointment_reminder on messages (county_id, appointment_id, round) where kind = 'appointment_reminder';

-- How many working days the station has to answer a request, or to find another day.
alter table county_settings add column rota_answer smallint not null default 3 check (rota_answer between 1 and 30);

-- Somebody without a phone is told in person. lookup_hash is null for what was asked before
-- there were codes. asked with lost_on: the day that had been settled is not held.
alter table appointments
  alter column phone_sealed drop not null,
  alter column phone_blind drop not null,
  alter column phone_masked drop not null,
  add constraint appointments_phone check (num_nonnulls(phone_sealed, phone_blind, phone_masked) in (0, 3)),
  add column reply_by    text not null default 'message' check (reply_by in ('message', 'phone', 'person')),
  add constraint appointments_reply check ((phone_sealed is null) = (reply_by = 'person')),
  add column lookup_hash bytea,
  add column due_on      date,
  add column at          text check (at ~ '^[0-2][0-9]:[0-5][0-9]$'), -- the hour, within the day's
  add column lost_on     date,
  add column visit_id    bigint,
  add unique (county_id, lookup_hash),
  add unique (county_id, visit_id),
  add foreign key (county_id, visit_id) references visits (county_id, id),
  drop constraint appointments_state_check,
  drop constraint appointments_check,
  drop constraint appointments_check1,
  drop constraint appointments_check2;
alter table appointments
  add constraint appointments_state_check check (state in ('asked', 'confirmed', 'moved', 'declined', 'withdrawn', 'came', 'absent')),
  add constraint appointments_day check (state = 'came' or (state in ('confirmed', 'moved', 'absent')) = (reception_id is not null)),
  add constraint appointments_reason check (state not in ('moved', 'declined', 'withdrawn') or reason is not null),
  add constraint appointments_answered check ((state = 'asked') = (answered_at is null)),
  add constraint appointments_came check ((state = 'came') = (visit_id is not null)),
  add constraint appointments_lost check (lost_on is null or state <> 'came' and state <> 'absent');
create index appointments_waiting on appointments (county_id, due_on) where state = 'asked';
grant update (station_id, place_id, due_on, at, lost_on, visit_id) on appointments to lianluo_app;

-- What happened to an appointment, and how it stood then: append-only.
create table appointment_events (
  county_id      int not null references counties (id),
  id             bigint generated always as identity,
  appointment_id bigint not null,
  kind           text not null check (kind in ('asked', 'confirmed', 'moved', 'declined', 'withdrawn', 'lost', 'came', 'absent', 'undone')),
  state          text not null check (state in ('asked', 'confirmed', 'moved', 'declined', 'withdrawn', 'came', 'absent')),
  reception_id   bigint,
  date           date,                          -- of the day that was settled, or lost
  at             text check (at <> ''),
  reason         text check (reason <> ''),
  by_id          bigint,                        -- null: the citizen, or the system
  by_name        text not null check (by_name <> ''),
  happened_at    timestamptz not null,
  primary key (county_id, id),
  foreign key (county_id, appointment_id) references appointments (county_id, id),
  foreign key (county_id, reception_id) references receptions (county_id, id),
  foreign key (county_id, by_id) references users (county_id, id)
);
create index on appointment_events (county_id, appointment_id, id);
create index on appointment_events (county_id, reception_id) where reception_id is not null;
create index on appointment_events (county_id, by_id) where by_id is not null;
call protect('appointment_events');
grant select, insert on appointment_events to lianluo_app;

-- What there is already. The owner sees the rows only unforced.
alter table appointments no force row level security;
alter table receptions no force row level security;
alter table appointment_events no force row level security;
update appointments set due_on = (created_at at time zone 'Asia/Shanghai')::date + 5;
update appointments a set state = 'asked', lost_on = r.date, reason = r.reason, reception_id = null, answered_by = null, answered_name = null,
    answered_at = null, version = a.version + 1
  from receptions r where r.county_id = a.county_id and r.id = a.reception_id and r.state = 'cancelled';
insert into appointment_events (county_id, appointment_id, kind, state, by_id, by_name, happened_at)
  select county_id, id, 'asked', 'asked', entered_by, entered_name, created_at from appointments order by county_id, id;
insert into appointment_events (county_id, appointment_id, kind, state, reception_id, reason, by_id, by_name, happened_at)
  select county_id, id, state, state, reception_id, reason, answered_by, answered_name, answered_at from appointments
  where answered_at is not null order by county_id, id;
alter table appointments force row level security;
alter table receptions force row level security;
alter table appointment_events force row level security;
alter table appointments alter column due_on set not null;

-- +goose Down
alter table messages no force row level security;
alter table appointments no force row level security;
delete from messages where appointment_id is not null;
drop table appointment_events;
alter table messages drop column appointment_id, -- and the checks that name it
  add constraint messages_kind_check check (kind in ('registered', 'feedback', 'extended', 'rehandling', 'upheld', 'rating_reminder')),
  add constraint messages_state_check check (state in ('waiting', 'sent', 'failed', 'withdrawn', 'to_print', 'printed')),
  alter column case_id set not null;
alter table county_settings drop column rota_answer;
revoke update (station_id, place_id) on appointments from lianluo_app;
alter table appointments drop constraint appointments_day, drop constraint appointments_reason, drop constraint appointments_answered,
  drop constraint appointments_came, drop constraint appointments_lost, drop constraint appointments_state_check, drop constraint appointments_phone;
delete from appointments where phone_sealed is null;
update appointments set state = 'confirmed' where state in ('came', 'absent');
alter table appointments drop column reply_by, drop column lookup_hash, drop column due_on, drop column at, drop column lost_on, drop column visit_id,
  add constraint appointments_state_check check (state in ('asked', 'confirmed', 'moved', 'declined', 'withdrawn')),
  add check ((state in ('confirmed', 'moved')) = (reception_id is not null)),
  add check (state in ('asked', 'confirmed') or reason is not null),
  add check ((state = 'asked') = (answered_at is null)),
  alter column phone_sealed set not null,
  alter column phone_blind set not null,
  alter column phone_masked set not null;
alter table messages force row level security;
alter table appointments force row level security;
