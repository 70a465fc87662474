package reception

import (
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"lianluo/internal/audit"
	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/errs"
	"lianluo/internal/null"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// DayInput is a day as the form that adds one has it.
type DayInput struct {
	Facts
	Date        *calendar.Date
	Holiday     bool // though it is a holiday
	Deputies    []int64
	Substitutes []int64
}

// Add adds a day by hand and returns its id; a second press of the same button finds the
// first. It returns errs.Invalid by field: also, at deputies, who is elsewhere at the time.
func Add(ctx context.Context, tx *tenant.Tx, by auth.Actor, key uuid.UUID, in DayInput) (int64, error) {
	if err := mayChange(by, in.StationID); err != nil {
		return 0, err
	}
	if err := holdPlace(ctx, tx, in.PlaceID); err != nil {
		return 0, err
	}
	invalid := errs.Invalid{}
	if err := in.check(ctx, tx, invalid); err != nil {
		return 0, err
	}
	toCome(invalid, "date", in.Date, tx)
	off, err := working(ctx, tx, invalid, in.Date, in.Holiday)
	if err != nil {
		return 0, err
	}
	if len(invalid) == 0 {
		pressed, err := postgres.All[struct{ ID int64 }](ctx, tx, `select id from receptions where county_id = @county and submission_key = @key`,
			pgx.NamedArgs{"key": key})
		if err != nil {
			return 0, fmt.Errorf("add a day: %w", err)
		}
		if len(pressed) > 0 {
			return pressed[0].ID, nil
		}
		if err := double(ctx, tx, invalid, "date", in.Facts, *in.Date, 0); err != nil {
			return 0, err
		}
	}
	in.Substitutes = slices.DeleteFunc(in.Substitutes, func(id int64) bool { return slices.Contains(in.Deputies, id) })
	if err := invalid.Err(); err != nil {
		return 0, err
	}
	id, err := postgres.Value[int64](ctx, tx, `insert into receptions (county_id, submission_key, station_id, date, state, touched, `+factColumns+`)
		values (@county, @key, @station, @date, 'planned', true, `+factValues+`) on conflict (county_id, submission_key) do nothing returning id`,
		in.with(pgx.NamedArgs{"key": key, "station": in.StationID, "date": in.Date}))
	if err != nil {
		return already(ctx, tx, "receptions", key, err)
	}
	e := Entry{ID: id, StationID: in.StationID, Date: *in.Date, Starts: in.Starts, Ends: in.Ends}
	if err := holdDeputies(ctx, tx, slices.Concat(in.Deputies, in.Substitutes)); err != nil {
		return 0, err
	}
	if err := e.seat(ctx, tx, "deputies", in.Deputies, false); err != nil {
		return 0, err
	}
	if err := e.seat(ctx, tx, "substitutes", in.Substitutes, true); err != nil {
		return 0, err
	}
	if err := happened(ctx, tx, by, id, event{kind: "added"}); err != nil {
		return 0, err
	}
	if err := mean(ctx, tx, by, id, in.Date, off); err != nil {
		return 0, err
	}
	return id, audit.Record(ctx, tx, by.Audit(), "reception.add", "reception "+itoa(id), map[string]any{"name": in.Date.Chinese(), "version": 1})
}

// toCome checks the date of a day that is still to come.
func toCome(invalid errs.Invalid, field string, date *calendar.Date, tx *tenant.Tx) {
	today := calendar.DateOf(tx.Now())
	switch {
	case date == nil:
		invalid[field] = "请填日期。"
	case date.Before(today):
		invalid[field] = "这一天已经过了，请填今天或以后的日期。"
	case date.Sub(today) > 2*366:
		invalid[field] = "日期太远了，请核对年份。"
	}
}

// working asks whether a holiday is meant, where nobody has said so, and reports whether the
// date is one.
func working(ctx context.Context, tx *tenant.Tx, invalid errs.Invalid, date *calendar.Date, meant bool) (off bool, err error) {
	if date == nil {
		return false, nil
	}
	days, err := calendar.OfTx(ctx, tx)
	if err != nil {
		return false, err
	}
	if off = days.IsHoliday(*date); off && !meant {
		invalid["holiday"] = date.Chinese() + "是法定节假日放假的日子。仍然要安排的，请打勾。"
	}
	return off, nil
}

// mean keeps that somebody put the day on a holiday on purpose: isMeant.
func mean(ctx context.Context, tx *tenant.Tx, by auth.Actor, id int64, date *calendar.Date, off bool) error {
	if !off {
		return nil
	}
	return happened(ctx, tx, by, id, event{kind: "changed", to: date})
}

// isMeant is true of a day r that somebody put on its date though they knew that it is a holiday.
const isMeant = `exists (select from reception_events e where e.county_id = @county and e.reception_id = r.id and e.kind = 'changed' and e.to_date = r.date)`

// outside is why a deputy who belongs to no group of the station is not put on its days: the
// notice would announce somebody whom the station does not have.
const outside = "不在本站的代表小组里，不能排班；确实要请来的，请先编入本站小组。"

// ChangeDay changes what a day is, not when. It returns errs.Invalid by field, also where the
// place or the kind is one to which the visits that are registered have not come, and
// county.Stale for a form that began from another version.
func ChangeDay(ctx context.Context, tx *tenant.Tx, by auth.Actor, id int64, version int32, in Facts) error {
	if err := holdPlace(ctx, tx, in.PlaceID); err != nil {
		return err
	}
	c, err := hold(ctx, tx, by, id, version)
	if err != nil {
		return err
	}
	if err := c.open(); err != nil {
		return err
	}
	in.StationID, in.Starts, in.Ends = c.StationID, c.Starts, c.Ends
	invalid := errs.Invalid{}
	if err := in.check(ctx, tx, invalid); err != nil {
		return err
	}
	c.keepsVisits(invalid, in)
	if in.PlaceID != c.PlaceID || in.Kind != c.Kind {
		if err := double(ctx, tx, invalid, "place", in, c.Date, id); err != nil {
			return err
		}
	}
	if in.Kind == "household" {
		if err := c.becomesHousehold(ctx, invalid); err != nil {
			return err
		}
	}
	if err := invalid.Err(); err != nil {
		return err
	}
	if c.changes = c.facts().differences(in); len(c.changes) == 0 {
		return nil
	}
	if err := c.write(ctx, factSets, in.args()); err != nil {
		return fmt.Errorf("change a day: %w", err)
	}
	if in.PlaceID != c.PlaceID {
		if err := shift(ctx, tx, by, id, "接待换了地点"); err != nil {
			return err
		}
	}
	return c.done(ctx, "reception.change", event{kind: "changed"})
}

// becomesHousehold says who would stand before a closed door were the day one of 走访.
func (c *change) becomesHousehold(ctx context.Context, invalid errs.Invalid) error {
	booked, err := postgres.Value[int64](ctx, c.tx, `select count(*) from appointments r where r.county_id = @county and `+onDay, pgx.NamedArgs{"day": c.ID})
	switch {
	case err != nil:
		return fmt.Errorf("booked on a day: %w", err)
	case c.State == Published:
		invalid["kind"] = "这一天已经公告，不能改成走访：走访是代表到群众家里去，不向外公告。请先撤回公告。"
	case booked > 0:
		invalid["kind"] = "这一天约了 " + itoa(booked) + " 位群众来，不能改成走访：走访是代表到群众家里去。请先在“约见申请”里给他们另约一天。"
	}
	return nil
}

// keepsVisits says what would let visits stand under a day to which nobody came so: at another
// place, or on a day of 走访 in place of one at the station.
func (e Entry) keepsVisits(invalid errs.Invalid, to Facts) {
	if e.Visits == 0 {
		return
	}
	const instead = "请登记接待情况，另外再加一个接待日。"
	if to.PlaceID != e.PlaceID {
		invalid["place"] = "这一天已经登记了来访，不能改地点。" + instead
	}
	if to.Kind != e.Kind && (to.Kind == "household" || e.Kind == "household") {
		invalid["kind"] = "这一天已经登记了来访，走访和在站里接待不能互改。" + instead
	}
}

func (e Entry) facts() Facts {
	return Facts{e.StationID, e.PlaceID, e.Kind, e.Starts, e.Ends, int(e.Seats), int(e.Spares), null.Value(e.Theme), null.Value(e.Invited), null.Value(e.Route)}
}

// When is when a day shall be.
type When struct {
	Date         *calendar.Date
	Starts, Ends string
	Holiday      bool // though it is a holiday
}

// Move puts a day on another date or at another time, with a reason. Who is on duty must
// be free then; who has an appointment is told.
func Move(ctx context.Context, tx *tenant.Tx, by auth.Actor, id int64, version int32, to When, why Reason) error {
	if err := holdPlaceOf(ctx, tx, id); err != nil {
		return err
	}
	c, err := hold(ctx, tx, by, id, version)
	if err != nil {
		return err
	}
	if err := c.open(); err != nil {
		return err
	}
	invalid := errs.Invalid{}
	date, starts, ends := to.Date, to.Starts, to.Ends
	toCome(invalid, "date", date, tx)
	hours(invalid, &starts, &ends)
	if date != nil && *date == calendar.DateOf(tx.Now()) && c.Visits == 0 && invalid["ends"] == "" && ends <= clock(tx.Now()) { // that it lasted longer may be said
		invalid["ends"] = "今天的这个时间已经过了，请填还没到的时间。"
	}
	off := false
	if date != nil && *date != c.Date {
		if off, err = working(ctx, tx, invalid, date, to.Holiday); err != nil {
			return err
		}
	}
	why.check(invalid, "请写明为什么改期。")
	if date != nil && *date != c.Date && c.Visits > 0 {
		invalid["date"] = "这一天已经登记了来访，不能改到别的日子。请登记接待情况，另外再加一个接待日。"
	}
	if len(invalid) == 0 {
		if *date == c.Date && starts == c.Starts && ends == c.Ends {
			return nil
		}
		ids := make([]int64, len(c.Duty))
		for i, d := range c.Duty {
			ids[i] = d.ID
		}
		if err := holdDeputies(ctx, tx, ids); err != nil {
			return err
		}
		clashes, err := busy(ctx, tx, ids, *date, starts, ends, id)
		if err != nil {
			return err
		}
		moved := c.facts()
		moved.Starts, moved.Ends = starts, ends
		if err := double(ctx, tx, invalid, "date", moved, *date, id); err != nil {
			return err
		}
		for _, clash := range clashes {
			invalid["date"] += clash.Words()
		}
	}
	if err := invalid.Err(); err != nil {
		return err
	}
	c.changes.Set("date", c.Date.String(), date.String())
	c.changes.Set("starts", c.Starts, starts)
	c.changes.Set("ends", c.Ends, ends)
	if err := c.write(ctx, `date = @date, starts = @starts, ends = @ends`, pgx.NamedArgs{"date": date, "starts": starts, "ends": ends}); err != nil {
		return fmt.Errorf("move a day: %w", err)
	}
	was := c.Date
	c.Date, c.Starts, c.Ends = *date, starts, ends
	if err := shift(ctx, tx, by, id, why.told()); err != nil {
		return err
	}
	if err := mean(ctx, tx, by, id, date, off); err != nil {
		return err
	}
	return c.done(ctx, "reception.move", event{kind: "moved", from: &was, to: date, reason: why.Inside, public: why.Public})
}

// Cancel cancels a day, before it or after, with a reason. Its appointments wait for another
// day, and who was to come is told.
func Cancel(ctx context.Context, tx *tenant.Tx, by auth.Actor, id int64, version int32, why Reason) error {
	c, err := hold(ctx, tx, by, id, version)
	if err != nil {
		return err
	}
	if err := c.open(); err != nil {
		return err
	}
	invalid := errs.Invalid{}
	why.check(invalid, "请写明为什么取消。")
	if err := invalid.Err(); err != nil {
		return err
	}
	if c.Visits > 0 {
		return errs.Invalid{"reason": "这一天已经登记了来访，不能取消。请登记接待情况。"}
	}
	if err := c.write(ctx, `state = 'cancelled', reason = @reason, public_reason = @public`, pgx.NamedArgs{"reason": why.Inside, "public": null.Of(why.Public)}); err != nil {
		return fmt.Errorf("cancel a day: %w", err)
	}
	if err := lose(ctx, tx, by, id, why.told()); err != nil {
		return err
	}
	return c.done(ctx, "reception.cancel", event{kind: "cancelled", reason: why.Inside, public: why.Public})
}
