-- 后台任务: long work with a record of how far it is, which outlives reloads and restarts.
-- +goose Up
create table tasks (
  county_id   int not null references counties (id),
  id          bigint generated always as identity,
  key         uuid not null,              -- of the submission: in the address of its page
  file_key    uuid not null,              -- where the store has what it makes; nobody outside names it
  user_id     bigint not null,            -- whose it is: nobody else sees it
  role_id     bigint not null,            -- in which role it was asked for
  kind        text not null check (kind in ('export')),
  title       text not null check (title <> ''),
  input       jsonb,                      -- what was asked for; emptied when the task expires
  state       text not null check (state in ('waiting', 'running', 'done', 'failed', 'expired')),
  done        int not null default 0 check (done >= 0),
  total       int check (total >= 0),     -- null: not known yet
  said        text check (said <> ''),    -- what came of it, or why not, in words
  file_name   text check (file_name <> ''),
  file_type   text check (file_type <> ''),
  file_size   bigint check (file_size >= 0),
  created_at  timestamptz not null,
  started_at  timestamptz,
  finished_at timestamptz,
  expires_at  timestamptz,
  primary key (county_id, id),
  unique (county_id, key),
  check ((state in ('done', 'failed', 'expired')) = (finished_at is not null)),
  check (state = 'expired' or input is not null),
  foreign key (county_id, user_id) references users (county_id, id),
  foreign key (county_id, role_id) references user_roles (county_id, id)
);
create index on tasks (county_id, user_id, id);
create index on tasks (county_id, role_id);
create index tasks_expiring on tasks (county_id, expires_at) where expires_at is not null;
call protect('tasks');
grant select, insert on tasks to lianluo_app;
grant update (input, state, done, total, said, file_name, file_type, file_size, started_at, finished_at, expires_at) on tasks to lianluo_app;

-- +goose Down
drop table tasks;
