package server

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/netip"
	"path"
	"sync"
	"time"

	"caracal/asf"
	"caracal/internal/event"
	"caracal/internal/pace"
	"caracal/internal/point"
	"caracal/internal/session"
	"caracal/web/preview"
)

// previewProtocol is what the sessions of previews are said to speak.
const previewProtocol = "preview"

// previewFeed plays a point into a preview: the same Play as a player's, on a goroutine
// of its own, as FFmpeg reads when it likes.
type previewFeed struct {
	entry point.Entry
	start point.Start
	batch time.Duration
	ses   *session.Session
	ended chan struct{} // closed: the session was ended
	wake  chan struct{}
	why   string
}

func (s *Server) openPreview(r *http.Request, name, item string) (preview.Feed, error) {
	if item != "" {
		name = path.Join(name, item)
	}
	p, entry, err := s.openLive(r.Context(), name)
	switch {
	case errors.Is(err, point.ErrNotLive):
		return nil, errors.New("nothing is being broadcast here now")
	case errors.Is(err, point.ErrNotFound):
		return nil, errors.New("nothing is published under this name")
	case err != nil:
		return nil, err
	}
	f := &previewFeed{entry: entry, batch: p.Options.Batch, ended: make(chan struct{}), wake: make(chan struct{}, 1), why: "its preview was closed"}
	if f.start, err = point.Prepare(entry, p.Options, point.Request{Selection: asf.NewSelection(entry.Info().Header)}); err != nil {
		entry.Close()
		return nil, err
	}
	end := sync.OnceFunc(func() { close(f.ended) })
	from, _ := netip.ParseAddrPort(r.RemoteAddr)
	f.ses, err = s.sessions.Admit(event.Player{
		Protocol: previewProtocol, Address: from, Agent: shortText(r.UserAgent()), Target: "/" + name,
	}, func(error) { end() })
	if err != nil {
		entry.Close()
		return nil, errors.New("the server is full: try again later")
	}
	return f, nil
}

// Close lets go of the content and ends the session.
func (f *previewFeed) Close() {
	f.entry.Close()
	f.ses.Close(f.why)
}

// Copy writes the header and then packets as they are due. Other content behind this
// one has another header, which FFmpeg takes from no pipe: it ends there.
func (f *previewFeed) Copy(ctx context.Context, w io.Writer) error {
	if _, err := w.Write(f.entry.Info().HeaderBytes); err != nil {
		return err
	}
	f.ses.SetState(session.Streaming)
	play := point.NewPlay(f.entry, f.batch, func() {
		select {
		case f.wake <- struct{}{}:
		default: // it is awake
		}
	})
	defer play.Stop()
	tally := point.Tally{Began: time.Now()}
	play.Begin(f.start, tally.Began)
	for mem := new(pace.Scratch); ; mem.Reset() {
		size, last := play.Run(time.Now(), mem, point.MaxRunBytes, func(it *point.Step) int {
			mem.Vector = append(mem.Vector, it.Data)
			tally.Packets++
			return len(it.Data)
		})
		for _, b := range mem.Vector {
			if _, err := w.Write(b); err != nil {
				return err
			}
		}
		tally.Count(play, f.ses, size)
		if last.Kind == point.End {
			f.why = last.Reason.String()
			return last.Err
		}
		if err := f.wait(ctx, last); err != nil {
			return err
		}
	}
}

// wait returns when a step is due, or with the reason to end.
func (f *previewFeed) wait(ctx context.Context, last point.Step) error {
	var due <-chan time.Time
	if last.Kind == point.Wait && !last.At.IsZero() {
		t := time.NewTimer(time.Until(last.At))
		defer t.Stop()
		due = t.C
	}
	select {
	case <-due:
	case <-f.wake:
	case <-f.ended:
		return session.ErrEnded
	case <-ctx.Done():
		return ctx.Err()
	}
	return nil
}
