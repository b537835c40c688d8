package source

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"caracal/internal/event"
	"caracal/internal/point"
	"caracal/wmsp"
)

// fakeFFmpeg writes a program whose text is a script, in a folder where
// clip.asf is a clip of 20 packets.
func fakeFFmpeg(t *testing.T, script string) (program, dir string) {
	t.Helper()
	dir = t.TempDir()
	write(t, dir, "clip.asf", clip(t, 20))
	program = write(t, dir, "ffmpeg", []byte("#!/bin/sh\ncd '"+dir+"'\n"+script))
	if err := os.Chmod(program, 0o755); err != nil {
		t.Fatal(err)
	}
	return program, dir
}

func encoder(t *testing.T, program, input string) *Encoder {
	t.Helper()
	e, err := NewEncoder(EncoderOptions{Program: program, Input: input})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestEncoderFeeds(t *testing.T) {
	program, dir := fakeFFmpeg(t, `printf '%s\n' "$@" >arguments
cat clip.asf
printf 'frame=50\nfps=24.9\nout_time=00:00:02.000000\nspeed=0.99x\nprogress=continue\n' >&2
`)
	to := endless()
	var notes []string
	err := encoder(t, program, "test").Run(t.Context(), to, func(n string) { notes = append(notes, n) })
	if err != nil {
		t.Errorf("ended with %v", err)
	}
	if n, _ := to.Brought(); n != 20 {
		t.Errorf("%d packets, want 20", n)
	}
	if want := []string{"encoded 00:00:02.000000, speed 0.99x, 50 frames, 24.9 a second"}; !slices.Equal(notes, want) {
		t.Errorf("notes %q, want %q", notes, want)
	}
	args, err := os.ReadFile(filepath.Join(dir, "arguments"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"-nostdin\n", "-f\nlavfi\n", "-c:v\nwmv2\n", "-c:a\nwmav2\n", "-packet_size\n1400\n", "-f\nasf_stream\npipe:1\n"} {
		if !strings.Contains(string(args), want) {
			t.Errorf("no %q in the arguments\n%s", want, args)
		}
	}
	if _, err := to.Open(t.Context(), ""); !errors.Is(err, point.ErrNotLive) {
		t.Errorf("after the end the point answers %v", err)
	}
}

func TestEncoderSaysWhatWasWrong(t *testing.T) {
	const url = "RTSP://me:secret@camera.example/1"
	program, _ := fakeFFmpeg(t, `for i in 1 2 3 4 5 6 7 8 9; do echo "line $i" >&2; done
head -c 100000 /dev/zero | tr '\0' x >&2
printf '\n\033[31mCannot open %s: no route\n' 'rtsp://me:secret@camera.example/1' >&2
echo 'nor rtsp://me:secret@camera.example/1/part' >&2
exit 3
`)
	err := encoder(t, program, url).Run(t.Context(), endless(), func(string) {})
	ended, ok := errors.AsType[*EncoderError](err)
	if !ok {
		t.Fatalf("ended with %v", err)
	}
	text := err.Error()
	for _, want := range []string{"exit status 3", "line 9", "Cannot open rtsp://me:xxxxx@camera.example/1: no route", "nor rtsp://me:xxxxx@camera.example/1/part"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q does not say %q", text, want)
		}
	}
	if strings.Contains(text, "secret") || strings.Contains(text, "\033") || strings.Contains(text, "line 1") {
		t.Errorf("too much is said: %q", text)
	}
	if len(ended.Lines) != encoderLines || len(text) > 2000 {
		t.Errorf("%d lines, %d bytes", len(ended.Lines), len(text))
	}
}

// What writes something else without end is ended.
func TestEncoderRefusesWhatIsNoStream(t *testing.T) {
	program, _ := fakeFFmpeg(t, "exec yes")
	err := encoder(t, program, "test").Run(t.Context(), endless(), func(string) {})
	if !errors.Is(err, wmsp.ErrPushed) || strings.Contains(err.Error(), "signal") {
		t.Errorf("ended with %v", err)
	}
}

// writersOf waits until a program opens a named pipe, and returns what is closed
// when none has it open any more: what holds it ends with its process.
func writersOf(t *testing.T, dir string) (opened, gone <-chan struct{}) {
	t.Helper()
	name := filepath.Join(dir, "held")
	if err := syscall.Mkfifo(name, 0o600); err != nil {
		t.Fatal(err)
	}
	o, g := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(g)
		f, err := os.Open(name) // when a writer does
		if err != nil {
			t.Error(err)
		}
		close(o)
		io.Copy(io.Discard, f)
		f.Close()
	}()
	return o, g
}

