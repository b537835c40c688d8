// Command caracal serves Windows Media content to the players that still ask
// for it, and looks into that content.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"

	"github.com/alecthomas/kong"

	"caracal/internal/config"
)

// The exit codes. Usage covers the configuration: starting again will not
// help.
const (
	exitOK    = 0
	exitError = 1
	exitUsage = 2
)

type commands struct {
	Serve    serveCommand    `cmd:"" help:"Serve folders and files, or the film inside, to Windows Media players."`
	Probe    probeCommand    `cmd:"" help:"Show what an ASF file or a stream holds."`
	Check    checkCommand    `cmd:"" help:"Say in plain words what players would dislike about files."`
	Push     pushCommand     `cmd:"" help:"Send a file, or what an encoder writes, to a broadcast point."`
	Repair   repairCommand   `cmd:"" help:"Finish recordings that were cut off: sizes, duration, index."`
	Playlist playlistCommand `cmd:"" help:"Convert playlists: .wsx, .asx, .wpl, .m3u and .pls."`
	Ctl      ctlCommand      `cmd:"" help:"Look after a running server: points, playlists, players, limits, log."`
	User     userCommand     `cmd:"" help:"Make, list and remove accounts."`
	Auth     authCommand     `cmd:"" help:"Say who may do what, and why."`
	Nsc      nscCommand      `cmd:"" help:"Read and write .nsc files, which tell players of a multicast where to listen."`
	Config   configCommand   `cmd:"" help:"Print the annotated configuration, or check a file."`
	Health   healthCommand   `cmd:"" help:"Ask a running server whether it is well; the exit code is the answer."`
	Version  versionCommand  `cmd:"" help:"Print the version."`
}

const description = `Windows Media streaming for the players that still speak it.

Try "caracal serve": it plays a film that is inside. "caracal serve FOLDER" serves your own.`

// output is where commands write: results for programs and people to out,
// the log and complaints to err.
type output struct{ out, err io.Writer }

// errSilent ends a command that has said all with exitError.
var errSilent = errors.New("caracal: failed")

// usageError is a mistake in how the program was called.
type usageError struct{ error }

// gcPercent is the collector's headroom. What a player needs is small and
// stays; half of Go's default headroom costs no time that shows, and is memory
// for each of them.
const gcPercent = 50

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	os.Exit(run(os.Args[1:], &output{os.Stdout, os.Stderr}))
}

func run(args []string, o *output) int {
	if len(args) == 0 {
		args = []string{"--help"}
	}
	var c commands
	parser, err := kong.New(&c, kong.Name("caracal"), kong.Description(description),
		kong.Writers(o.out, o.err), kong.ConfigureHelp(kong.HelpOptions{Compact: true}), kong.Bind(o))
	if err != nil {
		return fail(o, err)
	}
	call, err := parser.Parse(args)
	if err != nil {
		return fail(o, usageError{fmt.Errorf("%w\n\"caracal --help\" says what there is", err)})
	}
	return fail(o, call.Run(&c.Ctl))
}

// fail reports an error and returns the exit code.
func fail(o *output, err error) int {
	var problems config.Problems
	var usage usageError
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, errSilent):
		return exitError
	case errors.As(err, &problems):
		fmt.Fprintf(o.err, "caracal: the configuration is wrong:\n%v\n", err)
		return exitUsage
	case errors.As(err, &usage):
		fmt.Fprintf(o.err, "caracal: %v\n", err)
		return exitUsage
	}
	fmt.Fprintf(o.err, "caracal: %v\n", err)
	return exitError
}
