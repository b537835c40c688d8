package main

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
)

type ctlCommand struct {
	Server string `default:"http://127.0.0.1:8088" aliases:"url" help:"The admin address of the server."`
	JSON   bool   `name:"json" help:"Write what the server answers, in JSON."`
	User   string `placeholder:"NAME" help:"Who asks, from another machine; the password is in CARACAL_PASSWORD."`

	Points ctlPoints `cmd:"" help:"List the points, what they play, and the playlists."`
	Show   ctlShow   `cmd:"" help:"Show a point with its definition."`
	Create ctlCreate `cmd:"" help:"Publish something: create NAME path=/srv/films, create live broadcast.source=push."`
	Change ctlChange `cmd:"" help:"Change keys of a point: change live broadcast.fast_start=8s. Its players end."`
	Delete ctlDelete `cmd:"" help:"Remove a point. The configuration file stays as it is."`
	Reset  ctlReset  `cmd:"" help:"Have a point of the configuration file be as that says again."`
	Start  ctlStart  `cmd:"" help:"Let players into a point again, and start its source."`
	Stop   ctlStop   `cmd:"" help:"End a point's source and its players, and let nobody in."`

	Now    ctlNow    `cmd:"" help:"Say what a broadcast plays."`
	List   ctlList   `cmd:"" help:"List what a broadcast is to play."`
	Skip   ctlSkip   `cmd:"" help:"Go on with the next item."`
	Back   ctlBack   `cmd:"" help:"Go back to the item before."`
	Insert ctlInsert `cmd:"" help:"Play a file, a folder or a .wsx in between, once."`
	Add    ctlAdd    `cmd:"" help:"Add something to a playlist while it plays. Its file stays as it is."`
	Remove ctlRemove `cmd:"" help:"Take an item out of a playlist while it plays."`
	Move   ctlMove   `cmd:"" help:"Move an item of a playlist while it plays."`
	Event  ctlEvent  `cmd:"" help:"Send players a script command (event live URL http://host/), or a playlist an event (event evening NAME)."`

	Players ctlPlayers `cmd:"" help:"List who is connected."`
	End     ctlEnd     `cmd:"" help:"End a player, by its number."`
	Events  ctlEvents  `cmd:"" help:"Follow what happens."`
	Log     ctlLog     `cmd:"" help:"Show the latest entries of the log."`
	Info    ctlInfo    `cmd:"" help:"Show the version, the listeners and how many are there."`

	Limits ctlLimits `cmd:"" help:"Show the limits, or change some: limits limits.players=500 limits.bandwidth=200M; nothing behind = is what the configuration says."`
	Users  ctlUsers  `cmd:"" help:"List the accounts."`
	Check  ctlCheck  `cmd:"" help:"Have the server say what is wrong with a configuration file."`
	Export ctlExport `cmd:"" help:"Write the points as they are, for a configuration file."`
	Diff   ctlDiff   `cmd:"" help:"Say what a reload of a configuration file would change."`
	Reload ctlReload `cmd:"" help:"Have the server read its configuration file anew."`
}

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

func (c *ctlNow) Run(o *output, ctl *ctlCommand) error {
	var p ctlPoint
	if shown, err := ctl.show(o, pointPath(c.Point), &p); shown || err != nil {
		return err
	}
	p.print(o.out)
	return nil
}

func (c *ctlList) Run(o *output, ctl *ctlCommand) error {
	var got struct {
		Items []struct {
			Number int
			Name   string
		}
		Now *ctlPlays
	}
	if shown, err := ctl.show(o, pointPath(c.Point)+"/playlist", &got); shown || err != nil {
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
	return ctl.edit(c.Point, http.MethodPost, "/playlist/items", map[string]any{"source": c.Source, "to": c.To})
}

func (c *ctlRemove) Run(o *output, ctl *ctlCommand) error {
	return ctl.edit(c.Point, http.MethodDelete, fmt.Sprintf("/playlist/items/%d", c.Number), nil)
}

func (c *ctlMove) Run(o *output, ctl *ctlCommand) error {
	return ctl.edit(c.Point, http.MethodPost, fmt.Sprintf("/playlist/items/%d/move", c.Number), map[string]any{"to": c.To})
}

// edit changes a playlist that is as it was a moment ago.
func (c *ctlCommand) edit(name, method, path string, body any) error {
	etag, err := c.etag(pointPath(name) + "/playlist")
	if err != nil {
		return err
	}
	return c.send(method, pointPath(name)+path, etag, body, nil)
}

func (c *ctlEvent) Run(o *output, ctl *ctlCommand) error {
	return ctl.order(o, c.Point, "event", map[string]any{"type": c.Type, "param": c.Param})
}

// order gives an order; it takes effect at once or a moment later.
func (c *ctlCommand) order(o *output, name, verb string, body map[string]any) error {
	var p ctlPoint
	return c.send(http.MethodPost, pointPath(name)+"/"+verb, "", body, &p)
}