// All that the program has started ends with it, whether it likes to or not.
func TestEncoderLeavesNoProcess(t *testing.T) {
	for name, script := range map[string]string{
		"while it streams":  "trap '' TERM\ncat clip.asf\n(exec sleep 10000 9>held >/dev/null 2>&1) &\nwait\nsleep 10000",
		"when it has ended": "cat clip.asf\n(exec sleep 10000 9>held >/dev/null 2>&1) &\nread line <waiting\nexit 1",
	} {
		t.Run(name, func(t *testing.T) {
			program, dir := fakeFFmpeg(t, script)
			if err := syscall.Mkfifo(filepath.Join(dir, "waiting"), 0o600); err != nil {
				t.Fatal(err)
			}
			opened, gone := writersOf(t, dir)
			ctx, cancel := context.WithCancel(t.Context())
			ended := make(chan error)
			go func() { ended <- encoder(t, program, "test").Run(ctx, endless(), func(string) {}) }()
			<-opened
			if name == "while it streams" {
				cancel()
			} else {
				write(t, dir, "waiting", []byte("go on\n"))
			}
			if err := <-ended; err == nil {
				t.Error("it ended well")
			}
			<-gone
			cancel()
		})
	}
}

// A supervised encoder that dies is there again; the points' players see an
// entry more.
func TestEncoderIsStartedAnew(t *testing.T) {
	program, _ := fakeFFmpeg(t, "cat clip.asf\nif mkdir died; then kill -9 $$; fi\nexec sleep 10000")
	bus := &event.Bus{}
	sub := bus.Subscribe(100)
	to := endless()
	s := Supervise(SupervisorOptions{Feeder: encoder(t, program, "test"), To: to, Bus: bus})
	defer s.Close()
	streamed := 0
	for r := range sub.C() {
		if e, ok := r.Event.(event.SourceFailed); ok && !strings.Contains(e.Err.Error(), "signal: killed") {
			t.Errorf("failed with %v", e.Err)
		}
		if _, ok := r.Event.(event.SourceStreaming); ok {
			if streamed++; streamed == 2 {
				break
			}
		}
	}
	if st := s.State(); st.Starts != 2 || st.Phase != Streaming || st.Err == nil {
		t.Errorf("state %+v", st)
	}
	if n, _ := to.Brought(); n != 40 {
		t.Errorf("%d packets, want 40", n)
	}
}

func TestEncoderNeedsFFmpeg(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	for _, program := range []string{"", "/nowhere/ffmpeg"} {
		_, err := NewEncoder(EncoderOptions{Program: program, Input: "test"})
		if !errors.Is(err, ErrNoFFmpeg) || !strings.Contains(err.Error(), "apt install ffmpeg") {
			t.Errorf("%q: %v", program, err)
		}
	}
	program, dir := fakeFFmpeg(t, "")
	e := encoder(t, program, "test")
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if err := e.Run(t.Context(), endless(), func(string) {}); !errors.Is(err, ErrNoFFmpeg) {
		t.Errorf("one that has gone: %v", err)
	}
}

func TestEncoderEndsWithItsContext(t *testing.T) {
	program, _ := fakeFFmpeg(t, "exec sleep 10000")
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if err := encoder(t, program, "test").Run(ctx, endless(), func(string) {}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("ended with %v", err)
	}
}

func FuzzEncoderOutput(f *testing.F) {
	f.Add([]byte("frame=5\nfps=1\nspeed=1x\nprogress=continue\n[rtsp @ 0x1] gone\n"))
	f.Add([]byte("progress=end\r\nx=y\nout_time=\x00\xff\n\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		o := encoderOutput{log: nopLog, note: func(n string) {
			if len(n) > 500 || strings.ContainsFunc(n, func(r rune) bool { return r < ' ' }) {
				t.Errorf("note %q", n)
			}
		}}
		o.read(strings.NewReader(string(b)))
		if len(o.lines) > encoderLines {
			t.Errorf("%d lines are kept", len(o.lines))
		}
		for _, l := range o.lines {
			if l == "" || len(l) > encoderLine || strings.ContainsFunc(l, func(r rune) bool { return r < ' ' }) {
				t.Errorf("line %q", l)
			}
		}
	})
}
