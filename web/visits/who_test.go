package visits_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/uuid"

	"lianluo/internal/auth"
	"lianluo/internal/tenant"
	"lianluo/web/webtest"
)

// TestTrips: the form and the receipt are each one trip behind the session's.
func TestTrips(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	clerk := s.As(s.Clerk)
	key := uuid.New()
	visit := s.Visit("路灯坏了。")
	visit.Key = key
	if _, err := s.RegisterVisit(s.Clerk, visit); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/visits/new", "/visits/new?after=" + key.String(), "/visits/saved?key=" + key.String()} {
		if p := clerk.Get(path).MustStatus(http.StatusOK); p.Count.Trips > 2 || len(p.Count.Own()) > 11 {
			t.Errorf("%s: %d trips, %q", path, p.Count.Trips, p.Count.Own())
		}
	}
}

func TestCountyHandler(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	body := s.get(s.Handler, "/visits/new", http.StatusOK)
	contains(t, body, "替哪个联络站登记", `<option value="夏店镇人大代表联络站">`, `method="get"`)
	contains(t, s.get(s.Handler, "/visits/new?station=x", http.StatusOK), "请从名单里选一个联络站")
	path := "/visits/new?station=" + url.QueryEscape("夏店镇人大代表联络站")
	body = s.get(s.Handler, path, http.StatusOK)
	if strings.Contains(body, "当场答复") {
		t.Error("the county's office answers on the spot")
	}
	form := set(fill(body), "name", "匿名", "words-1", "路灯坏了。", "category-1", strconv.FormatInt(s.Category, 10), "again", "1")
	bad := s.post(s.Handler, set(fill(body), "name", "x"), http.StatusUnprocessableEntity).Body.String()
	contains(t, bad, "夏店镇人大代表联络站", "换一个联络站")
	to := s.post(s.Handler, form, http.StatusSeeOther).Header().Get("Location")
	contains(t, s.get(s.Handler, to, http.StatusOK), "夏店镇人大代表联络站", "已登记 1 件事")
	contains(t, s.get(s.Handler, "/visits/saved?key="+form.Get("key"), http.StatusOK), "已登记 1 件事", "登记下一位")
	s.post(s.Handler, set(form, "key", uuid.NewString(), "station_id", "999"), http.StatusNotFound)
	// A clerk's own station is not for the form to say.
	clerks := set(s.form(), "station_id", strconv.FormatInt(s.OtherStation, 10))
	s.post(s.Clerk, clerks, http.StatusSeeOther)
	s.get(s.OtherClerk, "/visits/saved?key="+clerks.Get("key"), http.StatusForbidden)
}

func TestWhoMay(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	form := s.form()
	s.post(s.Clerk, form, http.StatusSeeOther)
	saved := "/visits/saved?key=" + form.Get("key")
	may := []string{"Clerk", "Clerk2", "Head", "OtherClerk", "Handler", "Handler2"}
	for name, by := range s.Actors() {
		status := http.StatusForbidden
		if slices.Contains(may, name) {
			status = http.StatusOK
		}
		s.get(by, "/visits/new", status)
		if status == http.StatusForbidden {
			s.get(by, saved, status)
			s.post(by, form, status)
		}
	}
	for _, by := range []auth.Actor{s.Clerk, s.Clerk2, s.Head, s.Handler} {
		s.get(by, saved, http.StatusOK)
	}
	s.get(s.OtherClerk, saved, http.StatusForbidden)
	s.get(s.Neighbour.Clerk, saved, http.StatusNotFound)
	s.get(s.Clerk, "/visits/saved?key="+uuid.NewString(), http.StatusNotFound)
	s.get(s.Clerk, "/visits/saved?key=1", http.StatusNotFound)
	for _, path := range []string{"/visits/new", saved} {
		if to := s.as(auth.Actor{}, httptest.NewRequest("GET", path, nil), http.StatusSeeOther).Header().Get("Location"); !strings.HasPrefix(to, "/login?next=") {
			t.Errorf("a stranger is led to %s", to)
		}
	}
	s.post(auth.Actor{}, form, http.StatusSeeOther)
	// Another county's clerk with the same form: nothing of ours is there.
	s.post(s.Neighbour.Clerk, set(form, "key", uuid.NewString()), http.StatusUnprocessableEntity)
	if n := len(s.stored()); n != 1 {
		t.Errorf("%d visits", n)
	}
}

func TestConfidential(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	form := set(s.form(), "confidential", "1")
	s.post(s.Clerk, form, http.StatusSeeOther)
	saved := "/visits/saved?key=" + form.Get("key")
	s.get(s.Clerk, saved, http.StatusOK)
	s.get(s.Head, saved, http.StatusOK)
	s.get(s.Clerk2, saved, http.StatusForbidden)
	s.get(s.Handler, saved, http.StatusForbidden)
}

func TestClosedStation(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	form := s.form()
	err := s.Update(func(ctx context.Context, tx *tenant.Tx) error {
		_, err := tx.Exec(ctx, `update stations set state = 'suspended' where county_id = @county`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	contains(t, s.get(s.Clerk, "/visits/new", http.StatusConflict), "这个联络站现在没有开放")
	s.post(s.Clerk, form, http.StatusConflict)
}
