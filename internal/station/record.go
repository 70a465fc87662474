package station

import (
	"context"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/county"
	"lianluo/internal/null"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// Record is a place as it is kept, with the names of what it points at.
type Record struct {
	ID            int64
	Code          string
	Kind          string
	RootID        int64 // the 联络站 that it belongs to; a station's own id
	ParentID      *int64
	Parent        *string // the parent's code
	ParentName    *string
	ParentState   *string
	Name          string
	ShortName     string
	Division      string
	DivisionName  string
	Township      string // by name; of what serves the whole county, the county
	Address       *string
	Phone         *string
	OpeningHours  *string
	Latitude      *float64
	Longitude     *float64
	Area          *int32
	Villages      []string // codes
	VillageNames  []string
	Functions     []int64
	FunctionNames []string
	State         string
	Successor     *string // the code of the place that it went into
	SuccessorName *string
	Version       int32
}

const selectRecord = `select s.id, s.code, s.kind, s.root_id, s.parent_id, p.code as parent, p.short_name as parent_name, p.state as parent_state,
		s.name, s.short_name, s.division_code as division, d.name as division_name, t.name as township,
		s.address, s.phone, s.opening_hours, s.latitude, s.longitude, s.area,
		array(select v.division_code from station_villages v where v.county_id = @county and v.station_id = s.id order by 1) as villages,
		array(select n.name from station_villages v join divisions n on n.code = v.division_code
			where v.county_id = @county and v.station_id = s.id order by n.code) as village_names,
		array(select f.function_id from station_functions f where f.county_id = @county and f.station_id = s.id order by 1) as functions,
		array(select n.name from station_functions f join functions n on n.county_id = @county and n.id = f.function_id
			where f.county_id = @county and f.station_id = s.id order by n.position, n.id) as function_names,
		s.state, m.code as successor, m.name as successor_name, s.version
	from stations s
	join divisions d on d.code = s.division_code
	join divisions t on t.code = left(s.division_code, 9)
	left join stations p on p.county_id = @county and p.id = s.parent_id
	left join stations m on m.county_id = @county and m.id = s.successor_id
	where s.county_id = @county and `

// RecordOf queues the place with that code; there may be none.
func RecordOf(v *tenant.View, code string) **Record {
	return tenant.Maybe[Record](v, selectRecord+`s.code = @code`, pgx.NamedArgs{"code": code})
}

// Find reads the place with that code, or errs.NotFound.
func Find(ctx context.Context, tx *tenant.Tx, code string) (Record, error) {
	return postgres.One[Record](ctx, tx, selectRecord+`s.code = @code`, pgx.NamedArgs{"code": code})
}

// FindID reads the place with that id, or errs.NotFound.
func FindID(ctx context.Context, tx *tenant.Tx, id int64) (Record, error) {
	return postgres.One[Record](ctx, tx, selectRecord+`s.id = @id`, pgx.NamedArgs{"id": id})
}

// Subject is where the place belongs, for asking rights.
func (r *Record) Subject() auth.Subject { return auth.Subject{StationID: r.RootID} }

// Facts are what a form begins from.
func (r *Record) Facts() Facts {
	area := 0
	if r.Area != nil {
		area = int(*r.Area)
	}
	return Facts{Code: r.Code, Kind: r.Kind, Parent: null.Value(r.Parent), Name: r.Name, ShortName: r.ShortName, Division: r.Division,
		Address: null.Value(r.Address), Phone: null.Value(r.Phone), OpeningHours: null.Value(r.OpeningHours), Latitude: r.Latitude, Longitude: r.Longitude,
		Area: area, Villages: r.Villages, Functions: r.Functions}
}

// differences are what became of a place, in words.
func differences(was, is *Record) county.Changes {
	changes := county.Changes{}
	before, after := was.words(), is.words()
	for field, value := range after {
		changes.Set(field, before[field], value)
	}
	return changes
}

func (r *Record) words() map[string]string {
	words := map[string]string{"name": r.Name, "short_name": r.ShortName, "parent": null.Value(r.ParentName), "division": r.DivisionName,
		"address": null.Value(r.Address), "phone": null.Value(r.Phone), "opening_hours": null.Value(r.OpeningHours), "latitude": degrees(r.Latitude),
		"longitude": degrees(r.Longitude), "area": "", "villages": strings.Join(r.VillageNames, "、"), "functions": strings.Join(r.FunctionNames, "、")}
	if r.Area != nil {
		words["area"] = strconv.Itoa(int(*r.Area))
	}
	return words
}

// degrees is a coordinate as forms have it.
func degrees(d *float64) string {
	if d == nil {
		return ""
	}
	return strconv.FormatFloat(*d, 'f', -1, 64)
}
