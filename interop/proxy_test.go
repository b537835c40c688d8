package interop

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// proxyStatus is what the test wants to know of a server of the chain.
type proxyStatus struct {
	Sessions struct{ Total int }
	Points   []struct {
		Proxy struct{ Hits, Joined, Misses, Revalidated, Changed, Stale, Passed, Split, Asked, Streams, Files, Fetching, Fetched, Splitting int }
	}
	Events  map[string]int
	Players []struct{ Protocol, Address, State string }
}

func proxyStatusOf(t *testing.T, host string) (s proxyStatus) {
	t.Helper()
	out := play(t, "ip", "netns", "exec", host, "curl", "-sS", "http://127.0.0.1:8080/.caracal/status")
	if err := json.Unmarshal([]byte(out), &s); err != nil || len(s.Points) != 1 {
		t.Fatalf("%v in %s", err, out)
	}
	return s
}

const (
	filmsPoint = "rtsp: {udp_port: -1}\n" + fast + "points:\n- name: films\n"
	filmsURL   = "127.0.0.1:8080/films/" // on each of the hosts
)

func originConfig(folder string) string {
	return filmsPoint + "  path: " + strconv.Quote(folder) + "\n"
}

func edgeConfig(above, cache string) string {
	return filmsPoint + "  proxy: {origin: " + strconv.Quote(above) + ", cache: {folder: " + strconv.Quote(cache) + "}}\n"
}

// onHost has a player of the second edge store what it receives, or hash it.
func onHost(host string, args ...string) (string, []string) {
	return "ip", append([]string{"netns", "exec", host}, args...)
}

// proxyPlayers play a film through a server of the chain, each with its own
// judgement.
func proxyPlayers(t *testing.T, host, name string, want reference) map[string]func(t *testing.T) {
	libmms, err := buildMMSDump()
	if err != nil {
		t.Fatal(err)
	}
	dump := func(t *testing.T, out string, args ...string) {
		t.Helper()
		program, all := onHost(host, args...)
		play(t, program, all...)
		sameBytes(t, readFile(t, out), want.bytes())
	}
	return map[string]func(t *testing.T){
		"libmms over HTTP": func(t *testing.T) {
			out := filepath.Join(scratch(t), "dump")
			dump(t, out, libmms, "mmsh://"+filmsURL+name, out)
		},
		"libmms over MMS": func(t *testing.T) {
			out := filepath.Join(scratch(t), "dump")
			dump(t, out, "env", "LIBMMS_TRY_MMS_FIRST=1", libmms, "mms://127.0.0.1/films/"+name, out)
		},
		"MPlayer": func(t *testing.T) {
			out := filepath.Join(scratch(t), "dump")
			dump(t, out, slices.Concat([]string{"mplayer"}, mplayerQuiet, []string{"-nocache", "-dumpstream", "-dumpfile", out, "mmsh://" + filmsURL + name})...)
		},
		"VLC": func(t *testing.T) {
			dir := scratch(t)
			out := filepath.Join(dir, "dump")
			args := []string{"env", "HOME=" + dir, "cvlc", "-I", "dummy", "--demux=dump", "--demuxdump-file=" + out, "--play-and-exit", "mmsh://" + filmsURL + name}
			if os.Getuid() == 0 {
				args = append([]string{"runuser", "-u", "nobody", "--"}, args...)
			}
			dump(t, out, args...)
		},
		"FFmpeg over HTTP": func(t *testing.T) {
			sameFrames(t, framesOn(t, host, "-i", "mmsh://"+filmsURL+name), frames(t, "-i", clip(t, name)))
		},
		"FFmpeg over RTSP": func(t *testing.T) {
			sameFrames(t, framesOn(t, host, "-rtsp_transport", "tcp", "-i", "rtsp://127.0.0.1:8554/films/"+name), frames(t, "-i", clip(t, name)))
		},
		"FFmpeg over MMS": func(t *testing.T) {
			sameFrames(t, framesOn(t, host, "-i", "mmst://127.0.0.1/films/"+name), frames(t, "-i", clip(t, name)))
		},
	}
}

