package server

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"caracal/asf"
	"caracal/internal/config"
	"caracal/internal/event"
	"caracal/msb"
)

// multicastServer has a broadcast point that is sent to a group over the loopback
// interface.
func multicastServer(t *testing.T, change func(*config.Multicast)) (*Server, string) {
	t.Helper()
	return liveServer(t, func(b *config.Broadcast) {
		m := &b.Multicast
		m.Group, m.Port, m.Interface = "239.255.77.8", freePort(t), "127.0.0.1"
		if change != nil {
			change(m)
		}
	})
}

func freePort(t *testing.T) int {
	t.Helper()
	c, err := net.ListenUDP("udp4", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	return c.LocalAddr().(*net.UDPAddr).Port
}

// pushListed pushes the sample and gets the .nsc file as soon as there is one.
func pushListed(t *testing.T, s *Server, url string) (*encoder, *msb.Station) {
	t.Helper()
	events := s.bus.Subscribe(100)
	defer events.Close()
	e := push(t, url)
	for rec := range events.C() {
		if c, ok := rec.Event.(event.StationChanged); ok {
			if c != (event.StationChanged{Target: "live", Formats: 1}) {
				t.Errorf("%+v", c)
			}
			break
		}
	}
	return e, getStation(t, url)
}

func getStation(t *testing.T, url string) *msb.Station {
	t.Helper()
	resp, err := http.Get(url + ".nsc")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if c := resp.Header.Get("Content-Type"); c != "video/x-ms-asf" || resp.Header.Get("Cache-Control") != "no-cache" {
		t.Errorf("headers %v", resp.Header)
	}
	st, err := msb.ParseStation(b)
	if err != nil || len(st.Malformed) > 0 || len(st.Check()) > 0 {
		t.Fatalf("%v, %v, %v", err, st.Malformed, st.Check())
	}
	return st
}

// packets is a Sink that ends when enough have come.
type packets struct {
	header []byte
	got    [][]byte
	enough int
}

var errEnough = errors.New("enough")

func (p *packets) Header(h []byte) error {
	p.header = h
	return nil
}

func (p *packets) Packet(r msb.Received) error {
	if p.got = append(p.got, bytes.Clone(r.Data)); len(p.got) == p.enough {
		return errEnough
	}
	return nil
}

// What an encoder pushes is what listens to the group, with the .nsc file alone.
func TestMulticast(t *testing.T) {
	s, url := multicastServer(t, nil)
	if a := ask(t, s, "GET", "/live.nsc"); a.StatusCode != http.StatusServiceUnavailable || a.Header.Get("Retry-After") == "" {
		t.Errorf("before the encoder: %d", a.StatusCode)
	}
	e, st := pushListed(t, s, url)
	host := s.Addr().String()
	if st.Name != host+", live" || st.Unicast != "mms://"+host+"/live" || st.LogURL != "http://"+host+"/.caracal/log/live.nsc" {
		t.Errorf("name %q, unicast %q, log %q", st.Name, st.Unicast, st.LogURL)
	}
	if st.TTL != msb.SetNumber(1) || st.ECC != msb.SetNumber(10) || st.Adapter != "127.0.0.1" || len(st.Formats) != 1 {
		t.Errorf("%+v", st)
	}
	r, err := msb.NewReceiver(st, msb.ReceiverOptions{Interface: "127.0.0.1", Client: http.DefaultClient, Location: url + ".nsc"})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	logs := s.bus.Subscribe(100)
	defer logs.Close()
	const count = 15
	e.send(e.packets[:count*e.size])
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	p := &packets{enough: count}
	if err := r.Run(ctx, p); !errors.Is(err, errEnough) {
		t.Fatalf("%v, %+v", err, r.Stats())
	}
	for i, data := range p.got {
		whole, err := asf.AppendPadded(nil, data, e.size)
		if err != nil || !samePayloads(t, whole, e.packets[i*e.size:][:e.size]) {
			t.Errorf("packet %d differs: %v", i, err)
		}
	}
	for rec := range logs.C() {
		if l, ok := rec.Event.(event.LogReceived); ok {
			if l.Player.Target != "/live" || l.Player.Protocol != "msb" || len(strings.Fields(l.Text)) != 44 || !l.Player.Address.Addr().IsLoopback() {
				t.Errorf("%+v", l)
			}
			break
		}
	}
	e.end(http.StatusNoContent)
	checkMulticastStatus(t, s, count)
}

func samePayloads(t *testing.T, a, b []byte) bool {
	t.Helper()
	var x, y asf.Outline
	if x.Read(a) != nil || y.Read(b) != nil {
		return false
	}
	return x.SendTime == y.SendTime && bytes.Equal(a[x.From:x.To], b[y.From:y.To])
}

func checkMulticastStatus(t *testing.T, s *Server, count uint64) {
	t.Helper()
	var st struct{ Points []statusPoint }
	if err := json.Unmarshal([]byte(ask(t, s, "GET", "/.caracal/status").body), &st); err != nil {
		t.Fatal(err)
	}
	m := st.Points[0].Multicast
	if m == nil || m.Packets != count || m.Headers != 1 || m.Bytes == 0 || m.LeftOut+m.Skipped+m.Lost > 0 {
		t.Errorf("status %+v", m)
	}
}

func TestMulticastWithoutURLs(t *testing.T) {
	s, url := multicastServer(t, func(m *config.Multicast) { m.UnicastURL, m.Log, m.Title, m.Span = config.Off, false, "News", 0 })
	e, st := pushListed(t, s, url)
	if st.Name != "News" || st.Unicast != "" || st.LogURL != "" || st.ECC.Set {
		t.Errorf("%+v", st)
	}
	for _, target := range []string{"/.caracal/log/live.nsc", "/.caracal/log/other.nsc", "/other.nsc", "/.nsc"} {
		if a := ask(t, s, "GET", target); a.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", target, a.StatusCode)
		}
	}
	e.end(http.StatusNoContent)
}

