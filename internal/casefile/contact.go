package casefile

import (
	"context"
	"fmt"

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

// Addressee is where a message about a case goes, and what it may say.
type Addressee struct {
	Number  string
	Title   string
	Office  string
	County  string
	Station string
	Public  *string        // the station's number, else the office's
	Unit    *string        // who handles it
	DueOn   *calendar.Date // the end of the handling, while it is counted
	Phone   string         // the full number; "" where none was left
	ReplyBy string         // how the citizen wants to be told
	Round   int16          // of the case now
}

// Texts are what the county's texts put in for their fields.
func (a Addressee) Texts() county.TextValues {
	values := county.TextValues{county.FieldNumber: a.Number, county.FieldTitle: a.Title, county.FieldOffice: a.Office,
		county.FieldCounty: a.County, county.FieldStation: a.Station}
	if a.Public != nil {
		values[county.FieldPhone] = *a.Public
	}
	if a.Unit != nil {
		values[county.FieldUnit] = *a.Unit
	}
	if a.DueOn != nil {
		values[county.FieldDue] = a.DueOn.Chinese()
	}
	return values
}

// ByPaper reports whether the citizen is told on paper: without a number, or who asked for it.
func (a Addressee) ByPaper() bool { return a.Phone == "" || a.ReplyBy == "letter" }

// AddresseeOf opens the number that a message is sent to. For jobs only: people reveal a
// number with Reveal, which leaves a record.
func AddresseeOf(ctx context.Context, tx *tenant.Tx, keys private.Keys, caseID int64) (Addressee, error) {
	type row struct {
		Number     string
		Title      string
		Restricted bool
		ReplyBy    string
		Round      int16
		Office     string
		County     string
		Station    string
		Public     *string
		Unit       *string
		DueOn      *calendar.Date
		VisitID    int64
		Visitor    *string
		Sealed     []byte
	}
	r, err := postgres.One[row](ctx, tx, `select c.number, c.title, c.restricted, c.round, v.reply_by, co.office, co.name as county, s.name as station,
			coalesce(s.phone, co.phone) as public, u.name as unit, (select k.due_on from case_clocks k where k.county_id = @county
				and k.case_id = c.id and k.kind = 'handle' and k.ended_on is null) as due_on,
			c.visit_id, p.name as visitor, p.phone_sealed as sealed from cases c
		join counties co on co.id = c.county_id
		join visits v on v.county_id = @county and v.id = c.visit_id
		join stations s on s.county_id = @county and s.id = c.station_id
		left join units u on u.county_id = @county and u.id = c.unit_id
		join visit_contacts p on p.county_id = @county and p.visit_id = c.visit_id
		where c.county_id = @county and c.id = @id`, pgx.NamedArgs{"id": caseID})
	if err != nil {
		return Addressee{}, err
	}
	to := Addressee{Number: r.Number, Title: Hide(r.Title, r.Visitor, nil), Office: r.Office, County: r.County, Station: r.Station,
		ReplyBy: r.ReplyBy, Round: r.Round, Public: r.Public, Unit: r.Unit, DueOn: r.DueOn}
	if r.Restricted { // nothing but that it is handled
		to.Title, to.Unit, to.DueOn = Confidential, nil, nil
	}
	if r.Sealed != nil {
		to.Phone, err = keys.Open(r.Sealed, PhoneBind(tx.County(), r.VisitID))
	}
	return to, err
}

// Reveal opens the visitor's number for somebody who gives a reason; the look is
// recorded before anybody sees it. A unit may look only where its order says that it
// must call. It returns errs.Invalid without a reason and errs.Forbidden without the right.
func Reveal(ctx context.Context, tx *tenant.Tx, keys private.Keys, by auth.Actor, number, reason string) (string, error) {
	c, err := lock(ctx, tx, number)
	if err != nil {
		return "", err
	}
	if err := c.SeenBy(by); err != nil {
		return "", err
	}
	if !by.MayOn(auth.RevealPhone, c.Subject()) {
		return "", errs.Refuse(errs.Forbidden, "您不能查看来访人的电话。")
	}
	if by.Role == auth.Unit {
		may, err := postgres.Value[bool](ctx, tx, `select coalesce(bool_or(may_call), false) from case_orders
			where county_id = @county and case_id = @case_id and unit_id = @unit_id and ended_at is null`,
			pgx.NamedArgs{"case_id": c.ID, "unit_id": by.UnitID})
		if err != nil {
			return "", err
		}
		if !may {
			return "", errs.Refuse(errs.Forbidden, "这件事的交办单没有要求贵单位联系来访人，所以不显示电话。")
		}
	}
	invalid := errs.Invalid{}
	field(invalid, "reveal_reason", reason, "请写明为什么要看电话。", 200)
	if err := invalid.Err(); err != nil {
		return "", err
	}
	to, err := AddresseeOf(ctx, tx, keys, c.ID)
	if err != nil {
		return "", fmt.Errorf("reveal: %w", err)
	}
	if to.Phone == "" {
		return "", errs.Refuse(errs.NotFound, "来访人没有留电话。")
	}
	return to.Phone, audit.Record(ctx, tx, by.Audit(), "case.reveal_phone", "case "+number, map[string]any{"reason": reason})
}
