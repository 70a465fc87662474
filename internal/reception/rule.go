package reception

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"lianluo/internal/audit"
	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/county"
	"lianluo/internal/errs"
	"lianluo/internal/null"
	"lianluo/internal/option"
	"lianluo/internal/postgres"
	"lianluo/internal/rota"
	"lianluo/internal/tenant"
)

// Facts are what a day and the rule that brings it have in common, as a form has them.
type Facts struct {
	StationID int64
	PlaceID   int64 // the station, or one of its points and posts
	Kind      string
	Starts    string // 09:00
	Ends      string
	Seats     int // deputies on duty
	Spares    int // substitutes
	Theme     string
	Invited   string // 国家机关参加单位
	Route     string
}

// check tidies what was typed and judges it by field.
func (f *Facts) check(ctx context.Context, tx *tenant.Tx, invalid errs.Invalid) error {
	f.Theme, f.Invited, f.Route = strings.TrimSpace(f.Theme), strings.TrimSpace(f.Invited), strings.TrimSpace(f.Route)
	if !option.Has(Kinds, f.Kind) {
		invalid["kind"] = "请选择是哪一种接待。"
	}
	hours(invalid, &f.Starts, &f.Ends)
	between(invalid, "seats", f.Seats, 1, 9)
	between(invalid, "spares", f.Spares, 0, 9)
	county.Readable(invalid, "theme", f.Theme, longLine)
	county.Readable(invalid, "invited", f.Invited, longText)
	county.Readable(invalid, "route", f.Route, longText)
	if f.Kind == "theme" && f.Theme == "" {
		invalid["theme"] = "主题接待请写主题。"
	}
	if f.Kind == "mobile" && f.Route == "" {
		invalid["route"] = "流动接待请写路线，到哪几个村。"
	}
	return atStation(ctx, tx, invalid, f.StationID, f.PlaceID)
}

func (f Facts) args() pgx.NamedArgs {
	return pgx.NamedArgs{"place": f.PlaceID, "kind": f.Kind, "starts": f.Starts, "ends": f.Ends, "seats": f.Seats,
		"spares": f.Spares, "theme": null.Of(f.Theme), "invited": null.Of(f.Invited), "route": null.Of(f.Route)}
}

func (f Facts) with(more pgx.NamedArgs) pgx.NamedArgs {
	args := f.args()
	maps.Copy(args, more)
	return args
}

const factColumns = `place_id, kind, starts, ends, seats, spares, theme, invited, route`
const factValues = `@place, @kind, @starts, @ends, @seats, @spares, @theme, @invited, @route`
const factSets = `place_id = @place, kind = @kind, starts = @starts, ends = @ends, seats = @seats, spares = @spares, theme = @theme,
	invited = @invited, route = @route`

func (f Facts) differences(to Facts) county.Changes {
	changes := county.Changes{}
	changes.Set("kind", option.NameOf(Kinds, f.Kind), option.NameOf(Kinds, to.Kind))
	changes.Set("starts", f.Starts, to.Starts)
	changes.Set("ends", f.Ends, to.Ends)
	changes.Set("seats", itoa(f.Seats), itoa(to.Seats))
	changes.Set("spares", itoa(f.Spares), itoa(to.Spares))
	changes.Set("theme", f.Theme, to.Theme)
	changes.Set("invited", f.Invited, to.Invited)
	changes.Set("route", f.Route, to.Route)
	if f.PlaceID != to.PlaceID {
		changes["place"] = [2]string{"", "换了地点"}
	}
	return changes
}

// RuleInput is a rule as a form has it.
type RuleInput struct {
	Facts
	Rule     rota.Rule
	From, To *calendar.Date // To: nil, until somebody retires it
}

func (in *RuleInput) check(ctx context.Context, tx *tenant.Tx) error {
	invalid := errs.Invalid{}
	if err := in.Facts.check(ctx, tx, invalid); err != nil {
		return err
	}
	in.Rule = in.Rule.Tidy()
	if wrong, ok := errors.AsType[errs.Invalid](in.Rule.Check()); ok {
		maps.Copy(invalid, wrong)
	}
	switch {
	case in.From == nil:
		invalid["from"] = "请填从哪一天起。"
	case in.To != nil && in.To.Before(*in.From):
		invalid["to"] = "到哪一天，不能早于从哪一天。"
	}
	return invalid.Err()
}

// Rule is a station's rule as it is kept.
type Rule struct {
	ID        int64
	StationID int64
	Station   string
	PlaceID   int64
	Place     string
	Kind      string
	Rule      rota.Rule
	Starts    string
	Ends      string
	Seats     int
	Spares    int
	Theme     *string
	Invited   *string
	Route     *string
	FromDate  calendar.Date
	ToDate    *calendar.Date
	Retired   bool
	Version   int32
}

// Facts are the rule's, as a form has them.
func (r Rule) Facts() Facts {
	return Facts{r.StationID, r.PlaceID, r.Kind, r.Starts, r.Ends, r.Seats, r.Spares, null.Value(r.Theme), null.Value(r.Invited), null.Value(r.Route)}
}

// Words say which it is: 每月第一个星期二 09:00–11:30 王桥镇人大代表联络站.
func (r Rule) Words() string { return r.Rule.Words() + " " + r.Starts + "–" + r.Ends + " " + r.Place }

// KindName is what its days are, as pages say it.
func (r Rule) KindName() string { return option.NameOf(Kinds, r.Kind) }

const selectRules = `select r.id, r.station_id, s.short_name as station, r.place_id, p.name as place, r.kind, r.rule, r.starts, r.ends, r.seats,
		r.spares, r.theme, r.invited, r.route, r.from_date, r.to_date, r.retired, r.version
	from reception_rules r join stations s on s.county_id = @county and s.id = r.station_id
	join stations p on p.county_id = @county and p.id = r.place_id where r.county_id = @county `