// framesOn is frames on a host.
func framesOn(t *testing.T, host string, input ...string) map[string][]frame {
	t.Helper()
	program, args := onHost(host, append([]string{"ffmpeg", "-nostdin", "-v", "quiet"}, append(input, "-map", "0", "-c", "copy", "-f", "framemd5", "-")...)...)
	return parseFrames(t, play(t, program, args...))
}

// Through two proxies in a row every player gets what the origin has, whichever
// protocol they ask it by. It is asked once; then all play from the caches, even
// when the servers above are gone. A copy that has to be asked for is asked for,
// and replaced when the film has changed.
func TestProxyChain(t *testing.T) {
	for _, leg := range []struct{ name, first, second string }{
		{"HTTP", "http://" + chainOrigin + ":8080/films", "http://" + chainDown + ":8080/films"},
		{"RTSP", "rtsp://" + chainOrigin + ":8554/films", "rtspt://" + chainDown + ":8554/films"},
	} {
		t.Run(leg.name, func(t *testing.T) { proxyChain(t, leg.first, leg.second) })
	}
}

func proxyChain(t *testing.T, first, second string) {
	c := newChain(t)
	films, cache1, cache2 := scratch(t), scratch(t), scratch(t)
	want := readReference(t, plain)
	writeFile(t, filepath.Join(films, plain), readFile(t, clip(t, plain)))
	killOrigin := serveOn(t, c.origin, originConfig(films))
	kill1 := serveOn(t, c.edge1, edgeConfig(first, cache1))
	kill2 := serveOn(t, c.edge2, edgeConfig(second, cache2))
	all := proxyPlayers(t, c.edge2, plain, want)

	all["libmms over HTTP"](t)
	for _, edge := range []string{c.edge1, c.edge2} {
		until(t, edge+" has the film", func() bool { return proxyStatusOf(t, edge).Points[0].Proxy.Files == 1 })
	}
	before := proxyStatusOf(t, c.origin).Sessions.Total
	for name, player := range all {
		t.Run(name, player)
	}
	if after := proxyStatusOf(t, c.origin).Sessions.Total; after != before || before == 0 {
		t.Errorf("the origin had %d sessions, and %d after the film was played again", before, after)
	}
	if p := proxyStatusOf(t, c.edge2).Points[0].Proxy; p.Misses != 1 || p.Hits < len(all) || p.Streams != 1 || p.Asked != 1 {
		t.Errorf("%+v", p)
	}
	killOrigin()
	kill1()
	t.Run("nobody above", all["FFmpeg over HTTP"])

	// The film changes while the first edge's copy, and the second's, become old.
	now := readReference(t, "wmv2_wmav2_p3200_noindex.wmv")
	writeFile(t, filepath.Join(films, plain), now.bytes())
	kill2()
	grow(t, cache1)
	grow(t, cache2)
	serveOn(t, c.origin, originConfig(films))
	serveOn(t, c.edge1, edgeConfig(first, cache1))
	serveOn(t, c.edge2, edgeConfig(second, cache2))
	t.Run("another film", proxyPlayers(t, c.edge2, plain, now)["libmms over HTTP"])
	for _, edge := range []string{c.edge1, c.edge2} {
		if p := proxyStatusOf(t, edge).Points[0].Proxy; p.Changed != 1 {
			t.Errorf("%s: %+v", edge, p)
		}
	}
}

var validated = regexp.MustCompile(`"validated": "[^"]*"`)

