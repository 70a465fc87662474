// Package demo fills a database with a demonstration: the twelve counties of 长治市, their
// stations, deputies, units and staff, and a year of receptions and cases. Places are
// real; people, numbers and matters are invented. It never touches a database that holds
// a real county.
package demo

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"lianluo/internal/audit"
	"lianluo/internal/auth"
	"lianluo/internal/county"
	"lianluo/internal/errs"
	"lianluo/internal/private"
	"lianluo/internal/tenant"
)

// Options say what is loaded.
type Options struct {
	Now   time.Time    // the demonstration's present; the zero time is the database's clock
	Seed  uint64       // 0: the usual one. The same seed and now give the same content
	Only  string       // a county's division code, or several with commas, for tests; "": all twelve
	Cases int          // cases of each county, about; 0: about twelve thousand in the city
	Log   *slog.Logger // nil: silent
}

const usualSeed = 20211404

// together is how many counties are loaded at a time, once the first is there.
const together = 2

// Load loads the demonstration counties that are missing, each in one transaction, so
// that a load that was killed goes on with what is missing. 襄垣县 is there first. It
// returns errs.Conflict where the database holds a county that is not a demonstration.
func Load(ctx context.Context, db *tenant.DB, keys private.Keys, o Options) error {
	real, err := county.AnyReal(ctx, db)
	if err != nil {
		return fmt.Errorf("demonstration: %w", err)
	}
	if real {
		return errs.Refuse(errs.Conflict, "数据库里已有正式的县，不能载入演示数据。演示请另用一个空的数据库（数据目录）。")
	}
	missing, err := missingCounties(ctx, db, o.Only)
	if err != nil {
		return err
	}
	if o.Now.IsZero() {
		o.Now = db.Now()
	}
	if o.Seed == 0 {
		o.Seed = usualSeed
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	l := loader{db: db, keys: keys, o: o}
	l.hash = sync.OnceValues(func() (string, error) { return auth.HashPassword(Password) })
	return l.run(ctx, missing)
}

// missingCounties are the demonstration's counties that are not there yet, in the order of loading.
func missingCounties(ctx context.Context, db *tenant.DB, only string) ([]string, error) {
	there, err := county.All(ctx, db)
	if err != nil {
		return nil, fmt.Errorf("demonstration: %w", err)
	}
	wanted := counties()
	if only != "" {
		wanted = strings.Split(only, ",")
	}
	return slices.DeleteFunc(wanted, func(code string) bool {
		return slices.ContainsFunc(there, func(c county.County) bool { return c.DivisionCode == code })
	}), nil
}

type loader struct {
	db   *tenant.DB
	keys private.Keys
	o    Options
	hash func() (string, error) // of Password: computed once, it is slow on purpose
}

// run loads the first county alone, then the platform's accounts, then the others.
func (l loader) run(ctx context.Context, codes []string) error {
	if len(codes) > 0 {
		if err := l.county(ctx, codes[0]); err != nil {
			return err
		}
		codes = codes[1:]
	}
	if err := l.platform(ctx); err != nil {
		return err
	}
	var (
		wait   sync.WaitGroup
		mu     sync.Mutex
		failed error
		rest   = make(chan string, len(codes))
	)
	for _, code := range codes {
		rest <- code
	}
	close(rest)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	for range together {
		wait.Go(func() {
			for code := range rest {
				if err := l.county(ctx, code); err != nil {
					mu.Lock()
					failed = errors.Join(failed, err)
					mu.Unlock()
					cancel() // the others stop; what is committed stays
					return
				}
			}
		})
	}
	wait.Wait()
	return failed
}

// county makes one county and everything in it.
func (l loader) county(ctx context.Context, code string) error {
	began := time.Now()
	c := county.New{DivisionCode: code, Phone: "0355-0" + code, Demo: true}
	id, err := county.Reserve(ctx, l.db, c)
	if err != nil {
		return l.loadedMeanwhile(ctx, code, err)
	}
	var w *world
	err = l.db.Update(ctx, id, func(tx *tenant.Tx) error {
		if err := county.Make(ctx, tx, c); err != nil {
			return err
		}
		if err := county.SendAtOnce(ctx, tx); err != nil {
			return err
		}
		settings, err := county.SettingsTx(ctx, tx)
		if err != nil {
			return err
		}
		if w, err = generate(code, l.o, settings); err != nil {
			return err
		}
		if err := l.write(ctx, tx, w); err != nil {
			return err
		}
		return audit.Record(ctx, tx, auth.SystemOf(id).Audit(), "demo.load", "county "+code,
			map[string]any{"cases": len(w.cases), "deputies": len(w.deputies), "stations": len(w.stations)})
	})
	if err != nil {
		return l.loadedMeanwhile(ctx, code, err)
	}
	l.o.Log.InfoContext(ctx, "demonstration county loaded", "county", w.name, "stations", len(w.stations),
		"deputies", len(w.deputies), "cases", len(w.cases), "missing", w.missing, "took", time.Since(began).Round(time.Millisecond))
	return nil
}

// loadedMeanwhile forgives the conflict with another server that loads the same.
func (l loader) loadedMeanwhile(ctx context.Context, code string, err error) error {
	if errors.Is(err, errs.Conflict) {
		if c, e := county.ByDivision(ctx, l.db, code); e == nil && c.Demo {
			return nil
		}
	}
	return fmt.Errorf("demonstration county %s: %w", code, err)
}
