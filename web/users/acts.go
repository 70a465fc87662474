package users

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"

	"lianluo/internal/auth"
	"lianluo/internal/errs"
	"lianluo/internal/tenant"
	"lianluo/web/forms"
	"lianluo/web/page"
	"lianluo/web/session"
)

// act is something that is done with an account on a page of its own: the page tells what
// will be, asks for what is needed, and does it.
type act struct {
	title string // before the person's name
	done  string
	body  func(a *asking) templ.Component // the form's fields and its button
	do    func(ctx context.Context, tx *tenant.Tx, by auth.Actor, id, role int64, r *http.Request) (auth.StandIns, error)
	out   func(r *http.Request) bool // whether the person's sessions end now; nil: they go on
}

// acts are all there are, by their addresses. The functions of SQL are package auth's.
var acts = map[string]act{
	"grant":   {title: "给角色", done: "角色已经给了，他下次登录就能用。", body: grantForm, do: grant},
	"end":     {title: "结束角色", done: "已经记下。做过的事都留着。", body: endForm, do: end, out: empty("to")},
	"move":    {title: "调动", done: "调动已经记下，他下次登录就在新的地方。", body: moveForm, do: move, out: empty("from")},
	"standin": {title: "安排代班", done: "代班已经安排好，到日子自己结束。", body: standInForm, do: standIn},
	"disable": {title: "停用账号", done: "账号已经停用，在哪里登录着的都退出了。", body: disableForm, out: func(*http.Request) bool { return true },
		do: func(ctx context.Context, tx *tenant.Tx, by auth.Actor, id, _ int64, _ *http.Request) (auth.StandIns, error) {
			return auth.Disable(ctx, tx, by, id)
		}},
	"enable": {title: "启用账号", done: "账号已经启用。忘了密码的，请再发一个链接。", body: enableForm,
		do: func(ctx context.Context, tx *tenant.Tx, by auth.Actor, id, _ int64, _ *http.Request) (auth.StandIns, error) {
			return nil, auth.Enable(ctx, tx, by, id)
		}},
}

// empty reports whether no day was given: it is done at once.
func empty(field string) func(r *http.Request) bool {
	return func(r *http.Request) bool { return r.PostFormValue(field) == "" }
}

// asking is an act's page.
type asking struct {
	form
	*person
	held auth.Held // the role that it is about
}

func (h Handler) ask(w http.ResponseWriter, r *http.Request) error {
	return h.showAct(w, r, forms.Problem{})
}

func roleOf(r *http.Request) int64 {
	id, _ := strconv.ParseInt(chi.URLParam(r, "role"), 10, 64)
	return id
}

func (h Handler) showAct(w http.ResponseWriter, r *http.Request, problem forms.Problem) error {
	var places *[]auth.Place
	var colleagues *[]auth.Colleague
	p, err := h.load(r, func(v *tenant.View) { places, colleagues = auth.Places(v), auth.Colleagues(v) })
	if err != nil {
		return err
	}
	a := &asking{form: form{Problem: problem, typed: r.PostForm, today: p.asOf, places: *places, colleagues: *colleagues}, person: p}
	if id := chi.URLParam(r, "role"); id != "" {
		at := slices.IndexFunc(p.roles, func(held auth.Held) bool { return held.ID == roleOf(r) })
		if at < 0 {
			return errs.NotFound
		}
		a.held = p.roles[at]
	}
	doing := acts[chi.URLParam(r, "act")]
	return page.Render(w, r, problem.Status(), actPage(frame(r, doing.title+"："+p.Name, problem), a, r.URL.Path, doing.body(a)))
}

