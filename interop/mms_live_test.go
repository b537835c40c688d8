package interop

import (
	"bytes"
	"slices"
	"sync"
	"testing"
)

// other is a clip whose streams are not those of plain, nor its packets' size.
const other = "wmv1_wmav1_p3200.wmv"

// acrossTheChange judges what somebody got of a broadcast whose encoder was
// started again: all packets of the first clip from some clean point on, then
// those of the second, behind its header if the player gives that away, less at
// most missing bytes at the end.
func acrossTheChange(t *testing.T, got []byte, first, second reference, header bool, missing int) {
	t.Helper()
	packets := afterHeader(t, got)
	at := bytes.Index(first.packets, packets[:min(first.packetSize, len(packets))])
	if at < 0 || at%first.packetSize != 0 || at > len(first.packets)/2 {
		t.Fatalf("begins after %d of %d bytes", at, len(first.packets))
	}
	rest := first.packets[at:]
	if !bytes.HasPrefix(packets, rest) {
		sameBytes(t, packets[:min(len(rest), len(packets))], rest)
		t.FailNow()
	}
	packets = packets[len(rest):]
	if header {
		packets = afterHeader(t, packets)
	}
	if !bytes.HasPrefix(second.packets, packets) || len(second.packets)-len(packets) > missing {
		sameBytes(t, packets, second.packets)
	}
}

// afterHeader leaves the ASF file header out.
func afterHeader(t *testing.T, b []byte) []byte {
	t.Helper()
	head, err := object(b, headerObject)
	if err != nil || len(b) <= head+50 {
		t.Fatalf("%d bytes: %v", len(b), err)
	}
	return b[head+50:]
}

// framesAcrossTheChange judges decoded frames: the end of a clip, and all of it
// once more.
func framesAcrossTheChange(t *testing.T, got, whole map[string][]frame) {
	t.Helper()
	for stream := range whole {
		part, all := hashes(got[stream]), hashes(whole[stream])
		if !isTail(part, slices.Concat(all, all)) || len(part) < len(all)*5/4 {
			t.Errorf("stream %s: %d frames are not the end of %d and those once more", stream, len(part), len(all))
		}
	}
}

// An encoder ends and comes back while players watch over MMS. With the same
// streams: libmms, which knows ReportStreamChange, gives the second header away
// too; the others are not told of it, and get each packet before and after. With
// other streams: libmms goes on with them, the others end behind the last packet
// of the first ones. VLC has one port for UDP, so it watches one broadcast so.
func TestMMSAcrossAnEncoderRestart(t *testing.T) {
	t.Setenv("LIBMMS_TRY_MMS_FIRST", "1")
	alone(t)
	var all sync.WaitGroup
	all.Go(func() {
		t.Run("the same streams", func(t *testing.T) { watchRestart(t, plain, sameStreams) })
	})
	all.Go(func() {
		t.Run("other streams", func(t *testing.T) { watchRestart(t, other, otherStreams) })
	})
	all.Wait()
}

type watchers map[string]func(t *testing.T)

func sameStreams(s server, first, second reference) watchers {
	return watchers{
		"VLC":     func(t *testing.T) { acrossTheChange(t, vlcDump(t, s.mmsURL("mmst", "live")), first, second, false, 0) },
		"VLC UDP": func(t *testing.T) { acrossTheChange(t, vlcDump(t, s.mmsURL("mmsu", "live")), first, second, false, 0) },
		"MPlayer": func(t *testing.T) {
			acrossTheChange(t, mplayerDump(t, s.mmsURL("mmst", "live")), first, second, false, 2048)
		},
		"libmms": func(t *testing.T) { acrossTheChange(t, mmsDump(t, s.mmsURL("mms", "live")), first, second, true, 0) },
		"FFmpeg": func(t *testing.T) {
			got := frames(t, "-i", s.mmsURL("mmst", "live"))
			framesAcrossTheChange(t, got, frames(t, "-i", clip(t, plain)))
		},
	}
}

func otherStreams(s server, first, second reference) watchers {
	return watchers{
		"VLC":     func(t *testing.T) { fromTheJoin(t, vlcDump(t, s.mmsURL("mmst", "live")), first, 0) },
		"MPlayer": func(t *testing.T) { fromTheJoin(t, mplayerDump(t, s.mmsURL("mmst", "live")), first, 2048) },
		"libmms":  func(t *testing.T) { acrossTheChange(t, mmsDump(t, s.mmsURL("mms", "live")), first, second, true, 0) },
		"FFmpeg": func(t *testing.T) {
			framesFromTheJoin(t, frames(t, "-i", s.mmsURL("mmst", "live")), frames(t, "-i", clip(t, plain)))
		},
	}
}

// watchRestart has players watch while an encoder sends plain, and then another
// one the second clip.
func watchRestart(t *testing.T, name string, players func(s server, first, second reference) watchers) {
	s := serveLive(t)
	wait := pushClip(t, s, plain)
	var all sync.WaitGroup
	for player, watch := range players(s, readReference(t, plain), readReference(t, name)) {
		all.Go(func() { t.Run(player, watch) }) // as in TestLive
	}
	wait()
	again := pushClip(t, s, name)
	all.Wait()
	again()
}
