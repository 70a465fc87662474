-- 操作记录: who did what to which record, and who looked at personal data. Append-only and
-- chained: each entry carries the hash of the one before it.
-- +goose Up
create table audit_heads (
  county_id int primary key references counties (id),
  entries   bigint not null,
  hash      bytea not null
);
call protect('audit_heads');
grant select, insert, update on audit_heads to lianluo_app;

create table audit_entries (
  county_id  int not null references counties (id),
  entry      bigint not null,               -- 1, 2, 3 … within the county
  at         timestamptz not null,
  actor_id   bigint,                        -- no foreign key: the entry outlives everything
  actor_name text not null,
  actor_role text not null,
  address    text,
  action     text not null check (action <> ''),
  subject    text not null check (subject <> ''), -- case XY2026-0012, user zhang.min …
  detail     jsonb,
  prev_hash  bytea not null,
  hash       bytea not null,
  primary key (county_id, entry)
);
create index on audit_entries (county_id, subject, entry);
create index on audit_entries (county_id, actor_id, entry);
call protect('audit_entries');
grant select, insert on audit_entries to lianluo_app;

-- +goose Down
drop table audit_entries, audit_heads;
