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
	"caracal/internal/fronttest"
	"caracal/internal/pull"
	"caracal/internal/source"
)

// passage is what came of one entry.
type passage struct{ packets, size int }

// add counts what comes.
func (l *passages) add(e pull.Event) {
	switch e.Kind {
	case pull.GotPacket:
		l.list[len(l.list)-1].packets++
	case pull.GotHeader:
		l.begin(e.Header)
	}
}

// begin counts another entry, unless it is the header of the last one again.
func (l *passages) begin(header []byte) {
	if !bytes.Equal(header, l.header) {
		l.header = bytes.Clone(header)
		l.list = append(l.list, passage{size: len(header)})
	}
}

type passages struct {
	header []byte
	list   []passage
}

// pass has a Client take all of a stream in.
func pass(t *testing.T, url string) []passage {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	p, err := source.NewPull(url)
	if err != nil {
		t.Fatal(err)
	}
	s, header, err := p.Open(ctx)
	if err != nil {
		t.Fatalf("%s: %v", url, err)
	}
	defer s.Close()
	var l passages
	l.begin(header)
	for {
		e, err := s.Receive()
		if errors.Is(err, io.EOF) || e.Kind == pull.GotEnd && !e.More {
			return l.list
		}
		if err != nil {
			t.Fatalf("%s: %v", url, err)
		}
		l.add(e)
	}
}

// Every protocol takes a player from entry to entry, past what cannot be opened, with
// all packets of each, over IPv4 and IPv6.
func TestListOverAllProtocols(t *testing.T) {
	dir := t.TempDir()
	var want []passage
	list := ""
	films := map[string]fronttest.Content{"a.wmv": fronttest.Film(2), "b.wmv": fronttest.Film(3)}
	song := fronttest.Film(2)
	song.Streams = []fronttest.Stream{{Number: 5, Size: 100}}
	films["c.wma"] = song
	for _, name := range []string{"a.wmv", "missing.wmv", "c.wma", "broken.wmv", "b.wmv"} {
		list += `<media src="` + name + `"/>`
		if c, ok := films[name]; ok {
			clip := c.Clip()
			if err := os.WriteFile(filepath.Join(dir, name), clip.File(), 0o644); err != nil {
				t.Fatal(err)
			}
			want = append(want, passage{clip.Count(), len(clip.Header)})
		}
	}
	write(t, dir, "broken.wmv", "no film")
	file := write(t, dir, "list.wsx", wsxOf(list))
	for _, host := range []string{"127.0.0.1", "[::1]"} {
		cfg := testConfig(config.Point{Name: "list", Path: file})
		cfg.HTTP.Address, cfg.RTSP.Address, cfg.MMS.Address = host+":0", host+":0", host+":0"
		cfg.Points[0].OnDemand.Speed = 0
		s, _ := start(t, cfg)
		for _, url := range []string{
			"http://" + s.Addr().String() + "/list", "rtspt://" + s.rtsp.addr().String() + "/list", "mmst://" + s.mms.addr().String() + "/list",
		} {
			got := pass(t, url)
			if len(got) != len(want) {
				t.Errorf("%s: %v, want %v", url, got, want)
				continue
			}
			for i := range want {
				if got[i] != want[i] {
					t.Errorf("%s: entry %d is %v, want %v", url, i, got[i], want[i])
				}
			}
		}
		shutdown(t, s)
	}
}
