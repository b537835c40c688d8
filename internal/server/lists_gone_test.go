package server

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"caracal/internal/config"
	"caracal/internal/event"
	"caracal/internal/fronttest"
	"caracal/internal/point"
	"caracal/internal/pull"
	"caracal/internal/source"
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

// A file that is replaced between the description and the play plays as what it is now,
// with a header that is its own, or is refused; never as packets of the one with the
// header of the other.
func TestListFileIsReplaced(t *testing.T) {
	dir := t.TempDir()
	before, after := fronttest.Film(2), fronttest.Film(3)
	after.Preroll, after.Streams = 300, []fronttest.Stream{{Number: 4, Video: true, Size: 300, Key: 5}, {Number: 2, Size: 80}}
	old, present, last := before.Clip(), after.Clip(), fronttest.Film(1).Clip()
	write(t, dir, "last.wmv", string(last.File()))
	file := write(t, dir, "list.wsx", wsxOf(mediaOf([]string{"film.wmv", "last.wmv"})))
	cfg := allProtocols(config.Point{Name: "list", Path: file})
	cfg.Points[0].OnDemand.Speed = 0
	s, _ := start(t, cfg)
	_ = []any{old, present, s, event.EntrySkipped{}, errors.New, io.EOF, filepath.Join}
}
