package mms

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// clientQuestion waits for an answer. Answers have no number: one question is
// asked at a time, and what answers it is known by its MID.
type clientQuestion struct {
	mids []MID
	// take is given the answers, with mu held, until it says that it has all.
	take func(m Message) (done bool, err error)
	done chan struct{}
	err  error
}

// send has a message written. The caller holds mu.
func (s *clientSession) send(m Appender) error {
	if s.err != nil {
		return s.err
	}
	if len(s.out) >= maxClientPending {
		s.shutLocked(ErrTimeout) // the server reads nothing
		return s.err
	}
	ms := uint64(time.Since(s.began).Milliseconds())
	s.out = append(s.out, AppendPacket(nil, s.seq, ms, m))
	s.seq++
	select {
	case s.wake <- struct{}{}:
	default: // has been told
	}
	return nil
}

// write sends each message in a write of its own: some servers want that as
// some players do.
func (s *clientSession) write() {
	for {
		select {
		case <-s.wake:
		case <-s.dead:
			return
		}
		s.mu.Lock()
		out := s.out
		s.out = nil
		s.mu.Unlock()
		for _, b := range out {
			s.conn.SetWriteDeadline(time.Now().Add(clientWriteTimeout))
			if _, err := s.conn.Write(b); err != nil {
				s.shut(err)
				return
			}
		}
	}
}

// claim waits for the turn to ask; release gives it back.
func (s *clientSession) claim(ctx context.Context) error {
	select {
	case s.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-s.dead:
		return s.reason()
	}
}

func (s *clientSession) release() { <-s.turn }

// ask sends a message and waits for its answer, of which take gets each
// message with one of the MIDs. Who holds the turn calls it. If the context or
// the time ends first, nobody can tell any more what an answer belongs to, so
// that the session ends too.
func (s *clientSession) ask(ctx context.Context, m Appender, take func(Message) (bool, error), mids ...MID) error {
	s.mu.Lock()
	q, err := s.put(m, take, mids...)
	s.mu.Unlock()
	if err != nil {
		return err
	}
	return s.await(ctx, q)
}

// put registers a question. The caller holds mu.
func (s *clientSession) put(m Appender, take func(Message) (bool, error), mids ...MID) (*clientQuestion, error) {
	q := &clientQuestion{mids: mids, take: take, done: make(chan struct{})}
	if err := s.send(m); err != nil {
		return nil, err
	}
	s.asking = q
	s.queue.Wake() // the reader may wait for Next no longer
	return q, nil
}

func (s *clientSession) await(ctx context.Context, q *clientQuestion) error {
	timer := time.NewTimer(clientAnswerTimeout)
	defer timer.Stop()
	select {
	case <-q.done:
		return q.err
	case <-ctx.Done():
		s.shut(context.Cause(ctx))
	case <-timer.C:
		s.shut(fmt.Errorf("%w: %v", ErrTimeout, q.mids))
	case <-s.dead:
	}
	select {
	case <-q.done: // in the last moment
		return q.err
	default:
		return s.reason()
	}
}

// settle ends a question. The caller holds mu.
func (s *clientSession) settle(q *clientQuestion, err error) {
	if s.asking == q {
		s.asking = nil
		q.err = err
		close(q.done)
	}
}

// answers says whether a message is the answer that is waited for. The caller
// holds mu.
func (s *clientSession) answers(m Message) bool {
	q := s.asking
	if q == nil || !slices.Contains(q.mids, m.MID) {
		return false
	}
	if done, err := q.take(m); done || err != nil {
		s.settle(q, err)
	}
	return true
}

// answer parses an answer and checks its result.
func answer[T any](m Message, parse func([]byte) (T, error), result func(*T) HRESULT) (T, error) {
	a, err := parse(m.Body)
	if err == nil && result(&a).Failed() {
		err = &StatusError{Message: m.MID, HR: result(&a)}
	}
	return a, err
}
