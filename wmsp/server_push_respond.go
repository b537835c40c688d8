package wmsp

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"caracal/asf"
	"caracal/internal/event"
	"caracal/internal/point"
	"caracal/internal/session"
)

// pushStatus is the status that fits an error.
func pushStatus(err error) int {
	for _, known := range []struct {
		err    error
		status int
	}{
		{errPushIdle, http.StatusRequestTimeout}, {errPushLost, http.StatusBadRequest},
		{errPushReplaced, http.StatusConflict}, {errPushStreams, http.StatusConflict},
		{errPushLength, http.StatusLengthRequired}, {errPushAuthorized, http.StatusUnauthorized},
		{errPushAgent, http.StatusBadRequest}, {errPushSession, http.StatusBadRequest},
		{errPushFull, http.StatusServiceUnavailable},
		{point.ErrNotFound, http.StatusNotFound}, {point.ErrForbidden, http.StatusForbidden},
		{point.ErrSource, http.StatusConflict}, {point.ErrPacket, http.StatusUnsupportedMediaType},
		{session.ErrFull, http.StatusServiceUnavailable}, {session.ErrAddressFull, http.StatusServiceUnavailable},
		{session.ErrDraining, http.StatusServiceUnavailable},
		{ErrPushed, http.StatusUnsupportedMediaType},
	} {
		if errors.Is(err, known.err) {
			return known.status
		}
	}
	if _, ok := errors.AsType[*asf.ParseError](err); ok {
		return http.StatusUnsupportedMediaType
	}
	return http.StatusBadRequest
}

// pushHints say what to do, by status.
var pushHints = map[int]string{
	http.StatusUnauthorized: "The point's configuration lists addresses, or has a key.",
	http.StatusForbidden:    "The point's configuration does not let this address push.",
	http.StatusNotFound:     "No point with a broadcast has this name.",
	http.StatusConflict:     "Somebody else is sending this: one encoder at a time.",
}

// accept answers that all is well, [MS-WMHTTP] 3.2.5.1 and 3.2.5.2.1.
func (s *PushServer) accept(w http.ResponseWriter, ses *pushSession) {
	s.head(w, ses)
	w.WriteHeader(http.StatusNoContent)
}

// head sets the headers that all responses of the protocol have.
func (s *PushServer) head(w http.ResponseWriter, ses *pushSession) {
	h := w.Header()
	h.Set("Server", s.opt.Persona().String())
	h.Set("Cache-Control", "no-cache")
	h.Set("Supported", ServerFeatures.String())
	pragma := Pragma{NoCache: true, Present: TokenNoCache}
	if ses != nil {
		idle, _ := ses.point.timers()
		pragma.Timeout, pragma.Present = uint32(idle.Milliseconds()), pragma.Present|TokenTimeout
		h.Set("Set-Cookie", pushCookie(ses.id))
	}
	for line := range strings.SplitSeq(string(pragma.Append(nil)), "\r\n") {
		if value, ok := strings.CutPrefix(line, pragmaName); ok {
			h.Add("Pragma", value)
		}
	}
}

// fail answers an error at once, whatever is still to come of the request, and
// has the connection closed unless the peer has to use it again.
func (s *PushServer) fail(w http.ResponseWriter, r *http.Request, ses *pushSession, err error) {
	status := pushStatus(err)
	var elsewhere *PushRedirect
	if errors.As(err, &elsewhere) {
		status = http.StatusFound
		w.Header().Set("Location", elsewhere.URL)
	}
	s.opt.Bus.Publish(event.Refused{
		Player: s.who(r), Status: status, Reason: err.Error(),
	})
	s.head(w, ses)
	text := err.Error()
	if hint := pushHints[status]; hint != "" {
		text = hint + " (" + text + ")"
	}
	text += "\n"
	h := w.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(len(text)))
	small := r.ContentLength >= 0 && r.ContentLength <= MaxPushSetup
	if !small || status != http.StatusUnauthorized {
		h.Set("Connection", "close")
	}
	control := http.NewResponseController(w)
	_ = control.SetReadDeadline(time.Now().Add(pushLinger))
	_ = control.EnableFullDuplex()
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text)
	if !small && control.Flush() == nil {
		// Whoever still sends would lose the answer if the connection were
		// closed with something unread.
		_, _ = io.CopyN(io.Discard, r.Body, maxPushUnread)
	}
}

// maxPushUnread is how much of a refused body is read, bytes, for pushLinger.
const maxPushUnread = 1 << 20

// who is an encoder in events.
func (s *PushServer) who(r *http.Request) event.Player {
	return event.Player{
		Protocol: pushProtocol, Address: remoteAddr(r), Agent: short(r.UserAgent()), Target: short(r.URL.Path),
	}
}

func (p *PushPoint) timers() (idle, inactivity time.Duration) {
	idle, inactivity = p.Idle, p.Inactivity
	if idle <= 0 {
		idle = DefaultPushIdle
	}
	if inactivity <= 0 {
		inactivity = DefaultPushInactivity
	}
	return idle, inactivity
}

// mediaType is a request's Content-Type without parameters, in lower case.
func mediaType(r *http.Request) string {
	t, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		return ""
	}
	return t
}

// readSetup reads the body of a PushSetup.
func readSetup(r *http.Request) (PushSetup, error) {
	if r.ContentLength < 0 || len(r.TransferEncoding) > 0 {
		return PushSetup{}, errPushLength
	}
	if r.ContentLength > MaxPushSetup {
		return PushSetup{}, &ParseError{"PushSetup", MaxPushSetup, ErrLimit}
	}
	b, err := io.ReadAll(r.Body)
	if err != nil {
		return PushSetup{}, fmt.Errorf("%w: %w", errPushLost, err)
	}
	return ParsePushSetup(b)
}
