// Package option is the closed lists of the trade: ways of arriving, kinds of reception days. The
// database keeps a value, pages say its name.
package option

import "slices"

// Option is a value of a closed list and its name; an alias, so that lists elsewhere need not name the fields.
type Option = struct{ Value, Name string }

// NameOf is the name of a value in a closed list; the value itself where it is unknown.
func NameOf(list []Option, value string) string {
	for _, o := range list {
		if o.Value == value {
			return o.Name
		}
	}
	return value
}

// Has reports whether a value is in a closed list.
func Has(list []Option, value string) bool {
	return slices.ContainsFunc(list, func(o Option) bool { return o.Value == value })
}
