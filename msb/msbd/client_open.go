package msbd

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"time"
	"unicode/utf16"

	"caracal/msb"
)

// open asks for the stream, [MS-MSBD] 3.2.3, joins the group if there is one, and
// begins to read when the description is there.
func (s *Stream) open(ctx context.Context, c *Client) error {
	limit := time.AfterFunc(clientAnswerTimeout, func() { s.shut(ErrTimeout) })
	defer limit.Stop()
	err := s.ask(ctx, c)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil { // which is why the rest failed
		return s.err
	}
	if err != nil {
		return err
	}
	s.begin()
	return nil
}

func (s *Stream) ask(ctx context.Context, c *Client) error {
	request := ConnectRequest{Delivery: OverTCP, Channel: ChannelName}
	if c.Multicast {
		request.Delivery = OverGroup
	}
	if err := s.say(request.Append(nil)); err != nil {
		return err
	}
	answer, err := s.answer()
	if err != nil {
		return err
	}
	r, err := ParseConnectResponse(answer)
	switch {
	case err != nil:
		return err
	case r.HR.Failed():
		return &ServerError{r.HR}
	}
	if c.Multicast {
		if err := s.join(ctx, c, r.Group); err != nil {
			return err
		}
	}
	return s.describe()
}

// answer waits for the ConnectResponse; a server may ask meanwhile whether the
// client is there.
func (s *Stream) answer() (Message, error) {
	for heard := false; ; heard = true {
		m, err := s.in.Next()
		var syntax *ParseError
		switch {
		case !heard && errors.As(err, &syntax):
			return m, fmt.Errorf("%w: %w", ErrNotServer, err)
		case err != nil:
			return m, unexpected(err)
		case m.ID == ResConnect:
			return m, nil
		case m.ID != ReqPing:
			return m, fmt.Errorf("%w: %v", ErrUnexpected, m.ID)
		}
		if err := s.pong(); err != nil {
			return m, err
		}
	}
}

func (s *Stream) join(ctx context.Context, c *Client, group netip.AddrPort) error {
	if !isGroup(group) {
		return ErrGroup
	}
	join := c.Join
	if join == nil {
		join = func(_ context.Context, group netip.AddrPort) (net.PacketConn, error) { return msb.JoinGroup(group, "") }
	}
	socket, err := join(ctx, group)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil {
		socket.Close()
		return s.err
	}
	s.socket, s.info.Group = socket, group
	return nil
}

// describe waits for the description, which may be an answer: a server that sends
// packets before it is asked, [MS-MSBD] 2.2.5.
func (s *Stream) describe() error {
	asked := false
	for {
		m, err := s.in.Next()
		switch {
		case err != nil:
			return unexpected(err)
		case m.ID == IndStreamInfo || m.ID == ResStreamInfo:
			return s.first(m)
		case m.ID == IndPacket && !asked:
			asked = true
			err = s.say((&Message{ID: ReqStreamInfo}).Append(nil))
		default:
			err = s.take(m)
		}
		if err != nil {
			return err
		}
	}
}

func (s *Stream) first(m Message) error {
	info, err := ParseStreamInfo(m)
	switch {
	case err != nil:
		return err
	case info.HR.Failed() && info.HR != ENoStream:
		return &ServerError{info.HR}
	case len(info.Header) == 0:
		return ErrNoStream
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.enter(&info)
	group := s.info.Group
	s.info = Info{
		Header: append([]byte(nil), info.Header...), PacketSize: int(info.PacketSize), Packets: info.Packets,
		BitRate: info.BitRate, Title: text(info.Title), Description: text(info.Description), Group: group,
	}
	if info.Duration != NoDuration {
		s.info.Duration = time.Duration(info.Duration) * time.Millisecond
	}
	return nil
}

// text reads UTF-16LE up to the first NUL.
func text(b []byte) string {
	units := make([]uint16, 0, len(b)/2)
	for ; len(b) >= 2; b = b[2:] {
		unit := binary.LittleEndian.Uint16(b)
		if unit == 0 {
			break
		}
		units = append(units, unit)
	}
	return string(utf16.Decode(units))
}
