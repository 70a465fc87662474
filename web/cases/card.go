package cases

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"

	"lianluo/internal/calendar"
	"lianluo/internal/casefile"
	"lianluo/internal/errs"
	"lianluo/internal/null"
	"lianluo/internal/option"
	"lianluo/internal/private"
	"lianluo/internal/rating"
	"lianluo/internal/register"
	"lianluo/internal/tenant"
	"lianluo/web/page"
)

// card is 意见建议处理反馈卡: the life of one matter on one page.
type card struct {
	*shown
	register.Form // as the county has it
	office        string
	at            string
}

// card prints the case as a card, with the visitor's name and number masked.
func (h Handler) card(w http.ResponseWriter, r *http.Request) error {
	s, err := h.load(r, chi.URLParam(r, "number"))
	if err != nil {
		return err
	}
	var forms func() []register.Form
	if err := h.DB.View(r.Context(), s.by.County, func(v *tenant.View) { forms = register.Forms(v) }); err != nil {
		return err
	}
	key := register.Key(cmp.Or(r.URL.Query().Get("form"), string(register.Feedback)))
	if key.Source() != register.Feedback {
		return errs.NotFound
	}
	form, err := register.Standing(forms(), key).Printed()
	if err != nil {
		return err
	}
	frame := page.FrameOf(r)
	c := card{s, form, frame.Org, page.FullDateTime(h.DB.Now())}
	frame.Title, frame.Print = c.Name+"："+s.sheet.Number, true
	return page.Render(w, r, http.StatusOK, c.page(frame))
}

// masked is what somebody said or wrote, without the visitor's name, house and number.
func (c card) masked(words string) string {
	return private.MaskText(words, null.Value(c.sheet.Visitor), null.Value(c.sheet.Village))
}

// say is what stands in a column of the card.
func (c card) say(key string) string {
	switch key {
	case "visitor":
		return c.visitor()
	case "phone":
		return null.Value(c.sheet.Phone)
	case "village":
		return private.MaskAddress(null.Value(c.sheet.Village))
	case "way":
		return option.NameOf(casefile.Ways, c.sheet.Way)
	case "place":
		return c.sheet.Place
	case "deputies":
		return c.listeners()
	case "category":
		return c.category()
	case "nature":
		return option.NameOf(casefile.Natures, c.sheet.Nature)
	case "words":
		return c.masked(c.sheet.Words)
	case "proposal":
		return c.masked(null.Value(c.sheet.Proposal))
	case "sorted":
		return c.took(casefile.Sort)
	case "goes":
		return c.goes()
	case "handed":
		return c.took(casefile.HandOut, casefile.Reassign)
	case "due":
		return c.due()
	case "way_on":
		return c.masked(c.onTheWay())
	case "result":
		return c.masked(c.result())
	case "approved":
		return c.took(casefile.Approve)
	case "closed":
		return c.closed()
	case "told_deputies":
		return c.told(false)
	case "told":
		return c.told(true)
	case "verdict":
		return c.masked(c.verdict())
	}
	return ""
}

func (c card) visitor() string {
	who := "匿名"
	if c.sheet.Visitor != nil {
		who = private.MaskName(*c.sheet.Visitor)
	}
	if c.sheet.Persons > 1 {
		who += "等 " + strconv.Itoa(int(c.sheet.Persons)) + " 人"
	}
	return who
}

// done is the newest event of one of the steps, nil where none was taken.
func (c card) done(steps ...casefile.Step) *casefile.Event {
	for _, e := range slices.Backward(c.events) {
		if slices.Contains(steps, e.Step) {
			return &e
		}
	}
	return nil
}

// took is who took one of the steps last, and when.
func (c card) took(steps ...casefile.Step) string {
	e := c.done(steps...)
	if e == nil {
		return ""
	}
	return e.ActorName + "　" + page.Date(e.At)
}

// goes is where the matter went.
func (c card) goes() string {
	switch {
	case c.sheet.AnsweredNow:
		return "当场答复"
	case c.sheet.Unit != nil:
		return "转" + *c.sheet.Unit + "办理"
	case c.sheet.Outcome != nil && c.done(casefile.Confirm) != nil:
		return c.sheet.Outcome.Name()
	}
	return ""
}

// result is what came of it, once it was approved.
func (c card) result() string {
	e := c.done(casefile.AnswerNow, casefile.Submit, casefile.SuggestionAnswered)
	if e == nil || e.Body == nil || !c.sheet.AnsweredNow && c.sheet.State.Phase() <= casefile.Working {
		return ""
	}
	return *e.Body
}

// onTheWay are the returns, extensions and urgings, a line for each.
func (c card) onTheWay() string {
	var lines []string
	for _, e := range c.events {
		switch e.Step {
		case casefile.ComeBack, casefile.GrantReturn, casefile.GrantExtension, casefile.Urge, casefile.Pause, casefile.Rehandle, casefile.Uphold:
			words := page.Date(e.At) + "　" + e.Step.Name()
			if e.Reason != nil {
				words += "：" + *e.Reason
			}
			lines = append(lines, words)
		}
	}
	return strings.Join(lines, "\n")
}

// told are the feedbacks to the citizen, or to deputies.
func (c card) told(citizen bool) string {
	var lines []string
	for _, f := range c.sheet.Told {
		if (f.Deputy == nil) != citizen {
			continue
		}
		words := f.On.Chinese() + "　" + option.NameOf(casefile.ReplyBys, f.Way) + "　" + f.By
		if f.Deputy != nil {
			words = *f.Deputy + "　" + words
		}
		lines = append(lines, words)
	}
	return strings.Join(lines, "\n")
}

// verdict is what the citizen said last.
func (c card) verdict() string {
	if len(c.sheet.Verdicts) == 0 {
		if c.sheet.Outcome != nil && *c.sheet.Outcome == casefile.Unrated {
			return "未评价"
		}
		return ""
	}
	v := c.sheet.Verdicts[len(c.sheet.Verdicts)-1]
	words := "办理结果：" + rating.Levels[v.Result] + "　办理态度：" + rating.Levels[v.Attitude]
	if v.Comment != nil {
		words += "\n" + *v.Comment
	}
	return words
}

func (c card) due() string {
	if e := c.done(casefile.HandOut, casefile.Reassign); e != nil {
		if due, ok := e.Detail["due"].(string); ok {
			if day, err := calendar.ParseDate(due); err == nil {
				return day.Chinese()
			}
		}
	}
	return ""
}

func (c card) closed() string {
	if c.sheet.ClosedAt == nil {
		return ""
	}
	return page.FullDate(*c.sheet.ClosedAt) + "　" + c.sheet.Outcome.Name()
}
