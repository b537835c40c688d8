package main

import (
	"errors"
	"fmt"
	"io"

	"caracal/internal/config"
	"caracal/internal/server"
	"caracal/web/api"
)

type configDiff struct {
	File   string `arg:"" help:"The configuration file as it is to be."`
	From   string `placeholder:"FILE" help:"The one that is in force, in the place of asking a server."`
	Server string `default:"http://127.0.0.1:8088" help:"The admin address of the server that is asked."`
	User   string `placeholder:"NAME" help:"Who asks, from another machine; the password is in CARACAL_PASSWORD."`
}

// Run asks the server that runs, or compares two files.
func (c *configDiff) Run(o *output) error {
	if c.From == "" {
		diff := ctlDiff{ctlFile{c.File}}
		return diff.Run(o, &ctlCommand{Server: c.Server, User: c.User})
	}
	var both [2]*config.Config
	for i, file := range []string{c.From, c.File} {
		var err error
		both[i], err = config.Load(file)
		if _, wrong := errors.AsType[config.Problems](err); wrong {
			fmt.Fprintln(o.out, err)
			return errSilent
		}
		if err != nil {
			return err
		}
	}
	var list []api.Difference
	for _, d := range both[0].Differences(both[1]) {
		d = server.Masked(d)
		list = append(list, api.Difference{Key: d.Key, Before: d.Before, After: d.After, Effect: string(d.Effect)})
	}
	printDifferences(o.out, list)
	return nil
}

// effects are what a difference wants, for people.
var effects = map[string]string{
	string(config.Live): "at once", string(config.AtPoint): "starts the point anew", string(config.AtServer): "wants a restart of the server",
}

// printDifferences writes one line for each, with what is not there as nothing.
func printDifferences(w io.Writer, list []api.Difference) {
	for _, d := range list {
		switch {
		case d.Before == "":
			fmt.Fprintf(w, "%s: now %s (%s)\n", d.Key, d.After, effects[d.Effect])
		case d.After == "":
			fmt.Fprintf(w, "%s: no longer %s (%s)\n", d.Key, d.Before, effects[d.Effect])
		default:
			fmt.Fprintf(w, "%s: %s -> %s (%s)\n", d.Key, d.Before, d.After, effects[d.Effect])
		}
	}
	if len(list) == 0 {
		fmt.Fprintln(w, "nothing changes")
	}
}
