// Command load plays the part of many players against one server on this
// machine, and reports what they received and what it cost the server.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
)

// The exit codes.
const (
	exitOK    = 0
	exitError = 1 // nobody received anything, or the report could not be written
	exitUsage = 2
)

func main() { os.Exit(start(os.Args[1:], os.Stdout, os.Stderr)) }

func start(args []string, out, complaints io.Writer) int {
	o, err := parseFlags(args, complaints)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return exitOK
	case err != nil:
		fmt.Fprintln(complaints, "load:", err)
		return exitUsage
	}
	if o.memProbe {
		fmt.Fprintf(out, "%.1f\n", processTree(o.pid).memoryMB())
		return exitOK
	}
	if err := raiseFiles(o.files()); err != nil {
		fmt.Fprintln(complaints, "load:", err)
		return exitUsage
	}
	runtime.GOMAXPROCS(o.procs)
	r := run(context.Background(), o)
	r.print(out)
	if o.json != "" {
		if err := r.appendJSON(o.json); err != nil {
			fmt.Fprintln(complaints, "load:", err)
			return exitError
		}
	}
	if r.Connected == 0 && r.StormConnects == r.StormFailed {
		return exitError
	}
	return exitOK
}
