package wmsp

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"testing"

	"caracal/asf"
	"caracal/internal/vector"
)

func TestParsePushFrame(t *testing.T) {
	for _, v := range vector.Read(t, "push.txt") {
		t.Run(v["name"], func(t *testing.T) {
			in := v.Bytes(t, "hex")
			f, n, err := ParsePushFrame(in)
			if want, bad := v["error"]; bad {
				if err == nil || err.Error() != want {
					t.Fatalf("error %v, want %s", err, want)
				}
				return
			}
			if err != nil || n != len(in) {
				t.Fatalf("took %d of %d bytes, %v", n, len(in), err)
			}
			payload := fmt.Sprintf("%x", f.Payload)
			if len(f.Payload) > 100 {
				payload = fmt.Sprintf("%x*%d", f.Payload[:1], len(f.Payload))
			}
			if got := fmt.Sprintf("%c length=%d reason=%#x payload=%s", f.ID, f.Length, f.Reason, payload); got != v["expect"] {
				t.Errorf("got  %s\nwant %s", got, v["expect"])
			}
			if out := appendPushFrame(&f); !bytes.Equal(out, in) {
				t.Errorf("appended %.40x, want %.40x", out, in)
			}
			for cut := range min(len(in), 100) {
				if _, _, err := ParsePushFrame(in[:cut]); !errors.Is(err, ErrNeedMore) {
					t.Fatalf("%d of %d bytes: %v, want ErrNeedMore", cut, len(in), err)
				}
			}
		})
	}
}

func appendPushFrame(f *Frame) []byte {
	switch f.ID {
	case FrameChange:
		return AppendPushChange(nil, f.Payload)
	case FrameEnd:
		return AppendE(nil, f.Reason)
	}
	return AppendPush(nil, f.ID, f.Payload)
}

func FuzzPushFrame(f *testing.F) {
	f.Add(AppendPush(AppendPush(nil, FrameHeader, []byte("header")), FrameData, []byte{0x82, 0}))
	f.Add(AppendPushChange(AppendE(nil, ReasonEntryDone), []byte("header")))
	f.Add([]byte{0xA4, 'F', 1, 0, 9})
	f.Fuzz(func(t *testing.T, b []byte) {
		var order pushOrder
		for {
			frame, n, err := ParsePushFrame(b)
			if err != nil {
				return
			}
			if n < FramingHeaderSize || n > len(b) {
				t.Fatalf("took %d of %d bytes", n, len(b))
			}
			if frame.ID != FrameChange || frame.Reason == 0 { // the one that we write
				again, m, err := ParsePushFrame(appendPushFrame(&frame))
				if err != nil || m != n || !reflect.DeepEqual(again, frame) {
					t.Fatalf("%+v became %+v, %v", frame, again, err)
				}
			}
			if order, err = order.take(&frame, false); err != nil {
				return
			}
			b = b[n:]
		}
	})
}

