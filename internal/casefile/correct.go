package casefile

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"lianluo/internal/audit"
	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/errs"
	"lianluo/internal/null"
	"lianluo/internal/option"
	"lianluo/internal/pinyin"
	"lianluo/internal/postgres"
	"lianluo/internal/private"
	"lianluo/internal/reception"
	"lianluo/internal/tenant"
)

// Entered is a registered visit with what of it may have been typed wrong. Its words are not
// among it: they never change.
type Entered struct {
	ID         int64
	StationID  int64
	PlaceID    int64
	ReceivedAt time.Time
	CreatedAt  time.Time
	RecordedBy int64
	Name       *string // nil: 匿名
	Phone      *string // masked
	Persons    int
	Way        string
	ReplyBy    string
	Untouched  bool // nothing was done about any of its cases
	Answered   bool // a case was answered on the spot
	Deputies   []int64
	Cases      []EnteredCase
}

// EnteredCase is a case of the visit.
type EnteredCase struct {
	Number     string `json:"number"`
	Title      string `json:"title"`
	CategoryID int64  `json:"category_id"`
}

// Correction is what a visit should have been entered as.
type Correction struct {
	Name, Phone string // no phone: as it is
	Persons     int
	Way         string
	Deputies    []int64
	Categories  map[string]int64 // by the case's number
}

const enteredSQL = `select v.id, v.station_id, v.place_id, v.received_at, v.created_at, v.recorded_by, p.name, p.phone_masked as phone, v.persons, v.way, v.reply_by,
	not exists (select from case_events e join cases c on c.county_id = @county and c.id = e.case_id
		where e.county_id = @county and c.visit_id = v.id and e.step not in ('register', 'answer_now', 'correct')) as untouched,
	exists (select from case_events e join cases c on c.county_id = @county and c.id = e.case_id
		where e.county_id = @county and c.visit_id = v.id and e.step = 'answer_now') as answered,
	array(select d.deputy_id from visit_deputies d where d.county_id = @county and d.visit_id = v.id order by 1) as deputies,
	(select coalesce(json_agg(json_build_object('number', c.number, 'title', c.title, 'category_id', c.category_id) order by c.position), '[]')
		from cases c where c.county_id = @county and c.visit_id = v.id) as cases
	from visits v join visit_contacts p on p.county_id = @county and p.visit_id = v.id
	where v.county_id = @county and v.submission_key = @key`

// EnteredVisit reads a visit to be corrected; nil where there is none.
func EnteredVisit(v *tenant.View, key uuid.UUID) **Entered {
	return tenant.Maybe[Entered](v, enteredSQL, pgx.NamedArgs{"key": key})
}

// Correctable says why by may not correct the visit: whoever entered it may, on the same day,
// as long as nothing was done about it.
func (e *Entered) Correctable(by auth.Actor, now time.Time) error {
	switch {
	case !by.MayOn(auth.RegisterVisit, auth.Subject{StationID: e.StationID}) || by.UserID != e.RecordedBy:
		return errs.Refuse(errs.Forbidden, "刚才的登记只有登记人自己能改。要补正的，写在事项的“补充”里。")
	case calendar.DateOf(e.CreatedAt) != calendar.DateOf(now):
		return errs.Refuse(errs.Conflict, "不是今天登记的，不能直接改了。要补正的，写在事项的“补充”里。")
	case !e.Untouched:
		return errs.Refuse(errs.Conflict, "这次登记的事已经在办，不能直接改了。要补正的，写在事项的“补充”里。")
	}
	return nil
}

// CorrectVisit puts right what was typed wrong, and leaves in each case's history what it was
// before, masked.
func CorrectVisit(ctx context.Context, tx *tenant.Tx, keys private.Keys, by auth.Actor, key uuid.UUID, to Correction) error {
	if _, err := postgres.Value[int64](ctx, tx, `select id from visits where county_id = @county and submission_key = @key for update`,
		pgx.NamedArgs{"key": key}); err != nil {
		return err
	}
	_, err := postgres.All[struct{ ID int64 }](ctx, tx, `select c.id from cases c join visits v on v.county_id = @county and v.id = c.visit_id
		where c.county_id = @county and v.submission_key = @key order by c.id for update of c`, pgx.NamedArgs{"key": key})
	if err != nil {
		return err
	}
	e, err := postgres.One[Entered](ctx, tx, enteredSQL, pgx.NamedArgs{"key": key})
	if err != nil {
		return err
	}
	if err := e.Correctable(by, tx.Now()); err != nil {
		return err
	}
	c := correcting{Entered: e, to: to}
	if err := c.check(ctx, tx, by, key); err != nil {
		return err
	}
	if err := c.save(ctx, tx, keys); err != nil {
		return err
	}
	reason := "改刚才的登记：" + strings.Join(c.said, "；") + "。"
	for _, one := range e.Cases {
		if _, err := Take(ctx, tx, by, one.Number, Input{Step: Correct, Reason: reason}); err != nil {
			return err
		}
	}
	return audit.Record(ctx, tx, by.Audit(), "visit.correct", "visit "+key.String(), map[string]any{"changed": c.said})
}

// correcting is a correction while it is made.
type correcting struct {
	Entered
	to    Correction
	phone string // the new one in its normal form; "": as it is
	said  []string
}

