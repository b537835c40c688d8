package server

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
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

// markedAt are the markers of the film that markedFilm makes, ms, and the key frames
// that a player begins with which seeks there: the film has two a second.
var markedAt = []struct{ at, begins uint32 }{{0, 0}, {1700, 1500}, {3000, 3000}, {3499, 3000}}

// markedPreroll is the film's, ms.
const markedPreroll = 1000

// markedFilm makes a folder with a film, whose markers count from the preroll or from 0.
func markedFilm(t *testing.T, preroll uint32) string {
	t.Helper()
	c := fronttest.Film(5)
	c.Preroll = markedPreroll
	m := &asf.Marker{Reserved1: asf.ReservedMarker}
	for _, p := range markedAt {
		m.Markers = append(m.Markers, asf.MarkerEntry{
			PresentationTime: uint64(p.at+preroll) * 1e4, Description: asf.NewText(fmt.Sprintf("at %d", p.at)),
		})
	}
	c.More = append(c.More, m)
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "film.wmv"), c.Clip().File(), 0o644); err != nil {
		t.Fatal(err)
	}
	return dir
}

// seeks are Clients that play from a time, ms, over each protocol.
func seeks(s *Server) map[string]func(ctx context.Context, name string, ms uint32) (source.Stream, error) {
	ways := waysTo(s, "")
	return map[string]func(context.Context, string, uint32) (source.Stream, error){
		"http": func(ctx context.Context, name string, ms uint32) (source.Stream, error) {
			return (&wmsp.Client{}).Play(ctx, ways["http"]+name, wmsp.PlayOptions{Start: wmsp.Start{By: wmsp.StartByTime, Value: uint64(ms)}})
		},
		"rtsp": func(ctx context.Context, name string, ms uint32) (source.Stream, error) {
			return (&rtsp.Client{}).Play(ctx, ways["rtsp"]+name, rtsp.PlayOptions{Range: &rtsp.Range{Unit: rtsp.RangeTime, From: uint64(ms), HasFrom: true}})
		},
		"mms": func(ctx context.Context, name string, ms uint32) (source.Stream, error) {
			return (&mms.Client{}).Play(ctx, ways["mms"]+name, mms.PlayOptions{Start: mms.Start{Unit: mms.Seconds, Seconds: float64(ms) / 1000}})
		},
	}
}

// firstPicture is the time of the first picture that comes, and whether it is a key
// frame.
func firstPicture(t *testing.T, s source.Stream) (ms uint32, key bool) {
	t.Helper()
	for {
		e, err := s.Receive()
		if err != nil {
			t.Fatal(err)
		}
		if e.Kind != pull.GotPacket {
			continue
		}
		full, err := asf.AppendPadded(nil, e.Data, fronttest.PacketSize)
		if err != nil {
			t.Fatal(err)
		}
		var p asf.Packet
		if err := asf.ParsePacket(full, &p); err != nil {
			t.Fatal(err)
		}
		for it := p.Payloads(); it.Next(); {
			if pl := &it.Payload; pl.Stream == 1 && pl.Offset == 0 {
				return pl.Time - markedPreroll, pl.Key
			}
		}
	}
}

// A player that seeks to a marker begins at the last key frame before it, over every
// protocol, in a film and in a list.
func TestPlayersSeekToMarkers(t *testing.T) {
	dir := markedFilm(t, markedPreroll)
	list := write(t, dir, "list.wsx", wsxOf(`<media src="film.wmv"/><media src="film.wmv"/>`))
	s, _ := start(t, allProtocols(config.Point{Path: dir}, config.Point{Name: "list", Path: list}))
	for _, name := range []string{"film.wmv", "list"} {
		d, err := s.describe(name)
		if err != nil || len(d.markers) != len(markedAt) {
			t.Fatalf("%s has markers %v, %v", name, d.markers, err)
		}
		for way, play := range seeks(s) {
			for i, want := range markedAt {
				st, err := play(t.Context(), name, uint32(d.markers[i].Time.Milliseconds()))
				if err != nil {
					t.Fatal(err)
				}
				if at, key := firstPicture(t, st); at != want.begins || !key {
					t.Errorf("%s over %s: marker %d begins at %d ms, a key frame: %v, want %d", name, way, i+1, at, key, want.begins)
				}
				st.Close()
			}
		}
	}
}

// An entry of a list that begins at a marker does, by its number and by its name, and
// from whatever the film's markers count; one that there is not is no reason not to
// play it.
func TestListsBeginAtMarkers(t *testing.T) {
	for _, preroll := range []uint32{0, markedPreroll} {
		dir := markedFilm(t, preroll)
		var points []config.Point
		want := map[string]uint32{"number": 1500, "name": 3000, "wsx": 1500, "none": 0}
		for name, text := range map[string]string{
			"number.asx": `<ASX VERSION="3.0"><ENTRY><STARTMARKER NUMBER="2"/><REF HREF="film.wmv"/></ENTRY></ASX>`,
			"name.asx":   `<ASX VERSION="3.0"><ENTRY><STARTMARKER NAME="At 3000"/><REF HREF="film.wmv"/></ENTRY></ASX>`,
			"wsx.wsx":    wsxOf(`<media src="film.wmv" clipBegin="marker=2"/>`),
			"none.asx":   `<ASX VERSION="3.0"><ENTRY><STARTMARKER NUMBER="9"/><REF HREF="film.wmv"/></ENTRY></ASX>`,
		} {
			file := write(t, dir, name, text)
			points = append(points, config.Point{Name: name[:len(name)-4], Path: file})
		}
		s, _ := start(t, allProtocols(points...))
		for name, begins := range want {
			for way, play := range seeks(s) {
				st, err := play(t.Context(), name, 0)
				if err != nil {
					t.Fatal(err)
				}
				if at, key := firstPicture(t, st); at != begins || !key {
					t.Errorf("preroll %d: %s over %s begins at %d ms, want %d", preroll, name, way, at, begins)
				}
				st.Close()
			}
		}
	}
}

// A marker that a film has not is refused, in every form of an announcement.
func TestMarkersThatAreNone(t *testing.T) {
	dir := markedFilm(t, 0)
	list := write(t, dir, "list.wsx", wsxOf(`<media src="film.wmv"/>`))
	s, _ := start(t, allProtocols(config.Point{Path: dir}, config.Point{Name: "list", Path: list}))
	for _, name := range []string{"/film.wmv", "/list"} {
		for _, ext := range []string{".asx", ".wvx", ".wpl", ".m3u", ".pls"} {
			for marker, want := range map[string]int{"4": http.StatusOK, "5": 404, "0": 404, "99999999999999999999": 404, "two": 404} {
				if a := ask(t, s, "GET", name+ext+"?marker="+marker); a.StatusCode != want {
					t.Errorf("%s%s: marker %s is answered %d", name, ext, marker, a.StatusCode)
				}
			}
		}
	}
}
