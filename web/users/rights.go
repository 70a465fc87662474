package users

import (
	"net/http"
	"slices"
	"strings"

	"lianluo/internal/auth"
	"lianluo/internal/casefile"
	"lianluo/web/forms"
	"lianluo/web/page"
)

// everybody are the roles of the table's columns.
var everybody = append(slices.Clone(auth.CountyRoles), auth.PlatformAdmin, auth.Overseer)

func (h Handler) rights(w http.ResponseWriter, r *http.Request) error {
	f := frame(r, "谁能做什么", forms.Problem{})
	f.Landscape = true
	return page.Render(w, r, http.StatusOK, rightsPage(f, steps()))
}

// reach is how far a role's right to an action goes, in words.
func reach(action auth.Action, role auth.Role) string {
	return auth.Actor{Role: role}.Scope(action).Words()
}

// step is a step of a case with who may take it.
type step struct{ name, who string }

// steps are the workflow's, each once, in its order.
func steps() []step {
	var all []step
	roles := map[string][]string{}
	for _, row := range casefile.Workflow {
		if roles[row.Name] == nil {
			all = append(all, step{name: row.Name})
		}
		for _, who := range row.Who {
			if name := who.Words(); !slices.Contains(roles[row.Name], name) {
				roles[row.Name] = append(roles[row.Name], name)
			}
		}
	}
	for i := range all {
		all[i].who = strings.Join(roles[all[i].name], "、")
	}
	return all
}
