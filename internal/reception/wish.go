package reception

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"lianluo/internal/audit"
	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/county"
	"lianluo/internal/errs"
	"lianluo/internal/null"
	"lianluo/internal/option"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// Wish is what a deputy asks for: a leave, or that somebody else comes on a day. Nothing is
// settled until the station or the county answers.
type Wish struct {
	tenant.Row
	ID           int64
	Kind         string // leave or swap
	DeputyID     int64
	Deputy       string
	StationID    *int64         // of the day
	Station      *string        // in short
	FromDate     *calendar.Date // of a leave
	ToDate       *calendar.Date
	DayID        *int64 // of a swap
	Date         *calendar.Date
	InsteadID    *int64
	Instead      *string // whom the deputy proposes, or who comes
	Reason       string
	State        string
	Answer       *string
	AskedAt      time.Time
	AnsweredName *string
	AnsweredAt   *time.Time
}

// WishStates are how a wish stands.
var WishStates = []option.Option{{"asked", "等待答复"}, {"granted", "同意"}, {"refused", "没有同意"}, {"withdrawn", "本人撤回"}}

// StateName is how the wish stands, as pages say it.
func (w Wish) StateName() string { return option.NameOf(WishStates, w.State) }

// Words say what is asked for.
func (w Wish) Words() string {
	if w.Kind == "leave" {
		return "请假：" + w.FromDate.Chinese() + "到" + w.ToDate.Chinese()
	}
	words := w.Date.Chinese() + "来不了，请换人"
	if w.Instead != nil {
		words += "，换成" + *w.Instead
	}
	return words
}

// wishesWithin is whose wishes by may see: the county all, a deputy's own, a station's those of
// its days and of the leaves of its group.
func wishesWithin(by auth.Actor, args pgx.NamedArgs) string {
	if by.Scope(auth.SeeReceptions) != auth.OwnStation {
		return leavesWithin(by, args)
	}
	return `case when r.kind = 'leave' then ` + leavesWithin(by, args) + ` else exists (select from receptions x
		where x.county_id = @county and x.id = r.reception_id and x.station_id = any(@my_stations)) end`
}

const wishColumns = `r.id, r.kind, r.deputy_id, d.name as deputy, x.station_id, s.short_name as station, r.from_date, r.to_date, r.reception_id as day_id, x.date,
	r.instead_id, i.name as instead, r.reason, r.state, r.answer, r.asked_at, r.answered_name, r.answered_at`

const wishTables = `reception_wishes r join deputies d on d.county_id = @county and d.id = r.deputy_id
	left join receptions x on x.county_id = @county and x.id = r.reception_id left join stations s on s.county_id = @county and s.id = x.station_id
	left join deputies i on i.county_id = @county and i.id = r.instead_id`

// WishList is the list of what deputies ask for.
var WishList = Listing[Wish]{
	list: &postgres.List{
		Columns: wishColumns, From: wishTables, ID: `r.id`,
		Orders:  []postgres.Order{{Name: "asked", By: `r.asked_at`, Type: "timestamptz", Desc: true}, {Name: "deputy", By: `d.name`, Type: "text"}},
		Filters: []postgres.Filter{{Name: "view", Kind: postgres.Choice, Of: values(WishStates), Where: `r.state = @view`}},
		Text:    []string{`d.name`, `coalesce(d.initials, '')`, `r.reason`},
	},
	within: func(by auth.Actor, args pgx.NamedArgs) []string {
		return []string{`r.county_id = @county`, wishesWithin(by, args)}
	},
}

// WishOf reads one wish; one that by may not see is errs.NotFound.
func WishOf(v *tenant.View, by auth.Actor, id int64) *Wish {
	args := pgx.NamedArgs{"id": id}
	return tenant.One[Wish](v, `select `+wishColumns+`, null::text as page_by, r.id as page_id from `+wishTables+` where r.county_id = @county and r.id = @id and `+
		wishesWithin(by, args), args)
}

// wishDays is how long the deputy's own pages tell what became of a wish.
const wishDays = 30

// WishesOf reads what a deputy asks for, and what became of it lately or is still to come,
// newest first.
func WishesOf(v *tenant.View, deputyID int64, limit int) *[]Wish {
	today := calendar.DateOf(v.Now())
	return tenant.All[Wish](v, `select `+wishColumns+`, null::text as page_by, r.id as page_id from `+wishTables+` where r.county_id = @county and r.deputy_id = @deputy
		and (r.state = 'asked' or r.answered_at >= @since or coalesce(r.to_date, x.date) >= @today) order by r.asked_at desc, r.id desc limit @limit`,
		pgx.NamedArgs{"deputy": deputyID, "since": today.AddDays(-wishDays).Start(), "today": today, "limit": limit})
}

