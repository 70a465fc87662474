package casetest

import (
	"lianluo/internal/auth"
	"lianluo/internal/casefile"
)

// A way is the last step to a state, from the state before it.
type way struct {
	from casefile.State
	by   func(*World) auth.Actor
	in   func(*World) casefile.Input
}

// ways are the paths that Drive takes: everything goes by 县水利局.
func ways() map[casefile.State]way {
	return map[casefile.State]way{
		casefile.Sorted:          {casefile.Registered, clerk, (*World).Sorting},
		casefile.Reported:        {casefile.Sorted, head, just(casefile.Input{Step: casefile.Report, Proposal: "请县水利局办理。"})},
		casefile.RefusalProposed: {casefile.Reported, handler, (*World).Refusing},
		casefile.Merged:          {casefile.Reported, handler, (*World).merging},
		casefile.Suggested: {casefile.Reported, handler, func(w *World) casefile.Input {
			return casefile.Input{Step: casefile.Suggest, DeputyID: w.Deputies[0], Reference: "第 12 号"}
		}},
		casefile.Assigned: {casefile.Reported, handler, func(w *World) casefile.Input {
			return casefile.Input{Step: casefile.HandOut, UnitID: w.WaterUnit}
		}},
		casefile.ReturnRequested:    {casefile.Assigned, water, just(casefile.Input{Step: casefile.RequestReturn, Reason: "管网归镇政府。"})},
		casefile.Handling:           {casefile.Assigned, water, just(casefile.Input{Step: casefile.Sign})},
		casefile.ExtensionRequested: {casefile.Handling, water, just(casefile.Input{Step: casefile.RequestExtension, Reason: "要等管材到货。", Days: 10})},
		casefile.Paused: {casefile.Handling, handler, func(w *World) casefile.Input {
			return casefile.Input{Step: casefile.Pause, Reason: "上冻，开春再挖。", Day: w.Today().AddDays(60)}
		}},
		casefile.Submitted:      {casefile.Handling, water, just(Answering("A"))},
		casefile.Approved:       {casefile.Submitted, handler, just(casefile.Input{Step: casefile.Approve})},
		casefile.AwaitingRating: {casefile.Approved, clerk, (*World).FeedingBack},
		casefile.Review:         {casefile.AwaitingRating, citizen, just(RatingAs(2, 3))},
		casefile.Study:          {casefile.Review, handler, just(casefile.Input{Step: casefile.Escalate})},
		casefile.Closed:         {casefile.AwaitingRating, citizen, just(RatingAs(5, 4))},
		casefile.Archived:       {casefile.Closed, admin, just(casefile.Input{Step: casefile.Archive})},
	}
}

func clerk(w *World) auth.Actor   { return w.Clerk }
func head(w *World) auth.Actor    { return w.Head }
func handler(w *World) auth.Actor { return w.Handler }
func admin(w *World) auth.Actor   { return w.Admin }
func water(w *World) auth.Actor   { return w.Water }
func citizen(w *World) auth.Actor { return w.Citizen }

func just(in casefile.Input) func(*World) casefile.Input {
	return func(*World) casefile.Input { return in }
}

// Drive takes a case of 王桥镇, from where it stands, by legal steps to a state, all at
// the world's time. What waits for a second round goes through one.
func (w *World) Drive(number string, to casefile.State) casefile.Case {
	w.t.Helper()
	c := w.Case(number)
	if c.State == to {
		return c
	}
	way, found := ways()[to]
	if !found {
		w.t.Fatalf("case %s: no way from %s", number, c.State)
	}
	c = w.Drive(number, way.from)
	if to == casefile.Study && c.Round == 1 {
		w.MustTake(w.Handler, number, casefile.Input{Step: casefile.Rehandle, Reason: "群众不满意。"})
		w.Drive(number, casefile.Review)
	}
	return w.MustTake(way.by(w), number, way.in(w))
}

// DriveNew registers a case and drives it to a state.
func (w *World) DriveNew(to casefile.State) (number string) {
	w.t.Helper()
	number = w.OneCase()
	w.Drive(number, to)
	return number
}

// Sorting is a valid input of Sort.
func (w *World) Sorting() casefile.Input {
	return casefile.Input{Step: casefile.Sort, Title: "五阳村自来水管冻裂", CategoryID: w.Category, Level: "county", Proposal: "建议请县水利局查看管网。"}
}

// Refusing is a valid input of Refuse.
func (w *World) Refusing() casefile.Input {
	return casefile.Input{Step: casefile.Refuse, RefusalID: w.Refusals[0], Text: "请到县人民法院诉讼服务中心。"}
}

func (w *World) merging() casefile.Input {
	w.t.Helper()
	return casefile.Input{Step: casefile.Merge, LeadNumber: w.DriveNew(casefile.Reported)}
}

// Answering is a valid input of Submit with a class that promises nothing.
func Answering(class string) casefile.Input {
	return casefile.Input{Step: casefile.Submit, Text: "破损管段已更换，已恢复供水。", Class: class}
}

// FeedingBack is a valid input of GiveFeedback: the citizen by phone, both deputies by message.
func (w *World) FeedingBack() casefile.Input {
	in := casefile.Input{Step: casefile.GiveFeedback, Text: "水管修好了，请您放心用水。",
		Citizen: casefile.Told{Way: "phone", On: w.Today(), By: w.Clerk.Name}}
	for _, deputy := range w.Deputies[:2] {
		in.Deputies = append(in.Deputies, casefile.Told{DeputyID: deputy, Way: "message", On: w.Today(), By: w.Clerk.Name})
	}
	return in
}

// RatingAs is a valid input of Rate with both answers.
func RatingAs(result, attitude int) casefile.Input {
	return casefile.Input{Step: casefile.Rate, Result: result, Attitude: attitude, Channel: "link"}
}
