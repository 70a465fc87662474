package auth

import "slices"

// Action is something that a page or a button does.
type Action string

// The actions. Which step of the workflow an actor may take is the workflow's own table
// (casefile/workflow.go); TakeStep says on whose cases.
const (
	SeeHome        Action = "home.see"
	SeeCases       Action = "case.see"
	TakeStep       Action = "case.step"
	RevealPhone    Action = "case.reveal_phone"
	RegisterVisit  Action = "visit.register"
	TakeRating     Action = "rating.take" // call-back and the station's device
	ChangePassword Action = "account.change_password"
	SwitchRole     Action = "account.switch_role"
	SeeStations    Action = "station.see"
	ChangeStations Action = "station.change"
	CheckStations  Action = "station.check"  // 规范化核查
	CloseNetwork   Action = "network.close"  // close and merge stations, units, townships
	ImportNetwork  Action = "network.import" // and take the whole out as a workbook
	SeeDeputies    Action = "deputy.see"
	ChangeDeputies Action = "deputy.change"       // mandates, groups, terms, merging included
	RevealDeputy   Action = "deputy.reveal_phone" // a deputy's private number
	SeeUnits       Action = "unit.see"
	ChangeUnits    Action = "unit.change"
	ChangeStaff    Action = "user.change" // accounts, roles, stand-ins
	ExportList     Action = "list.export"
	SaveView       Action = "list.save_view"
	SeeRegisters   Action = "register.see" // 一表两卡三簿
	SeeTasks       Action = "task.see"     // the long work that oneself started
	AttachFile     Action = "file.attach"
	SeeMessages    Action = "message.see"
	SendMessage    Action = "message.send" // again, or back
	ChangeSettings Action = "settings.change"
	SeeAudit       Action = "audit.see"
	SeeQueue       Action = "job.see"
	MakeCounties   Action = "county.make"
	Oversee        Action = "county.oversee"

	SeeReceptions    Action = "reception.see"
	ChangeReceptions Action = "reception.change" // rules, days, who is on duty, leaves, appointments
	AskLeave         Action = "reception.wish"   // for oneself: a leave, or somebody else on a day
)

// Scope is how far a right reaches.
type Scope uint8

// The scopes, from none to all.
const (
	Nowhere    Scope = iota
	OwnRecord        // what carries the actor's own name: a deputy's receptions
	OwnUnit          // the orders of the actor's unit
	OwnStation       // the actor's station and its points
	WholeCounty
	AllCounties // of the platform; never a county's content
)

