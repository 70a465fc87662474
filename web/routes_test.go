package web_test

import (
	"context"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"lianluo/internal/auth"
	"lianluo/internal/casefile"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/check"
	"lianluo/internal/postgres/pgtest"
	"lianluo/internal/station"
	"lianluo/internal/tenant"
	"lianluo/web"
	"lianluo/web/static"
	"lianluo/web/webtest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// road is a route with what each reader gets there. The statuses are those of the columns
// of readers; broken is what the clerk gets when the database is gone.
type road struct {
	route    string // as chi names it
	path     string // with what it is asked for
	form     url.Values
	statuses string
	broken   int
}

// The order of the columns. A clerk and a unit of elsewhere have no part in the case; the
// last is a clerk of another county.
var columns = strings.Fields("nobody platform overseer admin handler leader head clerk unit deputy other-clerk other-unit other-county")

// roads is the whole site. What a form lacks is told by 422 to whoever may send it, so
// nothing changes while the table is walked; /logout stands last.
func roads(w *world) []road {
	number, key := "/cases/"+w.number, "key="+w.visit.String()
	version := url.Values{"version": {strconv.Itoa(int(w.Case(w.number).Version))}}
	station := url.Values{"station_id": {strconv.FormatInt(w.Station, 10)}}
	none := url.Values{}
	const admin, dead = "/users/county.admin", "/password/1-aaaaaaaaaaaaaaaaaaaaaaaaaa"
	return []road{
		{"GET /healthz", "/healthz", nil, "200 200 200 200 200 200 200 200 200 200 200 200 200", 503},
		{"GET /static/*", static.URL("office.css"), nil, "200 200 200 200 200 200 200 200 200 200 200 200 200", 200},
		{"POST /static/*", static.URL("office.css"), none, "404 404 404 404 404 404 404 404 404 404 404 404 404", 404},
		{"POST /text", "/text", none, "303 303 303 303 303 303 303 303 303 303 303 303 303", 303},
		{"GET /r/{token}", w.link, nil, "200 200 200 200 200 200 200 200 200 200 200 200 200", 500},
		{"POST /r/{token}", w.link, none, "422 422 422 422 422 422 422 422 422 422 422 422 422", 500},
		{"GET /q", "/q", nil, "200 200 200 200 200 200 200 200 200 200 200 200 200", 200},
		{"POST /q", "/q", none, "422 422 422 422 422 422 422 422 422 422 422 422 422", 422},
		{"GET /s/{code}", "/s/140423101", nil, "200 200 200 200 200 200 200 200 200 200 200 200 200", 500},
		{"GET /s/{code}/qr.svg", "/s/140423101/qr.svg", nil, "200 200 200 200 200 200 200 200 200 200 200 200 200", 500},
		{"GET /s/{code}/qr.png", "/s/140423101/qr.png", nil, "200 200 200 200 200 200 200 200 200 200 200 200 200", 500},
		{"GET /s/{code}/photos/{key}", "/s/140423101/photos/" + w.face, nil, "200 200 200 200 200 200 200 200 200 200 200 200 200", 500},
		{"GET /c/{code}", "/c/140423", nil, "200 200 200 200 200 200 200 200 200 200 200 200 200", 500},
		{"GET /login", "/login", nil, "200 303 303 303 303 303 303 303 303 303 303 303 303", 500},
		{"POST /login", "/login", none, "422 422 422 422 422 422 422 422 422 422 422 422 422", 500},
		{"GET /", "/", nil, "303 200 200 200 200 200 200 200 200 200 200 200 200", 500},
		{"GET /account/", "/account", nil, "303 200 200 200 200 200 200 200 200 200 200 200 200", 500},
		{"GET /account/password", "/account/password", nil, "303 200 200 200 200 200 200 200 200 200 200 200 200", 500},
		{"POST /account/password", "/account/password", none, "303 422 422 422 422 422 422 422 422 422 422 422 422", 500},
		{"POST /account/role", "/account/role", url.Values{"role": {"999"}}, "303 403 403 403 403 403 403 403 403 403 403 403 403", 500},
		{"GET /cases/", "/cases", nil, "303 403 403 200 200 200 200 200 200 200 200 200 200", 500},
		{"GET /stations/", "/stations", nil, "303 403 403 200 200 200 200 200 403 403 200 403 200", 500},
		{"GET /stations/townships", "/stations/townships", nil, "303 403 403 200 200 200 200 200 403 403 200 403 200", 500},
		{"GET /stations/tree", "/stations/tree", nil, "303 403 403 200 200 200 200 200 403 403 200 403 200", 500},
		{"GET /stations/new", "/stations/new", nil, "303 403 403 200 200 403 403 403 403 403 403 403 403", 500},
		{"POST /stations/", "/stations", none, "303 403 403 422 422 403 403 403 403 403 403 403 403", 500},
		{"GET /stations/{code}", "/stations/140423101", nil, "303 403 403 200 200 200 200 200 403 403 200 403 404", 500},
		{"POST /stations/{code}", "/stations/140423101", url.Values{"phone": {"1"}}, "303 403 403 422 422 403 422 403 403 403 403 403 404", 500},
		{"GET /stations/{code}/edit", "/stations/140423101/edit", nil, "303 403 403 200 200 403 200 403 403 403 403 403 404", 500},
		{"GET /stations/{code}/officers", "/stations/140423101/officers", nil, "303 403 403 200 200 403 403 403 403 403 403 403 403", 500},
		{"POST /stations/{code}/officers", "/stations/140423101/officers", none, "303 403 403 422 422 403 403 403 403 403 403 403 404", 500},
		{"POST /stations/{code}/officers/{id}/end", "/stations/140423101/officers/99/end", none, "303 403 403 404 404 403 403 403 403 403 403 403 403", 500},
		{"GET /stations/{code}/state", "/stations/140423101/state", nil, "303 403 403 200 200 403 403 403 403 403 403 403 403", 500},
		{"POST /stations/{code}/state", "/stations/140423101/state", none, "303 403 403 422 422 403 403 403 403 403 403 403 404", 500},
		{"GET /checks/", "/checks", nil, "303 403 403 200 200 200 200 200 403 403 200 403 200", 500},
		{"GET " + place + "/checks/", station101 + "/checks", nil, "303 403 403 200 200 200 200 200 403 403 200 403 404", 500},
		{"GET " + place + "/checks/new", station101 + "/checks/new", nil, "303 403 403 200 200 403 200 403 403 403 403 403 404", 500},
		{"POST " + place + "/checks/", station101 + "/checks", none, "303 403 403 422 422 403 422 403 403 403 403 403 404", 500},
		{"GET " + place + "/checks/{key}", w.check, nil, "303 403 403 200 200 200 200 200 403 403 200 403 404", 500},
		{"POST " + place + "/checks/{key}/files", w.check + "/files", none, "303 403 403 422 422 403 422 403 403 403 403 403 404", 500},
		{"POST " + place + "/checks/{key}/files/{file}/remove", w.check + "/files/" + w.file + "/remove", none, "303 403 403 404 404 404 404 404 403 403 404 403 404", 500},
		{"GET " + place + "/zones/", station101 + "/zones", nil, "303 403 403 200 200 200 200 200 403 403 200 403 404", 500},
		{"POST " + place + "/zones/", station101 + "/zones", none, "303 403 403 422 422 403 422 403 403 403 403 403 404", 500},
		{"GET " + place + "/zones/{key}", w.zone, nil, "303 403 403 200 200 403 200 403 403 403 403 403 404", 500},
		{"POST " + place + "/zones/{key}", w.zone, none, "303 403 403 422 422 403 422 403 403 403 403 403 404", 500},
		{"POST " + place + "/zones/{key}/raise", w.zone + "/raise", none, "303 403 403 303 303 403 303 403 403 403 403 403 404", 500},
		{"GET " + place + "/zones/{key}/remove", w.zone + "/remove", nil, "303 403 403 200 200 403 200 403 403 403 403 403 404", 500},
		{"POST " + place + "/zones/{key}/remove", station101 + "/zones/" + w.visit.String() + "/remove", none, "303 403 403 404 404 403 404 403 403 403 403 403 404", 500},
		{"POST " + place + "/zones/{key}/photos", w.zone + "/photos", none, "303 403 403 422 422 403 422 403 403 403 403 403 404", 500},
		{"POST " + place + "/zones/{key}/photos/{photo}/remove", w.zone + "/photos/" + w.file + "/remove", none, "303 403 403 404 404 403 404 403 403 403 403 403 404", 500},
		{"GET " + place + "/poster/", station101 + "/poster", nil, "303 403 403 200 200 200 200 200 403 403 200 403 404", 500},
		{"GET /deputies/", "/deputies", nil, "303 403 403 200 200 200 200 200 403 303 200 403 200", 500},
		{"GET /deputies/new", "/deputies/new", nil, "303 403 403 200 200 403 403 403 403 403 403 403 403", 500},
		{"POST /deputies/new", "/deputies/new", none, "303 403 403 422 422 403 403 403 403 403 403 403 403", 500},
		{"GET /deputies/groups", "/deputies/groups?id=1", nil, "303 403 403 200 200 403 403 403 403 403 403 403 403", 500},
		{"POST /deputies/groups", "/deputies/groups", none, "303 403 403 422 422 403 403 403 403 403 403 403 403", 500},
		{"GET /deputies/approvals", "/deputies/approvals", nil, "303 403 403 200 200 403 403 403 403 403 403 403 403", 500},
		{"POST /deputies/approvals", "/deputies/approvals", none, "303 403 403 303 303 403 403 403 403 403 403 403 403", 500},
		{"GET /deputies/terms", "/deputies/terms", nil, "303 403 403 200 200 403 403 403 403 403 403 403 403", 500},
		{"GET /deputies/terms/new", "/deputies/terms/new", nil, "303 403 403 422 422 403 403 403 403 403 403 403 403", 500},
		{"POST /deputies/terms", "/deputies/terms", none, "303 403 403 422 422 403 403 403 403 403 403 403 403", 500},
		{"GET /deputies/{number}/edit", "/deputies/1/edit", nil, "303 403 403 200 200 403 403 403 403 403 403 403 403", 500},
		{"POST /deputies/{number}/edit", "/deputies/1/edit", none, "303 403 403 422 422 403 403 403 403 403 403 403 403", 500},
		{"POST /deputies/{number}/approval", "/deputies/1/approval", url.Values{"approve": {"1"}}, "303 403 403 303 303 403 403 403 403 403 403 403 403", 500},
		{"GET /deputies/{number}/mandates", "/deputies/1/mandates", nil, "303 403 403 200 200 403 403 403 403 403 403 403 403", 500},
		{"GET /deputies/{number}/groups", "/deputies/1/groups", nil, "303 403 403 200 200 403 403 403 403 403 403 403 403", 500},
		{"GET /deputies/{number}/mandates/new", "/deputies/1/mandates/new", nil, "303 403 403 200 200 403 403 403 403 403 403 403 403", 500},
		{"POST /deputies/{number}/mandates/new", "/deputies/1/mandates/new", none, "303 403 403 422 422 403 403 403 403 403 403 403 403", 500},
		{"GET /deputies/{number}/mandates/{id}", "/deputies/1/mandates/1", nil, "303 403 403 200 200 403 403 403 403 403 403 403 403", 500},
		{"POST /deputies/{number}/mandates/{id}", "/deputies/1/mandates/1", none, "303 403 403 422 422 403 403 403 403 403 403 403 403", 500},
		{"GET /deputies/{number}/mandates/{id}/end", "/deputies/1/mandates/1/end", nil, "303 403 403 200 200 403 403 403 403 403 403 403 403", 500},
		{"POST /deputies/{number}/mandates/{id}/end", "/deputies/1/mandates/1/end", none, "303 403 403 422 422 403 403 403 403 403 403 403 403", 500},
		{"GET /deputies/{number}/groups/new", "/deputies/1/groups/new", nil, "303 403 403 200 200 403 403 403 403 403 403 403 403", 500},
		{"POST /deputies/{number}/groups/new", "/deputies/1/groups/new", none, "303 403 403 422 422 403 403 403 403 403 403 403 403", 500},
		{"GET /deputies/{number}/groups/{id}", "/deputies/1/groups/1", nil, "303 403 403 200 200 403 403 403 403 403 403 403 403", 500},
		{"POST /deputies/{number}/groups/{id}/role", "/deputies/1/groups/1/role", none, "303 403 403 422 422 403 403 403 403 403 403 403 403", 500},
		{"POST /deputies/{number}/groups/{id}/leave", "/deputies/1/groups/1/leave", none, "303 403 403 422 422 403 403 403 403 403 403 403 403", 500},
		{"GET /units/", "/units", nil, "303 403 403 200 200 200 403 403 403 403 403 403 403", 500},
		{"GET /units/new", "/units/new", nil, "303 403 403 200 200 403 403 403 403 403 403 403 403", 500},
		{"POST /units/", "/units", none, "303 403 403 422 422 403 403 403 403 403 403 403 403", 500},
		{"GET /units/{name}", unitPath, nil, "303 403 403 200 200 200 403 403 403 403 403 403 403", 500},
		{"POST /units/{name}", unitPath, none, "303 403 403 422 422 403 403 403 403 403 403 403 403", 500},
		{"GET /units/{name}/edit", unitPath + "/edit", nil, "303 403 403 200 200 403 403 403 403 403 403 403 403", 500},
		{"POST /units/{name}/move", unitPath + "/move", none, "303 403 403 303 303 403 403 403 403 403 403 403 403", 500},
		{"POST /units/{name}/restore", unitPath + "/restore", none, "303 403 403 303 303 403 403 403 403 403 403 403 403", 500},
		{"GET /closings/", "/closings", nil, "303 403 403 200 403 403 403 403 403 403 403 403 403", 500},
		{"GET /closings/places/{code}", "/closings/places/140423101", nil, "303 403 403 200 403 403 403 403 403 403 403 403 403", 500},
		{"POST /closings/places/{code}", "/closings/places/140423101", none, "303 403 403 422 403 403 403 403 403 403 403 403 403", 500},
		{"GET /closings/townships/{code}", "/closings/townships/140423101", nil, "303 403 403 200 403 403 403 403 403 403 403 403 403", 500},
		{"POST /closings/townships/{code}", "/closings/townships/140423101", none, "303 403 403 422 403 403 403 403 403 403 403 403 403", 500},
		{"GET /closings/units/{name}", "/closings" + unitPath, nil, "303 403 403 200 403 403 403 403 403 403 403 403 403", 500},
		{"POST /closings/units/{name}", "/closings" + unitPath, none, "303 403 403 422 403 403 403 403 403 403 403 403 403", 500},
		{"GET /deputies/mine", "/deputies/mine", nil, "303 403 403 303 303 303 303 303 403 303 303 403 303", 500},
		{"GET /deputies/{number}", "/deputies/1", nil, "303 403 403 200 200 200 200 200 403 200 403 403 404", 500},
		{"GET /deputies/{number}/record", "/deputies/1/record", nil, "303 403 403 200 200 200 200 200 403 200 403 403 404", 500},
		{"GET /deputies/{number}/card", "/deputies/1/card", nil, "303 403 403 200 200 200 200 200 403 200 403 403 404", 500},
		{"GET /deputies/{number}/booklet", "/deputies/1/booklet", nil, "303 403 403 200 200 200 200 200 403 200 403 403 404", 500},
		{"POST /deputies/{number}/phone", "/deputies/1/phone", none, "303 403 403 422 422 403 422 422 403 403 403 403 404", 500},
		{"POST /deputies/{number}/photo", "/deputies/1/photo", none, "303 403 403 422 422 403 422 422 403 403 403 403 404", 500},
		{"POST /deputies/{number}/photo/remove", "/deputies/2/photo/remove", none, "303 403 403 303 303 403 303 303 403 403 403 403 404", 500},
		{"GET /deputies/duplicates", "/deputies/duplicates", nil, "303 403 403 200 200 403 403 403 403 403 403 403 403", 500},
		{"POST /deputies/duplicates/distinct", "/deputies/duplicates/distinct", none, "303 403 403 404 404 403 403 403 403 403 403 403 403", 500},
		{"GET /deputies/{number}/merge", "/deputies/1/merge?with=2", nil, "303 403 403 200 200 403 403 403 403 403 403 403 403", 500},
		{"POST /deputies/{number}/merge", "/deputies/1/merge", none, "303 403 403 404 404 403 403 403 403 403 403 403 403", 500},
		{"POST /deputies/{number}/unmerge", "/deputies/1/unmerge", none, "303 403 403 404 404 403 403 403 403 403 403 403 403", 500},
		{"GET /exports/", "/exports", nil, "303 403 403 200 200 200 200 200 200 403 200 200 200", 500},
		{"GET /exports/new", "/exports/new?list=cases", nil, "303 403 403 200 200 200 200 200 200 403 200 200 200", 500},
		{"POST /exports/", "/exports", url.Values{"list": {"cases"}, "format": {"odt"}}, "303 403 403 422 422 422 422 422 422 403 422 422 422", 500},
		{"GET /exports/{key}", "/exports/" + w.visit.String(), nil, "303 403 403 404 404 404 404 404 404 403 404 404 404", 500},
		{"GET /exports/{key}/file", "/exports/" + w.visit.String() + "/file", nil, "303 403 403 404 404 404 404 404 404 403 404 404 404", 500},
		{"GET /imports/", "/imports", nil, "303 403 403 200 200 403 403 403 403 403 403 403 403", 500},
		{"POST /imports/", "/imports", none, "303 403 403 422 422 403 403 403 403 403 403 403 403", 500},
		{"GET /imports/template", "/imports/template?kind=stations&format=csv", nil, "303 403 403 200 200 403 403 403 403 403 403 403 403", 500},
		{"GET /imports/{key}", "/imports/" + w.visit.String(), nil, "303 403 403 404 404 403 403 403 403 403 403 403 403", 500},
		{"GET /imports/{key}/problems", "/imports/" + w.visit.String() + "/problems", nil, "303 403 403 404 404 403 403 403 403 403 403 403 403", 500},
		{"POST /imports/{key}/confirm", "/imports/" + w.visit.String() + "/confirm", none, "303 403 403 404 404 403 403 403 403 403 403 403 403", 500},
		{"POST /imports/{key}/again", "/imports/" + w.visit.String() + "/again", none, "303 403 403 404 404 403 403 403 403 403 403 403 403", 500},
		{"POST /views/", "/views", none, "303 403 403 404 404 404 404 404 404 404 404 404 404", 500},
		{"POST /views/delete", "/views/delete", none, "303 403 403 404 404 404 404 404 404 404 404 404 404", 500},
		{"GET /cases/{number}", number, nil, "303 403 403 200 200 200 200 200 200 200 403 403 404", 500},
		{"POST /cases/{number}/steps/{step}", number + "/steps/pause", version, "303 403 403 422 422 403 403 403 403 403 403 403 404", 500},
		{"POST /cases/{number}/phone", number + "/phone", none, "303 403 403 422 422 403 422 422 403 403 403 403 404", 500},
		{"POST /cases/{number}/files", number + "/files", none, "303 403 403 422 422 403 422 422 422 403 403 403 404", 500},
		{"POST /cases/{number}/files/{key}/remove", number + "/files/" + w.file + "/remove", none, "303 403 403 422 403 403 403 422 403 403 403 403 404", 500},
		{"GET /files/{key}", "/files/" + w.file, nil, "303 403 403 200 200 200 200 200 200 200 403 403 404", 500},
		{"GET /files/{key}/thumb", "/files/" + w.file + "/thumb", nil, "303 403 403 200 200 200 200 200 200 200 403 403 404", 500},
		{"GET /visits/new", "/visits/new", nil, "303 403 403 403 200 403 200 200 403 403 200 403 200", 500},
		{"POST /visits", "/visits", station, "303 403 403 403 422 403 422 422 403 403 422 403 422", 500},
		{"GET /visits/saved", "/visits/saved?" + key, nil, "303 403 403 403 200 403 200 200 403 403 403 403 404", 500},
		{"GET /receptions/", "/receptions", nil, "303 403 403 200 200 200 200 200 403 200 200 403 200", 500},
		{"GET /receptions/plan", "/receptions/plan", nil, "303 403 403 200 200 200 200 200 403 200 200 403 200", 500},
		{"GET /receptions/gaps", "/receptions/gaps", nil, "303 403 403 200 200 200 200 200 403 200 200 403 200", 500},
		{"GET /receptions/{id:[0-9]+}", w.day, nil, "303 403 403 200 200 200 200 200 403 200 404 403 404", 500},
		{"GET /receptions/{id:[0-9]+}/notice", w.day + "/notice", nil, "303 403 403 200 200 200 200 200 403 200 404 403 404", 500},
		{"GET /receptions/new", "/receptions/new", nil, "303 403 403 200 200 403 200 200 403 403 200 403 200", 500},
		{"POST /receptions/", "/receptions", station, "303 403 403 422 422 403 422 422 403 403 422 403 422", 500},
		{"POST /receptions/{id:[0-9]+}/{act:(?:change|move|cancel|join|leave|swap|publish|withdraw|held)}", w.day + "/cancel", none, "303 403 403 422 422 403 422 422 403 403 403 403 404", 500},
		{"GET /receptions/rules", "/receptions/rules", nil, "303 403 403 200 200 403 200 200 403 403 200 403 200", 500},
		{"GET /receptions/rules/new", "/receptions/rules/new", nil, "303 403 403 200 200 403 200 200 403 403 200 403 200", 500},
		{"POST /receptions/rules", "/receptions/rules", station, "303 403 403 422 422 403 422 422 403 403 422 403 422", 500},
		{"GET /receptions/rules/{id:[0-9]+}", w.rule, nil, "303 403 403 200 200 403 200 200 403 403 404 403 404", 500},
		{"POST /receptions/rules/{id:[0-9]+}", w.rule, none, "303 403 403 422 422 403 422 422 403 403 404 403 404", 500},
		{"POST /receptions/rules/{id:[0-9]+}/retire", w.rule + "/retire", url.Values{"retired": {"0"}}, "303 403 403 303 303 403 303 303 403 403 403 403 404", 500},
		{"GET /receptions/generate", "/receptions/generate", nil, "303 403 403 200 200 403 200 200 403 403 200 403 200", 500},
		{"POST /receptions/generate", "/receptions/generate?year=2020", none, "303 403 403 303 303 403 303 303 403 403 303 403 303", 500},
		{"GET /receptions/turns", "/receptions/turns", nil, "303 403 403 200 200 403 200 200 403 403 200 403 200", 500},
		{"POST /receptions/turns", "/receptions/turns", station, "303 403 403 200 200 403 303 303 403 403 303 403 303", 500},
		{"POST /receptions/leading", "/receptions/leading", station, "303 403 403 303 303 403 303 303 403 403 303 403 303", 500},
		{"GET /receptions/leaves", "/receptions/leaves", nil, "303 403 403 200 200 403 200 200 403 403 200 403 200", 500},
		{"POST /receptions/leaves", "/receptions/leaves", none, "303 403 403 422 422 403 422 422 403 403 422 403 422", 500},
		{"POST /receptions/leaves/{id:[0-9]+}/back", "/receptions/leaves/9999/back", none, "303 403 403 404 404 403 404 404 403 403 404 403 404", 500},
		{"GET /receptions/settings", "/receptions/settings", nil, "303 403 403 200 200 403 403 403 403 403 403 403 403", 500},
		{"POST /receptions/settings", "/receptions/settings", none, "303 403 403 422 422 403 403 403 403 403 403 403 403", 500},
		{"GET /receptions/appointments", "/receptions/appointments", nil, "303 403 403 200 200 403 200 200 403 403 200 403 200", 500},
		{"POST /receptions/appointments", "/receptions/appointments", none, "303 403 403 422 422 403 422 422 403 403 422 403 422", 500},
		{"GET /receptions/appointments/{id:[0-9]+}", w.ask, nil, "303 403 403 200 200 403 200 200 403 403 404 403 404", 500},
		{"POST /receptions/appointments/{id:[0-9]+}", w.ask, none, "303 403 403 422 422 403 422 422 403 403 403 403 404", 500},
		{"POST /receptions/appointments/{id:[0-9]+}/phone", w.ask + "/phone", none, "303 403 403 422 422 403 422 422 403 403 403 403 404", 500},
		{"GET /s/{code}/appointments", "/s/140423101/appointments", nil, "200 200 200 200 200 200 200 200 200 200 200 200 200", 500},
		{"POST /s/{code}/appointments", "/s/140423101/appointments", none, "422 422 422 422 422 422 422 422 422 422 422 422 422", 500},
		{"GET /settings/calendar/", "/settings/calendar", nil, "303 403 403 200 403 403 403 403 403 403 403 403 403", 500},
		{"POST /settings/calendar/", "/settings/calendar", none, "303 403 403 422 403 403 403 403 403 403 403 403 403", 500},
		{"POST /settings/calendar/confirm", "/settings/calendar/confirm", none, "303 403 403 422 403 403 403 403 403 403 403 403 403", 500},
		{"GET /settings/calendar/template", "/settings/calendar/template?format=csv", nil, "303 403 403 200 403 403 403 403 403 403 403 403 403", 500},
		{"GET /c/{county}/privacy", "/c/140423/privacy", nil, "200 200 200 200 200 200 200 200 200 200 200 200 200", 500},
		{"GET /settings/", "/settings", nil, "303 403 403 200 403 403 403 403 403 403 403 403 403", 500},
		{"GET /settings/county", "/settings/county", nil, "303 403 403 200 403 403 403 403 403 403 403 403 403", 500},
		{"POST /settings/county", "/settings/county", none, "303 403 403 422 403 403 403 403 403 403 403 403 403", 500},
		{"GET /settings/periods", "/settings/periods", nil, "303 403 403 200 403 403 403 403 403 403 403 403 403", 500},
		{"POST /settings/periods", "/settings/periods", none, "303 403 403 422 403 403 403 403 403 403 403 403 403", 500},
		{"GET /settings/notices", "/settings/notices", nil, "303 403 403 200 403 403 403 403 403 403 403 403 403", 500},
		{"GET /settings/notices/new", "/settings/notices/new", nil, "303 403 403 200 403 403 403 403 403 403 403 403 403", 500},
		{"POST /settings/notices", "/settings/notices", none, "303 403 403 422 403 403 403 403 403 403 403 403 403", 500},
		{"GET /settings/notices/{version}", "/settings/notices/2026-1", nil, "303 403 403 200 403 403 403 403 403 403 403 403 403", 500},
		{"GET /settings/registers", "/settings/registers", nil, "303 403 403 200 403 403 403 403 403 403 403 403 403", 500},
		{"GET /settings/registers/{source}", "/settings/registers/visits", nil, "303 403 403 200 403 403 403 403 403 403 403 403 403", 500},
		{"POST /settings/registers/{source}", "/settings/registers/visits", none, "303 403 403 422 403 403 403 403 403 403 403 403 403", 500},
		{"GET /registers/", "/registers", nil, "303 403 403 200 200 200 200 200 403 200 200 403 200", 500},
		{"GET /registers/archive", "/registers/archive", nil, "303 403 403 303 303 303 303 303 403 403 303 403 303", 500},
		{"GET /registers/{source}", "/registers/visits", nil, "303 403 403 200 200 200 200 200 403 403 200 403 200", 500},
		{"POST /registers/{source}", "/registers/visits", none, "303 403 403 422 422 403 422 422 403 403 422 403 422", 500},
		{"GET /cases/{number}/card", number + "/card", nil, "303 403 403 200 200 200 200 200 403 200 403 403 404", 500},
		{"GET /settings/texts", "/settings/texts", nil, "303 403 403 200 403 403 403 403 403 403 403 403 403", 500},
		{"GET /settings/texts/{kind}", "/settings/texts/feedback", nil, "303 403 403 200 403 403 403 403 403 403 403 403 403", 500},
		{"POST /settings/texts/{kind}", "/settings/texts/feedback", none, "303 403 403 422 403 403 403 403 403 403 403 403 403", 500},
		{"GET " + lists + "/", "/settings/classes", nil, "303 403 403 200 403 403 403 403 403 403 403 403 403", 500},
		{"POST " + lists + "/", "/settings/classes", none, "303 403 403 422 403 403 403 403 403 403 403 403 403", 500},
		{"GET " + lists + "/{id}", w.listed, nil, "303 403 403 200 403 403 403 403 403 403 403 403 403", 500},
		{"POST " + lists + "/{id}", w.listed, none, "303 403 403 422 403 403 403 403 403 403 403 403 403", 500},
		{"POST " + lists + "/{id}/move", w.listed + "/move", none, "303 403 403 303 403 403 403 403 403 403 403 403 403", 500},
		{"GET " + lists + "/{id}/retire", w.listed + "/retire", nil, "303 403 403 200 403 403 403 403 403 403 403 403 403", 500},
		{"POST " + lists + "/{id}/retire", w.listed + "/retire", none, "303 403 403 409 403 403 403 403 403 403 403 403 403", 500},
		{"POST " + lists + "/{id}/restore", w.listed + "/restore", none, "303 403 403 303 403 403 403 403 403 403 403 403 403", 500},
		{"GET /users/", "/users", nil, "303 403 403 200 403 403 403 403 403 403 403 403 403", 500},
		{"POST /users/", "/users", none, "303 403 403 422 403 403 403 403 403 403 403 403 403", 500},
		{"GET /users/new", "/users/new", nil, "303 403 403 200 403 403 403 403 403 403 403 403 403", 500},
		{"GET /users/rights", "/users/rights", nil, "303 403 403 200 403 403 403 403 403 403 403 403 403", 500},
		{"GET /users/{login}", admin, nil, "303 403 403 200 403 403 403 403 403 403 403 403 403", 500},
		{"POST /users/{login}", admin, none, "303 403 403 422 403 403 403 403 403 403 403 403 403", 500},
		{"GET /users/{login}/link", admin + "/link", nil, "303 403 403 200 403 403 403 403 403 403 403 403 403", 500},
		{"POST /users/{login}/link", "/users/nobody/link", none, "303 403 403 404 403 403 403 403 403 403 403 403 403", 500},
		{"GET " + userActs, admin + "/disable", nil, "303 403 403 200 403 403 403 403 403 403 403 403 403", 500},
		{"POST " + userActs, admin + "/disable", none, "303 403 403 409 403 403 403 403 403 403 403 403 403", 500},
		{"GET " + roleActs, w.adminRole + "/end", nil, "303 403 403 200 403 403 403 403 403 403 403 403 403", 500},
		{"POST " + roleActs, w.adminRole + "/end", none, "303 403 403 409 403 403 403 403 403 403 403 403 403", 500},
		{"GET /password/{token}", dead, nil, "404 404 404 404 404 404 404 404 404 404 404 404 404", 500},
		{"POST /password/{token}", dead, none, "404 404 404 404 404 404 404 404 404 404 404 404 404", 500},
		{"GET /audit/", "/audit", nil, "303 403 403 200 403 200 403 403 403 403 403 403 403", 500},
		{"POST /audit/verify", "/audit/verify", none, "303 403 403 303 403 303 403 403 403 403 403 403 403", 500},
		{"GET /messages/", "/messages", nil, "303 403 403 200 200 403 200 200 403 403 200 403 200", 500},
		{"GET /messages/print", "/messages/print", nil, "303 403 403 200 200 403 200 200 403 403 200 403 200", 500},
		{"POST /messages/{id}/send", w.message + "/send", none, "303 403 403 409 409 403 409 409 403 403 403 403 404", 500},
		{"POST /messages/{id}/again", w.message + "/again", none, "303 403 403 409 409 403 409 409 403 403 403 403 404", 500},
		{"POST /messages/{id}/handed", w.message + "/handed", none, "303 403 403 409 409 403 409 409 403 403 403 403 404", 500},
		{"POST /messages/{id}/print", w.message + "/print", none, "303 403 403 409 409 403 409 409 403 403 403 403 404", 500},
		{"POST /messages/{id}/withdraw", w.message + "/withdraw", none, "303 403 403 422 422 403 422 422 403 403 403 403 404", 500},
		{"GET /failures/", "/failures", nil, "303 403 403 200 200 403 403 403 403 403 403 403 403", 500},
		{"POST /failures/{id}/again", "/failures/99/again", none, "303 403 403 404 404 403 403 403 403 403 403 403 403", 500},
		{"POST /failures/{id}/seen", "/failures/99/seen", none, "303 403 403 404 404 403 403 403 403 403 403 403 403", 500},
		{"GET /jobs/", "/jobs", nil, "303 200 403 403 403 403 403 403 403 403 403 403 403", 500},
		{"POST /jobs/{id}/retry", "/jobs/0/retry", none, "303 404 403 403 403 403 403 403 403 403 403 403 403", 500},
		{"POST /logout", "/logout", none, "303 303 303 303 303 303 303 303 303 303 303 303 303", 500},
	}
}

// unitPath is a unit's page: names stand in addresses as they are sent.
var unitPath = "/units/" + url.PathEscape("县水利局")

// place is the route of a station, station101 its address.
const (
	place      = "/stations/{code}"
	station101 = "/stations/140423101"
)

// lists is the route of a county's dictionaries.
const lists = "/settings/{list:(?:categories|subcategories|classes|reasons|checklists|items|functions)}"

// userActs and roleActs are what is done with an account, and with a role of it.
const (
	userActs = "/users/{login}/{act:(?:grant|disable|enable)}"
	roleActs = "/users/{login}/roles/{role}/{act:(?:end|move|standin)}"
)

// world is a site with something at every address.
type world struct {
	*webtest.Site
	listed  string // a category of the first level, with others in it
	number  string // a case that 县水利局 handles, of
	visit   uuid.UUID
	link    string
	file    string // a photograph of that case, by the clerk
	face    string // a photograph of a deputy
	check   string // the address of a check of the station
	zone    string // the address of its zone
	message string // that told of its registration
	day     string // today's reception day of the clerk's station
	rule    string // of that station
	ask     string // a citizen's, for an appointment there

	adminRole string // of the only administrator
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{Site: webtest.New(t)}
	visit := w.Visit("村里自来水管冻裂，一个多月没水了。")
	receipts, err := w.RegisterVisit(w.Clerk, visit)
	if err != nil {
		t.Fatal(err)
	}
	w.visit, w.number = visit.Key, receipts.Matters[0].Number
	w.Drive(w.number, casefile.Handling)
	w.file = w.Attach(w.Clerk, w.number, "水管.jpg", casetest.Photo(40, 30)).String()
	w.face = w.Photograph(w.Deputies[0]).String()
	w.check, w.zone = w.settleStation(t)
	w.DriveNew(casefile.AwaitingRating)
	w.link = strings.TrimPrefix(w.Links(1)[0], w.URL)
	w.listed, _ = w.As(w.Admin).Get("/settings/categories").Find("main tbody a.subject").First().Attr("href")
	w.rota(t)
	w.adminRole, _ = w.As(w.Admin).Get("/users/county.admin").Find("a[href$='/end']").First().Attr("href")
	w.adminRole = strings.TrimSuffix(w.adminRole, "/end")
	w.message = "/messages/" + strconv.FormatInt(w.sentAbout(t, w.number), 10)
	return w
}

// settleStation gives the station a check and a zone, and returns their addresses.
func (w *world) settleStation(t *testing.T) (checked, zone string) {
	t.Helper()
	var lists *[]check.Checklist
	w.View(func(v *tenant.View) { lists = check.Checklists(v) })
	list, key := (*lists)[0], uuid.New()
	in := check.Input{Key: key, List: list.ID, On: w.Today(), By: "路红霞", Found: map[int64]check.Finding{}}
	for _, item := range list.Items {
		in.Found[item.ID] = check.Finding{State: check.Met}
	}
	err := w.Update(func(ctx context.Context, tx *tenant.Tx) error {
		if _, err := check.Record(ctx, tx, w.Handler, "140423101", in); err != nil {
			return err
		}
		return station.AddZone(ctx, tx, w.Head, "140423101", key, station.ZoneFacts{Name: "选民接待区"})
	})
	if err != nil {
		t.Fatal(err)
	}
	return station101 + "/checks/" + key.String(), station101 + "/zones/" + key.String()
}

// sentAbout waits until the first message about a case has gone, and returns its id.
func (w *world) sentAbout(t *testing.T, number string) (id int64) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		err := w.PG.Super.QueryRow(t.Context(), `select m.id from messages m join cases c on c.county_id = m.county_id and c.id = m.case_id
			where c.number = $1 and m.state = 'sent' order by m.id limit 1`, number).Scan(&id)
		if err == nil {
			return id
		}
		if time.Now().After(deadline) {
			t.Fatal(err)
		}
	}
}

