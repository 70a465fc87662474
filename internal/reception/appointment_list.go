package reception

import (
	"context"
	"net/url"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/null"
	"lianluo/internal/postgres"
	"lianluo/internal/private"
	"lianluo/internal/tenant"
)

// AppointmentViews are the views of the list of appointments: what waits, unless another is asked for.
var AppointmentViews = []Named{{"", "等答复"}, {"late", "答复晚了"}, {"coming", "约好了"}, {"expected", "到日子没记"}, {"tell", "等打电话"}, {"ended", "结束的"}, {"all", "全部"}}

// appointments is the list. The view is the noun's to judge.
var appointments = postgres.List{
	Columns: appointmentColumns,
	From:    appointmentFrom,
	Joins:   appointmentJoins,
	ID:      `r.id`,
	Orders: []postgres.Order{
		{Name: "due", By: `r.due_on`, Type: "date"},
		{Name: "day", By: `d.date`, Type: "date", Nullable: true},
		{Name: "asked", By: `r.created_at`, Type: "timestamptz", Desc: true},
	},
	Filters: []postgres.Filter{
		{Name: "view", Kind: postgres.Choice, Of: []string{"late", "coming", "expected", "tell", "ended", "all"}},
		{Name: "state", Kind: postgres.Choice, Of: values(Answers), Where: `r.state = @state`},
		{Name: "station", Kind: postgres.ID, Where: `r.station_id = @station`},
		{Name: "from", Kind: postgres.Day, Where: `d.date >= @from::date`},
		{Name: "to", Kind: postgres.Day, Where: `d.date <= @to::date`},
	},
	Text: []string{`r.name`, `r.topic`},
}

// viewSQL is what a view shows; "" is what waits for an answer.
var viewSQL = map[string]string{
	"":         `r.state = 'asked'`,
	"late":     `r.state = 'asked' and r.due_on < @today`,
	"coming":   `r.state in ('confirmed', 'moved')`,
	"expected": `r.state in ('confirmed', 'moved') and d.date < @today`,
	"tell":     `exists (select from messages m where m.county_id = @county and m.appointment_id = r.id and m.state = 'to_call')`,
	"ended":    `r.state in ('declined', 'withdrawn', 'came', 'absent')`,
	"all":      `true`,
}

// AppointmentItem is an appointment in the list.
type AppointmentItem struct {
	tenant.Row
	Appointment
}

// AskAppointments reads the address of a list of appointments. What is settled is read by
// its day, what has ended the newest first, unless another order is asked for.
func AskAppointments(address url.Values, limit int) tenant.Ask {
	if sort, is := map[string]string{"coming": "day", "expected": "day", "ended": "asked", "all": "asked"}[address.Get("view")]; is && address.Get("sort") == "" {
		ordered := url.Values{}
		for name, value := range address {
			ordered[name] = value
		}
		ordered.Set("sort", sort)
		address = ordered
	}
	return appointments.Ask(address, limit)
}

// AddressAppointments is what of an address the list knows, without the place in it.
func AddressAppointments(address url.Values) url.Values { return appointments.Address(address) }

// Appointments reads one page of the appointments that by may see.
func Appointments(v *tenant.View, by auth.Actor, ask tenant.Ask) *tenant.Page[AppointmentItem] {
	return tenant.PageOf[AppointmentItem](v, &appointments, ask, asksWhere(by, ask, calendar.DateOf(v.Now())))
}

// CountAppointments counts what the ask shows, up to most.
func CountAppointments(v *tenant.View, by auth.Actor, ask tenant.Ask, most int) *int64 {
	return tenant.CountOf(v, &appointments, ask, asksWhere(by, ask, calendar.DateOf(v.Now())), most)
}

// AppointmentCounts is how many appointments each view has, as far as that is shown, and how many
// wait at the station where the most wait: from MostOfStation on citizens can ask no more there.
type AppointmentCounts struct{ Waiting, Late, Coming, Expected, Tell, Fullest int64 }

// CountViews counts the views of what is not over.
func CountViews(v *tenant.View, by auth.Actor) *AppointmentCounts {
	return tenant.One[AppointmentCounts](v, `select count(*) filter (where r.state = 'asked') as waiting,
			count(*) filter (where r.state = 'asked' and r.due_on < @today) as late,
			count(*) filter (where r.state in ('confirmed', 'moved')) as coming,
			count(*) filter (where r.state in ('confirmed', 'moved') and d.date < @today) as expected,
			(select count(distinct m.appointment_id) from messages m join appointments r on r.county_id = @county and r.id = m.appointment_id
				where m.county_id = @county and m.state = 'to_call' and `+asksWithin(by)+`) as tell,
			`+fullestSQL(by)+` as fullest
		from appointments r left join receptions d on d.county_id = @county and d.id = r.reception_id
		where r.county_id = @county and r.state in ('asked', 'confirmed', 'moved') and `+asksWithin(by),
		asksArgs(by, pgx.NamedArgs{"today": calendar.DateOf(v.Now())}))
}

// fullestSQL is how many requests wait at the station where the most wait; its argument is that
// of asksArgs.
func fullestSQL(by auth.Actor) string {
	return `coalesce((select count(*) as n from appointments r where r.county_id = @county and r.state = 'asked' and ` + asksWithin(by) + `
		group by r.station_id order by n desc limit 1), 0)`
}

// ExportAppointments reads every appointment that the ask shows, in its order, and calls do
// for each with the number: name and number masked, or in full.
func ExportAppointments(ctx context.Context, db *tenant.DB, keys private.Keys, by auth.Actor, ask tenant.Ask, full bool, do func(a Appointment, phone string) error) error {
	type row struct {
		AppointmentItem
		Sealed []byte
	}
	list := appointments
	list.Columns += `, r.phone_sealed as sealed`
	return tenant.Stream(ctx, db, by.County, &list, ask, asksWhere(by, ask, calendar.DateOf(db.Now())), func(r row) error {
		phone := null.Value(r.Phone)
		if !full {
			r.Name = private.MaskName(r.Name)
		}
		if full && r.Sealed != nil {
			var err error
			if phone, err = keys.Open(r.Sealed, PhoneBind(by.County, r.SubmissionKey)); err != nil {
				return err
			}
		}
		return do(r.Appointment, phone)
	})
}

func asksWhere(by auth.Actor, ask tenant.Ask, today calendar.Date) postgres.Where {
	w := postgres.Where{SQL: []string{`r.county_id = @county`, asksWithin(by)}, Args: asksArgs(by, pgx.NamedArgs{"today": today})}
	view := ask.Value("view")
	if view == "" && ask.Value("state") != "" { // a state of its own, whatever waits
		view = "all"
	}
	w.SQL = append(w.SQL, viewSQL[view])
	return w
}
