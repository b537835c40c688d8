package config

import (
	"cmp"
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// WithPoint returns a copy of the configuration in which a point is as a definition says:
// its keys as in the file, without its name, in YAML or JSON. A point of that name is
// replaced. Paths have to be absolute. The error is Problems, whose keys begin below the
// point.
func (c *Config) WithPoint(name string, definition []byte) (*Config, *Point, error) {
	d := decoder{config: &Config{OnDemand: c.OnDemand, where: map[string]place{}}}
	node := d.parse(definition)
	if node != nil {
		for i := 0; i < len(node.Content); i += 2 {
			if key := node.Content[i]; key.Value == "name" {
				d.report(key, "name", "a definition has no name: it stays what it is")
			}
		}
		list := &yaml.Node{Kind: yaml.SequenceNode, Content: []*yaml.Node{node}}
		d.rename(&yaml.Node{Kind: yaml.MappingNode, Content: []*yaml.Node{{Kind: yaml.ScalarNode, Value: "points"}, list}}, renamed)
		d.decodeList(list, reflect.ValueOf(&d.config.Points).Elem(), "points")
	}
	if len(d.problems) > 0 {
		return nil, nil, ofPoint(d.problems, 0)
	}
	p := d.config.Points[0]
	p.Name = name
	if key := p.relative(); key != "" {
		return nil, nil, Problems{{Key: key, Text: "write the whole path: it does not depend on where the server was started"}}
	}
	with := *c
	with.Points = slices.DeleteFunc(slices.Clone(c.Points), func(o Point) bool { return o.Name == name })
	with.Points = append(with.Points, p)
	with.where = nil
	if err := with.Validate(); err != nil {
		problems, _ := err.(Problems)
		return nil, nil, ofPoint(problems, len(with.Points)-1)
	}
	return &with, &with.Points[len(with.Points)-1], nil
}

// With returns a copy of the configuration with these points.
func (c *Config) With(points []Point) *Config {
	with := *c
	with.Points = points
	return &with
}

// WithoutPoint returns a copy of the configuration without a point.
func (c *Config) WithoutPoint(name string) *Config {
	without := *c
	without.Points = slices.DeleteFunc(slices.Clone(c.Points), func(o Point) bool { return o.Name == name })
	return &without
}

// relative is the key of a path that is not absolute, "" if there is none.
func (p *Point) relative() string {
	for _, at := range []struct{ key, path string }{
		{"path", p.Path}, {"wrapper", p.Wrapper},
		{"broadcast.archive.folder", p.Broadcast.Archive.Folder}, {"proxy.cache.folder", p.Proxy.Cache.Folder},
	} {
		if at.path != "" && !filepath.IsAbs(at.path) {
			return at.key
		}
	}
	placed := Config{Points: []Point{*p}}
	if err := placed.placeSources("/"); err != nil {
		return "broadcast.source"
	}
	switch b := &placed.Points[0].Broadcast; {
	case b.Source != p.Broadcast.Source:
		return "broadcast.source"
	case b.Fallback != p.Broadcast.Fallback:
		return "broadcast.fallback"
	case b.Insert.List != p.Broadcast.Insert.List:
		return "broadcast.insert.list"
	}
	return ""
}

// ofPoint makes keys those of the point with an index.
func ofPoint(list Problems, index int) Problems {
	prefix := fmt.Sprintf("points[%d]", index)
	for i := range list {
		list[i].Key = strings.TrimPrefix(strings.TrimPrefix(list[i].Key, prefix), ".")
	}
	return list
}

// Definition returns what WithPoint would take for a point: the keys that differ from
// their defaults.
func (c *Config) Definition(p *Point) map[string]any {
	usual := Point{Name: p.Name, OnDemand: c.OnDemand, Broadcast: DefaultBroadcast(), Proxy: DefaultProxy()}
	if p.Broadcast.Source == "" {
		usual.Broadcast = p.Broadcast // it means nothing then
	}
	if p.Proxy.Origin == "" {
		usual.Proxy = p.Proxy
	}
	return differing(reflect.ValueOf(*p), reflect.ValueOf(usual))
}

// InFile says that a point comes from the configuration file, and not from the command
// line.
func (c *Config) InFile(name string) bool {
	i := slices.IndexFunc(c.Points, func(p Point) bool { return p.Name == name })
	return i >= 0 && c.where[fmt.Sprintf("points[%d]", i)].line > 0
}

// Point is the point of a name; nil if there is none.
func (c *Config) Point(name string) *Point {
	if i := slices.IndexFunc(c.Points, func(p Point) bool { return p.Name == name }); i >= 0 {
		return &c.Points[i]
	}
	return nil
}

func differing(v, usual reflect.Value) map[string]any {
	keys := map[string]any{}
	for i := range v.NumField() {
		key := v.Type().Field(i).Tag.Get("yaml")
		f, u := v.Field(i), usual.Field(i)
		if key == "" || reflect.DeepEqual(f.Interface(), u.Interface()) {
			continue
		}
		if f.Kind() == reflect.Struct {
			if below := differing(f, u); len(below) > 0 {
				keys[key] = below
			}
			continue
		}
		keys[key] = written(f)
	}
	return keys
}

// written is a value as a file has it.
func written(v reflect.Value) any {
	switch x := v.Interface().(type) {
	case time.Duration:
		return x.String()
	case Size:
		return x.String()
	case Rate:
		if x%1000 == 0 && x != 0 {
			return x.String()
		}
		return int64(x)
	}
	switch v.Kind() {
	case reflect.Slice:
		list := make([]any, v.Len())
		for i := range list {
			list[i] = written(v.Index(i))
		}
		return list
	case reflect.Struct:
		return differing(v, reflect.Zero(v.Type()))
	}
	return v.Interface()
}

// Key is one key with its value.
type Key struct {
	Key   string // "http.address", "points[0].path"
	Value string // as a file has it
	File  string // or flag that says it; "" is the default
	Line  int
}

// Keys are all keys that have one value or a list of them, sorted.
func (c *Config) Keys() []Key {
	var list []Key
	c.appendKeys(&list, "", reflect.ValueOf(*c))
	slices.SortFunc(list, func(a, b Key) int { return cmp.Compare(a.Key, b.Key) })
	return list
}

func (c *Config) appendKeys(list *[]Key, path string, v reflect.Value) {
	switch {
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			if key := v.Type().Field(i).Tag.Get("yaml"); key != "" {
				c.appendKeys(list, join(path, key), v.Field(i))
			}
		}
		return
	case v.Kind() == reflect.Slice && v.Len() > 0 && v.Type().Elem().Kind() == reflect.Struct:
		for i := range v.Len() {
			c.appendKeys(list, fmt.Sprintf("%s[%d]", path, i), v.Index(i))
		}
		return
	}
	text, err := yaml.Marshal(written(v))
	if err != nil {
		text = fmt.Append(nil, v.Interface())
	}
	if v.Kind() == reflect.Slice {
		text = flow(v)
	}
	at := c.where[path]
	*list = append(*list, Key{path, strings.TrimSpace(string(text)), at.file, at.line})
}

