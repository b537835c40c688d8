package pace

import "testing"

// Of media the kernel takes little for a peer that does not read.
func TestBoundUnsent(t *testing.T) {
	g := NewGroup(1)
	defer g.Close()
	s := g.Pick()
	taken := func(bound bool) uint64 {
		server, _ := pair(t)
		sent := make(chan uint64)
		s.Post(func() {
			w := newRawWriter(server, s).(*rawWriter)
			if bound {
				w.BoundUnsent()
			}
			out := NewOut(w, func() {})
			for range 2000 {
				if out.Send(make([]byte, 4<<10)); out.Parked() {
					break
				}
			}
			sent <- out.Sent
		})
		return <-sent
	}
	if free, bound := taken(false), taken(true); bound >= free || bound == 0 {
		t.Errorf("%d bytes were taken, %d without the bound", bound, free)
	}
}
