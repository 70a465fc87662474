package reception

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"lianluo/internal/audit"
	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/county"
	"lianluo/internal/deputy"
	"lianluo/internal/errs"
	"lianluo/internal/message"
	"lianluo/internal/null"
	"lianluo/internal/postgres"
	"lianluo/internal/private"
	"lianluo/internal/tenant"
	"lianluo/internal/token"
)

// AskInput is a request as a form has it.
type AskInput struct {
	Name    string
	Phone   string // a citizen on the page leaves one; who was entered by a clerk may have none
	ReplyBy string // one of ReplyBys; "": by message to a mobile, by phone to a landline, in person without either
	Topic   string
	Wish    string // which day would suit
	Deputy  int32  // whom they want to meet, by 档案号; 0: whoever is there
	Notice  string // the version of the 告知书 that was shown; "" is the current one
}

// PlaceOf is the place with that code.
func PlaceOf(ctx context.Context, tx *tenant.Tx, code string) (int64, error) {
	return postgres.Value[int64](ctx, tx, `select id from stations where county_id = @county and code = @code`, pgx.NamedArgs{"code": code})
}

// How many requests wait at once, so that nobody fills a station's list, and how many one
// phone number makes in a day, so that nobody has somebody else sent messages without end. What
// staff enter is not held up by a full list.
const (
	mostOfPhone   = 3
	mostOfDay     = 5
	MostOfStation = 60
	NearlyFull    = 45 // at a station: the staff is told
)

// Ask keeps a request at a place, by the citizen (auth.CitizenOf) or by a clerk to whom it
// was told, tells the citizen the 查询码 by message, and returns the request's id; a second
// press of the same button finds the first. It returns errs.Invalid by field, and
// errs.TooMany where too many wait already.
func Ask(ctx context.Context, tx *tenant.Tx, keys private.Keys, by auth.Actor, key uuid.UUID, placeID int64, in AskInput) (int64, error) {
	stationID, err := askedAt(ctx, tx, by, placeID)
	if err != nil {
		return 0, err
	}
	citizen := by.Role == auth.Citizen
	wanted, err := in.wanted(ctx, tx, stationID, citizen)
	if err != nil {
		return 0, err
	}
	phone, err := in.check(citizen, wanted)
	if err != nil {
		return 0, err
	}
	p := kept{}
	if phone != "" {
		p = kept{keys.Seal(phone, PhoneBind(tx.County(), key)), keys.Blind(int32(tx.County()), "phone", phone), null.Of(private.MaskPhone(phone))}
	}
	if err := crowded(ctx, tx, by, p.blind, stationID, key); err != nil {
		return 0, err
	}
	due, err := answerBy(ctx, tx)
	if err != nil {
		return 0, err
	}
	id, err := postgres.Value[int64](ctx, tx, `insert into appointments (county_id, submission_key, station_id, place_id, name, phone_sealed, phone_blind,
			phone_masked, reply_by, topic, wish, deputy_id, lookup_hash, due_on, notice_version, entered_by, entered_name, created_at)
		values (@county, @key, @station, @place, @name, @sealed, @blind, @masked, @reply_by, @topic, @wish, @deputy, @hash, @due,
			coalesce((select version from notices where county_id = @county and version = @notice),
				(select notice_version from county_settings where county_id = @county)), @by, @by_name, @now)
		on conflict (county_id, submission_key) do nothing returning id`,
		pgx.NamedArgs{"key": key, "station": stationID, "place": placeID, "name": in.Name, "sealed": p.sealed, "blind": p.blind, "masked": p.masked,
			"reply_by": in.ReplyBy, "topic": in.Topic, "wish": null.Of(in.Wish), "deputy": wanted, "hash": token.CodeHash(CodeOf(keys, tx.County(), key)), "due": due,
			"notice": in.Notice, "by": null.Of(by.UserID), "by_name": by.Name, "now": tx.Now()})
	if errors.Is(err, errs.NotFound) {
		return already(ctx, tx, "appointments", key, err)
	}
	if err != nil {
		return 0, fmt.Errorf("ask for an appointment: %w", err)
	}
	if err := occurred(ctx, tx, by, Appointment{ID: id, State: Asked}, "asked"); err != nil {
		return 0, err
	}
	if in.ReplyBy == "message" {
		if err := message.QueueAppointment(ctx, tx, message.AppointmentAsked, id, 1, 0); err != nil {
			return 0, err
		}
	}
	return id, audit.Record(ctx, tx, by.Audit(), "appointment.ask", "appointment "+itoa(id), nil)
}

// askedAt is the station of the place at which a request is made. To staff a place that has closed,
// or is another station's, is wrong input, so that the form stays.
func askedAt(ctx context.Context, tx *tenant.Tx, by auth.Actor, placeID int64) (stationID int64, err error) {
	stationID, err = postgres.Value[int64](ctx, tx, `select p.root_id from stations p join stations s on s.county_id = @county and s.id = p.root_id
		where p.county_id = @county and p.id = @place and p.state = 'open' and s.state = 'open'`, pgx.NamedArgs{"place": placeID})
	staff := by.Role != auth.Citizen
	switch {
	case staff && !by.May(auth.ChangeReceptions):
		return 0, errs.Forbidden
	case staff && errors.Is(err, errs.NotFound):
		return 0, errs.Invalid{"place": "这个地方现在不开放，请另选在哪里见。"}
	case staff && err == nil && mayChange(by, stationID) != nil:
		return 0, errs.Invalid{"place": "这个地方归别的联络站，请选本站或者本站的联络点。"}
	}
	return stationID, err
}

