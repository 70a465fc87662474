package notices_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"

	"lianluo/internal/casefile/casetest"
	"lianluo/internal/postgres/pgtest"
	"lianluo/web/notices"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// TestLimit: who asks without end is told to come back; others are not kept out by it.
func TestLimit(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	r := chi.NewRouter()
	notices.Handler{DB: w.DB}.Routes(r)
	get := func(from, path string) *httptest.ResponseRecorder {
		request := httptest.NewRequest("GET", path, nil)
		request.RemoteAddr = from
		answer := httptest.NewRecorder()
		r.ServeHTTP(answer, request)
		return answer
	}
	const ours, theirs, path = "192.0.2.1:5000", "192.0.2.2:5000", "/c/140423/privacy"
	for i := range 60 {
		if got := get(ours, []string{path, "/c/140499/privacy"}[i%2]).Code; got != []int{http.StatusOK, http.StatusNotFound}[i%2] {
			t.Fatalf("the %d-th: %d", i+1, got)
		}
	}
	if got := get(ours, path); got.Code != http.StatusTooManyRequests || !strings.Contains(got.Body.String(), "看的次数太多了") {
		t.Errorf("%d: %s", got.Code, got.Body)
	}
	if got := get(theirs, path).Code; got != http.StatusOK {
		t.Errorf("somebody else gets %d", got)
	}
	w.Set("2026-09-14 09:01")
	if got := get(ours, path).Code; got != http.StatusOK {
		t.Errorf("a minute later: %d", got)
	}
}
