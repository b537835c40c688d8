package asf

import (
	"errors"
	"testing"
)

func TestGUID(t *testing.T) {
	// The bytes that every ASF file begins with.
	header := GUID{0x30, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11, 0xA6, 0xD9, 0x00, 0xAA, 0x00, 0x62, 0xCE, 0x6C}
	if header != IDHeader {
		t.Errorf("IDHeader is %x", IDHeader)
	}
	const text = "75B22630-668E-11CF-A6D9-00AA0062CE6C"
	if got := header.String(); got != text {
		t.Errorf("String gives %s", got)
	}
	for _, tc := range []struct {
		s  string
		ok bool
	}{
		{text, true},
		{"75b22630-668e-11cf-a6d9-00aa0062ce6c", true},
		{"{75B22630-668E-11CF-A6D9-00AA0062CE6C}", true},
		{"{75B22630-668E-11CF-A6D9-00AA0062CE6C", false},
		{"75B22630-668E-11CF-A6D9-00AA0062CE6", false},
		{"75B22630-668E-11CF-A6D9-00AA0062CE6G", false},
		{"75B22630+668E-11CF-A6D9-00AA0062CE6C", false},
		{"", false},
	} {
		g, err := ParseGUID(tc.s)
		if tc.ok && (err != nil || g != header) {
			t.Errorf("%q: %v, %v", tc.s, g, err)
		}
		if !tc.ok && !errors.Is(err, ErrInvalid) {
			t.Errorf("%q: error %v", tc.s, err)
		}
	}
}

func TestGUIDNames(t *testing.T) {
	seen := map[GUID]string{}
	for _, n := range objectNames {
		if other, ok := seen[n.id]; ok {
			t.Errorf("%s and %s have the same GUID", n.name, other)
		}
		seen[n.id] = n.name
		if n.id.Name() != n.name {
			t.Errorf("%s is named %s", n.name, n.id.Name())
		}
	}
	if got := (GUID{}).Name(); got != "00000000-0000-0000-0000-000000000000" {
		t.Errorf("an unknown GUID is named %s", got)
	}
	if !(GUID{}).IsZero() || IDHeader.IsZero() {
		t.Error("IsZero is wrong")
	}
}

func FuzzParseGUID(f *testing.F) {
	f.Add("75B22630-668E-11CF-A6D9-00AA0062CE6C")
	f.Fuzz(func(t *testing.T, s string) {
		g, err := ParseGUID(s)
		if err != nil {
			return
		}
		if again, err := ParseGUID(g.String()); err != nil || again != g {
			t.Fatalf("%q became %v, then %v (%v)", s, g, again, err)
		}
	})
}
