package rtsp

import (
	"net/netip"

	"caracal/internal/head"
	"caracal/internal/pace"
	"caracal/internal/udp"
)

// carrier is the RTP session that the ASF packets of a Play travel in, one for
// each lower transport in use: that of the stream that was set up first over
// it. Its packets hold payloads of all streams of that transport, and of no
// others.
//
// When the stream that carries is deselected, the next one of its transport
// carries on, in its own RTP session: the player has closed the other one, with
// its SSRC, its channel and its sequence numbers. What it was told of this one
// is that its first packet has sequence number 1. So a new carrier takes over;
// nothing of the old one is of use to anybody, and copies of its packets cannot
// be had any more.
type carrier struct {
	framing Framing
	seq     uint16 // of the next RTP packet
	last    uint32 // send time of the last packet

	channel byte         // interleaved, when media is nil
	media   *mediaSender // over UDP
	rtp     netip.AddrPort
	rtcp    goodbye

	fec     *fecSender // nil: no FEC packets
	resends resends

	packets uint32 // RTP packets
	octets  uint32 // of them without headers
}

// firstSequence is the sequence number that every RTP session begins with, as
// RTP-Info says.
const firstSequence = 1

func newCarrier(l *layout, t *track) *carrier {
	c := &carrier{seq: t.next, rtcp: l.goodbyeTo(t)}
	c.framing = Framing{PayloadType: PayloadASF, SSRC: t.ssrc, Size: blocksizeTCP, Location: l.features.Has(head.FeatureLocID)}
	if t.transport.Lower == LowerTCP {
		c.channel = byte(t.transport.Interleaved.RTP)
		if l.blocks > 0 {
			c.framing.Size = min(l.blocks, blocksizeTCP)
		}
		return c
	}
	c.media = l.media
	c.rtp = netip.AddrPortFrom(l.host, t.transport.ClientPort.RTP)
	c.framing.Size = datagramSize(l.blocks)
	return c
}

// datagramSize is the size of the largest RTP packet over UDP: the player's
// Blocksize, or what fits into Ethernet.
func datagramSize(blocks int) int {
	if blocks > 0 {
		return min(blocks, udp.MaxDatagram)
	}
	return blocksizeUDP
}

// send puts an ASF packet into RTP packets, for the vector or the media ports,
// and returns their size. number is the packet's, keep what is left of it.
func (c *carrier) send(mem *pace.Scratch, u *Unit, number int64, keep uint64) (size int) {
	c.last = u.SendTime
	for i := range c.framing.Fragments(u) {
		b := mem.Grab(FrameHeadSize + MaxFragmentHead)[:0]
		if c.media == nil {
			b = b[:FrameHeadSize]
		}
		f := c.framing.Fragment(b, u, uint32(number), c.seq, i)
		n := len(f.Head) + len(f.Body)
		size += n
		if c.media == nil {
			AppendFrameHead(f.Head[:0], c.channel, n-FrameHeadSize)
			mem.Vector = append(mem.Vector, f.Head, f.Body)
			n -= FrameHeadSize
		} else {
			c.media.rtp.Queue(c.rtp, f.Head, f.Body)
			c.resends.Log.Add(c.seq, Sent{
				Packet: number, Keep: keep, Timestamp: u.SendTime, Fragment: uint16(i), Size: uint16(n),
			})
			size += c.protect(mem, f)
		}
		c.seq++
		c.packets++
		c.octets += uint32(n - RTPHeadSize)
	}
	return size
}
