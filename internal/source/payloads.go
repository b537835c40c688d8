package source

import (
	"time"

	"caracal/asf"
	"caracal/internal/point"
)

// maxPayloads bounds what Payloads lists.
const maxPayloads = 20_000

// Payloads reads the packets of a stretch of media, past the cache, and lists
// their payloads. What a thousand players want, the beginning, is kept.
func (c *content) Payloads(first int64, d time.Duration) ([]point.Payload, error) {
	if first != 0 {
		return c.listPayloads(first, d)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.opening == nil || c.openingFor < d {
		list, err := c.listPayloads(0, d)
		if err != nil {
			return nil, err
		}
		c.opening, c.openingFor = list, d
	}
	return within(c.opening, d), nil
}

// within returns the payloads of the packets that are due within d of the
// first.
func within(list []point.Payload, d time.Duration) []point.Payload {
	for i, p := range list {
		if time.Duration(p.SendTime-list[0].SendTime)*time.Millisecond > d {
			return list[:i:i]
		}
	}
	return list
}

func (c *content) listPayloads(first int64, d time.Duration) ([]point.Payload, error) {
	info := c.Info()
	size := info.PacketSize
	buf := make([]byte, c.perBlock*int64(size))
	var list []point.Payload
	for first < info.Packets {
		n, err := c.readPackets(buf[:min(c.perBlock, info.Packets-first)*int64(size)], first)
		for i := range n {
			list = c.appendPayloads(list, buf[i*size:][:size])
			if len(list) == 0 {
				continue
			}
			last := list[len(list)-1].SendTime
			over := last > list[0].SendTime && time.Duration(last-list[0].SendTime)*time.Millisecond > d
			if over || len(list) >= maxPayloads {
				return list, nil
			}
		}
		if err != nil {
			return list, err
		}
		first += int64(n)
	}
	return list, nil
}

func (c *content) appendPayloads(list []point.Payload, packet []byte) []point.Payload {
	var p asf.Packet
	if asf.ParsePacket(packet, &p) != nil {
		return list
	}
	for it := p.Payloads(); it.Next(); {
		pl := &it.Payload
		if pl.Offset != 0 {
			continue
		}
		s := c.seen.Load().info.Header.Stream(pl.Stream)
		list = append(list, point.Payload{
			SendTime: p.SendTime, Time: pl.Time, Bytes: max(int(pl.ObjectSize), len(pl.Data)),
			Stream: pl.Stream, Audio: s != nil && s.Kind() == asf.Audio,
		})
	}
	return list
}
