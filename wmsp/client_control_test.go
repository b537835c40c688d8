package wmsp

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"caracal/internal/pull"
	"caracal/internal/remote"
)

// pipelinedServer speaks pipelined mode: responses in chunks, on one
// connection. play is what a Play is answered with after its header.
func pipelinedServer(t *testing.T, works bool, play []byte, later map[Kind][]byte) *fakeServer {
	header := AppendHeader(nil, 0, testHeader())
	tests := 0
	return newFakeServer(t, func(_ int, r *Request, _ []byte) []byte {
		switch r.Kind {
		case Describe:
			return ok(1, "pipeline-experiment=1", header)
		case Pipeline:
			if tests++; tests == 1 {
				return join(ok(1, "", nil, "Transfer-Encoding", "chunked"), chunk(AppendT(nil)))
			}
			if works {
				return join(chunk(nil), ok(1, "pipeline-result=1", []byte{}))
			}
			return join(chunk(nil), ok(0, "pipeline-result=0", []byte{}))
		case Play:
			if r.Minor == 0 {
				return join(ok(0, "", nil), header, play)
			}
			// A packet in two chunks, and a chunk with two packets.
			both := append(header, play...)
			return join(ok(1, "", nil, "Transfer-Encoding", "chunked"), chunk(both[:20]), chunk(both[20:]))
		}
		return later[r.Kind]
	})
}

func TestClientPipelined(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := pipelinedServer(t, true, frameD(0, "a"), map[Kind][]byte{
			SelectStream: join(chunk(nil), ok(1, "", nil, "Transfer-Encoding", "chunked"), chunk(frameD(5, "b")),
				chunk(join(AppendE(nil, ReasonEntryDone), AppendC(nil, 0), metadata(3), AppendHeader(nil, 0, testHeader())))),
			Log: {'0', '\r', '\n', '\r', '\n'},
			PlayNextEntry: join(ok(1, "", []byte{}), ok(1, "", nil, "Transfer-Encoding", "chunked"),
				chunk(join(frameD(0, "c"), AppendE(nil, ReasonDone))), chunk(nil)),
			Stop: ok(1, "", []byte{}),
		})
		c := Client{Dial: s.dial, Pipelined: true}
		stream, err := c.Play(t.Context(), "http://server/a", PlayOptions{})
		if err != nil {
			t.Fatal(err)
		}
		defer stream.Close()
		next := func(kind StreamEventKind, packet uint32, data string) StreamEvent {
			t.Helper()
			e, err := stream.Next()
			if err != nil || e.Kind != kind || e.Packet != packet || string(e.Data) != data {
				t.Fatalf("%+v, %v, want packet %d %q", e, err, packet, data)
			}
			return e
		}
		next(GotHeader, 0, "")
		next(GotPacket, 0, "a")
		if err := stream.Select([]Switch{{1, 12, LevelWhole}}, 250); err != nil {
			t.Fatal(err)
		}
		next(GotPacket, 5, "b")
		next(GotEnd, 0, "")
		next(GotChange, 0, "")
		header := next(GotHeader, 0, "").Header
		if err := stream.Log([]byte("<XML/>")); err != nil {
			t.Fatal(err)
		}
		if err := stream.PlayNextEntry(header, PlayOptions{}); err != nil {
			t.Fatal(err)
		}
		if rest, err := events(t, stream); err != nil || !slices.Equal(rest, []string{"packet 0 c", "end 0x0"}) {
			t.Errorf("%q, %v", rest, err)
		}
		if err := stream.Stop(); err != nil {
			t.Fatal(err)
		}
		again, err := c.Play(t.Context(), "", PlayOptions{After: stream.Description(), Streams: []Switch{}})
		if err != nil {
			t.Fatal(err)
		}
		defer again.Close()
		const order = "[1 Describe 1 Pipeline 1 Pipeline 1 Play 1 SelectStream 1 Log 1 PlayNextEntry 1 Stop 1 Play]"
		if s.order() != order || !stream.Description().Pipelined() {
			t.Errorf("%s, want %s", s.order(), order)
		}
	})
}

func TestClientStopDropsWhatIsOnItsWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := pipelinedServer(t, true, frameD(0, "a"), map[Kind][]byte{
			Stop: join(chunk(frameD(1, strings.Repeat("b", 9000))), chunk(nil), ok(1, "", []byte{})),
		})
		c := Client{Dial: s.dial, Pipelined: true}
		stream, err := c.Play(t.Context(), "http://server/a", PlayOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if err := stream.Stop(); err != nil {
			t.Fatal(err)
		}
		if got, err := events(t, stream); len(got) > 0 || err != nil {
			t.Errorf("after Stop: %q, %v", got, err)
		}
		if err := errors.Join(stream.Stop(), stream.Close(), stream.Description().Close(), stream.Description().Close()); err != nil {
			t.Errorf("again: %v", err)
		}
		if err := stream.send(&clientRequest{}); err == nil {
			t.Error("a closed stream sends")
		}
	})
}

