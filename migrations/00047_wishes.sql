-- A deputy asks, on a page of their own, for a leave or that somebody else comes on a day;
-- the station or the county answers.
-- +goose Up
create table reception_wishes (
  county_id      int not null references counties (id),
  id             bigint generated always as identity,
  submission_key uuid not null,
  kind           text not null check (kind in ('leave', 'swap')),
  deputy_id      bigint not null,
  from_date      date,               -- of a leave
  to_date        date,
  reception_id   bigint,             -- of a swap
  instead_id     bigint,             -- whom the deputy proposes, or who came of it
  reason         text not null check (reason <> ''),
  state          text not null default 'asked' check (state in ('asked', 'granted', 'refused', 'withdrawn')),
  answer         text check (answer <> ''),
  asked_id       bigint not null,
  asked_name     text not null check (asked_name <> ''),
  asked_at       timestamptz not null,
  answered_id    bigint,
  answered_name  text check (answered_name <> ''),
  answered_at    timestamptz,
  primary key (county_id, id),
  unique (county_id, submission_key),
  check ((kind = 'leave') = (from_date is not null and to_date is not null)),
  check ((kind = 'swap') = (reception_id is not null)),
  check (kind = 'swap' or instead_id is null),
  check (to_date >= from_date),
  check (state <> 'refused' or answer is not null),
  check ((state = 'asked') = (answered_at is null)),
  foreign key (county_id, deputy_id) references deputies (county_id, id),
  foreign key (county_id, instead_id) references deputies (county_id, id),
  foreign key (county_id, reception_id) references receptions (county_id, id),
  foreign key (county_id, asked_id) references users (county_id, id),
  foreign key (county_id, answered_id) references users (county_id, id)
);
create index on reception_wishes (county_id, deputy_id);
create index on reception_wishes (county_id, instead_id) where instead_id is not null;
create index on reception_wishes (county_id, reception_id) where reception_id is not null;
create index on reception_wishes (county_id, asked_id);
create index on reception_wishes (county_id, answered_id) where answered_id is not null;
create index on reception_wishes (county_id) where state = 'asked';
call protect('reception_wishes');
grant select, insert on reception_wishes to lianluo_app;
-- deputy_id and instead_id: two records become one
grant update (deputy_id, instead_id, state, answer, answered_id, answered_name, answered_at) on reception_wishes to lianluo_app;

-- +goose Down
drop table reception_wishes;
