package source

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"caracal/asf"
	"caracal/internal/event"
	"caracal/internal/point"
)

// feederFunc is a Feeder that is a function.
type feederFunc func(ctx context.Context, to *point.Broadcast, note func(string)) error

func (f feederFunc) Run(ctx context.Context, to *point.Broadcast, note func(string)) error {
	return f(ctx, to, note)
}

var errBroken = errors.New("the cable is out")

// bring gives a broadcast a packet of the clip each second, in the middle of it,
// for as long as asked or until ctx is done.
func bring(ctx context.Context, t *testing.T, to *point.Broadcast, seconds int) error {
	t.Helper()
	file := clip(t, 10)
	_, head, err := asf.ParseHeader(file)
	if err != nil {
		t.Fatal(err)
	}
	f, err := to.Start(file)
	if err != nil {
		return err
	}
	defer f.Close()
	packets := file[head+asf.DataHeadSize:]
	time.Sleep(time.Second / 2)
	for i := range seconds {
		if err := f.Add(packets[i%10*packetSize:][:packetSize]); err != nil {
			t.Error(err)
		}
		select {
		case <-time.After(time.Second):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// supervised starts a supervisor whose events are kept.
func supervised(f feederFunc, silence time.Duration) (*Supervisor, *event.Subscription) {
	bus := &event.Bus{}
	sub := bus.Subscribe(1000)
	return Supervise(SupervisorOptions{
		Feeder: f, To: point.NewBroadcast(point.BroadcastOptions{}), Bus: bus, Silence: silence,
		Source: event.Source{Point: "live", From: "test"},
	}), sub
}

// happened are the names of the events so far, the delays between failures in
// whole seconds upwards.
func happened(sub *event.Subscription) (names []string, delays []time.Duration, errs []error) {
	sub.Close()
	for r := range sub.C() {
		switch e := r.Event.(type) {
		case event.SourceConnecting:
			names = append(names, "connecting")
		case event.SourceStreaming:
			names = append(names, "streaming")
		case event.SourceFailed:
			names = append(names, "failed")
			delays, errs = append(delays, e.Retry), append(errs, e.Err)
		case event.SourceStopped:
			names = append(names, "stopped")
		}
	}
	return names, delays, errs
}

func TestSupervisorBacksOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, sub := supervised(func(context.Context, *point.Broadcast, func(string)) error { return errBroken }, 0)
		synctest.Wait()
		st := s.State()
		if st.Phase != Waiting || !errors.Is(st.Err, errBroken) || time.Until(st.Retry) <= 0 || st.Tries != 1 {
			t.Errorf("after the first failure: %+v", st)
		}
		time.Sleep(3 * time.Minute)
		s.Close()
		if st := s.State(); st.Phase != Stopped || st.Starts < 8 {
			t.Errorf("in the end: %+v", st)
		}
		names, delays, _ := happened(sub)
		if names[len(names)-1] != "stopped" || slices.Contains(names, "streaming") {
			t.Errorf("events %v", names)
		}
		for i, least := range []time.Duration{1000, 2000, 4000, 8000, 16000, 24000, 24000} {
			least *= time.Millisecond
			if d := delays[i]; d < least || d > least*5/4 {
				t.Errorf("delay %d is %v, want %v or a little more", i, d, least)
			}
		}
	})
}

