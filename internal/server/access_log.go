package server

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"

	"caracal/internal/config"
	"caracal/internal/wmlog"
	"caracal/wmsp"
)

// accessQueue is how many events may wait to be written.
const accessQueue = 16384

// accessLog is what is written of players; the zero value writes nothing.
type accessLog struct {
	log   *wmlog.Log
	rules atomic.Pointer[accessRules]
	cpu   cpuMeter
}

// accessRules are what the configuration says of the logs of points.
type accessRules struct {
	usual  string // config.LogServer and the like
	points map[string]config.Point
}

// startAccessLog begins to write, if a folder is configured.
func (s *Server) startAccessLog() error {
	c := &s.cfg.Log.Access
	s.setAccessRules(s.published.configuration())
	if c.Folder == "" {
		return nil
	}
	if err := os.MkdirAll(c.Folder, 0o750); err != nil {
		return fmt.Errorf("log.access.folder: %w: create the folder, or name one that this user may write to", err)
	}
	o := wmlog.Options{
		Folder: c.Folder, Rotate: rotations[c.Rotate], MaxSize: int64(c.Size), Keep: c.Keep, KeepSize: int64(c.KeepSize),
		Local: c.Time == config.LogLocal, CodePage: c.Encoding == config.LogWindows1252, Shorten: c.ShortAddresses, Roles: c.Roles,
		Addresses: listenAddresses(s.cfg.HTTP.Address), Software: "Windows Media Services",
		Version: wmsp.ParsePersona(s.cfg.Server.Persona).Version,
		Place:   s.accessPlace, Load: s.accessLoad, Sent: s.accessSent, Log: s.log.With("part", "access log"),
	}
	if c.Format == config.LogJSON {
		o.Format, o.CodePage = wmlog.JSON, false
	}
	o.Server, _ = os.Hostname()
	s.accessLog.log = wmlog.Start(o, s.bus.Subscribe(accessQueue))
	return nil
}

var rotations = map[string]wmlog.Period{
	config.LogHourly: wmlog.Hourly, config.LogDaily: wmlog.Daily, config.LogWeekly: wmlog.Weekly, config.LogMonthly: wmlog.Monthly,
	config.LogBySize: wmlog.Forever,
}

// setAccessRules takes what a configuration says of points. Any goroutine may call it.
func (s *Server) setAccessRules(cfg *config.Config) {
	r := &accessRules{usual: cfg.Log.Access.Points, points: map[string]config.Point{}}
	for _, p := range cfg.Points {
		r.points[p.Name] = p
	}
	s.accessLog.rules.Store(r)
}

// accessPlace is what is known of what a player asks for.
func (s *Server) accessPlace(target string) wmlog.Place {
	p, rest, err := s.points.Lookup(target)
	if err != nil {
		return wmlog.Place{}
	}
	rules := s.accessLog.rules.Load()
	c := rules.points[p.Name]
	which := c.AccessLog
	if which == "" {
		which = rules.usual
	}
	return wmlog.Place{
		Point: p.Name, Known: true, Content: contentPath(&c, rest),
		Server: which == config.LogServer || which == config.LogBoth,
		Own:    which == config.LogOwn || which == config.LogBoth,
	}
}

// contentPath is where the content of a point comes from.
func contentPath(c *config.Point, rest string) string {
	switch {
	case c.Proxy.Origin != "":
		return strings.TrimSuffix(c.Proxy.Origin, "/") + "/" + rest
	case c.Broadcast.Source != "":
		return c.Broadcast.Source
	case c.Path == "":
		return ""
	case rest == "":
		return c.Path
	}
	return filepath.Join(c.Path, filepath.FromSlash(rest))
}

// accessLoad is how much the server has to do: players, and percent of its processors.
func (s *Server) accessLoad() (players, cpu int, ok bool) {
	players, _ = s.sessions.Count()
	return players, s.accessLog.cpu.percent(), true
}

// accessSent is what has gone out to a session until now.
func (s *Server) accessSent(id uint32) (packets, bytes uint64, isThere bool) {
	ses := s.sessions.Find(id)
	if ses == nil {
		return 0, 0, false
	}
	return ses.Packets.Load(), ses.Bytes.Load(), true
}

// ReopenLogs closes the files of the access logs, so that who has renamed them can
// be sure that nothing more is written there.
func (s *Server) ReopenLogs() {
	if s.accessLog.log != nil {
		s.accessLog.log.Reopen()
	}
}

func (a *accessLog) stats() *wmlog.Stats {
	if a.log == nil {
		return nil
	}
	st := a.log.Stats()
	return &st
}

func (a *accessLog) close() {
	if a.log != nil {
		a.log.Close()
	}
}

// listenAddresses are those of a listener; of one for all, those of the machine.
func listenAddresses(listener string) (list []netip.Addr) {
	host, _, err := net.SplitHostPort(listener)
	if err != nil {
		return nil
	}
	if a, err := netip.ParseAddr(host); err == nil && !a.IsUnspecified() {
		return []netip.Addr{a}
	}
	all, err := net.InterfaceAddrs()
	if err != nil {
		return nil
	}
	for _, a := range all {
		if p, err := netip.ParsePrefix(a.String()); err == nil && !p.Addr().IsLinkLocalUnicast() {
			list = append(list, p.Addr().Unmap())
		}
	}
	return list
}

// localOf is the address at which a request has come in; not valid if it is not known.
func localOf(r *http.Request) netip.AddrPort {
	a, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	if !ok {
		return netip.AddrPort{}
	}
	p, err := netip.ParseAddrPort(a.String())
	if err != nil {
		return netip.AddrPort{}
	}
	return netip.AddrPortFrom(p.Addr().Unmap(), p.Port())
}
