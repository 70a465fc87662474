package forms

import (
	"errors"
	"maps"
	"strings"

	"lianluo/internal/calendar"
	"lianluo/internal/errs"
)

// Date reads a date of a form, which may be missing: then it is the zero Date. What was
// typed and is no date is said in invalid, at its field.
func Date(invalid errs.Invalid, typed, field string) calendar.Date {
	typed = strings.TrimSpace(typed)
	if typed == "" {
		return calendar.Date{}
	}
	date, err := calendar.ParseDate(typed)
	if err != nil {
		invalid[field] = "日期请写成 2026-11-20 的样子，或者在日历上选。"
	}
	return date
}

// Both joins what is wrong in two parts of one form: what b says of a field counts more
// than what a says, and an error of another kind more than either.
func Both(a, b error) error {
	first, aInvalid := errors.AsType[errs.Invalid](a)
	second, bInvalid := errors.AsType[errs.Invalid](b)
	switch {
	case a != nil && !aInvalid:
		return a
	case b != nil && !bInvalid:
		return b
	}
	all := errs.Invalid{}
	maps.Copy(all, first)
	maps.Copy(all, second)
	return all.Err()
}
