//go:build !unix

package source

import "syscall"

func ownGroup() *syscall.SysProcAttr { return nil }

// ask does nothing where a program cannot be asked to end; kill ends the program
// itself.
func (p *process) ask()  {}
func (p *process) kill() { _ = p.cmd.Process.Kill() }
