package reception

import (
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/null"
	"lianluo/internal/option"
	"lianluo/internal/private"
	"lianluo/internal/tenant"
	"lianluo/internal/token"
)

// An appointment (约见) is asked for by a citizen (Ask), answered by the station or the county
// (Reply, Undo), and ends when the citizen came (Arrived) or did not (Absent), or takes it
// back by the 查询码 (Recall). What becomes of the day on which it is becomes of it too
// (appointment_day.go), and the citizen is told each time (appointment_tell.go).

// How a request stands.
const (
	Asked     = "asked" // also once the day that was settled is not held: Appointment.Lost
	Confirmed = "confirmed"
	Rebooked  = "moved"
	Declined  = "declined"
	Recalled  = "withdrawn"
	Came      = "came"   // and was registered at the desk
	Absent    = "absent" // did not come
)

// Answers are how a request for an appointment stands, as pages say it.
var Answers = []option.Option{{Asked, "等待答复"}, {Confirmed, "已约定"}, {Rebooked, "已改约"}, {Declined, "没有约成"}, {Recalled, "本人取消"}, {Came, "来了"}, {Absent, "没有来"}}

// ReplyBys are how somebody wants to be told.
var ReplyBys = []option.Option{{"message", "发短信"}, {"phone", "打电话"}, {"person", "没有电话，当面说"}}

// Appointment is a request for a meeting with a deputy, as the office sees it.
type Appointment struct {
	ID            int64
	SubmissionKey uuid.UUID // of the form, from which the 查询码 follows
	StationID     int64
	Station       string
	Place         string
	PlaceCode     string
	Name          string
	Phone         *string // masked; nil: none was left
	ReplyBy       string
	Topic         string
	Wish          *string
	DeputyID      *int64  // whom they want to meet; nil: whoever is there
	Deputy        *string // and the name
	Missed        bool    // a day is settled on which that deputy does not receive
	State         string
	ReceptionID   *int64
	Date          *calendar.Date // of the day that was settled
	Starts, Ends  *string
	At            *string        // the hour, where one was said
	LostOn        *calendar.Date // the day that had been settled is not held
	DueOn         calendar.Date  // by when an answer is owed, while it is Asked
	Reason        *string
	NoticeVersion string // of the 告知书 that was shown
	EnteredName   string
	CreatedAt     time.Time
	AnsweredBy    *int64 // nil: nobody, or the citizen
	AnsweredName  *string
	AnsweredAt    *time.Time
	VisitKey      *uuid.UUID // of the visit that it came to
	ToTell        bool       // somebody has to call and tell
	Version       int32
}

// StateName is how the request stands, as pages say it.
func (a Appointment) StateName() string { return option.NameOf(Answers, a.State) }

// Lost reports whether the day that was settled is not held, so that another must be found.
func (a Appointment) Lost() bool { return a.State == Asked && a.LostOn != nil }

// Running reports whether somebody may still answer, move or end it.
func (a Appointment) Running() bool { return a.State == Asked || a.Settled() }

// Settled reports whether a day is settled, and nobody said yet what came of it.
func (a Appointment) Settled() bool { return a.State == Confirmed || a.State == Rebooked }

// Late reports whether the answer is late.
func (a Appointment) Late(today calendar.Date) bool { return a.State == Asked && a.DueOn.Before(today) }

// Expected reports whether the citizen may be at the door: the day has come and nobody said
// what came of it.
func (a Appointment) Expected(today calendar.Date) bool {
	return a.Settled() && a.Date != nil && !a.Date.After(today)
}

// Awaited reports whether the citizen should have come by now, and nobody said what came of it.
func (a Appointment) Awaited(now time.Time) bool {
	if today := calendar.DateOf(now); !a.Expected(today) || a.Date.Before(today) {
		return a.Expected(today)
	}
	at := null.Value(a.At)
	if at == "" {
		at = null.Value(a.Starts)
	}
	return at <= clock(now)
}

// Hours is when on the day: 9:30, or 09:00–11:30.
func (a Appointment) Hours() string { return hoursOf(a.At, a.Starts, a.Ends) }

func hoursOf(at, starts, ends *string) string {
	switch {
	case at != nil:
		return *at
	case starts == nil || ends == nil:
		return ""
	}
	return *starts + "–" + *ends
}

// Code is the 查询码 by which the citizen looks the request up, and takes it back.
func (a Appointment) Code(keys private.Keys, of tenant.County) string {
	return CodeOf(keys, of, a.SubmissionKey)
}

// CodeOf is the 查询码 of the request that was made with a key.
func CodeOf(keys private.Keys, of tenant.County, key uuid.UUID) string {
	return token.Code(keys, of, "appointment "+key.String())
}

