-- 评价: a link for each round, of which only the hash is kept, and what came of it.
-- +goose Up
create table rating_links (
  county_id    int not null references counties (id),
  id           bigint generated always as identity,
  case_id      bigint not null,
  round        smallint not null,
  token_hash   bytea not null,
  station_id   bigint not null,             -- who is rated, frozen when the link is made
  station_name text not null,
  unit_id      bigint,
  unit_name    text,
  answer_id    bigint,                      -- the answer that is rated
  created_at   timestamptz not null,
  expires_at   timestamptz not null,
  used_at      timestamptz,
  revoked_at   timestamptz,
  primary key (county_id, id),
  unique (county_id, token_hash),
  foreign key (county_id, case_id) references cases (county_id, id),
  foreign key (county_id, station_id) references stations (county_id, id),
  foreign key (county_id, unit_id) references units (county_id, id),
  foreign key (county_id, answer_id) references case_answers (county_id, id)
);
create unique index on rating_links (county_id, case_id) where revoked_at is null;
create index on rating_links (county_id, case_id, round);
create index on rating_links (county_id, unit_id);
create index on rating_links (county_id, station_id);
create index on rating_links (county_id, answer_id);
call protect('rating_links');
grant select, insert on rating_links to lianluo_app;
grant update (used_at, revoked_at, expires_at) on rating_links to lianluo_app;
grant select (county_id, id, case_id, round, station_id, unit_id, created_at, expires_at, used_at, revoked_at) on rating_links to lianluo_oversight;

-- Append-only; an amendment is a second row that names the first.
create table ratings (
  county_id  int not null references counties (id),
  id         bigint generated always as identity,
  case_id    bigint not null,
  round      smallint not null,
  link_id    bigint,                        -- null for a call-back or the station's device
  channel    text not null check (channel in ('link', 'device', 'call_back', 'slip')),
  result     smallint not null check (result between 1 and 5),
  attitude   smallint not null check (attitude between 1 and 5),
  comment    text check (comment <> ''),
  amends_id  bigint,
  user_id    bigint,                        -- who took it, for device and call-back; never the registrar
  station_id bigint not null,
  unit_id    bigint,
  created_at timestamptz not null,
  primary key (county_id, id),
  check ((channel in ('device', 'call_back')) = (user_id is not null)),
  check ((channel in ('link', 'slip')) = (link_id is not null)),
  foreign key (county_id, case_id) references cases (county_id, id),
  foreign key (county_id, link_id) references rating_links (county_id, id),
  foreign key (county_id, amends_id) references ratings (county_id, id),
  foreign key (county_id, user_id) references users (county_id, id),
  foreign key (county_id, station_id) references stations (county_id, id),
  foreign key (county_id, unit_id) references units (county_id, id)
);
create unique index on ratings (county_id, case_id, round) where amends_id is null;
create unique index on ratings (county_id, amends_id) where amends_id is not null;
create index on ratings (county_id, case_id);
create index on ratings (county_id, link_id);
create index on ratings (county_id, unit_id);
create index on ratings (county_id, user_id);
create index ratings_station on ratings (county_id, station_id, created_at);
call protect('ratings');
grant select, insert on ratings to lianluo_app;
grant select (county_id, id, case_id, round, channel, result, attitude, amends_id, station_id, unit_id, created_at) on ratings to lianluo_oversight;

-- +goose Down
drop table ratings, rating_links;
