-- A form that was changed and sent again after a lost answer has the key of a visit that is
-- registered: what it said then is kept as a keyed hash, with the keys of the photographs that
-- it named, so that the change is noticed and not dropped. Visits so far are not compared.
-- +goose Up
alter table visits add column typed bytea, add column typed_photos uuid[] not null default '{}';

-- +goose Down
alter table visits drop column typed, drop column typed_photos;
