package rtsp_test

import (
	"fmt"
	"testing"
	"testing/synctest"

	"caracal/internal/fronttest"
	"caracal/rtsp"
)

const (
	saysChoosing   = "Supported: com.microsoft.wm.srvppair, com.microsoft.wm.sswitch, com.microsoft.wm.eosmsg"
	saysPredicting = saysChoosing + alsoPredicts
	ofPlaylist     = "ServerSidePlaylist.wsx"
)

// begins is what a player says up to the first packets of a list.
func (p *tape) begins(features string) {
	p.t.Helper()
	p.says("DESCRIBE", "DESCRIBE", p.url, features, "Accept: application/sdp")
	p.setup("audio", 0, features, "X-Playlist-Gen-Id: 1")
	p.setup("video", 2, features, "X-Playlist-Gen-Id: 1")
	p.says("PLAY", "PLAY", p.url, features, "X-Playlist-Gen-Id: 1", "Range: npt=0.000-")
}

const figureBegins = `
	asks DESCRIBE
	asks SETUP audio
	asks SETUP video
	asks PLAY
	<= packets
`

// figure has a player come to a list of two clips.
func figure(t *testing.T, do func(t *testing.T, p *tape, a, b clip)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := startServerWith(t, setting{memory: true})
		defer s.Stop()
		a, b := listClips()
		s.publishTape(ofPlaylist, a, b)
		do(t, s.tape(ofPlaylist), a, b)
	})
}

// ends checks an EndOfStream: both body lines of 4.4.5 or the first one alone, behind
// the session's.
func (p *tape) ends(generation uint32, more bool) {
	p.t.Helper()
	r := p.until(rtsp.EndOfStream)
	want := "Session: " + p.session + "\r\nEOF: true\r\n"
	if more {
		want += "End-Of-Playlist-Entry: true\r\n"
	}
	if string(r.Body) != want || r.GenID != generation || r.Header.Get("X-Notice") != `2101 "End-of-Stream Reached"` || !r.Header.Has("RTP-Info") {
		p.t.Errorf("%+v\n%s", r.Header, r.Body)
	}
}

// announces checks an Announce request, and whether it tells of chosen streams.
func (p *tape) announces(generation uint32, c clip, chosen, receding bool) *rtsp.Request {
	p.t.Helper()
	r := p.until(rtsp.Announce)
	sdp, err := rtsp.ParseSDP(r.Body)
	if err != nil || string(sdp.Header) != string(c.Header) || r.GenID != generation || r.Header.Has("X-RTP-Info") != chosen {
		p.t.Fatalf("%v %+v\n%s", err, r.Header, r.Body)
	}
	if want := map[bool]string{true: "1"}[receding]; r.Header.Get("X-Receding-PlaylistChange") != want {
		p.t.Errorf("X-Receding-PlaylistChange: %s", r.Header.Get("X-Receding-PlaylistChange"))
	}
	return r
}

// [MS-RTSP] 4.4.5, figure 15: EndOfStream, LogPlay, Announce, TEARDOWN of each old
// stream, SETUP of each new one, PLAY; and nothing of an entry before its PLAY.
func TestFigure15(t *testing.T) {
	figure(t, func(t *testing.T, p *tape, a, b clip) {
		p.begins(saysChoosing)
		p.packets(a, a.Count()).checkAll(0)
		p.ends(1, true)
		p.log()
		p.announces(2, b, false, false)
		for _, old := range []string{"audio", "video"} {
			p.says("TEARDOWN "+old, "TEARDOWN", p.url+"/"+old, "X-Playlist-Gen-Id: 2")
		}
		p.setup("audio", 4, "X-Playlist-Gen-Id: 2")
		p.setup("video", 6, "X-Playlist-Gen-Id: 2")
		r := p.says("PLAY", "PLAY", p.url, "X-Playlist-Gen-Id: 2", "X-Playlist-Seek-Id: 2")
		if r.Header.Get("X-Playlist-Gen-Id") != "2" || r.Header.Has("X-Playlist-Change-Notice") || !r.Header.Has("RTP-Info") {
			t.Errorf("%+v", r.Header)
		}
		p.packets(b, b.Count()).checkAll(0)
		p.ends(2, false)
		p.log()
		p.says("TEARDOWN", "TEARDOWN", p.url)
		p.was(figureBegins + `
			is told EndOfStream
			=> LogPlay
			is told Announce
			<= 200
			asks TEARDOWN audio
			asks TEARDOWN video
			asks SETUP audio
			asks SETUP video
			asks PLAY
			<= packets
			is told EndOfStream
			asks LogPlay
			asks TEARDOWN
		`)
	})
}

