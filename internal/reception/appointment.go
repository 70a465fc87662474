package reception

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"lianluo/internal/audit"
	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/county"
	"lianluo/internal/errs"
	"lianluo/internal/postgres"
	"lianluo/internal/private"
	"lianluo/internal/tenant"
)

// Answers are how a request for an appointment stands.
var Answers = []Named{{"asked", "等待答复"}, {"confirmed", "已约定"}, {"moved", "已改约"}, {"declined", "没有约成"}, {"withdrawn", "本人取消"}}

// AskInput is a request as a form has it.
type AskInput struct {
	Name  string
	Phone string
	Topic string
	Wish  string // which day would suit
}

// Appointment is a request for a meeting with a deputy, as the office sees it.
type Appointment struct {
	ID           int64
	StationID    int64
	Station      string
	Place        string
	Name         string
	Phone        string // masked
	Topic        string
	Wish         *string
	State        string
	ReceptionID  *int64
	Date         *calendar.Date // of the day that was settled
	Starts       *string
	DayState     *string // how that day stands
	Reason       *string
	EnteredName  string
	CreatedAt    time.Time
	AnsweredName *string
	AnsweredAt   *time.Time
	Version      int32
}

// StateName is how the request stands, as pages say it.
func (a Appointment) StateName() string { return NameOf(Answers, a.State) }

// Lost reports whether the day that was settled was cancelled, so that another must be.
func (a Appointment) Lost() bool { return a.Running() && text(a.DayState) == Cancelled }

// waiting is which requests wait for an answer: also those whose day was cancelled.
const waiting = `(r.state = 'asked' or r.state in ('confirmed', 'moved') and exists (select from receptions x
	where x.county_id = @county and x.id = r.reception_id and x.state = 'cancelled'))`

// Running reports whether somebody may still answer, move or end it.
func (a Appointment) Running() bool {
	return a.State == "asked" || a.State == "confirmed" || a.State == "moved"
}

const selectAppointments = `select r.id, r.station_id, s.short_name as station, p.name as place, r.name, r.phone_masked as phone, r.topic, r.wish, r.state,
		r.reception_id, d.date, d.starts, d.state as day_state, r.reason, r.entered_name, r.created_at, r.answered_name, r.answered_at, r.version
	from appointments r join stations s on s.county_id = @county and s.id = r.station_id
	join stations p on p.county_id = @county and p.id = r.place_id
	left join receptions d on d.county_id = @county and d.id = r.reception_id
	where r.county_id = @county `

// asksWithin is which requests by may see: those of the stations whose rota is theirs. Its
// argument is that of within.
func asksWithin(by auth.Actor) string {
	switch by.Scope(auth.ChangeReceptions) {
	case auth.WholeCounty:
		return `true`
	case auth.OwnStation:
		return `r.station_id = @my_station`
	}
	return `false`
}

func asksArgs(by auth.Actor, args pgx.NamedArgs) pgx.NamedArgs {
	if by.Scope(auth.ChangeReceptions) == auth.OwnStation {
		args["my_station"] = by.StationID
	}
	return args
}

// Appointments reads the requests that wait for an answer, the oldest first, and behind
// them those that were answered, the newest first.
func Appointments(v *tenant.View, by auth.Actor) *[]Appointment {
	return tenant.All[Appointment](v, selectAppointments+`and `+asksWithin(by)+`
		order by not `+waiting+`, case when r.state = 'asked' then r.id else -r.id end limit 200`, asksArgs(by, pgx.NamedArgs{}))
}

// AppointmentOf reads one request; one that by may not see is errs.NotFound.
func AppointmentOf(v *tenant.View, by auth.Actor, id int64) *Appointment {
	return tenant.One[Appointment](v, selectAppointments+`and r.id = @id and `+asksWithin(by), asksArgs(by, pgx.NamedArgs{"id": id}))
}

// On reads who is to come on a day.
func On(v *tenant.View, by auth.Actor, reception int64) *[]Appointment {
	return tenant.All[Appointment](v, selectAppointments+`and r.reception_id = @id and r.state in ('confirmed', 'moved') and `+asksWithin(by)+` order by r.id`,
		asksArgs(by, pgx.NamedArgs{"id": reception}))
}

// PlaceOf is the place with that code.
func PlaceOf(ctx context.Context, tx *tenant.Tx, code string) (int64, error) {
	return postgres.Value[int64](ctx, tx, `select id from stations where county_id = @county and code = @code`, pgx.NamedArgs{"code": code})
}

