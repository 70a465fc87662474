package division

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// header is the first line of a file of divisions.
var header = []string{"code", "name", "parent_code", "level"}

// Parse reads divisions from a CSV in UTF-8, with or without a byte order mark, that
// begins with the line code,name,parent_code,level. Parents stand before children. An
// error is in Chinese, for the person who made the file, and names the line.
func Parse(r io.Reader) ([]Division, error) {
	in := csv.NewReader(skipBOM(r))
	in.FieldsPerRecord = len(header)
	in.ReuseRecord = true
	p := parser{lines: map[string]int{}}
	for {
		row, err := in.Read()
		if errors.Is(err, io.EOF) {
			return p.all, p.end()
		}
		if err != nil {
			return nil, csvError(err)
		}
		line, _ := in.FieldPos(0)
		if err := p.row(line, row); err != nil {
			return nil, fmt.Errorf("第 %d 行：%w", line, err)
		}
	}
}

type parser struct {
	begun bool // the header was read
	all   []Division
	lines map[string]int // code → its line
}

func (p *parser) row(line int, row []string) error {
	for i := range row {
		row[i] = strings.TrimSpace(row[i])
	}
	if !p.begun {
		p.begun = true
		if !slices.Equal(row, header) {
			return fmt.Errorf("表头应是 %s", strings.Join(header, ","))
		}
		return nil
	}
	d := Division{Code: row[0], Name: row[1], ParentCode: row[2], Level: row[3]}
	if err := p.check(d); err != nil {
		return err
	}
	p.lines[d.Code] = line
	p.all = append(p.all, d)
	return nil
}

func (p *parser) check(d Division) error {
	i := slices.IndexFunc(ranks, func(r rank) bool { return r.level == d.Level })
	if i < 0 {
		return fmt.Errorf("级别 %q 不在 province、prefecture、county、township、village 之中", d.Level)
	}
	rank := ranks[i]
	if len(d.Code) != rank.digits || strings.Trim(d.Code, "0123456789") != "" {
		return fmt.Errorf("级别是 %s 的代码应是 %d 位数字，现在是 %q", d.Level, rank.digits, d.Code)
	}
	if d.Name == "" {
		return errors.New("没有名称")
	}
	if !utf8.ValidString(d.Name) {
		return errors.New("名称不是 UTF-8 编码，请在表格软件里另存为“CSV UTF-8”")
	}
	if line, ok := p.lines[d.Code]; ok {
		return fmt.Errorf("代码 %s 与第 %d 行重复", d.Code, line)
	}
	if want := d.Code[:rank.parent]; d.ParentCode != want {
		return fmt.Errorf("代码 %s 的上级代码应是 %q，现在是 %q", d.Code, want, d.ParentCode)
	}
	if _, ok := p.lines[d.ParentCode]; !ok && rank.parent > 0 {
		return fmt.Errorf("上级 %s 不在前面的行里，请把上级排在下级之前", d.ParentCode)
	}
	return nil
}

func (p *parser) end() error {
	if !p.begun {
		return fmt.Errorf("文件是空的，第 1 行应是表头 %s", strings.Join(header, ","))
	}
	return nil
}

// csvError says in Chinese on which line the CSV breaks.
func csvError(err error) error {
	broken, ok := errors.AsType[*csv.ParseError](err)
	switch {
	case !ok:
		return fmt.Errorf("读取区划文件: %w", err)
	case errors.Is(err, csv.ErrFieldCount):
		return fmt.Errorf("第 %d 行：应有 %d 列", broken.StartLine, len(header))
	default:
		return fmt.Errorf("第 %d 行：引号不成对，不是合法的 CSV", broken.StartLine)
	}
}

func skipBOM(r io.Reader) io.Reader {
	buffered := bufio.NewReader(r)
	if mark, _ := buffered.Peek(3); string(mark) == "\uFEFF" {
		_, _ = buffered.Discard(3) // three bytes are in the buffer: it cannot fail
	}
	return buffered
}
