// Package check is the 规范化核查: somebody goes through a checklist of the county, such as
// 六有, at a station, a point or a post, and says of each item whether it is there or what
// is missing. A check is never changed: a newer one takes its place. There are no scores.
package check

import (
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/blob"
	"lianluo/internal/calendar"
	"lianluo/internal/tenant"
)

// Checklist is a checklist in use, with the items in use.
type Checklist struct {
	ID          int64
	Name        string
	Note        *string
	ValidMonths *int32 // nil: what was found never lapses
	Items       []Item
}

// Item is one thing to look at.
type Item struct {
	ID   int64   `json:"id"`
	Name string  `json:"name"`
	Hint *string `json:"hint"` // when it counts as there
}

const checklists = `select l.id, l.name, l.note, l.valid_months,
		(select json_agg(json_build_object('id', k.id, 'name', k.name, 'hint', k.hint) order by k.position, k.id)
			from checklist_items k where k.county_id = @county and k.checklist_id = l.id and not k.retired) as items
	from checklists l where l.county_id = @county and not l.retired
		and exists (select from checklist_items k where k.county_id = @county and k.checklist_id = l.id and not k.retired)`

// Checklists queues the county's checklists in use that have items, in their order.
func Checklists(v *tenant.View) *[]Checklist {
	return tenant.All[Checklist](v, checklists+` order by l.position, l.id`)
}

// newest joins the newest check of a place s by a checklist l, as c.
const newest = ` left join lateral (select n.id, n.submission_key, n.checked_on, n.checked_by, n.valid_until from station_checks n
		where n.county_id = @county and n.station_id = s.id and n.checklist_id = l.id
		order by n.checked_on desc, n.id desc limit 1) c on true`

// lacks is true of an item i of the check c that was missing and is still asked for.
const lacks = `i.county_id = @county and i.check_id = c.id and i.missing is not null
	and exists (select from checklist_items k where k.county_id = @county and k.id = i.item_id and not k.retired)`

// Missing is an item that is not there, and what is missing in words.
type Missing struct {
	Name string `json:"name"`
	What string `json:"what"`
}

// Standing is how a place stands by one checklist: its newest check.
type Standing struct {
	ListID     int64
	List       string
	Key        *uuid.UUID // nil: it was never checked
	On         *calendar.Date
	By         *string
	ValidUntil *calendar.Date
	There      []string  // the items that are there
	Missing    []Missing // those that are not
	Unseen     []string  // those that came onto the list since
}

// Lapsed reports whether what was found no longer holds.
func (s Standing) Lapsed(today calendar.Date) bool {
	return s.ValidUntil != nil && s.ValidUntil.Before(today)
}

// Standings queues how the place with that code stands by each checklist in use.
func Standings(v *tenant.View, code string) *[]Standing {
	return tenant.All[Standing](v, `select l.id as list_id, l.name as list, c.submission_key as key, c.checked_on as on,
			c.checked_by as by, c.valid_until,
			array(select i.name from station_check_items i where i.county_id = @county and i.check_id = c.id and i.missing is null
				order by i.position, i.item_id) as there,
			(select coalesce(json_agg(json_build_object('name', i.name, 'what', i.missing) order by i.position, i.item_id), '[]')
				from station_check_items i where `+lacks+`) as missing,
			array(select k.name from checklist_items k where k.county_id = @county and k.checklist_id = l.id and not k.retired
				and c.id is not null and not exists (select from station_check_items i
					where i.county_id = @county and i.check_id = c.id and i.item_id = k.id) order by k.position, k.id) as unseen
		from stations s
		join checklists l on l.county_id = @county and not l.retired
			and exists (select from checklist_items k where k.county_id = @county and k.checklist_id = l.id and not k.retired)`+newest+`
		where s.county_id = @county and s.code = @code order by l.position, l.id`, pgx.NamedArgs{"code": code})
}

// Past is one check in a place's history.
type Past struct {
	Key        uuid.UUID
	List       string
	On         calendar.Date
	By         string
	ValidUntil *calendar.Date
	Items      int64
	Missing    int64
}

// mostPast bounds a history: twice a year for a century.
const mostPast = 200

// History queues the checks of the place with that code, newest first.
func History(v *tenant.View, code string) *[]Past {
	return tenant.All[Past](v, `select c.submission_key as key, c.checklist as list, c.checked_on as on, c.checked_by as by, c.valid_until,
			(select count(*) from station_check_items i where i.county_id = @county and i.check_id = c.id) as items,
			(select count(*) from station_check_items i where i.county_id = @county and i.check_id = c.id and i.missing is not null) as missing
		from stations s join station_checks c on c.county_id = @county and c.station_id = s.id
		where s.county_id = @county and s.code = @code order by c.checked_on desc, c.id desc limit @most`,
		pgx.NamedArgs{"code": code, "most": mostPast})
}

// Sheet is one check, whole.
type Sheet struct {
	ID         int64
	Key        uuid.UUID
	Code       string // of the place
	Place      string
	RootID     int64
	List       string
	On         calendar.Date
	By         string
	ValidUntil *calendar.Date
	Note       *string
	EnteredBy  string
	At         time.Time
	Newest     bool // no later check has taken its place
	Found      []Found
}

// Subject is where the check belongs, for asking rights.
func (s *Sheet) Subject() auth.Subject { return auth.Subject{StationID: s.RootID} }

// Found is what was found of one item, with the evidence.
type Found struct {
	ItemID  int64   `json:"id"`
	Name    string  `json:"name"`
	Missing *string `json:"missing"` // nil: it is there
	Files   []File  `json:"files"`
}

// File is one piece of evidence.
type File struct {
	Key     uuid.UUID   `json:"key"`
	Name    string      `json:"name"`
	Format  blob.Format `json:"format"`
	Size    int64       `json:"size"`
	Width   int         `json:"width"` // 0: no photograph
	Height  int         `json:"height"`
	AddedBy int64       `json:"added_by"`
	By      string      `json:"by"`
	At      time.Time   `json:"at"`
}

// SheetOf queues the check of the place with that code under that key; there may be none.
func SheetOf(v *tenant.View, code string, key uuid.UUID) **Sheet {
	return tenant.Maybe[Sheet](v, `select c.id, c.submission_key as key, s.code, s.name as place, s.root_id, c.checklist as list, c.checked_on as on,
			c.checked_by as by, c.valid_until, c.note, c.by_name as entered_by, c.at,
			not exists (select from station_checks n where n.county_id = @county and n.station_id = c.station_id
				and n.checklist_id = c.checklist_id and (n.checked_on, n.id) > (c.checked_on, c.id)) as newest,
			(select json_agg(json_build_object('id', i.item_id, 'name', i.name, 'missing', i.missing, 'files',
				(select coalesce(json_agg(json_build_object('key', a.key, 'name', a.name, 'format', a.format, 'size', a.size,
					'width', coalesce(a.width, 0), 'height', coalesce(a.height, 0), 'added_by', a.added_by, 'by', a.added_name,
					'at', a.added_at) order by a.id), '[]') from attachments a
					where a.county_id = @county and a.check_id = c.id and a.check_item_id = i.item_id and a.removed_at is null)
				) order by i.position, i.item_id)
				from station_check_items i where i.county_id = @county and i.check_id = c.id) as found
		from station_checks c join stations s on s.county_id = @county and s.id = c.station_id
		where c.county_id = @county and c.submission_key = @key and s.code = @code`, pgx.NamedArgs{"code": code, "key": key})
}
