-- 同一件事: a matter that says the same as one that is there already, brought by somebody else, or
-- again after that one was closed, is a case of its own, with a code of its own, and names it. And
-- whoever registered a visit puts right on the same day also when, where and how it was, how to
-- tell and whether in confidence.
-- +goose Up
alter table cases add column same_as bigint,
  add foreign key (county_id, same_as) references cases (county_id, id),
  add check (same_as <> id);
create index on cases (county_id, same_as) where same_as is not null;
alter table visit_contacts add column phone_since timestamptz; -- when a wrong number was put right; null: since the visit
grant update (received_at, place_id, confidential, may_publish, reply_by, purpose, note, in_year, in_month) on visits to lianluo_app;

-- +goose Down
revoke update (received_at, place_id, confidential, may_publish, reply_by, purpose, note, in_year, in_month) on visits from lianluo_app;
alter table visit_contacts drop column phone_since;
drop index cases_county_id_same_as_idx;
alter table cases drop column same_as;
