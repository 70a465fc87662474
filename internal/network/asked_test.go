package network_test

import (
	"context"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"lianluo/internal/calendar"
	"lianluo/internal/network"
	"lianluo/internal/reception"
	"lianluo/internal/tenant"
)

// dayAt adds a day at a place of 王桥镇 with somebody on duty.
func (c county) dayAt(place int64, date calendar.Date, starts, ends string) (id int64) {
	c.t.Helper()
	c.must(c.Update(func(ctx context.Context, tx *tenant.Tx) (err error) {
		id, err = reception.Add(ctx, tx, c.Head, uuid.New(), reception.DayInput{Date: &date, Holiday: true, Deputies: c.Deputies[:1],
			Facts: reception.Facts{StationID: c.Station, PlaceID: place, Kind: "fixed", Starts: starts, Ends: ends, Seats: 1}})
		if err != nil {
			return err
		}
		return reception.Publish(ctx, tx, c.Head, id, 1)
	}))
	return id
}

// asked asks for an appointment at a place; it is settled on a day where that is not 0.
func (c county) asked(place, day int64) (id int64) {
	c.t.Helper()
	c.must(c.Update(func(ctx context.Context, tx *tenant.Tx) (err error) {
		id, err = reception.Ask(ctx, tx, c.Keys, c.Clerk, uuid.New(), place, reception.AskInput{Name: "申国强", Topic: "村口的路"})
		if err != nil || day == 0 {
			return err
		}
		return reception.Reply(ctx, tx, c.Clerk, id, 1, reception.Answer{To: reception.Confirmed, ReceptionID: day})
	}))
	return id
}

func (c county) appointment(id int64) reception.Appointment {
	c.t.Helper()
	var a *reception.Appointment
	c.View(func(v *tenant.View) { a = reception.AppointmentOf(v, c.Admin, id) })
	return *a
}

// TestAppointmentsGoWithTheirDays: however the place where they were asked for and the place of
// their day part, an appointment is of the station whose day it is; what has no day yet goes
// with the place.
func TestAppointmentsGoWithTheirDays(t *testing.T) {
	t.Parallel()
	const here, there = "王桥镇", "夏店镇"
	for name, one := range map[string]struct {
		target network.Target
		how    network.Closing
		want   [4]string // the station of each: point on the station's day, station on the point's, both at the point, nothing settled at the point
		states [4]string
	}{
		"the point goes": {wuyang, network.Closing{Way: "merge", Into: "140423103", Reason: "村归夏店镇", Days: "move"},
			[4]string{here, there, there, there}, [4]string{reception.Confirmed, reception.Rebooked, reception.Rebooked, reception.Asked}},
		"the point ends": {wuyang, network.Closing{Way: "close", Into: "140423103", Reason: "村子搬走了", Days: "cancel"},
			[4]string{here, here, here, here}, [4]string{reception.Confirmed, reception.Asked, reception.Declined, reception.Declined}},
		"the station ends without its days, its point goes on": {wangqiao, network.Closing{Way: "merge", Into: "140423103", Reason: "撤乡并镇", Days: "cancel", Group: "join", Staff: "move", Below: "move"},
			[4]string{there, there, there, there}, [4]string{reception.Asked, reception.Confirmed, reception.Confirmed, reception.Asked}},
		"everything goes": {wangqiao, merging(),
			[4]string{there, there, there, there}, [4]string{reception.Rebooked, reception.Confirmed, reception.Confirmed, reception.Asked}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCounty(t)
			date := c.Today().AddDays(3)
			station, point := c.dayAt(c.Station, date, "09:00", "11:00"), c.dayAt(c.Point, date, "14:00", "16:00")
			ids := []int64{c.asked(c.Point, station), c.asked(c.Station, point), c.asked(c.Point, point), c.asked(c.Point, 0)}
			if _, err := c.close(c.Admin, one.target, one.how); err != nil {
				t.Fatal(err)
			}
			for i, id := range ids {
				a := c.appointment(id)
				if a.Station != one.want[i] || a.State != one.states[i] {
					t.Errorf("%d is of %s, %s", i, a.Station, a.State)
				}
				if n := c.number(`select count(*) from appointments a join receptions d on d.county_id = @county and d.id = a.reception_id
					where a.county_id = @county and a.id = @id and d.station_id <> a.station_id`, pgx.NamedArgs{"id": id}); n != 0 {
					t.Errorf("%d is of another station than its day", i)
				}
				if n := c.number(`select count(*) from appointments a join stations p on p.county_id = @county and p.id = a.place_id
					where a.county_id = @county and a.id = @id and p.root_id <> a.station_id and a.state <> 'declined'`, pgx.NamedArgs{"id": id}); n != 0 {
					t.Errorf("%d is of another station than its place", i)
				}
			}
		})
	}
}
