//go:build !linux

package localpg

import (
	"os/exec"
	"strconv"
	"strings"
	"syscall"
)

// dieWithParent is Linux's alone. Elsewhere a server that outlives us is shut
// down by the next start.
func dieWithParent(*syscall.SysProcAttr) {}

// serves says whether process pid is a server on the data, which its command
// line names.
func serves(pid int, data string) bool {
	out, err := exec.Command("ps", "-o", "command=", "-p", strconv.Itoa(pid)).Output()
	return err == nil && strings.Contains(string(out), data)
}
