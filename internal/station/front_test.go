package station

import "testing"

func TestCountyCode(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]string{
		"140423101": "140423", "140423101205": "140423", "140423101-02": "140423", "140423-A": "140423", "140423": "140423",
		"": "", "14042": "", "XY101": "", "14042a101": "", "140423101\t": "", "140423101'": "", "140423王桥": "", "１４０４２３101": "",
		"1404231012345678901234-XY": "", "140423101\n": "",
	} {
		if got := CountyCode(code); got != want {
			t.Errorf("%q: %q, want %q", code, got, want)
		}
	}
}
