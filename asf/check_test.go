package asf

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// edit finds an object of the sample's header.
func edit[T Object](s *sample) T {
	o, _ := Find[T](s.header)
	return o
}

// repack makes packets of media objects, in the given order.
func repack(t *testing.T, s *sample, preroll uint32, objects ...MediaObject) {
	t.Helper()
	p, err := NewPacketizer(PacketizerOptions{PacketSize: sampleSize, Preroll: preroll})
	if err != nil {
		t.Fatal(err)
	}
	s.packets = nil
	emit := func(b []byte) error {
		s.packets = append(s.packets, bytes.Clone(b))
		return nil
	}
	for _, o := range objects {
		if err := p.Add(o, emit); err != nil {
			t.Fatal(err)
		}
		if err := p.Flush(emit); err != nil {
			t.Fatal(err)
		}
	}
	s.settle()
}

func videoObject(ms uint32, key bool) MediaObject {
	return MediaObject{Stream: sampleVideo, Time: ms, Key: key, Data: make([]byte, 100)}
}

// checks change the sample so that an issue must be told.
var checks = []struct {
	code     string
	severity Severity
	change   func(t *testing.T, s *sample)
}{
	{"header-malformed", Warning, func(_ *testing.T, s *sample) {
		s.header.Objects = append(s.header.Objects, &RawObject{GUID: IDMetadata, Data: []byte{1, 0}})
	}},
	{"not-finished", Warning, func(_ *testing.T, s *sample) { s.file.Flags |= FileBroadcast }},
	{"file-size-zero", Warning, func(_ *testing.T, s *sample) { s.file.FileSize = 0 }},
	{"file-size-wrong", Info, func(_ *testing.T, s *sample) { s.file.FileSize++ }},
	{"not-seekable", Info, func(_ *testing.T, s *sample) { s.file.Flags = 0 }},
	{"preroll-zero", Warning, func(_ *testing.T, s *sample) { s.file.Preroll = 0 }},
	{"preroll-long", Info, func(_ *testing.T, s *sample) { s.file.Preroll = 20_000 }},
	{"max-bit-rate-zero", Warning, func(_ *testing.T, s *sample) { s.file.MaxBitRate = 0 }},
	{"file-id", Warning, func(_ *testing.T, s *sample) { s.data.FileID = IDMarker }},
	{"data-reserved", Warning, func(_ *testing.T, s *sample) { s.data.Reserved = 0 }},
	{"header-large", Warning, func(_ *testing.T, s *sample) { pad(s, 8<<10) }},
	{"header-large", Warning, func(_ *testing.T, s *sample) { pad(s, 12<<10) }},
	{"header-large", Warning, func(_ *testing.T, s *sample) { pad(s, 16<<10) }},
	{"header-large", Warning, func(_ *testing.T, s *sample) { pad(s, 64<<10) }},
	{"packet-size-large", Error, func(_ *testing.T, s *sample) {
		s.file.MinPacketSize, s.file.MaxPacketSize = 1<<16, 1<<16
		for i := range s.packets {
			s.packets[i] = append(s.packets[i], make([]byte, 1<<16-sampleSize)...)
		}
		s.packets = s.packets[:5]
	}},
	{"packet-size-varies", Warning, func(_ *testing.T, s *sample) { s.file.MinPacketSize-- }},
	{"packet-size-wrong", Error, func(_ *testing.T, s *sample) { s.file.MaxPacketSize++ }},
	{"no-packets", Error, func(_ *testing.T, s *sample) { s.packets = nil }},
	{"no-index", Warning, func(_ *testing.T, s *sample) {}},
	{"packet-count-zero", Warning, func(_ *testing.T, s *sample) { s.data.Packets, s.file.DataPackets = 0, 0 }},
	{"packet-count-wrong", Warning, func(_ *testing.T, s *sample) { s.file.DataPackets-- }},
	{"cut-off", Warning, func(_ *testing.T, s *sample) { s.packets = s.packets[:50] }},
	{"data-size-wrong", Warning, func(_ *testing.T, s *sample) { s.data.Size = 0 }},
	{"trailing-bytes", Info, func(_ *testing.T, s *sample) { s.tail = []byte("x") }},
	{"duration-wrong", Warning, func(_ *testing.T, s *sample) { s.file.PlayDuration = 0 }},
	{"time-base", Warning, func(_ *testing.T, s *sample) { s.packets = s.packets[200:] }},
	{"stream-number-zero", Error, func(_ *testing.T, s *sample) { edit[*StreamProperties](s).Flags = 0 }},
	{"stream-number-twice", Error, func(_ *testing.T, s *sample) { edit[*StreamProperties](s).Flags = sampleAudio }},
	{"stream-number-high", Warning, func(_ *testing.T, s *sample) { edit[*StreamProperties](s).Flags = 10 }},
	{"bit-rate-missing", Warning, func(_ *testing.T, s *sample) { edit[*StreamBitrateProperties](s).Rates = nil }},
	{"encrypted", Info, func(_ *testing.T, s *sample) { edit[*StreamProperties](s).Flags |= streamEncrypted }},
	{"audio-format", Error, func(_ *testing.T, s *sample) { s.header.Stream(sampleAudio).TypeSpecific = []byte{1} }},
	{"audio-average-zero", Warning, func(_ *testing.T, s *sample) { le.PutUint32(s.header.Stream(sampleAudio).TypeSpecific[8:], 0) }},
	{"audio-error-correction", Warning, func(_ *testing.T, s *sample) {
		le.PutUint16(s.header.Stream(sampleAudio).TypeSpecific, TagMP3)
		s.header.Stream(sampleAudio).ErrorCorrectionType = AudioSpreadCorrection
	}},
	{"audio-spread", Info, func(_ *testing.T, s *sample) {
		s.header.Stream(sampleAudio).ErrorCorrectionType = AudioSpreadCorrection
		s.header.Stream(sampleAudio).ErrorCorrection = AudioSpread{Span: 4}.Append(nil)
	}},
	{"codec-foreign", Warning, func(_ *testing.T, s *sample) { le.PutUint16(s.header.Stream(sampleAudio).TypeSpecific, TagAAC) }},
	{"codec-foreign", Warning, func(_ *testing.T, s *sample) { copy(s.header.Stream(sampleVideo).TypeSpecific[27:], "H264") }},
	{"video-format", Error, func(_ *testing.T, s *sample) { s.header.Stream(sampleVideo).TypeSpecific = nil }},
	{"video-size-zero", Warning, func(_ *testing.T, s *sample) { clear(s.header.Stream(sampleVideo).TypeSpecific[:8]) }},
	{"no-mutual-exclusion", Warning, func(_ *testing.T, s *sample) { addVideo(s) }},
	{"stream-empty", Warning, func(_ *testing.T, s *sample) { addVideo(s) }},
	{"packet-damaged", Error, func(_ *testing.T, s *sample) { s.packets[9] = bytes.Repeat([]byte{0xFF}, sampleSize) }},
	{"packet-damaged", Error, func(_ *testing.T, s *sample) { s.packets[9][len(s.packets[9])-1]++; breakPayload(s.packets[9]) }},
	{"packet-parity", Info, func(_ *testing.T, s *sample) { s.packets[9][0] = 0x92 }},
	{"send-time-back", Warning, func(t *testing.T, s *sample) { setSendTime(t, s.packets[99], 0) }},
	{"stream-unknown", Warning, func(t *testing.T, s *sample) {
		repack(t, s, 0, videoObject(2000, true), MediaObject{Stream: 77, Time: 2000, Data: []byte{1}})
	}},
	{"payload-late", Warning, func(t *testing.T, s *sample) { setSendTime(t, s.packets[len(s.packets)-1], 1<<30) }},
	{"bit-rate-low", Warning, func(_ *testing.T, s *sample) { edit[*StreamBitrateProperties](s).Rates[0].BitRate = 1000 }},
	{"object-broken", Warning, func(_ *testing.T, s *sample) { s.packets = append(s.packets[:4], s.packets[5:]...) }},
	{"time-back", Warning, func(t *testing.T, s *sample) {
		repack(t, s, 0, MediaObject{Stream: sampleAudio, Time: 9000, Key: true, Data: []byte{1}},
			MediaObject{Stream: sampleAudio, Time: 2000, Key: true, Number: 1, Data: []byte{1}})
	}},
	{"no-key-frames", Warning, func(t *testing.T, s *sample) { repack(t, s, 0, videoObject(2000, false)) }},
	{"key-frame-first", Warning, func(t *testing.T, s *sample) { repack(t, s, 0, videoObject(2000, false), videoObject(3000, true)) }},
	{"key-frames-far", Info, func(t *testing.T, s *sample) { repack(t, s, 0, videoObject(2000, true), videoObject(13_000, true)) }},
	{"index-wrong", Warning, func(t *testing.T, s *sample) {
		*s = *withIndex(t, s, func(r *Reader, points []CleanPoint) Object {
			o := simpleIndex(r, points).(*SimpleIndex)
			shift(o.Entries, 7)
			return o
		})
	}},
	{"index-wrong", Warning, func(t *testing.T, s *sample) {
		*s = *withIndex(t, s, func(r *Reader, points []CleanPoint) Object {
			o := timeIndex(r, points).(*Index)
			o.Blocks[1].Positions[1] += 7 * sampleSize
			return o
		})
	}},
	{"index-file-id", Info, func(t *testing.T, s *sample) {
		*s = *withIndex(t, s, func(r *Reader, points []CleanPoint) Object {
			o := simpleIndex(r, points).(*SimpleIndex)
			o.FileID = IDMarker
			return o
		})
	}},
	{"index-malformed", Warning, func(_ *testing.T, s *sample) { s.tail = (&RawObject{GUID: IDIndex, Data: []byte{1}}).Append(nil) }},
}