// rights is the table: action × role × scope. What it does not say is forbidden.
var rights = map[Action]map[Role]Scope{
	SeeHome: {CountyAdmin: WholeCounty, CountyHandler: WholeCounty, CountyLeader: WholeCounty,
		StationHead: OwnStation, Clerk: OwnStation, Unit: OwnUnit, Deputy: OwnRecord,
		PlatformAdmin: AllCounties, Overseer: AllCounties},
	SeeCases: {CountyAdmin: WholeCounty, CountyHandler: WholeCounty, CountyLeader: WholeCounty,
		StationHead: OwnStation, Clerk: OwnStation, Unit: OwnUnit, Deputy: OwnRecord},
	TakeStep: {CountyAdmin: WholeCounty, CountyHandler: WholeCounty, CountyLeader: WholeCounty,
		StationHead: OwnStation, Clerk: OwnStation, Unit: OwnUnit, Deputy: OwnRecord},
	RevealPhone: {CountyAdmin: WholeCounty, CountyHandler: WholeCounty, StationHead: OwnStation, Clerk: OwnStation,
		Unit: OwnUnit}, // and of those only where the order says that it must call
	RegisterVisit: {CountyHandler: WholeCounty, StationHead: OwnStation, Clerk: OwnStation},
	TakeRating:    {CountyAdmin: WholeCounty, CountyHandler: WholeCounty, StationHead: OwnStation, Clerk: OwnStation},
	ChangePassword: {CountyAdmin: OwnRecord, CountyHandler: OwnRecord, CountyLeader: OwnRecord, StationHead: OwnRecord,
		Clerk: OwnRecord, Unit: OwnRecord, Deputy: OwnRecord, PlatformAdmin: OwnRecord, Overseer: OwnRecord},
	SwitchRole: {CountyAdmin: OwnRecord, CountyHandler: OwnRecord, CountyLeader: OwnRecord, StationHead: OwnRecord,
		Clerk: OwnRecord, Unit: OwnRecord, Deputy: OwnRecord},
	SeeStations: {CountyAdmin: WholeCounty, CountyHandler: WholeCounty, CountyLeader: WholeCounty,
		StationHead: WholeCounty, Clerk: WholeCounty},
	ChangeStations: {CountyAdmin: WholeCounty, CountyHandler: WholeCounty, StationHead: OwnStation},
	CheckStations:  {CountyAdmin: WholeCounty, CountyHandler: WholeCounty, StationHead: OwnStation},
	CloseNetwork:   {CountyAdmin: WholeCounty},
	ImportNetwork:  {CountyAdmin: WholeCounty, CountyHandler: WholeCounty},
	SeeDeputies: {CountyAdmin: WholeCounty, CountyHandler: WholeCounty, CountyLeader: WholeCounty,
		StationHead: OwnStation, Clerk: OwnStation, Deputy: OwnRecord},
	ChangeDeputies: {CountyAdmin: WholeCounty, CountyHandler: WholeCounty},
	RevealDeputy:   {CountyAdmin: WholeCounty, CountyHandler: WholeCounty, StationHead: OwnStation, Clerk: OwnStation},
	SeeUnits:       {CountyAdmin: WholeCounty, CountyHandler: WholeCounty, CountyLeader: WholeCounty},
	ChangeUnits:    {CountyAdmin: WholeCounty, CountyHandler: WholeCounty},
	ChangeStaff:    {CountyAdmin: WholeCounty},
	ExportList: {CountyAdmin: WholeCounty, CountyHandler: WholeCounty, CountyLeader: WholeCounty,
		StationHead: OwnStation, Clerk: OwnStation, Unit: OwnUnit},
	SaveView: {CountyAdmin: OwnRecord, CountyHandler: OwnRecord, CountyLeader: OwnRecord, StationHead: OwnRecord,
		Clerk: OwnRecord, Deputy: OwnRecord, Unit: OwnRecord},
	SeeRegisters: {CountyAdmin: WholeCounty, CountyHandler: WholeCounty, CountyLeader: WholeCounty,
		StationHead: OwnStation, Clerk: OwnStation, Deputy: OwnRecord},
	SeeTasks: {CountyAdmin: OwnRecord, CountyHandler: OwnRecord, CountyLeader: OwnRecord, StationHead: OwnRecord,
		Clerk: OwnRecord, Unit: OwnRecord},
	AttachFile: {CountyAdmin: WholeCounty, CountyHandler: WholeCounty, StationHead: OwnStation, Clerk: OwnStation,
		Unit: OwnUnit},
	SeeMessages:    {CountyAdmin: WholeCounty, CountyHandler: WholeCounty, StationHead: OwnStation, Clerk: OwnStation},
	SendMessage:    {CountyAdmin: WholeCounty, CountyHandler: WholeCounty, StationHead: OwnStation, Clerk: OwnStation},
	ChangeSettings: {CountyAdmin: WholeCounty},
	SeeAudit:       {CountyAdmin: WholeCounty, CountyLeader: WholeCounty},
	SeeQueue:       {PlatformAdmin: AllCounties},
	MakeCounties:   {PlatformAdmin: AllCounties},
	Oversee:        {Overseer: AllCounties},

	SeeReceptions: {CountyAdmin: WholeCounty, CountyHandler: WholeCounty, CountyLeader: WholeCounty,
		StationHead: OwnStation, Clerk: OwnStation, Deputy: OwnRecord},
	AskLeave:         {Deputy: OwnRecord},
	ChangeReceptions: {CountyAdmin: WholeCounty, CountyHandler: WholeCounty, StationHead: OwnStation, Clerk: OwnStation},
}

// Subject is what a right is asked about: where a record belongs.
type Subject struct {
	StationID int64   // the 联络站
	UnitIDs   []int64 // units with an order on it, lead and co-handling
	Deputies  []int64 // deputies who received it
}

// pastToo are the rights over cases and reception days that reach to those of a station that
// went into the actor's own: its past is read, what comes back of it is handled, and what came
// of its last days is told, where it went.
var pastToo = []Action{SeeCases, TakeStep, RevealPhone, TakeRating, AttachFile, SeeMessages, SendMessage, SeeReceptions, ChangeReceptions}

// Stations are those whose cases and days are the actor's: its own, and those that went into it.
func (a Actor) Stations() []int64 { return append([]int64{a.StationID}, a.Merged...) }

// Scope is how far the actor's right to action reaches; Nowhere is no right at all.
func (a Actor) Scope(action Action) Scope { return rights[action][a.Role] }

// May reports whether the actor may do action anywhere.
func (a Actor) May(action Action) bool { return a.Scope(action) > Nowhere }

// MayOn reports whether the actor may do action on subject. The county is not asked
// here: another county's record cannot be read in the first place.
func (a Actor) MayOn(action Action, on Subject) bool {
	switch a.Scope(action) {
	case WholeCounty:
		return true
	case OwnStation:
		return a.StationID != 0 && (a.StationID == on.StationID || slices.Contains(pastToo, action) && slices.Contains(a.Merged, on.StationID))
	case OwnUnit:
		return a.UnitID != 0 && slices.Contains(on.UnitIDs, a.UnitID)
	case OwnRecord:
		return a.DeputyID != 0 && slices.Contains(on.Deputies, a.DeputyID)
	}
	return false
}
