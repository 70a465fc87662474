package visits

import (
	"encoding/hex"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"lianluo/internal/auth"
	"lianluo/internal/casefile"
	"lianluo/internal/private"
	"lianluo/internal/tenant"
	"lianluo/web/limit"
)

// searches look for what is there already while a form is being filled: one at a time for
// each person, no more often than somebody types, and not for one telephone number after the other.
type searches struct {
	db      *tenant.DB
	keys    private.Keys
	often   *limit.Limiter // of a person
	numbers *limit.Limiter // that a person looks for
	again   *limit.Limiter // the same number of the same form counts once an hour
	running sync.Map       // persons
}

func newSearches(db *tenant.DB, keys private.Keys) *searches {
	return &searches{db: db, keys: keys, often: limit.New(40, 2*time.Second, 20_000, db.Now),
		numbers: limit.New(30, 2*time.Minute, 20_000, db.Now), again: limit.New(1, time.Hour, 20_000, db.Now)}
}

func anything(string) bool   { return true }
func noneOfThem(string) bool { return false }

// typing is which fields office.js says were typed into since it last kept the form; nil: it says nothing.
func typing(values url.Values) func(field string) bool {
	if !values.Has("typing") {
		return nil
	}
	names := strings.Fields(values.Get("typing"))
	return func(field string) bool { return slices.Contains(names, field) }
}

// alike looks for what the form might be about, in those of its fields that are asked for
// (nil: in all), and says in which it did. That another station's cases were found by a
// number is recorded.
func (s *searches) alike(r *http.Request, by auth.Actor, f form, asked func(field string) bool) (casefile.Alikes, func(field string) bool, error) {
	if asked == nil {
		asked = anything
	}
	texts, some := make([]string, len(f.matters)), false
	for i, m := range f.matters {
		if m.returnTo+m.sameAs == "" && asked("words-"+strconv.Itoa(i+1)) {
			texts[i], some = m.words, true
		}
	}
	phone, who := "", strconv.Itoa(int(by.County))+" "+strconv.FormatInt(by.UserID, 10)
	if asked("phone") {
		phone, some = f.phone, true
	}
	if !some || !s.often.Allow(who) {
		return casefile.Alikes{}, noneOfThem, nil
	}
	if _, busy := s.running.LoadOrStore(who, true); busy {
		return casefile.Alikes{}, noneOfThem, nil
	}
	defer s.running.Delete(who)
	if number, err := private.NormalizePhone(phone); err == nil && number != "" &&
		s.again.Allow(who+hex.EncodeToString(s.keys.Blind(int32(by.County), "phone", number))) && !s.numbers.Allow(who) {
		phone = ""
	}
	found, err := casefile.SearchAlike(r.Context(), s.db, s.keys, by, phone, texts)
	if n := found.Elsewhere(); err == nil && n > 0 {
		err = s.db.Update(r.Context(), by.County, func(tx *tenant.Tx) error {
			return casefile.RecordAlike(r.Context(), tx, s.keys, by, f.key, phone, n)
		})
	}
	return found, asked, err
}
