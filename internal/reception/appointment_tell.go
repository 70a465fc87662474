package reception

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"lianluo/internal/calendar"
	"lianluo/internal/county"
	"lianluo/internal/message"
	"lianluo/internal/null"
	"lianluo/internal/postgres"
	"lianluo/internal/private"
	"lianluo/internal/tenant"
)

// tell tells the citizen how the request stands, in place of what was still to be told; told
// is whether somebody did already. Without a kind there is nothing to say.
func (a Appointment) tell(ctx context.Context, tx *tenant.Tx, kind message.Kind, told bool) error {
	if err := message.Outdate(ctx, tx, a.ID, "后来又有变化，这一条不用说了。"); err != nil {
		return err
	}
	switch {
	case kind == "":
		return nil
	case told:
		r, err := meetingOf(ctx, tx, a.ID)
		if err != nil {
			return err
		}
		body, err := county.Compose(ctx, tx, string(kind), r.texts())
		if err != nil {
			return err
		}
		return message.AppointmentTold(ctx, tx, kind, a.ID, int16(a.Version), body)
	}
	of, err := county.SettingsTx(ctx, tx)
	if err != nil {
		return err
	}
	return message.QueueAppointment(ctx, tx, kind, a.ID, int16(a.Version), time.Duration(of.UndoMinutes)*time.Minute)
}

// Addressee is where a message about an appointment goes, and what it may say.
type Addressee struct {
	State   string
	Version int16
	Phone   string // the full number; "" where none was left
	ReplyBy string
	Code    string // the 查询码; "" of what was asked for before there were codes
	Texts   county.TextValues
}

// ByMessage reports whether a message reaches the citizen, who wants one.
func (a Addressee) ByMessage() bool { return a.ReplyBy == "message" && a.Phone != "" }

// meeting is an appointment with what can be said of it.
type meeting struct {
	Key         uuid.UUID
	State       string
	Version     int16
	ReplyBy     string
	Sealed      []byte
	Coded       bool
	Reason      *string
	DueOn       calendar.Date
	LostOn      *calendar.Date
	Date        *calendar.Date
	At          *string
	Starts      *string
	Ends        *string
	Place       string
	Address     *string
	Deputies    []string
	Office      string
	County      string
	StationName string
	Public      *string
}

func meetingOf(ctx context.Context, tx *tenant.Tx, id int64) (meeting, error) {
	return postgres.One[meeting](ctx, tx, `select r.submission_key as key, r.state, r.version::smallint as version, r.reply_by, r.phone_sealed as sealed,
			r.lookup_hash is not null as coded, r.reason, r.due_on, r.lost_on, `+meetingColumns+`,
			co.office, co.name as county, s.name as station_name, coalesce(s.phone, co.phone) as public
		`+meetingFrom+`where r.county_id = @county and r.id = @id`, pgx.NamedArgs{"id": id})
}

// texts are what the county's texts put in for their fields.
func (m meeting) texts() county.TextValues {
	values := county.TextValues{county.FieldOffice: m.Office, county.FieldCounty: m.County, county.FieldStation: m.StationName,
		county.FieldDue: m.DueOn.Chinese(), county.FieldPhone: null.Value(m.Public), county.FieldTime: hoursOf(m.At, m.Starts, m.Ends),
		county.FieldPlace: m.Place, county.FieldReason: strings.TrimRight(null.Value(m.Reason), "。.！!；; ")}
	if m.Date != nil {
		values[county.FieldDay] = m.Date.ChineseLong()
	} else if m.LostOn != nil {
		values[county.FieldDay] = m.LostOn.ChineseLong()
	}
	if m.Address != nil {
		values[county.FieldPlace] += "（" + *m.Address + "）"
	}
	if len(m.Deputies) > 0 {
		values[county.FieldDeputy] = strings.Join(m.Deputies, "、") + "代表"
	}
	return values
}

// AddresseeOf opens the number that a message is sent to. For jobs only: people reveal a
// number with Reveal, which leaves a record.
func AddresseeOf(ctx context.Context, tx *tenant.Tx, keys private.Keys, id int64) (Addressee, error) {
	m, err := meetingOf(ctx, tx, id)
	if err != nil {
		return Addressee{}, err
	}
	to := Addressee{State: m.State, Version: m.Version, ReplyBy: m.ReplyBy, Texts: m.texts()}
	if m.Coded {
		to.Code = CodeOf(keys, tx.County(), m.Key)
	}
	if m.Sealed != nil {
		if to.Phone, err = keys.Open(m.Sealed, PhoneBind(tx.County(), m.Key)); err != nil {
			return to, fmt.Errorf("addressee: %w", err)
		}
	}
	return to, nil
}

// meetingColumns and meetingFrom are when, where and with whom an appointment r is: at the
// place of its day, and of the deputies those who come and whom citizens see.
const (
	meetingColumns = `d.date, r.at, d.starts, d.ends, p.name as place, p.address,
		array(select x.name from receptions r join reception_deputies rd on rd.county_id = @county and rd.reception_id = r.id
			join deputies x on x.county_id = @county and x.id = rd.deputy_id
			where r.county_id = @county and r.id = d.id and ` + comes + `
				and x.approved_at is not null and x.merged_into is null order by x.name) as deputies`
	meetingFrom = ` from appointments r
		join counties co on co.id = r.county_id
		join stations s on s.county_id = @county and s.id = r.station_id
		left join receptions d on d.county_id = @county and d.id = r.reception_id
		join stations p on p.county_id = @county and p.id = coalesce(d.place_id, r.place_id) `
)

// When the citizen is reminded: at an hour when a message wakes nobody.
const (
	remindFrom  = 9 // o'clock
	remindUntil = 20
)

// RemindOfAppointments queues the reminder of each appointment that is tomorrow, or that is
// still to come today where no server ran yesterday. Who was told today needs none, and nobody is
// asked to a place that is suspended.
func RemindOfAppointments(ctx context.Context, tx *tenant.Tx) error {
	now := tx.Now().In(calendar.Shanghai)
	if now.Hour() < remindFrom || now.Hour() >= remindUntil {
		return nil
	}
	type near struct {
		ID      int64
		Version int16
	}
	today := calendar.DateOf(now)
	all, err := postgres.All[near](ctx, tx, `select r.id, r.version::smallint as version from appointments r
		join receptions d on d.county_id = @county and d.id = r.reception_id and d.state in ('planned', 'published')
		join stations p on p.county_id = @county and p.id = d.place_id and p.state = 'open'
		join stations s on s.county_id = @county and s.id = d.station_id and s.state = 'open'
		where r.county_id = @county and r.state in ('confirmed', 'moved') and r.answered_at < @midnight
			and (d.date = @tomorrow or d.date = @today and coalesce(r.at, d.starts) > @clock)
			and not exists (select from messages m where m.county_id = @county and m.appointment_id = r.id and m.round = r.version
				and m.kind = 'appointment_reminder')
		order by r.id`, pgx.NamedArgs{"today": today, "tomorrow": today.AddDays(1), "midnight": today.Start(), "clock": now.Format("15:04")})
	if err != nil {
		return fmt.Errorf("appointments to remind of: %w", err)
	}
	for _, a := range all {
		if err := message.QueueAppointment(ctx, tx, message.AppointmentReminder, a.ID, a.Version, 0); err != nil {
			return err
		}
	}
	return nil
}
