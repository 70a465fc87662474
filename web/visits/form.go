package visits

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"lianluo/internal/calendar"
	"lianluo/internal/casefile"
	"lianluo/internal/errs"
)

// form is the visit as it was typed: read leniently, judged by casefile.
type form struct {
	key        uuid.UUID
	keyless    bool // it came without a key, and has a new one
	done       bool // it was not kept as a draft: it is registered already
	station    int64
	at         string // the date and time that the form came with; untouched, they mean now
	date, time string
	place      string

	name, phone, village, persons, way string
	deputies                           []int64
	dutyOf                             string  // for when, where and which way suggested was ticked
	suggested                          []int64 // deputies that the page ticked by itself
	matters                            []matter

	replyBy, noticeGiven     string
	notice                   string // the version of the 告知书 that was shown
	confidential, mayPublish bool
	reception                string // the reception day that was chosen; "": the place and the hours say it
	late                     bool   // from a filled paper form
	old                      bool   // years old, and the date is right
	purpose, note            string // of a visit without a matter
	appointment              int64  // the request for an appointment that it came of; 0: none
}

// matter is one thing that was said, as it was typed. returnTo is the same person's open case
// that it is about, sameAs the case that a new matter says the same as.
type matter struct {
	returnTo, sameAs, words, category, nature, outcome, answer string
	photos                                                     []uuid.UUID // that wait with the draft
}

func (m matter) empty() bool {
	return strings.TrimSpace(m.words+m.answer) == "" && m.category == "" && m.returnTo == "" && m.sameAs == "" && len(m.photos) == 0
}

// auto is the way of replying that the rest of the form decides.
const auto = "auto"

// fresh is an empty form at that time.
func fresh(now time.Time, station int64) form {
	now = now.In(calendar.Shanghai)
	f := form{key: uuid.New(), station: station, date: now.Format(time.DateOnly), time: now.Format("15:04"),
		place: strconv.FormatInt(station, 10), persons: "1", way: casefile.Ways[0].Value, replyBy: auto,
		noticeGiven: casefile.Notices[0].Value, matters: []matter{newMatter()}}
	f.at = f.date + " " + f.time
	return f
}

func newMatter() matter { return matter{nature: casefile.Natures[0].Value, outcome: "later"} }

// read takes the form from a request.
func read(values url.Values) form {
	get := func(name string) string { return strings.TrimSpace(values.Get(name)) }
	f := form{at: get("at"), date: get("date"), time: get("time"), place: get("place_id"),
		name: get("name"), phone: get("phone"), village: get("village"), persons: get("persons"), way: get("way"),
		replyBy: get("reply_by"), noticeGiven: get("notice_given"), notice: get("notice_version"),
		confidential: get("confidential") != "", mayPublish: get("may_publish") != "",
		late: get("late") != "" || get("old") != "", old: get("old") != "", reception: get("reception"), purpose: get("purpose"), note: text(get("note"))}
	f.key, _ = uuid.Parse(get("key")) // a bad one is no key, which casefile says
	f.station, _ = strconv.ParseInt(get("station_id"), 10, 64)
	f.appointment, _ = strconv.ParseInt(get("appointment"), 10, 64)
	f.deputies, f.suggested, f.dutyOf = ids(values["deputies"]), ids(values["suggested"]), get("duty_of")
	count, _ := strconv.Atoi(get("matters"))
	for i := range min(max(count, 1), casefile.MostMatters) {
		n, m := "-"+strconv.Itoa(i+1), newMatter()
		m.returnTo, m.sameAs = strings.ToUpper(get("return"+n)), strings.ToUpper(get("named"+n))
		m.words, m.category, m.answer = text(get("words"+n)), get("category"+n), text(get("answer"+n))
		if nature := get("nature" + n); nature != "" {
			m.nature = nature
		}
		if outcome := get("outcome" + n); outcome != "" {
			m.outcome = outcome
		}
		for _, value := range values["photo"+n] {
			if key, err := uuid.Parse(value); err == nil && !slices.Contains(m.photos, key) {
				m.photos = append(m.photos, key)
			}
		}
		f.matters = append(f.matters, m)
	}
	if f.replyBy == "" {
		f.replyBy = auto
	}
	return f
}

func ids(values []string) (ids []int64) {
	for _, value := range values {
		if id, err := strconv.ParseInt(value, 10, 64); err == nil {
			ids = append(ids, id)
		}
	}
	return ids
}