func pad(s *sample, n int) {
	s.header.Objects = append(s.header.Objects, &Padding{Data: make([]byte, n)})
}

// addVideo adds a second video stream that has no payloads.
func addVideo(s *sample) {
	v := *s.header.Stream(sampleVideo)
	v.Flags = 7
	s.header.Objects = append(s.header.Objects, &v)
}

// breakPayload gives a packet a payload length that does not fit.
func breakPayload(b []byte) {
	var p Packet
	if ParsePacket(b, &p) == nil {
		le.PutUint16(p.Body[15:], 0xFFFF)
	}
}

// A broadcast is joined in the middle: what its first packets still have of
// before is no mistake, but a piece that is missing later is.
func TestCheckFromTheMiddle(t *testing.T) {
	for _, broadcast := range []bool{false, true} {
		s := newSample(t)
		if broadcast {
			s.file.Flags |= FileBroadcast
		}
		large := func(ms uint32, key bool) MediaObject { // of three packets
			return MediaObject{Stream: sampleVideo, Time: ms, Key: key, Data: make([]byte, 2*sampleSize)}
		}
		repack(t, s, 0, large(2000, true), large(3000, false), large(4000, true))
		whole := s.packets
		s.packets = whole[1:]
		s.settle()
		if got := codes(s.reader(t).Check()); got["object-broken"] == broadcast || got["key-frame-first"] == broadcast {
			t.Errorf("broadcast %v: %v", broadcast, got)
		}
		s.packets = slices.Delete(slices.Clone(whole[1:]), 3, 4)
		s.settle()
		if got := codes(s.reader(t).Check()); !got["object-broken"] {
			t.Errorf("broadcast %v, with a gap: %v", broadcast, got)
		}
	}
}

