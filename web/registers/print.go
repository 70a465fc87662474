package registers

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/errs"
	"lianluo/internal/export"
	"lianluo/internal/register"
	"lianluo/internal/sheet"
	"lianluo/internal/tenant"
	"lianluo/web/page"
	"lianluo/web/ui"
)

// mostPrinted bounds what a browser lays out at once, about 150 sheets; a whole year of a
// county is filed as an archive.
const mostPrinted = 1000

// printFull is the register with names and numbers in full, once it is recorded for what.
func (h Handler) printFull(w http.ResponseWriter, r *http.Request) error {
	if err := page.ParseForm(w, r, 64<<10); err != nil {
		return err
	}
	reason := strings.TrimSpace(r.PostForm.Get("reason"))
	switch n := utf8.RuneCountInString(reason); {
	case n == 0:
		return h.sheet(w, r, http.StatusUnprocessableEntity, false, errs.Invalid{"reason": "请写明做什么用。"})
	case n > 200:
		return h.sheet(w, r, http.StatusUnprocessableEntity, false, errs.Invalid{"reason": "请用 200 个字以内写明做什么用。"})
	}
	return h.sheet(w, r, http.StatusOK, true, nil)
}

// sheet is the register as it is filed.
func (h Handler) sheet(w http.ResponseWriter, r *http.Request, status int, full bool, invalid errs.Invalid) error {
	l, err := h.load(r, full, mostPrinted)
	if err != nil {
		return err
	}
	if full {
		if !l.form.Source.Private() {
			return errs.NotFound
		}
		err := h.DB.Update(r.Context(), l.reader.By.County, func(tx *tenant.Tx) error { return l.record(r.Context(), tx, r.PostForm.Get("reason")) })
		if err != nil {
			return err
		}
	}
	l.invalid = invalid
	frame := page.FrameOf(r)
	frame.Title, frame.Print, frame.Error = "打印"+l.Title, true, len(invalid) > 0
	return page.Render(w, r, status, l.printed(frame))
}

// record writes down that names and numbers were printed in full, and for what.
func (l *ledger) record(ctx context.Context, tx *tenant.Tx, reason string) error {
	return export.Record(ctx, tx, l.reader.By, export.Request{List: l.Name, Query: l.Address.Encode(), Format: "print", Full: true, Reason: reason, Rows: int64(len(l.lines))})
}

// mayFull reports whether the reader may print names and numbers in full.
func (l *ledger) mayFull() bool {
	return l.form.Source.Private() && l.reader.By.Scope(auth.RevealPhone) >= auth.OwnStation
}

// sum is what the lines come to; of paper that has not all of them it says so.
func (l *ledger) sum() string {
	words := l.total.Words(l.Unit)
	if l.Next != "" && len(l.lines) == mostPrinted {
		words += "，这一份只有前 " + strconv.Itoa(mostPrinted) + " " + l.Unit
	}
	return words
}

// sheetClass says on what paper it prints; a book is bound.
func (l *ledger) sheetClass() string {
	class := "print-sheet on-" + l.form.Paper
	if l.form.IsBook() {
		class += " bound"
	}
	return class
}

func cellClass(c register.Column) string {
	if c.Centred {
		return "c"
	}
	return ""
}

// screenClass keeps numbers and days whole, and gives room to what is long.
func screenClass(c register.Column) string {
	switch {
	case c.Kind != sheet.Text:
		return "nowrap"
	case c.Width == register.Rest || c.Width == register.Widest:
		return "register-long"
	}
	return ""
}

func colClass(c register.Column) string {
	if c.Width == register.Rest {
		return ""
	}
	return "col-" + string(c.Width)
}

// years are the years around the one that is looked at.
func (l *ledger) years() []int {
	return []int{l.period.From.Year() - 1, l.period.From.Year(), l.period.From.Year() + 1}
}

func (l *ledger) whole(year int) string {
	return l.URL("from", calendar.NewDate(year, 1, 1).String(), "to", calendar.NewDate(year, 12, 31).String())
}

func (l *ledger) is(year int) bool {
	return l.period.From == calendar.NewDate(year, 1, 1) && l.period.To == calendar.NewDate(year, 12, 31)
}

// backward says that the period ends before it begins.
func (l *ledger) backward() string {
	if l.period.To.Before(l.period.From) {
		return "结束日期早于开始日期，请改一改。"
	}
	return ""
}

func (l *ledger) full() string { return l.URL("print", "1") }

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

func (l *ledger) choices(kind string) []ui.Option {
	var choices []ui.Option
	for _, o := range l.options {
		if o.Kind == kind {
			choices = append(choices, ui.Option{Value: itoa(o.ID), Name: o.Name})
		}
	}
	return choices
}

// byCategory reports whether the register can be narrowed by category, and byDeputy
// whether by deputy: a deputy's own record is of one.
func (l *ledger) byCategory() bool {
	return l.form.Source == register.Visits || l.form.Source == register.Matters
}

func (l *ledger) byDeputy() bool { return l.reader.By.Role != auth.Deputy }
