-- 登记编号: a visit's number within its station and the year and month in which it came, given
-- when it is registered and kept, so that what was printed stays true whoever commits first.
-- What is entered later gets the next one. Visits so far keep what the register showed.
-- +goose Up
alter table visits add column in_year int check (in_year > 0), add column in_month int check (in_month > 0);
create index on visits (county_id, received_at);

create table visit_numbers (
  county_id  int not null references counties (id),
  station_id bigint not null,
  year       int not null,
  month      int not null check (month between 0 and 12),  -- 0: of the whole year
  last       int not null check (last >= 0),
  primary key (county_id, station_id, year, month),
  foreign key (county_id, station_id) references stations (county_id, id)
);
-- The owner sees the rows only unforced.
alter table visits no force row level security;
update visits v set in_year = n.in_year, in_month = n.in_month from (
  select county_id, id, row_number() over (partition by county_id, station_id, date_trunc('year', received_at, 'Asia/Shanghai') order by id)::int as in_year,
    row_number() over (partition by county_id, station_id, date_trunc('month', received_at, 'Asia/Shanghai') order by id)::int as in_month
  from visits) n
where n.county_id = v.county_id and n.id = v.id;
insert into visit_numbers (county_id, station_id, year, month, last)
  select county_id, station_id, extract(year from received_at at time zone 'Asia/Shanghai')::int, 0, max(in_year) from visits group by 1, 2, 3
  union all
  select county_id, station_id, extract(year from received_at at time zone 'Asia/Shanghai')::int,
    extract(month from received_at at time zone 'Asia/Shanghai')::int, max(in_month) from visits group by 1, 2, 3, 4;
alter table visits force row level security;
call protect('visit_numbers');
grant select, insert, update on visit_numbers to lianluo_app;

-- +goose Down
drop table visit_numbers;
drop index visits_county_id_received_at_idx;
alter table visits drop column in_year, drop column in_month;
