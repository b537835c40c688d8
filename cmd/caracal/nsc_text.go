package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"

	"caracal/asf"
	"caracal/internal/inspect"
	"caracal/msb"
)

// maxNSCText is the longest text that "nsc encode" reads, bytes.
const maxNSCText = 1 << 20

// nscText is an .nsc file as text: the properties under their names of
// [MS-MSB] 2.2.1.4.
type nscText struct {
	Name      string      `yaml:"name,omitempty"`
	Version   string      `yaml:"nsc_format_version,omitempty"`
	Adapter   string      `yaml:"multicast_adapter,omitempty"`
	Address   string      `yaml:"ip_address,omitempty"`
	Port      *uint32     `yaml:"ip_port,omitempty"`
	TTL       *uint32     `yaml:"time_to_live,omitempty"`
	ECC       *uint32     `yaml:"default_ecc,omitempty"`
	LogURL    string      `yaml:"log_url,omitempty"`
	Unicast   string      `yaml:"unicast_url,omitempty"`
	Splitting *uint32     `yaml:"allow_splitting,omitempty"`
	Caching   *uint32     `yaml:"allow_caching,omitempty"`
	Expires   *uint32     `yaml:"cache_expiration_time,omitempty"`
	Buffer    *uint32     `yaml:"network_buffer_time,omitempty"`
	Extra     []nscExtra  `yaml:"extra,omitempty"`
	Plain     bool        `yaml:"plain,omitempty"`
	Formats   []nscFormat `yaml:"formats"`
}

type nscExtra struct {
	Name  string `yaml:"name"`
	Value string `yaml:"value"`
}

type nscFormat struct {
	ID          *uint32 `yaml:"format_id,omitempty"`
	Header      string  `yaml:"header,omitempty"`
	Description string  `yaml:"description,omitempty"`
}

// nscNumber is one number of the text and its place in the file.
type nscNumber struct {
	text **uint32
	file *msb.Number
}

func (t *nscText) numbers(s *msb.Station) []nscNumber {
	return []nscNumber{
		{&t.Port, &s.Port}, {&t.TTL, &s.TTL}, {&t.ECC, &s.ECC}, {&t.Splitting, &s.Splitting},
		{&t.Caching, &s.Caching}, {&t.Expires, &s.Expires}, {&t.Buffer, &s.Buffer},
	}
}

// stationText turns a file into text; headers names the files with its ASF
// headers.
func stationText(s *msb.Station, headers []string) *nscText {
	t := &nscText{
		Name: s.Name, Version: s.Version, Adapter: s.Adapter, Address: s.Address,
		LogURL: s.LogURL, Unicast: s.Unicast, Plain: s.Plain,
	}
	for _, n := range t.numbers(s) {
		if n.file.Set {
			*n.text = &n.file.Value
		}
	}
	for _, e := range s.Extra {
		t.Extra = append(t.Extra, nscExtra{e.Name, e.Value})
	}
	for i, f := range s.Formats {
		id := uint32(f.ID)
		t.Formats = append(t.Formats, nscFormat{&id, headers[i], f.Description})
	}
	return t
}

// station turns text into a file, without its formats.
func (t *nscText) station() *msb.Station {
	s := &msb.Station{
		Name: t.Name, Version: t.Version, Adapter: t.Adapter, Address: t.Address,
		LogURL: t.LogURL, Unicast: t.Unicast, Plain: t.Plain,
	}
	for _, n := range t.numbers(s) {
		if *n.text != nil {
			*n.file = msb.SetNumber(**n.text)
		}
	}
	for _, e := range t.Extra {
		s.Extra = append(s.Extra, msb.Property{Name: e.Name, Value: e.Value})
	}
	return s
}

// yaml writes the text, with a comment on what is in each header and on values
// of extra properties that are encoded.
func (t *nscText) yaml(s *msb.Station) ([]byte, error) {
	var root yaml.Node
	if err := root.Encode(t); err != nil {
		return nil, err
	}
	for i := 0; i+1 < len(root.Content); i += 2 {
		list := root.Content[i+1].Content
		switch root.Content[i].Value {
		case "formats":
			for k, n := range list {
				n.HeadComment = "# " + shown(headerText(s.Formats[k].Header))
			}
		case "extra":
			for k, n := range list {
				if text := s.Extra[k].Text(); text != s.Extra[k].Value {
					n.HeadComment = "# " + shown(text)
				}
			}
		}
	}
	var b bytes.Buffer
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	err := errors.Join(e.Encode(&root), e.Close())
	return b.Bytes(), err
}

// headerText says in one line what an ASF header holds.
func headerText(b []byte) string {
	h, _, err := asf.ParseHeader(b)
	if err != nil {
		return fmt.Sprintf("%d bytes that are no ASF header: %v", len(b), err)
	}
	parts := []string{fmt.Sprintf("%d bytes", len(b))}
	if title := h.Title(); title != "" {
		parts = append(parts, title)
	}
	for _, s := range h.Streams() {
		r := inspect.StreamOf(h, s)
		parts = append(parts, fmt.Sprintf("stream %d: %s", r.Number, streamLine(r)))
	}
	return strings.Join(parts, "; ")
}

// parseNSCText reads text; keys that there are not are an error.
func parseNSCText(b []byte) (*nscText, error) {
	var t nscText
	d := yaml.NewDecoder(bytes.NewReader(b))
	d.KnownFields(true)
	if err := d.Decode(&t); err != nil && !errors.Is(err, io.EOF) {
		return nil, errors.New(yamlWords(err.Error()))
	}
	return &t, nil
}

var (
	unknownKey = regexp.MustCompile(`field (\S+) not found in type \S+`)
	noNumber   = regexp.MustCompile("cannot unmarshal !!\\w+ `(.*)` into \\*?uint32")
)

// yamlWords says what the YAML package found in this program's words.
func yamlWords(s string) string {
	s = strings.TrimPrefix(s, "yaml: unmarshal errors:\n  ")
	s = unknownKey.ReplaceAllString(s, "$1: unknown key")
	return noNumber.ReplaceAllString(s, "$1 is not a number from 0 to 4294967295")
}
