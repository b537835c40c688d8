package wmsp_test

import (
	"bytes"
	"testing"
	"testing/synctest"

	"caracal/asf"
	"caracal/internal/fronttest"
	"caracal/wmsp"
)

// FFmpeg and VLC get one header, which does not say where its packets end, and go on
// over entries of the same streams in one timeline; others end the stream, and so does
// the list.
func TestListForThoseWhoKeepTheHeader(t *testing.T) {
	a, b := listFilm(), listSong()
	for name, words := range map[string][]string{
		"FFmpeg": {"GET /list HTTP/1.1", "Host: h", agent41, libmmsGUID}, "VLC": {"GET /list HTTP/1.0", "User-Agent: NSPlayer/7.10.0.3059", testGUID},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := startServer(t, true, nil)
				defer s.Stop()
				s.PublishList("list", fronttest.Unpaced(), fronttest.ListItem{Clip: a}, fronttest.ListItem{Clip: a}, fronttest.ListItem{Clip: b})
				p := s.connect()
				p.send(append(words, "Pragma: xPlayStrm=1", bothStreams)...)
				f := p.stream(p.head())
				if h := f.expect(wmsp.FrameHeader); !bytes.Equal(h.Payload, asf.OpenEnded(a.Header)) {
					t.Error("the header says where its packets end")
				}
				got, then := f.data()
				reason(t, then, wmsp.FrameEnd, wmsp.ReasonDone)
				if len(got) != 2*a.Count() {
					t.Fatalf("%d packets, want %d twice", len(got), a.Count())
				}
				for i, fr := range got[:a.Count()] {
					if !bytes.Equal(fr.Payload, a.Packet(i)) {
						t.Fatalf("packet %d differs", i)
					}
				}
				end := len(got) - 1
				if fr := got[end]; !bytes.Equal(fr.Payload, a.Later(6001).Packet(a.Count()-1)) {
					t.Error("the times of the second entry do not go on")
				}
			})
		})
	}
}
