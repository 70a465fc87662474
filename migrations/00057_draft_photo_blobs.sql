-- The bytes of a draft's photograph have a key that is used once: a picture that is taken out and
-- chosen again has other bytes than those that are being deleted.
-- +goose Up
alter table draft_photos add column blob_key uuid;
alter table draft_photos no force row level security;
update draft_photos set blob_key = key;
alter table draft_photos force row level security;
alter table draft_photos alter column blob_key set not null, add unique (county_id, blob_key);

-- +goose Down
-- What was kept since has its bytes under a key that nobody knows without the column.
alter table draft_photos no force row level security;
delete from draft_photos where blob_key <> key;
alter table draft_photos force row level security;
alter table draft_photos drop column blob_key;
