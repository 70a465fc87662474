package localpg

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

func TestNoPort(t *testing.T) {
	t.Parallel()
	s := start(t, options(clusterDir(t)))
	pid := s.proc.cmd.Process.Pid
	sockets, unix := map[string]bool{}, 0
	fds, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", pid))
	if err != nil {
		t.Fatal(err)
	}
	for _, fd := range fds {
		target, _ := os.Readlink(fmt.Sprintf("/proc/%d/fd/%s", pid, fd.Name()))
		if inode, ok := strings.CutPrefix(target, "socket:["); ok {
			sockets[strings.TrimSuffix(inode, "]")] = true
		}
	}
	for _, family := range []string{"tcp", "tcp6", "udp", "udp6", "unix"} {
		table, err := os.ReadFile(fmt.Sprintf("/proc/%d/net/%s", pid, family))
		if os.IsNotExist(err) {
			continue // no IPv6 here
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, field := range strings.Fields(string(table)) {
			if !sockets[field] {
				continue
			}
			if family != "unix" {
				t.Errorf("PostgreSQL has a %s socket", family)
			}
			unix++
		}
	}
	if unix != 1 {
		t.Errorf("%d Unix sockets, not 1", unix)
	}
}
