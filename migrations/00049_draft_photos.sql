-- Photographs of a registration that was begun: they go with its draft, to the cases that it
-- becomes, or away. The bytes are in the store under the same key, sealed as what stands here.
-- +goose Up
alter table visit_drafts add column id bigint generated always as identity, add unique (county_id, id);
create table draft_photos (
  county_id int not null references counties (id),
  key       uuid not null,  -- of the draft and the picture: sent twice, it is one
  draft_id  bigint not null,
  name      bytea not null, -- sealed
  thumb     bytea not null, -- sealed
  width     int not null check (width > 0),
  height    int not null check (height > 0),
  added_at  timestamptz not null,
  primary key (county_id, key),
  foreign key (county_id, draft_id) references visit_drafts (county_id, id)
);
create index on draft_photos (county_id, draft_id);
call protect('draft_photos');
grant select, insert, delete on draft_photos to lianluo_app;

-- +goose Down
drop table draft_photos;
alter table visit_drafts drop column id;
