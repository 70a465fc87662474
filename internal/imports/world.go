package imports

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"lianluo/internal/division"
	"lianluo/internal/postgres"
	"lianluo/internal/private"
	"lianluo/internal/station"
	"lianluo/internal/tenant"
)

// world is the county as it is in the transaction, with what the file adds to it: a row
// may name what a row before it makes.
type world struct {
	tx        *tenant.Tx
	keys      private.Keys
	divisions divisions
	functions []station.Function
	entries   entries
	places    places
	units     units
	people    people
	staff     accounts
}

func load(ctx context.Context, tx *tenant.Tx, keys private.Keys) (*world, error) {
	w := &world{tx: tx, keys: keys}
	for _, read := range []func(context.Context, *tenant.Tx) error{w.divisions.load, w.loadEntries, w.loadPlaces, w.units.load, w.loadPeople, w.loadStaff} {
		if err := read(ctx, tx); err != nil {
			return nil, fmt.Errorf("the county's network: %w", err)
		}
	}
	return w, nil
}

// divisions are the county, its townships and villages.
type divisions struct {
	countyName string
	byCode     map[string]string   // → name
	named      map[string][]string // full or short name → codes
}

func (d *divisions) load(ctx context.Context, tx *tenant.Tx) error {
	type row struct{ Code, Name string }
	all, err := postgres.All[row](ctx, tx, `select d.code, d.name from counties c join divisions d on starts_with(d.code, c.division_code)
		where c.id = (@county) order by d.code`)
	d.byCode, d.named = map[string]string{}, map[string][]string{}
	for _, r := range all {
		d.byCode[r.Code] = r.Name
		if len(r.Code) == countyCode {
			d.countyName = r.Name
		}
		for _, name := range callings(r.Name) {
			d.named[name] = append(d.named[name], r.Code)
		}
	}
	return err
}

// callings are how people write a division: 侯堡村委会, 侯堡, 侯堡村.
func callings(name string) []string {
	all := []string{name, division.ShortName(name)}
	for _, committee := range []string{"村民委员会", "村委会", "居民委员会", "居委会"} {
		if place, found := strings.CutSuffix(name, committee); found {
			all = append(all, place, strings.TrimSuffix(place, "村")+"村")
		}
	}
	return sorted(all)
}

// The lengths of the codes.
const (
	countyCode   = 6
	townshipCode = 9
	villageCode  = 12
)

// find is the one division below that is called so, by name or by code of so many digits,
// or what is wrong.
func (d *divisions) find(typed, below string, digits int) (code, problem string) {
	if d.byCode[typed] != "" && len(typed) == digits && strings.HasPrefix(typed, below) {
		return typed, ""
	}
	for _, found := range d.named[typed] {
		if len(found) != digits || !strings.HasPrefix(found, below) || found == code {
			continue
		}
		if code != "" {
			return "", "“" + typed + "”不止一个，请写区划代码（" + code + "、" + found + " ……）"
		}
		code = found
	}
	if code == "" {
		what := "乡镇"
		if digits == villageCode {
			what = "村（社区）"
		}
		return "", "没有找到“" + typed + "”这个" + what + "，请核对名称，或者写 " + fmt.Sprint(digits) + " 位区划代码"
	}
	return code, ""
}

// name is what a division is called in a list: by name, or by code where one cannot tell.
func (d *divisions) name(code, below string) string {
	name := d.byCode[code]
	if found, _ := d.find(name, below, len(code)); found != code {
		return code
	}
	return name
}

// county is the county's own code, where a list names it: a station may serve all of it.
func (d *divisions) county(typed string) string {
	for _, code := range append([]string{typed}, d.named[typed]...) {
		if len(code) == countyCode && d.byCode[code] != "" {
			return code
		}
	}
	return ""
}

// village is the name of the village in which a place lies, "" where none is said.
func (d *divisions) village(code, below string) string {
	if len(code) < villageCode {
		return ""
	}
	return d.name(code, below)
}

// township is the name of the township, or of the county for what serves all of it.
func (d *divisions) township(code string) string {
	if code = township(code); len(code) < townshipCode {
		return d.byCode[code]
	}
	return d.name(code, "")
}

// villages are the names of villages, as a place in a township lists them.
func (d *divisions) villages(codes []string, below string) string {
	names := make([]string, len(codes))
	for i, code := range codes {
		if names[i] = d.name(code, ""); strings.HasPrefix(code, below) {
			names[i] = d.name(code, below)
		}
	}
	return strings.Join(names, separator)
}

// township is the code of the township in which a division lies.
func township(code string) string { return code[:min(len(code), townshipCode)] }

// parts are the names in a cell of several: 甲、乙，丙.
func parts(cell string) []string {
	return strings.FieldsFunc(cell, func(r rune) bool { return strings.ContainsRune("、，,；;\n", r) || r == ' ' || r == '\u3000' })
}

const separator = "、"

func sorted[T cmp.Ordered](all []T) []T { return slices.Compact(slices.Sorted(slices.Values(all))) }

// number is a whole number as a list shows it; 0 is none.
func number[T int | int32](n T) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(int(n))
}
