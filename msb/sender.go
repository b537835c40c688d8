package msb

import (
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"caracal/internal/event"
	"caracal/internal/pace"
	"caracal/internal/point"
	"caracal/internal/udp"
)

// ErrGroup says that an address is no multicast group.
var ErrGroup = errors.New("msb: not a multicast group")

// DefaultTTL keeps multicasts on the network that they are sent to.
const DefaultTTL = 1

// SenderOptions say what a Sender sends, and where. Source, Shard and Group have
// to be there.
type SenderOptions struct {
	Source *point.Broadcast
	Shard  *pace.Shard
	Batch  time.Duration // of playing time in one go

	Group      netip.AddrPort
	Interface  string // name, or an address of it; "" is the system's choice
	TTL        int    // hops; 0 is DefaultTTL
	NoLoopback bool   // nobody on this machine hears it
	NoSegments bool   // every datagram is given to the system for itself

	Encoder EncoderOptions
	Beacon  time.Duration // between beacons; 0 is MaxBeaconInterval

	Bus    *event.Bus
	Target string       // the point's name, for events
	Log    *slog.Logger // nil: none
}

// SenderStats counts what went out since the Sender was made.
type SenderStats struct {
	Packets uint64 // with media
	Parity  uint64 // packets
	Beacons uint64
	LeftOut uint64 // ASF packets that no MSB packet can carry
	Skipped uint64 // ASF packets that were gone when their turn came
	Lost    uint64 // datagrams that the system did not take
	Bytes   uint64 // of datagrams, without the heads of UDP and IP
}

// datagrams is how a Sender sends: an udp.Sender of its own.
type datagrams interface {
	Queue(dst netip.AddrPort, parts ...[]byte)
	Flush() (sent, dropped int, err error)
	Close() error
}

// Sender sends a broadcast to a multicast group, [MS-MSB] 3.1, for as long as it
// is open: whatever is broadcast, and beacons while nothing is. It belongs to its
// shard, but for Station, Stats and Close.
type Sender struct {
	opt   SenderOptions
	log   *slog.Logger
	out   datagrams
	task  *pace.Task
	carry func(*point.Step) int

	enc     *Encoder
	beacons BeaconTimer
	play    *point.Play // nil: nothing is broadcast
	waited  bool        // nothing was broadcast when it looked the last time
	refused point.Entry // whose header is none for an .nsc file
	last    time.Time   // when the last packet went out, or the Sender began
	skipped uint64      // of the Play, as far as they are counted
	failing bool        // the system took nothing the last time
	parts   [2][]byte   // of the datagram under way: here it is not allocated

	mu      sync.Mutex
	station Station

	packets, parity, beaconed, leftOut, gone, lost, bytes atomic.Uint64
}

// NewSender opens the socket. Nothing is sent before Start.
func NewSender(o SenderOptions) (*Sender, error) {
	if !o.Group.Addr().IsMulticast() || o.Group.Port() == 0 {
		return nil, fmt.Errorf("%w: %v", ErrGroup, o.Group)
	}
	if o.TTL == 0 {
		o.TTL = DefaultTTL
	}
	at, err := findOutlet(o.Interface, o.Group.Addr().Is6())
	if err != nil {
		return nil, err
	}
	c, err := openSender(&o, at)
	if err != nil {
		return nil, err
	}
	out, err := udp.OwnSender(c)
	if err != nil {
		return nil, err
	}
	if o.NoSegments {
		out.DisableSegments()
	}
	return newSender(o, out, at.source), nil
}

func newSender(o SenderOptions, out datagrams, source netip.Addr) *Sender {
	o.Batch = max(o.Batch, pace.Tick) // a broadcast is looked at once in each
	s := &Sender{
		opt: o, log: o.Log, out: out,
		enc: NewEncoder(o.Encoder), beacons: BeaconTimer{Interval: o.Beacon},
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	s.station = Station{
		Address: o.Group.Addr().WithZone("").String(), Port: SetNumber(uint32(o.Group.Port())),
		TTL: SetNumber(uint32(o.TTL)),
	}
	if source.IsValid() {
		s.station.Adapter = source.WithZone("").String()
	}
	if span := s.enc.Span(); span > 0 {
		s.station.ECC = SetNumber(uint32(span))
	}
	s.task, s.carry = o.Shard.NewTask(s.run), s.send
	return s
}

// Start begins to send what is broadcast, and beacons before.
func (s *Sender) Start() { s.task.Kick() }

// Close sends the parity of the last packets, ends the Sender and waits for it.
// The shard has to run still.
func (s *Sender) Close() error {
	done := make(chan struct{})
	s.opt.Shard.Post(func() {
		defer close(done)
		s.task.Stop()
		s.protect(&s.opt.Shard.Scratch)
		s.flush()
		s.play = nil
	})
	<-done
	return s.out.Close()
}

// Stats are the counters up to now. Any goroutine may ask.
func (s *Sender) Stats() SenderStats {
	return SenderStats{
		Packets: s.packets.Load(), Parity: s.parity.Load(), Beacons: s.beaconed.Load(),
		LeftOut: s.leftOut.Load(), Skipped: s.gone.Load(), Lost: s.lost.Load(), Bytes: s.bytes.Load(),
	}
}
