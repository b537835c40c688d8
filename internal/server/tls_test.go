package server

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"

	"caracal/internal/certtest"
	"caracal/internal/config"
	"caracal/internal/event"
	"caracal/internal/pull"
	"caracal/rtsp"
	"caracal/wmsp"
)

// secureConfig is testConfig with all listeners of TLS.
func secureConfig(t *testing.T, pair *certtest.Pair, points ...config.Point) *config.Config {
	t.Helper()
	cfg := testConfig(points...)
	certificate, key := pair.Files(t)
	cfg.HTTP.TLS = config.TLS{Address: "127.0.0.1:0", Certificate: certificate, Key: key}
	cfg.RTSP.TLS = cfg.HTTP.TLS
	cfg.Admin.TLS = config.AdminTLS{Certificate: certificate, Key: key}
	return cfg
}

// web is an HTTP client that trusts a certificate.
func web(pair *certtest.Pair) *http.Client {
	return &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pair.Roots()}, DisableKeepAlives: true}}
}

func fetchTLS(t *testing.T, c *http.Client, url string, header ...string) (string, *http.Response) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range header {
		name, value, _ := strings.Cut(h, ": ")
		if req.Header.Set(name, value); name == "Host" {
			req.Host = value
		}
	}
	resp, err := c.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b), resp
}

// secureStream is what a Client of any protocol plays.
type secureStream interface {
	Receive() (pull.Event, error)
	Close() error
}

// packetsOf are the packets of a stream, one behind the other.
func packetsOf(s secureStream) ([]byte, error) {
	var b []byte
	for {
		e, err := s.Receive()
		switch {
		case errors.Is(err, io.EOF):
			return b, nil
		case err != nil:
			return b, err
		case e.Kind == pull.GotPacket:
			b = append(b, e.Data...)
		case e.Kind == pull.GotGap:
			return b, errors.New("packets are missing")
		case e.Kind == pull.GotEnd && !e.More:
			return b, nil
		}
	}
}

func playHTTP(ctx context.Context, url string, secure *tls.Config) ([]byte, error) {
	s, err := (&wmsp.Client{TLS: secure}).Play(ctx, url, wmsp.PlayOptions{})
	if err != nil {
		return nil, err
	}
	defer s.Close()
	return packetsOf(s)
}

func playRTSP(ctx context.Context, url string, secure *tls.Config, udp bool) ([]byte, error) {
	s, err := (&rtsp.Client{TLS: secure}).Play(ctx, url, rtsp.PlayOptions{UDP: udp})
	if err != nil {
		return nil, err
	}
	defer s.Close()
	return packetsOf(s)
}

// What plays in the open plays over TLS, packet for packet.
func TestPlayersOverTLS(t *testing.T) {
	pair := certtest.New(t, certtest.Options{})
	cfg := secureConfig(t, pair, config.Point{Path: films(t, "film.wmv")})
	cfg.Points[0].OnDemand.Speed = 0
	s, _ := start(t, cfg)
	secure := &tls.Config{RootCAs: pair.Roots()}
	want, err := playHTTP(t.Context(), "http://"+s.Addr().String()+"/film.wmv", nil)
	if err != nil || len(want) == 0 {
		t.Fatal(len(want), err)
	}
	http, rtsp := "https://"+s.HTTPSAddr().String()+"/film.wmv", "rtsps://"+s.RTSPSAddr().String()+"/film.wmv"
	for name, play := range map[string]func() ([]byte, error){
		"HTTP":             func() ([]byte, error) { return playHTTP(t.Context(), http, secure) },
		"RTSP":             func() ([]byte, error) { return playRTSP(t.Context(), rtsp, secure, false) },
		"RTSP, asking UDP": func() ([]byte, error) { return playRTSP(t.Context(), rtsp, secure, true) },
	} {
		if got, err := play(); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s: %d bytes, want %d: %v", name, len(got), len(want), err)
		}
	}
	if _, err := playHTTP(t.Context(), http, nil); err == nil || !strings.Contains(err.Error(), "unknown authority") {
		t.Errorf("a certificate that nobody trusts: %v", err)
	}
	plain := strings.Replace(http, "https:", "http:", 1)
	if _, err := playHTTP(t.Context(), plain, nil); err == nil {
		t.Error("the listener of TLS answers in the open")
	}
	for address, alpn := range map[net.Addr]string{s.HTTPSAddr(): "http/1.1", s.AdminAddr(): "http/1.1", s.RTSPSAddr(): ""} {
		c, err := tls.Dial("tcp", address.String(), &tls.Config{RootCAs: pair.Roots(), NextProtos: []string{"h2", "http/1.1"}})
		if err != nil {
			t.Fatal(err)
		}
		if got := c.ConnectionState().NegotiatedProtocol; got != alpn {
			t.Errorf("ALPN %q, want %q", got, alpn)
		}
		c.Close()
	}
}

