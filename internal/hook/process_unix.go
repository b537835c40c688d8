//go:build unix

package hook

import (
	"os/exec"
	"syscall"
)

// ownGroup has a program lead a process group.
func ownGroup() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

// killGroup ends a program and all that it has started. It fails only when nothing is
// left.
func killGroup(cmd *exec.Cmd) { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
