package msbd

import (
	"bytes"
	"errors"
	"fmt"
	"time"

	"caracal/internal/pull"
	"caracal/msb"
)

// maxGap is the largest step of dwPacketId that is taken for losses; a larger one
// is a server that counts anew.
const maxGap = 3000

// take takes a message of the server.
func (s *Stream) take(m Message) error {
	if m.ID == ReqPing {
		return s.pong()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch m.ID {
	case IndPacket:
		p, err := ParsePacket(m.Body)
		if err != nil {
			return err
		}
		return s.packet(p)
	case IndStreamInfo, ResStreamInfo:
		info, err := ParseStreamInfo(m)
		if err != nil {
			return err
		}
		return s.change(&info)
	case IndEOS:
		s.eos = true
		return nil
	}
	s.stats.Strange++
	return nil
}

// pong says that the client is there, [MS-MSBD] 3.2.5.1.
func (s *Stream) pong() error {
	s.mu.Lock()
	s.stats.Pings++
	s.mu.Unlock()
	return s.say((&Message{ID: ResPing}).Append(nil))
}

// room waits while too many events wait for Receive. The caller holds mu.
func (s *Stream) room() {
	for s.queue.Full() && s.err == nil {
		s.queue.Wait()
	}
}

// packet takes an ASF packet that came over TCP. The caller holds mu.
func (s *Stream) packet(p msb.Packet) error {
	correction, err := msb.ParseCorrection(p.ASF)
	switch {
	case err != nil:
		return &ParseError{IndPacket.String(), PacketHeadSize, ErrInvalid}
	case s.eos || s.decoder != nil || !p.Stream.Same(s.stream):
		s.stats.Strange++
		return nil
	case correction.Parity: // nothing is lost on the way
		s.stats.Parity++
		return nil
	}
	s.room()
	if lost := p.ID - s.next; s.started && lost > 0 && lost <= maxGap {
		s.lose(lost)
	}
	s.started, s.next = true, p.ID+1
	s.push(bytes.Clone(p.ASF), p.ID)
	return nil
}

func (s *Stream) lose(lost uint32) {
	s.stats.Lost += uint64(lost)
	if s.queue.Len() < pull.MaxOverflow { // from a group they come however many wait
		s.queue.Push(gapEvent(lost), false)
	}
}

func (s *Stream) push(packet []byte, id uint32) {
	s.stats.Packets++
	if !s.queue.Push(pull.Event{Kind: pull.GotPacket, Data: packet, Packet: id, HasPacket: true}, true) {
		s.stats.Lost++
	}
}

// change goes on with another stream, or ends if there is none, [MS-MSBD]
// 3.1.5.3. The caller holds mu.
func (s *Stream) change(info *StreamInfo) error {
	switch {
	case info.Empty() || info.HR.Failed():
		s.end()
		return errEnd
	case !s.eos && info.Stream.Same(s.stream): // once more what is known
		return nil
	case len(info.Header) == 0:
		return ErrNoStream
	}
	s.room()
	s.flush()
	if s.eos {
		s.queue.Push(pull.Event{Kind: pull.GotEnd, More: true}, false)
	}
	s.enter(info)
	s.queue.Push(pull.Event{Kind: pull.GotChange}, false)
	s.queue.Push(pull.Event{Kind: pull.GotHeader, Header: bytes.Clone(info.Header)}, false)
	return nil
}

// errEnd ends the reading: the client closes when nothing follows.
var errEnd = errors.New("msbd: the end")

// enter begins with the packets of a stream. The caller holds mu.
func (s *Stream) enter(info *StreamInfo) {
	s.stream, s.started, s.eos = info.Stream, false, false
	if s.socket != nil {
		s.decoder = msb.NewDecoder(msb.DecoderOptions{Formats: []msb.FormatID{info.Stream.Format()}})
	}
}

// end is the last event. The caller holds mu.
func (s *Stream) end() {
	if s.ended {
		return
	}
	s.flush()
	s.queue.Push(pull.Event{Kind: pull.GotEnd}, false)
	s.ended = true
}

// readGroup takes what comes from the group until the socket is closed. The error
// is never nil.
func (s *Stream) readGroup() error {
	b := make([]byte, MaxMessage)
	for {
		n, _, err := s.socket.ReadFrom(b)
		if err != nil {
			return fmt.Errorf("msbd: %w", err)
		}
		s.datagram(b[:n])
	}
}

// datagram takes one: an MSB_MSG_IND_PACKET and nothing else. Others may send to
// the group, so that what is none is only counted. Behind its MSBMSGBASE it is a
// packet of [MS-MSB], parity included.
func (s *Stream) datagram(b []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m, n, err := ParseMessage(b)
	if err != nil || n != len(b) || m.ID != IndPacket || s.eos || s.ended {
		s.stats.Strange++
		return
	}
	s.heardUDP = time.Now()
	if p, err := msb.ParsePacket(m.Body); err != nil || !p.Stream.Same(s.stream) {
		s.stats.Strange++
		return
	}
	if heard, err := s.decoder.Add(m.Body, s.give); err != nil || heard != msb.HeardPacket {
		s.stats.Strange++
	}
}

// give takes what the decoder gives out.
func (s *Stream) give(r msb.Received) {
	if r.Lost > 0 {
		s.lose(r.Lost)
	}
	s.push(bytes.Clone(r.Data), r.ID)
}

// flush gives out what waits for packets that may still come from the group.
func (s *Stream) flush() {
	if s.decoder != nil {
		s.decoder.Flush(s.give)
	}
}