// flow writes a list on one line.
func flow(v reflect.Value) []byte {
	n := yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
	for i := range v.Len() {
		n.Content = append(n.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: fmt.Sprint(written(v.Index(i)))})
	}
	text, err := yaml.Marshal(&n)
	if err != nil {
		return nil
	}
	return text
}

// Having returns a copy of the configuration with a point in the place of one of its name.
func (c *Config) Having(p *Point) *Config {
	with := c.WithoutPoint(p.Name)
	with.Points = append(with.Points, *p)
	return with
}

// Place is the file and the line of a key.
func (k Key) Place() string { return fmt.Sprintf("%s:%d", k.File, k.Line) }

// PointKeys are the keys of a point that differ from their defaults, without what comes
// before them: "broadcast.source".
func (c *Config) PointKeys(i int) []Key {
	var list []Key
	prefix := fmt.Sprintf("points[%d].", i)
	given := flatten(map[string]bool{}, "", c.Definition(&c.Points[i]))
	var all []Key
	c.appendKeys(&all, fmt.Sprintf("points[%d]", i), reflect.ValueOf(c.Points[i]))
	for _, k := range all {
		if k.Key = strings.TrimPrefix(k.Key, prefix); given[k.Key] {
			list = append(list, k)
		}
	}
	return list
}

func flatten(keys map[string]bool, path string, d map[string]any) map[string]bool {
	for key, v := range d {
		if below, ok := v.(map[string]any); ok {
			flatten(keys, join(path, key), below)
			continue
		}
		keys[join(path, key)] = true
	}
	return keys
}
