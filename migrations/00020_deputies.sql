-- 代表档案: a number of one's own, private facts apart, what is public once approved, terms.
-- +goose Up

-- 档案号: a counter for each county; 一人一档.
create table deputy_numbers (
  county_id int primary key references counties (id),
  last      int not null
);
call protect('deputy_numbers');
grant select, insert, update on deputy_numbers to lianluo_app;

-- approved_at: somebody who may has looked at what citizens see: name, photograph, duties.
-- merged_into: two records were one person's; this one shows nowhere any more.
alter table deputies
  add column number        int,
  add column approved_at   timestamptz,
  add column approved_by   bigint,
  add column approved_name text check (approved_name <> ''),
  add column merged_into   bigint,
  add column version       int not null default 1,
  add check ((approved_at is null) = (approved_name is null)),
  add check (approved_by is null or approved_at is not null),
  add foreign key (county_id, approved_by) references users (county_id, id),
  add foreign key (county_id, merged_into) references deputies (county_id, id);
-- The owner sees the rows only unforced.
alter table deputies no force row level security;
update deputies d set number = n.number from (
  select county_id, id, row_number() over (partition by county_id order by id) as number from deputies) n
where n.county_id = d.county_id and n.id = d.id;
alter table deputy_numbers no force row level security;
insert into deputy_numbers (county_id, last) select county_id, max(number) from deputies group by county_id;
alter table deputies force row level security;
alter table deputy_numbers force row level security;
alter table deputies alter column number set not null, add unique (county_id, number);
create index on deputies (county_id, approved_by) where approved_by is not null;
create index on deputies (county_id, merged_into) where merged_into is not null;

-- What is nobody's but the office's.
alter table deputy_private
  add column ethnicity text check (ethnicity <> ''),   -- 民族
  add column education text check (education <> ''),   -- 学历
  add column party     text check (party <> ''),       -- 政治面貌
  add constraint deputy_private_blind check ((phone_sealed is null) = (phone_blind is null)),
  add constraint deputy_private_masked check ((phone_sealed is null) = (phone_masked is null));

-- Of a township's own congress: the township.
alter table mandates
  add column division_code text references divisions (code),
  add constraint mandates_dates check (to_date is null or to_date >= from_date);
create index on mandates (county_id, level, term);
create index on mandates (division_code) where division_code is not null;

alter table station_deputies add constraint station_deputies_dates check (to_date is null or to_date >= from_date);

-- 届次: which term a level's congress is in, and which it was in. A township has its own.
create table terms (
  county_id     int not null references counties (id),
  id            bigint generated always as identity,
  level         text not null check (level in ('national', 'province', 'prefecture', 'county', 'township')),
  division_code text references divisions (code),     -- of one township; null: all of the level
  name          text not null check (name <> ''),     -- 第十七届
  from_date     date not null,
  started_at    timestamptz not null,
  started_by    bigint,
  started_name  text not null check (started_name <> ''),
  primary key (county_id, id),
  check (division_code is null or level = 'township'),
  foreign key (county_id, started_by) references users (county_id, id)
);
create unique index terms_name on terms (county_id, level, coalesce(division_code, ''), name);
create index on terms (division_code) where division_code is not null;
create index on terms (county_id, started_by) where started_by is not null;
call protect('terms');
grant select, insert on terms to lianluo_app;

-- +goose Down
drop table terms;
alter table station_deputies drop constraint station_deputies_dates;
drop index mandates_county_id_level_term_idx;
alter table mandates drop column division_code, drop constraint mandates_dates;
alter table deputy_private drop column ethnicity, drop column education, drop column party,
  drop constraint deputy_private_blind, drop constraint deputy_private_masked;
alter table deputies drop column merged_into, drop column approved_at, drop column approved_by, drop column approved_name,
  drop column version, drop column number;
drop table deputy_numbers;
