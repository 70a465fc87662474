package reception

import (
	"regexp"
	"strings"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/calendar"
	"lianluo/internal/deputy"
	"lianluo/internal/tenant"
)

// Announced is a reception day as it was announced to everybody.
type Announced struct {
	Date    calendar.Date
	Starts  string // 09:00
	Ends    string
	Kind    string // fixed, mobile, theme or appointment
	Theme   *string
	Place   string
	Code    string // of the place
	Address *string
	Route   *string    // of a mobile day
	Invited *string    // 国家机关参加单位
	Who     []Receiver // the deputies on duty, of those whom citizens see; substitutes are not named
	First   *string    // the notice as it was published first, where it was corrected since
	Last    *string    // and as it is now
	Why     *string    // it was moved, as citizens are told
}

// Receiver is a deputy on an announced day.
type Receiver struct {
	Name   string   `json:"name"`
	Levels []string `json:"levels"` // of the running mandates, highest first
}

// Names are the names of the deputies alone, where there is no room for more.
func (a Announced) Names() []string {
	names := make([]string, len(a.Who))
	for i, r := range a.Who {
		names[i] = r.Name
	}
	return names
}

// Introduced are the deputies with their levels: 郭建国（市、县人大代表）.
func (a Announced) Introduced(county string) []string {
	words := make([]string, len(a.Who))
	for i, r := range a.Who {
		words[i] = deputy.Introduced(r.Name, r.Levels, county)
	}
	return words
}

// levelled is what stands beside a name in a notice: notices from before have none.
var levelled = regexp.MustCompile(`（[^（）]*人大代表）`)

// Changed says line by line what was announced otherwise before: 原来时间：…. Of deputies it
// says only that others come: why somebody does not is nobody's.
func (a Announced) Changed() []string {
	if a.First == nil || a.Last == nil {
		return nil
	}
	now := map[string]string{}
	for line := range strings.SplitSeq(*a.Last, "\n") {
		name, value, _ := strings.Cut(line, "：")
		now[name] = value
	}
	var changed []string
	for line := range strings.SplitSeq(*a.First, "\n") {
		name, value, _ := strings.Cut(line, "：")
		switch {
		case levelled.ReplaceAllString(now[name], "") == levelled.ReplaceAllString(value, ""):
		case name == "接待代表":
			changed = append(changed, "接待代表换了")
		case name == "接待时间" || name == "接待地点" || name == "路线" || name == "接待主题":
			changed = append(changed, "原来的"+strings.TrimPrefix(name, "接待")+"："+value)
		}
	}
	return changed
}

// Retracted is a day that was announced, and is not to be relied on any more.
type Retracted struct {
	Date      calendar.Date // on which it was announced
	Starts    string
	Ends      string
	Place     string
	Cancelled bool           // otherwise its notice was withdrawn, and it may still come
	To        *calendar.Date // or it was put on this date
	Sure      bool           // and that is announced
	Public    *string        // why, as citizens are told
}

// RetractedAt queues the days from from to to at the station of that place that were
// announced and then cancelled, brought forward to before from, or whose notice was
// withdrawn, so that who read the notice learns it. What was put on another date after that
// stands under the date of the notice, where who read it looks.
func RetractedAt(v *tenant.View, code string, from, to calendar.Date) *[]Retracted {
	return tenant.All[Retracted](v, `select coalesce(m.from_date, r.date) as date, coalesce(m.starts, r.starts) as starts, coalesce(m.ends, r.ends) as ends, p.name as place,
			r.state = 'cancelled' as cancelled, case when r.state = 'planned' and m.from_date is not null then r.date end as to, false as sure,
			coalesce(r.public_reason, m.public_reason, (select n.public_reason from reception_notices n where n.county_id = @county and n.reception_id = r.id and n.act = 'withdrawn'
				order by n.version desc limit 1)) as public
		from receptions r join stations p on p.county_id = @county and p.id = r.place_id
		left join lateral (`+movedUnannounced+`) m on true
		where r.county_id = @county and coalesce(m.from_date, r.date) between @from and @to and r.published_at is not null and r.kind <> 'household'
			and (r.state = 'cancelled' or r.state = 'planned' and r.withheld)
			and r.station_id = (select s.root_id from stations s where s.county_id = @county and s.code = @code)
		union all
		select m.from_date, coalesce(m.starts, r.starts), coalesce(m.ends, r.ends), p.name, false, r.date, true, m.public_reason
		from receptions r join stations p on p.county_id = @county and p.id = r.place_id
		join lateral (`+movedUnannounced+`) m on m.from_date between @from and @to and m.from_date <> r.date
		where r.county_id = @county and r.state in ('published', 'held') and r.kind <> 'household'
			and r.station_id = (select s.root_id from stations s where s.county_id = @county and s.code = @code)
		union all
		select e.from_date, r.starts, r.ends, p.name, false, r.date, true, e.public_reason
		from receptions r join stations p on p.county_id = @county and p.id = r.place_id
		join reception_events e on e.county_id = @county and e.reception_id = r.id and e.kind = 'moved' and e.at >= r.published_at
			and e.from_date between @from and @to
		where r.county_id = @county and r.date < @from and r.state in ('published', 'held') and r.kind <> 'household'
			and r.station_id = (select s.root_id from stations s where s.county_id = @county and s.code = @code)
		order by 1, 2, 3 limit @limit`,
		pgx.NamedArgs{"code": code, "from": from, "to": to, "limit": announcedAtMost})
}

