package main

import (
	"errors"
	"fmt"
	"os"

	"caracal/internal/config"
	"caracal/internal/server"
	"caracal/internal/source"
)

type configCommand struct {
	Show  configShow  `cmd:"" default:"1" help:"Print every key with its default and the reason (this is what \"caracal config\" does)."`
	Check configCheck `cmd:"" help:"Check a configuration file, and the folders and the keytab that it names."`
	Diff  configDiff  `cmd:"" help:"Say what a reload of a configuration file would change."`

	Profiles configProfiles `cmd:"" help:"List what broadcasts can be encoded as, and for which players."`
}

type configShow struct{}

// Run prints the annotated defaults.
func (configShow) Run(o *output) error {
	_, err := o.out.Write(config.Annotated())
	return err
}

type configCheck struct {
	File string `arg:"" help:"The configuration file."`
}

// Run reports all mistakes of the file.
func (c *configCheck) Run(o *output) error {
	cfg, err := config.Load(c.File)
	var problems config.Problems
	if errors.As(err, &problems) {
		fmt.Fprintln(o.out, err)
		return errSilent
	}
	if err != nil {
		return err
	}
	for _, w := range cfg.Warnings() {
		fmt.Fprintln(o.out, w)
	}
	wrong, soon := server.CheckCertificates(cfg)
	for _, err := range append(wrong, soon...) {
		fmt.Fprintf(o.out, "%s: %v\n", c.File, err)
	}
	missing := len(wrong) > 0
	if _, err := server.CredentialsOf(cfg); err != nil {
		fmt.Fprintf(o.out, "%s: %v\n", c.File, err)
		missing = true
	}
	if err := server.CheckTickets(cfg); err != nil {
		fmt.Fprintf(o.out, "%s: %v\n", c.File, err)
		missing = true
	}
	for _, p := range cfg.Points {
		if p.Broadcast.Source != "" {
			if err := server.CheckSource(cfg, &p); err != nil {
				fmt.Fprintf(o.out, "%s: %v\n", c.File, err)
				missing = true
			}
			continue
		}
		if p.Path == "" {
			continue // it leads elsewhere
		}
		if _, err := os.Stat(p.Path); err != nil {
			fmt.Fprintf(o.out, "%s: point %q: %v\n", c.File, p.Name, statError(p.Path, err))
			missing = true
		}
	}
	if missing {
		return errSilent
	}
	fmt.Fprintf(o.out, "%s: no mistakes, points: %d\n", c.File, len(cfg.Points))
	return nil
}

type configProfiles struct{}

// Run lists the profiles of sources that are encoded.
func (configProfiles) Run(o *output) error {
	for _, p := range source.Profiles() {
		if _, err := fmt.Fprintf(o.out, "%-12s for %s\n%-12s %v\n", p.Name, p.About, "", p); err != nil {
			return err
		}
	}
	return nil
}
