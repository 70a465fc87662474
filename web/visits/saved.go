package visits

import (
	"net/http"

	"github.com/google/uuid"

	"lianluo/internal/auth"
	"lianluo/internal/casefile"
	"lianluo/internal/errs"
	"lianluo/internal/register"
	"lianluo/internal/tenant"
	"lianluo/web/page"
	"lianluo/web/ui"
)

// saved shows what was registered, and the codes to tell the visitor.
func (h Handler) saved(w http.ResponseWriter, r *http.Request) error {
	found, err := h.receipt(r, r.URL.Query().Get("key"))
	if err != nil {
		return err
	}
	return page.Render(w, r, http.StatusOK, savedPage(frame(r, "已登记"), found))
}

// slip shows the receipt as it is printed, on the roll or, with ?paper=a4, on A4.
func (h Handler) slip(w http.ResponseWriter, r *http.Request) error {
	found, err := h.receipt(r, r.URL.Query().Get("key"))
	if err != nil {
		return err
	}
	f := frame(r, "来访登记回执")
	f.Print = true
	return page.Render(w, r, http.StatusOK, slipPage(f, found, r.URL.Query().Get("paper") != "a4"))
}

// send sends the codes of a visit by message.
func (h Handler) send(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, 4<<10)
	found, err := h.receipt(r, r.PostFormValue("key"))
	if err != nil {
		return err
	}
	err = h.DB.Update(r.Context(), found.by.County, func(tx *tenant.Tx) error {
		return casefile.SendCodes(r.Context(), tx, found.by, found.Receipts.VisitID)
	})
	if err != nil {
		return err
	}
	page.Flash(w, ui.NoteOK, "查询码的短信已经交给系统发送。")
	lead(w, r, "/visits/saved?key="+found.key)
	return nil
}

// blank shows the form on paper.
func (h Handler) blank(w http.ResponseWriter, r *http.Request) error {
	by, err := actor(r)
	if err != nil {
		return err
	}
	at := by.StationID
	if by.Scope(auth.RegisterVisit) == auth.WholeCounty {
		stations, err := h.stations(r, by)
		if err != nil {
			return err
		}
		if at = idOf(stations, r.URL.Query().Get("station")); at == 0 {
			return h.choose(w, r, stations, false)
		}
	}
	s, err := h.load(r, by, at, fresh(h.DB.Now(), at), uuid.Nil)
	if err != nil {
		return err
	}
	var titles func() []register.Title
	if err := h.DB.View(r.Context(), by.County, func(v *tenant.View) { titles = register.Visits.Titles(v) }); err != nil {
		return err
	}
	f := frame(r, "空白登记表")
	f.Print = true
	return page.Render(w, r, http.StatusOK, blankPage(f, s, titles(), at))
}

// receipt reads a registered visit for who may see it.
func (h Handler) receipt(r *http.Request, typed string) (receipt, error) {
	by, err := actor(r)
	if err != nil {
		return receipt{}, err
	}
	key, err := uuid.Parse(typed)
	if err != nil {
		return receipt{}, errs.NotFound
	}
	var read func() *casefile.Saved
	var entered **casefile.Entered
	err = h.DB.View(r.Context(), by.County, func(v *tenant.View) {
		read, entered = casefile.SavedVisit(v, h.Keys, key), casefile.EnteredVisit(v, key)
	})
	if err != nil {
		return receipt{}, err
	}
	found := read()
	if found == nil {
		return receipt{}, errs.NotFound
	}
	host := h.host(r)
	link := h.BaseURL + "/q"
	if h.BaseURL == "" {
		link = "http://" + host + "/q"
	}
	return receipt{found, by, host, link, key.String(), *entered, h.DB.Now()}, found.SeenBy(by)
}
