package stations

import (
	"slices"
	"strconv"
	"strings"

	"lianluo/internal/division"
	"lianluo/internal/station"
	"lianluo/web/ui"
)

// takeOver replaces what was not touched by what somebody else has made of it meanwhile.
func (f *form) takeOver() {
	if f.Stale == nil {
		return
	}
	now := typedFrom(f.stored.Facts(), 0)
	for _, field := range []struct {
		name, words string
		take        func()
	}{
		{"name", f.Name, func() { f.Name = now.Name }}, {"short_name", f.ShortName, func() { f.ShortName = now.ShortName }},
		{"parent", f.parentWords(), func() { f.Parent = now.Parent }}, {"division", f.areaWords(f.Division), func() { f.Division = now.Division }},
		{"address", f.Address, func() { f.Address = now.Address }}, {"phone", f.Phone, func() { f.Phone = now.Phone }},
		{"opening_hours", f.OpeningHours, func() { f.OpeningHours = now.OpeningHours }}, {"area", f.area, func() { f.area = now.area }},
		{"latitude", f.latitude, func() { f.latitude = now.latitude }}, {"longitude", f.longitude, func() { f.longitude = now.longitude }},
		{"villages", f.areaWords(f.Villages...), func() { f.Villages = now.Villages }},
		{"functions", f.functionWords(), func() { f.Functions = now.Functions }},
	} {
		if f.Keep(field.name, field.words) != field.words {
			field.take()
		}
	}
}

// The words of what was chosen, as the record has them.

func (f *form) parentWords() string {
	for _, above := range f.parents {
		if above.Code == f.Parent {
			return above.ShortName
		}
	}
	return ""
}

func (f *form) areaWords(codes ...string) string {
	var names []string
	for _, area := range f.areas {
		if slices.Contains(codes, area.Code) {
			names = append(names, area.Name)
		}
	}
	return strings.Join(names, "、")
}

func (f *form) functionWords() string {
	var names []string
	for _, e := range f.functions {
		if slices.Contains(f.Functions, e.ID) {
			names = append(names, e.Name)
		}
	}
	return strings.Join(names, "、")
}

// What the form offers.

func (f *form) kindOptions() []ui.Option {
	options := make([]ui.Option, len(station.Kinds))
	for i, k := range station.Kinds {
		options[i] = ui.Option{Value: k.Kind, Name: k.Name}
	}
	return options
}

func (f *form) parentOptions() []ui.Option {
	var options []ui.Option
	for _, above := range f.parents {
		if f.stored != nil && (above.Code == f.stored.Code || f.stored.Kind == "point" && above.Kind != "station") {
			continue
		}
		name := above.ShortName
		if above.Kind == "station" {
			name += "联络站"
		}
		options = append(options, ui.Option{Value: above.Code, Name: name, Group: above.Root})
	}
	return options
}

func (f *form) divisionOptions() []ui.Option {
	options := make([]ui.Option, len(f.areas))
	for i, area := range f.areas {
		options[i] = ui.Option{Value: area.Code, Name: division.ShortName(area.Name), Group: area.Township}
		switch area.Level {
		case "township":
			options[i].Name = area.Name
		case "county":
			options[i] = ui.Option{Value: area.Code, Name: area.Name + "（全县）"}
		}
	}
	return options
}

// functionOptions are the functions in use, and what the place has besides.
func (f *form) functionOptions() (options []ui.Option, chosen []string) {
	for _, e := range f.functions {
		id := strconv.FormatInt(e.ID, 10)
		has := slices.Contains(f.Functions, e.ID)
		if has {
			chosen = append(chosen, id)
		}
		if has || !e.Retired {
			options = append(options, ui.Option{Value: id, Name: e.Name})
		}
	}
	return options, chosen
}

// villageSet is a township with its villages to tick.
type villageSet struct {
	township string
	villages []station.Area
	ticked   int
	near     bool // the place lies in it
}

func (f *form) villageSets() []villageSet {
	var sets []villageSet
	for _, area := range f.areas {
		switch area.Level {
		case "township":
			sets = append(sets, villageSet{township: area.Name, near: strings.HasPrefix(f.Division, area.Code)})
		case "village":
			if len(sets) == 0 {
				continue
			}
			set := &sets[len(sets)-1]
			set.villages = append(set.villages, area)
			if slices.Contains(f.Villages, area.Code) {
				set.ticked++
			}
		}
	}
	slices.SortStableFunc(sets, func(a, b villageSet) int { // the place's own township first
		switch {
		case a.near == b.near:
			return 0
		case a.near:
			return -1
		}
		return 1
	})
	return slices.DeleteFunc(sets, func(s villageSet) bool { return len(s.villages) == 0 })
}

func (s villageSet) words() string {
	words := strconv.Itoa(len(s.villages)) + " 个村（社区）"
	if s.ticked > 0 {
		words += "，选了 " + strconv.Itoa(s.ticked) + " 个"
	}
	return words
}
