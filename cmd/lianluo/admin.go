package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"

	"lianluo/internal/audit"
	"lianluo/internal/auth"
	"lianluo/internal/calendar"
	"lianluo/internal/county"
	"lianluo/internal/division"
	"lianluo/internal/errs"
	"lianluo/internal/localpg"
	"lianluo/internal/tenant"
	"lianluo/migrations"
)

// quietly is the log of a command that says in its own words what it did.
func quietly() *slog.Logger {
	return slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
}

// join opens the database for a command: that of the running site where one runs.
func (d data) join(ctx context.Context) (*database, error) {
	db, err := d.open(ctx, quietly())
	if !errors.Is(err, localpg.ErrRunning) {
		return db, err
	}
	db = &database{}
	if err := db.connect(ctx, localpg.URL(d.dir(), appRole, databaseName), ""); err != nil {
		return nil, fmt.Errorf("reach the running site's PostgreSQL: %w", err)
	}
	return db, nil
}

// migrateCmd migrates and ends.
type migrateCmd struct{ data }

// Run migrates the database.
func (c *migrateCmd) Run(ctx context.Context, out io.Writer) error {
	if c.DatabaseURL != "" && c.OwnerURL == "" {
		return errors.New("set OWNER_DATABASE_URL: the role that owns the schema migrates it")
	}
	db, err := c.join(ctx)
	if err != nil {
		return err
	}
	db.Close()
	fmt.Fprintln(out, "The schema is up to date.")
	return nil
}

// rolesCmd prints SQL for an administrator.
type rolesCmd struct{}

// Run prints the SQL of the roles.
func (*rolesCmd) Run(out io.Writer) error {
	_, err := io.WriteString(out, migrations.Roles)
	return err
}

// countyCmd groups what is done with counties.
type countyCmd struct {
	Add countyAddCmd `cmd:"" help:"Make a county a tenant."`
}

// countyAddCmd makes a county.
type countyAddCmd struct {
	data
	Code      string `arg:"" help:"Division code, six digits: 140423."`
	Divisions string `help:"CSV file of divisions (code,name,parent_code,level), for a county outside Changzhi." type:"existingfile" placeholder:"FILE"`
	Prefix    string `help:"Letters before its case numbers, 2 to 4; known for Changzhi." placeholder:"XY"`
	Office    string `help:"Name of the county's office." placeholder:"襄垣县人大常委会"`
	Phone     string `help:"The office's public telephone number."`
}

// Run makes the county.
func (c *countyAddCmd) Run(ctx context.Context, out io.Writer) error {
	made := county.New{DivisionCode: c.Code, NumberPrefix: c.Prefix, Office: c.Office, Phone: c.Phone}
	if c.Divisions != "" {
		file, err := os.Open(c.Divisions)
		if err != nil {
			return fmt.Errorf("--divisions: %w", err)
		}
		defer file.Close()
		if made.Divisions, err = division.Parse(file); err != nil {
			return fmt.Errorf("--divisions %s: %w", c.Divisions, err)
		}
	}
	db, err := c.join(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	id, err := county.Add(ctx, db.DB, made)
	if err != nil {
		return err
	}
	added, err := county.ByID(ctx, db.DB, id)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%s (%s) is a county now; its cases are numbered %s%d-0001 onwards.\nNext: lianluo user add LOGIN --county %s --name NAME\n",
		added.Name, added.DivisionCode, added.NumberPrefix, calendar.DateOf(db.DB.Now()).Year(), added.DivisionCode)
	return nil
}

// userCmd groups what is done with accounts.
type userCmd struct {
	Reset userResetCmd `cmd:"" help:"Give an account a new password, shown once, to be changed at the next sign-in."`
	Add   userAddCmd   `cmd:"" help:"Make a county's administrator, or an account of the platform."`
}

// userAddCmd makes an account with a password that is shown once and must be changed.
type userAddCmd struct {
	data
	Login   string `arg:"" help:"Login name: small letters, digits, dot, dash."`
	Name    string `help:"The person's name." required:""`
	County  string `help:"Division code of the county whose administrator this is." xor:"what" placeholder:"CODE"`
	Admin   bool   `help:"An administrator of the platform: makes counties, sees no content." xor:"what" name:"platform-admin"`
	Oversee string `help:"Division code of the prefecture or province that this account oversees." xor:"what" placeholder:"CODE"`
	BaseURL string `help:"Of a county's account: give a link to set a password by, at this address, instead of a password." env:"LIANLUO_BASE_URL" name:"base-url" placeholder:"URL"`
}