// grow makes what is in a cache older than an origin lets it be.
func grow(t *testing.T, cache string) {
	t.Helper()
	records, err := filepath.Glob(filepath.Join(cache, "*.json"))
	if err != nil || len(records) == 0 {
		t.Fatal("no record in the cache", err)
	}
	for _, name := range records {
		writeFile(t, name, validated.ReplaceAll(readFile(t, name), []byte(`"validated": "2001-01-01T00:00:00Z"`)))
	}
}

// An old copy of a film that is still the same is played after the origin has said
// so, and not fetched again.
func TestProxyRevalidates(t *testing.T) {
	c := newChain(t)
	cache := scratch(t)
	want := readReference(t, plain)
	serveOn(t, c.origin, originConfig(clip(t, "")))
	config := edgeConfig("http://"+chainOrigin+":8080/films", cache)
	kill := serveOn(t, c.edge1, config)
	player := proxyPlayers(t, c.edge1, plain, want)["libmms over HTTP"]
	player(t)
	until(t, "the edge has the film", func() bool { return proxyStatusOf(t, c.edge1).Points[0].Proxy.Files == 1 })
	kill()
	grow(t, cache)
	serveOn(t, c.edge1, config)
	player(t)
	if p := proxyStatusOf(t, c.edge1).Points[0].Proxy; p.Revalidated == 0 || p.Misses != 0 || p.Streams != 0 {
		t.Errorf("%+v", p)
	}
}

// A player that begins in the middle of a film that nobody has fetched gets the
// same as from the origin; so does one of a proxy that keeps nothing.
func TestProxySeeksAhead(t *testing.T) {
	libmms, err := buildMMSDump()
	if err != nil {
		t.Fatal(err)
	}
	c := newChain(t)
	slow := strings.Replace(originConfig(clip(t, "")), fast, "on_demand: {speed: 1, max_speed: 1, burst: 1s, max_accel_duration: 1s}\n", 1)
	serveOn(t, c.origin, slow)
	serveOn(t, c.edge1, edgeConfig("http://"+chainOrigin+":8080/films", ""))
	serveOn(t, c.edge2, edgeConfig("http://"+chainDown+":8080/films", scratch(t)))
	want := readReference(t, plain)
	for _, host := range []string{c.origin, c.edge1, c.edge2} {
		out := filepath.Join(scratch(t), "dump")
		program, args := onHost(host, libmms, "mmsh://"+filmsURL+plain, out, "5")
		play(t, program, args...)
		packets := readFile(t, out)
		if !bytes.HasSuffix(want.packets, packets) || len(packets)%want.packetSize != 0 {
			t.Errorf("%s: %d bytes are not the clip's last packets", host, len(packets))
		}
		if share := float64(len(packets)) / float64(len(want.packets)); share < 0.4 || share > 0.65 {
			t.Errorf("%s: %d of %d bytes after a seek to the middle", host, len(packets), len(want.packets))
		}
	}
	until(t, "the edge has all of the film", func() bool { return proxyStatusOf(t, c.edge2).Points[0].Proxy.Files == 1 })
	if p := proxyStatusOf(t, c.edge1).Points[0].Proxy; p.Passed == 0 || p.Files != 0 {
		t.Errorf("%+v", p)
	}
	proxyPlayers(t, c.edge2, plain, want)["libmms over HTTP"](t)
}

