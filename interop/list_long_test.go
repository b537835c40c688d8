package interop

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"caracal/asf"
	"caracal/internal/pull"
	"caracal/internal/source"
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

// A list of 500 entries, each with another header than the one before, comes whole to
// libmms and to our Client, from the first packet of each to its last; and the server
// has no more files open than those that play.
func TestLongListOfFilms(t *testing.T) {
	dir := scratch(t)
	films := [2]shortFilm{makeShort(t, filepath.Join(dir, "a.wma"), "1600"), makeShort(t, filepath.Join(dir, "b.wma"), "2000")}
	list := `<?wsx version="1.0"?><smil>`
	for i := range longList {
		list += `<media src="` + [...]string{"a.wma", "b.wma"}[i%2] + `"/>`
	}
	writeFile(t, filepath.Join(dir, "long.wsx"), []byte(list+"</smil>"))
	s := serveWith(t, "rtsp: {address: \"127.0.0.1:0\"}\nmms: {address: \"127.0.0.1:0\"}\n"+fast, filepath.Join(dir, "long.wsx"))
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
			got := entriesOf(t, mmsDumpBy(t, forSeconds(100), s.url("mmsh", "")))
			if len(got) != longList {
				t.Fatalf("%d entries came", len(got))
			}
			for i, e := range got {
				if want := films[i%2]; !bytes.Equal(e, append(bytes.Clone(want.header), want.packets...)) {
					t.Fatalf("entry %d differs: %d bytes", i, len(e))
				}
			}
		},
		"our Client over RTSP": func(t *testing.T) { followLong(t, "rtspt://"+s.rtsp+"/", films, few) },
		"our Client over MMS":  func(t *testing.T) { followLong(t, s.mmsURL("mmst", ""), films, few) },
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
