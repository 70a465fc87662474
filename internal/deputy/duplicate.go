package deputy

import (
	"context"
	"fmt"
	"strconv"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/errs"
	"lianluo/internal/null"
	"lianluo/internal/postgres"
	"lianluo/internal/private"
	"lianluo/internal/tenant"
)

// Pair is two records that may be one person's.
type Pair struct {
	Low, High         int32 // their numbers
	LowName, HighName string
	LowBirth          *int32
	HighBirth         *int32
	LowDuties         *string
	HighDuties        *string
	LowStations       []string
	HighStations      []string
	Why               []string // of Reasons
}

// Reasons are why two records may be one person's, the strongest first.
var Reasons = []Word{{"phone", "私人电话相同"}, {"certificate", "代表证号只是写法不同"}, {"birth", "姓名和出生年份相同"},
	{"name", "姓名相同，有一份没有出生年份"}}

// mostPairs bounds the list of pairs: who settles some sees the next.
const mostPairs = 200

// Forms under which two ways to write the same come out equal: 襄代 第００７ 号 and 襄代-7.
const (
	nameForm = `search_form(translate(d.name, ' 　·•', ''))`
	certForm = `regexp_replace(regexp_replace(search_form(d.certificate_no), '[[:space:][:punct:]—第号]', '', 'g'), '(^|[^0-9])0+(?=[0-9])', '\1', 'g')`
)

const stationsOf = `array(select s.short_name from station_deputies g join stations s on s.county_id = @county and s.id = g.station_id
	where g.county_id = @county and g.deputy_id = %s.id and g.to_date is null order by s.code)`

// Duplicates queues the pairs of records that may be one person's, and that nobody has
// said to be two people's.
func Duplicates(v *tenant.View) *[]Pair {
	return tenant.All[Pair](v, `with people as materialized (
			select d.id, `+nameForm+` as name, d.birth_year, `+certForm+` as certificate, p.phone_blind as phone
			from deputies d left join deputy_private p on p.county_id = @county and p.deputy_id = d.id
			where d.county_id = @county and d.merged_into is null),
		pairs as (
			select a.id as low, b.id as high, 'phone' as why from people a join people b on b.phone = a.phone and b.id > a.id
			union all
			select a.id, b.id, 'certificate' from people a join people b on b.certificate = a.certificate and b.id > a.id
			union all
			select a.id, b.id, case when a.birth_year = b.birth_year then 'birth' else 'name' end from people a join people b on b.name = a.name and b.id > a.id
			where a.birth_year = b.birth_year or a.birth_year is null or b.birth_year is null)
		select a.number as low, b.number as high, a.name as low_name, b.name as high_name, a.birth_year as low_birth, b.birth_year as high_birth,
			a.duties as low_duties, b.duties as high_duties,
			`+fmt.Sprintf(stationsOf, "a")+` as low_stations, `+fmt.Sprintf(stationsOf, "b")+` as high_stations, p.why
		from (select low, high, array_agg(why order by why = 'name', why = 'birth', why) as why from pairs group by low, high) p
		join deputies a on a.county_id = @county and a.id = p.low
		join deputies b on b.county_id = @county and b.id = p.high
		where not exists (select from deputy_distinct x where x.county_id = @county and x.low_id = p.low and x.high_id = p.high)
		order by p.why = array['name'], cardinality(p.why) desc, a.number, b.number limit @most`, pgx.NamedArgs{"most": mostPairs})
}

// SayDistinct remembers that two records are two people's, and says so in the record.
// Said twice it is said once.
func SayDistinct(ctx context.Context, tx *tenant.Tx, keys private.Keys, by auth.Actor, a, b int32) error {
	if err := mayChange(by); err != nil {
		return err
	}
	pair, err := lockPair(ctx, tx, keys, a, b)
	if err != nil {
		return err
	}
	low, high := pair[0].ID, pair[1].ID
	n, err := postgres.Exec(ctx, tx, `insert into deputy_distinct (county_id, low_id, high_id, at, by_id, by_name)
		values (@county, @low, @high, @now, @by, @by_name) on conflict (county_id, low_id, high_id) do nothing`,
		pgx.NamedArgs{"low": low, "high": high, "now": tx.Now(), "by": null.Of(by.UserID), "by_name": by.Name})
	if err != nil {
		return fmt.Errorf("distinct: %w", err)
	}
	if n == 0 {
		return nil
	}
	return record(ctx, tx, by, "deputy.distinct", a, map[string]any{"other": strconv.Itoa(int(b))})
}

// lockPair holds two records that show, the older one first.
func lockPair(ctx context.Context, tx *tenant.Tx, keys private.Keys, a, b int32) ([]person, error) {
	if a == b {
		return nil, errs.Refuse(errs.Conflict, "这是同一份档案，请另选一份。")
	}
	pair, err := lockPeople(ctx, tx, keys, a, b)
	switch {
	case err != nil:
		return nil, err
	case len(pair) != 2:
		return nil, fmt.Errorf("deputies %d and %d: %w", a, b, errs.NotFound)
	}
	for _, p := range pair {
		if p.MergedInto != nil {
			return nil, errs.Refuse(errs.Conflict, "档案号 "+strconv.Itoa(int(p.Number))+" 已经合并到别的档案了。")
		}
	}
	return pair, nil
}

// Merged is a record that went into another, as the other's page says it.
type Merged struct {
	Number int32
	Name   string
	At     calendar.Date
	By     string
}

// MergedInto queues the records that went into a deputy's and are there still.
func MergedInto(v *tenant.View, deputyID int64) *[]Merged {
	return tenant.All[Merged](v, `select d.number, d.name, `+calendar.DayOf(`m.at`)+` as at, m.by_name as by from deputy_merges m
		join deputies d on d.county_id = @county and d.id = m.gone_id
		where m.county_id = @county and m.kept_id = @id and m.undone_at is null order by m.id`, pgx.NamedArgs{"id": deputyID})
}
