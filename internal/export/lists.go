package export

import (
	"context"
	"io"
	"net/url"
	"strings"

	"lianluo/internal/audit"
	"lianluo/internal/auth"
	"lianluo/internal/casefile"
	"lianluo/internal/check"
	"lianluo/internal/deputy"
	"lianluo/internal/duty"
	"lianluo/internal/imports"
	"lianluo/internal/null"
	"lianluo/internal/reception"
	"lianluo/internal/sheet"
	"lianluo/internal/station"
	"lianluo/internal/tenant"
	"lianluo/internal/unit"
)

// lists are the lists that can be exported, by the name that their pages have. A new list
// brings its columns and its rows here.
var lists = map[string]list{
	"cases": {title: "事项", unit: "件", private: true, right: auth.SeeCases,
		columns: []sheet.Column{{Name: "编号", Kind: sheet.Code}, {Name: "登记时间", Kind: sheet.Time}, {Name: "联络站"}, {Name: "登记地点", Width: 24},
			{Name: "事项", Width: 40}, {Name: "类别"}, {Name: "小类"}, {Name: "来访人"}, {Name: "电话", Kind: sheet.Code}, {Name: "村社"}, {Name: "人数", Kind: sheet.Number},
			{Name: "环节"}, {Name: "结果"}, {Name: "承办单位", Width: 20}, {Name: "期限", Kind: sheet.Date}, {Name: "办结时间", Kind: sheet.Time}, {Name: "第几次办理", Kind: sheet.Number},
			{Name: "督办"}},
		count: casefile.Count, most: casefile.MostCounted,
		ask: func(ctx context.Context, db *tenant.DB, by auth.Actor, address url.Values) (tenant.Ask, error) {
			return casefile.Search(ctx, db, by, casefile.Ask(address, 1))
		},
		rows: func(x exporting) error {
			return casefile.Export(x.ctx, x.db, x.by, x.ask, func(c casefile.Exported) error {
				name, phone, err := c.Who(x.keys, x.by, x.full)
				if err != nil {
					return err
				}
				top, sub := c.Category, ""
				if c.Parent != nil {
					top, sub = *c.Parent, c.Category
				}
				outcome := ""
				if c.Outcome != nil {
					outcome = c.Outcome.Name()
				}
				return x.write(c.Number, c.RegisteredAt, c.Station, c.Place, c.Title, top, sub, name, phone, c.Home(x.full), c.Persons,
					c.State.Name(), outcome, null.Value(c.Unit), c.DueOn, c.ClosedAt, c.Round, yes(c.Supervised))
			})
		}},
	"stations": {title: "联络站", unit: "个", right: auth.SeeStations,
		columns: []sheet.Column{{Name: "代码", Kind: sheet.Code, Width: 18}, {Name: "名称", Width: 32}, {Name: "类型"}, {Name: "所属联络站"}, {Name: "乡镇"},
			{Name: "地址", Width: 32}, {Name: "电话", Kind: sheet.Code}, {Name: "开放时间", Width: 24}, {Name: "状态"}, {Name: "站长"}, {Name: "功能", Width: 24}},
		count: func(v *tenant.View, by auth.Actor, ask tenant.Ask) *int64 {
			return station.Count(v, by, ask, mostCounted)
		}, most: some,
		ask: func(_ context.Context, _ *tenant.DB, _ auth.Actor, address url.Values) (tenant.Ask, error) {
			return station.Ask(address, 1), nil
		},
		rows: func(x exporting) error {
			return station.Export(x.ctx, x.db, x.by, x.ask, func(s station.Item) error {
				return x.write(s.Code, s.Name, s.KindName(), s.Root, s.Township, null.Value(s.Address), null.Value(s.Phone), null.Value(s.OpeningHours), s.StateName(),
					null.Value(s.Head), strings.Join(s.Functions, "、"))
			})
		}},
	"townships": {title: "各乡镇的联络站", page: "/stations/townships", unit: "个乡镇", right: auth.SeeStations,
		columns: []sheet.Column{{Name: "乡镇", Width: 20}, {Name: "联络站", Kind: sheet.Number}, {Name: "联络点", Kind: sheet.Number}, {Name: "服务岗", Kind: sheet.Number},
			{Name: "进站代表", Kind: sheet.Number}, {Name: "在办事项", Kind: sheet.Number}},
		count: func(v *tenant.View, _ auth.Actor, _ tenant.Ask) *int64 { return station.CountTownships(v) }, most: some,
		ask: func(context.Context, *tenant.DB, auth.Actor, url.Values) (tenant.Ask, error) {
			return tenant.Ask{}, nil
		},
		rows: townships},
	"checks": {title: "规范化核查", unit: "个", right: auth.SeeStations,
		columns: []sheet.Column{{Name: "代码", Kind: sheet.Code, Width: 18}, {Name: "名称", Width: 32}, {Name: "类型"}, {Name: "乡镇"}, {Name: "清单"},
			{Name: "最近核查", Kind: sheet.Date}, {Name: "核查人"}, {Name: "有效到", Kind: sheet.Date}, {Name: "情况"}, {Name: "缺什么", Width: 48}},
		count: func(v *tenant.View, by auth.Actor, ask tenant.Ask) *int64 {
			return check.Count(v, by, ask, mostCounted)
		}, most: some,
		ask: func(_ context.Context, _ *tenant.DB, _ auth.Actor, address url.Values) (tenant.Ask, error) {
			return check.Ask(address, 1), nil
		},
		rows: func(x exporting) error {
			return check.Export(x.ctx, x.db, x.by, x.ask, func(l check.Line) error {
				return x.write(l.Code, l.Name, l.KindName(), l.Township, l.List, l.On, null.Value(l.By), l.ValidUntil,
					strings.Join(l.States(), "、"), strings.Join(l.Missing, "；"))
			})
		}},
	"deputies": {title: "人大代表", unit: "名", right: auth.SeeDeputies,
		columns: []sheet.Column{{Name: "姓名"}, {Name: "性别"}, {Name: "出生年份", Kind: sheet.Number}, {Name: "代表证号", Kind: sheet.Code, Width: 18}, {Name: "层级", Width: 24},
			{Name: "选区或选举单位", Width: 28}, {Name: "职务", Width: 28}, {Name: "联络站", Width: 20}, {Name: "档案号", Kind: sheet.Number}},
		count: func(v *tenant.View, by auth.Actor, ask tenant.Ask) *int64 {
			return deputy.Count(v, by, ask, mostCounted)
		}, most: some,
		ask: func(_ context.Context, _ *tenant.DB, _ auth.Actor, address url.Values) (tenant.Ask, error) {
			return deputy.Ask(address, 1), nil
		},
		rows: func(x exporting) error {
			return deputy.Export(x.ctx, x.db, x.by, x.ask, func(d deputy.Item) error {
				levels := make([]string, len(d.Levels))
				for i, level := range d.Levels {
					levels[i] = deputy.LevelNames[level]
				}
				var birth any
				if d.BirthYear != nil {
					birth = *d.BirthYear
				}
				return x.write(d.Name, genders[null.Value(d.Gender)], birth, null.Value(d.CertificateNo), strings.Join(levels, "、"),
					strings.Join(d.ElectoralUnits, "、"), null.Value(d.Duties), strings.Join(d.Stations, "、"), d.Number)
			})
		}},
	// The whole network, which internal/imports reads again.
	"network": {title: "全县网络", page: "/imports", unit: "行", private: true, right: auth.ImportNetwork,
		count: func(v *tenant.View, _ auth.Actor, _ tenant.Ask) *int64 { return imports.CountNetwork(v, mostCounted) }, most: some,
		ask: func(context.Context, *tenant.DB, auth.Actor, url.Values) (tenant.Ask, error) {
			return tenant.Ask{}, nil
		},
		book: func(x exporting, w io.Writer, _ func(int) error) (int, error) {
			return imports.WriteNetwork(x.ctx, x.db, x.keys, x.by, x.full, w)
		}},
	"record": {title: "履职记录", unit: "条", right: auth.SeeDeputies,
		columns: []sheet.Column{{Name: "日期", Kind: sheet.Date}, {Name: "类型"}, {Name: "内容", Width: 40}, {Name: "地点", Width: 20}, {Name: "来访批次", Kind: sheet.Number},
			{Name: "人次", Kind: sheet.Number}, {Name: "收集事项", Kind: sheet.Number}, {Name: "事项编号", Kind: sheet.Code}},
		count: func(v *tenant.View, by auth.Actor, ask tenant.Ask) *int64 {
			return duty.Count(v, by, ask, mostCounted)
		}, most: some,
		ask: func(_ context.Context, _ *tenant.DB, _ auth.Actor, address url.Values) (tenant.Ask, error) {
			return duty.Ask(address, 1), nil
		},
		rows: func(x exporting) error {
			return duty.Export(x.ctx, x.db, x.by, x.ask, func(e duty.Entry) error {
				return x.write(e.Day, e.Kind.Name(), e.Words(), e.Place, e.Visits, e.Persons, e.Matters, null.Value(e.Number))
			})
		}},
	"receptions/days": {title: "接待日列表", unit: "个", right: auth.SeeReceptions,
		columns: []sheet.Column{{Name: "日期", Kind: sheet.Date}, {Name: "时段"}, {Name: "联络站"}, {Name: "地点", Width: 28}, {Name: "种类"}, {Name: "主题", Width: 24},
			{Name: "接待代表", Width: 24}, {Name: "替补", Width: 20}, {Name: "参加单位", Width: 24}, {Name: "路线", Width: 24}, {Name: "联络员"}, {Name: "公告日期", Kind: sheet.Time},
			{Name: "状态"}, {Name: "原因", Width: 24}, {Name: "原定", Kind: sheet.Date}, {Name: "过了几天没登记", Kind: sheet.Number},
			{Name: "批次", Kind: sheet.Number}, {Name: "人次", Kind: sheet.Number}, {Name: "意见数", Kind: sheet.Number}},
		count: listed(reception.DayList), most: some, ask: asked(reception.DayList),
		rows: func(x exporting) error {
			return reception.DayList.Export(x.ctx, x.db, x.by, x.ask, func(d reception.Listed) error {
				var meant any
				if d.MeantOn != nil && *d.MeantOn != d.Date {
					meant = *d.MeantOn
				}
				return x.write(d.Date, d.Starts+"–"+d.Ends, d.Station, d.Place, d.KindName(), null.Value(d.Theme), strings.Join(d.Deputies, "、"),
					strings.Join(d.Substitutes, "、"), null.Value(d.Organs), null.Value(d.Route), strings.Join(d.Liaisons, "、"), d.PublishedAt, d.StateName(),
					null.Value(d.Reason), meant, d.Late, d.Visits, d.Persons, d.Matters)
			})
		}},
	"receptions/leaves": {title: "代表请假", unit: "次", right: auth.SeeReceptions,
		columns: []sheet.Column{{Name: "代表"}, {Name: "联络站", Width: 20}, {Name: "从", Kind: sheet.Date}, {Name: "到", Kind: sheet.Date}, {Name: "原因", Width: 28},
			{Name: "登记人"}, {Name: "登记时间", Kind: sheet.Time}, {Name: "销假", Kind: sheet.Time}, {Name: "期间已排的接待日", Kind: sheet.Number}},
		count: listed(reception.LeaveList), most: some, ask: asked(reception.LeaveList),
		rows: func(x exporting) error {
			return reception.LeaveList.Export(x.ctx, x.db, x.by, x.ask, func(l reception.Gone) error {
				return x.write(l.Deputy, strings.Join(l.Stations, "、"), l.FromDate, l.ToDate, l.Reason, l.ByName, l.At, l.EndedAt, len(l.Days))
			})
		}},
	"receptions/changes": {title: "换人和改期", unit: "次", right: auth.SeeReceptions,
		columns: []sheet.Column{{Name: "接待日", Kind: sheet.Date}, {Name: "联络站"}, {Name: "做了什么", Width: 32}, {Name: "原因", Width: 32}, {Name: "谁做的"},
			{Name: "什么时候", Kind: sheet.Time}},
		count: listed(reception.ChangeList), most: some, ask: asked(reception.ChangeList),
		rows: func(x exporting) error {
			return reception.ChangeList.Export(x.ctx, x.db, x.by, x.ask, func(m reception.Moved) error {
				return x.write(m.Date, m.Station, m.Words(), null.Value(m.Reason), m.ByName, m.At)
			})
		}},
	"receptions/wishes": {title: "代表的申请", unit: "个", right: auth.SeeReceptions,
		columns: []sheet.Column{{Name: "代表"}, {Name: "申请什么", Width: 32}, {Name: "原因", Width: 28}, {Name: "什么时候", Kind: sheet.Time}, {Name: "结果"},
			{Name: "说明", Width: 24}, {Name: "答复人"}, {Name: "答复时间", Kind: sheet.Time}},
		count: listed(reception.WishList), most: some, ask: asked(reception.WishList),
		rows: func(x exporting) error {
			return reception.WishList.Export(x.ctx, x.db, x.by, x.ask, func(w reception.Wish) error {
				return x.write(w.Deputy, w.Words(), w.Reason, w.AskedAt, w.StateName(), null.Value(w.Answer), null.Value(w.AnsweredName), w.AnsweredAt)
			})
		}},
	"receptions/counts": {title: "代表接待次数", unit: "名", right: auth.SeeReceptions,
		columns: []sheet.Column{{Name: "代表"}, {Name: "档案号", Kind: sheet.Number}, {Name: "联络站", Width: 24}, {Name: "领导干部"}, {Name: "已来", Kind: sheet.Number},
			{Name: "已排", Kind: sheet.Number}, {Name: "当替补", Kind: sheet.Number}, {Name: "还差几次", Kind: sheet.Number}},
		count: listed(reception.TurnList), most: some, ask: asked(reception.TurnList),
		rows: func(x exporting) error {
			return reception.TurnList.Export(x.ctx, x.db, x.by, x.ask, func(d reception.Tally) error {
				return x.write(d.Deputy, d.Number, strings.Join(d.Stations, "、"), yes(d.Leading), d.Held, d.Ahead, d.Spared, d.Short)
			})
		}},
	"appointments": {title: "约见申请", unit: "个", private: true, right: auth.ChangeReceptions,
		columns: []sheet.Column{{Name: "申请时间", Kind: sheet.Time}, {Name: "联络站"}, {Name: "在哪里", Width: 24}, {Name: "谁"}, {Name: "电话", Kind: sheet.Code},
			{Name: "什么事", Width: 40}, {Name: "哪天方便", Width: 20}, {Name: "想见的代表"}, {Name: "情况"}, {Name: "答复期限", Kind: sheet.Date}, {Name: "约在哪天", Kind: sheet.Date}, {Name: "几点"},
			{Name: "原因", Width: 24}, {Name: "答复人"}, {Name: "答复时间", Kind: sheet.Time}, {Name: "登记人"}},
		count: func(v *tenant.View, by auth.Actor, ask tenant.Ask) *int64 {
			return reception.CountAppointments(v, by, ask, mostCounted)
		}, most: some,
		ask: func(_ context.Context, _ *tenant.DB, _ auth.Actor, address url.Values) (tenant.Ask, error) {
			return reception.AskAppointments(address, 1), nil
		},
		rows: func(x exporting) error {
			return reception.ExportAppointments(x.ctx, x.db, x.keys, x.by, x.ask, x.full, func(a reception.Appointment, phone string) error {
				return x.write(a.CreatedAt, a.Station, a.Place, a.Name, phone, a.Topic, null.Value(a.Wish), null.Value(a.Deputy), a.StateName(), a.DueOn, a.Date, a.Hours(),
					null.Value(a.Reason), null.Value(a.AnsweredName), a.AnsweredAt, a.EnteredName)
			})
		}},
	"users": {title: "工作人员", unit: "个账号", right: auth.ChangeStaff,
		columns: []sheet.Column{{Name: "姓名"}, {Name: "职务", Width: 20}, {Name: "账号", Kind: sheet.Code, Width: 18}, {Name: "角色", Width: 24}, {Name: "所在", Width: 24},
			{Name: "状态"}, {Name: "最近登录", Kind: sheet.Time}, {Name: "建立", Kind: sheet.Time}},
		count: func(v *tenant.View, by auth.Actor, ask tenant.Ask) *int64 { return auth.Count(v, by, ask, mostCounted) }, most: some,
		ask: func(_ context.Context, _ *tenant.DB, _ auth.Actor, address url.Values) (tenant.Ask, error) {
			return auth.Ask(address, 1), nil
		},
		rows: func(x exporting) error {
			return auth.Export(x.ctx, x.db, x.by, x.ask, func(u auth.Item) error {
				return x.write(u.Name, null.Value(u.Title), u.LoginName, strings.Join(u.Acting(), "、"), strings.Join(u.Places, "、"), u.StateName(),
					u.SignedInAt, u.CreatedAt)
			})
		}},
	"units": {title: "承办单位", unit: "个", right: auth.SeeUnits,
		columns: []sheet.Column{{Name: "名称", Width: 28}, {Name: "层级"}, {Name: "乡镇"}, {Name: "联系人"}, {Name: "电话", Kind: sheet.Code}, {Name: "惯常承办", Width: 40},
			{Name: "在办", Kind: sheet.Number}, {Name: "逾期", Kind: sheet.Number}, {Name: "状态", Width: 20}},
		count: func(v *tenant.View, by auth.Actor, ask tenant.Ask) *int64 {
			return unit.Count(v, by, ask, mostCounted)
		}, most: some,
		ask: func(_ context.Context, _ *tenant.DB, _ auth.Actor, address url.Values) (tenant.Ask, error) {
			return unit.Ask(address, 1), nil
		},
		rows: units},
	"audit": {title: "操作记录", unit: "条", right: auth.SeeAudit,
		columns: []sheet.Column{{Name: "序号", Kind: sheet.Number}, {Name: "时间", Kind: sheet.Time}, {Name: "谁"}, {Name: "身份"}, {Name: "做了什么", Width: 20},
			{Name: "对象", Width: 24}, {Name: "详情", Width: 40}, {Name: "网络地址", Kind: sheet.Code}},
		looked: func(ctx context.Context, db *tenant.DB, by auth.Actor, ask tenant.Ask) error {
			return audit.RecordSearch(ctx, db, by.County, by.Audit(), ask)
		},
		count: func(v *tenant.View, _ auth.Actor, ask tenant.Ask) *int64 { return audit.Count(v, ask) },
		most:  func(tenant.Ask) int64 { return audit.MostCounted },
		ask: func(_ context.Context, _ *tenant.DB, _ auth.Actor, address url.Values) (tenant.Ask, error) {
			return audit.Ask(address, 1), nil
		},
		rows: func(x exporting) error {
			said := []audit.Said{auth.Said, casefile.Said}
			return audit.Export(x.ctx, x.db, x.by.County, x.ask, func(l audit.Line) error {
				var detail strings.Builder
				for _, p := range l.Pairs(said...) {
					detail.WriteString(p.Label + p.Value)
				}
				return x.write(l.Entry, l.At, l.ActorName, l.Role(said...), audit.Words(l.Action), l.Object(), detail.String(), null.Value(l.Address))
			})
		}},
}

