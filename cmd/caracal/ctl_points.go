package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// ctlPoint is a point, as the API says it is.
type ctlPoint struct {
	Name, Kind, State, Origin, Error string
	List                             bool
	Players                          int
	Definition                       map[string]any
	Now                              *ctlPlays
}

// ctlPlays is what one plays.
type ctlPlays struct {
	Name, Role         string
	Since              time.Time
	Inserted, Fallback bool
}

// print writes a line: what a point is, and what it plays.
func (p *ctlPoint) print(w io.Writer) {
	state := p.State
	switch {
	case state == "waiting":
		state = "off"
	case state == "ready" && (p.Kind == "playlist" || p.List):
		state = "list"
	}
	name := p.Name
	if name == "" {
		name = "/"
	}
	fmt.Fprintf(w, "%-20s %-5s", name, state)
	if n := p.Now; n != nil {
		fmt.Fprintf(w, " %s since %s", n.Name, n.Since.Local().Format(time.TimeOnly))
		switch {
		case n.Fallback:
			fmt.Fprint(w, " (fallback)")
		case n.Inserted:
			fmt.Fprint(w, " (inserted)")
		}
	}
	if p.Error != "" {
		fmt.Fprintf(w, " %s", p.Error)
	}
	fmt.Fprintln(w)
}

type ctlPoints struct {
	Kind string `placeholder:"KIND" help:"Only these: on-demand, broadcast, playlist, redirect, proxy."`
}

// Run lists the points.
func (c *ctlPoints) Run(o *output, ctl *ctlCommand) error {
	return ctl.pages(o, "/api/points?limit=1000&kind="+url.QueryEscape(c.Kind), func(text []byte) error {
		var got struct{ Points []ctlPoint }
		if err := json.Unmarshal(text, &got); err != nil {
			return err
		}
		for i := range got.Points {
			got.Points[i].print(o.out)
		}
		return nil
	})
}

// ctlName is the point that a command is about; "/" is the root.
type ctlName struct {
	Point string `arg:"" help:"The point; / is the root."`
}

func (n ctlName) path() string { return pointPath(strings.Trim(n.Point, "/")) }

type ctlShow struct{ ctlName }

// Run shows a point.
func (c *ctlShow) Run(o *output, ctl *ctlCommand) error {
	var p ctlPoint
	if shown, err := ctl.show(o, c.path(), &p); shown || err != nil {
		return err
	}
	p.print(o.out)
	fmt.Fprintf(o.out, "kind: %s\norigin: %s\nplayers: %d\n", p.Kind, p.Origin, p.Players)
	if len(p.Definition) == 0 {
		return nil
	}
	return yaml.NewEncoder(o.out).Encode(map[string]any{"definition": p.Definition})
}

type ctlCreate struct {
	ctlName
	Keys []string `arg:"" sep:"none" name:"key=value" help:"Keys of the definition, as in the configuration; values in YAML."`
}

// Run publishes a point.
func (c *ctlCreate) Run(_ *output, ctl *ctlCommand) error {
	definition := map[string]any{}
	if err := setKeys(definition, c.Keys); err != nil {
		return err
	}
	body := map[string]any{"name": strings.Trim(c.Point, "/"), "definition": definition}
	return ctl.send(http.MethodPost, "/api/points", "", body, nil)
}

type ctlChange ctlCreate

// Run changes keys of a point; an empty value takes one away.
func (c *ctlChange) Run(_ *output, ctl *ctlCommand) error {
	text, etag, err := ctl.answer(http.MethodGet, c.path(), "", "", nil)
	if err != nil {
		return err
	}
	p := ctlPoint{Definition: map[string]any{}}
	if err := json.Unmarshal(text, &p); err != nil {
		return err
	}
	if err := setKeys(p.Definition, c.Keys); err != nil {
		return err
	}
	return ctl.send(http.MethodPut, c.path(), etag, p.Definition, nil)
}

// setKeys puts keys such as broadcast.source=push into a definition.
func setKeys(d map[string]any, keys []string) error {
	for _, key := range keys {
		name, text, ok := strings.Cut(key, "=")
		if !ok {
			return usageError{fmt.Errorf("%s: write it as KEY=VALUE, such as broadcast.source=push", key)}
		}
		var value any
		if err := yaml.Unmarshal([]byte(text), &value); err != nil {
			value = text
		}
		if _, isMap := value.(map[string]any); isMap && !strings.HasPrefix(strings.TrimSpace(text), "{") {
			value = text // a colon in it: loop:/srv/films
		}
		at, steps := d, strings.Split(name, ".")
		for _, step := range steps[:len(steps)-1] {
			below, ok := at[step].(map[string]any)
			if !ok {
				below = map[string]any{}
				at[step] = below
			}
			at = below
		}
		if last := steps[len(steps)-1]; value == nil {
			delete(at, last)
		} else {
			at[last] = value
		}
	}
	return nil
}

type ctlDelete struct{ ctlName }

// Run removes a point.
func (c *ctlDelete) Run(_ *output, ctl *ctlCommand) error {
	etag, err := ctl.etag(c.path())
	if err != nil {
		return err
	}
	return ctl.send(http.MethodDelete, c.path(), etag, nil, nil)
}

type ctlReset struct{ ctlName }

// Run has a point be as the configuration file says, whatever it is now.
func (c *ctlReset) Run(_ *output, ctl *ctlCommand) error {
	return ctl.send(http.MethodPost, c.path()+"/reset", "*", nil, nil)
}

type ctlStart struct{ ctlName }

// Run starts a point.
func (c *ctlStart) Run(_ *output, ctl *ctlCommand) error {
	return ctl.send(http.MethodPost, c.path()+"/start", "", nil, nil)
}

type ctlStop struct{ ctlName }

// Run stops a point.
func (c *ctlStop) Run(_ *output, ctl *ctlCommand) error {
	return ctl.send(http.MethodPost, c.path()+"/stop", "", nil, nil)
}
