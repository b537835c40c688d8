package source

import (
	"time"

	"caracal/asf"
	"caracal/internal/point"
)

// sight is what was found when a file was looked at. Of one that is complete
// there is only the first.
type sight struct {
	reader *asf.Reader
	info   *point.Info
	span   uint32 // of what had been written of a file that grows, ms
	at     time.Time
}

// look reads a file of so many bytes.
func (c *content) look(size int64) (*sight, error) {
	s := &sight{at: time.Now()}
	if c.growth != nil {
		s.span = c.growth.span.Load()
	}
	var err error
	if s.reader, err = asf.NewReader(c.src, size); err != nil {
		return nil, err
	}
	if s.reader.NumPackets() > maxPackets {
		return nil, asf.ErrLimit
	}
	s.info = describe(s.reader, c.file.ModTime())
	if c.growth != nil {
		s.info.Growing = true
		s.info.Header, s.info.HeaderBytes, err = s.reader.GrowingHeader()
	}
	return s, err
}

// lookAgain looks at a file that grows, if the last look was a while ago. What
// cannot be read keeps nobody from what is known.
func (c *content) lookAgain() {
	old := c.seen.Load()
	if c.growth == nil || time.Since(old.at) < lookAgain || !c.looking.TryLock() {
		return
	}
	defer c.looking.Unlock()
	i := old.info
	s, err := c.look(i.DataOffset + c.growth.packets.Load()*int64(i.PacketSize))
	if err != nil || s.info.Packets < i.Packets || s.info.PacketSize != i.PacketSize || s.info.DataOffset != i.DataOffset {
		return
	}
	s.info.Tag = i.Tag // it is the same file to who comes back
	c.seen.Store(s)
}

// Info describes the content as it is now.
func (c *content) Info() *point.Info {
	s := c.seen.Load()
	if c.growth == nil || c.growth.packets.Load() <= s.info.Packets {
		return s.info
	}
	now := *s.info
	now.Packets = c.growth.packets.Load()
	now.Size = now.DataOffset + now.Packets*int64(now.PacketSize)
	now.Duration += time.Duration(c.growth.span.Load()-s.span) * time.Millisecond
	grown := &sight{reader: s.reader, info: &now, span: c.growth.span.Load(), at: s.at}
	c.seen.CompareAndSwap(s, grown)
	return grown.info
}

// readPackets is the reader's, for a file that has more packets by now than
// that knows.
func (c *content) readPackets(b []byte, first int64) (int, error) {
	s := c.seen.Load()
	if c.growth == nil {
		return s.reader.ReadPackets(b, first)
	}
	n, err := c.src.ReadAt(b, s.info.DataOffset+first*int64(s.info.PacketSize))
	if n == len(b) {
		err = nil
	}
	return n / s.info.PacketSize, err
}
