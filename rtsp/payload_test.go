package rtsp

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"caracal/internal/vector"
)

func describePayloadHead(h PayloadHead) string {
	var s strings.Builder
	if h.Key {
		s.WriteString("key ")
	}
	kind := "offset"
	if h.Whole {
		kind = "whole"
	}
	fmt.Fprintf(&s, "%s %d", kind, h.Length)
	if h.HasRelative {
		fmt.Fprintf(&s, " relative=%d", h.Relative)
	}
	if h.HasDuration {
		fmt.Fprintf(&s, " duration=%d", h.Duration)
	}
	if h.HasLocation {
		fmt.Fprintf(&s, " location=%d", h.Location)
	}
	return s.String()
}

func TestPayloadHeadVectors(t *testing.T) {
	for _, v := range vector.Read(t, "payload_heads.txt") {
		t.Run(v["name"], func(t *testing.T) {
			in := v.Bytes(t, "hex")
			h, n, err := ParsePayloadHead(in)
			if err != nil {
				t.Fatal(err)
			}
			if got := describePayloadHead(h); got != v["expect"] {
				t.Errorf("got %s, want %s", got, v["expect"])
			}
			if n != len(in) || h.Size() != n {
				t.Errorf("takes %d, size %d of %d bytes", n, h.Size(), len(in))
			}
			if out := h.Append(nil); bytes.Equal(out, in) == (v["append"] == "other") {
				t.Errorf("appended %x to be compared with %x", out, in)
			}
			for cut := range in {
				if _, _, err := ParsePayloadHead(in[:cut]); !errors.Is(err, ErrNeedMore) {
					t.Errorf("%d bytes: %v", cut, err)
				}
			}
		})
	}
}

func FuzzPayloadHead(f *testing.F) {
	for _, v := range vector.Read(f, "payload_heads.txt") {
		f.Add(v.Bytes(f, "hex"))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		h, n, err := ParsePayloadHead(b)
		if err != nil {
			return
		}
		again, m, err := ParsePayloadHead(h.Append(nil))
		if err != nil || m != n || again != h {
			t.Fatalf("%+v, then %+v, %v", h, again, err)
		}
	})
}