// readers are in the order of columns.
func (w *world) readers() []auth.Actor {
	return []auth.Actor{{}, w.Platform, w.Overseer, w.Admin, w.Handler, w.Leader, w.Head, w.Clerk, w.Water, w.Deputy,
		w.OtherClerk, w.Roads, w.Neighbour.Clerk}
}

func (w *world) client(who auth.Actor) *webtest.Client {
	if who.LoginName == "" {
		return w.Anonymous()
	}
	return w.As(who)
}

func (r road) call(c *webtest.Client) *webtest.Page {
	if strings.HasPrefix(r.route, "POST") {
		return c.Post(r.path, r.form)
	}
	return c.Get(r.path)
}

// TestEveryRoute walks the URL map as everybody.
func TestEveryRoute(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	all := roads(w)
	t.Run("the table is whole", func(t *testing.T) { compare(t, w, all) })
	for column, who := range w.readers() {
		t.Run(columns[column], func(t *testing.T) {
			c := w.client(who).With(t)
			for _, r := range all {
				want, _ := strconv.Atoi(strings.Fields(r.statuses)[column])
				p := r.call(c)
				if p.Status != want {
					t.Errorf("%s: %d, want %d\n%s", r.route, p.Status, want, p.Text("main"))
					continue
				}
				safe(t, r.route, p)
				told(t, r, p, who)
			}
		})
	}
}

