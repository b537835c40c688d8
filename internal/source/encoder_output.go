package source

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"

	"caracal/internal/point"
)

const (
	encoderLines = 5   // of what FFmpeg said last, that are kept
	encoderLine  = 300 // bytes of each
)

// encoderOutput reads what FFmpeg says on standard error: progress as lines of
// key=value, and everything else that is wrong. read belongs to one goroutine;
// verdict is called when it has ended.
type encoderOutput struct {
	login, masked string // what is said of a URL's password
	log           *slog.Logger
	note          func(string)

	lines    []string
	progress map[string]string
}

// EncoderError says how FFmpeg ended, and what it said last.
type EncoderError struct {
	Status error // nil: it ended well, or its output made no sense
	Output error // what was wrong with its output, if that was it
	Lines  []string
}

func (e *EncoderError) Error() string {
	text := "source: FFmpeg has ended"
	for _, err := range []error{e.Status, e.Output} {
		if err != nil {
			text += ": " + err.Error()
		}
	}
	if len(e.Lines) > 0 {
		text += ": " + strings.Join(e.Lines, "; ")
	}
	return text
}

func (e *EncoderError) Unwrap() []error { return []error{e.Status, e.Output} }

// verdict makes of how FFmpeg ended why the Feeder did. Output that ends early
// follows from how the program ended; the end of the program follows from output
// that is something else.
func (o *encoderOutput) verdict(ctx context.Context, status, output error) error {
	switch {
	case errors.Is(output, point.ErrSource):
		return output
	case ctx.Err() != nil && len(o.lines) > 0:
		return &EncoderError{Lines: o.lines}
	case ctx.Err() != nil:
		return ctx.Err()
	case output != nil && (status == nil || !errors.Is(output, io.ErrUnexpectedEOF)):
		return &EncoderError{Output: output, Lines: o.lines}
	case status != nil:
		return &EncoderError{Status: status, Lines: o.lines}
	}
	return nil
}

// read reads until there is no more. A line of any length is read to its end, for
// FFmpeg must not wait.
func (o *encoderOutput) read(r io.Reader) {
	in := bufio.NewReaderSize(r, 4096)
	for {
		line, more, err := in.ReadLine()
		if err != nil {
			return
		}
		o.line(string(line))
		for more && err == nil {
			_, more, err = in.ReadLine()
		}
	}
}

// line takes a line.
func (o *encoderOutput) line(text string) {
	if key, value, ok := strings.Cut(text, "="); ok && isProgress(key) {
		o.advance(key, strings.TrimSpace(value))
		return
	}
	text = strings.ToValidUTF8(strings.Map(visible, strings.TrimSpace(text)), "?")
	if o.login != "" { // in whatever URL: those of a playlist's parts have it too
		text = strings.ReplaceAll(text, o.login, o.masked)
	}
	if text == "" {
		return
	}
	text = text[:min(len(text), encoderLine)]
	o.log.Debug("ffmpeg says", "line", text)
	if len(o.lines) == encoderLines {
		o.lines = append(o.lines[:0], o.lines[1:]...)
	}
	o.lines = append(o.lines, text)
}

func visible(r rune) rune {
	if r < ' ' || r == 0x7F {
		return ' '
	}
	return r
}

// isProgress says whether a key is one of those that FFmpeg's -progress writes.
func isProgress(key string) bool {
	switch key {
	case "frame", "fps", "bitrate", "total_size", "out_time_us", "out_time_ms", "out_time", "dup_frames", "drop_frames", "speed", "progress":
		return true
	}
	return strings.HasPrefix(key, "stream_") && !strings.Contains(key, " ")
}

// advance takes a value; "progress" is the last one of a round.
func (o *encoderOutput) advance(key, value string) {
	if o.progress == nil {
		o.progress = map[string]string{}
	}
	if len(value) > 40 || len(o.progress) > 64 {
		return
	}
	o.progress[key] = value
	if key != "progress" {
		return
	}
	text := fmt.Sprintf("encoded %s, speed %s", o.progress["out_time"], o.progress["speed"])
	if frames := o.progress["frame"]; frames != "" {
		text += fmt.Sprintf(", %s frames, %s a second", frames, o.progress["fps"])
	}
	if lost := o.progress["drop_frames"]; lost != "" && lost != "0" {
		text += fmt.Sprintf(", %s left out", lost)
	}
	o.note(strings.Map(visible, text))
}
