package rtsp

import (
	"errors"
	"time"

	"caracal/internal/event"
	"caracal/internal/head"
	"caracal/internal/point"
)

// The sizes of RTP packets where the player does not say one: over TCP the
// most that an interleaved frame carries, over UDP what fits into Ethernet.
const (
	blocksizeTCP = 65535
	blocksizeUDP = 1452
)

// play begins to stream, [MS-RTSP] 3.2.5.8. Storage is read without the
// session's mutex: shards and the reader of RTCP wait for that.
func (c *conn) play(r *Request, p *player) bool {
	if from, by := p.skips(r); from != nil || by != 0 {
		return c.skip(r, p, from, by)
	}
	if p.awaited() && (c.Streaming() || !r.Header.Has("Range")) {
		return c.confirm(r, p)
	}
	if !r.Header.Has("Range") {
		c.halt(p)
	}
	p.mu.Lock()
	want, err := playRequest(r, p)
	l, resumed := p.layout(c), p.paused > 0
	p.lag = lagOf(r)
	p.mu.Unlock()
	_, part := ControlWithin(p.path, r.Target.Path)
	switch {
	case len(l.tracks) == 0:
		return c.refuse(r, 455, "no stream is selected")
	case !part && r.Target.Path != p.path:
		return c.refuse(r, 404, "not the content of the session")
	case errors.Is(err, point.ErrPosition):
		return c.refuseError(r, err)
	case err != nil:
		return c.refuse(r, 400, err.Error())
	}
	return c.begin(r, p, l, want, resumed)
}

// begin begins to stream what a Play wants.
func (c *conn) begin(r *Request, p *player, l *layout, want point.Request, resumed bool) bool {
	start, err := point.Prepare(l.entry, p.options(), want)
	if err != nil {
		return c.refuseError(r, err)
	}
	reserved, err := start.Reserve(l.entry, p.ses)
	if err != nil {
		return c.refuseError(r, err)
	}
	st := c.newStream(p, l, &start)
	st.reserved = reserved
	if live := missed(r, l.entry); live != nil && !start.Shifted() {
		st.missed = live
	}
	resp := c.playResponse(r, p, st, &start)
	c.Streams(+1)
	c.Post(func() { c.tx.play(resp, st, start) })
	c.srv.opt.Bus.Publish(event.Playing{
		Player: p.ses.Who(), Media: point.MediaOf(l.entry), Packet: start.Packet, Rate: start.Rate, Speed: start.Speed, Resumed: resumed, Selected: true,
		Transport: l.transport(),
	})
	return true
}

// missed returns what has followed the entry of a broadcast that a Play is for: the
// player was paused then, or has not heard of it. Nil if nothing has.
func missed(r *Request, e point.Entry) *point.Live {
	live, ok := e.(*point.Live)
	if !ok || live.Latest() == live && (r.GenID == 0 || r.GenID == live.Generation()) {
		return nil
	}
	return live.Latest()
}

// halt stops what streams and notes where: a Play without a Range changes its
// rate there, [MS-RTSP] 4.4.7.
func (c *conn) halt(p *player) {
	if !c.Streaming() {
		return
	}
	halted := make(chan struct{})
	c.Post(func() {
		c.tx.suspendOf(p, reasonReplaced)
		close(halted)
	})
	<-halted
}

// playRequest turns the headers of a Play into what the core understands.
func playRequest(r *Request, p *player) (point.Request, error) {
	want := point.Request{Rate: 1, Selection: p.selection()}
	if p.paused > 0 { // RFC 2326 10.5
		want.Position = point.Position{By: point.ByPacket, Value: p.paused}
	}
	if r.Header.Has("X-RTP-Info") {
		if _, err := ParseRTPInfo(r.Header.Get("X-RTP-Info")); err != nil {
			return want, err
		}
	}
	if v := r.Header.Get("Range"); v != "" {
		rg, err := ParseRange(v)
		if err != nil {
			return want, err
		}
		if i := p.entry.Info(); i.Broadcast && !i.Seekable {
			rg = Range{Now: true} // there is no other place
		}
		duration := p.entry.Info().Duration
		if rg, err = withinContent(rg, duration, rateOf(r)); err != nil {
			return want, err
		}
		want.Position = positionOf(rg)
		want.MaxDuration = limitOf(rg, duration)
	}
	want.Rate = rateOf(r)
	if f, ok := ParseDecimal(r.Header.Get("Speed")); ok {
		want.Speed = f
	}
	if t, err := ParseAccelerate(r.Header.Get("X-Accelerate-Streaming")); err == nil {
		want.AccelBW, want.AccelDuration = t.Bandwidth, time.Duration(t.Duration)*time.Millisecond
	} else if t, err := ParseBurst(r.Header.Get("X-Burst-Streaming")); err == nil {
		want.AccelBW, want.AccelDuration = t.Bandwidth, time.Duration(t.Duration)*time.Millisecond
	}
	if bw, ok := ParseNumber(r.Header.Get("Bandwidth")); ok && bw > 0 {
		want.AccelBW = min(want.AccelBW, bw) // no faster than the player's link
	}
	return want, nil
}

// rateOf is the Scale that is asked for, 1 for none.
func rateOf(r *Request) float64 {
	if f, ok := ParseDecimal(r.Header.Get("Scale")); ok {
		return f
	}
	return 1
}