// WishInput is a wish as a form has it: of a leave where it names no day.
type WishInput struct {
	DayID    int64
	Instead  int64 // 0: whoever can
	From, To *calendar.Date
	Reason   string
}

// AskWish asks for a leave or a swap; a deputy does, for nobody but themselves. A second press of the
// same button finds the first. It returns errs.Invalid by field.
func AskWish(ctx context.Context, tx *tenant.Tx, by auth.Actor, key uuid.UUID, in WishInput) (int64, error) {
	if !by.May(auth.AskLeave) || by.DeputyID == 0 {
		return 0, errs.Refuse(errs.Forbidden, "代表本人才能在这里请假、请人替。")
	}
	invalid, kind := errs.Invalid{}, "leave"
	if in.DayID == 0 {
		LeaveInput{From: in.From, To: in.To}.dates(invalid, calendar.DateOf(tx.Now()))
		if err := grouped(ctx, tx, by.DeputyID, invalid); err != nil {
			return 0, err
		}
	} else {
		kind, in.From, in.To = "swap", nil, nil
		if err := in.onDuty(ctx, tx, by, invalid); err != nil {
			return 0, err
		}
	}
	county.Needed(invalid, "reason", in.Reason, "请写明原因。", longLine)
	if err := invalid.Err(); err != nil {
		return 0, err
	}
	if err := holdDeputies(ctx, tx, []int64{by.DeputyID}); err != nil { // they press once at a time
		return 0, err
	}
	pressed, err := already(ctx, tx, "reception_wishes", key, errs.NotFound)
	if err == nil || !errors.Is(err, errs.NotFound) {
		return pressed, err
	}
	if err := in.again(ctx, tx, by.DeputyID, invalid); err != nil {
		return 0, err
	}
	if err := invalid.Err(); err != nil {
		return 0, err
	}
	id, err := postgres.Value[int64](ctx, tx, `insert into reception_wishes (county_id, submission_key, kind, deputy_id, from_date, to_date, reception_id, instead_id, reason,
			asked_id, asked_name, asked_at) values (@county, @key, @kind, @deputy, @from, @to, @day, @instead, @reason, @by, @by_name, @now)
		on conflict (county_id, submission_key) do nothing returning id`,
		pgx.NamedArgs{"key": key, "kind": kind, "deputy": by.DeputyID, "from": in.From, "to": in.To, "day": null.Of(in.DayID), "instead": null.Of(in.Instead),
			"reason": strings.TrimSpace(in.Reason), "by": by.UserID, "by_name": by.Name, "now": tx.Now()})
	if err != nil {
		return already(ctx, tx, "reception_wishes", key, err)
	}
	return id, audit.Record(ctx, tx, by.Audit(), "reception.wish", "wish "+itoa(id), map[string]any{"reason": strings.TrimSpace(in.Reason)})
}

// again refuses what the deputy has asked for already, or has.
func (in WishInput) again(ctx context.Context, tx *tenant.Tx, deputy int64, invalid errs.Invalid) error {
	if in.DayID == 0 {
		if err := beside(ctx, tx, invalid, LeaveInput{Deputy: deputy, From: in.From, To: in.To}); err != nil || len(invalid) > 0 {
			return err
		}
	}
	waits, err := postgres.All[Wish](ctx, tx, `select `+wishColumns+`, null::text as page_by, r.id as page_id from `+wishTables+`
		where r.county_id = @county and r.deputy_id = @deputy and r.state = 'asked'
			and case when @day::bigint = 0 then r.from_date <= @to and @from <= r.to_date else r.reception_id = @day end order by r.id limit 1`,
		pgx.NamedArgs{"deputy": deputy, "day": in.DayID, "from": in.From, "to": in.To})
	if err != nil || len(waits) == 0 {
		return err
	}
	field := "from"
	if in.DayID != 0 {
		field = "reason"
	}
	invalid[field] = "您已经申请过了，正在等答复（" + waits[0].Words() + "）。要改的，先撤回那个申请。"
	return nil
}

// grouped refuses a leave of who is in no group: nobody's days are theirs, and no station is to
// answer.
func grouped(ctx context.Context, tx *tenant.Tx, deputy int64, invalid errs.Invalid) error {
	in, err := postgres.Value[bool](ctx, tx, `select exists (select from station_deputies where county_id = @county and deputy_id = @deputy and to_date is null)`,
		pgx.NamedArgs{"deputy": deputy})
	if err == nil && !in {
		invalid["from"] = "您现在不在联络站的代表小组里，没有排接待，不用请假。有疑问请问县人大。"
	}
	return err
}

