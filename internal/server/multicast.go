package server

import (
	"context"
	"errors"
	"fmt"
	"time"

	"caracal/internal/config"
	"caracal/msb"
)

// multicast is a broadcast point that is sent to a group as well.
type multicast struct {
	*msb.Sender
	config *config.Multicast
}

// startMulticasts sends the points whose configuration names a group.
func (s *Server) startMulticasts(context.Context) error {
	for i := range s.cfg.Points {
		p := &s.cfg.Points[i]
		if !isMulticast(p) {
			continue
		}
		if err := s.startMulticast(p); err != nil && !s.published.fail(p.Name, err) {
			return err
		}
	}
	return nil
}

// isMulticast says that a point is sent to a group.
func isMulticast(p *config.Point) bool {
	return p.Broadcast.Source != "" && p.Broadcast.Multicast.Group != ""
}

func (s *Server) startMulticast(p *config.Point) error {
	m, err := s.newMulticast(p)
	if err != nil {
		return multicastError(p, err)
	}
	s.put(func() { s.multicasts[p.Name] = m })
	m.Start()
	s.log.Info("sending a multicast", "point", p.Name, "group", p.Broadcast.Multicast.Destination().String())
	return nil
}

func (s *Server) newMulticast(p *config.Point) (*multicast, error) {
	b, err := s.broadcast(p.Name)
	if err != nil {
		return nil, err
	}
	c := &p.Broadcast.Multicast
	span := c.Span
	if span == 0 {
		span = -1
	}
	sender, err := msb.NewSender(msb.SenderOptions{
		Source: b.Broadcast, Shard: s.shards.Pick(), Batch: p.Broadcast.Batch,
		Group: c.Destination(), Interface: c.Interface, TTL: c.TTL, NoLoopback: !c.Loopback,
		NoSegments: !s.cfg.RTSP.UDPSegmentation,
		Encoder:    msb.EncoderOptions{Span: span, ID: firstID(time.Now())}, Beacon: c.Beacon,
		Bus: &s.bus, Target: p.Name, Log: s.log.With("proto", "msb", "point", p.Name),
	})
	if err != nil {
		return nil, err
	}
	return &multicast{sender, c}, nil
}

// firstID goes on behind the packets that a server sent before it was started
// anew, as some receivers drop those with smaller numbers: no multicast has as
// many as one a millisecond.
func firstID(now time.Time) uint32 { return uint32(now.UnixMilli()) }

func multicastError(p *config.Point, err error) error {
	m := &p.Broadcast.Multicast
	return fmt.Errorf("cannot send the multicast of point %q to %v: %w\n"+
		"choose another broadcast.multicast.interface: \"ip address\" lists those that there are", p.Name, m.Destination(), err)
}

// stopMulticasts ends all of them and waits.
func (s *Server) stopMulticasts() (err error) {
	for _, m := range s.allMulticasts() {
		err = errors.Join(err, m.Close())
	}
	return err
}

// statusMulticast is what is told of a multicast.
type statusMulticast struct {
	Group   string `json:"group"`
	Headers int    `json:"headers"` // in the .nsc file
	Packets uint64 `json:"packets"`
	Parity  uint64 `json:"parity"`
	Beacons uint64 `json:"beacons"`
	LeftOut uint64 `json:"left_out"` // packets that cannot be sent this way
	Skipped uint64 `json:"skipped"`  // packets that were gone when their turn came
	Lost    uint64 `json:"lost"`     // datagrams that the system did not take
	Bytes   uint64 `json:"bytes"`
}

// multicastStatus is nil for points that are sent to no group.
func (s *Server) multicastStatus(name string) *statusMulticast {
	m := s.multicastNamed(name)
	if m == nil {
		return nil
	}
	station, _ := m.Station()
	st := m.Stats()
	return &statusMulticast{
		Group: m.config.Destination().String(), Headers: len(station.Formats), Packets: st.Packets, Parity: st.Parity,
		Beacons: st.Beacons, LeftOut: st.LeftOut, Skipped: st.Skipped, Lost: st.Lost, Bytes: st.Bytes,
	}
}
