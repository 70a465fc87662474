-- What is being typed is compared with the titles of cases too, not only with what was said:
-- who types a title finds the case. And whoever registered a visit can put right on the same
-- day what was typed wrong.
-- +goose Up
grant update (persons, way, reception_id) on visits to lianluo_app;
grant update (has_contact) on cases to lianluo_app;
create index cases_alike_titles on cases using gin (county_id, bigrams(case_text('', title, words))) where outcome is null;
drop index cases_alike;
drop function similar_cases(text, int);
-- +goose StatementBegin
create function similar_cases(said text, most int) returns setof bigint
  language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  county int := current_setting('app.county_id')::int;
  pairs text[] := array(select distinct g from unnest(bigrams(said)) g where g ~ '^[[:alnum:]]{2}$' limit 40);
begin
  return query
    with hits as materialized (
      select g, c.id from unnest(pairs) g, lateral (select x.id from cases x
        where x.county_id = county and x.outcome is null and not x.restricted and bigrams(case_text('', x.title, x.words)) @> array[g] limit 400) c),
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
revoke update (persons, way, reception_id) on visits from lianluo_app;
revoke update (has_contact) on cases from lianluo_app;
create index cases_alike on cases using gin (county_id, bigrams(words)) where outcome is null;
drop index cases_alike_titles;
drop function similar_cases(text, int);
-- +goose StatementBegin
create function similar_cases(said text, most int) returns setof bigint
  language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  county int := current_setting('app.county_id')::int;
  pairs text[] := array(select distinct g from unnest(bigrams(said)) g where g ~ '^[[:alnum:]]{2}$' limit 40);
begin
  return query
    with hits as materialized (
      select g, c.id from unnest(pairs) g, lateral (select x.id from cases x
        where x.county_id = county and x.outcome is null and not x.restricted and bigrams(x.words) @> array[g] limit 400) c),
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
