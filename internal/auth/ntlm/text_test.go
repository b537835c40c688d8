package ntlm

import (
	"errors"
	"testing"
)

func TestCodePages(t *testing.T) {
	for _, tt := range []struct {
		page CodePage
		text string
		want string
	}{
		{Windows1252, "Jürgen €", "J\xfcrgen \x80"},
		{Windows1252, "Łódź", "?\xf3d?"},
		{OEM437, "Jürgen ßπ", "J\x81rgen \xe1\xe3"},
		{OEM850, "Jürgen øÞ", "J\x81rgen \x9b\xe8"},
		{OEM850, "π", "?"},
	} {
		if got := tt.page.encode(tt.text); string(got) != tt.want {
			t.Errorf("%d: %q is %q, want %q", tt.page, tt.text, got, tt.want)
		}
	}
	for page := range CodePage(3) {
		if !page.known() {
			t.Errorf("code page %d is unknown", page)
		}
		for c := range 256 {
			if got := page.encode(string(page.decode([]byte{byte(c)}))); len(got) != 1 || got[0] != byte(c) {
				t.Errorf("code page %d: %#x becomes %#x", page, c, got)
			}
		}
	}
	if CodePage(3).known() {
		t.Error("code page 3 is known")
	}
}

func TestText(t *testing.T) {
	for _, tt := range []struct {
		flags Flags
		in    string
		want  string
		err   error
	}{
		{FlagUnicode, "J\x00\xfc\x00", "Jü", nil},
		{FlagUnicode | FlagOEM, "J\x00", "J", nil},
		{FlagUnicode, "\x3d\xd8\x00\xde", "😀", nil},
		{FlagOEM, "J\xfc", "Jü", nil},
		{FlagUnicode, "J", "", ErrInvalid},
		{FlagUnicode, "\x3d\xd8", "", ErrInvalid},
		{FlagUnicode, "J\x00\x00\x00", "", ErrInvalid},
		{FlagUnicode, "\xfd\xff", "", ErrInvalid},
		{FlagOEM, "J\n", "", ErrInvalid},
		{FlagOEM, "J\x7f", "", ErrInvalid},
		{FlagOEM, "", "", nil},
	} {
		got, err := Windows1252.Text(tt.flags, []byte(tt.in))
		if got != tt.want || !errors.Is(err, tt.err) {
			t.Errorf("%q: %q, %v", tt.in, got, err)
		}
	}
	if got := upper("jürgen µıſßÿ ж😀"); got != "JÜRGEN µıſßŸ Ж😀" {
		t.Errorf("%q", got)
	}
}

// Names beyond ASCII, in each character set.
func TestForeignNames(t *testing.T) {
	for page := range CodePage(3) {
		for _, oem := range []bool{false, true} {
			a := newAcceptor(t, AcceptorOptions{CodePage: page})
			a.o.Lookup = lookupAlways(NTHash(password4))
			i := newInitiator(t, InitiatorOptions{User: "Jürgen", OEM: oem, CodePage: page})
			_, done, err := a.Step(t.Context(), talk(t, i, a))
			if !done || a.Identity().User != "Jürgen" {
				t.Errorf("%d, OEM %v: %+v, %v", page, oem, a.Identity(), err)
			}
		}
	}
}

func TestLMHashes(t *testing.T) {
	if _, ok := LMHash("fourteen chars", Windows1252); !ok {
		t.Error("14 characters")
	}
	if _, ok := LMHash("fifteen letters", Windows1252); ok {
		t.Error("15 characters")
	}
	if must(LMHash("password", Windows1252)) != must(LMHash("PASSWORD", Windows1252)) {
		t.Error("LM hashes know no case")
	}
}
