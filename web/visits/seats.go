package visits

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/casefile"
	"lianluo/internal/deputy"
	"lianluo/internal/tenant"
)

// atTheRoom reports whether the deputies on duty in the room are those who receive: whoever
// calls on a household, or brings a letter along, is named.
func (f form) atTheRoom() bool { return f.way == "visit" || f.way == "call" }

// duty is what the deputies that are ticked by themselves depend on.
func (f form) duty() string {
	if f.atTheRoom() {
		return f.date + " " + f.place
	}
	return f.way
}

// day is the day of the form; none where the paper's is not entered yet.
func (f form) day() calendar.Date {
	day, err := calendar.ParseDate(f.date)
	if err != nil || day.Year() < casefile.Earliest {
		return calendar.NewDate(casefile.Earliest, 1, 1) // there was no duty yet
	}
	return day
}

func (f form) placeID() int64 {
	id, _ := strconv.ParseInt(f.place, 10, 64)
	return id
}

// today moves a form that lay open, or was kept, until another day to this one, which its
// visit is registered with.
func (f *form) today(now time.Time) {
	if now = now.In(calendar.Shanghai); f.untouched() && f.date != now.Format(time.DateOnly) {
		f.date, f.time = now.Format(time.DateOnly), now.Format("15:04")
		f.at = f.date + " " + f.time
	}
}

// seat ticks who is on duty, instead of those who were ticked by themselves before; whom the
// clerk chose stays. On paper it stands who received.
func (f *form) seat(all []deputy.Choice) {
	f.deputies = slices.DeleteFunc(f.deputies, func(id int64) bool { return slices.Contains(f.suggested, id) })
	f.suggested, f.dutyOf = nil, f.duty()
	for _, d := range all {
		if d.OnDuty && f.atTheRoom() && !f.late && !slices.Contains(f.deputies, d.ID) {
			f.suggested, f.deputies = append(f.suggested, d.ID), append(f.deputies, d.ID)
		}
	}
}

// reseat is seat for a form whose day, place or way was changed: moved. It reports whether that
// made others of the deputies who were sent.
func (h Handler) reseat(r *http.Request, by auth.Actor, f *form) (all []deputy.Choice, moved, others bool, err error) {
	if f.dutyOf == "" || f.dutyOf == f.duty() {
		return nil, false, false, nil
	}
	var found *[]deputy.Choice
	err = h.DB.View(r.Context(), by.County, func(v *tenant.View) { found = deputy.OfStation(v, f.station, f.placeID(), f.day()) })
	if err != nil {
		return nil, false, false, err
	}
	before := slices.Sorted(slices.Values(f.deputies))
	f.seat(*found)
	return *found, true, !slices.Equal(before, slices.Sorted(slices.Values(f.deputies))), nil
}
