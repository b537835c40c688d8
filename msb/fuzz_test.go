package msb

import (
	"bytes"
	"errors"
	"testing"
	"unicode/utf8"

	"caracal/asf"
	"caracal/internal/vector"
)

func FuzzPacket(f *testing.F) {
	for _, v := range vector.Read(f, "packets.txt") {
		f.Add(v.Bytes(f, "hex"))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		p, err := ParsePacket(in)
		if err != nil {
			if parse := (*ParseError)(nil); !errors.As(err, &parse) {
				t.Fatal(err)
			}
			return
		}
		if out := p.Append(nil); !bytes.Equal(out, in) || IsBeacon(in) {
			t.Fatalf("%x of %x", out, in)
		}
		c, err := ParseCorrection(p.ASF)
		if err == nil && c.Size == CorrectionSize && !bytes.HasPrefix(p.ASF, c.Append(nil)) {
			t.Fatalf("%x of %x", c.Append(nil), p.ASF)
		}
	})
}

func FuzzBeacon(f *testing.F) {
	f.Add(AppendBeacon(nil))
	f.Add([]byte("MSB  "))
	f.Fuzz(func(t *testing.T, in []byte) {
		d := NewDecoder(DecoderOptions{Formats: []FormatID{1}})
		heard, _ := d.Add(in, func(Received) {})
		if is := bytes.Equal(in, AppendBeacon(nil)); IsBeacon(in) != is || (heard == HeardBeacon) != is {
			t.Fatalf("%x: beacon %t, heard %d", in, IsBeacon(in), heard)
		}
	})
}

// joined writes datagrams in a row, each with its size before it.
func joined(datagrams ...[]byte) (b []byte) {
	for _, d := range datagrams {
		b = append(append(b, byte(len(d))), d...)
	}
	return b
}

// FuzzDecoder takes any datagrams in a row. What comes out is in order, each
// packet once, and adds up.
func FuzzDecoder(f *testing.F) {
	for _, s := range spanVectors(f) {
		sent := s.sent()
		f.Add(joined(sent...))
		f.Add(joined(append(sent[:1:1], sent[min(2, len(sent)-1):]...)...))
	}
	for _, v := range vector.Read(f, "packets.txt") {
		f.Add(joined(v.Bytes(f, "hex")))
	}
	known := []FormatID{1, 2, 3, 6, 341, 2047}
	f.Fuzz(func(t *testing.T, in []byte) {
		d := NewDecoder(DecoderOptions{Formats: known})
		count, lost, first := uint64(0), uint64(0), true
		var last uint32
		restarts := uint64(0)
		give := func(r Received) {
			if now := d.Stats().Restarts; now != restarts {
				first, restarts = true, now
			}
			if !first && int32(r.ID-last) <= 0 {
				t.Fatalf("packet %d after %d", r.ID, last)
			}
			last, count, lost, first = r.ID, count+1, lost+uint64(r.Lost), false
			if !d.Knows(r.Stream.Format()) || len(r.Data) == 0 {
				t.Fatalf("%+v", r)
			}
		}
		for len(in) > 0 {
			n := min(int(in[0]), len(in)-1)
			_, _ = d.Add(in[1:1+n], give)
			in = in[1+n:]
			if ahead := d.top - d.next; ahead > d.hold {
				t.Fatalf("%d packets are held", ahead)
			}
		}
		d.Flush(give)
		if st := d.Stats(); st.Packets != count || st.Lost < lost || st.Repaired > count {
			t.Fatalf("%d packets, %d lost, %+v", count, lost, st)
		}
	})
}

// FuzzEncoder sends any ASF packet, loses it and has it repaired.
func FuzzEncoder(f *testing.F) {
	var other []byte
	for _, s := range spanVectors(f) {
		for _, pkt := range s.packets {
			f.Add(pkt)
			other = pkt
		}
	}
	f.Fuzz(func(t *testing.T, pkt []byte) {
		var o asf.Outline
		if o.Read(pkt) != nil {
			return
		}
		before := bytes.Clone(pkt)
		e := NewEncoder(EncoderOptions{Span: 2})
		e.Begin(1)
		first := encode(t, e, other)
		d, err := e.Packet(nil, pkt, &o)
		if !bytes.Equal(pkt, before) {
			t.Fatal("the packet was changed")
		}
		if err != nil {
			return
		}
		sent := append(d.Head, d.Body...)
		if len(sent)-PacketHeadSize-CorrectionSize > len(withoutCorrection(pkt)) {
			t.Fatalf("%x is longer than %x", sent, pkt)
		}
		if got := decode(NewDecoder(DecoderOptions{Formats: []FormatID{1}}), [][]byte{first, sent}); len(got) != 2 {
			t.Fatalf("%d packets", len(got))
		}
		lost := NewDecoder(DecoderOptions{Formats: []FormatID{1}})
		got := decode(lost, [][]byte{first, e.AppendParity(nil)})
		want := append([]byte{0x82, 0, 0}, sent[PacketHeadSize+CorrectionSize:]...)
		if len(got) == 2 && !bytes.HasPrefix(want, got[1].Data) && !bytes.HasPrefix(got[1].Data, want) {
			t.Fatalf("%x, want %x", got[1].Data, want)
		}
	})
}

// FuzzStation reads any file. What was read can be written and is then read to
// the same.
func FuzzStation(f *testing.F) {
	for _, v := range vector.Read(f, "nsc_files.txt") {
		f.Add(stationFile(v))
	}
	for _, v := range vector.Read(f, "nsc_texts.txt") {
		f.Add([]byte("[Address]\nName=" + v["value"] + "\nOther=" + v["value"] + "\nDescription1=" + v["value"]))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		s, err := ParseStation(in)
		if err != nil {
			if !errors.Is(err, ErrNotStation) && !errors.Is(err, ErrLimit) {
				t.Fatal(err)
			}
			return
		}
		if len(s.Malformed) > MaxMalformed || len(s.Extra) > MaxExtra || len(s.Formats) > MaxFormats {
			t.Fatalf("%d faults, %d extra, %d formats", len(s.Malformed), len(s.Extra), len(s.Formats))
		}
		_, _ = s.Group()
		if len(s.Check()) > 0 {
			return
		}
		once := s.Append(nil)
		again, err := ParseStation(once)
		if err != nil || len(again.Malformed) > 0 {
			t.Fatalf("%v, %v\n%q", err, again.Malformed, once)
		}
		again.Plain = s.Plain
		if twice := again.Append(nil); !bytes.Equal(twice, once) {
			t.Fatalf("%q\n%q", once, twice)
		}
	})
}

// FuzzText writes any text and reads it again.
func FuzzText(f *testing.F) {
	for _, v := range vector.Read(f, "nsc_texts.txt") {
		f.Add(v.Unquoted(f, "text"))
		f.Add(v["value"])
	}
	f.Fuzz(func(t *testing.T, in string) {
		_, _, _ = decodeText(in)
		if !utf8.ValidString(in) || textSize(in) > MaxText || bytes.ContainsRune([]byte(in), 0) {
			return
		}
		for _, plain := range []bool{false, true} {
			out := appendText(nil, in, plain)
			if got, _, err := decodeText(string(out)); err != nil || got != in {
				t.Fatalf("%q as %q: %q, %v", in, out, got, err)
			}
		}
	})
}
