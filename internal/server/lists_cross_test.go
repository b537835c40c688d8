package server

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"caracal/asf"
	"caracal/internal/config"
	"caracal/internal/fronttest"
	"caracal/internal/pull"
	"caracal/internal/source"
	"caracal/mms"
	"caracal/rtsp"
	"caracal/wmsp"
)

// The players of Windows that cross every change.
const (
	player9, player11 = "9.00.00.4503", "11.0.5721.5145"
	framework11       = " WMFSDK/11.0"
)

// entriesOfStream takes all of a stream in and returns the packets of each entry.
func entriesOfStream(t *testing.T, header []byte, next func() (pull.Event, error)) (list [][]byte) {
	t.Helper()
	list = [][]byte{nil}
	for {
		e, err := next()
		switch {
		case errors.Is(err, io.EOF) || err == nil && e.Kind == pull.GotEnd && !e.More:
			return list
		case err != nil:
			t.Fatal(err)
		case e.Kind == pull.GotPacket:
			list[len(list)-1] = append(list[len(list)-1], e.Data...)
		case e.Kind == pull.GotHeader && !bytes.Equal(e.Header, header):
			list, header = append(list, nil), bytes.Clone(e.Header)
		}
	}
}

// crossingFilms are two entries for each kind of change.
func crossingFilms() map[string][2]fronttest.Content {
	film, song, codec, long, header := fronttest.Film(2), fronttest.Film(2), fronttest.Film(3), fronttest.Film(2), fronttest.Film(3)
	song.Streams = []fronttest.Stream{{Number: 5, Size: 100}}
	codec.Streams[0].Format, codec.Streams[1].Format = []byte("another codec's format"), []byte("and the sound's")
	long.Packet = 1400
	header.Preroll = 200
	return map[string][2]fronttest.Content{
		"streams": {film, fronttest.Film(1)}, "packets": {film, long}, "fewer": {long, film}, "picture": {song, film}, "sound": {film, song},
		"codec": {film, codec}, "preroll": {film, header},
	}
}

// Windows Media Player 9 and 11 get every packet of both entries, whatever changes, over
// HTTP, RTSP and MMS.
func TestWindowsPlayersCross(t *testing.T) {
	dir := t.TempDir()
	want := map[string][2]fronttest.Clip{}
	var points []config.Point
	for name, c := range crossingFilms() {
		clips := [2]fronttest.Clip{c[0].Clip(), c[1].Clip()}
		want[name] = clips
		for i, file := range []string{name + "1.wmv", name + "2.wmv"} {
			if err := os.WriteFile(filepath.Join(dir, file), clips[i].File(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		list := write(t, dir, name+".wsx", wsxOf(`<media src="`+name+`1.wmv"/>`, `<media src="`+name+`2.wmv"/>`))
		points = append(points, config.Point{Name: name, Path: list}, config.Point{Name: paced(name), Path: list})
	}
	cfg := testConfig(points...)
	cfg.MMS = config.MMS{Address: "127.0.0.1:0", UDP: true}
	for i := range cfg.Points {
		cfg.Points[i].OnDemand.Speed = float64(i % 2 * crossingSpeed)
	}
	s, _ := start(t, cfg)
	var all sync.WaitGroup
	for name, clips := range want {
		for way, open := range windowsPlayers(s, name) {
			all.Go(func() {
				t.Run(name+"/"+way, func(t *testing.T) { crosses(t, open, clips) })
			})
		}
	}
	all.Wait()
}

func crosses(t *testing.T, open openStream, clips [2]fronttest.Clip) {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	st, header, err := open(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	got := entriesOfStream(t, header, st.Receive)
	if len(got) != 2 {
		t.Fatalf("%d entries", len(got))
	}
	for i := range got {
		if !bytes.Equal(got[i], clips[i].Packets) {
			t.Errorf("entry %d: %d bytes, or not those of its %d", i, len(got[i]), len(clips[i].Packets))
		}
	}
}

// crossingSpeed is that of what goes over UDP.
const crossingSpeed = 4

// paced is the name of a list at that speed.
func paced(name string) string { return name + "/paced" }

type openStream func(ctx context.Context) (source.Stream, []byte, error)

// windowsPlayers are the ways in which the players play what is under a name.
func windowsPlayers(s *Server, name string) map[string]openStream {
	ways := map[string]openStream{}
	of := func(name string, udp bool) string {
		if udp {
			return paced(name)
		}
		return name
	}
	for _, version := range []string{player9, player11} {
		agent := "NSPlayer/" + version
		for mode, pipelined := range map[string]bool{"": false, " pipelined": true} {
			c := &wmsp.Client{Agent: agent + framework11, Pipelined: pipelined}
			url := "http://" + s.Addr().String() + "/" + name
			ways["HTTP"+mode+" "+version] = func(ctx context.Context) (source.Stream, []byte, error) {
				d, err := c.Describe(ctx, url)
				if err != nil {
					return nil, nil, err
				}
				st, err := c.Play(ctx, url, wmsp.PlayOptions{After: d})
				return st, d.HeaderBytes, err
			}
		}
		for scheme, udp := range map[string]bool{"rtspt": false, "rtspu": true} {
			c := &rtsp.Client{Agent: "WMPlayer/" + version}
			url := scheme + "://" + s.rtsp.addr().String() + "/" + of(name, udp)
			ways[scheme+" "+version] = func(ctx context.Context) (source.Stream, []byte, error) {
				d, err := c.Describe(ctx, url)
				if err != nil {
					return nil, nil, err
				}
				st, err := c.Play(ctx, url, rtsp.PlayOptions{After: d, UDP: udp})
				return enteringRTSP{st, ctx}, d.HeaderBytes, err
			}
		}
		for scheme, udp := range map[string]bool{"mmst": false, "mmsu": true} {
			c := &mms.Client{Agent: agent, UDP: udp}
			url := scheme + "://" + s.mms.addr().String() + "/" + of(name, udp)
			ways[scheme+" "+version] = func(ctx context.Context) (source.Stream, []byte, error) {
				d, err := c.Describe(ctx, url)
				if err != nil {
					return nil, nil, err
				}
				st, err := c.Play(ctx, url, mms.PlayOptions{After: d})
				return enteringMMS{st, ctx, udp}, d.HeaderBytes, err
			}
		}
	}
	return ways
}

// enteringRTSP takes all streams of every entry, [MS-RTSP] 3.1.4.5.
type enteringRTSP struct {
	*rtsp.Stream
	ctx context.Context
}

func (s enteringRTSP) Receive() (pull.Event, error) {
	e, err := s.Next()
	if err == nil && e.Kind == pull.GotHeader {
		err = s.Enter(s.ctx, e, rtsp.PlayOptions{})
	}
	return e.Event, err
}

// enteringMMS does the same, which has to be asked for over UDP, [MS-MMSP] 3.1.5.19.
type enteringMMS struct {
	*mms.Stream
	ctx context.Context
	udp bool
}

func (s enteringMMS) Receive() (pull.Event, error) {
	e, err := s.Next()
	if err != nil || e.Kind != pull.GotHeader || !s.udp {
		return e.Event, err
	}
	h, _, err := asf.ParseHeader(e.Header)
	if err != nil {
		return e.Event, err
	}
	var opt mms.PlayOptions
	for _, one := range h.Streams() {
		opt.Streams = append(opt.Streams, mms.StreamSwitchEntry{SrcStreamNumber: mms.NoStream, DstStreamNumber: uint16(one.Number())})
	}
	return e.Event, s.Play(s.ctx, opt)
}
