-- What a county decides for itself: periods, dictionaries, the privacy notice.
-- +goose Up

-- Periods in working days; domain.md section 2.5 has the defaults.
create table county_settings (
  county_id         int primary key references counties (id),
  sort_days         smallint not null default 2  check (sort_days between 1 and 30),
  hand_out_days     smallint not null default 5  check (hand_out_days between 1 and 30),
  county_days       smallint not null default 5  check (county_days between 1 and 30),
  sign_days         smallint not null default 5  check (sign_days between 1 and 30),
  township_days     smallint not null default 15 check (township_days between 1 and 90),
  department_days   smallint not null default 30 check (department_days between 1 and 90),
  check_days        smallint not null default 3  check (check_days between 1 and 30),
  approval_days     smallint not null default 3  check (approval_days between 1 and 30),
  feedback_days     smallint not null default 3  check (feedback_days between 1 and 30),
  rating_days       smallint not null default 15 check (rating_days between 1 and 60),
  review_days       smallint not null default 3  check (review_days between 1 and 30),
  rehandle_days     smallint not null default 15 check (rehandle_days between 1 and 30),
  study_days        smallint not null default 10 check (study_days between 1 and 30),
  near_due_days     smallint not null default 3  check (near_due_days between 0 and 30),
  notice_version    text not null default '2026-1' check (notice_version <> '')
);
call protect('county_settings');
grant select, insert, update on county_settings to lianluo_app;
grant select on county_settings to lianluo_oversight;

-- 领域类别, two levels; a retired one stays for the cases that carry it.
create table categories (
  county_id int not null references counties (id),
  id        bigint generated always as identity,
  parent_id bigint,
  name      text not null check (name <> ''),
  position  int not null,
  retired   boolean not null default false,
  primary key (county_id, id),
  foreign key (county_id, parent_id) references categories (county_id, id)
);
create index on categories (county_id, parent_id);
call protect('categories');
grant select, insert, update on categories to lianluo_app;
grant select on categories to lianluo_oversight;

-- 结果分类, A to D by default; a promise is what has to come back on a day.
create table result_classes (
  county_id int not null references counties (id),
  code      text not null check (code ~ '^[A-Z]$'),
  name      text not null check (name <> ''),
  promise   boolean not null,
  position  int not null,
  primary key (county_id, code)
);
call protect('result_classes');
grant select, insert, update on result_classes to lianluo_app;
grant select on result_classes to lianluo_oversight;

-- 不予受理理由, with where to send the citizen.
create table refusal_reasons (
  county_id int not null references counties (id),
  id        bigint generated always as identity,
  name      text not null check (name <> ''),
  guidance  text not null check (guidance <> ''),
  position  int not null,
  retired   boolean not null default false,
  primary key (county_id, id)
);
call protect('refusal_reasons');
grant select, insert, update on refusal_reasons to lianluo_app;

-- +goose Down
drop table refusal_reasons, result_classes, categories, county_settings;
