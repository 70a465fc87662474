-- 工作日历: the years that a county uploads itself, before a release of the program knows them.
-- +goose Up

-- A year here replaces that year of the built-in calendar whole.
create table calendar_years (
  county_id     int not null references counties (id),
  year          int not null check (year between 2000 and 2099),
  uploaded_by   bigint not null,
  uploaded_name text not null check (uploaded_name <> ''),
  uploaded_at   timestamptz not null,
  primary key (county_id, year),
  foreign key (county_id, uploaded_by) references users (county_id, id)
);
create index on calendar_years (county_id, uploaded_by);
call protect('calendar_years');
grant select, insert, update on calendar_years to lianluo_app;

-- The days that are not what their weekday says. The announcement of a year may begin in the
-- last days of the December before it.
create table calendar_days (
  county_id int not null references counties (id),
  year      int not null,                   -- whose announcement it belongs to
  date      date not null,
  kind      text not null check (kind in ('holiday', 'workday')),
  name      text check (name <> ''),
  primary key (county_id, year, date),
  foreign key (county_id, year) references calendar_years (county_id, year)
);
call protect('calendar_days');
grant select, insert, delete on calendar_days to lianluo_app;

-- A date that somebody named, or that the law counts in months: no calendar moves it.
alter table case_clocks add column fixed boolean not null default false;
grant update (fixed) on case_clocks to lianluo_app;
alter table case_orders add column fixed boolean not null default false;

-- +goose Down
alter table case_orders drop column fixed;
alter table case_clocks drop column fixed;
drop table calendar_days, calendar_years;
