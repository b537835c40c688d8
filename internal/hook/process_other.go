//go:build !unix

package hook

import (
	"os/exec"
	"syscall"
)

func ownGroup() *syscall.SysProcAttr { return nil }

// killGroup ends the program itself: there are no groups.
func killGroup(cmd *exec.Cmd) { _ = cmd.Process.Kill() }