const appointmentColumns = `r.id, r.submission_key, r.station_id, s.short_name as station, p.name as place, p.code as place_code, r.name,
	r.phone_masked as phone, r.reply_by, r.topic, r.wish, r.deputy_id, x.name as deputy, ` + misses + ` as missed, r.state, r.reception_id, d.date, d.starts, d.ends, r.at, r.lost_on, r.due_on, r.reason,
	r.notice_version, r.entered_name, r.created_at, r.answered_by, r.answered_name, r.answered_at, v.submission_key as visit_key,
	exists (select from messages m where m.county_id = @county and m.appointment_id = r.id and m.state = 'to_call') as to_tell, r.version`

// misses is whether a day is settled for r on which the deputy who was asked for does not receive.
const misses = `(r.deputy_id is not null and r.state in ('confirmed', 'moved') and not exists (select from reception_deputies rd
	where rd.county_id = @county and rd.reception_id = r.reception_id and rd.deputy_id = r.deputy_id and not rd.substitute))`

const (
	appointmentFrom = `appointments r join stations s on s.county_id = @county and s.id = r.station_id
		left join receptions d on d.county_id = @county and d.id = r.reception_id`
	appointmentJoins = `join stations p on p.county_id = @county and p.id = r.place_id
		left join deputies x on x.county_id = @county and x.id = r.deputy_id
		left join visits v on v.county_id = @county and v.id = r.visit_id`
	selectAppointments = `select ` + appointmentColumns + ` from ` + appointmentFrom + ` ` + appointmentJoins + ` where r.county_id = @county `
)

// asksWithin is which requests by may see: those of the stations whose rota is theirs. Its
// argument is that of asksArgs.
func asksWithin(by auth.Actor) string {
	switch by.Scope(auth.ChangeReceptions) {
	case auth.WholeCounty:
		return `true`
	case auth.OwnStation:
		return `r.station_id = any(@ask_stations)`
	}
	return `false`
}

func asksArgs(by auth.Actor, args pgx.NamedArgs) pgx.NamedArgs {
	if by.Scope(auth.ChangeReceptions) == auth.OwnStation {
		args["ask_stations"] = by.Stations()
	}
	return args
}

// AppointmentsWithin is which appointments r by may see, as a condition of a noun above; it
// takes its argument to args.
func AppointmentsWithin(by auth.Actor, args pgx.NamedArgs) string {
	asksArgs(by, args)
	return asksWithin(by)
}

// AppointmentOf reads one request; one that by may not see is errs.NotFound.
func AppointmentOf(v *tenant.View, by auth.Actor, id int64) *Appointment {
	return tenant.One[Appointment](v, selectAppointments+`and r.id = @id and `+asksWithin(by), asksArgs(by, pgx.NamedArgs{"id": id}))
}

// AppointmentWith reads the request that was made with a key, for whoever made it.
func AppointmentWith(v *tenant.View, key uuid.UUID) **Appointment {
	return tenant.Maybe[Appointment](v, selectAppointments+`and r.submission_key = @key`, pgx.NamedArgs{"key": key})
}

// On reads who is to come on a day, and who came or did not.
func On(v *tenant.View, by auth.Actor, reception int64) *[]Appointment {
	return tenant.All[Appointment](v, selectAppointments+`and r.reception_id = @id and r.state in ('confirmed', 'moved', 'came', 'absent')
		and `+asksWithin(by)+` order by r.at nulls last, r.id`, asksArgs(by, pgx.NamedArgs{"id": reception}))
}

// AppointmentEvent is something that happened to an appointment.
type AppointmentEvent struct {
	Kind        string
	State       string // how it stood then
	ReceptionID *int64
	Date        *calendar.Date
	At          *string
	Reason      *string
	ByID        *int64 // nil: the citizen
	ByName      string
	HappenedAt  time.Time
}

const eventColumns = `kind, state, reception_id, date, at, reason, by_id, by_name, happened_at`

// followed reports whether the event, after the one before it, is what became of the day on which
// the appointment is, and nobody's answer: the day is the same, and no other hour was said.
func (e AppointmentEvent) followed(before AppointmentEvent) bool {
	return e.Kind != Absent && e.ReceptionID != nil && before.ReceptionID != nil && *e.ReceptionID == *before.ReceptionID &&
		(null.Value(e.Date) != null.Value(before.Date) || null.Value(e.At) == null.Value(before.At))
}

// AppointmentHistory reads what happened to an appointment, oldest first.
func AppointmentHistory(v *tenant.View, id int64) *[]AppointmentEvent {
	return tenant.All[AppointmentEvent](v, `select `+eventColumns+` from appointment_events
		where county_id = @county and appointment_id = @id order by id`, pgx.NamedArgs{"id": id})
}

// PhoneBind is what a sealed number belongs to.
func PhoneBind(of tenant.County, key uuid.UUID) string {
	return "county " + itoa(int64(of)) + " appointment " + key.String() + " phone"
}
