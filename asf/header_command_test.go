package asf

import "testing"

// A script command stream is added once, under a free number, with a rate if the
// others have one; the header can be read again.
func TestAddCommandStream(t *testing.T) {
	h := &Header{Reserved1: 1, Reserved2: 2, Objects: []Object{
		&FileProperties{MinPacketSize: 400, MaxPacketSize: 400},
		&StreamProperties{Type: StreamTypeVideo, ErrorCorrectionType: NoErrorCorrection, Flags: 1},
		&StreamProperties{Type: StreamTypeAudio, ErrorCorrectionType: NoErrorCorrection, Flags: 3},
		&StreamBitrateProperties{Rates: []StreamRate{{Flags: 1, BitRate: 5000}, {Flags: 3, BitRate: 800}}},
	}}
	for range 2 {
		if n := h.AddCommandStream(); n != 2 {
			t.Fatalf("stream %d", n)
		}
	}
	again, _, err := ParseHeader(h.Append(nil))
	if err != nil {
		t.Fatal(err)
	}
	if again.CommandStream() != 2 || len(again.Streams()) != 3 || again.BitRate(2) != commandRate {
		t.Errorf("streams %d, rate %d", len(again.Streams()), again.BitRate(2))
	}
	full := &Header{}
	for n := 1; n <= MaxStreams; n++ {
		full.Objects = append(full.Objects, &StreamProperties{Type: StreamTypeVideo, Flags: uint16(n)})
	}
	if n := full.AddCommandStream(); n != 0 || len(full.Objects) != MaxStreams {
		t.Errorf("where all numbers are taken it is %d", n)
	}
}
