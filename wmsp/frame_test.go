package wmsp

import (
	"bytes"
	"errors"
	"fmt"
	"testing"

	"caracal/internal/vector"
)

func describeFrame(f Frame) string {
	return fmt.Sprintf("%c more=%t length=%d reason=%#x location=%d incarnation=%d flags=%#02x payload=%x",
		f.ID, f.More, f.Length, f.Reason, f.Location, f.Incarnation, f.Flags, f.Payload)
}

func TestParseFrame(t *testing.T) {
	for _, v := range vector.Read(t, "frames.txt") {
		t.Run(v["name"], func(t *testing.T) {
			in := v.Bytes(t, "hex")
			f, n, err := ParseFrame(in)
			if want, bad := v["error"]; bad {
				if err == nil || err.Error() != want {
					t.Fatalf("error %v, want %s", err, want)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := describeFrame(f); got != v["expect"] {
				t.Errorf("got  %s\nwant %s", got, v["expect"])
			}
			if n != len(in) {
				t.Errorf("took %d of %d bytes", n, len(in))
			}
			if out := f.Append(nil); !bytes.Equal(out, in) && v["append"] != "other" {
				t.Errorf("appended %x, want %x", out, in)
			}
			for cut := range in {
				if _, _, err := ParseFrame(in[:cut]); !errors.Is(err, ErrNeedMore) {
					t.Fatalf("%d of %d bytes: %v, want ErrNeedMore", cut, len(in), err)
				}
			}
		})
	}
}

func TestAppendFrames(t *testing.T) {
	tests := []struct {
		name string
		got  []byte
		want string
	}{
		{"$D", AppendD(nil, false, 0x01020304, 5, 6, 3200), "2444880c0403020105068" + "80c"},
		{"$D more", AppendD(nil, true, 0xFFFFFFFF, 255, 254, MaxPayload), "a444ffff" + "ffffffff" + "fffe" + "ffff"},
		{"$E done", AppendE(nil, ReasonDone), "2445040000000000"},
		{"$E receding", AppendE(nil, ReasonEndReceding), "24450400092f0d00"},
		{"$C back", AppendC(nil, ReasonChangeReceding), "24430400be140d40"},
		{"$T", AppendT(nil), "24540000"},
		{"$H whole", AppendHeader(nil, 7, []byte{1, 2}), "24480a00" + "00000000" + "070c" + "0a00" + "0102"},
		{"$M whole", AppendMetadata(nil, 0, nil), "244d0800" + "00000000" + "000c" + "0800"},
	}
	for _, test := range tests {
		if got := fmt.Sprintf("%x", test.got); got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
	}
}

func TestHeaderPieces(t *testing.T) {
	tests := []struct {
		size  int
		flags []byte
		last  int // size of the last piece
	}{
		{0, []byte{FlagWhole}, 0},
		{MaxPayload, []byte{FlagWhole}, MaxPayload},
		{MaxPayload + 1, []byte{FlagFirst, FlagLast}, 1},
		{2 * MaxPayload, []byte{FlagFirst, FlagLast}, MaxPayload},
		{150_000, []byte{FlagFirst, FlagMiddle, FlagLast}, 150_000 - 2*MaxPayload},
	}
	for _, test := range tests {
		whole := make([]byte, test.size)
		for i := range whole {
			whole[i] = byte(i * 7)
		}
		b := AppendHeader(nil, 3, whole)
		if len(b) != PiecesSize(test.size) {
			t.Errorf("size %d: %d bytes, PiecesSize says %d", test.size, len(b), PiecesSize(test.size))
		}
		var joined []byte
		for i, flags := range test.flags {
			f, n, err := ParseFrame(b)
			if err != nil {
				t.Fatalf("size %d, piece %d: %v", test.size, i, err)
			}
			last := i == len(test.flags)-1
			if f.ID != FrameHeader || f.Flags != flags || f.Location != uint32(i) || f.Incarnation != 3 ||
				f.First() != (i == 0) || f.Last() != last {
				t.Errorf("size %d, piece %d: %s", test.size, i, describeFrame(f)[:60])
			}
			if last && len(f.Payload) != test.last {
				t.Errorf("size %d: last piece has %d bytes, want %d", test.size, len(f.Payload), test.last)
			}
			joined = append(joined, f.Payload...)
			b = b[n:]
		}
		if len(b) != 0 || !bytes.Equal(joined, whole) {
			t.Errorf("size %d: pieces do not make up the whole", test.size)
		}
	}
}

func TestAppendDAllocatesNothing(t *testing.T) {
	b := make([]byte, 0, DataHeadSize)
	if n := testing.AllocsPerRun(100, func() { b = AppendD(b[:0], true, 1, 2, 3, 1400) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkAppendD(b *testing.B) {
	buf := make([]byte, 0, DataHeadSize)
	b.SetBytes(DataHeadSize)
	b.ReportAllocs()
	location := uint32(0)
	for b.Loop() {
		buf = AppendD(buf[:0], true, location, 2, byte(location), 1400)
		location++
	}
}

func FuzzParseFrame(f *testing.F) {
	f.Add(AppendHeader(AppendD(nil, true, 9, 1, 2, 0), 1, []byte("header")))
	f.Add(AppendC(AppendE(nil, ReasonEntryDone), ReasonChangeForward))
	f.Add(AppendPair(AppendPair(AppendT(nil), 1, 504, nil), 2, 504, []byte{1, 2}))
	f.Add([]byte{0xA4, 'X', 1, 0, 9})
	f.Fuzz(func(t *testing.T, b []byte) {
		var parser, again FrameParser
		for len(b) > 0 {
			frame, n, err := parser.Parse(b)
			if err != nil {
				return
			}
			if n < FramingHeaderSize || n > len(b) {
				t.Fatalf("took %d of %d bytes", n, len(b))
			}
			second, m, err := again.Parse(frame.Append(nil))
			if err != nil || m != n || describeFrame(second) != describeFrame(frame) {
				t.Fatalf("%s became %s (%d, %d, %v)", describeFrame(frame), describeFrame(second), n, m, err)
			}
			b = b[n:]
		}
	})
}
