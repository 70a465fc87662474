-- +goose Up
-- A day that the plan moved after its rule leaves a trace, as one moved by hand does.
alter table reception_events drop constraint reception_events_kind_check;
alter table reception_events add constraint reception_events_kind_check
  check (kind in ('added', 'changed', 'replanned', 'moved', 'cancelled', 'joined', 'left', 'swapped', 'held'));

-- +goose Down
-- The owner sees the rows only unforced.
alter table reception_events no force row level security;
delete from reception_events where kind = 'replanned';
alter table reception_events force row level security;
alter table reception_events drop constraint reception_events_kind_check;
alter table reception_events add constraint reception_events_kind_check
  check (kind in ('added', 'changed', 'moved', 'cancelled', 'joined', 'left', 'swapped', 'held'));
