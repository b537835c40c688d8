package source_test

import (
	"bytes"
	"context"
	"errors"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"caracal/asf"
	"caracal/internal/front"
	"caracal/internal/fronttest"
	"caracal/internal/pace"
	"caracal/internal/point"
	"caracal/internal/session"
	"caracal/internal/source"
	"caracal/mms"
	"caracal/msb"
	"caracal/msb/msbd"
	"caracal/rtsp"
	"caracal/wmsp"
)

// origins are servers of each protocol, by the schemes of their URLs.
var origins = map[string]func(r *fronttest.Rig) fronttest.Server{
	"http": func(r *fronttest.Rig) fronttest.Server {
		return wmsp.NewServer(wmsp.ServerOptions{Options: options(r), Points: r.Points, Sessions: r.Sessions})
	},
	"mmst": func(r *fronttest.Rig) fronttest.Server {
		return mms.NewServer(mms.ServerOptions{Options: options(r), Points: r.Points, Sessions: r.Sessions})
	},
	"rtspt": func(r *fronttest.Rig) fronttest.Server {
		return rtsp.NewServer(rtsp.ServerOptions{Options: options(r), Points: r.Points, Sessions: r.Sessions})
	},
	"msbd": func(r *fronttest.Rig) fronttest.Server {
		return msbd.NewServer(msbd.ServerOptions{Options: options(r), Points: r.Points, Sessions: r.Sessions, Point: "live"})
	},
}

func options(r *fronttest.Rig) front.Options { return front.Options{Shards: r.Shards, Bus: r.Bus} }

// origin is a server with a broadcast point.
type origin struct {
	*fronttest.Rig
	feed *point.Feed
	clip fronttest.Clip
	next int
}

func startOrigin(t *testing.T, scheme string) *origin {
	t.Helper()
	o := &origin{Rig: fronttest.New(t, session.Options{}), clip: fronttest.Film(10).Clip()}
	b := point.NewBroadcast(point.BroadcastOptions{Linger: time.Second})
	o.Points.Add(&point.Point{Name: "live", Opener: b, Options: point.Options{Batch: 10 * time.Millisecond, Unpaced: true, Burst: time.Minute}})
	var err error
	if o.feed, err = b.Start(o.clip.Header); err != nil {
		t.Fatal(err)
	}
	o.Listen("127.0.0.1", "0")
	o.Run(origins[scheme](o.Rig))
	return o
}

// url is where the origin has its point: MSBD has no names.
func (o *origin) url(scheme string) string {
	if scheme == "msbd" {
		return scheme + "://" + o.Address
	}
	return scheme + "://" + o.Address + "/live"
}

func (o *origin) bring(n int) {
	o.T.Helper()
	for range n {
		if err := o.feed.Add(o.clip.Packet(o.next)); err != nil {
			o.T.Fatal(err)
		}
		o.next++
	}
}

// edge is a broadcast that pulls, and a player of it.
type edge struct {
	*point.Broadcast
	t     *testing.T
	ended chan error
	play  *point.Play
	mem   pace.Scratch
	got   []byte
	next  point.Entry // what follows what was played
	notes []string    // until ended
}

func startEdge(t *testing.T, f source.Feeder) *edge {
	t.Helper()
	return startEdgeOf(t, f, point.NewBroadcast(point.BroadcastOptions{Linger: time.Second}))
}

func startEdgeOf(t *testing.T, f source.Feeder, b *point.Broadcast) *edge {
	t.Helper()
	e := &edge{Broadcast: b, t: t, ended: make(chan error, 1)}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		e.ended <- f.Run(ctx, e.Broadcast, func(text string) { e.notes = append(e.notes, text) })
	}()
	t.Cleanup(func() { cancel(); <-done })
	return e
}

// until plays until as many bytes have come, or another entry follows.
func (e *edge) until(bytes int) {
	e.t.Helper()
	for limit := time.Now().Add(fronttest.Patience); len(e.got) < bytes && e.next == nil; time.Sleep(time.Millisecond) {
		if time.Now().After(limit) {
			e.t.Fatalf("%d bytes of %d", len(e.got), bytes)
		}
		if e.play == nil && !e.join() {
			continue
		}
		_, last := e.play.Run(time.Now(), &e.mem, point.MaxRunBytes, func(it *point.Step) int {
			e.got = append(e.got, it.Data...)
			return len(it.Data)
		})
		e.mem.Reset()
		e.next = last.Next
	}
}

func (e *edge) join() bool {
	entry, err := e.Open(e.t.Context(), "")
	if err != nil {
		return false
	}
	start, err := point.Prepare(entry, point.Options{Unpaced: true, Burst: time.Minute}, point.Request{Selection: asf.NewSelection(entry.Info().Header)})
	if err != nil {
		e.t.Fatal(err)
	}
	if start.Packet == 0 && len(e.got) == 0 { // there may be none yet
		if b, _ := entry.Block(0, nil); b == nil {
			return false
		}
	}
	e.play = point.NewPlay(entry, 0, nil)
	e.play.Begin(start, time.Now())
	return true
}

// What another server broadcasts is broadcast here, packet for packet, over each
// protocol; when it ends there, the Pull ends.
func TestPull(t *testing.T) {
	for scheme := range origins {
		t.Run(scheme, func(t *testing.T) {
			o := startOrigin(t, scheme)
			o.bring(20)
			e := startEdge(t, &source.Pull{URL: o.url(scheme)})
			e.until(20 * fronttest.PacketSize)
			o.bring(50)
			e.until(70 * fronttest.PacketSize)
			if !bytes.Equal(e.got, o.clip.Packets[:len(e.got)]) {
				t.Error("the packets differ")
			}
			o.feed.Close()
			if err := <-e.ended; err != nil {
				t.Errorf("it ended with %v", err)
			}
			if _, err := e.Open(t.Context(), ""); !errors.Is(err, point.ErrNotLive) {
				t.Errorf("afterwards: %v", err)
			}
			o.WaitFor("the origin forgets the session", o.NoSession)
		})
	}
}

