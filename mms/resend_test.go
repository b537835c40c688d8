package mms

import (
	"bytes"
	"fmt"
	"testing"

	"caracal/internal/vector"
)

func TestResendVectors(t *testing.T) {
	for _, v := range vector.Read(t, "resend.txt") {
		t.Run(v["name"], func(t *testing.T) {
			in := v.Bytes(t, "hex")
			r, err := ParseResendRequest(in)
			if want, bad := v["error"]; bad {
				if err == nil || err.Error() != want {
					t.Fatalf("error %v, want %s", err, want)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := fmt.Sprintf("client=%#x source=%d packets=%v", r.ClientID, r.SourceID, r.List()); got != v["expect"] {
				t.Errorf("got  %s\nwant %s", got, v["expect"])
			}
			if out := r.Append(nil); !bytes.Equal(out, in) && v["append"] != "other" {
				t.Errorf("appended %x", out)
			}
		})
	}
}
