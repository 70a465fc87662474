package demo

import "lianluo/internal/auth"

// Password is every demonstration account's. The sign-in page says it.
const Password = "lianluo-demo-2026"

// Account is one that a demonstration is shown with.
type Account struct {
	Login string
	Name  string
	Role  auth.Role
	Where string
}

// accounts of 襄垣县 by name; the other counties have theirs by the same pattern.
var accounts = []Account{
	{"xy.admin", "常志远", auth.CountyAdmin, "襄垣县人大常委会代表工委"},
	{"xy.office", "王丽", auth.CountyHandler, "襄垣县人大常委会代表工委"},
	{"xy.office2", "崔文斌", auth.CountyHandler, "襄垣县人大常委会代表工委"},
	{"xy.leader", "史建明", auth.CountyLeader, "襄垣县人大常委会"},
	{"wq.head", "连国栋", auth.StationHead, "王桥镇人大代表联络站"},
	{"wq.clerk", "武小芹", auth.Clerk, "王桥镇人大代表联络站"},
	{"wq.deputy", "魏建军", auth.Deputy, "王桥镇人大代表联络站"},
	{"xy.water", "申海涛", auth.Unit, "县水利局"},
	{"wq.gov", "暴志强", auth.Unit, "王桥镇人民政府"},
}

// platform are the accounts that belong to no county.
var platform = []Account{
	{"platform", "平台管理员", auth.PlatformAdmin, "平台"},
	{"changzhi", "长治市督导", auth.Overseer, "长治市"},
}

// Accounts are the accounts of 襄垣县 and of the platform, for the sign-in page to list.
// All have Password.
func Accounts() []Account { return append(append([]Account{}, accounts...), platform...) }

// fixedName is the name of an account that Accounts lists.
func fixedName(login string) (string, bool) {
	for _, a := range accounts {
		if a.Login == login {
			return a.Name, true
		}
	}
	return "", false
}
