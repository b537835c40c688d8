package interop

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"caracal/wmsp"
)

const pushConfig = `points:
  - name: live
    broadcast: {source: push, linger: 1s, push: {copies: 5}}
`

// joined plays a point from when it is live until the server says that it is
// over, and returns the packets that came after each header.
func joined(t *testing.T, url string, began func()) (got [][]byte) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var client wmsp.Client
	stream, err := client.Play(ctx, url, wmsp.PlayOptions{})
	for err != nil && ctx.Err() == nil {
		var status *wmsp.StatusError
		if !errors.As(err, &status) || status.Response.Status != 404 {
			break
		}
		stream, err = client.Play(ctx, url, wmsp.PlayOptions{})
	}
	if err != nil {
		t.Fatal(err)
	}
	defer stream.Close()
	for {
		e, err := stream.Next()
		switch {
		case errors.Is(err, io.EOF), err == nil && e.Kind == wmsp.GotEnd && !e.More:
			return got
		case err != nil:
			t.Fatalf("after %d headers: %v", len(got), err)
		case e.Kind == wmsp.GotHeader:
			got = append(got, nil)
		case e.Kind == wmsp.GotPacket:
			if len(got) == 1 && got[0] == nil {
				began()
			}
			got[len(got)-1] = append(got[len(got)-1], e.Data...)
		}
	}
}

// fromJoin says whether got is pushed from some packet on to its end.
func fromJoin(got, pushed []byte, size int) error {
	if len(got) == 0 || len(got)%size != 0 {
		return fmt.Errorf("%d bytes are no packets of %d", len(got), size)
	}
	if len(got) > len(pushed) {
		return fmt.Errorf("%d bytes of %d", len(got), len(pushed))
	}
	from := len(pushed) - len(got)
	for i := range got {
		if got[i] != pushed[from+i] {
			return fmt.Errorf("byte %d of packet %d differs, counted from the end's %d", i%size, i/size, len(pushed)/size)
		}
	}
	return nil
}

// A pusher is a program that pushes a clip to a URL. It gets the clip's path,
// and on its standard input the clip, of which more than a half only comes when
// the player has joined.
type pushes struct {
	name string
	args func(file, url string) []string
	// remux are ffmpeg's flags for a clip that it packs anew; nil: it goes as it
	// is.
	remux []string
}

func pushers(t *testing.T) []pushes {
	binary, err := build()
	if err != nil {
		t.Fatal(err)
	}
	return []pushes{
		ffmpegPushes("ffmpeg"),
		ffmpegPushes("ffmpeg-1400", "-packet_size", "1400"),
		{"caracal", func(file, url string) []string { return []string{binary, "push", file, url} }, nil},
		{"caracal-stdin", func(_, url string) []string { return []string{binary, "push", "-", url} }, nil},
		{"caracal-template", func(file, url string) []string {
			return []string{binary, "push", "--template", "live", "--auto-destroy", file, strings.Replace(url, "/live", "/made", 1)}
		}, nil},
		{"curl", func(_, url string) []string {
			return []string{"curl", "-sS", "--noproxy", "*", "-T", "-", url}
		}, nil},
	}
}

// ffmpegPushes has ffmpeg post a clip in real time.
func ffmpegPushes(name string, flags ...string) pushes {
	remux := append([]string{"-c", "copy"}, append(flags, "-f", "asf_stream")...)
	return pushes{name, func(file, url string) []string {
		return append(append([]string{"ffmpeg", "-nostdin", "-v", "error", "-re", "-i", file}, remux...), url)
	}, remux}
}

