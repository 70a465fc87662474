package deputies

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"lianluo/internal/deputy"
	"lianluo/internal/errs"
	"lianluo/internal/null"
	"lianluo/internal/tenant"
	"lianluo/web/forms"
	"lianluo/web/page"
	"lianluo/web/session"
	"lianluo/web/ui"
)

// congresses is the page of 换届: which term each level is in, and the form of a new one.
type congresses struct {
	forms.Problem
	typed     url.Values
	terms     []deputy.Term
	sittings  []deputy.Sitting
	townships []deputy.Township
	ending    []deputy.Ending // of the preview
	begins    deputy.NewTerm  // of the preview
}

func (h Handler) terms(w http.ResponseWriter, r *http.Request) error {
	return h.showTerms(w, r, &congresses{typed: r.URL.Query()})
}

func (h Handler) showTerms(w http.ResponseWriter, r *http.Request, c *congresses) error {
	var (
		terms     *[]deputy.Term
		sittings  *[]deputy.Sitting
		townships *[]deputy.Township
	)
	err := h.view(r, func(v *tenant.View) {
		terms, sittings, townships = deputy.Terms(v), deputy.Sittings(v), deputy.Townships(v)
	})
	if err != nil {
		return err
	}
	c.terms, c.sittings, c.townships = *terms, *sittings, *townships
	frame := page.FrameOf(r)
	frame.Title, frame.Error = "换届", c.Any()
	return page.Render(w, r, c.Status(), c.page(frame))
}

// newTerm is what the form says; a date that is none is said in unread.
func (c *congresses) newTerm(unread errs.Invalid) deputy.NewTerm {
	t := deputy.NewTerm{Level: c.typed.Get("level"), Name: c.typed.Get("name"), From: forms.Date(unread, c.typed.Get("from"), "from"), Leave: c.typed.Get("leave") == "yes"}
	if c.typed.Get("division") != "all" {
		t.Division = c.typed.Get("division")
	}
	return t
}

// newTerm shows whose mandates a new term would end, before anything does.
func (h Handler) newTerm(w http.ResponseWriter, r *http.Request) error {
	return h.previewTerm(w, r, &congresses{typed: r.URL.Query()})
}

// previewTerm shows it, or what is wrong with the form.
func (h Handler) previewTerm(w http.ResponseWriter, r *http.Request, c *congresses) error {
	err := h.update(r, func(ctx context.Context, tx *tenant.Tx) (err error) {
		unread := errs.Invalid{}
		c.ending, c.begins, err = deputy.EndingBy(ctx, tx, session.By(r), c.newTerm(unread))
		return forms.Both(err, unread)
	})
	if err != nil {
		if c.Problem, err = forms.ProblemOf(err); err != nil {
			return err
		}
		return h.showTerms(w, r, c)
	}
	frame := page.FrameOf(r)
	frame.Title, frame.Error = c.title(), c.Any()
	return page.Render(w, r, c.Status(), c.previewPage(frame))
}

// startTerm begins the term as it was shown, with those who were ticked in it again.
func (h Handler) startTerm(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	c := &congresses{typed: r.PostForm}
	var done deputy.Started
	err := h.update(r, func(ctx context.Context, tx *tenant.Tx) (err error) {
		unread := errs.Invalid{}
		t := c.newTerm(unread)
		t.Seen = c.typed.Get("seen")
		if t.Again, err = deputy.IDsOf(ctx, tx, numbersOf(c.typed["id"])); err != nil {
			return err
		}
		done, err = deputy.StartTerm(ctx, tx, session.By(r), t)
		return forms.Both(err, unread)
	})
	switch {
	case err == nil:
		return forms.Done(w, r, "/deputies/terms", "换届办好了："+strconv.FormatInt(done.Ended, 10)+" 名任期届满，其中 "+strconv.FormatInt(done.Again, 10)+
			" 名连任；离开联络站的组 "+strconv.FormatInt(done.Left, 10)+" 处。以前的届次和经历都还在。")
	case errors.Is(err, deputy.ErrBegun): // pressed twice
		page.Flash(w, ui.NoteOK, "这一届已经换过了，没有再办一次。")
		http.Redirect(w, r, "/deputies/terms", http.StatusSeeOther)
		return nil
	}
	again := errors.Is(err, deputy.ErrEnding)
	if c.Problem, err = forms.ProblemOf(err); err != nil {
		return err
	}
	if again {
		return h.previewTerm(w, r, c)
	}
	return h.showTerms(w, r, c)
}

// numbersOf are the 档案号 that were ticked, however many.
func numbersOf(values []string) []int32 {
	numbers := []int32{}
	for _, value := range values {
		if n, err := strconv.ParseInt(value, 10, 32); err == nil {
			numbers = append(numbers, int32(n))
		}
	}
	return numbers
}

// now is a line of the overview: a level, or one township's congress.
type now struct {
	name  string
	term  string // as it began here, or as most have it who sit
	since string
	count int64
	other string // who still sits under another term's name
	link  string
}

// overview is a line for each level.
func (c *congresses) overview() []now {
	lines := make([]now, len(deputy.Levels))
	for i, level := range deputy.Levels {
		lines[i] = c.line(level, "", deputy.LevelNames[level])
		lines[i].link = "/deputies?level=" + level
	}
	return lines
}

// towns is a line for each township in which somebody sits.
func (c *congresses) towns() (lines []now) {
	for _, t := range c.townships {
		if line := c.line("township", t.Code, t.Name); line.count > 0 {
			lines = append(lines, line)
		}
	}
	return lines
}

func (c *congresses) line(level, division, name string) now {
	line := now{name: name}
	at := slices.IndexFunc(c.terms, func(t deputy.Term) bool {
		return t.Level == level && (t.DivisionCode == nil || *t.DivisionCode == division)
	})
	if at >= 0 {
		line.term, line.since = c.terms[at].Name, c.terms[at].FromDate.String()
	}
	counts := map[string]int64{}
	var names []string
	for _, s := range c.sittings {
		if s.Level != level || division != "" && null.Value(s.DivisionCode) != division {
			continue
		}
		line.count += s.Count
		if counts[s.Term] == 0 {
			names = append(names, s.Term)
		}
		counts[s.Term] += s.Count
	}
	slices.SortStableFunc(names, func(a, b string) int { return int(counts[b] - counts[a]) })
	if line.term == "" && len(names) > 0 {
		line.term = names[0]
	}
	for _, n := range names {
		if n != line.term {
			line.other += n + " " + strconv.FormatInt(counts[n], 10) + " 名　"
		}
	}
	return line
}

// leave is what was said of the groups; at first they are left.
func (c *congresses) leave() string {
	if c.typed.Get("leave") == "no" {
		return "no"
	}
	return "yes"
}

// title is what the preview is about: 王桥镇第十八届人大换届.
func (c *congresses) title() string {
	name := deputy.LevelNames[c.begins.Level]
	if c.begins.Division != "" && len(c.ending) > 0 {
		name = null.Value(c.ending[0].Division)
	}
	return name + "换届：" + c.begins.Name
}

// last counts who has no other mandate, and how many of those are in a group.
func (c *congresses) last() (all, inGroup int) {
	for _, e := range c.ending {
		if e.Last {
			all++
			if e.InGroup {
				inGroup++
			}
		}
	}
	return all, inGroup
}