// movedUnannounced is how day r was put on another date while its last withdrawn notice was:
// from the date, and the hours, that the notice had.
const movedUnannounced = `select e.from_date, coalesce(e.public_reason, w.public_reason) as public_reason, substring(w.body from '([0-9]{2}:[0-9]{2})–') as starts, substring(w.body from '–([0-9]{2}:[0-9]{2})') as ends
	from (select n.at, n.body, n.public_reason from reception_notices n where n.county_id = @county and n.reception_id = r.id and n.act = 'withdrawn' order by n.version desc limit 1) w
	join reception_events e on e.county_id = @county and e.reception_id = r.id and e.kind = 'moved' and e.from_date <> e.to_date and e.at > w.at
		and not exists (select from reception_notices n where n.county_id = @county and n.reception_id = r.id and n.act = 'published' and n.at > w.at and n.at < e.at)
	order by e.id limit 1`

// announcedAtMost is how many days a public page shows.
const announcedAtMost = 12

// AnnouncedAt queues the days from from to to that the station with that code has
// announced, or the station of the point or post with that code. What is only planned may
// still change, so it is nobody's to rely on; 走访 brings deputies to people's homes and
// is no day to come. One that was put off stays until the date of its notice is over. Nor is one at a place that is suspended or closed: a suspended one's day
// itself stands, for when the place opens again.
func AnnouncedAt(v *tenant.View, code string, from, to calendar.Date) *[]Announced {
	return tenant.All[Announced](v, `select r.date, r.starts, r.ends, r.kind, r.theme, p.name as place, p.code, p.address, r.route, r.invited,
			c.first, c.last, (select e.public_reason from reception_events e where e.county_id = @county and e.reception_id = r.id and e.kind = 'moved'
				and e.at >= c.at order by e.id desc limit 1) as why,
			coalesce((select json_agg(json_build_object('name', d.name, 'levels', `+deputy.RunningLevels+`) order by d.name)
				from reception_deputies rd join deputies d on d.county_id = @county and d.id = rd.deputy_id
				where rd.county_id = @county and rd.reception_id = r.id and `+comes+`
					and d.approved_at is not null and d.merged_into is null), '[]') as who
		from receptions r join stations p on p.county_id = @county and p.id = r.place_id and p.state = 'open'
		left join lateral (select f.body as first, f.at, (select l.body from reception_notices l where l.county_id = @county and l.reception_id = r.id
				order by l.version desc limit 1) as last
			from reception_notices f where f.county_id = @county and f.reception_id = r.id and f.version = 1
				and exists (select from reception_notices l where l.county_id = @county and l.reception_id = r.id and l.version > 1)) c on true
		where r.county_id = @county and r.date >= @from and (r.date <= @to or exists (select from reception_events e where e.county_id = @county
				and e.reception_id = r.id and e.kind = 'moved' and e.at >= r.published_at and e.from_date between @from and @to))
			and r.state = 'published' and r.kind <> 'household'
			and r.station_id = (select s.root_id from stations s where s.county_id = @county and s.code = @code)
		order by r.date, r.starts, r.id limit @limit`,
		pgx.NamedArgs{"code": code, "from": from, "to": to, "limit": announcedAtMost})
}

// Next is when and where a station receives next.
type Next struct {
	Date   calendar.Date
	Starts string
	Ends   string
	Place  string
}

// NextAfter queues the announced day of the station of a day that comes next after it; nil
// where there is none.
func NextAfter(v *tenant.View, id int64) **Next {
	return tenant.Maybe[Next](v, `select r.date, r.starts, r.ends, p.name as place from receptions d
		join receptions r on r.county_id = @county and r.station_id = d.station_id and (r.date, r.starts, r.id) > (d.date, d.starts, d.id)
		join stations p on p.county_id = @county and p.id = r.place_id and p.state = 'open'
		where d.county_id = @county and d.id = @id and r.state = 'published' and r.kind not in ('appointment', 'household') and r.date >= @today
		order by r.date, r.starts, r.id limit 1`, pgx.NamedArgs{"id": id, "today": calendar.DateOf(v.Now())})
}

// CallsOff is the notice that a day does not take place, a paragraph a line.
func (e Entry) CallsOff(next *Next) string {
	lines := []string{"原定 " + e.Date.ChineseLong() + " " + e.Starts + "–" + e.Ends + " 在" + e.Place + "的代表接待，" + ForSomeReason + "取消。"}
	if e.PublicReason != nil {
		lines[0] = strings.Replace(lines[0], ForSomeReason+"取消。", "现在取消。原因："+strings.TrimSuffix(*e.PublicReason, "。")+"。", 1)
	}
	if next != nil {
		lines = append(lines, "下一次接待："+next.Date.ChineseLong()+" "+next.Starts+"–"+next.Ends+"，"+next.Place+"。")
	} else {
		lines = append(lines, "下一次接待的日子定了以后，另行公告。")
	}
	if e.Phone != nil {
		lines = append(lines, "有急事请打电话："+*e.Phone)
	}
	return strings.Join(lines, "\n")
}
