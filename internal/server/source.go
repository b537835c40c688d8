package server

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"time"

	"caracal/internal/config"
	"caracal/internal/event"
	"caracal/internal/point"
	"caracal/internal/source"
)

// sourceSilence is how long FFmpeg or another server may bring nothing before it is
// started or asked anew.
const sourceSilence = 30 * time.Second

// sourceHangs is how long sources may take to end.
const sourceHangs = 10 * time.Second

// fed is what brings a broadcast its content from this side; the zero value is
// nothing: an encoder pushes it.
type fed struct {
	feeder  source.Feeder
	from    event.Source
	silence time.Duration
	list    programList        // of a program; nil: none
	running *source.Supervisor // nil before the server's start
}

// newFed makes the feeder that a point's source says, without starting it.
func newFed(cfg *config.Config, p *config.Point, l *programLists, log *slog.Logger) (fed, error) {
	kind, what := config.SplitSource(p.Broadcast.Source)
	shown := event.Source{Point: p.Name, From: p.Broadcast.Source}
	switch kind {
	case config.SourceLoop:
		files, err := source.NewFiles(what, l.server.cache)
		if err != nil {
			return fed{}, err
		}
		return newProgramFed(l, p, fed{from: shown, list: files}, files.Again)
	case config.SourcePlaylist:
		list, err := l.file(what)
		if err != nil {
			return fed{}, err
		}
		return newProgramFed(l, p, fed{from: shown, list: list}, list.Once)
	case config.SourcePull:
		f, err := newPull(what, &p.Broadcast.Pull)
		shown.From = kind + ":" + source.Shown(what)
		return fed{feeder: f, from: shown, silence: sourceSilence}, err
	case config.SourceFFmpeg:
		e, err := source.NewEncoder(source.EncoderOptions{
			Program: cfg.FFmpeg.Path, Input: what, Profile: p.Broadcast.Profile, Log: log.With("point", p.Name),
		})
		if err != nil {
			return fed{}, err
		}
		shown.From = kind + ":" + e.Shown()
		return fed{feeder: e, from: shown, silence: sourceSilence}, nil
	}
	return fed{}, nil
}

// newPull makes what pulls from a URL, or from the multicast of an .nsc file.
func newPull(what string, c *config.Pull) (source.Feeder, error) {
	if !source.IsStation(what) {
		return source.NewPull(what)
	}
	m, err := source.NewMulticast(what)
	if err != nil {
		return nil, err
	}
	m.Interface = c.Interface
	return m, nil
}

// start begins to feed a broadcast.
func (f *fed) start(to *point.Broadcast, bus *event.Bus) {
	if f.feeder != nil {
		f.running = source.Supervise(source.SupervisorOptions{
			Feeder: f.feeder, To: to, Source: f.from, Bus: bus, Silence: f.silence,
		})
	}
}

// openBroadcast makes the content of a broadcast point.
func (s *Server) openBroadcast(p *config.Point) (*broadcast, error) {
	b := newBroadcast(&p.Broadcast)
	return b, s.supply(b, p)
}

// supply gives a broadcast its source and what plays beside that, neither of them started.
func (s *Server) supply(b *broadcast, p *config.Point) (err error) {
	if b.fed, err = newFed(s.cfg, p, s.programs, s.log); err != nil {
		return sourceError(p, err)
	}
	if b.stage, err = newStage(p, s.programs); err != nil {
		return err
	}
	switch p := b.fed.feeder.(type) {
	case *source.Pull:
		p.Own, p.Name, p.TLS, p.Credentials = s.listensAt, s.name, s.outgoing, &s.credentials
	case *source.Multicast:
		p.Own, p.TLS, p.Credentials = s.listensAt, s.outgoing, &s.credentials
	}
	return nil
}

