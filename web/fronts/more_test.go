package fronts_test

import (
	"context"
	"image/jpeg"
	"image/png"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"lianluo/internal/casefile"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/tenant"
)

const xiadian = "/s/140423103"

// merge lets a place go into another.
func (s *site) merge(id, into int64) {
	s.t.Helper()
	s.arrange(`update stations set state = 'merged', successor_id = @into where county_id = @county and id = @id`, pgx.NamedArgs{"id": id, "into": into})
}

// TestMerged: the poster of a station that is no more leads to what it went into, through
// any number of mergers, and never in a circle.
func TestMerged(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	leads := func(path, to string) {
		t.Helper()
		w := s.get(path)
		if got := w.Header().Get("Location"); w.Code != http.StatusSeeOther || got != to {
			t.Errorf("%s leads %d to %q, want %q", path, w.Code, got, to)
		}
	}
	var third int64
	err := s.Update(func(ctx context.Context, tx *tenant.Tx) error {
		_, err := tx.Exec(ctx, `insert into stations (county_id, code, kind, root_id, name, short_name, division_code, created_at)
			values (@county, '140423104', 'station', 0, '虒亭镇人大代表联络站', '虒亭镇', '140423104', @now)`, pgx.NamedArgs{"now": tx.Now()})
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `update stations set root_id = id where county_id = @county and code = '140423104'`)
		return err
	})
	if err == nil {
		err = s.PG.Super.QueryRow(t.Context(), `select id from stations where code = '140423104'`).Scan(&third)
	}
	if err != nil {
		t.Fatal(err)
	}
	s.merge(s.Station, s.OtherStation)
	leads(wangqiao, xiadian+"?from=140423101")
	leads(wuyang, xiadian+"?from=140423101205") // its point goes along while nobody has said where
	says(t, s.page(xiadian+"?from=140423101", http.StatusOK), "原王桥镇人大代表联络站已并入本站", "夏店镇人大代表联络站")
	says(t, s.page(xiadian, http.StatusOK), "not", "已并入")
	for _, from := range []string{"140423104", "140423999", "140425200", "x", "%00", "140423103"} {
		says(t, s.page(xiadian+"?from="+from, http.StatusOK), "not", "已并入")
	}
	s.merge(s.OtherStation, third)
	leads(wangqiao, "/s/140423104?from=140423101")
	leads(xiadian, "/s/140423104?from=140423103")
	says(t, s.page("/s/140423104?from=140423101", http.StatusOK), "原王桥镇人大代表联络站已并入本站")
	for _, path := range []string{"/qr.svg", "/qr.png"} {
		if w := s.get(wangqiao + path); w.Code != http.StatusOK {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
	s.arrange(`update stations set state = 'closed' where county_id = @county and id = @id`, pgx.NamedArgs{"id": third})
	leads(wangqiao, "/s/140423104?from=140423101")
	says(t, s.page("/s/140423104?from=140423101", http.StatusOK), "已经停用")
	// What no merger makes: a circle.
	s.merge(third, s.Station)
	says(t, s.page(wangqiao, http.StatusOK), "已经并到别处", "襄垣县全部联络站")
	says(t, s.page("/s/140423104", http.StatusOK), "已经并到别处")
	s.arrange(`update stations set state = 'merged', successor_id = id where county_id = @county and id = @id`, pgx.NamedArgs{"id": third})
	says(t, s.page("/s/140423104", http.StatusOK), "已经并到别处")
}

// TestApproved: citizens see the deputies whom somebody has approved, their photographs
// and no other file.
func TestApproved(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	key := s.Photograph(s.Deputies[0])
	photo := wangqiao + "/photos/" + key.String()
	says(t, s.page(wangqiao, http.StatusOK), `<img src="`+photo+`" alt="" width="54" height="72" loading="lazy"`, "<b>郭建国</b>", "王志强")
	picture := s.get(photo)
	config, err := jpeg.DecodeConfig(picture.Body)
	if picture.Code != http.StatusOK || err != nil || config.Height != 320 || picture.Header().Get("Cache-Control") != "private, max-age=300" ||
		!strings.HasPrefix(picture.Header().Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("%d, %v, %+v, %v", picture.Code, err, config, picture.Header())
	}
	again := httptest.NewRequest("GET", photo, nil)
	again.Header.Set("If-None-Match", picture.Header().Get("ETag"))
	w := httptest.NewRecorder()
	if s.handler.ServeHTTP(w, again); w.Code != http.StatusNotModified {
		t.Errorf("kept, it comes again: %d", w.Code)
	}

	number := s.DriveNew(casefile.Handling)
	paper := s.Attach(s.Clerk, number, "水管.jpg", casetest.Photo(40, 30))
	for _, path := range []string{wangqiao + "/photos/" + paper.String(), wangqiao + "/photos/x", wangqiao + "/photos/" + uuid.NewString(),
		xiadian + "/photos/" + key.String(), "/s/140425200/photos/" + key.String(), "/s/140423999/photos/" + key.String()} {
		s.page(path, http.StatusNotFound)
	}
	const deputy = `update deputies set `
	for what, c := range map[string]struct {
		hide, show string
		onDays     bool
	}{
		"not approved":     {deputy + `approved_at = null, approved_name = null`, deputy + `approved_at = created_at, approved_name = '郝建平'`, false},
		"merged":           {deputy + `merged_into = (select max(id) from deputies o where o.county_id = @county)`, deputy + `merged_into = null`, false},
		"out of the group": {`update station_deputies set to_date = from_date`, `update station_deputies set to_date = null`, true},
		"without mandate":  {`update mandates set to_date = from_date, end_reason = 'term'`, `update mandates set to_date = null, end_reason = null`, true},
	} {
		of := ` where county_id = @county and deputy_id = @id`
		if strings.HasPrefix(c.hide, deputy) {
			of = ` where county_id = @county and id = @id`
		}
		args := pgx.NamedArgs{"id": s.Deputies[0]}
		s.arrange(c.hide+of, args)
		body := s.page(wangqiao, http.StatusOK)
		if says(t, body, "王志强", "not", photo); strings.Contains(body, "<b>郭建国</b> 县") {
			t.Errorf("%s: still there", what)
		}
		if strings.Contains(body, "郭建国") != c.onDays {
			t.Errorf("%s: on the days: %v", what, strings.Contains(body, "郭建国"))
		}
		s.page(photo, http.StatusNotFound)
		s.arrange(c.show+of, args)
		if w := s.get(photo); w.Code != http.StatusOK {
			t.Errorf("%s: %d afterwards", what, w.Code)
		}
	}
	s.Photograph(s.Deputies[0]) // another takes its place
	s.page(photo, http.StatusNotFound)
}

// TestPurposes: the page says in plain words what one can do here; what has no purpose of
// its own has its station's.
func TestPurposes(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	says(t, s.page(wangqiao, http.StatusOK), "not", "来这里可以做什么")
	s.arrange(`insert into station_functions (county_id, station_id, function_id)
		select f.county_id, @id, f.id from functions f where f.county_id = @county and f.name in ('代表接待', '代表工作室')`, pgx.NamedArgs{"id": s.Station})
	want := []string{"来这里可以做什么", "<b>代表接待</b> <br>反映意见、建议和困难，和人大代表当面谈", "<b>代表工作室</b> </li>"}
	says(t, s.page(wangqiao, http.StatusOK), want...)
	says(t, s.page(wuyang, http.StatusOK), want...)
	s.arrange(`insert into station_functions (county_id, station_id, function_id)
		select f.county_id, @id, f.id from functions f where f.county_id = @county and f.name = '立法联系点'`, pgx.NamedArgs{"id": s.Point})
	says(t, s.page(wuyang, http.StatusOK), "<b>立法联系点</b>", "not", "代表工作室")
}

// TestPicture: the PNG of every place leads where its SVG leads.
func TestPicture(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, path := range []string{wangqiao, wuyang} {
		w := s.get(path + "/qr.png")
		picture, err := png.Decode(w.Body)
		if err != nil || w.Code != http.StatusOK || w.Header().Get("Content-Type") != "image/png" || picture.Bounds().Dx() < 600 {
			t.Fatalf("%s: %d, %v, %v", path, w.Code, err, w.Header())
		}
		bits, err := gozxing.NewBinaryBitmapFromImage(picture)
		if err != nil {
			t.Fatal(err)
		}
		read, err := qrcode.NewQRCodeReader().Decode(bits, nil)
		if err != nil || read.GetText() != base+path {
			t.Errorf("%v, %v", read, err)
		}
	}
	s.page("/s/140423999/qr.png", http.StatusNotFound)
}

// TestManyPictures: a page with dozens of faces uses up nobody's tries, and the faces have
// an end too.
func TestManyPictures(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	path := wangqiao + "/photos/" + s.Photograph(s.Deputies[0]).String()
	for i := range 600 {
		if w := s.get(path); w.Code != http.StatusOK {
			t.Fatalf("the %d-th: %d", i+1, w.Code)
		}
	}
	s.page(path, http.StatusTooManyRequests)
	s.page(wangqiao, http.StatusOK)
}
