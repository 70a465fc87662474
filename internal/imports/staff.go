package imports

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/null"
	"lianluo/internal/sheet"
	"lianluo/internal/tenant"
)

// The columns of staff.
const (
	colLogin = "账号"
	colRole  = "角色"
	colPlace = "所在"
	colFrom  = "角色开始"
	colTo    = "角色到期"
)

// roles are those that an account may get.
var roles = []auth.Role{auth.CountyAdmin, auth.CountyHandler, auth.CountyLeader, auth.StationHead, auth.Clerk, auth.Unit, auth.Deputy}

func roleNames() (all []string) {
	for _, role := range roles {
		all = append(all, auth.Names[role])
	}
	return all
}

var staffList = list{kind: Staff, title: "工作人员", unit: "名", judge: judgeStaff, columns: []Column{
	{Column: sheet.Column{Name: colLogin, Kind: sheet.Code, Aliases: []string{"登录名", "用户名"}}, field: "login_name", Must: "必填",
		Help: "登录用的名称：小写字母、数字和 . _ - @，定了就不改。一个人有几个角色的，写几行。", Example: "wq.clerk"},
	{Column: sheet.Column{Name: colPerson}, field: "name", Must: "必填", Help: "姓名。", Example: "张三"},
	{Column: sheet.Column{Name: colDuties, Width: 24, Optional: true}, field: "title", Must: "可不填", Help: "单位里的职务。", Example: "科员"},
	{Column: sheet.Column{Name: colRole, Choices: roleNames(), Aliases: []string{"身份"}}, field: "role", Must: "可不填", Help: "用系统做什么。还没有角色的空着：有账号，但什么也看不到。", Example: "联络员"},
	{Column: sheet.Column{Name: colPlace, Width: 28, Optional: true, Aliases: []string{"所在单位", "单位", "联络站"}}, Must: "县管理员、县办理岗、县领导不填，有角色的其余必填",
		Help: "站长、联络员写联络站（名称、简称或者代码），承办单位写单位名称，人大代表写代表证号或者姓名；同名的写“姓名（档案号 12）”。", Example: "王桥镇"},
	{Column: sheet.Column{Name: colFrom, Kind: sheet.Date, Optional: true}, field: "from", Must: "可不填", Help: "不填从今天起。导入全县网络时可以是过去的日期，只导入工作人员时不能。", Example: ""},
	{Column: sheet.Column{Name: colTo, Kind: sheet.Date, Optional: true}, field: "to", Must: "可不填", Help: "角色的最后一天；一直有效的不填。", Example: ""},
}}

// account is somebody with a login, of the county or of the file.
type account struct {
	id    int64
	login string
	name  string
	title string
	was   *auth.Staffer
	roles []held
	row   *row
}

// held is a role with the place that it is for: a *place, an *office, a *person or nil.
type held struct {
	role auth.Role
	at   any
	from calendar.Date
	to   *calendar.Date
	row  *row
}

type accounts struct {
	all     []*account
	byLogin map[string]*account
}

func (w *world) loadStaff(ctx context.Context, tx *tenant.Tx) error {
	w.staff.byLogin = map[string]*account{}
	found, err := auth.AllStaff(ctx, tx)
	if err != nil {
		return err
	}
	byID := map[int64]*account{}
	for i := range found {
		a := &account{id: found[i].ID, login: found[i].LoginName, name: found[i].Name, title: null.Value(found[i].Title), was: &found[i]}
		w.staff.add(a)
		byID[a.id] = a
	}
	all, err := auth.AllRoles(ctx, tx)
	for _, h := range all {
		if a := byID[h.UserID]; a != nil {
			a.roles = append(a.roles, held{role: h.Role, at: w.placeOf(h), from: h.FromDate, to: h.ToDate})
		}
	}
	return err
}

func (all *accounts) add(a *account) {
	all.all = append(all.all, a)
	all.byLogin[a.login] = a
}

// placeOf is what a role is for.
func (w *world) placeOf(h auth.StafferRole) any {
	switch {
	case h.StationID != nil:
		return w.places.byID[*h.StationID]
	case h.UnitID != nil:
		return w.units.byID[*h.UnitID]
	case h.DeputyID != nil:
		return w.people.byID[*h.DeputyID]
	}
	return nil
}

// placeName is the place of a role as a list shows it.
func (w *world) placeName(at any) string {
	switch at := at.(type) {
	case *place:
		return w.places.called(at)
	case *office:
		return at.name
	case *person:
		return w.people.called(at)
	}
	return ""
}

func judgeStaff(r *run, rows []*row) {
	for _, w := range rows {
		w.subject = w.Text(colPerson)
		for _, column := range []string{colLogin, colPerson} {
			if w.Text(column) == "" && !w.Bad(column) {
				w.Refuse(column, "请填"+column)
			}
		}
		if !w.bad() {
			r.account(w)
		}
	}
}

