package main

import (
	"context"
	"encoding/binary"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"caracal/wmsp"
)

// padded is an ASF packet with this send time, ms.
func padded(ms uint32) []byte {
	return append(binary.LittleEndian.AppendUint32([]byte{0x82, 0, 0, 0, 0x5D}, ms), make([]byte, 60)...)
}

// Packets go when they are due: at their pace, and anew after a jump.
func TestPushClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		c := pushClock{speed: 2}
		for _, k := range []struct {
			send uint32
			at   time.Duration
		}{
			{5000, 0}, {5000, 0}, {6000, 500 * time.Millisecond}, {9000, 2 * time.Second},
			{100, 2 * time.Second}, {1100, 2500 * time.Millisecond}, // it began anew
			{60_000, 2500 * time.Millisecond}, {60_200, 2600 * time.Millisecond},
		} {
			if err := c.wait(t.Context(), padded(k.send)); err != nil {
				t.Fatal(err)
			}
			if got := time.Since(began); got != k.at {
				t.Errorf("send time %d: after %v, want %v", k.send, got, k.at)
			}
		}
		time.Sleep(time.Minute) // the server was away
		c.restart()
		at := time.Now()
		if err := c.wait(t.Context(), padded(60_400)); err != nil || time.Since(at) != 0 {
			t.Errorf("after a break: %v, %v", time.Since(at), err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := c.wait(ctx, padded(66_000)); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("an interrupt: %v", err)
		}
		free := pushClock{}
		at = time.Now()
		free.wait(t.Context(), padded(0))
		free.wait(t.Context(), padded(90_000))
		if time.Since(at) != 0 {
			t.Error("speed 0 waits")
		}
	})
}

// Packets keep their pace when send times count round, after 49 days.
func TestPushClockOf60Days(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const round = 1<<32 - 500 // send times count round, after 49 days
		c, at := pushClock{speed: 2}, time.Now()
		for n, want := range []time.Duration{0, 4 * time.Second, 4250 * time.Millisecond, 8250 * time.Millisecond} {
			send := [...]uint32{round - 8000, round, 0, 8000}[n]
			if err := c.wait(t.Context(), padded(send)); err != nil || time.Since(at) != want {
				t.Errorf("send time %d: after %v, want %v, %v", send, time.Since(at), want, err)
			}
		}
		c = pushClock{speed: 1000} // a push of 60 days
		at = time.Now()
		for s := 0; s <= 60*24*3600; s += 9 {
			if c.wait(t.Context(), padded(uint32(s*1000))) != nil {
				t.Fatal("it is given up")
			}
		}
		if got, want := time.Since(at), 60*24*time.Hour/1000; got != want {
			t.Errorf("60 days at 1000 times the speed took %v, want %v", got, want)
		}
	})
}

// Who has given a key is not told to give it.
func TestPushKeyHints(t *testing.T) {
	refused := &wmsp.StatusError{Response: &wmsp.Response{Status: 401}}
	for keyed, want := range map[bool]string{false: "give it with --key", true: "the key is wrong"} {
		c := pushCommand{URL: "http://h/live"}
		if keyed {
			c.Key = "something long"
		}
		if text := c.explain(refused).Error(); !strings.Contains(text, want) {
			t.Errorf("keyed %v: %s", keyed, text)
		}
	}
}
