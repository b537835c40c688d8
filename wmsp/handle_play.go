package wmsp

import (
	"errors"
	"math"
	"time"

	"caracal/asf"
	"caracal/internal/event"
	"caracal/internal/head"
	"caracal/internal/point"
	"caracal/internal/session"
)

// play begins to stream, [MS-WMSP] 3.2.5.6.
func (c *conn) play(r *Request, cl *client, _ []byte) bool {
	o, err := c.openPlay(r, cl)
	if err != nil {
		return c.refuseError(r, err)
	}
	p, e := o.point, o.entry
	if p.Redirect != "" {
		return c.redirect(r, cl, p.Redirect)
	}
	want, err := o.request(r)
	if err != nil {
		e.Close()
		return c.refuse(r, 400, err.Error())
	}
	start, err := point.Prepare(e, p.Options, want)
	if err != nil {
		e.Close()
		return c.refuseError(r, err)
	}
	reset := cl == nil && r.Pragma.Has(TokenClientID)
	if cl, err = c.admit(r, cl, p); err != nil {
		e.Close()
		return c.refuseError(r, err)
	}
	reserved, err := c.reserve(r, cl, e, &start)
	if err != nil {
		e.Close()
		return c.refuseError(r, err)
	}
	st := c.newStream(cl, e, p.Options)
	st.reserved = reserved
	st.skipped, st.receding = o.from != nil, r.Pragma.PLOffset < 0 && start.Rate < 0
	resumed, ok := cl.claim(c, r, st)
	if !ok {
		e.Close()
		reserved.Release()
		return c.refuseError(r, errTaken)
	}
	if o.anew {
		cl.startOver()
	}
	c.begin(r, st, start, resumed, reset)
	return true
}

// request is what a Play asks of the content. Who skips chooses among the streams of
// the entry that it leaves, and gets those like them from the beginning.
func (o *opened) request(r *Request) (point.Request, error) {
	if o.from == nil {
		return playRequest(r, o.entry.Info())
	}
	from := o.from.Info()
	want, err := playRequest(r, from)
	if err != nil {
		return want, err
	}
	if r.Pragma.PLOffset != 0 {
		want.Position, want.MaxDuration = point.Position{}, 0
	}
	want.Selection = point.CarryOver(from.Header, o.entry.Info().Header, want.Selection)
	return want, nil
}

// errTaken answers a Play for a session that streams to somebody else.
var errTaken = errors.New("this session is streaming to another player")

// reserve has a Play take its bandwidth, if it can have the session. Who is refused
// and has never played is not remembered: it would count as a player.
func (c *conn) reserve(r *Request, cl *client, e point.Entry, start *point.Start) (*session.Reservation, error) {
	if !cl.claimable(c, r) {
		return nil, errTaken
	}
	reserved, err := start.Reserve(e, cl.session)
	if err != nil && cl.dataConn() == nil {
		cl.end(err)
	}
	return reserved, err
}

// admit returns the state for a Play, in which it is one of a point: the one that it
// has named, or another.
func (c *conn) admit(r *Request, cl *client, p *point.Point) (*client, error) {
	if cl == nil {
		return c.playerOf(r, p)
	}
	return cl, cl.session.Enter(p.Name)
}

// playerOf returns the state for a Play that names none: that of the same
// player's Describe, or a new one.
func (c *conn) playerOf(r *Request, p *point.Point) (*client, error) {
	if r.Pragma.Has(TokenClientID) {
		return c.newClient(r, p)
	}
	if cl := c.srv.takeDescribed(keyOf(c, r)); cl != nil && r.Pragma.ClientGUID != "" {
		cl.learn(r)
		return cl, cl.session.Enter(p.Name)
	}
	return c.newClient(r, p)
}

// begin answers a Play that has been granted and starts its stream.
func (c *conn) begin(r *Request, st *stream, start point.Start, resumed, reset bool) {
	cl, e := st.client, st.play.Entry()
	st.chunked = r.Pragma.Version11 && r.HTTP11()
	st.metadata, st.generation = c.sendsMetadata(r), max(point.Generation(e), firstGeneration)
	st.oneHeader = keepsHeader(r)
	cl.come(e)
	st.mark = r.Agent.AtLeast(9, 0) && start.AccelBW > 0
	head := c.playHead(r, st, start, reset)
	begun := event.Playing{
		Player: cl.session.Who(), Media: point.MediaOf(e), Packet: start.Packet, Rate: start.Rate, Speed: start.Speed,
		Resumed: resumed, Selected: r.Pragma.Has(TokenSwitchEntry), Transport: "TCP",
	}
	c.Post(func() { c.tx.play(head, st, start, begun) })
}

