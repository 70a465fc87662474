package casefile_test

import (
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"testing"

	"lianluo/internal/auth"
	"lianluo/internal/casefile"
	"lianluo/internal/casefile/casetest"
	"lianluo/internal/tenant"
)

// numbers are what the search box finds in everything that by may see.
func numbers(t testing.TB, w *casetest.World, by auth.Actor, q string) []string {
	t.Helper()
	ask, err := casefile.Search(t.Context(), w.DB, by, casefile.Ask(url.Values{"q": {q}}, 1000))
	if err != nil {
		t.Fatal(err)
	}
	var page *tenant.Page[casefile.Item]
	if err := w.DB.View(t.Context(), w.County, func(v *tenant.View) { page = casefile.List(v, by, ask) }); err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, item := range page.Items {
		found = append(found, item.Number)
	}
	slices.Sort(found)
	return found
}

func TestSearch(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	visit := w.Visit("村里自来水管冻裂，一个多月没水了。ＡＢＣ１２３")
	visit.Name = "单国强"
	receipts, err := w.RegisterVisit(w.Clerk, visit)
	if err != nil {
		t.Fatal(err)
	}
	pipe := receipts.Matters[0].Number
	w.OneCase()
	for q, found := range map[string]bool{
		"水管": true, "自来水": true, "冻裂，一个": true, "村里 没水": true, "abc123": true, "Abc": true, "ａｂｃ": true, pipe: true,
		"单国强": true, "国强": true, "dgq": true, "SGQ": true, "单国强 水管": true, "水管 裂": true,
		"路灯": false, "村里 路灯": false, "水管国强": false, "%%": false, "__": false, "zzz": false, `\\`: false,
	} {
		if got := slices.Contains(numbers(t, w, w.Clerk, q), pipe); got != found {
			t.Errorf("%s: %v", q, got)
		}
	}
	for _, q := range []string{"水", " ", "。", "水 管"} {
		if ask := casefile.Ask(url.Values{"q": {q}}, 10); ask.Terms != nil || ask.TooShort != (q != " ") {
			t.Errorf("%q: %+v", q, ask)
		}
	}
	t.Run("nobody finds what they may not see", func(t *testing.T) {
		for name, by := range map[string]auth.Actor{"the neighbour's clerk": w.Neighbour.Clerk, "another station's": w.OtherClerk, "a unit without an order": w.Roads} {
			if got := numbers(t, w, by, "水管"); len(got) > 0 {
				t.Errorf("%s finds %v", name, got)
			}
		}
	})
	t.Run("a unit, which sees the name masked, does not find by it", func(t *testing.T) {
		w.Drive(pipe, casefile.Handling)
		if got := numbers(t, w, w.Water, "水管"); !slices.Equal(got, []string{pipe}) {
			t.Errorf("its own: %v", got)
		}
		for _, q := range []string{"单国强", "dgq", "国强 水管"} {
			if got := numbers(t, w, w.Water, q); len(got) > 0 {
				t.Errorf("%s: %v", q, got)
			}
		}
	})
}

// TestFrequentTerms: what stands in more cases than the index gives is found as well.
func TestFrequentTerms(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	number := w.OneCase()
	by := w.Clerk
	ask := casefile.Ask(url.Values{"q": {"水管 冻"}}, 10) // as it is where too many were found
	var page *tenant.Page[casefile.Item]
	var n *int64
	w.View(func(v *tenant.View) { page, n = casefile.List(v, by, ask), casefile.Count(v, by, ask) })
	if len(page.Items) != 1 || page.Items[0].Number != number || *n != 1 {
		t.Errorf("%+v, counted %d", page.Items, *n)
	}
}

// reference is the search without an index, as the table's owner would do it by eye.
func reference(t testing.TB, w *casetest.World, q string) []string {
	t.Helper()
	rows, err := w.PG.Super.Query(t.Context(), `select c.number from cases c join visit_contacts p on p.county_id = c.county_id and p.visit_id = c.visit_id
		where c.county_id = $1 and (select bool_and(
			strpos(lower(normalize(c.number || e'\n' || c.title || e'\n' || c.words, nfkc)), lower(normalize(t, nfkc))) > 0
			or strpos(lower(normalize(coalesce(p.name, '') || e'\n' || coalesce(p.initials, ''), nfkc)), lower(normalize(t, nfkc))) > 0)
			from unnest($2::text[]) t) order by c.number`, w.County, casefile.Ask(url.Values{"q": {q}}, 1).Terms)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var found []string
	for rows.Next() {
		var number string
		if err := rows.Scan(&number); err != nil {
			t.Fatal(err)
		}
		found = append(found, number)
	}
	if rows.Err() != nil {
		t.Fatal(rows.Err())
	}
	return found
}

// TestSearchMissesNothing compares with a plain scan: texts of few characters, so that much
// is alike, and questions cut out of them.
func TestSearchMissesNothing(t *testing.T) {
	t.Parallel()
	w := casetest.New(t)
	random := rand.New(rand.NewPCG(3, 1415))
	alphabet := []rune("水管路灯冻裂Ａa1１ ﬁß\u0301\n，%_\\")
	text := func(n int) string {
		all := make([]rune, n)
		for i := range all {
			all[i] = alphabet[random.IntN(len(alphabet))]
		}
		return string(all)
	}
	var texts []string
	for range 30 {
		number := w.OneCase()
		words := "字" + text(random.IntN(60))
		texts = append(texts, words)
		if _, err := w.PG.Super.Exec(t.Context(), `update cases set words = $1 where number = $2`, words, number); err != nil {
			t.Fatal(err)
		}
	}
	for range 300 {
		from := []rune(texts[random.IntN(len(texts))] + "  ")
		at := random.IntN(len(from) - 1)
		q := string(from[at:min(len(from), at+2+random.IntN(4))])
		if random.IntN(4) == 0 {
			q += " " + text(2)
		}
		if len(casefile.Ask(url.Values{"q": {q}}, 1).Terms) == 0 {
			continue
		}
		if got, want := numbers(t, w, w.Admin, q), reference(t, w, q); !slices.Equal(got, want) {
			t.Fatalf("%q: found %v, a plain scan %v", q, got, want)
		}
	}
}

func FuzzSearch(f *testing.F) {
	w := casetest.New(f)
	number := w.OneCase()
	for _, seed := range [][2]string{{"自来水管冻裂", "水管"}, {"ＡＢＣ", "abc"}, {"e\u0301cole", "é"}, {"ﬁn", "fi"}, {"İstanbul", "istan"}, {"100%", "0%"}} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, words, q string) {
		if words == "" || strings.ContainsRune(words, 0) || strings.ToValidUTF8(words, "") != words || len(casefile.Ask(url.Values{"q": {q}}, 1).Terms) == 0 {
			return
		}
		if _, err := w.PG.Super.Exec(t.Context(), `update cases set words = $1 where number = $2`, words, number); err != nil {
			t.Fatal(err)
		}
		if got, want := numbers(t, w, w.Admin, q), reference(t, w, q); !slices.Equal(got, want) {
			t.Fatalf("%s", fmt.Sprintf("words %q, q %q: found %v, a plain scan %v", words, q, got, want))
		}
	})
}
