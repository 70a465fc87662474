package appointments_test

import (
	"context"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"lianluo/internal/calendar"
	"lianluo/internal/postgres/pgtest"
	"lianluo/internal/reception"
	"lianluo/internal/tenant"
	"lianluo/web/webtest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

const at = "/s/140423101205/appointments"

// site is the whole site, where a message waits so many minutes.
func site(t *testing.T, minutes int) *webtest.Site {
	t.Helper()
	s := webtest.New(t)
	hold(t, s, minutes)
	return s
}

func hold(t *testing.T, s *webtest.Site, minutes int) {
	t.Helper()
	if _, err := s.PG.Super.Exec(t.Context(), `update county_settings set undo_minutes = $1`, minutes); err != nil {
		t.Fatal(err)
	}
}

// letter waits for the n-th message that went to 申国强.
func letter(t *testing.T, s *webtest.Site, n int) string {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		to := slices.DeleteFunc(s.Letters(), func(l string) bool { return !strings.Contains(l, "短信 13800000017：【襄垣县") })
		if len(to) >= n {
			return to[n-1]
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d messages: %q", len(to), s.Letters())
		}
	}
}

// until opens a page again until it says words.
func until(t *testing.T, c *webtest.Client, path, words string) *webtest.Page {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		p := c.Get(path)
		if strings.Contains(p.Body, words) {
			return p
		}
		if time.Now().After(deadline) {
			return p.MustSay(words)
		}
	}
}

func says(t *testing.T, text string, words ...string) {
	t.Helper()
	for _, word := range words {
		if !strings.Contains(text, word) {
			t.Errorf("%q does not say %q", text, word)
		}
	}
}

// day adds a day at 王桥镇 with two deputies.
func day(t *testing.T, s *webtest.Site, date string) {
	t.Helper()
	on, err := calendar.ParseDate(date)
	if err == nil {
		err = s.Update(func(ctx context.Context, tx *tenant.Tx) error {
			_, err := reception.Add(ctx, tx, s.Head, uuid.New(), reception.DayInput{Date: &on, Deputies: s.Deputies[:2],
				Facts: reception.Facts{StationID: s.Station, PlaceID: s.Station, Kind: "appointment", Starts: "09:00", Ends: "11:30", Seats: 2}})
			return err
		})
	}
	if err != nil {
		t.Fatal(err)
	}
}

// fill is the citizen's form, filled.
func fill(c *webtest.Client, name, phone, topic string) *webtest.Form {
	return c.Get(at).MustStatus(http.StatusOK).Form("main form").Set("name", name).Set("phone", phone).Set("topic", topic)
}

// asked is a request that a citizen has made, and its code.
func asked(c *webtest.Client, name, phone, topic string) (code string) {
	p := fill(c, name, phone, topic).Submit().MustStatus(http.StatusOK).MustSay("申请已经送到")
	return webtest.Codes(p.Text("main"))[0]
}

func lookup(c *webtest.Client, code, digits string) *webtest.Page {
	return c.Get("/q").Form("main form").Set("code", code).Set("digits", digits).Submit()
}