func TestMulticastUnicastURL(t *testing.T) {
	s, url := multicastServer(t, func(m *config.Multicast) { m.UnicastURL = "mms://other.example/x" })
	e, st := pushListed(t, s, url)
	if st.Unicast != "mms://other.example/x" {
		t.Errorf("%q", st.Unicast)
	}
	e.end(http.StatusNoContent)
}

// Players look whether logs are taken, and submit theirs.
func TestMulticastLog(t *testing.T) {
	s, _ := multicastServer(t, nil)
	const target = "/.caracal/log/live.nsc"
	page := ask(t, s, "GET", target, "User-Agent: NSPlayer", "Cache-Control: no-cache")
	if page.StatusCode != http.StatusOK || !strings.Contains(page.body, "<body><h1>WMS ISAPI Log Dll/9.00.00.3372</h1>") {
		t.Errorf("%d %q", page.StatusCode, page.body)
	}
	post := func(target, body string) int {
		req, err := http.NewRequest(http.MethodPost, "http://"+s.Addr().String()+target, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("User-Agent", "NSPlayer")
		req.Header.Set("Content-Type", "text/plain;charset=UTF-8")
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		return resp.StatusCode
	}
	for _, tt := range []struct {
		target, body string
		want         int
	}{
		{target, "MX_STATS_LogLine: \t0.0.0.0 2007-06-27 02:52:39 -", 200},
		{target, "MX_STATS_LogLine: 0.0.0.0\r\n", 200},
		{target, "MX_STATS_LogLine:", 400},
		{target, "MX_STATS_LogLine: a\x07b", 400},
		{target, "hello", 400},
		{target, "MX_STATS_LogLine: " + strings.Repeat("x", maxLog), 400},
		{"/.caracal/log/none.nsc", "MX_STATS_LogLine: 0", 405},
	} {
		if got := post(tt.target, tt.body); got != tt.want && tt.want != 405 || tt.want == 405 && got < 400 {
			t.Errorf("%s %.30q: %d, want %d", tt.target, tt.body, got, tt.want)
		}
	}
}

// The log of a multicast is for who may play it: by its lists, and by its addresses.
func TestMulticastLogIsGuarded(t *testing.T) {
	cfg := guarded(t)
	member := "mufasa:" + clubPassword
	for _, name := range []string{"open-live", "club-live", "shut-live"} {
		p := config.Point{Name: name, Broadcast: config.DefaultBroadcast()}
		p.Broadcast.Source = config.SourcePush
		m := &p.Broadcast.Multicast
		m.Group, m.Port, m.Interface = "239.255.77.8", freePort(t), "127.0.0.1"
		cfg.Points = append(cfg.Points, p)
	}
	cfg.Points[len(cfg.Points)-2].Access.Play = []string{"group:members"}
	cfg.Points[len(cfg.Points)-1].Access.Deny = []string{"127.0.0.0/8"}
	s, _ := start(t, cfg)
	events := s.bus.Subscribe(100)
	defer events.Close()
	url := func(name string) string { return "http://" + s.Addr().String() + "/.caracal/log/" + name + ".nsc" }
	post := []string{"--data-binary", "MX_STATS_LogLine: 0.0.0.0 2007-06-27 02:52:39 -", "-H", "Content-Type: text/plain;charset=UTF-8"}
	for _, tt := range []struct {
		point, want string
		args        []string
	}{
		{"open-live", "200", nil},
		{"open-live", "200", []string{"--basic", "-u", "mufasa:hakuna matata"}}, // open to nobody is open
		{"club-live", "401", nil},
		{"club-live", "401", []string{"--digest", "-u", "mufasa:hakuna matata"}},
		{"club-live", "403", []string{"--digest", "-u", "scar:" + clubPassword}},
		{"club-live", "200", []string{"--basic", "-u", member}},
		{"club-live", "200", []string{"--digest", "-u", member}},
		{"club-live", "200", []string{"--ntlm", "-u", member}},
		{"shut-live", "403", []string{"--basic", "-u", member}},
	} {
		if got, body := curl(t, append(tt.args, url(tt.point))...); got != tt.want {
			t.Errorf("the page of %s with %q: %s, want %s: %s", tt.point, tt.args, got, tt.want, body)
		}
		if got, body := curl(t, slices.Concat(tt.args, post, []string{url(tt.point)})...); got != tt.want {
			t.Errorf("a log of %s with %q: %s, want %s: %s", tt.point, tt.args, got, tt.want, body)
		}
	}
	taken := 0
	for len(events.C()) > 0 {
		if _, ok := (<-events.C()).Event.(event.LogReceived); ok {
			taken++
		}
	}
	if taken != 5 {
		t.Errorf("%d logs were taken, not 5", taken)
	}
}

// Windows Media Player is told of the multicast, and where to go without it; players
// that take every reference for another film get one that works.
func TestMulticastAnnouncement(t *testing.T) {
	s, url := multicastServer(t, nil)
	refs := func(s *Server, agent string) (list []string) {
		a := ask(t, s, "GET", "/live.asx", "User-Agent: "+agent)
		if a.Header.Get("Vary") != "User-Agent" {
			t.Errorf("headers %v", a.Header)
		}
		for _, m := range regexp.MustCompile(`<REF HREF="([^"]*)"`).FindAllStringSubmatch(a.body, -1) {
			list = append(list, m[1])
		}
		return list
	}
	const wmp, ie = "Windows-Media-Player/10.00.00.4019", "Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1)"
	e, _ := pushListed(t, s, url)
	rtsp, again, mmsh := s.LinksOf(s.Addr().String(), "live").RTSP, url+"?MSWMExt=.asf", "mmsh"+strings.TrimPrefix(url, "http")
	for agent, want := range map[string][]string{
		wmp:                                    {url + ".nsc", rtsp, again},
		"NSPlayer/12.0.7601.17514 WMFSDK/12.0": {url + ".nsc", rtsp, again},
		"NSPlayer/4.1.0.3925":                  {url + ".nsc", again},
		ie:                                     {url + ".nsc", again},
		"Mozilla/5.0 (Windows NT 6.1; Trident/7.0; rv:11.0) like Gecko": {url + ".nsc", rtsp, again},
		"NSPlayer/4.1.0.3856": {url},
		"NSPlayer/7.0.0.1956; {7E667F5D-A661-495E-A512-F55686DDA178}": {url},
		"NSPlayer/7.10.0.3059":                                         {url},
		"VLC/3.0.24 LibVLC/3.0.24":                                     {mmsh},
		"Mozilla/5.0 (X11; Linux x86_64; rv:109.0) Gecko/20100101":     {url},
		"Mozilla/4.0 (compatible; MSIE 5.0; Mac_PowerPC)":              {again},
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36": {url},
		"": {url},
	} {
		if got := refs(s, agent); !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v", agent, got, want)
		}
	}
	e.end(http.StatusNoContent)
}

