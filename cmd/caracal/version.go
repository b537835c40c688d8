package main

import (
	"fmt"

	"caracal/internal/server"
)

type versionCommand struct{}

// Run prints what the linker knows.
func (versionCommand) Run(o *output) error {
	b := server.Version()
	fmt.Fprintf(o.out, "caracal %s\n%s\n", b.Text, b.Go)
	if b.Revision != "" {
		changed := ""
		if b.Modified {
			changed = " with local changes"
		}
		fmt.Fprintf(o.out, "revision %s of %s%s\n", b.Revision, b.Time, changed)
	}
	return nil
}
