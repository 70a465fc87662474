package receptions

import (
	"strings"
	"testing"

	"lianluo/internal/reception"
)

// TestInstead: who came least is offered first, and neither the asker nor another who is on duty;
// a substitute of the day may step up.
func TestInstead(t *testing.T) {
	t.Parallel()
	d := &oneDay{Entry: reception.Entry{Duty: []reception.OnDuty{{ID: 1, Name: "郭建国"}, {ID: 2, Name: "李秀英"}, {ID: 3, Name: "王志强", Substitute: true}}},
		members: []reception.Member{{ID: 5, Name: "曹海燕", Served: 4}, {ID: 1, Name: "郭建国"}, {ID: 2, Name: "李秀英"}, {ID: 3, Name: "王志强", Served: 2}, {ID: 4, Name: "赵玉梅", Served: 1}}}
	for want, got := range map[string][]reception.Member{"赵玉梅、王志强、曹海燕": d.instead(), "赵玉梅、曹海燕": d.free()} {
		var names []string
		for _, m := range got {
			names = append(names, m.Name)
		}
		if strings.Join(names, "、") != want {
			t.Errorf("%v, not %s", names, want)
		}
	}
}
