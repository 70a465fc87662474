// Package stationparts are the parts of a place's page that other pages look after: how it
// stands by the county's checklists, its function zones, its code and its poster;
// and places to choose from.
package stationparts

import (
	"strconv"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/check"
	"lianluo/internal/station"
	"lianluo/internal/tenant"
)

// Around is what hangs on a place beside its own facts.
type Around struct {
	By        auth.Actor
	Today     calendar.Date
	Standings *[]check.Standing
	Zones     *[]station.Zone
}

// AroundOf queues it for the place with that code.
func AroundOf(v *tenant.View, by auth.Actor, code string) *Around {
	return &Around{By: by, Today: calendar.DateOf(v.Now()), Standings: check.Standings(v, code), Zones: station.Zones(v, code)}
}

// ChecksURL is where a place's checks are; ZonesURL its zones, PosterURL its poster.
func ChecksURL(code string) string { return "/stations/" + code + "/checks" }

// ZonesURL is where a place's zones are.
func ZonesURL(code string) string { return "/stations/" + code + "/zones" }

// PosterURL is where a place's poster is.
func PosterURL(code string) string { return "/stations/" + code + "/poster" }

// looked says when a place was checked, and how much was there: 9月14日核查，6 项中 5 项达标.
func (a *Around) looked(s check.Standing) string {
	words := s.On.ChineseIn(a.Today.Year()) + "核查，" + strconv.Itoa(len(s.There)+len(s.Missing)) + " 项中 " + strconv.Itoa(len(s.There)) + " 项达标"
	if s.ValidUntil != nil && !s.Lapsed(a.Today) {
		words += "，有效到" + s.ValidUntil.ChineseIn(a.Today.Year())
	}
	return words
}

// lapsed says since when what was found no longer holds.
func (a *Around) lapsed(s check.Standing) string {
	return s.ValidUntil.ChineseIn(a.Today.Year()) + "已过期，请再核查一次。"
}
