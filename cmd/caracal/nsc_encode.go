package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"caracal/asf"
	"caracal/msb"
)

type nscEncode struct {
	Text string `placeholder:"FILE" help:"Begin with what \"nsc decode\" prints; - is the standard input. Flags count more than it."`
	Out  string `short:"o" placeholder:"FILE" help:"Write to this file, not to the standard output."`

	Address     string   `placeholder:"IP" help:"Multicast group: IP Address."`
	Port        *uint32  `placeholder:"N" help:"UDP port: IP Port."`
	Adapter     string   `placeholder:"IP" help:"Source address of the packets: Multicast Adapter."`
	TTL         *uint32  `name:"ttl" placeholder:"N" help:"Time To Live."`
	ECC         *uint32  `name:"ecc" placeholder:"N" help:"Packets that a parity packet covers, 10 for most senders: Default Ecc."`
	Name        string   `placeholder:"TEXT" help:"Machine and publishing point, with a comma between: Name."`
	LogURL      string   `name:"log-url" placeholder:"URL" help:"Where players send their logs: Log URL."`
	UnicastURL  string   `name:"unicast-url" placeholder:"URL" help:"What players open if nothing comes: Unicast URL."`
	Splitting   *uint32  `placeholder:"0|1" help:"Allow Splitting."`
	Caching     *uint32  `placeholder:"0|1" help:"Allow Caching."`
	Expires     *uint32  `placeholder:"SECONDS" help:"Cache Expiration Time."`
	Buffer      *uint32  `placeholder:"MS" help:"Network Buffer Time."`
	Description []string `sep:"none" placeholder:"TEXT" help:"Of the ASF files that are named, in their order."`
	Plain       bool     `help:"Write strings as they are where ASCII allows it; VLC and some devices do not read that."`

	Files []string `arg:"" optional:"" name:"asf" help:"ASF files; only their headers are taken."`
}

// Run makes the file. What receivers would not understand is not written.
func (c *nscEncode) Run(o *output) error {
	text, folder, err := c.text()
	if err != nil {
		return err
	}
	c.override(text)
	s := text.station()
	if err := addFormats(s, text, folder); err != nil {
		return err
	}
	if err := c.addFiles(s); err != nil {
		return err
	}
	if problems := s.Check(); len(problems) > 0 {
		lines := make([]string, len(problems))
		for i, p := range problems {
			lines[i] = p.Property + ": " + p.Text
		}
		return fmt.Errorf("this makes no .nsc file:\n%s\n\"caracal nsc encode --help\" has the flag for each", strings.Join(lines, "\n"))
	}
	b := s.Append(nil)
	if len(b) > msb.MaxStation {
		return fmt.Errorf("the .nsc file would have %d bytes, more than %d: name fewer ASF files", len(b), msb.MaxStation)
	}
	if c.Out != "" {
		return os.WriteFile(c.Out, b, 0o644)
	}
	_, err = o.out.Write(b)
	return err
}

// text reads --text, and the folder that its paths count from.
func (c *nscEncode) text() (*nscText, string, error) {
	if c.Text == "" {
		return &nscText{}, "", nil
	}
	b, err := readSome(c.Text, maxNSCText)
	if err != nil {
		return nil, "", err
	}
	if len(b) > maxNSCText {
		return nil, "", fmt.Errorf("%s: it is longer than %d bytes", c.Text, maxNSCText)
	}
	t, err := parseNSCText(b)
	if err != nil {
		return nil, "", fmt.Errorf("%s: %w\n\"caracal nsc decode\" of any .nsc file prints an example", c.Text, err)
	}
	folder := ""
	if c.Text != "-" {
		folder = filepath.Dir(c.Text)
	}
	return t, folder, nil
}

func (c *nscEncode) override(t *nscText) {
	for _, f := range []struct {
		to   *string
		flag string
	}{
		{&t.Address, c.Address}, {&t.Adapter, c.Adapter}, {&t.Name, c.Name},
		{&t.LogURL, c.LogURL}, {&t.Unicast, c.UnicastURL},
	} {
		if f.flag != "" {
			*f.to = f.flag
		}
	}
	for _, f := range []struct{ to, flag **uint32 }{
		{&t.Port, &c.Port}, {&t.TTL, &c.TTL}, {&t.ECC, &c.ECC}, {&t.Splitting, &c.Splitting},
		{&t.Caching, &c.Caching}, {&t.Expires, &c.Expires}, {&t.Buffer, &c.Buffer},
	} {
		if *f.flag != nil {
			*f.to = *f.flag
		}
	}
	t.Plain = t.Plain || c.Plain
}

// addFormats adds the headers that the text names.
func addFormats(s *msb.Station, t *nscText, folder string) error {
	for i, f := range t.Formats {
		if f.Header == "" {
			return fmt.Errorf("formats, number %d, has no header: name a file that has it\n\"caracal nsc decode --headers DIR\" writes such files", i+1)
		}
		name := f.Header
		if !filepath.IsAbs(name) {
			name = filepath.Join(folder, name)
		}
		header, err := asfHeader(name)
		if err != nil {
			return err
		}
		if f.ID == nil {
			if _, err := s.AddFormat(header, f.Description); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			continue
		}
		if *f.ID > uint32(msb.MaxFormatID) {
			return fmt.Errorf("format_id %d: it is 0 to %d", *f.ID, msb.MaxFormatID)
		}
		s.Formats = append(s.Formats, msb.Format{ID: msb.FormatID(*f.ID), Header: header, Description: f.Description})
	}
	return nil
}

// addFiles adds the headers of the files on the command line.
func (c *nscEncode) addFiles(s *msb.Station) error {
	if len(c.Description) > len(c.Files) {
		return usageError{fmt.Errorf("there are %d descriptions and %d ASF files", len(c.Description), len(c.Files))}
	}
	for i, name := range c.Files {
		header, err := asfHeader(name)
		if err != nil {
			return err
		}
		description := ""
		if i < len(c.Description) {
			description = c.Description[i]
		}
		if _, err := s.AddFormat(header, description); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// asfHeader reads the Header Object of a file and the first 50 bytes of its
// Data Object, whether there is more or not.
func asfHeader(name string) ([]byte, error) {
	b, err := readSome(name, msb.MaxHeader)
	if err != nil {
		return nil, err
	}
	_, n, err := asf.ParseHeader(b)
	if err == nil {
		_, _, err = asf.ParseDataHead(b[n:])
	}
	switch {
	case errors.Is(err, asf.ErrNeedMore) && len(b) > msb.MaxHeader:
		return nil, fmt.Errorf("%s: its header is longer than %d bytes", name, msb.MaxHeader)
	case errors.Is(err, asf.ErrNeedMore):
		return nil, fmt.Errorf("%s: the file ends before its header does", name)
	case err != nil:
		return nil, fmt.Errorf("%s: %s", name, notPlayable(err))
	}
	return b[:n+asf.DataHeadSize], nil
}
