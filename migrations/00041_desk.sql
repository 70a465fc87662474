-- 接待: visits without a matter, visits about an earlier matter, paper entered later, drafts.
-- +goose Up

-- A visit brings matters (cases), or comes about an earlier one (visit_returns), or has
-- neither and says what it was for. Entered from a filled paper form, it is marked 补录.
alter table visits
  add column purpose text check (purpose in ('ask', 'thanks', 'other')),
  add column note text check (note <> ''),
  add column entered_late boolean not null default false,
  add check (note is null or purpose is not null);
grant select (purpose, entered_late) on visits to lianluo_oversight;

-- 再次来访: somebody came about a case that is there already, and what was said this time.
create table visit_returns (
  county_id  int not null references counties (id),
  visit_id   bigint not null,
  case_id    bigint not null,
  words      text check (words <> ''),
  created_at timestamptz not null,
  primary key (county_id, visit_id, case_id),
  foreign key (county_id, visit_id) references visits (county_id, id),
  foreign key (county_id, case_id) references cases (county_id, id)
);
create index on visit_returns (county_id, case_id);
call protect('visit_returns');
grant select, insert on visit_returns to lianluo_app;
grant select (county_id, visit_id, case_id) on visit_returns to lianluo_oversight;

-- 没登完的登记: what was typed, sealed, one person's own, under the key of the visit that it
-- will be. It goes once the visit is registered, or after seven days.
create table visit_drafts (
  county_id  int not null references counties (id),
  key        uuid not null,
  user_id    bigint not null,
  station_id bigint not null,
  sealed     bytea not null,
  saved_at   timestamptz not null,
  primary key (county_id, key),
  foreign key (county_id, user_id) references users (county_id, id),
  foreign key (county_id, station_id) references stations (county_id, id)
);
create index on visit_drafts (county_id, user_id, saved_at);
create index on visit_drafts (county_id, station_id);
create index on visit_drafts (county_id, saved_at);
call protect('visit_drafts');
grant select, insert, delete on visit_drafts to lianluo_app;
grant update (sealed, saved_at) on visit_drafts to lianluo_app;

-- Cases that somebody might mean, by the pairs of characters that they share with what is
-- being typed. Each pair that few cases have says more than one that many have. Restricted
-- cases are never found. As search_cases, it takes its county from the transaction.
create index cases_alike on cases using gin (county_id, bigrams(words)) where outcome is null;
grant select (outcome, restricted) on cases to lianluo_search;
-- +goose StatementBegin
create function similar_cases(said text, most int) returns setof bigint
  language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  county int := current_setting('app.county_id')::int;
  pairs text[] := array(select distinct g from unnest(bigrams(said)) g where g ~ '^[[:alnum:]]{2}$' limit 60);
begin
  return query
    with hits as materialized (
      select g, c.id from unnest(pairs) g, lateral (select x.id from cases x
        where x.county_id = county and x.outcome is null and not x.restricted and bigrams(x.words) @> array[g] limit 2000) c),
    weights as (select h.g, 1 / ln(2 + count(*)) as weight from hits h group by h.g),
    total as (select sum(coalesce(w.weight, 0.7)) as whole from unnest(pairs) p left join weights w on w.g = p)
    select h.id from hits h join weights w on w.g = h.g, total t
    group by h.id having count(*) >= 3 and sum(w.weight) >= 0.2 * min(t.whole)
    order by sum(w.weight) desc, h.id desc limit most;
end $$;
-- +goose StatementEnd
grant create on schema public to lianluo_search;
alter function similar_cases(text, int) owner to lianluo_search;
revoke create on schema public from lianluo_search;
revoke execute on function similar_cases(text, int) from public;
grant execute on function similar_cases(text, int) to lianluo_app;

-- +goose Down
drop function similar_cases(text, int);
revoke select (outcome, restricted) on cases from lianluo_search;
drop index cases_alike;
drop table visit_drafts, visit_returns;
revoke select (purpose, entered_late) on visits from lianluo_oversight;
alter table visits drop column purpose, drop column note, drop column entered_late;
