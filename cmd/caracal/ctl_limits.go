package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"caracal/web/api"
)

type ctlLimits struct {
	Values []string `arg:"" optional:"" sep:"none" name:"key=value" help:"Limits with new values, as in the configuration."`
}

// Run shows the limits, or changes some first.
func (c *ctlLimits) Run(o *output, ctl *ctlCommand) error {
	if len(c.Values) > 0 {
		return c.change(ctl)
	}
	return ctl.pages(o, "/api/limits?limit=1000", func(text []byte) error {
		var got struct{ Limits []api.Limit }
		if err := json.Unmarshal(text, &got); err != nil {
			return err
		}
		for _, l := range got.Limits {
			printLimit(o, l)
		}
		return nil
	})
}

func printLimit(o *output, l api.Limit) {
	key := l.Key
	if l.Point != nil {
		key = fmt.Sprintf("%q %s", *l.Point, key)
	}
	fmt.Fprintf(o.out, "%-36s %8s", key, l.Value)
	if l.Used != nil {
		fmt.Fprintf(o.out, "  %d used", *l.Used)
	}
	if l.Configured != "" {
		fmt.Fprintf(o.out, "  (changed; the configuration says %s)", l.Configured)
	}
	fmt.Fprintln(o.out)
}

func (c *ctlLimits) change(ctl *ctlCommand) error {
	values := map[string]any{}
	for _, v := range c.Values {
		key, value, ok := strings.Cut(v, "=")
		if !ok {
			return usageError{errors.New(v + ": write it as KEY=VALUE, such as limits.players=500")}
		}
		if values[key] = value; value == "" {
			values[key] = nil
		}
	}
	etag, err := ctl.etag("/api/limits")
	if err != nil {
		return err
	}
	return ctl.send(http.MethodPut, "/api/limits", etag, map[string]any{"limits": values}, nil)
}
