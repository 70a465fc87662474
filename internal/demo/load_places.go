package demo

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/pinyin"
	"lianluo/internal/postgres"
	"lianluo/internal/private"
	"lianluo/internal/tenant"
)

// writing is one county's world on its way into the database.
type writing struct {
	*writer
	w          *world
	keys       private.Keys
	hash       string
	since      time.Time        // what stands behind the year was made then
	categories map[string]int64 // 道路交通/村道养护 and 道路交通
	refusals   map[string]int64
}

func (l loader) write(ctx context.Context, tx *tenant.Tx, w *world) error {
	hash, err := l.hash()
	if err != nil {
		return fmt.Errorf("password: %w", err)
	}
	x := &writing{writer: &writer{ctx: ctx, tx: tx, sql: map[string]string{}}, w: w, keys: l.keys, hash: hash,
		since: w.start.AddDays(-90).Start()}
	for _, write := range []func() error{x.dictionaries, x.stations, x.deputies, x.units, x.users, x.forms, x.network, x.standards, x.receptions, x.visits, x.cases, x.appointments, x.histories} {
		if err := write(); err != nil {
			return err
		}
	}
	return nil
}

// dictionaries reads the ids that the county's own dictionaries got.
func (x *writing) dictionaries() error {
	type row struct {
		ID   int64
		Name string
	}
	categories, err := postgres.All[row](x.ctx, x.tx, `select c.id, coalesce(p.name || '/', '') || c.name as name from categories c
		left join categories p on p.county_id = @county and p.id = c.parent_id where c.county_id = @county`)
	if err != nil {
		return fmt.Errorf("categories: %w", err)
	}
	refusals, err := postgres.All[row](x.ctx, x.tx, `select id, name from refusal_reasons where county_id = @county`)
	if err != nil {
		return fmt.Errorf("reasons: %w", err)
	}
	x.categories, x.refusals = map[string]int64{}, map[string]int64{}
	for _, r := range categories {
		x.categories[r.Name] = r.ID
	}
	for _, r := range refusals {
		x.refusals[r.Name] = r.ID
	}
	return nil
}

// stations: a station's root is itself, which is known once it has an id.
func (x *writing) stations() error {
	all := table{"stations", "code, kind, root_id, parent_id, name, initials, short_name, division_code, address, phone, opening_hours, area, created_at"}
	row := func(p *place) []any {
		var parent any
		if p.parent != nil {
			parent = p.parent.id
		}
		return []any{p.code, p.kind, p.root.id, parent, p.name, pinyin.Initials(p.name), p.short, p.division, text(p.address), text(p.phone), text(p.hours), p.area(), x.since}
	}
	levels := map[string][]*place{}
	for _, s := range x.w.stations {
		levels[s.kind] = append(levels[s.kind], &s.place)
		for _, p := range s.points {
			levels[p.kind] = append(levels[p.kind], p)
		}
	}
	for _, kind := range []string{"station", "point", "post"} {
		rows := make([][]any, len(levels[kind]))
		for i, p := range levels[kind] {
			rows[i] = row(p)
		}
		if err := x.insertIDs(all, rows, func(i int, id int64) { levels[kind][i].id = id }); err != nil {
			return err
		}
	}
	_, err := postgres.Exec(x.ctx, x.tx, `update stations set root_id = id where county_id = @county and kind = 'station'`)
	return err
}

func (x *writing) units() error {
	var rows, usual, past [][]any
	for _, u := range x.w.units {
		var station any
		if u.station != nil {
			station = u.station.id
		}
		rows = append(rows, []any{u.name, u.level, station, text(u.phone), u.position, x.since})
	}
	err := x.insertIDs(table{"units", "name, level, station_id, phone, position, created_at"}, rows,
		func(i int, id int64) { x.w.units[i].id = id })
	if err != nil {
		return err
	}
	for _, u := range x.w.units {
		for _, name := range u.categoriesOf() {
			usual = append(usual, []any{u.id, x.category(name)})
		}
		if u.kind == "agri" { // 2019's reform of the institutions
			past = append(past, []any{u.id, x.w.kind + "农业委员会", calendar.NewDate(2019, time.March, 1), auth.Names[auth.System], x.since})
		}
	}
	if err := x.insert(table{"unit_names", "unit_id, name, until, by_name, at"}, past); err != nil {
		return err
	}
	return x.insert(table{"unit_categories", "unit_id, category_id"}, usual)
}

