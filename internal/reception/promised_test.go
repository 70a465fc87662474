package reception_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"lianluo/internal/calendar"
	"lianluo/internal/county"
	"lianluo/internal/message"
	"lianluo/internal/postgres"
	"lianluo/internal/reception"
	"lianluo/internal/station"
	"lianluo/internal/tenant"
)

// TestWhoIsOnLeaveIsPromisedToNobody: the notice does not name who is on leave, and neither do the
// message to who is booked on the day, what the 查询码 shows, and the deputy's own card.
func TestWhoIsOnLeaveIsPromisedToNobody(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id, asked := w.add(w.Head, w.on("2026-09-22", w.Deputies[0], w.Deputies[1])), w.asks()
	w.must(func(ctx context.Context, tx *tenant.Tx) error { return reception.Publish(ctx, tx, w.Head, id, 1) })
	w.answer(asked, reception.Answer{To: reception.Confirmed, ReceptionID: id})
	promised := func(who string, names []string, card bool) {
		t.Helper()
		w.must(func(ctx context.Context, tx *tenant.Tx) error {
			to, err := reception.AddresseeOf(ctx, tx, w.Keys, asked)
			if err != nil {
				return err
			}
			dates, err := postgres.Value[[]reception.Meeting](ctx, tx, `select `+reception.Meetings+` from deputies d where d.county_id = @county and d.id = @id`,
				pgx.NamedArgs{"id": w.Deputies[1], "today": calendar.DateOf(tx.Now())})
			if got := to.Texts[county.FieldDeputy]; got != who || slices.ContainsFunc(dates, func(m reception.Meeting) bool { return m.Date == *day("2026-09-22") }) != card {
				t.Errorf("the message names %q, not %q; the card %v", got, who, dates)
			}
			return err
		})
		var booked func() (*reception.Booked, error)
		key := w.appointment(asked).SubmissionKey
		w.View(func(v *tenant.View) {
			booked = reception.LookupAppointment(v, w.Keys, strings.ReplaceAll(reception.CodeOf(w.Keys, w.County, key), "-", ""), "0000")
		})
		if b, err := booked(); err != nil || !slices.Equal(b.Deputies, names) {
			t.Errorf("the 查询码 shows %+v, %v", b, err)
		}
	}
	promised("李秀英、郭建国代表", []string{"李秀英", "郭建国"}, true)
	var leave int64
	w.must(func(ctx context.Context, tx *tenant.Tx) (err error) {
		leave, err = reception.Away(ctx, tx, w.Clerk, uuid.New(), reception.LeaveInput{Deputy: w.Deputies[1], From: day("2026-09-20"), To: day("2026-09-23"), Reason: "住院"})
		return err
	})
	promised("郭建国代表", []string{"郭建国"}, false)
	w.must(func(ctx context.Context, tx *tenant.Tx) error { return reception.Back(ctx, tx, w.Clerk, leave) })
	promised("李秀英、郭建国代表", []string{"李秀英", "郭建国"}, true)
}

// TestBookedOnADayThatIsHeldAtHome: a day on which citizens are booked at the station does not
// become one of 走访, on which everybody is at people's homes.
func TestBookedOnADayThatIsHeldAtHome(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id, asked := w.add(w.Head, w.on("2026-09-22")), w.asks()
	w.answer(asked, reception.Answer{To: reception.Confirmed, ReceptionID: id})
	home := w.facts()
	home.Kind = "household"
	change := func(ctx context.Context, tx *tenant.Tx) error {
		return reception.ChangeDay(ctx, tx, w.Head, id, 0, home)
	}
	w.invalid(change, "kind")
	w.answer(asked, reception.Answer{To: reception.Declined, Reason: "那天走访"})
	w.must(change)
}

// TestBookedAtAPlaceThatIsSuspended: nobody is reminded to come to a place that is suspended, or
// booked there, until it opens again.
func TestBookedAtAPlaceThatIsSuspended(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id, asked, late := w.add(w.Head, w.on("2026-09-22")), w.asks(), w.asks()
	w.answer(asked, reception.Answer{To: reception.Confirmed, ReceptionID: id})
	w.Set("2026-09-21 10:00")
	stands := func(state string) {
		t.Helper()
		w.must(func(ctx context.Context, tx *tenant.Tx) error {
			return station.SetState(ctx, tx, w.Admin, w.Station, station.StateChange{State: state, Reason: "装修"})
		})
	}
	reminders := func() (n int) {
		w.must(reception.RemindOfAppointments)
		var all *[]message.Message
		w.View(func(v *tenant.View) { all = message.OfAppointment(v, asked) })
		for _, m := range *all {
			if m.Kind == message.AppointmentReminder {
				n++
			}
		}
		return n
	}
	book := func(ctx context.Context, tx *tenant.Tx) error {
		return reception.Reply(ctx, tx, w.Clerk, late, 1, reception.Answer{To: reception.Confirmed, ReceptionID: id})
	}
	stands(station.Suspended)
	if n := reminders(); n != 0 {
		t.Errorf("%d reminders to come to a closed door", n)
	}
	w.invalid(book, "reception")
	stands(station.Open)
	if n := reminders(); n != 1 {
		t.Errorf("%d reminders once it is open", n)
	}
	w.must(book)
}