func TestCheck(t *testing.T) {
	for _, tc := range checks {
		s := newSample(t)
		before := codes(s.reader(t).Check())
		if before[tc.code] && tc.code != "no-index" && tc.code != "key-frame-first" {
			t.Fatalf("the sample itself has %s", tc.code)
		}
		tc.change(t, s)
		if !strings.Contains(tc.code, "size") && !strings.Contains(tc.code, "count") && tc.code != "cut-off" && tc.code != "file-id" {
			s.settle()
		}
		issues := s.reader(t).Check()
		found := false
		for _, i := range issues {
			found = found || i.Code == tc.code && i.Severity == tc.severity
			if !strings.HasSuffix(i.Text, ".") || strings.Contains(i.Text, "%!") || i.String() == "" {
				t.Errorf("not a sentence: %q", i.Text)
			}
		}
		if !found {
			t.Errorf("no %s %s in %v", tc.severity, tc.code, issues)
		}
	}
}

// TestCheckExclusion has two video streams of which a player takes one.
func TestCheckExclusion(t *testing.T) {
	s := newSample(t)
	addVideo(s)
	s.header.Objects = append(s.header.Objects, &BitrateMutualExclusion{Type: ExclusionBitrate, Streams: []uint16{sampleVideo, 7}})
	s.settle()
	if c := codes(s.reader(t).Check()); c["no-mutual-exclusion"] {
		t.Error("mutual exclusion is not seen")
	}
}

// TestCheckDisk has a file that cannot be read to its end.
func TestCheckDisk(t *testing.T) {
	s := withIndex(t, newSample(t), simpleIndex)
	b := s.bytes()
	for _, from := range []int64{int64(len(b)) / 2, int64(len(b) - len(s.tail))} {
		r := openBytes(t, b)
		r.src = brokenDisk{bytes.NewReader(b), from}
		if !codes(r.Check())["read-error"] {
			t.Errorf("broken from %d: no read-error", from)
		}
	}
}

// TestCheckCovers makes sure that every code in the sources is tested.
func TestCheckCovers(t *testing.T) {
	tested := map[string]bool{"read-error": true}
	for _, c := range checks {
		tested[c.code] = true
	}
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) == 0 {
		t.Fatal("no sources")
	}
	code := regexp.MustCompile(`(?:add\((?:Info|Warning|Error), |code = )"([a-z-]+)"`)
	count := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range code.FindAllSubmatch(text, -1) {
			count++
			if !tested[string(m[1])] {
				t.Errorf("%s: %s is not tested", file, m[1])
			}
		}
	}
	if count < 40 {
		t.Errorf("only %d codes found", count)
	}
}