// Who asks over TLS, here or at a proxy that is trusted, is told of URLs over TLS and
// no others.
func TestAnnouncementsOverTLS(t *testing.T) {
	pair := certtest.New(t, certtest.Options{})
	cfg := secureConfig(t, pair, config.Point{Path: films(t, "film.wmv")})
	cfg.MMS = config.MMS{Address: "127.0.0.1:0"}
	s, _ := start(t, cfg)
	base := "https://" + s.HTTPSAddr().String()
	rtsps := "rtsps://" + s.RTSPSAddr().String()
	for _, agent := range []string{"NSPlayer/4.1.0.3925", "NSPlayer/10.0.0.4332", "NSPlayer/12.0", "VLC/3.0.18", "MPlayer/1.5", "Kodi/20.2", "Mozilla/5.0"} {
		pages := []string{"/film.wmv.asx", "/film.wmv.wpl", "/film.wmv.m3u"}
		if strings.HasPrefix(agent, "Mozilla") {
			pages = append(pages, "/film.wmv.htm", "/")
		}
		for _, page := range pages {
			text, _ := fetchTLS(t, web(pair), base+page, "User-Agent: "+agent, "Accept: text/html")
			for _, other := range []string{"\"http:", ">http:", "mms:", "mmsh:", "rtsp:"} {
				if strings.Contains(strings.ReplaceAll(text, `http://www.w3.org`, ""), other) {
					t.Errorf("%s, %s: it names %s\n%s", agent, page, other, text)
				}
			}
			if !strings.Contains(text, base+"/film.wmv") {
				t.Errorf("%s, %s: no %s\n%s", agent, page, base, text)
			}
		}
	}
	if text, _ := fetchTLS(t, web(pair), base+"/film.wmv.asx", "User-Agent: NSPlayer/10.0.0.4332"); !strings.Contains(text, rtsps+"/film.wmv") {
		t.Errorf("no %s:\n%s", rtsps, text)
	}
	if text, _ := fetchTLS(t, web(pair), base+"/film.wmv.m3u", "User-Agent: VLC/3", "Host: media.example:443"); !strings.Contains(text, "https://media.example/film.wmv") {
		t.Errorf("by a name:\n%s", text)
	}
	d, err := (&rtsp.Client{TLS: &tls.Config{RootCAs: pair.Roots()}}).Describe(t.Context(), rtsps+"/film.wmv")
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if got := d.Response.Header.Get("Content-Base"); got != rtsps+"/film.wmv/" || d.SDP.Control != got {
		t.Errorf("Content-Base %q, control %q", got, d.SDP.Control)
	}
}

// Twenty play while their certificate is replaced, once by a broken pair: none is lost,
// and who comes then gets the new one.
func TestCertificateIsReplaced(t *testing.T) {
	first, second := certtest.New(t, certtest.Options{}), certtest.New(t, certtest.Options{RSA: true})
	cfg := secureConfig(t, first, config.Point{Path: films(t, "film.wmv")})
	cfg.Points[0].OnDemand.Speed, cfg.Points[0].OnDemand.Burst = 8, 0
	s, _ := start(t, cfg)
	events := s.bus.Subscribe(1000)
	secure := &tls.Config{RootCAs: first.Roots()}
	want, err := playHTTP(t.Context(), "http://"+s.Addr().String()+"/film.wmv", nil)
	if err != nil {
		t.Fatal(err)
	}
	var players sync.WaitGroup
	for i := range 20 {
		players.Go(func() {
			var got []byte
			var err error
			if i%2 == 0 {
				got, err = playHTTP(t.Context(), "https://"+s.HTTPSAddr().String()+"/film.wmv", secure)
			} else {
				got, err = playRTSP(t.Context(), "rtsps://"+s.RTSPSAddr().String()+"/film.wmv", secure, false)
			}
			if err != nil || !bytes.Equal(got, want) {
				t.Errorf("player %d: %d bytes, want %d: %v", i, len(got), len(want), err)
			}
		})
	}
	for playing := 0; playing < 20; {
		if _, ok := (<-events.C()).Event.(event.Flowing); ok {
			playing++
		}
	}
	replaceCertificate(t, s, cfg.HTTP.TLS, first, second, events)
	players.Wait()
	text, _ := fetchTLS(t, web(second), "https://"+s.AdminAddr().String()+"/metrics")
	for _, line := range []string{
		`caracal_tls_certificate_expiry_timestamp_seconds{file="` + cfg.HTTP.TLS.Certificate + `"}`,
		`caracal_events_total{event="certificate_failed"} 1`, `caracal_events_total{event="certificate_loaded"} 1`,
	} {
		if !strings.Contains(text, line) {
			t.Errorf("/metrics lacks %s", line)
		}
	}
}

