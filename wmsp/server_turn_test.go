package wmsp_test

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"caracal/asf"
	"caracal/internal/fronttest"
	"caracal/internal/point"
	"caracal/wmsp"
)

// live is a broadcast of the clip, under the name live.
func (s *server) live() *fronttest.Live {
	s.T.Helper()
	o := point.Options{Batch: 150 * time.Millisecond, Unpaced: true, Burst: time.Minute}
	return s.Live("live", o, point.BroadcastOptions{}).Start(testClip())
}

// secondClip has a title more.
var secondClip = sync.OnceValue(func() fronttest.Clip {
	return makeClip(&asf.ContentDescription{Title: asf.NewText("the second")})
})

const (
	predictive    = "Supported: com.microsoft.wm.predstrm"
	notPredictive = "Supported: com.microsoft.wm.sswitch"
)

// entered checks $C, $M where it goes, and $H, and returns when $C came.
func entered(t *testing.T, f *frames, metadata bool, generation uint32) time.Time {
	t.Helper()
	if c := f.expect(wmsp.FrameChange); c.Reason != 0 {
		t.Errorf("$C has reason %#x", c.Reason)
	}
	at := time.Now()
	if metadata {
		m, err := wmsp.ParseMetadata(f.expect(wmsp.FrameMetadata).Payload)
		if err != nil || m.PlaylistGenID != generation || m.Features != wmsp.ContentBroadcast {
			t.Errorf("%+v, %v", m, err)
		}
	}
	if h := f.expect(wmsp.FrameHeader); !bytes.Equal(h.Payload, secondClip().LiveHeader()) {
		t.Error("the second header differs")
	}
	return at
}

// A broadcast goes on with another header: players that leave the choice of
// streams to the server, as all do that say nothing of it, get its packets at once,
// others when they have chosen, however long that takes, [MS-WMSP] 3.2.4.2.
func TestLiveChangesItsHeader(t *testing.T) {
	for _, k := range []struct {
		name, request string
		wait          time.Duration
	}{
		{"predictive", strings.Join([]string{agent12, predictive}, "\r\n"), 0},
		{"old", agent41, 0},
		{"chooses by itself", strings.Join([]string{agent12, notPredictive}, "\r\n"), 40 * time.Second},
	} {
		t.Run(k.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := startServer(t, true, nil)
				defer s.Stop()
				l := s.live()
				l.Bring(10)
				p := s.connect()
				p.send("GET /live HTTP/1.0", k.request, testGUID, "Pragma: xPlayStrm=1", allThree)
				r := p.head()
				f := p.stream(r)
				if metadata := k.name != "old"; metadata {
					f.expect(wmsp.FrameMetadata)
				}
				if h := f.expect(wmsp.FrameHeader); !bytes.Equal(h.Payload, testClip().LiveHeader()) {
					t.Error("the first header differs")
				}
				same(t, f.some(10), 0, 0)
				l.Change(secondClip())
				l.Bring(5)
				at := entered(t, f, k.name != "old", 2)
				if k.wait > 0 {
					time.Sleep(k.wait)
					q := s.connect()
					q.send("POST /live HTTP/1.0", agent12, fmt.Sprintf("Pragma: client-id=%d", r.Pragma().ClientID), allThree, "Content-Length: 0")
					q.response()
				}
				same(t, f.some(5), 0, 0)
				if took := time.Since(at); took.Round(200*time.Millisecond) != k.wait {
					t.Errorf("the packets came %v after the header", took)
				}
			})
		})
	}
}

// same compares $D packets with those of the clip from first on; they are
// numbered from location on.
func same(t *testing.T, packets []wmsp.Frame, location uint32, first int) {
	t.Helper()
	for i, fr := range packets {
		if fr.Location != location+uint32(i) || !bytes.Equal(fr.Payload, testClip().Packet(first+i)) {
			t.Fatalf("packet %d has number %d, or differs", first+i, fr.Location)
		}
	}
}

// A choice of streams ends the wait, and a change keeps its distance from one,
// and from what the player is behind.
func TestChoiceAtAChange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := startServer(t, true, nil)
		defer s.Stop()
		l := s.live()
		l.Bring(10)
		p := s.connect()
		p.send("GET /live HTTP/1.0", agent12, notPredictive, testGUID, "Pragma: xPlayStrm=1", allThree)
		head := p.head()
		id := fmt.Sprintf("Pragma: client-id=%d", head.Pragma().ClientID)
		f := p.stream(head)
		f.upTo(wmsp.FrameHeader)
		f.some(10)
		choose := func(lag string) {
			q := s.connect()
			defer q.Close()
			q.send("POST /live HTTP/1.0", agent12, id, lag, "Pragma: stream-switch-entry=ffff:1:0 ffff:2:0 ffff:c:0", "Content-Length: 0")
			if r, _ := q.response(); r.Status != 200 {
				t.Fatalf("SelectStream: %d", r.Status)
			}
		}
		choose("Pragma: client-lag=9000")
		chosen := time.Now()
		l.Change(secondClip())
		l.Bring(5)
		at := entered(t, f, true, 2)
		if took := at.Sub(chosen); took < 9*time.Second || took > 9500*time.Millisecond {
			t.Errorf("changed after %v, want the lag of 9 s", took)
		}
		time.Sleep(300 * time.Millisecond)
		choose("Pragma: client-lag=0")
		same(t, f.some(5), 0, 0)
		if took := time.Since(at); took > time.Second {
			t.Errorf("%v after the header: nobody waited for", took)
		}
		chosen = time.Now()
		l.Change(secondClip())
		l.Bring(1)
		if took := entered(t, f, true, 3).Sub(chosen); took < 7900*time.Millisecond || took > 8300*time.Millisecond {
			t.Errorf("changed %v after a choice, want 8 s", took)
		}
	})
}
