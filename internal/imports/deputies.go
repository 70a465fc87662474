package imports

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"lianluo/internal/deputy"
	"lianluo/internal/null"
	"lianluo/internal/private"
	"lianluo/internal/sheet"
)

// The columns of deputies.
const (
	colNumber      = "档案号"
	colPerson      = "姓名"
	colGender      = "性别"
	colBirth       = "出生年份"
	colCertificate = "代表证号"
	colDuties      = "职务"
	colEthnicity   = "民族"
	colEducation   = "学历"
	colParty       = "政治面貌"
	colApproved    = "可以公开"
	colSeat        = "层级"
	colTerm        = "届次"
	colElectoral   = "选区或选举单位"
	colSeatPlace   = "哪个乡镇的代表"
	colSeatFrom    = "任职日期"
	colSeatTo      = "终止日期"
	colSeatEnd     = "终止原因"
	colGroup       = "编入联络站"
	colGroupRole   = "组内身份"
	colGroupFrom   = "入组日期"
	colGroupTo     = "离组日期"
)

func names(words []deputy.Word) (all []string) {
	for _, w := range words {
		all = append(all, w.Name)
	}
	return all
}

func levelNames() (all []string) {
	for _, level := range deputy.Levels {
		all = append(all, deputy.LevelNames[level])
	}
	return all
}

var deputyList = list{kind: Deputies, title: "人大代表", unit: "名", judge: judgeDeputies, columns: []Column{
	{Column: sheet.Column{Name: colNumber, Kind: sheet.Code, Width: 8, Optional: true}, Must: "可不填",
		Help: "系统里的号；新的人可以自己编。没有代表证号的人，同名的靠它分开，有几行的几行写同一个号。", Example: "12"},
	{Column: sheet.Column{Name: colPerson, Aliases: []string{"代表姓名"}}, field: "name", Must: "必填",
		Help: "一个人可以有几行，每行写一个届次、一个联络站。", Example: "张三"},
	{Column: sheet.Column{Name: colGender, Width: 6, Choices: names(deputy.Genders), Optional: true}, field: "gender", Must: "可不填", Help: "男或女。", Example: "女"},
	{Column: sheet.Column{Name: colBirth, Kind: sheet.Code, Width: 10, Optional: true, Aliases: []string{"出生年月", "出生日期"}}, field: "birth_year", Must: "可不填",
		Help: "四位数的年份；写了月、日的，只取年份。", Example: "1976"},
	{Column: sheet.Column{Name: colCertificate, Kind: sheet.Code, Width: 18, Optional: true, Aliases: []string{"代表证编号"}}, field: "certificate_no", Must: "可不填",
		Help: "有代表证号的，按它找到已有的代表；没有的，按姓名、层级、选区找。", Example: "XY17-0123"},
	{Column: sheet.Column{Name: colDuties, Width: 28, Optional: true, Aliases: []string{"单位及职务", "工作单位及职务"}}, field: "duties", Must: "可不填", Help: "会公开。", Example: "五阳村党支部书记"},
	{Column: sheet.Column{Name: colPhone, Kind: sheet.Code, Optional: true, Aliases: []string{"手机", "手机号", "联系电话"}}, field: "phone", Must: "可不填",
		Help: "不公开，加密保存。打了码的号码（138****0017）当作没有填。", Example: "13800000017"},
	{Column: sheet.Column{Name: colEthnicity, Width: 8, Optional: true}, field: "ethnicity", Must: "可不填", Help: "不公开。", Example: "汉族"},
	{Column: sheet.Column{Name: colEducation, Width: 10, Optional: true, Aliases: []string{"文化程度"}}, field: "education", Must: "可不填", Help: "不公开。", Example: "大专"},
	{Column: sheet.Column{Name: colParty, Width: 12, Optional: true, Aliases: []string{"党派"}}, field: "party", Must: "可不填", Help: "不公开。", Example: "中共党员"},
	{Column: sheet.Column{Name: colApproved, Width: 10, Choices: []string{"是", "否"}, Optional: true}, Must: "可不填",
		Help: "姓名、照片、职务核对过、可以让群众看到的写“是”，不公开的写“否”。不填的，新的职务要在系统里核对以后才公开。", Example: "是"},
	{Column: sheet.Column{Name: colSeat, Choices: levelNames(), Optional: true, Aliases: []string{"代表层级", "级别"}}, field: "level", Must: "有届次时必填", Help: "哪一级的代表。", Example: "县人大代表"},
	{Column: sheet.Column{Name: colTerm, Width: 12, Optional: true, Aliases: []string{"届别"}}, field: "term", Must: "有层级时必填", Help: "第几届。", Example: "第十七届"},
	{Column: sheet.Column{Name: colElectoral, Width: 28, Optional: true, Aliases: []string{"选区", "选举单位"}}, field: "electoral_unit", Must: "有层级时必填", Help: "选区或者选举单位的名称。", Example: "王桥镇第三选区"},
	{Column: sheet.Column{Name: colSeatPlace, Optional: true}, field: "division", Must: "乡镇代表必填", Help: "乡镇的名称。", Example: "王桥镇"},
	{Column: sheet.Column{Name: colSeatFrom, Kind: sheet.Date, Optional: true, Aliases: []string{"当选日期"}}, field: "from", Must: "有层级时必填", Help: "从哪一天起。", Example: "2021-05-20"},
	{Column: sheet.Column{Name: colSeatTo, Kind: sheet.Date, Optional: true}, field: "to", Must: "已终止的必填", Help: "到哪一天为止；现任的不填。", Example: ""},
	{Column: sheet.Column{Name: colSeatEnd, Width: 10, Choices: names(deputy.EndReasons), Optional: true}, field: "end_reason", Must: "已终止的必填", Help: "为什么终止。", Example: ""},
	{Column: sheet.Column{Name: colGroup, Width: 28, Optional: true, Aliases: []string{"联络站", "所在联络站"}}, field: "station_id", Must: "可不填", Help: "联络站的名称、简称或者代码。", Example: "王桥镇"},
	{Column: sheet.Column{Name: colGroupRole, Width: 10, Choices: names(deputy.Roles), Optional: true}, field: "role", Must: "可不填", Help: "不填是组员。", Example: "召集人"},
	{Column: sheet.Column{Name: colGroupFrom, Kind: sheet.Date, Optional: true}, Must: "可不填", Help: "不填从今天起。", Example: "2021-06-01"},
	{Column: sheet.Column{Name: colGroupTo, Kind: sheet.Date, Optional: true}, Must: "可不填", Help: "还在组里的不填。", Example: ""},
}}

