package server

import (
	"net/http"
	"net/netip"
	"time"

	"caracal/asf"
	"caracal/internal/announce"
	"caracal/internal/event"
	"caracal/internal/pace"
	"caracal/internal/point"
	"caracal/internal/session"
)

// serveLive sends a broadcast, or what another server has, as it is to a program
// that knows no streaming: the header and then packets, for as long as it lasts.
func (s *Server) serveLive(w http.ResponseWriter, r *http.Request, name string) {
	w.Header().Add("Vary", "User-Agent")
	if isBrowser(r) && !r.URL.Query().Has("download") {
		s.announce(w, r, name)
		return
	}
	p, entry, err := s.points.Open(name)
	if err != nil {
		s.missing(w, r, err)
		return
	}
	defer entry.Close()
	h := w.Header()
	h.Set("Content-Type", announce.ContentType)
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	if r.Method == http.MethodHead {
		return
	}
	from, _ := netip.ParseAddrPort(r.RemoteAddr)
	ended := make(chan error, 1)
	ses, err := s.sessions.Admit(event.Player{
		Protocol: plainProtocol, Address: from, Agent: shortText(r.UserAgent()), Target: "/" + name,
	}, func(why error) {
		select {
		case ended <- why:
		default: // it is ending
		}
	})
	if err != nil {
		s.refuse(w, r, http.StatusServiceUnavailable, "The server is full: try again later.")
		return
	}
	if s.draining.Load() {
		ses.End(session.ErrDraining)
	}
	out := &plainLive{w: w, control: http.NewResponseController(w), timeout: s.cfg.HTTP.WriteTimeout, ses: ses}
	ses.Close(out.send(entry, p.Options, r.Context().Done(), ended))
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

// plainLive is a broadcast on its way into a plain response.
type plainLive struct {
	w       http.ResponseWriter
	control *http.ResponseController
	timeout time.Duration // for a peer that does not read
	ses     *session.Session
	tally   point.Tally
	err     error
}

// send sends until the broadcast is over or somebody ends it, and says why.
func (o *plainLive) send(entry point.Entry, opt point.Options, gone <-chan struct{}, ended <-chan error) string {
	start, err := point.Prepare(entry, opt, point.Request{Selection: asf.NewSelection(entry.Info().Header)})
	if err != nil {
		return err.Error()
	}
	wake := make(chan struct{}, 1)
	play := point.NewPlay(entry, opt.Batch, func() {
		select {
		case wake <- struct{}{}:
		default: // it has been told
		}
	})
	o.ses.SetState(session.Streaming)
	o.write(entry.Info().HeaderBytes)
	o.tally.Began = time.Now()
	play.Begin(start, o.tally.Began)
	var mem pace.Scratch
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-gone:
			return "connection lost"
		case why := <-ended:
			return why.Error()
		case <-timer.C:
		case <-wake:
		}
		mem.Reset()
		size, last := play.Run(time.Now(), &mem, point.MaxRunBytes, o.carry)
		o.tally.Count(play, o.ses, size)
		if o.err == nil {
			o.err = o.control.Flush()
		}
		switch {
		case o.err != nil:
			return "connection lost"
		case last.Kind == point.End:
			return last.Reason.String()
		case last.Kind == point.Load:
			continue
		}
		timer.Reset(time.Until(last.At))
	}
}

func (o *plainLive) carry(it *point.Step) int {
	o.tally.Packets++
	o.write(it.Data)
	return len(it.Data)
}

func (o *plainLive) write(b []byte) {
	if o.err == nil {
		o.control.SetWriteDeadline(time.Now().Add(o.timeout))
		_, o.err = o.w.Write(b)
	}
}

const maxAgent = 256

func shortText(s string) string { return s[:min(len(s), maxAgent)] }