func (c *correcting) check(ctx context.Context, tx *tenant.Tx, by auth.Actor, key uuid.UUID) error {
	v := Visit{Key: key, StationID: c.StationID, PlaceID: c.PlaceID, ReceivedAt: c.ReceivedAt, Way: c.to.Way, Persons: c.to.Persons, Name: c.to.Name,
		Phone: c.to.Phone, ReplyBy: "none", NoticeGiven: Notices[0].Value, Deputies: slices.Clone(c.to.Deputies), Late: true, Old: true, Purpose: "other"}
	invalid := errs.Invalid{}
	phone, err := v.check(ctx, tx, by)
	if found, ok := errors.AsType[errs.Invalid](err); ok {
		invalid = found
	} else if err != nil {
		return err
	}
	c.phone, c.to.Name, c.to.Deputies = phone, v.Name, v.Deputies
	if c.Answered && len(v.Deputies) == 0 {
		invalid["deputies"] = "有当场答复的事，请选择是哪位代表接待的。"
	}
	c.changed("姓名", masked1(null.Value(c.Name)), masked1(c.to.Name), null.Value(c.Name) != c.to.Name)
	if c.phone != "" {
		c.changed("电话", null.Value(c.Phone), private.MaskPhone(c.phone), true)
	}
	c.changed("人数", itoa(c.Persons), itoa(c.to.Persons), c.Persons != c.to.Persons)
	c.changed("方式", option.NameOf(Ways, c.Way), option.NameOf(Ways, c.to.Way), c.Way != c.to.Way)
	if err := c.names(ctx, tx, invalid); err != nil {
		return err
	}
	if len(c.said) == 0 && len(invalid) == 0 {
		invalid[""] = "没有改动。"
	}
	return invalid.Err()
}

// names says which deputies and which categories were meant.
func (c *correcting) names(ctx context.Context, tx *tenant.Tx, invalid errs.Invalid) error {
	type named struct {
		ID   int64
		Name string
	}
	name := func(all []named, id int64) string {
		if i := slices.IndexFunc(all, func(n named) bool { return n.ID == id }); i >= 0 {
			return all[i].Name
		}
		return ""
	}
	deputies, err := postgres.All[named](ctx, tx, `select id, name from deputies where county_id = @county and id = any(@ids)`,
		pgx.NamedArgs{"ids": slices.Concat(c.Deputies, c.to.Deputies)})
	if err != nil {
		return err
	}
	list := func(ids []int64) string {
		var names []string
		for _, id := range ids {
			names = append(names, name(deputies, id))
		}
		return strings.Join(names, "、")
	}
	c.changed("接待代表", list(c.Deputies), list(c.to.Deputies), !slices.Equal(c.Deputies, c.to.Deputies))
	categories, err := postgres.All[named](ctx, tx, `select id, name from categories where county_id = @county`)
	if err != nil {
		return err
	}
	for _, one := range c.Cases {
		to := c.to.Categories[one.Number]
		if name(categories, to) == "" {
			invalid["category-"+one.Number] = "请选择类别。"
		}
		c.changed(one.Number+" 的类别", name(categories, one.CategoryID), name(categories, to), to != one.CategoryID)
	}
	return nil
}

func (c *correcting) changed(what, from, to string, is bool) {
	if is {
		c.said = append(c.said, what+"原来是“"+or(from)+"”，改为“"+or(to)+"”")
	}
}

func or(text string) string {
	if text == "" {
		return "没有填"
	}
	return text
}

func masked1(name string) string {
	if name == "" {
		return "匿名"
	}
	return private.MaskName(name)
}

func (c *correcting) save(ctx context.Context, tx *tenant.Tx, keys private.Keys) error {
	day, err := reception.ForArrival(ctx, tx, reception.Visit{StationID: c.StationID, PlaceID: c.PlaceID, Way: c.to.Way, At: c.ReceivedAt})
	if err != nil {
		return err
	}
	args := func(more pgx.NamedArgs) pgx.NamedArgs { more["id"] = c.ID; return more }
	all := []tenant.Statement{
		{SQL: `update visits set persons = @persons, way = @way, reception_id = case when way = @way then reception_id else @day::bigint end where county_id = @county and id = @id`,
			Args: args(pgx.NamedArgs{"persons": c.to.Persons, "way": c.to.Way, "day": day})},
		{SQL: `update visit_contacts set name = @name, initials = @initials where county_id = @county and visit_id = @id`,
			Args: args(pgx.NamedArgs{"name": null.Of(c.to.Name), "initials": null.Of(pinyin.Initials(c.to.Name))})},
	}
	if c.phone != "" {
		all = append(all, tenant.Statement{SQL: `update visit_contacts set phone_sealed = @sealed, phone_blind = @blind, phone_masked = @masked
			where county_id = @county and visit_id = @id`, Args: args(pgx.NamedArgs{"sealed": keys.Seal(c.phone, PhoneBind(tx.County(), c.ID)),
			"blind": keys.Blind(int32(tx.County()), "phone", c.phone), "masked": private.MaskPhone(c.phone)})})
	}
	if !slices.Equal(c.Deputies, c.to.Deputies) {
		all = append(all, tenant.Statement{SQL: `delete from visit_deputies where county_id = @county and visit_id = @id`, Args: args(pgx.NamedArgs{})},
			tenant.Statement{SQL: `insert into visit_deputies (county_id, visit_id, deputy_id) select d.county_id, @id, d.id from deputies d where d.county_id = @county and d.id = any(@deputies)`,
				Args: args(pgx.NamedArgs{"deputies": c.to.Deputies})})
	}
	for _, one := range c.Cases {
		all = append(all, tenant.Statement{SQL: `update cases set category_id = @category, has_contact = @contact where county_id = @county and visit_id = @id and number = @number`,
			Args: args(pgx.NamedArgs{"number": one.Number, "category": c.to.Categories[one.Number],
				"contact": c.ReplyBy != "none" && (c.phone != "" || c.Phone != nil || c.to.Name != "")})})
	}
	return tx.Batch(ctx, all)
}
