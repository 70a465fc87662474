// Package errs names the kinds of failure once. The domain returns them, package page
// alone turns them into a status. Whatever is none of these is unknown: it is logged
// whole and shown as nothing.
package errs

import (
	"errors"
	"slices"
	"strings"
)

// The kinds. Compare with errors.Is.
var (
	NotFound  = errors.New("not found")         // 404; also another county's record
	Conflict  = errors.New("conflict")          // 409: somebody was first, or the state has moved on
	Forbidden = errors.New("forbidden")         // 403: known, and without the right
	SignIn    = errors.New("sign-in needed")    // 303 to /login
	TooMany   = errors.New("too many requests") // 429
)

// Refusal is a kind together with the words that its reader shall see.
type Refusal struct {
	Kind    error  // one of the kinds above
	Message string // Chinese, one or two plain sentences: what is wrong and what to do
}

// Refuse returns a Refusal.
func Refuse(kind error, message string) error { return Refusal{kind, message} }

func (r Refusal) Error() string { return r.Kind.Error() + ": " + r.Message }

// Unwrap lets errors.Is find the kind.
func (r Refusal) Unwrap() error { return r.Kind }

// Message returns the words that err carries for its reader, or otherwise.
func Message(err error, otherwise string) string {
	if refusal, ok := errors.AsType[Refusal](err); ok && refusal.Message != "" {
		return refusal.Message
	}
	return otherwise
}

// Invalid is bad input: form field → what to do about it, in Chinese. The key is the
// field's name in the form, so that the message can stand beside it.
type Invalid map[string]string

// Err returns nil where nothing is invalid.
func (i Invalid) Err() error {
	if len(i) == 0 {
		return nil
	}
	return i
}

func (i Invalid) Error() string {
	fields := make([]string, 0, len(i))
	for field, message := range i {
		fields = append(fields, field+": "+message)
	}
	slices.Sort(fields)
	return "invalid input: " + strings.Join(fields, "; ")
}
