package pace

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"math/big"
	"net"
	"os"
	"runtime"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// selfSigned is a certificate for tests.
func selfSigned(t testing.TB) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// tlsPair returns both ends of a TLS connection over loopback, of which the server's
// is held.
func tlsPair(t testing.TB, version uint16) (server, client *tls.Conn) {
	t.Helper()
	s, c := pair(t)
	base := NewBase(s)
	server = tls.Server(base, &tls.Config{
		Certificates: []tls.Certificate{selfSigned(t)}, MinVersion: version, MaxVersion: version, DynamicRecordSizingDisabled: true,
	})
	client = tls.Client(c, &tls.Config{InsecureSkipVerify: true, MinVersion: version})
	shaken := make(chan error)
	go func() { shaken <- server.Handshake() }()
	if err := errors.Join(client.Handshake(), <-shaken); err != nil {
		t.Fatal(err)
	}
	base.Hold()
	return server, client
}

func TestOutKeepsOrderOnTLS(t *testing.T) {
	for _, version := range []uint16{tls.VersionTLS10, tls.VersionTLS12, tls.VersionTLS13} {
		t.Run(tls.VersionName(version), func(t *testing.T) {
			g := NewGroup(1)
			defer g.Close()
			server, client := tlsPair(t, version)
			s := g.Pick()
			w := s.NewWriter(server)
			if _, ok := w.(*tlsWriter); !ok {
				t.Fatalf("a %T writes", w)
			}
			testOrder(t, s, w, client) // a missing close_notify is an error of ReadAll
		})
	}
}

// Bytes that wait below TLS are not said to have been taken: who does not read is
// noticed as on a plain connection.
func TestTLSBoundsWhatItKeeps(t *testing.T) {
	g := NewGroup(1)
	defer g.Close()
	server, _ := tlsPair(t, tls.VersionTLS13)
	s := g.Pick()
	result, left := make(chan error), 0
	s.Post(func() {
		out := NewOut(s.NewWriter(server), func() {})
		var err error
		for range 1000 {
			if err = out.Send(make([]byte, 64<<10)); err != nil {
				break
			}
		}
		left = len(server.NetConn().(*Base).rest)
		result <- err
	})
	if err := <-result; err != ErrQueueFull || left == 0 || left > maxRecord+256 {
		t.Errorf("a peer that does not read: %v, and %d bytes wait below TLS", err, left)
	}
}

// What TLS says of itself to a peer that does not read has a bound, and never waits.
func TestBaseIsBounded(t *testing.T) {
	server, _ := pair(t)
	b := NewBase(server)
	b.Hold()
	b.SetWriteDeadline(time.Unix(1, 0)) // of tls.Conn.Close: it is none
	var err error
	for range 1 << 20 {
		if _, err = b.Write(make([]byte, 4<<10)); err != nil {
			break
		}
	}
	if err != ErrQueueFull || len(b.rest) > maxBase {
		t.Errorf("%v, and %d bytes wait", err, len(b.rest))
	}
}

// Who releases a Base gets what waits out before what comes then.
func TestBaseSettles(t *testing.T) {
	server, client := pair(t)
	b := NewBase(server)
	b.Hold()
	sent := 0
	for b.empty() {
		n, err := b.Write(make([]byte, 4<<10))
		if err != nil {
			t.Fatal(err)
		}
		sent += n
	}
	b.Release()
	go func() {
		b.Write([]byte("behind"))
		b.Close()
	}()
	got, err := io.ReadAll(client)
	if err != nil || len(got) != sent+6 || string(got[sent:]) != "behind" {
		t.Errorf("%d bytes came, %d were written before: %v", len(got), sent, err)
	}
}

func TestBaseHasReadDeadlines(t *testing.T) {
	server, _ := pair(t)
	b := NewBase(server)
	b.Hold()
	b.SetDeadline(time.Unix(1, 0))
	if _, err := b.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Error(err)
	}
	if _, err := b.Write([]byte("x")); err != nil {
		t.Error(err)
	}
}

// Nothing is allocated for a packet. The pool that crypto/tls has for records may have
// been emptied.
func TestTLSDoesNotAllocate(t *testing.T) {
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		g := NewGroup(1)
		server, client := tlsPair(t, version)
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
		if n := <-allocs; n > 3 {
			t.Errorf("%s: %v allocations for a record of 60 packets", tls.VersionName(version), n)
		}
		g.Close()
	}
}

// BenchmarkSendVector27 is in the open what BenchmarkSendTLS27 is under TLS.
func BenchmarkSendVector27(b *testing.B) {
	g := NewGroup(1)
	defer g.Close()
	server, client := pair(b)
	go io.Copy(io.Discard, client)
	benchmarkSend27(b, g.Pick(), server)
}

func BenchmarkSendTLS27(b *testing.B) {
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		b.Run(tls.VersionName(version), func(b *testing.B) {
			g := NewGroup(1)
			defer g.Close()
			server, client := tlsPair(b, version)
			go io.Copy(io.Discard, client.NetConn())
			benchmarkSend27(b, g.Pick(), server)
		})
	}
}

// benchmarkSend27 sends vectors of 27 packets of 1,400 bytes and their heads, and
// reports the processor's time of the shard for a packet.
func benchmarkSend27(b *testing.B, s *Shard, c net.Conn) {
	v := make([][]byte, 54)
	for i := range v {
		v[i] = make([]byte, 12+i%2*1388)
	}
	b.ReportAllocs()
	b.SetBytes(27 * 1412)
	done := make(chan time.Duration)
	s.Post(func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		out := NewOut(s.NewWriter(c), func() {})
		began := threadTime()
		for range b.N {
			out.SendVector(v)
			for out.Parked() {
				time.Sleep(time.Millisecond) // of the reader's, which does not count
				out.Resume()
			}
		}
		done <- threadTime() - began
	})
	b.ReportMetric(float64((<-done).Nanoseconds())/float64(27*b.N), "cpu-ns/packet")
}

// threadTime is the processor's time of the calling thread.
func threadTime() time.Duration {
	var ts unix.Timespec
	unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &ts)
	return time.Duration(ts.Nano())
}
