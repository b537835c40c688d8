package mms

import (
	"math"
	"net/netip"
	"testing"
	"time"

	"caracal/asf"
	"caracal/internal/point"
	"caracal/internal/udp"
)

// A stop counts from the beginning of the content where that is known.
func TestStopAfter(t *testing.T) {
	for _, k := range []struct {
		ms       int64
		relative bool
		from     Start
		want     time.Duration
	}{
		{3000, false, Start{}, 3 * time.Second},
		{3000, false, Start{Seconds: 2}, time.Second},
		{3000, false, Start{Seconds: 3}, time.Millisecond},
		{3000, false, Start{Seconds: 5}, time.Millisecond},
		{3000, true, Start{Seconds: 5}, 3 * time.Second},
		{3000, false, Start{Unit: Packets, Number: 2}, 0},
		{3000, false, Start{Unit: Bytes, Number: 2}, 0},
		{3000, true, Start{Unit: Packets, Number: 2}, 3 * time.Second},
	} {
		if got := stopAfter(k.ms, k.relative, k.from); got != k.want {
			t.Errorf("%+v: %v", k, got)
		}
	}
}

// A Fast Start is no faster than the player's line.
func TestFastStartFitsTheLine(t *testing.T) {
	for _, k := range []struct{ accel, line, want uint32 }{
		{1_000_000, 0, 1_000_000}, {1_000_000, 200_000, 200_000}, {200_000, 1_000_000, 200_000}, {4_000_000_000, 0, 3_500_000},
	} {
		r := newRig(t, true)
		r.player.point = &point.Point{Options: point.DefaultOptions()}
		m := StartPlaying{OpenFileID: openFileID, AccelBandwidth: k.accel, AccelDuration: 1000, LinkBandwidth: k.line}
		m.Position.Position = math.MaxFloat64
		r.player.levels[1] = asf.Whole
		if _, err := r.conn.startPlaying(m.Append(nil)[messageHeadSize:]); err != nil {
			t.Fatal(err)
		}
		if r.player.accel != k.want {
			t.Errorf("%+v: %d", k, r.player.accel)
		}
		r.do(func() { r.finishStream(reasonStopped) })
	}
}

// Copies are for whoever asks from the address of its connection; asking is a
// sign of life.
func TestWhoAsksForCopies(t *testing.T) {
	r := newRig(t, true)
	from := netip.AddrPortFrom(r.conn.Addr.Addr(), 7000)
	other := netip.MustParseAddrPort("192.0.2.9:7000")
	for _, k := range []struct {
		id     uint32
		source uint16
		from   netip.AddrPort
		ok     bool
	}{
		{r.player.id, openFileID, from, true},
		{r.player.id, openFileID, other, false},
		{r.player.id + 1, openFileID, from, false},
		{r.player.id, openFileID + 1, from, false},
	} {
		r.conn.heard.Store(0)
		m := ResendRequest{ClientID: k.id, SourceID: k.source, NumPackets: 1}
		unknown := uint64(0)
		r.do(func() { unknown = r.resends.unknown })
		r.conn.srv.datagram(udp.Datagram{Payload: m.Append(nil), From: k.from})
		r.do(func() {
			if asked := r.resends.unknown > unknown; asked != k.ok || (r.conn.heard.Load() != 0) != k.ok {
				t.Errorf("%+v: asked %v, heard %d", k, asked, r.conn.heard.Load())
			}
		})
	}
}
