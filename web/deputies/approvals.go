package deputies

import (
	"context"
	"net/http"
	"strconv"

	"lianluo/internal/deputy"
	"lianluo/internal/tenant"
	"lianluo/web/forms"
	"lianluo/web/page"
	"lianluo/web/session"
	"lianluo/web/ui"
)

// approvalsPage is how many are looked at together.
const approvalsPage = 50

// waiting is the page of those whose public facts nobody has looked at.
type waiting struct {
	people []deputy.Waiting
	more   bool
	some   bool // only those who were ticked in the list
}

func (h Handler) approvals(w http.ResponseWriter, r *http.Request) error {
	numbers, err := picked(r.URL.Query())
	if err != nil {
		return err
	}
	var people *[]deputy.Waiting
	err = h.view(r, func(v *tenant.View) { people = deputy.Awaiting(v, numbers, approvalsPage+1) })
	if err != nil {
		return err
	}
	p := &waiting{people: *people, some: len(numbers) > 0}
	if len(p.people) > approvalsPage {
		p.people, p.more = p.people[:approvalsPage], true
	}
	frame := page.FrameOf(r)
	frame.Title = "核对公开内容"
	return page.Render(w, r, http.StatusOK, p.page(frame))
}

func (h Handler) approve(w http.ResponseWriter, r *http.Request) error {
	if err := parse(w, r); err != nil {
		return err
	}
	numbers, err := picked(r.PostForm)
	if err != nil {
		return err
	}
	n := 0
	err = h.update(r, func(ctx context.Context, tx *tenant.Tx) error {
		ids, err := deputy.IDsOf(ctx, tx, numbers)
		if err != nil {
			return err
		}
		n, err = deputy.Approve(ctx, tx, session.By(r), ids)
		return err
	})
	if err != nil {
		return err
	}
	if n == 0 {
		page.Flash(w, ui.NoteWarn, "没有勾选待核对的代表，什么也没有改。")
		http.Redirect(w, r, "/deputies/approvals", http.StatusSeeOther)
		return nil
	}
	return forms.Done(w, r, "/deputies/approvals", strconv.Itoa(n)+" 名代表的公开内容已经核对，群众看得到了。")
}
