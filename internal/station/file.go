package station

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"lianluo/internal/audit"
	"lianluo/internal/auth"
	"lianluo/internal/errs"
	"lianluo/internal/tenant"
)

// File is whose the file of a 功能区 or of a check is.
type File struct{ owner **owner }

type owner struct {
	Code   string
	RootID int64
	Check  bool // not a 功能区
}

// FileOf reads which place the file with that key belongs to.
func FileOf(v *tenant.View, key uuid.UUID) File {
	return File{tenant.Maybe[owner](v, `select s.code, s.root_id, a.check_id is not null as check from attachments a
		left join station_zones z on z.county_id = @county and z.id = a.zone_id
		left join station_checks c on c.county_id = @county and c.id = a.check_id
		join stations s on s.county_id = @county and s.id = coalesce(z.station_id, c.station_id)
		where a.county_id = @county and a.key = @key`, pgx.NamedArgs{"key": key})}
}

// SeenBy is nil for whoever sees stations, of a check's file for whom SeesEvidence says, and
// errs.Forbidden otherwise.
func (f File) SeenBy(by auth.Actor) error {
	of := *f.owner
	if of == nil || by.Scope(auth.SeeStations) != auth.WholeCounty || of.Check && !SeesEvidence(by, of.RootID) {
		return fmt.Errorf("file of a station: %w", errs.Forbidden)
	}
	return nil
}

// SeesEvidence reports whether by may see what proves a check at a place of the station root:
// it may show a register with citizens' names in it. So whoever checks there and whoever sees
// the station's cases may.
func SeesEvidence(by auth.Actor, root int64) bool {
	of := auth.Subject{StationID: root}
	return by.MayOn(auth.CheckStations, of) || by.MayOn(auth.SeeCases, of)
}

// Opened records that by looked at a file in full: what proves a check may show a register
// with names in it.
func (f File) Opened(ctx context.Context, tx *tenant.Tx, by auth.Actor, key uuid.UUID) error {
	return audit.Record(ctx, tx, by.Audit(), "file.open", "station "+(*f.owner).Code, map[string]any{"file": key})
}
