package records

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"

	"lianluo/internal/attachment"
	"lianluo/internal/deputy"
	"lianluo/internal/duty"
	"lianluo/internal/errs"
	"lianluo/internal/null"
	"lianluo/internal/tenant"
	"lianluo/web/forms"
	"lianluo/web/page"
	"lianluo/web/session"
	"lianluo/web/ui"
)

// duplicates lists the pairs of records that may be one person's.
func (h Handler) duplicates(w http.ResponseWriter, r *http.Request) error {
	var pairs *[]deputy.Pair
	err := h.DB.View(r.Context(), session.By(r).County, func(v *tenant.View) { pairs = deputy.Duplicates(v) })
	if err != nil {
		return err
	}
	frame := page.FrameOf(r)
	frame.Title = "可能重复的代表档案"
	return page.Render(w, r, http.StatusOK, pairsPage(frame, *pairs))
}

// distinct remembers that two records are two people's.
func (h Handler) distinct(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	a, err := numbered(r.PostFormValue("a"))
	if err != nil {
		return err
	}
	b, err := numbered(r.PostFormValue("b"))
	if err != nil {
		return err
	}
	err = h.DB.Update(r.Context(), session.By(r).County, func(tx *tenant.Tx) error {
		return deputy.SayDistinct(r.Context(), tx, h.Keys, session.By(r), a, b)
	})
	if err != nil {
		return err
	}
	page.Flash(w, ui.NoteOK, "已记下：档案号 "+strconv.Itoa(int(a))+" 和 "+strconv.Itoa(int(b))+" 不是同一个人，以后不再列出。")
	http.Redirect(w, r, "/deputies/duplicates", http.StatusSeeOther)
	return nil
}

// side is one of two records that are compared.
type side struct {
	known
	photo  *attachment.Attachment
	record duty.Figures
}

// comparison is two records beside each other: the first is kept.
type comparison struct {
	forms.Problem
	kept, gone side
	typed      url.Values // what was chosen, where the form is shown again
}

// compare shows two records beside each other: which facts stay, and what moves.
func (h Handler) compare(w http.ResponseWriter, r *http.Request) error {
	k, err := h.know(r)
	if err != nil {
		return ledOn(w, r, err, "")
	}
	number, err := numbered(r.URL.Query().Get("with"))
	if err != nil {
		return err
	}
	c, err := h.both(r, *k, number)
	if err != nil {
		return err
	}
	return c.render(w, r)
}

func (c *comparison) render(w http.ResponseWriter, r *http.Request) error {
	frame := page.FrameOf(r)
	frame.Title, frame.Error = "合并两份代表档案", c.Any()
	return page.Render(w, r, c.Status(), c.page(frame))
}

// compareAgain shows both records as they are now, with what was chosen, after a merger that
// was refused. Where there is nothing left to merge, the refusal is all there is to say.
func (h Handler) compareAgain(w http.ResponseWriter, r *http.Request, gone int32, failed error) error {
	problem, err := forms.ProblemOf(failed)
	if err != nil {
		return err
	}
	k, err := h.know(r)
	if err != nil {
		return failed
	}
	c, err := h.both(r, *k, gone)
	if err != nil {
		return err
	}
	c.Problem, c.typed = problem, r.PostForm
	return c.render(w, r)
}

// both reads the second record, and of both what moves.
func (h Handler) both(r *http.Request, k known, number int32) (*comparison, error) {
	c := &comparison{kept: side{known: k}, gone: side{known: known{by: k.by}}}
	var (
		found  **deputy.Record
		held   *[]deputy.Held
		groups *[]deputy.Belongs
	)
	err := h.DB.View(r.Context(), k.by.County, func(v *tenant.View) {
		found, held, groups = deputy.Find(v, number), deputy.MandatesOf(v, number), deputy.GroupsOf(v, number)
	})
	if err != nil {
		return nil, err
	}
	switch {
	case *found == nil:
		return nil, errs.NotFound
	case (*found).MergedInto != nil || number == k.deputy.Number:
		return nil, errs.Refuse(errs.Conflict, "这两份档案已经是一份了。")
	}
	c.gone.deputy, c.gone.held, c.gone.groups = **found, *held, *groups
	var (
		photos  [2]*[]attachment.Attachment
		records [2]*duty.Record
	)
	sides := [2]*side{&c.kept, &c.gone}
	err = h.DB.View(r.Context(), k.by.County, func(v *tenant.View) {
		for i, s := range sides {
			photos[i], records[i] = attachment.List(v, attachment.Deputy(s.deputy.ID)), duty.Of(v, k.by, s.deputy.Number)
		}
	})
	if err != nil {
		return nil, err
	}
	for i, s := range sides {
		s.record = records[i].All()
		if len(*photos[i]) > 0 {
			s.photo = &(*photos[i])[0]
		}
	}
	return c, nil
}

