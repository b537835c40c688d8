//go:build !linux

package hook

import "os/exec"

// wait waits for a program, and calls rest when it has ended. Its group may be another's
// by then only if nothing was left of it.
func wait(cmd *exec.Cmd, rest func()) error {
	err := cmd.Wait()
	rest()
	return err
}
