package server

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"caracal/internal/metrics"
	"caracal/internal/session"
	"caracal/internal/source"
)

// newMetrics begins to count. It comes before the content, which has events.
func (s *Server) newMetrics() *metrics.Metrics {
	b := Version()
	return metrics.New(metrics.Options{
		Build: metrics.Build{Version: b.Text, Revision: b.Revision, Go: b.Go}, Events: s.bus.Subscribe(eventQueue),
		Look: metrics.Look{
			PointOf: s.pointAsked, Sessions: s.lookSessions, Connections: s.lookConnections, Sources: s.lookSources,
			Multicasts: s.lookMulticasts, Proxies: s.lookProxies,
			Cache: func() (used, budget int64) { return s.cache.Used(), int64(s.config().Cache.Memory) },
			Hooks: s.lookHooks, Certificates: s.lookCertificates,
			LostEvents: func(yield func(string, uint64)) { yield("log", s.counter.sub.Lost()) },
			Ready:      func() bool { return s.unready() == "" },
		},
	})
}

// pointAsked is the name of the point that a player's target means.
func (s *Server) pointAsked(target string) (string, bool) {
	target, _, _ = strings.Cut(target, "?")
	p, _, err := s.points.Lookup(target)
	if err != nil {
		return "", false
	}
	return p.Name, true
}

func (s *Server) lookSessions(yield func(*metrics.Session)) {
	var m metrics.Session
	s.sessions.Each(func(ses *session.Session) {
		who := ses.Who()
		m = metrics.Session{
			ID: ses.ID(), Target: who.Target, Protocol: who.Protocol, Agent: who.Agent, Streaming: ses.State() == session.Streaming,
			Flow: metrics.Flow{
				Packets: ses.Packets.Load(), Bytes: ses.Bytes.Load(), Late: ses.Late.Load(), Skipped: ses.Skipped.Load(),
				Resent: ses.Resent.Load(), Parity: ses.Parity.Load(), Lost: uint64(ses.Lost.Load()),
			},
		}
		yield(&m)
	})
}

func (s *Server) lookConnections(yield func(string, int)) {
	yield("http", s.http.Connections())
	for name, f := range map[string]*mediaFront{"rtsp": &s.rtsp, "mms": &s.mms} {
		if f.server != nil {
			yield(name, f.server.Connections())
		}
	}
	if len(s.msbd) == 0 {
		return
	}
	n := 0
	for _, f := range s.distributions() {
		n += f.server.Connections()
	}
	yield("msbd", n)
}

func (s *Server) lookSources(yield func(*metrics.Source)) {
	for _, p := range s.points.All() {
		b := broadcastOf(p.Opener)
		if b == nil || b.fed.running == nil {
			continue
		}
		st := b.fed.running.State()
		m := metrics.Source{
			Point: p.Name, Up: st.Phase == source.Streaming, BitRate: st.BitRate, Packets: st.Packets, Bytes: st.Bytes, Starts: st.Starts,
		}
		if b.stage.program != nil {
			m.Items = b.stage.program.Items()
		}
		yield(&m)
	}
}

func (s *Server) lookMulticasts(yield func(*metrics.Multicast)) {
	for name, c := range s.allMulticasts() {
		st := c.Stats()
		yield(&metrics.Multicast{Point: name, Packets: st.Packets, Bytes: st.Bytes, Parity: st.Parity, Skipped: st.Skipped, Lost: st.Lost})
	}
}

func (s *Server) lookProxies(yield func(*metrics.Proxy)) {
	for _, p := range s.points.All() {
		st := proxyStatus(p.Opener)
		if st == nil {
			continue
		}
		yield(&metrics.Proxy{
			Point: p.Name,
			Opens: map[string]uint64{
				"hit": st.Hits, "joined": st.Joined, "miss": st.Misses, "revalidated": st.Revalidated, "changed": st.Changed,
				"stale": st.Stale, "passed": st.Passed, "split": st.Split, "refused": st.Refused,
			},
			FetchedBytes: st.Fetched, StoredBytes: st.Stored, Failures: st.Failures, Evicted: st.Evicted,
			Files: int64(st.Files), Bytes: st.Bytes, Size: st.Size,
			LogsSent: st.LogsForwarded, LogsFailed: st.LogsFailed, LogsDropped: st.LogsDropped,
		})
	}
}

// scrapes answers Prometheus on this machine, and where the configuration lets it in.
func (a *admin) scrapes(h http.Handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		peer, err := netip.ParseAddrPort(r.RemoteAddr)
		in := func(p netip.Prefix) bool { return p.Contains(peer.Addr().Unmap()) }
		if isPage(r) || !isLocal(r) && (err != nil || isForwarded(r) && !saidBy(r).Proxied || !slices.ContainsFunc(a.who.Load().scrapers, in)) {
			problem(w, http.StatusForbidden, "the metrics are for this machine, and for admin.scrapers of the configuration")
			return
		}
		h.ServeHTTP(w, r)
	}
}