// text has the line breaks of a text and not those of a form.
func text(typed string) string { return strings.ReplaceAll(typed, "\r\n", "\n") }

// look is the step that only looks for what is alike.
const look = "look"

// change adds or drops a matter where that button was pressed, and says where the work
// goes on.
func (f *form) change(values url.Values) (focus string, changed bool) {
	if values.Get("add") != "" {
		if len(f.matters) < casefile.MostMatters {
			f.matters = append(f.matters, newMatter())
		}
		return "words-" + strconv.Itoa(len(f.matters)), true
	}
	if values.Get("look") != "" {
		return look, true
	}
	if values.Get("seat") != "" {
		return "deputies", true
	}
	if values.Get("same") != "" || values.Get("join") != "" || values.Get("other") != "" {
		return f.turn(values), true
	}
	if values.Get("unpick") != "" {
		return f.unpick(values.Get("unpick")), true
	}
	if values.Get("drop") == "" {
		return "", false
	}
	n, _ := strconv.Atoi(values.Get("drop"))
	if n >= 1 && n <= len(f.matters) && len(f.matters) > 1 {
		f.matters = slices.Delete(f.matters, n-1, n)
	}
	return "words-" + strconv.Itoa(min(max(n, 1), len(f.matters))), true
}

// unsaid reports whether nothing is written that would be lost: somebody only looks.
func (f form) unsaid() bool {
	return f.note == "" && f.purpose == "" && !slices.ContainsFunc(f.matters, func(m matter) bool { return !m.empty() })
}

// unpick takes a photograph away from its matter.
func (f *form) unpick(value string) (focus string) {
	which, key, _ := strings.Cut(value, ":")
	n := min(max(number(which), 1), len(f.matters))
	m := &f.matters[n-1]
	m.photos = slices.DeleteFunc(m.photos, func(photo uuid.UUID) bool { return photo.String() == key })
	return photoField(n)
}

// turn makes a matter one about an earlier case, a new one that says the same as that one, or
// a new one again. What a person brought before is offered for no matter in particular: it is
// the last, or one more where that is about an earlier case already.
func (f *form) turn(values url.Values) (focus string) {
	which, number, _ := strings.Cut(values.Get("same")+values.Get("join"), ":")
	if which == "" {
		which = values.Get("other")
	}
	n, _ := strconv.Atoi(which)
	if n < 1 || n > len(f.matters) {
		if n = len(f.matters); f.matters[n-1].returnTo+f.matters[n-1].sameAs != "" && n < casefile.MostMatters {
			f.matters, n = append(f.matters, newMatter()), n+1
		}
	}
	m := &f.matters[n-1]
	if m.returnTo, m.sameAs = number, ""; values.Get("join") != "" {
		m.returnTo, m.sameAs = "", number
	}
	return "words-" + strconv.Itoa(n)
}

// dropEmpty drops matters in which nothing was written, but for one where the visit needs one.
func (f *form) dropEmpty() {
	f.matters = slices.DeleteFunc(f.matters, func(m matter) bool {
		if f.purpose != "" && m.words == "" {
			m.category = "" // alone it says nothing
		}
		return m.empty()
	})
	if len(f.matters) == 0 && f.purpose == "" {
		f.matters = []matter{newMatter()}
	}
}

// visit is the form as casefile registers it, with what only the form can find wrong.
func (f form) visit(now time.Time) (casefile.Visit, errs.Invalid) {
	wrong := errs.Invalid{}
	v := casefile.Visit{Key: f.key, StationID: f.station, ReceivedAt: f.receivedAt(now, wrong), Way: f.way,
		Name: f.name, Village: f.village, Phone: f.phone, Confidential: f.confidential, MayPublish: f.mayPublish,
		ReplyBy: f.reply(), NoticeGiven: f.noticeGiven, Notice: f.notice, Deputies: slices.Clone(f.deputies),
		Late: f.late, Old: f.old, Purpose: f.purpose, Note: f.note, Appointment: f.appointment, Typed: f.typed()}
	v.PlaceID, _ = strconv.ParseInt(f.place, 10, 64) // 0 is no place, no number of persons, which casefile says
	v.Persons, _ = strconv.Atoi(f.persons)
	v.Reception, _ = strconv.ParseInt(f.reception, 10, 64) // what is no day is the rule's
	if f.name == "" {
		wrong["name"] = "请填姓名，不愿留名的请写“匿名”。"
	}
	if f.keyless {
		wrong[""] = "这张表打开得不完整，现在补好了，请核对后再按一次“登记”。"
	}
	if f.confidential && f.mayPublish {
		wrong["may_publish"] = "要求保密的不公开：“要求保密”和“同意公开”只能选一项，请问来访人选哪一项。"
	}
	for i, m := range f.matters {
		if f.purpose != "" && len(m.photos) > 0 && m.words == "" {
			wrong[photoField(i+1)] = "没有要反映的事，照片没有地方放。请移除照片，或者写下反映了什么。"
		}
		if m.returnTo != "" {
			v.Matters = append(v.Matters, casefile.Matter{ReturnTo: m.returnTo, Words: m.words})
			continue
		}
		category, _ := strconv.ParseInt(m.category, 10, 64)
		v.Matters = append(v.Matters, casefile.Matter{SameAs: m.sameAs, Words: m.words, CategoryID: category, Nature: m.nature,
			AnswerNow: m.outcome == "now", Answer: m.answer})
		if m.outcome != "now" && m.answer != "" {
			wrong["answer-"+strconv.Itoa(i+1)] = "写了当场答复，请在“当场处理”里选“当场答复”；还要接着办的，请把这一栏清空。"
		}
	}
	return v, wrong
}

