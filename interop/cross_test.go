package interop

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// crossing is a playlist of two films.
type crossing struct {
	name  string
	from  [2]string // the clips
	size  [2]string // of their packets, bytes
	films [2]map[string][]frame
}

// crossings are the kinds of changes from one entry to the next.
func crossings() []*crossing {
	return []*crossing{
		{name: "streams", from: [2]string{plain, plain}, size: [2]string{"1600", "1600"}}, // which are the same
		{name: "packets", from: [2]string{plain, plain}, size: [2]string{"1600", "3200"}},
		{name: "picture", from: [2]string{"wmav2_p1600.wma", plain}, size: [2]string{"1600", "1600"}},
		{name: "codec", from: [2]string{plain, other}, size: [2]string{"1600", "1600"}},
	}
}

// cut writes the films, of so many seconds, and the playlist of them.
func (c *crossing) cut(t *testing.T, dir string, seconds ...string) (list string) {
	t.Helper()
	text := `<?wsx version="1.0"?><smil>`
	for i, at := range []string{"0", "5"} {
		name := c.name + at + filepath.Ext(c.from[i])
		file := filepath.Join(dir, name)
		play(t, "ffmpeg", "-nostdin", "-v", "error", "-ss", at, "-i", clip(t, c.from[i]), "-t", seconds[i],
			"-c", "copy", "-packet_size", c.size[i], file)
		c.films[i] = frames(t, "-i", file)
		text += `<media src="` + name + `"/>`
	}
	list = filepath.Join(dir, c.name+".wsx")
	writeFile(t, list, []byte(text+"</smil>"))
	return list
}

// tolerance is what may be missing of what somebody gets.
type tolerance struct {
	joins bool // a part of the first film: it is a broadcast
	last  int  // so many frames of each stream
}

// all says whether frames are all of the films in one.
func (c *crossing) all(got map[string][]frame, films []int, most tolerance) bool {
	want := map[string][]string{}
	for _, i := range films {
		for stream, list := range c.films[i] {
			want[stream] = append(want[stream], hashes(list)...)
		}
	}
	for stream, whole := range want {
		part, least := hashes(got[stream]), len(whole)
		if most.joins { // the last film, and something of the one before
			least = len(c.films[films[len(films)-1]][stream])
			if len(films) == 1 {
				least = len(whole) / 2
			}
		}
		if len(part) < least-most.last || len(part) > len(whole) {
			return false
		}
		missing := 0
		for missing < most.last && !isTail(part, whole[:len(whole)-missing]) {
			missing++
		}
		if !isTail(part, whole[:len(whole)-missing]) || !most.joins && len(part)+missing != len(whole) {
			return false
		}
	}
	return len(got) == len(want)
}

// what says which films frames are, all of each: "first", "second" or "both".
func (c *crossing) what(got map[string][]frame, most tolerance) string {
	for name, films := range map[string][]int{"first": {0}, "second": {1}, "both": {0, 1}} {
		if c.all(got, films, most) {
			return name
		}
	}
	text := ""
	for stream, list := range got {
		n := map[string]int{}
		for _, h := range hashes(list) {
			switch {
			case slices.Contains(hashes(c.films[0][stream]), h):
				n["first"]++
			case slices.Contains(hashes(c.films[1][stream]), h):
				n["second"]++
			default:
				n["neither"]++
			}
		}
		text += fmt.Sprintf("stream %s: %v of %d and %d; ", stream, n, len(c.films[0][stream]), len(c.films[1][stream]))
	}
	return text
}

// stored says the same of what a player stored, entry by entry. No header says where
// an entry ends: what follows it counts.
func (c *crossing) stored(t *testing.T, b []byte, most tolerance) string {
	t.Helper()
	var said []string
	for i, e := range entriesOf(t, b) {
		e = bytes.Clone(e)
		head, err := object(e, headerObject)
		if err != nil {
			t.Fatal(err)
		}
		clear(e[head+16 : head+24])
		file := filepath.Join(scratch(t), "entry.asf")
		writeFile(t, file, e)
		most := most
		most.joins = most.joins && i == 0
		said = append(said, c.what(frames(t, "-i", file), most))
	}
	return strings.Join(said, ", ")
}

