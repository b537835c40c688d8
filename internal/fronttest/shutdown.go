package fronttest

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"caracal/internal/session"
)

// Handshake is a peer of a server that has not begun to stream, and what it says
// until it does.
type Handshake struct {
	Rig *Rig
	// Shutdown is the server's, with something that happens when all sessions have
	// just been told of the end.
	Shutdown func(ctx context.Context, then func()) error
	// Steps are what the peer says, one after the other. The server may have closed
	// the connection by then.
	Steps []func()
}

// Of a server that is shut down in a handshake.
const (
	grace    = time.Minute
	openTime = time.Second // of slow content
	promptly = 5 * openTime
)

// ShutDownInHandshake shuts servers down before, between and after the steps of a
// handshake, of which the rest comes when all sessions have just been told of the
// end; also while content is being opened. Whoever comes late must neither hold up
// the end nor be left behind.
func ShutDownInHandshake(t *testing.T, begin func(t *testing.T) Handshake) {
	t.Helper()
	for _, slow := range []bool{false, true} {
		for before, steps := 0, 0; before <= steps; before++ {
			t.Run(fmt.Sprintf("slow=%t,before=%d", slow, before), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					h := begin(t)
					steps = len(h.Steps)
					content := h.Rig.count(slow)
					h.take(h.Steps[:before])
					if all := h.Rig.Sessions.All(); !slow && before == steps && (len(all) != 1 || all[0].State() != session.Streaming) {
						t.Errorf("the handshake leads to %+v", all)
					}
					h.shutDown(t, h.Steps[before:])
					for _, c := range content {
						if open, late := c.InUse.Load(), c.Late.Load(); open != 0 || late != 0 {
							t.Errorf("%d entries are open, %d were used when they were closed", open, late)
						}
					}
				})
			})
		}
	}
}

func (h Handshake) shutDown(t *testing.T, late []func()) {
	ctx, cancel := context.WithTimeout(context.Background(), grace)
	defer cancel()
	began := time.Now()
	err := h.Shutdown(ctx, func() { h.take(late) })
	if took := time.Since(began); err != nil || took > promptly {
		t.Errorf("it took %v, %v", took, err)
	}
	if !h.Rig.Idle() {
		t.Errorf("%d sessions and %d connections are left", len(h.Rig.Sessions.All()), h.Rig.server.Connections())
	}
	h.Rig.Stop()
}

func (h Handshake) take(steps []func()) {
	for _, step := range steps {
		step()
		synctest.Wait()
	}
}

// count has all content counted, and take its time to open if it is slow.
func (r *Rig) count(slow bool) (all []*Counted) {
	for _, p := range r.Points.All() {
		if p.Opener == nil {
			continue
		}
		c := r.Count(p.Name, p.Name)
		if slow {
			c.Wait = func() error { time.Sleep(openTime); return nil }
		}
		all = append(all, c)
	}
	return all
}
