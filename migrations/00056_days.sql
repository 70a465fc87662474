-- Days that somebody left out of a rule's plan, and whom a citizen asked to meet.
-- +goose Up

-- 这一天不排: a day that the rule names (meant_on, wherever a holiday would move it) and that is
-- not made, however often the plan is. Taken back by deleting the row; the county's record of
-- what was done keeps both.
create table reception_omissions (
  county_id int not null references counties (id),
  rule_id   bigint not null,
  meant_on  date not null,
  reason    text not null check (reason <> ''),
  by_id     bigint not null,
  by_name   text not null check (by_name <> ''),
  at        timestamptz not null,
  primary key (county_id, rule_id, meant_on),
  foreign key (county_id, rule_id) references reception_rules (county_id, id),
  foreign key (county_id, by_id) references users (county_id, id)
);
create index on reception_omissions (county_id, by_id);
call protect('reception_omissions');
grant select, insert, delete on reception_omissions to lianluo_app;

-- The deputy whom the citizen asked to meet; null: whoever is there. Who has a day on which that
-- deputy does not come any more is told (reseated).
alter table appointments
  add column deputy_id bigint,
  add foreign key (county_id, deputy_id) references deputies (county_id, id);
create index on appointments (county_id, deputy_id) where deputy_id is not null;
grant update (deputy_id) on appointments to lianluo_app; -- two records become one
alter table appointment_events drop constraint appointment_events_kind_check;
alter table appointment_events add constraint appointment_events_kind_check
  check (kind in ('asked', 'confirmed', 'moved', 'declined', 'withdrawn', 'lost', 'came', 'absent', 'undone', 'reseated'));
alter table messages drop constraint messages_kind_check;
alter table messages add constraint messages_kind_check check (
  (appointment_id is null and kind in ('registered', 'feedback', 'extended', 'rehandling', 'upheld', 'rating_reminder'))
  or (case_id is null and kind in ('appointment_asked', 'appointment_confirmed', 'appointment_moved', 'appointment_declined',
    'appointment_cancelled', 'appointment_reseated', 'appointment_reminder')));

-- +goose Down
-- The owner sees the rows only unforced.
alter table messages no force row level security;
alter table appointment_events no force row level security;
delete from messages where kind = 'appointment_reseated';
delete from appointment_events where kind = 'reseated';
alter table messages force row level security;
alter table appointment_events force row level security;
alter table messages drop constraint messages_kind_check;
alter table messages add constraint messages_kind_check check (
  (appointment_id is null and kind in ('registered', 'feedback', 'extended', 'rehandling', 'upheld', 'rating_reminder'))
  or (case_id is null and kind in ('appointment_asked', 'appointment_confirmed', 'appointment_moved', 'appointment_declined',
    'appointment_cancelled', 'appointment_reminder')));
alter table appointment_events drop constraint appointment_events_kind_check;
alter table appointment_events add constraint appointment_events_kind_check
  check (kind in ('asked', 'confirmed', 'moved', 'declined', 'withdrawn', 'lost', 'came', 'absent', 'undone'));
revoke update (deputy_id) on appointments from lianluo_app;
alter table appointments drop column deputy_id;
drop table reception_omissions;
