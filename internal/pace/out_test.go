package pace

import (
	"bytes"
	"io"
	"net"
	"testing"
	"time"
)

// pair returns both ends of a TCP connection over loopback.
func pair(t testing.TB) (server, client *net.TCPConn) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	accepted := make(chan net.Conn)
	go func() {
		c, _ := l.Accept()
		accepted <- c
	}()
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	s := <-accepted
	t.Cleanup(func() { s.Close(); c.Close() })
	return s.(*net.TCPConn), c.(*net.TCPConn)
}

func pattern(n int, seed byte) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i*7>>3) + seed
	}
	return b
}

// testOrder sends more than a connection holds, in vectors and pieces, to a peer that begins to read late.
func testOrder(t *testing.T, s *Shard, w Writer, client net.Conn) {
	var want bytes.Buffer
	finished := make(chan error, 1)
	var out *Out
	step := 0
	task := s.NewTask(nil)
	task.Run = func(now time.Time) time.Time {
		if err := out.Resume(); err != nil {
			finished <- err
			return time.Time{}
		}
		var err error
		for !out.Parked() && step < 40 {
			switch step++; step % 3 {
			case 0:
				b := pattern(300<<10, byte(step))
				want.Write(b)
				err = out.Send(b)
			case 1:
				v := [][]byte{pattern(5, byte(step)), nil, pattern(200<<10, byte(step)), pattern(1, 9)}
				for _, b := range v {
					want.Write(b)
				}
				err = out.SendVector(v)
			default:
				want.WriteString("control")
				err = out.Send([]byte("control"))
			}
			if err == nil && out.Parked() { // what comes while parked stays in order
				want.WriteString("later")
				err = out.Send([]byte("later"))
			}
			if err != nil {
				finished <- err
				return time.Time{}
			}
		}
		if !out.Parked() {
			finished <- w.CloseWrite()
		}
		return time.Time{}
	}
	out = NewOut(w, task.Kick)
	task.Kick()
	got, err := io.ReadAll(client)
	if err != nil {
		t.Fatal(err)
	}
	if err := <-finished; err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want.Bytes()) {
		t.Fatalf("%d bytes arrived, %d were sent, or they differ", len(got), want.Len())
	}
	if out.Sent != uint64(want.Len()) && out.Sent != 0 {
		t.Errorf("Sent is %d, want %d", out.Sent, want.Len())
	}
}

func TestOutKeepsOrderOnTCP(t *testing.T) {
	g := NewGroup(1)
	defer g.Close()
	server, client := pair(t)
	s := g.Pick()
	w := s.NewWriter(server)
	if _, raw := w.(*bufferedWriter); raw {
		t.Log("no raw writer on this system")
	}
	testOrder(t, s, w, client)
}

func TestOutKeepsOrderOnAnyConn(t *testing.T) {
	g := NewGroup(1)
	defer g.Close()
	server, client := net.Pipe()
	s := g.Pick()
	testOrder(t, s, newBufferedWriter(server), client)
}

func TestOutBoundsWhatItKeeps(t *testing.T) {
	g := NewGroup(1)
	defer g.Close()
	server, _ := pair(t)
	result := make(chan error)
	s := g.Pick()
	s.Post(func() {
		out := NewOut(s.NewWriter(server), func() {})
		var err error
		for range 1000 {
			if err = out.Send(make([]byte, 64<<10)); err != nil {
				break
			}
		}
		result <- err
	})
	if err := <-result; err != ErrQueueFull {
		t.Errorf("a peer that does not read: %v, want ErrQueueFull", err)
	}
}

// A parked connection whose peer goes away must be told of it.
func TestNotifyOnLostPeer(t *testing.T) {
	g := NewGroup(1)
	defer g.Close()
	server, client := pair(t)
	s := g.Pick()
	failed := make(chan error, 1)
	var out *Out
	task := s.NewTask(func(time.Time) time.Time {
		if err := out.Resume(); err != nil {
			failed <- err
		}
		return time.Time{}
	})
	s.Post(func() {
		out = NewOut(s.NewWriter(server), task.Kick)
		for !out.Parked() {
			out.Send(make([]byte, 256<<10))
		}
		client.SetLinger(0)
		client.Close()
	})
	if err := <-failed; err == nil {
		t.Error("no error for a lost peer")
	}
}

func TestWritevDoesNotAllocate(t *testing.T) {
	g := NewGroup(1)
	defer g.Close()
	server, client := pair(t)
	go io.Copy(io.Discard, client)
	s := g.Pick()
	allocs := make(chan float64)
	s.Post(func() {
		out := NewOut(s.NewWriter(server), func() {})
		v := make([][]byte, 60)
		for i := range v {
			v[i] = make([]byte, 100)
		}
		allocs <- testing.AllocsPerRun(100, func() { out.SendVector(v) })
	})
	if n := <-allocs; n != 0 {
		t.Errorf("%v allocations for a vectored write", n)
	}
}