// withinContent gives a time that counts from the end ("npt=-20", RFC 2326 3.6) its
// beginning, and refuses one that is behind the end or ends before it begins.
func withinContent(r Range, duration time.Duration, rate float64) (Range, error) {
	if r.Unit != RangeTime || duration <= 0 {
		return r, nil
	}
	if !r.HasFrom && r.HasTo {
		length := uint64(duration.Milliseconds())
		return Range{From: length - min(r.To, length), HasFrom: true}, nil
	}
	if r.From > uint64((duration+endSlack).Milliseconds()) || rate > 0 && r.HasTo && r.To <= r.From {
		return r, point.ErrPosition
	}
	return r, nil
}

// endSlack is how near the end a Range may stop and still mean the end: what
// players take for the duration is rounded, and may leave the last packet out.
const endSlack = time.Second

// limitOf is the part of the content that a Range asks for; 0 is all of it.
func limitOf(r Range, duration time.Duration) time.Duration {
	if r.Unit != RangeTime || !r.HasTo || r.To <= r.From || r.To > uint64(duration.Milliseconds()) ||
		time.Duration(r.To)*time.Millisecond >= duration-endSlack {
		return 0
	}
	return time.Duration(r.To-r.From) * time.Millisecond
}

func positionOf(r Range) point.Position {
	if !r.HasFrom || r.From == 0 {
		return point.Position{}
	}
	v := int64(min(r.From, 1<<62))
	switch r.Unit {
	case RangeByte:
		return point.Position{By: point.ByOffset, Value: v}
	case RangePacket:
		return point.Position{By: point.ByPacket, Value: v}
	}
	return point.Position{By: point.ByTime, Value: v}
}

// playResponse says what was granted of what the player asked for. RTP-Info
// comes from the shard.
func (c *conn) playResponse(r *Request, p *player, st *stream, start *point.Start) *Response {
	resp := c.answer(r, p, 200)
	st.first, st.hasFirst = point.SendTime(st.entry(), start.Packet)
	if st.missed != nil {
		st.hasFirst = false
		if st.layout.features.Has(head.FeatureEOSMsg) {
			resp.Add("X-Playlist-Change-Notice", PlaylistChangeNotice)
		}
	}
	resp.Add("Range", grantedRange(r, st.entry().Info(), start, st).String())
	if start.Rate != 1 {
		resp.Add("Scale", FormatDecimal(start.Rate))
	}
	if start.Speed >= 1 && r.Header.Has("Speed") {
		resp.Add("Speed", FormatDecimal(start.Speed))
	}
	if start.AccelBW > 0 {
		t := Transmission{Bandwidth: start.AccelBW, Duration: uint32(start.AccelDuration.Milliseconds())}
		if r.Header.Has("X-Accelerate-Streaming") {
			resp.Add("X-Accelerate-Streaming", t.Accelerate())
			addStartupProfile(resp, st, start)
		} else {
			resp.Add("X-Burst-Streaming", t.Burst())
		}
	}
	return resp
}

// grantedRange says where the stream begins: a time as it was asked for, since
// what comes before it, from the last key frame, is there to be decoded and not
// to be shown; a byte or packet as it is. A stream that goes on where it was says
// the time of its first packet, or the packet when that has no time to tell.
func grantedRange(r *Request, info *point.Info, start *point.Start, st *stream) Range {
	v, err := ParseRange(r.Header.Get("Range"))
	switch {
	case info.Broadcast && !start.Shifted():
		return Range{Now: true}
	case err != nil && start.Packet > 0 && !st.hasFirst:
		return Range{Unit: RangePacket, From: uint64(start.Packet), HasFrom: true}
	case err != nil && start.Packet > 0:
		return Range{From: uint64(st.first), HasFrom: true}
	case err != nil:
		return Range{HasFrom: true}
	}
	if v, err = withinContent(v, info.Duration, start.Rate); err != nil {
		return Range{HasFrom: true}
	}
	granted := Range{Unit: v.Unit, From: v.From, HasFrom: true}
	if limitOf(v, info.Duration) > 0 {
		granted.To, granted.HasTo = v.To, true
	}
	switch v.Unit {
	case RangeTime:
		if start.Shifted() && st.hasFirst { // what was asked for may be gone
			granted.From = max(granted.From, uint64(st.first))
		}
	case RangePacket:
		granted.From = uint64(start.Packet)
	case RangeByte:
		granted.From = uint64(info.DataOffset + start.Packet*int64(info.PacketSize))
	}
	return granted
}

func addStartupProfile(resp *Response, st *stream, start *point.Start) {
	if !st.layout.features.Has(head.FeatureStartupProfile) {
		return
	}
	if profile, ok := point.Startup(st.entry(), start); ok {
		resp.Add("X-StartupProfile", startupText(&profile))
	}
}

func startupText(p *point.StartupProfile) string {
	h := head.StartupProfile{
		Rate: point.StartupRates[:], MaxBytes: p.MaxBytes[:], Time: p.Time[:], ByteRate: p.ByteRate[:],
		StartTime: p.StartTime, LastTime: p.LastTime, MaxDiffTime: p.MaxDiffTime, MaxDiffSndTime: p.MaxDiffSndTime,
	}
	return string(h.Append(nil))
}

// pause stops the stream and keeps the session, [MS-RTSP] 3.2.5.11. When
// nothing streams there is nothing to do: GStreamer pauses after the end, and
// gives up when it is told 455.
func (c *conn) pause(r *Request, p *player) bool {
	resp := c.answer(r, p, 200)
	c.Post(func() { c.tx.pause(p, resp) })
	return true
}