func TestClientPipelineDoesNotWork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := pipelinedServer(t, false, join(frameD(0, "a"), AppendE(nil, ReasonDone)), nil)
		c := Client{Dial: s.dial, Pipelined: true}
		stream, err := c.Play(t.Context(), "http://server/a", PlayOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if got, err := events(t, stream); err != nil || len(got) != 3 {
			t.Errorf("%q, %v", got, err)
		}
		if err := stream.PlayNextEntry(nil, PlayOptions{}); err != ErrNotPipelined {
			t.Errorf("PlayNextEntry: %v", err)
		}
		if err := stream.Stop(); err != nil {
			t.Error(err)
		}
		if want := "[1 Describe 1 Pipeline 1 Pipeline 2 Play]"; s.order() != want {
			t.Errorf("%s, want %s", s.order(), want)
		}
	})
}

func TestClientSelectIsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		refusal := NewResponse(1, 400)
		refusal.AddInt("Content-Length", 0)
		s := pipelinedServer(t, true, nil, map[Kind][]byte{SelectStream: join(chunk(nil), refusal.AppendTo(nil))})
		c := Client{Dial: s.dial, Pipelined: true}
		stream, err := c.Play(t.Context(), "http://server/a", PlayOptions{})
		if err != nil {
			t.Fatal(err)
		}
		defer stream.Close()
		if err := stream.Select(nil, 0); err != nil {
			t.Fatal(err)
		}
		var status *StatusError
		if _, err := events(t, stream); !errors.As(err, &status) || status.Response.Status != 400 {
			t.Errorf("%v", err)
		}
	})
}

// commandServer takes requests on connections of their own and keeps them.
func commandServer(t *testing.T, got *[]string) *fakeServer {
	header := AppendHeader(nil, 0, testHeader())
	return newFakeServer(t, func(n int, r *Request, body []byte) []byte {
		switch r.Kind {
		case Describe:
			return ok(0, "", header)
		case Play:
			return join(ok(0, "", nil), header)
		}
		*got = append(*got, fmt.Sprintf("%v %s %q %s", r.Kind, r.ContentType(), body, pragmaText(&r.Pragma)))
		return ok(0, "", []byte{}, "Cache-Control", "no-cache")
	})
}

func TestClientCommands(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var got []string
		s := commandServer(t, &got)
		c := Client{Dial: s.dial, GUID: "{1}"}
		stream, err := c.Play(t.Context(), "http://server/a", PlayOptions{})
		if err != nil {
			t.Fatal(err)
		}
		defer stream.Close()
		d := stream.Description()
		cache := Client{Dial: s.dial, GUID: "{1}", Proxy: &pull.Proxy{ClientAgent: "WMPlayer/9.0"}}
		info, errInfo := cache.ContentInfo(t.Context(), "http://server/a")
		err = errors.Join(
			errInfo,
			d.KeepAlive(t.Context()),
			d.Log(t.Context(), []byte("<XML/>")),
			d.LogLine(t.Context(), "a, b\r\nc"),
			d.SendEvent(t.Context(), &remote.Event{Type: remote.Open}),
			cache.SendEvent(t.Context(), "http://server/a", &remote.Event{Type: remote.Close}),
			stream.Select([]Switch{{NoStream, 12, LevelNone}}, 9),
			stream.Log([]byte("<b/>")),
		)
		if err != nil || info.Control.MayStore() {
			t.Fatal(err)
		}
		want := []string{
			`GetContentInfo application/x-wms-getcontentinfo "\x00" no-cache, xClientGUID={1}`,
			`KeepAlive  "" xKeepAliveInPause=1, client-id=42, xClientGUID={1}`,
			`Log application/x-wms-LogStats "<XML/>" no-cache, client-id=42, xClientGUID={1}`,
			`Log text/plain "" no-cache, client-id=42, xClientGUID={1}|log-line=a, b`,
			`SendEvent application/x-wms-sendevent "1\r\n1,28,0\r\n" no-cache, client-id=42, xClientGUID={1}`,
			`SendEvent application/x-wms-sendevent "1\r\n1,29,0\r\n" no-cache, xClientGUID={1}, proxy-client-agent="WMPlayer/9.0"`,
			`SelectStream  "" no-cache, client-id=42, client-lag=9, xClientGUID={1}, stream-switch-count=1|stream-switch-entry=ffff:c:2`,
			`Log application/x-wms-LogStats "<b/>" no-cache, client-id=42, xClientGUID={1}`,
		}
		if !slices.Equal(got, want) {
			t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	})
}
