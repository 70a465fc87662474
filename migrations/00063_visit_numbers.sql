-- Every visit has its 登记编号: those that a demonstration brought without one get the next of their
-- station, year and month, in the order in which they were entered, and there are none without.
-- +goose Up
-- The owner sees the rows only unforced.
alter table visits no force row level security;
alter table visit_numbers no force row level security;
update visits v set in_year = n.in_year, in_month = n.in_month from (
  select u.county_id, u.id,
    row_number() over (partition by u.county_id, u.station_id, date_trunc('year', u.received_at, 'Asia/Shanghai') order by u.created_at, u.id)::int + coalesce(y.last, 0) as in_year,
    row_number() over (partition by u.county_id, u.station_id, date_trunc('month', u.received_at, 'Asia/Shanghai') order by u.created_at, u.id)::int + coalesce(m.last, 0) as in_month
  from visits u
  left join visit_numbers y on y.county_id = u.county_id and y.station_id = u.station_id and y.month = 0
    and y.year = extract(year from u.received_at at time zone 'Asia/Shanghai')
  left join visit_numbers m on m.county_id = u.county_id and m.station_id = u.station_id and m.month = extract(month from u.received_at at time zone 'Asia/Shanghai')
    and m.year = extract(year from u.received_at at time zone 'Asia/Shanghai')
  where u.in_year is null) n
where n.county_id = v.county_id and n.id = v.id;
insert into visit_numbers (county_id, station_id, year, month, last)
  select county_id, station_id, extract(year from received_at at time zone 'Asia/Shanghai')::int, 0, max(in_year) from visits group by 1, 2, 3
  union all
  select county_id, station_id, extract(year from received_at at time zone 'Asia/Shanghai')::int,
    extract(month from received_at at time zone 'Asia/Shanghai')::int, max(in_month) from visits group by 1, 2, 3, 4
  on conflict (county_id, station_id, year, month) do update set last = greatest(visit_numbers.last, excluded.last);
alter table visits force row level security;
alter table visit_numbers force row level security;
alter table visits alter column in_year set not null, alter column in_month set not null;

-- +goose Down
alter table visits alter column in_year drop not null, alter column in_month drop not null;
