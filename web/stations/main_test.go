package stations_test

import (
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"lianluo/internal/postgres/pgtest"
	"lianluo/web/webtest"
)

type selection = goquery.Selection

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// saved presses a form that has to succeed, and opens where it leads.
func saved(t *testing.T, f *webtest.Form) *webtest.Page {
	t.Helper()
	return f.Submit().MustStatus(http.StatusSeeOther).Follow().MustStatus(http.StatusOK)
}

// facts is the label's value in the facts of a page.
func facts(p *webtest.Page, label string) string {
	var value string
	p.Find("dl.facts dt").Each(func(_ int, dt *selection) {
		if webtest.Words(dt) == label {
			value = webtest.Words(dt.Next())
		}
	})
	return value
}

// countedAs is how many a list says that it has.
func countedAs(p *webtest.Page) string {
	words := p.Text(".pager")
	if !strings.Contains(words, "共") {
		return "0"
	}
	return strings.Fields(strings.TrimPrefix(words, "共 "))[0]
}
