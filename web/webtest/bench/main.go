// Command bench measures the site as a whole process on the demonstration data, and
// prints what the README says. It starts the built binary with a fresh data directory,
// signs in, asks each page many times over one connection, and reads the process's own
// CPU time and memory from /proc; a clock on a busy machine would tell little.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"
)

func main() {
	binary := flag.String("binary", "bin/lianluo", "the built program")
	requests := flag.Int("n", 3000, "requests a page")
	flag.Parse()
	if err := run(*binary, *requests); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(binary string, requests int) (err error) {
	s, err := start(binary)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	fmt.Printf("ready after %.1f s with nothing there yet (the city is loaded first), after %.1f s at the next start\n",
		s.first.Seconds(), s.again.Seconds())
	if err := s.signIn("xy.office"); err != nil {
		return err
	}
	body, err := s.get("/cases?view=open")
	if err != nil {
		return err
	}
	found := caseLink.FindStringSubmatch(body)
	if found == nil {
		return errors.New("the queue names no case")
	}
	s.number = strings.TrimPrefix(found[1], "/cases/")
	link, err := s.ratingLink()
	if err != nil {
		return err
	}
	pages := []struct{ name, path string }{
		{"nothing (/healthz)", "/healthz"}, {"queue (/cases)", "/cases"}, {"queue, all open", "/cases?view=open"},
		{"case page", found[1]}, {"home (/)", "/"}, {"rating page", link},
	}
	var base float64
	for i, page := range pages {
		cpu, bytes, err := s.measure(page.path, requests)
		if err != nil {
			return fmt.Errorf("%s: %w", page.name, err)
		}
		if i == 0 {
			base = cpu
		}
		fmt.Printf("%-22s %7.3f ms CPU a request  %5.1f x nothing  %6.1f KB\n", page.name, cpu, cpu/base, float64(bytes)/1024)
	}
	rss, err := s.memory()
	if err != nil {
		return err
	}
	fmt.Printf("memory after %d requests: %.0f MB\n", requests*len(pages)+len(pages)*50, rss)
	for _, cases := range []int{10_000, 100_000} {
		if err := s.crowded(binary, cases, max(20, requests/15)); err != nil {
			return err
		}
	}
	return nil
}

// caseLink is a case's link in a list.
var caseLink = regexp.MustCompile(`href="(/cases/[A-Z]+\d{4}-\d+)[?"]`)

// site is the running program.
type site struct {
	cmd          *exec.Cmd
	base, dir    string
	client       *http.Client
	first, again time.Duration
	number       string // of a case
}

func start(binary string) (*site, error) {
	dir, err := os.MkdirTemp("", "lianluo-bench")
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(dir, 0o755); err != nil { // PostgreSQL's account must reach it
		return nil, err
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	s := &site{base: "http://127.0.0.1:18080", dir: dir, client: &http.Client{Jar: jar, Timeout: time.Minute}}
	if s.first, err = s.launch(binary); err != nil {
		return s, err
	}
	if err := s.end(); err != nil {
		return s, err
	}
	s.again, err = s.launch(binary)
	return s, err
}

// launch starts the program and waits until it is ready.
func (s *site) launch(binary string) (time.Duration, error) {
	s.cmd = exec.CommandContext(context.Background(), binary, "serve", "--demo")
	s.cmd.Env = append(os.Environ(), "LIANLUO_DATA="+s.dir, "LIANLUO_ADDR=127.0.0.1:18080", "DATABASE_URL=", "OWNER_DATABASE_URL=")
	began := time.Now()
	if err := s.cmd.Start(); err != nil {
		return 0, err
	}
	for time.Since(began) < 3*time.Minute {
		if resp, err := s.client.Get(s.base + "/healthz"); err == nil {
			_ = resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return time.Since(began), nil
			}
		}
		time.Sleep(20 * time.Millisecond)
	}
	return 0, errors.New("not ready after three minutes")
}

// end stops the program as Ctrl-C does.
func (s *site) end() error {
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	return s.cmd.Wait()
}

func (s *site) stop() error { return errors.Join(s.end(), os.RemoveAll(s.dir)) }

func (s *site) get(path string) (string, error) {
	resp, err := s.client.Get(s.base + path)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s answered %d", path, resp.StatusCode)
	}
	return string(body), err
}

func (s *site) post(path string, form url.Values) error {
	resp, err := s.client.PostForm(s.base+path, form)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answered %d", path, resp.StatusCode)
	}
	return nil
}

