package demo

import (
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"lianluo/internal/calendar"
	"lianluo/internal/postgres"
)

// looked is how a station was found: on which day after the world's beginning, and what
// was missing of which item.
type looked struct {
	after   int
	missing map[string]string
}

// looks are what the office found, station after station; the fourth it has not come to.
var looks = []*looked{
	{after: 240, missing: map[string]string{"有档案": "去年的活动照片没有归档"}},
	{after: 245},
	{after: -60, missing: map[string]string{"有版面": "代表公示栏没有更新", "有计划": "下半年的接待计划没有贴出来"}},
	nil,
}

// zones are what a station is divided into.
var zones = [][]struct{ name, what string }{
	{{"选民接待区", "2 张接待桌，门口有坡道，轮椅可以进"}, {"代表交流区", "可以坐 24 人"}, {"档案资料区", "纸质登记簿放在这里"}},
	{{"选民接待区", "和便民服务中心在一个大厅"}, {"学习阅览区", "报刊、法律书"}},
}

// standards writes what the stations are divided into, and how they were found when the
// office went through the county's checklist.
func (x *writing) standards() error {
	type item struct {
		ID, ChecklistID int64
		Name, Checklist string
	}
	items, err := postgres.All[item](x.ctx, x.tx, `select i.id, i.checklist_id, i.name, l.name as checklist from checklist_items i
		join checklists l on l.county_id = @county and l.id = i.checklist_id where i.county_id = @county order by i.position`, pgx.NamedArgs{})
	if err != nil {
		return fmt.Errorf("checklist: %w", err)
	}
	var rooms, checks, found [][]any
	var of []*looked
	for n, s := range x.w.stations {
		for i, z := range zones[n%len(zones)] {
			rooms = append(rooms, []any{uuid.NewSHA1(uuid.NameSpaceOID, []byte(s.code+z.name)), s.id, z.name, z.what, i + 1})
		}
		look := looks[n%len(looks)]
		if look == nil {
			continue
		}
		on := x.w.start.AddDays(look.after)
		checks = append(checks, []any{uuid.NewSHA1(uuid.NameSpaceOID, []byte("check "+s.code)), s.id, items[0].ChecklistID, items[0].Checklist, on,
			x.w.office.name, calendar.NewDate(on.Year()+1, on.Month(), on.Day()), x.w.office.id, x.w.office.name, on.Start().Add(15 * time.Hour)})
		of = append(of, look)
	}
	if err := x.insert(table{"station_zones", "key, station_id, name, what, position"}, rooms); err != nil {
		return err
	}
	err = x.insertIDs(table{"station_checks", "submission_key, station_id, checklist_id, checklist, checked_on, checked_by, valid_until, by_id, by_name, at"}, checks,
		func(i int, id int64) {
			for position, item := range items {
				found = append(found, []any{id, item.ID, item.Name, position + 1, text(of[i].missing[item.Name])})
			}
		})
	if err != nil {
		return err
	}
	return x.insert(table{"station_check_items", "check_id, item_id, name, position, missing"}, found)
}
