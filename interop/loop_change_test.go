package interop

import (
	"bytes"
	"encoding/hex"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"testing"
)

// forSeconds ends a player that would go on for ever.
func forSeconds(n int) []string {
	return []string{"sh", "-c", "timeout -s INT -k 2 " + strconv.Itoa(n) + ` "$@"; true`, "sh"}
}

// entriesOf cuts what somebody stored of a loop at the headers in it.
func entriesOf(t *testing.T, b []byte) (list [][]byte) {
	t.Helper()
	head, err := hex.DecodeString(headerObject)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(b, head) {
		t.Fatalf("%d bytes that begin with no header", len(b))
	}
	for len(b) > 0 {
		n := bytes.Index(b[1:], head)
		if n < 0 {
			return append(list, b)
		}
		list, b = append(list, b[:n+1]), b[n+1:]
	}
	return list
}

// twoFilms is a loop of two films of different codecs and packets.
type twoFilms struct {
	s     server
	films []map[string][]frame
}

func loopOfTwo(t *testing.T) twoFilms {
	t.Helper()
	dir := scratch(t)
	l := twoFilms{}
	for _, f := range []struct{ name, from, size string }{{"a.wmv", plain, "1600"}, {"b.wmv", other, "3200"}} {
		file := filepath.Join(dir, f.name)
		play(t, "ffmpeg", "-nostdin", "-v", "error", "-i", clip(t, f.from), "-t", "3", "-c", "copy", "-packet_size", f.size, file)
		l.films = append(l.films, frames(t, "-i", file))
	}
	l.s = sourceServer(t, map[string]string{"live": "loop:" + dir})
	l.s.wait(t, "live")
	return l
}

// which says which film a stored entry is, all of it but for some frames at its
// beginning, most at the most. -1: none.
func (l twoFilms) which(t *testing.T, entry []byte, most int) int {
	t.Helper()
	file := filepath.Join(scratch(t), "entry.asf")
	writeFile(t, file, entry)
	got := frames(t, "-i", file)
	return slices.IndexFunc(l.films, func(film map[string][]frame) bool {
		for stream, want := range film {
			part, whole := hashes(got[stream]), hashes(want)
			if most > 0 && len(part) > 0 {
				part = part[1:] // of which a piece may be missing
			}
			if !isTail(part, whole) || len(whole)-len(part) > most {
				return false
			}
		}
		return true
	})
}

// inTurns wants entries between the first and the last, which are cut off, that
// are both films by turns.
func (l twoFilms) inTurns(t *testing.T, b []byte, most int) {
	t.Helper()
	list := entriesOf(t, b)
	if len(list) < 4 {
		t.Fatalf("%d entries", len(list))
	}
	before := -1
	for i, e := range list[1 : len(list)-1] {
		now := l.which(t, e, most)
		if now < 0 || now == before {
			t.Errorf("entry %d is film %d, the one before is %d", i+1, now, before)
		}
		before = now
	}
}

// oneOnly wants the end of one film, and nothing of the other.
func (l twoFilms) oneOnly(t *testing.T, got map[string][]frame) {
	t.Helper()
	if !slices.ContainsFunc(l.films, func(film map[string][]frame) bool {
		for stream, want := range film {
			if len(got[stream]) == 0 || !isTail(hashes(got[stream]), hashes(want)) {
				return false
			}
		}
		return true
	}) {
		t.Errorf("streams of %d and %d frames are the end of neither film", len(got["0"]), len(got["1"]))
	}
}

// A folder of two films with different streams goes round: who follows a change of
// header gets every frame of both, in each round; who does not ends, or goes on
// with the film that it knows. What each does:
//
//   - libmms, over HTTP and MMS: gives the header of each film away, and all packets;
//   - VLC and FFmpeg end behind the film: over HTTP both would take a second header in
//     and tell their demuxers nothing, so they get none;
//   - MPlayer ends behind the film, but for its last 2 KB.
func TestLoopOfDifferentFilms(t *testing.T) {
	t.Setenv("LIBMMS_TRY_MMS_FIRST", "1")
	alone(t)
	l := loopOfTwo(t)
	http, mms := l.s.url("mmsh", "live"), l.s.mmsURL("mms", "live")
	watchers := watchers{
		"libmms over HTTP": func(t *testing.T) { l.inTurns(t, mmsDumpBy(t, forSeconds(14), http), 0) },
		"libmms over MMS":  func(t *testing.T) { l.inTurns(t, mmsDumpBy(t, forSeconds(14), mms), 0) },
		"VLC over HTTP": func(t *testing.T) {
			file := filepath.Join(scratch(t), "dump.asf")
			writeFile(t, file, vlcDump(t, http))
			l.oneOnly(t, frames(t, "-i", file))
		},
		"FFmpeg over RTSP": func(t *testing.T) {
			l.oneOnly(t, frames(t, "-rtsp_transport", "tcp", "-i", l.s.rtspURL("live")))
		},
		"FFmpeg without MMS":   func(t *testing.T) { l.oneOnly(t, frames(t, "-i", l.s.url("http", "live"))) },
		"FFmpeg over MMS/HTTP": func(t *testing.T) { l.oneOnly(t, frames(t, "-i", http)) },
		"MPlayer": func(t *testing.T) {
			file := filepath.Join(scratch(t), "dump.asf")
			writeFile(t, file, mplayerDump(t, http))
			l.begins(t, frames(t, "-i", file))
		},
	}
	var all sync.WaitGroup
	for player, watch := range watchers {
		all.Go(func() { t.Run(player, watch) })
	}
	all.Wait()
}

// begins wants a piece of one film, which lacks little at its end.
func (l twoFilms) begins(t *testing.T, got map[string][]frame) {
	t.Helper()
	if !slices.ContainsFunc(l.films, func(film map[string][]frame) bool {
		for stream, want := range film {
			part, whole := hashes(got[stream]), hashes(want)
			at := -1
			if len(part) > 0 {
				at = slices.Index(whole, part[0])
			}
			if at < 0 || len(whole)-at-len(part) > 4 || !slices.Equal(part, whole[at:at+len(part)]) {
				return false
			}
		}
		return true
	}) {
		t.Errorf("streams of %d and %d frames are of neither film", len(got["0"]), len(got["1"]))
	}
}
