package server

import (
	"context"
	"errors"
	"fmt"
	"net"

	"caracal/internal/config"
	"caracal/msb/msbd"
)

// startMSBD listens for other servers that fetch broadcasts, for each point whose
// configuration wants it.
func (s *Server) startMSBD(ctx context.Context) error {
	for i := range s.cfg.Points {
		p := &s.cfg.Points[i]
		if !isDistributed(p) {
			continue
		}
		if err := s.startDistribution(ctx, p); err != nil && !s.published.fail(p.Name, err) {
			return err
		}
	}
	return nil
}

// isDistributed says that other servers may fetch a point.
func isDistributed(p *config.Point) bool {
	return p.Broadcast.Source != "" && p.Broadcast.MSBD.Address != "" && p.Broadcast.MSBD.Address != config.Off
}

func (s *Server) startDistribution(ctx context.Context, p *config.Point) error {
	c := &p.Broadcast.MSBD
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", c.Address)
	if err != nil {
		const key = "broadcast.msbd.address"
		return listenError(key, key, c.Address, err)
	}
	group, err := msbdGroup(c)
	if err != nil {
		l.Close()
		return fmt.Errorf("cannot send the multicast of point %q to %v: %w\n"+
			"choose another broadcast.msbd.interface: \"ip address\" lists those that there are", p.Name, c.Destination(), err)
	}
	port := uint16(0)
	if group != nil {
		port = group.Port()
	}
	f := &mediaFront{}
	s.put(func() { s.msbd[p.Name] = f })
	f.begin(s, "msbd", l, msbd.NewServer(msbd.ServerOptions{
		Options: s.frontOptions("msbd"), Points: s.points, Sessions: s.sessions, Point: p.Name, Group: group,
	}), port)
	return nil
}

// msbdGroup opens the way to a point's group; nil is none.
func msbdGroup(c *config.MSBD) (*msbd.Group, error) {
	if c.Group == "" {
		return nil, nil
	}
	return msbd.OpenGroup(msbd.GroupOptions{Address: c.Destination(), Interface: c.Interface, TTL: c.TTL})
}

// stopMSBD ends all of them and waits.
func (s *Server) stopMSBD(ctx context.Context) error {
	ended := make(chan error)
	all := s.distributions()
	for _, f := range all {
		go func() { ended <- f.shutdown(ctx) }()
	}
	var err error
	for range all {
		err = errors.Join(err, <-ended)
	}
	return err
}

// MSBDAddr is where a point's broadcast is fetched; nil: nowhere.
func (s *Server) MSBDAddr(point string) net.Addr {
	if f := s.distributions()[point]; f != nil {
		return f.addr()
	}
	return nil
}

// msbdStatus is what is told of it; nil: it is off.
func (s *Server) msbdStatus(point string) *statusFront {
	if f := s.distributions()[point]; f != nil {
		return f.status()
	}
	return nil
}