// kept is a number as it is kept.
type kept struct {
	sealed, blind []byte
	masked        *string
}

// wanted is the deputy whom they want to meet; nil: whoever is there, or one whom they may not
// ask for.
func (in *AskInput) wanted(ctx context.Context, tx *tenant.Tx, stationID int64, citizen bool) (*int64, error) {
	if in.Deputy == 0 {
		return nil, nil
	}
	id, err := deputy.MeetableAt(ctx, tx, stationID, in.Deputy, citizen)
	if errors.Is(err, errs.NotFound) {
		return nil, nil
	}
	return &id, err
}

func (in *AskInput) check(phoneNeeded bool, wanted *int64) (phone string, err error) {
	invalid := errs.Invalid{}
	if in.Deputy != 0 && wanted == nil {
		invalid["deputy"] = "请在名单里选一位代表，或者不选。"
	}
	in.Name, in.Topic, in.Wish = county.Trimmed(in.Name), county.Trimmed(in.Topic), county.Trimmed(in.Wish)
	county.Needed(invalid, "name", in.Name, "请填怎么称呼，例如 王女士。", 30)
	county.Needed(invalid, "topic", in.Topic, "请写一两句想谈什么事。", longText)
	county.Readable(invalid, "wish", in.Wish, longLine)
	if phoneNeeded || in.Phone != "" {
		if phone, err = private.NormalizePhone(in.Phone); err != nil {
			invalid["phone"] = err.Error() + "。"
		}
	}
	in.checkReply(invalid, phone)
	return phone, invalid.Err()
}

// checkReply judges how they want to be told, or chooses it by the number.
func (in *AskInput) checkReply(invalid errs.Invalid, phone string) {
	mobile := phone != "" && phone[0] == '1'
	switch {
	case invalid["phone"] != "":
	case in.ReplyBy == "" && mobile:
		in.ReplyBy = "message"
	case in.ReplyBy == "" && phone != "":
		in.ReplyBy = "phone"
	case in.ReplyBy == "":
		in.ReplyBy = "person"
	case !knows(ReplyBys, in.ReplyBy):
		invalid["reply_by"] = "请选择一项。"
	case in.ReplyBy == "message" && !mobile:
		invalid["reply_by"] = "短信只能发到手机。没有手机的，请选“打电话”。"
	case in.ReplyBy == "person" && phone != "":
		invalid["reply_by"] = "留了电话的，请选发短信或者打电话。"
	case in.ReplyBy == "phone" && phone == "":
		invalid["phone"] = "要打电话告诉，请填电话。"
	}
}

// crowded refuses one request too many. The county's row is held before they are counted, so that
// of several at once each counts those before it.
func crowded(ctx context.Context, tx *tenant.Tx, by auth.Actor, blind []byte, stationID int64, key uuid.UUID) error {
	_, err := postgres.Value[int64](ctx, tx, `select county_id::bigint from county_settings where county_id = @county for no key update`)
	if err != nil {
		return err
	}
	type waiting struct{ Own, Today, All int64 }
	n, err := postgres.One[waiting](ctx, tx, `select
			(select count(*) from appointments where county_id = @county and phone_blind = @blind and state = 'asked' and submission_key <> @key) as own,
			(select count(*) from appointments where county_id = @county and phone_blind = @blind and created_at > @yesterday and submission_key <> @key) as today,
			(select count(*) from appointments where county_id = @county and station_id = @station and state = 'asked' and submission_key <> @key) as all
		from county_settings where county_id = @county`,
		pgx.NamedArgs{"blind": blind, "station": stationID, "key": key, "yesterday": tx.Now().AddDate(0, 0, -1)})
	switch {
	case err != nil:
		return err
	case n.Own >= mostOfPhone:
		return errs.Refuse(errs.TooMany, "这个电话已经有几个申请在等答复，请等联络站告诉您，不用再填。")
	case n.Today >= mostOfDay:
		return errs.Refuse(errs.TooMany, "这个电话今天申请的次数太多了，请明天再填，或者打电话给联络站。")
	case by.Role == auth.Citizen && n.All >= MostOfStation:
		return errs.Refuse(errs.TooMany, "等答复的申请太多了，请直接打电话给联络站。")
	}
	return nil
}

// answerBy is by when a request that waits since now is answered, by the county's setting.
func answerBy(ctx context.Context, tx *tenant.Tx) (calendar.Date, error) {
	of, err := settings(ctx, tx)
	if err != nil {
		return calendar.Date{}, err
	}
	days, err := calendar.OfTx(ctx, tx)
	if err != nil {
		return calendar.Date{}, err
	}
	return days.AddWorkdays(calendar.DateOf(tx.Now()), of.AnswerDays), nil
}
