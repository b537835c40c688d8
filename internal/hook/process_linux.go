package hook

import (
	"errors"
	"os/exec"

	"golang.org/x/sys/unix"
)

// wait waits for a program, and calls rest when it has ended and its number is still
// that of no other group.
func wait(cmd *exec.Cmd, rest func()) error {
	var info unix.Siginfo
	for errors.Is(unix.Waitid(unix.P_PID, cmd.Process.Pid, &info, unix.WEXITED|unix.WNOWAIT, nil), unix.EINTR) {
	}
	rest()
	return cmd.Wait()
}
