package main

import (
	"errors"
	"fmt"
	"os"

	"caracal/internal/playlist/markup"
	"caracal/internal/playlist/metafile"
	"caracal/internal/playlist/wsx"
)

type playlistCommand struct {
	Convert playlistConvert `cmd:"" help:"Make a playlist of another format, and say what that one cannot hold."`
}

type playlistConvert struct {
	To   string `placeholder:"FORMAT" enum:",asx,reference,wpl,m3u,pls,wsx" default:"" help:"asx, reference, wpl, m3u, pls or wsx; otherwise the second name says it."`
	From string `arg:"" name:"from|-" help:"The playlist; - is the standard input."`
	Out  string `arg:"" optional:"" name:"to" help:"The file to write; otherwise the standard output."`
}

// Run converts. What is lost or wrong is told and is no failure, unless nothing
// is left.
func (c *playlistConvert) Run(o *output) error {
	format := metafile.ByName(c.To)
	if c.To == "" {
		format = metafile.ByName(c.Out)
	}
	if format == metafile.Unknown {
		return usageError{errors.New("say which format to write: --to asx, reference, wpl, m3u, pls or wsx, or a name such as list.wsx")}
	}
	b, err := readSome(c.From, markup.MaxBytes)
	if err != nil {
		return err
	}
	out, err := c.convert(o, b, format)
	if err != nil {
		return err
	}
	if c.Out == "" || c.Out == "-" {
		_, err = o.out.Write(out)
		return err
	}
	return os.WriteFile(c.Out, out, 0o644)
}

// convert gives the new file, and tells what is lost or wrong.
func (c *playlistConvert) convert(o *output, b []byte, to metafile.Format) ([]byte, error) {
	l, from, err := metafile.Parse(c.From, b)
	var limit *markup.Error
	switch {
	case errors.As(err, &limit):
		return nil, fmt.Errorf("%s:%d: %s", c.From, limit.Pos.Line, limit.What)
	case err != nil:
		return nil, fmt.Errorf("%s: this is no playlist: .wsx, .asx, .wax, .wvx, .wpl, .m3u, .m3u8 and .pls are", c.From)
	}
	if from == metafile.WSX && to == metafile.WSX { // the same in the dialect's spelling
		d, err := wsx.Parse(b)
		if err != nil {
			return nil, err
		}
		return d.Append(nil), nil
	}
	for _, f := range l.Faults {
		r := playlistReport(f)
		fmt.Fprintf(o.err, "%s:%d: %s: %s\n", c.From, r.Line, r.Severity, r.Text)
	}
	if len(l.Entries) == 0 {
		return nil, fmt.Errorf("%s: there is nothing in it that a list of the format %v can hold", c.From, to)
	}
	out, lost := l.Write(to)
	for _, what := range lost {
		fmt.Fprintf(o.err, "%s: not written: %s\n", c.From, what)
	}
	return out, nil
}
