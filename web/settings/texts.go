package settings

import (
	"context"
	"net/http"

	"github.com/go-chi/chi/v5"

	"lianluo/internal/county"
	"lianluo/internal/errs"
	"lianluo/internal/tenant"
	"lianluo/web/forms"
	"lianluo/web/page"
	"lianluo/web/session"
)

// writing is a text while it is written.
type writing struct {
	problem
	county.Text
	typed   string
	version int32
	sample  county.TextValues
	site    string // by which people reach the site
}

func (h Handler) texts(w http.ResponseWriter, r *http.Request) error {
	var read func() []county.Text
	if err := h.view(r, func(v *tenant.View) { read = county.Texts(v) }); err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, textsPage(frame(r, "文字模板", problem{}), read()))
}

func (h Handler) text(w http.ResponseWriter, r *http.Request) error {
	s, err := h.loadText(r)
	if err != nil {
		return err
	}
	s.typed, s.version = s.Body, s.Version
	return s.render(w, r)
}

// loadText reads the text that an address names, with a sample that has the county's own names.
func (h Handler) loadText(r *http.Request) (*writing, error) {
	s := &writing{sample: county.SampleValues(), site: h.site(r)}
	kind, ok := county.KindOf(chi.URLParam(r, "kind"))
	if !ok {
		return nil, errs.NotFound
	}
	var read func() []county.Text
	var profile *county.Profile
	err := h.view(r, func(v *tenant.View) { read, profile = county.Texts(v), county.ProfileOf(v) })
	if err != nil {
		return nil, err
	}
	for _, t := range read() {
		if t.Kind == kind.Kind {
			s.Text = t
		}
	}
	s.sample[county.FieldCounty], s.sample[county.FieldOffice] = profile.Name, profile.Office
	s.sample[county.FieldNumber] = profile.NumberPrefix + "2026-0012"
	if profile.Phone != "" {
		s.sample[county.FieldPhone] = profile.Phone
	}
	return s, nil
}

func (s *writing) render(w http.ResponseWriter, r *http.Request) error {
	return page.Render(w, r, s.Status(), textPage(frame(r, s.Name, s.problem), s))
}

// saveText saves a text, shows what it would say, or takes the default back.
func (h Handler) saveText(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	s, err := h.loadText(r)
	if err != nil {
		return err
	}
	s.typed, s.version = r.PostFormValue("body"), forms.Began(r)
	do, body, said := r.PostFormValue("do"), s.typed, "文字已经保存，下一条就用新的。"
	if do == "reset" {
		body, said = s.Default, "已经恢复默认的文字。"
	}
	_, err = county.CheckText(s.TextKind, body)
	if err == nil && do == "preview" {
		return s.render(w, r)
	}
	if err == nil {
		err = h.update(r, func(ctx context.Context, tx *tenant.Tx) error {
			return county.ChangeText(ctx, tx, session.By(r).Audit(), s.TextKind, s.version, body)
		})
	}
	if err == nil {
		return forms.Done(w, r, "/settings/texts/"+s.Kind, said)
	}
	if s.problem, err = forms.ProblemOf(err); err != nil {
		return err
	}
	s.version = s.GoesOn(s.version)
	return s.render(w, r)
}

// site is the public address, which messages that carry a link end with.
func (h Handler) site(r *http.Request) string {
	if h.BaseURL != "" {
		return h.BaseURL
	}
	return "http://" + r.Host
}

// preview is what is typed with the sample put in; "" where it cannot be read.
func (s *writing) preview() string {
	body, err := county.CheckText(s.TextKind, s.typed)
	if err != nil {
		return ""
	}
	return county.RenderText(body, s.sample)
}

// appendix is what the sender adds: never part of the text.
func (s *writing) appendix() string { return s.Appendix(s.site) }

// length says how long the sample's message is, and how many it makes.
func (s *writing) length() string {
	own, _ := county.SMS(s.preview())
	all, messages := county.SMS(s.preview() + s.appendix())
	words := "这段文字 " + itoa(own) + " 个字"
	if all > own {
		words += "，连同系统附在最后的一共 " + itoa(all) + " 个字"
	}
	if messages > 1 {
		return words + "，要拆成 " + itoa(messages) + " 条短信。"
	}
	return words + "，是 1 条短信。"
}