// rulesWithin is within for rules, which a deputy sees none of.
func rulesWithin(by auth.Actor, args pgx.NamedArgs) string {
	if by.Scope(auth.SeeReceptions) == auth.OwnRecord {
		return `false`
	}
	return within(by, args)
}

// Rules reads the rules that by may see, those of one station where it is not 0; the
// retired ones last.
func Rules(v *tenant.View, by auth.Actor, stationID int64) *[]Rule {
	args := pgx.NamedArgs{"station": stationID}
	return tenant.All[Rule](v, selectRules+`and (@station::bigint = 0 or r.station_id = @station) and `+rulesWithin(by, args)+
		` order by r.retired, s.code, r.id`, args)
}

// RuleOf reads one rule; one that by may not see is errs.NotFound.
func RuleOf(v *tenant.View, by auth.Actor, id int64) *Rule {
	args := pgx.NamedArgs{"id": id}
	return tenant.One[Rule](v, selectRules+`and r.id = @id and `+rulesWithin(by, args), args)
}

// AddRule keeps a new rule and returns its id; a second press of the same button finds the
// first. It makes no day: Generate does. It returns errs.Invalid by field.
func AddRule(ctx context.Context, tx *tenant.Tx, by auth.Actor, key uuid.UUID, in RuleInput) (int64, error) {
	if err := mayChange(by, in.StationID); err != nil {
		return 0, err
	}
	if err := in.check(ctx, tx); err != nil {
		return 0, err
	}
	rule, err := json.Marshal(in.Rule)
	if err != nil {
		return 0, err
	}
	id, err := postgres.Value[int64](ctx, tx, `insert into reception_rules (county_id, submission_key, station_id, `+factColumns+`, rule, from_date, to_date)
		values (@county, @key, @station, `+factValues+`, @rule, @from, @to) on conflict (county_id, submission_key) do nothing returning id`,
		in.with(pgx.NamedArgs{"key": key, "station": in.StationID, "rule": string(rule), "from": in.From, "to": in.To}))
	if err != nil {
		return already(ctx, tx, "reception_rules", key, err)
	}
	return id, audit.Record(ctx, tx, by.Audit(), "reception.rule.add", "rule "+itoa(id), map[string]any{"name": in.Rule.Words(), "version": 1})
}

func lockRule(ctx context.Context, tx *tenant.Tx, by auth.Actor, id int64) (Rule, error) {
	r, err := postgres.One[Rule](ctx, tx, selectRules+`and r.id = @id for no key update of r`, pgx.NamedArgs{"id": id})
	if err != nil {
		return r, err
	}
	return r, mayChange(by, r.StationID)
}

// ChangeRule changes a rule; the days that it has brought stay until Generate is asked. It
// returns errs.Invalid by field, and county.Stale for a form that began from another version.
func ChangeRule(ctx context.Context, tx *tenant.Tx, by auth.Actor, id int64, version int32, in RuleInput) error {
	was, err := lockRule(ctx, tx, by, id)
	if err != nil {
		return err
	}
	in.StationID = was.StationID
	if err := in.check(ctx, tx); err != nil {
		return err
	}
	changes := was.Facts().differences(in.Facts)
	changes.Set("rule", was.Rule.Words(), in.Rule.Words())
	changes.Set("from", was.FromDate.String(), in.From.String())
	changes.Set("to", null.Value(was.ToDate).String(), null.Value(in.To).String())
	rule, err := json.Marshal(in.Rule)
	if err != nil {
		return err
	}
	if kept, err := json.Marshal(was.Rule); err != nil || len(changes) == 0 && string(kept) == string(rule) {
		return err
	}
	if was.Version != version {
		return county.Overtaken(ctx, tx, "rule "+itoa(id), version, was.Version)
	}
	_, err = postgres.Exec(ctx, tx, `update reception_rules set `+factSets+`, rule = @rule, from_date = @from, to_date = @to, version = @version
		where county_id = @county and id = @id`,
		in.with(pgx.NamedArgs{"id": id, "rule": string(rule), "from": in.From, "to": in.To, "version": was.Version + 1}))
	if err != nil {
		return fmt.Errorf("change rule: %w", err)
	}
	return was.record(ctx, tx, by, "reception.rule.change", changes)
}

// RetireRule ends a rule, or lets it hold again, and returns the station whose rule it is.
func RetireRule(ctx context.Context, tx *tenant.Tx, by auth.Actor, id int64, retired bool) (station int64, err error) {
	was, err := lockRule(ctx, tx, by, id)
	if err != nil || was.Retired == retired {
		return was.StationID, err
	}
	return was.StationID, was.retire(ctx, tx, by, retired)
}

func (r Rule) retire(ctx context.Context, tx *tenant.Tx, by auth.Actor, retired bool) error {
	_, err := postgres.Exec(ctx, tx, `update reception_rules set retired = @retired, version = @version where county_id = @county and id = @id`,
		pgx.NamedArgs{"id": r.ID, "retired": retired, "version": r.Version + 1})
	if err != nil {
		return fmt.Errorf("retire rule: %w", err)
	}
	return r.record(ctx, tx, by, "reception.rule.retire", county.Changes{"retired": {county.YesNo(r.Retired), county.YesNo(retired)}})
}

// record writes into the county's record what became of the rule as it was.
func (r Rule) record(ctx context.Context, tx *tenant.Tx, by auth.Actor, action string, changes county.Changes) error {
	return audit.Record(ctx, tx, by.Audit(), action, "rule "+itoa(r.ID),
		map[string]any{"name": r.Rule.Words(), "version": r.Version + 1, "changes": changes})
}
