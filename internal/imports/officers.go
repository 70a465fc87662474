package imports

import (
	"errors"
	"slices"
	"strings"

	"lianluo/internal/calendar"
	"lianluo/internal/errs"
	"lianluo/internal/sheet"
	"lianluo/internal/station"
)

// sinceColumn is the column that says from when those of an office have it.
func sinceColumn(office string) Column {
	return Column{Column: sheet.Column{Name: office + since, Kind: sheet.Code, Width: 16, Optional: true}, Must: "可不填",
		Help: office + "从哪一天起任职，不填从今天起。几位的日期照姓名的次序用顿号隔开；只写一个日期的，每位都是。"}
}

// officers compares who runs a place.
func (r *run) officers(w *row, p *place) {
	for _, office := range station.Offices {
		names := parts(w.Text(office.Name))
		if office.Office == "head" && len(names) > 1 {
			w.Refuse(office.Name, "站长只有一位")
			return
		}
		days := w.since(office.Name, len(names))
		now, held := p.serving(office.Office)
		for i, name := range names {
			if at := slices.Index(held, name); at >= 0 {
				if was := now[at].FromDate; !days[i].IsZero() && days[i] != was {
					w.Refuse(office.Name+since, "系统里"+name+"的任职日期是 "+was.String()+"，要改请在联络站页面上改")
				}
				continue
			}
			if p.was != nil {
				w.given(office.Name, strings.Join(held, separator), name)
			}
			r.then(w, func() error {
				return r.appoint(w, p, station.Officer{Office: office.Office, Name: name, From: days[i]}, now)
			})
		}
	}
}

// since are the days from which those of an office have it, one for each name: no date where
// none is said.
func (w *row) since(office string, names int) []calendar.Date {
	days, typed := make([]calendar.Date, names), parts(w.Text(office+since))
	if len(typed) > 1 && len(typed) != names || names == 0 && len(typed) > 0 {
		w.Refuse(office+since, "日期的个数和"+office+"的姓名对不上")
		return days
	}
	for i := range days {
		if len(typed) == 0 {
			break
		}
		text := typed[min(i, len(typed)-1)]
		var read bool
		if days[i], read = sheet.ParseDate(text); !read {
			w.Refuse(office+since, "“"+text+"”不是日期，请写成 2026-03-01 这样")
		}
	}
	return days
}

// serving are those who have an office of the place today.
func (p *place) serving(office string) (all []station.Serving, names []string) {
	for _, s := range p.officers {
		if s.Office == office {
			all, names = append(all, s), append(names, s.Name)
		}
	}
	return all, names
}

// servingSince are the days from which they have it, as a list shows them.
func (p *place) servingSince(office string) string {
	var days []string
	for _, s := range p.officers {
		if s.Office == office {
			days = append(days, s.FromDate.String())
		}
	}
	return strings.Join(days, separator)
}

// appoint gives somebody an office; a head takes the place of the one before.
func (r *run) appoint(w *row, p *place, o station.Officer, now []station.Serving) error {
	if o.From.IsZero() {
		o.From = calendar.DateOf(r.tx.Now())
	}
	var err error
	if o.Office == "head" && len(now) > 0 {
		err = station.EndOffice(r.ctx, r.tx, r.by, now[0].ID, o.From.AddDays(-1))
	}
	if err == nil {
		_, err = station.Appoint(r.ctx, r.tx, r.by, p.id, o)
	}
	if invalid, bad := errors.AsType[errs.Invalid](err); bad {
		for field, words := range invalid {
			column := station.OfficeName(o.Office)
			if field == "from" || field == "to" {
				column += since
			}
			w.Refuse(column, strings.TrimSuffix(words, "。"))
		}
		return nil
	}
	return err
}

// state compares whether a place is open or suspended, and why.
func (r *run) state(w *row, p *place) {
	typed, why, now := w.Text(colState), w.Text(colWhy), station.Open
	if p.was != nil {
		now = p.was.State
	}
	at := slices.IndexFunc(station.States[:2], func(s struct{ State, Name string }) bool { return s.Name == typed })
	switch {
	case typed == "" && why != "" && now == station.Open:
		w.Refuse(colState, "写了暂停原因的，请在这里写“暂停”")
	case typed == "":
	case at < 0:
		w.Refuse(colState, "请写“开放”或“暂停”；关闭、合并请在联络站页面上办")
		return
	case station.States[at].State != now:
		w.given(colState, stateName(now), typed)
		r.then(w, func() error {
			return station.SetState(r.ctx, r.tx, r.by, p.id, station.StateChange{State: station.States[at].State, Reason: why})
		})
		return
	}
	if now == station.Suspended && why != "" && why != p.why {
		w.Refuse(colWhy, "已经因为“"+p.why+"”暂停，原因要改请在联络站页面上改")
	}
}

func stateName(state string) string {
	for _, s := range station.States {
		if s.State == state {
			return s.Name
		}
	}
	return ""
}
