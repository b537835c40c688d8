package source

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"testing"
	"time"

	"caracal/asf"
	"caracal/internal/point"
)

// picture is a noisy one of a size.
func picture(t testing.TB, format string, width, height int) []byte {
	t.Helper()
	img := image.NewPaletted(image.Rect(0, 0, width, height), color.Palette{color.Black, color.White, color.RGBA{200, 0, 0, 255}})
	r := rand.New(rand.NewPCG(1, 2))
	for i := range img.Pix {
		img.Pix[i] = uint8(r.IntN(3))
	}
	var b bytes.Buffer
	err := map[string]func() error{
		"jpg": func() error { return jpeg.Encode(&b, img, nil) }, "png": func() error { return png.Encode(&b, img) },
		"gif": func() error { return gif.Encode(&b, img, nil) },
	}[format]()
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// A picture becomes a stream of the same picture, as long as it is shown and no larger
// than is allowed, that readers find no fault with.
func TestStill(t *testing.T) {
	for _, format := range []string{"jpg", "png", "gif"} {
		for _, length := range []time.Duration{0, 100 * time.Millisecond, 5 * time.Second, 24 * time.Hour} {
			raw := picture(t, format, 200, 100)
			s, err := NewStill("a.jpg", raw, length, NewCache(1<<20))
			if err != nil {
				t.Fatal(format, length, err)
			}
			defer s.Close()
			if len(s.data) > maxStillBytes+maxStillBytes/4 {
				t.Errorf("%s of %v: %d bytes", format, length, len(s.data))
			}
			r, err := asf.NewReader(bytes.NewReader(s.data), int64(len(s.data)))
			if err != nil {
				t.Fatal(err)
			}
			for _, i := range r.Check() {
				if i.Severity > asf.Info && i.Code != "bit-rate-missing" {
					t.Errorf("%s of %v: %v", format, length, i)
				}
			}
			e, err := s.Open(t.Context(), "")
			if err != nil {
				t.Fatal(err)
			}
			want := length
			if want = max(want, time.Second); length == 0 {
				want = stillLength
			}
			if got := e.Info().Duration; got != want {
				t.Errorf("%s of %v lasts %v", format, length, got)
			}
			if last, err := asf.SendTime(s.data[len(s.data)-stillPacket:]); err != nil || time.Duration(last)*time.Millisecond > want || time.Duration(last)*time.Millisecond < want-2*time.Second {
				t.Errorf("%s of %v: its last packet is sent at %d ms", format, length, last)
			}
			e.Close()
			f, _, err := asf.ParseImageFormat(r.Header().Streams()[0].TypeSpecific, false)
			if err != nil || f.Width != 200 || f.Height != 100 || r.Header().Streams()[0].Type != asf.StreamTypeJFIF {
				t.Errorf("%s: the stream is %+v, %v", format, f, err)
			}
			if format == "jpg" && !bytes.Contains(unpacked(t, r), raw) {
				t.Errorf("%v: the picture is not in it as it was", length)
			}
		}
	}
	for _, bad := range [][]byte{nil, []byte("no picture"), picture(t, "jpg", maxStillSide+1, 8), picture(t, "jpg", 300, 200)[:200], make([]byte, maxStill+1)} {
		if _, err := NewStill("a.jpg", bad, 0, NewCache(0)); err == nil && len(bad) != 200 || err != nil && !errors.Is(err, point.ErrNotMedia) {
			t.Errorf("%d bytes: %v", len(bad), err)
		}
	}
}

// unpacked is what is in the packets of the first stream.
func unpacked(t *testing.T, r *asf.Reader) (data []byte) {
	t.Helper()
	b := make([]byte, r.NumPackets()*int64(r.PacketSize()))
	if _, err := r.ReadPackets(b, 0); err != nil {
		t.Fatal(err)
	}
	for ; len(b) > 0; b = b[r.PacketSize():] {
		var p asf.Packet
		if err := asf.ParsePacket(b[:r.PacketSize()], &p); err != nil {
			t.Fatal(err)
		}
		for it := p.Payloads(); it.Next(); {
			data = append(data, it.Payload.Data...)
		}
	}
	return data
}

func FuzzStill(f *testing.F) {
	for _, format := range []string{"jpg", "png", "gif"} {
		f.Add(picture(f, format, 8, 4), int64(time.Second))
	}
	f.Fuzz(func(t *testing.T, b []byte, length int64) {
		s, err := NewStill("a.jpg", b, time.Duration(length), NewCache(0))
		if err != nil {
			return
		}
		defer s.Close()
		e, err := s.Open(t.Context(), "")
		if err != nil {
			t.Fatalf("what was made of a picture cannot be opened: %v", err)
		}
		e.Close()
	})
}