// replaceCertificate breaks a pair of files, and then puts another one there.
func replaceCertificate(t *testing.T, s *Server, files config.TLS, first, second *certtest.Pair, events *event.Subscription) {
	t.Helper()
	if err := os.WriteFile(files.Key, []byte("none"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := s.ReloadCertificates(); err == nil || !strings.Contains(err.Error(), files.Key) {
		t.Errorf("a broken pair: %v", err)
	}
	for {
		if e, ok := (<-events.C()).Event.(event.CertificateFailed); ok {
			if e.File != files.Certificate || e.Err == nil {
				t.Errorf("%+v", e)
			}
			break
		}
	}
	serves(t, s, first)
	second.Write(t, files.Certificate, files.Key)
	for { // by itself
		if e, ok := (<-events.C()).Event.(event.CertificateLoaded); ok {
			if e.File != files.Certificate || !e.NotAfter.Equal(second.Leaf.NotAfter) {
				t.Errorf("%+v", e)
			}
			break
		}
	}
	serves(t, s, second)
}

// serves checks that all listeners have a certificate.
func serves(t *testing.T, s *Server, pair *certtest.Pair) {
	t.Helper()
	for _, a := range []net.Addr{s.HTTPSAddr(), s.RTSPSAddr(), s.AdminAddr()} {
		c, err := tls.Dial("tcp", a.String(), &tls.Config{RootCAs: pair.Roots()})
		if err != nil {
			t.Fatal(a, err)
		}
		c.Close()
	}
}

// A silent guest keeps the server neither from serving others nor from ending.
func TestShutdownOverTLS(t *testing.T) {
	pair := certtest.New(t, certtest.Options{})
	s, _ := start(t, secureConfig(t, pair, config.Point{Path: films(t, "film.wmv")}))
	for _, a := range []net.Addr{s.HTTPSAddr(), s.RTSPSAddr(), s.AdminAddr()} {
		c, err := net.Dial("tcp", a.String())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
	}
	fetchTLS(t, web(pair), "https://"+s.HTTPSAddr().String()+"/")
	player, err := (&wmsp.Client{TLS: &tls.Config{RootCAs: pair.Roots()}}).Play(t.Context(), "https://"+s.HTTPSAddr().String()+"/film.wmv", wmsp.PlayOptions{})
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() {
		defer player.Close()
		_, err := packetsOf(player)
		ended <- err
	}()
	shutdown(t, s)
	if err := <-ended; err != nil {
		t.Errorf("the player was not told: %v", err)
	}
}

func TestTLSErrorsSayWhatToDo(t *testing.T) {
	pair := certtest.New(t, certtest.Options{})
	cfg := secureConfig(t, pair)
	cfg.RTSP.TLS.Key = "/nowhere/key.pem"
	if _, err := New(cfg, slog.New(slog.DiscardHandler)); err == nil || !strings.Contains(err.Error(), "rtsp.tls: open /nowhere/key.pem") || !strings.Contains(err.Error(), "config check") {
		t.Error(err)
	}
	cfg.Outgoing.Roots = cfg.HTTP.TLS.Key
	cfg.HTTP.PublicHost, cfg.Admin.Hosts = "media.example", []string{"localhost"}
	wrong, soon := CheckCertificates(cfg)
	text := errors.Join(wrong...).Error()
	for _, part := range []string{"rtsp.tls: open", "outgoing.roots", "http.tls: ", "not for media.example, but for localhost, 127.0.0.1, ::1"} {
		if !strings.Contains(text, part) {
			t.Errorf("it lacks %q: %s", part, text)
		}
	}
	if len(wrong) != 3 || len(soon) != 0 {
		t.Errorf("%q, %q", wrong, soon)
	}
}

// An encoder pushes over TLS, a program without streaming gets that over TLS, and a
// second server pulls it over TLS, of an authority that only its file names.
func TestLiveOverTLS(t *testing.T) {
	pair := certtest.New(t, certtest.Options{})
	live := config.Point{Name: "live", Broadcast: config.DefaultBroadcast()}
	live.Broadcast.Source = config.SourcePush
	cfg := secureConfig(t, pair, live)
	s, _ := start(t, cfg)
	url := "https://" + s.HTTPSAddr().String() + "/live"
	header, pushed := sampleHeader(t)
	p, err := (&wmsp.PushClient{TLS: &tls.Config{RootCAs: pair.Roots()}}).Setup(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	if err := p.Start(t.Context(), header); err != nil {
		t.Fatal(err)
	}
	for range 20 {
		piece, err := pushed.Next()
		if err != nil {
			t.Fatal(err)
		}
		if err := p.Send(piece.Packet); err != nil {
			t.Fatal(err)
		}
	}
	live.Broadcast.Source = "pull:" + url
	edge := testConfig(live)
	edge.Outgoing.Roots = cfg.HTTP.TLS.Certificate
	pulling, _ := start(t, edge)
	for _, from := range []struct {
		client *http.Client
		url    string
	}{{web(pair), url}, {http.DefaultClient, "http://" + pulling.Addr().String() + "/live"}} {
		resp, err := from.client.Get(from.url)
		for ; err == nil && resp.StatusCode != http.StatusOK && t.Context().Err() == nil; resp, err = from.client.Get(from.url) {
			resp.Body.Close()
		}
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		b := make([]byte, 8<<10)
		if _, err := io.ReadFull(resp.Body, b); err != nil || !bytes.HasPrefix(b, header[:16]) {
			t.Errorf("%s: %v", from.url, err)
		}
	}
}
