-- 附件: photographs and documents of a case. The bytes are in the store of package blob,
-- under random keys that only these rows know.
-- +goose Up
create table attachments (
  county_id      int not null references counties (id),
  id             bigint generated always as identity,
  key            uuid not null,             -- in the address of the page
  case_id        bigint,                    -- its owner: exactly one, today always a case
  submission_key uuid not null,             -- a post repeated with the same key finds these rows
  position       smallint not null,         -- first, second … file of the post
  name           text check (name <> ''),   -- as shown; gone with the file, for it may name somebody
  format         text not null check (format in ('jpeg', 'pdf', 'docx', 'xlsx', 'pptx', 'doc', 'xls')),
  size           bigint not null check (size > 0),
  sha256         bytea not null,            -- of what is kept
  width          int,                       -- of a photograph
  height         int,
  blob_key       uuid not null,
  thumb_key      uuid,
  added_by       bigint not null,
  added_name     text not null check (added_name <> ''),
  added_at       timestamptz not null,
  removed_at     timestamptz,               -- what follows is its tombstone
  removed_by     bigint,                    -- null: the system, when its time was over
  removed_name   text check (removed_name <> ''),
  removed_reason text check (removed_reason <> ''),
  primary key (county_id, id),
  unique (county_id, key),
  unique (county_id, submission_key, position),
  unique (county_id, blob_key),
  unique (county_id, thumb_key),
  check (num_nonnulls(case_id) = 1),
  check ((format = 'jpeg') = (width is not null) and (width is null) = (height is null) and (width is null) = (thumb_key is null)),
  check ((name is null) = (removed_at is not null)),
  check ((removed_name is null) = (removed_at is null) and (removed_reason is null) = (removed_at is null)),
  check (removed_by is null or removed_at is not null),
  foreign key (county_id, case_id) references cases (county_id, id),
  foreign key (county_id, added_by) references users (county_id, id),
  foreign key (county_id, removed_by) references users (county_id, id)
);
create index on attachments (county_id, case_id, id);
create index on attachments (county_id, added_by);
create index on attachments (county_id, removed_by) where removed_by is not null;
call protect('attachments');
grant select, insert on attachments to lianluo_app;
grant update (name, removed_at, removed_by, removed_name, removed_reason) on attachments to lianluo_app;

-- How long files stay; a county without a row has the default.
create table file_settings (
  county_id   int primary key references counties (id),
  keep_months int not null default 60 check (keep_months between 1 and 1200) -- after its case was archived
);
call protect('file_settings');
grant select, insert, update on file_settings to lianluo_app;

-- +goose Down
drop table file_settings, attachments;