func judgeDeputies(r *run, rows []*row) {
	for _, w := range rows {
		w.subject = deputy.CleanName(w.Text(colPerson))
		if w.subject == "" && !w.Bad(colPerson) {
			w.Refuse(colPerson, "请填姓名")
		}
		if typed := w.Text(colSeat); typed != "" && r.level(typed) == "" {
			w.Refuse(colSeat, "请写“"+strings.Join(levelNames(), "”“")+"”")
		}
	}
	taken := map[*person]*row{}
	all := join(rows)
	for _, f := range all {
		if p := r.named(f); p != nil {
			p.claimed = f
		}
	}
	for _, f := range all {
		p := r.person(f)
		if p == nil {
			continue
		}
		if f.number != "" {
			r.people.byNumber[f.number] = p
		}
		if other := taken[p]; other != nil {
			f.rows[0].Refuse("", "和第 "+strconv.Itoa(other.Number)+" 行在系统里是同一位代表，请填一样的代表证号或档案号")
			continue
		}
		taken[p] = f.rows[0]
		r.personFacts(f, p)
		r.seats(f, p)
		for _, w := range f.rows {
			r.group(w, p)
		}
	}
	r.steps = append(r.steps, step{do: r.bring}) // last: until its end nobody else makes a deputy
}

// level is the level that is called so, "" for none.
func (w *world) level(typed string) string {
	for _, level := range deputy.Levels {
		if typed == deputy.LevelNames[level] || typed == deputy.LevelIn(level, w.divisions.countyName) || slices.Contains(levelWords[level], typed) {
			return level
		}
	}
	return ""
}

// levelWords are what people write in short.
var levelWords = map[string][]string{"national": {"全国", "国家级"}, "province": {"省", "省级"}, "prefecture": {"市", "市级"},
	"county": {"县", "县级", "区", "区级", "旗"}, "township": {"乡", "镇", "乡镇", "乡级", "镇级", "乡镇级"}}

// named is the deputy whom rows name by 代表证号, or by 档案号 and the name; nil for none.
func (r *run) named(f *filed) *person {
	if p := r.people.byCertificate[f.certificate]; p != nil {
		return p
	}
	for _, p := range r.people.byName[f.name] {
		if p.was != nil && f.number == number(p.number) && !differ(p.no, f.certificate) {
			return p
		}
	}
	return nil
}

