package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"golang.org/x/term"

	"caracal/internal/auth"
	"caracal/internal/config"
	"caracal/internal/server"
)

type userCommand struct {
	Add    userAdd    `cmd:"" help:"Add an account; its password is asked for, or is a line of standard input."`
	List   userList   `cmd:"" help:"List the accounts."`
	Passwd userPasswd `cmd:"" help:"Set the password of an account; it is asked for, or is a line of standard input."`
	Remove userRemove `cmd:"" help:"Remove an account."`
	Groups userGroups `cmd:"" help:"List all groups, show those of an account, or say which they are."`
	Backup userBackup `cmd:"" help:"Copy the accounts and their key into a new folder, while the server runs too."`
}

// dataFlags say where the accounts are. The server may run meanwhile.
type dataFlags struct {
	Config string `short:"c" placeholder:"FILE" help:"The server's configuration, whose data: and realms count."`
	Data   string `placeholder:"FOLDER" help:"The folder of the accounts, in the place of the configuration's."`
}

type userAdd struct {
	dataFlags
	Name  string   `arg:"" help:"Of the account."`
	Group []string `placeholder:"GROUP" help:"A group that it is in; may be given more than once."`
}

type userList struct{ dataFlags }

type userPasswd struct {
	dataFlags
	Name string `arg:"" help:"Of the account."`
}

type userRemove struct {
	dataFlags
	Name string `arg:"" help:"Of the account."`
}

type userGroups struct {
	dataFlags
	Name  string   `arg:"" optional:"" help:"Of the account."`
	Group []string `arg:"" optional:"" help:"The groups that it is in from now on."`
	None  bool     `help:"It is in no group from now on."`
}

type userBackup struct {
	dataFlags
	Folder string `arg:"" help:"That is made."`
}

var errNoData = usageError{errors.New("say where the accounts are: --config FILE with data: in it, or --data FOLDER")}

// with opens the accounts for a call.
func (f *dataFlags) with(do func(context.Context, *server.Access) error) error {
	cfg, err := f.load()
	if err != nil {
		return err
	}
	if cfg.Data == "" {
		return errNoData
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	a, err := server.OpenAccess(ctx, cfg, auth.Options{})
	if err != nil {
		return err
	}
	return errors.Join(do(ctx, a), a.Close())
}

func (f *dataFlags) load() (*config.Config, error) {
	var settings []config.Setting
	if f.Data != "" {
		settings = append(settings, config.Setting{Key: "data", Value: f.Data, From: "--data"})
	}
	cfg, err := config.Load(f.Config, settings...)
	if err == nil && f.Data != "" {
		cfg.Data = f.Data // relative to where the program was called
	}
	return cfg, err
}

func (c *userAdd) Run(o *output) error {
	return c.with(func(ctx context.Context, a *server.Access) error {
		password, err := askPassword(o, c.Name)
		if err != nil {
			return err
		}
		return a.Accounts.Add(ctx, c.Name, password, c.Group...)
	})
}

func (c *userPasswd) Run(o *output) error {
	return c.with(func(ctx context.Context, a *server.Access) error {
		if _, err := a.Accounts.Get(ctx, c.Name); err != nil {
			return err
		}
		password, err := askPassword(o, c.Name)
		if err != nil {
			return err
		}
		return a.Accounts.SetPassword(ctx, c.Name, password)
	})
}

func (c *userRemove) Run() error {
	return c.with(func(ctx context.Context, a *server.Access) error { return a.Accounts.Remove(ctx, c.Name) })
}

func (c *userBackup) Run() error {
	return c.with(func(ctx context.Context, a *server.Access) error { return a.Backup(ctx, c.Folder) })
}

func (c *userList) Run(o *output) error {
	return c.with(func(ctx context.Context, a *server.Access) error {
		w := tabwriter.NewWriter(o.out, 0, 0, 2, ' ', 0)
		after := ""
		for {
			list, err := a.Accounts.List(ctx, after, 1000)
			if err != nil {
				return err
			}
			if len(list) == 0 {
				return w.Flush()
			}
			for _, x := range list {
				fmt.Fprintf(w, "%s\t%s\t%s\n", x.Name, x.Changed.Local().Format(time.DateOnly), strings.Join(x.Groups, " "))
				after = x.Name
			}
		}
	})
}

func (c *userGroups) Run(o *output) error {
	return c.with(func(ctx context.Context, a *server.Access) error {
		if c.None || len(c.Group) > 0 {
			if c.None && len(c.Group) > 0 || c.Name == "" {
				return usageError{errors.New("say an account, and groups or --none")}
			}
			return a.Accounts.SetGroups(ctx, c.Name, c.Group)
		}
		groups, err := a.Accounts.Groups(ctx)
		if c.Name != "" {
			var x auth.Account
			x, err = a.Accounts.Get(ctx, c.Name)
			groups = x.Groups
		}
		for _, g := range groups {
			fmt.Fprintln(o.out, g)
		}
		return err
	})
}

// maxLine is the longest line that is read as a password, bytes.
const maxLine = 4096

// askPassword reads a password twice from the terminal, which does not show it, or
// once from what is not one.
func askPassword(o *output, name string) (auth.Password, error) {
	in := int(os.Stdin.Fd())
	if !term.IsTerminal(in) {
		line, err := bufio.NewReader(io.LimitReader(os.Stdin, maxLine)).ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return "", err
		}
		return auth.Password(strings.TrimRight(line, "\r\n")), nil
	}
	var typed [2][]byte
	for i, prompt := range []string{"Password of " + name + ": ", "Once more: "} {
		fmt.Fprint(o.err, prompt)
		b, err := term.ReadPassword(in)
		fmt.Fprintln(o.err)
		if err != nil {
			return "", err
		}
		typed[i] = b
	}
	if string(typed[0]) != string(typed[1]) {
		return "", errors.New("the two are not the same: nothing was changed")
	}
	return auth.Password(typed[0]), nil
}
