package server

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"caracal/asf"
	"caracal/internal/config"
	"caracal/internal/sample"
)

// edge is a server whose one point stands for an origin.
func edge(t *testing.T, origin, folder string) (*Server, string) {
	t.Helper()
	p := config.Point{Name: "", Broadcast: config.DefaultBroadcast(), Proxy: config.DefaultProxy()}
	p.Proxy.Origin, p.Proxy.Cache.Folder = origin, folder
	cfg := testConfig(p)
	cfg.Points[0].OnDemand.Speed = 0
	s, _ := start(t, cfg)
	return s, "http://" + s.Addr().String() + "/"
}

func get(t *testing.T, url, agent string) (int, []byte) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("User-Agent", agent)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, b
}

// A point that stands for another server gives what that has: to programs, to
// browsers as an announcement, and in the list what it has kept.
func TestProxyPoint(t *testing.T) {
	origin, _ := start(t, testConfig())
	s, url := edge(t, "http://"+origin.Addr().String(), t.TempDir())
	r, err := asf.NewReader(bytes.NewReader(sample.Welcome), int64(len(sample.Welcome)))
	if err != nil {
		t.Fatal(err)
	}
	packets := make([]byte, r.NumPackets()*int64(r.PacketSize()))
	if _, err := r.ReadPackets(packets, 0); err != nil {
		t.Fatal(err)
	}
	if len(s.Items()) != 0 {
		t.Errorf("%+v", s.Items())
	}
	if status, got := get(t, url+sample.Name, "curl"); status != 200 || !bytes.Equal(got, slices.Concat(r.HeaderBytes(), packets)) {
		t.Errorf("%d, %d bytes", status, len(got))
	}
	for _, name := range []string{sample.Name, sample.Name + ".asx", strings.TrimSuffix(sample.Name, filepath.Ext(sample.Name)) + ".asx"} {
		if status, got := get(t, url+name, "Mozilla/5.0"); status != 200 || !bytes.Contains(got, []byte(sample.Name)) {
			t.Errorf("%s: %d, %s", name, status, got)
		}
	}
	for _, name := range []string{"none.wmv", "none.asx", config.Reserved + "/x.wmv"} {
		if status, _ := get(t, url+name, "curl"); status != 404 {
			t.Errorf("%s: %d", name, status)
		}
	}
	var st status
	if _, b := get(t, url+".caracal/status", "curl"); json.Unmarshal(b, &st) != nil || len(st.Points) != 1 || st.Points[0].Proxy == nil {
		t.Fatalf("%s", b)
	}
	if p := st.Points[0].Proxy; p.Misses != 1 || p.Streams != 1 || p.Size != 10<<30 || st.Events["proxy_began"] != 1 {
		t.Errorf("%+v, %v", p, st.Events)
	}
}

// A proxy whose cache cannot be says which point it is.
func TestProxyPointFails(t *testing.T) {
	p := config.Point{Name: "far", Proxy: config.DefaultProxy()}
	p.Proxy.Origin, p.Proxy.Cache.Folder = "http://127.0.0.1:1/films", "/dev/null/cache"
	if _, err := New(testConfig(p), slog.New(slog.DiscardHandler)); err == nil || !strings.Contains(err.Error(), "far") {
		t.Errorf("%v", err)
	}
}
