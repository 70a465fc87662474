-- 导入: a list that somebody uploads, what it would do row by row, and whether it did.
-- +goose Up
alter table tasks drop constraint tasks_kind_check;
alter table tasks add constraint tasks_kind_check check (kind in ('export', 'preview', 'import'));

create table imports (
  county_id   int not null references counties (id),
  id          bigint generated always as identity,
  key         uuid not null,               -- of the submission: in the address of its page
  file_key    uuid not null,               -- where the store has the file; nobody outside names it
  file_name   text not null check (file_name <> ''),
  file_size   bigint not null check (file_size > 0),
  kind        text not null check (kind in ('stations', 'units', 'deputies', 'staff', 'network')),
  user_id     bigint not null,             -- whose it is: nobody else sees it
  role_id     bigint not null,             -- in which role it was uploaded
  state       text not null check (state in ('reading', 'ready', 'applying', 'done', 'refused')),
  round       int not null default 1,      -- how often the file was compared with what there is
  digest      bytea,                       -- of the comparison that was shown: applied is what was shown, or nothing
  added       int not null default 0,      -- how many rows are new, changed …
  changed     int not null default 0,
  same        int not null default 0,
  wrong       int not null default 0,
  said        text check (said <> ''),     -- why it was refused
  created_at  timestamptz not null,
  expires_at  timestamptz not null,        -- the file and the comparison go then
  emptied_at  timestamptz,                 -- and went
  primary key (county_id, id),
  unique (county_id, key),
  check (state not in ('ready', 'applying', 'done') or digest is not null),
  foreign key (county_id, user_id) references users (county_id, id),
  foreign key (county_id, role_id) references user_roles (county_id, id)
);
create index on imports (county_id, user_id, id);
create index on imports (county_id, role_id);
create index on imports (county_id, file_key);
create index imports_expiring on imports (county_id, expires_at) where emptied_at is null;
call protect('imports');
grant select, insert on imports to lianluo_app;
grant update (state, round, digest, added, changed, same, wrong, said, emptied_at) on imports to lianluo_app;

-- The comparison. Numbers are masked here; it goes with the file.
create table import_rows (
  county_id  int not null references counties (id),
  import_id  bigint not null,
  position   int not null,
  list       text not null check (list <> ''),    -- stations, units, deputies, staff
  row        int not null,                        -- as the spreadsheet program numbers it
  subject    text not null,                       -- whom or what it is about
  verdict    text not null check (verdict in ('new', 'changed', 'same', 'wrong')),
  changes    jsonb not null,                      -- field, from, to
  problems   jsonb not null,                      -- column, cell, words
  note       text check (note <> ''),
  primary key (county_id, import_id, position),
  foreign key (county_id, import_id) references imports (county_id, id)
);
create index on import_rows (county_id, import_id, verdict, position);
call protect('import_rows');
grant select, insert, delete on import_rows to lianluo_app;

-- +goose Down
drop table import_rows, imports;
delete from tasks where kind <> 'export';
alter table tasks drop constraint tasks_kind_check;
alter table tasks add constraint tasks_kind_check check (kind in ('export'));
