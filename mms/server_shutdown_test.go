package mms_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"caracal/internal/event"
	"caracal/internal/fronttest"
	"caracal/mms"
)

// Who connects when all players have just been told of the end is refused: it
// would be told nothing, and play on.
func TestConnectWhileShuttingDown(t *testing.T) {
	inMemory(t, setting{}, func(s *server) {
		p := s.connect()
		synctest.Wait() // it is accepted
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		err := s.ShutdownWith(ctx, func() {
			p.say(&mms.Connect{SubscriberName: mms.Subscriber{Client: player7}})
			if r := now(p, mms.MIDReportConnectedEX, mms.ParseReportConnectedEX); r.HR != mms.ENetworkBusy {
				t.Errorf("Connect: %v", r.HR)
			}
			p.closed()
		})
		if err != nil {
			t.Error(err)
		}
		if list := fronttest.EventsOf[event.Refused](s.Rig); len(list) != 1 {
			t.Errorf("%+v", list)
		}
		s.WaitFor("nothing is left", s.Idle)
	})
}
