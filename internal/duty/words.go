package duty

import (
	"strconv"

	"lianluo/internal/casefile"
	"lianluo/internal/option"
	"lianluo/internal/reception"
)

// toldWays are how a deputy was told.
var toldWays = map[string]string{"phone": "电话", "message": "短信", "person": "当面", "letter": "书面", "notice": "公示"}

// Words say an entry in one line, with the matter of a feedback where the reader may see it.
func (e Entry) Words() string {
	people := strconv.Itoa(int(e.Persons)) + " 人"
	switch {
	case e.Kind == Reception && e.Visits == 0:
		return e.day() + "，没有群众来访"
	case e.Kind == Reception:
		return e.day() + "，接待 " + strconv.Itoa(int(e.Visits)) + " 批 " + people
	case e.Kind == Visit:
		return option.NameOf(casefile.Ways, *e.Form) + "，" + people
	case e.Title != nil:
		return toldWays[*e.Way] + "听取办理结果：" + *e.Title
	}
	return toldWays[*e.Way] + "听取办理结果"
}

// day says what a reception day was about.
func (e Entry) day() string {
	kind := option.NameOf(reception.Kinds, *e.Form)
	if e.Theme != nil {
		return kind + "，主题：" + *e.Theme
	}
	return kind
}