// What can be heard is announced when there is something to hear, and with MMS
// where the server has it.
func TestMulticastAnnouncementWithMMS(t *testing.T) {
	b := config.DefaultBroadcast()
	b.Source, b.Multicast.Group, b.Multicast.Port, b.Multicast.Interface = "loop:"+films(t, "a.wmv"), "239.255.77.8", freePort(t), "127.0.0.1"
	cfg := testConfig(config.Point{Name: "live", Broadcast: b})
	cfg.MMS = config.MMS{Address: "127.0.0.1:0"}
	s, _ := start(t, cfg)
	host := s.Addr().String()
	l := s.LinksOf(host, "live")
	want := `<REF HREF="http://` + host + "/live.nsc\" />\r\n" + `<REF HREF="` + l.RTSP + "\" />\r\n" + `<REF HREF="` + l.MMS + "\" />\r\n" +
		`<REF HREF="http://` + host + "/live?MSWMExt=.asf\" />\r\n"
	limit := time.After(patience)
	for { // nobody can hear it before it is there
		body := ask(t, s, "GET", "/live.asx", "User-Agent: Windows-Media-Player/9.00.00.4503").body
		if strings.Contains(body, want) {
			break
		}
		if strings.Contains(body, ".nsc") {
			t.Fatalf("%s\nwant %s", body, want)
		}
		select {
		case <-limit:
			t.Fatalf("it stays %s", body)
		default:
		}
	}
}

func TestMulticastNeedsItsInterface(t *testing.T) {
	b := config.DefaultBroadcast()
	b.Source, b.Multicast.Group, b.Multicast.Port, b.Multicast.Interface = config.SourcePush, "239.255.77.8", 5000, "no such one"
	s, err := New(testConfig(config.Point{Name: "live", Broadcast: b}), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Start(t.Context()); err == nil || !strings.Contains(err.Error(), "choose another broadcast.multicast.interface") {
		t.Error(err)
	}
}

func FuzzLog(f *testing.F) {
	f.Add([]byte("MX_STATS_LogLine: \t0.0.0.0 2007-06-27 02:52:39 - asfm://239.192.50.29:30864 0 39 1 200"))
	f.Add([]byte("MX_STATS_LogLine:\x00\r\n"))
	f.Fuzz(func(t *testing.T, in []byte) {
		text, err := parseLog(in)
		if (text == "") == (err == nil) || strings.ContainsAny(text, "\r\n\x00\x1b") || len(text) > len(in) {
			t.Fatalf("%q, %v of %q", text, err, in)
		}
	})
}
