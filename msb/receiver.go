package msb

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"os"
	"time"

	"caracal/internal/udp"
)

var (
	// ErrSilent says that nothing came before the Open timer ran out, [MS-MSB]
	// 3.2.6.1: the station's Unicast URL is next, if it has one.
	ErrSilent = errors.New("msb: nothing comes from the multicast group")
	// ErrMoved says that an .nsc file that was loaded again names another group.
	ErrMoved = errors.New("msb: the multicast has moved to another group")
)

const (
	receiveCount = 16        // datagrams at a time
	receiveSize  = MaxPacket // bytes of each

	// patience is how long packets wait for one that is missing when nothing else
	// comes.
	patience = 2 * time.Second
)

// Sink takes what a Receiver receives. What it returns ends Run.
type Sink interface {
	// Header begins an entry, with its ASF header: a Header Object and the
	// beginning of a Data Object.
	Header(header []byte) error
	// Packet is the next packet of the entry; see Received for how long it is good.
	Packet(r Received) error
}

// ReceiverOptions are how a Receiver listens. The zero value works.
type ReceiverOptions struct {
	Interface string        // name, or an address of it; "" is the system's choice
	Open, End time.Duration // as ReceiverTimers has them
	// Reload loads the .nsc file again when packets of an unknown format come;
	// nil: they are ignored.
	Reload func(context.Context) (*Station, error)
	// Client sends the logs that a station's Log URL wants; nil: none is sent.
	Client *http.Client
	// Location is the URL of the .nsc file, for logs; "" if it has none.
	Location string
	// Heard is told of every datagram of the station's; nil: nobody is.
	Heard func(Heard)
}

// ReceiverStats are the counters of a Receiver.
type ReceiverStats struct {
	DecoderStats
	Foreign uint64 // datagrams from other addresses than the station's
	Bytes   uint64 // of all others
}

// Receiver listens to a multicast, [MS-MSB] 3.2. It belongs to one goroutine.
type Receiver struct {
	opt     ReceiverOptions
	station *Station
	group   netip.AddrPort
	source  netip.Addr // not valid: anybody
	conn    *net.UDPConn
	in      *udp.Receiver
	decoder *Decoder
	timers  ReceiverTimers

	give    func(Received) // hand, made once so that a packet does not allocate
	sink    Sink
	failure error // of the sink
	heard   time.Time
	foreign uint64
	bytes   uint64
	reload  reloading
	log     receiverLog
	logs    chan submission
}

// NewReceiver joins the station's group. Close leaves it.
func NewReceiver(st *Station, o ReceiverOptions) (*Receiver, error) {
	group, err := st.Group()
	if err != nil {
		return nil, err
	}
	c, err := JoinGroup(group, o.Interface)
	if err != nil {
		return nil, err
	}
	in, err := udp.NewReceiver(c, receiveCount, receiveSize)
	if err != nil {
		c.Close()
		return nil, err
	}
	r := &Receiver{
		opt: o, station: st, group: group, conn: c, in: in,
		timers: ReceiverTimers{Open: o.Open, End: o.End},
	}
	r.give = r.hand
	r.source, _ = st.Source()
	var formats []FormatID
	for _, f := range st.Formats {
		formats = append(formats, f.ID)
	}
	r.decoder = NewDecoder(DecoderOptions{Formats: formats, Span: int(min(st.ECC.Value, MaxSpan))})
	return r, nil
}

// Close leaves the group.
func (r *Receiver) Close() error { return r.conn.Close() }

// Station is what the .nsc file says, as it was loaded last.
func (r *Receiver) Station() *Station { return r.station }

// Stats are the counters up to now.
func (r *Receiver) Stats() ReceiverStats {
	return ReceiverStats{DecoderStats: r.decoder.Stats(), Foreign: r.foreign, Bytes: r.bytes}
}

// Run hands to what comes until the stream has ended, which is no error, or ctx
// is done. It may be called once.
func (r *Receiver) Run(ctx context.Context, to Sink) error {
	defer r.reload.wait()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stop := context.AfterFunc(ctx, func() { r.conn.SetReadDeadline(time.Unix(1, 0)) })
	defer stop()
	r.sink, r.heard, r.logs = to, time.Now(), make(chan submission, maxLogs)
	logging, cut := context.WithCancel(context.WithoutCancel(ctx))
	logged := make(chan struct{})
	go r.submitLogs(logging, logged)
	r.log.began = r.heard
	r.timers.Start(r.heard)
	err := r.listen(ctx)
	r.decoder.Flush(r.give)
	if err == nil {
		err = r.failure
	}
	r.lastLog(cut, logged)
	return err
}

// listen reads until the stream has ended or something fails.
func (r *Receiver) listen(ctx context.Context) error {
	for {
		r.conn.SetReadDeadline(r.deadline())
		if ctx.Err() != nil {
			return ctx.Err()
		}
		list, err := r.in.Read()
		now := time.Now()
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.Is(err, os.ErrDeadlineExceeded):
		case err != nil:
			return err
		}
		for i := range list {
			r.take(ctx, &list[i], now)
		}
		if err := r.reloaded(); err != nil {
			return err
		}
		if now.Sub(r.heard) >= patience {
			r.decoder.Flush(r.give)
		}
		if r.failure != nil {
			return r.failure
		}
		switch r.timers.Expire(now) {
		case ExpiredOpen:
			return ErrSilent
		case ExpiredEnd:
			return nil
		}
	}
}

// deadline is when there is something to do, whatever comes.
func (r *Receiver) deadline() time.Time {
	at, ok := r.timers.Next()
	if r.decoder.Holds() {
		if flush := r.heard.Add(patience); !ok || flush.Before(at) {
			return flush
		}
	}
	return at // the zero time is none
}

// take takes a datagram.
func (r *Receiver) take(ctx context.Context, d *udp.Datagram, now time.Time) {
	if r.source.IsValid() && d.From.Addr().WithZone("") != r.source {
		r.foreign++
		return
	}
	r.bytes += uint64(len(d.Payload))
	heard, err := r.decoder.Add(d.Payload, r.give)
	if err != nil {
		return // counted
	}
	r.timers.Heard(heard, now)
	if r.opt.Heard != nil {
		r.opt.Heard(heard)
	}
	switch heard {
	case HeardPacket:
		r.heard = now
	case HeardUnknown:
		r.heard = now
		r.load(ctx, now)
	}
}

// hand hands a packet on, with the header before it where an entry begins.
func (r *Receiver) hand(p Received) {
	if r.failure != nil {
		return
	}
	if p.Entry {
		r.entry()
		if f := r.station.Format(p.Stream.Format()); f != nil {
			r.failure = r.sink.Header(f.Header)
		}
	}
	if r.failure == nil {
		r.failure = r.sink.Packet(p)
	}
	r.log.add(&p)
}
