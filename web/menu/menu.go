// Package menu puts around a page of the staff what depends on who looks: whose
// installation it is, who is signed in, and the side menu, which shows a right only to
// those who have it.
package menu

import (
	"net/http"
	"strings"

	"lianluo/internal/auth"
	"lianluo/internal/casefile"
	"lianluo/web/page"
	"lianluo/web/session"
)

// entries is the side menu: who has the right sees the entry.
var entries = []struct {
	right auth.Action
	item  page.MenuItem
}{
	{auth.SeeHome, page.MenuItem{URL: "/", Name: "工作台"}},
	{auth.SeeCases, page.MenuItem{URL: "/cases", Name: "事项"}},
	{auth.RegisterVisit, page.MenuItem{URL: "/visits/new", Name: "来访登记"}},
	{auth.SeeReceptions, page.MenuItem{URL: "/receptions", Name: "接待日程"}},
	{auth.ChangeReceptions, page.MenuItem{URL: "/appointments", Name: "约见申请"}},
	{auth.SeeStations, page.MenuItem{URL: "/stations", Name: "联络站"}},
	{auth.SeeStations, page.MenuItem{URL: "/checks", Name: "规范化核查"}},
	{auth.SeeDeputies, page.MenuItem{URL: "/deputies", Name: "人大代表"}},
	{auth.SeeRegisters, page.MenuItem{URL: "/registers", Name: "台账"}},
	{auth.SeeUnits, page.MenuItem{URL: "/units", Name: "承办单位"}},
	{auth.ChangeStaff, page.MenuItem{URL: "/users", Name: "工作人员"}},
	{auth.ImportNetwork, page.MenuItem{URL: "/imports", Name: "批量导入"}},
	{auth.ChangeSettings, page.MenuItem{URL: "/settings", Name: "设置"}},
	{auth.SeeAudit, page.MenuItem{URL: "/audit", Name: "操作记录"}},
	{auth.SeeMessages, page.MenuItem{URL: "/messages", Name: "消息"}},
	{auth.SeeQueue, page.MenuItem{URL: "/jobs", Name: "后台工作"}},
	{auth.ChangePassword, page.MenuItem{URL: "/account", Name: "我的账号"}},
}

// Around gives every signed-in request its frame.
func Around(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		account, ok := session.Account(r.Context())
		if !ok {
			next.ServeHTTP(w, r)
			return
		}
		by := account.Actor
		frame := page.Frame{Org: account.Office, Demo: account.Demo, Who: by.Signature(), Role: auth.Names[by.Role],
			SessionFor: int(session.Left(r.Context()).Seconds())}
		if by.Place != "" && by.Place != account.Office {
			frame.Who += " · " + by.Place
		}
		if by.May(auth.SeeCases) {
			frame.Find = "/cases"
		}
		if len(account.Roles) > 1 {
			frame.SwitchRole = "/account"
		}
		for _, entry := range entries {
			if by.Role == auth.Deputy && entry.right == auth.SeeDeputies {
				entry.item = page.MenuItem{URL: "/deputies/mine", Name: "我的履职", Current: strings.HasPrefix(r.URL.Path, "/deputies/")}
			}
			if by.May(entry.right) {
				frame.Menu = append(frame.Menu, entry.item)
			}
		}
		next.ServeHTTP(w, page.WithFrame(r, frame))
	})
}

// Count writes what waits for the reader beside the menu's entry.
func Count(frame *page.Frame, counts casefile.Counts) {
	items := make([]page.MenuItem, len(frame.Menu)) // the common frame is shared
	copy(items, frame.Menu)
	for i := range items {
		if items[i].URL == "/cases" {
			items[i].Count, items[i].Late = int(counts.Waiting), counts.WaitingLate > 0
		}
	}
	frame.Menu = items
}
