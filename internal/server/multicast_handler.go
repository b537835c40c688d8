package server

import (
	"cmp"
	"errors"
	"io"
	"net/http"
	"net/netip"
	"strings"
	"unicode"
	"unicode/utf8"

	"caracal/internal/config"
	"caracal/internal/event"
)

const (
	stationExt = ".nsc"
	// logFolder is where players submit the logs of a multicast. Like the .nsc
	// file itself, what they ask for there ends in .nsc: nothing that players ask
	// for under such a name is streaming.
	logFolder = config.Reserved + "/log/"
	// logPage is what players want to see before they submit a log, [MS-WMLOG]
	// 2.3.
	logPage = "<html><head><title>WMS ISAPI Log Dll/9.00.00.3372</title></head>\r\n" +
		"<body><h1>WMS ISAPI Log Dll/9.00.00.3372</h1></body></html>\r\n"
	maxLog = 64 << 10 // bytes
)

// multicastOf finds the multicast that name.nsc stands for; nil if there is none.
func (s *Server) multicastOf(name string) (*multicast, string) {
	base, ok := strings.CutSuffix(name, stationExt)
	if !ok {
		return nil, ""
	}
	return s.multicastNamed(base), base
}

// serveStation answers with the .nsc file of a multicast. It does nothing if the
// name is not that of one.
func (s *Server) serveStation(w http.ResponseWriter, r *http.Request, name string) bool {
	m, base := s.multicastOf(name)
	if m == nil {
		return false
	}
	st, ok := m.Station()
	if !ok {
		w.Header().Set("Retry-After", "5")
		s.refuse(w, r, http.StatusServiceUnavailable, "Nothing has been broadcast here yet: the encoder has to begin first.")
		return true
	}
	web := s.webOf(r)
	if st.Name = m.config.Title; st.Name == "" {
		st.Name = web.Host + ", " + base
	}
	switch m.config.UnicastURL {
	case "":
		st.Unicast = s.unicastOf(r, base)
	case config.Off:
	default:
		st.Unicast = m.config.UnicastURL
	}
	if m.config.Log {
		st.LogURL = s.plainWebOf(r).URL(logFolder + name) // [MS-MSB] 2.2.1 has no https://
	}
	h := w.Header()
	h.Set("Content-Type", contentASF)
	h.Set("Cache-Control", "no-cache")
	h.Set("X-Content-Type-Options", "nosniff")
	w.Write(st.Append(nil))
	return true
}

// unicastOf is where players go that a multicast does not reach.
func (s *Server) unicastOf(r *http.Request, name string) string {
	l := s.linksFor(r, name)
	return cmp.Or(l.MMS, l.HTTP)
}

// logTarget is the point that a log is about; "" if the name is no place for logs.
func (s *Server) logTarget(name string) string {
	rest, ok := strings.CutPrefix(name, logFolder)
	if !ok {
		return ""
	}
	m, base := s.multicastOf(rest)
	if m == nil || !m.config.Log {
		return ""
	}
	return base
}

// serveLogPage shows players that logs are taken here, if they may play what those
// are about.
func (s *Server) serveLogPage(w http.ResponseWriter, r *http.Request, name string) bool {
	target := s.logTarget(name)
	if target == "" {
		return false
	}
	if !s.admits(w, r, s.playOf(r, target)) {
		return true
	}
	w.Header().Set("Content-Type", "text/html")
	w.Header().Set("Cache-Control", "no-cache")
	io.WriteString(w, logPage)
	return true
}

// serveLog takes the log of a player that may play what it is about. It does nothing
// if the request is for something else.
func (s *Server) serveLog(w http.ResponseWriter, r *http.Request) bool {
	name, ok := requestName(r)
	if !ok {
		return false
	}
	target := s.logTarget(name)
	if target == "" {
		return false
	}
	if !s.admits(w, r, s.playOf(r, target)) {
		return true
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxLog))
	if err != nil {
		s.refuse(w, r, http.StatusBadRequest, "This log is too long, or has not come whole.")
		return true
	}
	text, err := parseLog(body)
	if err != nil {
		s.refuse(w, r, http.StatusBadRequest, "This is not the log of a player: it begins with "+logPrefix+".")
		return true
	}
	p := event.Player{Protocol: "msb", Agent: clip(r.UserAgent()), Target: "/" + target}
	if a, err := netip.ParseAddrPort(r.RemoteAddr); err == nil {
		p.Address = netip.AddrPortFrom(a.Addr().Unmap(), a.Port())
	}
	p.Local = localOf(r)
	s.bus.Publish(event.LogReceived{Player: p, Kind: event.KindOfLog(text), Form: "log-line", Text: text})
	w.WriteHeader(http.StatusOK)
	return true
}

// logPrefix begins what is submitted to a web server, [MS-WMLOG] 2.3.
const logPrefix = "MX_STATS_LogLine:"

var errLog = errors.New("server: not a log")

// parseLog returns the fields of a log, one line of text without control
// characters.
func parseLog(body []byte) (string, error) {
	text, ok := strings.CutPrefix(string(body), logPrefix)
	if text = strings.Trim(text, " \t\r\n\x00"); !ok || text == "" || !utf8.ValidString(text) ||
		strings.ContainsFunc(text, unicode.IsControl) {
		return "", errLog
	}
	return text, nil
}
