-- The four roles of Lianluo, made once in a cluster by its superuser; running it again changes nothing.
-- lianluo_owner migrates and owns; NOINHERIT, or it would see every county through lianluo_search.
-- lianluo_app is what the site connects as: it owns nothing and obeys row-level security.
-- lianluo_search owns search functions only; nobody connects as it.
-- lianluo_oversight reads across a list of counties and writes nothing.
do $$ begin
  if not exists (select from pg_roles where rolname = 'lianluo_search') then
    create role lianluo_search nologin noinherit;
  end if;
  if not exists (select from pg_roles where rolname = 'lianluo_owner') then
    create role lianluo_owner login noinherit;
  end if;
  if not exists (select from pg_roles where rolname = 'lianluo_app') then
    create role lianluo_app login noinherit;
  end if;
  if not exists (select from pg_roles where rolname = 'lianluo_oversight') then
    create role lianluo_oversight login noinherit;
  end if;
end $$;
grant lianluo_search to lianluo_owner;
