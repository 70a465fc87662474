package page

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"slices"

	"github.com/a-h/templ"

	"lianluo/internal/errs"
	"lianluo/web/ui"
)

// errMethod is a kind that only the router meets.
var errMethod = errors.New("method not allowed")

// NotFound and MethodNotAllowed are for the router: an address that it does not know.
var (
	NotFound         = Handle(func(http.ResponseWriter, *http.Request) error { return errs.NotFound })
	MethodNotAllowed = Handle(func(http.ResponseWriter, *http.Request) error { return errMethod })
)

// failure is how one kind of error is shown.
type failure struct {
	status  int
	title   string
	message string   // unless the error brings its own words
	citizen string   // the same for a citizen, where it differs
	details []string // 422: one for each field
	log     string   // the reference by which the log is found
}

// kinds is the table: kind → status and plain words.
var kinds = []struct {
	kind error
	failure
}{
	{errs.Forbidden, failure{status: http.StatusForbidden, title: "没有这项权限",
		message: "您现在的身份不能看这一页，也不能办这件事。需要的话，请联系管理员。",
		citizen: "请扫联络站的二维码，或者点短信里的链接，重新打开。"}},
	{errs.NotFound, failure{status: http.StatusNotFound, title: "没有找到",
		message: "地址可能不完整，或者内容已经不在这里了。",
		citizen: "链接可能不完整。请再点一次短信里的链接，或者用查询码查。"}},
	{errs.Conflict, failure{status: http.StatusConflict, title: "情况已经变了",
		message: "刚才有人先办了这件事，或者它已经到了下一步。请返回看看现在的情况。"}},
	{errs.TooMany, failure{status: http.StatusTooManyRequests, title: "请过一会儿再试",
		message: "试的次数太多了，请过几分钟再试。"}},
	{errMethod, failure{status: http.StatusMethodNotAllowed, title: "这一页不能直接打开",
		message: "请返回原来的页面，再按一次按钮。"}},
}

// Error answers with what err means, in plain words and in the layout that fits. It is
// the only place that chooses a status. What it does not know is logged whole, under a
// short reference, and shown as nothing but that reference.
func Error(w http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(err, context.Canceled) && r.Context().Err() != nil {
		w.WriteHeader(499) // the reader has left; the number is nginx's, for the log
		return
	}
	if errors.Is(err, errs.SignIn) {
		signIn(w, r, err)
		return
	}
	f := failureOf(err)
	if f.status == http.StatusInternalServerError {
		f.log = reference()
		slog.ErrorContext(r.Context(), "request failed", "ref", f.log, "method", r.Method, "route", route(r), "err", err)
	}
	w.Header().Del("Cache-Control") // the handler may have allowed to keep the page that failed
	frame := FrameOf(r)
	frame.Title = f.title
	if err := Render(w, r, f.status, errorLayout(r, frame, f)); err != nil {
		slog.ErrorContext(r.Context(), "error page failed", "ref", f.log, "route", route(r), "err", err)
		http.Error(w, f.title, f.status)
	}
}

func failureOf(err error) failure {
	for _, k := range kinds {
		if errors.Is(err, k.kind) {
			f := k.failure
			f.message = errs.Message(err, f.message)
			f.citizen = errs.Message(err, f.citizen)
			return f
		}
	}
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return failure{status: http.StatusRequestEntityTooLarge, title: "内容太大",
			message: "文字或文件超过了上限，请减少一些再试。"}
	}
	if invalid, ok := errors.AsType[errs.Invalid](err); ok {
		f := failure{status: http.StatusUnprocessableEntity, title: "有几处要改", message: "请返回原来的页面，改好再交。"}
		for _, field := range slices.Sorted(maps.Keys(invalid)) {
			f.details = append(f.details, invalid[field])
		}
		return f
	}
	return failure{status: http.StatusInternalServerError, title: "没有办成，请再试一次",
		message: "我们这边出了问题，已经记下来了。"}
}

// signIn leads to the login and back to the page, or to the page that the form was on, of which
// it says that nothing was done.
func signIn(w http.ResponseWriter, r *http.Request, err error) {
	words := errs.Message(err, "")
	if words == "" && r.Method == http.MethodPost {
		words = "登录已经到期，刚才那一步没有办。请重新登录，再填一次。"
	}
	if words != "" {
		Flash(w, ui.NoteWarn, words)
	}
	w.Header().Set("Cache-Control", "no-store")
	to := "/login"
	if next := Here(r); next != "/" {
		to += "?next=" + url.QueryEscape(next)
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
}

func errorLayout(r *http.Request, frame Frame, f failure) templ.Component {
	switch {
	case citizenPath(r.URL.Path):
		if f.citizen != "" {
			f.message = f.citizen
		}
		return citizenError(frame, f)
	case frame.signedIn():
		return officeError(frame, f)
	}
	return doorError(frame, f)
}

// reference is six letters and digits without look-alikes, to be read out on the phone.
func reference() string {
	const letters = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
	var raw [6]byte
	rand.Read(raw[:]) // does not fail
	for i := range raw {
		raw[i] = letters[int(raw[i])%len(letters)]
	}
	return string(raw[:])
}
