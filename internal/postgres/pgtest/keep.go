package pgtest

import (
	"fmt"
	"os"
	"path/filepath"
)

// keep leaves a failed test's database where it is and says how to open it
// once the run is over.
func (c *cluster) keep(test, database string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	open := c.openCommand(database)
	c.kept = append(c.kept, open)
	return fmt.Sprintf("pgtest: the database of %s is kept until this package is tested again. After the run:\n    %s", test, open)
}

// openCommand is a line for a shell that starts the kept cluster, opens psql
// and stops the cluster again.
func (c *cluster) openCommand(database string) string {
	data := filepath.Join(c.dir, "postgres")
	ctl := filepath.Join(c.server.BinDir(), "pg_ctl")
	if os.Geteuid() == 0 {
		ctl = "runuser -u " + c.server.Account() + " -- " + ctl
	}
	return fmt.Sprintf(`(cd / && %[1]s -s -D %[2]s -o "-k %[2]s -c listen_addresses=" -l /dev/null start && %[3]s -h %[2]s -U postgres %[4]s; %[1]s -s -D %[2]s stop)`,
		ctl, data, filepath.Join(c.server.BinDir(), "psql"), database)
}