// How many requests wait at once, so that nobody fills a station's list.
const (
	mostOfPhone   = 3
	mostOfStation = 60
)

// Ask keeps a request at a place, by the citizen (auth.CitizenOf) or by a clerk to whom it
// was told, and returns its id; a second press of the same button finds the first. It
// returns errs.Invalid by field, and errs.TooMany where too many wait already.
func Ask(ctx context.Context, tx *tenant.Tx, keys private.Keys, by auth.Actor, key uuid.UUID, placeID int64, in AskInput) (int64, error) {
	stationID, err := postgres.Value[int64](ctx, tx, `select p.root_id from stations p join stations s on s.county_id = @county and s.id = p.root_id
		where p.county_id = @county and p.id = @place and p.state = 'open' and s.state = 'open'`, pgx.NamedArgs{"place": placeID})
	if err != nil {
		return 0, err
	}
	if by.Role != auth.Citizen {
		if err := mayChange(by, stationID); err != nil {
			return 0, err
		}
	}
	phone, err := in.check()
	if err != nil {
		return 0, err
	}
	if err := crowded(ctx, tx, keys.Blind(int32(tx.County()), "phone", phone), stationID, key); err != nil {
		return 0, err
	}
	id, err := postgres.Value[int64](ctx, tx, `insert into appointments (county_id, submission_key, station_id, place_id, name, phone_sealed, phone_blind,
			phone_masked, topic, wish, notice_version, entered_by, entered_name, created_at)
		values (@county, @key, @station, @place, @name, @sealed, @blind, @masked, @topic, @wish,
			(select notice_version from county_settings where county_id = @county), @by, @by_name, @now)
		on conflict (county_id, submission_key) do nothing returning id`,
		pgx.NamedArgs{"key": key, "station": stationID, "place": placeID, "name": in.Name, "sealed": keys.Seal(phone, PhoneBind(tx.County(), key)),
			"blind": keys.Blind(int32(tx.County()), "phone", phone), "masked": private.MaskPhone(phone), "topic": in.Topic, "wish": orNull(in.Wish),
			"by": orNull(by.UserID), "by_name": by.Name, "now": tx.Now()})
	if err != nil {
		return already(ctx, tx, "appointments", key, err)
	}
	return id, audit.Record(ctx, tx, by.Audit(), "appointment.ask", "appointment "+itoa(id), nil)
}

// PhoneBind is what a sealed number belongs to.
func PhoneBind(of tenant.County, key uuid.UUID) string {
	return "county " + itoa(int64(of)) + " appointment " + key.String() + " phone"
}

func (in *AskInput) check() (phone string, err error) {
	invalid := errs.Invalid{}
	in.Name, in.Topic, in.Wish = county.Trimmed(in.Name), county.Trimmed(in.Topic), county.Trimmed(in.Wish)
	county.Needed(invalid, "name", in.Name, "请填怎么称呼，例如 王女士。", 30)
	county.Needed(invalid, "topic", in.Topic, "请写一两句想谈什么事。", longText)
	county.Readable(invalid, "wish", in.Wish, longLine)
	if phone, err = private.NormalizePhone(in.Phone); err != nil {
		invalid["phone"] = err.Error() + "。"
	}
	return phone, invalid.Err()
}

func crowded(ctx context.Context, tx *tenant.Tx, blind []byte, stationID int64, key uuid.UUID) error {
	type waiting struct{ Own, All int64 }
	n, err := postgres.One[waiting](ctx, tx, `select count(*) filter (where phone_blind = @blind) as own, count(*) as all from appointments
		where county_id = @county and station_id = @station and state = 'asked' and submission_key <> @key`,
		pgx.NamedArgs{"blind": blind, "station": stationID, "key": key})
	switch {
	case err != nil:
		return err
	case n.Own >= mostOfPhone:
		return errs.Refuse(errs.TooMany, "这个电话已经有几个申请在等答复，请等联络站打电话，不用再填。")
	case n.All >= mostOfStation:
		return errs.Refuse(errs.TooMany, "等答复的申请太多了，请直接打电话给联络站。")
	}
	return nil
}

// Answer is what becomes of a request: To is one of Answers.
type Answer struct {
	To          string
	ReceptionID int64 // confirmed, moved: the day, one of the station's to come
	Reason      string
}

