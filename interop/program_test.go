package interop

import (
	"context"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"caracal/wmsp"
)

// ctl runs "caracal ctl" for a server and returns what it prints.
func (s server) ctl(t *testing.T, args ...string) string {
	t.Helper()
	binary, err := build()
	if err != nil {
		t.Fatal(err)
	}
	return play(t, binary, append([]string{"ctl", "--server", "http://" + s.admin}, args...)...)
}

// playing waits until "caracal ctl now" prints some words.
func (s server) playing(t *testing.T, name, words string) {
	t.Helper()
	said := ""
	for range 300 {
		if said = s.ctl(t, "now", name); strings.Contains(said, words) {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatalf("ctl now %s says %q, not %s", name, said, words)
}

// A playlist of files with the same streams is one endless film for players, which
// lose no frame where one file follows the other.
func TestProgramSameStreams(t *testing.T) {
	dir := scratch(t)
	first, second := part(t, dir, "a.wmv", "0", "3"), part(t, dir, "b.wmv", "5", "2")
	list := filepath.Join(dir, "list.wsx")
	writeFile(t, list, []byte(`<?wsx version="1.0"?><smil><seq repeatCount="indefinite">`+
		`<media src="a.wmv"/><media src="gone.wmv"/><media src="b.wmv"/></seq></smil>`))
	s := sourceServer(t, map[string]string{"evening": "playlist:" + list})
	s.wait(t, "evening")
	var all sync.WaitGroup
	for way, input := range map[string][]string{
		"mmsh": {"-i", s.url("mmsh", "evening")},
		"mmst": {"-i", s.mmsURL("mmst", "evening")},
		"http": {"-i", s.url("http", "evening")},
	} {
		all.Go(func() {
			t.Run(way, func(t *testing.T) {
				got := frames(t, append(input, "-t", "12.5")...)
				around(t, got, first, second)
				goOn(t, got, map[string]int{"0": 0, "1": 0}, 200)
			})
		})
	}
	all.Go(func() {
		t.Run("rtsp", func(t *testing.T) { decodes(t, "12", "-rtsp_transport", "tcp", "-i", s.rtspURL("evening")) })
	})
	all.Wait()
}

// headers counts the entries that a player gets, until it is told to stop.
func headers(ctx context.Context, t *testing.T, url string, count chan<- int) {
	st, err := (&wmsp.Client{}).Play(ctx, url, wmsp.PlayOptions{})
	if err != nil {
		t.Error(err)
		close(count)
		return
	}
	defer st.Close()
	defer close(count)
	for n := 0; ; {
		e, err := st.Next()
		if err != nil {
			return
		}
		if e.Kind == wmsp.GotHeader {
			n++
			select {
			case count <- n:
			case <-ctx.Done():
			}
		}
	}
}

// While FFmpeg pushes nothing the fallback plays; killed, it is replaced, and when it
// is back it has its place at once. Players stay, and get each as an entry.
func TestProgramFallback(t *testing.T) {
	dir := scratch(t)
	part(t, dir, "sorry.wmv", "0", "3")
	s := serveWith(t, noRTSP+noMMS+"points:\n- {name: live, broadcast: {source: push, fallback: "+strconv.Quote(dir)+", fallback_after: 1s}}\n")
	s.playing(t, "live", "(fallback)")
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	count := make(chan int)
	go headers(ctx, t, s.url("http", "live"), count)
	entry := func(want int) {
		t.Helper()
		if n, ok := <-count; !ok || n != want {
			t.Fatalf("entry %d has come, want %d", n, want)
		}
	}
	entry(1)
	for round := range 2 {
		push := exec.CommandContext(ctx, "ffmpeg", "-nostdin", "-v", "error", "-re", "-i", clip(t, plain),
			"-c", "copy", "-f", "asf_stream", s.url("http", "live"))
		if err := push.Start(); err != nil {
			t.Fatal(err)
		}
		entry(2 + 2*round)
		if said := s.ctl(t, "now", "live"); strings.Contains(said, "fallback") || !strings.Contains(said, "live") {
			t.Errorf("while FFmpeg pushes ctl says %q", said)
		}
		_ = push.Process.Kill()
		_ = push.Wait()
		entry(3 + 2*round)
		s.playing(t, "live", "(fallback)")
	}
	cancel()
	for range count {
	}
}

// ctl shows what a playlist plays and orders it about; players get items with other
// streams as other entries.
func TestProgramControl(t *testing.T) {
	dir := scratch(t)
	film, sound := filepath.Join(dir, "film.wmv"), filepath.Join(dir, "sound.wma")
	writeFile(t, film, readFile(t, clip(t, plain)))
	writeFile(t, sound, readFile(t, clip(t, "wmav2_p1600.wma")))
	list := filepath.Join(dir, "list.wsx")
	writeFile(t, list, []byte(`<smil><seq repeatCount="indefinite"><media src="film.wmv"/><media src="sound.wma"/></seq></smil>`))
	s := sourceServer(t, map[string]string{"evening": "playlist:" + list})
	s.wait(t, "evening")
	s.playing(t, "evening", "film.wmv")
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	count := make(chan int)
	go headers(ctx, t, s.url("http", "evening"), count)
	<-count
	s.ctl(t, "skip", "evening")
	if n := <-count; n != 2 {
		t.Errorf("after a skip entry %d has come", n)
	}
	s.playing(t, "evening", "sound.wma")
	s.ctl(t, "insert", "evening", film, "--how", "pause")
	if n := <-count; n != 3 {
		t.Errorf("with an insertion entry %d has come", n)
	}
	s.playing(t, "evening", "(inserted)")
	s.ctl(t, "skip", "evening")
	s.playing(t, "evening", "sound.wma")
	s.ctl(t, "add", "evening", "film.wmv", "1")
	s.ctl(t, "move", "evening", "3", "1")
	s.ctl(t, "remove", "evening", "2")
	if got := s.ctl(t, "list", "evening"); strings.Count(got, ".wm") != 2 || strings.Index(got, "sound") > strings.Index(got, "film") {
		t.Errorf("the list is\n%s", got)
	}
	if got := s.ctl(t, "points"); !strings.Contains(got, "evening") || !strings.Contains(got, "live") {
		t.Errorf("the points are\n%s", got)
	}
	cancel()
	for range count {
	}
}