// A port behind mms:// is that of HTTP or of MMS: servers give such URLs of either.
func TestPullFromEither(t *testing.T) {
	for _, scheme := range []string{"http", "mmst"} {
		t.Run(scheme, func(t *testing.T) {
			o := startOrigin(t, scheme)
			o.bring(20)
			e := startEdge(t, &source.Pull{URL: "mms://" + o.Address + "/live"})
			e.until(20 * fronttest.PacketSize)
			o.feed.Close()
			if err := <-e.ended; err != nil {
				t.Errorf("it ended with %v", err)
			}
		})
	}
	err := (&source.Pull{URL: "mms://127.0.0.1:1/live"}).Run(t.Context(), point.NewBroadcast(point.BroadcastOptions{}), func(string) {})
	if err == nil || !strings.Contains(err.Error(), "over HTTP: ") || !strings.Contains(err.Error(), "over MMS: ") {
		t.Errorf("nobody there: %v", err)
	}
}

// Over HTTP and MSBD another header there is another header here.
func TestPullFollowsAChange(t *testing.T) {
	for _, scheme := range []string{"http", "msbd"} {
		t.Run(scheme, func(t *testing.T) { pullFollowsAChange(t, scheme) })
	}
}

func pullFollowsAChange(t *testing.T, scheme string) {
	o := startOrigin(t, scheme)
	o.bring(20)
	e := startEdge(t, &source.Pull{URL: o.url(scheme)})
	e.until(20 * fronttest.PacketSize)
	second := fronttest.Film(10)
	second.More = []asf.Object{&asf.ContentDescription{Title: asf.NewText("the second")}}
	if err := o.feed.Header(second.Clip().Header); err != nil {
		t.Fatal(err)
	}
	o.bring(30)
	e.until(1 << 30)
	if !bytes.Equal(e.got, o.clip.Packets[:20*fronttest.PacketSize]) {
		t.Errorf("%d bytes before the change", len(e.got))
	}
	if title := e.next.Info().Header.Title(); title != "the second" {
		t.Errorf("then %q", title)
	}
	e.play.Turn(e.next)
	e.next, e.got = nil, nil
	e.until(30 * fronttest.PacketSize)
	if !bytes.Equal(e.got, o.clip.Packets[20*fronttest.PacketSize:50*fronttest.PacketSize]) {
		t.Error("the packets after the change differ")
	}
}

// What cannot be pulled is said at once, and makes nothing live.
func TestPullFails(t *testing.T) {
	o := startOrigin(t, "http")
	own := func(a netip.AddrPort) bool { return a.String() == o.Address }
	for url, want := range map[string]error{
		"ftp://192.0.2.1/live":           source.ErrScheme,
		"http://" + o.Address + "/live":  source.ErrLoop,
		"mmst://" + o.Address + "/live":  source.ErrLoop,
		"rtspt://" + o.Address + "/live": source.ErrLoop,
		"msbd://" + o.Address:            source.ErrLoop,
		"msbdu://" + o.Address:           source.ErrLoop,
		"msbd://" + o.Address + "/live":  msbd.ErrInvalid,
	} {
		e := startEdge(t, &source.Pull{URL: url, Own: own})
		if err := <-e.ended; !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", url, err, want)
		}
	}
	for _, url := range []string{"", "live", "ftp://192.0.2.1/live", "http:///live", "http://user:secret@192.0.2.1:x/live"} {
		if _, err := source.NewPull(url); !errors.Is(err, source.ErrScheme) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: %v", url, err)
		}
	}
	if _, err := source.NewPull("rtspu://user:secret@192.0.2.1/live"); err != nil {
		t.Error(err)
	}
	if shown := source.Shown("http://user:secret@192.0.2.1/live"); strings.Contains(shown, "secret") {
		t.Error(shown)
	}
	e := startEdge(t, &source.Pull{URL: "http://" + o.Address + "/nothing"})
	if err := <-e.ended; err == nil || !strings.Contains(err.Error(), "404") {
		t.Errorf("of nothing: %v", err)
	}
}

// Where no multicast arrives, the unicast URL of the .nsc file is pulled from, and
// that is said.
func TestMulticastRollsOver(t *testing.T) {
	o := startOrigin(t, "http")
	o.bring(20)
	m := source.SilentMulticast(o.url("http"))
	before := time.Now()
	e := startEdge(t, m)
	e.until(20 * fronttest.PacketSize)
	if !bytes.Equal(e.got, o.clip.Packets[:len(e.got)]) || m.Alive().Before(before) {
		t.Errorf("the packets differ, or the URL has no time of its own: %v", m.Alive())
	}
	o.feed.Close()
	if err := <-e.ended; err != nil {
		t.Errorf("it ended with %v", err)
	}
	if !slices.Contains(e.notes, "nothing comes from the multicast group: pulling from "+o.url("http")) {
		t.Errorf("%q", e.notes)
	}
	for unicast, want := range map[string]error{
		"": msb.ErrSilent, "http://h/again.nsc": source.ErrScheme, "http://" + o.Address + "/nothing": &wmsp.StatusError{},
	} {
		e := startEdge(t, source.SilentMulticast(unicast))
		err := <-e.ended
		if status, ok := want.(*wmsp.StatusError); !errors.Is(err, msb.ErrSilent) || ok && !errors.As(err, &status) || !ok && !errors.Is(err, want) {
			t.Errorf("%q: %v, want %v", unicast, err, want)
		}
	}
}
