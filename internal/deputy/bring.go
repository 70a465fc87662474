package deputy

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/errs"
	"lianluo/internal/postgres"
	"lianluo/internal/private"
	"lianluo/internal/tenant"
)

// Listed is a person of a long list, with mandates and places in groups.
type Listed struct {
	Facts
	Mandates []Mandate
	Groups   []Membership

	// What came of it. A listed person with any error was not made.
	ID          int64
	Number      int32
	Err         error   // as Create returns it
	MandateErrs []error // as AddMandate returns them; by Mandates
	GroupErrs   []error // as Join returns them; by Groups

	phone string
}

// CreateMany makes many people as Create, AddMandate and Join would, in a few round trips.
// What is wrong with one is said there, and stops no other; the error is of the database.
// The record names each person once.
func CreateMany(ctx context.Context, tx *tenant.Tx, keys private.Keys, by auth.Actor, all []*Listed) error {
	if err := mayChange(by); err != nil {
		return err
	}
	number, err := lockNumbers(ctx, tx)
	if err != nil {
		return err
	}
	if err := judgeAll(ctx, tx, all); err != nil {
		return err
	}
	var right []*Listed
	for _, n := range all {
		if n.right() {
			n.Number, number = number, number+1
			right = append(right, n)
		}
	}
	for start := 0; start < len(right); start += manyAtOnce {
		if err := insertMany(ctx, tx, keys, by, right[start:min(start+manyAtOnce, len(right))]); err != nil {
			return fmt.Errorf("deputies: %w", err)
		}
	}
	_, err = postgres.Exec(ctx, tx, `update deputy_numbers set last = @last where county_id = @county`, pgx.NamedArgs{"last": number - 1})
	return err
}

// manyAtOnce is how many people go in one round trip.
const manyAtOnce = 500

func (n *Listed) right() bool {
	return errors.Join(n.Err, errors.Join(n.MandateErrs...), errors.Join(n.GroupErrs...)) == nil
}

// judgeAll judges everybody by what can be looked up once.
func judgeAll(ctx context.Context, tx *tenant.Tx, all []*Listed) error {
	towns, stations, err := lookups(ctx, tx, all)
	if err != nil {
		return err
	}
	taken := map[string]error{}
	today := calendar.DateOf(tx.Now())
	var certificates []string
	for _, n := range all {
		n.phone, n.Err = n.check(tx.Now())
		n.judgeMandates(today, towns)
		n.judgeGroups(today, stations)
		if n.CertificateNo != "" {
			certificates = append(certificates, n.CertificateNo)
		}
	}
	held, err := holders(ctx, tx, certificates, 0)
	for _, h := range held {
		taken[h.CertificateNo] = h.taken(0)
	}
	for _, n := range all {
		if n.Err == nil && n.CertificateNo != "" {
			n.Err = taken[n.CertificateNo]
			taken[n.CertificateNo] = errs.Invalid{"certificate_no": "这个代表证号在名单里写给了" + n.Name + "。"}
		}
	}
	return err
}

// lookups reads the townships, and the stations of the groups, which it holds against being
// closed meanwhile.
func lookups(ctx context.Context, tx *tenant.Tx, all []*Listed) (towns map[string]string, stations map[int64]joinable, err error) {
	found, err := postgres.All[Township](ctx, tx, selectTownships+` order by t.code desc`)
	if err != nil {
		return nil, nil, fmt.Errorf("townships: %w", err)
	}
	towns, stations = map[string]string{}, map[int64]joinable{}
	for _, t := range found {
		towns[t.Code], towns[t.Name] = t.Code, t.Code
	}
	var named []int64
	for _, n := range all {
		for _, g := range n.Groups {
			named = append(named, g.StationID)
		}
	}
	places, err := postgres.All[joinable](ctx, tx, `select id, short_name, state from stations
		where county_id = @county and kind = 'station' and id = any(@named) order by id for share`, pgx.NamedArgs{"named": named})
	for _, p := range places {
		stations[p.ID] = p
	}
	return towns, stations, err
}

func (n *Listed) judgeMandates(today calendar.Date, towns map[string]string) {
	n.MandateErrs = make([]error, len(n.Mandates))
	for i := range n.Mandates {
		m := &n.Mandates[i]
		n.MandateErrs[i] = m.judge(today, func(typed string) (string, error) {
			if towns[typed] == "" {
				return "", errs.NotFound
			}
			return towns[typed], nil
		})
		for j := 0; j < i && n.MandateErrs[i] == nil; j++ {
			if o := n.Mandates[j]; o.Level == m.Level && overlap(o.From, o.To, m.From, m.To) {
				n.MandateErrs[i] = m.clash(o.Level, o.Term, o.To)
			}
		}
	}
}

func (n *Listed) judgeGroups(today calendar.Date, stations map[int64]joinable) {
	n.GroupErrs = make([]error, len(n.Groups))
	for i := range n.Groups {
		m := &n.Groups[i]
		invalid := m.judge(today)
		place, known := stations[m.StationID]
		place.judge(known, m.To != nil, invalid)
		n.GroupErrs[i] = invalid.Err()
		for j := 0; j < i && n.GroupErrs[i] == nil; j++ {
			if o := n.Groups[j]; o.StationID == m.StationID && overlap(o.From, before(o.To), m.From, before(m.To)) {
				n.GroupErrs[i] = clash(o.Role, o.From, o.To)
			}
		}
	}
}

// before is the day before a day: whoever leaves a group on a day may join it on that day.
func before(d *calendar.Date) *calendar.Date {
	if d == nil {
		return nil
	}
	return new(d.AddDays(-1))
}

// overlap reports whether two times have a day in common; nil does not end.
func overlap(from calendar.Date, to *calendar.Date, otherFrom calendar.Date, otherTo *calendar.Date) bool {
	return (otherTo == nil || !from.After(*otherTo)) && (to == nil || !otherFrom.After(*to))
}

func insertMany(ctx context.Context, tx *tenant.Tx, keys private.Keys, by auth.Actor, some []*Listed) error {
	people := make([]tenant.Statement, len(some))
	for i, n := range some {
		args := n.args(tx.Now(), by, n.Approve && MayApprove(by))
		args["number"], args["key"], args["now"] = n.Number, nil, tx.Now()
		people[i] = tenant.Statement{SQL: insertDeputy, Args: args}
	}
	ids, err := tx.BatchIDs(ctx, people)
	if err != nil {
		return err
	}
	var rest []tenant.Statement
	for i, n := range some {
		n.ID = ids[i]
		if n.hasPrivate(n.phone) {
			rest = append(rest, tenant.Statement{SQL: writePrivate, Args: n.sealed(tx.County(), keys, n.ID, n.phone)})
		}
		for _, m := range n.Mandates {
			rest = append(rest, tenant.Statement{SQL: insertMandate, Args: m.args(pgx.NamedArgs{"deputy": n.ID})})
		}
		for _, g := range n.Groups {
			rest = append(rest, tenant.Statement{SQL: insertPlace, Args: g.args(n.ID)})
		}
	}
	if len(rest) > 0 {
		if err := tx.Batch(ctx, rest); err != nil {
			return err
		}
	}
	for _, n := range some {
		if err := record(ctx, tx, by, "deputy.create", n.Number, map[string]any{"name": n.Name, "version": 1}); err != nil {
			return err
		}
	}
	return nil
}
