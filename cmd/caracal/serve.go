package main

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"caracal/internal/config"
	"caracal/internal/oplog"
	"caracal/internal/server"
)

type serveCommand struct {
	Config     string   `short:"c" placeholder:"FILE" help:"Read this configuration; \"caracal config\" shows one."`
	HTTP       string   `name:"http" placeholder:"ADDR" help:"Listen here for players and browsers: \":8080\", \"127.0.0.1:80\"."`
	RTSP       string   `name:"rtsp" placeholder:"ADDR" help:"Listen here for RTSP: \":8554\", \"127.0.0.1:554\"; \"off\" for no RTSP."`
	MMS        string   `name:"mms" placeholder:"ADDR" help:"Listen here for MMS: \":1755\"; \"off\" for no MMS."`
	Admin      string   `name:"admin" placeholder:"ADDR" help:"Listen here for health, metrics and caracal ctl: \"127.0.0.1:8088\"; \"off\" for none."`
	PublicHost string   `placeholder:"HOST" help:"Write this host, or host:port, into the URLs that are announced."`
	LogLevel   string   `placeholder:"LEVEL" help:"Log debug, info, warn or error."`
	LogFormat  string   `placeholder:"FORMAT" help:"Log as text or as json."`
	Set        []string `sep:"none" placeholder:"KEY=VALUE" help:"Set any key of the configuration, such as on_demand.speed=2."`
	Content    []string `arg:"" optional:"" name:"folder|file" help:"What is published, in the place of the configuration's points: the first folder as the root, further ones and files under their names. Nothing at all plays the film inside."`
}

// settings are the flags as keys of the configuration.
func (c *serveCommand) settings() ([]config.Setting, error) {
	var list []config.Setting
	for _, s := range c.Set {
		key, value, ok := strings.Cut(s, "=")
		if !ok {
			return nil, usageError{errors.New("--set " + s + `: write it as KEY=VALUE, such as --set on_demand.speed=2`)}
		}
		list = append(list, config.Setting{Key: key, Value: value, From: "--set"})
	}
	for _, f := range []config.Setting{
		{Key: "http.address", Value: c.HTTP, From: "--http"},
		{Key: "rtsp.address", Value: c.RTSP, From: "--rtsp"},
		{Key: "mms.address", Value: c.MMS, From: "--mms"},
		{Key: "admin.address", Value: c.Admin, From: "--admin"},
		{Key: "http.public_host", Value: c.PublicHost, From: "--public-host"},
		{Key: "log.level", Value: c.LogLevel, From: "--log-level"},
		{Key: "log.format", Value: c.LogFormat, From: "--log-format"},
	} {
		if f.Value != "" {
			list = append(list, f)
		}
	}
	return list, nil
}

// load reads the configuration, or a text as if that were in its file.
func (c *serveCommand) load(text []byte) (*config.Config, error) {
	settings, err := c.settings()
	if err != nil {
		return nil, err
	}
	var cfg *config.Config
	if text == nil {
		cfg, err = config.Load(c.Config, settings...)
	} else {
		cfg, err = config.LoadText(c.Config, text, settings...)
	}
	if err != nil || len(c.Content) == 0 {
		return cfg, err
	}
	if cfg.Points, err = pointsOf(c.Content, cfg.OnDemand); err != nil {
		return nil, err
	}
	return cfg, cfg.Validate()
}

// Run serves until a signal comes; a second one ends the program at once.
func (c *serveCommand) Run(o *output) error {
	cfg, err := c.load(nil)
	if err != nil {
		return err
	}
	log := oplog.New(o.err, cfg.Log.Level, cfg.Log.Format)
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	defer signal.Stop(signals)
	s, err := server.New(cfg, log)
	if err != nil {
		return err
	}
	if err := s.Start(context.Background()); err != nil {
		s.Close()
		return err
	}
	defer onReopen(s.ReopenLogs)()
	printConsole(context.Background(), o.out, s, c.Config)
	s.ReloadFrom(server.ReloadSource{File: c.Config, Read: c.load})
	defer onReload(func() { s.Reload(context.Background()) })()
	printServing(o.out, s)
	failed := make(chan error, 1)
	go func() { failed <- s.Wait() }()
	select {
	case <-signals:
	case err = <-failed:
		log.Error("the listener failed", "error", err)
	}
	return errors.Join(err, drain(s, s.ShutdownGrace(), signals))
}

// drain ends the server within the grace, or at the next signal.
func drain(s *server.Server, grace time.Duration, signals <-chan os.Signal) error {
	ctx, cancel := context.WithTimeout(context.Background(), grace)
	defer cancel()
	ended := make(chan error, 1)
	go func() { ended <- s.Shutdown(ctx) }()
	select {
	case err := <-ended:
		if errors.Is(err, context.DeadlineExceeded) {
			return nil // who did not go was cut off, as the grace is meant
		}
		return err
	case <-signals:
		return errors.New("ended by a second signal; players were cut off")
	}
}
