package server

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"caracal/internal/config"
	"caracal/internal/event"
	"caracal/internal/fronttest"
	"caracal/internal/playlist"
	"caracal/internal/point"
	"caracal/internal/source"
	"caracal/mms"
	"caracal/rtsp"
	"caracal/wmsp"
)

// goodFilms are what the lists of these tests can play, each with a header of its own.
// Of short.wmv most packets are missing, which its header still has.
func goodFilms(t *testing.T, dir string, seconds uint32) map[string]passage {
	t.Helper()
	films := map[string]passage{}
	for name, more := range map[string]uint32{"a.wmv": 0, "b.wmv": 1, "c.wmv": 2, "short.wmv": 3} {
		c := fronttest.Film(seconds + more)
		clip := c.Clip()
		size := len(clip.Packets)
		if name == "short.wmv" {
			size = 5*fronttest.PacketSize + 7
		}
		write(t, dir, name, string(clip.Header)+string(clip.Packets[:size]))
		films[name] = passage{size / fronttest.PacketSize, len(clip.Header)}
	}
	return films
}

// brokenFilms writes what nobody can play.
func brokenFilms(t *testing.T, dir string) {
	t.Helper()
	clip := fronttest.Film(2).Clip()
	noise := bytes.Repeat([]byte("\x93\x17 no film at all \xff\x00"), 1000)
	bare := bytes.Clone(clip.Header)
	for name, b := range map[string][]byte{
		"noise.wmv": noise, "cut.wmv": clip.Header[:len(clip.Header)/2], "zero.wmv": nil, "bare.wmv": bare, "cut.wsx": []byte(`<?wsx version="1.0"?><smi`),
	} {
		write(t, dir, name, string(b))
	}
	write(t, dir, "nothing.wsx", wsxOf())
	write(t, dir, "ring1.wsx", wsxOf(`<media src="ring2.wsx"/>`))
	write(t, dir, "ring2.wsx", wsxOf(`<media src="ring1.wsx"/>`, `<media src="a.wmv"/>`))
	if err := os.Mkdir(filepath.Join(dir, "empty"), 0o755); err != nil {
		t.Fatal(err)
	}
}

// brokenLists are lists of what is broken, what of them plays, and why the rest does not.
var brokenLists = map[string]struct {
	media []string
	plays []string
	why   map[string]error // of what is passed over, by its name
}{
	"first-missing":     {[]string{"gone.wmv", "a.wmv", "b.wmv"}, []string{"a.wmv", "b.wmv"}, map[string]error{"gone.wmv": point.ErrNotFound}},
	"middle-missing":    {[]string{"a.wmv", "gone.wmv", "b.wmv"}, []string{"a.wmv", "b.wmv"}, map[string]error{"gone.wmv": point.ErrNotFound}},
	"last-missing":      {[]string{"a.wmv", "b.wmv", "gone.wmv"}, []string{"a.wmv", "b.wmv"}, map[string]error{"gone.wmv": point.ErrNotFound}},
	"noise":             {[]string{"noise.wmv", "a.wmv", "noise.wmv"}, []string{"a.wmv"}, map[string]error{"noise.wmv": point.ErrNotMedia}},
	"half-a-header":     {[]string{"a.wmv", "cut.wmv", "b.wmv"}, []string{"a.wmv", "b.wmv"}, map[string]error{"cut.wmv": point.ErrNotMedia}},
	"no-bytes":          {[]string{"zero.wmv", "a.wmv"}, []string{"a.wmv"}, map[string]error{"zero.wmv": point.ErrNotMedia}},
	"no-packets":        {[]string{"bare.wmv", "a.wmv"}, []string{"a.wmv"}, map[string]error{"bare.wmv": playlist.ErrEmpty}},
	"fewer-packets":     {[]string{"a.wmv", "short.wmv", "b.wmv"}, []string{"a.wmv", "short.wmv", "b.wmv"}, nil},
	"itself":            {[]string{"a.wmv", "itself.wsx", "b.wmv"}, []string{"a.wmv", "b.wmv"}, map[string]error{"itself.wsx": playlist.ErrCircle}},
	"a-ring":            {[]string{"ring1.wsx", "b.wmv"}, []string{"a.wmv", "b.wmv"}, map[string]error{"ring1.wsx": playlist.ErrCircle}},
	"an-empty-folder":   {[]string{"a.wmv", "empty", "empty/*.wmv", "b.wmv"}, []string{"a.wmv", "b.wmv"}, map[string]error{"empty": playlist.ErrEmpty, "empty/*.wmv": playlist.ErrEmpty}},
	"a-list-of-nothing": {[]string{"nothing.wsx", "a.wmv"}, []string{"a.wmv"}, nil},
	"all-in-one":        {[]string{"gone.wmv", "noise.wmv", "a.wmv", "cut.wmv", "zero.wmv", "ring1.wsx", "c.wmv", "empty", "bare.wmv"}, []string{"a.wmv", "a.wmv", "c.wmv"}, map[string]error{"gone.wmv": point.ErrNotFound, "noise.wmv": point.ErrNotMedia, "cut.wmv": point.ErrNotMedia, "zero.wmv": point.ErrNotMedia, "ring1.wsx": playlist.ErrCircle, "empty": playlist.ErrEmpty, "bare.wmv": playlist.ErrEmpty}},
	"nothing":           {},
	"all-missing":       {[]string{"gone.wmv", "lost.wmv"}, nil, map[string]error{"gone.wmv": point.ErrNotFound, "lost.wmv": point.ErrNotFound}},
	"all-broken":        {[]string{"noise.wmv", "cut.wmv", "zero.wmv", "bare.wmv", "empty"}, nil, map[string]error{"noise.wmv": point.ErrNotMedia, "cut.wmv": point.ErrNotMedia, "zero.wmv": point.ErrNotMedia, "bare.wmv": playlist.ErrEmpty, "empty": playlist.ErrEmpty}},
	"only-itself":       {[]string{"only-itself.wsx"}, nil, map[string]error{"only-itself.wsx": playlist.ErrCircle}},
}

