package interop

import (
	"path/filepath"
	"sync"
	"testing"
)

// listOfTwo serves a playlist of a song and a film at mms://host/.
func listOfTwo(t *testing.T, address string) twoFilms {
	t.Helper()
	dir := scratch(t)
	l := twoFilms{}
	for _, f := range []struct{ name, from string }{{"a.wma", "wmav2_p1600.wma"}, {"b.wmv", other}} {
		file := filepath.Join(dir, f.name)
		play(t, "ffmpeg", "-nostdin", "-v", "error", "-i", clip(t, f.from), "-t", "3", "-c", "copy", "-packet_size", "1600",
			"-metadata", "title="+titleOf(f.name), file)
		l.films = append(l.films, frames(t, "-i", file))
	}
	list := filepath.Join(dir, "evening.wsx")
	writeFile(t, list, []byte(`<?wsx version="1.0"?><smil><media src="a.wma"/><media src="b.wmv"/></smil>`))
	l.s = serveAt(t, address, "rtsp: {address: '"+address+"', udp_port: 0, udp_segmentation: false}\nmms: {address: 127.0.0.1:0}\n", list)
	return l
}

func titleOf(file string) string { return "24 hours of " + file }

// both wants a song, and then a film.
func (l twoFilms) both(t *testing.T, b []byte) {
	t.Helper()
	list := entriesOf(t, b)
	if len(list) != 2 {
		t.Fatalf("%d entries", len(list))
	}
	for i, e := range list {
		if got := l.which(t, e, 0); got != i {
			t.Errorf("entry %d is film %d", i, got)
		}
	}
}

// first wants the song, and no film.
func (l twoFilms) first(t *testing.T, got map[string][]frame) {
	t.Helper()
	if len(got) != 1 {
		t.Errorf("%d streams", len(got))
	}
	sameFrames(t, got, l.films[0])
}

// A playlist of two files with different streams. What each player does:
//
//   - libmms, over HTTP and MMS, gives away both, with their headers and all packets;
//   - FFmpeg, VLC, MPlayer and GStreamer play all of the first one and end with it, as
//     their demuxers do not take other streams in.
func TestListOfTwo(t *testing.T) {
	t.Setenv("LIBMMS_TRY_MMS_FIRST", "1")
	l := listOfTwo(t, "127.0.0.1:0")
	http, mms := l.s.url("mmsh", ""), l.s.mmsURL("mms", "")
	stored := func(t *testing.T, b []byte) {
		file := filepath.Join(scratch(t), "stored.asf")
		writeFile(t, file, b)
		l.first(t, frames(t, "-i", file))
	}
	watchers := watchers{
		"libmms over HTTP": func(t *testing.T) { l.both(t, mmsDumpBy(t, forSeconds(14), http)) },
		"libmms over MMS":  func(t *testing.T) { l.both(t, mmsDumpBy(t, forSeconds(14), mms)) },
		"VLC over HTTP":    func(t *testing.T) { stored(t, vlcDumpBy(t, http, nil, forSeconds(14)...)) },
		"VLC over MMS":     func(t *testing.T) { stored(t, vlcDumpBy(t, l.s.mmsURL("mmst", ""), nil, forSeconds(14)...)) },
		"MPlayer":          func(t *testing.T) { stored(t, mplayerDump(t, http)) },
		"GStreamer": func(t *testing.T) {
			file := filepath.Join(scratch(t), "dump")
			gstreamer(t, "rtspsrc", "location="+l.s.rtspURL(""), "protocols=tcp", "!", "rtpasfdepay", "!", "filesink", "location="+file)
			l.first(t, frames(t, "-i", file))
		},
		"FFmpeg over RTSP": func(t *testing.T) { l.first(t, frames(t, "-rtsp_transport", "tcp", "-i", l.s.rtspURL(""))) },
		"FFmpeg over HTTP": func(t *testing.T) { l.first(t, frames(t, "-i", http)) },
		"FFmpeg over MMS":  func(t *testing.T) { l.first(t, frames(t, "-i", l.s.mmsURL("mmst", ""))) },
	}
	var all sync.WaitGroup
	for player, watch := range watchers {
		all.Go(func() { t.Run(player, watch) })
	}
	all.Wait()
}

// The same over IPv6.
func TestListOverIPv6(t *testing.T) {
	l := listOfTwo(t, "[::1]:0")
	l.first(t, frames(t, "-i", l.s.url("mmsh", "")))
}

// A list of 500 items, of which every third is broken, is played to its end.
func TestLongList(t *testing.T) {
	dir := scratch(t)
	file := filepath.Join(dir, "a.wma")
	play(t, "ffmpeg", "-nostdin", "-v", "error", "-i", clip(t, "wmav2_p1600.wma"), "-t", "0.2", "-c", "copy", file)
	writeFile(t, filepath.Join(dir, "broken.wma"), readFile(t, file)[:200])
	writeFile(t, filepath.Join(dir, "empty.wma"), nil)
	list := `<?wsx version="1.0"?><smil>`
	for i := range 500 {
		list += `<media src="` + [...]string{"a.wma", "a.wma", "broken.wma", "a.wma", "a.wma", "missing.wma", "a.wma", "a.wma", "empty.wma"}[i%9] + `"/>`
	}
	writeFile(t, filepath.Join(dir, "long.wsx"), []byte(list+"</smil>"))
	s := serve(t, fast, filepath.Join(dir, "long.wsx"))
	if n := len(entriesOf(t, mmsDumpBy(t, forSeconds(50), s.url("mmsh", "")))); n != 500-166 {
		t.Errorf("%d entries came", n)
	}
}
