package imports

import (
	"strconv"

	"lianluo/internal/deputy"
)

// filed is a person as a file has one: rows that belong together.
type filed struct {
	name        string
	certificate string
	number      string // 档案号: within the file it says which rows are one person's
	rows        []*row
}

// joined are the persons of a file. Rows are one person's by 代表证号, else by 档案号, else
// by name, level and electoral unit.
type joined struct {
	all           []*filed
	byCertificate map[string]*filed
	byNumber      map[string]*filed
	byKey         map[mandateKey]*filed
}

type mandateKey struct{ name, level, unit string }

func keyOf(w *row) mandateKey {
	return mandateKey{w.subject, w.Text(colSeat), w.Text(colElectoral)}
}

func join(rows []*row) []*filed {
	j := joined{byCertificate: map[string]*filed{}, byNumber: map[string]*filed{}, byKey: map[mandateKey]*filed{}}
	for _, w := range rows {
		if w.subject == "" {
			continue
		}
		certificate, number := deputy.CleanCertificate(w.Text(colCertificate)), w.Text(colNumber)
		problems := len(w.Problems())
		f := j.find(w, certificate, number)
		if len(w.Problems()) > problems {
			continue
		}
		if f == nil {
			f = &filed{name: w.subject}
			j.all = append(j.all, f)
		}
		j.take(f, w, certificate, number)
	}
	j.namesakes()
	return j.all
}

// find is the person of the rows before to whom a row belongs, nil for somebody new.
func (j *joined) find(w *row, certificate, number string) *filed {
	f := j.byCertificate[certificate]
	if byNumber := j.byNumber[number]; f == nil {
		f = byNumber
	} else if byNumber != nil && byNumber != f {
		w.Refuse(colNumber, "这个档案号写给了第 "+strconv.Itoa(byNumber.rows[0].Number)+" 行的另一个人")
		return nil
	}
	if f == nil {
		f = j.byKey[keyOf(w)]
		if f != nil && (differ(f.certificate, certificate) || differ(f.number, number)) {
			return nil
		}
		return f
	}
	first := strconv.Itoa(f.rows[0].Number)
	switch {
	case f.name != w.subject:
		w.Refuse(colPerson, "第 "+first+" 行用同样的号，姓名是“"+f.name+"”，请核对")
	case differ(f.certificate, certificate):
		w.Refuse(colCertificate, "第 "+first+" 行用同样的档案号，代表证号是“"+f.certificate+"”，请核对")
	}
	return f
}

func differ(a, b string) bool { return a != "" && b != "" && a != b }

func (j *joined) take(f *filed, w *row, certificate, number string) {
	f.rows = append(f.rows, w)
	if certificate != "" {
		f.certificate, j.byCertificate[certificate] = certificate, f
	}
	if number != "" {
		f.number, j.byNumber[number] = number, f
	}
	if key := keyOf(w); key.level != "" {
		j.byKey[key] = f
	}
}

// namesakes refuses whoever may be one of two: the same name, nothing that tells them
// apart, and no level in common, of which nobody holds two seats.
func (j *joined) namesakes() {
	before := map[string][]*filed{}
	for _, f := range j.all {
		for _, other := range before[f.name] {
			if (f.certificate != "" || f.number != "") && (other.certificate != "" || other.number != "") || f.sharesLevel(other) {
				continue
			}
			f.rows[0].Refuse(colPerson, "和第 "+strconv.Itoa(other.rows[0].Number)+" 行同名，看不出是不是同一个人。请填代表证号；没有证号的填档案号，同一个人写同一个号")
			break
		}
		before[f.name] = append(before[f.name], f)
	}
}

func (f *filed) sharesLevel(other *filed) bool {
	levels := map[string]bool{}
	for _, w := range f.rows {
		levels[w.Text(colSeat)] = w.Text(colSeat) != ""
	}
	for _, w := range other.rows {
		if levels[w.Text(colSeat)] {
			return true
		}
	}
	return false
}
