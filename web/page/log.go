package page

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/go-chi/chi/v5"
)

// Log writes one line for each request. It names the route's pattern and never the path:
// a rating link's token, a 查询码 or a searched name is in no log. It stands outside
// Recover, so that it sees what became of a panic.
func Log(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// Outside the router the pattern would be lost with the router's own context, so
		// it gets one to write into.
		if chi.RouteContext(r.Context()) == nil {
			r = r.WithContext(context.WithValue(r.Context(), chi.RouteCtxKey, chi.NewRouteContext()))
		}
		start, answer := time.Now(), &answer{ResponseWriter: w}
		defer func() {
			slog.LogAttrs(r.Context(), slog.LevelInfo, "request",
				slog.String("method", r.Method), slog.String("route", route(r)),
				slog.Int("status", answer.Status()), slog.Int64("bytes", answer.bytes),
				slog.Duration("took", time.Since(start).Round(time.Microsecond)))
		}()
		next.ServeHTTP(answer, r)
	})
}

// route is the pattern that the router matched.
func route(r *http.Request) string {
	if pattern := chi.RouteContext(r.Context()).RoutePattern(); pattern != "" {
		return pattern
	}
	return "(none)"
}

// Recover answers a panic as Error answers what it does not know, and keeps the server.
func Recover(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := &answer{ResponseWriter: w}
		defer func() {
			cause := recover()
			if cause == nil {
				return
			}
			if err, ok := cause.(error); ok && errors.Is(err, http.ErrAbortHandler) {
				panic(cause) // net/http's own way to break a connection
			}
			err := fmt.Errorf("panic: %v\n%s", cause, debug.Stack())
			if answer.status != 0 {
				slog.ErrorContext(r.Context(), "panic after the answer began", "route", route(r), "err", err)
				panic(http.ErrAbortHandler) // so that the reader sees that it is not whole
			}
			Error(w, r, err)
		}()
		next.ServeHTTP(answer, r)
	})
}

// answer remembers what was answered. http.ResponseController finds the writer below
// through Unwrap.
type answer struct {
	http.ResponseWriter
	status int
	bytes  int64
}

// Status is 200 also where nothing was written, which net/http then does.
func (a *answer) Status() int {
	if a.status == 0 {
		return http.StatusOK
	}
	return a.status
}

func (a *answer) WriteHeader(status int) {
	if a.status == 0 && status >= 200 {
		a.status = status
	}
	a.ResponseWriter.WriteHeader(status)
}

func (a *answer) Write(p []byte) (int, error) {
	if a.status == 0 {
		a.status = http.StatusOK
	}
	n, err := a.ResponseWriter.Write(p)
	a.bytes += int64(n)
	return n, err
}

func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }
