package station

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"lianluo/internal/errs"
	"lianluo/internal/null"
	"lianluo/internal/postgres"
	"lianluo/internal/tenant"
)

// parent is what a point or a post is put below.
type parent struct {
	ID     int64
	Kind   string
	RootID int64
	State  string
	Name   string
}

// check judges by field what has to be looked up. was is the place before the change, nil
// of a new one. It returns the place above, nil of a station.
func (f *Facts) check(ctx context.Context, tx *tenant.Tx, was *Record, invalid errs.Invalid) (*parent, error) {
	codes, err := postgres.Value[[]string](ctx, tx, `select array_append(former_codes, division_code) from counties where id = (@county)`)
	if err != nil {
		return nil, fmt.Errorf("county: %w", err)
	}
	above, err := f.checkParent(ctx, tx, was, invalid)
	if err != nil {
		return nil, err
	}
	for _, check := range []func() error{
		func() error { return f.checkDivisions(ctx, tx, invalid) },
		func() error { return f.checkFunctions(ctx, tx, was, invalid) },
		func() error { return f.checkName(ctx, tx, was, invalid) },
	} {
		if err := check(); err != nil {
			return nil, err
		}
	}
	if was == nil {
		return above, f.checkCode(ctx, tx, codes, invalid)
	}
	return above, nil
}

// checkParent: a point stands below a station, a post below a station or a point, and
// nothing new below what is closed.
func (f *Facts) checkParent(ctx context.Context, tx *tenant.Tx, was *Record, invalid errs.Invalid) (*parent, error) {
	rank := kindRank(f.Kind)
	switch {
	case rank < 0:
		return nil, nil
	case rank == 0 && f.Parent != "":
		invalid["parent"] = "联络站上面没有别的站；要放在别的站下面的，请选联络点。"
		return nil, nil
	case rank == 0:
		return nil, nil
	case f.Parent == "":
		invalid["parent"] = "请选择它属于哪个联络站。"
		return nil, nil
	}
	above, err := postgres.One[parent](ctx, tx, `select id, kind, root_id, state, name from stations where county_id = @county and code = @code`,
		pgx.NamedArgs{"code": f.Parent})
	if errors.Is(err, errs.NotFound) {
		invalid["parent"] = "没有代码是 " + f.Parent + " 的联络站。"
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("parent: %w", err)
	}
	switch {
	case kindRank(above.Kind) >= rank:
		invalid["parent"] = "联络点要放在联络站下面，服务岗要放在联络站或联络点下面。“" + above.Name + "”是" + kindName(above.Kind) + "。"
	case (was == nil || null.Value(was.Parent) != f.Parent) && ended(above.State):
		invalid["parent"] = "“" + above.Name + "”" + stateName(above.State) + "，不能再往下面添加。"
	}
	return &above, nil
}

// checkDivisions: the place lies in the county, the villages below it.
func (f *Facts) checkDivisions(ctx context.Context, tx *tenant.Tx, invalid errs.Invalid) error {
	type known struct{ Code, Level string }
	all, err := postgres.All[known](ctx, tx, `select d.code, d.level from divisions d join counties c on c.id = (@county)
			and left(d.code, 6) = any(array_append(c.former_codes, c.division_code))
		where d.code = any(@codes)`, pgx.NamedArgs{"codes": append([]string{f.Division}, f.Villages...)})
	if err != nil {
		return fmt.Errorf("divisions: %w", err)
	}
	levels := map[string]string{}
	for _, d := range all {
		levels[d.Code] = d.Level
	}
	if _, bad := invalid["division"]; !bad && levels[f.Division] == "" {
		invalid["division"] = "本县没有区划代码是 " + f.Division + " 的乡镇或村（社区）。"
	}
	for _, village := range f.Villages {
		if levels[village] != "village" {
			invalid["villages"] = "本县没有区划代码是 " + village + " 的村（社区）。"
		}
	}
	return nil
}

// checkFunctions: each is one of the county's, and in use unless the place has it already.
func (f *Facts) checkFunctions(ctx context.Context, tx *tenant.Tx, was *Record, invalid errs.Invalid) error {
	if len(f.Functions) == 0 {
		return nil
	}
	had := []int64{}
	if was != nil {
		had = was.Functions
	}
	found, err := postgres.Value[int64](ctx, tx, `select count(*) from functions
		where county_id = @county and id = any(@ids) and (not retired or id = any(@had))`, pgx.NamedArgs{"ids": f.Functions, "had": had})
	if err != nil {
		return fmt.Errorf("functions: %w", err)
	}
	if found != int64(len(f.Functions)) {
		invalid["functions"] = "有一项功能已经停用，请重新选。"
	}
	return nil
}

// checkName: of the places in use in one township no two of a kind have one name, so that
// a sheet without codes can be matched, and a second press of a form makes nothing.
func (f *Facts) checkName(ctx context.Context, tx *tenant.Tx, was *Record, invalid errs.Invalid) error {
	if was != nil && was.Name == f.Name && was.Division == f.Division {
		return nil
	}
	var self int64
	if was != nil {
		self = was.ID
	}
	code, err := postgres.All[struct{ Code string }](ctx, tx, `select code from stations where county_id = @county and name = @name and kind = @kind
		and left(division_code, 9) = left(@division, 9) and state in ('open', 'suspended') and id <> @self limit 1`,
		pgx.NamedArgs{"name": f.Name, "kind": f.Kind, "division": f.Division, "self": self})
	if err != nil {
		return fmt.Errorf("name: %w", err)
	}
	if _, bad := invalid["name"]; !bad && len(code) > 0 {
		invalid["name"] = "这个乡镇已经有同名的" + kindName(f.Kind) + "，代码是 " + code[0].Code + "。"
	}
	return nil
}

// checkCode: the code begins with the county's, and nobody has it. Without one it is
// proposed: the division's, and a number behind it where that is somebody's.
func (f *Facts) checkCode(ctx context.Context, tx *tenant.Tx, counties []string, invalid errs.Invalid) error {
	begin := f.Code
	if begin == "" {
		begin = f.Division
	}
	taken, err := postgres.Value[[]string](ctx, tx, `select coalesce(array_agg(code), '{}') from stations
		where county_id = @county and (code = @code or starts_with(code, @code || '-'))`, pgx.NamedArgs{"code": begin})
	switch {
	case err != nil:
		return fmt.Errorf("code: %w", err)
	case f.Code == "":
		f.Code = free(f.Division, taken)
	case CountyCode(f.Code) == "":
		invalid["code"] = "代码先写 6 位县的区划代码，后面可以有数字、大写字母和短横，一共不超过 24 位。"
	case !slices.Contains(counties, CountyCode(f.Code)):
		invalid["code"] = "代码要以本县的区划代码 " + counties[len(counties)-1] + " 开头，不然群众扫码找不到。"
	case slices.Contains(taken, f.Code):
		invalid["code"] = "代码 " + f.Code + " 已经有了，请换一个。"
	}
	return nil
}

// free is the first code that nobody has: 140423101, 140423101-02 …
func free(division string, taken []string) string {
	code := division
	for n := 2; slices.Contains(taken, code); n++ {
		code = fmt.Sprintf("%s-%02d", division, n)
	}
	return code
}

// ended reports whether nothing new may hang below a place.
func ended(state string) bool { return state == Closed || state == Merged }
