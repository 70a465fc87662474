package private

import "testing"

func TestMaskPhone(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, in, want string }{
		{"hides a mobile's middle", "13800000017", "138****0017"},
		{"hides a mobile's middle as it was typed", "+86 138-0000-0017", "138****0017"},
		{"hides a landline's number but two digits", "03558081212", "0355****12"},
		{"shows no length of a landline", "031188081212", "0311****12"},
		{"keeps a short area code", "01012345612", "010****12"},
		{"hides what is no number", "1380000001", "****"},
		{"hides words", "同申国强", "****"},
		{"shows nothing for nothing", "", ""},
		{"shows nothing for spaces", " ", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := MaskPhone(test.in); got != test.want {
				t.Errorf("MaskPhone(%q) = %q, want %q", test.in, got, test.want)
			}
		})
	}
}

func TestMaskName(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, in, want string }{
		{"keeps the first character of three", "申国强", "申**"},
		{"keeps the first of a double surname", "欧阳修", "欧**"},
		{"shows no length of a short name", "李明", "李**"},
		{"shows no length of a long name", "买买提·阿卜杜拉", "买**"},
		{"does not show that there is one character", "李", "李**"},
		{"keeps 匿名", "匿名", "匿名"},
		{"keeps nothing", "", ""},
		{"trims space", "　申国强 ", "申**"},
		{"keeps a character outside the basic plane whole", "𠮷田", "𠮷**"},
		{"masks a mask alike", "申**", "申**"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := MaskName(test.in); got != test.want {
				t.Errorf("MaskName(%q) = %q, want %q", test.in, got, test.want)
			}
		})
	}
}

func TestMaskAddress(t *testing.T) {
	t.Parallel()
	for whole, want := range map[string]string{"": "", "五阳村": "五阳村", "五阳村三组12号": "五阳村**", "王桥镇五阳村张家院东头": "王桥镇五阳村**",
		"东关社区3号楼2单元501室": "东关社区**", "西村社区": "西村社区", "城关镇东大街": "城关镇东大街", "县府路１８号": "县府路**", "12号": "**", "七一村": "七一村",
		"五阳村12号新村楼": "五阳村**"} {
		if got := MaskAddress(whole); got != want {
			t.Errorf("%s: %q, want %q", whole, got, want)
		}
	}
}
