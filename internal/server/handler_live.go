package server

import (
	"bytes"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"caracal/asf"
	"caracal/internal/announce"
	"caracal/internal/event"
	"caracal/internal/pace"
	"caracal/internal/point"
	"caracal/internal/session"
)

// serveLive sends a broadcast as it is to a program that knows no streaming:
// the header and then packets, for as long as it lasts.
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
	h := w.Header()
	h.Set("Content-Type", announce.ContentType)
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	if r.Method == http.MethodHead {
		entry.Close()
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
		entry.Close()
		s.refuse(w, r, http.StatusServiceUnavailable, "The server is full: try again later.")
		return
	}
	c, err := takeOver(w)
	if err != nil {
		entry.Close()
		ses.Close(err.Error())
		return
	}
	if s.draining.Load() {
		ses.End(session.ErrDraining)
	}
	out := &plainLive{conn: c, timeout: s.cfg.HTTP.WriteTimeout, ses: ses}
	go func() { // Shutdown waits for the session
		defer entry.Close()
		ses.Close(out.send(entry, p.Options, ended))
	}()
}

// takeOver sends the head of an endless response and takes the connection from the
// web server, whose buffers would lie beside each player.
func takeOver(w http.ResponseWriter) (net.Conn, error) {
	c, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return nil, err
	}
	var head bytes.Buffer
	head.WriteString("HTTP/1.1 200 OK\r\nDate: " + time.Now().UTC().Format(http.TimeFormat) + "\r\nConnection: close\r\n")
	w.Header().Write(&head)
	head.WriteString("\r\n")
	c.SetDeadline(time.Time{})
	c.SetWriteDeadline(time.Now().Add(headTimeout))
	if _, err := c.Write(head.Bytes()); err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

const headTimeout = 10 * time.Second

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
	conn    net.Conn
	timeout time.Duration // for a peer that does not read
	ses     *session.Session
	tally   point.Tally
}

// plainRun is what one run of a player needs, and the next of another.
type plainRun struct {
	mem     pace.Scratch
	out     []byte
	packets uint64
}

var plainRuns = sync.Pool{New: func() any { return new(plainRun) }}

// send sends until the broadcast is over or somebody ends it, and says why.
func (o *plainLive) send(entry point.Entry, opt point.Options, ended <-chan error) string {
	defer o.conn.Close()
	start, err := point.Prepare(entry, opt, point.Request{Selection: asf.NewSelection(entry.Info().Header)})
	if err != nil {
		return err.Error()
	}
	play := point.NewPlay(entry, opt.Batch, nil)
	o.ses.SetState(session.Streaming)
	if o.write(entry.Info().HeaderBytes) != nil {
		return "connection lost"
	}
	o.tally.Began = time.Now()
	play.Begin(start, o.tally.Began)
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case why := <-ended:
			return why.Error()
		case <-timer.C:
		}
		last, err := o.run(play)
		switch {
		case err != nil:
			return "connection lost"
		case last.Kind == point.End:
			return last.Reason.String()
		}
		timer.Reset(time.Until(last.At))
	}
}

// run sends what is due in one write.
func (o *plainLive) run(play *point.Play) (point.Step, error) {
	r := plainRuns.Get().(*plainRun)
	defer plainRuns.Put(r)
	r.mem.Reset()
	r.out, r.packets = r.out[:0], 0
	size, last := play.Run(time.Now(), &r.mem, maxPlainRun, r.carry)
	err := o.write(r.out)
	o.tally.Packets += r.packets
	o.tally.Count(play, o.ses, size)
	return last, err
}

// maxPlainRun is what goes out in one write: it is copied for that.
const maxPlainRun = 64 << 10

func (r *plainRun) carry(it *point.Step) int {
	r.packets++
	r.out = append(r.out, it.Data...)
	return len(it.Data)
}

func (o *plainLive) write(b []byte) error {
	if len(b) == 0 {
		return nil
	}
	o.conn.SetWriteDeadline(time.Now().Add(o.timeout))
	_, err := o.conn.Write(b)
	return err
}

const maxAgent = 256

func shortText(s string) string { return s[:min(len(s), maxAgent)] }
