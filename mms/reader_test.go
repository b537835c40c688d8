package mms

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

func TestReaderJoinsAndSplits(t *testing.T) {
	var in []byte
	for seq := range uint16(300) {
		in = AppendPacket(in, seq, uint64(seq), &StopPlaying{1, uint32(seq)})
	}
	for name, src := range map[string]io.Reader{
		"bytes":    iotest.OneByteReader(bytes.NewReader(in)),
		"halves":   iotest.HalfReader(bytes.NewReader(in)),
		"at once":  bytes.NewReader(in),
		"with EOF": iotest.DataErrReader(bytes.NewReader(in)),
	} {
		r := NewReader(src)
		for want := range uint32(300) {
			item, err := r.Next()
			if err != nil {
				t.Fatal(name, want, err)
			}
			if m, err := ParseStopPlaying(item.Message.Body); err != nil || m.PlayIncarnation != want {
				t.Fatal(name, want, m, err)
			}
		}
		if _, err := r.Next(); err != io.EOF {
			t.Errorf("%s: %v, want EOF", name, err)
		}
		if len(r.buf) > 2*readerFirst {
			t.Errorf("%s: a buffer of %d bytes for small messages", name, len(r.buf))
		}
	}
}

func TestReaderTakesSeveralMessagesOfAPacket(t *testing.T) {
	h := TCPMessageHeader{MessageLength: 16 + 16 + 16}
	in := (&StopPlaying{1, 2}).Append((&CancelReadBlock{3}).Append(h.Append(nil)))
	empty := TCPMessageHeader{MessageLength: 16}
	in = append(empty.Append(nil), in...)
	got, _, err := describeMessages(in)
	if want := "CancelReadBlock {PlayIncarnation:3}\nStopPlaying {OpenFileID:1 PlayIncarnation:2}"; err != nil || got != want {
		t.Errorf("%s, %v", got, err)
	}
}

func TestReaderTakesDataBetweenMessages(t *testing.T) {
	// This data packet has sessionId in it.
	long := Data{1, 0xCE, 0xFA, make([]byte, 0xB00B-DataHeadSize)}
	short := Data{2, 4, 1, nil}
	in := AppendPacket(nil, 0, 0, &Ping{})
	in = short.Append(long.Append(in))
	in = AppendPacket(in, 1, 0, &ReportEndOfStream{0, 4})
	r := NewDataReader(iotest.HalfReader(bytes.NewReader(in)))
	for i, want := range []Item{
		{Message: Message{MID: MIDPing}},
		{IsData: true, Data: long},
		{IsData: true, Data: short},
		{Message: Message{MID: MIDReportEndOfStream}},
	} {
		got, err := r.Next()
		if err != nil || got.IsData != want.IsData || got.Message.MID != want.Message.MID {
			t.Fatal(i, got, err)
		}
		if got.Data.LocationID != want.Data.LocationID || !bytes.Equal(got.Data.Payload, want.Data.Payload) {
			t.Errorf("%d: data packet %d of %d bytes", i, got.Data.LocationID, len(got.Data.Payload))
		}
	}
	if _, err := NewReader(bytes.NewReader(short.Append(nil))).Next(); !errors.Is(err, ErrInvalid) {
		t.Errorf("data from a client: %v", err)
	}
}

func TestReaderRefuses(t *testing.T) {
	good := AppendPacket(nil, 0, 0, &Ping{})
	with := func(at int, b ...byte) string {
		bad := bytes.Clone(good)
		copy(bad[at:], b)
		return string(bad)
	}
	tests := []struct {
		name, in string
		want     error
	}{
		{"HTTP", "GET / HTTP/1.0\r\n", ErrInvalid},
		{"RTSP, and no more to come", "OPTIONS ", ErrInvalid},
		{"sessionId", with(4, 0xCF), ErrInvalid},
		{"seal", with(12, 'm'), ErrInvalid},
		{"messageLength too small", with(8, 15), ErrInvalid},
		{"messageLength too large", with(8, 0x11, 0x40), ErrLimit},
		{"messageLength of 4 GB", with(8, 0xFF, 0xFF, 0xFF, 0xFF), ErrLimit},
		{"chunkLen of 0", with(32, 0), ErrInvalid},
		{"chunkLen too large", with(32, 3), ErrInvalid},
		{"chunkLen of 32 GB", with(32, 0xFF, 0xFF, 0xFF, 0xFF), ErrInvalid},
		{"room for no message", with(8, 20), ErrInvalid},
		{"cut", string(good[:40]), io.ErrUnexpectedEOF},
		{"cut in the header", string(good[:3]), io.ErrUnexpectedEOF},
		{"nothing", "", io.EOF},
	}
	for _, test := range tests {
		r := NewReader(strings.NewReader(test.in))
		if _, err := r.Next(); !errors.Is(err, test.want) {
			t.Errorf("%s: %v, want %v", test.name, err, test.want)
		}
		if len(r.buf) > readerFirst {
			t.Errorf("%s: a buffer of %d bytes", test.name, len(r.buf))
		}
	}
}

func TestReaderGrowsToTheLargestPacket(t *testing.T) {
	h := TCPMessageHeader{MessageLength: 16 + MaxMessage}
	in := append(h.Append(nil), make([]byte, MaxMessage)...)
	putU32(in[TCPMessageHeaderSize:], MaxMessage/chunkSize, uint32(MIDPing))
	item, err := NewReader(bytes.NewReader(in)).Next()
	if err != nil || len(item.Message.Body) != MaxMessage-messageHeadSize {
		t.Error(len(item.Message.Body), err)
	}
	data := Data{Payload: make([]byte, MaxPayload)}
	item, err = NewDataReader(bytes.NewReader(data.Append(nil))).Next()
	if err != nil || len(item.Data.Payload) != MaxPayload {
		t.Error(len(item.Data.Payload), err)
	}
}

// TestShortBodies cuts every message of the vectors everywhere: no parser may
// panic, and none takes a body shorter than its fields.
func TestShortBodies(t *testing.T) {
	for mid, parse := range parsers {
		if _, err := parse(nil); !errors.Is(err, ErrNeedMore) {
			t.Errorf("%v of nothing: %v", mid, err)
		}
		for n := range 1600 {
			_, _ = parse(make([]byte, n))
			_, _ = parse(bytes.Repeat([]byte{0xFF}, n))
		}
	}
}
