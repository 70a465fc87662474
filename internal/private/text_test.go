package private

import "testing"

func TestMaskText(t *testing.T) {
	t.Parallel()
	const name, address = "申国强", "五阳村三组12号"
	tests := []struct{ name, in, want string }{
		{"hides the own name", "我叫申国强，申 国 强家水管冻裂了。", "我叫申**，申**家水管冻裂了。"},
		{"hides the own address", "五阳村三组12号门前的路。", "五阳村**门前的路。"},
		{"hides a house elsewhere", "邻居四组8号、3号楼2单元501室漏水。", "邻居**、**漏水。"},
		{"hides the number of a house that is called so", "家住古韩镇东街15号，门牌7号。", "家住古韩镇东街**，门牌**。"},
		{"keeps where the matter is", "三组的路灯、3号机井、208国道、5号线都坏了。", "三组的路灯、3号机井、208国道、5号线都坏了。"},
		{"keeps what is counted there", "三组三十多户没水，一组2026年修的路，五组2千元补偿款没发，10队80多人，共三栋五百户，三栋200户，三组12号机井坏了。",
			"三组三十多户没水，一组2026年修的路，五组2千元补偿款没发，10队80多人，共三栋五百户，三栋200户，三组12号机井坏了。"},
		{"hides a flat without its last word", "3号楼2单元501漏水。", "**漏水。"},
		{"hides numbers as they are written", "电话13800000017、138 0000 0017、138-0000-0017、+86 13800000017、１３８００００００１７。", "电话****、****、****、****、****。"},
		{"hides a landline and what is called a telephone", "0355-7221234，电话：7221234，微信号 shen_8812。", "****，电话：****，微信号 ****。"},
		{"hides an identity card and a bank card", "14042319600101123X，6222 0213 4567 8901 234。", "****，****。"},
		{"keeps sums, days and case numbers", "欠1200000元，20261120起，XY2026-0012，12345热线，2026年11月20日。", "欠1200000元，20261120起，XY2026-0012，12345热线，2026年11月20日。"},
		{"cannot know others", "老申和张三说的。", "老申和张三说的。"},
		{"keeps nothing", "", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := MaskText(test.in, name, address); got != test.want {
				t.Errorf("MaskText(%q) = %q, want %q", test.in, got, test.want)
			}
		})
	}
	if got := MaskText("没有留名。", "", ""); got != "没有留名。" {
		t.Errorf("of nobody: %q", got)
	}
}
