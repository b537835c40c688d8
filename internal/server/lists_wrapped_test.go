package server

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"caracal/asf"
	"caracal/internal/config"
	"caracal/internal/event"
	"caracal/internal/fronttest"
	"caracal/internal/point"
	"caracal/wmsp"
)

func streams(t *testing.T, header []byte) int {
	t.Helper()
	h, _, err := asf.ParseHeader(header)
	if err != nil {
		t.Fatal(err)
	}
	return len(h.Streams())
}

// A player of a broadcast with a wrapper gets the clip before it, joins what is live
// then, and gets the clip behind it when that ends; each player its own, over every
// protocol. What is not live has no wrapper either.
func TestWrapperOfBroadcast(t *testing.T) {
	dir := films(t, "sample.wmv")
	intro, outro := fronttest.Film(2), fronttest.Film(2)
	intro.Streams, outro.Streams = []fronttest.Stream{{Number: 5, Size: 100}}, []fronttest.Stream{{Number: 6, Size: 100}}
	var want []passage
	for name, c := range map[string]fronttest.Content{"intro.wma": intro, "outro.wma": outro} {
		if err := os.WriteFile(filepath.Join(dir, name), c.Clip().File(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	live := sourcePoint("live", config.SourcePush)
	live.Broadcast.Linger = 200 * time.Millisecond
	live.Wrapper = write(t, dir, "wrapper.wsx", wsxOf(`<media src="intro.wma" role="Advertisement"/>`, `<media src="%RequestedURL%"/>`, `<media src="outro.wma"/>`))
	cfg := testConfig(live)
	cfg.MMS.Address = "127.0.0.1:0"
	s, _ := start(t, cfg)
	if _, _, err := s.points.Open("live"); !errors.Is(err, point.ErrNotLive) {
		t.Errorf("before it is live it answers %v", err)
	}
	b, err := s.broadcast("live")
	if err != nil {
		t.Fatal(err)
	}
	header, packets := sampleHeader(t)
	feed, err := b.Start(header)
	if err != nil {
		t.Fatal(err)
	}
	p, err := packets.Next()
	if err != nil {
		t.Fatal(err)
	}
	first := p.Packet
	ctx, stop := context.WithCancel(t.Context())
	fed := make(chan struct{})
	go func() { // in real time or nearly so, over and over: whoever comes finds something
		defer close(fed)
		for ctx.Err() == nil {
			feed.Add(first)
			time.Sleep(20 * time.Millisecond)
		}
		feed.Close()
	}()
	want = []passage{{intro.Clip().Count(), len(intro.Clip().Header)}, {}, {outro.Clip().Count(), len(outro.Clip().Header)}}
	events := s.bus.Subscribe(10_000)
	defer events.Close()
	urls := []string{"http://" + s.Addr().String(), "rtspt://" + s.rtsp.addr().String(), "mmst://" + s.mms.addr().String()}
	results := make(chan []passage, len(urls))
	for _, url := range urls {
		go func() { results <- pass(t, url+"/live") }()
	}
	plain, err := http.Get("http://" + s.Addr().String() + "/live") // who cannot follow the changes
	if err != nil {
		t.Fatal(err)
	}
	defer plain.Body.Close()
	if stream, err := wmsp.NewPushedStream(plain.Body); err != nil {
		t.Error(err)
	} else if p, err := stream.Next(); err != nil || streams(t, p.Header) != streams(t, header) {
		t.Errorf("a program that knows no streaming gets something else: %v", err)
	}
	for there := map[string]bool{}; len(there) < len(urls); {
		switch e := (<-events.C()).Event.(type) {
		case event.Playing:
			there[e.Player.Protocol] = there[e.Player.Protocol] || e.Media.Name == "live"
		case event.EntryBegan:
			there[e.Player.Protocol] = e.Media.Name == "live"
		}
		maps.DeleteFunc(there, func(_ string, is bool) bool { return !is })
	}
	stop()
	<-fed
	for range urls {
		got := <-results
		if len(got) != 3 || got[0] != want[0] || got[2] != want[2] || got[1].packets == 0 {
			t.Errorf("a player gets %+v, not %+v with the broadcast in between", got, want)
		}
	}
}