// onDuty checks a day on which the deputy does not want to come, and who shall instead.
func (in WishInput) onDuty(ctx context.Context, tx *tenant.Tx, by auth.Actor, invalid errs.Invalid) error {
	e, err := postgres.One[Entry](ctx, tx, `select `+entryColumns+entryFrom+`and r.id = @id and exists (select from reception_deputies m
		where m.county_id = @county and m.reception_id = r.id and m.deputy_id = @me)`, pgx.NamedArgs{"id": in.DayID, "me": by.DeputyID})
	if err != nil {
		return err
	}
	if !e.Live() || e.Date.Before(calendar.DateOf(tx.Now())) {
		return errs.Refuse(errs.Conflict, "这一天已经过了或者取消了，不用换人。")
	}
	if other, is := e.on(in.Instead); is && !other.Substitute {
		invalid["instead"] = "这位代表当天已经在名单里，请另选一位，或者不选。"
	} else if in.Instead != 0 {
		n, err := postgres.Value[int64](ctx, tx, `select count(*) from station_deputies where county_id = @county and station_id = @station and deputy_id = @instead
			and to_date is null`, pgx.NamedArgs{"station": e.StationID, "instead": in.Instead})
		if err != nil {
			return err
		}
		if n == 0 {
			invalid["instead"] = "请选择本站的代表，或者不选。"
		}
	}
	return nil
}

// WishAnswer is what becomes of a wish, as a form has it.
type WishAnswer struct {
	To      string // granted, refused; withdrawn by the deputy
	Instead int64
	Reason  string // of a refusal
}

// AnswerWish grants a wish, which makes the leave or the swap, or refuses it with a reason;
// the deputy may withdraw it. What stands in the way of the swap is errs.Invalid at instead.
func AnswerWish(ctx context.Context, tx *tenant.Tx, by auth.Actor, id int64, in WishAnswer) error {
	args := pgx.NamedArgs{"id": id}
	w, err := postgres.One[Wish](ctx, tx, `select `+wishColumns+`, null::text as page_by, r.id as page_id from `+wishTables+` where r.county_id = @county and r.id = @id and `+
		wishesWithin(by, args)+` for no key update of r`, args)
	if err != nil {
		return err
	}
	invalid := errs.Invalid{}
	switch {
	case w.State != "asked":
		return errs.Refuse(errs.Conflict, "这个申请已经有了结果："+w.StateName()+"。")
	case in.To == "withdrawn" && by.DeputyID == w.DeputyID && by.May(auth.AskLeave):
	case !by.May(auth.ChangeReceptions):
		return errs.Refuse(errs.Forbidden, "这个申请不归您答复。")
	case in.To == "refused":
		county.Needed(invalid, "answer", in.Reason, "请写明为什么不同意。", longLine)
	case in.To != "granted":
		invalid["to"] = "请选择同意还是不同意。"
	}
	if err := invalid.Err(); err != nil {
		return err
	}
	if in.To == "granted" {
		if err := w.grant(ctx, tx, by, in.Instead); err != nil {
			return err
		}
	} else {
		in.Instead = null.Value(w.InsteadID)
	}
	_, err = postgres.Exec(ctx, tx, `update reception_wishes set state = @to, answer = @answer, instead_id = @instead, answered_id = @by, answered_name = @by_name, answered_at = @now
		where county_id = @county and id = @id`, pgx.NamedArgs{"id": id, "to": in.To, "answer": null.Of(strings.TrimSpace(in.Reason)),
		"instead": null.Of(in.Instead), "by": by.UserID, "by_name": by.Name, "now": tx.Now()})
	if err != nil {
		return err
	}
	return audit.Record(ctx, tx, by.Audit(), "reception.wish.answer", "wish "+itoa(id), map[string]any{"name": w.Deputy + " " + w.Words(), "reason": option.NameOf(WishStates, in.To)})
}

// grant does what is asked for.
func (w Wish) grant(ctx context.Context, tx *tenant.Tx, by auth.Actor, instead int64) error {
	if w.Kind == "leave" {
		_, err := Away(ctx, tx, by, uuid.New(), LeaveInput{Deputy: w.DeputyID, From: w.FromDate, To: w.ToDate, Reason: w.Reason})
		if invalid, ok := errors.AsType[errs.Invalid](err); ok { // the page has none of the leave's fields
			return errs.Invalid{"to": strings.Join(slices.Sorted(maps.Values(invalid)), "")}
		}
		return err
	}
	return Swap(ctx, tx, by, *w.DayID, 0, w.DeputyID, instead, onRequest+w.Reason)
}
