package config

import (
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// Limit is a limit of the whole server with its value.
type Limit struct {
	Key    string  // "limits.address.players"
	Text   string  // as a file has it; "0" is no limit
	Amount float64 // in its unit
	Unit   string  // players, bits_per_second, seconds, per_second; "" for a burst
}

// LimitKeys are the limits that can be changed while the server runs, in the order of
// the file.
func (c *Config) LimitKeys() []Limit {
	list := []Limit{
		limitOf("sessions.max", reflect.ValueOf(c.Sessions.Max)),
		limitOf("sessions.max_per_address", reflect.ValueOf(c.Sessions.MaxPerAddress)),
	}
	return appendLimits(list, "limits", reflect.ValueOf(c.Limits))
}

// LimitKeys are those of a point that it has, without what comes before them.
func (l PlayerLimits) LimitKeys() []Limit {
	list := appendLimits(nil, "limits", reflect.ValueOf(l))
	return slices.DeleteFunc(list, func(one Limit) bool { return one.Amount == 0 })
}

func appendLimits(list []Limit, path string, v reflect.Value) []Limit {
	for i := range v.NumField() {
		key := path + "." + v.Type().Field(i).Tag.Get("yaml")
		if f := v.Field(i); f.Kind() == reflect.Struct {
			list = appendLimits(list, key, f)
		} else {
			list = append(list, limitOf(key, f))
		}
	}
	return list
}

func limitOf(key string, v reflect.Value) Limit {
	l := Limit{Key: key}
	switch x := v.Interface().(type) {
	case Rate:
		l.Text, l.Amount, l.Unit = x.String(), float64(x), "bits_per_second"
	case time.Duration:
		l.Text, l.Amount, l.Unit = shortDuration(x), x.Seconds(), "seconds"
	case float64:
		l.Text, l.Amount, l.Unit = strconv.FormatFloat(x, 'g', -1, 64), x, "per_second"
	case int:
		l.Text, l.Amount = strconv.Itoa(x), float64(x)
		if !strings.HasSuffix(key, "_burst") {
			l.Unit = "players"
		}
	}
	return l
}

// shortDuration is a duration without what is zero behind it: 4h and not 4h0m0s.
func shortDuration(d time.Duration) string {
	text := d.String()
	if d == 0 {
		return "0"
	}
	if short, ok := strings.CutSuffix(text, "m0s"); ok {
		text = short + "m"
	}
	if short, ok := strings.CutSuffix(text, "h0m"); ok {
		text = short + "h"
	}
	return text
}

// WithLimits returns a copy of the configuration in which limits of the server have other
// values, written as in the file. The error is Problems.
func (c *Config) WithLimits(values map[string]string) (*Config, error) {
	d := decoder{config: &Config{Sessions: c.Sessions, Limits: c.Limits, where: map[string]place{}}}
	var names []string
	for _, l := range c.LimitKeys() {
		names = append(names, l.Key)
	}
	root := &yaml.Node{Kind: yaml.MappingNode}
	for _, key := range slices.Sorted(maps.Keys(values)) {
		switch {
		case !slices.Contains(names, key):
			d.problems = append(d.problems, Problem{Key: key, Text: noLimit(key, names)})
			continue
		case (&yaml.Node{Kind: yaml.ScalarNode, Value: values[key]}).ShortTag() == "!!null":
			d.problems = append(d.problems, Problem{Key: key, Text: "wants a value; 0 is no limit"})
			continue
		}
		d.set(root, Setting{Key: key, Value: values[key]})
	}
	d.decodeRoot(root)
	if len(d.problems) > 0 {
		return nil, d.problems
	}
	with := *c
	with.Sessions, with.Limits, with.where = d.config.Sessions, d.config.Limits, nil
	if err := with.Validate(); err != nil {
		return nil, err
	}
	return &with, nil
}

func noLimit(key string, names []string) string {
	if near := nearest(key, names); near != "" {
		return "no such limit; did you mean \"" + near + "\"?"
	}
	return "there is no such limit"
}