// reply resolves auto: by phone where there is one, else in person, else not at all.
func (f form) reply() string {
	switch {
	case f.replyBy != auto:
		return f.replyBy
	case f.purpose != "":
		return "none"
	case f.phone != "":
		return "phone"
	case f.name != "" && f.name != "匿名":
		return "person"
	}
	return "none"
}

// untouched reports whether the time is the one that the form came with, which means now.
func (f form) untouched() bool { return f.date+" "+f.time == f.at && !f.late }

// receivedAt is when they came: now, unless the clerk wrote another time. A form may lie
// open for hours before the next visitor comes.
func (f form) receivedAt(now time.Time, wrong errs.Invalid) time.Time {
	if f.untouched() {
		return now
	}
	clock, err := calendar.ParseClock(f.time)
	if err != nil {
		wrong["time"] = err.Error()
	}
	at, err := time.ParseInLocation("2006-01-02 15:04", f.date+" "+cmp.Or(clock, "00:00"), calendar.Shanghai)
	if err != nil {
		wrong["date"] = "请填来访的日期（补录的照纸上写的填），例如 2026-09-14。"
	}
	return at
}

// encode is the form as read takes it.
func (f form) encode() string { return f.values().Encode() }

// typed is what somebody typed and chose, so that the same page sent twice says the same: without
// what the page says by itself, and the photographs, which come in one press and are named in
// the next.
func (f form) typed() string {
	values := f.values()
	for name := range values {
		if strings.HasPrefix(name, "photo-") || name == "duty_of" || name == "suggested" {
			delete(values, name)
		}
	}
	if f.untouched() {
		values.Del("date")
		values.Del("time")
		values.Del("at")
	}
	slices.Sort(values["deputies"])
	return values.Encode()
}

func (f form) values() url.Values {
	values := url.Values{"key": {f.key.String()}, "station_id": {strconv.FormatInt(f.station, 10)}, "at": {f.at}, "date": {f.date},
		"time": {f.time}, "place_id": {f.place}, "reception": {f.reception}, "name": {f.name}, "phone": {f.phone}, "village": {f.village}, "persons": {f.persons},
		"way": {f.way}, "reply_by": {f.replyBy}, "notice_given": {f.noticeGiven}, "notice_version": {f.notice},
		"purpose": {f.purpose}, "note": {f.note}, "matters": {strconv.Itoa(len(f.matters))}, "appointment": {strconv.FormatInt(f.appointment, 10)}}
	for name, on := range map[string]bool{"confidential": f.confidential, "may_publish": f.mayPublish, "late": f.late, "old": f.old} {
		if on {
			values.Set(name, "1")
		}
	}
	for _, id := range f.deputies {
		values.Add("deputies", strconv.FormatInt(id, 10))
	}
	values.Set("duty_of", f.dutyOf)
	for _, id := range f.suggested {
		values.Add("suggested", strconv.FormatInt(id, 10))
	}
	for i, m := range f.matters {
		n := "-" + strconv.Itoa(i+1)
		for name, value := range map[string]string{"return": m.returnTo, "named": m.sameAs, "words": m.words, "category": m.category,
			"nature": m.nature, "outcome": m.outcome, "answer": m.answer} {
			values.Set(name+n, value)
		}
		for _, key := range m.photos {
			values.Add("photo"+n, key.String())
		}
	}
	return values
}