// person is the deputy whom rows are about; nil where that cannot be told, and they say so.
func (r *run) person(f *filed) *person {
	w := f.rows[0]
	if p := r.named(f); p != nil {
		if p.name != f.name && r.people.merged[f.certificate] != f.name {
			w.Refuse(colCertificate, "这个代表证号在系统里是“"+p.name+"”的，请核对；改了名的，请先在代表页面上改")
			return nil
		}
		return p
	}
	var candidates []*person
	seated := false
	for _, p := range r.people.byName[f.name] {
		if p.was == nil || p.claimed != nil { // somebody else of this file
			continue
		}
		if slices.ContainsFunc(f.rows, func(w *row) bool { return p.holds(r.level(w.Text(colSeat)), w.Text(colElectoral)) }) {
			candidates = append(candidates, p)
		}
	}
	for _, w := range f.rows {
		seated = seated || w.Text(colSeat) != ""
	}
	if !seated && f.certificate == "" {
		return r.nameOnly(f)
	}
	switch {
	case !seated && slices.ContainsFunc(r.people.byName[f.name], func(p *person) bool { return p.was != nil && p.no == "" && p.claimed == nil }):
		w.Refuse(colPerson, "系统里有同名的代表，还没有登记代表证号，看不出是不是同一个人，请填层级和选区")
		return nil
	case len(candidates) > 1:
		w.Refuse(colPerson, "系统里有几位代表姓名、层级、选区都一样，请填代表证号")
		return nil
	case len(candidates) == 1 && differ(candidates[0].no, f.certificate):
		w.Refuse(colCertificate, "系统里同名、同选区的代表，证号是 "+candidates[0].no+"，请核对")
		return nil
	case len(candidates) == 1:
		return candidates[0]
	}
	return r.newPerson(f)
}

// nameOnly is the deputy whom rows say nothing of but the name: somebody of whom the
// county knows no more either.
func (r *run) nameOnly(f *filed) *person {
	named := slices.DeleteFunc(slices.Clone(r.people.byName[f.name]), func(p *person) bool { return p.was == nil || p.claimed != nil })
	switch {
	case len(named) == 0:
		return r.newPerson(f)
	case len(named) == 1 && named[0].no == "" && len(named[0].mandates) == 0:
		return named[0]
	}
	f.rows[0].Refuse(colPerson, "系统里有同名的代表，看不出是不是同一个人，请填代表证号，或者填层级和选区")
	return nil
}

func (r *run) newPerson(f *filed) *person {
	w := f.rows[0]
	if named := r.people.byName[f.name]; len(named) > 0 && named[0].was != nil {
		w.note = "系统里已有同名代表（档案号 " + strconv.Itoa(int(named[0].number)) + "），请确认不是同一个人"
	}
	p := &person{name: f.name, no: f.certificate}
	r.people.add(p)
	for _, w := range f.rows {
		w.fresh = true
	}
	return p
}

var birthYear = regexp.MustCompile(`^((?:19|20)[0-9]{2})(?:[^0-9].*|[0-9]{2}|[0-9]{4})?$`)

// personFacts compares what the rows say of the person.
func (r *run) personFacts(f *filed, p *person) {
	var facts deputy.Facts
	shown := false
	if p.was != nil {
		d := p.was
		facts = deputy.Facts{Name: d.Name, Gender: null.Value(d.Gender), BirthYear: int(null.Value(d.BirthYear)), CertificateNo: null.Value(d.CertificateNo), Duties: null.Value(d.Duties),
			Ethnicity: null.Value(d.Ethnicity), Education: null.Value(d.Education), Party: null.Value(d.Party)}
		shown = d.ApprovedAt != nil
	} else {
		facts = deputy.Facts{Name: f.name}
	}
	if p.no == "" {
		r.people.certified(p, f.certificate)
	}
	said := map[string]*row{}
	for _, w := range f.rows {
		r.factsOf(w, p, &facts, said)
	}
	rewritten := slices.ContainsFunc(f.rows, (*row).changed)
	shows := f.approval(shown, p.was != nil && facts.Duties != null.Value(p.was.Duties), said)
	facts.Approve = shows == "是"
	if p.was == nil {
		p.new = &newcomer{person: p, rows: f.rows, facts: facts}
		r.newcomers = append(r.newcomers, p.new)
		return
	}
	first := slices.IndexFunc(f.rows, (*row).changed)
	if first < 0 {
		return
	}
	r.then(f.rows[first], func() (err error) {
		if slices.ContainsFunc(f.rows, (*row).bad) {
			return nil
		}
		if rewritten || facts.Approve {
			err = deputy.Change(r.ctx, r.tx, r.keys, r.by, p.id, p.version, facts)
			p.version++
		}
		if err == nil && shows == "否" {
			_, err = deputy.Unapprove(r.ctx, r.tx, r.by, []int64{p.id})
		}
		return err
	})
}

