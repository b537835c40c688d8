package server

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"time"

	"caracal/asf"
	"caracal/internal/event"
	"caracal/internal/front"
	"caracal/internal/point"
	"caracal/internal/session"
)

// serveLive sends a broadcast, or what another server has, as it is to a program
// that knows no streaming: the header and then packets, for as long as it lasts.
func (s *Server) serveLive(w http.ResponseWriter, r *http.Request, name string) {
	w.Header().Add("Vary", "User-Agent")
	if isBrowser(r) && !r.URL.Query().Has("download") {
		s.redirect(w, r, name)
		return
	}
	p, entry, err := s.openLive(r.Context(), name)
	if err != nil {
		s.missing(w, r, err)
		return
	}
	h := w.Header()
	h.Set("Content-Type", contentASF)
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	if r.Method == http.MethodHead {
		entry.Close()
		return
	}
	o := &plainLive{entry: entry}
	if o.start, err = point.Prepare(entry, p.Options, point.Request{Selection: asf.NewSelection(entry.Info().Header)}); err != nil {
		entry.Close()
		s.missing(w, r, err)
		return
	}
	from, _ := netip.ParseAddrPort(r.RemoteAddr)
	from = netip.AddrPortFrom(from.Addr().Unmap(), from.Port())
	if o.ses, err = s.sessions.Admit(event.Player{
		Protocol: plainProtocol, Address: from, Local: localOf(r), Agent: shortText(r.UserAgent()), Target: "/" + name, Point: "/" + p.Name, Account: provedBy(r),
	}, o.end); err != nil {
		entry.Close()
		s.refuseLimit(w, r, err)
		return
	}
	if _, err = o.start.Reserve(entry, o.ses); err != nil {
		entry.Close()
		o.ses.Close(err.Error())
		s.refuseLimit(w, r, err)
		return
	}
	if s.draining.Load() {
		o.ses.End(session.ErrDraining)
	}
	s.takeLive(w, o, p.Options.Batch)
}

// newPlain serves connections that have been counted as those of HTTP.
func (s *Server) newPlain() *front.Acceptor {
	o := s.frontOptions("http")
	o.MaxConnections, o.MaxPerAddress, o.Gate = 0, 0, nil
	return front.NewAcceptor(o, nil)
}

// takeLive takes the connection from net/http, which would keep a goroutine and
// buffers for it, and gives it to a shard.
func (s *Server) takeLive(w http.ResponseWriter, o *plainLive, batch time.Duration) {
	c, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		o.entry.Close()
		o.ses.Close(err.Error())
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	o.head = liveHead(w.Header(), o.entry.Info().HeaderBytes)
	under := c
	if h, ok := c.(interface{ NetConn() net.Conn }); ok {
		under = h.NetConn()
	}
	taken := s.plain.Take(under, func() { c.Close() }, func(fc *front.Conn) front.Protocol {
		o.attach(fc, batch)
		return o
	})
	if !taken {
		o.finish(session.ErrDraining.Error())
	}
}

// liveHead is the head of the answer, whose body ends with the connection, and how
// the body begins.
func liveHead(h http.Header, header []byte) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "HTTP/1.1 200 OK\r\nDate: %s\r\nConnection: close\r\n", time.Now().UTC().Format(http.TimeFormat))
	h.Write(&b) // to memory: it cannot fail
	b.WriteString("\r\n")
	b.Write(header)
	return b.Bytes()
}

// plainProtocol is what the sessions of programs are said to speak.
const plainProtocol = "http-plain"

// endLive ends the responses that would not end by themselves.
func (s *Server) endLive() {
	for _, ses := range s.sessions.All() {
		if ses.Player.Protocol == plainProtocol {
			ses.End(session.ErrDraining)
		}
	}
}

const maxAgent = 256

func shortText(s string) string { return s[:min(len(s), maxAgent)] }