func (h Handler) act(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	by, doing, id := session.By(r), acts[chi.URLParam(r, "act")], int64(0)
	var stood auth.StandIns
	err := h.DB.Update(r.Context(), by.County, func(tx *tenant.Tx) (err error) {
		if id, err = auth.UserOf(r.Context(), tx, chi.URLParam(r, "login")); err != nil {
			return err
		}
		stood, err = doing.do(r.Context(), tx, by, id, roleOf(r), r)
		return err
	})
	if err != nil {
		problem, err := forms.ProblemOf(err)
		if err != nil {
			return err
		}
		return h.showAct(w, r, problem)
	}
	for _, user := range stood.Out() {
		if err := h.signOut(r, user); err != nil {
			return err
		}
	}
	to := "/users/" + chi.URLParam(r, "login")
	if doing.out != nil && doing.out(r) {
		if err := h.signOut(r, id); err != nil {
			return err
		}
		if id == by.UserID {
			to = "/" // the role that opened this page may be gone
		}
	}
	return forms.Done(w, r, to, doing.done+alsoEnded(stood))
}

// alsoEnded says who stands in no more, or for less long.
func alsoEnded(stood auth.StandIns) (words string) {
	for _, one := range stood {
		if one.Over {
			words += one.Name + "的代班也一起结束了。"
		} else {
			words += one.Name + "的代班也到 " + one.To.String() + " 为止。"
		}
	}
	return words
}

// signOut ends the person's sessions. Whoever did it to the own account goes on as what is left.
func (h Handler) signOut(r *http.Request, id int64) error {
	ctx, by := r.Context(), session.By(r)
	if err := h.Sessions.End(ctx, by.County, id); err != nil || id != by.UserID {
		return err
	}
	before, _ := session.Account(ctx)
	account, err := auth.Reload(ctx, h.DB, by.County, id, before.RoleID)
	if errors.Is(err, errs.Forbidden) {
		account, err = auth.Reload(ctx, h.DB, by.County, id, 0)
	}
	if err != nil {
		return err
	}
	return h.Sessions.Renew(ctx, account)
}

func grant(ctx context.Context, tx *tenant.Tx, by auth.Actor, id, _ int64, r *http.Request) (auth.StandIns, error) {
	g, err := grantOf(ctx, tx, by, r, r.PostFormValue("name"))
	if err != nil {
		return nil, atPlace(err)
	}
	return nil, atPlace(auth.GrantRole(ctx, tx, id, g))
}

func end(ctx context.Context, tx *tenant.Tx, by auth.Actor, id, role int64, r *http.Request) (auth.StandIns, error) {
	invalid := errs.Invalid{}
	last := forms.Date(invalid, r.PostFormValue("to"), "to")
	if err := invalid.Err(); err != nil {
		return nil, err
	}
	return auth.EndRole(ctx, tx, by, id, role, last)
}

func move(ctx context.Context, tx *tenant.Tx, by auth.Actor, id, role int64, r *http.Request) (auth.StandIns, error) {
	invalid := errs.Invalid{}
	to := auth.RoleGrant{By: by, From: forms.Date(invalid, r.PostFormValue("from"), "from")}
	to.StationID, to.UnitID = placeOf(r)
	if err := invalid.Err(); err != nil {
		return nil, err
	}
	stood, err := auth.MoveRole(ctx, tx, id, role, to)
	return stood, atPlace(err)
}

// standIn gives the role of the person of the page to somebody else for a while.
func standIn(ctx context.Context, tx *tenant.Tx, by auth.Actor, id, role int64, r *http.Request) (auth.StandIns, error) {
	invalid := errs.Invalid{}
	s := auth.StandIn{RoleID: role, From: forms.Date(invalid, r.PostFormValue("from"), "from"), To: forms.Date(invalid, r.PostFormValue("to"), "to"), Reason: r.PostFormValue("reason")}
	var err error
	s.UserID, err = auth.UserOf(ctx, tx, r.PostFormValue("who"))
	if errors.Is(err, errs.NotFound) {
		invalid["who"], err = "请选择由谁来代", nil
	}
	if err = errors.Join(err, invalid.Err()); err != nil {
		return nil, err
	}
	if err := auth.OwnsRole(ctx, tx, id, role); err != nil {
		return nil, err
	}
	return nil, auth.GrantStandIn(ctx, tx, by, s)
}
