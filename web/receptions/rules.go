package receptions

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/google/uuid"
	"golang.org/x/text/width"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/errs"
	"lianluo/internal/reception"
	"lianluo/internal/rota"
	"lianluo/internal/station"
	"lianluo/internal/tenant"
	"lianluo/web/page"
	"lianluo/web/session"
	"lianluo/web/ui"
)

func (h Handler) rules(w http.ResponseWriter, r *http.Request) error {
	var rules *[]reception.Rule
	if err := h.view(r, func(v *tenant.View) { rules = reception.Rules(v, session.By(r), at(r)) }); err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, rulesPage(frame(r, "接待规则", problem{}), *rules, at(r), session.By(r).Scope(auth.SeeReceptions) == auth.WholeCounty))
}

// ruleForm is the form of a rule, with the days that it would bring where those were asked for.
type ruleForm struct {
	problem
	id      int64 // 0: a new one
	key     uuid.UUID
	version int32
	retired bool
	facts   reception.Facts
	rule    rota.Rule
	from    string
	to      string
	places  []station.Place
	days    []rota.Planned // nil: not asked for
}

func (h Handler) newRule(w http.ResponseWriter, r *http.Request) error {
	if at(r) == 0 {
		return h.choose(w, r, "添加接待规则")
	}
	f := ruleForm{key: uuid.New(), facts: usual(at(r)), rule: rota.Rule{Every: rota.Weekday}, from: calendar.DateOf(h.DB.Now()).String()}
	return h.ruleForm(w, r, f)
}

func (h Handler) ruleForm(w http.ResponseWriter, r *http.Request, f ruleForm) error {
	var places *[]station.Place
	if err := h.view(r, func(v *tenant.View) { places = station.Places(v, f.facts.StationID) }); err != nil {
		return err
	}
	f.places = *places
	title := "添加接待规则"
	if f.id != 0 {
		title = "接待规则"
	}
	return page.Render(w, r, f.Status(), f.page(frame(r, title, f.problem)))
}

func (h Handler) rule(w http.ResponseWriter, r *http.Request) error {
	f, err := h.kept(r)
	if err != nil {
		return err
	}
	return h.ruleForm(w, r, f)
}

func (h Handler) kept(r *http.Request) (ruleForm, error) {
	var rule *reception.Rule
	if err := h.view(r, func(v *tenant.View) { rule = reception.RuleOf(v, session.By(r), id(r)) }); err != nil {
		return ruleForm{}, err
	}
	return ruleForm{id: rule.ID, version: rule.Version, retired: rule.Retired, facts: rule.Facts(), rule: rule.Rule, from: rule.FromDate.String(), to: datePtr(rule.ToDate)}, nil
}

func (h Handler) addRule(w http.ResponseWriter, r *http.Request) error {
	f, err := read(w, r)
	if err != nil {
		return err
	}
	shown := ruleForm{key: f.key(), facts: usual(at(r))}
	return h.saveRule(w, r, f, shown, func(ctx context.Context, tx *tenant.Tx, in reception.RuleInput) error {
		_, err := reception.AddRule(ctx, tx, session.By(r), shown.key, in)
		return err
	})
}

func (h Handler) changeRule(w http.ResponseWriter, r *http.Request) error {
	f, err := read(w, r)
	if err != nil {
		return err
	}
	shown, err := h.kept(r)
	if err != nil {
		return err
	}
	return h.saveRule(w, r, f, shown, func(ctx context.Context, tx *tenant.Tx, in reception.RuleInput) error {
		return reception.ChangeRule(ctx, tx, session.By(r), shown.id, max(f.version(), 1), in)
	})
}

// saveRule saves a rule, or, where that button was pressed, shows the days that it would bring.
func (h Handler) saveRule(w http.ResponseWriter, r *http.Request, f *form, shown ruleForm, save func(context.Context, *tenant.Tx, reception.RuleInput) error) error {
	in := reception.RuleInput{Facts: f.factsOf(shown.facts.StationID), Rule: f.rule(), From: f.date("from"), To: f.date("to")}
	shown.rule, shown.typed = in.Rule, f.Values
	if f.Get("preview") != "" {
		return h.previewRule(w, r, f, shown, in)
	}
	err := f.wrong()
	if err == nil {
		err = h.update(r, func(ctx context.Context, tx *tenant.Tx) error { return save(ctx, tx, in) })
	}
	if err == nil {
		return h.toPlan(w, r, shown.facts.StationID, "规则已保存。")
	}
	p, err := problemOf(err, f)
	if err != nil {
		return err
	}
	if shown.problem = p; p.Stale != nil {
		shown.version = p.Stale.Version
	}
	return h.ruleForm(w, r, shown)
}

func (h Handler) previewRule(w http.ResponseWriter, r *http.Request, f *form, shown ruleForm, in reception.RuleInput) error {
	wrong, _ := errors.AsType[errs.Invalid](in.Rule.Check())
	shown.Invalid = errs.Invalid{}
	maps.Copy(shown.Invalid, wrong)
	maps.Copy(shown.Invalid, f.invalid)
	if len(shown.Invalid) > 0 {
		return h.ruleForm(w, r, shown)
	}
	var days func() []rota.Planned
	if err := h.view(r, func(v *tenant.View) { days = reception.DaysOf(v, in) }); err != nil {
		return err
	}
	shown.days = append([]rota.Planned{}, days()...)
	return h.ruleForm(w, r, shown)
}

