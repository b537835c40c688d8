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
	stream := l.commands()
	if stream == 0 {
		return ErrNoCommands
	}
	last := l.last()
	if last == nil {
		return ErrNotLive
	}
	first, n := last.First()
	send := last.SendTime(first + int64(n) - 1)
	pkt, err := commandPacket(l.info, asf.MediaObject{
		Stream: stream, Number: l.commanded, Time: send + l.info.Preroll, Key: true, Data: commandData(kind, param),
	})
	if err != nil {
		return err
	}
	l.commanded++
	return l.add(pkt)
}

// commands is the number of the script command stream, 0 if there is none.
func (l *Live) commands() uint8 {
	for _, s := range l.info.Header.Streams() {
		if s.Kind() == asf.Command {
			return s.Number()
		}
	}
	return 0
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