// category finds a category of the second level by its own name.
func (x *writing) category(name string) int64 {
	for full, id := range x.categories {
		if strings.HasSuffix(full, "/"+name) {
			return id
		}
	}
	panic("demo: no category " + name) // a fault of the build
}

func (x *writing) users() error {
	var rows, logins [][]any
	for _, u := range x.w.users {
		var disabled any
		if u == x.w.gone {
			disabled = x.w.today.AddDays(-7).Start()
		}
		rows = append(rows, []any{u.login, u.name, pinyin.Initials(u.name), text(u.title), x.hash, false, x.since, disabled})
	}
	err := x.insertIDs(table{"users", "login_name, name, initials, title, password_hash, must_change_password, created_at, disabled_at"}, rows,
		func(i int, id int64) { x.w.users[i].id = id })
	if err != nil {
		return err
	}
	for _, u := range x.w.users {
		logins = append(logins, []any{u.login, u.id})
	}
	if err := x.roles(); err != nil {
		return err
	}
	return x.insert(table{"login_directory", "login_name, user_id"}, logins)
}

// roles gives everybody theirs; of one head who is away the county's second handler has it
// for two weeks (代班).
func (x *writing) roles() error {
	var rows [][]any
	var away int
	from := x.w.start.AddDays(-90)
	for _, u := range x.w.users {
		for _, r := range u.roles {
			if u == x.w.away && r.role == auth.StationHead {
				away = len(rows)
			}
			rows = append(rows, []any{u.id, string(r.role), r.station.key(), r.unit.key(), r.deputy.key(), from})
		}
	}
	var stood int64
	err := x.insertIDs(table{"user_roles", "user_id, role, station_id, unit_id, deputy_id, from_date"}, rows, func(i int, id int64) {
		if i == away {
			stood = id
		}
	})
	if err != nil {
		return err
	}
	return x.insert(table{"user_roles", "user_id, role, station_id, from_date, to_date, stands_in_for, reason, granted_by"}, [][]any{
		{x.w.office2.id, string(auth.StationHead), rows[away][2], x.w.today.AddDays(-3), x.w.today.AddDays(10), stood, "站长外出学习", x.w.admin.id}})
}

// platform makes the accounts that belong to no county, where they are missing.
func (l loader) platform(ctx context.Context) error {
	for _, a := range platform {
		err := pgx.BeginFunc(ctx, l.db.Platform(), func(tx pgx.Tx) error {
			var there bool
			if err := tx.QueryRow(ctx, `select exists (select from login_directory where login_name = $1)`, a.Login).Scan(&there); err != nil || there {
				return err
			}
			var division any
			if a.Role == "overseer" {
				division = "1404"
			}
			hash, err := l.hash()
			if err != nil {
				return err
			}
			var id int64
			err = tx.QueryRow(ctx, `insert into platform_accounts (name, kind, division_code, password_hash, must_change_password, created_at)
				values ($1, $2, $3, $4, false, $5) returning id`, a.Name, string(a.Role), division, hash, l.db.Now()).Scan(&id)
			if err != nil {
				return err
			}
			_, err = tx.Exec(ctx, `insert into login_directory (login_name, platform_account_id) values ($1, $2)`, a.Login, id)
			return err
		})
		if err != nil {
			return fmt.Errorf("account %s: %w", a.Login, postgres.Error(err))
		}
	}
	return nil
}
