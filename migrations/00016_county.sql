-- What a county's administrator sets: versions of what is edited, so that of two people
-- the second is told what the first changed; the 告知书 with its versions, checklists,
-- text templates.
-- +goose Up

alter table counties add column version int not null default 1;
-- Partial, though it covers every row: a column of an index that a foreign key could point
-- at cannot change beside a transaction that inserts anything for the county, and the
-- prefix is changed under a lock of its own, against registering alone.
alter table counties drop constraint counties_number_prefix_key;
create unique index counties_number_prefix on counties (number_prefix) where number_prefix is not null;

-- 个人信息告知书: a version that was published never changes. Append-only by grant.
create table notices (
  county_id      int not null references counties (id),
  version        text not null check (version ~ '^[0-9]{4}-[0-9]+$'), -- 2026-2: the year's second
  body           text not null check (body <> ''),                    -- each line a paragraph
  published_at   timestamptz not null,
  published_by   bigint,                                              -- null: what the county began with
  published_name text not null check (published_name <> ''),
  position       int not null,                                        -- 1, 2, 3 … in the order of publishing
  primary key (county_id, version),
  unique (county_id, position),
  foreign key (county_id, published_by) references users (county_id, id)
);
create index on notices (county_id, published_by);
-- Counties from before this migration keep what the register form showed until then.
insert into notices (county_id, version, body, published_at, published_name, position)
select id, '2026-1', '谁在登记：' || office || E'和登记您来访的人大代表联络站。\n'
  '登记什么，做什么用：您的姓名、电话、所在的村或社区，和您反映的事。只用来登记、办理、答复和回访，以及不含姓名和电话的统计。\n'
  '怎样保管：电话加密保存。承办单位只看到您的姓，要联系您时才能看电话，每次查看都有记录。按档案管理规定的期限保存，到期删去姓名和电话。\n'
  '您可以：不留姓名和电话，要求保密，查看和更正登记的内容，要求不再使用。请向登记的联络站提出。',
  created_at, '系统', 1 from counties;
call protect('notices');
grant select, insert on notices to lianluo_app;

-- notice_version points at the notice that is current: the newest.
alter table county_settings
  add column undo_minutes smallint not null default 10 check (undo_minutes between 0 and 60), -- 撤回时限
  add column version int not null default 1,
  alter column notice_version drop default,
  add foreign key (county_id, notice_version) references notices (county_id, version);
create index on county_settings (county_id, notice_version);
-- In a demonstration nobody waits for a message. The owner sees the rows only unforced.
alter table county_settings no force row level security;
update county_settings set undo_minutes = 0 where county_id in (select id from counties where demo);
alter table county_settings force row level security;

alter table categories add column version int not null default 1;
create unique index categories_name on categories (county_id, coalesce(parent_id, 0), name);

alter table result_classes
  add column id bigint generated always as identity,
  add column retired boolean not null default false,
  add column version int not null default 1,
  add unique (county_id, id),
  add unique (county_id, name);

alter table refusal_reasons
  add column version int not null default 1,
  add unique (county_id, name);

-- 检查清单, such as 六有: what a station is looked at by.
create table checklists (
  county_id int not null references counties (id),
  id        bigint generated always as identity,
  name      text not null check (name <> ''),
  note      text check (note <> ''),
  position  int not null,
  retired   boolean not null default false,
  version   int not null default 1,
  primary key (county_id, id),
  unique (county_id, name)
);
create table checklist_items (
  county_id    int not null references counties (id),
  id           bigint generated always as identity,
  checklist_id bigint not null,
  name         text not null check (name <> ''),
  hint         text check (hint <> ''),
  position     int not null,
  retired      boolean not null default false,
  version      int not null default 1,
  primary key (county_id, id),
  unique (county_id, checklist_id, name),
  foreign key (county_id, checklist_id) references checklists (county_id, id)
);
insert into checklists (county_id, name, note, position)
select id, '六有', '系统按常见说法预置，不是官方定义，请按本县的要求修改。', 1 from counties;
insert into checklist_items (county_id, checklist_id, name, position)
select l.county_id, l.id, i.name, i.position from checklists l cross join (values
  (1, '有标识场所'), (2, '有制度'), (3, '有版面'), (4, '有计划'), (5, '有记录'), (6, '有档案')) i (position, name);
call protect('checklists');
call protect('checklist_items');
grant select, insert, update on checklists, checklist_items to lianluo_app;

-- 文字模板: what the county says instead of the program's own sentence.
create table text_templates (
  county_id  int not null references counties (id),
  kind       text not null check (kind <> ''),
  body       text check (body <> ''),       -- null: the program's own again
  version    int not null,
  updated_at timestamptz not null,
  updated_by bigint,
  primary key (county_id, kind),
  foreign key (county_id, updated_by) references users (county_id, id)
);
create index on text_templates (county_id, updated_by);
call protect('text_templates');
grant select, insert, update on text_templates to lianluo_app;

-- +goose Down
drop table text_templates, checklist_items, checklists;
alter table refusal_reasons drop column version, drop constraint refusal_reasons_county_id_name_key;
alter table result_classes drop column id, drop column retired, drop column version, drop constraint result_classes_county_id_name_key;
drop index categories_name;
alter table categories drop column version;
alter table county_settings drop column undo_minutes, drop column version, alter column notice_version set default '2026-1',
  drop constraint county_settings_county_id_notice_version_fkey;
drop index county_settings_county_id_notice_version_idx;
drop table notices;
drop index counties_number_prefix;
alter table counties add unique (number_prefix);
alter table counties drop column version;
