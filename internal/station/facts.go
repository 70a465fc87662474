package station

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/text/width"

	"lianluo/internal/county"
	"lianluo/internal/errs"
)

// Facts are what somebody who may change a place says of it.
type Facts struct {
	Code      string // permanent; "" of a new one: proposed from the division
	Kind      string // station, point or post; permanent
	Parent    string // the code of a point's station, of a post's station or point; "" of a station
	Name      string // 王桥镇人大代表联络站
	ShortName string // 王桥镇; "": the name without what all of them are called
	Division  string // the code of the county, a township or a village
	Address   string
	Phone     string // public
	// OpeningHours is in words: 周一至周五 8:30–17:30.
	OpeningHours        string
	Latitude, Longitude *float64 // WGS 84, both or none
	Area                int      // m²; 0: unknown
	Villages            []string // the codes of those that it serves
	Functions           []int64
}

// contact takes over what the head of a station may change.
func (f Facts) contact(from Facts) Facts {
	f.Address, f.Phone, f.OpeningHours, f.Area = from.Address, from.Phone, from.OpeningHours, from.Area
	f.Latitude, f.Longitude = from.Latitude, from.Longitude
	return f
}

// called are the ends that the names of all places have.
var called = []string{"人大代表联络站", "人大代表联络点", "人大代表服务岗", "代表联络站", "代表联络点", "代表服务岗", "联络站", "联络点", "服务岗"}

// shortOf is a name without what all of them are called.
func shortOf(name string) string {
	for _, end := range called {
		if short, found := strings.CutSuffix(name, end); found && short != "" {
			return short
		}
	}
	return name
}

// typedCode is a code as it was typed, in capital letters and digits of half width.
func typedCode(typed string) string {
	return strings.ToUpper(strings.TrimSpace(width.Narrow.String(typed)))
}

// Form of a division's code below a county, and of the county's own.
var divisionForm = regexp.MustCompile(`^[0-9]{6}([0-9]{3}([0-9]{3})?)?$`)

// tidy brings what was typed into the form that is kept, and judges by field what can be
// judged without looking anything up.
func (f *Facts) tidy() errs.Invalid {
	invalid := errs.Invalid{}
	f.Code, f.Parent, f.Division = typedCode(f.Code), typedCode(f.Parent), typedCode(f.Division)
	f.Name, f.ShortName = county.Trimmed(f.Name), county.Trimmed(f.ShortName)
	f.Address, f.OpeningHours = county.Trimmed(f.Address), county.Trimmed(f.OpeningHours)
	f.Phone = county.PublicPhone(invalid, "phone", f.Phone)
	county.OneLine(invalid, "name", f.Name, "请填写名称，例如 王桥镇人大代表联络站。", 40)
	if f.ShortName == "" {
		f.ShortName = shortOf(f.Name)
	} else {
		county.OneLine(invalid, "short_name", f.ShortName, "", 20)
	}
	if f.Address != "" {
		county.OneLine(invalid, "address", f.Address, "", 80)
	}
	if f.OpeningHours != "" {
		county.OneLine(invalid, "opening_hours", f.OpeningHours, "", 60)
	}
	if kindRank(f.Kind) < 0 {
		invalid["kind"] = "请选择：联络站、联络点或服务岗。"
	}
	if f.Area < 0 || f.Area > 100000 {
		invalid["area"] = "面积请填 1 到 100000 之间的整数，单位是平方米；不知道的不填。"
	}
	f.tidyPlace(invalid)
	f.Villages, f.Functions = set(f.Villages), set(f.Functions)
	return invalid
}

func (f *Facts) tidyPlace(invalid errs.Invalid) {
	if !divisionForm.MatchString(f.Division) {
		invalid["division"] = "请选择所在的乡镇或村（社区）。"
	}
	switch {
	case (f.Latitude == nil) != (f.Longitude == nil):
		missing := "latitude"
		if f.Longitude == nil {
			missing = "longitude"
		}
		invalid[missing] = "经度和纬度要填就两个都填。"
	case f.Latitude != nil:
		if !between(*f.Latitude, 3, 54) {
			invalid["latitude"] = "纬度应在 3 到 54 之间，是不是和经度写反了？"
		}
		if !between(*f.Longitude, 73, 136) {
			invalid["longitude"] = "经度应在 73 到 136 之间，是不是和纬度写反了？"
		}
	}
}

// set is every value once, in order, and never nil.
func set[T cmp.Ordered](values []T) []T {
	sorted := append(make([]T, 0, len(values)), values...)
	slices.Sort(sorted)
	return slices.Compact(sorted)
}

// between reports whether n lies between two others; what is no number lies nowhere.
func between(n, low, high float64) bool { return n >= low && n <= high }

// kindRank is 0 of a station, 1 of a point, 2 of a post, less of what is none.
func kindRank(kind string) int {
	for rank, k := range Kinds {
		if k.Kind == kind {
			return rank
		}
	}
	return -1
}
