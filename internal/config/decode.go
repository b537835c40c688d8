package config

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// decoder fills a Config from a document and gathers all mistakes.
type decoder struct {
	config   *Config
	file     string
	flags    map[*yaml.Node]string // nodes that came from the command line
	problems Problems
}

// set puts a value from the command line into the document.
func (d *decoder) set(root *yaml.Node, s Setting) {
	value := &yaml.Node{Kind: yaml.ScalarNode, Value: s.Value}
	if d.flags == nil {
		d.flags = map[*yaml.Node]string{}
	}
	d.flags[value] = s.From
	at := root
	keys := strings.Split(s.Key, ".")
	for i, k := range keys {
		next := &yaml.Node{Kind: yaml.MappingNode}
		if i == len(keys)-1 {
			next = value
		}
		key := &yaml.Node{Kind: yaml.ScalarNode, Value: k}
		d.flags[key] = s.From
		at = put(at, key, next)
	}
}

// put returns the value that at has for the key now: a mapping that is there
// already stays.
func put(at, key, value *yaml.Node) *yaml.Node {
	for i := 0; i+1 < len(at.Content); i += 2 {
		if at.Content[i].Value != key.Value {
			continue
		}
		old := resolve(at.Content[i+1])
		if old.Kind == yaml.MappingNode && value.Kind == yaml.MappingNode {
			return old
		}
		at.Content[i], at.Content[i+1] = key, value
		return value
	}
	at.Content = append(at.Content, key, value)
	return value
}

func resolve(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}

func (d *decoder) decodeRoot(root *yaml.Node) {
	d.decodeStruct(root, reflect.ValueOf(d.config).Elem(), "")
}

// decodeStruct decodes lists last: their elements begin as what the rest of
// the file says.
func (d *decoder) decodeStruct(n *yaml.Node, v reflect.Value, path string) {
	if n.Kind != yaml.MappingNode {
		d.report(n, path, "wants keys below it: "+strings.Join(keysOf(v.Type()), ", "))
		return
	}
	seen := map[string]int{}
	var lists []func()
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], resolve(n.Content[i+1])
		name := join(path, key.Value)
		field, ok := fieldOf(v, key.Value)
		if line := seen[key.Value]; line > 0 {
			d.report(key, name, fmt.Sprintf("given twice, first in line %d: remove one", line))
			continue
		}
		seen[key.Value] = key.Line
		if !ok {
			d.unknown(key, name, v.Type())
			continue
		}
		d.config.where[name] = d.placeOf(key)
		if field.Kind() == reflect.Slice {
			lists = append(lists, func() { d.decodeList(value, field, name) })
			continue
		}
		d.decodeValue(value, field, name)
	}
	for _, f := range lists {
		f()
	}
}

func (d *decoder) decodeList(n *yaml.Node, v reflect.Value, path string) {
	if n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null" {
		return
	}
	if n.Kind != yaml.SequenceNode {
		d.report(n, path, `wants a list: lines that begin with "- "`)
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content)))
	for i, item := range n.Content {
		name := fmt.Sprintf("%s[%d]", path, i)
		d.config.where[name] = d.placeOf(item)
		switch p := v.Index(i).Addr().Interface().(type) {
		case *Point:
			p.OnDemand, p.Broadcast, p.Proxy = d.config.OnDemand, DefaultBroadcast(), DefaultProxy()
		case *Hook:
			*p = DefaultHook()
		}
		d.decodeValue(resolve(item), v.Index(i), name)
	}
}

func (d *decoder) decodeValue(n *yaml.Node, v reflect.Value, path string) {
	if n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null" {
		return // "key:" with nothing after it leaves the default
	}
	if v.Kind() == reflect.Struct {
		d.decodeStruct(n, v, path)
		return
	}
	if wants := scalar(n, v.Addr().Interface()); wants != "" {
		d.report(n, path, fmt.Sprintf("%s is not %s", shown(n), wants))
	}
}

// scalar decodes one value and says what was wanted when it cannot.
func scalar(n *yaml.Node, to any) (wants string) {
	var err error
	switch to := to.(type) {
	case *string:
		wants = "a text"
		*to = n.Value
	case *time.Duration:
		wants = "a duration such as 500ms, 10s or 1m30s"
		*to, err = time.ParseDuration(n.Value)
	case *Size:
		wants = "a size such as 64KiB or 256MiB"
		*to, err = ParseSize(n.Value)
	case *Rate:
		wants = "a bandwidth in bits a second such as 300k or 100M"
		*to, err = ParseRate(n.Value)
	case *bool:
		wants = "true or false"
		*to, err = strconv.ParseBool(n.Value)
	case *int:
		wants = "a whole number"
		*to, err = strconv.Atoi(n.Value)
	case *float64:
		wants = "a number"
		*to, err = strconv.ParseFloat(n.Value, 64)
	}
	if n.Kind == yaml.ScalarNode && err == nil {
		return ""
	}
	return wants
}
