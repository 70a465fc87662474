package stationparts

import (
	"strconv"

	"lianluo/internal/station"
	"lianluo/web/ui"
)

// ShortNames are places to choose from, as 王桥镇.
func ShortNames(all []station.Place) []ui.Option {
	return options(all, func(p station.Place) string { return p.ShortName })
}

// Names are places to choose from, as 王桥镇人大代表联络站.
func Names(all []station.Place) []ui.Option {
	return options(all, func(p station.Place) string { return p.Name })
}

func options(all []station.Place, name func(station.Place) string) []ui.Option {
	list := make([]ui.Option, len(all))
	for i, p := range all {
		list[i] = ui.Option{Value: strconv.FormatInt(p.ID, 10), Name: name(p)}
	}
	return list
}