// pictures says which films MPlayer decodes, by how many pictures those have.
func (c *crossing) pictures(t *testing.T, url string) string {
	t.Helper()
	out := filepath.Join(scratch(t), "md5")
	mplayer(t, "-benchmark", "-nosound", "-ao", "null", "-vo", "md5sum:outfile="+out, url)
	b, _ := os.ReadFile(out) // there is none without pictures
	first, second := len(c.films[0]["0"]), len(c.films[1]["0"])
	switch n := len(strings.Fields(string(b))) / 2; n {
	case 0:
		return "none"
	case first:
		return "first"
	case first + second:
		return "both"
	default:
		return fmt.Sprintf("%d pictures of %d and %d", n, first, second)
	}
}

// A crosser is a player with a way to the server, and what it gets of each crossing
// in their order.
type crosser struct {
	name string
	gets string
	play func(t *testing.T, c *crossing, s server, point string) string
}

func stores(name, gets string, last int, dump func(t *testing.T, s server, point string) []byte) crosser {
	return crosser{name, gets, func(t *testing.T, c *crossing, s server, point string) string {
		return c.stored(t, dump(t, s, point), tolerance{isLive("/" + point), last})
	}}
}

func decoded(name, gets string, last int, input func(s server, point string) []string) crosser {
	return crosser{name, gets, func(t *testing.T, c *crossing, s server, point string) string {
		args := slices.Concat(forSeconds(20), []string{"ffmpeg", "-nostdin", "-v", "error"}, input(s, point),
			[]string{"-map", "0", "-c", "copy", "-f", "framemd5", "-"})
		return c.what(parseFrames(t, play(t, args[0], args[1:]...)), tolerance{isLive("/" + point), last})
	}}
}

func gstreamerCrosses(transport, gets string) crosser {
	return stores("GStreamer over RTSP and "+transport, gets, 0, func(t *testing.T, s server, point string) []byte {
		out := filepath.Join(scratch(t), "dump")
		gstreamer(t, "rtspsrc", "location="+s.rtspURL(point), "protocols="+transport, "!", "rtpasfdepay", "!", "filesink", "location="+out)
		return readFile(t, out)
	})
}

const (
	oneOfTwo = "both; first; first; first"
	allOfTwo = "first, second; first, second; first, second; first, second"
)

// cross has players cross all kinds of changes, each kind at one time.
func cross(t *testing.T, c *crossing, kind int, s server, point string, list []crosser) {
	var all sync.WaitGroup
	for _, p := range list {
		all.Go(func() {
			t.Run(c.name+"/"+p.name, func(t *testing.T) {
				want := strings.Split(p.gets, "; ")[kind]
				if got := p.play(t, c, s, point); got != want {
					t.Errorf("gets %s, want %s", got, want)
				}
			})
		})
	}
	all.Wait()
}

// What each player does where one entry of a playlist follows another one, as
// docs/playlists.md has it: all end by themselves. GStreamer is not asked over UDP: it
// gives nothing away of what is shorter than its buffer.
func TestCrossing(t *testing.T) {
	t.Setenv("LIBMMS_TRY_MMS_FIRST", "1")
	players := []crosser{
		decoded("FFmpeg over HTTP", oneOfTwo, 0, func(s server, p string) []string { return []string{"-i", s.url("mmsh", p)} }),
		decoded("FFmpeg over MMS", oneOfTwo, 0, func(s server, p string) []string { return []string{"-i", s.mmsURL("mmst", p)} }),
		decoded("FFmpeg over RTSP and TCP", oneOfTwo, 0, func(s server, p string) []string {
			return []string{"-rtsp_transport", "tcp", "-i", s.rtspURL(p)}
		}),
		decoded("FFmpeg over RTSP and UDP", oneOfTwo, 0, func(s server, p string) []string {
			return []string{"-rtsp_transport", "udp", "-i", s.rtspURL(p)}
		}),
		stores("VLC over HTTP", oneOfTwo, 0, func(t *testing.T, s server, p string) []byte { return vlcDump(t, s.url("mmsh", p)) }),
		stores("VLC over MMS", oneOfTwo, 0, func(t *testing.T, s server, p string) []byte { return vlcDump(t, s.mmsURL("mmst", p)) }),
		stores("MPlayer over HTTP", "first; first; first; first", 4, func(t *testing.T, s server, p string) []byte { return mplayerDump(t, s.url("mmsh", p)) }),
		stores("MPlayer over MMS", oneOfTwo, 4, func(t *testing.T, s server, p string) []byte { return mplayerDump(t, s.mmsURL("mmst", p)) }),
		{"MPlayer over RTSP", "both; first; none; first", func(t *testing.T, c *crossing, s server, p string) string {
			return c.pictures(t, s.rtspURL(p))
		}},
		stores("libmms over HTTP", allOfTwo, 0, func(t *testing.T, s server, p string) []byte { return mmsDump(t, s.url("mmsh", p)) }),
		stores("libmms over MMS", allOfTwo, 0, func(t *testing.T, s server, p string) []byte { return mmsDump(t, s.mmsURL("mms", p)) }),
		gstreamerCrosses("tcp", oneOfTwo),
	}
	dir, text := scratch(t), "rtsp: {address: \"127.0.0.1:0\", udp_port: 0, udp_segmentation: false}\nmms: {address: \"127.0.0.1:0\"}\npoints:\n"
	kinds := crossings()
	for _, c := range kinds {
		list := c.cut(t, dir, "2", "2")
		text += "- {name: " + c.name + ", path: " + strconv.Quote(list) + ", on_demand: {speed: 0}}\n"
	}
	s := serveWith(t, text)
	var all sync.WaitGroup
	for i, c := range kinds {
		all.Go(func() { cross(t, c, i, s, c.name, players) })
	}
	all.Wait()
	// Stored is not played: what VLC decodes goes on too.
	got := frames(t, "-i", vlcRecords(t, s.mmsURL("mmst", "streams")))
	if what := kinds[0].what(got, tolerance{last: 10}); what != "both" {
		t.Errorf("VLC plays %s", what)
	}
}

