package cases

import (
	"strconv"

	"github.com/google/uuid"

	"lianluo/internal/casefile"
	"lianluo/internal/null"
	"lianluo/internal/rating"
	"lianluo/web/ui"
)

var toldWays = []ui.Option{{Value: "phone", Name: "电话"}, {Value: "message", Name: "短信"},
	{Value: "person", Name: "当面"}, {Value: "letter", Name: "书面"}}

var levelOptions = []ui.Option{{Value: "township", Name: "乡镇办理"}, {Value: "county", Name: "报县里办理"}}

var handleOptions = []ui.Option{{Value: "close", Name: "办结，注明不满意"}, {Value: "again", Name: "列为督办，再办一次"}}

// levels are the five levels, best first.
var levels = func() []ui.Option {
	var options []ui.Option
	for value := 5; value >= 1; value-- {
		options = append(options, ui.Option{Value: strconv.Itoa(value), Name: rating.Levels[value]})
	}
	return options
}()

// keyOf is the key of a step's form: that of the form which is shown again stays, so that
// a second press still finds the first.
func (s *shown) keyOf(step casefile.Step) string {
	if s.tried == step && s.typed.Get("key") != "" {
		return s.typed.Get("key")
	}
	return uuid.NewSHA1(s.key, []byte(step)).String()
}

func (s *shown) unitOptions() []ui.Option {
	options := make([]ui.Option, 0, len(s.units))
	for _, u := range s.units {
		group := "乡镇"
		if u.Level == "county" {
			group = "县直部门"
		}
		if u.Usual {
			group = "这一类通常由它办"
		}
		options = append(options, ui.Option{Value: strconv.FormatInt(u.ID, 10), Name: u.Name, Group: group})
	}
	return options
}

func (s *shown) categoryOptions() []ui.Option {
	parents := map[int64]string{}
	var options []ui.Option
	for _, c := range s.categories {
		switch {
		case c.ParentID == nil:
			parents[c.ID] = c.Name
		case !c.Retired || c.ID == s.sheet.CategoryID:
			options = append(options, ui.Option{Value: strconv.FormatInt(c.ID, 10), Name: c.Name, Group: parents[*c.ParentID]})
		}
	}
	return options
}

func (s *shown) classOptions() []ui.Option {
	options := make([]ui.Option, 0, len(s.classes))
	for _, c := range s.classes {
		if !c.Retired {
			options = append(options, ui.Option{Value: c.Code, Name: c.Code + " " + c.Name})
		}
	}
	return options
}

// suggestedText is what a step's text begins with: feedback begins with the answer.
func (s *shown) suggestedText(step casefile.Step) string {
	if step != casefile.GiveFeedback {
		return ""
	}
	for i := len(s.events) - 1; i >= 0; i-- {
		switch e := s.events[i]; e.Step {
		case casefile.Submit, casefile.SuggestionAnswered, casefile.Refuse, casefile.Refer, casefile.Keep:
			return null.Value(e.Body)
		}
	}
	return ""
}

// usualWay is how the citizen wished to hear back.
func (s *shown) usualWay() string {
	switch s.sheet.ReplyBy {
	case "phone", "message", "person", "letter":
		return s.sheet.ReplyBy
	}
	return "phone"
}