// The transitions of [MS-WMHTTP] 4.6.1. A letter is a packet, "e" an $E that
// announces another entry, "|" the beginning of another request.
func TestPushOrder(t *testing.T) {
	tests := map[string]bool{
		"H": true, "HD": true, "HDDDE": true, "HE": true, "HF": true, "HFF": true, "HFD": true, "HFC": true,
		"HDeC": true, "HDeCD": true, "HDeF": true, "HDeFC": true, "HDee": true, "HDeE": true, "HDF|D": true,
		"HDeF|C": true, "HD|D": true, "HDF|F": true,
		"HD|CD": true, // 2.2.2.2: a later request may begin with $C
		"HD|HD": true, // an encoder that starts anew and keeps its push-id

		"D": false, "C": false, "E": false, "F": false, "e": false, "HH": false, "HDC": false, "HDeD": false,
		"HDeH": false, "HDED": false, "HDE|H": false, "HDEF": false, "HDFH": false,
	}
	for text, want := range tests {
		var order pushOrder
		var err error
		first := true
		for i, c := range []byte(text) {
			f := Frame{ID: c}
			switch c {
			case '|':
				first = true
				continue
			case 'e':
				f = Frame{ID: FrameEnd, Reason: ReasonEntryDone}
			}
			order, err = order.take(&f, first)
			first = false
			if err != nil && i < len(text)-1 {
				t.Fatalf("%s: refused after %s", text, text[:i])
			}
		}
		if (err == nil) != want {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// $F packets take the rest of a request to the byte, whatever it is.
func TestPushLength(t *testing.T) {
	for _, rest := range []int{4, 5, 7, 8, 11, 12, 65534, 65535, 65536, 65537, 65538, 65539, 131070, 131071, 200_000} {
		b, left := pushLength(rest).fill(nil, 1<<20)
		if len(b) != rest || left != 0 {
			t.Errorf("%d: %d bytes, %d left", rest, len(b), left)
		}
		for len(b) > 0 {
			f, n, err := ParsePushFrame(b)
			if err != nil || f.ID != FrameFill || len(f.Payload) > MaxPushPayload || strings.Trim(string(f.Payload), "\x00") != "" {
				t.Fatalf("%d: %+v, %v", rest, f, err)
			}
			b = b[n:]
		}
	}
	// A packet may go if 4 bytes are left then, 3.1.4.3.
	for n, want := range map[int]bool{95: true, 96: true, 97: false, 100: false, 101: false} {
		if got := pushLength(100).fits(n); got != want {
			t.Errorf("%d bytes fit into 100: %v", n, got)
		}
	}
	// Long rests are filled piece by piece.
	if b, left := pushLength(MaxPushLength).fill(nil, pushFillMax); len(b) != pushFillMax || left != MaxPushLength-pushFillMax {
		t.Errorf("%d bytes, %d left", len(b), left)
	}
}

func TestParsePushSetup(t *testing.T) {
	tests := []struct {
		body string
		want PushSetup
		ok   bool
	}{
		{"", PushSetup{}, true},
		{"AutoDestroy: 1\r\n", PushSetup{AutoDestroy: true}, true}, // 2.2.2.1.2, and the 16 bytes of 4.8
		{"AutoDestroy:0\r\n", PushSetup{}, true},
		{"Template-URL: \"/pub\"\r\nAutoDestroy: 1\r\n", PushSetup{"/pub", true}, true}, // 2.2.2.1.1
		{"template-url:\"/a%20b/c\"", PushSetup{"/a%20b/c", false}, true},
		{"Else: 1\r\nnothing\r\n", PushSetup{}, true},
		{"Template-URL: /pub\r\n", PushSetup{}, false}, {"Template-URL: \"pub\"\r\n", PushSetup{}, false},
		{"Template-URL: \"/p b\"\r\n", PushSetup{}, false}, {"Template-URL: \"/\xfc\"\r\n", PushSetup{}, false},
		{"AutoDestroy: 2\r\n", PushSetup{}, false}, {"AutoDestroy:\r\n", PushSetup{}, false},
		{strings.Repeat("\n", MaxPushSetup+1), PushSetup{}, false},
	}
	for _, tt := range tests {
		got, err := ParsePushSetup([]byte(tt.body))
		if got != tt.want || (err == nil) != tt.ok {
			t.Errorf("%.60q: %+v, %v", tt.body, got, err)
		}
	}
	if got := string(PushSetup{Template: "/pub"}.Append(nil)); got != "Template-URL: \"/pub\"\r\nAutoDestroy: 0\r\n" {
		t.Errorf("a template goes with an AutoDestroy: %q", got)
	}
}

func FuzzPushSetup(f *testing.F) {
	f.Add([]byte("Template-URL: \"/pub\"\r\nAutoDestroy: 1\r\n"))
	f.Add([]byte("AutoDestroy:0\nTemplate-URL:\"/%20\""))
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := ParsePushSetup(b)
		if err != nil {
			return
		}
		out := p.Append(nil)
		if again, err := ParsePushSetup(out); err != nil || again != p || len(out) != p.Size() {
			t.Fatalf("%+v became %+v, %v", p, again, err)
		}
	})
}

func TestPushID(t *testing.T) {
	for text, want := range map[string]string{
		"push-id=0": "0", "push-id=4124758405": "4124758405", "": "0", "push-id=": "0", "PUSH-ID=a": "a",
		"a=b; push-id=7; c=d": "7", `push-id="7"`: "7", "push-id=a\tb": "0", "xpush-id=7": "0", "push-id": "0",
		"push-id=" + strings.Repeat("7", MaxPushID+1): "0",
	} {
		if got := ParsePushID(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func FuzzPushID(f *testing.F) {
	f.Add("a=b; push-id=7; c=d")
	f.Fuzz(func(t *testing.T, s string) {
		id := ParsePushID(s)
		if len(id) > MaxPushID || id == "" {
			t.Fatalf("%q", id)
		}
		if again := ParsePushID(pushCookie(id)); again != id {
			t.Fatalf("%q became %q", id, again)
		}
	})
}

// What is neither stream nor file is refused; nothing that is read is larger
// than it may be.
func FuzzPushedStream(f *testing.F) {
	header := testPushHeader(576)
	f.Add(append(bytes.Clone(header), make([]byte, 2000)...))
	f.Add(append(AppendHeader(nil, 0, header), frameD(0, "packet")...))
	f.Add(AppendE(AppendC(nil, 0), ReasonDone))
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := NewPushedStream(bytes.NewReader(b))
		if err != nil {
			return
		}
		for n := 0; ; n++ {
			p, err := s.Next()
			switch {
			case err == io.EOF:
				return
			case err != nil && !errors.Is(err, ErrPushed):
				t.Fatal(err)
			case err != nil:
				return
			case n == 0 && p.Header == nil:
				t.Fatal("a packet before the header")
			case len(p.Header) > max(MaxPushedHeader+asf.DataHeadSize, maxClientHeader), len(p.Packet) > 0xFFFF:
				t.Fatalf("%d and %d bytes", len(p.Header), len(p.Packet))
			case n > len(b):
				t.Fatal("more packets than bytes")
			}
		}
	})
}

// testPushHeader is that of a broadcast with packets of this size.
func testPushHeader(size uint32) []byte {
	h := asf.Header{Reserved1: 1, Reserved2: 2, Objects: []asf.Object{
		&asf.FileProperties{Preroll: 1000, MinPacketSize: size, MaxPacketSize: size, MaxBitRate: 64_000, Flags: asf.FileBroadcast},
		&asf.StreamProperties{Type: asf.StreamTypeVideo, ErrorCorrectionType: asf.NoErrorCorrection, Flags: 1},
	}}
	return asf.DataHead{Reserved: asf.DataReserved}.Append(h.Append(nil))
}

// Padding goes only if the other side makes the same again.
func TestPushPacketPadding(t *testing.T) {
	// One payload of 4 bytes, stream 1: a padding length of one byte, and 9 bytes
	// of padding in a packet of 32.
	packet := []byte{0x82, 0, 0, 0x08, 0x5D, 9, 1, 0, 0, 0, 2, 0, 0x81, 0, 0, 0, 0, 0, 8, 4, 0, 0, 0, 0xA0, 0, 0, 0}
	packet = append(packet, 1, 2, 3, 4)
	packet = append(packet, make([]byte, 9)...)
	var p asf.Packet
	if err := asf.ParsePacket(packet, &p); err != nil || len(p.Padding) != 9 {
		t.Fatalf("the vector is wrong: %v, %d", err, len(p.Padding))
	}
	b := appendPushPacket(nil, packet, len(packet))
	if len(b) != FramingHeaderSize+len(packet)-9-1 {
		t.Errorf("%d bytes of %d are sent", len(b)-FramingHeaderSize, len(packet))
	}
	whole, err := asf.AppendPadded(nil, b[FramingHeaderSize:], len(packet))
	if err != nil || !bytes.Equal(whole, packet) {
		t.Errorf("%x became %x, %v", packet, whole, err)
	}
	packet[len(packet)-1] = 7 // padding that is not zeros is somebody's secret
	if b := appendPushPacket(nil, packet, len(packet)); !bytes.Equal(b[FramingHeaderSize:], packet) {
		t.Errorf("%x was sent for %x", b, packet)
	}
}