// Whoever pushes a clip, a player gets exactly its packets from its join on.
func TestPushIsByteEqual(t *testing.T) {
	for _, p := range pushers(t) {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			got, pushed, size := pushAndPlay(t, p)
			if err := fromJoin(got, pushed, size); err != nil {
				t.Error(err)
			}
			if len(got) < len(pushed)/3 {
				t.Errorf("only %d of %d bytes", len(got), len(pushed))
			}
			// The deliberate faults: what looks at the bytes must notice them.
			flipped := bytes.Clone(got)
			flipped[len(got)/2]++
			for fault, bad := range map[string][]byte{
				"a byte":               flipped,
				"a packet is lost":     append(bytes.Clone(got[:size]), got[2*size:]...),
				"the last is lost":     got[:len(got)-size],
				"a packet comes twice": append(bytes.Clone(got[:2*size]), got[size:]...),
			} {
				if fromJoin(bad, pushed, size) == nil {
					t.Errorf("%s: nobody noticed", fault)
				}
			}
		})
	}
}

// pushAndPlay pushes a clip and returns what a player got, and what it should.
func pushAndPlay(t *testing.T, p pushes) (got, pushed []byte, size int) {
	t.Helper()
	s := serve(t, pushConfig)
	file := clip(t, plain)
	ref := readReference(t, plain)
	if p.remux != nil {
		ref.packets, ref.packetSize = remuxed(t, file, p.remux)
	}
	url := s.url("http", "live")
	args := p.args(file, url)
	cmd := exec.Command("timeout", append([]string{"-s", "KILL", "60"}, args...)...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	cmd.Stdout = &stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	whole := readFile(t, file)
	half := len(ref.header) + len(ref.packets)/ref.packetSize/2*ref.packetSize
	fed := slices.Contains(args, "-")
	feed := func(b []byte) {
		if _, err := stdin.Write(b); fed && err != nil {
			t.Error(err)
		}
	}
	if fed {
		feed(whole[:half])
	}
	begun := func() {
		if fed {
			feed(whole[half:])
		}
		stdin.Close()
		go func() { ended <- cmd.Wait() }()
	}
	if strings.HasSuffix(args[len(args)-1], "/made") {
		url = s.url("http", "made")
	}
	all := joined(t, url, begun)
	if err := <-ended; err != nil {
		t.Errorf("the pusher: %v\n%s", err, tail(stderr.String()))
	}
	if len(all) != 1 {
		t.Errorf("%d headers came", len(all))
	}
	return all[0], ref.packets, ref.packetSize
}

// A player goes on across a restart of the encoder, and with another clip: all of
// the first from its join on, and all of the second.
func TestPushRestarts(t *testing.T) {
	binary, err := build()
	if err != nil {
		t.Fatal(err)
	}
	s := serve(t, strings.Replace(pushConfig, "linger: 1s", "linger: 4s", 1))
	clips := []string{plain, "wmv2_wmav2_p576.wmv"}
	ended := make(chan error, 1)
	go func() {
		for _, name := range clips {
			out, err := exec.Command("timeout", "-s", "KILL", "60", binary, "push", "--speed", "4", clip(t, name), s.url("http", "live")).CombinedOutput()
			if err != nil {
				ended <- fmt.Errorf("%s: %w\n%s", name, err, out)
				return
			}
		}
		ended <- nil
	}()
	got := joined(t, s.url("http", "live"), func() {})
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	if len(got) != len(clips) {
		t.Fatalf("%d headers came", len(got))
	}
	for i, name := range clips {
		ref := readReference(t, name)
		if err := fromJoin(got[i], ref.packets, ref.packetSize); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if i > 0 && len(got[i]) != len(ref.packets) {
			t.Errorf("%s: %d of %d bytes", name, len(got[i]), len(ref.packets))
		}
	}
}

// remuxed returns the packets that ffmpeg makes of a clip: what a server gets
// with the framing of [MS-WMSP] taken off.
func remuxed(t *testing.T, file string, flags []string) (packets []byte, size int) {
	t.Helper()
	out := play(t, "ffmpeg", append(append([]string{"-nostdin", "-v", "error", "-i", file}, flags...), "-")...)
	for b := []byte(out); len(b) >= 12; {
		n := 4 + int(binary.LittleEndian.Uint16(b[2:]))
		if b[1] == 'D' {
			packets, size = append(packets, b[12:n]...), n-12
		}
		b = b[n:]
	}
	return packets, size
}