// Run makes the account.
func (c *userAddCmd) Run(ctx context.Context, out io.Writer) error {
	if c.County == "" && !c.Admin && c.Oversee == "" {
		return errors.New("say whose account it is: --county CODE, --platform-admin or --oversee CODE")
	}
	db, err := c.join(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	if c.County != "" && c.BaseURL != "" {
		return c.addByLink(ctx, db.DB, out)
	}
	password := rand.Text()[:16]
	if err := c.add(ctx, db.DB, password); err != nil {
		return plain(err)
	}
	fmt.Fprintf(out, "Account %s for %s. Password, shown this once: %s\nIt must be changed at the first sign-in.\n", c.Login, c.Name, password)
	return nil
}

// plain is a bad form in words, without what it was wrapped in on the way.
func plain(err error) error {
	if invalid, ok := errors.AsType[errs.Invalid](err); ok {
		return invalid
	}
	return err
}

// addByLink makes the county's account without a password, and prints the link by which its
// owner sets one.
func (c *userAddCmd) addByLink(ctx context.Context, db *tenant.DB, out io.Writer) error {
	link := ""
	err := c.inCounty(ctx, db, "", func(tx *tenant.Tx, id int64) (err error) {
		link, err = auth.MakeLink(ctx, tx, auth.Actor{}, id)
		return err
	})
	if err != nil {
		return plain(err)
	}
	printLink(out, c.Login, c.BaseURL, link)
	return nil
}

func printLink(out io.Writer, login, base, link string) {
	fmt.Fprintf(out, "Account %s. Its owner sets the password here, once, within %d days (shown this once):\n%s/password/%s\n",
		login, auth.LinkDays, base, link)
}

func (c *userAddCmd) add(ctx context.Context, db *tenant.DB, password string) error {
	if c.County == "" {
		role := auth.PlatformAdmin
		if c.Oversee != "" {
			role = auth.Overseer
		}
		_, err := auth.CreatePlatformAccount(ctx, db, auth.NewPlatformAccount{LoginName: c.Login, Name: c.Name, Kind: role,
			DivisionCode: c.Oversee, Password: password, MustChange: true})
		return err
	}
	return c.inCounty(ctx, db, password, func(*tenant.Tx, int64) error { return nil })
}

// inCounty makes the county's administrator; without a password nobody signs in yet. also is
// what more is to be done for it.
func (c *userAddCmd) inCounty(ctx context.Context, db *tenant.DB, password string, also func(tx *tenant.Tx, id int64) error) error {
	of, err := county.ByDivision(ctx, db, c.County)
	if errors.Is(err, errs.NotFound) {
		return fmt.Errorf("there is no county %s yet: lianluo county add %s", c.County, c.County)
	}
	if err != nil {
		return err
	}
	return db.Update(ctx, of.ID, func(tx *tenant.Tx) error {
		id, err := auth.CreateUser(ctx, tx, auth.NewUser{LoginName: c.Login, Name: c.Name, Password: password, MustChange: password != ""})
		if err != nil {
			return err
		}
		if err := auth.GrantRole(ctx, tx, id, auth.RoleGrant{Role: auth.CountyAdmin}); err != nil {
			return err
		}
		return also(tx, id)
	})
}

// userResetCmd gives a county's account a new password, or a link to set one by.
type userResetCmd struct {
	data
	Login   string `arg:"" help:"Login name."`
	County  string `help:"Division code of the account's county." required:"" placeholder:"CODE"`
	BaseURL string `help:"Give a link to set a password by, at this address, instead of a password." env:"LIANLUO_BASE_URL" name:"base-url" placeholder:"URL"`
}

// Run resets the password; sessions that run end with it, or with the use of the link.
func (c *userResetCmd) Run(ctx context.Context, out io.Writer) error {
	db, err := c.join(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	of, err := county.ByDivision(ctx, db.DB, c.County)
	if err != nil {
		return fmt.Errorf("county %s: %w", c.County, err)
	}
	password, link := rand.Text()[:16], ""
	err = db.DB.Update(ctx, of.ID, func(tx *tenant.Tx) error {
		id, err := auth.UserOf(ctx, tx, c.Login)
		if err != nil {
			return fmt.Errorf("account %s: %w", c.Login, err)
		}
		if c.BaseURL != "" {
			link, err = auth.MakeLink(ctx, tx, auth.SystemOf(of.ID), id)
			return err
		}
		return auth.SetPassword(ctx, tx, auth.SystemOf(of.ID), id, password)
	})
	if err != nil {
		return err
	}
	if link != "" {
		printLink(out, c.Login, c.BaseURL, link)
		return nil
	}
	fmt.Fprintf(out, "New password of %s, shown this once: %s\nIt must be changed at the next sign-in.\n", c.Login, password)
	return nil
}

// verifyCmd walks the audit chains.
type verifyCmd struct{ data }

// Run verifies each county's chain and prints how many entries it has: entries cut off at
// the end show only in that number, so keep it with the backup.
func (c *verifyCmd) Run(ctx context.Context, out io.Writer) error {
	db, err := c.join(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	counties, err := county.All(ctx, db.DB)
	if err != nil {
		return err
	}
	var broken []error
	for _, of := range counties {
		entries, err := audit.Verify(ctx, db.DB, of.ID)
		if err != nil {
			broken = append(broken, fmt.Errorf("%s: %w", of.Name, err))
			continue
		}
		fmt.Fprintf(out, "%s (%s): %d entries, unbroken\n", of.Name, of.DivisionCode, entries)
	}
	return errors.Join(broken...)
}