func (h Handler) retireRule(w http.ResponseWriter, r *http.Request) error {
	f, err := read(w, r)
	if err != nil {
		return err
	}
	var station int64
	retired := f.Get("retired") != "0"
	err = h.update(r, func(ctx context.Context, tx *tenant.Tx) (err error) {
		station, err = reception.RetireRule(ctx, tx, session.By(r), id(r), retired)
		return err
	})
	if err != nil {
		return err
	}
	return h.toPlan(w, r, station, map[bool]string{true: "规则已停用。它排的、还没有人看到的日子，按“排进日程”就去掉。", false: "规则已恢复。"}[retired])
}

// rule reads how the days are counted. What the chosen kind does not use is left out.
func (f *form) rule() rota.Rule {
	rule := rota.Rule{Every: rota.Every(f.Get("every")), Months: f.numbers("months")}
	switch rule.Every {
	case rota.Weekday:
		rule.Weekdays, rule.Nth = f.numbers("weekdays"), f.numbers("nth")
	case rota.Day:
		rule.Days = f.numbers("days")
		if f.Get("lastday") != "" {
			rule.Days = append(rule.Days, rota.Last)
		}
	case rota.Market:
		rule.Digits, rule.Lunar = f.market("digits"), f.Get("lunar") == "1"
	case rota.Listed:
		rule.Months = nil
		for _, typed := range strings.FieldsFunc(f.Get("dates"), separates) {
			d, err := calendar.ParseDate(typed)
			if err != nil {
				f.invalid["dates"] = "“" + typed + "”不是日期，请写成 2026-03-05 这样。"
				break
			}
			rule.Dates = append(rule.Dates, d)
		}
	}
	return rule
}

func separates(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(",，、;；", r) }

// numbers are the numbers of ticks, or of a field such as 5、15、25.
func (f *form) numbers(field string) []int {
	var all []int
	for _, typed := range strings.FieldsFunc(strings.Join(f.Values[field], " "), separates) {
		n, err := strconv.Atoi(strings.TrimRight(typed, "日号"))
		if err != nil {
			f.invalid[field] = "“" + typed + "”不是数字，请写成 5、15、25 这样。"
			continue
		}
		all = append(all, n)
	}
	return all
}

// market reads on which days a market is held, as people write it: 3、8, 3 8, 三八, 逢三逢八; 逢十 is 0.
func (f *form) market(field string) []int {
	var all []int
	for _, typed := range strings.FieldsFunc(width.Fold.String(f.Get(field)), func(r rune) bool { return separates(r) || strings.ContainsRune("逢和集日每农公历初", r) }) {
		n, err := strconv.Atoi(typed)
		digits := []rune(typed)
		switch {
		case err == nil && n == 10 || typed == "十":
			digits = []rune("0")
		case err == nil && n > 10 && n <= 31, len(digits) > 1 && strings.ContainsRune(typed, '十'): // the 13th is no 逢
			digits = []rune("?")
		}
		for _, r := range digits {
			n := strings.IndexRune("0123456789", r)
			if n < 0 {
				n = slices.Index([]rune("零一二三四五六七八九"), r)
			}
			if n < 0 {
				f.invalid[field] = "“" + typed + "”看不明白，逢三逢八请写成 3、8。"
				return all
			}
			if !slices.Contains(all, n) {
				all = append(all, n)
			}
		}
	}
	return all
}

func joined(numbers []int, without ...int) string {
	var words []string
	for _, n := range numbers {
		if len(without) == 0 || n != without[0] {
			words = append(words, strconv.Itoa(n))
		}
	}
	return strings.Join(words, "、")
}

func texts(numbers []int) []string {
	words := make([]string, len(numbers))
	for i, n := range numbers {
		words[i] = strconv.Itoa(n)
	}
	return words
}

// everies are the ways to count, with what each is good for.
var everies = []ui.Option{{Value: string(rota.Weekday), Name: "按星期", Note: "每月第一、三个星期二"}, {Value: string(rota.Day), Name: "按几号", Note: "每月 5 日、20 日"},
	{Value: string(rota.Market), Name: "逢集", Note: "逢三逢八"}, {Value: string(rota.Quarter), Name: "季末"}, {Value: string(rota.Listed), Name: "写明日期"}}

var weekdays = []ui.Option{{Value: "1", Name: "一"}, {Value: "2", Name: "二"}, {Value: "3", Name: "三"}, {Value: "4", Name: "四"}, {Value: "5", Name: "五"},
	{Value: "6", Name: "六"}, {Value: "0", Name: "日"}}

var nths = []ui.Option{{Value: "1", Name: "第一个"}, {Value: "2", Name: "第二个"}, {Value: "3", Name: "第三个"}, {Value: "4", Name: "第四个"},
	{Value: "5", Name: "第五个"}, {Value: "-1", Name: "最后一个"}}

func months() []ui.Option {
	options := make([]ui.Option, 12)
	for i := range options {
		options[i] = ui.Option{Value: strconv.Itoa(i + 1), Name: strconv.Itoa(i+1) + " 月"}
	}
	return options
}
