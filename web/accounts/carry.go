package accounts

import (
	"crypto/hmac"
	"encoding/base64"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/errs"
	"lianluo/internal/tenant"
	"lianluo/web/page"
	"lianluo/web/session"
	"lianluo/web/ui"
)

// A form whose session ended is carried over the sign-in: sealed, in the sign-in page's own form,
// so that nothing of it stands in an address, in the database or readably on the page. Whose it
// is the page says on which it was filled (its claim); to that account alone it is shown again,
// and goes on its way with one more press. What is too large, has files or a password, or says
// nobody's name, is not carried: page.Error says that the step was not done. The desk keeps drafts
// besides (visits.Handler.Keep), for it has photographs and is taken up on other devices.

const (
	mostCarried = 64 << 10  // bytes of a form
	carriedFor  = time.Hour // by then somebody has signed in
	claimDays   = 8         // longer than any session lasts
	claimField  = "_of"     // in which office.js sends the page's claim
)

// Claim marks every page with the account for which it is shown.
func (h Handler) Claim(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if by, ok := session.Actor(r.Context()); ok {
			r = page.WithClaim(r, h.claim(by))
		}
		next.ServeHTTP(w, r)
	})
}

// claim says whose a page is, and until when that counts; the same all day.
func (h Handler) claim(by auth.Actor) string {
	return h.signed(by.County, by.UserID, calendar.DateOf(h.DB.Now()).AddDays(claimDays).Start().Unix())
}

func (h Handler) signed(of tenant.County, user, until int64) string {
	says := fmt.Sprintf("%d.%d.%d", of, user, until)
	return says + "." + base64.RawURLEncoding.EncodeToString(h.Keys.Blind(int32(of), "claim of page", says))
}

// claimed reads a claim.
func (h Handler) claimed(claim string) (of tenant.County, user int64, ok bool) {
	var until int64
	if n, err := fmt.Sscanf(claim, "%d.%d.%d.", &of, &user, &until); err != nil || n != 3 {
		return 0, 0, false
	}
	return of, user, h.DB.Now().Unix() < until && hmac.Equal([]byte(claim), []byte(h.signed(of, user, until)))
}

// Carry stands in front of session.Require. What stands filled on a page of another account's is
// not done in the name of who signed in on this computer since.
func (h Handler) Carry(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost || !carriable(r) {
			next.ServeHTTP(w, r)
			return
		}
		by, in := session.Actor(r.Context())
		err := page.ParseForm(w, r, mostCarried)
		of, user, claimed := h.claimed(r.PostForm.Get(claimField))
		switch {
		case err != nil && in:
			page.Error(w, r, err)
		case in && claimed && (of != by.County || user != by.UserID):
			page.Error(w, r, errAnothers)
		case err == nil && !in && claimed && carries(r):
			page.Handle(func(w http.ResponseWriter, r *http.Request) error {
				return h.showDoor(w, r, http.StatusForbidden, doorView{Next: page.Here(r), Carried: h.seal(r, of, user)})
			})(w, r)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

var errAnothers = errs.Refuse(errs.Conflict, "这一页是另一个账号打开的，这一步没有办。请回到那一页重新打开，用您自己的账号再填；或者退出，用原来的账号登录后再办。")

// carriable reports whether the request is a form that could be carried, by its size and kind.
func carriable(r *http.Request) bool {
	return r.ContentLength > 0 && r.ContentLength <= mostCarried && strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded")
}

// carries reports whether the form may be carried: where it goes, and what it has.
func carries(r *http.Request) bool {
	for name := range r.PostForm {
		if strings.Contains(name, "password") {
			return false
		}
	}
	return page.LocalPath(r.URL.RequestURI(), "") != ""
}

// seal seals the form of a request.
func (h Handler) seal(r *http.Request, of tenant.County, user int64) string {
	r.PostForm.Del(claimField)
	c := carried{of, user, h.DB.Now().Add(carriedFor).Unix(), page.LocalPath(r.URL.RequestURI(), ""), page.Here(r), r.PostForm}
	return base64.RawURLEncoding.EncodeToString(h.Keys.Seal(c.encode(), carriedBind))
}

const carriedBind = "form carried over the sign-in"

// carried is a form that was not done because the session had ended.
type carried struct {
	County   tenant.County
	User     int64
	Until    int64
	To, Page string // where it goes, and the page that it was on
	Fields   url.Values
}

func (c carried) encode() string {
	return fmt.Sprintf("%d\n%d\n%d\n%s\n%s\n%s", c.County, c.User, c.Until, c.To, c.Page, c.Fields.Encode())
}

// open reads what was carried; false where it is too old, or nothing that this site has sealed.
func (h Handler) open(sealed string) (c carried, ok bool) {
	raw, err := base64.RawURLEncoding.DecodeString(sealed)
	if err != nil {
		return c, false
	}
	text, err := h.Keys.Open(raw, carriedBind)
	lines := strings.SplitN(text, "\n", 6)
	if err != nil || len(lines) != 6 {
		return c, false
	}
	of, err := strconv.ParseInt(lines[0], 10, 32)
	user, err2 := strconv.ParseInt(lines[1], 10, 64)
	until, err3 := strconv.ParseInt(lines[2], 10, 64)
	fields, err4 := url.ParseQuery(lines[5])
	for _, err := range []error{err, err2, err3, err4} {
		if err != nil {
			return c, false
		}
	}
	return carried{tenant.County(of), user, until, lines[3], lines[4], fields}, h.DB.Now().Unix() < until
}

// goOn shows what was carried to whom it belongs, who has just signed in.
func (h Handler) goOn(w http.ResponseWriter, r *http.Request, account auth.Account, v doorView) error {
	c, ok := h.open(v.Carried)
	words := ""
	switch {
	case !ok:
		words = "隔得太久了，刚才那一步没有办，请再填一次。"
	case c.County != account.Actor.County || c.User != account.Actor.UserID:
		words, v.Next = "刚才那张表是另一个账号填的，没有办，填的内容也没有给您看。", "/"
	case account.MustChangePassword:
		words = "刚才那一步没有办，请改好密码再填一次。"
	}
	if words != "" {
		page.Flash(w, ui.NoteWarn, words)
		http.Redirect(w, r, v.Next, http.StatusSeeOther)
		return nil
	}
	f := page.FrameOf(r)
	f.Title, f.Org, f.Demo, f.Note = "刚才那一步还没有办", account.Office, account.Demo, page.Note{}
	return page.Render(w, r, http.StatusOK, carriedPage(f, c, h.claim(account.Actor)))
}

// words are the texts among what was typed, by which somebody knows it again.
func (c carried) words() (words []string) {
	const most, longest = 6, 200
	for _, name := range slices.Sorted(maps.Keys(c.Fields)) {
		for _, value := range c.Fields[name] {
			if len(words) < most && strings.ContainsFunc(value, func(c rune) bool { return unicode.Is(unicode.Han, c) }) {
				if utf8.RuneCountInString(value) > longest {
					value = string([]rune(value)[:longest]) + "…"
				}
				words = append(words, value)
			}
		}
	}
	return words
}
