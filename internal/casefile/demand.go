package casefile

import (
	"errors"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/calendar"
	"lianluo/internal/errs"
	"lianluo/internal/postgres"
)

// check asks for everything that the row demands, and gathers what is missing.
func (t *taking) check() error {
	if err := t.in.unreadable().Err(); err != nil {
		return err
	}
	invalid := errs.Invalid{} // a reason and a text are kept with any step
	optional(invalid, "reason", t.in.Reason, maxText)
	optional(invalid, "text", t.in.Text, maxText)
	for _, demand := range t.row.Demands {
		test := demands[demand]
		if test == nil {
			continue // asked of the person or of the past, in mayTake
		}
		if err := test(t, invalid); err != nil {
			return err
		}
	}
	return invalid.Err()
}

var demands = map[Demand]func(*taking, errs.Invalid) error{
	NeedReason: func(t *taking, invalid errs.Invalid) error {
		field(invalid, "reason", t.in.Reason, "请写明理由。", maxText)
		return nil
	},
	NeedText: func(t *taking, invalid errs.Invalid) error {
		field(invalid, "text", t.in.Text, missingText[t.in.Step], maxText)
		return nil
	},
	NeedTitle:     (*taking).needTitle,
	NeedProposal:  (*taking).needProposal,
	NeedUnit:      (*taking).needUnit,
	NeedNewDue:    (*taking).needNewDue,
	NeedClass:     (*taking).needClass,
	NeedRefusal:   (*taking).needRefusal,
	NeedLeadCase:  (*taking).needLeadCase,
	NeedDay:       (*taking).needDay,
	NeedDays:      (*taking).needDays,
	NeedDeputy:    (*taking).needDeputy,
	NeedFeedback:  (*taking).needFeedback,
	NeedRatings:   (*taking).needRatings,
	NeedInPerson:  (*taking).needInPerson,
	NeedSaid:      (*taking).needSaid,
	NeedSupervise: (*taking).needSupervise,
	NeedOpinions:  (*taking).needOpinions,
	BeforeDue:     (*taking).needBeforeDue,
	InReturnTime:  (*taking).needReturnTime,
	InAmendTime:   (*taking).needAmendTime,
	InObjectTime:  (*taking).needObjectTime,
	AfterPromise:  (*taking).needPromiseDay,
	AfterArchive:  (*taking).needArchiveDay,
	OnPauseDay:    (*taking).needPauseDay,
	AfterWindow:   (*taking).needLapsed,
	TimeLapsed:    (*taking).needLapsed,
	LeadApproved:  (*taking).needLeadApproved,
	NoFollowers:   (*taking).needNoFollowers,
	Apart3Days:    (*taking).needApart,
}

var missingText = map[Step]string{
	AnswerNow: "请写下当场是怎么答复的。", AskStation: "请写明要补充什么。", SuggestionAnswered: "请写下答复内容。",
	CoOpinion: "请写下协办意见。", Submit: "请写下办理结果，群众要看得懂。", Improve: "请写明哪里要补正。",
	Conclude: "请写下研判结论。", Addendum: "请写下要补充的情况。", Note: "请写下要记的事。",
}

func (t *taking) needTitle(invalid errs.Invalid) error {
	field(invalid, "title", t.in.Title, "请用一句话写明是什么事。", maxTitle)
	if t.in.Level != "township" && t.in.Level != "county" {
		invalid["level"] = "请选择由乡镇办还是报县里办。"
	}
	if t.in.CategoryID == t.c.CategoryID {
		return nil // a retired one stays for the case that carries it
	}
	return t.exists(invalid, "category_id", "请选择类别。",
		`select 1 from categories where county_id = @county and id = @id and not retired`, t.in.CategoryID)
}

func (t *taking) needProposal(invalid errs.Invalid) error {
	if t.in.Step == Report && t.in.Proposal == "" && t.c.Proposal != nil {
		t.in.Proposal = *t.c.Proposal // already proposed when it was sorted
	}
	field(invalid, "proposal", t.in.Proposal, "请写拟办意见。", maxText)
	return nil
}

