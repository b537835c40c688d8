package wmsp

import "net/http"

// plain takes a broadcast's content from the body of a POST or PUT.
func (s *PushServer) plain(w http.ResponseWriter, r *http.Request) {
	p, err := s.admit(w, r, PushSetup{}, nil)
	if err != nil {
		s.fail(w, r, nil, err)
		return
	}
	src := &pushSource{broadcast: p.Broadcast, from: remoteAddr(r).Addr()}
	src.end = src.abort
	if err := s.claim(r.Context(), src, s.who(r)); err != nil {
		s.fail(w, r, nil, err)
		return
	}
	idle, _ := p.timers()
	body := newPushBody(w, r, src, idle)
	log := s.opt.Log.With("point", p.Name, "from", r.RemoteAddr, "agent", short(r.UserAgent()))
	log.Info("an encoder sends")
	err = ingest(body, src)
	body.close()
	packets, bytes := src.session.Packets.Load(), src.session.Bytes.Load()
	src.release(err)
	log.Info("the encoder has ended", "packets", packets, "bytes", bytes, "error", err)
	if err != nil {
		s.fail(w, r, nil, err)
		return
	}
	s.accept(w, nil)
}
