package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// Limits of a run, so that a slip of the finger does no harm.
const (
	maxTime      = 59 * time.Second // ramp, settling and window together
	maxClients   = 20_000
	maxStorm     = 5_000 // connects a second
	maxAtOnce    = 2_000 // of a storm's players
	defaultStorm = 50    // what Windows Media Services admits in a second
)

type options struct {
	asked     string // the kind as it was asked for
	kind      kind
	target    *target
	n         int
	ramp      time.Duration
	settle    time.Duration
	dur       time.Duration
	agent     string // User-Agent; "": that of the kind
	pipelined bool
	loop      bool
	stall     int // percent of the clients
	storm     int // connects a second
	pid       int
	rss0      float64 // MB
	memProbe  bool
	procs     int
	label     string
	json      string
}

// parseFlags reads and checks the command line.
func parseFlags(args []string, usage io.Writer) (*options, error) {
	var o options
	var url, stall string
	f := flag.NewFlagSet("load", flag.ContinueOnError)
	f.SetOutput(usage)
	f.StringVar(&o.asked, "kind", "mmsh", "what the clients are: "+kindNames())
	f.StringVar(&url, "url", "", "what they open; the host has to be a loopback address")
	f.IntVar(&o.n, "n", 10, "clients")
	f.DurationVar(&o.ramp, "ramp", 2*time.Second, "spread their connects over this time")
	f.DurationVar(&o.settle, "settle", 3*time.Second, "wait between the last connect and the window")
	f.DurationVar(&o.dur, "dur", 20*time.Second, "measuring window; with ramp and settle at most 59s")
	f.StringVar(&o.agent, "agent", "", "their User-Agent; one of WMPlayer makes RTSP clients do as that does")
	f.BoolVar(&o.pipelined, "pipelined", false, "mmsh: test for pipelined mode and use it")
	f.BoolVar(&o.loop, "loop", false, "open the stream again when it ends")
	f.StringVar(&stall, "stall", "0%", "how many of the clients stop reading after the first packets")
	f.IntVar(&o.storm, "storm", 0, "more connects a second, in the window; each leaves at its first media")
	f.IntVar(&o.pid, "pid", 0, "server process to measure, with its descendants")
	f.Float64Var(&o.rss0, "rss0", 0, "server memory in MB without clients (default: before this run)")
	f.BoolVar(&o.memProbe, "memprobe", false, "only print the memory of -pid in MB")
	f.IntVar(&o.procs, "procs", 1, "processors to use")
	f.StringVar(&o.label, "label", "", "name in the report")
	f.StringVar(&o.json, "json", "", "append the report as one JSON line to this file")
	if err := f.Parse(args); err != nil {
		return nil, err
	}
	if f.NArg() > 0 {
		return nil, fmt.Errorf("%q is no flag", f.Arg(0))
	}
	if o.memProbe {
		return &o, o.checkServer()
	}
	return &o, o.check(url, stall)
}

func (o *options) check(url, stall string) error {
	percent, err := strconv.Atoi(strings.TrimSuffix(stall, "%"))
	if err != nil || percent < 0 || percent > 100 {
		return fmt.Errorf("-stall %s: a share of the clients, such as 10%%", stall)
	}
	o.stall = percent
	name := o.asked
	switch name { // these two are ways to play, for all clients
	case "stall":
		name, o.stall = "mmsh", 100
	case "storm":
		name, o.n, o.ramp = "mmsh", 0, 0
		if o.storm == 0 {
			o.storm = defaultStorm
		}
	}
	k, ok := kinds[name]
	if !ok {
		return fmt.Errorf("-kind %s: there are %s", o.asked, kindNames())
	}
	o.kind = k
	if o.target, err = parseTarget(url, k.port); err != nil {
		return err
	}
	return errors.Join(o.checkSize(), o.checkServer())
}

func (o *options) checkSize() error {
	total := o.ramp + o.settle + o.dur
	switch {
	case o.ramp < 0 || o.settle < 0 || o.dur <= 0:
		return errors.New("-ramp and -settle cannot be negative, -dur has to be positive")
	case o.ramp > maxTime || o.settle > maxTime || total > maxTime:
		return fmt.Errorf("-ramp, -settle and -dur take %v together, at most %v", total, maxTime)
	case o.n < 0 || o.n > maxClients || o.n == 0 && o.storm == 0:
		return fmt.Errorf("-n %d: from 1 to %d clients", o.n, maxClients)
	case o.storm < 0 || o.storm > maxStorm:
		return fmt.Errorf("-storm %d: from 1 to %d connects a second", o.storm, maxStorm)
	case o.storm > 0 && o.dur <= stormCalm:
		return fmt.Errorf("-storm needs a -dur above %v", stormCalm)
	case o.procs < 1:
		return fmt.Errorf("-procs %d: at least 1", o.procs)
	}
	return nil
}

func (o *options) checkServer() error {
	if o.memProbe && o.pid == 0 {
		return errors.New("-memprobe needs -pid")
	}
	if o.pid != 0 && processTree(o.pid).memoryMB() == 0 {
		return fmt.Errorf("-pid %d: there is no such process", o.pid)
	}
	return nil
}

// files is how many descriptors a run may need.
func (o *options) files() uint64 {
	n := o.n
	if o.storm > 0 {
		n += maxAtOnce
	}
	return uint64(n*o.kind.files + 64)
}
