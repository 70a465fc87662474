package casefile

import (
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/calendar"
	"lianluo/internal/errs"
	"lianluo/internal/postgres"
)

// The demands of the rarer steps.

func (t *taking) needLeadCase(invalid errs.Invalid) error {
	if t.in.LeadNumber == t.c.Number {
		invalid["lead_number"] = "不能并到它自己。"
		return nil
	}
	// A lead that is not put in order, or has its result, may never be approved (again);
	// its row is held so that it is not approved meanwhile.
	sql := `select id from cases where county_id = @county and number = @number and lead_case_id is null
		and state in ('sorted', 'reported', 'suggested', 'assigned', 'return_requested', 'handling',
			'extension_requested', 'paused', 'submitted')`
	args := pgx.NamedArgs{"number": t.in.LeadNumber}
	if t.by.Level() == "township" {
		sql += ` and station_id = @station_id`
		args["station_id"] = t.c.StationID
	}
	ids, err := pgxIDs(t, sql+` for update`, args)
	if err != nil {
		return err
	}
	if len(ids) == 0 {
		invalid["lead_number"] = "没有找到这件在办的主件，请核对编号。"
		return nil
	}
	t.c.LeadCaseID = &ids[0]
	return nil
}

func pgxIDs(t *taking, sql string, args pgx.NamedArgs) ([]int64, error) {
	rows, err := t.tx.Query(t.ctx, sql, args)
	if err != nil {
		return nil, postgres.Error(err)
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	return ids, postgres.Error(err)
}

// needNoFollowers: cases that were merged into this one wait for its approval.
func (t *taking) needNoFollowers(errs.Invalid) error {
	followed, err := postgres.Value[bool](t.ctx, t.tx, `select exists (select from cases
		where county_id = @county and lead_case_id = @case_id and state = 'merged')`, pgx.NamedArgs{"case_id": t.c.ID})
	if err != nil {
		return err
	}
	if followed {
		return errs.Refuse(errs.Conflict, "别的事并在这一件里，等它的结果。请联络站先把它们取出，再“"+t.row.Name+"”。")
	}
	return nil
}

func (t *taking) needDay(invalid errs.Invalid) error {
	if !t.in.Day.After(t.today) || t.in.Day.Sub(t.today) > 90 {
		invalid["day"] = "请填哪一天再看，最多 90 天。"
	}
	return nil
}

func (t *taking) needDays(invalid errs.Invalid) error {
	if t.in.Days < 1 || t.in.Days > 15 {
		invalid["days"] = "延期最多 15 个工作日。"
	}
	return nil
}

func (t *taking) needDeputy(invalid errs.Invalid) error {
	field(invalid, "reference", t.in.Reference, "请填代表建议的编号。", maxTitle)
	return t.exists(invalid, "deputy_id", "请选择领衔代表。",
		`select 1 from deputies where county_id = @county and id = @id`, t.in.DeputyID)
}

// Ways of telling somebody.
var ways = []string{"phone", "message", "person", "letter"}

func (t *taking) needFeedback(invalid errs.Invalid) error {
	field(invalid, "text", t.in.Text, "请写下告诉群众的话，要让群众看得懂。", maxText)
	if t.c.HasContact {
		t.checkTold(invalid, "citizen", t.in.Citizen, "请选择怎样告诉群众的。")
	}
	for _, id := range t.c.Deputies {
		told, found := t.in.toldDeputy(id)
		if !found {
			invalid[fmt.Sprintf("deputy_%d_way", id)] = "请选择怎样告诉代表的。"
			continue
		}
		t.checkTold(invalid, fmt.Sprintf("deputy_%d", id), told, "请选择怎样告诉代表的。")
	}
	return nil
}

func (t *taking) checkTold(invalid errs.Invalid, name string, told Told, missing string) {
	if !slices.Contains(ways, told.Way) {
		invalid[name+"_way"] = missing
	}
	optional(invalid, name+"_by", told.By, maxTitle)
	if told.On.IsZero() || told.On.After(t.today) {
		invalid[name+"_on"] = "请填哪一天告诉的，不能晚于今天。"
		return
	}
	if result, found := last(t.events, Approve, Confirm, FollowLead); found && told.On.Before(calendar.DateOf(result.At)) {
		invalid[name+"_on"] = "结果是" + calendar.DateOf(result.At).Chinese() + "才有的，不会更早告诉。"
	}
}

func (t *taking) needSaid(invalid errs.Invalid) error {
	field(invalid, "text", t.in.Text, "请写下是怎样向群众说明的。", maxText)
	return nil
}

func (t *taking) needSupervise(invalid errs.Invalid) error {
	field(invalid, "text", t.in.Text, "请写明督办要求。", maxText)
	if !t.in.Day.After(t.today) {
		invalid["day"] = "请填要求哪一天办好，要在今天以后。"
	}
	return nil
}

// needOpinions: co-handlers have given their opinions, or are overdue.
func (t *taking) needOpinions(errs.Invalid) error {
	waiting, err := postgres.Value[int64](t.ctx, t.tx, `select count(*) from case_orders where county_id = @county
		and case_id = @case_id and part = 'co' and ended_at is null and opinion_at is null and due_on >= @today`,
		pgx.NamedArgs{"case_id": t.c.ID, "today": t.today})
	if err != nil {
		return err
	}
	if waiting > 0 {
		return errs.Refuse(errs.Conflict, "协办单位的意见还没有到，也还没有逾期，暂时不能提交。")
	}
	return nil
}

func (t *taking) needBeforeDue(errs.Invalid) error {
	if handle := t.timers.handle(); handle != nil && t.today.After(handle.DueOn) {
		return errs.Refuse(errs.Conflict, "已经逾期，不能再申请延期。")
	}
	return nil
}

func (t *taking) needReturnTime(errs.Invalid) error {
	for _, timer := range t.timers.all {
		if timer.Kind == ClockSign && t.today.After(timer.DueOn) {
			return errs.Refuse(errs.Conflict, "签收期限已过，不能再申请退回。")
		}
	}
	return nil
}

func (t *taking) needAmendTime(errs.Invalid) error {
	rated, found := last(t.events, Rate)
	if !found || t.tx.Now().Sub(rated.At) >= 7*24*time.Hour {
		return errs.Refuse(errs.Conflict, "评价已经超过 7 天，不能再改。")
	}
	return nil
}

func (t *taking) needObjectTime(errs.Invalid) error {
	if t.c.ClosedAt == nil || t.calendar.WorkdaysBetween(calendar.DateOf(*t.c.ClosedAt), t.today) > 15 {
		return errs.Refuse(errs.Conflict, "已经超过 15 个工作日，不能再提异议。")
	}
	return nil
}

func (t *taking) needPromiseDay(errs.Invalid) error {
	if t.c.PromiseOn == nil || t.today.Before(*t.c.PromiseOn) {
		return errs.Refuse(errs.Conflict, "承诺的日子还没有到。")
	}
	return nil
}

func (t *taking) needPauseDay(errs.Invalid) error {
	if t.c.DueOn == nil || t.today.Before(*t.c.DueOn) {
		return errs.Refuse(errs.Conflict, "再看的日子还没有到。")
	}
	return nil
}

func (t *taking) needArchiveDay(errs.Invalid) error {
	if t.c.ClosedAt == nil || t.today.Sub(calendar.DateOf(*t.c.ClosedAt)) < 90 {
		return errs.Refuse(errs.Conflict, "办结 90 天后才自动归档。")
	}
	return nil
}

// needLapsed: for the system, which acts only when a clock has run out.
func (t *taking) needLapsed(errs.Invalid) error {
	if t.c.DueOn == nil || !t.today.After(*t.c.DueOn) {
		return errs.Refuse(errs.Conflict, "期限还没有过。")
	}
	return nil
}

func (t *taking) needLeadApproved(errs.Invalid) error {
	phase, err := postgres.Value[int64](t.ctx, t.tx, `select count(*) from case_events e
		where e.county_id = @county and e.case_id = @lead and e.step = 'approve'`, pgx.NamedArgs{"lead": t.c.LeadCaseID})
	if err != nil {
		return err
	}
	if phase == 0 {
		return errs.Refuse(errs.Conflict, "主件还没有审核通过。")
	}
	return nil
}

func (t *taking) needApart(errs.Invalid) error {
	urged, found := last(t.events, Urge)
	if found && t.today.Sub(calendar.DateOf(urged.At)) < 3 {
		return errs.Refuse(errs.Conflict, "3 天内已经催办过，"+calendar.DateOf(urged.At).AddDays(3).Chinese()+"以后可以再催。")
	}
	return nil
}
