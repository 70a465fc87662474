package casetest

import (
	"context"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/auth"
	"lianluo/internal/county"
	"lianluo/internal/pinyin"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

func init() { auth.SetCostForTests() }

// settle fills the empty database.
func (w *World) settle() {
	w.t.Helper()
	ctx := w.t.Context()
	var err error
	w.County, err = county.Add(ctx, w.DB, county.New{DivisionCode: "140423", Phone: "0355-7220000"})
	w.check(err)
	w.Neighbour.County, err = county.Add(ctx, w.DB, county.New{DivisionCode: "140425"})
	w.check(err)
	w.check(w.Update(func(ctx context.Context, tx *tenant.Tx) error {
		w.places(ctx, tx)
		w.people(ctx, tx)
		return county.SendAtOnce(ctx, tx)
	}))
	w.Citizen, w.System = auth.CitizenOf(w.County), auth.SystemOf(w.County)
	w.staff()
	w.settleNeighbour()
}

// settleNeighbour makes 平顺县's station, its clerk and a case.
func (w *World) settleNeighbour() {
	w.t.Helper()
	ctx, to := w.t.Context(), &w.Neighbour
	var category int64
	w.check(w.DB.Update(ctx, to.County, func(tx *tenant.Tx) error {
		to.Station = w.station(ctx, tx, "140425200", "西沟乡", "140425200", 0)
		category = w.id(ctx, tx, `select id from categories where county_id = @county and name = '路灯照明'`, nil)
		return county.SendAtOnce(ctx, tx)
	}))
	to.Clerk = w.actor(to.County, "pingshun.clerk", "申爱莲", auth.RoleGrant{Role: auth.Clerk, StationID: to.Station})
	visit := w.Visit("西沟的路灯坏了半年。")
	visit.StationID, visit.PlaceID, visit.Deputies = to.Station, to.Station, nil
	visit.Matters[0].CategoryID = category
	receipts, err := w.RegisterVisit(to.Clerk, visit)
	w.check(err)
	to.Number = receipts.Matters[0].Number
}

// places makes the stations and the units, and looks up what a new county begins with.
func (w *World) places(ctx context.Context, tx *tenant.Tx) {
	w.t.Helper()
	w.Station = w.station(ctx, tx, "140423101", "王桥镇", "140423101", 0)
	w.Point = w.station(ctx, tx, "140423101205", "五阳村", "140423101205", w.Station)
	w.OtherStation = w.station(ctx, tx, "140423103", "夏店镇", "140423103", 0)
	const unit = `insert into units (county_id, name, level, station_id, position, created_at)
		values (@county, @name, @level, @station, 1, @now) returning id`
	w.WaterUnit = w.id(ctx, tx, unit, pgx.NamedArgs{"name": "县水利局", "level": "county", "station": nil, "now": tx.Now()})
	w.RoadsUnit = w.id(ctx, tx, unit, pgx.NamedArgs{"name": "县交通运输局", "level": "county", "station": nil, "now": tx.Now()})
	w.TownshipUnit = w.id(ctx, tx, unit, pgx.NamedArgs{"name": "王桥镇人民政府", "level": "township", "station": w.Station, "now": tx.Now()})
	w.Category = w.id(ctx, tx, `select id from categories where county_id = @county and name = '饮水管网'`, nil)
	type reason struct{ ID int64 }
	reasons, err := postgres.All[reason](ctx, tx, `select id from refusal_reasons where county_id = @county order by position`)
	w.check(err)
	for _, r := range reasons {
		w.Refusals = append(w.Refusals, r.ID)
	}
}

// station makes a station, or a point of parent.
func (w *World) station(ctx context.Context, tx *tenant.Tx, code, place, division string, parent int64) int64 {
	w.t.Helper()
	kind, name, above := "station", place+"人大代表联络站", any(nil)
	if parent != 0 {
		kind, name, above = "point", place+"人大代表联络点", parent
	}
	id := w.id(ctx, tx, `insert into stations (county_id, code, kind, root_id, parent_id, name, initials, short_name, division_code, phone, created_at)
		values (@county, @code, @kind, @root, @parent, @name, @initials, @short, @division, '0355-7221234', @now) returning id`,
		pgx.NamedArgs{"code": code, "kind": kind, "root": parent, "parent": above, "name": name, "initials": pinyin.Initials(name), "short": place,
			"division": division, "now": tx.Now()})
	if parent == 0 { // its own root, known only now; the foreign key waits for the commit
		w.exec(ctx, tx, `update stations set root_id = id where county_id = @county and id = @id`, pgx.NamedArgs{"id": id})
	}
	return id
}

// people makes the deputies of 王桥镇's group, and today's reception with two on duty.
func (w *World) people(ctx context.Context, tx *tenant.Tx) {
	w.t.Helper()
	reception := w.id(ctx, tx, `insert into receptions (county_id, station_id, place_id, date, starts, ends, kind, state)
		values (@county, @station, @station, @today, '09:00', '11:00', 'fixed', 'published') returning id`,
		pgx.NamedArgs{"station": w.Station, "today": w.Today()})
	for i, name := range []string{"郭建国", "李秀英", "王志强", "赵玉梅"} {
		deputy := w.id(ctx, tx, `insert into deputies (county_id, number, name, initials, approved_at, approved_name, created_at)
			values (@county, @number, @name, @initials, @now, '管理员', @now) returning id`,
			pgx.NamedArgs{"number": i + 1, "name": name, "initials": pinyin.Initials(name), "now": tx.Now()})
		args := pgx.NamedArgs{"deputy": deputy, "today": w.Today()}
		w.exec(ctx, tx, `insert into mandates (county_id, deputy_id, level, term, electoral_unit, from_date)
			values (@county, @deputy, 'county', '第十七届', '王桥选区', @today)`, args)
		args["station"] = w.Station
		w.exec(ctx, tx, `insert into station_deputies (county_id, station_id, deputy_id, from_date)
			values (@county, @station, @deputy, @today)`, args)
		if i < 2 {
			w.exec(ctx, tx, `insert into reception_deputies (county_id, reception_id, deputy_id)
				values (@county, @reception, @deputy)`, pgx.NamedArgs{"reception": reception, "deputy": deputy})
		}
		w.Deputies = append(w.Deputies, deputy)
	}
	w.exec(ctx, tx, `insert into deputy_numbers (county_id, last) values (@county, @last)`, pgx.NamedArgs{"last": len(w.Deputies)})
}

// staff makes an account for every role.
func (w *World) staff() {
	w.t.Helper()
	for _, who := range []struct {
		actor       *auth.Actor
		login, name string
		grant       auth.RoleGrant
	}{
		{&w.Clerk, "wangqiao.clerk", "张敏", auth.RoleGrant{Role: auth.Clerk, StationID: w.Station}},
		{&w.Clerk2, "wangqiao.clerk2", "常海燕", auth.RoleGrant{Role: auth.Clerk, StationID: w.Station}},
		{&w.Head, "wangqiao.head", "连文斌", auth.RoleGrant{Role: auth.StationHead, StationID: w.Station}},
		{&w.OtherClerk, "xiadian.clerk", "暴晓红", auth.RoleGrant{Role: auth.Clerk, StationID: w.OtherStation}},
		{&w.Handler, "county.handler", "路红霞", auth.RoleGrant{Role: auth.CountyHandler}},
		{&w.Handler2, "county.handler2", "崔卫东", auth.RoleGrant{Role: auth.CountyHandler}},
		{&w.Admin, "county.admin", "郝建平", auth.RoleGrant{Role: auth.CountyAdmin}},
		{&w.Leader, "county.leader", "史明亮", auth.RoleGrant{Role: auth.CountyLeader}},
		{&w.Water, "water", "马国庆", auth.RoleGrant{Role: auth.Unit, UnitID: w.WaterUnit}},
		{&w.Roads, "roads", "韩志刚", auth.RoleGrant{Role: auth.Unit, UnitID: w.RoadsUnit}},
		{&w.Township, "wangqiao.township", "牛丽君", auth.RoleGrant{Role: auth.Unit, UnitID: w.TownshipUnit}},
		{&w.Deputy, "deputy", "郭建国", auth.RoleGrant{Role: auth.Deputy, DeputyID: w.Deputies[0]}},
	} {
		*who.actor = w.actor(w.County, who.login, who.name, who.grant)
	}
}

// actor makes an account with a role, and returns who it is once signed in.
func (w *World) actor(in tenant.County, login, name string, grant auth.RoleGrant) auth.Actor {
	w.t.Helper()
	ctx := w.t.Context()
	var id int64
	w.check(w.DB.Update(ctx, in, func(tx *tenant.Tx) (err error) {
		id, err = auth.CreateUser(ctx, tx, auth.NewUser{LoginName: login, Name: name, Password: Password})
		if err != nil {
			return err
		}
		return auth.GrantRole(ctx, tx, id, grant)
	}))
	account, err := auth.Reload(ctx, w.DB, in, id, 0)
	w.check(err)
	return account.Actor
}

// id runs a statement that gives one id.
func (w *World) id(ctx context.Context, tx *tenant.Tx, sql string, args pgx.NamedArgs) int64 {
	w.t.Helper()
	id, err := postgres.Value[int64](ctx, tx, sql, args)
	w.check(err)
	return id
}

func (w *World) exec(ctx context.Context, tx *tenant.Tx, sql string, args pgx.NamedArgs) {
	w.t.Helper()
	_, err := postgres.Exec(ctx, tx, sql, args)
	w.check(err)
}
