package web_test

import (
	"net/url"
	"strconv"
	"strings"

	"lianluo/web/static"
)

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
