package source

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os/exec"
	"time"

	"caracal/internal/point"
	"caracal/wmsp"
)

// encoderGrace is how long FFmpeg may take to end by itself.
const encoderGrace = 2 * time.Second

// ErrNoFFmpeg says what to do when there is no FFmpeg.
var ErrNoFFmpeg = errors.New("source: FFmpeg is not there: install it (apt install ffmpeg, dnf install ffmpeg, brew install ffmpeg), " +
	"or say where it is with ffmpeg.path")

// EncoderOptions say what an Encoder reads and makes.
type EncoderOptions struct {
	Program string // "" is the ffmpeg of PATH
	Input   string // a URL, a file, "device:/dev/video0", "test"
	Profile string // "" is DefaultProfile
	Log     *slog.Logger
}

// Encoder is a Feeder that runs FFmpeg.
type Encoder struct {
	program string
	args    []string
	input   input
	log     *slog.Logger
}

// NewEncoder checks the options and finds the program, but does not run it.
func NewEncoder(o EncoderOptions) (*Encoder, error) {
	profile, err := FindProfile(o.Profile)
	if err != nil {
		return nil, err
	}
	in, err := parseInput(o.Input, profile)
	if err != nil {
		return nil, err
	}
	program := o.Program
	if program == "" {
		program = "ffmpeg"
	}
	if program, err = exec.LookPath(program); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoFFmpeg, err)
	}
	e := &Encoder{program: program, args: encoderArguments(in, profile), input: in, log: o.Log}
	if e.log == nil {
		e.log = slog.New(slog.DiscardHandler)
	}
	return e, nil
}

// Shown is the input for people: a URL without its password.
func (e *Encoder) Shown() string { return e.input.shown }

// encoderArguments are FFmpeg's: no questions, progress among the errors, and
// the packets of [MS-WMSP] 2.2.3 to standard output, each when it is full.
func encoderArguments(in input, p Profile) []string {
	args := []string{"-hide_banner", "-nostdin", "-nostats", "-loglevel", "warning", "-progress", "pipe:2"}
	args = append(args, in.args...)
	args = append(args, p.arguments(in.picture, in.sound)...)
	return append(args, "-flush_packets", "1", "-f", "asf_stream", "pipe:1")
}

// Run encodes until ctx is done or FFmpeg ends. No process of it is left then.
func (e *Encoder) Run(ctx context.Context, to *point.Broadcast, note func(string)) error {
	p, err := startProcess(e.program, e.args)
	if errors.Is(err, exec.ErrNotFound) || errors.Is(err, errNotThere) {
		return fmt.Errorf("%w: %w", ErrNoFFmpeg, err)
	}
	if err != nil {
		return fmt.Errorf("source: cannot start FFmpeg: %w", err)
	}
	said := encoderOutput{login: e.input.login, masked: e.input.masked, log: e.log, note: note}
	heard := make(chan struct{})
	go func() {
		defer close(heard)
		said.read(p.stderr)
	}()
	ingested := make(chan error, 1)
	go func() { ingested <- wmsp.Ingest(p.stdout, to) }()
	select {
	case err = <-ingested:
		p.stdout.Close() // it may want to write more, and must not wait for us
		waitFor(heard, encoderGrace)
		return said.verdict(ctx, p.end(heard), err)
	case <-ctx.Done():
		status := p.end(heard)
		p.stdout.Close()
		return said.verdict(ctx, status, <-ingested)
	}
}

// waitFor waits until something is closed, but not long.
func waitFor(done <-chan struct{}, most time.Duration) {
	select {
	case <-done:
	case <-time.After(most):
	}
}