// merge makes the two one.
func (h Handler) merge(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	kept, err := numbered(chi.URLParam(r, "number"))
	if err != nil {
		return err
	}
	gone, err := numbered(r.PostFormValue("gone"))
	if err != nil {
		return err
	}
	m := deputy.Merging{Kept: kept, Gone: gone, KeptVersion: version(r, "kept_version"), GoneVersion: version(r, "gone_version")}
	for _, f := range deputy.MergeFields {
		if r.PostFormValue(f.Value) == "gone" {
			m.Take = append(m.Take, f.Value)
		}
	}
	var users []int64
	err = h.DB.Update(r.Context(), session.By(r).County, func(tx *tenant.Tx) (err error) {
		users, err = deputy.Merge(r.Context(), tx, h.Keys, session.By(r), m)
		return err
	})
	if err != nil {
		return h.compareAgain(w, r, gone, err)
	}
	if err := h.signOut(r, users); err != nil {
		return err
	}
	page.Flash(w, ui.NoteOK, "已合并。档案号 "+strconv.Itoa(int(gone))+" 现在通到这份档案；合并错了可以撤回。")
	http.Redirect(w, r, path(kept, ""), http.StatusSeeOther)
	return nil
}

func version(r *http.Request, field string) int32 {
	n, _ := strconv.ParseInt(r.PostFormValue(field), 10, 32)
	return int32(n)
}

// unmerge takes a merger back.
func (h Handler) unmerge(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	kept, err := numbered(chi.URLParam(r, "number"))
	if err != nil {
		return err
	}
	gone, err := numbered(r.PostFormValue("gone"))
	if err != nil {
		return err
	}
	var done deputy.Unmerged
	err = h.DB.Update(r.Context(), session.By(r).County, func(tx *tenant.Tx) (err error) {
		done, err = deputy.Unmerge(r.Context(), tx, h.Keys, session.By(r), kept, gone)
		return err
	})
	if err != nil {
		return err
	}
	if err := h.signOut(r, done.Users); err != nil {
		return err
	}
	words := "已撤回合并，档案号 " + strconv.Itoa(int(gone)) + " 又是单独的一份。"
	if len(done.Closed) > 0 {
		words += strings.Join(done.Closed, "、") + "联络站后来已经关闭，没有再编进组里。"
	}
	page.Flash(w, ui.NoteOK, words)
	http.Redirect(w, r, path(gone, ""), http.StatusSeeOther)
	return nil
}

// signOut ends the sessions of those whose record is another one now: they come in again to
// that.
func (h Handler) signOut(r *http.Request, users []int64) error {
	for _, user := range users {
		if err := h.Sessions.End(r.Context(), session.By(r).County, user); err != nil {
			return err
		}
	}
	return nil
}

// choice is a fact of which the two records have different ones.
type choice struct {
	deputy.Word
	kept, gone string // "" where there is none
	take       bool   // chosen: at first where the kept record has none
}

// choices are the facts that differ; the others stay as they are.
func (c *comparison) choices() (choices []choice) {
	for _, f := range deputy.MergeFields {
		kept, gone := c.kept.fact(f.Value), c.gone.fact(f.Value)
		if kept != gone || f.Value == "photo" && kept != "" { // two photographs are never the same one
			take := kept == ""
			if c.typed.Has(f.Value) {
				take = c.typed.Get(f.Value) == "gone"
			}
			choices = append(choices, choice{f, kept, gone, take})
		}
	}
	return choices
}

// fact is a fact as the comparison shows it.
func (s *side) fact(field string) string {
	d := s.deputy
	switch field {
	case "name":
		return d.Name
	case "gender":
		return deputy.NameOf(deputy.Genders, null.Value(d.Gender))
	case "birth_year":
		return born(d.BirthYear)
	case "photo":
		if s.photo == nil {
			return ""
		}
		return s.photo.AddedName + " " + page.FullDateTime(s.photo.AddedAt) + " 上传的照片"
	}
	return null.Value(map[string]*string{"certificate_no": d.CertificateNo, "duties": d.Duties, "phone": d.PhoneMasked,
		"ethnicity": d.Ethnicity, "education": d.Education, "party": d.Party}[field])
}

// stays says of a mandate or a group of the record that goes that the kept one has it too.
const stays = "（保留的档案里已经有，只留那一条）"

func (c *comparison) mandate(m deputy.Held) string {
	words := m.Term + c.kept.level(m) + "，" + m.ElectoralUnit + "，" + span(m.FromDate, m.ToDate)
	if slices.ContainsFunc(c.kept.held, func(k deputy.Held) bool {
		return k.Level == m.Level && (k.ToDate == nil) == (m.ToDate == nil) && (m.ToDate == nil || k.Term == m.Term)
	}) {
		words += stays
	}
	return words
}

func (c *comparison) group(g deputy.Belongs) string {
	words := g.Station + "，" + deputy.NameOf(deputy.Roles, g.Role) + "，" + span(g.FromDate, g.ToDate)
	if g.ToDate == nil && slices.ContainsFunc(c.kept.groups, func(k deputy.Belongs) bool { return k.ToDate == nil && k.StationID == g.StationID }) {
		words += stays
	}
	return words
}

// reasons are why a pair may be one person, in words.
func reasons(p deputy.Pair) []string {
	words := make([]string, len(p.Why))
	for i, why := range p.Why {
		words[i] = deputy.NameOf(deputy.Reasons, why)
	}
	return words
}
