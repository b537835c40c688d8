package point

import (
	"encoding/binary"
	"errors"
	"strings"
	"unicode/utf16"

	"caracal/asf"
)

// ErrNoCommands is what Command answers when the header has no stream for them.
var ErrNoCommands = errors.New("point: what is broadcast has no script command stream")

// maxCommand is the most characters of a script command's type and parameter.
const maxCommand = 2048

// ErrCommanding is what Command answers while the source is in the middle of a script
// command of its own, which another one would cut off.
var ErrCommanding = errors.New("point: the source is sending a script command")

// commands is what is known of an entry's script command stream.
type commands struct {
	stream uint8 // 0: there is none
	own    uint8 // the number of our next media object
	theirs uint8 // of the source's latest
	open   bool  // more of it comes
}

// apart is how far the numbers of our media objects stay from the source's, which
// count on by themselves: players put fragments together by them.
const apart = 64

// next gives a media object its number. Numbers have 8 bits here, as with encoders.
func (c *commands) next() uint8 {
	if d := c.own - c.theirs; d < apart || d > 256-apart {
		c.own = c.theirs + 1<<7
	}
	c.own++
	return c.own - 1
}

// heard looks for script commands of the source in the packet that was added last.
func (l *Live) heard() {
	c := &l.commands
	if c.stream == 0 {
		return
	}
	b := l.last()
	first, n := b.First()
	if at := first + int64(n) - 1; c.open || b.begin(at, c.stream) {
		c.hear(b.Packet(at))
	}
}

func (c *commands) hear(pkt []byte) {
	var p asf.Packet
	if asf.ParsePacket(pkt, &p) != nil {
		return
	}
	for it := p.Payloads(); it.Next(); {
		if pl := &it.Payload; pl.Stream == c.stream {
			c.theirs = uint8(pl.Object)
			c.open = uint64(pl.Offset)+uint64(len(pl.Data)) < uint64(pl.ObjectSize)
		}
	}
}

// Command sends all players a script command: a media object of the script command
// stream, if what is broadcast now has one. It is due with the packet that was sent
// last. ErrPacket: it is too long for a packet.
func (b *Broadcast) Command(kind, param string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.air == nil {
		return ErrNotLive
	}
	l := b.air.live
	switch c := &l.commands; {
	case c.stream == 0:
		return ErrNoCommands
	case c.open:
		return ErrCommanding
	}
	last := l.last()
	if last == nil {
		return ErrNotLive
	}
	first, n := last.First()
	send := last.SendTime(first + int64(n) - 1)
	pkt, err := commandPacket(l.info, asf.MediaObject{
		Stream: l.commands.stream, Number: uint32(l.commands.next()), Time: send + l.info.Preroll, Key: true, Data: commandData(kind, param),
	})
	if err != nil {
		return err
	}
	return l.add(pkt)
}

// commandData is a script command as players read it: its type and its parameter in
// UTF-16, each ended by a zero.
func commandData(kind, param string) []byte {
	var b []byte
	for _, text := range [...]string{kind, param} {
		for _, u := range utf16.Encode([]rune(strings.ReplaceAll(text, "\x00", ""))) {
			b = binary.LittleEndian.AppendUint16(b, u)
		}
		b = append(b, 0, 0)
	}
	return b
}

// commandPacket makes the one packet of a script command.
func commandPacket(info *Info, o asf.MediaObject) ([]byte, error) {
	if len(o.Data) > 2*maxCommand {
		return nil, ErrPacket
	}
	p, err := asf.NewPacketizer(asf.PacketizerOptions{PacketSize: info.PacketSize, Preroll: info.Preroll})
	if err != nil {
		return nil, err
	}
	var packets [][]byte
	emit := func(b []byte) error { packets = append(packets, append([]byte(nil), b...)); return nil }
	if err := errors.Join(p.Add(o, emit), p.Flush(emit)); err != nil {
		return nil, err
	}
	if len(packets) != 1 {
		return nil, ErrPacket
	}
	return packets[0], nil
}