// Pauses grow while it fails, and shrink with the time that packets came.
func TestSupervisorEases(t *testing.T) {
	tests := []struct {
		name  string
		runs  []int           // seconds of packets; the last one again and again
		waits []time.Duration // upwards, less a fifth at most
		tries int             // of the run behind them
	}{
		{"ten minutes after an outage", []int{0, 0, 0, 0, 600, 0}, seconds(1, 2, 4, 8, 1, 2), 2},
		{"half a minute after an outage", []int{0, 0, 0, 0, 0, 0, 35, 0}, seconds(1, 2, 4, 8, 16, 24, 3.75, 7.5), 9},
		{"breaks off every 5 s", []int{5}, seconds(1, 2, 4, 8, 16, 24), 7},
		{"breaks off every 15 s", []int{15}, seconds(1, 1, 1, 1, 1), 1},
		{"breaks off every 15 s after an outage", []int{0, 0, 0, 0, 15}, seconds(1, 2, 4, 8, 8, 8, 8), 8},
		{"breaks off every 25 s after an outage", []int{0, 0, 0, 0, 25}, seconds(1, 2, 4, 8, 4, 2, 1, 1), 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				runs, enough := 0, make(chan bool)
				s, sub := supervised(func(ctx context.Context, to *point.Broadcast, _ func(string)) error {
					packets := tt.runs[min(runs, len(tt.runs)-1)]
					if runs++; runs == len(tt.waits)+1 {
						close(enough)
						<-ctx.Done()
						return ctx.Err()
					}
					if packets == 0 {
						return errBroken
					}
					return bring(ctx, t, to, packets+1)
				}, 0)
				<-enough
				tries := s.State().Tries
				s.Close()
				_, delays, _ := happened(sub)
				for i, least := range tt.waits {
					if d := delays[i]; d < least || d > least*5/4 {
						t.Errorf("delay %d is %v, want %v or a little more: %v", i, d, least, delays)
						break
					}
				}
				if tries != tt.tries {
					t.Errorf("the next try is number %d, want %d", tries, tt.tries)
				}
			})
		})
	}
}

func seconds(list ...float64) (d []time.Duration) {
	for _, s := range list {
		d = append(d, time.Duration(s*float64(time.Second)))
	}
	return d
}

func TestSupervisorShowsWhatStreams(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, sub := supervised(func(ctx context.Context, to *point.Broadcast, note func(string)) error {
			note("film.wmv")
			return bring(ctx, t, to, 1000)
		}, 0)
		time.Sleep(20*time.Second + time.Millisecond)
		st := s.State()
		if st.Phase != Streaming || st.Note != "film.wmv" || st.Packets < 19 || st.Bytes != st.Packets*packetSize {
			t.Errorf("streaming: %+v", st)
		}
		if want := uint64(packetSize * 8); st.BitRate != want {
			t.Errorf("%d bits a second, want %d", st.BitRate, want)
		}
		s.Close()
		if names, _, _ := happened(sub); !slices.Equal(names, []string{"connecting", "streaming", "stopped"}) {
			t.Errorf("events %v", names)
		}
		if st := s.State(); st.Phase != Stopped || st.Note != "" || st.BitRate != 0 {
			t.Errorf("stopped: %+v", st)
		}
	})
}

func TestSupervisorStartsWhatIsSilentAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ended := 0
		s, sub := supervised(func(ctx context.Context, to *point.Broadcast, _ func(string)) error {
			err := bring(ctx, t, to, 3)
			<-ctx.Done()
			ended++
			return errors.Join(err, errBroken)
		}, 10*time.Second)
		time.Sleep(40 * time.Second)
		s.Close()
		names, _, errs := happened(sub)
		want := []string{"connecting", "streaming", "failed", "connecting", "streaming", "failed", "connecting"}
		if !slices.Equal(names[:len(want)], want) {
			t.Errorf("events %v, want first %v", names, want)
		}
		if !errors.Is(errs[0], ErrSilent) || !strings.Contains(errs[0].Error(), errBroken.Error()) {
			t.Errorf("failed with %v", errs[0])
		}
		if starts := s.State().Starts; uint64(ended) != starts {
			t.Errorf("%d of %d runs have ended", ended, starts)
		}
	})
}

func TestSupervisorClosesWhileWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _ := supervised(func(context.Context, *point.Broadcast, func(string)) error { return errBroken }, 0)
		synctest.Wait()
		began := time.Now()
		s.Close()
		s.Close()
		if took := time.Since(began); took != 0 {
			t.Errorf("closing took %v", took)
		}
		if st := s.State(); st.Phase != Stopped || !errors.Is(st.Err, errBroken) {
			t.Errorf("stopped: %+v", st)
		}
	})
}
