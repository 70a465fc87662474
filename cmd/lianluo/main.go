// Lianluo (联络) is the web application in which a county runs its people's congress
// deputy liaison stations (人大代表联络站).
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "lianluo:", err)
		os.Exit(1)
	}
}

// cli is every command with every setting: a flag, an environment variable and a line of
// help for each.
type cli struct {
	Serve   serveCmd   `cmd:"" help:"Run the site."`
	Migrate migrateCmd `cmd:"" help:"Bring the database's schema up to date."`
	County  countyCmd  `cmd:"" help:"Counties."`
	User    userCmd    `cmd:"" help:"Accounts."`
	Verify  verifyCmd  `cmd:"" help:"Check every county's record of what was done: that nothing in it was changed or taken out."`
	Roles   rolesCmd   `cmd:"" help:"Print the SQL that makes the database roles on a server of your own."`
}

// run is the program without its process: it returns the error that main prints.
func run(ctx context.Context, args []string, out io.Writer) error {
	var commands cli
	parser, err := kong.New(&commands, kong.Name("lianluo"), kong.UsageOnError(), kong.Writers(out, os.Stderr),
		kong.Description("Lianluo (联络): a county's deputy liaison stations, from the visit to the citizen's verdict."),
		kong.BindTo(ctx, (*context.Context)(nil)), kong.BindTo(out, (*io.Writer)(nil)))
	if err != nil {
		return fmt.Errorf("command line: %w", err)
	}
	command, err := parser.Parse(args)
	if err != nil {
		return err
	}
	if err := command.Run(); err != nil && !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}
