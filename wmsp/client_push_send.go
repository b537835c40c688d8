package wmsp

import (
	"bytes"
	"context"
	"errors"
	"time"

	"caracal/asf"
)

// Start sends a PushStart with an ASF header: a Header Object and the first 50
// bytes of the Data Object, [MS-WMHTTP] 3.1.4.2. ctx ends all that is sent
// afterwards.
func (p *Push) Start(ctx context.Context, header []byte) error {
	if err := p.setHeader(header, MaxPushPayload); err != nil {
		return err
	}
	p.ctx, p.started = ctx, true
	if err := p.begin(); err != nil {
		return err
	}
	return p.write(AppendPush(p.buf[:0], FrameHeader, header))
}

// Resume goes on with a session whose connection is lost, [MS-WMHTTP] 3.2.7.1,
// where Send has failed. ctx takes the place of Start's.
func (p *Push) Resume(ctx context.Context) error {
	if !p.started {
		return ErrUnexpected
	}
	p.abandon()
	p.ctx = ctx
	return p.begin()
}

// Send sends a packet, [MS-WMHTTP] 3.1.4.3, without its padding where the other
// side can make it again.
func (p *Push) Send(packet []byte) error {
	if len(packet) > MaxPushPayload {
		return &ParseError{"$D packet", 0, ErrLimit}
	}
	if err := p.room(FramingHeaderSize + len(packet)); err != nil {
		return err
	}
	p.buf = appendPushPacket(p.buf[:0], packet, int(p.header.File().MaxPacketSize))
	return p.write(p.buf)
}

// appendPushPacket appends a $D packet.
func appendPushPacket(b, packet []byte, size int) []byte {
	at := len(b)
	var short asf.Packet
	if len(packet) == size && asf.ParsePacket(packet, &short) == nil && !short.Opaque {
		short.Trim(false)
		b = appendPushHead(b, FrameData, short.Size())
		b = short.Append(b)
		if whole, err := asf.AppendPadded(nil, b[at+FramingHeaderSize:], size); err == nil && bytes.Equal(whole, packet) {
			return b
		}
	}
	return AppendPush(b[:at], FrameData, packet)
}

// Change says that other content follows, with its ASF header, [MS-WMHTTP]
// 3.1.4.4 and 3.1.4.5.
func (p *Push) Change(header []byte) error {
	if err := p.setHeader(header, MaxPushChange); err != nil {
		return err
	}
	if err := p.room(pushEndSize); err != nil {
		return err
	}
	if err := p.write(AppendE(p.buf[:0], ReasonEntryDone)); err != nil {
		return err
	}
	if err := p.room(pushEndSize + len(header)); err != nil {
		return err
	}
	return p.write(AppendPushChange(p.buf[:0], header))
}

// End says that the broadcast is over, [MS-WMHTTP] 3.1.4.4, waits a moment for
// the server to have read it, and closes.
func (p *Push) End() error {
	defer p.Close()
	if p.answers == nil {
		return nil
	}
	if err := p.room(pushEndSize); err != nil {
		return err
	}
	if err := p.write(AppendE(p.buf[:0], ReasonDone)); err != nil {
		return err
	}
	_ = p.conn.SetReadDeadline(time.Now().Add(pushLast))
	got := <-p.answers
	p.answers = nil
	if got.err == nil && got.resp.Status >= 300 {
		return &StatusError{Response: got.resp}
	}
	return nil // who has closed without an answer has taken it too
}

// Close drops the connection; the server keeps the session for a while.
func (p *Push) Close() { p.abandon() }

// abandon closes the connection and waits for the answer's reader.
func (p *Push) abandon() {
	p.release()
	p.release = func() {}
	p.drop()
	if p.answers != nil {
		<-p.answers
		p.answers = nil
	}
}

func (p *Push) setHeader(header []byte, most int) error {
	if len(header) > most {
		return &ParseError{"ASF header", 0, ErrLimit}
	}
	h, _, err := asf.LiveHeader(header)
	p.header = h
	return err
}

