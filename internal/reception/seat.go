package reception

import (
	"context"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/errs"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// Who is on duty rd on day r: whether they are of its station's group on the date, and whether
// on leave. A seat of somebody who is not, or is, is empty, whatever the list of duty says.
const (
	belongs = `exists (select from station_deputies h where h.county_id = @county and h.deputy_id = rd.deputy_id and h.station_id = r.station_id
		and h.from_date <= r.date and (h.to_date is null or h.to_date >= r.date))`
	onLeave = `exists (select from reception_leaves h where h.county_id = @county and h.deputy_id = rd.deputy_id and h.ended_at is null
		and r.date between h.from_date and h.to_date)`
	comes = `(not rd.substitute and ` + belongs + ` and not ` + onLeave + `)`

	somebodyComes = `exists (select from reception_deputies rd where rd.county_id = @county and rd.reception_id = r.id and ` + comes + `)`

	// isLive is true of a day that is still to be held; isBare of one on which nobody comes, and
	// isShort where fewer come than it has seats.
	isLive  = `r.state in ('planned', 'published')`
	isBare  = `(` + isLive + ` and not ` + somebodyComes + `)`
	isShort = `(` + isLive + ` and (select count(*) from reception_deputies rd where rd.county_id = @county and rd.reception_id = r.id and ` + comes + `) < r.seats)`
)

// seat puts deputies of the station's group on the day; who is elsewhere, on leave or in no
// group of the station is said at field.
func (e Entry) seat(ctx context.Context, tx *tenant.Tx, field string, deputies []int64, substitutes bool) error {
	if len(deputies) == 0 {
		return nil
	}
	found, err := e.known(ctx, tx, field, deputies)
	if err != nil {
		return err
	}
	clashes, err := busy(ctx, tx, deputies, e.Date, e.Starts, e.Ends, e.ID)
	if err != nil {
		return err
	}
	words := ""
	for _, d := range found {
		if _, on := e.on(d.ID); !d.Member && !on {
			words += d.Name + outside
		}
	}
	for _, c := range clashes {
		words += c.Words()
	}
	if words != "" {
		return errs.Invalid{field: words}
	}
	return e.put(ctx, tx, deputies, substitutes)
}

func (e Entry) put(ctx context.Context, tx *tenant.Tx, deputies []int64, substitutes bool) error {
	statements := make([]tenant.Statement, len(deputies))
	for i, id := range deputies {
		statements[i] = tenant.Statement{Args: pgx.NamedArgs{"reception": e.ID, "deputy": id, "substitute": substitutes},
			SQL: `insert into reception_deputies (county_id, reception_id, deputy_id, substitute) values (@county, @reception, @deputy, @substitute)
				on conflict (county_id, reception_id, deputy_id) do update set substitute = @substitute`}
	}
	return tx.Batch(ctx, statements)
}

// seatable is a deputy who may be put on a day.
type seatable struct {
	ID     int64
	Name   string
	Member bool // of the station's group on that date
}

// known holds deputies and reads them; who is none, or is merged into another record, is said
// at field.
func (e Entry) known(ctx context.Context, tx *tenant.Tx, field string, deputies []int64) ([]seatable, error) {
	found, err := postgres.All[seatable](ctx, tx, `select d.id, d.name, exists (select from station_deputies g where g.county_id = @county and g.deputy_id = d.id
				and g.station_id = @station and g.from_date <= @date and (g.to_date is null or g.to_date >= @date)) as member
		from deputies d where d.county_id = @county and d.id = any(@ids) and d.merged_into is null order by d.id for no key update of d`,
		pgx.NamedArgs{"ids": deputies, "station": e.StationID, "date": e.Date})
	if err == nil && len(found) != len(deputies) {
		err = errs.Invalid{field: "请重新选择代表。"}
	}
	return found, err
}

// holdDeputies keeps others from putting one of them on another day at the time meanwhile.
func holdDeputies(ctx context.Context, tx *tenant.Tx, deputies []int64) error {
	_, err := postgres.All[struct{ ID int64 }](ctx, tx, `select id from deputies where county_id = @county and id = any(@ids) and merged_into is null
		order by id for no key update`, pgx.NamedArgs{"ids": deputies})
	return err
}
