-- 事项: a matter's life, from the words registered to the citizen's verdict.
-- +goose Up

-- 编号: a counter for each county and year; numbers are never reused, gaps are allowed.
create table case_numbers (
  county_id int not null references counties (id),
  year      int not null,
  last      int not null,
  primary key (county_id, year)
);
call protect('case_numbers');
grant select, insert, update on case_numbers to lianluo_app;

create table cases (
  county_id      int not null references counties (id),
  id             bigint generated always as identity,
  number         text not null,
  visit_id       bigint not null,
  position       smallint not null,         -- first, second … matter of the visit
  station_id     bigint not null,
  place_id       bigint not null,
  words          text not null check (words <> ''),  -- verbatim; no grant to change it
  title          text not null check (title <> ''),
  nature         text not null check (nature in ('opinion', 'suggestion', 'criticism', 'help', 'inquiry', 'complaint', 'other')),
  category_id    bigint not null,
  level          text check (level in ('township', 'county')),
  proposal       text check (proposal <> ''),        -- 拟办意见
  state          text not null check (state in ('registered', 'sorted', 'reported', 'refusal_proposed', 'merged', 'suggested',
                   'assigned', 'return_requested', 'handling', 'extension_requested', 'paused', 'submitted',
                   'approved', 'awaiting_rating', 'review', 'study', 'closed', 'archived')),
  outcome        text check (outcome in ('satisfied', 'dissatisfied', 'unrated', 'refused', 'referred', 'kept', 'withdrawn')),
  returns_to     text,                      -- the state that a refusal, a merger or a stop came from
  outer_level    text check (outer_level in ('township', 'county')), -- who handed it out, and so approves
  unit_id        bigint,                    -- the lead unit
  lead_case_id   bigint,                    -- of a merged case
  round          smallint not null default 1,
  version        int not null default 1,
  clock          text,                      -- the clock that runs: sort, hand_out, county, sign, handle …
  due_on         date,                      -- the end of that clock
  due_provisional boolean not null default false, -- 暂定: the year's holidays are not announced
  answered_now   boolean not null default false,  -- 当场答复
  restricted     boolean not null default false,
  supervised     boolean not null default false,  -- 督办
  has_contact    boolean not null,          -- somebody can be asked for a rating
  refusal_reason_id bigint,
  promise        text check (promise <> ''),
  promise_on     date,
  lookup_hash    bytea not null,            -- of the 查询码
  registered_by  bigint not null,
  registered_at  timestamptz not null,
  closed_at      timestamptz,
  updated_at     timestamptz not null,
  primary key (county_id, id),
  unique (county_id, number),
  unique (county_id, lookup_hash),
  check ((state in ('closed', 'archived')) = (outcome is not null)),
  check ((state in ('closed', 'archived')) = (closed_at is not null)),
  check (state <> 'merged' or lead_case_id is not null),
  check ((clock is null) = (due_on is null)),
  foreign key (county_id, visit_id) references visits (county_id, id),
  foreign key (county_id, station_id) references stations (county_id, id),
  foreign key (county_id, place_id) references stations (county_id, id),
  foreign key (county_id, category_id) references categories (county_id, id),
  foreign key (county_id, unit_id) references units (county_id, id),
  foreign key (county_id, lead_case_id) references cases (county_id, id),
  foreign key (county_id, refusal_reason_id) references refusal_reasons (county_id, id),
  foreign key (county_id, registered_by) references users (county_id, id)
);
create index on cases (county_id, visit_id);
create index on cases (county_id, category_id);
create index on cases (county_id, lead_case_id) where lead_case_id is not null;
create index on cases (county_id, refusal_reason_id) where refusal_reason_id is not null;
create index cases_place on cases (county_id, place_id);
create index cases_registrar on cases (county_id, registered_by);
create index cases_unit_all on cases (county_id, unit_id, id);
create index cases_station_all on cases (county_id, station_id, id);
-- The queues: what is open, nearest date first; for the county, a station, a unit. state
-- stands in the predicate as text, because only leakproof operators use an index here.
create index cases_queue on cases (county_id, due_on, id) where outcome is null;
create index cases_queue_state on cases (county_id, state, due_on, id) where outcome is null;
create index cases_queue_station on cases (county_id, station_id, state, due_on, id) where outcome is null;
create index cases_queue_unit on cases (county_id, unit_id, state, due_on, id) where outcome is null;
create index cases_closed on cases (county_id, closed_at, id) where outcome is not null;
call protect('cases');
grant select, insert on cases to lianluo_app;
grant update (title, category_id, nature, level, proposal, state, outcome, returns_to, outer_level, unit_id, lead_case_id,
  round, version, clock, due_on, due_provisional, answered_now, restricted, supervised, refusal_reason_id,
  promise, promise_on, closed_at, updated_at) on cases to lianluo_app;
-- Oversight counts: it reads no words, no title and no code's hash.
grant select (county_id, id, number, station_id, place_id, nature, category_id, level, state, outcome, outer_level, unit_id,
  round, clock, due_on, answered_now, supervised, has_contact, promise_on, registered_at, closed_at) on cases to lianluo_oversight;


