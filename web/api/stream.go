package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

const (
	streamBeat  = 15 * time.Second // between comments, which tell a follower that it still is one
	streamWrite = 30 * time.Second // that a follower may take nothing
	maxEventID  = 64               // bytes
)

// stream is one follower of a tail, over server-sent events.
type stream struct {
	w       http.ResponseWriter
	control *http.ResponseController
}

// follow writes what comes to a tail until the follower goes. say gives an entry's number
// and the type of event that it is; "" leaves it out.
func follow[T any](c *call, t *tail[T], say func(T) (number uint64, kind string)) error {
	select {
	case c.streams <- struct{}{}:
		defer func() { <-c.streams }()
	default:
		return Errorf(http.StatusServiceUnavailable, "%d streams are followed already: end one", maxStreams)
	}
	at, lost := t.last(), false
	if id := c.r.Header.Get("Last-Event-ID"); id != "" && len(id) <= maxEventID {
		n, known := t.behind(id)
		at, lost = n, !known
	}
	s := c.stream()
	if c.r.Method == http.MethodHead {
		return nil
	}
	if lost && !s.write("event: lost\ndata: {}\n\n") || !s.write("retry: 2000\n: follow\n\n") {
		return nil
	}
	beat := time.NewTicker(streamBeat)
	defer beat.Stop()
	for {
		more, ok := entries(s, t, &at, say)
		if !ok {
			return nil
		}
		select {
		case <-more:
		case <-beat.C:
			if !c.mayStill() || !s.write(": beat\n\n") {
				return nil
			}
		case <-c.ctx().Done():
			return nil
		case <-c.ending:
			return nil
		}
	}
}

// stream answers that the stream begins.
func (c *call) stream() *stream {
	s := &stream{c.w, http.NewResponseController(c.w)}
	s.control.SetReadDeadline(time.Time{})
	c.w.Header().Set("Content-Type", "text/event-stream")
	c.w.Header().Set("X-Accel-Buffering", "no")
	c.w.WriteHeader(http.StatusOK)
	return s
}

// entries writes what has come behind at, and returns what says that there is more, and
// whether the follower still takes it.
func entries[T any](s *stream, t *tail[T], at *uint64, say func(T) (number uint64, kind string)) (more <-chan struct{}, ok bool) {
	list, missed, more := t.after(*at)
	if *at += missed + uint64(len(list)); missed > 0 && !s.write("event: lost\ndata: {\"lost\":%d}\n\n", missed) {
		return nil, false
	}
	for _, v := range list {
		number, kind := say(v)
		if kind != "" && !s.entry(t.id(number), kind, v) {
			return nil, false
		}
	}
	return more, true
}

// mayStill says whether who follows may: the session, or what its account may, is perhaps
// over.
func (c *call) mayStill() bool {
	if c.sess == nil {
		return true
	}
	if c.sessions.of(c.r) == nil {
		return false
	}
	_, err := c.Access.Renew(c.ctx(), c.r, c.sess.account)
	return err == nil
}

// entry writes one entry. JSON has no line breaks, and so it is one line.
func (s *stream) entry(id, kind string, v any) bool {
	b, err := json.Marshal(v)
	if err != nil {
		return true // a value that JSON has not
	}
	return s.write("id: %s\nevent: %s\ndata: %s\n\n", id, kind, b)
}

// write says whether a follower still takes what is written.
func (s *stream) write(format string, args ...any) bool {
	s.control.SetWriteDeadline(time.Now().Add(streamWrite))
	if _, err := fmt.Fprintf(s.w, format, args...); err != nil {
		return false
	}
	return s.control.Flush() == nil
}
