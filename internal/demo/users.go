package demo

import (
	"slices"

	"lianluo/internal/auth"
)

// makeUsers makes an account for every role: four in the county's office, head, clerk and
// a deputy in each station, one in each unit.
func (w *world) makeUsers() {
	for _, a := range accounts {
		w.usedNames[a.Name] = true
	}
	w.admin = w.newUser(w.prefix+".admin", "male", "代表工委主任", role{role: auth.CountyAdmin})
	w.office = w.newUser(w.prefix+".office", "female", "代表工委干部", role{role: auth.CountyHandler})
	w.office2 = w.newUser(w.prefix+".office2", "male", "代表工委干部", role{role: auth.CountyHandler})
	w.leader = w.newUser(w.prefix+".leader", "male", "人大常委会副主任", role{role: auth.CountyLeader})
	for _, s := range w.stations {
		w.stationUsers(s)
	}
	last := w.stations[len(w.stations)-1]
	w.away, w.gone = last.head, last.member
	for _, u := range w.units {
		u.staff = w.newUser(w.unitLogin(u), w.gender(0.4), "承办联络员", role{role: auth.Unit, unit: u})
	}
}

// stationUsers: the head is the first of the group, a deputy himself; in the demonstration's
// station he can switch to that role.
func (w *world) stationUsers(s *station) {
	s.head = w.deputyUser(s.login+".head", s.group[0], s.group[0].duties, role{role: auth.StationHead, station: s})
	if s.login == "wq" {
		s.head.roles = append(s.head.roles, role{role: auth.Deputy, deputy: s.group[0]})
	}
	s.clerk = w.newUser(s.login+".clerk", w.gender(0.6), "人大干事、联络员", role{role: auth.Clerk, station: s})
	i := slices.IndexFunc(s.group, func(d *deputy) bool { return d.role == "member" && d.highest() == 1 })
	member := s.group[max(i, 1)]
	s.member = w.deputyUser(s.login+".deputy", member, "人大代表", role{role: auth.Deputy, deputy: member})
}

func (w *world) unitLogin(u *unit) string {
	if u.station != nil {
		return u.station.login + "." + u.kind
	}
	i := slices.IndexFunc(departments, func(d department) bool { return d.kind == u.kind })
	return w.prefix + "." + departments[i].login
}

func (w *world) newUser(login, gender, title string, r role) *user {
	u := &user{login: login, title: title, roles: []role{r}}
	name, fixed := fixedName(login)
	if !fixed {
		name = w.newName(gender, between(w.rng, 1968, 1997))
	}
	u.name = name
	w.users = append(w.users, u)
	return u
}

// deputyUser is the account of a deputy; a name that Accounts lists goes to both.
func (w *world) deputyUser(login string, d *deputy, title string, r role) *user {
	if name, fixed := fixedName(login); fixed {
		d.name, d.gender, d.birth = name, "male", 1973
	}
	u := &user{login: login, name: d.name, title: title, roles: []role{r}}
	w.users = append(w.users, u)
	return u
}
