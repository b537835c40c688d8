package server

import (
	"encoding/json"
	"net"
	"net/http"
	"time"

	"caracal/internal/auth"
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
	Players  []session.Snapshot `json:"players,omitzero"`     // for who may order the server about
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
	all := s.judge(r, s.askOf(r, auth.Admin, "", "the server")).Verdict == auth.Allowed
	st := status{
		Version: Version().Text, Started: s.started.UTC(), Uptime: time.Since(s.started).Seconds(),
		HTTP:   statusHTTP{s.Addr().String(), s.http.Connections()},
		Cache:  statusCache{s.cache.Used(), int64(s.config().Cache.Memory)},
		Events: s.counter.snapshot(), Access: s.accessLog.stats(),
	}
	st.RTSP, st.MMS = s.rtsp.status(), s.mms.status()
	st.Sessions.Now, st.Sessions.Total = s.sessions.Count()
	for _, p := range s.points.All() {
		st.Points = append(st.Points, statusPoint{
			Name: p.Name, Items: counts[p.Name], Source: sourceOf(p.Opener, all), Multicast: s.multicastStatus(p.Name),
			MSBD: s.msbdStatus(p.Name), Proxy: proxyStatus(p.Opener),
		})
	}
	if all {
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

// namesLocal says that a request is for this machine by a name that leads nowhere
// else: a foreign page may have a name of its own lead here.
func namesLocal(r *http.Request) bool {
	host, _, err := net.SplitHostPort(r.Host)
	if err != nil {
		host = r.Host
	}
	return host == "localhost" || isLoopback(host)
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
