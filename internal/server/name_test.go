package server

import (
	"errors"
	"testing"

	"caracal/internal/config"
	"caracal/internal/head"
	"caracal/internal/pull"
	"caracal/rtsp"
	"caracal/wmsp"
)

// A server puts its name into what it says of content that it pulls, in both
// protocols, and takes no request that has come through it.
func TestServerNamesItself(t *testing.T) {
	p := config.Point{Name: "live", Broadcast: config.DefaultBroadcast()}
	p.Broadcast.Source = "pull:http://127.0.0.1:1/none"
	s, _ := start(t, testConfig(p))
	http, over := "http://"+s.Addr().String()+"/live", "rtsp://"+s.RTSPAddr().String()+"/live"
	for _, name := range []string{"", s.name} {
		proxy := &pull.Proxy{Name: name}
		_, errHTTP := (&wmsp.Client{Proxy: proxy}).ContentInfo(t.Context(), http)
		_, errRTSP := (&rtsp.Client{Proxy: proxy}).ContentInfo(t.Context(), over)
		var one *wmsp.StatusError
		var other *rtsp.StatusError
		if !errors.As(errHTTP, &one) || !errors.As(errRTSP, &other) {
			t.Fatal(errHTTP, errRTSP)
		}
		for _, hops := range [][]head.Hop{
			head.ParseVia(one.Response.Header.Values("Via")...), head.ParseVia(other.Response.Header.Values("Via")...),
		} {
			if len(hops) != 1 || hops[0].By != s.name {
				t.Errorf("Via: %v, want %s", hops, s.name)
			}
		}
		if refused := one.Response.Status == 508 && other.Response.Status == 508; refused != (name == s.name) {
			t.Errorf("through %q: %v, %v", name, errHTTP, errRTSP)
		}
	}
	if newName() == s.name {
		t.Error("two servers have one name")
	}
}
