package hook

import (
	"context"
	"fmt"
	"time"

	"caracal/internal/event"
)

// The pauses between tries: each is twice the one before.
const (
	firstPause = time.Second
	maxPause   = 30 * time.Second
)

// run tells what is in the queue, until that is closed and empty; when ctx is done, what
// is left in it is lost.
func (h *hook) run(ctx context.Context) {
	for r := range h.queue {
		if ctx.Err() != nil {
			h.lost.Add(1)
			continue
		}
		h.deliver(ctx, r)
	}
}

// deliver tells of one event, with as many tries as there are.
func (h *hook) deliver(ctx context.Context, r event.Record) {
	body, pause := r.JSON(), firstPause
	for try := 0; ; try++ {
		again, err := h.try(ctx, r, body)
		if err == nil {
			h.told.Add(1)
			if h.down.Swap(false) {
				h.log.Info("the hook works again")
			}
			return
		}
		if !again || try >= h.opt.Retries || ctx.Err() != nil || !rest(ctx, pause) {
			h.fail(r, err)
			return
		}
		pause = min(2*pause, maxPause)
	}
}

// try is one of them. Who is told may break anything but the server.
func (h *hook) try(ctx context.Context, r event.Record, body []byte) (again bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, h.opt.Timeout)
	defer cancel()
	return h.teller.tell(ctx, r, body)
}

// fail counts an event that could not be told. The log hears of the first of a series.
func (h *hook) fail(r event.Record, err error) {
	h.failed.Add(1)
	if h.down.Swap(true) {
		h.log.Debug("the hook fails", "event", event.Name(r.Event), "error", err)
		return
	}
	h.log.Warn("the hook fails; what it is not told is counted", "event", event.Name(r.Event), "error", err)
}

// rest waits; false: ctx was done first.
func rest(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// statusError is an answer that is not what was hoped for.
type statusError int

func (e statusError) Error() string { return fmt.Sprintf("hook: answered with status %d", int(e)) }
