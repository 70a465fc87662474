-- What citizens are told when a day is cancelled, moved or its notice taken back stands apart
-- from the office's own reason. Reasons that were written before stay the office's own:
-- citizens read 因故.
-- +goose Up
alter table receptions add column public_reason text check (public_reason <> '');
alter table reception_events add column public_reason text check (public_reason <> '');
alter table reception_notices add column public_reason text check (public_reason <> '');

-- +goose Down
alter table receptions drop column public_reason;
alter table reception_events drop column public_reason;
alter table reception_notices drop column public_reason;
