package register

import (
	"fmt"
	"strings"
)

// guide tells whoever opens the archive in ten years, on a computer of an office, what each file
// is and how to find out whether one was changed. Windows' editor wants the mark in front and the
// line ends.
func (m *manifest) guide() string {
	var files, pages, cards strings.Builder
	for _, e := range m.Files {
		what, same := "台账", "同一本台账"
		if e.form.IsCards() {
			what, same = "卡，一条一张", "同样的卡"
		}
		switch {
		case strings.HasSuffix(e.Name, ".html"):
			fmt.Fprintf(&files, "%s　可以打印的%s，共 %d %s。双击用浏览器打开，按 Ctrl+P 打印或存成 PDF。\n", e.Name, what, e.Rows, e.form.Unit())
			if e.form.Source == Card {
				fmt.Fprintf(&cards, contactsGuide, e.form.Name)
			}
			fmt.Fprintf(&pages, "    certutil -hashfile \"%s\" SHA256\n", e.Name)
		case strings.HasSuffix(e.Name, ".json"):
			fmt.Fprintf(&files, "%s　%s的数据，给程序读，平时不用打开。\n", e.Name, same)
			fmt.Fprintf(&pages, "    certutil -hashfile \"%s\" SHA256\n", e.Name)
		}
	}
	return "\ufeff" + strings.ReplaceAll(fmt.Sprintf(guide, files.String(), cards.String(), pages.String()), "\n", "\r\n")
}

// contactsGuide is what is peculiar to the cards of deputies.
const contactsGuide = `
%s写的是做归档包那天的情况：当天编在站里的代表，每位每站一张。照片和二维码不在归档包里，要带照片和二维码的，请在系统里打开这位代表的页面打印。
`

const guide = `这是人大代表联络站的台账归档包。

一、每个文件是什么

%s说明.txt　就是这一份。
manifest.json　写明哪个单位、哪段时间、什么时候、由谁做的，每个文件有几条。用记事本可以打开。
SHA256SUMS　每个文件的校验码，一行一个：前面 64 位是校验码，后面是文件名。点右键，选“打开方式”，用记事本打开。
%s
二、怎样核对文件有没有被改过

校验码是按文件内容算出来的一串字，内容改动一个字，算出来的就完全不同。
用 Windows 电脑核对，不用装软件：
1. 先把压缩包解开：点右键，选“全部解压缩”。
2. 打开解开的文件夹，在窗口上方写着位置的那一栏里点一下，删掉里面的字，输入 cmd，按回车，出来一个黑色的窗口。
3. 要核对哪个文件，就把下面对应的一行照样输进黑色窗口（也可以复制过去，点右键粘贴），按回车：

%s
4. 窗口里显示的 64 位字，和 SHA256SUMS 里这个文件前面的一样，就是没有改过；有一位不一样，就是改过了。
   有的电脑每两位中间显示一个空格，不要紧，只看字一样不一样。
5. SHA256SUMS 要是被人一起改了，就核对不出来。归档时请把它打印一份，和纸质档案放在一起，核对时以纸上的为准。

用 Linux 电脑核对：在这个文件夹里运行 sha256sum -c SHA256SUMS
`
