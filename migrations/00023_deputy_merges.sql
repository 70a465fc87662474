-- 一人一档: two records of one person are merged, with a way back, or said to be two people.
-- +goose Up

-- moved: the rows that went from one record to the other, by id, and which facts changed
-- places, each with a keyed fingerprint. No personal data: each stays in its own table.
create table deputy_merges (
  county_id   int not null references counties (id),
  id          bigint generated always as identity,
  kept_id     bigint not null,
  gone_id     bigint not null,
  moved       jsonb not null,
  at          timestamptz not null,
  by_id       bigint,
  by_name     text not null check (by_name <> ''),
  undone_at   timestamptz,
  undone_by   bigint,
  undone_name text check (undone_name <> ''),
  primary key (county_id, id),
  check (kept_id <> gone_id),
  check ((undone_at is null) = (undone_name is null)),
  check (undone_by is null or undone_at is not null),
  foreign key (county_id, kept_id) references deputies (county_id, id),
  foreign key (county_id, gone_id) references deputies (county_id, id),
  foreign key (county_id, by_id) references users (county_id, id),
  foreign key (county_id, undone_by) references users (county_id, id)
);
create unique index on deputy_merges (county_id, gone_id) where undone_at is null;
create index on deputy_merges (county_id, gone_id);
create index on deputy_merges (county_id, kept_id);
create index on deputy_merges (county_id, by_id) where by_id is not null;
create index on deputy_merges (county_id, undone_by) where undone_by is not null;
call protect('deputy_merges');
grant select, insert on deputy_merges to lianluo_app;
grant update (undone_at, undone_by, undone_name) on deputy_merges to lianluo_app;

-- 不是同一个人: said once, not asked again.
create table deputy_distinct (
  county_id int not null references counties (id),
  low_id    bigint not null,
  high_id   bigint not null,
  at        timestamptz not null,
  by_id     bigint,
  by_name   text not null check (by_name <> ''),
  primary key (county_id, low_id, high_id),
  check (low_id < high_id),
  foreign key (county_id, low_id) references deputies (county_id, id),
  foreign key (county_id, high_id) references deputies (county_id, id),
  foreign key (county_id, by_id) references users (county_id, id)
);
create index on deputy_distinct (county_id, high_id);
create index on deputy_distinct (county_id, by_id) where by_id is not null;
call protect('deputy_distinct');
grant select, insert on deputy_distinct to lianluo_app;

-- Whose a visit, a day or a feedback is moves with a merger; where both records are on the
-- same one, one goes.
grant update (deputy_id) on visit_deputies to lianluo_app;
grant delete on visit_deputies to lianluo_app;
grant update (deputy_id) on reception_deputies to lianluo_app;
grant update (deputy_id) on case_feedbacks to lianluo_app;
grant update (deputy_id) on attachments to lianluo_app;

-- One photograph at a time, judged at the commit: those of two records change places.
drop index attachments_photograph;
alter table attachments add constraint attachments_photograph
  exclude using btree (county_id with =, deputy_id with =) where (deputy_id is not null and removed_at is null) deferrable initially deferred;

-- +goose Down
alter table attachments drop constraint attachments_photograph;
create unique index attachments_photograph on attachments (county_id, deputy_id) where deputy_id is not null and removed_at is null;
revoke update (deputy_id) on attachments from lianluo_app;
revoke update (deputy_id) on case_feedbacks from lianluo_app;
revoke update (deputy_id) on reception_deputies from lianluo_app;
revoke delete on visit_deputies from lianluo_app;
revoke update (deputy_id) on visit_deputies from lianluo_app;
drop table deputy_distinct, deputy_merges;
