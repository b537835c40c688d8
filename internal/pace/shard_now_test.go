package pace

import (
	"testing"
	"time"
)

// A task that is due again at once does not wait for its grain, and does not
// keep the shard from closing.
func TestDueNowIsNotRounded(t *testing.T) {
	g := NewGroup(1)
	done := make(chan struct{})
	s := g.Pick()
	s.Post(func() {
		n := 0
		task := s.NewTask(func(now time.Time) time.Time {
			if n++; n == 20 {
				close(done)
			}
			return now
		})
		task.Grain = time.Hour
		task.Wake()
	})
	<-done
	g.Close()
}