func (r *run) account(w *row) {
	given := held{row: w, from: w.Date(colFrom)}
	if to := w.Date(colTo); !to.IsZero() {
		given.to = &to
	}
	if w.Text(colRole) != "" {
		given.role, given.at = r.role(w)
	} else if w.Text(colPlace) != "" || !given.from.IsZero() || given.to != nil {
		w.Refuse(colRole, "请填角色")
	}
	if w.bad() {
		return
	}
	login, name, title := strings.ToLower(w.Text(colLogin)), w.Text(colPerson), w.Text(colDuties)
	a := r.staff.byLogin[login]
	switch {
	case a == nil:
		a = &account{login: login, name: name, title: title}
		r.staff.add(a)
		r.then(w, func() (err error) {
			a.id, err = auth.CreateUser(r.ctx, r.tx, auth.NewUser{By: r.by, LoginName: login, Name: name, Title: title})
			return err
		})
	case a.row != nil && (a.name != name || differ(a.title, title)):
		w.Refuse(colPerson, "第 "+strconv.Itoa(a.row.Number)+" 行用同一个账号，姓名或职务不一样")
		return
	case a.was != nil && a.was.Disabled:
		w.Refuse(colLogin, "这个账号已经停用，请先在工作人员页面启用")
		return
	case a.was != nil && a.row == nil:
		r.changeAccount(w, a, name, title)
	}
	if a.row == nil {
		a.row = w
	}
	w.fresh = a.was == nil
	if given.role != "" {
		r.grant(w, a, given)
	} else if len(a.roles) == 0 {
		w.note = "没有角色：有账号，但什么也看不到"
	}
}

func (r *run) changeAccount(w *row, a *account, name, title string) {
	before := len(w.changes)
	if w.given(colPerson, a.name, name) {
		a.name = name
	}
	if w.given(colDuties, a.title, title) {
		a.title = title
	}
	if len(w.changes) > before {
		r.then(w, func() error { return auth.ChangeUser(r.ctx, r.tx, r.by, a.id, a.was.Version, a.name, a.title) })
	}
}

// role reads a row's role and its place.
func (r *run) role(w *row) (auth.Role, any) {
	at := slices.IndexFunc(roles, func(role auth.Role) bool { return auth.Names[role] == w.Text(colRole) })
	if at < 0 {
		w.Refuse(colRole, "请写“"+strings.Join(roleNames(), "”“")+"”")
		return "", nil
	}
	role, typed := roles[at], w.Text(colPlace)
	var found any
	var problem string
	switch role {
	case auth.StationHead, auth.Clerk:
		found, problem = r.places.find(typed, "station")
	case auth.Unit:
		found, problem = r.units.find(typed)
	case auth.Deputy:
		found, problem = r.people.find(typed)
	default:
		if typed != "" {
			problem = auth.Names[role] + "管全县，请把这一格空着"
		}
	}
	if typed == "" && problem != "" {
		problem = "请填" + auth.Names[role] + "在哪里"
	}
	if problem != "" {
		w.Refuse(colPlace, problem)
	}
	return role, found
}

// holds is the role of the account that a row means: the one from that day where it says
// one, else one that goes on then.
func (a *account) holds(given held) (found *held) {
	for i := range a.roles {
		h := &a.roles[i]
		switch {
		case h.role != given.role || h.at != given.at || h.to != nil && given.from.After(*h.to):
		case h.from == given.from:
			return h
		case given.to == nil || !given.to.Before(h.from):
			found = h
		}
	}
	return found
}

// grant gives an account a role that it does not hold.
func (r *run) grant(w *row, a *account, given held) {
	if h := a.holds(given); h != nil {
		switch {
		case h.row != nil:
			w.Refuse("", "和第 "+strconv.Itoa(h.row.Number)+" 行重复，请删去一行")
		case !given.from.IsZero() && given.from != h.from:
			w.Refuse(colFrom, "系统里这个角色从 "+h.from.String()+" 开始，要改请在工作人员页面上改")
		case given.to != nil && day(given.to) != day(h.to):
			w.Refuse(colTo, "系统里这个角色的到期日期不一样，要改请在工作人员页面上改")
		}
		h.row = w
		return
	}
	a.roles = append(a.roles, given)
	if !w.fresh {
		w.given(colRole, "", strings.TrimSpace(auth.Names[given.role]+" "+r.placeName(given.at)))
	}
	r.then(w, func() error {
		if a.id == 0 {
			w.Refuse(colLogin, "这个账号前面的一行有错，请先改好它")
			return nil
		}
		g := auth.RoleGrant{By: r.by, Role: given.role, From: given.from, To: given.to, Elsewhere: r.kind == Network}
		if !r.fill(w, &g, given.at) {
			return nil
		}
		return auth.GrantRole(r.ctx, r.tx, a.id, g)
	})
}

// fill puts the id of a role's place into the grant, once the place is made.
func (r *run) fill(w *row, g *auth.RoleGrant, at any) (made bool) {
	switch at := at.(type) {
	case *place:
		g.StationID, made = at.ready(w, colPlace)
		return made
	case *office:
		g.UnitID = at.id
		return at.ready(w)
	case *person:
		g.DeputyID = at.id
		return at.ready(w)
	}
	return true
}