// A broadcast goes through two proxies once, however many watch it, and the origin
// is rid of it some time after the last one has gone.
func TestProxySplits(t *testing.T) {
	libmms, err := buildMMSDump()
	if err != nil {
		t.Fatal(err)
	}
	c := newChain(t)
	want := readReference(t, plain)
	serveOn(t, c.origin, chainConfig("push"))
	encoder := c.encode(t, plain)
	edge := func(above string) string {
		return "rtsp: {udp_port: -1}\npoints:\n- name: live\n  on_demand: {speed: 0, batch: 150ms, burst: 30s}\n" +
			"  broadcast: {linger: 1s}\n  proxy: {origin: " + strconv.Quote(above) + ", linger: 2s}\n"
	}
	serveOn(t, c.edge1, edge("http://"+chainOrigin+":8080/live"))
	serveOn(t, c.edge2, edge("rtspt://"+chainDown+":8554/live"))
	var list []chainPlayer
	for _, w := range []struct{ name, host, url string }{
		{"over HTTP at the second edge", c.edge2, "mmsh://127.0.0.1:8080/live"},
		{"over MMS at the second edge", c.edge2, "mmst://127.0.0.1/live"},
		{"over HTTP at the first edge", c.edge1, "mmsh://127.0.0.1:8080/live"},
	} {
		file := filepath.Join(scratch(t), "dump")
		list = append(list, chainPlayer{w.name, file, background(t, in(w.host, libmms, w.url, file))})
	}
	watching := func(host string) (n int) {
		for _, p := range proxyStatusOf(t, host).Players {
			if p.State == "streaming" && p.Protocol != "push" {
				n++
			}
		}
		return n
	}
	until(t, "all watch", func() bool { return watching(c.edge1) == 2 && watching(c.edge2) == 2 && watching(c.origin) == 1 })
	if p := proxyStatusOf(t, c.edge1).Points[0].Proxy; p.Split != 1 || p.Splitting != 1 || p.Streams != 1 {
		t.Errorf("%+v", p)
	}
	until(t, "the clip's last packet has come", func() bool {
		return proxyStatusOf(t, c.edge2).Points[0].Proxy.Fetched == len(want.packets)
	})
	encoder()
	judgeChain(t, "watched", list, want)
	until(t, "nobody asks the origin any more", func() bool {
		return proxyStatusOf(t, c.edge1).Points[0].Proxy.Splitting == 0 && proxyStatusOf(t, c.edge2).Points[0].Proxy.Splitting == 0
	})
}

// What players say of a film that a proxy plays from its cache comes to the
// origin: MPlayer and libmms say nothing, so a log is sent by hand, as Windows
// Media Player does.
func TestProxyForwardsLogs(t *testing.T) {
	c := newChain(t)
	serveOn(t, c.origin, originConfig(clip(t, "")))
	serveOn(t, c.edge1, edgeConfig("http://"+chainOrigin+":8080/films", scratch(t)))
	serveOn(t, c.edge2, edgeConfig("http://"+chainDown+":8080/films", scratch(t)))
	proxyPlayers(t, c.edge2, plain, readReference(t, plain))["libmms over HTTP"](t)
	log := filepath.Join(scratch(t), "log")
	const fields = "<XML><Summary></Summary><c-ip>0.0.0.0</c-ip><x-duration>10</x-duration><protocol>Cache</protocol><audiocodec>a</audiocodec></XML>"
	lengths := func(s string) string { return strconv.Itoa(len(s)) }
	item := func(name string, kind int, value string) string {
		return lengths(name) + "," + name + "," + strconv.Itoa(kind) + "," + lengths(value) + "," + value
	}
	writeFile(t, log, []byte("1\r\n1,30,0\r\n"+
		item("context-type", 3, "2")+","+item("WMS_USER_AGENT", 31, "NSPlayer/12")+","+item("WMS_USER_GUID", 31, "{1}")+"\r\n"+
		item("context-type", 3, "5")+","+item("@WMS_COMMAND_CONTEXT_URL", 31, "http://edge/films/"+plain)+","+item("@.REMOTE_LOG", 31, fields)+"\r\n"))
	before := proxyStatusOf(t, c.origin).Events["log_received"]
	program, args := onHost(c.edge2, "curl", "-sS", "--fail", "-A", "NSPlayer/12.0.7601.17514", "-H", "Content-Type: application/x-wms-sendevent",
		"--data-binary", "@"+log, "http://"+filmsURL+plain)
	play(t, program, args...)
	until(t, "the origin has the log", func() bool { return proxyStatusOf(t, c.origin).Events["log_received"] == before+1 })
}
