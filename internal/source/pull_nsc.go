package source

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"caracal/asf"
	"caracal/internal/credential"
	"caracal/internal/point"
	"caracal/msb"
)

// fetchTime is how long an .nsc file may take to come.
const fetchTime = 10 * time.Second

// Multicast brings a broadcast what another server sends to a multicast group,
// [MS-MSB] 3.2. An .nsc file says which.
type Multicast struct {
	Station   string // URL or path of the .nsc file
	Interface string // where it comes in: name, or an address of it; "" is the system's choice
	// Own says whether an address is one that this server listens at or sends to;
	// nil: there is none.
	Own func(netip.AddrPort) bool
	// Credentials log in where the URL names no user; nil has none.
	Credentials *credential.Book
	// TLS is how https:// and rtsps:// are spoken; nil: as the system has it.
	TLS *tls.Config

	alive atomic.Int64 // when somebody was heard, Unix time in ns
	join  joinFunc
}

// listener is what is needed of a msb.Receiver.
type listener interface {
	Station() *msb.Station
	Run(context.Context, msb.Sink) error
	Close() error
}

type joinFunc func(context.Context, *http.Client, string, msb.ReceiverOptions) (listener, error)

func join(ctx context.Context, c *http.Client, where string, o msb.ReceiverOptions) (listener, error) {
	return msb.Listen(ctx, c, where, o)
}

// IsStation says whether a source of pull: is an .nsc file: its URL, or its path.
func IsStation(what string) bool {
	path := what
	if strings.Contains(what, "://") {
		u, err := url.Parse(what)
		if err != nil || u.Host == "" || !strings.EqualFold(u.Scheme, "http") && !strings.EqualFold(u.Scheme, "https") {
			return false
		}
		path = u.Path
	}
	return strings.HasSuffix(strings.ToLower(path), ".nsc")
}

// NewMulticast returns a Multicast from an .nsc file. One at a path has to be
// there already.
func NewMulticast(station string) (*Multicast, error) {
	if !IsStation(station) {
		return nil, fmt.Errorf("%w: %s", ErrScheme, Shown(station))
	}
	if !strings.Contains(station, "://") {
		st, err := msb.LoadStation(context.Background(), nil, station)
		if err == nil {
			_, err = st.Group()
		}
		if err != nil {
			return nil, err
		}
	}
	return &Multicast{Station: station, join: join}, nil
}

// Alive is when the sender was heard last, be it by a beacon. A Supervisor does
// not take it for silent before that.
func (m *Multicast) Alive() time.Time { return time.Unix(0, m.alive.Load()) }

func (m *Multicast) heardNow() { m.alive.Store(time.Now().UnixNano()) }

// Run listens until ctx is done, or the stream has ended (nil). If nothing comes
// at all it pulls from the Unicast URL of the .nsc file, as players do.
func (m *Multicast) Run(ctx context.Context, to *point.Broadcast, note func(string)) error {
	unicast, err := m.listen(ctx, to, note)
	if !errors.Is(err, msb.ErrSilent) || unicast == "" {
		return err
	}
	m.heardNow() // it has as long again
	p, err := NewPull(unicast)
	if err == nil && IsStation(unicast) {
		err = ErrScheme // players do not go from one to another either
	}
	if err != nil {
		return fmt.Errorf("%w; its unicast URL: %w", msb.ErrSilent, err)
	}
	p.Own, p.TLS, p.Credentials = m.Own, m.TLS, m.Credentials
	err = p.Run(ctx, to, func(text string) { note("nothing comes from the multicast group: " + text) })
	if err != nil {
		return fmt.Errorf("%w; its unicast URL: %w", msb.ErrSilent, err)
	}
	return nil
}

// listen takes what comes from the group. It returns the Unicast URL.
func (m *Multicast) listen(ctx context.Context, to *point.Broadcast, note func(string)) (string, error) {
	base := &http.Transport{DialContext: dialer(m.Own), TLSClientConfig: m.TLS, MaxConnsPerHost: 1}
	defer base.CloseIdleConnections()
	web := &credential.Transport{Book: m.Credentials, Base: base}
	note("fetching " + m.shown())
	s := &multicastSink{to: to, note: note}
	r, err := m.join(ctx, &http.Client{Transport: web, Timeout: fetchTime}, m.Station, msb.ReceiverOptions{
		Interface: m.Interface, Client: &http.Client{Transport: web, Timeout: leaveTime},
		Heard: func(h msb.Heard) { m.heard(h, s) },
	})
	if err != nil {
		return "", err
	}
	defer r.Close()
	defer s.close()
	group, err := r.Station().Group()
	if err != nil {
		return "", err
	}
	if m.Own != nil && m.Own(group) {
		return "", ErrLoop
	}
	s.group = group.String()
	note("listening to " + s.group)
	err = r.Run(ctx, s)
	return r.Station().Unicast, err
}

// heard notes the signs of life.
func (m *Multicast) heard(h msb.Heard, s *multicastSink) {
	if h != msb.HeardPacket && h != msb.HeardBeacon {
		return
	}
	m.heardNow()
	if h == msb.HeardBeacon && s.feed == nil {
		s.note(s.group + " is there, but sends nothing yet")
	}
}

func (m *Multicast) shown() string {
	if strings.Contains(m.Station, "://") {
		return Shown(m.Station)
	}
	return m.Station
}

// multicastSink takes what comes from a group.
type multicastSink struct {
	to    *point.Broadcast
	note  func(string)
	group string

	feed          *point.Feed // nil before the first header
	packet        []byte
	lost, useless uint64
}

// Header begins an entry, be it with the header of the one before.
func (s *multicastSink) Header(header []byte) (err error) {
	if s.feed != nil {
		return s.feed.Header(header)
	}
	if s.feed, err = s.to.Start(header); err == nil {
		s.note("pulling from " + s.group)
	}
	return err
}

// Packet hands a packet on, with its padding again. Others send to the group as well: what
// is no packet of the stream is left out.
func (s *multicastSink) Packet(r msb.Received) error {
	if r.Lost > 0 {
		s.lost += uint64(r.Lost)
		s.note(lostNote(s.lost))
	}
	var err error
	if s.packet, err = asf.AppendRefilled(s.packet[:0], r.Data, s.feed.PacketSize()); err == nil {
		err = s.feed.Add(s.packet)
	}
	if err != nil {
		s.useless++
		s.note(fmt.Sprintf("%d packets are not of this stream: %v", s.useless, err))
	}
	return nil
}

func (s *multicastSink) close() {
	if s.feed != nil {
		s.feed.Close()
	}
}