// skips collects what is passed over until its events are asked for.
type skips struct{ sub *event.Subscription }

func (k skips) take(t *testing.T) (list []event.EntrySkipped) {
	t.Helper()
	k.sub.Close()
	for r := range k.sub.C() {
		if e, ok := r.Event.(event.EntrySkipped); ok {
			list = append(list, e)
		}
	}
	if n := k.sub.Lost(); n > 0 {
		t.Errorf("%d events were lost", n)
	}
	return list
}

// passedOver wants an event for each source that is broken, with its reason, and none
// more often than most for each time that it is in the list.
func passedOver(t *testing.T, got []event.EntrySkipped, media []string, why map[string]error, most int) {
	t.Helper()
	count, written := map[string]int{}, map[string]int{}
	for _, name := range media {
		written[name]++
	}
	for _, e := range got {
		count[e.Source]++
		if want, ok := why[e.Source]; !ok || !errors.Is(e.Err, want) {
			t.Errorf("%s is passed over: %v, want %v", e.Source, e.Err, want)
		}
	}
	for name := range why {
		if n := count[name]; n == 0 || n > most*max(written[name], 1) {
			t.Errorf("%s is passed over %d times", name, n)
		}
	}
}

// notFound says whether a server has answered that there is nothing.
func notFound(err error) bool {
	var http *wmsp.StatusError
	var rtsps *rtsp.StatusError
	var mmss *mms.StatusError
	switch {
	case errors.As(err, &http):
		return http.Response.Status == 404
	case errors.As(err, &rtsps):
		return rtsps.Response.Status == 404
	}
	return errors.As(err, &mmss) && mmss.HR == mms.EFileNotFound
}

// refused wants a URL to be answered as one that there is not.
func refused(t *testing.T, url string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	p, err := source.NewPull(url)
	if err != nil {
		t.Fatal(err)
	}
	s, _, err := p.Open(ctx)
	if err == nil {
		s.Close()
	}
	if !notFound(err) {
		t.Errorf("%s: %v", url, err)
	}
}

// streamed are the URLs of a name over HTTP, RTSP and MMS, all over TCP.
func streamed(s *Server, name string) map[string]string {
	ways := waysTo(s, name)
	delete(ways, "udp")
	return ways
}

// Whatever is broken in a list is passed over with an event, and the rest is played to
// its end; a list of which nothing can be played is not found. Each source is tried once
// a way: over RTSP who describes and then plays begins two.
func TestBrokenLists(t *testing.T) {
	ways := map[string]int{"http": 1, "mms": 1, "rtsp": 2}
	dir := t.TempDir()
	films := goodFilms(t, dir, 2)
	brokenFilms(t, dir)
	var points []config.Point
	for name, list := range brokenLists {
		file := write(t, dir, name+".wsx", wsxOf(mediaOf(list.media)))
		points = append(points, config.Point{Name: name, Path: file})
	}
	cfg := allProtocols(points...)
	for i := range cfg.Points {
		cfg.Points[i].OnDemand.Speed = 0
	}
	s, _ := start(t, cfg)
	for name, list := range brokenLists {
		for way, url := range streamed(s, name) {
			t.Run(name+"/"+way, func(t *testing.T) {
				told := skips{s.bus.Subscribe(10_000)}
				if list.plays == nil {
					refused(t, url)
				} else {
					got := pass(t, url)
					var want []passage
					for i, film := range list.plays {
						if i > 0 && list.plays[i-1] == film { // passages count by headers
							want[len(want)-1].packets += films[film].packets
							continue
						}
						want = append(want, films[film])
					}
					if !slices.Equal(got, want) {
						t.Errorf("%v, want %v", got, want)
					}
				}
				passedOver(t, told.take(t), list.media, list.why, ways[way])
			})
		}
	}
}

// mediaOf is a media element for each name.
func mediaOf(names []string) (text string) {
	for _, name := range names {
		text += `<media src="` + name + `"/>`
	}
	return text
}