// mostCounted bounds the count of stations and deputies.
const mostCounted = 10000

// listed and asked are a list of the rota, as every list here is counted and asked for.
func listed[T interface{ Key() string }](l reception.Listing[T]) func(v *tenant.View, by auth.Actor, ask tenant.Ask) *int64 {
	return func(v *tenant.View, by auth.Actor, ask tenant.Ask) *int64 { return l.Count(v, by, ask, mostCounted) }
}

func asked[T interface{ Key() string }](l reception.Listing[T]) func(context.Context, *tenant.DB, auth.Actor, url.Values) (tenant.Ask, error) {
	return func(_ context.Context, _ *tenant.DB, _ auth.Actor, address url.Values) (tenant.Ask, error) {
		return l.Ask(address, 1), nil
	}
}

func some(tenant.Ask) int64 { return mostCounted }

var genders = map[string]string{"male": "男", "female": "女"}

// townships writes what each township has. Open cases are for who sees all of the county's.
func townships(x exporting) error {
	var all *[]station.Township
	var waiting *[]casefile.OpenCases
	err := x.db.View(x.ctx, x.by.County, func(v *tenant.View) {
		all, waiting = station.Townships(v), casefile.OpenByTownship(v, x.by)
	})
	if err != nil {
		return err
	}
	open := map[string]int64{}
	for _, of := range *waiting {
		open[of.Township] = of.Open
	}
	for _, one := range *all {
		var cases any
		if x.by.Scope(auth.SeeCases) == auth.WholeCounty {
			cases = open[one.Code]
		}
		if err := x.write(one.Name, one.Stations, one.Points, one.Posts, one.Deputies, cases); err != nil {
			return err
		}
	}
	return nil
}

// units writes the units, with what waits for each.
func units(x exporting) error {
	var loads *[]casefile.UnitLoad
	if err := x.db.View(x.ctx, x.by.County, func(v *tenant.View) { loads = casefile.Loads(v, x.by) }); err != nil {
		return err
	}
	of := map[int64]casefile.UnitLoad{}
	for _, load := range *loads {
		of[load.UnitID] = load
	}
	return unit.Export(x.ctx, x.db, x.by, x.ask, func(u unit.Item) error {
		state := "在用"
		if u.Successor != nil {
			state = "已并入" + *u.Successor
		} else if u.Retired {
			state = "已撤销"
		}
		return x.write(u.Name, unit.LevelName(u.Level), null.Value(u.Station), null.Value(u.Contact), null.Value(u.Phone), strings.Join(u.Usual, "、"),
			of[u.ID].Open, of[u.ID].Late, state)
	})
}

func yes(b bool) string {
	if b {
		return "是"
	}
	return ""
}
