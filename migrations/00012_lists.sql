-- Lists: what the search box looks through, and the views that people save.
-- +goose Up

-- With btree_gin the county and the pairs of characters stand in one index.
create extension if not exists btree_gin;

-- How text is compared: full-width letters and digits as plain ones, capitals as small ones.
create function search_form(t text) returns text language sql immutable strict parallel safe
  return lower(normalize(t, nfkc));

-- Each pair of neighbouring characters. A word of two characters or more is in a text only
-- if all its pairs are, so an index on the pairs misses nothing; whoever finds with it looks
-- once more. plpgsql, because an inlined body is taken apart again for each character.
-- +goose StatementBegin
create function bigrams(t text) returns text[] language plpgsql immutable strict parallel safe as $$
declare c text[] := string_to_array(lower(normalize(t, nfkc)), null); r text[] := '{}';
begin
  for i in 1..cardinality(c) - 1 loop r[i] := c[i] || c[i + 1]; end loop;
  return r;
end $$;
-- +goose StatementEnd

-- The first letters of the name's pinyin, each reading of it: 单国强 is "dgq sgq".
alter table visit_contacts add column initials text check (initials <> '');
alter table stations add column initials text check (initials <> '');
alter table deputies add column initials text check (initials <> '');

create function case_text(number text, title text, words text) returns text language sql immutable parallel safe
  return number || e'\n' || title || e'\n' || words;
create function person_text(name text, initials text) returns text language sql immutable parallel safe
  return coalesce(name, '') || e'\n' || coalesce(initials, '');

create index cases_text on cases using gin (county_id, bigrams(case_text(number, title, words)));
create index visit_contacts_text on visit_contacts using gin (county_id, bigrams(person_text(name, initials)));

-- Everything, newest first.
create index cases_registered on cases (county_id, registered_at, id);

-- No index on pairs works under row-level security, whose operators must be leakproof. So
-- this function runs as lianluo_search, which is nobody's login, reads these columns alone,
-- and takes its county from the setting of the transaction. It returns the cases in which
-- every term stands, at most so many; who may see them is asked by the statement that
-- reads them. names: look at who came, too.
grant select (county_id, id, visit_id, number, title, words) on cases to lianluo_search;
grant select (county_id, visit_id, name, initials) on visit_contacts to lianluo_search;
create policy search on cases for select to lianluo_search using (true);
create policy search on visit_contacts for select to lianluo_search using (true);
-- +goose StatementBegin
create function search_cases(terms text[], names boolean, most int) returns setof bigint
  language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  county int := current_setting('app.county_id')::int;
  longest text := (select t from unnest(terms) t order by length(t) desc limit 1);
begin
  if length(longest) < 2 or longest is null then
    raise exception 'a search needs two characters' using errcode = 'invalid_parameter_value';
  end if;
  return query
    select c.id from cases c
    where c.county_id = county and bigrams(case_text(c.number, c.title, c.words)) @> bigrams(longest)
    and (select bool_and(strpos(search_form(case_text(c.number, c.title, c.words)), search_form(t)) > 0
      or names and exists (select from visit_contacts p where p.county_id = county and p.visit_id = c.visit_id
        and strpos(search_form(person_text(p.name, p.initials)), search_form(t)) > 0)) from unnest(terms) t)
    limit most;
  if names then
    return query
      select c.id from visit_contacts p
      join cases c on c.county_id = county and c.visit_id = p.visit_id
      where p.county_id = county and bigrams(person_text(p.name, p.initials)) @> bigrams(longest)
      and (select bool_and(strpos(search_form(case_text(c.number, c.title, c.words)), search_form(t)) > 0
        or strpos(search_form(person_text(p.name, p.initials)), search_form(t)) > 0) from unnest(terms) t)
      limit most;
  end if;
end $$;
-- +goose StatementEnd
-- A function's new owner must be allowed to create in its schema; only for this moment.
grant create on schema public to lianluo_search;
alter function search_cases(text[], boolean, int) owner to lianluo_search;
revoke create on schema public from lianluo_search;
revoke execute on function search_cases(text[], boolean, int) from public;
grant execute on function search_cases(text[], boolean, int) to lianluo_app;

-- 常用视图: a filter that somebody gave a name; its own alone.
create table saved_views (
  county_id  int not null references counties (id),
  id         bigint generated always as identity,
  user_id    bigint not null,
  list       text not null check (list <> ''),   -- cases, stations …
  name       text not null check (name <> ''),
  query      text not null check (query <> ''),  -- as in the address, without the place in the list
  created_at timestamptz not null,
  primary key (county_id, id),
  unique (county_id, user_id, list, name),
  foreign key (county_id, user_id) references users (county_id, id)
);
call protect('saved_views');
grant select, insert, update, delete on saved_views to lianluo_app;

-- +goose Down
drop table saved_views;
drop function search_cases(text[], boolean, int);
drop policy search on cases;
drop policy search on visit_contacts;
revoke select (county_id, id, visit_id, number, title, words) on cases from lianluo_search;
revoke select (county_id, visit_id, name, initials) on visit_contacts from lianluo_search;
drop index cases_registered, cases_text, visit_contacts_text;
alter table visit_contacts drop column initials;
alter table stations drop column initials;
alter table deputies drop column initials;
drop function case_text(text, text, text), person_text(text, text), bigrams(text), search_form(text);
drop extension btree_gin;
