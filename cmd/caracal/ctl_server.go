package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"caracal/web/api"
)

type ctlPlayers struct {
	Point    string `placeholder:"NAME" help:"Only those of this point; / is the root."`
	Protocol string `placeholder:"NAME" help:"Only those of this protocol: http, rtsp, mms ..."`
	Account  string `placeholder:"NAME" help:"Only those of this account."`
}

// Run lists who is connected.
func (c *ctlPlayers) Run(o *output, ctl *ctlCommand) error {
	q := url.Values{"limit": {"1000"}, "point": {c.Point}, "protocol": {c.Protocol}, "account": {c.Account}}
	return ctl.pages(o, "/api/players?"+q.Encode(), func(text []byte) error {
		var got struct{ Players []api.Player }
		if err := json.Unmarshal(text, &got); err != nil {
			return err
		}
		for _, p := range got.Players {
			who := ""
			if p.Account != "" {
				who = p.Account + "@"
			}
			fmt.Fprintf(o.out, "%-10d %-5s %-9s %-24s %9d KiB %s %q\n", p.ID, p.Protocol, p.State, who+p.Address, p.Bytes>>10, p.Target, p.Agent)
		}
		return nil
	})
}

type ctlEnd struct {
	Player uint32 `arg:"" help:"The number, as players shows it."`
}

// Run ends a player.
func (c *ctlEnd) Run(_ *output, ctl *ctlCommand) error {
	return ctl.send(http.MethodDelete, fmt.Sprintf("/api/players/%d", c.Player), "", nil, nil)
}

type ctlEvents struct {
	Type     string `placeholder:"TYPES" help:"Only these, with commas between: connected,disconnected."`
	Point    string `placeholder:"NAME" help:"Only those about this point."`
	Protocol string `placeholder:"NAME" help:"Only those about players of this protocol."`
	Count    int    `placeholder:"N" help:"End after so many."`
}

// Run follows the events, each on a line of JSON, until it is ended.
func (c *ctlEvents) Run(o *output, ctl *ctlCommand) error {
	q := url.Values{"type": {c.Type}, "point": {c.Point}, "protocol": {c.Protocol}}
	r, err := ctl.request(context.Background(), http.MethodGet, "/api/events?"+q.Encode(), nil)
	if err != nil {
		return err
	}
	resp, err := ctl.do(r)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	lines := bufio.NewScanner(resp.Body)
	lines.Buffer(nil, 1<<20)
	for n := 0; lines.Scan(); {
		data, ok := strings.CutPrefix(lines.Text(), "data: ")
		if !ok {
			continue
		}
		if _, err := fmt.Fprintln(o.out, data); err != nil {
			return err
		}
		if n++; n == c.Count {
			return nil
		}
	}
	return lines.Err()
}

type ctlLog struct {
	Level string `placeholder:"LEVEL" help:"Only these and worse: debug, info, warn, error."`
	Text  string `placeholder:"TEXT" help:"Only entries with this somewhere."`
	Point string `placeholder:"NAME" help:"Only entries about this point."`
	Count int    `default:"100" help:"How many."`
}

// Run shows the latest entries.
func (c *ctlLog) Run(o *output, ctl *ctlCommand) error {
	q := url.Values{"limit": {fmt.Sprint(c.Count)}, "level": {c.Level}, "q": {c.Text}, "point": {c.Point}}
	var got struct{ Entries []api.LogEntry }
	if shown, err := ctl.show(o, "/api/log?"+q.Encode(), &got); shown || err != nil {
		return err
	}
	for _, e := range got.Entries {
		fmt.Fprintf(o.out, "%s %-5s %s", e.Time.Local().Format(time.DateTime), e.Level, e.Message)
		for _, key := range slices.Sorted(maps.Keys(e.Attributes)) {
			fmt.Fprintf(o.out, " %s=%q", key, e.Attributes[key])
		}
		fmt.Fprintln(o.out)
	}
	return nil
}

type ctlInfo struct{}

// Run shows what the server is.
func (ctlInfo) Run(o *output, ctl *ctlCommand) error {
	var s api.Server
	if shown, err := ctl.show(o, "/api/server", &s); shown || err != nil {
		return err
	}
	fmt.Fprintf(o.out, "version %s, since %s, points: %d, players: %d\n",
		s.Version, s.Started.Local().Format(time.DateTime), s.Points, s.Players.Now)
	for _, l := range s.Listeners {
		fmt.Fprintf(o.out, "%-5s %s, connections: %d\n", l.Protocol, l.Address, l.Connections)
	}
	return nil
}

type ctlUsers struct{}

// Run lists the accounts.
func (ctlUsers) Run(o *output, ctl *ctlCommand) error {
	return ctl.pages(o, "/api/accounts?limit=1000", func(text []byte) error {
		var got struct{ Accounts []api.Account }
		if err := json.Unmarshal(text, &got); err != nil {
			return err
		}
		for _, a := range got.Accounts {
			fmt.Fprintf(o.out, "%-20s %s\n", a.Name, strings.Join(a.Groups, ", "))
		}
		return nil
	})
}

// ctlFile is a configuration file on this machine.
type ctlFile struct {
	File string `arg:"" help:"The configuration file."`
}

func (f ctlFile) post(ctl *ctlCommand, path string) ([]byte, error) {
	text, err := os.ReadFile(f.File)
	if err != nil {
		return nil, err
	}
	answer, _, err := ctl.answer(http.MethodPost, path, "", "application/yaml", text)
	return answer, err
}

type ctlCheck struct{ ctlFile }

// Run shows the mistakes; the exit code is 1 when there are some.
func (c *ctlCheck) Run(o *output, ctl *ctlCommand) error {
	answer, err := c.post(ctl, "/api/configuration/check")
	if err != nil {
		return err
	}
	var got struct{ Problems []api.Mistake }
	if err := json.Unmarshal(answer, &got); err != nil {
		return err
	}
	for _, m := range got.Problems {
		fmt.Fprintf(o.out, "%s:%d: %s: %s\n", c.File, m.Line, m.Key, m.Text)
	}
	if len(got.Problems) > 0 {
		return errSilent
	}
	fmt.Fprintf(o.out, "%s: no mistakes\n", c.File)
	return nil
}

type ctlExport struct{}

// Run writes the points for a configuration file.
func (ctlExport) Run(o *output, ctl *ctlCommand) error {
	text, _, err := ctl.answer(http.MethodGet, "/api/configuration/points.yaml", "", "", nil)
	if err != nil {
		return err
	}
	_, err = o.out.Write(text)
	return err
}

type ctlDiff struct{ ctlFile }

// Run says what a reload would change.
func (c *ctlDiff) Run(o *output, ctl *ctlCommand) error {
	answer, err := c.post(ctl, "/api/configuration/diff")
	if err != nil {
		return err
	}
	return printChanges(o, ctl, answer)
}

type ctlReload struct{}

// Run has the configuration file read anew.
func (ctlReload) Run(o *output, ctl *ctlCommand) error {
	answer, _, err := ctl.answer(http.MethodPost, "/api/configuration/reload", "", "", nil)
	if err != nil {
		return err
	}
	return printChanges(o, ctl, answer)
}

func printChanges(o *output, ctl *ctlCommand, answer []byte) error {
	if ctl.JSON {
		_, err := o.out.Write(answer)
		return err
	}
	var got struct{ Changes []api.Difference }
	if err := json.Unmarshal(answer, &got); err != nil {
		return err
	}
	printDifferences(o.out, got.Changes)
	return nil
}
