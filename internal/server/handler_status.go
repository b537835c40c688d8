package server

import (
	"encoding/json"
	"net"
	"net/http"
	"net/netip"
	"time"

	"caracal/internal/proxy"
	"caracal/internal/session"
	"caracal/internal/wmlog"
)

// status is what /.caracal/status answers.
type status struct {
	Version  string             `json:"version"`
	Started  time.Time          `json:"started"`
	Uptime   float64            `json:"uptime_seconds"`
	HTTP     statusHTTP         `json:"http"`
	RTSP     *statusFront       `json:"rtsp,omitempty"` // absent when it is off
	MMS      *statusFront       `json:"mms,omitempty"`
	Sessions statusSessions     `json:"sessions"`
	Cache    statusCache        `json:"cache"`
	Points   []statusPoint      `json:"points"`
	Events   map[string]uint64  `json:"events"`
	Access   *wmlog.Stats       `json:"access_log,omitempty"` // absent when none is written
	Players  []session.Snapshot `json:"players,omitzero"`     // for callers on this machine
}

type statusHTTP struct {
	Address     string `json:"address"`
	Connections int    `json:"connections"`
}

type statusFront struct {
	Address     string `json:"address"`
	Connections int    `json:"connections"`
	UDPPort     uint16 `json:"udp_port"` // that media leaves from; 0: it goes over TCP only
}

type statusSessions struct {
	Now   int    `json:"now"`
	Total uint64 `json:"total"`
}

type statusCache struct {
	Used   int64 `json:"used"`   // bytes
	Budget int64 `json:"budget"` // bytes
}

type statusPoint struct {
	Name      string           `json:"name"`
	Items     int              `json:"items"`
	Source    *statusSource    `json:"source,omitempty"`    // of a broadcast that the server feeds itself
	Multicast *statusMulticast `json:"multicast,omitempty"` // absent when it is sent to no group
	MSBD      *statusFront     `json:"msbd,omitempty"`      // absent when it is off
	Proxy     *proxy.Status    `json:"proxy,omitempty"`     // absent when it is none
}

func (s *Server) serveStatus(w http.ResponseWriter, r *http.Request) {
	_, counts := s.list()
	st := status{
		Version: Version().Text, Started: s.started.UTC(), Uptime: time.Since(s.started).Seconds(),
		HTTP:   statusHTTP{s.Addr().String(), s.http.Connections()},
		Cache:  statusCache{s.cache.Used(), int64(s.cfg.Cache.Memory)},
		Events: s.counter.snapshot(), Access: s.access.stats(),
	}
	st.RTSP, st.MMS = s.rtsp.status(), s.mms.status()
	st.Sessions.Now, st.Sessions.Total = s.sessions.Count()
	for _, p := range s.points.All() {
		st.Points = append(st.Points, statusPoint{
			Name: p.Name, Items: counts[p.Name], Source: sourceOf(p.Opener, isLocal(r)), Multicast: s.multicastStatus(p.Name),
			MSBD: s.msbdStatus(p.Name), Proxy: proxyStatus(p.Opener),
		})
	}
	if isLocal(r) {
		st.Players = []session.Snapshot{}
		for _, ses := range s.sessions.All() {
			st.Players = append(st.Players, ses.Snapshot())
		}
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.Encode(st)
}

// isLocal says whether somebody on this machine asks, for itself: not a proxy
// that stands here for others, nor a foreign page whose name was made to lead
// here.
func isLocal(r *http.Request) bool {
	if isForwarded(r) {
		return false
	}
	host, _, err := net.SplitHostPort(r.Host)
	if err != nil {
		host = r.Host
	}
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	return err == nil && peer.Addr().Unmap().IsLoopback() && (host == "localhost" || isLoopback(host))
}

// isForwarded says that a proxy sends a request for somebody else.
func isForwarded(r *http.Request) bool {
	for _, h := range [...]string{"Forwarded", "X-Forwarded-For", "X-Real-Ip", "Via"} {
		if r.Header.Get(h) != "" {
			return true
		}
	}
	return false
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
