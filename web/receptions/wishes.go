package receptions

import (
	"context"
	"net/http"
	"strconv"

	"github.com/google/uuid"

	"lianluo/internal/auth"
	"lianluo/internal/reception"
	"lianluo/internal/tenant"
	"lianluo/web/forms"
	"lianluo/web/page"
	"lianluo/web/session"
)

// wishForm is where a deputy asks for a leave, or for somebody else on a day.
type wishForm struct {
	problem
	key     uuid.UUID
	day     *reception.Entry // nil: a leave
	members []reception.Member
}

func (h Handler) newWish(w http.ResponseWriter, r *http.Request) error {
	return h.wishForm(w, r, wishForm{key: uuid.New()})
}

func (h Handler) wishForm(w http.ResponseWriter, r *http.Request, f wishForm) error {
	title := "我要请假"
	if day, _ := strconv.ParseInt(r.FormValue("day"), 10, 64); day > 0 {
		if err := h.view(r, func(v *tenant.View) { f.day = reception.Of(v, session.By(r), day) }); err != nil {
			return err
		}
		var members *[]reception.Member
		if err := h.view(r, func(v *tenant.View) { members = reception.Members(v, f.day.StationID, f.day.Date) }); err != nil {
			return err
		}
		title, f.members = "这一天我来不了", (&oneDay{Entry: *f.day, members: *members}).instead()
	}
	return page.Render(w, r, f.Status(), f.page(frame(r, title, f.problem)))
}

func (h Handler) askWish(w http.ResponseWriter, r *http.Request) error {
	f, err := read(w, r)
	if err != nil {
		return err
	}
	in, key := reception.WishInput{DayID: f.id("day"), Instead: f.id("instead"), From: f.date("from"), To: f.date("to"), Reason: f.Get("reason")}, f.key()
	if err = f.wrong(); err == nil {
		err = h.update(r, func(ctx context.Context, tx *tenant.Tx) error {
			_, err := reception.AskWish(ctx, tx, session.By(r), key, in)
			return err
		})
	}
	if err == nil {
		return forms.Done(w, r, root+"/wishes", "申请已经送到联络站，答复了在这里看得到。同意以前，名单不变。")
	}
	p, err := problemOf(err, f)
	if err != nil {
		return err
	}
	return h.wishForm(w, r, wishForm{problem: p, key: key})
}

// oneWish is what a deputy asked for, with the form of the answer.
type oneWish struct {
	problem
	reception.Wish
	by      auth.Actor
	members []reception.Member // who may come instead, who came least first
}

func (h Handler) wish(w http.ResponseWriter, r *http.Request) error {
	return h.showWish(w, r, problem{})
}

func (h Handler) showWish(w http.ResponseWriter, r *http.Request, p problem) error {
	o := oneWish{problem: p, by: session.By(r)}
	var wish *reception.Wish
	if err := h.view(r, func(v *tenant.View) { wish = reception.WishOf(v, o.by, id(r)) }); err != nil {
		return err
	}
	if o.Wish = *wish; o.mayAnswer() && o.Date != nil {
		var members *[]reception.Member
		var day *reception.Entry
		err := h.view(r, func(v *tenant.View) {
			members, day = reception.Members(v, *o.StationID, *o.Date), reception.Of(v, o.by, *o.DayID)
		})
		if err != nil {
			return err
		}
		o.members = (&oneDay{Entry: *day, members: *members}).instead()
	}
	return page.Render(w, r, p.Status(), o.page(frame(r, o.Deputy+"的申请", p)))
}

func (o oneWish) mayAnswer() bool { return o.State == "asked" && o.by.May(auth.ChangeReceptions) }

func (h Handler) answerWish(w http.ResponseWriter, r *http.Request) error {
	f, err := read(w, r)
	if err != nil {
		return err
	}
	in := reception.WishAnswer{To: f.Get("to"), Instead: f.id("instead"), Reason: f.Get("answer")}
	err = h.update(r, func(ctx context.Context, tx *tenant.Tx) error {
		return reception.AnswerWish(ctx, tx, session.By(r), id(r), in)
	})
	if err == nil {
		return forms.Done(w, r, root+"/wishes", map[string]string{"granted": "已同意，接待日程已经跟着改好。", "refused": "已答复，代表在自己的页面上看得到。", "withdrawn": "申请已经撤回。"}[in.To])
	}
	p, err := problemOf(err, f)
	if err != nil {
		return err
	}
	return h.showWish(w, r, p)
}