-- What happened: append-only. Nobody has update or delete.
create table case_events (
  county_id      int not null references counties (id),
  id             bigint generated always as identity,
  case_id        bigint not null,
  submission_key uuid,                      -- a step repeated with the same key finds this row
  step           text not null check (step <> ''),
  from_state     text,                      -- null: the case began here
  to_state       text not null,
  round          smallint not null,
  actor_id       bigint,                    -- null: the citizen or the system
  actor_name     text not null check (actor_name <> ''),
  actor_role     text not null check (actor_role <> ''),
  at             timestamptz not null,
  reason         text check (reason <> ''),
  body           text check (body <> ''),   -- the answer, the proposal, what was said
  unit_id        bigint,
  unit_name      text,
  detail         jsonb,                     -- what else the step recorded; never personal data
  primary key (county_id, id),
  unique (county_id, submission_key),
  foreign key (county_id, case_id) references cases (county_id, id),
  foreign key (county_id, unit_id) references units (county_id, id)
);
create index on case_events (county_id, case_id, id);
create index case_events_step on case_events (county_id, step, at);
create index case_events_unit on case_events (county_id, unit_id) where unit_id is not null;
call protect('case_events');
grant select, insert on case_events to lianluo_app;
grant select (county_id, id, case_id, step, from_state, to_state, round, actor_role, at, unit_id) on case_events to lianluo_oversight;

-- Clocks as dated records: started, stopped, extended, ended; never an edited past. Two may
-- run at once: an order's signing period and its handling period start together.
create table case_clocks (
  county_id   int not null references counties (id),
  id          bigint generated always as identity,
  case_id     bigint not null,
  kind        text not null check (kind <> ''),
  round       smallint not null,
  started_on  date not null,
  first_due   date not null,                -- as first set
  due_on      date not null,                -- as it stands after stops and extensions
  provisional boolean not null,
  stopped_on  date,                         -- set while it stands still
  ended_on    date,
  primary key (county_id, id),
  foreign key (county_id, case_id) references cases (county_id, id)
);
create index on case_clocks (county_id, case_id);
create unique index on case_clocks (county_id, case_id, kind) where ended_on is null and kind <> 'co';
call protect('case_clocks');
grant select, insert on case_clocks to lianluo_app;
grant update (due_on, provisional, stopped_on, ended_on) on case_clocks to lianluo_app;
grant select on case_clocks to lianluo_oversight;

-- 交办单: which unit has it, as lead or beside the lead, and from whom.
create table case_orders (
  county_id     int not null references counties (id),
  id            bigint generated always as identity,
  case_id       bigint not null,
  unit_id       bigint not null,
  part          text not null check (part in ('lead', 'co')),
  round         smallint not null,
  due_on        date not null,
  may_call      boolean not null,           -- the unit must call the citizen, so it may see the number
  note          text check (note <> ''),
  handed_out_by bigint,
  handed_out_at timestamptz not null,
  signed_by     bigint,
  signed_at     timestamptz,
  opinion_at    timestamptz,                -- 协办意见 given
  ended_at      timestamptz,
  primary key (county_id, id),
  foreign key (county_id, case_id) references cases (county_id, id),
  foreign key (county_id, unit_id) references units (county_id, id),
  foreign key (county_id, handed_out_by) references users (county_id, id),
  foreign key (county_id, signed_by) references users (county_id, id)
);
create index on case_orders (county_id, case_id);
create index on case_orders (county_id, unit_id);
create index on case_orders (county_id, handed_out_by);
create index on case_orders (county_id, signed_by);
create unique index on case_orders (county_id, case_id) where part = 'lead' and ended_at is null;
call protect('case_orders');
grant select, insert on case_orders to lianluo_app;
grant update (due_on, signed_by, signed_at, opinion_at, ended_at) on case_orders to lianluo_app;
grant select on case_orders to lianluo_oversight;

-- 答复: each result that a unit submits, or that was said on the spot; append-only.
create table case_answers (
  county_id    int not null references counties (id),
  id           bigint generated always as identity,
  case_id      bigint not null,
  round        smallint not null,
  unit_id      bigint,                      -- null: answered on the spot
  class        text,
  body         text not null check (body <> ''),
  promise      text check (promise <> ''),
  promise_on   date,
  author_id    bigint not null,
  author_name  text not null,
  submitted_at timestamptz not null,
  primary key (county_id, id),
  foreign key (county_id, case_id) references cases (county_id, id),
  foreign key (county_id, unit_id) references units (county_id, id),
  foreign key (county_id, class) references result_classes (county_id, code),
  foreign key (county_id, author_id) references users (county_id, id)
);
create index on case_answers (county_id, case_id, id);
create index on case_answers (county_id, unit_id);
create index on case_answers (county_id, class);
create index on case_answers (county_id, author_id);
call protect('case_answers');
grant select, insert on case_answers to lianluo_app;
grant select (county_id, id, case_id, round, unit_id, class, promise_on, submitted_at) on case_answers to lianluo_oversight;

-- 反馈: to the citizen and to each receiving deputy, when, how and by whom; append-only.
create table case_feedbacks (
  county_id  int not null references counties (id),
  id         bigint generated always as identity,
  case_id    bigint not null,
  round      smallint not null,
  recipient  text not null check (recipient in ('citizen', 'deputy')),
  deputy_id  bigint,
  way        text not null check (way in ('phone', 'message', 'person', 'letter', 'notice')),
  reached    boolean not null,
  body       text check (body <> ''),
  told_on    date not null,
  told_by    text not null check (told_by <> ''),
  user_id    bigint,
  created_at timestamptz not null,
  primary key (county_id, id),
  check ((recipient = 'deputy') = (deputy_id is not null)),
  foreign key (county_id, case_id) references cases (county_id, id),
  foreign key (county_id, deputy_id) references deputies (county_id, id),
  foreign key (county_id, user_id) references users (county_id, id)
);
create index on case_feedbacks (county_id, case_id, id);
create index on case_feedbacks (county_id, deputy_id);
create index on case_feedbacks (county_id, user_id);
call protect('case_feedbacks');
grant select, insert on case_feedbacks to lianluo_app;
grant select (county_id, id, case_id, round, recipient, way, reached, told_on) on case_feedbacks to lianluo_oversight;

-- +goose Down
drop table case_feedbacks, case_answers, case_orders, case_clocks, case_events, cases, case_numbers;
