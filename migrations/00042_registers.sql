-- 一表两卡三簿: how a county wants a form, where it is not as it is shipped. What a form is
-- made from, and the form that a county has without a row here, is package register's.
-- +goose Up
create table register_forms (
  county_id  int not null references counties (id),
  source     text not null check (source <> ''),           -- visits, matters …
  name       text not null check (name <> ''),
  paper      text not null check (paper in ('landscape', 'portrait')),
  numbering  text not null check (numbering in ('year', 'month', 'none')),
  retired    boolean not null default false,
  version    int not null,
  updated_at timestamptz not null,
  updated_by bigint,
  primary key (county_id, source),
  foreign key (county_id, updated_by) references users (county_id, id)
);
create index on register_forms (county_id, updated_by) where updated_by is not null;
call protect('register_forms');
grant select, insert, update on register_forms to lianluo_app;

-- A form's columns, all of them, in their order; those not shown are kept for later.
create table register_columns (
  county_id int not null references counties (id),
  source    text not null,
  field     text not null check (field <> ''),
  label     text not null check (label <> ''),
  width     text not null check (width in ('xs', 's', 'm', 'l', 'xl', 'rest')),
  position  int not null,
  shown     boolean not null,
  primary key (county_id, source, field),
  foreign key (county_id, source) references register_forms (county_id, source)
);
call protect('register_columns');
grant select, insert, delete on register_columns to lianluo_app;

-- +goose Down
drop table register_columns, register_forms;
