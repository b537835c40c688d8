package config

import (
	"fmt"
	"reflect"

	"go.yaml.in/yaml/v3"
)

// keysOf lists the keys of a section.
func keysOf(t reflect.Type) []string {
	var keys []string
	for i := range t.NumField() {
		if key := t.Field(i).Tag.Get("yaml"); key != "" {
			keys = append(keys, key)
		}
	}
	return keys
}

func fieldOf(v reflect.Value, key string) (reflect.Value, bool) {
	for i := range v.NumField() {
		if key != "" && v.Type().Field(i).Tag.Get("yaml") == key {
			return v.Field(i), true
		}
	}
	return reflect.Value{}, false
}

// unknown reports a key that does not exist, with the one that was meant: of
// the same section, or of another one.
func (d *decoder) unknown(key *yaml.Node, name string, t reflect.Type) {
	text := "unknown key"
	if near := nearest(key.Value, keysOf(t)); near != "" {
		text += fmt.Sprintf("; did you mean %q?", near)
	} else if section := sectionWith(key.Value); section != "" {
		text += fmt.Sprintf("; it belongs below %q", section)
	} else {
		text += `; "caracal config" lists all keys`
	}
	d.report(key, name, text)
}

// sectionWith returns the section of the file that has this key.
func sectionWith(key string) string {
	t := reflect.TypeFor[Config]()
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Type.Kind() != reflect.Struct {
			continue
		}
		for _, k := range keysOf(f.Type) {
			if k == key {
				return f.Tag.Get("yaml")
			}
		}
	}
	return ""
}

func (d *decoder) placeOf(n *yaml.Node) place {
	if flag, ok := d.flags[n]; ok {
		return place{file: flag}
	}
	return place{d.file, n.Line}
}

func (d *decoder) report(n *yaml.Node, key, text string) {
	at := d.placeOf(n)
	d.problems = append(d.problems, Problem{at.file, at.line, key, text})
}

// shown is a value for an error's text.
func shown(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a set of keys"
	case yaml.SequenceNode:
		return "a list"
	}
	const most = 60
	if len(n.Value) > most {
		return fmt.Sprintf("%q...", n.Value[:most])
	}
	return fmt.Sprintf("%q", n.Value)
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}
