package rtsp_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"caracal/internal/fronttest"
	"caracal/internal/point"
	"caracal/rtsp"
)

// The recorded exchanges about the next entry of a playlist are put to a list and to a
// broadcast that goes on with another header: the server asks the same, in the same
// order, and answers the same.
func TestServerTurnsAsRecorded(t *testing.T) {
	for _, k := range []struct {
		name    string
		predict bool
		live    bool
		streams []uint8 // that go out in the end
	}{
		{"predictive.txt", true, true, []uint8{3, 5}}, {"playlist.txt", false, true, []uint8{3}},
		{"predictive.txt", true, false, []uint8{3, 5}}, {"playlist.txt", false, false, []uint8{3}},
	} {
		t.Run(fmt.Sprint(k.name, k.live), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := startServerWith(t, setting{memory: true})
				defer s.Stop()
				before, after := fronttest.Film(10), fronttest.Film(10)
				before.Streams = []fronttest.Stream{{Number: 1, Size: 60}, {Number: 2, Video: true, Size: 400, Key: 10}}
				after.Streams = []fronttest.Stream{{Number: 2, Size: 60}, {Number: 3, Size: 80}, {Number: 5, Video: true, Size: 400, Key: 10}}
				r := &recorded{peer: s.connect(), next: after.Clip(), predict: k.predict}
				if k.live {
					o := point.Options{Batch: 50 * time.Millisecond, Unpaced: true, Burst: time.Minute}
					r.l = s.Live("abc", o, point.BroadcastOptions{}).Start(before.Clip())
				} else {
					s.publishTape("abc", before.Clip(), r.next)
				}
				for _, step := range rtsp.ReadSteps(t, k.name) {
					r.do(step)
				}
				if k.live {
					r.l.Bring(30)
				}
				seen := map[uint8]bool{}
				for range 20 {
					frame, _, _, err := r.peer.next()
					if err != nil || frame == nil || frame.Channel%2 == 1 {
						t.Fatalf("%+v, %v", frame, err)
					}
					got := &receiver{t: t, clip: r.next}
					got.add(frame.Data)
					for n := uint8(1); n < 8; n++ {
						if hasStream(t, got.got[0].Data, n) {
							seen[n] = true
						}
					}
				}
				for _, n := range k.streams {
					if !seen[n] {
						t.Errorf("nothing of stream %d", n)
					}
					delete(seen, n)
				}
				if len(seen) > 0 {
					t.Errorf("packets of the streams %v", seen)
				}
			})
		})
	}
}

// recorded puts a sequence to the server.
type recorded struct {
	*peer
	l       *fronttest.Live // nil: a list
	next    clip            // what follows
	predict bool
	asked   []rtsp.Request // by the server, and not looked at yet
	answer  *rtsp.Response // of the server, likewise
	theirs  int64          // CSeq of what the server has asked last
}

func (r *recorded) do(step *rtsp.Step) {
	r.t.Helper()
	_, _, err := rtsp.ParseRequest(step.Wire, rtsp.MaxRequestBody)
	asks := err == nil
	switch {
	case strings.HasPrefix(step.What, "frame"):
	case step.Player && asks:
		wire := string(step.Wire)
		for _, change := range [][2]string{{": 5351\r\n", ": 1\r\n"}, {": 5353\r\n", ": 2\r\n"}} {
			wire = strings.ReplaceAll(wire, change[0], change[1])
		}
		if !r.predict {
			wire = strings.ReplaceAll(wire, ", com.microsoft.wm.predstrm", "")
		}
		r.write(string(sessionField.ReplaceAll([]byte(wire), []byte("\r\nSession: "+r.session))))
		r.answer = r.response()
		r.asked = append(r.asked, r.peer.asked...)
	case step.Player:
		r.write(fmt.Sprintf("RTSP/1.0 200 OK\r\nCSeq: %d\r\nSession: %s\r\n\r\n", r.theirs, r.session))
	case asks:
		r.isAsked(step.Request(r.t))
	default:
		want := step.Response(r.t)
		if r.answer.Status != want.Status || r.answer.CSeq != want.CSeq {
			r.t.Fatalf("%d to request %d, want %d to %d", r.answer.Status, r.answer.CSeq, want.Status, want.CSeq)
		}
		for _, fault := range compareAnswers(step.What, r.answer, want) {
			r.t.Error(fault)
		}
	}
}

// isAsked takes the next request of the server.
func (r *recorded) isAsked(want *rtsp.Request) {
	r.t.Helper()
	if want.Kind == rtsp.EndOfStream && r.l != nil {
		r.l.Change(r.next)
	}
	for len(r.asked) == 0 {
		frame, request, response, err := r.peer.next()
		if err != nil || response != nil {
			r.t.Fatalf("%+v, %v", response, err)
		}
		if frame == nil {
			r.asked = append(r.asked, *request)
		}
	}
	got := r.asked[0]
	r.asked, r.theirs = r.asked[1:], got.CSeq
	if got.Kind != want.Kind || got.Target.Path != want.Target.Path || got.Header.Has("X-RTP-Info") != want.Header.Has("X-RTP-Info") {
		r.t.Fatalf("the server asks %s: %+v; want %s", got.Kind, got.Header, want.Kind)
	}
	for _, f := range want.Header {
		if !got.Header.Has(f.Name) {
			r.t.Errorf("%s without %s", got.Kind, f.Name)
		}
	}
	if end := rtsp.ParseEndOfStream(want.Body); end.EOF && rtsp.ParseEndOfStream(got.Body).Reason != end.Reason {
		r.t.Errorf("ends with %q", got.Body)
	}
}
