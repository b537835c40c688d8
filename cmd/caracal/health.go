package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"
)

type healthCommand struct {
	URL  string        `arg:"" optional:"" default:"http://127.0.0.1:8088/readyz" help:"The page that says so: /readyz or /healthz of the admin listener, or /.caracal/health of the one for players."`
	Wait time.Duration `placeholder:"DURATION" help:"Ask again for this long until the server is well, such as 10s."`
}

const (
	healthTimeout = 5 * time.Second
	healthPause   = 100 * time.Millisecond
	healthAnswer  = 256 // bytes of the answer that are shown
)

// Run asks once, or until the server is well.
func (c *healthCommand) Run(o *output) error {
	until := time.Now().Add(c.Wait)
	for {
		err := askHealth(c.URL)
		if err == nil {
			fmt.Fprintln(o.out, "ok")
			return nil
		}
		if !time.Now().Before(until) {
			return fmt.Errorf("the server is not well: %w", err)
		}
		time.Sleep(healthPause)
	}
}

func askHealth(url string) error {
	ctx, cancel := context.WithTimeout(context.Background(), healthTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, healthAnswer))
	if err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answers %s: %q", url, resp.Status, body)
	}
	return nil
}