// Reply answers a request, or changes the answer: a second day needs a reason and is 改约.
// It returns errs.Invalid by field, and errs.Conflict for a form that began from another
// version or a request that has ended.
func Reply(ctx context.Context, tx *tenant.Tx, by auth.Actor, id int64, version int32, in Answer) error {
	a, err := postgres.One[Appointment](ctx, tx, selectAppointments+`and r.id = @id for no key update of r`, pgx.NamedArgs{"id": id})
	if err != nil {
		return err
	}
	if err := mayChange(by, a.StationID); err != nil {
		return err
	}
	switch {
	case a.State == in.To && text(a.ReceptionID) == in.ReceptionID && !a.Running():
		return nil // pressed twice
	case a.Version != version:
		return errs.Refuse(errs.Conflict, text(a.AnsweredName)+"刚刚答复过这个申请，现在是“"+a.StateName()+"”。请核对以后再办。")
	case !a.Running():
		return errs.Refuse(errs.Conflict, "这个申请已经结束，不能再改。")
	}
	if err := in.check(ctx, tx, a); err != nil {
		return err
	}
	_, err = postgres.Exec(ctx, tx, `update appointments set state = @state, reception_id = @reception, reason = @reason, answered_by = @by,
		answered_name = @by_name, answered_at = @now, version = @version where county_id = @county and id = @id`,
		pgx.NamedArgs{"id": id, "state": in.To, "reception": orNull(in.ReceptionID), "reason": orNull(in.Reason), "by": by.UserID, "by_name": by.Name,
			"now": tx.Now(), "version": a.Version + 1})
	if err != nil {
		return fmt.Errorf("answer an appointment: %w", err)
	}
	detail := map[string]any{"version": a.Version + 1, "to": NameOf(Answers, in.To)}
	if in.Reason != "" {
		detail["reason"] = in.Reason
	}
	return audit.Record(ctx, tx, by.Audit(), "appointment.answer", "appointment "+itoa(id), detail)
}

// check judges the answer, and says 改约 where there was a day already.
func (in *Answer) check(ctx context.Context, tx *tenant.Tx, a Appointment) error {
	invalid := errs.Invalid{}
	in.Reason = strings.TrimSpace(in.Reason)
	switch in.To {
	case "confirmed", "moved":
		if in.To = "confirmed"; a.ReceptionID != nil {
			in.To = "moved"
		}
		known, err := postgres.Value[int64](ctx, tx, `select count(*) from receptions where county_id = @county and id = @id and station_id = @station
			and state in ('planned', 'published') and kind <> 'household' and date >= @today`,
			pgx.NamedArgs{"id": in.ReceptionID, "station": a.StationID, "today": calendar.DateOf(tx.Now())})
		if err != nil {
			return err
		}
		if known == 0 {
			invalid["reception"] = "请选择约在哪一天。没有合适的，请先添加一天。"
		}
		if in.To == "moved" {
			county.Needed(invalid, "reason", in.Reason, "请写明为什么改约。", longLine)
		}
	case "declined", "withdrawn":
		in.ReceptionID = 0
		county.Needed(invalid, "reason", in.Reason, "请写明原因。", longLine)
	default:
		invalid["to"] = "请选择怎样答复。"
	}
	return invalid.Err()
}

// Reveal opens the number of who asked, for somebody who gives a reason; the look is
// recorded before anybody sees it.
func Reveal(ctx context.Context, tx *tenant.Tx, keys private.Keys, by auth.Actor, id int64, reason string) (string, error) {
	type row struct {
		StationID     int64
		SubmissionKey uuid.UUID
		PhoneSealed   []byte
	}
	r, err := postgres.One[row](ctx, tx, `select station_id, submission_key, phone_sealed from appointments where county_id = @county and id = @id`, pgx.NamedArgs{"id": id})
	if err != nil {
		return "", err
	}
	if err := mayChange(by, r.StationID); err != nil {
		return "", err
	}
	invalid := errs.Invalid{}
	county.Needed(invalid, "reveal_reason", reason, "请写明为什么要看电话。", longLine)
	if err := invalid.Err(); err != nil {
		return "", err
	}
	phone, err := keys.Open(r.PhoneSealed, PhoneBind(tx.County(), r.SubmissionKey))
	if err != nil {
		return "", fmt.Errorf("reveal: %w", err)
	}
	return phone, audit.Record(ctx, tx, by.Audit(), "appointment.reveal_phone", "appointment "+itoa(id), map[string]any{"reason": strings.TrimSpace(reason)})
}