func (s *site) signIn(login string) error {
	body, err := s.get("/login")
	if err != nil {
		return err
	}
	password := regexp.MustCompile(`lianluo-demo-\d+`).FindString(body)
	return s.post("/login", url.Values{"login_name": {login}, "password": {password}})
}

// ratingLink takes a case that awaits its feedback through it, as its clerk, and reads
// the link from the demonstration's messages.
func (s *site) ratingLink() (string, error) {
	clerk := &site{base: s.base, dir: s.dir, client: &http.Client{Timeout: time.Minute}}
	clerk.client.Jar, _ = cookiejar.New(nil)
	if err := clerk.signIn("wq.clerk"); err != nil {
		return "", err
	}
	list, err := clerk.get("/cases?view=feedback")
	if err != nil {
		return "", err
	}
	for _, found := range caseLink.FindAllStringSubmatch(list, -1) {
		body, err := clerk.get(found[1])
		if err != nil {
			return "", err
		}
		if err := clerk.post(found[1]+"/steps/give_feedback", formValues(body, "give_feedback")); err != nil {
			return "", err
		}
		for range 100 {
			sent, _ := os.ReadFile(filepath.Join(s.dir, "messages.log"))
			if link := regexp.MustCompile(`/r/[0-9a-z-]+`).FindString(string(sent)); link != "" {
				return link, nil
			}
			time.Sleep(50 * time.Millisecond)
		}
	}
	return "", errors.New("no rating link was sent")
}

var (
	inputTag = regexp.MustCompile(`<input[^>]*>`)
	attr     = regexp.MustCompile(`(\w+)="([^"]*)"`)
	areaTag  = regexp.MustCompile(`<textarea[^>]*name="([^"]+)"[^>]*>([^<]*)</textarea>`)
)

// formValues is what a browser would send of a step's form, as it was served.
func formValues(body, step string) url.Values {
	_, form, _ := strings.Cut(body, `/steps/`+step+`"`)
	form, _, _ = strings.Cut(form, "</form>")
	values := url.Values{}
	for _, tag := range inputTag.FindAllString(form, -1) {
		attrs := map[string]string{}
		for _, a := range attr.FindAllStringSubmatch(tag, -1) {
			attrs[a[1]] = a[2]
		}
		choice := attrs["type"] == "radio" || attrs["type"] == "checkbox"
		if attrs["name"] != "" && (!choice || strings.Contains(tag, " checked")) {
			values.Add(attrs["name"], attrs["value"])
		}
	}
	for _, area := range areaTag.FindAllStringSubmatch(form, -1) {
		values.Set(area[1], area[2])
	}
	return values
}

// measure asks a page n times and returns the process's CPU milliseconds a request.
func (s *site) measure(path string, n int) (cpu float64, bytes int, err error) {
	for range 50 { // warm
		if _, err := s.get(path); err != nil {
			return 0, 0, err
		}
	}
	before, err := s.cpu()
	if err != nil {
		return 0, 0, err
	}
	for range n {
		body, err := s.get(path)
		if err != nil {
			return 0, 0, err
		}
		bytes = len(body)
	}
	after, err := s.cpu()
	return (after - before) / float64(n), bytes, err
}

// cpu is the process's user and system time in milliseconds, from the scheduler's own
// nanoseconds, thread by thread: /proc/PID/stat counts in ticks of 10 ms.
func (s *site) cpu() (float64, error) {
	threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", s.cmd.Process.Pid))
	if err != nil || len(threads) == 0 {
		return 0, fmt.Errorf("this needs Linux's /proc: %w", err)
	}
	var total float64
	for _, thread := range threads {
		text, err := os.ReadFile(filepath.Clean(thread))
		if err != nil {
			continue // the thread has ended
		}
		ns, err := strconv.ParseFloat(strings.Fields(string(text))[0], 64)
		if err != nil {
			return 0, err
		}
		total += ns / 1e6
	}
	return total, nil
}

// memory is the process's resident set in megabytes.
func (s *site) memory() (float64, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	found := regexp.MustCompile(`VmRSS:\s+(\d+) kB`).FindSubmatch(status)
	if found == nil {
		return 0, errors.New("no VmRSS")
	}
	kb, err := strconv.ParseFloat(string(found[1]), 64)
	return kb / 1024, err
}
