-- 代表: one form makes one person; of a level there is one running mandate.
-- +goose Up
alter table deputies add column submission_key uuid, add unique (county_id, submission_key);
create unique index mandates_running on mandates (county_id, deputy_id, level) where to_date is null;
create index deputies_awaiting on deputies (county_id, number) where approved_at is null and merged_into is null;

-- +goose Down
drop index deputies_awaiting;
drop index mandates_running;
alter table deputies drop column submission_key;