// begin sends the head of a PushStart and reads its answer meanwhile, which may
// come at any time, [MS-WMHTTP] 3.2.4.1.
func (p *Push) begin() error {
	if err := p.connect(p.ctx); err != nil {
		return err
	}
	p.left = pushLength(p.length())
	stop := p.conn.bind(p.ctx)
	p.release = stop
	// NTLM is for PushSetup alone, [MS-WMHTTP] 3.2.5.2.
	p.sent = clientProof{p.conn.server.ProveOnly("POST", p.target()), p.conn.proxy.ProveOnly("POST", p.target())}
	if err := p.conn.send(clientPending{sent: p.sent}, p.request(TypePushStart, int64(p.left))); err != nil {
		p.abandon()
		return contextError(p.ctx, err)
	}
	answers := make(chan pushResult, 1)
	p.answers = answers
	conn := p.conn
	go func() {
		resp, _, err := conn.readResponse()
		answers <- pushResult{resp, err}
	}()
	return nil
}

// length is what 3.1.4.2.1 has for Length-Remaining.
func (p *Push) length() int64 {
	n := p.c.Length
	if n == 0 {
		n = MaxPushLength
		if rate := p.header.TotalBitRate(); p.via && rate > 0 {
			n = int64(rate) / 8 * 60
		}
	}
	least := leastPushLength(MaxPushPayload, int(p.header.File().MaxPacketSize))
	return min(max(n, least), MaxPushLength)
}

// room makes sure that n bytes fit into the request: else it is filled up, and
// another one begins.
func (p *Push) room(n int) error {
	if p.answers == nil {
		return ErrUnexpected
	}
	if err := context.Cause(p.ctx); err != nil {
		p.abandon()
		return err
	}
	select {
	case got := <-p.answers:
		return p.early(got)
	default:
	}
	if p.left.fits(n) {
		return nil
	}
	for p.left > 0 {
		p.buf, _ = p.left.fill(p.buf[:0], pushFillMax)
		if err := p.write(p.buf); err != nil {
			return err
		}
	}
	return p.renew()
}

// renew takes the answer to a request that is full, and sends the next one.
func (p *Push) renew() error {
	_ = p.conn.SetReadDeadline(time.Now().Add(pushAnswer))
	got := <-p.answers
	p.answers = nil
	if got.err != nil {
		p.abandon()
		return contextError(p.ctx, got.err)
	}
	if got.resp.Status >= 300 {
		err := p.refused(got.resp)
		p.abandon()
		return err
	}
	err := p.learn(got.resp)
	if err != nil || !p.conn.skipBody(got.resp) {
		p.drop()
	}
	if err != nil {
		return err
	}
	if p.conn != nil {
		_ = p.conn.SetReadDeadline(time.Time{})
	}
	p.release()
	return p.begin()
}

// write sends packets. The answer of a server that has closed says more than
// that it has.
func (p *Push) write(b []byte) error {
	_, err := p.conn.Write(b)
	if err == nil {
		p.left -= pushLength(len(b))
		return nil
	}
	_ = p.conn.SetReadDeadline(time.Now().Add(pushLast))
	got := <-p.answers
	p.answers = nil
	if got.err == nil {
		return p.early(got)
	}
	p.abandon()
	return contextError(p.ctx, err)
}

// early is the error for an answer before the request was complete.
func (p *Push) early(got pushResult) error {
	p.answers = nil
	err := errPushCut
	if got.err == nil && got.resp.Status >= 300 {
		err = p.refused(got.resp)
	}
	p.abandon()
	if got.err != nil {
		return contextError(p.ctx, got.err)
	}
	return err
}

var (
	errPushCut = errors.New("wmsp: the server has ended the session")
	errPushAsk = errors.New("wmsp: the server asks for a login anew")
)

// refused is the error of a request that a server does not want: errPushAsk, after which
// Resume helps, if it asks for something that can be answered.
func (p *Push) refused(resp *Response) error {
	again, why := p.conn.challenged(resp, p.sent)
	if again {
		return errPushAsk
	}
	return &StatusError{resp, why}
}
