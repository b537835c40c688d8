package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"caracal/msb"
)

type nscCommand struct {
	Decode nscDecode `cmd:"" help:"Print what an .nsc file says, as text that \"nsc encode\" reads."`
	Encode nscEncode `cmd:"" help:"Make an .nsc file of flags, text and the headers of ASF files."`
	Listen nscListen `cmd:"" help:"Listen to a multicast and say what comes of it."`
}

type nscDecode struct {
	Headers string `placeholder:"DIR" help:"Write the ASF headers into this folder, as format1.asf and so on."`
	File    string `arg:"" name:"file|-" help:"The .nsc file; - is the standard input."`
}

// Run prints the file. The exit code is 1 when something in it is damaged.
func (c *nscDecode) Run(o *output) error {
	b, err := readSome(c.File, msb.MaxStation)
	if err != nil {
		return err
	}
	s, err := msb.ParseStation(b)
	switch {
	case errors.Is(err, msb.ErrNotStation):
		return fmt.Errorf("%s: this is no .nsc file: it begins with [Address]\nfor media files there is \"caracal probe\"", c.File)
	case errors.Is(err, msb.ErrLimit):
		return fmt.Errorf("%s: it is longer than %d bytes, which no .nsc file is", c.File, msb.MaxStation)
	case err != nil:
		return fmt.Errorf("%s: %w", c.File, err)
	}
	names, err := c.writeHeaders(s)
	if err != nil {
		return err
	}
	text, err := stationText(s, names).yaml(s)
	if err != nil {
		return err
	}
	if _, err := o.out.Write(text); err != nil {
		return err
	}
	for _, m := range s.Malformed {
		fmt.Fprintf(o.err, "%s:%d: %s: %s\n", c.File, m.Offset, shown(m.Object), malformed(m.Err))
	}
	for _, p := range s.Check() {
		fmt.Fprintf(o.err, "%s: %s: %s\n", c.File, p.Property, shown(p.Text))
	}
	if len(s.Malformed) > 0 {
		return errSilent
	}
	return nil
}

// writeHeaders writes the ASF headers and gives their names; empty without
// --headers.
func (c *nscDecode) writeHeaders(s *msb.Station) ([]string, error) {
	names := make([]string, len(s.Formats))
	if c.Headers == "" {
		return names, nil
	}
	if err := os.MkdirAll(c.Headers, 0o755); err != nil {
		return nil, err
	}
	for i, f := range s.Formats {
		names[i] = filepath.Join(c.Headers, fmt.Sprintf("format%d.asf", i+1))
		if err := os.WriteFile(names[i], f.Header, 0o644); err != nil {
			return nil, err
		}
	}
	return names, nil
}

// malformed says in words why a line could not be used.
func malformed(err error) string {
	switch {
	case errors.Is(err, msb.ErrChecksum):
		return "its checksum is wrong; the value is used all the same"
	case errors.Is(err, msb.ErrNeedMore):
		return "it is cut off"
	case errors.Is(err, msb.ErrLimit):
		return "it is too long, or there are too many"
	}
	return "it is not written as it should be"
}

// readSome reads a file, or the standard input, up to one byte more than most.
func readSome(name string, most int64) ([]byte, error) {
	in := io.Reader(os.Stdin)
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, statError(name, err)
		}
		defer f.Close()
		in = f
	}
	b, err := io.ReadAll(io.LimitReader(in, most+1))
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	return b, nil
}
