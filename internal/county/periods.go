package county

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/audit"
	"lianluo/internal/errs"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// Period is one number among the settings: who has how long for what.
type Period struct {
	Field    string // of the form, and column of county_settings
	Name     string
	Meaning  string // who waits for what
	Unit     string
	Min, Max int // as the table checks them
	in       func(*Settings) *int
}

// Of is the period as it is set.
func (p Period) Of(s Settings) int { return *p.in(&s) }

// Set sets the period.
func (p Period) Set(s *Settings, value int) { *p.in(s) = value }

const (
	workdays = "个工作日"
	minutes  = "分钟"
)

// Periods are all of them, in the order of a case's life.
var Periods = []Period{
	{"sort_days", "梳理", "登记以后，联络员在几个工作日内把事项梳理好。", workdays, 1, 30, func(s *Settings) *int { return &s.SortDays }},
	{"hand_out_days", "乡镇分办", "从登记算起，站长在几个工作日内交给乡镇单位，或者报县。", workdays, 1, 30, func(s *Settings) *int { return &s.HandOutDays }},
	{"county_days", "县里分办", "报县以后，县办理岗在几个工作日内分办。", workdays, 1, 30, func(s *Settings) *int { return &s.CountyDays }},
	{"sign_days", "签收", "分办以后，承办单位在几个工作日内签收，或者申请退回。", workdays, 1, 30, func(s *Settings) *int { return &s.SignDays }},
	{"township_days", "乡镇单位办理", "乡镇的单位从分办算起，在几个工作日内提交结果。", workdays, 1, 90, func(s *Settings) *int { return &s.TownshipDays }},
	{"department_days", "县直部门办理", "县直部门从分办算起，在几个工作日内提交结果。", workdays, 1, 90, func(s *Settings) *int { return &s.DepartmentDays }},
	{"check_days", "复核", "拟不受理、转外部、留存的，由另一个人在几个工作日内复核。", workdays, 1, 30, func(s *Settings) *int { return &s.CheckDays }},
	{"approval_days", "审核", "承办单位提交结果以后，分办的一级在几个工作日内审核。", workdays, 1, 30, func(s *Settings) *int { return &s.ApprovalDays }},
	{"feedback_days", "反馈", "审核通过以后，联络站在几个工作日内告诉群众和接待的代表。", workdays, 1, 30, func(s *Settings) *int { return &s.FeedbackDays }},
	{"rating_days", "评价", "反馈以后，群众在几个工作日内可以评价；过了没有评价的，算“未评价”。", workdays, 1, 60, func(s *Settings) *int { return &s.RatingDays }},
	{"review_days", "研究不满意", "群众不满意或有异议的，在几个工作日内决定重办还是维持；没有人决定的，到期自动重办一次。", workdays, 1, 30, func(s *Settings) *int { return &s.ReviewDays }},
	{"rehandle_days", "重办", "重新办理的，在几个工作日内提交结果。", workdays, 1, 30, func(s *Settings) *int { return &s.RehandleDays }},
	{"study_days", "研判", "办过两次仍不满意的，县领导在几个工作日内研判。", workdays, 1, 30, func(s *Settings) *int { return &s.StudyDays }},
	{"near_due_days", "快到期", "离到期还有几个工作日，就算快到期。填 0 表示到期当天才算。", workdays, 0, 30, func(s *Settings) *int { return &s.NearDueDays }},
	{"undo_minutes", "撤回时限", "办完一步，给群众的消息等几分钟再发；等的时候，可以在“消息”里撤回。登记通知马上发。填 0 表示都马上发。", minutes, 0, 60, func(s *Settings) *int { return &s.UndoMinutes }},
}

// periodsSubject is what the record calls the periods.
const periodsSubject = "settings periods"

// ChangePeriods sets the periods, which hold for what starts from now on: dates are kept
// when they are made. It returns errs.Invalid by field, and Stale for a form that began
// from another Version. The notice is not among the periods.
func ChangePeriods(ctx context.Context, tx *tenant.Tx, by audit.Actor, to Settings) error {
	if err := checkPeriods(to); err != nil {
		return err
	}
	was, err := postgres.One[Settings](ctx, tx, selectSettings+` for update`)
	if err != nil {
		return fmt.Errorf("settings: %w", err)
	}
	changes, set := Changes{}, []string{}
	args := pgx.NamedArgs{"version": was.Version + 1}
	for _, p := range Periods {
		changes.Set(p.Field, strconv.Itoa(p.Of(was)), strconv.Itoa(p.Of(to)))
		set = append(set, p.Field+" = @"+p.Field)
		args[p.Field] = p.Of(to)
	}
	if len(changes) == 0 {
		return nil // pressed twice, or nothing to do
	}
	if was.Version != to.Version {
		return Overtaken(ctx, tx, periodsSubject, to.Version, was.Version)
	}
	_, err = postgres.Exec(ctx, tx, `update county_settings set `+strings.Join(set, ", ")+`, version = @version where county_id = @county`, args)
	if err != nil {
		return fmt.Errorf("periods: %w", err)
	}
	return record(ctx, tx, by, "periods", periodsSubject, was.Version+1, "", changes)
}

func checkPeriods(s Settings) error {
	invalid := errs.Invalid{}
	for _, p := range Periods {
		if n := p.Of(s); n < p.Min || n > p.Max {
			invalid[p.Field] = fmt.Sprintf("“%s”请填 %d 到 %d 的整数。", p.Name, p.Min, p.Max)
		}
	}
	return invalid.Err()
}

// SendAtOnce lets messages go without waiting for a step to be taken back: for a
// demonstration and for tests, in which nobody waits ten minutes.
func SendAtOnce(ctx context.Context, tx *tenant.Tx) error {
	_, err := postgres.Exec(ctx, tx, `update county_settings set undo_minutes = 0 where county_id = @county`)
	return err
}
