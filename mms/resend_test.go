package mms

import (
	"bytes"
	"fmt"
	"testing"

	"caracal/internal/vector"
)

func TestResendVectors(t *testing.T) {
	vector.Parsed(t, "resend.txt", ParseResendRequest, func(t *testing.T, v vector.Vector, in []byte, r ResendRequest) {
		if got := fmt.Sprintf("client=%#x source=%d packets=%v", r.ClientID, r.SourceID, r.List()); got != v["expect"] {
			t.Errorf("got  %s\nwant %s", got, v["expect"])
		}
		if out := r.Append(nil); !bytes.Equal(out, in) && v["append"] != "other" {
			t.Errorf("appended %x", out)
		}
	})
}