// listensAt says whether an address is one of this server's own, or a group that
// it sends to. The sources begin when the listeners are there.
func (s *Server) listensAt(a netip.AddrPort) bool {
	for _, m := range s.allMulticasts() {
		if m.config.Destination() == a {
			return true
		}
	}
	own := []net.Addr{s.Addr(), s.rtsp.addr(), s.mms.addr(), s.https.addr(), s.rtsps.addr()}
	for _, f := range s.distributions() {
		own = append(own, f.addr())
	}
	for _, l := range own {
		if t, ok := l.(*net.TCPAddr); ok && t.AddrPort().Port() == a.Port() && isOwn(a.Addr()) {
			return true
		}
	}
	return false
}

// isOwn says whether an address is one of this machine's.
func isOwn(a netip.Addr) bool {
	if a.IsLoopback() {
		return true
	}
	addrs, _ := net.InterfaceAddrs()
	for _, own := range addrs {
		if p, err := netip.ParsePrefix(own.String()); err == nil && p.Addr() == a.WithZone("") {
			return true
		}
	}
	return false
}

// broadcasts are the contents of all broadcast points.
func (s *Server) broadcasts() []*broadcast {
	var list []*broadcast
	for _, p := range s.points.All() {
		if b := broadcastOf(p.Opener); b != nil {
			list = append(list, b)
		}
	}
	return list
}

// Waiting are the names of the broadcasts that nothing is sent to now.
func (s *Server) Waiting() []string {
	var names []string
	for _, p := range s.points.All() {
		if b := broadcastOf(p.Opener); b != nil {
			if items, _ := b.List(); len(items) == 0 {
				names = append(names, p.Name)
			}
		}
	}
	return names
}

// startSources begins to feed the broadcasts that nobody pushes.
func (s *Server) startSources() {
	for _, b := range s.broadcasts() {
		b.fed.start(b.Broadcast, &s.bus)
		b.stage.start(b, &s.bus)
	}
}

// stopSources ends all sources and waits until they have ended, or for so long
// that their storage or program must be hanging.
func (s *Server) stopSources() {
	var all sync.WaitGroup
	for _, b := range s.broadcasts() {
		if b.fed.running != nil {
			all.Go(b.fed.running.Close)
		}
		all.Go(b.stage.close)
	}
	ended := make(chan struct{})
	go func() { all.Wait(); close(ended) }()
	select {
	case <-ended:
	case <-time.After(sourceHangs):
		s.log.Warn("a source does not end: its storage or its program hangs")
	}
}

// CheckSource says what would keep a broadcast point's source from being
// started, in words that say what to do; nil if nothing would.
func CheckSource(cfg *config.Config, p *config.Point) error {
	discard := slog.New(slog.DiscardHandler)
	s := &Server{cfg: cfg, log: discard, cache: source.NewCache(0), points: point.NewRegistry()}
	s.lists = lists{server: s, books: map[string]*book{}}
	l := newProgramLists(s, openState("", discard))
	defer l.close()
	s.programs = l
	if _, err := newFed(cfg, p, l, discard); err != nil {
		return sourceError(p, err)
	}
	_, err := newStage(p, l)
	return err
}

// sourceError says what to do when a broadcast cannot have its source. FFmpeg's
// errors say so themselves.
func sourceError(p *config.Point, err error) error {
	kind, what := config.SplitSource(p.Broadcast.Source)
	if kind == config.SourcePull {
		return fmt.Errorf("point %s: %w", p.Name, err)
	}
	if kind != config.SourceLoop && kind != config.SourcePlaylist {
		return fmt.Errorf("point %s: cannot broadcast: %w", p.Name, err)
	}
	hint := ""
	switch {
	case errors.Is(err, fs.ErrNotExist):
		hint = "\nthere is no such folder or file: create it, or correct the source"
	case errors.Is(err, fs.ErrPermission):
		hint = fmt.Sprintf("\nthe server may not read it: allow it with chmod -R a+rX %q, or run the server as its owner", what)
	case errors.Is(err, point.ErrNotMedia) && kind == config.SourceLoop:
		hint = fmt.Sprintf("\nother formats are for FFmpeg: source: \"ffmpeg:%s\"", what)
	}
	return fmt.Errorf("point %s: cannot broadcast %s: %w%s", p.Name, what, err, hint)
}
