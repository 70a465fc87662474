// Package null goes between Go, where a text that nobody gave is "", and the database and its
// rows, where it is null.
package null

// Of is nil for the zero value of T: "", 0 and the zero date mean nothing in the database.
func Of[T comparable](value T) *T {
	var zero T
	if value == zero {
		return nil
	}
	return &value
}

// Value is what p points at, or the zero value of T.
func Value[T any](p *T) (value T) {
	if p != nil {
		value = *p
	}
	return value
}
