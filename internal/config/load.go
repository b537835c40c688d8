package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"go.yaml.in/yaml/v3"
)

// maxFile is the largest configuration file, in bytes.
const maxFile = 1 << 20

// Setting is one key with its value from the command line.
type Setting struct {
	Key   string // "http.address"
	Value string
	From  string // the flag, for errors: "--http"
}

// Load reads a file, "" for none, and the settings that overrule it, as LoadText does.
// The error is Problems, or says why the file cannot be read.
func Load(file string, settings ...Setting) (*Config, error) {
	if file == "" {
		return Parse("", nil, settings...)
	}
	text, err := ReadFile(file)
	if err != nil {
		return nil, err
	}
	return LoadText(file, text, settings...)
}

// ReadFile reads a file that may be a configuration.
func ReadFile(file string) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("%w (caracal config > %s writes a file to begin with)", err, filepath.Base(file))
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err == nil && len(text) > maxFile {
		err = Problems{{File: file, Text: "larger than 1 MiB: is this the configuration?"}}
	}
	return text, err
}

// LoadText reads what a file holds, or is to hold. The paths of points become relative to
// the working directory, those of what broadcasts play absolute.
func LoadText(file string, text []byte, settings ...Setting) (*Config, error) {
	c, err := Parse(file, text, settings...)
	if err != nil {
		return nil, err
	}
	dir := filepath.Dir(file)
	if c.Data != "" && !filepath.IsAbs(c.Data) {
		c.Data = filepath.Join(dir, c.Data)
	}
	c.Kerberos.place(filepath.Dir(file))
	for i := range c.Points {
		p := &c.Points[i]
		for _, path := range []*string{&p.Path, &p.Wrapper, &p.Broadcast.Archive.Folder, &p.Proxy.Cache.Folder} {
			if *path != "" && !filepath.IsAbs(*path) {
				*path = filepath.Join(dir, *path)
			}
		}
	}
	if folder := &c.Log.Access.Folder; *folder != "" && !filepath.IsAbs(*folder) {
		*folder = filepath.Join(dir, *folder)
	}
	c.placeCredentials(dir)
	c.placeTLS(dir)
	return c, c.placeSources(dir)
}

// Parse reads a file's text; name is for errors. The error is Problems.
func Parse(name string, text []byte, settings ...Setting) (*Config, error) {
	d := decoder{config: Default(), file: name}
	d.config.where = map[string]place{}
	if root := d.parse(text); root != nil {
		for _, s := range settings {
			d.set(root, s)
		}
		d.rename(root, renamed)
		d.decodeRoot(root)
	}
	if len(d.problems) > 0 {
		return nil, d.problems
	}
	if err := d.config.Validate(); err != nil {
		return nil, err
	}
	return d.config, nil
}

// parse returns the document's mapping, nil when the text is not YAML.
func (d *decoder) parse(text []byte) *yaml.Node {
	empty := &yaml.Node{Kind: yaml.MappingNode}
	dec := yaml.NewDecoder(bytes.NewReader(text))
	var doc, more yaml.Node
	switch err := dec.Decode(&doc); {
	case errors.Is(err, io.EOF):
		return empty
	case err != nil:
		d.syntax(err)
		return nil
	}
	if err := dec.Decode(&more); !errors.Is(err, io.EOF) {
		if err != nil {
			d.syntax(err)
		} else {
			d.report(&more, "", `a second document: put everything into one, without "---" between`)
		}
		return nil
	}
	root := doc.Content[0]
	if root.Tag == "!!null" {
		return empty
	}
	if root.Kind != yaml.MappingNode {
		d.report(root, "", `this is not a list of keys: "caracal config" shows a file`)
		return nil
	}
	return root
}

// syntax reports what the YAML parser says, whose texts begin with
// "yaml: line 3: ".
func (d *decoder) syntax(err error) {
	p := Problem{File: d.file, Text: strings.TrimPrefix(err.Error(), "yaml: ")}
	if n, _ := fmt.Sscanf(p.Text, "line %d: ", &p.Line); n == 1 {
		_, p.Text, _ = strings.Cut(p.Text, ": ")
	}
	if strings.Contains(p.Text, "cannot start any token") {
		p.Text += "; YAML is indented with blanks, not tabs, and texts with special characters want quotes"
	}
	d.problems = append(d.problems, p)
}
