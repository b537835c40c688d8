//go:build !race

// The race detector makes sync.Pool forget on purpose.

package asf

import (
	"os"
	"path/filepath"
	"testing"
)

func TestReaderAllocations(t *testing.T) {
	s := newSample(t)
	path := filepath.Join(t.TempDir(), "sample.asf")
	if err := os.WriteFile(path, s.bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, err := NewReader(f, int64(len(s.bytes())))
	if err != nil {
		t.Fatal(err)
	}
	b := make([]byte, 8*sampleSize)
	n := int64(0)
	for name, run := range map[string]func(){
		"ReadPackets":      func() { _, err = r.ReadPackets(b, n%100) },
		"SendTime":         func() { _, err = r.SendTime(n % 100) },
		"PacketBySendTime": func() { _, err = r.PacketBySendTime(uint32(n) * 10) },
	} {
		if got := testing.AllocsPerRun(200, func() { run(); n++ }); got > 0 || err != nil {
			t.Errorf("%s: %v allocations, %v", name, got, err)
		}
	}
}
