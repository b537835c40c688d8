package server

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"caracal/internal/config"
	"caracal/internal/fronttest"
	"caracal/internal/point"
	"caracal/internal/pull"
	"caracal/internal/source"
	"caracal/mms"
	"caracal/rtsp"
	"caracal/wmsp"
)

// long is a film of more bytes than all buffers on the way to a player.
func long() fronttest.Clip {
	return fronttest.Content{
		Seconds: 600, Every: 100, Preroll: 100, BitRate: 2_000_000, Packet: 8000,
		Streams: []fronttest.Stream{{Number: 1, Video: true, Size: 7000, Key: 10}},
	}.Clip()
}

// A file that is deleted while it plays is played to its end, and what follows it too;
// where it comes again in the list it is passed over.
func TestListFileIsDeleted(t *testing.T) {
	dir := t.TempDir()
	film, last := long(), fronttest.Film(2).Clip()
	write(t, dir, "last.wmv", string(last.File()))
	file := write(t, dir, "list.wsx", wsxOf(mediaOf([]string{"film.wmv", "last.wmv", "film.wmv"})))
	cfg := allProtocols(config.Point{Name: "list", Path: file})
	cfg.Points[0].OnDemand.Speed = 0
	s, _ := start(t, cfg)
	for way, url := range streamed(s, "list") {
		t.Run(way, func(t *testing.T) {
			name := write(t, dir, "film.wmv", string(film.File()))
			told := skips{s.bus.Subscribe(1000)}
			got := entriesWhile(t, url, func() {
				if err := os.Remove(name); err != nil {
					t.Fatal(err)
				}
			})
			if len(got) != 2 || !bytes.Equal(got[0], film.Packets) || !bytes.Equal(got[1], last.Packets) {
				t.Errorf("%d entries, or not all of them", len(got))
			}
			passedOver(t, told.take(t), nil, map[string]error{"film.wmv": point.ErrNotFound}, 1)
		})
	}
}

// entriesWhile takes all of a stream in, and does something when its first packet has
// come.
func entriesWhile(t *testing.T, url string, do func()) [][]byte {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*patience)
	defer cancel()
	p, err := source.NewPull(url)
	if err != nil {
		t.Fatal(err)
	}
	st, header, err := p.Open(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	return entriesOfStream(t, header, func() (pull.Event, error) {
		e, err := st.Receive()
		if do != nil && err == nil && e.Kind == pull.GotPacket {
			do()
			do = nil
		}
		return e, err
	})
}

// A file that is replaced between the description and the play: MMS has it open and
// plays what it described, HTTP sends the header of what it is now, and RTSP refuses, as
// the player says what it was described. Nobody gets packets behind another's header.
func TestListFileIsReplaced(t *testing.T) {
	dir := t.TempDir()
	other := fronttest.Film(3)
	other.Preroll = 300
	before, after, last := fronttest.Film(2).Clip(), other.Clip(), fronttest.Film(1).Clip()
	write(t, dir, "last.wmv", string(last.File()))
	file := write(t, dir, "list.wsx", wsxOf(mediaOf([]string{"film.wmv", "last.wmv"})))
	cfg := allProtocols(config.Point{Name: "list", Path: file})
	cfg.Points[0].OnDemand.Speed = 0
	s, _ := start(t, cfg)
	for way, want := range map[string][]fronttest.Clip{"http": {after, last}, "mms": {before, last}, "rtsp": nil} {
		t.Run(way, func(t *testing.T) {
			write(t, dir, "film.wmv", string(before.File()))
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			st, header, err := describedFirst(ctx, way, streamed(s, "list")[way], func(header []byte) {
				if !bytes.Equal(header, before.Header) {
					t.Error("another film is described")
				}
				fresh := write(t, dir, "fresh", string(after.File()))
				if err := os.Rename(fresh, filepath.Join(dir, "film.wmv")); err != nil {
					t.Fatal(err)
				}
			})
			if want == nil {
				if refused := (*rtsp.StatusError)(nil); !errors.As(err, &refused) || refused.Response.Status != 412 {
					t.Errorf("a Setup of what has changed: %v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			defer st.Close()
			var headers [][]byte
			got := entriesOfStream(t, header, func() (pull.Event, error) {
				e, err := st.Receive()
				if e.Kind == pull.GotHeader {
					headers = append(headers, bytes.Clone(e.Header))
				}
				return e, err
			})
			if !bytes.Equal(header, want[0].Header) { // it is the first one of the play
				got = got[1:]
			} else {
				headers = append([][]byte{header}, headers...)
			}
			for i, clip := range want {
				if len(got) != len(want) || !bytes.Equal(got[i], clip.Packets) || !bytes.Equal(headers[i], clip.Header) {
					t.Errorf("entry %d of %d is not as it should be", i, len(got))
				}
			}
		})
	}
}

// describedFirst does something between the description and the play.
func describedFirst(ctx context.Context, way, url string, between func(header []byte)) (source.Stream, []byte, error) {
	switch way {
	case "http":
		c := &wmsp.Client{Agent: "NSPlayer/" + player11 + framework11}
		d, err := c.Describe(ctx, url)
		if err != nil {
			return nil, nil, err
		}
		between(d.HeaderBytes)
		st, err := c.Play(ctx, url, wmsp.PlayOptions{After: d})
		return st, d.HeaderBytes, err
	case "rtsp":
		c := &rtsp.Client{Agent: "WMPlayer/" + player11}
		d, err := c.Describe(ctx, url)
		if err != nil {
			return nil, nil, err
		}
		between(d.HeaderBytes)
		st, err := c.Play(ctx, url, rtsp.PlayOptions{After: d})
		return enteringRTSP{st, ctx}, d.HeaderBytes, err
	}
	c := &mms.Client{Agent: "NSPlayer/" + player11}
	d, err := c.Describe(ctx, url)
	if err != nil {
		return nil, nil, err
	}
	between(d.HeaderBytes)
	st, err := c.Play(ctx, url, mms.PlayOptions{After: d})
	return st, d.HeaderBytes, err
}
