package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"caracal/asf"
)

type probeCommand struct {
	JSON   bool   `help:"Write JSON."`
	Target string `arg:"" name:"file|url" help:"A file, or an http://, https://, mms://, mmsh://, rtsp:// or rtsps:// URL; rtspt:// or mmst:// for TCP, rtspu:// or mmsu:// for UDP."`
}

// Run describes a file or a stream.
func (c *probeCommand) Run(o *output) error {
	probe := probeFile
	switch scheme, _, ok := strings.Cut(c.Target, "://"); {
	case ok && strings.HasPrefix(strings.ToLower(scheme), "rtsp"):
		probe = probeRTSP
	case ok && isMMS(c.Target):
		probe = probeMMS
	case isPlainMMS(c.Target):
		probe = probeEither
	case ok:
		probe = probeURL
	}
	r, err := probe(c.Target)
	if err != nil {
		return err
	}
	if c.JSON {
		return writeJSON(o.out, r)
	}
	printReport(o.out, r)
	return nil
}

func probeFile(name string) (*report, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, statError(name, err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return nil, fmt.Errorf("%s is a folder: probe looks into one file, \"caracal check %s\" into all", name, name)
	}
	rd, err := asf.NewReader(f, info.Size())
	if err != nil {
		return nil, fmt.Errorf("%s: %s", name, notPlayable(err))
	}
	return reportFile(name, f, rd), nil
}

// notPlayable says in words why there is nothing to serve in a file.
func notPlayable(err error) string {
	switch {
	case errors.Is(err, asf.ErrNotASF):
		return "this is no ASF file (.wmv, .wma, .asf); ffmpeg -i INPUT -c:v wmv2 -c:a wmav2 OUTPUT.wmv makes one"
	case errors.Is(err, asf.ErrNeedMore):
		return fmt.Sprintf("the file ends before its packets begin, there is nothing to play (%v)", err)
	}
	return fmt.Sprintf("this ASF file is too damaged to play (%v)", err)
}