func (t *taking) needUnit(invalid errs.Invalid) error {
	held, err := t.holdUnits()
	if err != nil {
		return err
	}
	t.checkDue(invalid, "due_on", t.in.DueOn)
	given := map[int64]bool{t.in.UnitID: true}
	for i, co := range t.in.Co {
		name := "co_unit_id-" + itoa(i+1)
		if given[co.UnitID] {
			invalid[name] = "协办单位不能和主办单位相同，也不能重复。"
		} else if !slices.Contains(held, co.UnitID) {
			invalid[name] = "请选择协办单位。"
		}
		given[co.UnitID] = true
		t.checkDue(invalid, "co_due_on-"+itoa(i+1), co.DueOn)
	}
	if !slices.Contains(held, t.in.UnitID) {
		invalid["unit_id"] = "请选择承办单位。"
	}
	return nil
}

// holdUnits holds those of the chosen units that may get the case: a unit that ends in this
// moment ends before, or hands this order on. They are held in the order of their ids, as who
// ends one holds it and its successor; in another order each would wait for the other.
func (t *taking) holdUnits() ([]int64, error) {
	chosen := []int64{t.in.UnitID}
	for _, co := range t.in.Co {
		chosen = append(chosen, co.UnitID)
	}
	sql, args := `select id from units where county_id = @county and id = any(@ids) and not retired`, pgx.NamedArgs{"ids": chosen}
	if t.by.Level() == "township" { // a station hands out to its own township's units
		sql += ` and station_id = @station_id`
		args["station_id"] = t.c.StationID
	}
	return pgxIDs(t, sql+` order by id for share`, args)
}

// checkDue checks a due date that the form proposes; none is the county's period.
func (t *taking) checkDue(invalid errs.Invalid, name string, due calendar.Date) {
	if due.IsZero() {
		return
	}
	if !due.After(t.today) {
		invalid[name] = "办理期限要在今天以后。"
	} else if due.Sub(t.today) > 366 {
		invalid[name] = "办理期限太远了，请改在一年以内。"
	}
}

func (t *taking) needNewDue(invalid errs.Invalid) error { return t.needUnit(invalid) }

// longestPromise is how many days ahead something may be promised.
const longestPromise = 3 * 366

func (t *taking) needClass(invalid errs.Invalid) error {
	promise, err := postgres.Value[bool](t.ctx, t.tx,
		`select promise from result_classes where county_id = @county and code = @code and not retired for key share`, pgx.NamedArgs{"code": t.in.Class})
	if errors.Is(err, errs.NotFound) {
		invalid["class"] = "请选择结果分类。"
		return nil
	}
	if err != nil {
		return err
	}
	if promise {
		field(invalid, "promise", t.in.Promise, "这一类要写明承诺做什么。", maxText)
		if !t.in.PromiseOn.After(t.today) {
			invalid["promise_on"] = "请填承诺哪一天完成，要在今天以后。"
		} else if t.in.PromiseOn.Sub(t.today) > longestPromise {
			invalid["promise_on"] = "承诺的日子太远了，最多三年；办不了的，请如实选别的分类。"
		}
	} else {
		t.in.Promise, t.in.PromiseOn = "", calendar.Date{}
	}
	return nil
}

func (t *taking) needRefusal(invalid errs.Invalid) error {
	field(invalid, "text", t.in.Text, "请写明怎样引导群众，到哪里去办。", maxText)
	return t.exists(invalid, "refusal_id", "请选择理由。",
		`select 1 from refusal_reasons where county_id = @county and id = @id and not retired`, t.in.RefusalID)
}

func (t *taking) needInPerson(invalid errs.Invalid) error {
	if len(t.c.Deputies) == 0 {
		invalid["deputies"] = "当场答复要写明是哪位代表答复的。"
	}
	return nil
}

func (t *taking) needRatings(invalid errs.Invalid) error {
	if t.in.Result < 1 || t.in.Result > 5 {
		invalid["result"] = "请选择对办理结果是否满意。"
	}
	if t.in.Attitude < 1 || t.in.Attitude > 5 {
		invalid["attitude"] = "请选择对办理态度是否满意。"
	}
	return nil
}

// exists checks that the chosen row is one of the county's.
func (t *taking) exists(invalid errs.Invalid, name, missing, sql string, id int64) error {
	args := pgx.NamedArgs{"id": id}
	if strings.Contains(sql, "@station_id") {
		args["station_id"] = t.c.StationID
	}
	_, err := postgres.Value[int32](t.ctx, t.tx, sql, args)
	if errors.Is(err, errs.NotFound) {
		invalid[name] = missing
		return nil
	}
	return err
}
