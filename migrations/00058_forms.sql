-- A county has as many forms as it likes. A form is known by its key, which is its address: a
-- shipped form's is its source (visits), of another form over that source it has a number behind
-- it (visits-2). The kind, 表 卡 簿, is the county's to choose.
-- +goose Up
alter table register_forms rename column source to key;
alter table register_columns rename column source to form;
alter table register_forms add column kind text check (kind in ('table', 'card', 'book')),
  drop constraint register_forms_source_check, add check (key ~ '^[a-z]+(-[1-9][0-9]*)?$'),
  drop constraint register_forms_paper_check, add check (paper in ('landscape', 'portrait', 'a3', 'a5'));
-- The owner sees the rows only unforced.
alter table register_forms no force row level security;
update register_forms set kind = case when key = 'receptions' then 'table' when key in ('card', 'feedback') then 'card' else 'book' end;
alter table register_forms force row level security;
alter table register_forms alter column kind set not null;

-- +goose Down
alter table register_forms no force row level security;
alter table register_columns no force row level security;
delete from register_columns where form ~ '-';
delete from register_forms where key ~ '-';
update register_forms set paper = 'landscape' where paper in ('a3', 'a5');
alter table register_forms force row level security;
alter table register_columns force row level security;
alter table register_forms drop column kind,
  drop constraint register_forms_key_check, drop constraint register_forms_paper_check,
  add constraint register_forms_paper_check check (paper in ('landscape', 'portrait'));
alter table register_columns rename column form to source;
alter table register_forms rename column key to source;
alter table register_forms add check (source <> '');
