package page

import (
	"context"
	"net/http"
	"net/url"
	"strings"
)

// Name is the product as every page of the staff calls it.
const Name = "人大代表联络站工作平台"

// Frame is what the layouts show around a page. The middleware that knows the session or
// the county puts the common part into the request (WithFrame); a handler takes it with
// FrameOf and adds its own.
type Frame struct {
	Title     string // of the page; the layout adds the site's name
	Error     bool   // a form is shown again: the title starts with 错误：
	Landscape bool   // a wide list: prints sideways
	Print     bool   // a print preview: the print sheet applies on the screen too

	Org  string // whose installation it is: 襄垣县人大常委会
	Demo bool   // everything is made up, and every page says so

	// Staff. A frame with Who is a signed-in one.
	Who        string // name · place; links to /account
	Role       string // with SwitchRole: the role that is active, by name
	SwitchRole string // where it is switched; "" where there is only one
	Find       string // where the search at the top leads; "" for none
	Menu       []MenuItem
	SessionFor int // seconds until the session ends; 0 where nobody says

	// Citizens.
	Site    string // at the top: 古韩镇人大代表联络站
	Home    string // where it leads; "" is no link
	Phone   string // the number to call instead
	Privacy string // where 个人信息怎么用 leads

	// Read from the request by FrameOf.
	Text  string // "large" or ""
	Theme string // "dark", "auto" or ""; citizens' pages are always light
	Note  Note   // the flash
	Here  string // the path, by which the menu marks its current entry
	back  string // where 大字版 comes back to
	claim string // for which account the page is shown: see WithClaim
}

// MenuItem is one entry of the side menu. Entries of a group stand together.
type MenuItem struct {
	URL, Name string
	Count     int // not shown when 0
	Late      bool
	Group     string
	Current   bool // set where the path (Frame.Here) does not tell
}

func (f Frame) signedIn() bool { return f.Who != "" }

// fullTitle is the title of the window: it tells first that something is wrong, then
// what the page is, then where.
func (f Frame) fullTitle(site string) string {
	title := f.Title + " - " + site
	if f.Error {
		return "错误：" + title
	}
	return title
}

// site is the name at a citizen's top.
func (f Frame) site() string {
	if f.Site == "" {
		return "人大代表联络站"
	}
	return f.Site
}

type frameKey struct{}

// WithFrame returns r carrying f as the common part of every frame.
func WithFrame(r *http.Request, f Frame) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), frameKey{}, &f))
}

type claimKey struct{}

// WithClaim returns r carrying what a page says of the account for which it is shown. office.js
// sends it with the page's forms, so that one whose session has ended finds its account again.
func WithClaim(r *http.Request, claim string) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), claimKey{}, claim))
}

// FrameOf returns the common part that the request carries, with what its cookies and
// its path say.
func FrameOf(r *http.Request) Frame {
	var f Frame
	if common, ok := r.Context().Value(frameKey{}).(*Frame); ok {
		f = *common
	}
	if c, err := r.Cookie("text"); err == nil && c.Value == "large" {
		f.Text = "large"
	}
	if c, err := r.Cookie("theme"); err == nil && (c.Value == "dark" || c.Value == "auto") {
		f.Theme = c.Value
	}
	f.Note = readFlash(r)
	f.Here = r.URL.Path
	f.back = Here(r)
	f.claim, _ = r.Context().Value(claimKey{}).(string)
	return f
}

// Here is an address that shows this page again: of the answer to a form it is the page
// that the form was on.
func Here(r *http.Request) string {
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return LocalPath(r.URL.RequestURI(), "/")
	}
	if from, err := url.Parse(r.Referer()); err == nil && from.Host == r.Host {
		return LocalPath(from.RequestURI(), "/")
	}
	return "/"
}

// LocalPath returns target where it is a path of this site, and otherwise instead. It is
// for every address that a request proposes to be sent on to: next, back.
func LocalPath(target, otherwise string) string {
	if len(target) == 0 || len(target) > 2000 || target[0] != '/' || strings.HasPrefix(target, "//") ||
		strings.ContainsFunc(target, func(c rune) bool { return c < ' ' || c == '\\' || c == 0x7f }) {
		return otherwise
	}
	u, err := url.Parse(target)
	if err != nil || u.Host != "" || u.Scheme != "" || strings.HasPrefix(u.Path, "//") {
		return otherwise
	}
	return target
}

// citizenPath reports whether path is a citizen's: a rating link, the look-up, a
// station, a county.
func citizenPath(path string) bool {
	for _, root := range [...]string{"/r", "/q", "/s", "/c"} {
		if rest, found := strings.CutPrefix(path, root); found && (rest == "" || rest[0] == '/') {
			return true
		}
	}
	return false
}

// current is the index of the menu entry that the page belongs to, or -1: the one that
// says so, else the one whose path is the longest beginning of the page's.
func (f Frame) current() int {
	found, longest := -1, 0
	for i, item := range f.Menu {
		if item.Current {
			return i
		}
		path, _, _ := strings.Cut(item.URL, "?")
		rest, begins := strings.CutPrefix(f.Here, path)
		if begins && (rest == "" || rest[0] == '/' && path != "/") && len(path) > longest {
			found, longest = i, len(path)
		}
	}
	return found
}
