// Package messages shows the outbox: what waits, what went and what did not. Staff send a
// message now or again, withdraw one, and print those that go by paper.
package messages

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"

	"lianluo/internal/casefile"
	"lianluo/internal/errs"
	"lianluo/internal/message"
	"lianluo/internal/private"
	"lianluo/internal/rating"
	"lianluo/internal/tenant"
	"lianluo/web/page"
	"lianluo/web/session"
	"lianluo/web/ui"
)

// Handler serves /messages.
type Handler struct {
	DB      *tenant.DB
	Keys    private.Keys
	BaseURL string // the site's public address, for what is printed
	Gateway bool   // there is a channel by which messages leave
}

// Routes are mounted under /messages, for those who have auth.SeeMessages.
func (h Handler) Routes(r chi.Router) {
	r.Get("/", page.Handle(h.list))
	r.Get("/print", page.Handle(h.list))
	r.Post("/{id}/send", page.Handle(h.act("已交给短信通道，发出以后会列在“已发出”里。", message.SendNow)))
	r.Post("/{id}/again", page.Handle(h.act("会再发一次。", message.Again)))
	r.Post("/{id}/handed", page.Handle(h.act("已记下：交给本人或寄出了。", message.HandedOver)))
	r.Post("/{id}/called", page.Handle(h.act("已记下：打电话告诉了。", message.Called)))
	r.Post("/{id}/withdraw", page.Handle(h.withdraw))
	r.Post("/{id}/print", page.Handle(h.print))
}

// id is the message that the address names; 0, which none has, where it names none.
func id(r *http.Request) int64 {
	n, _ := strconv.ParseInt(chi.URLParam(r, "id"), 10, 64)
	return n
}

// act is a button without a form: it does one thing to a message and shows the list again.
func (h Handler) act(done string, do func(context.Context, *tenant.Tx, auditActor, int64) error) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		if err := h.change(r, do); err != nil {
			return err
		}
		return h.back(w, r, done)
	}
}

// change does something to the request's message, for whoever may.
func (h Handler) change(r *http.Request, do func(context.Context, *tenant.Tx, auditActor, int64) error) error {
	by := session.By(r)
	return h.DB.Update(r.Context(), by.County, func(tx *tenant.Tx) error {
		if err := casefile.MayHandle(r.Context(), tx, by, id(r)); err != nil {
			return err
		}
		return do(r.Context(), tx, by.Audit(), id(r))
	})
}

// back shows the view that the button was on, with what was done.
func (h Handler) back(w http.ResponseWriter, r *http.Request, done string) error {
	page.Flash(w, ui.NoteOK, done)
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, viewOf(r).url(), http.StatusSeeOther)
	return nil
}

// withdraw takes a message back; without a reason it asks for one, in the list.
func (h Handler) withdraw(w http.ResponseWriter, r *http.Request) error {
	if err := page.ParseForm(w, r, 16<<10); err != nil {
		return err
	}
	reason := r.PostForm.Get("reason")
	err := h.change(r, func(ctx context.Context, tx *tenant.Tx, by auditActor, id int64) error {
		return message.Withdraw(ctx, tx, by, id, reason)
	})
	if invalid, ok := errors.AsType[errs.Invalid](err); ok {
		return h.show(w, r, http.StatusUnprocessableEntity, tried{id: id(r), reason: reason, err: invalid["reason"]})
	}
	if err != nil {
		return err
	}
	return h.back(w, r, "已撤回，不会再发。")
}

// print answers with the sheet. The link on it is shown here once: the page is kept by no
// cache, and printing again makes another.
func (h Handler) print(w http.ResponseWriter, r *http.Request) error {
	by := session.By(r)
	var sheet sheet
	err := h.DB.Update(r.Context(), by.County, func(tx *tenant.Tx) error {
		paper, token, err := rating.Print(r.Context(), tx, h.Keys, by, id(r))
		sheet.Paper, sheet.at = paper, tx.Now()
		if token != "" {
			sheet.link = h.base(r) + "/r/" + token
		}
		return err
	})
	if err != nil {
		return err
	}
	sheet.lookup = withoutScheme(h.base(r)) + "/q"
	frame := page.FrameOf(r)
	frame.Title, frame.Print = "打印"+sheet.title(), true
	return page.Render(w, r, http.StatusOK, printPage(frame, sheet))
}

// base is the site's public address.
func (h Handler) base(r *http.Request) string {
	if h.BaseURL != "" {
		return h.BaseURL
	}
	return (&url.URL{Scheme: "http", Host: r.Host}).String()
}

func withoutScheme(address string) string {
	_, rest, found := strings.Cut(address, "://")
	if !found {
		return address
	}
	return rest
}
