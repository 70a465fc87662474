// Package auth holds who somebody is, how they sign in, and what they may do. Rights
// are one table, in rights.go; every page and every button asks it.
package auth

import (
	"lianluo/internal/audit"
	"lianluo/internal/tenant"
)

// Role is what somebody acts as. A person may hold several; one is active at a time.
type Role string

// The roles. The last two are nobody's account.
const (
	PlatformAdmin Role = "platform_admin" // 平台管理员: makes counties, sees no content
	Overseer      Role = "overseer"       // 市、省督导: reads across its counties, writes nothing
	CountyAdmin   Role = "county_admin"   // 县代表工委管理员
	CountyHandler Role = "county_handler" // 县代表工委办理岗
	CountyLeader  Role = "county_leader"  // 县人大常委会领导: reads, concludes what is studied
	StationHead   Role = "station_head"   // 站长
	Clerk         Role = "clerk"          // 联络员
	Deputy        Role = "deputy"         // 代表: hears and follows, does not handle
	Unit          Role = "unit"           // 承办单位经办
	Citizen       Role = "citizen"        // 群众: a link or a code
	System        Role = "system"         // a job
)

// Names are the roles as pages say them.
var Names = map[Role]string{
	PlatformAdmin: "平台管理员", Overseer: "督导", CountyAdmin: "县管理员", CountyHandler: "县办理岗",
	CountyLeader: "县领导", StationHead: "站长", Clerk: "联络员", Deputy: "人大代表", Unit: "承办单位",
	Citizen: "群众", System: "系统",
}

// Actor is who acts: a person in the role that is active, with what that role covers.
type Actor struct {
	County    tenant.County // 0: an account of the platform
	UserID    int64         // within the county, or of the platform account; 0: citizen or system
	Name      string
	LoginName string
	Role      Role
	StationID int64   // of a head or a clerk: the 联络站, its points with it
	Merged    []int64 // the stations that went into it, whose past is its own
	UnitID    int64   // of a unit's staff
	DeputyID  int64   // of a deputy
	Place     string  // the office, station or unit by name, as the top of the page says it
	StandsFor string  // whom the actor stands in for in this role (代班), by name; "" for one's own
	Address   string  // the network address that the request came from, for the audit
}

// CitizenOf is a citizen of county, who has no account.
func CitizenOf(county tenant.County) Actor {
	return Actor{County: county, Role: Citizen, Name: Names[Citizen]}
}

// SystemOf is a job acting in county.
func SystemOf(county tenant.County) Actor {
	return Actor{County: county, Role: System, Name: Names[System]}
}

// Audit is the actor as an audit entry names it.
func (a Actor) Audit() audit.Actor {
	return audit.Actor{ID: a.UserID, Name: a.Name, Role: string(a.Role), StandsFor: a.StandsFor, Address: a.Address}
}

// Signature is the actor's name as it stands under what was done: 李岚, 李岚（代武小芹）.
func (a Actor) Signature() string { return InStead(a.Name, a.StandsFor) }

// InStead is a name or a role with whom it stands in for: 联络员（代武小芹）.
func InStead(name, of string) string {
	if of == "" {
		return name
	}
	return name + "（代" + of + "）"
}

// Level is at which level the actor stands when it hands a case out or approves it.
func (a Actor) Level() string {
	switch a.Role {
	case StationHead, Clerk:
		return "township"
	case CountyAdmin, CountyHandler, CountyLeader:
		return "county"
	}
	return ""
}
