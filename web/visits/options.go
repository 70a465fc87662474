package visits

import (
	"strconv"

	"lianluo/internal/casefile"
	"lianluo/internal/reception"
	"lianluo/web/ui"
)

// dayOptions are the reception days to which somebody who came may have come.
func (s *shown) dayOptions() []ui.Option {
	options := []ui.Option{{Value: "", Name: "按来访方式、地点和时间"}}
	for _, d := range s.days {
		options = append(options, ui.Option{Value: strconv.FormatInt(d.ID, 10), Name: d.Words()})
	}
	return append(options, ui.Option{Value: strconv.Itoa(reception.None), Name: "不是接待日来的"})
}

// categoryOptions groups the second level under the first; the first can be chosen too,
// by whom the second level does not help.
func (s *shown) categoryOptions() []ui.Option {
	var options []ui.Option
	group := map[int64]string{}
	for _, c := range s.categories {
		if c.Retired {
			continue
		}
		option := ui.Option{Value: strconv.FormatInt(c.ID, 10), Name: c.Name}
		if c.ParentID == nil {
			group[c.ID], option.Group, option.Name = c.Name, c.Name, c.Name+"（不细分）"
		} else {
			option.Group = group[*c.ParentID]
		}
		options = append(options, option)
	}
	return options
}

func replyOptions() []ui.Option {
	return append([]ui.Option{{Value: auto, Name: "按有没有电话", Note: "有的打电话，没有的当面说"}}, ui.Named(casefile.ReplyBys)...)
}
