package main

import (
	"errors"
	"fmt"

	"caracal/asf"
	"caracal/internal/source"
)

type repairCommand struct {
	Files []string `arg:"" name:"file" help:"Recordings that were cut off. They are changed in place; their packets stay as they are."`
}

// Run repairs all files; the exit code is 1 when one cannot be.
func (c *repairCommand) Run(o *output) error {
	failed := false
	var damage *asf.ParseError
	for _, name := range c.Files {
		switch repaired, err := source.RepairFile(name); {
		case errors.Is(err, source.ErrBeingWritten):
			fmt.Fprintf(o.err, "%s: it is being written: it will be complete when the recording ends\n", name)
			failed = true
		case errors.As(err, &damage):
			fmt.Fprintf(o.err, "%s: %s\n", name, notPlayable(err))
			failed = true
		case err != nil:
			fmt.Fprintf(o.err, "%v\n", statError(name, err))
			failed = true
		case repaired:
			fmt.Fprintf(o.out, "%s: repaired\n", name)
		default:
			fmt.Fprintf(o.out, "%s: nothing to repair\n", name)
		}
	}
	if failed {
		return errSilent
	}
	return nil
}
