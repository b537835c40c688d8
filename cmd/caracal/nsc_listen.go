package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"caracal/asf"
	"caracal/msb"
)

type nscListen struct {
	Out       string        `short:"o" placeholder:"DIR" help:"Write what comes into this folder: entry1.asf and so on."`
	Interface string        `placeholder:"NAME|IP" help:"Where it comes in; the system's choice without."`
	For       time.Duration `placeholder:"DURATION" help:"End after this time, such as 10s; without it at the end of the stream, or with Ctrl-C."`
	Open      time.Duration `default:"20s" help:"How long to wait for the first packet, 10s to 30s."`
	End       time.Duration `default:"30s" help:"How long after the last packet the stream counts as ended."`
	Log       bool          `help:"Submit a log as players do, if the .nsc file asks for one."`
	Source    string        `arg:"" name:"file|url" help:"The .nsc file, or its http:// URL."`
}

// Run listens and says what came. The exit code is 1 when nothing did.
func (c *nscListen) Run(o *output) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	opt := msb.ReceiverOptions{Interface: c.Interface, Open: c.Open, End: c.End}
	if c.Log {
		opt.Client = http.DefaultClient
	}
	r, err := msb.Listen(ctx, http.DefaultClient, c.Source, opt)
	if err != nil {
		return err
	}
	defer r.Close()
	if c.For > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, c.For)
		defer cancel()
	}
	e := &entryFiles{folder: c.Out}
	err = errors.Join(r.Run(ctx, e), e.close())
	heard := r.Stats()
	printHeard(o, heard, e.count)
	stopped := errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled)
	switch {
	case errors.Is(err, msb.ErrSilent), stopped && heard.Bytes == 0:
		return silentError(r.Station())
	case stopped:
		return nil
	}
	return err
}

func silentError(st *msb.Station) error {
	text := "the network has to carry multicasts to this machine: --interface says where they come in"
	if st.Unicast != "" {
		text += fmt.Sprintf("; players open %q now", st.Unicast)
	}
	return fmt.Errorf("%w\n%s", msb.ErrSilent, text)
}

func printHeard(o *output, st msb.ReceiverStats, entries int) {
	fmt.Fprintf(o.out, "entries: %d\npackets: %d\nrepaired: %d\nlost: %d\nunknown: %d\nbeacons: %d\nforeign: %d\n",
		entries, st.Packets, st.Repaired, st.Lost, st.Unknown, st.Beacons, st.Foreign)
}

// entryFiles writes each entry into a file of its own, with packets as long as the
// header says.
type entryFiles struct {
	folder string // "": none
	count  int
	file   *os.File
	size   int // of packets, bytes
	packet []byte
}

// Header begins a file.
func (e *entryFiles) Header(header []byte) error {
	e.count++
	if e.folder == "" {
		return nil
	}
	h, _, err := asf.ParseHeader(header)
	if err != nil {
		return err
	}
	if f := h.File(); f != nil {
		e.size = int(min(f.MaxPacketSize, msb.MaxPacket))
	}
	if err := errors.Join(e.close(), os.MkdirAll(e.folder, 0o755)); err != nil {
		return err
	}
	e.file, err = os.Create(filepath.Join(e.folder, fmt.Sprintf("entry%d.asf", e.count)))
	if err == nil {
		_, err = e.file.Write(header)
	}
	return err
}

// Packet writes a packet, with the padding that it lost on the way.
func (e *entryFiles) Packet(r msb.Received) (err error) {
	if e.file == nil {
		return nil
	}
	if e.packet, err = asf.AppendPadded(e.packet[:0], r.Data, e.size); err == nil {
		_, err = e.file.Write(e.packet)
	}
	return err
}

func (e *entryFiles) close() error {
	if e.file == nil {
		return nil
	}
	f := e.file
	e.file = nil
	return f.Close()
}