// 4.4.4: what the server has chosen of the next entry follows its Announce without a
// gap, and the PLAY in PLAYING state that names it changes nothing.
func TestFigure15Predictive(t *testing.T) {
	figure(t, func(t *testing.T, p *tape, a, b clip) {
		p.begins(saysPredicting)
		first := p.packets(a, a.Count())
		first.checkAll(0)
		p.ends(1, true)
		p.log()
		r := p.announces(2, b, true, false)
		infos, err := rtsp.ParseRTPInfo(r.Header.Get("X-RTP-Info"))
		if err != nil || len(infos) != 2 || infos[0].URL != p.url+"/audio" || infos[1].URL != p.url+"/video" || infos[0].Seq != first.seq[len(first.seq)-1]+1 {
			t.Errorf("%v %s", err, r.Header.Get("X-RTP-Info"))
		}
		second := p.packets(b, 10)
		if second.check(0); second.seq[0] != infos[0].Seq {
			t.Errorf("sequence number %d, want %d", second.seq[0], infos[0].Seq)
		}
		p.says("PLAY", "PLAY", p.url, "X-Playlist-Gen-Id: 2", "X-Playlist-Seek-Id: 2", "X-RTP-Info: url="+infos[0].URL+", url="+infos[1].URL)
		p.packets(b, b.Count()-10).checkAll(10)
		p.ends(2, false)
		p.was(figureBegins + `
			is told EndOfStream
			=> LogPlay
			is told Announce
			<= 200
			<= packets
			asks PLAY
			<= packets
			is told EndOfStream
		`)
	})
}

// 2.2.6.20, 3.2.5.8: a PLAY with X-Playlist is answered with X-Playlist-Change-Notice,
// and EndOfStream and Announce follow before any packet; X-Receding-PlaylistChange
// tells which way. Nobody skips beyond the ends.
func TestSkipsInOrder(t *testing.T) {
	figure(t, func(t *testing.T, p *tape, a, b clip) {
		p.begins(saysPredicting)
		p.packets(a, 3).check(0)
		for i, way := range []string{"pl-offset=1", "pl-offset=-1"} {
			generation := uint32(2 + i)
			to, receding := []clip{b, a}[i], i == 1
			r := p.says("PLAY "+way, "PLAY", p.url, "X-Playlist: "+way, "X-Playlist-Seek-Id: "+string(rune('0'+generation-1)))
			if r.Header.Get("X-Playlist-Change-Notice") != "true" {
				t.Errorf("%+v", r.Header)
			}
			p.ends(generation-1, true)
			p.frames = nil // of the entry before
			p.announces(generation, to, true, receding)
			p.packets(to, 3).check(0)
			p.says("PLAY", "PLAY", p.url, "X-Playlist-Seek-Id: "+string(rune('0'+generation)))
			p.packets(to, 5)
			p.frames = nil
		}
		p.says("PLAY pl-offset=-1", "PLAY", p.url, "X-Playlist: pl-offset=-1", "X-Playlist-Seek-Id: 3")
		p.packets(a, 5)
		p.was(figureBegins + `
			asks PLAY pl-offset=1
			is told EndOfStream
			is told Announce
			<= packets
			asks PLAY
			<= packets
			asks PLAY pl-offset=-1
			is told EndOfStream
			is told Announce
			<= packets
			asks PLAY
			<= packets
			asks PLAY pl-offset=-1 400
			<= packets
		`)
	})
}