// The same of a broadcast: a playlist with one clock for all, which everybody joins in
// the first entry. All but FFmpeg over MMS, which asks for ever for more, end by themselves.
func TestCrossingLive(t *testing.T) {
	t.Setenv("LIBMMS_TRY_MMS_FIRST", "1")
	alone(t)
	players := []crosser{
		decoded("FFmpeg over HTTP", oneOfTwo, 0, func(s server, p string) []string { return []string{"-i", s.url("mmsh", p)} }),
		decoded("FFmpeg over MMS", oneOfTwo, 4, func(s server, p string) []string { return []string{"-i", s.mmsURL("mmst", p)} }),
		decoded("FFmpeg over RTSP and TCP", oneOfTwo, 0, func(s server, p string) []string {
			return []string{"-rtsp_transport", "tcp", "-i", s.rtspURL(p)}
		}),
		decoded("FFmpeg over RTSP and UDP", oneOfTwo, 0, func(s server, p string) []string {
			return []string{"-rtsp_transport", "udp", "-i", s.rtspURL(p)}
		}),
		stores("VLC over HTTP", oneOfTwo, 0, func(t *testing.T, s server, p string) []byte { return vlcDump(t, s.url("mmsh", p)) }),
		stores("VLC over MMS", oneOfTwo, 0, func(t *testing.T, s server, p string) []byte { return vlcDump(t, s.mmsURL("mmst", p)) }),
		stores("MPlayer over MMS", oneOfTwo, 4, func(t *testing.T, s server, p string) []byte { return mplayerDump(t, s.mmsURL("mmst", p)) }),
		stores("libmms over HTTP", "both"+allOfTwo[len("first, second"):], 0, func(t *testing.T, s server, p string) []byte { return mmsDump(t, s.url("mmsh", p)) }),
		stores("libmms over MMS", "both"+allOfTwo[len("first, second"):], 0, func(t *testing.T, s server, p string) []byte { return mmsDump(t, s.mmsURL("mms", p)) }),
		gstreamerCrosses("tcp", oneOfTwo),
		gstreamerCrosses("udp", oneOfTwo),
	}
	dir, kinds := scratch(t), crossings()
	for i := 0; i < len(kinds); i += 2 { // two at a time
		text := "rtsp: {address: \"127.0.0.1:0\", udp_port: 0, udp_segmentation: false}\nmms: {address: \"127.0.0.1:0\"}\npoints:\n"
		pair := kinds[i : i+2]
		for _, c := range pair {
			list := c.cut(t, dir, "9", "3")
			text += "- {name: " + c.name + "/live, broadcast: {source: " + strconv.Quote("playlist:"+list) + ", linger: 1s, fast_start: 30s}}\n"
		}
		s := serveWith(t, text)
		var all sync.WaitGroup
		for n, c := range pair {
			all.Go(func() { cross(t, c, i+n, s, c.name+"/live", players) })
		}
		all.Wait()
	}
}
