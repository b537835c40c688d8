package interop

import (
	"bytes"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// crossing is a playlist of two films.
type crossing struct {
	name  string
	from  [2]string // the clips
	at    [2]string // where the films begin in them, seconds
	size  [2]string // of their packets, bytes
	films [2]map[string][]frame
}

// crossings are the kinds of changes from one entry to the next.
var crossings = []crossing{
	{name: "streams", from: [2]string{plain, plain}, at: [2]string{"0", "5"}, size: [2]string{"1600", "1600"}},
	{name: "packets", from: [2]string{plain, plain}, at: [2]string{"0", "5"}, size: [2]string{"1600", "3200"}},
	{name: "picture", from: [2]string{"wmav2_p1600.wma", plain}, at: [2]string{"0", "5"}, size: [2]string{"1600", "1600"}},
	{name: "codec", from: [2]string{plain, other}, at: [2]string{"0", "5"}, size: [2]string{"1600", "1600"}},
}

// cut writes the films, of so many seconds, and the playlist of them.
func (c *crossing) cut(t *testing.T, dir string, seconds ...string) (list string) {
	t.Helper()
	text := `<?wsx version="1.0"?><smil>`
	for i := range c.from {
		name := fmt.Sprintf("%s%d%s", c.name, i, filepath.Ext(c.from[i]))
		file := filepath.Join(dir, name)
		play(t, "ffmpeg", "-nostdin", "-v", "error", "-ss", c.at[i], "-i", clip(t, c.from[i]), "-t", seconds[i],
			"-c", "copy", "-packet_size", c.size[i], file)
		c.films[i] = frames(t, "-i", file)
		text += `<media src="` + name + `"/>`
	}
	list = filepath.Join(dir, c.name+".wsx")
	writeFile(t, list, []byte(text+"</smil>"))
	return list
}

// what says how much of which film somebody got: "all of 0, 3 of 1".
func (c *crossing) what(got map[string][]frame) string {
	var said []string
	for _, stream := range slices.Sorted(maps.Keys(got)) {
		h := hashes(got[stream])
		n := [3]int{}
		order := ""
		for _, x := range h {
			k := 2
			for i, film := range c.films {
				for _, list := range film {
					if slices.Contains(hashes(list), x) {
						k = i
					}
				}
			}
			n[k]++
			if s := strconv.Itoa(k); !strings.HasSuffix(order, s) {
				order += s
			}
		}
		var w []string
		for i, film := range c.films {
			w = append(w, fmt.Sprintf("%d/%d", n[i], len(film[stream])))
		}
		said = append(said, fmt.Sprintf("%s:%s+%d[%s]", stream, strings.Join(w, "+"), n[2], order))
	}
	return strings.Join(said, " ")
}

// stored is the same for what is in a file.
func (c *crossing) stored(t *testing.T, b []byte) string {
	t.Helper()
	var said []string
	for _, e := range entriesOf(t, b) {
		file := filepath.Join(scratch(t), "entry.asf")
		at := bytes.Index(e, []byte{0x36, 0x26, 0xb2, 0x75, 0x8e, 0x66, 0xcf, 0x11})
		e = bytes.Clone(e)
		clear(e[at+16 : at+24])
		writeFile(t, file, e)
		said = append(said, c.what(frames(t, "-i", file)))
	}
	return strings.Join(said, " | ")
}

func TestCrossExplore(t *testing.T) {
	t.Setenv("LIBMMS_TRY_MMS_FIRST", "1")
	dir := scratch(t)
	text := "rtsp: {address: \"127.0.0.1:0\", udp_port: 0, udp_segmentation: false}\nmms: {address: \"127.0.0.1:0\"}\npoints:\n" +
		"- {name: clips, path: " + strconv.Quote(clip(t, "")) + "}\n"
	for i := range crossings {
		c := &crossings[i]
		list := c.cut(t, dir, "2", "2")
		text += "- {name: " + c.name + "/live, path: " + strconv.Quote(list) + ", on_demand: {speed: 0}}\n"
	}
	s := serveWith(t, text)
	for i := range crossings {
		c := &crossings[i]
		name := c.name + "/live"
		http, mmst, mmsu, rtsp := s.url("mmsh", name), s.mmsURL("mmst", name), s.mmsURL("mmsu", name), s.rtspURL(name)
		ws := map[string]func(t *testing.T) string{
			"ffmpeg mmsh":     func(t *testing.T) string { return c.what(frames(t, "-i", http)) },
			"ffmpeg mmst":     func(t *testing.T) string { return c.what(frames(t, "-i", mmst)) },
			"ffmpeg rtsp tcp": func(t *testing.T) string { return c.what(frames(t, "-rtsp_transport", "tcp", "-i", rtsp)) },
			"ffmpeg rtsp udp": func(t *testing.T) string { return c.what(frames(t, "-rtsp_transport", "udp", "-i", rtsp)) },
			"vlc mmsh":        func(t *testing.T) string { return c.stored(t, vlcDumpBy(t, http, forSeconds(14)...)) },
			"vlc mmst":        func(t *testing.T) string { return c.stored(t, vlcDumpBy(t, mmst, forSeconds(14)...)) },
			"vlc mmsu":        func(t *testing.T) string { return c.stored(t, vlcDumpBy(t, mmsu, forSeconds(14)...)) },
			"mplayer mmsh":    func(t *testing.T) string { return c.stored(t, mplayerDump(t, http)) },
			"mplayer mmst":    func(t *testing.T) string { return c.stored(t, mplayerDump(t, mmst)) },
			"mplayer rtsp": func(t *testing.T) string {
				return fmt.Sprint(len(mplayerPictures(t, rtsp)))
			},
			"mplayer mmsh pics": func(t *testing.T) string {
				return fmt.Sprint(len(mplayerPictures(t, http)))
			},
			"mplayer mmst pics": func(t *testing.T) string {
				return fmt.Sprint(len(mplayerPictures(t, mmst)))
			},
			"vlc mmsh rec": func(t *testing.T) string { return c.what(frames(t, "-i", vlcRecords(t, http))) },
			"vlc mmst rec": func(t *testing.T) string { return c.what(frames(t, "-i", vlcRecords(t, mmst))) },
			"libmms mmsh":  func(t *testing.T) string { return c.stored(t, mmsDumpBy(t, forSeconds(14), http)) },
			"libmms mms":   func(t *testing.T) string { return c.stored(t, mmsDumpBy(t, forSeconds(14), s.mmsURL("mms", name))) },
		}
		for _, tr := range []string{"tcp", "udp"} {
			ws["gst rtsp "+tr] = func(t *testing.T) string {
				file := filepath.Join(scratch(t), "dump")
				args := append(forSeconds(14), "gst-launch-1.0", "-q", "-e",
					"rtspsrc", "location="+rtsp, "protocols="+tr, "!", "rtpasfdepay", "!", "filesink", "location="+file)
				play(t, args[0], args[1:]...)
				return c.stored(t, readFile(t, file))
			}
		}
		var all sync.WaitGroup
		for n, w := range ws {
			all.Go(func() {
				t.Run(c.name+" "+n, func(t *testing.T) {
					b := time.Now()
					r := w(t)
					t.Logf("RESULT %-10s %-16s %5.1fs %s", c.name, n, time.Since(b).Seconds(), r)
				})
			})
		}
		all.Wait()
	}
}
