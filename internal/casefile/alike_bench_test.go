package casefile_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"lianluo/internal/casefile"
	"lianluo/internal/casefile/casetest"
)

// BenchmarkAlike looks for what is alike among 10,000 and 100,000 cases of a county, a tenth
// of which are open. Their words are put together from phrases that citizens use, so most
// pairs of characters stand in many of them.
func BenchmarkAlike(b *testing.B) {
	for _, cases := range []int{10_000, 100_000} {
		b.Run(fmt.Sprint(cases), func(b *testing.B) {
			w := casetest.New(b)
			number := w.OneCase()
			_, err := w.PG.Super.Exec(b.Context(), `insert into cases (county_id, number, lookup_hash, visit_id, position, station_id, place_id, words, title,
					nature, category_id, state, outcome, closed_at, version, clock, due_on, has_contact, registered_by, registered_at, updated_at)
				select county_id, number || '-' || i, decode(md5(i::text), 'hex'), visit_id, position, station_id, place_id,
					places[1 + i % 7] || things[1 + i / 7 % 9] || says[1 + i / 63 % 8] || '，' || wants[1 + i / 504 % 6] || i, title, nature, category_id,
					case when i % 10 = 0 then 'registered' else 'closed' end, case when i % 10 > 0 then 'kept' end, case when i % 10 > 0 then registered_at end,
					version, case when i % 10 = 0 then clock end, case when i % 10 = 0 then due_on end, has_contact, registered_by, registered_at, updated_at
				from cases, generate_series(1, $3::int) i, (select '{村东头的,我们小区,学校门口,河边那条,镇上的,二组家家,新修的}'::text[] places,
					'{路灯,自来水,排水沟,垃圾桶,公交站,养老金,宅基地,低保,桥}'::text[] things, '{一直不亮,坏了半年,没有人管,停了两回,堵得厉害,办不下来,迟迟不发,看不见}'::text[] says,
					'{希望快点修好,请给个说法,什么时候能办,老人孩子不方便,反映过好几次了,想问问政策}'::text[] wants) x where county_id = $1 and number = $2`,
				w.County, number, cases)
			if err == nil {
				_, err = w.PG.Super.Exec(b.Context(), `vacuum analyze cases`)
			}
			if err != nil {
				b.Fatal(err)
			}
			said := []string{"村东头的路灯一直不亮，老人孩子晚上走路不方便，反映过好几次了，请给个说法，什么时候能修好？"}
			var took []time.Duration
			for b.Loop() {
				before := time.Now()
				found, err := casefile.SearchAlike(b.Context(), w.DB, w.Keys, w.Clerk, casetest.Phone, said)
				if err != nil || len(found.Texts[0]) == 0 || len(found.Person) == 0 {
					b.Fatal(found, err)
				}
				took = append(took, time.Since(before))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
		})
	}
}
