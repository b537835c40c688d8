package rtsp_test

import (
	"regexp"
	"testing"
	"testing/synctest"
	"time"

	"caracal/internal/fronttest"
	"caracal/internal/pace"
	"caracal/rtsp"
)

var saidLag = regexp.MustCompile(`X-Player-Lag-Time: (\d+)`)

// [MS-RTSP] 3.1.5.16.1: a player that says PLAY later behind an Announce than its
// preroll explains tells by how much, and is told of the next entry as much later. One
// that chooses by itself is behind nothing.
func TestClientSaysItsLag(t *testing.T) {
	for _, k := range []struct {
		name    string
		chooses bool
		waits   time.Duration
		says    string
	}{
		{"at once", false, 0, ""},
		{"as normal", false, 3 * time.Second, ""},
		{"late", false, 5 * time.Second, "5000"},
		{"late, but chooses", true, 5 * time.Second, ""},
	} {
		t.Run(k.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := startServerWith(t, setting{memory: true})
				defer s.Stop()
				first, second := fronttest.Film(2), fronttest.Film(8)
				second.Preroll = 2500
				s.publishTape("list", first.Clip(), second.Clip(), first.Clip())
				wire := &recorder{}
				c := windowsPlayer(s, wire)
				if k.chooses {
					c.Supported = choosing
				}
				stream := s.play(c, "list", rtsp.PlayOptions{})
				defer stream.Close()
				await := func(kind rtsp.StreamEventKind) rtsp.StreamEvent {
					for {
						if e, err := stream.Next(); err != nil || e.Kind == kind {
							return e
						}
					}
				}
				e := await(rtsp.GotHeader)
				time.Sleep(k.waits)
				if err := stream.Enter(t.Context(), e, rtsp.PlayOptions{}); err != nil {
					t.Fatal(err)
				}
				wire.mu.Lock()
				said := saidLag.FindStringSubmatch(wire.sent.String())
				wire.mu.Unlock()
				if (said == nil) != (k.says == "") || said != nil && said[1] != k.says {
					t.Fatalf("the player says %q, want %q", said, k.says)
				}
				await(rtsp.GotEnd)
				ended := time.Now()
				await(rtsp.GotHeader)
				held := time.Duration(0)
				if k.says != "" {
					held = k.waits
				}
				if took := time.Since(ended); took < held || took >= held+pace.Tick {
					t.Errorf("told %v behind the end, want %v", took, held)
				}
			})
		})
	}
}