// approval is what the rows say of whether citizens see the person, "" where they say
// nothing: new duties then wait for somebody to look at them.
func (f *filed) approval(shown, newDuties bool, said map[string]*row) (shows string) {
	was := map[bool]string{true: "是", false: "否"}[shown]
	for _, w := range f.rows {
		if typed := w.Text(colApproved); typed == "是" || typed == "否" {
			if shows == "" {
				w.says(said, colApproved, was, typed)
				shows = typed
			} else {
				w.says(said, colApproved, shows, typed)
			}
		}
	}
	if shows == "" && shown && newDuties {
		said[colDuties].given(colApproved, was, "待核对")
	}
	return shows
}

// factsOf compares one row with what was said of the person before.
func (r *run) factsOf(w *row, p *person, f *deputy.Facts, said map[string]*row) {
	gender := w.Text(colGender)
	if value := deputy.ValueOf(deputy.Genders, gender); gender != "" && value == "" {
		w.Refuse(colGender, "请写“男”或“女”")
	} else if w.says(said, colGender, deputy.NameOf(deputy.Genders, f.Gender), gender) {
		f.Gender = value
	}
	if typed := w.Text(colBirth); typed != "" {
		found := birthYear.FindStringSubmatch(typed)
		if found == nil {
			w.Refuse(colBirth, "请写四位数的年份，例如 1976")
		} else if w.says(said, colBirth, number(f.BirthYear), found[1]) {
			f.BirthYear, _ = strconv.Atoi(found[1])
		}
	}
	certificate := deputy.CleanCertificate(w.Text(colCertificate))
	if r.people.merged[certificate] != "" { // it tells who is meant, and stays where it is
		certificate = ""
	}
	for _, cell := range []struct {
		column, typed string
		to            *string
	}{{colCertificate, certificate, &f.CertificateNo}, {colDuties, w.Text(colDuties), &f.Duties},
		{colEthnicity, deputy.CleanName(w.Text(colEthnicity)), &f.Ethnicity}, {colEducation, deputy.CleanName(w.Text(colEducation)), &f.Education},
		{colParty, deputy.CleanName(w.Text(colParty)), &f.Party}} {
		if w.says(said, cell.column, *cell.to, cell.typed) {
			*cell.to = cell.typed
		}
	}
	r.phoneOf(w, p, f, said)
	if typed := w.Text(colApproved); typed != "" && typed != "是" && typed != "否" {
		w.Refuse(colApproved, "请写“是”或“否”")
	}
}

// says is given for a fact that a row before may have said otherwise.
func (w *row) says(said map[string]*row, column, now, typed string) bool {
	if typed == "" {
		return false
	}
	if before := said[column]; before != nil {
		if typed != now {
			w.Refuse(column, "和第 "+strconv.Itoa(before.Number)+" 行写的不一样，那里是“"+now+"”")
		}
		return false
	}
	said[column] = w
	return w.given(column, now, typed)
}

// phoneOf compares the private number, of which pages show nothing in full.
func (r *run) phoneOf(w *row, p *person, f *deputy.Facts, said map[string]*row) {
	typed := w.Text(colPhone)
	if typed == "" || strings.Contains(typed, "*") {
		return
	}
	phone, err := private.NormalizePhone(typed)
	if err != nil {
		w.Refuse(colPhone, err.Error())
		return
	}
	now := ""
	if p.was != nil && p.was.PhoneMasked != nil {
		if now = *p.was.PhoneMasked; slices.Equal(p.was.PhoneBlind, deputy.PhoneBlind(r.keys, r.tx.County(), phone)) {
			return
		}
	}
	if before := said[colPhone]; before != nil {
		if f.Phone != phone {
			w.Refuse(colPhone, "和第 "+strconv.Itoa(before.Number)+" 行写的不一样")
		}
		return
	}
	said[colPhone] = w
	f.Phone = phone
	w.given(colPhone, now, private.MaskPhone(phone)+"（新号码）")
}
