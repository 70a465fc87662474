package webtest_test

import (
	"image/jpeg"
	"mime"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"lianluo/internal/auth"
	"lianluo/internal/casefile"
	"lianluo/internal/casefile/casetest"
	"lianluo/web/webtest"
)

// phonePhoto is a photograph with what a phone writes into it.
func phonePhoto() []byte {
	photo := casetest.Photo(600, 400)
	secret := "Exif\x00\x00II*\x00\x08\x00\x00\x00\x00\x00 GPS 36.5N 113.0E"
	return slices.Concat(photo[:2], []byte{0xff, 0xe1, 0, byte(len(secret) + 2)}, []byte(secret), photo[2:])
}

// filesForm is the form on a case's page that adds files.
func filesForm(c *webtest.Client, number string) *webtest.Form {
	return c.Get("/cases/" + number).Form("form[action='/cases/" + number + "/files']")
}

func opens(t *testing.T, s *webtest.Site, number string) (n int) {
	t.Helper()
	err := s.PG.Super.QueryRow(t.Context(), `select count(*) from audit_entries where action = 'file.open' and subject = $1`, "case "+number).Scan(&n)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestAttachFiles: what a clerk sends stands on the case's page, without the place where
// the photograph was taken; whoever opens it is on record.
func TestAttachFiles(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	number := s.DriveNew(casefile.Handling)
	clerk := s.As(s.Clerk)
	filesForm(clerk, number).Attach("files", "申国强家水管.png", phonePhoto()).Attach("files", `"><b onclick=x>&.PDF`, []byte(casetest.PDF)).
		Submit("上传").MustStatus(http.StatusSeeOther).Follow().MustSay("已添加 2 个附件。")

	p := clerk.Get("/cases/"+number).MustSay("申国强家水管.jpg", `b onclick=x_&.pdf`, "张敏", "照片，", "PDF 文件，1 KB")
	img := p.Find("ul.files img")
	if img.Length() != 1 || img.AttrOr("alt", "") != "申国强家水管.jpg" || img.AttrOr("loading", "") != "lazy" || img.AttrOr("width", "") != "160" || img.AttrOr("height", "") != "106" {
		html, _ := img.Parent().Html()
		t.Error(html)
	}
	if len(s.Blobs()) != 3 {
		t.Errorf("%q", s.Blobs())
	}
	photo, document := p.Find("ul.files a").Eq(0).AttrOr("href", ""), p.Find("ul.files a").Eq(1).AttrOr("href", "")

	thumb := p.Open(img.AttrOr("src", "")).MustStatus(http.StatusOK)
	if config, err := jpeg.DecodeConfig(strings.NewReader(thumb.Body)); err != nil || config.Width != 320 || thumb.Header.Get("Cache-Control") != "private, no-cache" {
		t.Errorf("%d wide, %v, %s", config.Width, err, thumb.Header.Get("Cache-Control"))
	}
	if opens(t, s, number) != 0 {
		t.Error("the small pictures of a page are on record")
	}
	whole := p.Open(photo).MustStatus(http.StatusOK).MustNotSay("GPS", "Exif")
	if config, err := jpeg.DecodeConfig(strings.NewReader(whole.Body)); err != nil || config.Width != 600 {
		t.Errorf("%d wide, %v", config.Width, err)
	}
	served(t, whole, "image/jpeg", "inline", "申国强家水管.jpg")
	download := p.Open(document).MustStatus(http.StatusOK)
	if download.Body != casetest.PDF {
		t.Errorf("%q", download.Body)
	}
	served(t, download, "application/pdf", "attachment", "b onclick=x_&.pdf")
	if n := opens(t, s, number); n != 2 {
		t.Errorf("%d looks are on record", n)
	}

	// A unit reads the visitor's name masked, in a file's name too.
	unit := s.As(s.Water)
	unit.Get("/cases/" + number).MustSay("申**家水管.jpg").MustNotSay("申国强家")
	served(t, unit.Get(photo).MustStatus(http.StatusOK), "image/jpeg", "inline", "申**家水管.jpg")
	filesForm(unit, number).Attach("files", "修好了.jpg", casetest.Photo(9, 9)).Submit().MustStatus(http.StatusSeeOther)
	clerk.Get("/cases/"+number).MustSay("修好了.jpg", "马国庆")
}

// served checks the headers under which a file comes.
func served(t *testing.T, p *webtest.Page, contentType, disposition, name string) {
	t.Helper()
	how, params, err := mime.ParseMediaType(p.Header.Get("Content-Disposition"))
	if err != nil || how != disposition || params["filename"] != name {
		t.Errorf("%s: %s %q, %v", p.Header.Get("Content-Disposition"), how, params["filename"], err)
	}
	for header, want := range map[string]string{"Content-Type": contentType, "Content-Length": strconv.Itoa(len(p.Body)), "X-Content-Type-Options": "nosniff",
		"Cache-Control": "private, no-store", "Cross-Origin-Resource-Policy": "same-origin", "Content-Encoding": ""} {
		if got := p.Header.Get(header); got != want {
			t.Errorf("%s is %q, want %q", header, got, want)
		}
	}
	if csp := p.Header.Get("Content-Security-Policy"); !strings.HasPrefix(csp, "sandbox; default-src 'none'") {
		t.Error(csp)
	}
}

// TestWhoOpensFiles: the address of a file opens it for those who see its case, and says
// to all others what the case's page says.
func TestWhoOpensFiles(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	number, restricted := s.DriveNew(casefile.Handling), s.DriveNew(casefile.Handling)
	photo := "/files/" + s.Attach(s.Clerk, number, "a.jpg", casetest.Photo(9, 9)).String()
	secret := "/files/" + s.Attach(s.Clerk, restricted, "b.jpg", casetest.Photo(9, 9)).String()
	s.MustTake(s.Head, restricted, casefile.Input{Step: casefile.Restrict, Reason: "要求保密。"})
	for _, who := range []auth.Actor{s.Clerk, s.Clerk2, s.Head, s.Handler, s.Admin, s.Leader, s.Water, s.Roads, s.Township, s.Deputy, s.OtherClerk, s.Neighbour.Clerk, s.Platform, {}} {
		c := s.Anonymous()
		if who.LoginName != "" {
			c = s.As(who)
		}
		for path, at := range map[string]string{photo: number, secret: restricted} {
			want := c.Get("/cases/" + at).Status
			for _, address := range []string{path, path + "/thumb"} {
				if p := c.Get(address); p.Status != want {
					t.Errorf("%s as %s: %d, its case %d", address, who.Name, p.Status, want)
				}
			}
		}
		if who.County == s.County && who.Name != "" {
			for _, path := range []string{"/files/x", "/files/00000000-0000-0000-0000-000000000000", photo + "/x", "/files/" + s.Blobs()[0][len(s.FilesDir)+1:]} {
				c.Get(path).MustStatus(http.StatusNotFound)
			}
		}
	}

	// A browser asks whether it may still show the thumbnail that it kept.
	clerk := s.As(s.Clerk)
	tag := clerk.Get(photo + "/thumb").Header.Get("ETag")
	clerk.IfNoneMatch = tag
	if p := clerk.Get(photo + "/thumb").MustStatus(http.StatusNotModified); p.Body != "" || tag == "" {
		t.Errorf("%s: %q", tag, p.Body)
	}
	other := s.As(s.OtherClerk)
	other.IfNoneMatch = tag
	other.Get(photo + "/thumb").MustStatus(http.StatusForbidden)
	document := "/files/" + s.Attach(s.Clerk, number, "c.pdf", []byte(casetest.PDF)).String()
	clerk.Get(document + "/thumb").MustStatus(http.StatusNotFound)
	clerk.Get(document).MustStatus(http.StatusOK)
}

// TestBadFiles: what cannot be kept is said at the field, and nothing of its post stays.
func TestBadFiles(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	number := s.OneCase()
	clerk := s.As(s.Clerk)
	good := casetest.Photo(30, 20)
	type file struct {
		name    string
		content []byte
	}
	many := make([]file, 11)
	for i := range many {
		many[i] = file{"a.jpg", good}
	}
	large := []byte(casetest.PDF[:9] + strings.Repeat("\n", 25<<20) + casetest.PDF[9:])
	full := large[:19<<20]
	for name, c := range map[string]struct {
		files []file
		words []string
	}{
		"nothing":  {nil, []string{"请选择要上传的文件。"}},
		"broken":   {[]file{{"水管.jpg", good[:len(good)/2]}}, []string{"附件没有保存。“水管.jpg”照片打不开"}},
		"heic":     {[]file{{"IMG_0001.HEIC", []byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00heicmif1")}}, []string{"“IMG_0001.HEIC”是苹果手机的 HEIC 照片", "兼容性最佳"}},
		"web page": {[]file{{"照片.jpg", []byte("<script>alert(1)</script>")}}, []string{"“照片.jpg”是网页"}},
		"large":    {[]file{{"大.pdf", large}}, []string{"“大.pdf”超过 20 MB"}},
		"mixed":    {[]file{{"a.jpg", good}, {"坏.gif", []byte("GIF89a")}, {"b.jpg", good}, {`c:\x\坏.exe`, []byte("MZ")}}, []string{"4 个文件都没有保存", "“坏.gif”是动图", "“坏.exe”是程序"}},
		"many":     {many, []string{"一次最多选 10 个文件，这次选了 11 个"}},
		"together": {[]file{{"a.pdf", full}, {"b.pdf", full}, {"c.pdf", full}, {"d.pdf", full}}, []string{"都没有保存"}},
	} {
		t.Run(name, func(t *testing.T) {
			form := filesForm(clerk.With(t), number)
			for _, f := range c.files {
				form.Attach("files", f.name, f.content)
			}
			p := form.Submit().MustStatus(http.StatusUnprocessableEntity).MustSay(c.words...)
			if field := p.Find("#files[aria-invalid=true]"); field.Length() != 1 || p.Find("#errors a[href='#files']").Length() != 1 || !strings.HasPrefix(p.Text("title"), "错误：") {
				t.Error("the message does not stand at the field and in the summary")
			}
		})
	}
	p := clerk.Post("/cases/"+number+"/files", url.Values{"key": {"x"}}).MustStatus(http.StatusUnprocessableEntity)
	p.MustSay("这张表没有完整送到")
	filesForm(clerk, number).Drop("key").Attach("files", "a.jpg", good).Submit().MustStatus(http.StatusUnprocessableEntity).MustSay("打开得不完整")
	for _, lost := range []int{4, 10, 100} { // the last dashes, the last boundary, the second file
		clerk.Lost = lost
		filesForm(clerk, number).Attach("files", "a.jpg", good).Attach("files", "b.jpg", good).Submit().
			MustStatus(http.StatusUnprocessableEntity).MustSay("没有完整送到，可能是网络断了")
	}
	if left := s.Blobs(); len(left) != 0 || len(s.SheetFiles(number)) != 0 {
		t.Errorf("kept are %q and %d rows", left, len(s.SheetFiles(number)))
	}
	if left, err := os.ReadDir(s.FilesDir); err != nil || len(left) > 1 {
		t.Errorf("%v, %v", left, err)
	}
}

// TestAttachTwice: a second press stores nothing more.
func TestAttachTwice(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	number := s.OneCase()
	form := filesForm(s.As(s.Clerk), number).Attach("files", "a.jpg", casetest.Photo(30, 20))
	for range 2 {
		form.Submit().MustStatus(http.StatusSeeOther)
	}
	if len(s.SheetFiles(number)) != 1 || len(s.Blobs()) != 2 {
		t.Errorf("%d rows, %d blobs", len(s.SheetFiles(number)), len(s.Blobs()))
	}
	// The twenty-first is refused whole.
	for range 19 {
		s.Attach(s.Clerk, number, "b.pdf", []byte(casetest.PDF))
	}
	before := len(s.Blobs())
	filesForm(s.As(s.Head), number).Attach("files", "c.jpg", casetest.Photo(30, 20)).Submit().MustStatus(http.StatusUnprocessableEntity).MustSay("最多 20 个附件，现在已有 20 个")
	if len(s.Blobs()) != before {
		t.Errorf("%d blobs, were %d", len(s.Blobs()), before)
	}
}

// TestRemoveFile: what was wrong goes, the reason stays in its place.
func TestRemoveFile(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	number := s.OneCase()
	key := s.Attach(s.Clerk, number, "身份证.jpg", casetest.Photo(30, 20)).String()
	at := "form[action='/cases/" + number + "/files/" + key + "/remove']"
	clerk, head := s.As(s.Clerk), s.As(s.Head)
	if head.Get("/cases/"+number).Find(at).Length() != 0 {
		t.Error("the head is offered to remove what is another's")
	}
	head.Post("/cases/"+number+"/files/"+key+"/remove", url.Values{"reason": {"x"}}).MustStatus(http.StatusForbidden).MustSay("只有添加附件的人和县管理员能移除它")

	form := clerk.Get("/cases/" + number).Form(at)
	p := form.Submit().MustStatus(http.StatusUnprocessableEntity).MustSay("请写明为什么移除。")
	if p.Find("#errors a[href='#reason-"+key+"']").Length() != 1 || p.Find("details[open] #reason-"+key).Length() != 1 {
		t.Error("the message does not lead to its field")
	}
	p = form.Set("reason", "传错了，是身份证。").Submit().MustStatus(http.StatusSeeOther).Follow()
	p.MustSay("已移除 1 个附件。", "已移除：传错了，是身份证。（张敏，").MustNotSay("身份证.jpg", "/files/"+key+"/thumb")
	clerk.Get("/files/" + key).MustStatus(http.StatusNotFound).MustSay("这个附件已经移除了。")
	form.Submit().MustStatus(http.StatusConflict).MustSay("这个附件已经移除了。")
	for deadline := time.Now().Add(20 * time.Second); len(s.Blobs()) > 0; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("its bytes are still there: %q", s.Blobs())
		}
	}

	// On an archived case nothing is added; what is there is still seen.
	photo := s.Attach(s.Clerk, number, "a.jpg", casetest.Photo(30, 20)).String()
	form = filesForm(clerk, number)
	s.Drive(number, casefile.Archived)
	form.Attach("files", "b.jpg", casetest.Photo(30, 20)).Submit().MustStatus(http.StatusConflict).MustSay("已经归档，不能再添加附件")
	p = clerk.Get("/cases/" + number).MustSay("a.jpg")
	if p.Find("input[type=file]").Length() != 0 || p.Find("form[action$='/remove']").Length() != 0 {
		t.Error("an archived case offers to change its files")
	}
	clerk.Get("/files/" + photo).MustStatus(http.StatusOK)
	if n := s.As(s.Admin).Get("/cases/" + number).Find("form[action$='/remove']").Length(); n != 1 {
		t.Errorf("the administrator may remove %d", n)
	}
	if s.As(s.Leader).Get("/cases/"+number).Find("input[type=file]").Length() != 0 {
		t.Error("a leader, who only reads, is offered to add files")
	}
}

// TestSlowLine: a village's line may take longer for a photograph than the server gives
// any other request.
func TestSlowLine(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	s.Serve(func(server *http.Server) { server.ReadTimeout, server.WriteTimeout = time.Second, time.Second })
	number := s.OneCase()
	c := s.As(s.Clerk)
	form := filesForm(c, number).Attach("files", "a.jpg", casetest.Photo(600, 400))
	c.Pause = 250 * time.Millisecond
	begin := time.Now()
	form.Submit().MustStatus(http.StatusSeeOther)
	if took := time.Since(begin); took < 2*time.Second || len(s.SheetFiles(number)) != 1 {
		t.Errorf("%d files in %s", len(s.SheetFiles(number)), took)
	}
}

// TestLostBytes: a row whose bytes are gone is the machine's failure, and logged as one.
func TestLostBytes(t *testing.T) {
	t.Parallel()
	s := webtest.New(t)
	number := s.OneCase()
	key := s.Attach(s.Clerk, number, "a.jpg", casetest.Photo(30, 20)).String()
	for _, path := range s.Blobs() {
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
	s.ExpectFailures()
	c := s.As(s.Clerk)
	for _, path := range []string{"/files/" + key, "/files/" + key + "/thumb"} {
		c.Get(path).MustStatus(http.StatusInternalServerError).MustNotSay(s.FilesDir)
	}
	if logged := s.Failures(); len(logged) != 2 || !strings.Contains(logged[0], "its row is there") || opens(t, s, number) != 0 {
		t.Errorf("logged %q", logged)
	}
	c.Get("/cases/" + number).MustStatus(http.StatusOK)
}
