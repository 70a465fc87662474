-- 撤并: an open case goes to the station that takes over; the past stays where it was.
-- +goose Up
grant update (station_id, place_id) on cases to lianluo_app;

-- +goose Down
revoke update (station_id, place_id) on cases from lianluo_app;
