package register

import (
	"lianluo/internal/auth"
	"lianluo/internal/tenant"
)

// Total is what the lines of a register come to. A visit with several matters has several lines
// and counts once, with its persons.
type Total struct {
	Lines   int
	Visits  int // 批次
	Persons int // 人次
	Matters int
}

func (t Total) plus(more Total) Total {
	return Total{t.Lines + more.Lines, t.Visits + more.Visits, t.Persons + more.Persons, t.Matters + more.Matters}
}

// Words are the total as screen, paper and sheet say it, the lines counted by unit: 共 3 条，来访 2
// 批次、5 人次，意见建议 2 件.
func (t Total) Words(unit string) string {
	words := "共 " + itoa(t.Lines) + " " + unit
	if t.Visits > 0 {
		words += "，来访 " + itoa(t.Visits) + " 批次、" + itoa(t.Persons) + " 人次"
	}
	if t.Matters > 0 {
		words += "，意见建议 " + itoa(t.Matters) + " 件"
	}
	return words
}

// sums are how the lines of a list are added up in the database, which a page needs that shows
// some of them; source.adds is the same of a line.
type sums struct {
	of    string // what of a line
	joins string // besides the list's From
	are   string // visits, persons and matters of them
}

// Total queues what the lines come to that the ask shows to by, of at most so many.
func (s Source) Total(v *tenant.View, by auth.Actor, ask tenant.Ask, most int) *Total {
	return sources[s].rows.total(v, by, ask, most)
}

func (s source[T]) total(v *tenant.View, by auth.Actor, ask tenant.Ask, most int) *Total {
	list, where := s.read(by, ask, v.Now())
	list.Joins = s.sums.joins
	q := list.Sum(ask, where, s.sums.of, `count(*)::int as lines, `+s.sums.are, most)
	return tenant.One[Total](v, q.SQL, q.Args)
}
