package interop

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"caracal/asf"
	"caracal/internal/head"
	"caracal/internal/pull"
	"caracal/internal/source"
	"caracal/mms"
	"caracal/rtsp"
)

const (
	longList  = 500 // entries
	longFiles = 40  // that its server may have open for it, beyond what it has before
)

// shortFilm is one of the two that the list plays by turns.
type shortFilm struct{ header, packets []byte }

// makeShort cuts a film with packets of a size, bytes.
func makeShort(t *testing.T, file, size string) shortFilm {
	t.Helper()
	play(t, "ffmpeg", "-nostdin", "-v", "error", "-i", clip(t, "wmav2_p1600.wma"), "-t", "0.2", "-c", "copy", "-packet_size", size, file)
	b := readFile(t, file)
	r, err := asf.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	at := r.DataOffset()
	return shortFilm{r.HeaderBytes(), b[at:][:r.NumPackets()*int64(r.PacketSize())]}
}

// files is how many files and connections the server has open.
func (s server) files(t *testing.T) int {
	t.Helper()
	list, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", s.pid))
	if err != nil {
		t.Fatal(err)
	}
	return len(list)
}

// A list of 500 entries comes whole, from the first packet of each to its last: to
// libmms with another header each time, to our Client over RTSP and MMS as one timeline,
// and told of each. The server has no more files open than those that play.
func TestLongListOfFilms(t *testing.T) {
	dir := scratch(t)
	films := [2]shortFilm{makeShort(t, filepath.Join(dir, "a.wma"), "1600"), makeShort(t, filepath.Join(dir, "b.wma"), "2000")}
	two := `<media src="a.wma"/><media src="b.wma"/>`
	for name, list := range map[string]string{
		"long.wsx": strings.Repeat(two, longList/2), "equal.wsx": strings.Repeat(`<media src="a.wma"/>`, longList),
	} {
		writeFile(t, filepath.Join(dir, name), []byte(`<?wsx version="1.0"?><smil>`+list+"</smil>"))
	}
	s := serveWith(t, "rtsp: {address: \"127.0.0.1:0\"}\nmms: {address: \"127.0.0.1:0\"}\n"+fast, dir)
	before := s.files(t)
	few := func(t *testing.T) {
		t.Helper()
		if n := s.files(t); n > before+longFiles {
			t.Errorf("%d files are open, %d before", n, before)
		}
	}
	var all sync.WaitGroup
	for name, watch := range (watchers{
		"libmms over HTTP": func(t *testing.T) {
			got := entriesOf(t, mmsDumpBy(t, forSeconds(100), s.url("mmsh", "long.wsx")))
			if len(got) != longList {
				t.Fatalf("%d entries came", len(got))
			}
			for i, e := range got {
				if want := films[i%2]; !bytes.Equal(e, append(bytes.Clone(want.header), want.packets...)) {
					t.Fatalf("entry %d differs: %d bytes", i, len(e))
				}
			}
		},
		"our Client over MMS":        func(t *testing.T) { followLong(t, s.mmsURL("mmst", "long.wsx"), films, few) },
		"our Client over RTSP, told": func(t *testing.T) { followLong(t, s.rtspURL("long.wsx"), films, few) },
		"our Client over HTTP":       func(t *testing.T) { followLong(t, s.url("http", "long.wsx"), films, few) },
		"our Client over RTSP":       func(t *testing.T) { followEqual(t, openEqualRTSP(s.rtspURL("equal.wsx")), films[0], few) },
		"our Client over MMS, equal": func(t *testing.T) { followEqual(t, openEqualMMS(s.mmsURL("mmst", "equal.wsx")), films[0], few) },
	}) {
		all.Go(func() { t.Run(name, watch) })
	}
	all.Wait()
	few(t)
}

// followLong has our Client take all of the list in.
func followLong(t *testing.T, url string, films [2]shortFilm, now func(*testing.T)) {
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	st, header, err := openLong(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	var got []byte
	n := 0
	judge := func() {
		want := films[n%2]
		if !bytes.Equal(got, want.packets) || !bytes.Equal(header, want.header) {
			t.Fatalf("entry %d differs: %d bytes, and %d of its header", n, len(got), len(header))
		}
		if n%100 == 0 {
			now(t)
		}
		n, got = n+1, got[:0]
	}
	for {
		e, err := st.Receive()
		switch {
		case errors.Is(err, io.EOF) || err == nil && e.Kind == pull.GotEnd && !e.More:
			if judge(); n != longList {
				t.Errorf("%d entries came", n)
			}
			return
		case err != nil:
			t.Fatalf("in entry %d: %v", n, err)
		case e.Kind == pull.GotPacket:
			got = append(got, e.Data...)
		case e.Kind == pull.GotHeader && !bytes.Equal(e.Header, header):
			judge()
			header = bytes.Clone(e.Header)
		}
	}
}

func openLong(ctx context.Context, url string) (source.Stream, []byte, error) {
	p, err := source.NewPull(url)
	if err != nil {
		return nil, nil, err
	}
	return p.Open(ctx)
}

// opener opens a stream, of packets of a size in bytes.
type opener func(ctx context.Context) (st source.Stream, size uint32, err error)

// openEqualRTSP comes as a player that knows of no other entry.
func openEqualRTSP(url string) opener {
	return func(ctx context.Context) (source.Stream, uint32, error) {
		st, err := (&rtsp.Client{Supported: head.FeatureLocID}).Play(ctx, url, rtsp.PlayOptions{})
		if err != nil {
			return nil, 0, err
		}
		return st, st.Description().Header.File().MaxPacketSize, nil
	}
}

// openEqualMMS comes as FFmpeg.
func openEqualMMS(url string) opener {
	return func(ctx context.Context) (source.Stream, uint32, error) {
		c := &mms.Client{Agent: "NSPlayer/7.0.0.1956", GUID: "{7E667F5D-A661-495E-A512-F55686DDA178}"}
		d, err := c.Describe(ctx, url)
		if err != nil {
			return nil, 0, err
		}
		st, err := c.Play(ctx, url, mms.PlayOptions{After: d})
		return st, uint32(d.PacketSize), err
	}
}

// followEqual has our Client take all of a list in that it is told nothing of: the
// entries are in one timeline.
func followEqual(t *testing.T, open opener, film shortFilm, now func(*testing.T)) {
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	st, packet, err := open(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	size := int(packet)
	each := len(film.packets) / size
	var first, own asf.Packet
	for n := 0; ; n++ {
		e, err := st.Receive()
		for err == nil && e.Kind != pull.GotPacket && e.Kind != pull.GotEnd {
			e, err = st.Receive()
		}
		if errors.Is(err, io.EOF) || err == nil && e.Kind == pull.GotEnd {
			if n != longList*each {
				t.Errorf("%d packets came of %d", n, longList*each)
			}
			return
		}
		if err != nil {
			t.Fatalf("behind packet %d: %v", n, err)
		}
		want, got := film.packets[n%each*size:][:size], bytes.Clone(e.Data)
		if err := errors.Join(asf.ParsePacket(got, &first), asf.ParsePacket(want, &own)); err != nil {
			t.Fatal(err)
		}
		back := asf.Shift{Time: own.SendTime - first.SendTime}
		if err := back.Apply(got); err != nil || !bytes.Equal(got, want) {
			t.Fatalf("packet %d of entry %d differs: %v", n%each, n/each, err)
		}
		if n%(100*each) == 0 {
			now(t)
		}
	}
}
