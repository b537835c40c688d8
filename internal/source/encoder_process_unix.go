//go:build unix

package source

import "syscall"

// ask has the group end; kill leaves it no choice. Both fail only when it has
// ended.
func (p *process) ask()  { _ = syscall.Kill(-p.cmd.Process.Pid, syscall.SIGTERM) }
func (p *process) kill() { _ = syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL) }
