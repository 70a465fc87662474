package localpg

import (
	"fmt"
	"os"
	"syscall"
)

// dieWithParent has the kernel shut PostgreSQL down when we are killed.
func dieWithParent(attr *syscall.SysProcAttr) { attr.Pdeathsig = syscall.SIGINT }

// serves says whether process pid is a server on the data. A server works in
// its data directory; a zombie works nowhere.
func serves(pid int, data string) bool {
	cwd, err := os.Stat(fmt.Sprintf("/proc/%d/cwd", pid))
	if err != nil {
		return false
	}
	dir, err := os.Stat(data)
	return err == nil && os.SameFile(cwd, dir)
}
