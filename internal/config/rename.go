package config

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// rename is a key that has another name since: both whole, with [] behind the keys of
// lists, such as points[].old.
type rename struct{ from, to string }

// renamed are the keys that are accepted under their old names, for two releases after
// the one that renamed them.
var renamed []rename

// Warnings are what the file says in an old way: it counts, but not for ever.
func (c *Config) Warnings() Problems { return c.warnings }

// rename gives keys their new names before they are decoded.
func (d *decoder) rename(root *yaml.Node, list []rename) {
	for _, r := range list {
		from, to := strings.Split(r.from, "."), strings.Split(r.to, ".")
		shared := 0 // lists are the same in both
		for i := range min(len(from), len(to)) {
			if strings.HasSuffix(from[i], "[]") && from[i] == to[i] {
				shared = i + 1
			}
		}
		for _, at := range below(root, from[:shared]) {
			d.move(at, from[shared:], to[shared:], r)
		}
	}
}

// below are the mappings that a path with lists leads to.
func below(n *yaml.Node, path []string) []*yaml.Node {
	if n = resolve(n); len(path) == 0 {
		return []*yaml.Node{n}
	}
	key, isList := strings.CutSuffix(path[0], "[]")
	value := valueOf(n, key)
	switch {
	case value == nil:
		return nil
	case !isList:
		return below(value, path[1:])
	case value.Kind != yaml.SequenceNode:
		return nil
	}
	var all []*yaml.Node
	for _, item := range value.Content {
		all = append(all, below(item, path[1:])...)
	}
	return all
}

// valueOf is what a mapping has for a key; nil for nothing.
func valueOf(n *yaml.Node, key string) *yaml.Node {
	if i := indexOf(n, key); i >= 0 {
		return resolve(n.Content[i+1])
	}
	return nil
}

func indexOf(n *yaml.Node, key string) int {
	if n.Kind != yaml.MappingNode {
		return -1
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return i
		}
	}
	return -1
}

// move takes a key from where it was and puts it where it belongs now.
func (d *decoder) move(at *yaml.Node, from, to []string, r rename) {
	parents := below(at, from[:len(from)-1])
	if len(parents) == 0 {
		return
	}
	old := parents[0]
	i := indexOf(old, from[len(from)-1])
	if i < 0 {
		return
	}
	key, value := old.Content[i], old.Content[i+1]
	if there := below(at, to); len(there) > 0 {
		d.report(key, r.from, fmt.Sprintf("is %s now, which is given too: remove this one", r.to))
		return
	}
	old.Content = slices.Delete(old.Content, i, i+2)
	for j, name := range to {
		k := &yaml.Node{Kind: yaml.ScalarNode, Value: name, Line: key.Line, Column: key.Column}
		if from, ok := d.flags[key]; ok {
			d.flags[k] = from
		}
		next := value
		if j < len(to)-1 {
			next = &yaml.Node{Kind: yaml.MappingNode, Line: key.Line}
		}
		at = resolve(put(at, k, next))
	}
	place := d.placeOf(key)
	d.config.warnings = append(d.config.warnings, Problem{place.file, place.line, r.from, "is called " + r.to + " now: write that"})
}
