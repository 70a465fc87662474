-- A visit belonged to the first reception day of its station on its date. Here what is
-- certain is put right: a call, a letter or what was brought along came to no reception day,
-- nor did anybody come to one that was cancelled; and who was received at a place that had
-- one day of its own on that date came to that one. A visit at a place without a day of its
-- own stays where it is: who was on duty may have gone there, and nobody wrote that down.
-- +goose Up
-- The owner sees the rows only unforced.
alter table visits no force row level security;
alter table receptions no force row level security;
update visits v set reception_id = null from receptions r
where r.county_id = v.county_id and r.id = v.reception_id
  and (v.way in ('call', 'letter', 'scan', 'on_behalf') or v.way = 'household' and r.kind <> 'household' or r.state = 'cancelled');
update visits v set reception_id = own.id from receptions r, (
  select county_id, station_id, place_id, date, min(id) as id from receptions
  where state <> 'cancelled' and kind <> 'household' group by county_id, station_id, place_id, date having count(*) = 1) own
where r.county_id = v.county_id and r.id = v.reception_id and r.place_id <> v.place_id and v.way in ('visit', 'appointment')
  and own.county_id = v.county_id and own.station_id = v.station_id and own.place_id = v.place_id and own.date = r.date;
alter table visits force row level security;
alter table receptions force row level security;

-- +goose Down
-- What was put right stays so.
select 1;
