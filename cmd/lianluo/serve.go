package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	_ "gocloud.dev/blob/s3blob" // LIANLUO_FILES=s3://…

	"lianluo/internal/auth"
	"lianluo/internal/blob"
	"lianluo/internal/demo"
	"lianluo/internal/job"
	"lianluo/internal/message"
	"lianluo/web"
	"lianluo/web/accounts"
	"lianluo/web/session"
)

// serveCmd runs the site until it is told to stop.
type serveCmd struct {
	data
	Addr    string `help:"Address to listen on." env:"LIANLUO_ADDR" default:"127.0.0.1:8080" placeholder:"HOST:PORT"`
	BaseURL string `help:"The address by which people reach the site, for links in messages." env:"LIANLUO_BASE_URL" name:"base-url" placeholder:"URL"`
	TLS     bool   `help:"People reach the site by https, through a proxy in front: cookies are marked Secure." env:"LIANLUO_TLS" name:"tls"`
	Proxy   bool   `help:"A proxy stands in front and names the client in X-Forwarded-For." env:"LIANLUO_PROXY"`
	Files   string `help:"Where attached files are kept: a directory, or s3://BUCKET?region=…&endpoint=…, with the key in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. Without it a directory of the data." env:"LIANLUO_FILES" placeholder:"DIR|URL"`
	Demo    bool   `help:"Load the demonstration (长治市, everything made up) and write messages to the output. Refused where a real county is." env:"LIANLUO_DEMO"`
}

// Run serves. The site answers as soon as the database is ready; the demonstration's
// other counties are loaded while it does.
func (c *serveCmd) Run(ctx context.Context, out io.Writer) error {
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelInfo}))
	slog.SetDefault(log)
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", c.Addr)
	if err != nil {
		return fmt.Errorf("LIANLUO_ADDR: %w", err)
	}
	defer listener.Close()
	db, err := c.open(ctx, log)
	if err != nil {
		return err
	}
	defer db.Close() // after the site: PostgreSQL stops last
	return c.serve(ctx, log, out, db, listener)
}

func (c *serveCmd) serve(ctx context.Context, log *slog.Logger, out io.Writer, db *database, listener net.Listener) error {
	keys, err := c.keys()
	if err != nil {
		return err
	}
	files, err := c.openFiles(ctx)
	if err != nil {
		return err
	}
	defer files.Close()
	deps := job.Deps{DB: db.DB, Keys: keys, Files: files, BaseURL: c.baseURL(), Log: log}
	site := web.Deps{DB: db.DB, Keys: keys, Files: files, Sessions: session.New(db.DB, c.TLS), BaseURL: c.baseURL(), Proxy: c.Proxy, Log: log}
	if c.Demo {
		deps.Channel = &message.Log{Out: out, Path: filepath.Join(c.dir(), "messages.log")}
		site.Demo = demoAccounts()
		if err := demo.Load(ctx, db.DB, keys, demo.Options{Log: log}); err != nil {
			return fmt.Errorf("demonstration: %w", err)
		}
	}
	site.Gateway = deps.Channel != nil
	runner, err := job.Start(ctx, deps)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: web.New(site), ReadHeaderTimeout: 10 * time.Second, ReadTimeout: time.Minute,
		WriteTimeout: 2 * time.Minute, IdleTimeout: 2 * time.Minute, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn)}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	c.announce(out)

	select {
	case err = <-failed:
	case <-ctx.Done():
	case <-db.died():
		err = fmt.Errorf("PostgreSQL ended by itself; its log is in %s", c.dir())
	}
	// The site first, then the jobs, then (in Run) PostgreSQL. The signal's context is over.
	finish, cancel := context.WithTimeout(context.WithoutCancel(ctx), 20*time.Second)
	defer cancel()
	return errors.Join(ignoreClosed(err), server.Shutdown(finish), runner.Stop(finish))
}

// openFiles opens the store of attached files.
func (c *serveCmd) openFiles(ctx context.Context) (*blob.Store, error) {
	address := c.Files
	if address == "" {
		address = filepath.Join(c.dir(), "files")
	}
	store, err := blob.Open(ctx, address)
	if err != nil {
		return nil, fmt.Errorf("LIANLUO_FILES: %w", err)
	}
	return store, nil
}

func ignoreClosed(err error) error {
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// died is closed when the private server has ended; nil, which never is, without one.
func (db *database) died() <-chan struct{} {
	if db.server == nil {
		return nil
	}
	return db.server.Done()
}

func (c *serveCmd) baseURL() string {
	if c.BaseURL != "" {
		return c.BaseURL
	}
	return "http://" + c.Addr
}

// announce prints what somebody needs who has just started the site.
func (c *serveCmd) announce(out io.Writer) {
	fmt.Fprintf(out, "\nLianluo (联络) is ready at %s\n", c.baseURL())
	if !c.Demo {
		return
	}
	fmt.Fprintf(out, "Demonstration accounts, all with the password %s :\n", demo.Password)
	for _, a := range demo.Accounts() {
		fmt.Fprintf(out, "  %-12s %s, %s\n", a.Login, auth.Names[a.Role], a.Where)
	}
	fmt.Fprintln(out)
}

func demoAccounts() []accounts.DemoAccount {
	var all []accounts.DemoAccount
	for _, a := range demo.Accounts() {
		all = append(all, accounts.DemoAccount{LoginName: a.Login, Password: demo.Password, Role: auth.Names[a.Role], Place: a.Where})
	}
	return all
}
