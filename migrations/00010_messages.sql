-- The outbox: what is to be told to whom. No number and no link is stored: the job that
-- sends opens the one and makes the other.
-- +goose Up
create table messages (
  county_id  int not null references counties (id),
  id         bigint generated always as identity,
  case_id    bigint not null,
  kind       text not null check (kind in ('registered', 'feedback', 'extended', 'rehandling', 'upheld')),
  round      smallint not null,
  state      text not null check (state in ('waiting', 'sent', 'failed', 'withdrawn')),
  body       text check (body <> ''),       -- what was said, without link and number
  reason     text check (reason <> ''),     -- why it failed or was withdrawn
  send_after timestamptz not null,
  sent_at    timestamptz,
  channel    text check (channel <> ''),    -- which channel took it
  created_at timestamptz not null,
  primary key (county_id, id),
  foreign key (county_id, case_id) references cases (county_id, id)
);
create index on messages (county_id, case_id);
create index messages_waiting on messages (county_id, send_after) where state = 'waiting';
call protect('messages');
grant select, insert on messages to lianluo_app;
grant update (state, body, reason, sent_at, channel) on messages to lianluo_app;

-- +goose Down
drop table messages;
