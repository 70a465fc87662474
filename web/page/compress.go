package page

import (
	"net/http"

	"github.com/klauspost/compress/gzhttp"
	"github.com/klauspost/compress/gzip"
)

// gzipped compresses pages, quickly rather than well (level 1: 40 µs a page). The files
// of package static are compressed already. The jitter adds up to 32 random bytes, so
// that the length of a page says nothing sure about a name on it (BREACH).
var gzipped = func() func(http.Handler) http.HandlerFunc {
	wrap, err := gzhttp.NewWrapper(
		gzhttp.ContentTypes([]string{"text/html"}),
		gzhttp.CompressionLevel(gzip.BestSpeed),
		gzhttp.MinSize(1024),
		gzhttp.EnableZstd(false),
		gzhttp.RandomJitter(32, 0, false),
	)
	if err != nil {
		panic("page: " + err.Error())
	}
	return wrap
}()

// Compress sends pages gzipped to whoever accepts it.
func Compress(next http.Handler) http.Handler { return gzipped(next) }