// playHead returns the response's head with the packets that go before the
// first $D.
func (c *conn) playHead(r *Request, st *stream, start point.Start, reset bool) []byte {
	cl, e, chunked, minor := st.client, st.play.Entry(), st.chunked, 0
	if chunked {
		minor = 1
	}
	resp := c.response(r, cl, e, minor, 200, playTokens(r, start, reset))
	resp.Add("Content-Type", TypeFramed)
	if cl.supports(head.FeatureStartupProfile) && r.Agent.AtLeast(9, 0) && start.Rate == 1 {
		if v := startupProfile(e, &start); v != nil {
			resp.Add("X-StartupProfile", string(v))
		}
	}
	if chunked {
		resp.Add("Transfer-Encoding", "chunked")
	} else {
		resp.Add("Connection", "close")
	}
	var body []byte
	if st.skipped {
		body = AppendC(body, st.changeReason())
	}
	body = c.appendEntry(body, headerFor(r, e), e, st.metadata, st.generation)
	if reset && wantsReset(r) {
		body = AppendE(body, ReasonEntryDone)
		body = AppendC(body, ReasonChangeForward)
		body = AppendHeader(body, 0, headerFor(r, e))
	}
	b := resp.AppendTo(make([]byte, 0, 1024+len(body)))
	if chunked {
		return appendChunk(b, body)
	}
	return append(b, body...)
}

// playTokens says what was granted of what the player asked for. An answer is
// never more than the question.
func playTokens(r *Request, start point.Start, reset bool) Pragma {
	p := Pragma{AccelBW: start.AccelBW, AccelDuration: uint32(start.AccelDuration.Milliseconds())}
	p.BurstBW, p.BurstDuration = p.AccelBW, p.AccelDuration
	asked := r.Pragma.Present
	if start.AccelBW > 0 && r.Agent.AtLeast(8, 0) {
		p.Present |= asked & (TokenAccelBW | TokenAccelDuration)
	}
	if start.AccelBW > 0 && r.Agent.AtLeast(9, 0) && !asked.has(TokenAccelBW) {
		p.Present |= asked & (TokenBurstBW | TokenBurstDuration)
	}
	if start.Speed >= 1 && start.Rate == 1 {
		p.Speed = start.Speed
		p.Present |= asked & TokenSpeed
	}
	if reset {
		p.ResetStrm = true
		p.Present |= TokenResetStrm
	}
	return p
}

func (t Tokens) has(want Tokens) bool { return t&want == want }

// playRequest turns the tokens of a Play into what the core understands.
func playRequest(r *Request, info *point.Info) (point.Request, error) {
	p := &r.Pragma
	want := point.Request{Position: position(r, info), Rate: 1}
	sel, err := selection(r, info.Header)
	if err != nil {
		return want, err
	}
	want.Selection = sel
	if p.Has(TokenRate) {
		want.Rate = p.Rate
	}
	if p.Has(TokenSpeed) {
		want.Speed = p.Speed
	}
	want.AccelBW, want.AccelDuration = acceleration(r)
	if p.Has(TokenMaxDuration) {
		want.MaxDuration = maxDuration(p)
	}
	return want, nil
}

// position turns the start that a Play names into the core's.
func position(r *Request, info *point.Info) point.Position {
	start := r.Pragma.Start()
	value := int64(min(start.Value, math.MaxInt64))
	switch {
	case start.Value == 0:
	case start.By == StartByTime:
		if timeHasPreroll(r) {
			value = max(value-int64(info.Preroll), 0)
		}
		return point.Position{By: point.ByTime, Value: value}
	case start.By == StartByPacket:
		return point.Position{By: point.ByPacket, Value: value}
	case start.By == StartByOffset:
		fromData := offsetFromData(r.Agent, value, info.DataOffset, int64(info.PacketSize))
		return point.Position{By: point.ByOffset, Value: value, FromData: fromData}
	}
	return point.Position{}
}

// acceleration returns the Fast Start that the player asks for: its own, or
// what an intermediate asks for on its behalf.
func acceleration(r *Request) (bw uint32, media time.Duration) {
	p := &r.Pragma
	switch {
	case p.Has(TokenAccelBW|TokenAccelDuration) && r.Agent.AtLeast(8, 0):
		bw, media = p.AccelBW, time.Duration(p.AccelDuration)*time.Millisecond
	case p.Has(TokenBurstBW|TokenBurstDuration) && r.Agent.AtLeast(9, 0):
		bw, media = p.BurstBW, time.Duration(p.BurstDuration)*time.Millisecond
	}
	if p.Has(TokenLinkBW) && p.LinkBW > 0 {
		bw = min(bw, p.LinkBW)
	}
	if !r.Agent.AtLeast(9, 0) {
		bw = min(bw, maxAccel8)
	}
	return bw, media
}

// maxAccel8 is the most AccelBW that a player of version 8 is told,
// [MS-WMSP] 3.2.5.6.
const maxAccel8 = 1_048_576

// maxDuration reads the token whose top bit makes it an absolute time.
func maxDuration(p *Pragma) time.Duration {
	const absolute = 1 << 31
	ms := int64(p.MaxDuration &^ absolute)
	if p.MaxDuration&absolute != 0 && p.Has(TokenStreamTime) && p.StreamTime != math.MaxUint32 {
		ms = max(ms-int64(p.StreamTime), 1)
	}
	return time.Duration(ms) * time.Millisecond
}

// selection returns the streams that go out. Without entries none is
// selected, but for the servers and players of before the token.
func selection(r *Request, h *asf.Header) (*asf.Selection, error) {
	sel := asf.NewSelection(h)
	if !r.Pragma.Has(TokenSwitchEntry) && selectsAll(r) {
		return sel, nil
	}
	for _, s := range h.Streams() {
		sel.Set(s.Number(), asf.None)
	}
	list, err := switches(r, h)
	for _, s := range list {
		sel.Set(s.To, s.Level)
	}
	return sel, err
}
