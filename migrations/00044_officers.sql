-- An office that ends the day before it began was entered by mistake: nobody held it.
-- +goose Up
alter table station_officers
  drop constraint station_officers_check,
  add constraint station_officers_check check (to_date is null or to_date >= from_date - 1);

-- +goose Down
update station_officers set to_date = from_date where to_date < from_date;
alter table station_officers
  drop constraint station_officers_check,
  add constraint station_officers_check check (to_date is null or to_date >= from_date);
