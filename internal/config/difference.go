package config

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Difference is one key whose value is another one.
type Difference struct {
	Key           string // "http.address", points."live".broadcast.source, without what follows a new or removed point
	Point         string // whose key it is, if IsPoint
	IsPoint       bool
	Before, After string // as a file has them; "" for a point, or an item of a list, that is not there
	Effect        Effect
}

// Differences are the keys that have other values in next, those of hooks and of points at
// the end. Both are known by their names.
func (c *Config) Differences(next *Config) []Difference {
	var list []Difference
	eachLeaf(reflect.ValueOf(*c), reflect.ValueOf(*next), "", func(k string, v, w reflect.Value) {
		if k != "points" && k != "hooks" && !reflect.DeepEqual(v.Interface(), w.Interface()) {
			list = append(list, Difference{Key: k, Before: text(v), After: text(w), Effect: EffectOf(k)})
		}
	})
	list = append(list, hookDifferences(c.Hooks, next.Hooks)...)
	for i := range c.Points {
		list = append(list, c.pointDifferences(next, c.Points[i].Name)...)
	}
	for i := range next.Points {
		if c.Point(next.Points[i].Name) == nil {
			list = append(list, c.pointDifferences(next, next.Points[i].Name)...)
		}
	}
	return list
}

func hookDifferences(was, are []Hook) (list []Difference) {
	named := func(all []Hook, name string) *Hook {
		if i := slices.IndexFunc(all, func(h Hook) bool { return h.Name == name }); i >= 0 {
			return &all[i]
		}
		return nil
	}
	for _, h := range slices.Concat(was, are) {
		key, old, now := "hooks."+Quoted(h.Name), named(was, h.Name), named(are, h.Name)
		switch {
		case now == nil:
			list = append(list, Difference{Key: key, Before: old.summary(), Effect: Live})
		case old == nil:
			list = append(list, Difference{Key: key, After: now.summary(), Effect: Live})
		case !slices.ContainsFunc(list, func(d Difference) bool { return strings.HasPrefix(d.Key, key+".") }):
			eachLeaf(reflect.ValueOf(*old), reflect.ValueOf(*now), "", func(k string, v, w reflect.Value) {
				if !reflect.DeepEqual(v.Interface(), w.Interface()) {
					list = append(list, Difference{Key: key + "." + k, Before: text(v), After: text(w), Effect: EffectOf("hooks." + k)})
				}
			})
		}
	}
	return list
}

// summary says in one key what a hook is.
func (h *Hook) summary() string {
	if h.URL != "" {
		return "url: " + h.URL
	}
	return "command: " + text(reflect.ValueOf(h.Command))
}

// pointDifferences are those of one point.
func (c *Config) pointDifferences(next *Config, name string) []Difference {
	key := "points." + Quoted(name)
	was, is := c.Point(name), next.Point(name)
	d := Difference{Key: key, Point: name, IsPoint: true, Effect: Live}
	switch {
	case is == nil:
		d.Before = was.summary()
		return []Difference{d}
	case was == nil:
		d.After = is.summary()
		return []Difference{d}
	}
	var list []Difference
	eachLeaf(reflect.ValueOf(*was), reflect.ValueOf(*is), "", func(k string, v, w reflect.Value) {
		if reflect.DeepEqual(v.Interface(), w.Interface()) || c.inherits(next, was, is, k) {
			return
		}
		list = append(list, Difference{
			Key: key + "." + k, Point: name, IsPoint: true, Before: text(v), After: text(w), Effect: EffectOf("points." + k),
		})
	})
	return list
}

// inherits says that a point has what on_demand says, before and now: that is said there.
func (c *Config) inherits(next *Config, was, is *Point, key string) bool {
	section, key, _ := strings.Cut(key, ".")
	if section != "on_demand" {
		return false
	}
	of := func(o *OnDemand) any {
		f, _ := fieldOf(reflect.ValueOf(*o), key)
		return f.Interface()
	}
	return of(&was.OnDemand) == of(&c.OnDemand) && of(&is.OnDemand) == of(&next.OnDemand)
}

// eachLeaf calls f for each key below two structs of one type.
func eachLeaf(v, w reflect.Value, path string, f func(key string, v, w reflect.Value)) {
	for i := range v.NumField() {
		tag := v.Type().Field(i).Tag.Get("yaml")
		switch {
		case tag == "":
		case v.Field(i).Kind() == reflect.Struct:
			eachLeaf(v.Field(i), w.Field(i), join(path, tag), f)
		default:
			f(join(path, tag), v.Field(i), w.Field(i))
		}
	}
}

// text is a value on one line, as a file has it.
func text(v reflect.Value) string {
	if v.Kind() == reflect.Slice && v.IsNil() {
		return "" // not said, which is not the empty list
	}
	if v.Kind() == reflect.Slice {
		return strings.TrimSpace(string(flow(v)))
	}
	b, err := yaml.Marshal(written(v))
	if err != nil {
		return fmt.Sprint(v.Interface())
	}
	return strings.TrimSpace(string(b))
}

// summary says in one key what a point is.
func (p *Point) summary() string {
	switch {
	case p.Broadcast.Source != "":
		return "broadcast.source: " + p.Broadcast.Source
	case p.Proxy.Origin != "":
		return "proxy.origin: " + p.Proxy.Origin
	case p.Redirect != "":
		return "redirect: " + p.Redirect
	}
	return "path: " + p.Path
}

// Quoted is a point's name as a part of a key.
func Quoted(name string) string {
	if name == "" || strings.ContainsAny(name, ". ") {
		return `"` + name + `"`
	}
	return name
}

// PointProblem is what is wrong with a point, with the line where it was given.
func (c *Config) PointProblem(name string, err error) Problem {
	p := Problem{Text: err.Error()}
	for i := range c.Points {
		key := fmt.Sprintf("points[%d]", i)
		if at, ok := c.where[key]; ok && c.Points[i].Name == name {
			p.File, p.Line, p.Key = at.file, at.line, key
		}
	}
	return p
}

// Differing are the keys that another point of the name has other values for:
// "broadcast.source".
func (p *Point) Differing(q *Point) []string {
	var keys []string
	eachLeaf(reflect.ValueOf(*p), reflect.ValueOf(*q), "", func(key string, v, w reflect.Value) {
		if !reflect.DeepEqual(v.Interface(), w.Interface()) {
			keys = append(keys, key)
		}
	})
	return keys
}
