package rtsp

import (
	"context"
	"math"
	"slices"
	"time"

	"caracal/asf"
)

// Enter selects streams of the entry that a GotHeader event has announced and
// confirms it with Play, [MS-RTSP] 3.1.4.5. Of the options Streams counts, and
// what the Play request carries; a Range is not sent. What the server has
// selected beforehand and Streams has too needs no request of its own.
func (s *Stream) Enter(ctx context.Context, entry StreamEvent, opt PlayOptions) error {
	c := s.session()
	own := s.opt
	own.Streams, own.NoRTX = opt.Streams, true
	wanted, err := c.setups(ctx, entry.SDP, &own)
	if err != nil {
		return err
	}
	c.mu.Lock()
	choice := c.choose(entry, wanted)
	c.mu.Unlock()
	for _, track := range choice.drop {
		if err := c.deselect(ctx, track); err != nil {
			return err
		}
	}
	c.mu.Lock()
	c.tracks = append(slices.DeleteFunc(c.tracks, func(t *clientTrack) bool { return t.kind == trackMedia }), choice.keep...)
	c.mu.Unlock()
	if err := c.setUpRest(ctx, choice.add, &own); err != nil {
		return err
	}
	opt.Range = nil
	opt.Header = slices.Clone(opt.Header)
	opt.Header.AddInt("X-Playlist-Seek-Id", int64(entry.GenID))
	if lag := entry.lag(time.Now()); lag > 0 && !opt.Header.Has("X-Player-Lag-Time") {
		opt.Header.AddInt("X-Player-Lag-Time", lag.Milliseconds())
	}
	if len(choice.confirm) > 0 {
		opt.Header.Add("X-RTP-Info", string(AppendRTPInfo(nil, choice.confirm)))
	}
	if len(choice.keep) > 0 {
		return s.play(ctx, opt, c.confirmed)
	}
	return s.Play(ctx, opt)
}

// lagSlack is by how much more than its preroll a player may be behind an Announce and
// say nothing of it: SETUP requests and their answers take time too.
const lagSlack = time.Second

// lag is how long ago the server began to send an entry of which it has chosen the
// streams, X-Player-Lag-Time; 0 if a player that begins every entry behind its preroll
// would not be nearer, [MS-RTSP] 3.1.5.16.1.
func (e *StreamEvent) lag(now time.Time) time.Duration {
	if len(e.Selected) == 0 || e.came.IsZero() {
		return 0
	}
	var normal time.Duration
	if h, _, err := asf.ParseHeader(e.Header); err == nil && h.File() != nil {
		normal = time.Duration(min(h.File().Preroll, maxPreroll)) * time.Millisecond
	}
	late := now.Sub(e.came)
	if late <= normal+lagSlack {
		return 0
	}
	return min(late, maxSaidLag)
}

const (
	maxPreroll = 60_000                            // ms, that is believed
	maxSaidLag = math.MaxUint32 * time.Millisecond // the header's
)

// entryChoice is what to do about the streams of a new entry.
type entryChoice struct {
	keep    []*clientTrack // selected by the server, and wanted
	confirm []RTPInfo      // the same, and the retransmission stream
	drop    []*clientTrack // not wanted, or of the entry before
	add     []setup
}

// choose holds what the server has selected, X-RTP-Info of Announce, against
// what is wanted. Without X-RTP-Info nothing is selected any more; the
// client of 4.4.5 deselects the old streams all the same. The caller holds mu.
func (s *clientSession) choose(entry StreamEvent, wanted []setup) entryChoice {
	var media []*clientTrack
	for _, t := range s.tracks {
		if t.kind == trackMedia {
			media = append(media, t)
		}
	}
	if len(entry.Selected) == 0 || len(media) == 0 {
		return entryChoice{drop: media, add: wanted}
	}
	choice := entryChoice{add: wanted}
	for _, info := range entry.Selected {
		url := ResolveControl(entry.SDP.Control, info.URL)
		if known := s.track(url); known != nil && known.kind != trackMedia {
			choice.confirm = append(choice.confirm, RTPInfo{URL: info.URL})
			continue
		}
		track := predicted(media, url, &info)
		at := slices.IndexFunc(choice.add, func(one setup) bool { return one.track.url == url })
		if at < 0 {
			track.stream = streamAt(entry.SDP, url)
			choice.drop = append(choice.drop, track)
			continue
		}
		track.stream = choice.add[at].track.stream
		choice.keep = append(choice.keep, track)
		choice.confirm = append(choice.confirm, RTPInfo{URL: info.URL})
		choice.add = slices.Delete(slices.Clone(choice.add), at, at+1)
	}
	return choice
}

// predicted is the track of a stream that the server has selected: it travels
// as one did that was set up, whose URL requests about it have, 4.4.4.3.
func predicted(media []*clientTrack, url string, info *RTPInfo) *clientTrack {
	via := media[0]
	for _, t := range media {
		if t.url == url {
			via = t
		}
	}
	track := &clientTrack{url: via.url, carries: url, lower: via.lower, ssrc: via.ssrc, hasSSRC: via.hasSSRC}
	if info.HasTransport && info.Transport.HasSSRC {
		track.ssrc, track.hasSSRC = info.Transport.SSRC, true
	}
	return track
}

func streamAt(sdp *SDP, url string) uint32 {
	for i := range sdp.Media {
		if ResolveControl(sdp.Control, sdp.Media[i].Control) == url {
			return sdp.Media[i].Stream
		}
	}
	return NoStream
}
