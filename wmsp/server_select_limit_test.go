package wmsp_test

import (
	"testing"
	"testing/synctest"

	"caracal/asf"
	"caracal/internal/event"
	"caracal/internal/fronttest"
	"caracal/internal/session"
	"caracal/wmsp"
)

// Streams that take more than there is are refused, on the connection that streams and
// on another one, and what goes out goes on, [MS-WMSP] 3.2.5.7.
func TestSelectBeyondTheBandwidth(t *testing.T) {
	rates := &asf.StreamBitrateProperties{Rates: []asf.StreamRate{{Flags: 1, BitRate: 70_000}, {Flags: 2, BitRate: 10_000}, {Flags: 12, BitRate: 5_000}}}
	const streams = "Pragma: stream-switch-count=1"
	for _, pipelined := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			s := startServer(t, true, nil)
			defer s.Stop()
			s.Publish("clip.wmv", makeClip(rates).File(), pacedOptions())
			s.Sessions.SetOptions(session.Options{Limits: session.Limits{Server: session.Bounds{Bandwidth: 50_000}}})
			c := s.connect()
			id := c.describe12()
			var fr *frames
			if pipelined {
				fr = c.play12(id, "Pragma: stream-switch-entry=ffff:2:0")
			} else {
				c.send("GET /clip.wmv HTTP/1.0", agent12, "Pragma: xPlayStrm=1", id, testGUID, "Pragma: stream-switch-entry=ffff:2:0")
				fr = c.stream(c.head())
				fr.upTo(wmsp.FrameHeader)
			}
			got := fr.some(2)
			ask := func(entry string) *wmsp.Response {
				if !pipelined {
					k := s.connect()
					k.send("POST /clip.wmv HTTP/1.0", agent12, id, streams, "Pragma: stream-switch-entry="+entry, "Content-Length: 0")
					r, _ := k.response()
					return r
				}
				c.send("GET /clip.wmv HTTP/1.1", agent12, "Host: h", id, streams, "Pragma: stream-switch-entry="+entry)
				more, _ := fr.data()
				got = append(got, more...)
				r := c.head()
				if !r.Chunked() {
					t.Errorf("%+v", r)
				}
				fr = c.stream(r)
				return r
			}
			if r := ask("ffff:1:0"); r.Status != 503 || r.Header.Get("Retry-After") != "10" {
				t.Errorf("pipelined %t: %+v", pipelined, r)
			}
			got = append(got, fr.some(2)...)
			if streams := streamsIn(t, got); streams != "2 " {
				t.Errorf("pipelined %t: streams %s", pipelined, streams)
			}
			if r := ask("2:c:0"); r.Status != 200 {
				t.Errorf("pipelined %t: what takes less: %+v", pipelined, r)
			}
			refused := fronttest.EventsOf[event.Refused](s.Rig)
			if len(refused) != 1 || refused[0].Limit != "server.bandwidth" || refused[0].Status != 503 {
				t.Errorf("%+v", refused)
			}
			rest, end := fr.data()
			if streams := streamsIn(t, rest); end.ID != wmsp.FrameEnd || streams != "12 " && streams != "2 12 " {
				t.Errorf("pipelined %t: streams %s, then $%c", pipelined, streams, end.ID)
			}
		})
	}
}
