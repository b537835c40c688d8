package source

import "syscall"

// ownGroup makes a process group, whose leader does not outlive this program
// whatever ends it.
func ownGroup() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
