package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"
)

type ctlCommand struct {
	Server string `default:"http://127.0.0.1:8088" help:"The admin address of the server, on this machine."`

	Points ctlPoints `cmd:"" help:"List the broadcasts, what they play, and the playlists."`
	Now    ctlNow    `cmd:"" help:"Say what a broadcast plays."`
	List   ctlList   `cmd:"" help:"List what a broadcast is to play."`
	Skip   ctlSkip   `cmd:"" help:"Go on with the next item."`
	Back   ctlBack   `cmd:"" help:"Go back to the item before."`
	Insert ctlInsert `cmd:"" help:"Play a file, a folder or a .wsx in between, once."`
	Add    ctlAdd    `cmd:"" help:"Add something to a playlist while it plays. Its file stays as it is."`
	Remove ctlRemove `cmd:"" help:"Take an item out of a playlist while it plays."`
	Move   ctlMove   `cmd:"" help:"Move an item of a playlist while it plays."`
	Event  ctlEvent  `cmd:"" help:"Send players a script command (event live URL http://host/), or a playlist an event (event evening NAME)."`
}

type ctlPoints struct{}

type ctlNow struct{ ctlTarget }

type ctlList struct{ ctlTarget }

type ctlSkip struct {
	ctlTarget
	By int `arg:"" optional:"" default:"1" help:"Items."`
}

type ctlBack ctlSkip

type ctlInsert struct {
	ctlTarget
	Path string `arg:"" help:"The file, folder or playlist."`
	How  string `enum:"after,pause,leave" default:"after" help:"What plays ends first (after), goes on behind (pause), or is left (leave)."`
}

type ctlAdd struct {
	ctlTarget
	Source string `arg:"" help:"As in the playlist: a file, a folder, point:NAME ..."`
	To     int    `arg:"" optional:"" help:"The number that it gets; it becomes the last without."`
}

type ctlRemove struct {
	ctlTarget
	Number int `arg:"" help:"Of the item, as list shows it."`
}

type ctlMove struct {
	ctlTarget
	Number int `arg:"" help:"Of the item, as list shows it."`
	To     int `arg:"" help:"The number that it gets."`
}

type ctlEvent struct {
	ctlTarget
	Type  string `arg:"" help:"Of the script command: URL, TEXT, CAPTION, FILENAME ..."`
	Param string `arg:"" optional:"" help:"Its text."`
}

type ctlTarget struct {
	Point string `arg:"" help:"The broadcast point, or for list, add, remove, move and event a playlist."`
}

func (c *ctlPoints) Run(o *output, ctl *ctlCommand) error {
	var got struct{ Points []ctlPoint }
	if err := ctl.call(http.MethodGet, "", nil, &got); err != nil {
		return err
	}
	for _, p := range got.Points {
		p.print(o.out)
	}
	return nil
}

func (c *ctlNow) Run(o *output, ctl *ctlCommand) error { return ctl.get(o, c.Point) }

func (c *ctlList) Run(o *output, ctl *ctlCommand) error {
	var got struct {
		Items []struct {
			Number int
			Name   string
		}
		Now *ctlPlays
	}
	if err := ctl.call(http.MethodGet, url.PathEscape(c.Point)+"/list", nil, &got); err != nil {
		return err
	}
	for _, it := range got.Items {
		mark := " "
		if got.Now != nil && !got.Now.Inserted && got.Now.Name == it.Name {
			mark = ">"
		}
		fmt.Fprintf(o.out, "%s %3d  %s\n", mark, it.Number, it.Name)
	}
	return nil
}

func (c *ctlSkip) Run(o *output, ctl *ctlCommand) error {
	return ctl.order(o, c.Point, "skip", map[string]any{"by": c.By})
}

func (c *ctlBack) Run(o *output, ctl *ctlCommand) error {
	return ctl.order(o, c.Point, "back", map[string]any{"by": c.By})
}

func (c *ctlInsert) Run(o *output, ctl *ctlCommand) error {
	path, err := filepath.Abs(c.Path)
	if err != nil {
		return err
	}
	if _, err := os.Stat(path); err != nil {
		return err
	}
	return ctl.order(o, c.Point, "insert", map[string]any{"source": path, "how": c.How})
}

func (c *ctlAdd) Run(o *output, ctl *ctlCommand) error {
	return ctl.order(o, c.Point, "add", map[string]any{"source": c.Source, "to": c.To})
}

func (c *ctlRemove) Run(o *output, ctl *ctlCommand) error {
	return ctl.order(o, c.Point, "remove", map[string]any{"number": c.Number})
}

func (c *ctlMove) Run(o *output, ctl *ctlCommand) error {
	return ctl.order(o, c.Point, "move", map[string]any{"number": c.Number, "to": c.To})
}

func (c *ctlEvent) Run(o *output, ctl *ctlCommand) error {
	return ctl.order(o, c.Point, "event", map[string]any{"type": c.Type, "param": c.Param})
}

// ctlPoint is a broadcast, as the API says it is.
type ctlPoint struct {
	Name string
	Live bool
	List bool // each player plays it by itself
	Now  *ctlPlays
}

// ctlPlays is what one plays.
type ctlPlays struct {
	Name, Role         string
	Since              time.Time
	Inserted, Fallback bool
}

func (p *ctlPoint) print(w io.Writer) {
	state := "off"
	switch {
	case p.Live:
		state = "live"
	case p.List:
		state = "list"
	}
	fmt.Fprintf(w, "%-20s %-5s", p.Name, state)
	if n := p.Now; n != nil {
		fmt.Fprintf(w, " %s since %s", n.Name, n.Since.Local().Format(time.TimeOnly))
		switch {
		case n.Fallback:
			fmt.Fprint(w, " (fallback)")
		case n.Inserted:
			fmt.Fprint(w, " (inserted)")
		}
	}
	fmt.Fprintln(w)
}

const (
	ctlTimeout = 15 * time.Second
	ctlAnswer  = 16 << 20 // bytes
)

func (c *ctlCommand) get(o *output, name string) error {
	var p ctlPoint
	if err := c.call(http.MethodGet, url.PathEscape(name), nil, &p); err != nil {
		return err
	}
	p.print(o.out)
	return nil
}

// order gives an order; it takes effect at once or a moment later.
func (c *ctlCommand) order(o *output, name, verb string, body map[string]any) error {
	var p ctlPoint
	return c.call(http.MethodPost, url.PathEscape(name)+"/"+verb, body, &p)
}

// call asks the server, whose errors say what to do.
func (c *ctlCommand) call(method, path string, body, answer any) error {
	ctx, cancel := context.WithTimeout(context.Background(), ctlTimeout)
	defer cancel()
	var sent io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			return err
		}
		sent = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(ctx, method, strings.TrimSuffix(c.Server, "/")+"/api/points/"+path, sent)
	if err != nil {
		return usageError{err}
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("%w\nis the server running? --server says where its admin address is", err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(io.LimitReader(resp.Body, ctlAnswer))
	if err != nil {
		return err
	}
	var failed struct{ Error string }
	if resp.StatusCode != http.StatusOK {
		if json.Unmarshal(b, &failed) != nil || failed.Error == "" {
			return fmt.Errorf("%s answers %s", c.Server, resp.Status)
		}
		return errors.New(failed.Error)
	}
	return json.Unmarshal(b, answer)
}
