package rtsp

import (
	"strings"
	"sync/atomic"
	"testing"
)

// An answer that waits for the shard behind an Announce names the entry that this told
// of: players take the number from whatever comes last, [MS-RTSP] 3.1.5.2.
func TestAnswersNameThePresentEntry(t *testing.T) {
	var entry atomic.Uint32
	r := NewResponse(200, 7)
	r.entry = &entry
	if strings.Contains(string(r.AppendTo(nil)), "X-Playlist-Gen-Id") {
		t.Error("an entry of content on demand")
	}
	for _, n := range []uint32{1, 2} {
		entry.Store(n)
		back, _, err := ParseResponse(r.AppendTo(nil), MaxResponseBody)
		if got, _ := ParseNumber(back.Header.Get("X-Playlist-Gen-Id")); err != nil || got != n {
			t.Errorf("entry %d, want %d, %v", got, n, err)
		}
	}
}