// compare fails for a route that the table does not have, and for one that is gone.
func compare(t *testing.T, w *world, all []road) {
	known := map[string]bool{}
	for _, r := range all {
		known[r.route] = true
		if n := len(strings.Fields(r.statuses)); n != len(columns) {
			t.Errorf("%s has %d statuses, want one for each of %d readers", r.route, n, len(columns))
		}
	}
	err := chi.Walk(web.Routes(w.Deps), func(method, route string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		if route == "/static/*" && method != http.MethodGet && method != http.MethodPost {
			return nil // the files' own handler takes every method, and refuses all but GET as it does POST
		}
		if !known[method+" "+route] {
			t.Errorf("%s %s: say in roads who may go there", method, route)
		}
		delete(known, method+" "+route)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for route := range known {
		t.Errorf("%s is in roads and not on the site", route)
	}
}

var latin = regexp.MustCompile(`(?i)forbidden|not found|error|unauthori[sz]ed|denied|internal`)

// told checks that a refusal says in plain words what is the matter, and where to sign in.
func told(t *testing.T, r road, p *webtest.Page, who auth.Actor) {
	t.Helper()
	words := p.Text("main")
	switch p.Status {
	case http.StatusForbidden:
		if !strings.Contains(words, "没有这项权限") || latin.MatchString(words) {
			t.Errorf("%s refuses with %q", r.route, words)
		}
	case http.StatusNotFound:
		if !strings.HasPrefix(r.route, "POST /static") && !strings.Contains(words, "没有找到") {
			t.Errorf("%s: 404 says %q", r.route, words)
		}
	case http.StatusSeeOther:
		if who.LoginName != "" || r.path == "/text" {
			return
		}
		want := "/login"
		if strings.HasPrefix(r.route, "GET") && r.path != "/" {
			want += "?next=" + url.QueryEscape(r.path)
		}
		if got := p.Header.Get("Location"); got != want {
			t.Errorf("%s leads nobody to %s, want %s", r.route, got, want)
		}
	}
}

// headers are what every answer carries.
var headers = map[string]string{
	"Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
	"X-Content-Type-Options":  "nosniff", "Referrer-Policy": "same-origin", "X-Frame-Options": "DENY",
	"Cross-Origin-Opener-Policy": "same-origin",
}

func safe(t *testing.T, route string, p *webtest.Page) {
	t.Helper()
	for name, want := range headers {
		if name == "Content-Security-Policy" && p.Status == http.StatusOK && (strings.HasPrefix(route, "GET /files/") || strings.HasPrefix(route, "GET /s/{code}/photos/")) {
			want = "sandbox; default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; style-src 'unsafe-inline'"
		}
		if got := p.Header.Get(name); got != want {
			t.Errorf("%s: %s is %q, want %q", route, name, got, want)
		}
	}
	keep := "no-store"
	if strings.HasPrefix(route, "GET /s/") && !strings.HasSuffix(route, "/appointments") || strings.HasPrefix(route, "GET /c/") { // the same for everybody
		keep = "private, max-age=300"
	}
	if p.Status == http.StatusOK && strings.HasPrefix(p.Header.Get("Content-Type"), "text/html") && p.Header.Get("Cache-Control") != keep {
		t.Errorf("%s may be kept: Cache-Control is %q", route, p.Header.Get("Cache-Control"))
	}
	for _, cookie := range p.Header.Values("Set-Cookie") {
		if !strings.Contains(cookie, "HttpOnly") || !strings.Contains(cookie, "SameSite=Lax") {
			t.Errorf("%s sets the cookie %q", route, cookie)
		}
	}
}

// TestOtherSites: a form on somebody else's page does nothing, whoever looks at it.
func TestOtherSites(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	readers := w.readers()
	for _, column := range []string{"nobody", "clerk", "handler"} {
		at := slices.Index(columns, column)
		c := w.client(readers[at])
		c.CrossSite = true
		for _, r := range roads(w) {
			p := r.call(c)
			if strings.HasPrefix(r.route, "GET") {
				if p.Status == http.StatusForbidden && strings.Fields(r.statuses)[at] != "403" {
					t.Errorf("%s: a link from elsewhere is refused", r.route)
				}
				continue
			}
			if p.MustStatus(http.StatusForbidden).MustSay("不是从本站的页面上来的"); p.Header.Get("Set-Cookie") != "" {
				t.Errorf("%s sets a cookie: %s", r.route, p.Header.Get("Set-Cookie"))
			}
			safe(t, r.route, p)
		}
	}
	w.As(w.Clerk).Get("/").MustStatus(http.StatusOK) // nobody was signed out
}

// TestUnknownAddresses: what is nowhere, and what takes no such method.
func TestUnknownAddresses(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	for _, c := range []*webtest.Client{s.Anonymous(), s.As(s.Clerk)} {
		for _, path := range []string{"/wp-login.php", "/reception", "/r/", "/q/x", "/static/office.css", "/../etc/passwd"} {
			safe(t, path, c.Get(path).MustStatus(http.StatusNotFound))
		}
		for _, path := range []string{"/", "/healthz"} {
			safe(t, path, c.Post(path, nil).MustStatus(http.StatusMethodNotAllowed))
		}
		for _, path := range []string{"/text", "/logout"} {
			safe(t, path, c.Get(path).MustStatus(http.StatusMethodNotAllowed))
		}
	}
	s.As(s.Clerk).Post("/cases", nil).MustStatus(http.StatusMethodNotAllowed).MustSay("这一页不能直接打开")
	s.As(s.Clerk).Get("/cases/XY2026-9999").MustStatus(http.StatusNotFound).MustSay("没有找到")
	s.As(s.Clerk).Get("/cases/" + s.Neighbour.Number).MustStatus(http.StatusNotFound).MustSay("没有找到")
}

// leaks are what a page must not tell of the machine behind it.
var leaks = regexp.MustCompile(`(?i)goroutine|\.go:\d|panic|pgx|pgconn|closed pool|sqlstate|select |insert |county_id|lianluo_app|/work/`)

var reference = regexp.MustCompile(`\b[A-HJ-NP-Z2-9]{6}\b`)

// TestBrokenDatabase: what failed is in the log whole, and on the page as a reference.
func TestBrokenDatabase(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c, all := w.As(w.Clerk), roads(w)
	w.Break()
	for _, r := range all {
		p := r.call(c)
		if p.Status != r.broken {
			t.Errorf("%s without a database: %d, want %d", r.route, p.Status, r.broken)
		}
		safe(t, r.route, p)
		if found := leaks.FindString(p.Body); found != "" && !strings.HasPrefix(r.route, "GET /static") {
			t.Errorf("%s without a database tells %q:\n%s", r.route, found, p.Text("main"))
		}
		if p.Status != http.StatusInternalServerError {
			continue
		}
		ref := reference.FindString(p.Text("main"))
		if logged := strings.Join(w.Failures(), "\n"); ref == "" || !strings.Contains(logged, "ref="+ref) || !strings.Contains(logged, "closed pool") {
			t.Errorf("%s: the reference %q is not in the log:\n%s", r.route, ref, logged)
		}
	}
}