// 2.2.6.23, 3.2.5.8: a Range in the entry before, which X-Playlist-Seek-Id names, is
// answered with X-Playlist-Change-Notice; that entry is the present one from there on,
// and ends at once, to be announced again.
func TestSeekIdInOrder(t *testing.T) {
	figure(t, func(t *testing.T, p *tape, a, b clip) {
		p.begins(saysPredicting)
		p.packets(a, a.Count())
		p.ends(1, true)
		p.announces(2, b, true, false)
		p.packets(b, 5)
		r := p.says("PLAY npt=2.000-", "PLAY", p.url, "X-Playlist-Gen-Id: 2", "X-Playlist-Seek-Id: 1", "Range: npt=2.000-")
		if r.Header.Get("X-Playlist-Change-Notice") != "true" || r.Header.Get("X-Playlist-Gen-Id") != "1" || len(r.Header.Values("X-Playlist-Gen-Id")) != 1 {
			t.Errorf("%+v", r.Header)
		}
		p.ends(1, true)
		p.frames = nil
		p.announces(1, a, true, false)
		got := p.packets(a, 20)
		at := 0
		for at < a.Count() && string(a.Packet(at)) != string(got.got[0].Data) {
			at++
		}
		if ms := sendTime(t, a.Packet(min(at, a.Count()-1))); ms < 1500 || ms > 2000 {
			t.Errorf("goes on at %d ms", ms)
		}
		got.check(at)
		p.says("PLAY", "PLAY", p.url, "X-Playlist-Seek-Id: 1")
		p.was(figureBegins + `
			is told EndOfStream
			is told Announce
			<= packets
			asks PLAY npt=2.000-
			is told EndOfStream
			is told Announce
			<= packets
			asks PLAY
		`)
	})
}

// 4.4.5: a list as the one of the example (which interop/TestListOfTheExample publishes).
// Its advertisements, the first and the last entry, cannot be skipped, here neither way,
// and play on; the others can.
func TestAdvertisementsAreNotSkipped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := startServerWith(t, setting{memory: true})
		defer s.Stop()
		ad, preview := listClips()
		movie := ofStreams(5, []uint8{4}, []uint8{3})
		s.PublishList(ofPlaylist, tapeOptions(), fronttest.ListItem{Clip: ad, Fixed: true}, fronttest.ListItem{Clip: preview},
			fronttest.ListItem{Clip: movie}, fronttest.ListItem{Clip: ad, Fixed: true})
		p := s.tape(ofPlaylist)
		p.begins(saysPredicting)
		const told = "is told EndOfStream\nis told Announce\n<= packets\n"
		want := figureBegins
		skips := func(way string, status int) {
			p.says("PLAY "+way, "PLAY", p.url, "X-Playlist: pl-offset="+way)
			want += "asks PLAY " + way + " " + fmt.Sprint(status) + "\n"
		}
		skips("1", 400)
		p.packets(ad, ad.Count()).checkAll(0)
		p.ends(1, true)
		p.announces(2, preview, true, false)
		p.packets(preview, 5)
		want += "<= packets\n" + told
		skips("1", 200)
		p.ends(2, true)
		p.frames = nil
		p.announces(3, movie, true, false)
		p.packets(movie, 5)
		want += told
		skips("1", 200)
		p.ends(3, true)
		p.frames = nil
		p.announces(4, ad, true, false)
		p.packets(ad, 5).check(0)
		want += told
		skips("-1", 400)
		skips("1", 400)
		p.says("PLAY", "PLAY", p.url)
		p.packets(ad, ad.Count()-5).checkAll(5)
		p.ends(4, false)
		p.was(want + "asks PLAY\n<= packets\nis told EndOfStream\n")
	})
}
